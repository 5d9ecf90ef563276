"""Travel times and amounts of a user's own tables: a finished matrix of any program, by id.

R5 (r5r, r5py), Valhalla, OSRM and others write long tables of minutes; a pair without a row, or
without a time, is not reached.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa

from htkgis.errors import SchemaError, SourceError, first
from htkgis.schema import TRAVEL_TIMES, check
from htkgis.units import DECISECONDS_PER_MINUTE, UNREACHED

from .arrived import check_file
from .layer import texts
from .points import amounts, check_ids, labels
from .raw_layer import TABLES
from .table import lacking, numbers, read_csv_table

TIME_COLUMNS = ("travel_time_min", "travel_time")
"""Minutes, as this program and as the others call them."""


def read_travel_times(path: Path, column: str | None = None) -> pd.DataFrame:
    """Read a matrix of travel times.

    Parameters
    ----------
    path
        CSV or parquet with ``from_id``, ``to_id`` and minutes, one row per pair.
    column
        Column of the minutes, such as ``travel_time_p50``; the first of ``TIME_COLUMNS`` that is
        there where missing.

    Returns
    -------
    travel_times
        ``TRAVEL_TIMES``: ids as text, deciseconds rounded to nearest. Rows without a time are
        left out: their pairs are not reached.

    Raises
    ------
    SourceError
        The file is missing, empty or no table.
    SchemaError
        Columns or ids are missing, a pair stands twice, a time is no number or below 0.
    """
    table, where = _rows(path)
    named = [name for name in TIME_COLUMNS if name in table.columns]
    column = column or (named or list(TIME_COLUMNS))[0]
    missing = [name for name in ("from_id", "to_id", column) if name not in table.columns]
    if missing:
        msg = f"{where}: {lacking(missing, table.columns)}. Write FILE:COLUMN for other minutes."
        raise SchemaError(msg)
    time_min = numbers(table[column], what=f"{where} column {column!r}")
    reached = time_min.notna().to_numpy()
    time_ds = (time_min[reached] * DECISECONDS_PER_MINUTE).round()
    far = ~(time_ds < UNREACHED)
    if far.any():
        msg = f"{where}: {int(far.sum())} times are no minutes: {first(time_min[reached][far])}; "
        raise SchemaError(msg + "an empty cell is allowed where a pair is not reached. Empty it.")
    times = pd.DataFrame(
        {
            "from_id": texts(table.loc[reached, "from_id"]),
            "to_id": texts(table.loc[reached, "to_id"]),
            "travel_time_ds": time_ds.astype("int64"),
        }
    ).reset_index(drop=True)
    return check(times, TRAVEL_TIMES, where=where)


def read_amounts_by_id(path: Path, column: str | None, *, missing: bool = False) -> pd.Series:
    """Read how many persons or opportunities each id has.

    Parameters
    ----------
    path
        CSV or parquet with ``id``; positions are not needed.
    column
        Column of numbers of 0 or more; 1 each where missing.
    missing
        Whether numbers may be missing, such as incomes; else that is an error.

    Returns
    -------
    amounts
        Indexed by ``id``, as text, in the order of the file.

    Raises
    ------
    SourceError
        The file is missing, empty or no table.
    SchemaError
        The column or ids are missing, ids repeat, or a value is missing, no number or below 0.
    """
    table, where = _rows(path)
    absent = [name for name in ("id", column) if name is not None and name not in table.columns]
    if absent:
        msg = f"{where}: {lacking(absent, table.columns)}. Name a column of numbers."
        raise SchemaError(msg)
    table = table.assign(id=texts(table["id"]))
    check_ids(table, where)
    if column is None:
        return pd.Series(1.0, index=pd.Index(table["id"], name="id"))
    values = amounts(table[column], table["id"], where, missing=missing)
    return pd.Series(values, index=pd.Index(table["id"], name="id"))


def read_labels_by_id(path: Path, column: str) -> pd.Series:
    """Read what each id is, such as the function of a place.

    Parameters
    ----------
    path
        CSV or parquet with ``id``; positions are not needed.
    column
        Column of text.

    Returns
    -------
    labels
        Text indexed by ``id``, in the order of the file.

    Raises
    ------
    SourceError
        The file is missing, empty or no table.
    SchemaError
        The column or ids are missing, ids repeat, or a label is missing.
    """
    table, where = _rows(path)
    missing = [name for name in ("id", column) if name not in table.columns]
    if missing:
        msg = f"{where}: {lacking(missing, table.columns)}. Name a column of text."
        raise SchemaError(msg)
    ids = table.assign(id=texts(table["id"]))
    check_ids(ids, where)
    return pd.Series(labels(table[column], ids["id"], where), index=pd.Index(ids["id"], name="id"))


def _rows(path: Path) -> tuple[pd.DataFrame, str]:
    """Return the rows of a CSV or parquet file, and how a message calls it."""
    where = f"{path.name} ({path})"
    check_file(path)
    if path.suffix.lower() in TABLES:
        return read_csv_table(path), where
    if path.suffix.lower() != ".parquet":
        msg = f"{where}: {path.suffix or 'no ending'!r} names no table; .csv and .parquet are "
        raise SourceError(msg + "allowed. Save it as one of them.")
    try:
        return pd.read_parquet(path), where
    except (OSError, pa.ArrowException) as error:
        msg = f"{where}: is no parquet: {str(error).splitlines()[0]}. Fetch it again."
        raise SourceError(msg) from error
