"""Minutes to the n-th nearest destination."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
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
    names = matrix.destinations.to_numpy(dtype=object)
    ((found, to_id),) = nth_nearest(matrix.times_ds, names, [n])
    return pd.DataFrame({"travel_time_min": found, "to_id": to_id}, index=matrix.origins)


def nth_nearest(
    times_ds: npt.NDArray[np.int32], names: npt.NDArray[np.object_], ranks: Sequence[int]
) -> list[tuple[npt.NDArray[np.float64], npt.NDArray[np.object_]]]:
    """Find the n-th nearest of each row of times for several n at once; see :func:`nearest`.

    Parameters
    ----------
    times_ds
        Deciseconds, one row per origin, ``UNREACHED`` where there is no pair.
    names
        Ids of its columns, rising.
    ranks
        Each n, 1 or more.

    Returns
    -------
    found
        Of each n the minutes and the ids, both missing where fewer destinations are reached.

    Raises
    ------
    ValueError
        If an n is below 1.

    Examples
    --------
    >>> times_ds = np.array([[3000, 600]])
    >>> [(minutes.tolist(), to_id.tolist()) for minutes, to_id
    ...  in nth_nearest(times_ds, np.array(["s", "t"], dtype=object), [1, 3])]
    [([1.0], ['t']), ([nan], [nan])]
    """
    low = [n for n in ranks if n < 1]
    if low:
        msg = f"nearest: n is {low[0]}; 1 (the nearest) or more is allowed. Correct n."
        raise ValueError(msg)
    # a stable order: of equal times the lower id stands first
    order = np.argsort(times_ds, axis=1, kind="stable")
    found = []
    for n in ranks:
        time_ds = np.full(len(times_ds), UNREACHED, dtype=np.int32)
        to_id = np.full(len(times_ds), np.nan, dtype=object)
        if n <= times_ds.shape[1]:
            nth = order[:, n - 1]
            time_ds = times_ds[np.arange(len(times_ds)), nth]
            reached = time_ds < UNREACHED
            to_id[reached] = names[nth[reached]]
        found.append((np.where(time_ds < UNREACHED, minutes(time_ds), np.nan), to_id))
    return found
