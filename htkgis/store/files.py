"""Hashes, and writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from htkgis.errors import SourceError, StoreError

Done = TypeVar("Done")
CHUNK_BYTES = 1 << 20
WINDOWS = os.name == "nt"
HELD = frozenset({5, 32, 33})
"""What Windows says of a file that another program has open: access denied, sharing, locked."""
PAUSES_S = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between the attempts to move or remove a file that is held."""

FREE_SPACE = "Free some space, or choose another folder."
RENAME = "Rename what lies there, or choose another path."
RIGHTS = (
    "Check that you may write there and that no program has the file open, or choose another "
    "folder."
)
LOOK = "Check the disk, or choose another folder."
ADVICE = {
    errno.ENOSPC: FREE_SPACE,
    errno.EDQUOT: FREE_SPACE,
    errno.EACCES: RIGHTS,
    errno.EPERM: RIGHTS,
    errno.EROFS: RIGHTS,
    errno.EISDIR: RENAME,
    errno.ENOTDIR: RENAME,
    errno.EEXIST: RENAME,
    errno.ENOTEMPTY: RENAME,
    errno.ENAMETOOLONG: "Choose a shorter path.",
}
"""What to do when the disk refuses, by the reason it gives; :data:`LOOK` for any other."""


def sha256_bytes(data: bytes) -> str:
    """Hash of some bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """Hash of a file, or of all files of a folder with their names.

    Raises
    ------
    SourceError
        If the file cannot be read.
    """
    try:
        if path.is_dir():
            parts = {
                str(file.relative_to(path).as_posix()): sha256_file(file)
                for file in sorted(path.rglob("*"))
                if file.is_file()
            }
            return fingerprint(parts)
        digest = hashlib.sha256()
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
        return digest.hexdigest()
    except OSError as error:
        if isinstance(error, SourceError):
            raise
        msg = f"{path.name} ({path}): cannot be read: {error.strerror}. Check the path."
        raise SourceError(msg) from error


def sums_of(path: Path) -> dict[str, int | str]:
    """Size, hash and checksum of a file: the hash names its content, the checksum tells decay.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    size, digest, crc32 = 0, hashlib.sha256(), 0
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            size += len(chunk)
            digest.update(chunk)
            crc32 = zlib.crc32(chunk, crc32)
    return {"bytes": size, "sha256": digest.hexdigest(), "crc32": crc32}


def crc32_file(path: Path) -> int:
    """Checksum of a file, in a third of the time of a hash: for what nobody changes on purpose.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    crc32 = 0
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            crc32 = zlib.crc32(chunk, crc32)
    return crc32


def canonical_json(value: Any) -> str:
    """JSON text that is the same for the same value: sorted keys, no spaces, no NaN."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def fingerprint(value: Any) -> str:
    """Hash of any JSON value.

    Examples
    --------
    >>> fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    True
    """
    return sha256_bytes(canonical_json(value).encode())


def write_atomic(path: Path, data: bytes, *, sync: bool = True) -> None:
    """Write a file so that a reader sees the old bytes or the new, never a part.

    Parameters
    ----------
    sync
        Wait until the bytes are on the disk, so that this holds after a power cut too; not
        needed of what is only a shortcut to something else.

    Raises
    ------
    StoreError
        If the disk is full, read-only or the folder cannot be made; nothing is left behind.
    """
    with writing_atomic(path, sync=sync) as stream:
        stream.write(data)


@contextlib.contextmanager
def writing_atomic(path: Path, *, sync: bool = True) -> Iterator[BinaryIO]:
    """Give a stream to write a file with, which stands in its place when the block ends.

    Raises
    ------
    StoreError
        As :func:`write_atomic`; where anything else is raised, nothing is left behind either.
    """
    temporary: Path | None = None
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            # a device or a pipe: a file in its place would take it from the whole machine
            with path.open("wb") as stream:
                yield stream
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            if sync:
                os.fsync(stream.fileno())
        temporary.chmod(0o666 & ~_umask())
        patiently(temporary.replace, path)
        temporary = None
    except StoreError:
        raise
    except OSError as error:
        raise disk_error(path, error) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):  # the first refusal is the one to tell
                temporary.unlink(missing_ok=True)


