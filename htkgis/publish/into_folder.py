"""Write files a planner asked for into a folder: each whole, none before all of them are made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from htkgis.store import write_atomic
from htkgis.store.files import disk_error


def write_into(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write files into a folder, which is made where it is missing.

    Parameters
    ----------
    files
        Content by name; a name may hold folders.

    Returns
    -------
    paths
        In the order given.

    Raises
    ------
    StoreError
        If the disk refuses; files that were written before stay, none is in pieces.
    """
    paths = []
    for name, content in files.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise disk_error(path.parent, error) from error
        write_atomic(path, content)
        paths.append(path)
    return paths
