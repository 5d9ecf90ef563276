"""Points of a user's own file: a CSV ``id,lat,lon`` or any vector file with an ``id``."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from htkgis.errors import SchemaError, first

from .geometry import in_crs, mended, points_from_columns
from .layer import TABLES, texts
from .table import read_csv_table
from .vector import check_file, read_vector


def read_points(path: Path, *, crs: str) -> gpd.GeoDataFrame:
    """Read points with their ids.

    Parameters
    ----------
    path
        CSV with ``id``, ``lat`` and ``lon`` (WGS84), or a vector file with ``id`` and points
        (areas become a point on their surface).
    crs
        CRS of the result.

    Returns
    -------
    points
        ``id`` as text, unique, and ``geometry``; in the order of the file.

    Raises
    ------
    SchemaError
        Ids missing or repeated, coordinates missing or not numbers.
    SourceError, CRSError
        See :mod:`htkgis.loaders.vector` and ``geometry``.
    """
    where = f"{path.name} ({path})"
    check_file(path)
    if path.suffix.lower() in TABLES:
        table = points_from_columns(
            read_csv_table(path), "lat", "lon", crs="EPSG:4326", where=where
        )
    else:
        table = read_vector(path)
    if "id" not in table.columns:
        msg = f"{where}: missing columns ['id']; found {list(map(str, table.columns))}. Add ids."
        raise SchemaError(msg)
    table = table[["id", "geometry"]]
    nothing = (table.geometry.isna() | table.geometry.is_empty).to_numpy()
    if nothing.any():
        msg = (
            f"{where}: {int(nothing.sum())} of {len(table)} rows have no position: "
            f"{first(texts(table.loc[nothing, 'id']))}. Give each a position, or leave it out."
        )
        raise SchemaError(msg)
    table = table.assign(id=texts(table["id"]))
    _check_ids(table, where)
    table, _, lost = mended(table)
    if lost:
        msg = f"{where}: {sum(lost.values())} rows have {first(lost)}. Correct the file."
        raise SchemaError(msg)
    table = in_crs(table, crs, stated=None, where=where)
    points = shapely.point_on_surface(table.geometry.to_numpy())
    return gpd.GeoDataFrame({"id": table["id"].to_numpy()}, geometry=points, crs=table.crs)


def _check_ids(table: gpd.GeoDataFrame, where: str) -> None:
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
