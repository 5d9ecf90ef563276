"""From a mode's graph and points to its travel times and access."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.access import TimeMatrix, assigned, cumulative_in, nearest_in, time_matrix
from htkgis.catalog import Catalog
from htkgis.errors import ConfigError, NetworkError, first
from htkgis.network import (
    Snaps,
    border_times,
    graph_from_arrays,
    snap,
    street_times,
)
from htkgis.network.snap import NOT_SNAPPED
from htkgis.profile import DISTRICT_SCHOOL
from htkgis.quantities import ADULT
from htkgis.schema import ACCESS, TRAVEL_TIMES, check
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import DECISECONDS_PER_MINUTE, deciseconds

from .access_rows import OriginValues, access_rows
from .connectors import audit_record, audits_by_layer, connector_lines
from .diversity import diversity_counts
from .entrances import fold_times, once_per_place, snap_places
from .job_access import job_counts
from .layers import coverage, measured_in, small_numbers
from .mode_steps import named
from .modes import snapping

PLACE_COLUMNS = ["id", "function", "opportunities"]
"""Of a place, what counting asks for."""


def measure_times(
    arrays: Arrays,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame | None = None,
    entrances: gpd.GeoDataFrame | None = None,
    *,
    study: Study,
    mode: str,
    lens: str = ADULT,
    strict: bool = True,
) -> dict[str, Any]:
    """Travel times from all origins to all places, and what does not snap.

    ``places`` are those that are measured in any state. An area without any origin near the
    streets is an error where ``strict``, else not reached.

    Returns
    -------
    outputs
        ``<mode>_connectors`` and ``<mode>_snapping`` (how points met the streets),
        ``<mode>_travel_times`` (contract ``TRAVEL_TIMES``), ``<mode>_unsnapped`` (``id``,
        ``name``, ``distance_m``, ``behind_barrier``); ``<mode>_<lens>_...`` where it is not the
        adult's.

    Raises
    ------
    NetworkError
        If no origin of an area is near the streets, where ``strict``.
    """
    graph = graph_from_arrays(arrays)
    rules = snapping(study, mode)
    from_snaps = snap(graph, origins, **rules, barriers=barriers)
    to_snaps = snap_places(graph, places, entrances, barriers=barriers, **rules)
    if strict:
        _check_areas_are_on_the_network(from_snaps, origins, rules["max_snap_m"], named(mode, lens))
    limit_ds = deciseconds(study.modes[mode].search.value)
    times = fold_times(street_times(graph, from_snaps, to_snaps, limit_ds=limit_ds).to_table())
    to_snaps = once_per_place(to_snaps)
    left_out = pd.concat([from_snaps.too_far, to_snaps.too_far], ignore_index=True)
    names = pd.concat([origins.set_index("id")["name"], places.set_index("id")["name"]])
    left_out = left_out.assign(
        name=left_out["id"].map(names).astype(object),
        distance_m=left_out["distance_m"].round(0).astype("float64"),
        behind_barrier=np.concatenate([_cut_off(snaps) for snaps in (from_snaps, to_snaps)]),
    )
    audits = [
        *audits_by_layer(origins, from_snaps).items(),
        *audits_by_layer(places, to_snaps).items(),
    ]
    return {
        f"{named(mode, lens)}_travel_times": times,
        f"{named(mode, lens)}_connectors": connector_lines(from_snaps, to_snaps, crs=origins.crs),
        f"{named(mode, lens)}_snapping": audit_record(audits),
        f"{named(mode, lens)}_unsnapped": left_out[["id", "name", "distance_m", "behind_barrier"]],
    }


def _cut_off(snaps: Snaps) -> npt.NDArray[np.bool_]:
    """Tell of each point that is not on the network whether a barrier keeps it off."""
    return np.asarray(snaps.behind_barrier[snaps.edge == NOT_SNAPPED])


def _check_areas_are_on_the_network(
    snaps: Snaps, origins: gpd.GeoDataFrame, max_snap_m: float, mode: str
) -> None:
    snapped = origins[~origins["id"].isin(snaps.too_far["id"])]
    outside = sorted(set(origins["area_id"]) - set(snapped["area_id"]))
    if outside:
        far = float(snaps.too_far["distance_m"].min())
        msg = (
            f"origins ({mode}): {len(outside)} areas have no origin within {max_snap_m:g} m of a "
            f"street: {first(outside)}; the nearest lies {far:,.0f} m away. Check the outlines, "
            "or take streets that cover the areas."
        )
        raise NetworkError(msg)


def measure_access(
    arrays: Arrays,
    travel_times: pd.DataFrame,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    school_districts: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame | None = None,
    *,
    study: Study,
    catalog: Catalog,
    mode: str,
    lens: str = ADULT,
) -> dict[str, Any]:
    """Nearest, n-th nearest, places within limits and jobs within limits, per origin.

    A count whose search met the border of the streets or of the layer is a lower bound, a
    nearest time an upper one: there may be more, or nearer, beyond.

    Returns
    -------
    outputs
        ``<mode>_access``: contract ``ACCESS``, with the place that is nearest in ``to_id``, and
        ``hidden``: jobs of few workplaces (see :mod:`htkgis.profile.job_disclosure`). An
        origin that is not on the network has missing times and no counts.
        ``<mode>_<lens>_access``, without jobs, where it is not the adult's.
    """
    check(travel_times, TRAVEL_TIMES)
    graph = graph_from_arrays(arrays)
    snaps = snap(graph, origins, **snapping(study, mode), barriers=barriers)
    border_ds = {
        role: border_times(graph, snaps, coverage(catalog, role, streets, municipality))
        for role in ("places", "jobs")
    }
    times = time_matrix(
        travel_times,
        origins=pd.Index(origins["id"], name="id"),
        destinations=pd.Index(places["id"]),
    )
    jobs_known = bool(places["unit"].eq("jobs").any())
    rows: list[OriginValues] = []
    for year in study.study.years:
        measured = places[places[measured_in(year)]]
        if lens != ADULT:
            measured = measured[measured["unit"] != "jobs"]  # a page says of them what is near
        rows += _access_in_state(
            times, measured, border_ds, study, year, origins["area_id"], jobs_known=jobs_known
        )
        if len(school_districts):
            rows.append(_district_schools(travel_times, origins, measured, school_districts, year))
    table = access_rows(rows, times.origins).assign(mode=mode, lens=lens)
    # who is not on the streets was not counted for: no row, where 0 would say that nothing is near
    unsaid = table["unit"].ne("min") & table["id"].isin(snaps.too_far["id"])
    if lens != ADULT:
        unsaid |= table["unit"].eq("jobs")
    table = table[~unsaid].reset_index(drop=True)
    return {f"{named(mode, lens)}_access": table[[*ACCESS.columns, "to_id", "hidden"]]}


def _access_in_state(
    times: TimeMatrix,
    measured: gpd.GeoDataFrame,
    border_ds: dict[str, Any],
    study: Study,
    year: int,
    areas: pd.Series,
    *,
    jobs_known: bool,
) -> list[OriginValues]:
    others = pd.DataFrame(measured.loc[measured["unit"] != "jobs", PLACE_COLUMNS])
    by_function = dict(list(others.groupby("function")))
    border = border_ds["places"]
    rows = []
    reached: dict[float, dict[str, pd.Series]] = {at: {} for at in study.limits.catchment.value}
    for function in study.functions.measured:
        own = by_function.get(function, others.iloc[:0])
        weights = pd.Series(own["opportunities"].to_numpy(), index=pd.Index(own["id"]))
        to_own = times.to(weights.index)
        rows += [
            _nearest(to_own, n, function, border, year) for n in (1, study.limits.choice.value)
        ]
        for limit, counted in reached.items():
            counted[function] = cumulative_in(to_own, weights, limit)
            rows.append(_count(counted[function], function, limit, border, year))
    rows += _diversity(reached, areas, border, year)
    # without a layer of jobs nobody knows of any: no row, where 0 would say that there are none
    if jobs_known:
        jobs = measured[measured["unit"] == "jobs"]
        rows += _jobs(times, jobs, border_ds["jobs"], study, year)
    return rows


def _count(
    value: pd.Series, function: str, limit: float, border_ds: npt.NDArray[np.int64], year: int
) -> OriginValues:
    """Places within a limit, a lower bound where the search met the border within it."""
    return OriginValues(
        "cumulative",
        function,
        limit,
        value.to_numpy(),
        "places",
        year,
        lower_bound=border_ds <= deciseconds(limit),
    )


def _diversity(
    reached: dict[float, dict[str, pd.Series]],
    areas: pd.Series,
    border_ds: npt.NDArray[np.int64],
    year: int,
) -> list[OriginValues]:
    """How mixed the functions within each limit are, as far as anybody has a value."""
    return [
        OriginValues(
            found.measure,
            None,
            found.limit_min,
            found.value.to_numpy(),
            "functions",
            year,
            lower_bound=found.lower_bound,
        )
        for found in diversity_counts(reached, areas, border_ds=border_ds)
        if found.value.notna().any()
    ]


def _jobs(
    times: TimeMatrix,
    jobs: gpd.GeoDataFrame,
    border_ds: npt.NDArray[np.int64],
    study: Study,
    year: int,
) -> list[OriginValues]:
    """Jobs within each limit, in all and by sector and skill, hidden where they are of few."""
    return [
        OriginValues(
            found.measure,
            found.part,
            found.limit_min,
            found.value.to_numpy(dtype="float64"),
            "jobs",
            year,
            lower_bound=found.lower_bound,
            hidden=found.hidden,
        )
        for found in job_counts(
            times,
            jobs,
            limits_min=study.limits.jobs.value,
            border_ds=border_ds,
            rules=small_numbers(study),
            rounding=study.jobs.rounding.value,
        )
    ]


def _nearest(
    times: TimeMatrix, n: int, function: str, border_ds: npt.NDArray[np.int64], year: int
) -> OriginValues:
    """Minutes to the n-th nearest, an upper bound where the search met the border before it."""
    result = nearest_in(times, n)
    value = result["travel_time_min"].to_numpy()
    time_ds = np.rint(value * DECISECONDS_PER_MINUTE)
    met = border_ds < np.where(np.isnan(time_ds), np.inf, time_ds)
    return OriginValues(
        f"nearest_{n}",
        function,
        None,
        value,
        "min",
        year,
        upper_bound=met & ~np.isnan(time_ds),
        to_id=result["to_id"].to_numpy(dtype=object),
    )


def _district_schools(
    travel_times: pd.DataFrame,
    origins: gpd.GeoDataFrame,
    measured: gpd.GeoDataFrame,
    districts: gpd.GeoDataFrame,
    year: int,
) -> OriginValues:
    """Minutes to the school of each origin's own district.

    Raises
    ------
    ConfigError
        If no district's school is a place that is measured in any of the districts.
    """
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
    pairs = travel_times[travel_times["to_id"].isin(measured["id"])]
    result = assigned(pairs, school.rename_axis("id"))
    return OriginValues(
        "nearest_1",
        DISTRICT_SCHOOL,
        None,
        result["travel_time_min"].to_numpy(),
        "min",
        year,
        to_id=result["to_id"].to_numpy(dtype=object),
    )
