"""What each origin has in reach by one mode: minutes and counts, one array per figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.access import TimeMatrix
from htkgis.access.cumulative import reached_within
from htkgis.access.nearest import nth_nearest
from htkgis.errors import ConfigError, first
from htkgis.profile import DISTRICT_SCHOOL
from htkgis.quantities import ADULT
from htkgis.study import Study
from htkgis.units import DECISECONDS_PER_MINUTE, UNREACHED, deciseconds, minutes

from .access_rows import OriginValues
from .diversity import diversity_counts
from .job_access import job_counts
from .layers import measured_in, small_numbers
from .seen import once_of

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Found = tuple[list[tuple[Floats, npt.NDArray[np.object_]]], list[Floats]]
"""Of one function: minutes and place for each rank, and the count within each limit."""


def origin_values(
    times: TimeMatrix,
    border_ds: Mapping[str, npt.NDArray[np.integer]],
    ground: AccessGround,
    *,
    study: Study,
    lens: str,
) -> list[OriginValues]:
    """Measure every figure of every origin, in both states of the study.

    A count whose search met the border of the streets or of the layer is a lower bound, a
    nearest time an upper one: there may be more, or nearer, beyond.

    Parameters
    ----------
    times
        From the origins to all places.
    border_ds
        Deciseconds from the origins to where what is known of ``places`` and ``jobs`` ends.
    ground
        What lies around them.
    study, lens
        Decisions, and who travels: jobs are counted for adults only.

    Raises
    ------
    ConfigError
        If no district's school is a place that is measured in any of the districts.
    """
    of_jobs = lens == ADULT and bool(ground.places["unit"].eq("jobs").any())
    near = _Near(times, study)
    column = times.destinations.get_indexer(pd.Index(ground.places["id"]))
    rows: list[OriginValues] = []
    for year in study.study.years:
        places = _places_of(ground.places, year, lens)
        own = column[places.there]
        rows += _of_functions(near, places, own, border_ds["places"], ground.areas, year)
        # without a layer of jobs nobody knows of any: no row, where 0 would say that there are none
        if of_jobs:
            rows += _jobs(times, places.jobs, border_ds["jobs"], study, year)
        if len(ground.school_districts):
            rows.append(_district_schools(times, ground, places.measured, year))
    return rows


class _Places(NamedTuple):
    """Places of a year: which rows of all, they, those of jobs, and the function of each."""

    there: Bools
    measured: gpd.GeoDataFrame
    jobs: gpd.GeoDataFrame
    function: npt.NDArray[np.object_]
    amount: Floats


def _places_of(places: gpd.GeoDataFrame, year: int, lens: str) -> _Places:
    """Take the places of a year, once for all modes and cases, which take the same table."""
    # a page says of others than adults what is near
    without_jobs = lens != ADULT

    def taken() -> _Places:
        there = places[measured_in(year)].to_numpy(dtype=bool)
        if without_jobs:
            there = there & places["unit"].ne("jobs").to_numpy()
        measured = places[there]
        function = measured["function"].where(measured["unit"].ne("jobs"), None)
        return _Places(
            there,
            measured,
            measured[measured["unit"] == "jobs"],
            function.to_numpy(dtype=object),
            measured["opportunities"].to_numpy(dtype="float64"),
        )

    return once_of(places, f"places of {year}, without jobs: {without_jobs}", taken)


@dataclass(frozen=True, eq=False)
class AccessGround:
    """What access is measured over, besides a graph.

    Parameters
    ----------
    origins, places
        Contracts ``ORIGINS`` and ``PLACES``, with what is measured in which year.
    school_districts
        Areas.
    """

    origins: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    school_districts: gpd.GeoDataFrame

    @property
    def areas(self) -> pd.Series:
        """Housing area of each origin."""
        areas: pd.Series = self.origins["area_id"]
        return areas


@dataclass(frozen=True, eq=False)
class _Near:
    """What lies near of some places; those that stood in both years are searched for once."""

    times: TimeMatrix
    study: Study
    known: dict[bytes, Found] = field(default_factory=dict)

    @cached_property
    def names(self) -> npt.NDArray[np.object_]:
        """Ids of all places."""
        names: npt.NDArray[np.object_] = self.times.destinations.to_numpy(dtype=object)
        return names

    @property
    def ranks(self) -> tuple[int, int]:
        """Which nearest places are told: the first, and the one that gives a choice."""
        return 1, self.study.limits.choice.value

    def of(self, columns: npt.NDArray[np.intp], amounts: Floats) -> Found:
        """Find minutes to the nearest of some places, and how much lies within each limit."""
        order = np.argsort(columns)
        own, counted = columns[order], np.nan_to_num(amounts[order])
        case = own.tobytes() + counted.tobytes()
        if case not in self.known:
            times_ds = np.ascontiguousarray(self.times.times_ds[:, own])
            names = self.names[own]
            limits = self.study.limits.catchment.value
            self.known[case] = (
                nth_nearest(times_ds, names, self.ranks),
                [reached_within(times_ds, counted, limit) for limit in limits],
            )
        return self.known[case]


def _of_functions(
    near: _Near,
    places: _Places,
    column: npt.NDArray[np.intp],
    border_ds: npt.NDArray[np.integer],
    areas: pd.Series,
    year: int,
) -> Iterator[OriginValues]:
    """Tell of each function what is nearest and how much is in reach, and of all how mixed."""
    limits = near.study.limits.catchment.value
    reached: dict[float, dict[str, Floats]] = {limit: {} for limit in limits}
    for function in near.study.functions.measured:
        own = np.flatnonzero(places.function == function)
        nearest, counts = near.of(column[own], places.amount[own])
        for n, (value, to_id) in zip(near.ranks, nearest, strict=True):
            yield _nearest(n, function, value, to_id, border_ds, year)
        for limit, count in zip(limits, counts, strict=True):
            reached[limit][function] = count
            yield _count(count, function, limit, border_ds, year)
    yield from _diversity(reached, areas, border_ds, year)


def _nearest(
    n: int,
    function: str,
    value: Floats,
    to_id: npt.NDArray[np.object_],
    border_ds: npt.NDArray[np.integer],
    year: int,
) -> OriginValues:
    """Minutes to the n-th nearest, an upper bound where the search met the border before it."""
    time_ds = np.rint(value * DECISECONDS_PER_MINUTE)
    met = border_ds < np.where(np.isnan(time_ds), np.inf, time_ds)
    bound = met & ~np.isnan(time_ds)
    named = f"nearest_{n}"
    return OriginValues(named, function, None, value, "min", year, upper_bound=bound, to_id=to_id)


def _count(
    value: Floats, function: str, limit: float, border_ds: npt.NDArray[np.integer], year: int
) -> OriginValues:
    """Places within a limit, a lower bound where the search met the border within it."""
    met = border_ds <= deciseconds(limit)
    return OriginValues("cumulative", function, limit, value, "places", year, lower_bound=met)


def _diversity(
    reached: Mapping[float, Mapping[str, Floats]],
    areas: pd.Series,
    border_ds: npt.NDArray[np.integer],
    year: int,
) -> Iterator[OriginValues]:
    """How mixed the functions within each limit are, as far as anybody has a value."""
    for found in diversity_counts(reached, areas, border_ds=border_ds):
        if not np.isnan(found.value).all():
            yield OriginValues(
                found.measure,
                None,
                found.limit_min,
                found.value,
                "functions",
                year,
                lower_bound=found.lower_bound,
            )


def _jobs(
    times: TimeMatrix,
    jobs: gpd.GeoDataFrame,
    border_ds: npt.NDArray[np.integer],
    study: Study,
    year: int,
) -> Iterator[OriginValues]:
    """Jobs within each limit, in all and by sector and skill, hidden where they are of few."""
    for found in job_counts(
        times,
        jobs,
        limits_min=study.limits.jobs.value,
        border_ds=border_ds,
        rules=small_numbers(study),
        rounding=study.jobs.rounding.value,
    ):
        yield OriginValues(
            found.measure,
            found.part,
            found.limit_min,
            found.value.to_numpy(dtype="float64"),
            "jobs",
            year,
            lower_bound=found.lower_bound,
            hidden=found.hidden,
        )


def _district_schools(
    times: TimeMatrix, ground: AccessGround, measured: gpd.GeoDataFrame, year: int
) -> OriginValues:
    """Minutes to the school of each origin's own district."""
    districts, origins = ground.school_districts, ground.origins
    strangers = sorted(set(districts["school_id"]) - set(measured["id"]))
    if len(strangers) == districts["school_id"].nunique():
        msg = (
            f"school districts: none of {len(strangers)} schools is a measured place: "
            f"{first(strangers)}. Map school_id to the ids of the places in the catalog."
        )
        raise ConfigError(msg)
    found = origins[["id", "geometry"]].sjoin(
        districts[["school_id", "geometry"]], how="left", predicate="within"
    )
    school = found.drop_duplicates("id").set_index("id")["school_id"].reindex(origins["id"])
    column = times.destinations.get_indexer(pd.Index(school, dtype=object))
    column[~school.isin(measured["id"]).to_numpy()] = -1
    time_ds = times.times_ds[np.arange(len(column)), column]
    reached = (column >= 0) & (time_ds < UNREACHED)
    return OriginValues(
        "nearest_1",
        DISTRICT_SCHOOL,
        None,
        np.where(reached, minutes(time_ds), np.nan),
        "min",
        year,
        to_id=np.array(school.where(reached, None), dtype=object),
    )
