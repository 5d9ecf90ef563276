"""How many opportunities are reached within a limit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.schema import TRAVEL_TIMES, check
from htkgis.units import deciseconds

from .time_matrix import TimeMatrix, time_matrix


def cumulative_opportunities(
    travel_times: pd.DataFrame,
    opportunities: pd.Series,
    *,
    origins: pd.Index,
    limit_min: float,
    checked: bool = False,
) -> pd.Series:
    r"""
    Measure how many opportunities each origin reaches within a limit.

    .. math::

        A_i = \sum_j O_j \, [t_{ij} \le T]

    Parameters
    ----------
    travel_times
        Long table ``TRAVEL_TIMES``, one row per reachable pair; deciseconds.
    opportunities
        What is there to reach (places, jobs, seats), indexed by ``to_id``; at least 0. Pairs to
        other destinations are left out.
    origins
        Ids of the result, in its order.
    limit_min
        Minutes; a time exactly on the limit is inside.
    checked
        Whether ``travel_times`` is known to keep its contract; then it is not looked at again.

    Returns
    -------
    access
        Indexed like ``origins``; 0 where nothing is reached.

    Raises
    ------
    SchemaError
        If ``travel_times`` breaks its contract.

    References
    ----------
    Hansen, W. G. (1959). How accessibility shapes land use. Journal of the American Institute
    of Planners 25(2), 73-76, with a cutoff as impedance.

    Examples
    --------
    >>> times = pd.DataFrame({"from_id": ["a", "a"], "to_id": ["s", "t"],
    ...                       "travel_time_ds": [9000, 9001]})
    >>> jobs = pd.Series({"s": 100, "t": 50})
    >>> cumulative_opportunities(times, jobs, origins=pd.Index(["a", "b"]),
    ...                          limit_min=15).to_dict()
    {'a': 100.0, 'b': 0.0}
    """
    if not checked:
        check(travel_times, TRAVEL_TIMES)
    matrix = time_matrix(travel_times, origins=origins, destinations=opportunities.index)
    return cumulative_in(matrix, opportunities, limit_min)


def cumulative_in(matrix: TimeMatrix, opportunities: pd.Series, limit_min: float) -> pd.Series:
    """Measure what is reached in a matrix within a limit; see :func:`cumulative_opportunities`.

    Destinations without a number of opportunities count nothing.
    """
    amounts = opportunities.reindex(matrix.destinations).to_numpy(dtype="float64")
    reached = reached_within(matrix.times_ds, np.nan_to_num(amounts), limit_min)
    return pd.Series(reached, index=matrix.origins)


def reached_within(
    times_ds: npt.NDArray[np.int32], amounts: npt.NDArray[np.float64], limit_min: float
) -> npt.NDArray[np.float64]:
    """Sum what each row of times reaches within a limit; see :func:`cumulative_opportunities`.

    Examples
    --------
    >>> reached_within(np.array([[9000, 9001], [600, 600]]), np.array([100.0, 50.0]), 15).tolist()
    [100.0, 150.0]
    """
    reached: npt.NDArray[np.float64]
    reached = np.where(times_ds <= deciseconds(limit_min), amounts, 0.0).sum(axis=1)
    return reached
