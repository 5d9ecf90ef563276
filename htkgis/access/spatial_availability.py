"""Opportunities that are left for each origin once all compete for them."""

from __future__ import annotations

import pandas as pd

from .competition import competing, per_person
from .impedance import Weighting


def spatial_availability(
    travel_times: pd.DataFrame,
    demand: pd.Series,
    supply: pd.Series,
    *,
    impedance: Weighting,
    checked: bool = False,
) -> pd.Series:
    r"""
    Measure the opportunities that are available to each origin among all who compete.

    .. math::

        V_i = \sum_j S_j \frac{F^p_i F^c_{ij}}{\sum_k F^p_k F^c_{kj}}, \qquad
        F^p_i = \frac{D_i}{\sum_k D_k}, \qquad F^c_{ij} = \frac{f(t_{ij})}{\sum_k f(t_{kj})}


    Every opportunity is shared out once, by people and by travel time, so that
    :math:`\sum_i V_i` is the supply that is reached by anybody. Per person it is :func:`shen`;
    pair by pair it is :func:`singly_constrained`.

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
        Opportunities, indexed like ``demand``; 0 where supply is out of reach or nobody lives,
        missing where nobody demands what is reached (0/0), and everywhere if there is no demand
        or no supply at all.

    Raises
    ------
    SchemaError
        If ``travel_times`` breaks its contract, ids repeat, or demand or supply are no amounts.
    ValueError
        If the impedance gives no weights.

    References
    ----------
    Soukhov, A., Paez, A., Higgins, C. D. and Mohamed, M. (2023). Introducing spatial
    availability, a singly-constrained measure of competitive accessibility. PLOS ONE 18(1),
    e0278468.

    Examples
    --------
    60 jobs for 50 persons in a, and 50 in b who count a fifth: 60 x 50/60 and 60 x 10/60:

    >>> times = pd.DataFrame({"from_id": ["a", "b"], "to_id": ["s", "s"],
    ...                       "travel_time_ds": [600, 3000]})
    >>> spatial_availability(times, pd.Series({"a": 50, "b": 50}), pd.Series({"s": 60}),
    ...                      impedance=lambda minutes: 1 / minutes).round(9).to_dict()
    {'a': 50.0, 'b': 10.0}
    """
    found = competing(travel_times, demand, supply, impedance=impedance, checked=checked)
    # the sums over all origins in both factors cancel out
    ratio = found.ratio(found.weighted_demand(found.weight))
    return per_person(found, ratio, found.weight) * found.demand
