"""Cost of travel and crowding where everybody goes where it is least: the rational agent model."""

from __future__ import annotations

import numpy as np
import pandas as pd

from htkgis.units import minutes

from .pairs import Floats, read_amounts, read_pairs

MAX_ROUNDS = 200
"""Rounds of the allocation at most; 900 zones take four to ten."""


def raam(
    travel_times: pd.DataFrame,
    demand: pd.Series,
    supply: pd.Series,
    *,
    time_scale_min: float,
    demand_per_supply: float | None = None,
    tolerance: float = 1e-5,
    checked: bool = False,
) -> pd.Series:
    r"""
    Measure the least cost of travel and crowding that each origin meets (RAAM).

    .. math::

        A_i = \min_j \Big( \frac{t_{ij}}{\tau} + \frac{1}{\rho} \frac{\sum_k x_{kj}}{S_j} \Big),
        \qquad \sum_j x_{ij} = D_i

    Persons :math:`x` choose where to go, and go elsewhere while that is better for them; the cost
    is that at which nobody would. It is the same for all persons of an origin, and there is only
    one such set of costs, so that it depends neither on an order nor on a beginning.

    Parameters
    ----------
    travel_times
        Long table ``TRAVEL_TIMES``, one row per reachable pair; deciseconds. Pairs of other ids
        are left out, and so are places without supply.
    demand
        Persons per origin, indexed by ``from_id``; at least 0. They may part over places.
    supply
        Opportunities per destination (doctors, seats), indexed by ``to_id``; at least 0.
    time_scale_min
        Minutes that cost as much as ordinary crowding, :math:`\tau` > 0.
    demand_per_supply
        Ordinary crowding :math:`\rho` > 0, in persons per opportunity; all demand over all supply
        where missing.
    tolerance
        Part of the mean cost by which persons may still be above their best on average.
    checked
        Whether ``travel_times`` is known to keep its contract; then it is not looked at again.

    Returns
    -------
    cost
        Without a unit, indexed like ``demand``, lower is better: 1 is ordinary crowding at the
        door, or ``time_scale_min`` to a place where nobody else is. Missing where no supply is
        reached, and everywhere if there is no demand. ``attrs`` holds the ``rounds`` taken and the
        ``excess`` that is left, as ``tolerance``.

    Raises
    ------
    SchemaError
        If ``travel_times`` breaks its contract, ids repeat, or demand or supply are no amounts.
    ValueError
        If a scale is not above 0, or persons still want to move after ``MAX_ROUNDS``.

    References
    ----------
    Saxon, J. and Snow, D. (2020). A rational agent model for the spatial accessibility of primary
    health care. Annals of the American Association of Geographers 110(1), 205-222.

    Examples
    --------
    100 persons, 10 doctors in 10 and 10 in 20 minutes, 5 persons per doctor being ordinary: 75 go
    to the near ones, where it costs 1 + 7.5/5, and 25 to the others, where it costs 2 + 2.5/5:

    >>> times = pd.DataFrame({"from_id": ["a", "a", "b"], "to_id": ["s", "t", "t"],
    ...                       "travel_time_ds": [6000, 12000, 0]})
    >>> raam(times, pd.Series({"a": 100, "b": 0}), pd.Series({"s": 10, "t": 10}),
    ...      time_scale_min=10, demand_per_supply=5).round(9).to_dict()
    {'a': 2.5, 'b': 0.5}
    """
    from .allocation import allocate  # noqa: PLC0415 - compiled code, for who asks for it

    persons, amounts = read_amounts(demand, "demand"), read_amounts(supply, "supply")
    everybody = _ordinary(persons, amounts) if demand_per_supply is None else demand_per_supply
    for name, value in (("time_scale_min", time_scale_min), ("demand_per_supply", everybody)):
        if not 0 < value < np.inf:
            msg = f"{name} is {value}; a number above 0 is allowed. Correct it."
            raise ValueError(msg)
    pairs = read_pairs(travel_times, demand.index, supply.index, checked=checked)
    pairs = pairs.where(amounts[pairs.destination] > 0)
    found = allocate(
        pairs.origin,
        pairs.destination,
        minutes(pairs.time_ds) / time_scale_min,
        persons,
        everybody * amounts,
        tolerance=tolerance,
        max_rounds=MAX_ROUNDS,
    )
    if found.excess > tolerance:
        msg = (
            f"raam: after {found.rounds} rounds persons are {found.excess:.2g} of the mean cost "
            f"above their best; {tolerance:g} is allowed. Allow a larger part."
        )
        raise ValueError(msg)
    known = np.isfinite(found.cost) & persons.any()
    cost = pd.Series(np.where(known, found.cost, np.nan), index=demand.index)
    cost.attrs = {"rounds": found.rounds, "excess": found.excess}
    return cost


def _ordinary(persons: Floats, amounts: Floats) -> float:
    """All demand over all supply; 1 where there is neither, for then nothing is measured."""
    total = float(amounts.sum())
    return (float(persons.sum()) / total if total > 0 else 0.0) or 1.0
