"""Read one layer of the catalog: the file, its column mapping, its geometry, and a report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from htkgis.catalog import Catalog, Layer
from htkgis.errors import SchemaError

from .geometry import check_place, in_crs, known_crs, mended, points_from_columns, shapes_from_wkt
from .osm_areas import read_osm_areas
from .streets import metric_crs
from .table import check_letters, read_csv_table
from .vector import check_file, read_vector

TEXTS = frozenset({"id", "name", "area_id", "quarter_id"})
"""Columns that are text even where a file writes them as numbers."""
OTHERS = "*"
"""In a mapping of values: all that is not named. Mapped to itself it keeps them as they are."""
TABLES = frozenset({".csv", ".txt", ".tsv"})


@dataclass
class LayerReport:
    """What happened to a layer on its way in; ``htkgis check`` prints it."""

    name: str
    file: str
    rows_read: int = 0
    rows: int = 0
    crs: str = ""
    bounds: tuple[float, float, float, float] | None = None
    dropped: Counter[str] = field(default_factory=Counter)
    mended: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def record(self) -> dict[str, Any]:
        """Return the report as JSON, without the path: it must not depend on where it was made."""
        return {
            "name": self.name,
            "rows_read": self.rows_read,
            "rows": self.rows,
            "crs": self.crs,
            "bounds": None if self.bounds is None else list(self.bounds),
            "dropped": dict(self.dropped),
            "mended": dict(self.mended),
            "notes": list(self.notes),
        }


def read_layer(catalog: Catalog, name: str, *, crs: str) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read a layer with geometry, its columns renamed, in the study's CRS, 2D and valid.

    Parameters
    ----------
    catalog, name
        Which layer.
    crs
        Projected CRS of the study.

    Returns
    -------
    table
        Our columns, text as text, geometry.
    report
        Rows read and kept, dropped and mended with the reasons.

    Raises
    ------
    SourceError, SchemaError, CRSError
        See :mod:`htkgis.loaders.vector`, ``table`` and ``geometry``.
    """
    layer, file = catalog.layers[name], catalog.file(name)
    where = f"{name} ({file})"
    metric_crs(crs, what=where)
    report = LayerReport(name, str(file))
    raw = _raw_geometry(file, layer, report, where)
    report.rows_read = len(raw)
    report.crs = raw.crs.to_string() if raw.crs is not None else str(layer.crs)
    table = _mapped(raw, layer, report, where)
    shapes = gpd.GeoDataFrame(table, geometry="geometry", crs=raw.crs)
    shapes, changes, dropped = mended(shapes)
    report.mended += changes
    report.dropped += dropped
    shapes = in_crs(shapes, crs, stated=layer.crs, where=where)
    shapes = _within_coverage(shapes, layer, report)
    report.rows = len(shapes)
    if len(shapes):
        west, south, east, north = shapes.to_crs("EPSG:4326").total_bounds.tolist()
        report.bounds = (west, south, east, north)
    return shapes.reset_index(drop=True), report


def read_plain_layer(catalog: Catalog, name: str) -> tuple[pd.DataFrame, LayerReport]:
    """Read a layer without geometry: a CSV with its columns renamed, everything text."""
    layer, file = catalog.layers[name], catalog.file(name)
    where = f"{name} ({file})"
    check_file(file)
    raw = read_csv_table(file, encoding=layer.encoding)
    report = LayerReport(name, str(file), rows_read=len(raw))
    table = _mapped(raw, layer, report, where)
    report.rows = len(table)
    return table.reset_index(drop=True), report


def _raw_geometry(file: Path, layer: Layer, report: LayerReport, where: str) -> gpd.GeoDataFrame:
    check_file(file)
    if layer.osm_key is not None:
        kinds = frozenset(layer.values.get("kind", {})) - {OTHERS}  # noqa: PD011 - no pandas here
        areas, left_out = read_osm_areas(file, key=layer.osm_key, values=kinds)
        if left_out:
            report.dropped["outline does not close"] += left_out
        return areas
    if file.suffix.lower() not in TABLES:
        columns = list(dict.fromkeys(layer.columns.values()))
        encoding = layer.encoding if "encoding" in layer.model_fields_set else None
        table = read_vector(file, layer=layer.layer, columns=columns, encoding=encoding)
        check_letters(table.drop(columns="geometry"), where=where)
        return table
    if layer.geometry is None or layer.crs is None:
        msg = (
            f"{where}: a table needs geometry = {{ lat = ..., lon = ... }} or {{ wkt = ... }} and "
            "crs in the catalog. Add them."
        )
        raise SchemaError(msg)
    known_crs(layer.crs, where=where)
    table = read_csv_table(file, encoding=layer.encoding)
    if layer.geometry.wkt is not None:
        return shapes_from_wkt(table, layer.geometry.wkt, crs=layer.crs, where=where)
    lat, lon = str(layer.geometry.lat), str(layer.geometry.lon)
    return points_from_columns(table, lat, lon, crs=layer.crs, where=where)


