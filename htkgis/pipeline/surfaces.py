"""Travel-time surface of one area: minutes per cell, as a GeoTIFF that QGIS opens at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from htkgis import __version__
from htkgis.catalog import Catalog, Role, read_catalog
from htkgis.errors import ConfigError, first
from htkgis.loaders.layer import coverage_polygon
from htkgis.network import Graph, Snaps, border_times, graph_from_arrays, snap
from htkgis.network.surface import Grid, grid_of_reach, travel_time_surface
from htkgis.store import Cache, sha256_bytes, write_atomic
from htkgis.study import Study, read_study
from htkgis.units import UNREACHED, deciseconds, minutes

from .layers import EDGE_M, one
from .measures import snapping
from .profiles import profile_steps
from .steps import Progress, Step, run_steps

NODATA = -9999.0
"""Value of a cell that is not reached; no time is below 0."""

BAND = "travel_time_min"
BLOCK = 128
"""Side of a tile in cells: an area of half an hour's walk has more than one, and an overview."""


@dataclass(frozen=True)
class SurfaceReport:
    """What was measured and written.

    Parameters
    ----------
    path, sha256
        The file and its hash.
    rows, columns, cell_m
        Size of the grid.
    reached
        Cells with a time.
    origins, origins_off
        Origins that were searched from, and those too far from any street.
    border_min
        Minutes after which the search meets the end of the streets: a longer time may be
        shorter in truth. Infinite where it does not.
    """

    path: Path
    sha256: str
    rows: int
    columns: int
    cell_m: float
    reached: int
    origins: int
    origins_off: int
    border_min: float


