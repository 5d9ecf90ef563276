"""From streets and points to travel times, access and isochrones of one mode."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from htkgis.access import assigned, cumulative_opportunities, nearest
from htkgis.catalog import Catalog
from htkgis.errors import ConfigError, NetworkError, first
from htkgis.network import (
    Snaps,
    border_times,
    build_graph,
    graph_arrays,
    graph_from_arrays,
    islands,
    isochrones,
    reach,
    snap,
    street_times,
)
from htkgis.profile import DISTRICT_SCHOOL
from htkgis.schema import ACCESS
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import DECISECONDS_PER_MINUTE, deciseconds

from .layers import coverage, measured_in

LENS = "adult"
"""The one way of walking there is yet; further ones are further speeds and rules."""


def build_walk_graph(streets: gpd.GeoDataFrame, *, speed_kph: float) -> dict[str, Any]:
    """Build the walking graph as arrays that the cache keeps, and count its islands."""
    graph = build_graph(streets, mode="walk", speed_kph=speed_kph)
    report = {"nodes": graph.nodes, "edges": graph.edges, **asdict(islands(graph))}
    return {
        "walk_graph": Arrays(graph_arrays(graph)),
        "network_report": json.loads(json.dumps(report)),
    }


def snapping(study: Study) -> dict[str, float]:
    """Give the study's decisions on snapping, as :func:`htkgis.network.snap` takes them."""
    walk = study.modes.walk
    return {"max_snap_m": walk.max_snap.value, "min_part_m": walk.min_part.value}


def measure_times(
    arrays: Arrays, origins: gpd.GeoDataFrame, places: gpd.GeoDataFrame, study: Study
) -> dict[str, Any]:
    """Travel times from all origins to all places measured in any state, and what does not snap.

    Raises
    ------
    NetworkError
        If no origin of an area is near the streets.
    """
    graph = graph_from_arrays(arrays)
    walk = study.modes.walk
    measured = places[places[[measured_in(year) for year in study.study.years]].any(axis=1)]
    from_snaps = snap(graph, origins, **snapping(study))
    to_snaps = snap(graph, measured, **snapping(study))
    _check_areas_are_on_the_network(from_snaps, origins, walk.max_snap.value)
    times = street_times(
        graph, from_snaps, to_snaps, limit_ds=deciseconds(walk.search.value)
    ).to_table()
    left_out = pd.concat([from_snaps.too_far, to_snaps.too_far], ignore_index=True)
    names = pd.concat([origins.set_index("id")["name"], measured.set_index("id")["name"]])
    left_out = left_out.assign(
        name=left_out["id"].map(names).astype(object),
        distance_m=left_out["distance_m"].round(0).astype("float64"),
    )
    return {"travel_times": times, "unsnapped": left_out[["id", "name", "distance_m"]]}


def _check_areas_are_on_the_network(
    snaps: Snaps, origins: gpd.GeoDataFrame, max_snap_m: float
) -> None:
    snapped = origins[~origins["id"].isin(snaps.too_far["id"])]
    outside = sorted(set(origins["area_id"]) - set(snapped["area_id"]))
    if outside:
        far = float(snaps.too_far["distance_m"].min())
        msg = (
            f"origins: {len(outside)} areas have no origin within {max_snap_m:g} m of a street: "
            f"{first(outside)}; the nearest lies {far:,.0f} m away. Check the outlines, or take "
            "streets that cover the areas."
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
    *,
    study: Study,
    catalog: Catalog,
) -> dict[str, Any]:
    """Nearest, n-th nearest, places within limits and jobs within limits, per origin.

    A count whose search met the border of the streets or of the layer is a lower bound, a
    nearest time an upper one: there may be more, or nearer, beyond.

    Returns
    -------
    access
        Contract ``ACCESS``, with the place that is nearest in ``to_id``.
    """
    graph = graph_from_arrays(arrays)
    snaps = snap(graph, origins, **snapping(study))
    border_ds = {
        role: border_times(graph, snaps, coverage(catalog, role, streets, municipality))
        for role in ("places", "jobs")
    }
    rows = []
    for year in study.study.years:
        measured = places[places[measured_in(year)]]
        rows += _access_in_state(travel_times, origins, measured, border_ds, study, year)
        if len(school_districts):
            rows.append(_district_schools(travel_times, origins, measured, school_districts, year))
    return {"access": pd.concat(rows, ignore_index=True)}


