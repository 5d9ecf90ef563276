"""Bring geometry to the study's CRS, 2D and valid, and count what had to be mended."""

from __future__ import annotations

from collections import Counter

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError as ProjError

from htkgis.errors import CRSError, SchemaError, first

from .table import numbers

SAME_DEG = 1e-4
"""Two CRSs that put a point within this (about 10 m) are not told apart."""
MARGIN_DEG = 10.0
"""How far beyond its official area a CRS is still used: Høje-Taastrup lies in UTM zone 33."""


def points_from_columns(
    table: pd.DataFrame, lat: str, lon: str, *, crs: str, where: str
) -> gpd.GeoDataFrame:
    """Make points from two columns of text or numbers; a missing value gives no geometry.

    Raises
    ------
    SchemaError
        If a column is missing or holds something else than numbers.
    """
    missing = [name for name in (lat, lon) if name not in table.columns]
    if missing:
        msg = (
            f"{where}: missing columns {missing}; found {list(map(str, table.columns))}. Correct "
            "the file, or name its columns."
        )
        raise SchemaError(msg)
    x = numbers(table[lon], what=f"{where} column {lon!r}")
    y = numbers(table[lat], what=f"{where} column {lat!r}")
    shapes = shapely.points(x.to_numpy(), y.to_numpy())
    shapes[(x.isna() | y.isna()).to_numpy()] = None
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, index=table.index, crs=crs))


def shapes_from_wkt(table: pd.DataFrame, column: str, *, crs: str, where: str) -> gpd.GeoDataFrame:
    """Make geometry from a column of WKT; a missing value gives no geometry.

    Raises
    ------
    SchemaError
        If the column is missing or a value is not WKT.
    """
    if column not in table.columns:
        msg = (
            f"{where}: missing columns {[column]}; found {list(map(str, table.columns))}. Correct "
            "the file, or geometry.wkt in the catalog."
        )
        raise SchemaError(msg)
    text = table[column].to_numpy(dtype=object)
    shapes = shapely.from_wkt(text, on_invalid="ignore")
    wrong = shapely.is_missing(shapes) & table[column].notna().to_numpy()
    if wrong.any():
        msg = (
            f"{where}: {int(wrong.sum())} of {len(table)} values of {column!r} are not WKT: rows "
            f"{first((np.flatnonzero(wrong) + 2).tolist())}. Correct the file."
        )
        raise SchemaError(msg)
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, index=table.index, crs=crs))


def in_crs(
    table: gpd.GeoDataFrame, crs: str, *, stated: str | None, where: str
) -> gpd.GeoDataFrame:
    """Return the table in ``crs``; ``stated`` is the catalog's word where the file has none.

    Raises
    ------
    CRSError
        No CRS at all, another one than stated, coordinates that lie nowhere near where ``crs``
        is used, or that do once their axes are swapped.
    """
    if table.crs is None:
        if stated is None:
            msg = (
                f"{where}: has no CRS. Write it into the file, or state it in the catalog "
                "(crs = 'EPSG:25832' or the one it is in)."
            )
            raise CRSError(msg)
        table = table.set_crs(known_crs(stated, where=where))
    elif stated is not None:
        _check_stated(table, known_crs(stated, where=where), where)
    check_place(table, crs, where=where)
    return table.to_crs(crs)


def known_crs(crs: str, *, where: str) -> CRS:
    """Return the CRS of a code, or raise CRSError if there is none with it."""
    try:
        return CRS.from_user_input(crs)
    except ProjError as error:
        msg = f"{where}: {crs!r} is not a CRS; 'EPSG:25832' is one. Correct the catalog."
        raise CRSError(msg) from error


def _check_stated(table: gpd.GeoDataFrame, stated: CRS, where: str) -> None:
    """Raise CRSError if the file's CRS puts the layer elsewhere than the one stated."""
    shapes = table.geometry[~(table.geometry.isna() | table.geometry.is_empty)]
    if shapes.empty or table.crs == stated:
        return
    some = gpd.GeoSeries(shapes.iloc[:1].representative_point().to_numpy())
    ours = some.set_crs(table.crs).to_crs("EPSG:4326")
    theirs = some.set_crs(stated).to_crs("EPSG:4326")
    if not (np.hypot(ours.x - theirs.x, ours.y - theirs.y) < SAME_DEG).all():
        msg = (
            f"{where}: is in {table.crs.to_string()}, and the catalog states {stated.to_string()}. "
            "Take crs out of the catalog, or correct the file."
        )
        raise CRSError(msg)


