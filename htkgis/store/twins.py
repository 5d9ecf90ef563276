"""Arrays that many values share, written once: graphs of the same streets differ in costs alone.

An array that nobody can change any more is written by the first value that holds it; each further
one gets another name for the same file, which takes no time to write or to hash. Where the disk
knows no such names, as some shared folders, it is written again.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .before import Before, npy_parts
from .files import sums_of

if TYPE_CHECKING:  # who keeps files alone reads no numpy
    import numpy.typing as npt

KEPT = 64
"""Arrays that are looked for; they stay in memory for as long."""


class _Twin(NamedTuple):
    """An array, where it was written, and which file that is."""

    array: npt.NDArray[Any]
    path: Path
    file: tuple[int, ...]


_written: list[_Twin] = []
_sums: dict[tuple[int, ...], dict[str, int | str]] = {}


def write_array(path: Path, array: npt.NDArray[Any], before: Before | None = None) -> None:
    """Write an array as npy, or give the file that holds the very same one another name.

    Parameters
    ----------
    path
        Of the file.
    array
        Of any kind but objects.
    before
        An entry that may hold the same bytes under the same name.

    Raises
    ------
    OSError
        If the disk refuses.
    """
    import numpy as np  # noqa: PLC0415 - see above

    for twin in _written:
        if _same(twin.array, array) and _linked(twin, path):
            return
    parts = None if before is None else npy_parts(array)
    if before is None or parts is None or not before.named(path, parts):
        np.save(path, array, allow_pickle=False)
    if _is_final(array):
        _written.append(_Twin(array, path, _file(path)))
        for old in _written[:-KEPT]:
            _sums.pop(old.file, None)
        del _written[:-KEPT]


def file_sums(path: Path) -> dict[str, int | str]:
    """Size and sums of a file just written; looked up where it is one of several names of it."""
    file = _file(path)
    if all(twin.file != file for twin in _written):
        return sums_of(path)
    if file not in _sums:
        _sums[file] = sums_of(path)
    return _sums[file]


def forget(path: Path) -> None:
    """Give a file that is not what was written no further names, whatever its time stamp says."""
    try:
        file = _file(path)
    except OSError:  # it is gone
        return
    _written[:] = [twin for twin in _written if twin.file != file]
    _sums.pop(file, None)


def moved(source: Path, target: Path) -> None:
    """Note that a folder with arrays lies elsewhere now."""
    _written[:] = [
        twin._replace(path=target / twin.path.name) if twin.path.parent == source else twin
        for twin in _written
    ]


def _is_final(array: npt.NDArray[Any]) -> bool:
    """Whether nobody can change an array: neither it nor what it shows a part of."""
    seen: Any = array
    while hasattr(seen, "flags"):
        if seen.flags.writeable:
            return False
        seen = seen.base
    return seen is None


def _same(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> bool:
    """Whether two arrays show the same bytes of the memory in the same way."""
    return (
        one.dtype == other.dtype
        and one.__array_interface__ == other.__array_interface__
        and _is_final(other)
    )


def _linked(twin: _Twin, path: Path) -> bool:
    try:
        if _file(twin.path) != twin.file:
            return False
        os.link(twin.path, path)
    except OSError:  # it is gone, or the disk knows no second names
        return False
    return True


def _file(path: Path) -> tuple[int, ...]:
    """Which file a path is: a disk gives the number of one that is gone to a later one."""
    facts = path.stat()
    return facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns
