"""Access by timetable: what so many per cent of the departures reach at least."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from htkgis.errors import SchemaError

WHOLE = 100


def opportunities_of_departures(
    reached: npt.NDArray[np.float64], *, percentile: float
) -> npt.NDArray[np.float64]:
    r"""
    Take the opportunities that at least so many per cent of the departures reach.

    .. math::

        A_i^{(p)} = \max \{ a : |\{ d : A_{id} \ge a \}| \ge p / 100 \cdot D \}

    where :math:`A_{id}` is what departure :math:`d` of :math:`D` reaches: the
    :math:`\lceil p D / 100 \rceil`-th greatest of them, one at least. It is not what lies within
    the p-th percentile of the travel times: two places that half of the departures reach each
    need not be reached by the same half.

    Parameters
    ----------
    reached
        What each departure reaches, >= 0, shape (origins, departures, ...), at least one
        departure.
    percentile
        0 to 100. With 50 it is the median, of an even number of departures the lower of the two
        in the middle; with 0 it is what the best departure reaches, as the 0th percentile of the
        travel times is that of the quickest.

    Returns
    -------
    access
        Opportunities per origin, shape (origins, ...); 0 where fewer departures reach any.

    Raises
    ------
    SchemaError
        If the percentile is out of range, or there is no departure.

    References
    ----------
    Conway, M. W., Byrd, A. and van der Linden, M. (2017). Evidence-based transit and land use
    sketch planning using interactive accessibility methods on combined schedule and headway-based
    networks. Transportation Research Record 2653, 45-53.

    Examples
    --------
    Four departures, of which every second one catches a train:

    >>> reached = np.array([[900.0, 200.0, 800.0, 200.0]])
    >>> [opportunities_of_departures(reached, percentile=p).tolist() for p in (25, 50, 75, 100)]
    [[900.0], [800.0], [200.0], [200.0]]
    """
    rank = _rank(reached, percentile)
    # many departures reach the same: to sort them takes half as long as to part them at the rank
    ranked: npt.NDArray[np.float64] = np.sort(reached, axis=1)
    return ranked[:, reached.shape[1] - rank]


def exceeded_by_departures(
    reached: npt.NDArray[np.float64],
    more: npt.NDArray[np.bool_],
    value: npt.NDArray[np.float64],
    *,
    percentile: float,
) -> npt.NDArray[np.bool_]:
    """Tell whether a value would be greater if some departures reached more, however much.

    Parameters
    ----------
    reached, percentile
        As :func:`opportunities_of_departures`.
    more
        Which departures might reach more, of the shape of ``reached``.
    value
        What :func:`opportunities_of_departures` gives.

    Returns
    -------
    exceeded
        Of the shape of ``value``. Counted, not ranked again: the value is greater as soon as
        enough departures reach more than it, or might.

    Examples
    --------
    Half of four departures reach 800. It stays so if the best one might reach more, and not if
    another one might:

    >>> reached = np.array([[900.0, 200.0, 800.0, 200.0]])
    >>> value = opportunities_of_departures(reached, percentile=50)
    >>> for more in ([1, 0, 0, 0], [0, 1, 0, 0]):
    ...     print(exceeded_by_departures(reached, np.array([more]) > 0, value, percentile=50))
    [False]
    [ True]
    """
    above = (reached > value[:, None]) | more
    return np.asarray(above.sum(axis=1) >= _rank(reached, percentile))


def _rank(reached: npt.NDArray[np.float64], percentile: float) -> int:
    """Say the how manieth greatest it is that so many per cent of the departures reach."""
    departures: int = reached.shape[1]
    if not 0 <= percentile <= WHOLE or not departures:
        msg = (
            f"departures: {departures} of them, percentile {percentile}; at least one departure "
            "and a percentile of 0 to 100 are allowed. Correct the window or the percentile."
        )
        raise SchemaError(msg)
    # a percentile such as 0.1 has no exact binary form: a hair above a whole number is that number
    return max(1, math.ceil(percentile / WHOLE * departures - 1e-9))
