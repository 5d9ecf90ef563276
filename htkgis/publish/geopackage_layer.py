"""Append one table to a GeoPackage, as pyogrio writes a table of geopandas.

pyogrio looks at every column of every table by way of pandas, which takes as long as writing a
small one. What a table of ours nearly always is, shapes of one kind beside plain columns, is
handed to GDAL as Arrow columns, which it reads by itself; every other table goes the usual way, as
all do before GDAL 3.8, and both are the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyogrio
import pyogrio.raw
import shapely
from pyproj import CRS

from htkgis.store.crs_facts import once_of

DRIVER = "GPKG"
ARROW_SINCE = (3, 8)
"""Version of GDAL that reads Arrow columns."""
SURFACES = [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON]
KINDS = "biuf"
"""Of numpy: truths, whole numbers with a sign and without, floating numbers."""


class _Shapes(NamedTuple):
    """Shapes of one kind in two dimensions, as GDAL takes them, and the name of their column."""

    name: str
    written: npt.NDArray[np.object_]
    kind: str
    crs: str


def append_table(
    path: Path,
    name: str,
    table: pd.DataFrame,
    *,
    layer_options: Mapping[str, str],
    dataset_options: Mapping[str, str] | None,
) -> None:
    """Append a table to a file that may not be there yet.

    Parameters
    ----------
    path, name
        The file, and what the layer is called in it.
    table
        With geometry or without; the index is not written.
    layer_options, dataset_options
        Of GDAL's driver; the latter where the file is made.
    """
    drawn = isinstance(table, gpd.GeoDataFrame)
    options: dict[str, Any] = {
        "layer": name,
        "driver": DRIVER,
        "append": path.exists(),
        "layer_options": dict(layer_options),
        "dataset_options": None if dataset_options is None else dict(dataset_options),
    }
    plain = _columns(table)
    if plain is None:
        several = drawn and len(set(table.geom_type)) > 1
        pyogrio.write_dataframe(_plain(table), path, promote_to_multi=several, **options)
        return
    shapes, columns = plain
    if shapes is not None:
        columns[shapes.name] = pa.array(shapes.written, type=pa.binary())
        options |= {"geometry_name": shapes.name, "geometry_type": shapes.kind, "crs": shapes.crs}
    pyogrio.raw.write_arrow(pa.table(columns), path, **options)


def _columns(table: pd.DataFrame) -> tuple[_Shapes | None, dict[str, Any]] | None:
    """Take a table apart; None of one that pyogrio is to look at."""
    if pyogrio.__gdal_version__ < ARROW_SINCE or table.empty:
        return None
    drawn = isinstance(table, gpd.GeoDataFrame)
    shapes = _shapes(table) if drawn else None
    if drawn and shapes is None:
        return None
    own = None if shapes is None else shapes.name
    columns: dict[Any, Any] = {}
    # geopandas looks at every column that is taken out of its tables
    for name, column in pd.DataFrame(table).items():
        if name != own:
            columns[name] = _column(column)
            if columns[name] is None:
                return None
    return shapes, columns


def _column(column: pd.Series) -> Any:
    """Give a column as Arrow has it; None of a kind that pyogrio is to look at."""
    dtype = column.dtype
    if isinstance(dtype, np.dtype):
        if dtype.kind in KINDS:
            return pa.array(column.to_numpy(), from_pandas=True)
        # a column that holds nothing at all is written as text: it has no kind to tell GDAL
        nothing = dtype.kind == "O" and column.isna().all()
        return pa.nulls(len(column), pa.string()) if nothing else None
    known = column.array
    plain = isinstance(dtype, pd.StringDtype) or isinstance(known, pd.arrays.IntegerArray)
    return pa.array(known) if plain else None


def _shapes(table: gpd.GeoDataFrame) -> _Shapes | None:
    """Write the shapes; None unless all are of one kind and in two dimensions.

    Surfaces of one part among others of several are written as of several.
    """
    shapes = np.asarray(table.geometry.array, dtype=object)
    of_each = shapely.get_type_id(shapes)
    kinds = np.unique(of_each)  # -1 of what is missing
    if kinds.tolist() == SURFACES:
        single = of_each == SURFACES[0]
        shapes = shapes.copy()
        shapes[single] = shapely.multipolygons(shapes[single][:, np.newaxis])
    elif len(kinds) != 1 or kinds[0] < 0:
        return None
    if shapely.has_z(shapes).any():
        return None
    code = once_of(table.crs, _code)
    if code is None:
        return None
    return _Shapes(
        str(table.geometry.name),
        np.asarray(shapely.to_wkb(shapes), dtype=object),
        shapes[0].geom_type,
        code,
    )


def _code(crs: CRS) -> str | None:
    """Name a projected CRS as GDAL knows it; None where it has no number."""
    number = crs.to_epsg() if crs.is_projected else None
    return None if number is None else f"EPSG:{number}"


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Write a column that holds nothing at all as text: it has no kind to tell GDAL."""
    untyped = [name for name, dtype in table.dtypes.items() if pd.api.types.is_object_dtype(dtype)]
    silent = {name: "string" for name in untyped if table[name].isna().all()}
    return (table.astype(silent) if silent else table).reset_index(drop=True)
