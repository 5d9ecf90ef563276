"""One writer at a time."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from htkgis.errors import StoreError

from .files import canonical_json, disk_error, write_atomic


@contextlib.contextmanager
def lock(target: Path) -> Iterator[None]:
    """Hold the right to write ``target``; a second run is told who holds it, and leaves.

    The operating system frees the lock when its process ends, however it ends.

    Raises
    ------
    StoreError
        If another process holds it.
    """
    import filelock  # noqa: PLC0415 - commands that only read need no lock

    guard = target.parent / f".{target.name}.lock"
    owner = target.parent / f".{target.name}.owner"
    try:
        guard.parent.mkdir(parents=True, exist_ok=True)
        held = filelock.FileLock(guard, timeout=0)
        held.acquire()
    except filelock.Timeout as error:
        msg = (
            f"{target.name} ({target}): another run is writing here ({_owner(owner)}); one at a "
            "time is allowed. Wait for it, or choose another --out."
        )
        raise StoreError(msg) from error
    except OSError as error:
        raise disk_error(guard, error) from error
    try:
        write_atomic(owner, canonical_json({"pid": os.getpid()}).encode())
        yield
    finally:
        owner.unlink(missing_ok=True)
        held.release()


def _owner(path: Path) -> str:
    try:
        return f"process {json.loads(path.read_text('utf-8'))['pid']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "process unknown"
