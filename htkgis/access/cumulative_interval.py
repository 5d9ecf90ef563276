"""How many opportunities are reached within the limits of an interval, not within one alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from htkgis.errors import first
from htkgis.units import deciseconds

from .pairs import read_amounts, read_pairs


def cumulative_interval(
    travel_times: pd.DataFrame,
    opportunities: pd.Series,
    *,
    origins: pd.Index,
    limits_min: Sequence[float],
    percents: Sequence[float] = (50,),
    checked: bool = False,
) -> pd.DataFrame:
    r"""
    Summarise the opportunities that each origin reaches within each limit of an interval.

    .. math::

        A_i = \operatorname{statistic}_{T \in \mathcal T} \sum_j O_j \, [t_{ij} \le T]

    One limit is a choice that decides the ranking of places; an interval of limits, every minute
    from 25 to 35 for instance, depends on it less.

    Parameters
    ----------
    travel_times
        Long table ``TRAVEL_TIMES``, one row per reachable pair; deciseconds.
    opportunities
        What is there to reach (places, jobs, seats), indexed by ``to_id``; at least 0. Pairs to
        other destinations are left out.
    origins
        Ids of the result, in its order.
    limits_min
        Minutes, one or more, such as ``range(25, 36)``; a time exactly on a limit is inside.
    percents
        Percentiles over the limits, 0 to 100; 50 is the median.
    checked
        Whether ``travel_times`` is known to keep its contract; then it is not looked at again.

    Returns
    -------
    access
        Opportunities, indexed like ``origins``: ``mean``, and ``p<percent>`` for each of
        ``percents``, linear between two limits; 0 where nothing is reached.

    Raises
    ------
    SchemaError
        If ``travel_times`` breaks its contract, ids repeat, or opportunities are no amounts.
    ValueError
        If there is no limit, one is below 0, or a percent is not from 0 to 100.

    References
    ----------
    Tomasiello, D. B., Herszenhut, D., Oliveira, J. L. A., Braga, C. K. V. and Pereira, R. H. M.
    (2023). A time interval metric for cumulative opportunity accessibility. Applied Geography
    157, 103007.

    Examples
    --------
    Within 10, 20 and 30 minutes there are 0, 100 and 400 jobs:

    >>> times = pd.DataFrame({"from_id": ["a", "a"], "to_id": ["s", "t"],
    ...                       "travel_time_ds": [9000, 18000]})
    >>> cumulative_interval(times, pd.Series({"s": 100, "t": 300}), origins=pd.Index(["a"]),
    ...                     limits_min=(10, 20, 30), percents=(50, 75))
             mean    p50    p75
    a  166.666667  100.0  250.0
    """
    _check_limits(limits_min, percents)
    limits_ds = np.unique([deciseconds(limit) for limit in limits_min])
    amounts = read_amounts(opportunities, "opportunities")
    pairs = read_pairs(travel_times, origins, opportunities.index, checked=checked)
    reached = pairs.reached(amounts[pairs.destination], limits_ds)
    columns = {"mean": reached.mean(axis=1)}
    for percent in percents:
        columns[f"p{percent:g}"] = np.percentile(reached, percent, axis=1)
    return pd.DataFrame(columns, index=origins)


def _check_limits(limits_min: Sequence[float], percents: Sequence[float]) -> None:
    if len(limits_min) == 0:
        msg = "limits_min: none was given; one or more minutes are allowed. Give range(25, 36)."
        raise ValueError(msg)
    low = [limit for limit in limits_min if not limit >= 0]
    if low:
        msg = f"limits_min: {len(low)} of {len(limits_min)} are below 0: {first(low)}; "
        raise ValueError(msg + "minutes from 0 are allowed. Correct them.")
    wrong = [percent for percent in percents if not 0 <= percent <= 100]  # noqa: PLR2004
    if wrong:
        msg = f"percents: {len(wrong)} of {len(percents)} are wrong: {first(wrong)}; "
        raise ValueError(msg + "0 to 100 is allowed. Give 50 for the median.")
