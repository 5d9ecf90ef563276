"""What is measured of each set of projects: ways, jobs and homes beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from htkgis.access.effect import MEASURES, PARTS, EffectLimits
from htkgis.catalog import Catalog
from htkgis.errors import ConfigError
from htkgis.scenario.shapley import MOST_EXACT
from htkgis.scenario_rules import Scenario
from htkgis.study import Study
from htkgis.units import deciseconds

from .effect_tables import ELSEWHERE, EVERY_FUNCTION, EVERYBODY, Block
from .modes import snapping
from .people import people_of
from .project_doors import doors_of_projects
from .project_homes import homes_of_projects
from .project_jobs import JobPlaces, JobValues, jobs_of_projects
from .project_people import Measured, persons_where, whole_persons, with_everybody
from .project_rides import Riders, RideValues
from .project_streets import ProjectStreets
from .project_values import ProjectValues
from .transit import decided
from .transit_steps import TRANSIT

Long = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Asked:
    """Whose ways to what are measured, in which sets.

    Parameters
    ----------
    study, catalog, scenario, year
        What is looked at, and when.
    layers
        Tables of today.
    projects
        Ids, in the order of the bits of a set.
    mode, window
        How people travel; by public transport when they leave.
    areas, groups
        Areas whose residents are told apart; those, the rest, and everybody.
    measured, doors, jobs
        Who is counted on the way to what; ``jobs`` None where the study has none.
    """

    study: Study
    catalog: Catalog
    scenario: Scenario
    year: int
    layers: Mapping[str, Any]
    projects: tuple[str, ...]
    mode: str
    window: str | None
    areas: tuple[str, ...]
    measured: Measured
    doors: Mapping[str, Any]
    jobs: JobPlaces | None

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups of persons, everybody last."""
        return (*self.areas, ELSEWHERE, EVERYBODY)


def asked_of(
    study: Study,
    catalog: Catalog,
    scenario: Scenario,
    year: int,
    layers: Mapping[str, Any],
    projects: Sequence[str],
    *,
    mode: str,
    window: str | None = None,
    area: str | None = None,
    functions: Sequence[str] = (),
) -> Asked:
    """Find who is counted on the way to what, today's and that of each project.

    Parameters
    ----------
    study, catalog, scenario, year
        What is looked at, and when; the study decides on effects.
    layers
        Tables of today.
    projects
        Whose edits are followed.
    mode, window, area, functions
        As :func:`htkgis.pipeline.effects.find_effects`.

    Raises
    ------
    SchemaError
        If an edit cannot be made, or what one project does depends on another.
    """
    edits = [edit for edit in scenario.edits if edit.holds_in(year)]
    areas = [quarter.area for quarter in study.quarters] if area is None else [area]
    points, persons = people_of(layers, area)
    if mode == TRANSIT:
        # a ride is searched from each point: those of the profiles are told, as in a run
        near = points["area_id"].isin(areas).to_numpy(dtype=bool)
        points, persons = points[near], persons[near]
    counted = [int(layer.published[:4]) for layer in catalog.by_role("population").values()]
    homes = homes_of_projects(
        layers,
        edits,
        projects,
        year=year,
        counted=max(counted, default=None),
        area=area,
        groups=areas,
    )
    wanted = tuple(dict.fromkeys(functions)) or study.functions.measured
    origins = whole_persons(points, persons, areas)
    jobs = jobs_of_projects(layers, edits, projects, year=year, study=study)
    rides = None if mode != TRANSIT else window or next(iter(decided(study).windows))
    return Asked(
        study=study,
        catalog=catalog,
        scenario=scenario,
        year=year,
        layers=layers,
        projects=tuple(projects),
        mode=mode,
        window=rides,
        areas=tuple(areas),
        measured=Measured(points, persons, origins, wanted, _limits(study), homes),
        doors=doors_of_projects(layers, scenario, year, projects, functions=wanted, study=study),
        jobs=jobs if len(jobs.places) else None,
    )


def _limits(study: Study, longest_min: float | None = None) -> EffectLimits:
    rules = study.effects
    if rules is None:
        raise ValueError(study.study.municipality)
    return EffectLimits(
        deciseconds(rules.longest.value if longest_min is None else longest_min),
        deciseconds(rules.felt.value),
        deciseconds(study.profile.everyday.value),
    )


