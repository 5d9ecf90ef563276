"""Minutes within which given parts of the persons reach a function."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from htkgis.errors import first

ROUNDING = 1e-9
"""Part of all persons that sums of weights may be wrong by; they must not decide a tie."""


def time_quantiles(
    travel_time_min: pd.Series, persons: pd.Series, *, parts: Sequence[float]
) -> pd.Series:
    r"""
    Measure within how many minutes given parts of the persons reach the nearest place.

    .. math::

        T(q) = \min \{ t : \sum_i w_i \, [t_i \le t] \ge q \sum_i w_i \}

    The smallest time within which at least the part :math:`q` of the persons reaches a place:
    the inverse of :func:`htkgis.access.share_within`. It is always the time of somebody, never a
    value between two; who reaches none is infinitely far.

    Parameters
    ----------
    travel_time_min
        Minutes to the nearest place per origin; missing where none is reached.
    persons
        Weight per origin, same index, >= 0.
    parts
        Parts of the persons, above 0 and at most 1.

    Returns
    -------
    minutes
        Indexed by ``parts``; missing (NaN) where fewer reach a place, and where nobody lives.

    Raises
    ------
    ValueError
        If a part is not above 0 and at most 1.

    References
    ----------
    Definition 1 (inverse of the distribution function), with weights, of Hyndman, R. J. and
    Fan, Y. (1996). Sample quantiles in statistical packages. The American Statistician 50(4),
    361-365.

    Examples
    --------
    Of 100 persons 30 have 5 minutes, 20 have 9 and 40 have 12; ten reach no place:

    >>> minutes = pd.Series({"a": 12.0, "b": 5.0, "c": None, "d": 9.0})
    >>> persons = pd.Series({"a": 40.0, "b": 30.0, "c": 10.0, "d": 20.0})
    >>> time_quantiles(minutes, persons, parts=(0.1, 0.5, 0.9, 0.95)).to_dict()
    {0.1: 5.0, 0.5: 9.0, 0.9: 12.0, 0.95: nan}
    """
    wrong = [part for part in parts if not 0 < part <= 1]
    if wrong:
        msg = f"parts: {len(wrong)} of {len(parts)} are wrong: {first(wrong)}; "
        raise ValueError(msg + "above 0 and at most 1 is allowed. Give 0.5 for the median.")
    time_min = travel_time_min.to_numpy(dtype="float64")
    found = quantiles_of(time_min, persons.to_numpy(dtype="float64"), parts)
    return pd.Series(found, index=list(parts))


def quantiles_of(
    time_min: NDArray[np.float64], weight: NDArray[np.float64], parts: Sequence[float]
) -> NDArray[np.float64]:
    """Measure what :func:`time_quantiles` does, from arrays.

    Examples
    --------
    >>> quantiles_of(np.array([5.0, np.nan]), np.array([60.0, 40.0]), [0.5, 0.9]).tolist()
    [5.0, nan]
    """
    order = np.argsort(time_min, kind="stable")  # missing times come last
    order = order[: np.count_nonzero(~np.isnan(time_min))]
    held = np.cumsum(weight[order])
    wanted = np.asarray(parts, dtype="float64") * weight.sum() * (1 - ROUNDING)
    at = np.searchsorted(held, wanted)
    reached = (at < len(held)) & (weight.sum() > 0)
    padded = np.append(time_min[order], np.nan)
    return np.where(reached, padded[at], np.nan)
