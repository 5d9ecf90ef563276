"""Opportunities per person, the near counting more: the enhanced two-step catchment area."""

from __future__ import annotations

import pandas as pd

from .competition import competing, per_person
from .impedance import Weighting


def e2sfca(
    travel_times: pd.DataFrame,
    demand: pd.Series,
    supply: pd.Series,
    *,
    impedance: Weighting,
    checked: bool = False,
) -> pd.Series:
    r"""
    Measure opportunities per person, weighted by travel time in both steps (E2SFCA).

    .. math::

        R_j = \frac{S_j}{\sum_i D_i f(t_{ij})}, \qquad A_i = \sum_j R_j f(t_{ij})


    Over all persons it sums to the supply that is demanded: :math:`\sum_i D_i A_i = \sum_j S_j`.

    Parameters
    ----------
    travel_times
        Long table ``TRAVEL_TIMES``, one row per reachable pair; deciseconds. Pairs of other ids
        are left out.
    demand
        Persons per origin, indexed by ``from_id``; at least 0.
    supply
        Opportunities per destination (seats, jobs, doctors), indexed by ``to_id``; at least 0.
    impedance
        Weight of a travel time in minutes; see :mod:`htkgis.access.impedance`.
    checked
        Whether ``travel_times`` is known to keep its contract; then it is not looked at again.

    Returns
    -------
    access
        Opportunities per person, indexed like ``demand``; 0 where supply is out of reach, missing
        where nobody demands what is reached (0/0), and everywhere if there is no demand or no
        supply at all.

    Raises
    ------
    SchemaError
        If ``travel_times`` breaks its contract, ids repeat, or demand or supply are no amounts.
    ValueError
        If the impedance gives no weights.

    References
    ----------
    Luo, W. and Qi, Y. (2009). An enhanced two-step floating catchment area (E2SFCA) method for
    measuring spatial accessibility to primary care physicians. Health & Place 15(4), 1100-1107.

    Examples
    --------
    168 seats for 100 persons near and 100 persons who count 0.68 each:

    >>> from htkgis.access.impedance import Impedance
    >>> times = pd.DataFrame({"from_id": ["a", "b"], "to_id": ["s", "s"],
    ...                       "travel_time_ds": [3000, 9000]})
    >>> e2sfca(times, pd.Series({"a": 100, "b": 100}), pd.Series({"s": 168}),
    ...        impedance=Impedance("stepped", (10, 1, 20, 0.68, 30, 0.22))).round(9).to_dict()
    {'a': 1.0, 'b': 0.68}
    """
    found = competing(travel_times, demand, supply, impedance=impedance, checked=checked)
    # step 1: per destination, supply over the demand that can reach it
    ratio = found.ratio(found.weighted_demand(found.weight))
    # step 2: per origin, the sum of the ratios within reach
    return per_person(found, ratio, found.weight)
