"""Who goes where, pair by pair, if every person goes once and every opportunity is taken once."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from htkgis.errors import first

from .competition import Competition, competing, divided
from .impedance import Weighting
from .pairs import Floats

SAME_TOTAL = 1e-9
"""Part of a total by which sums of weights may differ from rounding alone."""


def doubly_constrained(
    travel_times: pd.DataFrame,
    demand: pd.Series,
    supply: pd.Series,
    *,
    impedance: Weighting,
    tolerance: float = 1e-6,
    max_iterations: int = 1000,
    checked: bool = False,
) -> pd.DataFrame:
    r"""
    Measure the flow of each pair, where flows meet all of the demand and all of the supply.

    .. math::

        T_{ij} = a_i D_i \, b_j S_j \, f(t_{ij}), \qquad
        \sum_j T_{ij} = D_i, \quad \sum_i T_{ij} = S_j

    Found by iterative proportional fitting: each iteration scales the rows to the demand and then
    the columns to the supply, until the rows are right too.

    Parameters
    ----------
    travel_times
        Long table ``TRAVEL_TIMES``, one row per reachable pair; deciseconds. Pairs of other ids
        are left out.
    demand
        Persons per origin, indexed by ``from_id``; at least 0.
    supply
        Opportunities per destination, indexed by ``to_id``; at least 0, in all as many as persons.
    impedance
        Weight of a travel time in minutes; see :mod:`htkgis.access.impedance`.
    tolerance
        Part of all persons that may still be in the wrong row at the end.
    max_iterations
        How often rows and columns are scaled at most.
    checked
        Whether ``travel_times`` is known to keep its contract; then it is not looked at again.

    Returns
    -------
    flows
        ``from_id``, ``to_id`` and ``flow`` in persons: one row per pair within reach, in the
        order of ``demand`` and then ``supply``. ``flows.attrs`` holds the ``iterations`` it took
        and the ``error`` that is left, as ``tolerance``.

    Raises
    ------
    SchemaError
        If ``travel_times`` breaks its contract, ids repeat, or demand or supply are no amounts.
    ValueError
        If the totals differ, demand or supply reaches no other side, or the flows do not meet both
        within the iterations: there is no such flow where a group can only reach too little.

    References
    ----------
    Wilson, A. G. (1971). A family of spatial interaction models, and associated developments.
    Environment and Planning A 3(1), 1-32.

    Soukhov, A., Pereira, R. H. M., Higgins, C. D. and Paez, A. (2025). A family of accessibility
    measures derived from spatial interaction principles. OSF Preprints, doi
    10.31219/osf.io/a9dxb_v1.

    Examples
    --------
    The odds of staying stand 4 to 1 on both sides, so 4 of 5 do:

    >>> times = pd.DataFrame({"from_id": ["a", "a", "b", "b"], "to_id": ["s", "t", "s", "t"],
    ...                       "travel_time_ds": [600, 2400, 2400, 600]})
    >>> flows = doubly_constrained(times, pd.Series({"a": 50, "b": 50}),
    ...     pd.Series({"s": 50, "t": 50}), impedance=lambda minutes: 1 / minutes)
    >>> flows["flow"].round(9).tolist(), flows.attrs["iterations"]
    ([40.0, 10.0, 10.0, 40.0], 1)
    """
    found = competing(travel_times, demand, supply, impedance=impedance, checked=checked)
    _check_totals(found, demand, supply)
    pairs = found.pairs
    total = found.demand.sum()
    row = _scale(found.demand, pairs.by_origin(found.weight))
    for iteration in range(1, max_iterations + 1):
        column = _scale(found.supply, pairs.by_destination(row[pairs.origin] * found.weight))
        weighed = pairs.by_origin(column[pairs.destination] * found.weight)
        error = float(np.abs(row * weighed - found.demand).sum() / total) if total > 0 else 0.0
        if error <= tolerance:
            fit: dict[Hashable | None, float] = {"iterations": iteration, "error": error}
            break
        row = _scale(found.demand, weighed)
    else:
        msg = (
            f"doubly constrained: after {max_iterations} iterations {error:.2g} of all persons are "
            f"in the wrong row; {tolerance:g} is allowed. Reach farther, or scale within what is "
            "reached."
        )
        raise ValueError(msg)
    flow = row[pairs.origin] * column[pairs.destination] * found.weight
    flows = pairs.table(flow=flow)
    flows.attrs = fit
    return flows


def _scale(wanted: Floats, present: Floats) -> Floats:
    """Find what brings sums to those wanted; 0 where none is wanted."""
    return np.nan_to_num(divided(wanted, present))


def _check_totals(found: Competition, demand: pd.Series, supply: pd.Series) -> None:
    """Raise ValueError where no flow can meet both sides."""
    persons, amounts = found.demand.sum(), found.supply.sum()
    if abs(persons - amounts) > SAME_TOTAL * max(persons, amounts):
        msg = f"doubly constrained: demand sums to {persons:g} and supply to {amounts:g}; "
        raise ValueError(msg + "equal sums are allowed. Scale one to the other.")
    pairs = found.pairs
    wanted = (found.demand[pairs.origin] > 0) & (found.supply[pairs.destination] > 0)
    for what, values, ids, reached in (
        ("demand", found.demand, demand.index, pairs.by_origin(wanted.astype(np.float64))),
        ("supply", found.supply, supply.index, pairs.by_destination(wanted.astype(np.float64))),
    ):
        alone = (values > 0) & (reached == 0)
        if alone.any():
            msg = (
                f"doubly constrained: {int(alone.sum())} of {len(values)} ids with {what} reach "
                f"no other side: {first(ids[alone])}; each must. Reach farther, or leave them out."
            )
            raise ValueError(msg)
