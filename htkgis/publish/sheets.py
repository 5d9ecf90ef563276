"""Write printed sheets: every file whole, and none before all of them are made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from htkgis.store import write_atomic
from htkgis.store.files import disk_error


def write_sheets(folder: Path, sheets: Mapping[str, bytes]) -> list[Path]:
    """Write files into a folder, which is made where it is missing.

    Returns
    -------
    paths
        In the order given.

    Raises
    ------
    StoreError
        If the disk refuses; sheets that were written before stay, none is in pieces.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_error(folder, error) from error
    paths = []
    for name, content in sheets.items():
        write_atomic(folder / name, content)
        paths.append(folder / name)
    return paths
