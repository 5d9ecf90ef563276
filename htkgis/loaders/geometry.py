"""Bring geometry to the study's CRS, 2D and valid, and count what had to be mended."""

from __future__ import annotations

import functools
from collections import Counter

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Proj
from pyproj.exceptions import ProjError

from htkgis.errors import CRSError, SchemaError, first

from .table import lacking, numbers

SAME_DEG = 1e-4
"""Two CRSs that put a point within this (about 10 m) are not told apart."""
MARGIN_DEG = 10.0
"""How far beyond its official area a CRS is still used: Zealand uses UTM zone 32 and lies in 33."""
STRETCH = 0.01
"""How far a length in the study's CRS may be from the true one: a UTM zone stays below it."""
ZONES = ("EPSG:25831", "EPSG:25832", "EPSG:25833")
"""CRSs that are taken for each other: the UTM zones of Denmark and its neighbour."""


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
        msg = f"{where}: {lacking(missing, table.columns)}. Correct the file, or name its columns."
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
            f"{where}: {lacking([column], table.columns)}. Correct the file, or geometry.wkt in "
            "the catalog."
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
        is used, or that do once their axes are swapped, or where ``crs`` distorts lengths.
    """
    if crs_name(table.crs) is None:
        table = table.set_crs(None, allow_override=True)
        if stated is None:
            msg = (
                f"{where}: has no CRS. Write it into the file, or state it in the catalog "
                "(crs = 'EPSG:25832' or the one it is in)."
            )
            raise CRSError(msg)
        table = table.set_crs(known_crs(stated, where=where))
    elif stated is not None:
        _check_stated(table, known_crs(stated, where=where), where)
    try:
        check_place(table, crs, where=where)
        placed = table.to_crs(crs)
    except ProjError as error:
        msg = (
            f"{where}: its CRS {crs_name(table.crs)} cannot be converted to {crs}: "
            f"{str(error).rstrip('.')}. Save it again in {crs}."
        )
        raise CRSError(msg) from error
    _check_stretch(placed, where)
    return placed


def _check_stretch(table: gpd.GeoDataFrame, where: str) -> None:
    """Raise CRSError if a projected CRS is far from true lengths where the table lies."""
    if table.crs.is_geographic or not np.isfinite(table.total_bounds).all():
        return
    west, south, east, north = table.total_bounds
    middle = gpd.GeoSeries.from_xy([(west + east) / 2], [(south + north) / 2], crs=table.crs)
    place = middle.to_crs("EPSG:4326").iloc[0]
    scale = Proj(table.crs).get_factors(place.x, place.y).meridional_scale
    if abs(scale - 1) > STRETCH:
        msg = (
            f"{where}: {table.crs.to_string()} draws lengths here {scale:.2f} times as long as "
            f"they are; {STRETCH:.0%} off is allowed, as in EPSG:25832. Correct study.toml."
        )
        raise CRSError(msg)


def check_near(
    table: gpd.GeoDataFrame, home: gpd.GeoSeries, *, source: str, limit_m: float, where: str
) -> None:
    """Raise CRSError if every row lies far from the municipality: in the wrong zone, for one.

    Parameters
    ----------
    table
        In a projected CRS in metres; rows with geometry.
    home
        One box around the municipality, in the same CRS.
    source
        CRS that the file was read as.
    limit_m
        How far from the box the nearest row may lie.
    where
        Layer and file for the message.
    """
    gap_m = float(shapely.distance(shapely.box(*table.total_bounds), home.iloc[0]))
    if gap_m <= limit_m:
        return
    zones = [zone for zone in ZONES if zone != source and _gap_m(table, source, zone, home) == 0]
    meant = f"; read as {zones[0]} they would lie in it" if zones else ""
    allowed = f"within {limit_m / 1000:g} km of it" if limit_m else "in it"
    msg = (
        f"{where}: none of {len(table)} rows lies near the municipality: they span "
        f"{_span(table.geometry)}, the municipality {_span(home)} (west, south, east, north); one "
        f"at least must lie {allowed}{meant}. Correct the CRS (read as {source}) or the "
        "coordinates, or the municipality."
    )
    raise CRSError(msg)


def _gap_m(table: gpd.GeoDataFrame, source: str, zone: str, home: gpd.GeoSeries) -> float:
    """Distance from the municipality if the coordinates of the file were those of ``zone``."""
    if not CRS.from_user_input(source).is_projected:
        return np.inf
    shapes = table.geometry.to_crs(source).set_crs(zone, allow_override=True)
    return float(shapely.distance(shapely.box(*shapes.to_crs(home.crs).total_bounds), home.iloc[0]))


def _span(shapes: gpd.GeoSeries) -> str:
    return " ".join(f"{degrees:.4f}" for degrees in shapes.to_crs("EPSG:4326").total_bounds)


def crs_name(crs: CRS | None) -> str | None:
    """Name a CRS by its code, or in words; None if it puts nothing anywhere.

    A file without CRS, and what QGIS writes where none was chosen, are the same.

    Examples
    --------
    >>> crs_name(CRS("EPSG:25832")), crs_name(None)
    ('EPSG:25832', None)
    """
    placed = crs is not None and (crs.is_geographic or crs.is_projected)
    if crs is None or not placed or crs.name.startswith("Undefined"):
        return None
    code = crs.to_authority()
    if code:
        return ":".join(code)
    return str(crs.to_string() if crs.name == "unknown" else crs.name)


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
            f"{where}: is in {crs_name(table.crs)}, and the catalog states {stated.to_string()}. "
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
        f"({example}); read as {crs_name(table.crs)}. Correct the coordinates or the CRS."
    )
    raise CRSError(msg)


@functools.cache
def crs_known_as(name: str) -> CRS:
    """Make a CRS of its name; kept, for that takes longer than to move some points into it.

    Examples
    --------
    >>> crs_known_as("EPSG:25832") is crs_known_as("EPSG:25832")
    True
    """
    return CRS.from_user_input(name)


def _near(x: pd.Series, y: pd.Series, source: CRS, crs: str) -> np.ndarray:
    area = crs_known_as(crs).area_of_use
    points = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=source)
    degrees = points.to_crs(crs_known_as("EPSG:4326"))
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
