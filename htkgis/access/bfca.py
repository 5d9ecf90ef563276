"""Opportunities per person, none counted twice: the balanced floating catchment area."""

from __future__ import annotations

import pandas as pd

from .competition import competing, per_person
from .impedance import Weighting


def bfca(
    travel_times: pd.DataFrame,
    demand: pd.Series,
    supply: pd.Series,
    *,
    impedance: Weighting,
    checked: bool = False,
) -> pd.Series:
    r"""
    Measure opportunities per person, demand and supply both shared out once (BFCA).

    .. math::

        L_j = \frac{S_j}{\sum_i D_i f(t_{ij}) / \sum_k f(t_{ik})}, \qquad
        A_i = \sum_j L_j \frac{f(t_{ij})}{\sum_k f(t_{kj})}


    Every person is shared out over the destinations within reach, and the level of service of
    each destination over the origins: :math:`\sum_i A_i = \sum_j L_j`. So no demand and no
    level of service is inflated, however many catchments overlap.

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
    Paez, A., Higgins, C. D. and Vivona, S. F. (2019). Demand and level of service inflation in
    floating catchment area (FCA) methods. PLOS ONE 14(6), e0218773.

    Examples
    --------
    30 persons in a and 20 in b part evenly over s and t: 25 at each. The level of service, 2 and
    4 seats per person, is shared by the two homes:

    >>> times = pd.DataFrame({"from_id": ["a", "a", "b", "b"], "to_id": ["s", "t", "s", "t"],
    ...                       "travel_time_ds": [600, 600, 600, 600]})
    >>> bfca(times, pd.Series({"a": 30, "b": 20}), pd.Series({"s": 50, "t": 100}),
    ...      impedance=lambda minutes: 1 / minutes).round(9).to_dict()
    {'a': 3.0, 'b': 3.0}
    """
    found = competing(travel_times, demand, supply, impedance=impedance, checked=checked)
    # step 1: per destination, supply over its part of the demand
    ratio = found.ratio(found.weighted_demand(found.share_of_origin(found.weight)))
    # step 2: per origin, its part of the levels of service
    return per_person(found, ratio, found.share_of_destination(found.weight))