def write_surface(
    study_path: Path,
    catalog_path: Path,
    area: str,
    out: Path,
    *,
    data: Path | None = None,
    cell_m: float = 25.0,
    max_min: float = 30.0,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> SurfaceReport:
    """Measure the walking time from the nearest origin of an area to every cell around it.

    Parameters
    ----------
    study_path, catalog_path
        ``study.toml`` and ``catalog.toml``.
    area
        Id of a housing area of the study.
    out
        ``.tif`` to write: Cloud Optimized GeoTIFF in the study's CRS, one float32 band
        ``travel_time_min``, -9999 where not reached.
    data
        Folder that ``{data}`` stands for in the catalog.
    cell_m
        Side of a cell in metres, 10 to 100.
    max_min
        Longest time of interest in minutes, > 0.
    cache
        Where the network lies between runs; the user's own where missing.
    progress
        Told before each step that is computed.

    Raises
    ------
    ConfigError
        The study shows no such area, or the file is no ``.tif``.
    NetworkError
        If no origin of the area is near a street.
    HtkgisError
        As ``htkgis run``; nothing is written then.
    """
    if out.suffix.lower() not in {".tif", ".tiff"}:
        msg = f"{out.name} ({out}): {out.suffix!r} is no GeoTIFF; .tif is allowed. Change --out."
        raise ConfigError(msg)
    study = read_study(study_path)
    catalog = read_catalog(catalog_path, data=data)
    _check_area(area, study)
    hashes = catalog.checked_hashes()
    steps = needed(
        profile_steps(study, catalog, hashes, study.study.language), ("walk_graph", "origins")
    )
    results = run_steps(steps, cache or Cache.default(), progress=progress)
    graph = graph_from_arrays(results["walk_graph"])
    origins = results["origins"]
    rules = snapping(study)
    own = snap(graph, origins[origins["area_id"] == area], **rules)
    limit_ds = deciseconds(max_min)
    grid = grid_of_reach(
        graph, own, limit_ds=limit_ds, cell_m=cell_m, max_snap_m=rules["max_snap_m"]
    )
    times = travel_time_surface(graph, own, grid, limit_ds=limit_ds, **rules)
    border_min = border_minutes(graph, own, street_coverage(graph, catalog, study.study.crs))
    tags = provenance(study, catalog, hashes, area, border_min=border_min, max_min=max_min)
    content = cog_bytes(as_minutes(times), grid, crs=study.study.crs, tags=tags)
    write_atomic(out, content)
    return SurfaceReport(
        path=out,
        sha256=sha256_bytes(content),
        rows=grid.rows,
        columns=grid.columns,
        cell_m=grid.cell_m,
        reached=int((times < UNREACHED).sum()),
        origins=len(own) - len(own.too_far),
        origins_off=len(own.too_far),
        border_min=border_min,
    )


def _check_area(area: str, study: Study) -> None:
    ids = [quarter.area for quarter in study.quarters]
    if area not in ids:
        msg = f"--area {area!r}: the study shows no such area; there are {first(ids)}. Name one."
        raise ConfigError(msg)


def needed(steps: list[Step], outputs: tuple[str, ...]) -> list[Step]:
    """Pick the steps that some values need, in their order; they share the cache of a run."""
    wanted = set(outputs)
    kept: list[Step] = []
    for step in reversed(steps):
        if wanted & set(step.outputs):
            wanted |= set(step.inputs)
            kept.append(step)
    return kept[::-1]


def as_minutes(time_ds: npt.NDArray[np.int32]) -> npt.NDArray[np.float32]:
    """Turn deciseconds into minutes; ``NODATA`` where not reached."""
    shown = np.where(time_ds < UNREACHED, minutes(time_ds), NODATA)
    return np.asarray(shown, dtype=np.float32)


def street_coverage(graph: Graph, catalog: Catalog, crs: str) -> shapely.Geometry:
    """Where the streets are whole: what the catalog states, else their hull, less 100 m."""
    layer = catalog.layers[one(catalog, "streets")]
    if layer.coverage is None:
        whole = shapely.convex_hull(shapely.multipoints(graph.edge_xy))
    else:
        whole = coverage_polygon(layer, crs)
    return shapely.buffer(whole, -EDGE_M)


def border_minutes(graph: Graph, origins: Snaps, coverage: shapely.Geometry) -> float:
    """Minutes from the origins to the end of the streets; infinite where it is not reached."""
    time_ds = border_times(graph, origins, coverage)
    soonest = int(time_ds.min(initial=UNREACHED))
    return float(minutes(soonest)) if soonest < UNREACHED else float("inf")


def provenance(
    study: Study,
    catalog: Catalog,
    hashes: Mapping[str, str],
    area: str,
    *,
    border_min: float,
    max_min: float,
) -> dict[str, str]:
    """Say in the file itself what it shows, of which data, by which decisions; no clock."""
    roles: tuple[Role, ...] = ("streets", "street_nodes", "addresses", "gates", "housing_areas")
    layers = {name: layer for role in roles for name, layer in catalog.by_role(role).items()}
    walk = study.modes.walk
    tags = {
        "TIFFTAG_SOFTWARE": f"htkgis {__version__}",
        "TIFFTAG_IMAGEDESCRIPTION": f"Minutes on foot from the nearest origin of {area}",
        "TIFFTAG_COPYRIGHT": "; ".join(
            dict.fromkeys(f"{layer.credit} ({layer.licence})" for layer in layers.values())
        ),
        "area": area,
        "study": study.study.id,
        "mode": "walk",
        "speed_kph": f"{walk.speed.value:g}",
        "max_snap_m": f"{walk.max_snap.value:g}",
        "limit_min": f"{max_min:g}",
        "layers": "; ".join(
            f"{name} {layer.published} {hashes[name]}" for name, layer in layers.items()
        ),
    }
    if border_min < max_min:
        tags["upper_bound_above_min"] = f"{border_min:.1f}"
    if any(layer.sketch_scale for layer in layers.values()):
        tags["note"] = "Skitsedata - ikke til sagsbehandling"
    return tags


def cog_bytes(
    values: npt.NDArray[np.float32], grid: Grid, *, crs: str, tags: Mapping[str, str]
) -> bytes:
    """Write a grid as Cloud Optimized GeoTIFF: tiles, overviews, deflate, the same bytes again.

    Parameters
    ----------
    values
        Minutes, shape (rows, columns), ``NODATA`` where missing.
    grid
        Where the cells lie.
    crs
        CRS of the grid.
    tags
        Facts to keep in the file.
    """
    import rasterio.shutil  # noqa: PLC0415 - only who writes rasters waits for GDAL
    from rasterio.io import MemoryFile  # noqa: PLC0415
    from rasterio.transform import from_origin  # noqa: PLC0415

    profile: dict[str, Any] = {
        "driver": "GTiff",
        "height": grid.rows,
        "width": grid.columns,
        "count": 1,
        "dtype": "float32",
        "crs": crs,
        "transform": from_origin(grid.west_m, grid.north_m, grid.cell_m, grid.cell_m),
        "nodata": NODATA,
    }
    # the driver of COGs only copies, so a plain raster in memory comes first
    with MemoryFile() as plain, MemoryFile() as optimized:
        with plain.open(**profile) as raster:
            raster.write(values, 1)
            raster.set_band_description(1, BAND)
            raster.set_band_unit(1, "min")
            raster.update_tags(**tags)
        rasterio.shutil.copy(
            plain.name,
            optimized.name,
            driver="COG",
            COMPRESS="DEFLATE",
            PREDICTOR="YES",
            BLOCKSIZE=str(BLOCK),
            OVERVIEWS="IGNORE_EXISTING",
            OVERVIEW_RESAMPLING="NEAREST",
            NUM_THREADS="1",
        )
        content: bytes = optimized.read()
    return content
