"""Minutes until a given number of opportunities is in reach."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from htkgis.units import minutes

from .pairs import Floats, Positions, read_amounts, read_pairs


def time_to_opportunities(
    travel_times: pd.DataFrame,
    opportunities: pd.Series,
    *,
    origins: pd.Index,
    amount: float,
    checked: bool = False,
) -> pd.Series:
    r"""
    Measure within how many minutes each origin reaches an amount of opportunities.

    .. math::

        T_i(A) = \min \Big\{ T : \sum_j O_j \, [t_{ij} \le T] \ge A \Big\}

    It asks the question of cumulative opportunities the other way round: not how many jobs there
    are within 30 minutes, but within how many minutes there are 1,000. No limit decides what
    counts, and minutes of two areas can be subtracted. :func:`nearest` asks the same of places
    that count once each.

    Parameters
    ----------
    travel_times
        Long table ``TRAVEL_TIMES``, one row per reachable pair; deciseconds.
    opportunities
        Jobs, seats, places, indexed by ``to_id``; at least 0. Pairs to others are left out.
    origins
        Ids of the result, in its order.
    amount
        How many opportunities; above 0. Exactly as many are enough.
    checked
        Whether ``travel_times`` is known to keep its contract; then it is not looked at again.

    Returns
    -------
    minutes
        Minutes, 0 or more, with the decisecond that the times have, indexed like ``origins``;
        missing where all that is reached is less than ``amount``.

    Raises
    ------
    SchemaError
        If ``travel_times`` breaks its contract, ids repeat, or opportunities are no amounts.
    ValueError
        If ``amount`` is not a number above 0.

    References
    ----------
    The dual measure of Cui, M. and Levinson, D. (2020). Primal and Dual Access. Geographical
    Analysis 52, 452-474.

    Examples
    --------
    The 100 jobs of s are 5 minutes away, the 50 of t 10; whoever wants 101 must go to t too:

    >>> times = pd.DataFrame({"from_id": ["a", "a", "b"], "to_id": ["s", "t", "s"],
    ...                       "travel_time_ds": [3000, 6000, 600]})
    >>> jobs = pd.Series({"s": 100, "t": 50})
    >>> time_to_opportunities(times, jobs, origins=pd.Index(["a", "b"]), amount=101).to_dict()
    {'a': 10.0, 'b': nan}
    """
    if not 0 < amount < np.inf:
        msg = f"time to opportunities: amount is {amount}; a number above 0 is allowed. Correct it."
        raise ValueError(msg)
    amounts = read_amounts(opportunities, "opportunities")
    pairs = read_pairs(travel_times, origins, opportunities.index, checked=checked)
    order = np.lexsort((pairs.time_ds, pairs.origin))
    origin, time_ds = pairs.origin[order], pairs.time_ds[order]
    enough = _reached(origin, amounts[pairs.destination[order]], len(origins)) >= amount
    result = np.full(len(origins), np.nan)
    at, position = np.unique(origin[enough], return_index=True)  # the first of each origin
    result[at] = minutes(time_ds[enough][position])
    return pd.Series(result, index=origins)


def _reached(origin: Positions, amounts: Floats, count: int) -> Floats:
    """Sum amounts of pairs, in the order of their origins, up to and with each pair.

    Each origin is summed by itself: a running total of all, less what stood before, would lose
    tenths of a job beside millions elsewhere.
    """
    sums = np.empty(len(amounts))
    ends = np.searchsorted(origin, np.arange(count + 1))
    for start, end in pairwise(ends):
        np.cumsum(amounts[start:end], out=sums[start:end])
    return sums
