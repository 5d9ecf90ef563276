"""What a step made before of the same: rows are kept under a hash of all that they are made of.

A step that ``reuses`` hashes what one row of its result is made of, which costs less than the row,
and takes the row from its earlier result where it was made of the same. So a result is the same
bytes with and without an earlier one, as long as nothing but what was hashed enters the row.
"""

from __future__ import annotations

import hashlib
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import shapely

from htkgis.store import canonical_json

Kept = dict[str, Any]
"""Rows of plain values by the hash of what they were made of."""
Made = TypeVar("Made")
_MADE: dict[int, tuple[weakref.ref[pd.DataFrame], dict[str, Any]]] = {}
"""What was made of tables that are still there, by the number that each has while it is."""


def seen(*parts: Any) -> str:
    """Hash values in their order: 64 hexadecimal digits.

    Parameters
    ----------
    parts
        Tables with their index and column names, arrays with their type and shape (of numbers,
        of texts, or of shapes to the last bit), shapes, data classes of these field by field
        (a graph, snapped points), and values that JSON holds.

    Examples
    --------
    >>> one, same, other = (seen("a", np.array(row)) for row in ([1, 2], [1, 2], [[1, 2]]))
    >>> one == same, one == other
    (True, False)
    """
    hashed = hashlib.sha256()
    for part in parts:
        _add(hashed, part)
    return hashed.hexdigest()


def once_of(table: pd.DataFrame, name: str, make: Callable[[], Made]) -> Made:
    """Make something of a table the first time that it is asked for; kept as long as the table is.

    Steps take the same tables one after the other, and change none.

    Parameters
    ----------
    table
        That very table; one that is equal is asked anew.
    name
        What is made; one name never stands for two things.
    make
        Makes it of the table and nothing else.

    Examples
    --------
    >>> table = pd.DataFrame({"a": [1]})
    >>> once_of(table, "sum", lambda: 1), once_of(table, "sum", lambda: 2)
    (1, 1)
    >>> once_of(table.copy(), "sum", lambda: 2)
    2
    """
    number = id(table)
    of, known = _MADE.get(number, (None, {}))
    if of is None or of() is not table:
        known = {}
        _MADE[number] = weakref.ref(table, lambda _: _MADE.pop(number, None)), known
    if name not in known:
        known[name] = make()
    made: Made = known[name]
    return made


def remembered(
    keys: Sequence[str], earlier: Mapping[str, Any], make: Callable[[int], Any]
) -> tuple[list[Any], Kept]:
    """Make the rows that were not made before of the same.

    Parameters
    ----------
    keys
        Hash of what each row is made of, as :func:`seen` gives it; equal keys give equal rows.
    earlier
        What this gave before as ``kept``, of any rows.
    make
        Makes the row of a number, of values that JSON holds.

    Returns
    -------
    rows, kept
        A row for each of ``keys``; and the same by key, for ``earlier`` of the next time.

    Examples
    --------
    >>> asked = []
    >>> def make(number):
    ...     asked.append(number)
    ...     return number * 10
    >>> rows, kept = remembered(["x", "y"], {"x": 0, "z": 70}, make)
    >>> rows, asked, sorted(kept)
    ([0, 10], [1], ['x', 'y'])
    """
    kept: Kept = {}
    for number, key in enumerate(keys):
        if key not in kept:
            kept[key] = earlier[key] if key in earlier else make(number)
    return [kept[key] for key in keys], kept


def _add(hashed: Any, part: Any) -> None:
    """Feed one value into a hash, so that no two values that differ feed the same bytes."""
    if isinstance(part, pd.DataFrame):
        _head(hashed, "table", [str(name) for name in part.columns])
        for column in (part.index, *(part[name] for name in part.columns)):
            _add(hashed, column)
    elif isinstance(part, pd.Series | pd.Index):
        _add(hashed, part.to_numpy(dtype=object if part.dtype.kind not in "iufb" else None))
    elif isinstance(part, np.ndarray):
        _add_array(hashed, part)
    elif is_dataclass(part) and not isinstance(part, type):
        _head(hashed, type(part).__name__, [field.name for field in fields(part)])
        for field in fields(part):
            _add(hashed, getattr(part, field.name))
    elif isinstance(part, shapely.Geometry):
        _head(hashed, "shape", [])
        _bytes(hashed, shapely.to_wkb(part, include_srid=True))
    else:
        _head(hashed, "value", part)


def _add_array(hashed: Any, array: np.ndarray[Any, Any]) -> None:
    if array.dtype.kind == "U":
        # texts are stored as wide as the longest of the table that these were cut from
        array = array.astype(f"<U{np.char.str_len(array).max(initial=1)}")
    _head(hashed, array.dtype.str, list(array.shape))
    if array.dtype != object:
        _bytes(hashed, np.ascontiguousarray(array).tobytes())
        return
    missing = pd.isna(array).ravel()
    values = array.ravel()[~missing].tolist()
    _bytes(hashed, missing.tobytes())
    # what is missing may be None or no number, which files keep apart
    _head(hashed, "missing", [repr(value) for value in array.ravel()[missing].tolist()])
    if all(isinstance(value, shapely.Geometry) for value in values):
        for value in shapely.to_wkb(np.array(values, dtype=object), include_srid=True):
            _bytes(hashed, value)
    else:
        _head(hashed, "values", values)


def _head(hashed: Any, kind: str, value: Any) -> None:
    _bytes(hashed, canonical_json([kind, value]).encode())


def _bytes(hashed: Any, data: bytes) -> None:
    # its length first: where one value ends and the next begins is part of what is hashed
    hashed.update(len(data).to_bytes(8, "big"))
    hashed.update(data)
