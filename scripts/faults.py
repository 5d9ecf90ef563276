"""Faults of a disk and of a process, for the matrix: where they begin, and what they damage."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from htkgis.errors import HtkgisError
from htkgis.pipeline.edition_cache import NOTES
from htkgis.publish.folder import JOURNAL, MANIFEST, MARKER, STAGING

REFUSED = {"disk full": errno.ENOSPC, "read-only": errno.EROFS}
CALLS = ("replace", "mkdir", "unlink", "rmdir", "write_text", "write_bytes")


class KilledError(BaseException):
    """The process ends here; no handler of the code may catch it."""


def role(path: Path) -> str:
    """Say what a path is, as a row of the matrix names it."""
    name, parts = path.name, path.parts
    if STAGING in parts:
        special = {JOURNAL: "journal", MARKER: "marker", STAGING: "staging folder"}
        plain = next((word for key, word in special.items() if key in name), None)
        return plain or "staged file"
    if any(part.endswith("-editions") for part in parts):
        return "edition bytes" if "files" in parts else "edition record"
    for word, known in (
        (".lock", "lock"),
        (".owner", "lock"),
        ("installing", "note of the update"),
        (".fetched", "memory of servers"),
        ("catalog.toml", "catalog"),
    ):
        if word in name:
            return known
    for part, known in (
        (".incoming", "incoming version"),
        ("held", "held version"),
        ("layers", "layer"),
        (NOTES, "note of the cache"),
        ("cache", "entry of the cache"),
    ):
        if part in parts:
            return known
    return "manifest" if MANIFEST in name else "published file"


@contextmanager
def disk_calls(meet: Callable[[str], None]) -> Iterator[None]:
    """Call ``meet`` with the row of the matrix before each call that changes the disk."""

    def guarded(call: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def changed(self: Path, *args: Any, **kwargs: Any) -> Any:
            target = Path(args[0]) if call == "replace" else self
            meet(f"{call} {role(target)}")
            return original(self, *args, **kwargs)

        return changed

    def made(*args: Any, **kwargs: Any) -> Any:
        meet(f"write {role(Path(kwargs['dir']) / kwargs['prefix'])}")
        return mkstemp(*args, **kwargs)

    mkstemp = tempfile.mkstemp
    with mock.patch.object(tempfile, "mkstemp", made):
        patches = [mock.patch.object(Path, c, guarded(c, getattr(Path, c))) for c in CALLS]
        for patch in patches:
            patch.start()
        try:
            yield
        finally:
            for patch in patches:
                patch.stop()


def fault_at(row: str, count: int, fault: str) -> Callable[[str], None]:
    """Let a fault begin at the n-th call of a row: a kill once, a refusal from there on."""
    met = 0
    begun = False

    def meet(now: str) -> None:
        nonlocal met, begun
        met += now == row
        if fault == "killed" and now == row and met == count:
            raise KilledError
        begun = begun or (now == row and met == count)
        if begun and fault != "killed":
            raise OSError(REFUSED[fault], os.strerror(REFUSED[fault]))

    return meet


def outcome(work: Callable[[], Any]) -> str:
    """Say how something ended: empty where it went well, the fault in one line, or a traceback."""
    try:
        work()
    except KilledError:
        return "killed"
    except HtkgisError as error:
        return "one line" if "\n" not in str(error) else "SEVERAL LINES"
    except Exception as error:  # noqa: BLE001 - a traceback is just what is looked for
        return f"TRACEBACK {type(error).__name__}: {error}"
    return ""


def flip(folder: Path) -> None:
    """Change one byte of the largest file of an entry; its size stays."""
    files = [path for path in folder.iterdir() if path.name != "entry.json"]
    file = max(files, key=lambda path: path.stat().st_size)
    data = bytearray(file.read_bytes())
    if data:
        data[len(data) // 2] ^= 0xFF
        file.write_bytes(bytes(data))
    else:
        file.write_bytes(b"x")


def cut(folder: Path) -> None:
    """Cut a file of an entry off."""
    file = min(path for path in folder.iterdir() if path.name != "entry.json")
    file.write_bytes(file.read_bytes()[:-1] if file.stat().st_size else b"x")


def garble(folder: Path) -> None:
    """Write something else where an entry says what it holds."""
    (folder / "entry.json").write_text('{"files": [', "utf-8")


def flip_staged(staging: Path) -> None:
    """Change one byte of a staged page."""
    file = max(staging.glob("*.html"), key=lambda path: path.stat().st_size)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(bytes(data))


DAMAGES = {"damaged": flip, "cut off": cut, "entry garbled": garble}
STAGED = {
    "staged file": flip_staged,
    "journal": lambda staging: (staging / JOURNAL).write_text('{"replace"', "utf-8"),
}
