"""Hashes of tables by the arrays that hold them, without a Python object for every cell."""

from __future__ import annotations

import hashlib
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from .crs_facts import wkt_of

PLAIN = (str, int, float, bool, np.generic, type(None), type(pd.NA), type(pd.NaT), pd.Timestamp)
"""Kinds of cells that are written apart from each other by ``repr``."""
FLAT = (shapely.GeometryType.POINT, shapely.GeometryType.LINESTRING)
"""Kinds of shapes that are their corners and nothing else."""
NUMBERS = "biuf"
"""Of numpy: truths, whole numbers with a sign and without, floating numbers."""


def table_hash(table: pd.DataFrame) -> bytes:
    """Hash all that a table holds: names, kinds, order, CRS, index, and every cell to the last bit.

    Raises
    ------
    TypeError
        If a cell holds something else than a shape, text, a number, a truth or nothing.

    Examples
    --------
    >>> first, second = pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"a": [1, 3]})
    >>> table_hash(first) == table_hash(second), table_hash(first) == table_hash(first.copy())
    (False, True)
    """
    kinds = [(name, _kind(kind)) for name, kind in table.dtypes.items()]
    crs = getattr(table, "crs", None)
    # of several columns of shapes one is drawn; of a table that is no map none
    drawn = table.active_geometry_name if isinstance(table, gpd.GeoDataFrame) else None
    facts = [len(table), kinds, drawn, list(table.index.names)]
    hashed = hashlib.sha256(repr([*facts, None if crs is None else wkt_of(crs)]).encode())
    _add_index(hashed, table.index)
    # geopandas looks at every column that is taken out of its tables
    for _, column in pd.DataFrame(table).items():  # noqa: PERF102  values of tables are arrays
        _add_column(hashed, column)
    return hashed.digest()


def _kind(dtype: Any) -> Any:
    if isinstance(dtype, pd.CategoricalDtype):
        # groups are made of kinds that no cell has, too
        return "category", dtype.ordered, str(dtype.categories.dtype), dtype.categories.tolist()
    return str(dtype)


def _add_index(hashed: Any, index: pd.Index) -> None:
    if isinstance(index, pd.RangeIndex):
        # one that counts is the same as one that lists the same numbers
        cells = np.arange(index.start, index.stop, index.step, dtype=np.int64)
    elif index.dtype == np.int64:
        cells = index.to_numpy()
    else:
        hashed.update(_repr(index.tolist()))
        return
    hashed.update(b"numbers")
    hashed.update(np.ascontiguousarray(cells).data)


def _add_column(hashed: Any, column: pd.Series) -> None:
    dtype = column.dtype
    if str(dtype) == "geometry":
        _add_shapes(hashed, np.asarray(column.array, dtype=object))
    elif isinstance(dtype, np.dtype) and dtype.kind in NUMBERS:
        hashed.update(np.ascontiguousarray(column.to_numpy()).data)
    elif isinstance(dtype, pd.StringDtype):
        _add_texts(hashed, pa.array(column.array))
    else:
        hashed.update(_repr(column.astype(object).tolist()))


def _add_shapes(hashed: Any, shapes: npt.NDArray[Any]) -> None:
    """Add all of each shape; of points and lines without writing each by itself."""
    kinds = shapely.get_type_id(shapes)
    high = shapely.has_z(shapes)
    # corners of more dimensions than these have measures
    plain = shapely.get_coordinate_dimension(shapes) == 2 + high
    if np.isin(kinds, FLAT).all() and plain.all():
        hashed.update(b"corners")
        parts = (kinds, shapely.get_srid(shapes), high, shapely.get_num_coordinates(shapes))
        for each in (*parts, shapely.get_coordinates(shapes, include_z=True)):
            hashed.update(np.ascontiguousarray(each).data)
        return
    hashed.update(b"written")
    texts = written(shapes)
    lengths = [-1 if shape is None else len(shape) for shape in texts]
    hashed.update(np.array(lengths, dtype=np.int64).data)
    hashed.update(b"".join(filter(None, texts)))


def _add_texts(hashed: Any, texts: Any) -> None:
    """Add the length of each text, -1 of what is missing, and all letters one after the other."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    texts = texts.cast(pa.large_string())
    if texts.null_count:
        missing = texts.is_null().to_numpy(zero_copy_only=False)
        texts = pc.fill_null(texts, "")  # what stands below a missing text is nobody's
    else:
        missing = np.zeros(len(texts), dtype=bool)
    _, ends, letters = texts.buffers()
    places = np.frombuffer(ends, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    hashed.update(np.where(missing, -1, np.diff(places)).data)
    if letters is not None:
        hashed.update(memoryview(letters)[places[0] : places[-1]])


def written(shapes: npt.NDArray[Any]) -> list[bytes | None]:
    """Write each shape to the last bit; None where there is none."""
    made: list[bytes | None] = shapely.to_wkb(shapes, include_srid=True).tolist()
    return made


def _repr(cells: list[Any]) -> bytes:
    """Write cells whose ``repr`` tells all of them apart."""
    strange = {kind.__name__ for kind in set(map(type, cells)) if not issubclass(kind, PLAIN)}
    if strange:
        msg = f"memory: cells of kind {sorted(strange)}; text, numbers and truths are allowed"
        raise TypeError(msg)
    return repr(cells).encode()
