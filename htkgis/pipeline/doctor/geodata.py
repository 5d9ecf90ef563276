"""GDAL, PROJ and GEOS: versions, drivers, and whether coordinates come out right."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from .finding import Finding

DRIVERS = ("CSV", "ESRI Shapefile", "FlatGeobuf", "GeoJSON", "GPKG")
"""Formats that layers come in, or that are written."""
AXIS = (9.0, 0.0), (500_000.0, 0.0)
"""Where the central meridian of UTM zone 32 meets the equator: degrees, metres, by definition."""
UTM32, WGS84 = "EPSG:25832", "EPSG:4326"
TOLERANCE_M = 0.001
SET_BY_OTHERS = ("PROJ_DATA", "PROJ_LIB", "GDAL_DATA")
UNSET = "Unset {names}, which another program has set, or point {names} to a folder with its files."


def look_at_gdal() -> Iterator[Finding]:
    """Both GDALs (of vectors and of rasters), GEOS, and the drivers that are needed."""
    import pyogrio  # noqa: PLC0415
    import rasterio  # noqa: PLC0415
    import shapely  # noqa: PLC0415

    vectors = ".".join(map(str, pyogrio.__gdal_version__))
    said = f"{vectors} (vectors), {rasterio.__gdal_version__} (rasters)"
    absent = [name for name in DRIVERS if name not in pyogrio.list_drivers()]
    if absent:
        todo = "Run: pip install --force-reinstall pyogrio"
        yield Finding("GDAL", "fault", f"{said}; cannot read {', '.join(absent)}", todo)
    else:
        yield Finding("GDAL", "ok", said)
    yield Finding("GEOS", "ok", shapely.geos_version_string)


def look_at_proj() -> Iterator[Finding]:
    """PROJ's version, its data, and a point whose coordinates are known."""
    import pyproj  # noqa: PLC0415
    from pyproj.exceptions import DataDirError, ProjError  # noqa: PLC0415

    lost = [name for name in SET_BY_OTHERS if _leads_nowhere(os.environ.get(name, ""))]
    try:
        folder = pyproj.datadir.get_data_dir()
        turned = pyproj.Transformer.from_crs(WGS84, UTM32, always_xy=True)
        east, north = turned.transform(*AXIS[0])
    except (DataDirError, ProjError) as error:
        said = f"its data cannot be used: {' '.join(str(error).split())[:200]}"
        todo = UNSET.format(names=" and ".join(lost)) if lost else _reinstall()
        yield Finding("PROJ", "fault", said, todo)
        return
    off_m = max(abs(east - AXIS[1][0]), abs(north - AXIS[1][1]))
    said = f"{pyproj.proj_version_str}, data in {folder}"
    if not off_m <= TOLERANCE_M:  # infinite and missing numbers are no coordinates either
        yield Finding("PROJ", "fault", f"{said}; a known point is {off_m} m off", _reinstall())
        return
    yield Finding("PROJ", "ok", said)
    if lost:
        said = f"{' and '.join(lost)} lead to folders that are not there"
        yield Finding("PROJ data", "note", said, UNSET.format(names=" and ".join(lost)))


def look_at_grids(crs: str) -> Iterator[Finding]:
    """Whether the best way from degrees to the study's coordinates needs a grid that is absent."""
    from pyproj.transformer import TransformerGroup  # noqa: PLC0415

    group = TransformerGroup(WGS84, crs, always_xy=True)
    if group.best_available:
        yield Finding("PROJ grids", "ok", f"none is lacking for {crs}")
        return
    grids = sorted(
        grid.short_name
        for operation in group.unavailable_operations
        for grid in operation.grids
        if not grid.available
    )
    said = f"{len(grids)} are lacking for the best way to {crs}: {', '.join(grids[:3])}"
    yield Finding("PROJ grids", "note", said, "Run: pyproj sync --file GRID, for each of them")


def _leads_nowhere(folder: str) -> bool:
    return bool(folder) and not any(Path(part).is_dir() for part in folder.split(os.pathsep))


def _reinstall() -> str:
    return "Run: pip install --force-reinstall pyproj"
