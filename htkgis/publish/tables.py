"""Write one table for a user: CSV or parquet, whole or not at all, as long as it may be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from htkgis.errors import ConfigError
from htkgis.store.files import writing_atomic

if TYPE_CHECKING:
    import pandas as pd

FORMATS = (".csv", ".parquet")
ROWS_PER_GROUP = 1 << 20
"""Of a parquet file: what pyarrow itself writes, so that parts leave no trace in the bytes."""


def check_format(path: Path, formats: Collection[str] = FORMATS) -> None:
    """Refuse a file whose ending names no format that can be written.

    Parameters
    ----------
    path
        File to be written.
    formats
        Endings that are allowed, in small letters; those of a table without geometry by default.

    Raises
    ------
    ConfigError
        If the ending is another, or none.

    Examples
    --------
    >>> check_format(Path("LINKS.GPKG"), (".csv", ".gpkg"))
    """
    if path.suffix.lower() not in formats:
        msg = (
            f"{path.name} ({path}): {path.suffix or 'no ending'!r} names no format; "
            f"{', '.join(formats)} are allowed. Change --out."
        )
        raise ConfigError(msg)


def write_table(table: pd.DataFrame, path: Path, *, decimals: int) -> None:
    """Write a table as its ending says.

    Parameters
    ----------
    table
        Any table without geometry.
    path
        ``.csv`` (UTF-8, comma, decimal point, LF) or ``.parquet``.
    decimals
        Of the numbers in both.

    Raises
    ------
    ConfigError
        If the ending names no format.
    StoreError
        If the disk refuses; no file is left.
    """
    write_parts([table], path, like=table, decimals=decimals)


def write_parts(
    parts: Iterable[pd.DataFrame], path: Path, *, like: pd.DataFrame, decimals: int
) -> None:
    """Write a table that comes part by part, to the same bytes as if it came whole.

    Parameters
    ----------
    parts
        Rows in their order; a part is let go of once it is written.
    path, decimals
        As :func:`write_table`.
    like
        Any rows in which each column holds every kind of value that it holds anywhere: they say
        what a column is that has no value in the first part.

    Raises
    ------
    ConfigError, StoreError
        As :func:`write_table`.
    """
    check_format(path)
    with writing_atomic(path) as stream:
        if path.suffix.lower() == ".parquet":
            _write_parquet(parts, stream, like, decimals)
            return
        header = True
        for part in parts:
            text = part.to_csv(
                index=False, header=header, float_format=f"%.{decimals}f", lineterminator="\n"
            )
            stream.write(text.encode())
            header = False


def _write_parquet(
    parts: Iterable[pd.DataFrame], stream: BinaryIO, like: pd.DataFrame, decimals: int
) -> None:
    import pyarrow as pa  # noqa: PLC0415 - only who writes needs it
    import pyarrow.parquet as pq  # noqa: PLC0415

    schema = pa.Table.from_pandas(like.round(decimals), preserve_index=False).schema
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        for group in in_groups(parts, ROWS_PER_GROUP):
            rows = group.round(decimals)
            writer.write_table(pa.Table.from_pandas(rows, schema=schema, preserve_index=False))


def in_groups(parts: Iterable[pd.DataFrame], rows: int) -> Iterator[pd.DataFrame]:
    """Cut parts of any length into groups of so many rows; the last has the rest, if any.

    Examples
    --------
    >>> import pandas as pd
    >>> parts = [pd.DataFrame({"x": [1, 2, 3]}), pd.DataFrame({"x": [4, 5]})]
    >>> [group["x"].tolist() for group in in_groups(parts, 2)]
    [[1, 2], [3, 4], [5]]
    """
    import pandas as pd  # noqa: PLC0415 - only who writes needs it

    held: list[pd.DataFrame] = []
    count = 0
    for part in parts:
        held.append(part)
        count += len(part)
        while count >= rows:
            whole = held[0] if len(held) == 1 else pd.concat(held, ignore_index=True)
            yield whole.iloc[:rows]
            held, count = [whole.iloc[rows:]], count - rows
    if count:
        yield held[0] if len(held) == 1 else pd.concat(held, ignore_index=True)
