"""Read one layer of the catalog: the file, its column mapping, its geometry, and a report."""

from __future__ import annotations

import functools
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from htkgis.catalog import Catalog, Layer, role_of
from htkgis.errors import SchemaError, first

from .arrived import check_file
from .geometry import (
    check_near,
    check_place,
    crs_known_as,
    crs_name,
    in_crs,
    mended,
)
from .raw_layer import OTHERS, Drawn, raw_layer
from .streets import metric_crs
from .table import lacking, read_csv_table

TEXTS = frozenset({"id", "name", "area_id", "quarter_id", "main_institution_id"})
"""Columns that are text even where a file writes them as numbers."""
WITHIN = frozenset(
    {"quarters", "housing_areas", "gates", "addresses", "districts", "school_districts"}
)
"""Roles of which a part at least lies in the municipality; the others may all lie beside it."""
DRAWN: dict[str, Drawn] = {
    "barriers": "lines",
    "stations": "places",
    "places": "places",
    "addresses": "points",
}
"""What a role reads of an extract; the others read areas."""
FAR_M = 100_000.0
"""Farther than any trip of a study; a wrong UTM zone puts a layer 350 km away or more."""


@dataclass
class LayerReport:
    """What happened to a layer on its way in; ``htkgis check`` prints it.

    ``lost`` names the rows that were dropped because they have no position.
    """

    name: str
    file: str
    rows_read: int = 0
    rows: int = 0
    crs: str = ""
    bounds: tuple[float, float, float, float] | None = None
    dropped: Counter[str] = field(default_factory=Counter)
    mended: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

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
    role = role_of(name, layer)
    raw = raw_layer(
        file,
        layer,
        report,
        where,
        drawn=DRAWN.get(role, "areas"),
        addresses=lambda of: _address_ids(catalog, of, crs),
    )
    report.rows_read = len(raw)
    report.crs = crs_name(raw.crs) or str(layer.crs)
    table = _mapped(raw, layer, report, where)
    shapes = _whole(gpd.GeoDataFrame(table, geometry="geometry", crs=raw.crs), report)
    shapes = in_crs(shapes, crs, stated=layer.crs, where=where)
    shapes = _within_coverage(shapes, layer, report)
    report.rows = len(shapes)
    _check_rows(report, where, needed=role in WITHIN)
    if len(shapes):
        _check_near(shapes, catalog, name, report.crs, where)
        west, south, east, north = shapes.to_crs("EPSG:4326").total_bounds.tolist()
        report.bounds = (west, south, east, north)
    return shapes.reset_index(drop=True), report


def _address_ids(catalog: Catalog, name: str, crs: str) -> gpd.GeoDataFrame:
    """Read the points of addresses by their ids, each of which stands once.

    Raises
    ------
    SchemaError
        If an id is missing or stands twice, or a row is no point.
    """
    table, report = read_layer(catalog, name, crs=crs)
    require(table, ("id",), report)
    wrong = table["id"].isna() | table["id"].str.casefold().duplicated(keep=False)
    wrong |= ~table.geometry.geom_type.eq("Point")
    if wrong.any():
        msg = (
            f"{name} ({report.file}): {int(wrong.sum())} rows have no id, one that stands twice, "
            f"or no point: {first(table.loc[wrong, 'id'])}; each address needs an id of its own "
            "and a point. Correct the file."
        )
        raise SchemaError(msg)
    return table


def _whole(table: gpd.GeoDataFrame, report: LayerReport) -> gpd.GeoDataFrame:
    """Mend the geometry; count what changed, and name the rows that had none."""
    shapes, changes, dropped = mended(table)
    report.mended += changes
    report.dropped += dropped
    lost = table.index.difference(shapes.index)
    if len(lost):
        ids = table.loc[lost, "id"] if "id" in table.columns else lost + 1
        report.lost = [str(name) for name in ids]
        report.notes.append(f"without a position: {first(report.lost)}")
    return shapes


def _check_rows(report: LayerReport, where: str, *, needed: bool) -> None:
    """Raise SchemaError if every row was dropped, or rows that are needed are not there.

    A page would say that there is nothing. A file that has no rows may mean just that.
    """
    if report.rows:
        return
    if not report.rows_read and not needed:
        report.notes.append("has no rows")
        return
    reasons = ", ".join(f"{count} ({why})" for why, count in report.dropped.items())
    found = f"none of its {report.rows_read} rows is kept: {reasons}" if reasons else "has no rows"
    msg = (
        f"{where}: {found}; one row at least is needed. Correct the file or its entry in the "
        "catalog, or take the layer out of the catalog."
    )
    raise SchemaError(msg)


