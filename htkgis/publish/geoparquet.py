"""Layers as GeoParquet 1.1: for programs that read columns instead of files of features."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from htkgis.errors import SchemaError
from htkgis.store import canonical_json

VERSION = "1.1.0"
GEOMETRY = "geometry"


def geoparquet_bytes(table: gpd.GeoDataFrame, *, provenance: Mapping[str, Any]) -> bytes:
    """Write a layer as GeoParquet, with where it comes from under the key ``htkgis``.

    Parameters
    ----------
    table
        One geometry, in a CRS; rows and columns keep their order.
    provenance
        Credits, layers and run.

    Returns
    -------
    data
        WKB in the column ``geometry``, the CRS as PROJJSON, kinds of geometry and bounds as the
        standard wants them. The same bytes for the same table.

    Raises
    ------
    SchemaError
        If the layer has no CRS.

    Examples
    --------
    >>> table = gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.Point(1, 2)], crs="EPSG:25832")
    >>> data = geoparquet_bytes(table, provenance={"credits": []})
    >>> pq.read_schema(pa.BufferReader(data)).metadata[b"geo"][:31]
    b'{"columns":{"geometry":{"bbox":'
    """
    if table.crs is None:
        msg = "GeoParquet: the layer has no CRS; a CRS is needed. Set it."
        raise SchemaError(msg)
    plain = pd.DataFrame(table.drop(columns=table.geometry.name)).reset_index(drop=True)
    arrow = pa.Table.from_pandas(plain, preserve_index=False)
    shapes = table.geometry.to_numpy()
    arrow = arrow.append_column(GEOMETRY, pa.array(shapely.to_wkb(shapes), pa.binary()))
    metadata = {b"geo": canonical_json(_geo(shapes, table.crs)).encode()}
    metadata[b"htkgis"] = canonical_json(dict(provenance)).encode()
    sink = pa.BufferOutputStream()
    # statistics of each of a thousand columns would take more room than their values
    pq.write_table(
        arrow.replace_schema_metadata(metadata),
        sink,
        compression="zstd",
        write_statistics=False,
        use_dictionary=False,
    )
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _geo(shapes: np.ndarray[Any, Any], crs: Any) -> dict[str, Any]:
    """Write the metadata of the standard."""
    drawn = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    kinds = sorted({shape.geom_type + (" Z" if shape.has_z else "") for shape in drawn})
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": kinds,
        "crs": json.loads(pyproj.CRS(crs).to_json()),
        "edges": "planar",
    }
    if len(drawn):
        column["bbox"] = [float(each) for each in shapely.total_bounds(drawn)]
    return {"version": VERSION, "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
