"""Where homes and places lie in each case that may move figures of residents.

Searches of the study itself stand wherever they can. A walk at another speed takes so many times
as long, so its times are scaled and not searched; a case that moves points on the streets searches
for those that moved; only another speed by bike or car is searched as a whole. Nothing here knows
how many people live at an address, or how many jobs are at a place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.network import Graph, Snaps, graph_from_arrays, snapped_on
from htkgis.store.values import Arrays
from htkgis.study import Study

from .part_case_steps import AT_HOMES, AT_TARGETS, GRAPH
from .robustness_steps import MOVING, cases_of, speed_up
from .snapped import SEEN, of_places, on_streets

Flags = npt.NDArray[np.bool_]
Places = frozenset[Any]


class Ends(NamedTuple):
    """Where all points lie on the streets of a case."""

    graph: Graph
    homes: Snaps
    targets: Snaps


@dataclass(frozen=True)
class Moved:
    """What is otherwise in a case than in the study itself.

    Parameters
    ----------
    ends
        Where all points lie; None where all times are divided by ``speed_up``.
    homes
        Which homes are searched from again; all of them at another speed.
    places
        Ids of the places that are searched for again; all of them at another speed.
    speed_up
        How many times as fast people walk.
    """

    ends: Ends | None
    homes: Flags
    places: Places
    speed_up: float = 1.0


@dataclass(frozen=True)
class Ground:
    """Who is searched from and what for, and the decisions of the study.

    Parameters
    ----------
    homes, places
        With ``id``.
    graph
        Of the study itself.
    at_homes, at_targets
        Where they lie on its streets, among others, as
        :func:`htkgis.pipeline.snapped.set_on_streets` gives them.
    study, mode
        Decisions, and how people travel.
    """

    homes: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    graph: Graph
    at_homes: Arrays
    at_targets: Arrays
    study: Study
    mode: str

    @cached_property
    def own(self) -> Ends:
        """Where all points lie in the study itself."""
        return Ends(self.graph, self._homes(self.at_homes), self._targets(self.at_targets))

    def in_cases(
        self, cases: Sequence[str], given: Mapping[tuple[str, str], Arrays | None]
    ) -> Iterator[tuple[str, Moved]]:
        """Tell of each case what it moves.

        Parameters
        ----------
        cases
            Their names.
        given
            By case and what is otherwise in it (:mod:`htkgis.pipeline.part_case_steps`): the
            arrays of its graph where it has another, and where its points lie; None where they
            lie where they do in the study itself.
        """
        for name in cases:
            yield name, self._in_case(name, given)

    def _in_case(self, name: str, given: Mapping[tuple[str, str], Arrays | None]) -> Moved:
        own, nothing = self.own, np.zeros(len(self.homes), dtype=np.bool_)
        if cases_of(self.study)[name].factor in MOVING:
            homes, targets = (given.get((name, what)) for what in (AT_HOMES, AT_TARGETS))
            found = Ends(
                own.graph,
                own.homes if homes is None else self._homes(homes),
                own.targets if targets is None else self._targets(targets),
            )
            return _moved(own, found)
        arrays = given.get((name, GRAPH))
        if arrays is None:
            up = speed_up(self.study, name, self.mode) or 1.0
            return Moved(None, nothing, frozenset(), up)
        graph = graph_from_arrays(arrays)
        ends = Ends(graph, *(snapped_on(graph, snaps) for snaps in (own.homes, own.targets)))
        return Moved(ends, ~nothing, frozenset(self.places["id"]))

    def _homes(self, at: Arrays) -> Snaps:
        return on_streets(self.graph, at, self.homes)

    def _targets(self, at: Arrays) -> Snaps:
        return of_places(on_streets(self.graph, at), self.places["id"])


def _moved(own: Ends, found: Ends) -> Moved:
    """Compare what a search sees: points at another place, or at another cost to get there."""
    homes = (seen_of(own.homes) != seen_of(found.homes)).any(axis=1)
    before, after = (_by_place(ends.targets) for ends in (own, found))
    ids = before.keys() | after.keys()
    return Moved(found, homes, frozenset(at for at in ids if before.get(at) != after.get(at)))


def seen_of(snaps: Snaps) -> npt.NDArray[np.int32]:
    """Gather what a search sees of each point, shape (points, 4)."""
    return np.stack([getattr(snaps, name) for name in SEEN], axis=1)


def _by_place(targets: Snaps) -> dict[Any, list[bytes]]:
    """Gather what a search sees of the entrances of each place, in their order."""
    found: dict[Any, list[bytes]] = {}
    for place, row in zip(targets.ids.tolist(), seen_of(targets), strict=True):
        found.setdefault(place, []).append(row.tobytes())
    return found


def join_resident_cases(*tables: pd.DataFrame, modes: int) -> dict[str, Any]:
    """Put the ranges of all modes below each other: first those of shares, then of jobs."""
    shares, jobs = tables[:modes], tables[modes:]
    return {
        "share_ranges": pd.concat(shares, ignore_index=True),
        "competition_ranges": pd.concat(jobs, ignore_index=True),
    }
