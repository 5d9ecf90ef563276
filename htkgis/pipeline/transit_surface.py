"""Isochrone surface by public transport: minutes to every cell around an area, as a GeoTIFF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from htkgis import __version__
from htkgis.catalog import Catalog, read_catalog
from htkgis.errors import NetworkError
from htkgis.network import Graph, Grid, Snaps, graph_from_arrays, grid_around, snap
from htkgis.network.street_times import TravelTimes
from htkgis.network.surface import times_from_nearest
from htkgis.network.transit import (
    Doors,
    JourneyRules,
    Pairs,
    every_minute,
    journeys_between,
    pairs_of,
    sooner,
    transit_times,
)
from htkgis.publish.geotiff import cog_bytes
from htkgis.quantities import ADULT
from htkgis.scenario import ServiceDay
from htkgis.store import Cache, sha256_bytes, write_atomic
from htkgis.study import Study, read_study
from htkgis.units import UNREACHED, deciseconds

from .mode_steps import named
from .modes import snapping
from .profile_steps import is_sketch, travel_steps
from .steps import Progress, run_steps
from .surfaces import SKETCH_NOTES, as_minutes, check_area, check_tif
from .timetable import load_feeds, load_timetable
from .transit import decided, doors_of, journey_rules, served, usable
from .transit_times import audited_day, surroundings

WALK = "walk"
TITLES = {
    "da": "Minutter med kollektiv trafik fra det nærmeste udgangspunkt i {area}, {percentile:g} % "
    "af afgangene {window}",
    "en": "Minutes by public transport from the nearest origin of {area}, {percentile:g} % of the "
    "departures {window}",
}


@dataclass(frozen=True)
class TransitSurfaceReport:
    """What was measured and written.

    Parameters
    ----------
    path, sha256
        The file and its hash.
    rows, columns, cell_m
        Size of the grid.
    reached
        Cells with a time.
    origins
        Origins that were searched from.
    day
        What runs on the day.
    where
        What the timetable was read from.
    """

    path: Path
    sha256: str
    rows: int
    columns: int
    cell_m: float
    reached: int
    origins: int
    day: ServiceDay
    where: str


def write_transit_surface(
    study_path: Path,
    catalog_path: Path,
    area: str,
    out: Path,
    *,
    feeds: Sequence[Path] = (),
    date: dt.date | None = None,
    depart_s: int | None = None,
    window_min: int = 60,
    percentile: float = 50.0,
    lens: str = ADULT,
    data: Path | None = None,
    cell_m: float = 100.0,
    max_min: float = 60.0,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> TransitSurfaceReport:
    """Measure a percentile of the travel times over a window to every cell around an area.

    Parameters
    ----------
    study_path, catalog_path, area, data, cache, progress
        As :func:`htkgis.pipeline.surfaces.write_surface`.
    out
        ``.tif`` to write: Cloud Optimized GeoTIFF in the study's CRS, one float32 band of
        minutes, -9999 where so many departures do not make it within ``max_min``.
    feeds, date, depart_s, window_min, percentile
        As :func:`htkgis.pipeline.transit_routes.find_transit_route`.
    lens
        Who walks.
    cell_m
        Side of a cell in metres.
    max_min
        Longest time of interest in minutes.

    Raises
    ------
    HtkgisError
        As :func:`htkgis.pipeline.transit_routes.find_transit_route`.
    """
    check_tif(out)
    study = read_study(study_path)
    catalog = read_catalog(catalog_path, data=data)
    check_area(area, study)
    decisions = decided(study)
    hashes = catalog.checked_hashes()
    wanted = ("origins", "areas", "streets", "barriers")
    steps = travel_steps(study, catalog, hashes, wanted, mode=WALK, lens=lens)
    results = run_steps(steps, cache or Cache.default(), progress=progress)
    graph = graph_from_arrays(results[f"{named(WALK, lens)}_graph"])
    where = surroundings(graph)
    crs = study.study.crs
    loaded = (
        load_feeds(feeds, crs=crs, area=where)
        if feeds
        else load_timetable(catalog, crs=crs, area=where)
    )
    start_s = next(iter(decisions.windows.values())).start_s if depart_s is None else depart_s
    chosen = decisions.date.value if date is None else date
    day = audited_day(loaded, chosen, start_s=start_s, window_min=window_min)
    trip_times = day.trip_times
    if lens in decisions.step_free.value:
        trip_times = usable(trip_times, flag="wheelchair").trip_times
    origins, barriers = results["origins"], results["barriers"]
    rules = snapping(study, WALK)
    own = snap(graph, origins[origins["area_id"] == area], **rules, barriers=barriers)
    _check_origins(own, area, rules["max_snap_m"])
    grid = grid_around(
        tuple(shapely.total_bounds(shapely.multipoints(graph.edge_xy)).tolist()), cell_m=cell_m
    )
    cells = _cells(graph, grid, crs, rules, barriers)
    stops = served(loaded.timetable.stops, trip_times)
    doors = doors_of(graph, own, cells, stops, max_snap_m=rules["max_snap_m"], barriers=barriers)
    limits = replace(journey_rules(study), cutoff_s=deciseconds(max_min) // 10)
    window_s = every_minute(start_s, window_min)
    transfers = loaded.timetable.transfers
    times = _minutes_to_cells(doors, trip_times, transfers, limits, window_s, percentile)
    grid, times = _cropped(grid, times)
    window = f"{_clock(start_s)}-{_clock(start_s + 60 * window_min)}, {day.date.isoformat()}"
    language = study.study.language
    names = results["areas"].set_index("id")["name"]
    title = TITLES[language].format(area=names[area], percentile=percentile, window=window)
    tags = {
        "TIFFTAG_IMAGEDESCRIPTION": title,
        "area": area,
        **_provenance(study, catalog, hashes, feeds, loaded.where, limits, lens),
        "percentile": f"{percentile:g}",
    }
    content = cog_bytes(
        as_minutes(times),
        west_m=grid.west_m,
        north_m=grid.north_m,
        cell_m=grid.cell_m,
        crs=crs,
        tags=tags,
    )
    write_atomic(out, content)
    return TransitSurfaceReport(
        path=out,
        sha256=sha256_bytes(content),
        rows=grid.rows,
        columns=grid.columns,
        cell_m=grid.cell_m,
        reached=int((times < UNREACHED).sum()),
        origins=len(own) - len(own.too_far),
        day=day,
        where=loaded.where,
    )


def _check_origins(own: Snaps, area: str, max_snap_m: float) -> None:
    if len(own) == len(own.too_far):
        msg = (
            f"surface (transit): none of {len(own)} origins of {area!r} lies within "
            f"{max_snap_m:g} m of a street; one at least is needed. Check the origins."
        )
        raise NetworkError(msg)


def _cells(
    graph: Graph,
    grid: Grid,
    crs: str,
    rules: dict[str, float],
    barriers: gpd.GeoDataFrame | None,
) -> Snaps:
    count = grid.rows * grid.columns
    middles = gpd.points_from_xy(*grid.middles(0, count).T, crs=crs)
    points = gpd.GeoDataFrame({"id": np.arange(count)}, geometry=middles)
    return snap(graph, points, **rules, barriers=barriers)


def _minutes_to_cells(
    doors: Doors,
    trip_times: pd.DataFrame,
    transfers: pd.DataFrame,
    rules: JourneyRules,
    window_s: npt.NDArray[np.int64],
    percentile: float,
) -> npt.NDArray[np.int32]:
    """Measure from the nearest origin, which may be another one for each departure."""
    journeys = journeys_between(doors, trip_times, rules=rules, transfers=transfers)
    cutoff_ds = rules.cutoff_s * 10
    walked_ds = times_from_nearest(
        doors.graph, doors.origins, doors.destinations, limit_ds=cutoff_ds
    )
    reached = np.flatnonzero(walked_ds < UNREACHED)
    direct = TravelTimes(
        from_ids=np.array(["area"]),
        to_ids=doors.destinations.ids,
        indptr=np.array([0, len(reached)]),
        to_index=reached.astype(np.int32),
        time_ds=walked_ds[reached],
    )
    one = journeys._replace(access=as_one(journeys.access), direct=direct)
    return transit_times(one, window_s, percentiles=(percentile,)).percentiles_ds[0, :, 0]


def as_one(pairs: Pairs) -> Pairs:
    """Take the points as one: of the walks to a stop the shortest.

    Examples
    --------
    >>> as_one(pairs_of([0, 1, 1], [5, 5, 6], [90, 60, 30], points=2)).walks.tolist()
    [[5, 60], [6, 30]]
    """
    joined = Pairs(np.array([0, len(pairs.walks)]), pairs.walks)
    return sooner(joined, pairs_of([], [], [], points=1))


def _cropped(grid: Grid, times: npt.NDArray[np.int32]) -> tuple[Grid, npt.NDArray[np.int32]]:
    """Leave out the rows and columns at the edges that hold nothing."""
    values = times.reshape(grid.rows, grid.columns)
    rows, columns = (np.flatnonzero((values < UNREACHED).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return grid, values
    top, left = int(rows[0]), int(columns[0])
    kept = values[top : rows[-1] + 1, left : columns[-1] + 1]
    west_m, north_m = grid.west_m + left * grid.cell_m, grid.north_m - top * grid.cell_m
    return Grid(west_m, north_m, grid.cell_m, *kept.shape), np.ascontiguousarray(kept)


def _provenance(
    study: Study,
    catalog: Catalog,
    hashes: Mapping[str, str],
    feeds: Sequence[Path],
    where: str,
    rules: JourneyRules,
    lens: str,
) -> dict[str, str]:
    """Say in the file itself of which data it is made, by which decisions; no clock."""
    roles = ["streets", "street_nodes"] + ([] if feeds else ["timetable", "transit_lines"])
    layers = {n: one for role in roles for n, one in catalog.by_role(role).items()}  # type: ignore[arg-type]
    credits_ = dict.fromkeys(f"{one.credit} ({one.licence})" for one in layers.values())
    tags = {
        "TIFFTAG_SOFTWARE": f"htkgis {__version__}",
        "TIFFTAG_COPYRIGHT": "; ".join(credits_),
        "study": study.study.id,
        "mode": "transit",
        "lens": lens,
        "timetable": ", ".join(path.name for path in feeds) or where,
        "max_walk_min": f"{rules.max_walk_ds / 600:g}",
        "max_change_min": f"{rules.max_change_ds / 600:g}",
        "slack_s": str(rules.slack_s),
        "max_rides": str(rules.max_rides),
        "draws": str(rules.draws),
        "limit_min": f"{rules.cutoff_s / 60:g}",
        "layers": "; ".join(f"{n} {one.published} {hashes[n]}" for n, one in layers.items()),
    }
    if is_sketch(catalog):
        tags["note"] = SKETCH_NOTES[study.study.language]
    return tags


def _clock(time_s: int) -> str:
    return f"{time_s // 3600:02}:{time_s // 60 % 60:02}"