class SetValues:
    """Values of each set of projects: ways, and jobs where projects change which are reached.

    Parameters
    ----------
    asked
        What is measured.
    ways
        Of the mode.
    jobs
        On foot or by bike; by public transport they are in ``ways``.
    """

    def __init__(
        self, asked: Asked, ways: ProjectValues | RideValues, jobs: JobValues | None
    ) -> None:
        self.asked, self.ways, self.jobs = asked, ways, jobs
        self.projects = asked.projects

    def values(self) -> Long:
        """Measure every set; rows as :meth:`value`."""
        if self.jobs is None:
            return self.ways.values()
        return np.concatenate([self.ways.values(), self.jobs.values()], axis=1)

    def value(self, projects: int) -> Long:
        """Measure one set: all blocks of :func:`blocks_of` in one row."""
        own = self.ways.value(projects)
        return own if self.jobs is None else np.concatenate([own, self.jobs.value(projects)])

    def capped(self, projects: int) -> Long:
        """Give deciseconds from each resident of today to each function, none above the longest."""
        return self.ways.capped(projects)[:, self.asked.measured.today]

    @property
    def jobs_min(self) -> tuple[float, ...]:
        """Limits within which jobs are counted; none where they are not."""
        if isinstance(self.ways, RideValues):
            return self.ways.limits_min if self.asked.jobs is not None else ()
        return () if self.jobs is None else self.asked.study.limits.jobs.value

    def persons_behind(self, block: Block) -> npt.NDArray[np.float64]:
        """Count the persons behind each figure of a block, whose number decides what is told.

        Returns
        -------
        persons
            Shape (projects, rows, groups + 1), in persons: whose ways or jobs change, alone or as
            the last; where homes come to addresses, who lives there on the smaller side of a limit.
        """
        return np.stack([self._behind(block, 1 << bit) for bit in range(len(self.projects))])

    def _behind(self, block: Block, project: int) -> npt.NDArray[np.float64]:
        homes = self.asked.measured.homes
        if block.kind == "moved" and homes is not None:
            return np.repeat(with_everybody(homes.moved(project)[1:]), 2, axis=0) / PARTS
        if block.kind == "new_reach":
            return self._told_of_neighbours(project)
        others = (1 << len(self.projects)) - 1 & ~project
        ends = ((0, project), (others, others | project))
        return np.maximum(*(self._touched(block, *each) for each in ends)) / PARTS

    def _touched(self, block: Block, before: int, after: int) -> Long:
        if block.kind == "ways":
            return self.asked.measured.touched(self.ways.capped(before), self.ways.capped(after))
        jobs = self.ways.touched_jobs if isinstance(self.ways, RideValues) else None
        found = jobs or (self.jobs.touched if self.jobs is not None else None)
        if found is None:
            raise ValueError(block.kind)
        changed = found(before, after)
        return np.concatenate([changed, changed.max(axis=0, keepdims=True)])

    def _told_of_neighbours(self, project: int) -> npt.NDArray[np.float64]:
        """Count who lives where new homes come, on the smaller side of the everyday limit.

        Homes that are spread over addresses come in proportion to who lives there, so that their
        share within a limit is that of the residents.
        """
        measured = self.asked.measured
        homes, everything = measured.homes, (1 << len(self.projects)) - 1
        if homes is None:
            raise ValueError(project)
        among = np.rint(homes.among * PARTS * (project >> homes.owner & 1)).astype(np.int64)
        origins = measured.origins._replace(parts=among, group=homes.group)
        found = []
        for projects in (project, everything):
            own = self.ways.times(projects)[:, len(measured.residents) :]
            near = own <= measured.limits.everyday_ds
            near = np.concatenate([near, near.any(axis=0, keepdims=True)])
            sides = [persons_where(side, origins) for side in (near, ~near)]
            both = np.minimum(*sides)
            found.append(np.where(both > 0, both, 0))
        return np.maximum(*found) / PARTS


def values_of(asked: Asked) -> SetValues:
    """Get ready to measure each set of projects, as the study decides.

    Raises
    ------
    ConfigError
        If more than ten projects would have to be ridden with.
    """
    if asked.mode == TRANSIT:
        return SetValues(asked, _rides(asked), None)
    streets = _streets(asked, asked.study)
    ways = _ways(asked, streets, asked.study, asked.measured)
    if asked.jobs is None:
        return SetValues(asked, ways, None)
    jobs = JobValues(
        streets,
        asked.layers["barriers"],
        asked.jobs,
        limits_ds=[deciseconds(limit) for limit in asked.study.limits.jobs.value],
        snapping=snapping(asked.study, asked.mode),
        measured=asked.measured,
    )
    return SetValues(asked, ways, jobs if jobs.acting else None)


def case_ways(values: SetValues, case: Study, longest_min: float) -> SetValues:
    """Measure the ways of a case: at another speed, or with another longest trip."""
    asked = values.asked
    measured = replace(asked.measured, limits=_limits(asked.study, longest_min))
    if isinstance(values.ways, RideValues):
        return SetValues(asked, values.ways.with_measured(measured), None)
    return SetValues(asked, _ways(asked, _streets(asked, case), case, measured), None)


def _streets(asked: Asked, case: Study) -> ProjectStreets:
    mode = "walk" if asked.mode == TRANSIT else asked.mode
    return ProjectStreets(
        asked.layers, asked.scenario, asked.year, asked.projects, study=case, mode=mode
    )


def _ways(asked: Asked, streets: ProjectStreets, case: Study, measured: Measured) -> ProjectValues:
    return ProjectValues(
        streets,
        asked.layers["barriers"],
        asked.doors,
        snapping=snapping(case, asked.mode),
        measured=measured,
    )


def _rides(asked: Asked) -> RideValues:
    if len(asked.projects) > MOST_EXACT:
        msg = (
            f"scenario {asked.scenario.id!r}: {len(asked.projects)} projects are followed by "
            f"public transport; at most {MOST_EXACT} are allowed there, since each set of them is "
            "ridden. State those that act together in a scenario of their own."
        )
        raise ConfigError(msg)
    window = decided(asked.study).windows[asked.window or ""]
    return RideValues(
        _streets(asked, asked.study),
        asked.layers,
        asked.scenario,
        asked.year,
        catalog=asked.catalog,
        study=asked.study,
        riders=Riders(asked.measured, asked.doors, asked.jobs, window),
    )


def blocks_of(values: SetValues) -> list[Block]:
    """List what stands in a row of :meth:`SetValues.value`, in its order."""
    asked = values.asked
    functions = (*asked.measured.functions, EVERY_FUNCTION)
    blocks = [Block("ways", MEASURES, functions, asked.groups)]
    if asked.measured.homes is not None:
        blocks.append(Block("new_reach", ("new_reach",), functions, asked.groups))
        blocks.append(Block("moved", ("moved_in", "moved_out"), ("homes",), asked.groups))
    if values.jobs_min:
        measures = tuple(f"jobs_{limit:g}" for limit in values.jobs_min)
        blocks.append(Block("jobs", measures, ("jobs",), asked.groups))
    return blocks
