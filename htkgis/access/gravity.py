"""How many opportunities are reached, each weighted by its travel time."""

from __future__ import annotations

import pandas as pd

from .impedance import Weighting
from .pairs import read_amounts, read_pairs, weigh


def gravity(
    travel_times: pd.DataFrame,
    opportunities: pd.Series,
    *,
    origins: pd.Index,
    impedance: Weighting,
    checked: bool = False,
) -> pd.Series:
    r"""
    Measure the opportunities that each origin reaches, weighted by their travel time.

    .. math::

        A_i = \sum_j O_j \, f(t_{ij})

    Parameters
    ----------
    travel_times
        Long table ``TRAVEL_TIMES``, one row per reachable pair; deciseconds.
    opportunities
        What is there to reach (places, jobs, seats), indexed by ``to_id``; at least 0. Pairs to
        other destinations are left out.
    origins
        Ids of the result, in its order.
    impedance
        Weight of a travel time in minutes; see :mod:`htkgis.access.impedance`.
    checked
        Whether ``travel_times`` is known to keep its contract; then it is not looked at again.

    Returns
    -------
    access
        Opportunities, indexed like ``origins``; 0 where nothing is reached.

    Raises
    ------
    SchemaError
        If ``travel_times`` breaks its contract, ids repeat, or opportunities are no amounts.
    ValueError
        If the impedance gives no weights.

    References
    ----------
    Hansen, W. G. (1959). How accessibility shapes land use. Journal of the American Institute
    of Planners 25(2), 73-76.

    Examples
    --------
    100 jobs in 10 minutes count half, 40 in 20 minutes a quarter:

    >>> from htkgis.access.impedance import Impedance
    >>> times = pd.DataFrame({"from_id": ["a", "a"], "to_id": ["s", "t"],
    ...                       "travel_time_ds": [6000, 12000]})
    >>> gravity(times, pd.Series({"s": 100, "t": 40}), origins=pd.Index(["a", "b"]),
    ...         impedance=Impedance("half_life", (10,))).to_dict()
    {'a': 60.0, 'b': 0.0}
    """
    amounts = read_amounts(opportunities, "opportunities")
    pairs = read_pairs(travel_times, origins, opportunities.index, checked=checked)
    pairs, weight = weigh(pairs, impedance)
    return pd.Series(pairs.by_origin(amounts[pairs.destination] * weight), index=origins)
