"""Opportunities per person who may choose: the three-step floating catchment area."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .competition import competing, per_person
from .impedance import Weighting


def three_step_fca(
    travel_times: pd.DataFrame,
    demand: pd.Series,
    supply: pd.Series,
    *,
    impedance: Weighting,
    checked: bool = False,
) -> pd.Series:
    r"""
    Measure opportunities per person, who wants less of each where more are near (3SFCA).

    .. math::

        G_{ij} = \frac{f(t_{ij})}{\sum_k f(t_{ik})}, \qquad
        R_j = \frac{S_j}{\sum_i G_{ij} D_i f(t_{ij})}, \qquad
        A_i = \sum_j G_{ij} R_j f(t_{ij})


    Destinations without supply take part in no choice.

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
    Wan, N., Zou, B. and Sternberg, T. (2012). A three-step floating catchment area method for
    analyzing spatial access to health services. International Journal of Geographical Information
    Science 26(6), 1073-1089.

    Examples
    --------
    a and b have 40 persons each. Those of b may choose between s and t and are half at each, so
    that s with 60 seats meets 60 persons and t with 20 seats meets 20:

    >>> times = pd.DataFrame({"from_id": ["a", "b", "b"], "to_id": ["s", "s", "t"],
    ...                       "travel_time_ds": [600, 600, 600]})
    >>> three_step_fca(times, pd.Series({"a": 40, "b": 40}), pd.Series({"s": 60, "t": 20}),
    ...                impedance=lambda minutes: 1 / minutes).round(9).to_dict()
    {'a': 1.0, 'b': 1.0}
    """
    found = competing(travel_times, demand, supply, impedance=impedance, checked=checked)
    # step 1: per origin, how its demand would part over what it may choose from
    offered = np.where(found.supply[found.pairs.destination] > 0, found.weight, 0.0)
    choice = found.share_of_origin(offered)
    # step 2: per destination, supply over the demand that chooses it; without supply nobody
    # chooses, but there is still 0 for each person who reaches it
    chosen = found.weighted_demand(choice * found.weight)
    ratio = found.ratio(np.where(found.supply > 0, chosen, found.weighted_demand(found.weight)))
    # step 3: per origin, the sum of what is chosen
    return per_person(found, ratio, choice * found.weight)
