"""Switch a whole set of files into a published folder, or leave the old set as it is.

The new files are written into a folder of our own in the published one, so on the same disk,
then a journal that names them. Before the journal stands, a killed run has changed nothing;
once it stands, whoever comes next finishes the switch file by file. A reader never meets half a
file, and a file that no manifest of ours names is somebody else's: it is never touched.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import warnings
from collections.abc import Collection, Mapping
from pathlib import Path

from htkgis.errors import StoreError, first
from htkgis.store import canonical_json, disk_error, lock, sha256_bytes, sha256_file, write_atomic
from htkgis.store.files import held_elsewhere, patiently

MANIFEST = "manifest.json"
JOURNAL = "journal.json"
STAGING = ".htkgis.staging"
"""Folder in the published one that the new files are built in."""
MARKER = "made-by-htkgis.txt"
"""File that says the folder is ours; a folder of this name that holds others is left alone."""
MARKED = "htkgis builds new files here. The next run finishes or clears this folder.\n"
SHA256 = re.compile("[0-9a-f]{64}")


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
    if _staging(folder).exists() or set(_published(folder)) - set(hashes):
        return False
    try:
        return all(_holds(folder / name, sha) for name, sha in hashes.items())
    except OSError:
        return False


def publish(files: Mapping[str, bytes], folder: Path) -> list[str]:
    """Switch a set of files into a folder.

    Parameters
    ----------
    files
        Bytes by file name, ``manifest.json`` among them.
    folder
        Where they go; made if need be. Files that a manifest of ours there names are replaced,
        and removed where the new set lacks them, unless they were edited since. Files that it
        does not name stay.

    Returns
    -------
    changed
        Names that were added, changed or removed; files whose bytes are the same are not
        touched.

    Raises
    ------
    StoreError
        If another run is writing here, files or folders of others lie where ours would go, or
        the disk refuses; the folder is then as it was.
    """
    with lock(folder):
        return switch(files, folder)


def switch(files: Mapping[str, bytes], folder: Path) -> list[str]:
    """Do what :func:`publish` does, for a caller that holds the folder's lock already."""
    recover(folder)
    ours = _published(folder)
    changed = [n for n in sorted(files) if not _holds(folder / n, sha256_bytes(files[n]))]
    gone = {name: sha for name, sha in sorted(ours.items()) if name not in files}
    removed = {name: sha for name, sha in gone.items() if _holds(folder / name, sha)}
    if not changed and not removed:
        return []
    _check_targets(folder, changed, ours)
    _check_not_held(folder, [*changed, *removed])
    _build(folder, {name: files[name] for name in changed}, removed)
    recover(folder)
    _say_what_stays(folder, [n for n in gone if n not in removed and (folder / n).exists()])
    return [*changed, *removed]


def recover(folder: Path) -> bool:
    """Finish a switch that was interrupted, or clear away one that had not begun.

    For a caller that holds the folder's lock: another run's switch may be under way.

    Returns
    -------
    finished
        Whether a journal was found and its switch completed.

    Raises
    ------
    StoreError
        If a folder of others has the name of ours, or the disk refuses. What could not be
        finished is finished by the next call.
    """
    staging = _staging(folder)
    if not os.path.lexists(staging):
        return False
    journal = None
    try:
        _check_staging(staging)
        journal = _journal(staging)
        if journal is not None:
            _finish(folder, *journal)
        _clear(staging)
    except StoreError:
        raise
    except OSError as error:
        raise (disk_error(staging, error) if journal is None else _left(staging, error)) from error
    return journal is not None


def _left(staging: Path, error: OSError) -> StoreError:
    return StoreError(
        f"{staging.name} ({staging}): the new files are in place, and what they were built in "
        f"cannot be removed: {error.strerror or error}. The next run removes it."
    )


def _check_targets(folder: Path, changed: list[str], ours: Collection[str]) -> None:
    """Raise StoreError if what lies where new files would go is not ours to replace."""
    folders = [name for name in changed if (folder / name).is_dir()]
    others = [name for name in changed if name not in ours and os.path.lexists(folder / name)]
    for names, what in (
        (folders, "folders have the name of a file that would be published"),
        (others, "files lie there that htkgis did not publish"),
    ):
        if names:
            msg = (
                f"{folder.name} ({folder}): {len(names)} {what}: {first(names)}; only files that "
                f"its {MANIFEST} names are replaced; nothing was published. Rename them, or "
                "choose another --out."
            )
            raise StoreError(msg)


def _check_not_held(folder: Path, names: list[str]) -> None:
    """Raise StoreError if another program keeps files from being replaced, before any is.

    On Windows a workbook that somebody has open would stop a switch half way.
    """
    held = [path.name for path in held_elsewhere(folder / name for name in names)]
    if held:
        msg = (
            f"{folder.name} ({folder}): {len(held)} files are open in another program: "
            f"{first(held)}; nothing was published. Save and close them there, then run again."
        )
        raise StoreError(msg)


