"""A raster as Cloud Optimized GeoTIFF: one file that QGIS opens at once, also over a network.

Tiles, overviews of whole cells (no mixtures), deflate; the same values give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

NODATA = -9999.0
"""Value of a cell that is not reached; no time is below 0."""

BAND = "travel_time_min"
BLOCK = 128
"""Side of a tile in cells: an area of half an hour's walk has more than one, and an overview."""


def cog_bytes(
    values: npt.NDArray[np.float32],
    *,
    west_m: float,
    north_m: float,
    cell_m: float,
    crs: str,
    tags: Mapping[str, str],
    band: tuple[str, str] = (BAND, "min"),
) -> bytes:
    """Write a value per cell as Cloud Optimized GeoTIFF, in memory.

    Parameters
    ----------
    values
        Values, shape (rows, columns), the first row in the north; ``NODATA`` where missing.
    west_m, north_m
        Upper left corner of the grid, in metres.
    cell_m
        Side of a cell in metres, > 0.
    crs
        CRS of the grid.
    tags
        Facts to keep in the file, by name.
    band
        What the values are, and their unit; minutes of travel where missing.

    Returns
    -------
    content
        The file: one float32 band with the name of ``band``.

    Examples
    --------
    >>> values = np.array([[1.5, NODATA]], dtype=np.float32)
    >>> content = cog_bytes(
    ...     values, west_m=7e5, north_m=6.2e6, cell_m=25, crs="EPSG:25832", tags={"area": "a"})
    >>> content[:3]
    b'II*'
    """
    import rasterio.shutil  # noqa: PLC0415 - only who writes rasters waits for GDAL
    from rasterio.io import MemoryFile  # noqa: PLC0415
    from rasterio.transform import from_origin  # noqa: PLC0415

    rows, columns = values.shape
    profile: dict[str, Any] = {
        "driver": "GTiff",
        "height": rows,
        "width": columns,
        "count": 1,
        "dtype": "float32",
        "crs": crs,
        "transform": from_origin(west_m, north_m, cell_m, cell_m),
        "nodata": NODATA,
    }
    # the driver of COGs only copies, so a plain raster in memory comes first
    with MemoryFile() as plain, MemoryFile() as optimized:
        with plain.open(**profile) as raster:
            raster.write(values, 1)
            raster.set_band_description(1, band[0])
            raster.set_band_unit(1, band[1])
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
