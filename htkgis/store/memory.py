"""What was made of shapes alone, kept from one run to the next.

Smoothing outlines, rounding their corners and writing them takes longer than all the words of a
page, and most outlines are those of the run before. What makes texts or shapes of single shapes
and of nothing else asks here first, and makes only what it has not made of the same bytes. Only
a step that opened a memory keeps anything; everywhere else all is made as if this were not here.
What is made of whole tables is kept the same way (:func:`recalled_whole`), by all that they hold.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from .files import canonical_json
from .table_hash import table_hash, written
from .values import Arrays

Shapes = npt.NDArray[Any]
"""Shapely geometries, of type object, shape (n,)."""
KEY_LETTERS = 64
NAME_LETTERS = 16
"""Of the key of a large piece: they name its file, and no two of some hundred begin the same."""
LARGE_BYTES = 1 << 17
"""What is as long lies in a file of its own, which a run that keeps it need not write again."""
LEAST_CORNERS = 20
"""Of a shape in the mean: what has fewer is made in less time than it is looked up."""
PIECES_END = b"\0"
"""Parts the keys of its pieces from what was made of a whole."""
Make = Callable[[Shapes], Sequence[bytes]]
"""Makes of each shape some bytes, whatever the others are."""


class Kept(Mapping[str, bytes]):
    """What was made in an earlier run, read from its file as it is asked for."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        self._made = arrays["made"]
        ends = arrays["ends"].tolist()
        keys = arrays["keys"].astype(str).tolist()
        self._places = dict(zip(keys, pairwise([0, *ends]), strict=True))
        large = arrays["large"].astype(str).tolist() if "large" in arrays else []
        self._large = {key: arrays[key[:NAME_LETTERS]] for key in large}

    def __getitem__(self, key: str) -> bytes:
        """Give the bytes of a key."""
        if key in self._large:
            return self._large[key].tobytes()
        start, end = self._places[key]
        return self._made[start:end].tobytes()

    def __iter__(self) -> Iterator[str]:
        """Keys in their order."""
        return iter([*self._places, *self._large])

    def __len__(self) -> int:
        """How much was made."""
        return len(self._places) + len(self._large)


