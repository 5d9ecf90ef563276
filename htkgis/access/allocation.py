"""Allocation: the demand of every origin parted so that nobody would rather go elsewhere.

Each origin in turn takes its best answer to all others: the level to which its demand fills the
costs it meets, like water. Every such turn lowers one convex sum, whose least value is where all
are content, so that turns lead there whatever the order. Most turns look only at pairs that are
used or nearly; a round ends with one over all pairs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]

TURNS = 400
"""Turns of every origin over the near pairs in one round: cheap beside one over all."""
NEAR = 1.01
"""A pair is near up to this part of its origin's best cost."""


class Allocation(NamedTuple):
    """Persons per pair, cost per origin, rounds taken, and the excess cost that is left."""

    persons: Floats
    cost: Floats
    rounds: int
    excess: float


def allocate(
    origin: Positions,
    destination: Positions,
    cost: Floats,
    demand: Floats,
    capacity: Floats,
    *,
    tolerance: float,
    max_rounds: int,
) -> Allocation:
    r"""
    Part the demand over the pairs, where a place costs :math:`c_{ij} + L_j / K_j` under a load.

    Parameters
    ----------
    origin, destination
        Positions of pairs, sorted by origin.
    cost
        Cost of each pair without load, >= 0.
    demand, capacity
        By position of origins (>= 0) and of destinations (> 0 where a pair ends).
    tolerance
        Mean cost above the best, as part of the mean best cost, at which it ends.
    max_rounds
        It ends there too.

    Returns
    -------
    allocation
        The cost per origin is infinite where it has no pair.
    """
    start = np.searchsorted(origin, np.arange(len(demand) + 1))
    persons, load = np.zeros(len(cost)), np.zeros(len(capacity))
    room = np.where(capacity > 0, capacity, 1.0)
    best = np.full(len(demand), np.inf)
    excess, rounds = 0.0, 0
    for rounds in range(1, max_rounds + 1):  # noqa: B007 - told at the end
        _take_turns(start, destination, cost, demand, room, persons, load, 1)
        load = np.bincount(destination, persons, minlength=len(room)).astype(np.float64)
        met = cost + (load / room)[destination]
        best = _least(met, start)
        least = float(persons @ best[origin])
        excess = float(persons @ (met - best[origin])) / least if least > 0 else 0.0
        if excess <= tolerance:
            break
        near = np.flatnonzero((persons > 0) | (met < NEAR * best[origin]))
        of_near = np.searchsorted(origin[near], np.arange(len(demand) + 1))
        part = persons[near]
        _take_turns(of_near, destination[near], cost[near], demand, room, part, load, TURNS)
        persons[near] = part
        load = np.bincount(destination, persons, minlength=len(room)).astype(np.float64)
    return Allocation(persons, best, rounds, excess)


def _least(values: Floats, start: Positions) -> Floats:
    """Find the least value of each origin; infinite where it has no pair."""
    least = np.full(len(start) - 1, np.inf)
    some = start[1:] > start[:-1]
    if some.any():
        least[some] = np.minimum.reduceat(values, start[:-1][some])
    return least


@kernel
def _take_turns(  # noqa: PLR0913, PLR0917 - a kernel takes arrays one by one
    start: Positions,
    destination: Positions,
    cost: Floats,
    demand: Floats,
    capacity: Floats,
    persons: Floats,
    load: Floats,
    turns: int,
) -> None:
    """Let every origin part its demand anew, against all others as they are."""
    for _ in range(turns):
        for i in range(len(demand)):
            if demand[i] > 0 and start[i] < start[i + 1]:
                _part(start[i], start[i + 1], destination, cost, demand[i], capacity, persons, load)


@kernel
def _part(  # noqa: PLR0913, PLR0917 - a kernel takes arrays one by one
    begin: int,
    end: int,
    destination: Positions,
    cost: Floats,
    demand: float,
    capacity: Floats,
    persons: Floats,
    load: Floats,
) -> None:
    """Fill the pairs of one origin to the level at which they hold its demand."""
    cheapest, level = begin, np.inf
    for at in range(begin, end):
        j = destination[at]
        load[j] -= persons[at]
        met = cost[at] + load[j] / capacity[j]
        if met < cost[cheapest] + load[destination[cheapest]] / capacity[destination[cheapest]]:
            cheapest = at
        # were it the only one, the level would stand here; with others it stands lower
        level = min(level, met + demand / capacity[j])
        persons[at] = 0.0
    while True:
        room, held = 0.0, demand
        for at in range(begin, end):
            j = destination[at]
            met = cost[at] + load[j] / capacity[j]
            if met < level:
                room += capacity[j]
                held += capacity[j] * met
        if room == 0.0 or not held / room < level * (1.0 - 1e-15):
            break
        level = held / room
    left = demand
    for at in range(begin, end):
        j = destination[at]
        met = cost[at] + load[j] / capacity[j]
        if met < level and at != cheapest:
            persons[at] = min(left, capacity[j] * (level - met))
            left -= persons[at]
    persons[cheapest] = left  # all but rounding, so that nobody is lost
    for at in range(begin, end):
        load[destination[at]] += persons[at]
