"""Rows as the bytes of a file: the same rows give the same bytes, whatever the day."""

from __future__ import annotations

import io
import threading

import geopandas as gpd
import pyogrio

from htkgis.errors import ConfigError, first

DRIVERS = {".fgb": "FlatGeobuf", ".geojson": "GeoJSON", ".gpkg": "GPKG"}
STAMP = "2000-01-01T00:00:00Z"
"""What a GeoPackage says it was written on: the bytes must not hang on the clock."""
_one_at_a_time = threading.Lock()


def vector_bytes(rows: gpd.GeoDataFrame, *, suffix: str, layer: str) -> bytes:
    """Write rows as a file would hold them.

    Parameters
    ----------
    rows
        Any table with geometry.
    suffix
        Ending of the file: ``.fgb`` (small, typed, with its CRS), ``.geojson`` or ``.gpkg``.
    layer
        Name of the layer in the file.

    Raises
    ------
    ConfigError
        If the ending is none of these.
    """
    driver = DRIVERS.get(suffix.lower())
    if driver is None:
        msg = (
            f"{layer}: rows from a service are not written as {suffix!r}; allowed: "
            f"{first(DRIVERS)}. Change the layer's path in the catalog."
        )
        raise ConfigError(msg)
    target = io.BytesIO()
    with _one_at_a_time:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP})
        try:
            pyogrio.write_dataframe(rows, target, driver=driver, layer=layer)
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    return target.getvalue()
