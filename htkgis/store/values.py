"""How a value lies in the cache: tables as parquet, arrays as npy, the rest as JSON or bytes.

Small arrays of a value lie in one npz: to open a file for each takes longer than what is in it.

A value ``streets`` is one file ``streets.geo.parquet``, or several that begin with
``streets.``; every file is the same bytes for the same value.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from htkgis.errors import StoreError

from .before import Before
from .files import canonical_json, files_of
from .twins import write_array

Back = Callable[[], Any]
"""Gives a value that was written, as it comes back from the disk."""

ROWS_PER_GROUP = 1 << 20
"""Rows that parquet keeps together; of more, a column is read in several pieces."""

GEO, TABLE, ARRAY, FILE, JSON = ".geo.parquet", ".parquet", ".npy", ".file", ".json"
SMALL_ARRAYS = ".npz"
SMALL_BYTES = 1 << 16
"""Up to so many bytes an array shares a file with others."""

_TYPES = shapely.GeometryType
KINDS = (
    *(_TYPES.POINT, _TYPES.LINESTRING, _TYPES.POLYGON),
    *(_TYPES.MULTIPOINT, _TYPES.MULTILINESTRING, _TYPES.MULTIPOLYGON),
)
"""Of shapes that a file gives back as they were; a ring comes back as a line."""
FLAT = 2
"""Numbers of a corner of a shape without heights."""


if not os.environ.get("ARROW_DEFAULT_MEMORY_POOL"):
    # tables come and go as all else does: a store of memory of their own takes longer to fill
    pa.set_memory_pool(pa.system_memory_pool())


class Files(dict[str, bytes]):
    """Files by name, to be published as they are."""


class Arrays(dict[str, np.ndarray]):
    """Arrays by name; large ones are read back memory-mapped.

    Steps take the same arrays one after the other, so what one makes of them is there for the
    next, as long as nobody puts other arrays into their place.
    """

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """Make something of the arrays, or give what was made under the same name.

        Examples
        --------
        >>> arrays = Arrays(n=np.array([1, 2]))
        >>> arrays.once("sum", lambda: 3), arrays.once("sum", lambda: 4)
        (3, 3)
        >>> arrays["n"] = np.array([5])
        >>> arrays.once("sum", lambda: 5)
        5
        """
        made: dict[str, tuple[dict[str, np.ndarray], Any]] = vars(self)
        of, value = made.get(name, ({}, None))
        if of.keys() != self.keys() or any(of[key] is not self[key] for key in of):
            value = make()
            made[name] = dict(self), value
        return value


def write_value(folder: Path, name: str, value: Any, before: Before | None = None) -> Back | None:
    """Write a value into an entry of the cache.

    Parameters
    ----------
    folder
        Where the entry is built.
    name
        Of the value.
    value
        A table, arrays, files, or what JSON holds.
    before
        An entry whose files of arrays, and files as they are, need not be written again where
        they hold the same.

    Returns
    -------
    back
        For tables of numbers, texts and plain shapes, what :func:`read_value` would give of it,
        without reading the file.
    """
    if isinstance(value, gpd.GeoDataFrame):
        return _write_shapes(value, folder / f"{name}{GEO}")
    if isinstance(value, pd.DataFrame):
        return _write_table(value, folder / f"{name}{TABLE}")
    if isinstance(value, Arrays):
        _write_arrays(value, folder, name, before)
    elif isinstance(value, Files):
        for key, data in value.items():
            path = folder / f"{name}.{key}{FILE}"
            if before is None or not before.named(path, [data]):
                path.write_bytes(data)
    else:
        (folder / f"{name}{JSON}").write_text(canonical_json(value), encoding="utf-8")
    return None


def _write_table(table: pd.DataFrame, path: Path) -> Back | None:
    """Write a table; say how to have it as the file gives it, without reading what is at hand."""
    if table.attrs:
        table.to_parquet(path, index=False, **_options(table))
        return None
    columns = _columns(table)
    pq.write_table(columns, path, **_options(table))
    if _comes_back(columns):
        return functools.partial(columns.to_pandas, use_threads=False)
    return None


def _write_shapes(table: gpd.GeoDataFrame, path: Path) -> Back | None:
    """Write a table with shapes, as :func:`_write_table` one without."""
    table.to_parquet(path, index=False, **_options(table))
    names = [name for name, kind in table.dtypes.items() if str(kind) == "geometry"]
    shapes = {name: np.asarray(table[name].array, dtype=object) for name in names}
    if table.attrs or not table.columns.is_unique or not all(map(_are_plain, shapes.values())):
        return None
    columns = _columns(pd.DataFrame(table).drop(columns=names))
    if not _comes_back(columns):
        return None
    return functools.partial(_with_shapes, columns, shapes, pq.read_schema(path))


def _with_shapes(
    columns: pa.Table, shapes: Mapping[str, Any], schema: pa.Schema
) -> gpd.GeoDataFrame:
    """Put shapes, which nobody can change, to the other columns in the order of the file."""
    frame = columns.to_pandas(use_threads=False)
    facts = json.loads(schema.metadata[b"geo"])
    for place, name in enumerate(schema.names):
        if name in shapes:
            frame.insert(place, name, gpd.GeoSeries(shapes[name], crs=_stated_crs(facts, name)))
    return gpd.GeoDataFrame(frame, geometry=facts["primary_column"])


def _columns(table: pd.DataFrame) -> pa.Table:
    """In one piece a column, as it is read: files that are written of it depend on the pieces."""
    return pa.Table.from_pandas(table, preserve_index=False, nthreads=1).combine_chunks()


def _comes_back(columns: pa.Table) -> bool:
    return columns.num_rows <= ROWS_PER_GROUP and all(map(_is_plain, columns.schema.types))


def _are_plain(shapes: npt.NDArray[Any]) -> bool:
    """Whether shapes come back from a file as they are: flat ones of a kind that it knows."""
    there = shapes[~shapely.is_missing(shapes)]
    kinds = shapely.get_type_id(there)
    flat = (shapely.get_coordinate_dimension(there) == FLAT) & ~shapely.is_empty(there)
    return bool((np.isin(kinds, KINDS) & flat & (shapely.get_srid(there) == 0)).all())


def _write_arrays(arrays: Arrays, folder: Path, name: str, before: Before | None) -> None:
    small = {key: array for key, array in arrays.items() if array.nbytes <= SMALL_BYTES}
    for key in arrays.keys() - small.keys():
        write_array(folder / f"{name}.{key}{ARRAY}", arrays[key], before)
    if small:
        with zipfile.ZipFile(folder / f"{name}{SMALL_ARRAYS}", "w") as file:
            for key, array in sorted(small.items()):
                # a member without a date of its own: same arrays, same bytes
                with file.open(zipfile.ZipInfo(f"{key}{ARRAY}"), "w") as part:
                    np.lib.format.write_array(part, np.asarray(array), allow_pickle=False)


def _read_arrays(folder: Path, name: str, files: Iterable[str]) -> Arrays:
    arrays: dict[str, np.ndarray] = {}
    for file in files:
        found = np.load(folder / file, mmap_mode="r", allow_pickle=False)
        if file.endswith(ARRAY):
            arrays[file.removeprefix(f"{name}.").removesuffix(ARRAY)] = found
        else:
            with found:
                arrays |= {key: found[key] for key in found.files}
    for array in arrays.values():
        array.flags.writeable = False  # as those that look into a file
    return Arrays(sorted(arrays.items()))


def _options(table: pd.DataFrame) -> dict[str, Any]:
    """Write in half the time that the usual options take: a table is read whole, and here only.

    Statistics help who looks for some rows, and a list of different values helps where they
    repeat, as texts do.
    """
    kinds = {str(name): str(kind) for name, kind in table.dtypes.items()}
    texts = [name for name, kind in kinds.items() if kind in {"object", "str", "string"}]
    return {"compression": "lz4", "use_dictionary": texts, "write_statistics": False}


def _is_plain(kind: pa.DataType) -> bool:
    """Whether numbers and texts of a kind come back from a file as the same kind, bit for bit."""
    types = pa.types
    numbers = (
        types.is_boolean(kind) or types.is_integer(kind) or kind in {pa.float32(), pa.float64()}
    )
    return numbers or types.is_string(kind) or types.is_large_string(kind) or types.is_null(kind)


def read_value(folder: Path, name: str, files: Mapping[str, str]) -> Any:
    """Read a value back from an entry of the cache.

    Raises
    ------
    StoreError
        If the entry holds no such value.
    """
    own = files_of(name, files)
    if f"{name}{GEO}" in own:
        return _read_shapes(folder / f"{name}{GEO}")
    if f"{name}{TABLE}" in own:
        return _table(folder / f"{name}{TABLE}")[0]
    if f"{name}{JSON}" in own:
        return json.loads((folder / f"{name}{JSON}").read_text("utf-8"))
    if own and all(file.endswith((ARRAY, SMALL_ARRAYS)) for file in own):
        return _read_arrays(folder, name, own)
    if own and all(file.endswith(FILE) for file in own):
        keys = {file: file.removeprefix(f"{name}.").removesuffix(FILE) for file in own}
        return Files({key: (folder / file).read_bytes() for file, key in keys.items()})
    msg = (
        f"{name} ({folder}): is not in this entry of the cache, which held it when it was written. "
        "Delete that folder and run again: it is computed anew."
    )
    raise StoreError(msg)


def _table(path: Path) -> tuple[pd.DataFrame, Mapping[bytes, bytes]]:
    """Read a table and what is said of it, without looking at it as a folder of files."""
    with pq.ParquetFile(path) as file:
        table = file.read(use_threads=False)
    return table.to_pandas(use_threads=False), table.schema.metadata


def _read_shapes(path: Path) -> gpd.GeoDataFrame:
    """Read what :func:`write_value` wrote, as geopandas reads it.

    Geopandas makes a CRS of its description for every file, which takes longer than all the rest
    of a small table; here each CRS is made once.
    """
    frame, metadata = _table(path)
    facts = json.loads(metadata[b"geo"])
    for column in facts["columns"]:
        frame[column] = gpd.GeoSeries.from_wkb(frame[column], crs=_stated_crs(facts, column))
    return gpd.GeoDataFrame(frame, geometry=facts["primary_column"])


def _stated_crs(facts: Mapping[str, Any], column: str) -> CRS | None:
    known = facts["columns"][column]["crs"]
    return None if known is None else _crs(canonical_json(known))


@functools.cache
def _crs(description: str) -> CRS:
    """Make a CRS of its description, by its name where that is the same.

    PROJ 9.5 tells less of a CRS from then on that was looked up by a description first, so that
    what a run writes would hang on what it read.
    """
    known = json.loads(description)
    name = known.get("id")
    if name is not None:
        with contextlib.suppress(CRSError):
            named = CRS.from_authority(name["authority"], name["code"])
            if named.to_json_dict() == known:
                return named
    return CRS.from_json(description)
