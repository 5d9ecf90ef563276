"""The service of a study's origins, or of a user's own points: from files to tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from htkgis.access.service_frequency import DAYTIME_S
from htkgis.catalog import Catalog, read_catalog
from htkgis.errors import ConfigError
from htkgis.loaders.points import read_points
from htkgis.network import Graph, SnapAudit, Snaps, audit, graph_from_arrays, snap
from htkgis.scenario import ServiceDay
from htkgis.store import Cache
from htkgis.study import Study, read_study

from .embedded import embedded_study
from .layers import street_coverage
from .loading_steps import loading_steps
from .modes import mode_graph, snapping
from .own_streets import SKETCH, graph_coverage, own_crs, own_graph, own_snaps
from .service_levels import (
    METRE_PER_SECOND_KPH,
    distance_mode,
    level_shares,
    service_levels,
    snap_stops,
    stops_around,
)
from .steps import Progress, Step, run_steps
from .timetable import LoadedTimetable, load_feeds, load_timetable, service_day
from .transit import decided, served

SURROUNDINGS_M = 50_000.0
"""How far around the streets trips are read. One that calls only once in these surroundings is
left out, so they reach beyond the next stop of a long-distance train."""
DAY_LAYERS = ("areas", "origins", "residents", "districts", "municipality", "streets", "barriers")
PERSONS = "persons"
OWN_POINTS = {"unit_id": "points", "unit_kind": "points", "name": "all points"}


@dataclass(frozen=True)
class ServiceReport:
    """The service of each origin, and what it rests on.

    Parameters
    ----------
    table
        As :func:`htkgis.pipeline.service_levels.service_levels` gives it; by a sketch timetable
        every level and class is a lower bound.
    shares
        As :func:`htkgis.pipeline.service_levels.level_shares` gives it.
    counted
        What the shares are of: ``persons``, ``addresses`` or ``points``; ``gates``, which stand
        for no number of residents, so that only how many of them is said.
    origins, stops
        Snapping audits.
    day, loaded
        What runs, and the timetable with what its reader counted.
    """

    table: pd.DataFrame
    shares: pd.DataFrame
    counted: str
    origins: SnapAudit
    stops: SnapAudit
    day: ServiceDay
    loaded: LoadedTimetable


def measure_point_service(
    streets: str,
    origins_path: Path,
    feeds: Sequence[Path],
    *,
    date: dt.date | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> ServiceReport:
    """Measure the service of a user's own points.

    Parameters
    ----------
    streets, origins_path, cache, progress
        As :func:`htkgis.pipeline.times.measure_point_times`.
    feeds
        GTFS zips or folders; none over the sketch streets takes the sketch timetable.
    date
        Service day; the embedded study's where missing.

    Raises
    ------
    HtkgisError
        A file is missing or wrong, no feed is named, no point is near a street, or nothing runs
        on the day.
    """
    if not feeds and streets != SKETCH:
        msg = (
            f"--timetable: none is named, and only the streets {SKETCH!r} bring one along; one or "
            "more GTFS zips or folders are needed. Name one."
        )
        raise ConfigError(msg)
    study = read_study(embedded_study() / "study.toml")
    crs = own_crs(streets, study)
    points = read_points(origins_path, crs=crs)
    graph = own_graph(
        streets, study, "walk", crs=crs, speed_kph=METRE_PER_SECOND_KPH,
        bare=True, cache=cache, progress=progress,
    )  # fmt: skip
    origins = own_snaps(graph, points, study, "walk", what="origins")
    catalog = None if feeds else read_catalog(embedded_study() / "layers" / "catalog.toml")
    loaded = _timetable(feeds, catalog, graph, crs)
    units = points[["id"]].rename(columns={"id": "origin_id"}).assign(**OWN_POINTS)
    return _report(
        graph, origins, loaded, study, date, units, coverage=graph_coverage(graph), counted="points"
    )


def measure_study_service(
    study_path: Path,
    catalog_path: Path,
    *,
    data: Path | None = None,
    feeds: Sequence[Path] = (),
    date: dt.date | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> ServiceReport:
    """Measure the service of a study's origins: all addresses with persons, or those of its areas.

    Parameters
    ----------
    study_path, catalog_path, data, cache, progress
        As :func:`htkgis.pipeline.surfaces.write_surface`.
    feeds
        GTFS zips or folders in place of the catalog's timetable.
    date
        Service day; the study's where missing.

    Raises
    ------
    HtkgisError
        As ``htkgis run``; or the catalog has no timetable, or nothing runs on the day.
    """
    study = read_study(study_path)
    catalog = read_catalog(catalog_path, data=data)
    layers = _layers(study, catalog, cache, progress)
    graph = graph_from_arrays(layers["walk_graph"])
    points, units, counted = _study_origins(layers, catalog)
    origins = snap(graph, points, **snapping(study), barriers=layers["barriers"])
    loaded = _timetable(feeds, catalog, graph, study.study.crs)
    covered = street_coverage(catalog, layers["streets"])
    return _report(graph, origins, loaded, study, date, units, coverage=covered, counted=counted)


def _layers(
    study: Study, catalog: Catalog, cache: Cache | None, progress: Progress | None
) -> dict[str, Any]:
    """Load the layers of a study, and a walking graph of distances."""
    mode = distance_mode(study)
    build = Step(
        "walk_distances",
        ("streets",),
        ("walk_graph", "walk_network"),
        lambda streets: mode_graph(streets, mode),
        parameters=asdict(mode),
    )
    steps = [*loading_steps(study, catalog, catalog.checked_hashes(), DAY_LAYERS), build]
    results = run_steps(steps, cache or Cache.default(), progress=progress)
    return {name: results[name] for name in (*DAY_LAYERS, "walk_graph")}


def _study_origins(
    layers: dict[str, Any], catalog: Catalog
) -> tuple[gpd.GeoDataFrame, pd.DataFrame, str]:
    """Give the points to measure, the units each counts in, and what they are."""
    residents, areas = layers["residents"], layers["areas"]
    if residents.empty:
        origins = layers["origins"]
        units = _in_units(origins, areas, "area_id", "area")
        return origins, units, "addresses" if catalog.by_role("addresses") else "gates"
    whole = layers["municipality"].iloc[[0]]
    everyone = residents.assign(municipality_id=whole["id"].iloc[0])
    parts = [
        _in_units(everyone, areas, "area_id", "area"),
        _in_units(everyone, whole, "municipality_id", "municipality"),
        _in_units(everyone, layers["districts"], "district_id", "district"),
    ]
    return residents, pd.concat(parts, ignore_index=True), PERSONS


def _in_units(
    points: gpd.GeoDataFrame, outlines: gpd.GeoDataFrame, column: str, kind: str
) -> pd.DataFrame:
    """List the points of each outline, outlines in their order."""
    own = pd.DataFrame({"origin_id": points["id"], "unit_id": points[column]})
    if PERSONS in points:
        own[PERSONS] = points[PERSONS].to_numpy()
    named = outlines[["id", "name"]].rename(columns={"id": "unit_id"}).assign(unit_kind=kind)
    return pd.DataFrame(named).merge(own, on="unit_id", how="inner")


def _timetable(
    feeds: Sequence[Path], catalog: Catalog | None, graph: Graph, crs: str
) -> LoadedTimetable:
    box = shapely.box(*shapely.total_bounds(shapely.multipoints(graph.edge_xy)))
    area = shapely.buffer(box, SURROUNDINGS_M)
    if feeds or catalog is None:
        return load_feeds(feeds, crs=crs, area=area)
    return load_timetable(catalog, crs=crs, area=area)


def _report(
    graph: Graph,
    origins: Snaps,
    loaded: LoadedTimetable,
    study: Study,
    date: dt.date | None,
    units: pd.DataFrame,
    *,
    coverage: shapely.Geometry,
    counted: str,
) -> ServiceReport:
    chosen = decided(study).date.value if date is None else date
    day = service_day(loaded, chosen, window_s=(DAYTIME_S[0], DAYTIME_S[1] - 1))
    places = loaded.timetable.stops
    calls = places["stop_id"].isin(served(places, day.trip_times)["id"])
    near = stops_around(origins, places[calls])
    stops = snap_stops(graph, near, **snapping(study))
    table = service_levels(graph, origins, stops, near, day, coverage)
    if loaded.sketch:
        # lines that a sketch leaves out only add to what it has
        measured = table["sdg_level"].notna()
        table.loc[measured, ["sdg_level_lower_bound", "service_class_lower_bound"]] = True
    weight = PERSONS if counted == PERSONS else None
    shares = level_shares(table, units, weight=weight)
    if counted == "gates":
        shares = shares.assign(share=float("nan"))
    return ServiceReport(table, shares, counted, audit(origins), audit(stops), day, loaded)
