"""What every set of projects of a scenario is worth to the people of each area."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from htkgis.network import snap
from htkgis.network.project_sets import Doors, ProjectTimes, State

from .entrances import snap_places
from .project_people import Measured
from .project_streets import ProjectStreets, Snapper

Long = npt.NDArray[np.int64]


class ProjectValues:
    """Value of each set of projects in one year, by one mode.

    Parameters
    ----------
    streets
        Of every set.
    barriers
        That nobody walks across to a street.
    doors
        Of each function, as :func:`~htkgis.pipeline.project_doors.doors_of_projects` lists them.
    snapping
        How points are put on the streets; see :func:`htkgis.pipeline.modes.snapping`.
    measured
        Who is counted.
    """

    def __init__(
        self,
        streets: ProjectStreets,
        barriers: gpd.GeoDataFrame,
        doors: Mapping[str, gpd.GeoDataFrame],
        *,
        snapping: Mapping[str, float],
        measured: Measured,
    ) -> None:
        self._streets, self._barriers, self._doors = streets, barriers, doors
        self._snapping, self._measured = snapping, measured
        self.projects = streets.projects
        self._times_of: dict[int, ProjectTimes] = {}
        self._known: dict[int, dict[tuple[int, int], Any]] = {}
        self._last: State | None = None

    @cached_property
    def raising(self) -> int:
        """Projects that close, move or change what there is: each set of them is searched anew."""
        return self._streets.rebuilding | self._times(0).raising()

    def values(self, done: Callable[[int, int], None] | None = None) -> Long:
        """Measure every set.

        Parameters
        ----------
        done
            Told how many sets are measured, and of how many.

        Returns
        -------
        values
            Row by set, shape (2**n, k): see :meth:`Measured.value`.
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

    def _value(self, state: State) -> Long:
        after = self._times(state.projects).times(state)
        return self._measured.value(self._today, after, state.projects)

    @cached_property
    def _today(self) -> Long:
        return self._times(0).times(self._searched(0))

    def _searched(self, projects: int) -> State:
        known = self._known.setdefault(projects & self._streets.rebuilding, {})
        return self._times(projects).searched(projects, known)

    def _times(self, projects: int) -> ProjectTimes:
        """Give the streets of a set, with the new ones of all projects in place and shut."""
        rebuilt = projects & self._streets.rebuilding
        if rebuilt not in self._times_of:
            self._times_of[rebuilt] = self._project_times(rebuilt)
        return self._times_of[rebuilt]

    def _project_times(self, rebuilt: int) -> ProjectTimes:
        streets = self._streets.of(rebuilt)
        rules: dict[str, Any] = {"barriers": self._barriers, **self._snapping}
        doors = {}
        for function, rows in self._doors.items():
            opened = rows["opened"].to_numpy(dtype=np.int64)
            snaps = streets.snapped(project_of(opened), doors_snapper(rows, rules))
            doors[function] = Doors(snaps, opened, rows["shut"].to_numpy(dtype=np.int64))
        measured = self._measured
        origins = streets.snapped(measured.owner, points_snapper(measured.points, rules))
        limits = self._measured.limits
        longest_ds = max(limits.longest_ds, limits.everyday_ds)
        return ProjectTimes(streets.graph, streets.owner, origins, doors, limit_ds=longest_ds)


def points_snapper(points: gpd.GeoDataFrame, rules: Mapping[str, Any]) -> Snapper:
    """Snap rows of a table of points."""
    return lambda graph, own: snap(graph, points.iloc[own], **rules)


def doors_snapper(doors: gpd.GeoDataFrame, rules: Mapping[str, Any]) -> Snapper:
    """Snap rows of a table of doors; a railway is no barrier to its own stations."""
    return lambda graph, own: snap_places(graph, doors.iloc[own], None, **rules)


def project_of(opened: Long) -> Long:
    """Give the number of the project that opens each door; ``ALWAYS`` for those of today.

    Examples
    --------
    >>> project_of(np.array([0, 1, 4])).tolist()
    [-1, 0, 2]
    """
    return np.array([one.bit_length() - 1 for one in opened.tolist()], dtype=np.int64)