class Memory:
    """What was made of shapes, by the hash of each and of all else that decided it.

    Attributes
    ----------
    earlier
        What is known; it is not changed.
    used
        What was asked for since, known or made: for ``earlier`` of the next time.
    files
        What the earlier run published, by name; it is not changed.
    """

    def __init__(
        self,
        earlier: Mapping[str, bytes] | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> None:
        self.earlier = earlier or {}
        self.files = files or {}
        self.used: dict[str, bytes] = {}
        self._within: list[set[str]] = []

    @classmethod
    def of(
        cls,
        arrays: Mapping[str, npt.NDArray[Any]] | None,
        files: Mapping[str, bytes] | None = None,
    ) -> Memory:
        """Read back what :meth:`arrays` wrote; an empty one where there is nothing."""
        return cls(None if arrays is None else Kept(arrays), files)

    def arrays(self, *, apart: bool = False) -> Arrays:
        """Write what was used as arrays, the same in whatever order it was asked for.

        Not compressed: to be read where it lies, and only what is asked for. What is large may
        lie ``apart`` from all else, each in a file that need not be written again.
        """
        large = sorted(key for key, made in self.used.items() if len(made) >= LARGE_BYTES and apart)
        keys = sorted(self.used.keys() - set(large))
        made = [self.used[key] for key in keys]
        listed = {
            "keys": np.array(keys, dtype=f"S{KEY_LETTERS}"),
            "ends": np.cumsum([len(each) for each in made], dtype=np.int64),
            "made": np.frombuffer(b"".join(made), dtype=np.uint8),
        }
        if large:
            listed["large"] = np.array(large, dtype=f"S{KEY_LETTERS}")
        own = {key[:NAME_LETTERS]: np.frombuffer(self.used[key], dtype=np.uint8) for key in large}
        return Arrays(listed | own)

    def recall(self, keys: Sequence[str], shapes: Shapes, make: Make) -> list[bytes]:
        """Give what belongs to each key, and make of the shapes what is not known."""
        asked = dict(zip(keys, range(len(keys)), strict=True))
        known = {key: self.used.get(key, self.earlier.get(key)) for key in asked}
        new = [key for key, made in known.items() if made is None]
        if new:
            known |= zip(new, make(shapes[[asked[key] for key in new]]), strict=True)
        found = {key: made for key, made in known.items() if made is not None}
        self._keep(found)
        return [found[key] for key in keys]

    def recall_whole(
        self, key: str, make: Callable[[], bytes], still: Callable[[bytes], bool] | None = None
    ) -> bytes:
        """Give what belongs to a key, and make it if it is not known, or is not so any more.

        What else is recalled while it is made is kept as long as it is, though nobody asks for
        it: once the whole is another, most of its pieces are still the same.
        """
        known = self.used.get(key, self.earlier.get(key))
        if known is not None and still is not None and not still(known.partition(PIECES_END)[2]):
            known = None
        if known is None:
            self._within.append(set())
            try:
                made = make()
            finally:
                pieces = self._within.pop()
            known = json.dumps(sorted(pieces)).encode() + PIECES_END + made
        listed, _, made = known.partition(PIECES_END)
        pieces = set(json.loads(listed))
        self._keep({key: known} | {piece: self._of(piece) for piece in pieces})
        return made

    @property
    def is_making(self) -> bool:
        """Whether something whole is being made."""
        return bool(self._within)

    def _of(self, key: str) -> bytes:
        made = self.used.get(key)
        return self.earlier[key] if made is None else made

    def _keep(self, found: Mapping[str, bytes]) -> None:
        self.used |= found
        for pieces in self._within:
            pieces.update(found)


_OPEN: ContextVar[Memory | None] = ContextVar("memory", default=None)


@contextmanager
def remembering(memory: Memory) -> Iterator[Memory]:
    """Let everything inside recall from a memory, and keep in it what it makes."""
    token = _OPEN.set(memory)
    try:
        yield memory
    finally:
        _OPEN.reset(token)


def open_memory() -> Memory | None:
    """Give the memory that is open, if any is."""
    return _OPEN.get()


def remembers() -> bool:
    """Tell whether a memory is open."""
    return _OPEN.get() is not None


def recalled(
    name: str, shapes: Any, make: Make, *facts: Any, least_corners: int = LEAST_CORNERS
) -> list[bytes]:
    """Make something of each shape, unless it was made of the same before.

    Parameters
    ----------
    name
        Of what is made; no other caller has it.
    shapes
        Shapely geometries or None, shape (n,).
    make
        Makes bytes of each shape, of it alone and of ``facts``; asked of some of them.
    facts
        All else that decides what is made, as values that JSON holds.
    least_corners
        Shapes with fewer in the mean are made and not looked up.

    Examples
    --------
    >>> asked = []
    >>> def written(shapes):
    ...     asked.extend(shapes)
    ...     return [shape.wkt.encode() for shape in shapes]
    >>> rings = [shapely.Point(x, 0).buffer(1) for x in (0, 5, 0)]
    >>> with remembering(Memory()) as memory:
    ...     first = recalled("wkt", rings[:1], written)
    ...     all_three = recalled("wkt", rings, written)
    >>> all_three == written(rings), len(asked) - 3, len(memory.used)
    (True, 2, 2)
    """
    given = np.asarray(shapes, dtype=object)
    memory = _OPEN.get()
    if memory is None or shapely.get_num_coordinates(given).sum() < least_corners * len(given):
        return list(make(given))
    begin = _beginning(name, facts)
    return memory.recall([_key(begin, each) for each in written(given)], given, make)


def recalled_whole(
    name: str, tables: Sequence[pd.DataFrame | None], make: Callable[[], bytes], *facts: Any
) -> bytes:
    """Make something of whole tables, unless it was made of the same before.

    Parameters
    ----------
    name
        Of what is made; no other caller has it.
    tables
        With geometry or without; None where there is none.
    make
        Makes it of the tables and ``facts``, and of nothing else.
    facts
        All else that decides what is made, as values that JSON holds, in their order.

    Examples
    --------
    >>> asked = []
    >>> def add():
    ...     asked.append("add")
    ...     return b"3"
    >>> tables = [pd.DataFrame({"n": [1, 2]}), None]
    >>> with remembering(Memory()):
    ...     [recalled_whole("sum", tables, add) for _ in range(2)], len(asked)
    ([b'3', b'3'], 1)
    """
    memory = _OPEN.get()
    if memory is None:
        return make()
    hashed = hashlib.sha256(json.dumps([name, *facts]).encode())
    for table in tables:
        hashed.update(b"\0none" if table is None else table_hash(table))
    return memory.recall_whole(hashed.hexdigest(), make)


def written_key(shape: Any, name: str, *facts: Any) -> str:
    """Make the key of one shape in a memory: for who calls :meth:`Memory.recall` himself.

    Parameters
    ----------
    shape
        A shapely geometry, or None.
    name, facts
        As in :func:`recalled`.

    Examples
    --------
    >>> one, other = shapely.Point(1, 2), shapely.Point(1, 3)
    >>> written_key(one, "wkt") == written_key(shapely.Point(1, 2), "wkt")
    True
    >>> len({written_key(one, "wkt"), written_key(other, "wkt"), written_key(one, "wkt", 5)})
    3
    """
    written = None if shape is None else shapely.to_wkb(shape, include_srid=True)
    return _key(_beginning(name, facts), written)


def _beginning(name: str, facts: Sequence[Any]) -> Any:
    return hashlib.sha256(canonical_json([name, *facts]).encode())


def _key(begin: Any, written: bytes | None) -> str:
    hashed = begin.copy()
    # the length of what stands before is not that of the shape, so a mark parts the two
    hashed.update(b"\0none" if written is None else b"\0shape" + written)
    key: str = hashed.hexdigest()
    return key
