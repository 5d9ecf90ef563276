"""One writer at a time, and no writer under a reader.

Whoever writes a target holds its lock; whoever reads it for long (a run reads layers for minutes)
registers beside it. A writer leaves while anybody reads, a reader while somebody writes. Who that
is, on which machine and since when stands beside the lock, for the message only: the operating
system frees a lock when its process ends, however it ends.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import json
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from htkgis.errors import StoreError

from .files import canonical_json, disk_error, write_atomic

if TYPE_CHECKING:
    import filelock

RUN = "another run is writing here"
"""What the owner of a lock does, where its note does not say."""
OTHER_OUT = "Wait for it, or choose another --out."
WAIT = "Wait for it, then try again."
REGISTER_S = 2.0
"""Seconds that a reader waits for others who register; registering takes a few milliseconds."""
REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@contextlib.contextmanager
def lock(target: Path, *, doing: str = RUN, advice: str = OTHER_OUT) -> Iterator[None]:
    """Hold the right to write ``target``; who comes second is told who holds it, and leaves.

    Parameters
    ----------
    target
        File or folder; the lock and the note of its owner lie beside it.
    doing
        What the others are told that the owner does.
    advice
        What they are told to do.

    Raises
    ------
    StoreError
        If another process holds it, or reads the target (:func:`reading`).
    """
    held = _held(_guard(target), target, advice, wait_s=0)
    try:
        _check_no_reader(target, advice)
        write_atomic(_owner_file(target), canonical_json(_self(doing)).encode())
        yield
    finally:
        # a note that stays is overwritten by the next owner; a disk that refuses is said elsewhere
        with contextlib.suppress(OSError):
            _owner_file(target).unlink(missing_ok=True)
        held.release()


@contextlib.contextmanager
def reading(target: Path, *, doing: str = "a run is reading here") -> Iterator[None]:
    """Keep writers of ``target`` away while it is read; any number may read at once.

    Where nothing can be written beside the target, nobody is kept away: a run on layers that it
    may only read has to look at its inputs again when it is done.

    Raises
    ------
    StoreError
        If somebody writes it.
    """
    try:
        own = _registered(target, doing)
    except PermissionError:
        yield
        return
    guard, held = own
    try:
        yield
    finally:
        held.release()
        with contextlib.suppress(OSError):
            guard.unlink(missing_ok=True)
            guard.with_suffix(".owner").unlink(missing_ok=True)


def holder(target: Path) -> str | None:
    """Say who writes a target at this moment, or None; only a lock with a note is looked at."""
    note = _owner_file(target)
    if not note.exists():
        return None
    import filelock  # noqa: PLC0415 - commands that only look need no lock

    held = filelock.FileLock(_guard(target), timeout=0)
    try:
        held.acquire()
    except filelock.Timeout:
        doing, owner = _owner(note)
        return f"{doing} ({owner})"
    except OSError:
        return None  # another user's: whether somebody holds it is not ours to see
    held.release()
    return None


def _registered(target: Path, doing: str) -> tuple[Path, filelock.BaseFileLock]:
    """Take a lock of one's own beside the target, while no writer has it.

    Raises
    ------
    PermissionError
        If the folder takes no files from us.
    """
    turn = _held(_guard(target), target, WAIT, wait_s=REGISTER_S, plain=True)
    try:
        _sweep(target)
        try:
            handle, name = tempfile.mkstemp(
                prefix=f".{target.name}.reading-", suffix=".lock", dir=target.parent
            )
        except OSError as error:
            if error.errno in REFUSED:
                raise PermissionError(*error.args) from error
            raise disk_error(target, error) from error
        os.close(handle)
        guard = Path(name)
        write_atomic(guard.with_suffix(".owner"), canonical_json(_self(doing)).encode())
        return guard, _held(guard, target, WAIT, wait_s=0)
    finally:
        turn.release()


def _held(
    guard: Path, target: Path, advice: str, *, wait_s: float, plain: bool = False
) -> filelock.BaseFileLock:
    """Take a lock file; ``plain`` gives PermissionError where the folder takes none from us."""
    import filelock  # noqa: PLC0415 - commands that only look need no lock

    try:
        guard.parent.mkdir(parents=True, exist_ok=True)
        held = filelock.FileLock(guard, timeout=wait_s)
        held.acquire()
    except filelock.Timeout as error:
        raise StoreError(_taken(target, _owner_file(target), advice)) from error
    except OSError as error:
        if plain and error.errno in REFUSED:
            raise PermissionError(*error.args) from error
        raise disk_error(guard, error) from error
    return held


def _check_no_reader(target: Path, advice: str) -> None:
    busy = _sweep(target)
    if busy:
        raise StoreError(_taken(target, busy[0].with_suffix(".owner"), advice))


def _sweep(target: Path) -> list[Path]:
    """Name who reads; clear away what killed readers left. The caller holds the target's lock."""
    import filelock  # noqa: PLC0415 - commands that only look need no lock

    busy = []
    for guard in sorted(target.parent.glob(f".{target.name}.reading-*.lock")):
        held = filelock.FileLock(guard, timeout=0)
        try:
            held.acquire()
        except filelock.Timeout:
            busy.append(guard)
            continue
        except OSError:
            continue  # it has just been removed, or is another user's: nobody reads there
        held.release()
        with contextlib.suppress(OSError):
            guard.unlink(missing_ok=True)
            guard.with_suffix(".owner").unlink(missing_ok=True)
    return busy


def _guard(target: Path) -> Path:
    return target.parent / f".{target.name}.lock"


def _owner_file(target: Path) -> Path:
    return target.parent / f".{target.name}.owner"


def _self(doing: str) -> dict[str, str | int]:
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    return {"pid": os.getpid(), "host": socket.gethostname(), "started": now, "doing": doing}


def _taken(target: Path, note: Path, advice: str) -> str:
    doing, owner = _owner(note)
    return f"{target.name} ({target}): {doing} ({owner}); one at a time is allowed. {advice}"


def _owner(path: Path) -> tuple[str, str]:
    """Say what the owner does, who it is and since when; what is not known is left out."""
    try:
        owner = json.loads(path.read_text("utf-8"))
        who = f"process {owner['pid']}"
    except (OSError, ValueError, KeyError, TypeError):
        return RUN, "process unknown"
    doing = str(owner.get("doing", RUN))
    try:
        who += f" on {owner['host']}"
        started = dt.datetime.fromisoformat(owner["started"])
        held = dt.datetime.now(dt.UTC) - started
    except (ValueError, KeyError, TypeError):
        return doing, who
    return doing, f"{who}, since {started:%Y-%m-%d %H:%M} UTC, {age_words(held)}"


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
