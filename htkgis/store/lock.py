"""One writer at a time."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from htkgis.errors import StoreError

from .files import canonical_json, disk_error, write_atomic


@contextlib.contextmanager
def lock(target: Path) -> Iterator[None]:
    """Hold the right to write ``target``; a second run is told who holds it, and leaves.

    Who holds it, on which machine and since when stands beside the target, for the message only.
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
        write_atomic(owner, canonical_json(_self()).encode())
        yield
    finally:
        # a note that stays is overwritten by the next owner; a disk that refuses is said elsewhere
        with contextlib.suppress(OSError):
            owner.unlink(missing_ok=True)
        held.release()


def _self() -> dict[str, str | int]:
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    return {"pid": os.getpid(), "host": socket.gethostname(), "started": now}


def _owner(path: Path) -> str:
    """Say who holds the lock and since when; whatever of it is not known is left out."""
    try:
        owner = json.loads(path.read_text("utf-8"))
        who = f"process {owner['pid']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "process unknown"
    try:
        who += f" on {owner['host']}"
        started = dt.datetime.fromisoformat(owner["started"])
        held = dt.datetime.now(dt.UTC) - started
    except (ValueError, KeyError, TypeError):
        return who
    return f"{who}, since {started:%Y-%m-%d %H:%M} UTC, {age_words(held)}"


def age_words(age: dt.timedelta) -> str:
    """Say a time in the unit that fits.

    Examples
    --------
    >>> [age_words(dt.timedelta(seconds=s)) for s in (59, 3 * 3600 - 60, 49 * 3600)]
    ['for 59 seconds', 'for 179 minutes', 'for 49 hours']
    """
    seconds = max(0, int(age.total_seconds()))
    for limit, unit, size in ((120, "seconds", 1), (180 * 60, "minutes", 60)):
        if seconds < limit:
            return f"for {seconds // size} {unit}"
    return f"for {seconds // 3600} hours"
