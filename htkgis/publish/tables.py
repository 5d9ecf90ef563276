"""Write one table for a user: CSV or parquet, whole or not at all."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from htkgis.errors import ConfigError
from htkgis.store import write_atomic

if TYPE_CHECKING:
    import pandas as pd

FORMATS = (".csv", ".parquet")


def check_format(path: Path) -> None:
    """Raise ConfigError if a file's ending names no format that can be written."""
    if path.suffix.lower() not in FORMATS:
        msg = (
            f"{path.name} ({path}): {path.suffix or 'no ending'!r} names no format; "
            f"{' and '.join(FORMATS)} are allowed. Change --out."
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
    check_format(path)
    if path.suffix.lower() == ".parquet":
        buffer = io.BytesIO()
        table.round(decimals).to_parquet(buffer, index=False, compression="zstd")
        write_atomic(path, buffer.getvalue())
        return
    text = table.to_csv(index=False, float_format=f"%.{decimals}f", lineterminator="\n")
    write_atomic(path, text.encode())
