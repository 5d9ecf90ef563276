"""Isochrone surface by public transport: minutes to every cell around an area, as a GeoTIFF."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from htkgis import __version__
from htkgis.clock import as_clock
from htkgis.errors import NetworkError
from htkgis.network import Graph, Grid, Snaps, grid_around, snap
from htkgis.network.street_times import TravelTimes
from htkgis.network.surface import times_from_nearest
from htkgis.network.transit import (
    Doors,
    JourneyRules,
    as_one,
    every_minute,
    journeys_between,
    transit_times,
)
from htkgis.publish.geotiff import cog_bytes
from htkgis.quantities import ADULT
from htkgis.scenario import ServiceDay
from htkgis.store import Cache, sha256_bytes, write_atomic
from htkgis.study import read_study
from htkgis.units import UNREACHED, deciseconds

from .modes import snapping
from .stated_facts import is_sketch
from .steps import Progress
from .surfaces import SKETCH_NOTES, as_minutes, check_area, check_tif, credits_of
from .transit import doors_of, journey_rules
from .transit_study import WALK, TransitMoment, TransitStudy, ask_study

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
    moment: TransitMoment | None = None,
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
    moment
        Which timetable, when, and which percentile.
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
    moment = moment or TransitMoment()
    check_area(area, read_study(study_path))
    wanted = ("origins", "areas", "streets", "barriers")
    asked = ask_study(
        study_path,
        catalog_path,
        moment,
        wanted,
        lens=lens,
        data=data,
        cache=cache,
        progress=progress,
    )
    grid, doors = _grid_and_doors(asked, area, cell_m)
    limits = replace(journey_rules(asked.study), cutoff_s=deciseconds(max_min) // 10)
    grid, times = _cropped(grid, _minutes_to_cells(doors, asked, limits, moment))
    names = asked.results["areas"].set_index("id")["name"]
    tags = {
        "TIFFTAG_IMAGEDESCRIPTION": _title(asked, moment, names[area]),
        "area": area,
        **timetable_provenance(asked, moment, limits, lens),
    }
    content = cog_bytes(
        as_minutes(times),
        west_m=grid.west_m,
        north_m=grid.north_m,
        cell_m=grid.cell_m,
        crs=asked.study.study.crs,
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
        origins=len(doors.origins) - len(doors.origins.too_far),
        day=asked.day,
        where=asked.loaded.where,
    )


def _grid_and_doors(asked: TransitStudy, area: str, cell_m: float) -> tuple[Grid, Doors]:
    """Lay cells over all streets; snap the origins of the area, the cells and the stops."""
    graph, crs = asked.graph, asked.study.study.crs
    origins, barriers = asked.results["origins"], asked.results["barriers"]
    rules = snapping(asked.study, WALK)
    own = snap(graph, origins[origins["area_id"] == area], **rules, barriers=barriers)
    _check_origins(own, area, rules["max_snap_m"])
    grid = grid_around(
        tuple(shapely.total_bounds(shapely.multipoints(graph.edge_xy)).tolist()), cell_m=cell_m
    )
    cells = _cells(graph, grid, crs, rules, barriers)
    max_snap_m = rules["max_snap_m"]
    return grid, doors_of(graph, own, cells, asked.stops, max_snap_m=max_snap_m, barriers=barriers)


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
    doors: Doors, asked: TransitStudy, rules: JourneyRules, moment: TransitMoment
) -> npt.NDArray[np.int32]:
    """Measure from the nearest origin, which may be another one for each departure."""
    transfers = asked.loaded.timetable.transfers
    journeys = journeys_between(doors, asked.trip_times, rules=rules, transfers=transfers)
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
    window_s = every_minute(asked.start_s, moment.window_min)
    found = transit_times(one, window_s, percentiles=(moment.percentile,))
    return found.percentiles_ds[0, :, 0]


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


def _title(asked: TransitStudy, moment: TransitMoment, area: str) -> str:
    """Say in the study's language what the raster shows."""
    end_s = asked.start_s + 60 * moment.window_min
    window = f"{as_clock(asked.start_s)}-{as_clock(end_s)}, {asked.day.date.isoformat()}"
    title = TITLES[asked.study.study.language]
    return title.format(area=area, percentile=moment.percentile, window=window)


def timetable_provenance(
    asked: TransitStudy, moment: TransitMoment, rules: JourneyRules, lens: str
) -> dict[str, str]:
    """Say in the file itself of which data it is made, by which decisions; no clock."""
    layers, hashes = asked.layers(moment.feeds), asked.catalog.checked_hashes()
    tags = {
        "TIFFTAG_SOFTWARE": f"htkgis {__version__}",
        "TIFFTAG_COPYRIGHT": credits_of(layers),
        "study": asked.study.study.id,
        "mode": "transit",
        "lens": lens,
        "timetable": ", ".join(path.name for path in moment.feeds) or asked.loaded.where,
        "percentile": f"{moment.percentile:g}",
        "max_walk_min": f"{rules.max_walk_ds / 600:g}",
        "max_change_min": f"{rules.max_change_ds / 600:g}",
        "slack_s": str(rules.slack_s),
        "max_rides": str(rules.max_rides),
        "draws": str(rules.draws),
        "limit_min": f"{rules.cutoff_s / 60:g}",
        "layers": "; ".join(f"{n} {own.published} {hashes[n]}" for n, own in layers.items()),
    }
    if is_sketch(asked.catalog):
        tags["note"] = SKETCH_NOTES[asked.study.study.language]
    return tags