def check_place(table: gpd.GeoDataFrame, crs: str, *, where: str) -> None:
    """Raise CRSError if coordinates lie far from where ``crs`` is used, or are swapped."""
    shapes = table.geometry[~(table.geometry.isna() | table.geometry.is_empty)]
    if shapes.empty:
        return
    x, y = shapes.bounds.iloc[:, [0, 2]].mean(axis=1), shapes.bounds.iloc[:, [1, 3]].mean(axis=1)
    inside = _near(x, y, table.crs, crs)
    if inside.all():
        return
    swapped = _near(y, x, table.crs, crs)
    outside = shapes.index[~inside]
    first_shape = shapes.loc[outside[0]].representative_point()
    example = f"first at ({first_shape.x:.8g}, {first_shape.y:.8g})"
    if swapped[~inside].all():
        msg = (
            f"{where}: {len(outside)} of {len(shapes)} rows have swapped axes ({example}); x is "
            "east or longitude, y is north or latitude. Swap the columns."
        )
        raise CRSError(msg)
    msg = (
        f"{where}: {len(outside)} of {len(shapes)} rows lie nowhere near where {crs} is used "
        f"({example}); read as {table.crs.to_string()}. Correct the coordinates or the CRS."
    )
    raise CRSError(msg)


def _near(x: pd.Series, y: pd.Series, source: CRS, crs: str) -> np.ndarray:
    area = CRS.from_user_input(crs).area_of_use
    points = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=source)
    degrees = points.to_crs("EPSG:4326")
    lon, lat = degrees.x.to_numpy(), degrees.y.to_numpy()
    near: np.ndarray = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)  # noqa: PLR2004
    if area is not None:
        near &= (lon >= area.west - MARGIN_DEG) & (lon <= area.east + MARGIN_DEG)
        near &= (lat >= area.south - MARGIN_DEG) & (lat <= area.north + MARGIN_DEG)
    return near


def mended(table: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, Counter[str], Counter[str]]:
    """Return the table 2D and valid, with counts of what was mended and what was dropped.

    Dropped are rows without geometry or with a coordinate that is no finite number. Mended are
    heights (left out), invalid polygons (made valid, polygons kept) and multipoints of one
    point (made points).
    """
    changes: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    shapes = table.geometry
    nothing = (shapes.isna() | shapes.is_empty).to_numpy()
    endless = _endless(shapes.to_numpy()) & ~nothing
    for rows, reason in ((nothing, "no geometry"), (endless, "coordinates not finite")):
        if rows.any():
            dropped[reason] = int(rows.sum())
    table = table.loc[~(nothing | endless)]
    shapes = table.geometry
    flat = shapes.to_numpy(copy=True)
    tall = shapely.has_z(flat)
    if tall.any():
        changes["heights left out"] = int(tall.sum())
        flat = shapely.force_2d(flat)
    single = (shapely.get_type_id(flat) == shapely.GeometryType.MULTIPOINT) & (
        shapely.get_num_geometries(flat) == 1
    )
    if single.any():
        changes["multipoints of one point"] = int(single.sum())
        flat[single] = shapely.get_geometry(flat[single], 0)
    broken = ~shapely.is_valid(flat)
    if broken.any():
        changes["invalid polygons"] = int(broken.sum())
        flat[broken] = [_polygons_of(shape) for shape in shapely.make_valid(flat[broken])]
    return (
        table.set_geometry(gpd.GeoSeries(flat, index=table.index, crs=table.crs)),
        changes,
        dropped,
    )


def _endless(shapes: np.ndarray) -> np.ndarray:
    """Which shapes have a coordinate that is infinite or not a number."""
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    found = np.zeros(len(shapes), dtype=bool)
    found[owner[~np.isfinite(coordinates).all(axis=1)]] = True
    return found


def _polygons_of(shape: shapely.Geometry) -> shapely.Geometry:
    """Keep the polygons of what make_valid gave; it also leaves lines where rings collapsed."""
    if shape.geom_type != "GeometryCollection":
        return shape
    kept = [part for part in shape.geoms if part.geom_type in {"Polygon", "MultiPolygon"}]
    return shapely.union_all(kept) if kept else shape