def _access_in_state(
    travel_times: pd.DataFrame,
    origins: gpd.GeoDataFrame,
    measured: gpd.GeoDataFrame,
    border_ds: dict[str, Any],
    study: Study,
    year: int,
) -> list[pd.DataFrame]:
    ids = pd.Index(origins["id"], name="id")
    jobs = measured[measured["unit"] == "jobs"]
    rows = []
    for function in study.functions.measured:
        own = measured[(measured["function"] == function) & (measured["unit"] != "jobs")]
        pairs = travel_times[travel_times["to_id"].isin(own["id"])]
        for n in (1, study.limits.choice.value):
            result = nearest(pairs, pd.Index(own["id"]), origins=ids, n=n)
            time_ds = np.rint(result["travel_time_min"].to_numpy() * DECISECONDS_PER_MINUTE)
            met = border_ds["places"] < np.where(np.isnan(time_ds), np.inf, time_ds)
            rows.append(
                _rows(
                    f"nearest_{n}", function, None, result["travel_time_min"], "min", year
                ).assign(upper_bound=met & ~np.isnan(time_ds), to_id=result["to_id"].to_numpy())
            )
        for limit in study.limits.catchment.value:
            weights = own.set_index("id")["opportunities"]
            value = cumulative_opportunities(pairs, weights, origins=ids, limit_min=limit)
            met = border_ds["places"] <= deciseconds(limit)
            rows.append(
                _rows("cumulative", function, limit, value, "places", year).assign(lower_bound=met)
            )
    for limit in study.limits.jobs.value:
        weights = jobs.set_index("id")["opportunities"]
        value = cumulative_opportunities(travel_times, weights, origins=ids, limit_min=limit)
        met = border_ds["jobs"] <= deciseconds(limit)
        rows.append(_rows("jobs", None, limit, value, "jobs", year).assign(lower_bound=met))
    return rows


def _district_schools(
    travel_times: pd.DataFrame,
    origins: gpd.GeoDataFrame,
    measured: gpd.GeoDataFrame,
    districts: gpd.GeoDataFrame,
    year: int,
) -> pd.DataFrame:
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
    minutes_to_own = result["travel_time_min"]
    return _rows("nearest_1", DISTRICT_SCHOOL, None, minutes_to_own, "min", year).assign(
        to_id=result["to_id"].to_numpy(dtype=object)
    )


def _rows(
    measure: str,
    function: str | None,
    limit_min: float | None,
    value: pd.Series,
    unit: str,
    year: int,
) -> pd.DataFrame:
    table = pd.DataFrame({"id": value.index.to_numpy(), "value": value.to_numpy()})
    table = table.assign(
        measure=measure,
        function=pd.Series([function] * len(table), dtype=object),
        mode="walk",
        limit_min=pd.Series([limit_min] * len(table), dtype="float64"),
        percentile=pd.Series([None] * len(table), dtype="float64"),
        departure=pd.Series([None] * len(table), dtype=object),
        lens=LENS,
        state=year,
        unit=unit,
        lower_bound=False,
        upper_bound=False,
        to_id=pd.Series([None] * len(table), dtype=object),
    )
    return table[[*ACCESS.columns, "to_id"]]


def measure_isochrones(arrays: Arrays, origins: gpd.GeoDataFrame, study: Study) -> dict[str, Any]:
    """Areas reached from the nearest origin of each area, per limit.

    Returns
    -------
    isochrones
        ``area_id``, ``limit_min``, ``reached_km``, ``geometry`` (polygons, nested).
    """
    graph = graph_from_arrays(arrays)
    limits = study.limits.catchment.value
    crs = str(origins.crs)
    areas = []
    for area_id in dict.fromkeys(origins["area_id"]):
        own = origins[origins["area_id"] == area_id]
        snaps = snap(graph, own, **snapping(study))
        found = reach(graph, snaps, limit_ds=deciseconds(max(limits)))
        table = isochrones(
            graph,
            found,
            limits_min=limits,
            buffer_m=study.isochrone.buffer.value,
            max_hole_m2=study.isochrone.max_hole.value,
            crs=crs,
        )
        areas.append(table.assign(area_id=area_id))
    joined = gpd.GeoDataFrame(pd.concat(areas, ignore_index=True), crs=crs)
    return {"isochrones": joined[["area_id", "limit_min", "reached_km", "geometry"]]}
