"""The last sets that were published, kept beside the published folder, to go back to.

An edition is a record that names each file by the hash of its bytes; the bytes lie once, however
many editions hold them. They are copies and no links, so that who edits a published page in place
edits no edition. Each caller holds the lock of the published folder.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from htkgis.errors import StoreError, first
from htkgis.store import canonical_json, disk_error, sha256_bytes, sha256_file, write_atomic
from htkgis.store.files import remove

from .edition_files import set_hash
from .folder import MANIFEST, MARKER, SHA256, _holds, _is_plain, _published, switch

MARKED = "htkgis keeps earlier published sets here. htkgis rollback puts one of them back.\n"
CONTENTS = "files"
ROLLED_BACK = "rolled-back.json"
"""Note of rollbacks: the sets put aside while a set stands, by the hashes of their manifests."""


@dataclass(frozen=True)
class Edition:
    """One set that was published.

    Parameters
    ----------
    number
        Counted from 1 as they were published; a set that is published again gets a new one.
    run
        Identity of the run, as in its manifest.
    published
        When, in UTC as ISO 8601; None where it was published before editions were kept.
    files
        sha256 by name, the manifest among them.
    """

    number: int
    run: str
    published: str | None
    files: Mapping[str, str]

    @property
    def identity(self) -> str:
        """Hash of the manifest, which names every other byte of the set."""
        return self.files[MANIFEST]


def editions_folder(folder: Path) -> Path:
    """Where the editions of a published folder lie: beside it, never in it."""
    return folder.parent / f".{folder.name}-editions"


def kept_editions(folder: Path) -> tuple[Edition, ...]:
    """Give the editions that are kept, oldest first; a damaged record counts as absent."""
    found = (_edition(path) for path in sorted(editions_folder(folder).glob("[0-9]*.json")))
    return tuple(sorted((each for each in found if each), key=lambda each: each.number))


def standing_edition(folder: Path) -> Edition | None:
    """Give the edition that stands in the published folder; None where it is not kept."""
    identity = _published(folder).get(MANIFEST)
    return next((each for each in kept_editions(folder) if each.identity == identity), None)


def edition_files(edition: Edition, folder: Path) -> dict[str, bytes]:
    """Read the bytes of an edition, each checked against its hash.

    Raises
    ------
    StoreError
        If a file is gone or damaged.
    """
    files, damaged = {}, []
    for name, sha in sorted(edition.files.items()):
        with contextlib.suppress(OSError):
            files[name] = _content(folder, sha).read_bytes()
        if sha256_bytes(files.get(name, b"")) != sha:
            damaged.append(name)
    if damaged:
        msg = (
            f"edition {edition.number} ({editions_folder(folder)}): {len(damaged)} of "
            f"{len(edition.files)} files are gone or damaged: {first(damaged)}; nothing was "
            "published. Choose another edition: htkgis rollback --list."
        )
        raise StoreError(msg)
    return files


def publish_edition(
    files: Mapping[str, bytes],
    folder: Path,
    *,
    keep: int,
    years: int = 0,
    now: dt.datetime | None = None,
) -> list[str]:
    """Switch a set into the published folder, and keep it as the newest edition.

    Parameters
    ----------
    files
        Bytes by file name, ``manifest.json`` among them.
    folder
        Published folder, whose lock the caller holds.
    keep
        How many editions are kept, this one among them; at least 1.
    years
        Of how many years before this one the last edition is kept besides.
    now
        Time of publication.

    Returns
    -------
    changed
        Names that were added, changed or removed.

    Raises
    ------
    StoreError
        As :func:`htkgis.publish.publish`; the published set and the editions are as they were.
    """
    try:
        keep_standing(folder)
        for data in files.values():
            _store(folder, data)
        changed = switch(files, folder)
    except StoreError:
        # on a full disk what no edition names is in the way of the next run
        with contextlib.suppress(OSError):
            _sweep(folder)
        raise
    hashes = {name: sha256_bytes(data) for name, data in files.items()}
    try:
        remove(editions_folder(folder) / ROLLED_BACK)
        _record(folder, hashes, now)
        _prune(folder, keep, years)
    except StoreError as error:
        _say_not_kept(folder, error)
    return changed


def _say_not_kept(folder: Path, error: StoreError) -> None:
    cause = error.__cause__
    why = cause.strerror if isinstance(cause, OSError) else cause
    msg = (
        f"{folder.name} ({folder}): the new set is published, and {editions_folder(folder)} could "
        f"not be brought up to date: {why}. The next run that publishes does it."
    )
    warnings.warn(msg, stacklevel=3)


def keep_standing(folder: Path, *, now: dt.datetime | None = None) -> Edition | None:
    """Keep the set that stands, where an earlier version or a killed run did not keep it.

    Returns
    -------
    edition
        None where nothing stands, or not whole: what was edited by hand cannot be kept.
    """
    stands = _published(folder)
    if not stands:
        return None
    kept = standing_edition(folder)
    if kept is not None:
        return kept
    if not all(_holds(folder / name, sha) for name, sha in stands.items()):
        return None
    for name in stands:
        _store(folder, (folder / name).read_bytes())
    return _record(folder, stands, now)


def withdrawn_by(identity: str, folder: Path) -> Edition | None:
    """Give the edition that stands because a rollback put a set aside; None where none did.

    Parameters
    ----------
    identity
        Hash of the manifest of a set that a run would publish, without a report.
    folder
        Published folder.
    """
    edition = standing_edition(folder)
    aside = {} if edition is None else _aside(folder)
    return edition if edition is not None and identity in aside.get(edition.identity, []) else None


def note_rollback(edition: Edition, folder: Path) -> None:
    """Note which sets are put aside when an edition is put back.

    Written before the switch, so that a killed one is known for what it was once it is finished;
    what is noted of the set that still stands stays until then.
    """
    stands = _published(folder).get(MANIFEST, "")
    newer = [
        _set_of(each, folder) for each in kept_editions(folder) if each.number > edition.number
    ]
    before = {key: names for key, names in _aside(folder).items() if key == stands}
    note = canonical_json(before | {edition.identity: newer})
    write_atomic(editions_folder(folder) / ROLLED_BACK, note.encode())


def _set_of(edition: Edition, folder: Path) -> str:
    """Name an edition as the run that would publish it again does: without its report."""
    try:
        return set_hash(_content(folder, edition.identity).read_bytes())
    except OSError:
        return edition.identity


def _aside(folder: Path) -> dict[str, list[str]]:
    try:
        note = json.loads((editions_folder(folder) / ROLLED_BACK).read_text("utf-8"))
        return {str(key): list(names) for key, names in note.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _record(folder: Path, hashes: Mapping[str, str], now: dt.datetime | None) -> Edition:
    """Write the record of a set, with the next number; one set has one record."""
    kept = kept_editions(folder)
    edition = Edition(
        number=max((each.number for each in kept), default=0) + 1,
        run=str(json.loads(_content(folder, hashes[MANIFEST]).read_bytes()).get("run", "")),
        published=None if now is None else now.astimezone(dt.UTC).isoformat(timespec="seconds"),
        files=dict(hashes),
    )
    record = {
        "number": edition.number,
        "run": edition.run,
        "published": edition.published,
        "files": dict(edition.files),
    }
    write_atomic(_record_path(folder, edition.number), canonical_json(record).encode())
    for each in kept:
        if each.identity == edition.identity:
            remove(_record_path(folder, each.number))
    return edition


def _edition(path: Path) -> Edition | None:
    try:
        record = json.loads(path.read_text("utf-8"))
        files = {str(name): str(sha) for name, sha in record["files"].items()}
        edition = Edition(int(record["number"]), str(record["run"]), record["published"], files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    whole = MANIFEST in files and all(map(_is_plain, files))
    return edition if whole and all(map(SHA256.fullmatch, files.values())) else None


def _store(folder: Path, data: bytes) -> None:
    """Lay some bytes down under their hash, unless they lie there whole."""
    _own(editions_folder(folder))
    path = _content(folder, sha256_bytes(data))
    if not (path.is_file() and sha256_file(path) == path.name):
        write_atomic(path, data)


def _own(root: Path) -> None:
    """Make the folder of the editions; raise StoreError where others use its name."""
    if (root / MARKER).is_file():
        return
    try:
        _check_ours(root)
        root.mkdir(parents=True, exist_ok=True)
        write_atomic(root / MARKER, MARKED.encode())
    except StoreError:
        raise
    except OSError as error:
        raise disk_error(root, error) from error


def _check_ours(root: Path) -> None:
    # a killed run may have left the marker half written
    others = root.is_dir() and any(not p.name.startswith(f".{MARKER}.") for p in root.iterdir())
    if root.is_symlink() or others:
        msg = (
            f"{root.name} ({root}): holds what htkgis did not put there, and editions are kept "
            "under this name; nothing was published. Rename it, or choose another --out."
        )
        raise StoreError(msg)


def _prune(folder: Path, keep: int, years: int) -> None:
    kept = kept_editions(folder)
    yearly = _last_of_years(kept, years)
    for each in kept[:-keep]:
        if each.number not in yearly:
            remove(_record_path(folder, each.number))
    _sweep(folder)


def _last_of_years(kept: Sequence[Edition], years: int) -> set[int]:
    """Give the numbers of the last editions of some years before that of the newest.

    Examples
    --------
    >>> days = ("2024-03-01", "2024-12-30", "2025-05-01", "2026-01-02", None)
    >>> kept = [Edition(n, "r", day, {}) for n, day in enumerate(days, start=1)]
    >>> _last_of_years(kept, 2), _last_of_years(kept, 1), _last_of_years(kept, 0)
    ({2, 3}, {3}, set())
    """
    last = {int(each.published[:4]): each.number for each in kept if each.published}
    newest = max(last, default=0)
    return {number for year, number in last.items() if newest - years <= year < newest}


def _sweep(folder: Path) -> None:
    """Remove the bytes that no record names, and what killed runs left half written."""
    named = {sha for each in kept_editions(folder) for sha in each.files.values()}
    root = editions_folder(folder)
    contents = [path for path in root.glob(f"{CONTENTS}/*") if SHA256.fullmatch(path.name)]
    for path in [*contents, *root.glob(".*.part"), *root.glob(f"{CONTENTS}/.*.part")]:
        if path.name not in named:
            remove(path)


def _record_path(folder: Path, number: int) -> Path:
    return editions_folder(folder) / f"{number:06d}.json"


def _content(folder: Path, sha: str) -> Path:
    return editions_folder(folder) / CONTENTS / sha
