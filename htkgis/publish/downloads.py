"""Figures and geometry as files that other programs open: CSV, parquet, GeoJSON, as bytes.

Where they come from goes with them: inside parquet and GeoJSON, and in a description
beside a CSV (CSV on the Web), for a comment in a CSV would be read as a row.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from shapely.geometry import mapping

from htkgis.store import canonical_json
from htkgis.store.crs_facts import wkt_of
from htkgis.store.memory import recalled

Decimal = Literal["comma", "point"]
FORMULA = ("=", "+", "-", "@", "\t", "\n")
"""A cell of text that begins so is run by spreadsheets as a formula."""
DEGREES = 6
"""Decimals of a coordinate, 0.1 m."""


def csv_bytes(table: pd.DataFrame, *, decimal: Decimal) -> bytes:
    r"""Write a table as CSV.

    Parameters
    ----------
    table
        Without geometry. Numbers keep the digits they have; missing is an empty cell.
    decimal
        ``comma`` separates by ``;`` and begins with a byte order mark, as a Danish Excel
        expects; ``point`` separates by ``,``. Both are UTF-8 with LF.

    Examples
    --------
    >>> csv_bytes(pd.DataFrame({"name": ["=1+1"], "min": [2.5]}), decimal="point").decode()
    "name,min\n'=1+1,2.5\n"
    """
    comma = decimal == "comma"
    safe = {name: _cells(table[name], comma=comma) for name in table.columns}
    text = pd.DataFrame(safe).to_csv(index=False, sep=";" if comma else ",", lineterminator="\n")
    return text.encode("utf-8-sig" if comma else "utf-8")


def _cells(column: pd.Series, *, comma: bool) -> pd.Series:
    """Write numbers without a needless ``.0``, and text so that it stays text."""
    if pd.api.types.is_bool_dtype(column) or not pd.api.types.is_numeric_dtype(column):
        return column.map(harmless)
    point = "," if comma else "."
    return column.map(lambda value: f"{value:.15g}".replace(".", point), na_action="ignore").astype(
        object
    )


def harmless(value: Any) -> Any:
    """Put an apostrophe before text that a spreadsheet would run; all else stays as it is.

    Examples
    --------
    >>> harmless("=SUM(A1)"), harmless("Skole"), harmless(-2.5)
    ("'=SUM(A1)", 'Skole', -2.5)
    """
    if not isinstance(value, str):
        return value
    # a carriage return ends a row in some readers even between quotes
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_description(
    table: pd.DataFrame,
    name: str,
    *,
    titles: Mapping[str, str],
    decimal: Decimal,
    provenance: Mapping[str, Any],
    language: str,
) -> bytes:
    """Describe a CSV of :func:`csv_bytes` as CSV on the Web (W3C) wants it.

    Parameters
    ----------
    table, name, decimal
        What was written, under which file name, and how.
    titles
        Column -> what it holds, in words.
    provenance
        Credits, layers and run.
    language
        Of titles and labels.
    """
    comma = decimal == "comma"
    value = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": language}],
        "url": name,
        "dialect": {"delimiter": ";" if comma else ",", "encoding": "utf-8", "header": True},
        "tableSchema": {
            "columns": [
                {
                    "name": column,
                    "dc:description": titles[column],
                    "datatype": _datatype(table[column], decimal),
                }
                for column in table.columns
            ]
        },
        "dc:rights": provenance["credits"],
        "htkgis:provenance": provenance,
    }
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _datatype(column: pd.Series, decimal: Decimal) -> Any:
    if pd.api.types.is_bool_dtype(column):
        return {"base": "boolean", "format": "True|False"}
    if pd.api.types.is_numeric_dtype(column):
        return {"base": "number", "format": {"decimalChar": "," if decimal == "comma" else "."}}
    return "string"


def parquet_bytes(table: pd.DataFrame, *, provenance: Mapping[str, Any]) -> bytes:
    """Write a table as parquet, with where it comes from under the key ``htkgis``."""
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    known = dict(arrow.schema.metadata or {})
    known[b"htkgis"] = canonical_json(provenance).encode()
    sink = pa.BufferOutputStream()
    pq.write_table(arrow.replace_schema_metadata(known), sink, compression="zstd")
    data: bytes = sink.getvalue().to_pybytes()
    return data


def geojson_bytes(
    tables: Mapping[str, gpd.GeoDataFrame], *, provenance: Mapping[str, Any]
) -> bytes:
    """Write layers as one GeoJSON file (RFC 7946).

    Longitude and latitude (WGS 84) with six decimals, outer rings counterclockwise; each
    feature names its layer in ``layer``. Missing values are ``null``. Rows without geometry
    have the geometry ``null``.
    """
    features = ",".join(text for name, table in tables.items() for text in _features(name, table))
    head = _json({"type": "FeatureCollection", "htkgis": dict(provenance)})
    return f'{head[:-1]},"features":[{features}]}}\n'.encode()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _features(layer: str, table: gpd.GeoDataFrame) -> list[str]:
    """Write each row as a feature."""
    columns = [name for name in table.columns if name != table.geometry.name]
    rows = table[columns].to_dict("records")
    return [
        _json(
            {
                "type": "Feature",
                "properties": {"layer": layer} | {name: _plain(row[name]) for name in columns},
            }
        )[:-1]
        + f',"geometry":{shape}}}'
        for row, shape in zip(rows, _written(table.geometry), strict=True)
    ]


def _plain(value: Any) -> Any:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    return value.item() if isinstance(value, np.generic) else value


def _written(shapes: gpd.GeoSeries) -> list[str]:
    """Write geometries in degrees, their corners rounded; null where there is none."""

    def make(own: Any) -> list[bytes]:
        degrees = gpd.GeoSeries(own, crs=shapes.crs).to_crs("EPSG:4326")
        return [_json(shape).encode() for shape in _rounded(np.asarray(degrees, dtype=object))]

    made = recalled("geojson", shapes.array, make, wkt_of(shapes.crs), DEGREES)
    return [text.decode() for text in made]


def _rounded(given: Any) -> list[dict[str, Any] | None]:
    rounded = shapely.transform(
        shapely.set_precision(given, 10.0**-DEGREES), lambda xy: np.round(xy, DEGREES)
    )
    return [
        None
        if shape is None or shape.is_empty
        else _surface(shape, near)
        if near.geom_type in {"Polygon", "MultiPolygon"}
        else mapping(near)
        for shape, near in zip(given, rounded, strict=True)
    ]


def _surface(shape: Any, rounded: Any) -> dict[str, Any]:
    """Write a surface with its rings turned as the standard wants them."""
    parts = shapely.get_parts(rounded)
    turned = shapely.orient_polygons(parts[~shapely.is_empty(parts)])
    written = [[_corners(ring) for ring in shapely.get_rings(part)] for part in turned]
    # several that came down to one are a polygon to GEOS 3.11, and still several to GEOS 3.14
    if shape.geom_type == "Polygon" and len(written) == 1:
        return {"type": "Polygon", "coordinates": written[0]}
    return {"type": "MultiPolygon", "coordinates": written}


def _corners(ring: Any) -> list[tuple[float, float]]:
    east, north = shapely.get_coordinates(ring).T.tolist()
    return list(zip(east, north, strict=True))