def _mapped(raw: pd.DataFrame, layer: Layer, report: LayerReport, where: str) -> pd.DataFrame:
    missing = sorted(set(layer.columns.values()) - set(raw.columns))
    if missing:
        msg = (
            f"{where}: missing columns {missing}; found {list(map(str, raw.columns))[:20]}. "
            "Correct the file, or the mapping in the catalog."
        )
        raise SchemaError(msg)
    table = pd.DataFrame({ours: raw[theirs] for ours, theirs in layer.columns.items()})
    if "geometry" in raw.columns:
        table["geometry"] = raw["geometry"]
    for column, values in layer.values.items():  # noqa: PD011
        table = _with_values(table, column, values, report, where)
    for column, value in layer.constants.items():
        table[column] = value
    for column in table.columns:
        numeric = pd.api.types.is_numeric_dtype(table[column])
        if column in TEXTS or (column != "geometry" and not numeric):
            table[column] = texts(table[column])
    if layer.id_prefix and "id" in table.columns:
        table["id"] = texts(layer.id_prefix + table["id"])
    return table


def require(table: pd.DataFrame, columns: tuple[str, ...], report: LayerReport) -> None:
    """Raise SchemaError if a layer gives no value to columns of ours."""
    missing = [name for name in columns if name not in table.columns]
    if missing:
        msg = (
            f"{report.name} ({report.file}): missing columns {missing}; mapped are "
            f"{list(map(str, table.columns))}. Add them to columns or constants of "
            f"layers.{report.name} in the catalog."
        )
        raise SchemaError(msg)


def _with_values(
    table: pd.DataFrame, column: str, values: dict[str, str], report: LayerReport, where: str
) -> pd.DataFrame:
    if column not in table.columns:
        msg = (
            f"{where}: the catalog maps values of {column!r}, which is no mapped column; mapped "
            f"are {list(map(str, table.columns))}. Correct the catalog."
        )
        raise SchemaError(msg)
    text = texts(table[column])
    found = text.map(values)
    if OTHERS in values:
        others = text if values[OTHERS] == OTHERS else values[OTHERS]
        found = found.where(text.isin(values.keys()), others)
    table = table.assign(**{column: found})
    unmapped = found.isna()
    if unmapped.any():
        report.dropped[f"{column} not mapped"] += int(unmapped.sum())
    return table.loc[~unmapped]


def texts(values: pd.Series) -> pd.Series:
    """Text of ids and names; a whole number loses its ``.0``, missing and blank are missing."""
    return pd.Series([_text(value) for value in values], index=values.index, dtype=object)


def _text(value: object) -> str | None:
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return None
    if isinstance(value, float | np.floating) and value.is_integer():
        return str(int(value))
    return str(value).strip() or None


def _within_coverage(
    shapes: gpd.GeoDataFrame, layer: Layer, report: LayerReport
) -> gpd.GeoDataFrame:
    if layer.coverage is None or shapes.empty:
        return shapes
    box = coverage_polygon(layer, str(shapes.crs))
    outside = ~shapes.intersects(box)
    if outside.any():
        report.dropped["outside the stated coverage"] += int(outside.sum())
    return shapes.loc[~outside]


def coverage_polygon(layer: Layer, crs: str) -> shapely.Polygon:
    """Area that a layer states to cover, in ``crs``.

    Raises
    ------
    SchemaError
        If the layer states none.
    CRSError
        If it lies nowhere near where ``crs`` is used.
    """
    if layer.coverage is None:
        msg = f"{layer.title} ({layer.path}): states no coverage. Add it to the catalog."
        raise SchemaError(msg)
    box = gpd.GeoDataFrame(geometry=[shapely.box(*layer.coverage)], crs="EPSG:4326")
    check_place(box, crs, where=f"{layer.title} ({layer.path}), coverage")
    return box.geometry.segmentize(0.01).to_crs(crs).iloc[0]
