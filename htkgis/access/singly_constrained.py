"""Who gets what, pair by pair, if every opportunity, or every person, is shared out once."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from .competition import competing, divided
from .impedance import Weighting


def singly_constrained(
    travel_times: pd.DataFrame,
    demand: pd.Series,
    supply: pd.Series,
    *,
    impedance: Weighting,
    constraint: Literal["supply", "demand"],
    checked: bool = False,
) -> pd.DataFrame:
    r"""
    Measure what each pair takes of its destination's supply, or of its origin's demand.

    .. math::

        \kappa_{ij} = \frac{D_i f(t_{ij})}{\sum_k D_k f(t_{kj})}, \quad V_{ij} = \kappa_{ij} S_j
        \qquad \text{or} \qquad
        \hat\kappa_{ij} = \frac{S_j f(t_{ij})}{\sum_k S_k f(t_{ik})}, \quad
        M_{ij} = \hat\kappa_{ij} D_i

    With ``supply`` every opportunity is shared out once: the sum per origin is
    :func:`spatial_availability`. With ``demand`` every person is: the sum per destination is its
    market potential, the persons who fall to it.

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
    constraint
        What is shared out: ``supply`` over the origins, or ``demand`` over the destinations.
    checked
        Whether ``travel_times`` is known to keep its contract; then it is not looked at again.

    Returns
    -------
    shares
        ``from_id``, ``to_id``, ``kappa`` (0 to 1, sums to 1 over those who share) and
        ``allocated``, opportunities or persons: one row per pair within reach, in the order of
        ``demand`` and then ``supply``. Both are missing where there is nobody to share with (0/0).

    Raises
    ------
    SchemaError
        If ``travel_times`` breaks its contract, ids repeat, or demand or supply are no amounts.
    ValueError
        If the impedance gives no weights, or the constraint is another.

    References
    ----------
    Soukhov, A., Pereira, R. H. M., Higgins, C. D. and Paez, A. (2025). A family of accessibility
    measures derived from spatial interaction principles. OSF Preprints, doi
    10.31219/osf.io/a9dxb_v1.

    Examples
    --------
    60 jobs for 50 persons in a, and 50 in b who count a fifth:

    >>> times = pd.DataFrame({"from_id": ["a", "b"], "to_id": ["s", "s"],
    ...                       "travel_time_ds": [600, 3000]})
    >>> singly_constrained(times, pd.Series({"a": 50, "b": 50}), pd.Series({"s": 60}),
    ...                    impedance=lambda minutes: 1 / minutes, constraint="supply").round(3)
      from_id to_id  kappa  allocated
    0       a     s  0.833       50.0
    1       b     s  0.167       10.0
    """
    if constraint not in {"supply", "demand"}:
        msg = f"constraint is {constraint!r}; 'supply' and 'demand' are allowed. Name one of them."
        raise ValueError(msg)
    found = competing(travel_times, demand, supply, impedance=impedance, checked=checked)
    pairs = found.pairs
    if constraint == "supply":
        claim = found.demand[pairs.origin] * found.weight
        kappa = divided(claim, pairs.by_destination(claim)[pairs.destination])
        shared = found.supply[pairs.destination]
    else:
        claim = found.supply[pairs.destination] * found.weight
        kappa = divided(claim, pairs.by_origin(claim)[pairs.origin])
        shared = found.demand[pairs.origin]
    return pairs.table(kappa=kappa, allocated=kappa * shared)
