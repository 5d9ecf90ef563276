"""Outlines of a user's own file, from which a study is begun: housing areas, or a municipality.

Such a file has no entry in a catalog, so columns are known by their names: ``name``, and where
there are any ``id``, ``quarter``, ``persons`` and ``dwellings``, in English or Danish.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from htkgis.errors import CRSError, SchemaError, first

from .arrived import check_file
from .geometry import check_place, crs_name, mended, shapes_from_wkt
from .hexagons import shapes_from_h3
from .layer import texts
from .points import LAYER
from .raw_layer import TABLES
from .table import check_letters, lacking, municipality_code, numbers, read_csv_table
from .vector import read_vector

WORDS = {
    "id": ("id",),
    "name": ("name", "navn", "nome"),
    "quarter": ("quarter", "kvarter", "bairro"),
    "persons": ("persons", "population", "residents", "personer", "beboere", "pessoas"),
    "dwellings": ("dwellings", "homes", "boliger", "domicilios"),
}
"""What a column may be called, whatever its capitals; the first that is there is taken."""
WKT = ("wkt", "geometry", "outline", "outline_wkt_wgs84", "geom")
CELLS = ("cells", "h3")
CODES = ("code", "kode", "kommunekode", "id", "municipality_code")
COUNTS = ("persons", "dwellings")
DEGREES = "EPSG:4326"


def read_area_file(path: Path) -> gpd.GeoDataFrame:
    """Read outlines of housing areas.

    Parameters
    ----------
    path
        Vector file (``FILE|layername=NAME`` for one layer of several), or CSV with a column
        ``wkt`` of outlines in degrees, or ``cells`` of H3 indexes, several with spaces between.

    Returns
    -------
    areas
        ``name`` (unique); ``id`` and ``quarter`` (text, missing where the file says nothing),
        ``persons`` and ``dwellings`` (numbers >= 0, missing likewise); polygons in EPSG:4326, in
        the order of the file.

    Raises
    ------
    SourceError, CRSError
        See :mod:`htkgis.loaders.vector` and ``geometry``.
    SchemaError
        No rows, no names, a name twice, no outline, or something that is no area.
    """
    table, where = _outlines(path)
    found = _known(table, WORDS)
    if "name" not in found:
        there = [str(name) for name in table.columns if name != "geometry"]
        msg = f"{where}: {lacking(['name'], there)}. Give each area a name in a column 'name'."
        raise SchemaError(msg)
    columns: dict[str, pd.Series] = {}
    for ours in WORDS:
        cells = table[found[ours]] if ours in found else pd.Series(None, table.index, dtype=object)
        columns[ours] = (
            numbers(cells, what=f"{where} column {found.get(ours, ours)!r}").astype("float64")
            if ours in COUNTS
            else texts(cells)
        )
    areas = gpd.GeoDataFrame(columns, geometry=table.geometry, crs=table.crs)
    _check_names(areas, where)
    for column in COUNTS:
        below = areas[column] < 0
        if below.any():
            msg = (
                f"{where}: {int(below.sum())} of {len(areas)} rows have {column} below 0: "
                f"{first(areas.loc[below, 'name'])}; 0 or more is allowed. Correct them."
            )
            raise SchemaError(msg)
    return areas.to_crs(DEGREES).reset_index(drop=True)


def read_outline_file(path: Path, code: str) -> gpd.GeoDataFrame:
    """Read the outline of one municipality: the row with its code, or the only row.

    Returns
    -------
    outline
        One row: ``name`` (missing where there is none), and a polygon in EPSG:4326.

    Raises
    ------
    SchemaError
        If several rows are there and not just one has the code.
    """
    table, where = _outlines(path)
    keys = _known(table, {"code": CODES})
    if len(table) > 1:
        cells = texts(table[keys["code"]]) if keys else pd.Series(None, table.index, dtype=object)
        own = cells.map(lambda cell: cell is not None and _same_code(cell, code))
        if int(own.sum()) != 1:
            msg = (
                f"{where}: {int(own.sum())} of {len(table)} rows have the code {code!r} in a "
                f"column {' or '.join(CODES)}; one is needed. Leave the other rows out."
            )
            raise SchemaError(msg)
        table = table[own.to_numpy()]
    names = _known(table, {"name": WORDS["name"]})
    name = texts(table[names["name"]]).iloc[0] if names else None
    found = gpd.GeoDataFrame({"name": [name]}, geometry=table.geometry.to_numpy(), crs=table.crs)
    return found.to_crs(DEGREES)


def _same_code(cell: str, code: str) -> bool:
    """Tell whether two codes are the same but for zeros in front, as Excel drops them."""
    try:
        return municipality_code(cell) == municipality_code(code)
    except SchemaError:
        return cell.strip() == code.strip()


def _outlines(path: Path) -> tuple[gpd.GeoDataFrame, str]:
    """Read the rows of a file, each a valid polygon."""
    file, _, layer = str(path).partition(LAYER)
    path = Path(file)
    where = f"{path.name} ({path})"
    if path.suffix.lower() in TABLES:
        check_file(path)
        cells = read_csv_table(path)
        shapes = _known(cells, {"wkt": WKT, "cells": CELLS})
        if not shapes:
            msg = (
                f"{where}: {lacking(['wkt'], list(map(str, cells.columns)))}. Write each outline "
                "as WKT in degrees in a column 'wkt', as H3 indexes with spaces between them in "
                "a column 'cells', or save it as GeoPackage."
            )
            raise SchemaError(msg)
        table = (
            shapes_from_wkt(cells, shapes["wkt"], crs=DEGREES, where=where)
            if "wkt" in shapes
            else shapes_from_h3(cells, shapes["cells"], where=where)
        )
    else:
        table = read_vector(path, layer=layer or None, notes=[])
        check_letters(table.drop(columns="geometry"), where=where)
    if table.empty:
        msg = f"{where}: holds no areas; one at least is needed. Draw it, and save again."
        raise SchemaError(msg)
    if crs_name(table.crs) is None:
        msg = f"{where}: has no CRS; any that is stated is allowed. Save it again with one."
        raise CRSError(msg)
    check_place(table, DEGREES, where=where)
    table, _, lost = mended(table)
    kinds = shapely.get_dimensions(table.geometry.to_numpy())
    other = len(table) - int((kinds == 2).sum())  # noqa: PLR2004 - an area has two
    if lost or other:
        msg = (
            f"{where}: {sum(lost.values())} rows have no outline and {other} are no areas; an "
            "outline each is needed. Draw them, or take the rows out."
        )
        raise SchemaError(msg)
    return table.reset_index(drop=True), where


def _known(table: pd.DataFrame, words: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Find which columns of a file are ours, by their names in small letters."""
    small = {str(name).casefold().strip(): str(name) for name in reversed(list(table.columns))}
    small.pop("geometry", None) if isinstance(table, gpd.GeoDataFrame) else None
    there = {
        ours: next((small[n] for n in names if n in small), None) for ours, names in words.items()
    }
    return {ours: name for ours, name in there.items() if name is not None}


def _check_names(areas: gpd.GeoDataFrame, where: str) -> None:
    missing, twice = areas["name"].isna(), areas["name"].duplicated(keep=False)
    if missing.any() or twice.any():
        msg = (
            f"{where}: {int(missing.sum())} of {len(areas)} areas have no name, and "
            f"{int((twice & ~missing).sum())} share one: "
            f"{first(areas.loc[twice & ~missing, 'name']) or 'none'}; each needs a name of its "
            "own. Correct the file."
        )
        raise SchemaError(msg)
