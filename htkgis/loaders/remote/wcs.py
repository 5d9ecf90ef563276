"""A raster of a Web Coverage Service, joined from tiles that the server can send."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.errors import RasterioError, RasterioIOError
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from htkgis.errors import ConfigError
from htkgis.services import Fetch

from .around import Around
from .client import Client
from .rows import check_data

TILE = 2000
"""Cells along the side of a tile; services refuse some thousands."""
MOST_CELLS = 400_000_000
RESOLUTION = "resolution_m"
VERSION = "1.0.0"


def fetch_wcs(client: Client, fetch: Fetch, around: Around) -> bytes:
    """Fetch the cells of a coverage in a rectangle, as one GeoTIFF.

    Parameters
    ----------
    client
        Asks the service, by WCS 1.0.0.
    fetch
        ``item`` is the coverage; ``options.resolution_m`` the side of a cell in metres.
    around
        The rectangle, in the CRS of the study; widened to whole cells.

    Returns
    -------
    content
        GeoTIFF in the CRS of the study, with what the service says of missing cells.

    Raises
    ------
    ConfigError
        No resolution is stated, or there would be more than 400 million cells.
    SourceError
        The service cannot be reached, refuses, sends no raster or one of another size, or no cell
        holds a value.
    """
    cell_m = _resolution(client, fetch)
    west, south, east, north = (
        math.floor(around.bounds[0] / cell_m) * cell_m,
        math.floor(around.bounds[1] / cell_m) * cell_m,
        math.ceil(around.bounds[2] / cell_m) * cell_m,
        math.ceil(around.bounds[3] / cell_m) * cell_m,
    )
    columns, rows = round((east - west) / cell_m), round((north - south) / cell_m)
    if columns * rows > MOST_CELLS:
        msg = (
            f"layers.{client.name}.fetch: {columns:,} x {rows:,} cells of {cell_m:g} m; at most "
            f"{MOST_CELLS:,} are allowed. Take a larger options.resolution_m."
        )
        raise ConfigError(msg)
    whole: npt.NDArray[np.float32] | None = None
    missing: float | None = None
    for top, left in product(range(0, rows, TILE), range(0, columns, TILE)):
        height, width = min(TILE, rows - top), min(TILE, columns - left)
        x, y = west + left * cell_m, north - top * cell_m
        box = (x, y - height * cell_m, x + width * cell_m, y)
        values, missing = _tile(client, fetch, around.crs, box, (height, width))
        if whole is None:
            whole = np.empty((rows, columns), dtype=np.float32)
        whole[top : top + height, left : left + width] = values
    if whole is None or _is_empty(whole, missing):
        client.refuse(f"holds no value in {around.text()}", "Check fetch.item.")
    return _geotiff(whole, missing, around.crs, (west, north, cell_m))


def _resolution(client: Client, fetch: Fetch) -> float:
    stated = fetch.options.get(RESOLUTION, "")
    try:
        cell_m = float(stated)
    except ValueError:
        cell_m = math.nan
    if not 0 < cell_m < math.inf:
        msg = (
            f"layers.{client.name}.fetch.options.{RESOLUTION}: {stated!r} is no size of a cell; "
            f'metres above 0 are allowed, such as "10". State it.'
        )
        raise ConfigError(msg)
    return cell_m


def _tile(
    client: Client,
    fetch: Fetch,
    crs: str,
    box: tuple[float, float, float, float],
    shape: tuple[int, int],
) -> tuple[npt.NDArray[np.float32], float | None]:
    further = {name: value for name, value in fetch.options.items() if name != RESOLUTION}
    answer = client.get(
        {
            "service": "WCS",
            "version": client.service.version or VERSION,
            "request": "GetCoverage",
            "coverage": fetch.item,
            "crs": crs,
            "bbox": ",".join(f"{value:.10g}" for value in box),
            "width": str(shape[1]),
            "height": str(shape[0]),
            "format": "GTiff",
        }
        | further
    )
    check_data(client, answer)
    try:
        with MemoryFile(answer.body) as file, file.open() as raster:
            bands, values, missing = raster.count, raster.read(1), raster.nodata
    except (RasterioIOError, RasterioError) as error:
        said = " ".join(str(error).split())[:120]
        client.refuse(f"sent a raster that cannot be read ({said})", "Try later.")
    if bands != 1:
        client.refuse(
            f"sent a picture of {bands} bands and no values", "Set fetch.options.format for it."
        )
    if values.shape != shape:
        client.refuse(f"sent {values.shape} cells where {shape} were asked for", "Try later.")
    return values.astype(np.float32), missing


def _is_empty(values: npt.NDArray[np.float32], missing: float | None) -> bool:
    known = np.isfinite(values)
    if missing is not None:
        known &= values != np.float32(missing)
    return not known.any()


def _geotiff(
    values: npt.NDArray[np.float32],
    missing: float | None,
    crs: str,
    corner: tuple[float, float, float],
) -> bytes:
    west, north, cell_m = corner
    facts = {
        "driver": "GTiff",
        "height": values.shape[0],
        "width": values.shape[1],
        "count": 1,
        "dtype": "float32",
        "crs": crs,
        "transform": from_origin(west, north, cell_m, cell_m),
        "nodata": missing,
        "compress": "deflate",
        "predictor": 3,
        "tiled": True,
    }
    with rasterio.Env(GDAL_NUM_THREADS="1"), MemoryFile() as file:
        with file.open(**facts) as raster:
            raster.write(values, 1)
        return bytes(file.read())
