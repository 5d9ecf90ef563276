"""Zones of a user's own file: polygons with an ``id`` that figures are told for."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from htkgis.errors import SchemaError, first

from .geometry import in_crs, mended
from .layer import texts
from .points import LAYER, check_ids, rows_of_file


def read_zones(path: Path, *, crs: str) -> gpd.GeoDataFrame:
    """Read zones.

    Parameters
    ----------
    path
        Any vector file with an ``id`` and polygons; ``FILE|layername=NAME`` for one layer of
        several.
    crs
        CRS of the result.

    Returns
    -------
    zones
        ``id`` as text, unique, and valid polygons; in the order of the file.

    Raises
    ------
    SchemaError
        No rows, ids missing or repeated, or a row is no area.
    SourceError, CRSError
        See :mod:`htkgis.loaders.vector` and ``geometry``.
    """
    file, _, layer = str(path).partition(LAYER)
    where = f"{Path(file).name} ({file})"
    table = rows_of_file(Path(file), layer, where)[["id", "geometry"]]
    table = table.assign(id=texts(table["id"]))
    check_ids(table, where)
    ids = table["id"]
    table, _, _ = mended(table)
    areas = table.geometry.geom_type.isin({"Polygon", "MultiPolygon"})
    other = [key for key in ids if key not in set(table.loc[areas, "id"])]
    if other:
        msg = (
            f"{where}: {len(other)} of {len(ids)} rows are no area: {first(other)}; polygons are "
            "allowed. Correct the file, or leave them out."
        )
        raise SchemaError(msg)
    return in_crs(table, crs, stated=None, where=where).reset_index(drop=True)
