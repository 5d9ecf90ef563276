"""Diversity of functions in reach: Hill numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.errors import first

Floats = npt.NDArray[np.float64]

SHANNON_WIDTH = 1e-6
"""Orders this close to 1 take the limit, where the formula divides by almost nothing."""


def hill_number(counts: pd.DataFrame, *, order: float) -> pd.Series:
    r"""
    Measure how many functions are in reach, as if all were equally common.

    .. math::

        D_q = \Bigl(\sum_f p_f^q\Bigr)^{1 / (1 - q)}, \qquad
        D_1 = \exp\Bigl(-\sum_f p_f \ln p_f\Bigr)

    with :math:`p_f` the part of the places in reach that are of function :math:`f`. Order 0
    counts functions, whether of one place or of fifty; order 1 counts each by how common it is;
    order 2 counts mostly the common ones. Ten shops and nothing else are one function in each.

    Parameters
    ----------
    counts
        Places in reach: one row per origin, one column per function, >= 0; for instance
        :func:`~htkgis.access.cumulative_opportunities` of each function.
    order
        :math:`q`, >= 0.

    Returns
    -------
    diversity
        Indexed like ``counts``: 1 to the number of functions; 0 where nothing is in reach;
        missing where a count is missing.

    Raises
    ------
    ValueError
        If the order is not a number >= 0, or a count is negative or infinite.

    References
    ----------
    Hill, M. O. (1973). Diversity and evenness: a unifying notation and its consequences. Ecology
    54(2), 427-432; Jost, L. (2006). Entropy and diversity. Oikos 113(2), 363-375.

    Examples
    --------
    Two places of each of two functions are two functions; three and one of them count as fewer,
    1 / (0.75 ** 2 + 0.25 ** 2) = 1.6:

    >>> counts = pd.DataFrame({"school": [2, 3, 0], "shop": [2, 1, 0]}, index=["a", "b", "c"])
    >>> hill_number(counts, order=2).round(6).to_dict()
    {'a': 2.0, 'b': 1.6, 'c': 0.0}
    >>> hill_number(counts, order=0).to_dict()
    {'a': 2.0, 'b': 2.0, 'c': 0.0}
    """
    if not 0 <= order < float("inf"):
        msg = f"order: is {order}; a number of 0 or more is allowed. Give 0, 1 or 2."
        raise ValueError(msg)
    level = counts.to_numpy(dtype="float64")
    wrong = counts.index[((level < 0) | np.isinf(level)).any(axis=1)]
    if len(wrong):
        msg = f"counts: {len(wrong)} origins are negative or infinite: {first(wrong)}; "
        raise ValueError(msg + "allowed: 0 or more. Correct the counts.")
    return pd.Series(hill_numbers(level, order=order), index=counts.index)


def hill_numbers(level: Floats, *, order: float) -> Floats:
    """Measure the Hill number of each row of counts, 0 or more each; see :func:`hill_number`.

    Examples
    --------
    >>> hill_numbers(np.array([[2.0, 2.0], [3.0, 1.0]]), order=2).round(6).tolist()
    [2.0, 1.6]
    """
    total = level.sum(axis=1, keepdims=True)
    part = level / np.where(total > 0, total, 1.0)
    value = np.where(total[:, 0] > 0, _effective_number(part, order), 0.0)
    return np.where(np.isnan(level).any(axis=1), np.nan, value)


def _effective_number(part: Floats, order: float) -> Floats:
    """Hill number of each row of parts; whatever it is where a row has none."""
    some = part > 0
    if order == 0:
        return np.asarray(some.sum(axis=1), dtype=np.float64)
    log = np.log(np.where(some, part, 1.0))
    if abs(order - 1.0) < SHANNON_WIDTH:
        return np.asarray(np.exp(-(part * log).sum(axis=1)))
    # measured from the largest part, so that a high order does not run out of small numbers
    top = np.log(np.where(some.any(axis=1), part.max(axis=1, initial=0.0), 1.0))
    powers = (some * np.exp(order * np.where(some, log - top[:, None], 0.0))).sum(axis=1)
    logarithm = np.log(np.maximum(powers, 1.0)) + order * top
    return np.asarray(np.exp(logarithm / (1.0 - order)))