def _build(folder: Path, files: Mapping[str, bytes], removed: Mapping[str, str]) -> None:
    """Write new files aside, and then the journal; on a fault leave nothing of them."""
    staging, new = _staging(folder), not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        staging.mkdir()
        (staging / MARKER).write_text(MARKED, "utf-8")
        for name, data in files.items():
            write_atomic(staging / name, data)
        hashes = {name: sha256_bytes(data) for name, data in sorted(files.items())}
        record = {"replace": hashes, "remove": dict(removed)}
        write_atomic(staging / JOURNAL, canonical_json(record).encode())
    except OSError as error:
        with contextlib.suppress(OSError):
            _clear(staging)
        if new:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise (error if isinstance(error, StoreError) else disk_error(folder, error)) from error


def _journal(staging: Path) -> tuple[dict[str, str], dict[str, str]] | None:
    """Hash by name of what replaces, and of what is removed; None where there is no journal."""
    try:
        record = json.loads((staging / JOURNAL).read_text("utf-8"))
        replace, remove = record["replace"], dict(record["remove"])
        if isinstance(replace, list):  # of a version of htkgis that named no hashes
            replace = dict.fromkeys(replace, "")
        ours = all(map(_is_plain, [*replace, *remove]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return (replace, remove) if ours else None


def _finish(folder: Path, replace: Mapping[str, str], remove: Mapping[str, str]) -> None:
    """Do what a journal says; what of it is done already is passed over.

    A staged file that was damaged since is not published: the file before stays, the manifest
    names another hash, and so the next run makes the file anew.
    """
    staging, name = _staging(folder), MANIFEST
    try:
        # the manifest goes last: while it is old, a reader can tell the set is not yet whole
        for name in sorted(replace, key=lambda name: (name == MANIFEST, name)):
            if _is_whole(staging / name, replace[name]):
                patiently((staging / name).replace, folder / name)
        for name, sha in remove.items():
            if _holds(folder / name, sha):
                patiently((folder / name).unlink)
    except OSError as error:
        why = error.strerror or error
        msg = (
            f"{name} ({folder / name}): cannot be written: {why}; the switch to the new files has "
            "begun, and the next run finishes it. Check that no program has the file open and "
            "nothing else has its name, then run again."
        )
        raise StoreError(msg) from error


def _is_whole(staged: Path, sha: str) -> bool:
    return staged.exists() and sha in {"", sha256_file(staged)}


def _clear(staging: Path) -> None:
    """Remove our folder.

    The journal goes first, or it would promise files that are gone; the marker goes last, or
    the next run would not know the rest as ours.
    """
    rank = {JOURNAL: 0, MARKER: 2}
    for path in sorted(staging.iterdir(), key=lambda path: rank.get(path.name, 1)):
        patiently(path.unlink)
    patiently(staging.rmdir)


def _check_staging(staging: Path) -> None:
    """Raise StoreError if what has the name of our folder is not ours: marked, or empty."""
    if staging.is_dir() and not staging.is_symlink():
        held = list(staging.iterdir())
        marked = any(path.name == MARKER for path in held)
        if not held or (marked and not any(path.is_dir() for path in held)):
            return
    msg = (
        f"{STAGING} ({staging}): holds what htkgis did not put there, and new files are built "
        "under this name; nothing was published. Rename it, or choose another --out."
    )
    raise StoreError(msg)


def _say_what_stays(folder: Path, names: list[str]) -> None:
    if names:
        msg = (
            f"{folder.name} ({folder}): {len(names)} files of the earlier set were edited since "
            f"and stay, though the new set lacks them: {first(names)}. Delete them if nobody "
            "needs them."
        )
        warnings.warn(msg, stacklevel=3)


def _staging(folder: Path) -> Path:
    return folder / STAGING


def _holds(path: Path, sha: str) -> bool:
    return path.is_file() and sha256_file(path) == sha


def _published(folder: Path) -> dict[str, str]:
    """Hash by name of the files that a manifest of ours names, and of the manifest itself.

    Other programs write a ``manifest.json`` too, and anybody can write one: without the shape
    of ours nothing in it counts, and no name in it that leads out of the folder does.
    """
    try:
        data = (folder / MANIFEST).read_bytes()
        manifest = json.loads(data)
        outputs = {name: row["sha256"] for name, row in manifest["outputs"].items()}
        ours = isinstance(manifest["htkgis"], str)
        ours = ours and all(SHA256.fullmatch(sha) for sha in outputs.values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    if not ours:
        return {}
    return {name: sha for name, sha in outputs.items() if _is_plain(name)} | {
        MANIFEST: sha256_bytes(data)
    }


def _is_plain(name: str) -> bool:
    r"""Whether a name leads to a file in the folder itself, on any system.

    Examples
    --------
    >>> [_is_plain(name) for name in ("a.html", "../a", "a/b", r"a\b", "C:a", "..", "")]
    [True, False, False, False, False, False, False]
    """
    return name not in {"", ".", ".."} and not set(name) & set("/\\:\0")
