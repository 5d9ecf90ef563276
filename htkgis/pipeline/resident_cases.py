"""Where homes and places lie in each case that may move figures of residents.

Searches of the study itself stand wherever they can. A walk at another speed takes so many times
as long, so its times are scaled and not searched; a case that moves points on the streets searches
for those that moved; only another speed by bike or car is searched as a whole. Nothing here knows
how many people live at an address, or how many jobs are at a place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.network import (
    Graph,
    Snaps,
    graph_from_arrays,
    snap,
    snapped_on,
    snapped_within,
)
from htkgis.study import Study

from .entrances import snap_places
from .modes import snapping
from .robustness_steps import case_study, cases_of, speed_up
from .robustness_streets import SEEN

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
    """Who is searched from and what for, and the decisions of the study."""

    homes: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame | None
    entrances: gpd.GeoDataFrame | None
    study: Study
    mode: str

    def ends(self, graph: Graph) -> Ends:
        """Set all points on the streets as the study does."""
        rules = snapping(self.study, self.mode)
        homes = snap(graph, self.homes, **rules, barriers=self.barriers)
        return Ends(graph, homes, self._targets(graph, self.study, self.entrances))

    def in_cases(
        self, own: Ends, cases: Sequence[str], given: Mapping[str, Any]
    ) -> Iterator[tuple[str, Moved]]:
        """Tell of each case what it moves.

        Parameters
        ----------
        own
            As :meth:`ends` gives them.
        cases
            Their names.
        given
            By case the arrays of its graph, or its entrances, where it has others.
        """
        for name in cases:
            yield name, self._in_case(name, own, given)

    def _in_case(self, name: str, own: Ends, given: Mapping[str, Any]) -> Moved:
        case = cases_of(self.study)[name]
        altered = case_study(self.study, case)
        if case.entrance_tolerance is not None:
            ends = own._replace(targets=self._targets(own.graph, altered, given[name]))
            return _moved(own, ends)
        if case.max_snap is not None:
            homes = snapped_within(
                own.graph, self.homes, own.homes,
                barriers=self.barriers, **snapping(altered, self.mode),
            )  # fmt: skip
            targets = self._targets(own.graph, altered, self.entrances)
            return _moved(own, own._replace(homes=homes, targets=targets))
        nothing = np.zeros(len(self.homes), dtype=np.bool_)
        if name not in given:
            up = speed_up(self.study, name, self.mode) or 1.0
            return Moved(None, nothing, frozenset(), up)
        graph = graph_from_arrays(given[name])
        ends = Ends(graph, *(snapped_on(graph, snaps) for snaps in (own.homes, own.targets)))
        return Moved(ends, ~nothing, frozenset(self.places["id"]))

    def _targets(self, graph: Graph, study: Study, entrances: gpd.GeoDataFrame | None) -> Snaps:
        rules = snapping(study, self.mode)
        return snap_places(graph, self.places, entrances, barriers=self.barriers, **rules)


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
