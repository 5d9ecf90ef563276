"""Ways by public transport under every set of projects: to the nearest places, and to jobs.

What a project does to streets and timetables is ridden anew for each set of such projects, as a
run of the study would; places and jobs that open or close are looked up in the same rides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from htkgis.access import opportunities_of_departures
from htkgis.catalog import Catalog
from htkgis.network import Snaps
from htkgis.network.project_sets import Doors, members
from htkgis.network.transit import Doors as Ends
from htkgis.network.transit import (
    Journeys,
    at_places,
    every_minute,
    of_origins,
    prepared,
    transit_answers,
    ways_between,
)
from htkgis.scenario_rules import Scenario
from htkgis.study import Study
from htkgis.transit_rules import Window
from htkgis.units import deciseconds

from .modes import snapping
from .project_jobs import JobPlaces
from .project_people import Measured, persons_where, with_everybody
from .project_services import ProjectServices
from .project_streets import PartOfStreets, ProjectStreets, joined_snaps
from .project_values import doors_snapper, points_snapper, project_of
from .transit import decided, journey_rules
from .transit_ends import at_rails
from .transit_reuse import own_digests, shared_digest

Long = npt.NDArray[np.int64]
HELD = 12_000_000
"""Counts of departures that are held at a time, 100 MB."""


@dataclass(frozen=True, eq=False)
class Riders:
    """Who rides where from, and when.

    Parameters
    ----------
    measured
        Who is counted.
    doors
        Of each function, as :func:`~htkgis.pipeline.project_doors.doors_of_projects` lists them.
    jobs
        Where they are; None where none are counted.
    window
        When people leave, a departure each minute.
    """

    measured: Measured
    doors: Mapping[str, gpd.GeoDataFrame]
    jobs: JobPlaces | None
    window: Window


class _Variant(NamedTuple):
    """The doors of a function that are there in some sets: its number and the deciding bits."""

    function: int
    bits: int


class _Rides(NamedTuple):
    """What was found in one state of streets and timetable.

    ``times`` are deciseconds by point and variant of the places; ``jobs`` thousandths by resident,
    limit and set of the projects that change jobs.
    """

    times: Long
    jobs: Long


class RideValues:
    """Value of each set of projects by public transport, in one window of the service day.

    Parameters
    ----------
    streets
        That people walk on, of every set.
    layers
        ``streets`` and ``barriers`` of today.
    scenario, year
        Whose edits hold.
    catalog, study
        The timetable, and the decisions on public transport.
    riders
        Who rides where from, and when.
    """

    def __init__(
        self,
        streets: ProjectStreets,
        layers: Mapping[str, Any],
        scenario: Scenario,
        year: int,
        *,
        catalog: Catalog,
        study: Study,
        riders: Riders,
    ) -> None:
        self._streets, self._layers = streets, layers
        self._study, self._riders = study, riders
        self.projects = streets.projects
        self._services = ProjectServices(
            catalog, study, layers["streets"], scenario, year, self.projects, window=riders.window
        )
        self._world = self._services.riding | streets.building | streets.rebuilding
        self._rules = decided(study)
        self.limits_min = self._rules.jobs.value
        self._found: dict[int, tuple[Long, Long]] = {}
        self._latest: tuple[int, _Rides] | None = None
        self._rows: dict[bytes, dict[bytes, _Rides]] = {}

    def with_measured(self, measured: Measured) -> RideValues:
        """Give the same rides with other limits; nothing that was found is searched again."""
        other = object.__new__(RideValues)
        other.__dict__ |= self.__dict__
        other._riders = replace(self._riders, measured=measured)
        return other

    def values(self) -> Long:
        """Measure every set; rows as :meth:`value`."""
        sets = range(1 << len(self.projects))
        # sets with the same rides follow each other, so that each is ridden once
        for number in sorted(sets, key=lambda each: (each & self._world, each)):
            self.found(number)
        return np.array([self.value(number) for number in sets])

    def value(self, projects: int) -> Long:
        """Measure one set.

        Returns
        -------
        value
            As :meth:`Measured.value`; then, where jobs are counted, person-jobs in thousandths of
            both by limit and group, in one row.
        """
        (today, jobs), (then, more) = self.found(0), self.found(projects)
        measured = self._riders.measured
        own = measured.value(today, then, projects)
        if self._riders.jobs is None:
            return own
        gained = (more - jobs).T
        by_group = np.stack(
            [
                gained @ np.where(measured.origins.group == group, measured.origins.parts, 0)
                for group in range(measured.origins.groups)
            ],
            axis=1,
        )
        return np.concatenate([own, with_everybody(by_group).ravel()])

    def times(self, projects: int) -> Long:
        """Give deciseconds from each point to each function in a set."""
        return self.found(projects)[0]

    def capped(self, projects: int) -> Long:
        """Give the same times, longer ones as long as the longest that counts."""
        return np.minimum(self.times(projects), self._riders.measured.limits.longest_ds)

    def touched_jobs(self, before: int, after: int) -> Long:
        """Count residents who reach another number of jobs, shape (limits, groups + 1)."""
        changed = self.found(before)[1] != self.found(after)[1]
        return persons_where(changed.T, self._riders.measured.origins)

    def found(self, projects: int) -> tuple[Long, Long]:
        """Give the times of a set, and the jobs that each resident reaches, in thousandths.

        Returns
        -------
        times
            Deciseconds that the study's percentile of the departures keeps to, shape (functions,
            points); ``UNREACHED`` beyond the longest search.
        jobs
            What the same percentile of the departures reaches, shape (residents, limits).
        """
        key = projects & (self._world | self._places | self._working)
        if key not in self._found:
            rides = self._ridden(projects & self._world)
            columns = [
                self._variants.index(_Variant(number, projects & bits))
                for number, bits in enumerate(self._touching)
            ]
            jobs = rides.jobs[..., _subsets(self._working).index(projects & self._working)]
            self._found[key] = rides.times[:, columns].T, jobs
        return self._found[key]

    @cached_property
    def _touching(self) -> list[int]:
        """Projects that open or shut a door of each function, as bits."""
        return [
            int(
                np.bitwise_or.reduce(rows[["opened", "shut"]].to_numpy(np.int64).ravel(), initial=0)
            )
            for rows in self._riders.doors.values()
        ]

    @property
    def _places(self) -> int:
        return int(np.bitwise_or.reduce(self._touching, initial=0))

    @property
    def _working(self) -> int:
        """Projects that change jobs, as bits."""
        return 0 if self._riders.jobs is None else self._riders.jobs.changing

    @cached_property
    def _variants(self) -> list[_Variant]:
        """List which doors of each function there may be: one for each set of who touches them."""
        return [
            _Variant(number, bits)
            for number, own in enumerate(self._touching)
            for bits in _subsets(own)
        ]

    def _ridden(self, world: int) -> _Rides:
        if self._latest is None or self._latest[0] != world:
            self._latest = world, self._searched(world)
        return self._latest[1]

    def _searched(self, world: int) -> _Rides:
        """Ride in one state of streets and timetable."""
        service = self._services.of(world)
        part = self._streets.of(world).built(world)
        starts, jobs, doors, owners = self._ends(world, part)
        stops = at_rails(
            part.graph, service.stops, self._snapping["max_snap_m"], self._layers["barriers"]
        )
        ends = Ends(part.graph, starts, joined_snaps([jobs, doors]), stops)
        ways = ways_between(ends, rules=journey_rules(self._study), transfers=service.transfers)
        places = len(jobs) + len(self._variants)
        to_all = at_places(ways, [*range(len(jobs)), *(len(jobs) + owners)], places=places)
        return self._of_known(to_all._replace(timetables=service.timetables))

    def _of_known(self, to_all: Journeys) -> _Rides:
        """Ride from the points whose ways or services are others than in any state before.

        A street far away changes no walk of most, and a train at night nothing in the morning.
        """
        jobs = self._signed_jobs()
        shared = shared_digest(to_all, self._leaving_s, *to_all.egress, jobs).tobytes()
        known = self._rows.setdefault(shared, {})
        own = [digest.tobytes() for digest in own_digests(to_all)]
        new = np.array([row for row, one in enumerate(own) if one not in known], dtype=np.int64)
        if len(new):
            times, found = self._measured(of_origins(to_all, new), jobs)
            known |= {own[row]: _Rides(times[at], found[at]) for at, row in enumerate(new.tolist())}
        residents = len(self._riders.measured.residents)
        rows = [known[one] for one in own]
        shape = (0, len(self.limits_min), 1 << self._working.bit_count())
        reached = [row.jobs for row in rows[:residents]] or np.zeros(shape, dtype=np.int64)
        return _Rides(np.array([row.times for row in rows]), np.array(reached))

    @cached_property
    def _leaving_s(self) -> Long:
        window = self._riders.window
        return every_minute(window.start_s, window.minutes)

    def _measured(self, to_all: Journeys, jobs: npt.NDArray[np.float64]) -> _Rides:
        """Ride from some points, as many at a time as memory holds."""
        limits_s = [deciseconds(limit) // 10 for limit in self.limits_min]
        held = jobs.shape[1] * len(limits_s) * self._leaving_s.size * len(to_all.timetables)
        step, points = max(1, HELD // held), len(to_all.access)
        times, found = [], []
        blocks = prepared(to_all, self._leaving_s, counted=len(jobs))
        for begin in range(0, points, step):
            rows = np.arange(begin, min(begin + step, points))
            sums, timed = transit_answers(
                of_origins(to_all, rows),
                self._leaving_s,
                jobs,
                limits_s=limits_s,
                percentiles=[self._rules.percentile.value],
                blocks=blocks,
            )
            found.append(self._jobs_of_sets(sums))
            times.append(timed.percentiles_ds[..., 0])
        return _Rides(np.concatenate(times).astype(np.int64), np.concatenate(found))

    def _signed_jobs(self) -> npt.NDArray[np.float64]:
        """Give the jobs of each place: today's, and what each project adds and takes away.

        The engine sums what is 0 and more, so that what is taken away is summed apart.
        """
        if self._riders.jobs is None:
            return np.zeros((0, 1))
        amounts = self._riders.jobs.amounts.astype(np.float64)
        acting = amounts[:, [1 + bit for bit in members(self._working)]]
        parts = (amounts[:, :1], np.maximum(acting, 0.0), np.maximum(-acting, 0.0))
        return np.concatenate(parts, axis=1)

    def _jobs_of_sets(self, sums: npt.NDArray[np.float64]) -> Long:
        """Take the percentile over departures of the jobs of each set of those who change some.

        A percentile of a sum is not the sum of percentiles, so each set has its own.
        """
        acting = members(self._working)
        found = []
        for projects in _subsets(self._working):
            there = np.array([float(projects >> bit & 1) for bit in acting])
            whole = sums @ np.concatenate([[1.0], there, -there])
            found.append(
                opportunities_of_departures(whole, percentile=self._rules.percentile.value)
            )
        return np.rint(np.stack(found, axis=-1)).astype(np.int64)

    def _ends(self, world: int, part: PartOfStreets) -> tuple[Snaps, Snaps, Snaps, Long]:
        """Put points, jobs and doors on the streets; doors once for each variant they are in."""
        streets = self._streets.of(world)
        rules: dict[str, Any] = {"barriers": self._layers["barriers"], **self._snapping}
        measured, jobs = self._riders.measured, self._riders.jobs

        starts = part.own(streets.snapped(measured.owner, points_snapper(measured.points, rules)))
        none = streets.snapped(np.zeros(0, dtype=np.int64), points_snapper(measured.points, rules))
        at_jobs = (
            none
            if jobs is None
            else streets.snapped(jobs.brought_by, points_snapper(jobs.places, rules))
        )
        parts, owners = [none], []
        for number, rows in enumerate(self._riders.doors.values()):
            opened, shut = (rows[name].to_numpy(dtype=np.int64) for name in ("opened", "shut"))
            snaps = streets.snapped(project_of(opened), doors_snapper(rows, rules))
            doors = Doors(snaps, opened, shut)
            for place, variant in enumerate(self._variants):
                if variant.function == number:
                    parts.append(snaps.where(doors.there(variant.bits)))
                    owners += [place] * len(parts[-1])
        at_doors = joined_snaps(parts)
        return starts, part.own(at_jobs), part.own(at_doors), np.array(owners, dtype=np.int64)

    @property
    def _snapping(self) -> dict[str, float]:
        return snapping(self._study)


def _subsets(bits: int) -> list[int]:
    """List the sets within a set, as bits.

    Examples
    --------
    >>> _subsets(5)
    [0, 1, 4, 5]
    """
    found = [0]
    for bit in range(bits.bit_length()):
        if bits >> bit & 1:
            found += [one | 1 << bit for one in found]
    return found
