"""Put a new version of a layer in place: the file and its hash in the catalog, or neither.

Two files change, the layer and the catalog. A note of what is going on lies beside the catalog
until both have; whoever comes next finishes what it says.
"""

from __future__ import annotations

import json
from pathlib import Path

from htkgis.catalog import Catalog, accept_layers, read_catalog
from htkgis.store import canonical_json, sha256_file, write_atomic
from htkgis.store.files import move_into_place, remove

NOTE = ".installing.json"
INCOMING, HELD = ".incoming", "held"


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
    write_atomic(catalog.path.parent / NOTE, canonical_json(note).encode())
    return _finish(catalog, note)


def recover(catalog: Catalog) -> str | None:
    """Finish what an interrupted :func:`install` began; name the layer, if there was one."""
    path = catalog.path.parent / NOTE
    if not path.exists():
        return None
    note = json.loads(path.read_text("utf-8"))
    _finish(catalog, note)
    return str(note["name"])


def _finish(catalog: Catalog, note: dict[str, str]) -> str:
    source, target = Path(note["source"]), Path(note["target"])
    if source.exists() and sha256_file(source) == note["sha256"]:
        move_into_place(source, target)
    if target.exists() and sha256_file(target) == note["sha256"]:
        fresh = read_catalog(catalog.path, data=catalog.data)
        accept_layers(fresh, [note["name"]], reason=note["reason"], published=note["published"])
    remove(catalog.path.parent / NOTE)
    return note["sha256"]


def hold_back(catalog: Catalog, name: str, source: Path) -> Path:
    """Keep a version for somebody to look at, in place of one that was held back before."""
    return move_into_place(source, held_file(catalog, name))


def held_versions(catalog: Catalog) -> dict[str, Path]:
    """Give the files that were held back and wait for somebody, by layer."""
    files = {name: held_file(catalog, name) for name in catalog.layers}
    return {name: file for name, file in files.items() if file.exists()}


def take_held(catalog: Catalog, names: list[str], *, reason: str) -> dict[str, str]:
    """Put versions that were held back in use after all; give their hashes by layer.

    Layers of which none is held back, or that the catalog does not name, are left alone.
    """
    held = [name for name in names if name in catalog.layers and held_file(catalog, name).exists()]
    return {name: install(catalog, name, held_file(catalog, name), reason=reason) for name in held}


def drop(source: Path) -> None:
    """Forget a version that is no news."""
    remove(source)
