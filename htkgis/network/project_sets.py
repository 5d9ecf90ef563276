"""Times to the nearest place under every set of projects that add streets and open or close doors.

Streets that projects add, and the junctions where they join, are in the graph from the start, so
that a junction has one number in every set. Everybody and every place of today join the streets
that are there without projects; a door that a project opens joins those and the project's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.units import UNREACHED

from .graph import Graph
from .growing import GrowingStreets
from .snap import (
    Snaps,
    arrival_costs,
    arriving_ds,
    departure_costs,
    end_nodes,
    leaving_ds,
)

Ints = npt.NDArray[np.int32]
Long = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Doors:
    """Where the places of one function are reached, and in which sets of projects.

    A door is there if it is one of today's or one of those who open it is in the set, and none of
    those who shut it is. Sets are bits: project ``i`` is ``1 << i``.

    Parameters
    ----------
    snaps
        On the graph that holds the streets of all projects.
    opened, shut
        Who opens each door, 0 for those of today, and who shuts it; int64, shape (n,).
    """

    snaps: Snaps
    opened: Long
    shut: Long

    def there(self, projects: int) -> npt.NDArray[np.bool_]:
        """Tell which doors are there in a set."""
        open_now = (self.opened == 0) | (self.opened & projects > 0)
        return np.asarray(open_now & (self.shut & projects == 0))


class State(NamedTuple):
    """A set of projects, as bits, and the time from every node to each function in it."""

    projects: int
    fields: tuple[Ints, ...]


class _Reached(NamedTuple):
    """The doors of a function as searches meet them, and who may walk straight along to them."""

    doors: Doors
    nodes: Ints
    costs: Ints
    beside: tuple[Long, Long, Long]


class ProjectTimes:
    """Times of one mode from every origin, whatever is built.

    Parameters
    ----------
    graph
        Streets of today and of all projects.
    owner
        Per edge the number of the project that adds it, or ``ALWAYS``.
    origins
        Where trips start, snapped to streets of today; numbers of ``graph``.
    doors
        Of each function.
    limit_ds
        Longest time that counts, in deciseconds, > 0.
    """

    def __init__(
        self,
        graph: Graph,
        owner: npt.ArrayLike,
        origins: Snaps,
        doors: Mapping[str, Doors],
        *,
        limit_ds: int,
    ) -> None:
        self._streets = GrowingStreets(graph, owner, limit_ds=limit_ds)
        self._limit_ds = limit_ds
        self._building = sum({1 << int(one) for one in np.unique(np.asarray(owner)) if one >= 0})
        self._ends = end_nodes(graph, origins)
        self._departing = departure_costs(graph, origins).astype(np.int64)
        self._functions = [
            _Reached(
                own,
                end_nodes(graph, own.snaps),
                arrival_costs(graph, own.snaps),
                _beside(graph, origins, own.snaps),
            )
            for own in doors.values()
        ]

    def raising(self) -> int:
        """Give the projects that shut a door of today: what they do needs a search of its own."""
        found = 0
        for own in self._functions:
            found |= int(np.bitwise_or.reduce(own.doors.shut, initial=0))
        return found

    def searched(self, projects: int, known: dict[tuple[int, int], Ints] | None = None) -> State:
        """Search a set anew.

        Parameters
        ----------
        projects
            The set.
        known
            Fields of earlier searches, by function and the projects that matter to it; they are
            taken, and new ones put beside them.
        """
        fields = []
        known = {} if known is None else known
        for number, own in enumerate(self._functions):
            key = (number, projects & (self._building | _touching(own.doors)))
            if key not in known:
                there = own.doors.there(projects)
                self._streets.open_only(members(projects))
                known[key] = self._streets.field(own.nodes[there], own.costs[there])
            fields.append(known[key])
        return State(projects, tuple(fields))

    def with_project(self, state: State, project: int) -> State:
        """Add a project that shuts no door: times only fall.

        Parameters
        ----------
        state
            A set without the project.
        project
            Its number.
        """
        bit = 1 << project
        after = state.projects | bit
        builds = bool(self._building & bit)
        if builds:
            self._streets.open_only(members(after))
        fields = []
        opened = builds
        for own, field in zip(self._functions, state.fields, strict=True):
            new = own.doors.there(after) & ~own.doors.there(state.projects)
            if new.any() and not opened:
                # who comes to a new door walks over all that is built by then
                self._streets.open_only(members(after))
                opened = True
            if not builds and not new.any():
                fields.append(field)
                continue
            fields.append(
                self._streets.lowered(
                    field,
                    owners=[project] if builds else [],
                    nodes=own.nodes[new],
                    costs_ds=own.costs[new],
                )
            )
        return State(after, tuple(fields))

    def times(self, state: State) -> npt.NDArray[np.int64]:
        """Give the time from every origin to the nearest place of each function in a set.

        Returns
        -------
        times
            Deciseconds, shape (functions, origins); ``UNREACHED`` beyond the limit.
        """
        result = np.empty((len(self._functions), len(self._ends)), dtype=np.int64)
        for row, (own, field) in enumerate(zip(self._functions, state.fields, strict=True)):
            result[row] = (self._departing + field[self._ends]).min(axis=1)
            origin, door, along = own.beside
            here = own.doors.there(state.projects)[door]
            np.minimum.at(result[row], origin[here], along[here])
        return np.where(result <= self._limit_ds, result, UNREACHED)


def _touching(doors: Doors) -> int:
    """Give the projects that open or shut a door."""
    return int(np.bitwise_or.reduce(doors.opened | doors.shut, initial=0))


def members(projects: int) -> list[int]:
    """List the numbers of the projects of a set.

    Examples
    --------
    >>> members(0b101)
    [0, 2]
    """
    return [number for number in range(projects.bit_length()) if projects >> number & 1]


def _beside(graph: Graph, origins: Snaps, doors: Snaps) -> tuple[Long, Long, Long]:
    """List origins and doors on one edge, and the time straight along it between them."""
    order = np.argsort(doors.edge, kind="stable")
    low = np.searchsorted(doors.edge[order], origins.edge, side="left")
    high = np.searchsorted(doors.edge[order], origins.edge, side="right")
    count = np.where(origins.edge >= 0, high - low, 0)
    origin = np.repeat(np.arange(len(origins)), count)
    first = np.cumsum(count) - count
    door = order[np.arange(len(origin)) - np.repeat(first - low, count)]
    start, end = origins.share[origin], doors.share[door]
    onward = (start <= end) & (origins.forward_ds[origin] >= 0)
    back = (start >= end) & (origins.backward_ds[origin] >= 0)
    along = np.full(len(origin), UNREACHED, dtype=np.int64)
    along[onward] = (doors.forward_ds[door] - origins.forward_ds[origin])[onward]
    returned = (origins.backward_ds[origin] - doors.backward_ds[door])[back]
    along[back] = np.minimum(along[back], returned)
    along += leaving_ds(graph, origins)[origin] + arriving_ds(graph, doors)[door]
    return origin, door, along
