"""Hashes of tables by the arrays that hold them, without a Python object for every cell."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from .crs_facts import wkt_of

PLAIN = (str, int, float, bool, np.generic, type(None), type(pd.NA), type(pd.NaT), pd.Timestamp)
"""Kinds of cells that are written apart from each other by ``repr``."""
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
    kinds = [(str(name), str(kind)) for name, kind in table.dtypes.items()]
    crs = getattr(table, "crs", None)
    hashed = hashlib.sha256(
        repr([len(table), kinds, None if crs is None else wkt_of(crs)]).encode()
    )
    _add_index(hashed, table.index)
    for at in range(table.shape[1]):
        _add_column(hashed, table.iloc[:, at])
    return hashed.digest()


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
        for shape in written(np.asarray(column.array, dtype=object)):
            length = -1 if shape is None else len(shape)
            hashed.update(b"%d " % length)
            hashed.update(shape or b"")
    elif isinstance(dtype, np.dtype) and dtype.kind in NUMBERS:
        hashed.update(np.ascontiguousarray(column.to_numpy()).data)
    elif isinstance(dtype, pd.StringDtype):
        _add_texts(hashed, pa.array(column.array))
    else:
        hashed.update(_repr(column.astype(object).tolist()))


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
