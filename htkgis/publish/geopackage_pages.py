"""What is written to a database file: the pages that are other ones than before.

SQLite reads and writes a file in pages of one size; to append a table changes a few of those
that are there, and adds others behind them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

PAGE = 4096
"""Bytes of a page, as GDAL makes them; files of pages of another size are told apart too."""
NUMBER = np.dtype("<i8")


def changed_pages(before: bytes, after: bytes) -> bytes:
    """Write which pages of a file are others, and these.

    Parameters
    ----------
    before, after
        The file, and what it has become.

    Returns
    -------
    changes
        For :func:`with_pages`.

    Examples
    --------
    >>> before, after = b"a" * 9 * PAGE, b"a" * 8 * PAGE + b"c" * PAGE + b"d"
    >>> changes = changed_pages(before, after)
    >>> with_pages(before, changes) == after, len(changes) < len(after)
    (True, True)
    """
    old, new = _pages(before), _pages(after)
    both = min(len(old), len(new))
    # eight bytes at a time: a file has millions
    others = np.flatnonzero((old[:both].view(NUMBER) != new[:both].view(NUMBER)).any(axis=1))
    which = np.concatenate([others, np.arange(both, len(new))]).astype(NUMBER)
    head = np.array([len(after), len(which)], dtype=NUMBER)
    return head.tobytes() + which.tobytes() + new[which].tobytes()


def with_pages(before: bytes, changes: bytes) -> bytes:
    """Make of a file what it has become, by what :func:`changed_pages` wrote."""
    length, count = np.frombuffer(changes, dtype=NUMBER, count=2).tolist()
    which = np.frombuffer(changes, dtype=NUMBER, count=count, offset=2 * NUMBER.itemsize)
    pages = np.frombuffer(changes, dtype=np.uint8, offset=(2 + count) * NUMBER.itemsize)
    made = np.zeros((-(-length // PAGE), PAGE), dtype=np.uint8)
    old = _pages(before)[: len(made)]
    made[: len(old)] = old
    made[which] = pages.reshape(-1, PAGE)
    return made.tobytes()[:length]


def _pages(file: bytes) -> npt.NDArray[np.uint8]:
    """Cut a file into pages, the last filled up with zeros."""
    missing = -len(file) % PAGE
    whole = file + bytes(missing) if missing else file
    return np.frombuffer(whole, dtype=np.uint8).reshape(-1, PAGE)
