"""Switch a whole set of files into a published folder, or leave the old set as it is.

The new files are written beside the folder, then a journal that names them. Before the
journal stands, a killed run has changed nothing; once it stands, whoever comes next finishes
the switch file by file. A reader never meets half a file.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from htkgis.errors import StoreError
from htkgis.store import canonical_json, disk_error, lock, sha256_bytes, sha256_file, write_atomic

MANIFEST = "manifest.json"
JOURNAL = "journal.json"


def is_published(hashes: Mapping[str, str], folder: Path) -> bool:
    """Whether a folder holds exactly these published files, by hash.

    Parameters
    ----------
    hashes
        sha256 by file name, the manifest among them.
    folder
        Published folder. Files of others in it do not matter; those that its manifest names
        and ``hashes`` does not would have to go.
    """
    if _staging(folder).exists() or set(_named_by_manifest(folder)) - set(hashes):
        return False
    try:
        return all(
            (folder / name).is_file() and sha256_file(folder / name) == sha
            for name, sha in hashes.items()
        )
    except OSError:
        return False


def publish(files: Mapping[str, bytes], folder: Path) -> list[str]:
    """Switch a set of files into a folder.

    Parameters
    ----------
    files
        Bytes by file name, ``manifest.json`` among them.
    folder
        Where they go; made if need be. Files that the manifest there named and the new set
        lacks are removed; files that no manifest named stay.

    Returns
    -------
    changed
        Names that were added, changed or removed; files whose bytes are the same are not
        touched.

    Raises
    ------
    StoreError
        If another run is writing here, or the disk refuses; the folder is then as it was.
    """
    with lock(folder):
        recover(folder)
        return switch(files, folder)


def switch(files: Mapping[str, bytes], folder: Path) -> list[str]:
    """Do what :func:`publish` does, for a caller that holds the folder's lock already."""
    changed = [name for name in sorted(files) if not _same(folder / name, files[name])]
    removed = sorted(set(_named_by_manifest(folder)) - set(files))
    if not changed and not removed:
        return []
    staging = _staging(folder)
    try:
        staging.mkdir(parents=True)
        folder.mkdir(parents=True, exist_ok=True)
        for name in changed:
            write_atomic(staging / name, files[name])
        record = {"replace": changed, "remove": removed}
        write_atomic(staging / JOURNAL, canonical_json(record).encode())
    except OSError as error:
        shutil.rmtree(staging, ignore_errors=True)
        raise (error if isinstance(error, StoreError) else disk_error(folder, error)) from error
    recover(folder)
    return [*changed, *removed]


def recover(folder: Path) -> bool:
    """Finish a switch that was interrupted, or clear away one that had not begun.

    For a caller that holds the folder's lock: another run's switch may be under way.

    Returns
    -------
    finished
        Whether a journal was found and its switch completed.
    """
    staging = _staging(folder)
    if not staging.exists():
        return False
    try:
        record = json.loads((staging / JOURNAL).read_text("utf-8"))
    except (OSError, ValueError):
        shutil.rmtree(staging, ignore_errors=True)
        return False
    try:
        # the manifest goes last: while it is old, a reader can tell the set is not yet whole
        for name in sorted(record["replace"], key=lambda name: (name == MANIFEST, name)):
            if (staging / name).exists():
                (staging / name).replace(folder / name)
        for name in record["remove"]:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise disk_error(folder, error) from error
    shutil.rmtree(staging, ignore_errors=True)
    return True


def _staging(folder: Path) -> Path:
    return folder.parent / f".{folder.name}.staging"


def _same(path: Path, data: bytes) -> bool:
    return path.is_file() and sha256_file(path) == sha256_bytes(data)


def _named_by_manifest(folder: Path) -> list[str]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        return [*manifest["outputs"], MANIFEST]
    except (OSError, ValueError, KeyError, TypeError):
        return []
