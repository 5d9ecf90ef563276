"""What lies in an entry written before: a file that would be the same gets another name for it.

Night after night most of what a step makes is what it made the night before. To read a file and
compare it takes a part of the time of writing and hashing it, and the disk keeps it once.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # who keeps files alone reads no numpy
    import numpy.typing as npt

CHUNK_BYTES = 1 << 18
LEAST_BYTES = 1 << 16
"""A smaller file is written and hashed in less time than it is looked for."""


class Before:
    """An entry of the cache that was written before, and what of it was named again.

    Parameters
    ----------
    folder
        Of the entry.
    stated
        What it says of each file: ``bytes``, ``sha256`` and ``crc32``.

    Examples
    --------
    >>> Before(Path("aa"), {}).named(Path("bb/x.npy"), [b"12"])
    False
    """

    def __init__(self, folder: Path, stated: Mapping[str, Mapping[str, Any]]) -> None:
        self._folder = folder
        self._stated = stated
        self._named: dict[str, dict[str, Any]] = {}

    def named(self, path: Path, parts: Sequence[Any]) -> bool:
        """Give the file of the same name this path too, if it holds these bytes and no others.

        Parameters
        ----------
        path
            Where the file would be written, on the same disk.
        parts
            What it would hold, one after the other: bytes, or arrays whose memory is in one piece.

        Returns
        -------
        named
            False where it has to be written: it is another, or gone, or the disk knows no second
            names.
        """
        stated = self._stated.get(path.name)
        pieces = [memoryview(part).cast("B") for part in parts]
        size = sum(len(piece) for piece in pieces)
        if stated is None or size < LEAST_BYTES or stated["bytes"] != size:
            return False
        try:
            if not _holds(self._folder / path.name, pieces):
                return False
            os.link(self._folder / path.name, path)
        except OSError:
            return False
        self._named[path.name] = dict(stated)
        return True

    def sums(self, path: Path) -> dict[str, Any] | None:
        """Size and sums of a file that was named; None of one that was written."""
        return self._named.get(path.name)


def npy_parts(array: npt.NDArray[Any]) -> list[Any] | None:
    r"""Give what ``numpy.save`` writes of an array; None where its memory is not in one piece.

    Examples
    --------
    >>> import numpy as np
    >>> header, data = npy_parts(np.array([1, 2]))
    >>> header[:6], bytes(data) == np.array([1, 2]).tobytes()
    (b'\x93NUMPY', True)
    """
    import io  # noqa: PLC0415 - see above

    import numpy as np  # noqa: PLC0415

    if not array.flags.c_contiguous or array.dtype.hasobject or array.size == 0:
        return None
    header = io.BytesIO()
    layout = np.lib.format.header_data_from_array_1_0(array)
    try:
        np.lib.format.write_array_header_1_0(header, layout)
    except ValueError:  # a longer header has another form
        return None
    return [header.getvalue(), array.reshape(-1).view(np.uint8)]


def _holds(path: Path, pieces: Sequence[memoryview]) -> bool:
    with path.open("rb", buffering=0) as stream:
        for piece in pieces:
            place = 0
            while place < len(piece):
                read = stream.read(min(CHUNK_BYTES, len(piece) - place))
                # both as bytes: they are compared at once, all else number by number
                if not read or read != bytes(piece[place : place + len(read)]):
                    return False
                place += len(read)
        return not stream.read(1)
