"""Minutes to the n-th nearest destination."""

from __future__ import annotations

import numpy as np
import pandas as pd

from htkgis.schema import TRAVEL_TIMES, check
from htkgis.units import UNREACHED, minutes

from .time_matrix import TimeMatrix, time_matrix


def nearest(
    travel_times: pd.DataFrame,
    destinations: pd.Index,
    *,
    origins: pd.Index,
    n: int,
    checked: bool = False,
) -> pd.DataFrame:
    r"""
    Measure the travel time from each origin to its n-th nearest destination.

    .. math::

        A_i^{(n)} = t_{i(n)}, \qquad t_{i(1)} \le t_{i(2)} \le \dots

    Parameters
    ----------
    travel_times
        Long table ``TRAVEL_TIMES``, one row per reachable pair; deciseconds.
    destinations
        Ids that count, for example all schools; others in the table are left out.
    origins
        Ids of the result, in its order.
    n
        1 for the nearest, 3 for the third nearest (whether there is a choice).
    checked
        Whether ``travel_times`` is known to keep its contract; then it is not looked at again.

    Returns
    -------
    access
        Indexed like ``origins``: ``travel_time_min``, missing where fewer than ``n``
        destinations are reached, and ``to_id`` of the destination that gave it. Of equal times
        the lower id stands first.

    Raises
    ------
    SchemaError
        If ``travel_times`` breaks its contract.
    ValueError
        If ``n`` is below 1.

    References
    ----------
    The dual measure of Levinson, D. and King, D. (2020). Transport Access Manual.

    Examples
    --------
    >>> times = pd.DataFrame({"from_id": ["a", "a"], "to_id": ["s", "t"],
    ...                       "travel_time_ds": [3000, 6000]})
    >>> nearest(times, pd.Index(["s", "t"]), origins=pd.Index(["a", "b"]), n=2)
       travel_time_min to_id
    a             10.0     t
    b              NaN   NaN
    """
    if not checked:
        check(travel_times, TRAVEL_TIMES)
    matrix = time_matrix(travel_times, origins=origins, destinations=destinations)
    return nearest_in(matrix, n)


def nearest_in(matrix: TimeMatrix, n: int) -> pd.DataFrame:
    """Measure the time to the n-th nearest destination of a matrix; see :func:`nearest`.

    Raises
    ------
    ValueError
        If ``n`` is below 1.
    """
    if n < 1:
        msg = f"nearest: n is {n}; 1 (the nearest) or more is allowed. Correct n."
        raise ValueError(msg)
    count = len(matrix.origins)
    time_ds = np.full(count, UNREACHED, dtype=np.int32)
    to_id = np.full(count, np.nan, dtype=object)
    if n <= len(matrix.destinations):
        # a stable order: of equal times the lower id stands first
        nth = np.argsort(matrix.times_ds, axis=1, kind="stable")[:, n - 1]
        time_ds = matrix.times_ds[np.arange(count), nth]
        reached = time_ds < UNREACHED
        to_id[reached] = matrix.destinations.to_numpy(dtype=object)[nth[reached]]
    found = np.where(time_ds < UNREACHED, minutes(time_ds), np.nan)
    return pd.DataFrame({"travel_time_min": found, "to_id": to_id}, index=matrix.origins)
