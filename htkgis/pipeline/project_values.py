"""What every set of projects of a scenario is worth to the people of each area."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from htkgis.access.effect import PARTS, EffectLimits, Origins, effect
from htkgis.network import Graph, Snaps, build_graph, snap
from htkgis.network.growing import ALWAYS
from htkgis.network.links import part_of
from htkgis.network.project_sets import Doors, ProjectTimes, State
from htkgis.network.snap import NOT_SNAPPED
from htkgis.scenario import edited_streets
from htkgis.scenario_rules import AddStreet, AnyEdit, Scenario
from htkgis.study import Study

from .entrances import snap_places
from .modes import mode_of, snapping
from .project_doors import edits_of_set

MILLIMETRES = 1000.0
Long = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Measured:
    """Who is counted on the way to what, and how far.

    Parameters
    ----------
    points, persons
        Where people live, and how many.
    origins
        The same in whole numbers and groups.
    functions
        To the nearest place of which.
    limits
        From when a change counts.
    """

    points: gpd.GeoDataFrame
    persons: npt.NDArray[np.float64]
    origins: Origins
    functions: tuple[str, ...]
    limits: EffectLimits


class ProjectValues:
    """Value of each set of projects in one year, by one mode.

    Parameters
    ----------
    layers
        ``streets`` and ``barriers`` of today.
    scenario, year
        Whose edits hold; those of no project are there in every set.
    projects
        Ids, in the order of the bits of a set.
    doors
        Of each function, as :func:`~htkgis.pipeline.project_doors.doors_of_projects` lists them.
    study, mode
        Who travels how.
    measured
        Who is counted.
    """

    def __init__(
        self,
        layers: Mapping[str, Any],
        scenario: Scenario,
        year: int,
        projects: Sequence[str],
        *,
        doors: Mapping[str, gpd.GeoDataFrame],
        study: Study,
        mode: str,
        measured: Measured,
    ) -> None:
        self._layers, self._year, self._study, self._mode = layers, year, study, mode
        self._edits = [edit for edit in scenario.edits if edit.holds_in(year)]
        self.projects = tuple(projects)
        self._measured = measured
        self._rebuilding = self._mask(edit for edit in self._edits if _rebuilds(edit))
        self._doors = doors
        self._streets: dict[int, ProjectTimes] = {}
        self._known: dict[int, dict[tuple[int, int], Any]] = {}
        self._last: State | None = None

    def _mask(self, edits: Iterable[AnyEdit]) -> int:
        named = {edit.project for edit in edits}
        return sum(1 << bit for bit, project in enumerate(self.projects) if project in named)

    @cached_property
    def raising(self) -> int:
        """Projects that close, move or change what there is: each set of them is searched anew."""
        return self._rebuilding | self._times(0).raising()

    def values(self, done: Callable[[int, int], None] | None = None) -> Long:
        """Measure every set.

        Parameters
        ----------
        done
            Told how many sets are measured, and of how many.

        Returns
        -------
        values
            Row by set, shape (2**n, k): as :func:`htkgis.access.effect.effect`, with everybody
            as one group more, in one row.
        """
        count = len(self.projects)
        table = np.zeros((1 << count, len(self.value(0))), dtype=np.int64)
        rising = [bit for bit in range(count) if self.raising >> bit & 1]
        falling = [bit for bit in range(count) if not self.raising >> bit & 1]
        finished = 0

        def fill(state: State, rest: Sequence[int]) -> None:
            nonlocal finished
            table[state.projects] = self._value(state)
            finished += 1
            if done is not None:
                done(finished, len(table))
            for place, project in enumerate(rest):
                times = self._times(state.projects)
                fill(times.with_project(state, project), rest[place + 1 :])

        for number in range(1 << len(rising)):
            base = sum(1 << bit for place, bit in enumerate(rising) if number >> place & 1)
            fill(self._searched(base), falling)
        return table

    def value(self, projects: int) -> Long:
        """Measure one set, from the one before where only what falls was added to it."""
        return self._value(self.state(projects))

    def state(self, projects: int) -> State:
        """Give the fields of one set."""
        last = self._last
        if last is None or last.projects & ~projects or (last.projects ^ projects) & self.raising:
            last = self._searched(projects & self.raising)
        times = self._times(projects)
        for bit in range(len(self.projects)):
            if (projects & ~last.projects) >> bit & 1:
                last = times.with_project(last, bit)
        self._last = last
        return last

    def times(self, projects: int) -> Long:
        """Give deciseconds from each origin to each function in a set."""
        return self._times(projects).times(self.state(projects))

    def capped(self, projects: int) -> Long:
        """Give the same times, longer ones as long as the longest that counts."""
        return np.minimum(self.times(projects), self._measured.limits.longest_ds)

    def touched(self, before: int, after: int) -> Long:
        """Count whose way to each function changes at all, in thousandths of persons.

        Returns
        -------
        touched
            Shape (functions + 1, groups + 1); last whose way to any function does, and everybody.
        """
        own = self._measured.origins
        moved = self.capped(before) != self.capped(after)
        moved = np.concatenate([moved, moved.any(axis=0, keepdims=True)])
        groups = [
            (moved * np.where(own.group == group, own.parts, 0)).sum(axis=1)
            for group in range(own.groups)
        ]
        return np.stack([*groups, sum(groups)], axis=1)

    def _value(self, state: State) -> Long:
        own = self._measured
        after = self._times(state.projects).times(state)
        found = effect(self._today, after, own.origins, own.limits)
        return np.concatenate([found, found.sum(axis=2, keepdims=True)], axis=2).ravel()

    @cached_property
    def _today(self) -> Long:
        return self._times(0).times(self._searched(0))

    def _searched(self, projects: int) -> State:
        known = self._known.setdefault(projects & self._rebuilding, {})
        return self._times(projects).searched(projects, known)

    def _times(self, projects: int) -> ProjectTimes:
        """Give the streets of a set, with the new ones of all projects in place and shut."""
        rebuilt = projects & self._rebuilding
        if rebuilt not in self._streets:
            self._streets[rebuilt] = self._project_times(rebuilt)
        return self._streets[rebuilt]

    def _project_times(self, rebuilt: int) -> ProjectTimes:
        held = {id(edit) for edit in edits_of_set(self._edits, self.projects, rebuilt)}
        edits = [e for e in self._edits if id(e) in held or isinstance(e, AddStreet)]
        streets = edited_streets(self._layers["streets"], edits, year=self._year)
        graph = build_graph(streets, mode=mode_of(self._study, self._mode))
        owner = self._owners(graph)
        today = _Part(graph, owner == ALWAYS)
        own = [_Part(graph, np.isin(owner, (ALWAYS, bit))) for bit in self._builders(owner)]
        of_project = dict(zip(self._builders(owner), own, strict=True))
        where: dict[str, Any] = {
            "barriers": self._layers["barriers"],
            **snapping(self._study, self._mode),
        }
        doors = {}
        for function, rows in self._doors.items():
            parts = []
            for opened in np.unique(rows["opened"].to_numpy(dtype=np.int64)).tolist():
                table = rows[rows["opened"] == opened]
                part = of_project.get(opened.bit_length() - 1, today)
                parts.append(part.numbered(snap_places(part.graph, table, None, **where)))
            ordered = rows.sort_values("opened", kind="stable")
            doors[function] = Doors(
                _joined(parts, graph),
                ordered["opened"].to_numpy(dtype=np.int64),
                ordered["shut"].to_numpy(dtype=np.int64),
            )
        origins = today.numbered(snap(today.graph, self._measured.points, **where))
        limits = self._measured.limits
        longest_ds = max(limits.longest_ds, limits.everyday_ds)
        return ProjectTimes(graph, owner, origins, doors, limit_ds=longest_ds)

    def _owners(self, graph: Graph) -> npt.NDArray[np.int64]:
        number = {project: bit for bit, project in enumerate(self.projects)}
        added = {
            edit.id: number[edit.project]
            for edit in self._edits
            if isinstance(edit, AddStreet) and edit.project in number
        }
        whole = [str(name).split("#", 1)[0] for name in graph.edge_ids]
        return np.array([added.get(name, ALWAYS) for name in whole], dtype=np.int64)

    @staticmethod
    def _builders(owner: npt.NDArray[np.int64]) -> list[int]:
        return [int(bit) for bit in np.unique(owner) if bit != ALWAYS]


class _Part:
    """Some streets of a graph, and what they are numbered in the whole."""

    def __init__(self, whole: Graph, edges: npt.NDArray[np.bool_]) -> None:
        self._numbers = np.flatnonzero(edges).astype(np.int32)
        self.graph = whole if edges.all() else part_of(whole, edges)[0]

    def numbered(self, snaps: Snaps) -> Snaps:
        """Give snapped points the numbers of the whole."""
        there = snaps.edge != NOT_SNAPPED
        edge = np.where(there, self._numbers[np.maximum(snaps.edge, 0)], NOT_SNAPPED)
        return replace(snaps, edge=edge.astype(np.int32))


def _rebuilds(edit: AnyEdit) -> bool:
    """Tell whether an edit changes streets that there are."""
    return edit.kind.endswith("_street") and not isinstance(edit, AddStreet)


def _joined(parts: Sequence[Snaps], graph: Graph) -> Snaps:
    """Put snapped points below each other; none at all of a function without places."""
    if not parts:
        nobody = gpd.GeoDataFrame({"id": []}, geometry=[], crs=None)
        return snap(graph, nobody, max_snap_m=1.0)
    names = vars(parts[0])
    return Snaps(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in names})


def whole_persons(
    points: gpd.GeoDataFrame, persons: npt.NDArray[np.float64], groups: Sequence[str]
) -> Origins:
    """Count persons in thousandths, by area; those of no area of the study are the last group.

    Examples
    --------
    >>> points = gpd.GeoDataFrame({"area_id": ["a", None, "b"]})
    >>> origins = whole_persons(points, np.array([2.0, 1.5, 0.25]), ["a", "b"])
    >>> origins.parts.tolist(), origins.group.tolist(), origins.groups
    ([2000, 1500, 250], [0, 2, 1], 3)
    """
    number = {area: place for place, area in enumerate(groups)}
    group = points["area_id"].map(number).fillna(len(groups)).to_numpy(dtype=np.int64)
    return Origins(np.rint(persons * PARTS).astype(np.int64), group, len(groups) + 1)
