"""Which entries of the cache the kept editions of a published folder need, and which may go.

A run notes beside the results what its edition rests on: its steps, its decisions, the files of
its layers. When an edition goes, what it alone needed goes with it; so a rollback to any edition
that is kept finds its layers, and nights for years do not fill the disk. What no edition of a run
has noted, as travel times that somebody asked for, is not touched.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Collection, Iterator
from pathlib import Path

from htkgis.publish.editions import kept_editions
from htkgis.publish.folder import MANIFEST
from htkgis.store import (
    Cache,
    canonical_json,
    fingerprint,
    lock,
    sha256_file,
    write_atomic,
)
from htkgis.store.files import remove

NOTES = "editions"
"""Folder of the notes in the cache, one for each published folder."""
PRUNING = "results that no edition needs are being cleared away"
HALF_WRITTEN = dt.timedelta(days=2)
"""Age from which what is half written is of a killed run: no step takes that long."""

Note = dict[str, list[str]]
"""Keys of the cache by edition, which is the hash of its manifest."""


def note_needed(cache: Cache, folder: Path, keys: Collection[str]) -> bool:
    """Note what the edition that stands in a folder rests on.

    Parameters
    ----------
    keys
        Of the cache; those that were noted of the edition before stay.

    Returns
    -------
    news
        Whether anything of it was not noted yet.

    Raises
    ------
    StoreError
        If the disk refuses.
    """
    path, identity = _note_path(cache, folder), sha256_file(folder / MANIFEST)
    note = _read(path)
    known = set(note.get(identity, ()))
    if identity in note and known.issuperset(keys):
        return False
    note[identity] = sorted(known | set(keys))
    write_atomic(path, canonical_json({"folder": str(folder.resolve()), "editions": note}).encode())
    return True


def prune(cache: Cache, folder: Path, *, now: dt.datetime) -> int:
    """Remove what only editions needed that are kept no longer.

    Of a published folder that is gone, while the folder around it is there, nothing is kept.

    Parameters
    ----------
    folder
        Whose editions may have gone; the caller holds its lock.
    now
        Time by which what is half written is told to be of a killed run.

    Returns
    -------
    removed
        Number of entries.

    Raises
    ------
    StoreError
        If a run is at work with this cache: the next run does it. If the disk refuses.
    """
    with lock(cache.folder / NOTES, doing=PRUNING):
        kept = {each.identity for each in kept_editions(folder)}
        with contextlib.suppress(OSError):
            kept.add(sha256_file(folder / MANIFEST))
        notes = dict(_notes(cache))
        own = _note_path(cache, folder)
        needed: set[str] = set()
        gone: set[str] = set()
        for path, note in notes.items():
            stays = set(note) if _lives(path) else set()
            stays = stays & kept if path == own else stays
            needed |= {key for identity in stays for key in note[identity]}
            gone |= {key for identity in set(note) - stays for key in note[identity]}
            _write_stays(path, note, stays)
        for key in sorted(gone - needed):
            cache.drop(key)
        cache.sweep(before=now - HALF_WRITTEN)
        return len(gone - needed)


def _write_stays(path: Path, note: Note, stays: Collection[str]) -> None:
    """Write a note without what goes. The entries go after it: a kill then leaves orphans only."""
    if set(note) == set(stays):
        return
    if stays:
        record = {"folder": _folder_of(path), "editions": {key: note[key] for key in sorted(stays)}}
        write_atomic(path, canonical_json(record).encode())
        return
    remove(path)


def _notes(cache: Cache) -> Iterator[tuple[Path, Note]]:
    for path in sorted((cache.folder / NOTES).glob("*.json")):
        yield path, _read(path)


def _note_path(cache: Cache, folder: Path) -> Path:
    return cache.folder / NOTES / f"{fingerprint(str(folder.resolve()))}.json"


def _read(path: Path) -> Note:
    try:
        note = json.loads(path.read_text("utf-8"))["editions"]
        return {str(identity): [str(key) for key in keys] for identity, keys in note.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _folder_of(path: Path) -> str:
    try:
        return str(json.loads(path.read_text("utf-8"))["folder"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _lives(path: Path) -> bool:
    """Whether the published folder of a note is there, or may be away for a while only."""
    named = _folder_of(path)
    folder = Path(named)
    return not named or folder.exists() or not folder.parent.exists()