def move_into_place(source: Path, target: Path) -> Path:
    """Move a file over another in one step, within one disk; return where it is now.

    Raises
    ------
    StoreError
        If the disk refuses; both files stay as they were.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        patiently(source.replace, target)
    except OSError as error:
        raise disk_error(target, error) from error
    return target


def remove(path: Path) -> None:
    """Remove a file, if it is there.

    Raises
    ------
    StoreError
        If the disk refuses.
    """
    try:
        patiently(path.unlink, missing_ok=True)
    except OSError as error:
        raise disk_error(path, error) from error


def patiently(move: Callable[..., Done], *target: Path, **options: bool) -> Done:
    """Move or remove a file, for 1.5 s again and again where another program holds it.

    Windows moves and removes no file that is open, and a virus scanner, a search index or a backup
    opens what was written a moment ago. Other systems do not mind, and nothing is tried twice.

    Parameters
    ----------
    move
        Moves or removes; called once, and up to five times more.
    target, options
        What it is called with.

    Returns
    -------
    done
        What ``move`` gives.

    Raises
    ------
    OSError
        As ``move`` raises: at once, or where the file is still held at the end.

    Examples
    --------
    >>> patiently(lambda: "moved")
    'moved'
    """
    for pause_s in PAUSES_S:
        try:
            return move(*target, **options)
        except OSError as error:
            if not _is_held(error):
                raise
        time.sleep(pause_s)
    return move(*target, **options)


def held_elsewhere(paths: Iterable[Path]) -> list[Path]:
    """Name the files that another program has open, so that Windows would not replace them.

    Asked by moving each onto itself, which changes nothing. A spreadsheet holds its file so; a
    program that shares the file for moving is not seen. Other systems replace what is open: empty.

    Examples
    --------
    >>> held_elsewhere([])
    []
    """
    return [path for path in paths if WINDOWS and not _moves(path)]


def _moves(path: Path) -> bool:
    try:
        patiently(path.rename, path)
    except OSError as error:
        return not _is_held(error)
    return True


def _is_held(error: OSError) -> bool:
    return getattr(error, "winerror", None) in HELD


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def disk_error(path: Path, error: OSError) -> StoreError:
    """Say in one line what the disk refused, and what helps against it.

    Examples
    --------
    >>> str(disk_error(Path("m"), OSError(errno.ENAMETOOLONG, "File name too long")))
    'm (m): cannot be written: File name too long; nothing was published. Choose a shorter path.'
    """
    # numpy knows only how many bytes were taken, not why no more
    why = error.strerror or f"the disk took a part only ({error}) and may be full"
    advice = FREE_SPACE if error.errno is None else ADVICE.get(error.errno, LOOK)
    msg = f"{path.name} ({path}): cannot be written: {why}; nothing was published. {advice}"
    return StoreError(msg)


def folder_above(path: Path) -> Path:
    """Give the nearest folder that is there: the path itself, or one above it."""
    return next(folder for folder in (path, *path.absolute().parents) if folder.is_dir())


def refusal(folder: Path) -> str:
    """Say why nothing can be written in a folder, or in the one it would be made in; else empty.

    Tried with a file that has no name and leaves nothing behind.
    """
    try:
        if folder.exists() and not folder.is_dir():
            return "it is a file"
        with tempfile.TemporaryFile(dir=folder_above(folder)):
            return ""
    except OSError as error:
        return error.strerror or str(error)


def check_closed(path: Path) -> None:
    """Raise SourceError if changes to a GeoPackage lie beside it and not yet in it."""
    for ending in ("-wal", "-journal"):
        beside = path.with_name(path.name + ending)
        if beside.exists() and beside.stat().st_size > 0:
            msg = (
                f"{path.name} ({path}): is open in another program, or was left open: changes lie "
                f"beside it in {beside.name}. Save and close it there (in QGIS: take the layer "
                "out of the project), then try again."
            )
            raise SourceError(msg)


def files_of(name: str, files: Mapping[str, str]) -> dict[str, str]:
    """Hashes of the files that one value is made of."""
    return {file: sha for file, sha in files.items() if file.startswith(f"{name}.")}
