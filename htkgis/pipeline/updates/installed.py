"""Put a new version of a layer in place: the file and its hash in the catalog, or neither.

Two files change, the layer and the catalog. A note of what is going on lies beside the catalog
until both have; whoever comes next finishes what it says.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from htkgis.catalog import Catalog, accept_layers, read_catalog
from htkgis.store import canonical_json, lock, sha256_file, write_atomic
from htkgis.store.files import move_into_place, remove
from htkgis.store.lock import WAIT

NOTED = ("name", "source", "target", "sha256", "reason", "published")
"""What the note says of the layer that is being moved."""
INCOMING, HELD = ".incoming", "held"
UPDATING = "an update is writing here"
"""What others are told while layers are being moved."""


def incoming_file(catalog: Catalog, name: str) -> Path:
    """Where a new version lies while it is looked at."""
    file = catalog.file(name)
    return file.parent / INCOMING / file.name


def held_file(catalog: Catalog, name: str) -> Path:
    """Where a version lies that was held back."""
    file = catalog.file(name)
    return file.parent / HELD / file.name


def install(catalog: Catalog, name: str, source: Path, *, reason: str, published: str = "") -> str:
    """Make a file the layer, and its hash the accepted one.

    Parameters
    ----------
    catalog, name
        Which layer.
    source
        The new version; it is moved.
    reason
        Why; kept in the catalog's history with the hash of the version before.
    published
        Date of the data; as it was if missing.

    Returns
    -------
    sha256
        Of the new version.

    Raises
    ------
    StoreError
        If the disk refuses. Old and new are never mixed: the next call of :func:`recover` ends
        what was begun.
    """
    note = {
        "name": name,
        "source": str(source.resolve()),
        "target": str(catalog.file(name).resolve()),
        "sha256": sha256_file(source),
        "reason": reason,
        "published": published,
    }
    write_atomic(note_file(catalog.path), canonical_json(note).encode())
    return _finish(catalog, note)


def note_file(catalog_path: Path) -> Path:
    """Where the note lies: beside the catalog and of that catalog alone."""
    return catalog_path.parent / f".{catalog_path.name}.installing.json"


def recover(catalog: Catalog) -> str | None:
    """Finish what an interrupted :func:`install` began; name the layer, if there was one.

    For a caller that holds the catalog's lock.
    """
    path = note_file(catalog.path)
    if not path.exists():
        return None
    note = _read_note(path)
    if note is None:
        # nothing is in between that the hashes of the catalog do not tell
        remove(path)
        return None
    _finish(catalog, note)
    return note["name"]


def _read_note(path: Path) -> dict[str, str] | None:
    """Read a note; None where it is damaged."""
    try:
        note = json.loads(path.read_text("utf-8"))
        return {key: str(note[key]) for key in NOTED}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def finish_interrupted(catalog_path: Path, *, data: Path | None = None) -> str | None:
    """Do what :func:`recover` does, for a caller that is about to read the layers.

    Raises
    ------
    StoreError
        If an update is at work at this moment.
    """
    if not note_file(catalog_path).exists():
        return None
    with lock(catalog_path, doing=UPDATING, advice=WAIT):
        return recover(read_catalog(catalog_path, data=data))


def _finish(catalog: Catalog, note: dict[str, str]) -> str:
    source, target = Path(note["source"]), Path(note["target"])
    if source.exists() and sha256_file(source) == note["sha256"]:
        move_into_place(source, target)
    if target.exists() and sha256_file(target) == note["sha256"]:
        fresh = read_catalog(catalog.path, data=catalog.data)
        accept_layers(fresh, [note["name"]], reason=note["reason"], published=note["published"])
    remove(note_file(catalog.path))
    return note["sha256"]


def hold_back(catalog: Catalog, name: str, source: Path) -> Path:
    """Keep a version for somebody to look at, in place of one that was held back before."""
    return move_into_place(source, held_file(catalog, name))


def held_versions(catalog: Catalog) -> dict[str, Path]:
    """Give the files that were held back and wait for somebody, by layer."""
    files = {name: held_file(catalog, name) for name in catalog.layers}
    return {name: file for name, file in files.items() if file.exists()}


def accept_versions(
    catalog_path: Path,
    names: Sequence[str] = (),
    *,
    reason: str = "",
    data: Path | None = None,
) -> dict[str, str]:
    """Accept the present files of layers, and take versions that were held back in use.

    Parameters
    ----------
    names
        Which layers; every one if missing.
    reason
        Why; kept in the catalog's history.

    Returns
    -------
    accepted
        New hash by name, for those that had changed.

    Raises
    ------
    ConfigError
        If a name is not in the catalog.
    SourceError
        If a file is missing.
    StoreError
        If an update is at work or a run reads the layers, or the disk refuses.
    """
    with lock(catalog_path, doing="htkgis layers accept is writing here", advice=WAIT):
        recover(read_catalog(catalog_path, data=data))
        catalog = read_catalog(catalog_path, data=data)
        chosen = list(names) or list(catalog.layers)
        accepted = take_held(catalog, chosen, reason=reason)
        fresh = read_catalog(catalog_path, data=data)
        return accepted | accept_layers(fresh, chosen, reason=reason)


def take_held(catalog: Catalog, names: list[str], *, reason: str) -> dict[str, str]:
    """Put versions that were held back in use after all; give their hashes by layer.

    Layers of which none is held back, or that the catalog does not name, are left alone.
    """
    held = [name for name in names if name in catalog.layers and held_file(catalog, name).exists()]
    return {name: install(catalog, name, held_file(catalog, name), reason=reason) for name in held}


def drop(source: Path) -> None:
    """Forget a version that is no news."""
    remove(source)