def _check_near(
    shapes: gpd.GeoDataFrame, catalog: Catalog, name: str, source: str, where: str
) -> None:
    """Raise CRSError if a layer lies in another place than the municipality."""
    role = role_of(name, catalog.layers[name])
    if role == "municipality":
        return
    home = _municipality_box(catalog, str(shapes.crs))
    if home is not None:
        limit_m = 0.0 if role in WITHIN else FAR_M
        check_near(shapes, home, source=source, limit_m=limit_m, where=where)


@functools.lru_cache(maxsize=1)
def _municipality_box(catalog: Catalog, crs: str) -> gpd.GeoSeries | None:
    """One box around the layer of the municipality; None where the catalog has not just one."""
    names = list(catalog.by_role("municipality"))
    if len(names) != 1:
        return None
    outlines, _ = read_layer(catalog, names[0], crs=crs)
    return gpd.GeoSeries([shapely.box(*outlines.total_bounds)], crs=crs)


def read_plain_layer(catalog: Catalog, name: str) -> tuple[pd.DataFrame, LayerReport]:
    """Read a layer without geometry: a CSV with its columns renamed, everything text."""
    layer, file = catalog.layers[name], catalog.file(name)
    where = f"{name} ({file})"
    check_file(file)
    raw = read_csv_table(file, encoding=layer.encoding)
    report = LayerReport(name, str(file), rows_read=len(raw))
    table = _mapped(raw, layer, report, where)
    report.rows = len(table)
    _check_rows(report, where, needed=False)
    return table.reset_index(drop=True), report


def _mapped(raw: pd.DataFrame, layer: Layer, report: LayerReport, where: str) -> pd.DataFrame:
    missing = sorted(set(layer.columns.values()) - set(raw.columns))
    if missing:
        there = [name for name in raw.columns if name != "geometry"]
        msg = (
            f"{where}: {lacking(missing, there)}. Correct the file, or the mapping in the catalog."
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
    table = _chosen_rows(table, layer, report, where)
    if layer.id_prefix and "id" in table.columns:
        table["id"] = texts(layer.id_prefix + table["id"])
    return table


def _chosen_rows(
    table: pd.DataFrame, layer: Layer, report: LayerReport, where: str
) -> pd.DataFrame:
    """Keep the rows that the catalog names by the values of some columns, where it names any."""
    for column, values in layer.rows.items():
        if column not in table.columns:
            msg = (
                f"{where}: the catalog chooses rows by {column!r}, which is no mapped column; "
                f"mapped are {list(map(str, table.columns))}. Correct the catalog."
            )
            raise SchemaError(msg)
        found = texts(table[column])
        missing = [value for value in values if value not in set(found)]
        if missing:
            msg = (
                f"{where}: {len(missing)} of {len(values)} values that the catalog chooses rows "
                f"by stand in no row of {column!r}: {first(missing)}. Correct rows.{column} in "
                "the catalog."
            )
            raise SchemaError(msg)
        chosen = found.isin(values)
        if not chosen.all():
            report.dropped[f"{column} not chosen by the catalog"] += int((~chosen).sum())
        table = table.loc[chosen]
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


def require_positions(report: LayerReport) -> None:
    """Raise SchemaError if a layer of few rows, each of which counts, lost one."""
    if report.lost:
        msg = (
            f"{report.name} ({report.file}): {len(report.lost)} of {report.rows_read} rows have "
            f"no position that can be read: {first(report.lost)}; each needs one. Draw them, or "
            "take them out of the file."
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
    """Text of ids and names; a whole number loses its ``.0``, missing and blank are missing.

    Letters that macOS writes as two, ``a`` and a ring, become one: ids of two files must meet.
    """
    return pd.Series([_text(value) for value in values.tolist()], index=values.index, dtype=object)


def _text(value: object) -> str | None:
    if isinstance(value, str) and value.isascii():
        return value.strip() or None
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return None
    if isinstance(value, float | np.floating) and value.is_integer():
        return str(int(value))
    return unicodedata.normalize("NFC", str(value).strip()) or None


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
        msg = (
            f"{layer.title} ({layer.path}): states no coverage, the box within which it is whole; "
            "one is needed. Add coverage = [west, south, east, north] in degrees to its entry in "
            "the catalog."
        )
        raise SchemaError(msg)
    where = f"{layer.title} ({layer.path}), coverage"
    return _projected_box(tuple(layer.coverage), crs, where)


@functools.lru_cache
def _projected_box(degrees: tuple[float, ...], crs: str, where: str) -> shapely.Polygon:
    """Bring a box into a CRS; kept, for every step asks for the same few."""
    box = gpd.GeoDataFrame(geometry=[shapely.box(*degrees)], crs=crs_known_as("EPSG:4326"))
    check_place(box, crs, where=where)
    return box.geometry.segmentize(0.01).to_crs(crs_known_as(crs)).iloc[0]
