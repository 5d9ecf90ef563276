"""Opportunities per person who competes for them, by any impedance: Shen's measure."""

from __future__ import annotations

import pandas as pd

from .competition import competing, per_person
from .impedance import Weighting


def shen(
    travel_times: pd.DataFrame,
    demand: pd.Series,
    supply: pd.Series,
    *,
    impedance: Weighting,
    checked: bool = False,
) -> pd.Series:
    r"""
    Measure opportunities per competing person, both by a falling impedance (Shen).

    .. math::

        a_i = \sum_j \frac{S_j f(t_{ij})}{\sum_k D_k f(t_{kj})}


    The same sum as :func:`e2sfca`, which came later and takes steps; it is here under the name
    and in the order in which transport research knows it. The mean over all persons is the supply
    per person.

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
    Shen, Q. (1998). Location characteristics of inner-city neighborhoods and employment
    accessibility of low-wage workers. Environment and Planning B 25(3), 345-365.

    Examples
    --------
    60 jobs for 50 persons in a, and 50 in b who count a fifth:

    >>> times = pd.DataFrame({"from_id": ["a", "b"], "to_id": ["s", "s"],
    ...                       "travel_time_ds": [600, 3000]})
    >>> shen(times, pd.Series({"a": 50, "b": 50}), pd.Series({"s": 60}),
    ...      impedance=lambda minutes: 1 / minutes).round(9).to_dict()
    {'a': 1.0, 'b': 0.2}
    """
    found = competing(travel_times, demand, supply, impedance=impedance, checked=checked)
    potential = found.weighted_demand(found.weight)
    return per_person(found, found.ratio(potential), found.weight)
