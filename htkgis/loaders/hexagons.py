"""Outlines of hexagons from their H3 indexes, in which many cities publish people and jobs.

An index such as ``89a90128ad7ffff`` names a cell of a worldwide grid, and its outline follows
from it; a file of hexagons therefore often has no geometry of its own.
"""

from __future__ import annotations

from types import ModuleType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from htkgis.errors import SchemaError, first
from htkgis.extras import require

from .table import lacking

CRS = "EPSG:4326"
"""Corners of cells come in degrees of WGS84."""


def shapes_from_h3(table: pd.DataFrame, column: str, *, where: str) -> gpd.GeoDataFrame:
    """Give each row the outline of its cell, or of its cells joined.

    Parameters
    ----------
    table
        Any table.
    column
        Holds H3 indexes as text of 15 or 16 hexadecimal digits, any resolution; several in one row
        stand with spaces between them. A missing value gives no geometry.
    where
        What messages call the table.

    Returns
    -------
    placed
        The same rows with polygons in EPSG:4326: a multipolygon where cells of a row do not touch.

    Raises
    ------
    MissingDependencyError
        If the package h3 is not installed.
    SchemaError
        If the column is missing, or a value is no index of a cell.

    References
    ----------
    H3: a hexagonal hierarchical geospatial indexing system, h3geo.org.

    Examples
    --------
    A cell of resolution 9 has six corners and covers about a tenth of a square kilometre:

    >>> cells = shapes_from_h3(pd.DataFrame({"id": ["89a90128ad7ffff"]}), "id", where="cells")
    >>> hectares = float(cells.to_crs("EPSG:31982").area.iloc[0]) / 10_000
    >>> len(cells.geometry.iloc[0].exterior.coords) - 1, round(hectares, 1)
    (6, 9.0)
    """
    if column not in table.columns:
        msg = f"{where}: {lacking([column], table.columns)}. Correct geometry.h3 in the catalog."
        raise SchemaError(msg)
    h3 = _h3(where)
    named = [[] if pd.isna(text) else str(text).split() for text in table[column]]
    strangers = [
        f"{index!r} in row {row}"
        for row, indexes in enumerate(named, start=2)
        for index in indexes
        if not h3.is_valid_cell(index)
    ]
    if strangers:
        msg = (
            f"{where}: {len(strangers)} values of {column!r} are no H3 indexes: "
            f"{first(strangers)}; such as '89a90128ad7ffff' are allowed, several with spaces "
            "between them. Correct the file, or geometry.h3 in the catalog."
        )
        raise SchemaError(msg)
    shapes = np.array([_outline(h3, indexes) for indexes in named], dtype=object)
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, index=table.index, crs=CRS))


def _outline(h3: ModuleType, indexes: list[str]) -> shapely.Geometry | None:
    """Outline of cells joined; None of none."""
    if not indexes:
        return None
    if len(indexes) == 1:
        return shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(indexes[0])])
    return shapely.geometry.shape(h3.cells_to_geo(sorted(set(indexes))))


def _h3(where: str) -> ModuleType:
    require("hexagons", where)
    import h3  # noqa: PLC0415 - an extra: only who has hexagons without outlines needs it

    module: ModuleType = h3
    return module
