"""Jobs within reach under every set of projects: what each brings, and the ways to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from htkgis.errors import SchemaError, first
from htkgis.network import Snaps, reach_opportunities
from htkgis.network.growing import ALWAYS
from htkgis.profile.disclosure import SmallNumbers
from htkgis.profile.job_disclosure import HIDDEN
from htkgis.profile.workplace_sizes import in_size_classes
from htkgis.scenario import edited_jobs, edited_places, places_in_state
from htkgis.scenario_rules import AnyEdit
from htkgis.schema import PLACES
from htkgis.study import Study

from .effect_tables import JOB_PARTS
from .layers import small_numbers
from .project_doors import edits_of_set
from .project_people import Measured, persons_where, with_everybody
from .project_streets import ProjectStreets
from .project_values import points_snapper

Long = npt.NDArray[np.int64]
MILLIMETRES = 1000.0


@dataclass(frozen=True, eq=False)
class JobPlaces:
    """Where jobs are in any set of projects.

    Parameters
    ----------
    places
        ``id`` and points of places with jobs, today's or a project's.
    brought_by
        Number of the project that brings each, or ``ALWAYS``; int64, shape (m,).
    amounts
        Thousandths of jobs, int64, shape (m, projects + 1): today's, then by how many each
        project changes them.
    """

    places: gpd.GeoDataFrame
    brought_by: Long
    amounts: Long

    @property
    def changing(self) -> int:
        """Projects that change jobs, as bits."""
        changed = self.amounts[:, 1:].any(axis=0)
        return sum(1 << int(bit) for bit in np.flatnonzero(changed))


def jobs_of_projects(
    layers: Mapping[str, Any],
    edits: Sequence[AnyEdit],
    projects: Sequence[str],
    *,
    year: int,
    study: Study,
) -> JobPlaces:
    """List all places that may have jobs in a year, and what each project does to them.

    Parameters
    ----------
    layers
        ``places`` of today.
    edits
        That hold in the year; those of no project are made in every set.
    projects
        Ids, in the order of the bits of a set.
    year, study
        Of the state, and how exactly a place must be known.

    Raises
    ------
    SchemaError
        If an edit of jobs cannot be made, or what one project does to jobs depends on another.
    """

    def jobs_in(chosen: int) -> dict[Any, Any]:
        return _jobs_in(layers, edits_of_set(edits, projects, chosen), year, study)

    today = jobs_in(0)
    rows: dict[Any, list[Any]] = {
        key: [point, ALWAYS, [amount, *[0] * len(projects)]]
        for key, (amount, point) in today.items()
    }
    for bit in range(len(projects)):
        own = jobs_in(1 << bit)
        for key in today.keys() | own.keys():
            amount, point = own.get(key, (0, None))
            if key not in rows:
                rows[key] = [point, bit, [0] * (len(projects) + 1)]
            rows[key][2][1 + bit] = amount - today.get(key, (0, None))[0]
    together = {key: amount for key, (amount, _) in jobs_in((1 << len(projects)) - 1).items()}
    summed = {key: sum(amounts) for key, (*_, amounts) in rows.items()}
    _check_apart(
        {key for key in rows if summed[key] != together.get(key, 0)} | together.keys() - rows
    )
    keys = sorted(rows)
    points = gpd.GeoDataFrame(
        {"id": [key[0] for key in keys]},
        geometry=[rows[key][0] for key in keys],
        crs=layers["places"].crs,
    )
    amounts = np.array([rows[key][2] for key in keys], dtype=np.int64)
    return JobPlaces(
        points,
        np.array([rows[key][1] for key in keys], dtype=np.int64),
        amounts.reshape(len(keys), len(projects) + 1),
    )


def _jobs_in(
    layers: Mapping[str, Any], edits: Sequence[AnyEdit], year: int, study: Study
) -> dict[Any, Any]:
    """List the jobs of one set: id and millimetres, and how many thousandths are there."""
    places = layers["places"]
    wanted = [*PLACES.columns, "geometry", *(n for n in ("layer", HIDDEN) if n in places)]
    after = edited_jobs(edited_places(places[wanted], edits), edits)
    after = _in_classes(after, places, small_numbers(study))
    state = places_in_state(after, year=year)
    there = state["unit"].eq("jobs") & state["state"].eq("existing")
    exact = state["position_accuracy_m"] <= study.places.max_position_accuracy.value
    own = state[there & exact]
    x, y = (np.rint(values * MILLIMETRES).tolist() for values in (own.geometry.x, own.geometry.y))
    parts = np.rint(own["opportunities"].fillna(0.0) * JOB_PARTS).astype(np.int64).tolist()
    names = own["id"].str.split("@").str[0]
    keys = zip(names, x, y, strict=True)
    return dict(zip(keys, zip(parts, own.geometry, strict=True), strict=True))


def _in_classes(
    after: gpd.GeoDataFrame, today: gpd.GeoDataFrame, rules: SmallNumbers
) -> gpd.GeoDataFrame:
    """Put the jobs that edits state of single workplaces into their classes, as others are."""
    if HIDDEN not in today or not today[HIDDEN].any():
        return after
    single = after["layer"].isin(set(today.loc[today[HIDDEN].astype(bool), "layer"]))
    stated = dict(zip(today["id"], today["opportunities"], strict=True))
    new = after["opportunities"].ne(after["id"].map(stated))
    return gpd.GeoDataFrame(
        in_size_classes(after, single & new, rules.workplace_sizes), crs=after.crs
    )


def _check_apart(odd: set[Any]) -> None:
    """Raise unless the jobs of all projects together are those of each, put together."""
    if odd:
        names = sorted({key[0] for key in odd})
        msg = (
            f"scenario: the jobs at {len(names)} places are others with all projects than each "
            f"of them makes: {first(names)}; projects whose edits are of different places are "
            "allowed. Put edits of one place into one project."
        )
        raise SchemaError(msg)


class JobValues:
    """Jobs within reach of residents of today on foot or by bike, in each set of projects.

    Parameters
    ----------
    streets
        Of every set.
    barriers
        That nobody walks across to a street.
    jobs
        Where they are.
    limits_ds
        Within which they count, in deciseconds.
    snapping, measured
        As :class:`~htkgis.pipeline.project_values.ProjectValues`.
    """

    def __init__(
        self,
        streets: ProjectStreets,
        barriers: gpd.GeoDataFrame,
        jobs: JobPlaces,
        *,
        limits_ds: Sequence[int],
        snapping: Mapping[str, float],
        measured: Measured,
    ) -> None:
        self._streets, self._jobs, self._limits_ds = streets, jobs, list(limits_ds)
        self._rules: dict[str, Any] = {"barriers": barriers, **snapping}
        self._residents, self._origins = measured.residents, measured.origins
        self.projects = streets.projects
        self._changing = jobs.changing
        self._summed: dict[int, Long] = {}
        self._latest: tuple[int, Long] = (-1, np.zeros((0, 0, 0), dtype=np.int64))
        self._snapped: dict[int, tuple[Snaps, Snaps]] = {}

    @property
    def acting(self) -> int:
        """Projects that change what is reached: they change jobs or streets."""
        return self._changing | self._streets.building | self._streets.rebuilding

    def values(self) -> Long:
        """Measure every set; rows as :meth:`value`."""
        return np.array([self.value(number) for number in range(1 << len(self.projects))])

    def value(self, projects: int) -> Long:
        """Sum by how many jobs more each resident reaches in a set than without any project.

        Returns
        -------
        value
            Person-jobs in thousandths of persons and of jobs, by limit and group, everybody as
            one group more, in one row.
        """
        gained = self._in_groups(projects) - self._in_groups(0)
        return with_everybody(gained).ravel()

    def touched(self, before: int, after: int) -> Long:
        """Count residents who reach another number of jobs, in thousandths of persons.

        Returns
        -------
        touched
            Shape (limits, groups + 1); last everybody.
        """
        changed = self.reached(before) != self.reached(after)
        return persons_where(changed.T, self._origins)

    def reached(self, projects: int) -> Long:
        """Give the thousandths of jobs that each resident reaches in a set, shape (n, limits)."""
        return self._sums(projects) @ self._there(projects)

    def _there(self, projects: int) -> Long:
        bits = [projects >> bit & 1 for bit in range(len(self.projects))]
        return np.array([1, *bits], dtype=np.int64)

    def _in_groups(self, projects: int) -> Long:
        """Sum persons times jobs in a set by group, shape (limits, groups)."""
        key = projects & self._ways
        if key not in self._summed:
            sums, own = self._sums(projects), self._origins
            self._summed[key] = np.stack(
                [
                    np.tensordot(np.where(own.group == group, own.parts, 0), sums, axes=1)
                    for group in range(own.groups)
                ],
                axis=1,
            )
        return self._summed[key] @ self._there(projects)

    @cached_property
    def _ways(self) -> int:
        """Projects that change streets: of each set of them jobs are searched anew."""
        return self._streets.building | self._streets.rebuilding

    def _sums(self, projects: int) -> Long:
        """Sum jobs within the limits: what is there anyhow, and what each project changes.

        Returns
        -------
        sums
            Shape (residents, limits, projects + 1).
        """
        key = projects & self._ways
        if self._latest[0] != key:
            self._latest = key, self._searched(key)
        return self._latest[1]

    def _searched(self, ways: int) -> Long:
        streets = self._streets.of(ways)
        part = streets.built(ways)
        origins, jobs = (part.own(snaps) for snaps in self._ends(ways))
        amounts = self._jobs.amounts
        # the engine takes amounts of 0 and more: what is taken away is counted apart
        signed = np.concatenate([np.maximum(amounts, 0), np.maximum(-amounts, 0)], axis=1)
        used = signed.any(axis=0)
        found = np.zeros((len(origins), len(self._limits_ds), signed.shape[1]))
        if used.any():
            found[..., used] = reach_opportunities(
                part.graph,
                origins,
                jobs,
                signed[:, used],
                limits_ds=self._limits_ds,
            )
        more, less = np.split(np.rint(found).astype(np.int64), 2, axis=2)
        return more - less

    def _ends(self, ways: int) -> tuple[Snaps, Snaps]:
        """Put residents and jobs on the streets that some projects rebuild."""
        rebuilt = ways & self._streets.rebuilding
        if rebuilt not in self._snapped:
            streets = self._streets.of(rebuilt)
            today = np.full(len(self._residents), ALWAYS, dtype=np.int64)
            jobs = self._jobs
            self._snapped[rebuilt] = (
                streets.snapped(today, points_snapper(self._residents, self._rules)),
                streets.snapped(jobs.brought_by, points_snapper(jobs.places, self._rules)),
            )
        return self._snapped[rebuilt]
