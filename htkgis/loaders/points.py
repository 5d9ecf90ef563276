"""Points of a user's own file: a CSV ``id,lat,lon`` or any vector file with an ``id``.

A user's own file has no entry in a catalog, so names of columns may be in capitals, and a layer
of several is named as QGIS does: ``file.gpkg|layername=homes``.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from htkgis.errors import SchemaError, first
from htkgis.schema import Frame

from .arrived import check_file
from .geometry import in_crs, mended, points_from_columns
from .layer import texts
from .raw_layer import TABLES
from .table import check_letters, lacking, numbers, read_csv_table
from .vector import read_vector

LAYER = "|layername="


def read_points(path: Path, *, crs: str) -> gpd.GeoDataFrame:
    """Read points with their ids.

    Parameters
    ----------
    path
        CSV with ``id``, ``lat`` and ``lon`` (WGS84), or a vector file with ``id`` and points
        (areas become a point on their surface); ``FILE|layername=NAME`` for one layer of several.
    crs
        CRS of the result.

    Returns
    -------
    points
        ``id`` as text, unique, and ``geometry``; in the order of the file.

    Raises
    ------
    SchemaError
        No rows, ids missing or repeated, coordinates missing or not numbers.
    SourceError, CRSError
        See :mod:`htkgis.loaders.vector` and ``geometry``.
    """
    file, _, layer = str(path).partition(LAYER)
    path = Path(file)
    where = f"{path.name} ({path})"
    table = rows_of_file(path, layer, where)[["id", "geometry"]]
    nothing = (table.geometry.isna() | table.geometry.is_empty).to_numpy()
    if nothing.any():
        msg = (
            f"{where}: {int(nothing.sum())} of {len(table)} rows have no position: "
            f"{first(texts(table.loc[nothing, 'id']))}. Give each a position, or leave it out."
        )
        raise SchemaError(msg)
    table = table.assign(id=texts(table["id"]))
    check_ids(table, where)
    table, _, lost = mended(table)
    if lost:
        msg = f"{where}: {sum(lost.values())} rows have {first(lost)}. Correct the file."
        raise SchemaError(msg)
    table = in_crs(table, crs, stated=None, where=where)
    points = shapely.point_on_surface(table.geometry.to_numpy())
    return gpd.GeoDataFrame({"id": table["id"].to_numpy()}, geometry=points, crs=table.crs)


def read_weights(
    path: Path, column: str | None, points: gpd.GeoDataFrame, *, missing: bool = False
) -> npt.NDArray[np.float64]:
    """Read what each point of a file counts.

    Parameters
    ----------
    path
        The file that ``points`` were read from.
    column
        Name of a column of numbers >= 0; every point counts 1 where missing.
    missing
        Whether numbers may be missing, such as incomes; else that is an error.
    points
        As :func:`read_points` read them.

    Returns
    -------
    weights
        Shape (n,), in the order of the points.

    Raises
    ------
    SchemaError
        If there is no such column, or a value is missing, no number or below 0.
    """
    if column is None:
        return np.ones(len(points))
    cells, where = _column(path, column, "numbers")
    return amounts(cells, points["id"], where, missing=missing)


def read_labels(path: Path, column: str, points: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """Read what each point of a file is, such as the function of a place.

    Parameters
    ----------
    path, points
        As :func:`read_weights`.
    column
        Name of a column of text.

    Returns
    -------
    labels
        Text, shape (n,), in the order of the points.

    Raises
    ------
    SchemaError
        If there is no such column, or a label is missing.
    """
    cells, where = _column(path, column, "text")
    return labels(cells, points["id"], where)


def amounts(
    cells: pd.Series, ids: pd.Series, where: str, *, missing: bool = False
) -> npt.NDArray[np.float64]:
    """Return a column as numbers of 0 or more, or name the rows that have none."""
    values = numbers(cells, what=f"{where} column {cells.name!r}").to_numpy(dtype="float64")
    wrong = ~(values >= 0) | np.isinf(values)
    wrong &= ~(np.isnan(values) & missing)
    if wrong.any():
        fault = "below 0" if missing else "missing or below 0"
        msg = (
            f"{where}: column {cells.name!r} is {fault} in {int(wrong.sum())} of "
            f"{len(values)} rows: {first(ids.to_numpy()[wrong].tolist())}; numbers of 0 "
            "or more are allowed. Correct these rows."
        )
        raise SchemaError(msg)
    return values


def labels(cells: pd.Series, ids: pd.Series, where: str) -> npt.NDArray[np.object_]:
    """Return a column as text, or name the rows that have none."""
    text = cells.astype("object").where(cells.notna(), "").astype(str).str.strip()
    empty = (text == "").to_numpy()
    if empty.any():
        msg = (
            f"{where}: column {cells.name!r} is empty in {int(empty.sum())} of {len(cells)} rows: "
            f"{first(ids[empty])}; any text is allowed. Fill these rows."
        )
        raise SchemaError(msg)
    return text.to_numpy(dtype=object)


def _column(path: Path, column: str, kind: str) -> tuple[pd.Series, str]:
    """Return a column of a user's own file, and how a message calls the file."""
    file, _, layer = str(path).partition(LAYER)
    where = f"{Path(file).name} ({file})"
    table = rows_of_file(Path(file), layer, where)
    if column not in table.columns:
        there = [name for name in table.columns if name != "geometry"]
        msg = f"{where}: {lacking([column], there)}. Name a column of {kind}."
        raise SchemaError(msg)
    return table[column], where


def rows_of_file(path: Path, layer: str, where: str) -> gpd.GeoDataFrame:
    """Read the rows of a file of a user's own, with an ``id``; of a CSV as points."""
    if path.suffix.lower() in TABLES:
        check_file(path)
        cells = _in_small_letters(read_csv_table(path), ("id", "lat", "lon"))
        table = points_from_columns(cells, "lat", "lon", crs="EPSG:4326", where=where)
    else:
        table = _in_small_letters(read_vector(path, layer=layer or None, notes=[]), ("id",))
        check_letters(table.drop(columns="geometry"), where=where)
    if table.empty:
        msg = f"{where}: holds no points; one at least is needed. Fetch it again."
        raise SchemaError(msg)
    if "id" not in table.columns:
        there = [name for name in table.columns if name != "geometry"]
        msg = f"{where}: {lacking(['id'], there)}. Add ids."
        raise SchemaError(msg)
    return table


def _in_small_letters(table: Frame, names: tuple[str, ...]) -> Frame:
    """Call columns ``id``, ``lat`` and ``lon`` that a file calls ``ID`` or ``Lat``."""
    alike = {
        name: [column for column in table.columns if str(column).casefold() == name]
        for name in names
        if name not in table.columns
    }
    return table.rename(
        columns={there[0]: name for name, there in alike.items() if len(there) == 1}
    )


def check_ids(table: gpd.GeoDataFrame, where: str) -> None:
    """Raise SchemaError if ids are missing or repeat."""
    missing = table["id"].isna()
    if missing.any():
        rows = first((np.flatnonzero(missing) + 1).tolist())
        msg = f"{where}: {int(missing.sum())} rows have no id: number {rows}. Give each an id."
        raise SchemaError(msg)
    twice = table["id"].duplicated(keep=False)
    if twice.any():
        msg = (
            f"{where}: {int(twice.sum())} of {len(table)} rows share an id: "
            f"{first(dict.fromkeys(table.loc[twice, 'id']))}; ids must be unique. "
            "Correct the file."
        )
        raise SchemaError(msg)
