"""Features that a planner drew, as edits take them: a line, a point or an outline each."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import shapely

from htkgis.errors import CRSError, SchemaError, first

from .vector import read_vector

NAMED_BY = ("id", "name")
"""Columns by which a feature may be named, besides its number in the file (``fid``)."""
WGS84 = "EPSG:4326"
FID = "fid"
UNNUMBERED = (".parquet", ".geoparquet")
"""Files whose features have no numbers but their order."""
MILLIMETRE_DEGREES = 8
"""Decimals of a degree that hold a millimetre."""


def read_drawn(
    path: Path, *, layer: str | None = None, feature: str | int | None = None
) -> shapely.Geometry:
    """Read one feature in degrees, longitude first, without heights.

    Parameters
    ----------
    path
        GeoPackage, GeoJSON or any file that :func:`htkgis.loaders.read_vector` takes, in any CRS
        that it states.
    layer
        Needed where the file holds several.
    feature
        Its ``id``, ``name`` or number in the file; may be missing where there is one only.

    Returns
    -------
    shape
        Point, line or polygon; of a multi-geometry with one part the part, as QGIS saves lines.

    Raises
    ------
    SourceError
        If the file is missing or cannot be read.
    CRSError
        If it states no CRS.
    SchemaError
        If there is no such feature, or several, or it is empty, in several parts or of no kind
        that an edit takes.
    """
    table = _read(path, layer)
    rows = _chosen(table, feature)
    if len(rows) != 1:
        asked = "" if feature is None else f" named {feature!r}"
        there = first(_names(table)) or "none"
        msg = (
            f"{path.name} ({path}): {len(rows)} of {len(table)} features{asked}; one is needed. "
            f"There are {there}. Name it by {' or '.join(NAMED_BY)} or fid (feature = ...)."
        )
        raise SchemaError(msg)
    shape = _one_part(rows.to_crs(WGS84).geometry.iloc[0])
    if shape is None:
        kind = rows.geometry.iloc[0]
        said = "no geometry" if kind is None or kind.is_empty else f"a {kind.geom_type}"
        msg = (
            f"{path.name} ({path}): the feature has {said}; a point, a line or a polygon in one "
            "part is allowed. Draw it again, or split it."
        )
        raise SchemaError(msg)
    return _rounded(shape)


def read_drawn_rows(path: Path, *, layer: str | None = None) -> gpd.GeoDataFrame:
    """Read all features of a file with their attributes, in degrees, without heights.

    Parameters
    ----------
    path, layer
        As :func:`read_drawn`.

    Returns
    -------
    rows
        By number in the file: its columns as they are, and points, lines and polygons; None where
        a feature has no geometry, one in several parts or one of another kind.

    Raises
    ------
    SourceError
        If the file is missing or cannot be read.
    CRSError
        If it states no CRS.
    """
    table = _read(path, layer).to_crs(WGS84)
    parts = [_one_part(shape) for shape in table.geometry]
    shapes = [None if part is None else _rounded(part) for part in parts]
    attributes = table.drop(columns=table.geometry.name)
    return gpd.GeoDataFrame(attributes, geometry=gpd.GeoSeries(shapes, table.index, crs=WGS84))


def _read(path: Path, layer: str | None) -> gpd.GeoDataFrame:
    table = read_vector(path, layer=layer)
    if table.crs is None:
        msg = (
            f"{path.name} ({path}): states no CRS, so nobody knows where its features lie. Save "
            "it from QGIS with one, such as EPSG:25832."
        )
        raise CRSError(msg)
    if FID not in table.columns and path.suffix.lower() not in UNNUMBERED:
        # a GeoPackage counts from 1 and GeoJSON from 0: the number is the one that QGIS shows
        table[FID] = read_vector(path, layer=layer, columns=[FID])[FID].to_numpy()
    return table.set_index(FID) if FID in table.columns else table


def _rounded(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.set_precision(shape, 10.0**-MILLIMETRE_DEGREES, mode="pointwise")


def _chosen(table: gpd.GeoDataFrame, feature: str | int | None) -> gpd.GeoDataFrame:
    if feature is None:
        return table
    wanted = str(feature)
    for column in NAMED_BY:
        if column in table.columns:
            found = table[table[column].astype(str).eq(wanted)]
            if len(found):
                return found
    return table[table.index.astype(str) == wanted]


def _names(table: gpd.GeoDataFrame) -> list[str]:
    column = next((name for name in NAMED_BY if name in table.columns), None)
    values = table.index if column is None else table[column]
    return [str(value) for value in values]


def _one_part(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    """Give the one part of a shape in the plane; None where there is none, or several."""
    if shape is None or shape.is_empty:
        return None
    parts = shapely.get_parts(shapely.force_2d(shape))
    if len(parts) != 1 or parts[0].geom_type not in {"Point", "LineString", "Polygon"}:
        return None
    return parts[0]
