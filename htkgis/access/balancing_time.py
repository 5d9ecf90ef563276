"""Minutes until there are more opportunities than people who want them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from htkgis.units import DECISECONDS_PER_MINUTE

from .pairs import read_amounts, read_pairs


def balancing_time(
    travel_times: pd.DataFrame,
    demand: pd.Series,
    opportunities: pd.Series,
    *,
    checked: bool = False,
) -> pd.Series:
    r"""
    Measure within how many whole minutes each origin reaches more opportunities than its demand.

    .. math::

        B_i = \min \Big\{ T \in \mathbb N : \sum_j O_j \, [t_{ij} \le T] > D_i \Big\}

    Parameters
    ----------
    travel_times
        Long table ``TRAVEL_TIMES``, one row per reachable pair; deciseconds.
    demand
        Persons per origin, indexed by ``from_id``; at least 0.
    opportunities
        Jobs, seats, places, indexed by ``to_id``; at least 0. Pairs to others are left out.
    checked
        Whether ``travel_times`` is known to keep its contract; then it is not looked at again.

    Returns
    -------
    minutes
        Whole minutes, indexed like ``demand``; missing where all that is reached is not more than
        the demand. Where nobody lives it is the time to the first opportunity.

    Raises
    ------
    SchemaError
        If ``travel_times`` breaks its contract, ids repeat, or demand or opportunities are no
        amounts.

    References
    ----------
    Barboza, M. H. C., Carneiro, M. S., Falavigna, C., Luz, G. and Orrico, R. (2021). Balancing
    time: using a new accessibility measure in Rio de Janeiro. Journal of Transport Geography 90,
    102924.

    Examples
    --------
    Of 100 persons in each place, those of a need the jobs of t too; exactly as many as there are
    persons are not more:

    >>> times = pd.DataFrame({"from_id": ["a", "a", "b"], "to_id": ["s", "t", "s"],
    ...                       "travel_time_ds": [3000, 6001, 600]})
    >>> balancing_time(times, pd.Series({"a": 100, "b": 100}),
    ...                pd.Series({"s": 100, "t": 1})).to_dict()
    {'a': 11.0, 'b': nan}
    """
    persons = read_amounts(demand, "demand")
    amounts = read_amounts(opportunities, "opportunities")
    pairs = read_pairs(travel_times, demand.index, opportunities.index, checked=checked)
    whole_min = np.unique(np.append(0, -(-pairs.time_ds // DECISECONDS_PER_MINUTE)))
    reached = pairs.reached(amounts[pairs.destination], whole_min * DECISECONDS_PER_MINUTE)
    more = reached > persons[:, None]
    result = np.full(len(persons), np.nan)
    found = more.any(axis=1)
    result[found] = whole_min[more[found].argmax(axis=1)]
    return pd.Series(result, index=demand.index)
