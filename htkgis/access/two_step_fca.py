"""Opportunities per person within a catchment: the two-step floating catchment area."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .competition import competing, per_person
from .impedance import Floats, Impedance


def two_step_fca(
    travel_times: pd.DataFrame,
    demand: pd.Series,
    supply: pd.Series,
    *,
    limit_min: float,
    checked: bool = False,
) -> pd.Series:
    r"""
    Measure opportunities per person, where all within a limit share alike (2SFCA).

    .. math::

        R_j = \frac{S_j}{\sum_i D_i \, [t_{ij} \le T]}, \qquad
        A_i = \sum_j R_j \, [t_{ij} \le T]


    Parameters
    ----------
    travel_times
        Long table ``TRAVEL_TIMES``, one row per reachable pair; deciseconds. Pairs of other ids
        are left out.
    demand
        Persons per origin, indexed by ``from_id``; at least 0.
    supply
        Opportunities per destination (seats, jobs, doctors), indexed by ``to_id``; at least 0.
    limit_min
        Minutes; a time exactly on the limit is inside.
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

    References
    ----------
    Luo, W. and Wang, F. (2003). Measures of spatial accessibility to health care in a GIS
    environment. Environment and Planning B 30(6), 865-884.

    Examples
    --------
    School s has 30 seats for the 100 persons of a and b, school t 10 for the 50 of b:

    >>> times = pd.DataFrame({"from_id": ["a", "b", "b"], "to_id": ["s", "s", "t"],
    ...                       "travel_time_ds": [3000, 6000, 9000]})
    >>> two_step_fca(times, pd.Series({"a": 50, "b": 50}), pd.Series({"s": 30, "t": 10}),
    ...              limit_min=15).round(9).to_dict()
    {'a': 0.3, 'b': 0.5}
    """
    within = Impedance("binary", (limit_min,)) if limit_min > 0 else _at_once
    found = competing(travel_times, demand, supply, impedance=within, checked=checked)
    # step 1: per destination, supply over the persons within its catchment
    ratio = found.ratio(found.weighted_demand(found.weight))
    # step 2: per origin, the sum of the ratios within its own
    return per_person(found, ratio, found.weight)


def _at_once(minutes: Floats) -> Floats:
    """Weigh only what takes no time: a limit of 0."""
    return np.asarray(minutes <= 0, dtype=np.float64)
