"""Where the streets of a graph lie, drawn once for all graphs that lie there.

Whoever travels at whatever speed goes along the same lines: graphs of one study differ in costs
far more often than in where their streets lie. What follows from the lines alone, such as their
spatial index, is found once and kept for the next graph of the same lines.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import shapely

from .ragged import offsets, ragged_rows

Found = TypeVar("Found")

KEPT = 4
"""Drawings that are kept: of those on foot, by bicycle and by car, and one more."""
LATELY = 32
"""What each of them keeps of what was found of points: as many sets of points as steps share."""

MISSING = object()


class Drawing:
    """Lines of all edges of a graph, and what was found out about them.

    Parameters
    ----------
    xy, start
        Vertices of all edges in metres, shape (k, 2), and where each edge begins in them, shape
        (m + 1,).
    """

    def __init__(self, xy: npt.NDArray[np.float64], start: npt.NDArray[np.int64]) -> None:
        self._xy, self._start = xy, start
        self._found: dict[Hashable, Any] = {}
        self._lately: dict[Hashable, Any] = {}

    @cached_property
    def lines(self) -> npt.NDArray[Any]:
        """Every edge as a shapely line, shape (m,)."""
        owner = np.repeat(np.arange(len(self._start) - 1), np.diff(self._start))
        return np.asarray(shapely.linestrings(self._xy, indices=owner), dtype=object)

    def lines_of(self, edges: npt.NDArray[np.integer[Any]]) -> npt.NDArray[Any]:
        """Give some of the lines: only these are made where nobody has asked for all."""
        if "lines" in vars(self):
            return np.asarray(self.lines[edges])
        rows, owner = ragged_rows(self._start, edges)
        return np.asarray(shapely.linestrings(self._xy[rows], indices=owner), dtype=object)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Spatial index of :attr:`lines`."""
        return shapely.STRtree(self.lines)

    def around(self, bounds: npt.NDArray[np.float64], reach_m: float) -> npt.NDArray[np.int64]:
        """List the edges whose boxes lie within a distance of some boxes, and others maybe.

        Parameters
        ----------
        bounds
            West, south, east and north of each box in metres, shape (n, 4).
        reach_m
            The distance, to the east or west and to the north or south.
        """
        (west, south), (east, north) = self.boxes_m
        near = np.zeros(self.edges, dtype=np.bool_)
        for own in bounds:
            left, below, right, above = own + reach_m * np.array([-1, -1, 1, 1])
            near |= (east >= left) & (west <= right) & (north >= below) & (south <= above)
        return np.flatnonzero(near)

    def part(self, edges: npt.NDArray[np.integer[Any]]) -> Drawing:
        """Give some of the edges as a drawing of their own, in the box of all."""
        rows, owner = ragged_rows(self._start, edges)
        some = Drawing(self._xy[rows], offsets(owner, len(edges)))
        vars(some)["box_m"] = self.box_m
        return some

    def once(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """Find something out the first time that it is asked for.

        Parameters
        ----------
        key
            All that decides what is found, besides the lines.
        find
            Finds it.
        """
        if key not in self._found:
            self._found[key] = find()
        found: Found = self._found[key]
        return found

    def lately(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """Find something out unless it was asked for lately: of points, whose sets are endless.

        Parameters
        ----------
        key, find
            As :meth:`once` takes them.

        Examples
        --------
        >>> drawing = Drawing(np.array([[0.0, 0.0], [100.0, 0.0]]), np.array([0, 2]))
        >>> drawing.lately("homes", lambda: "snapped"), drawing.lately("homes", lambda: "again")
        ('snapped', 'snapped')
        """
        # another thread may have taken it out between two looks
        kept = self._lately.pop(key, MISSING)
        found: Found = find() if kept is MISSING else kept
        self._lately[key] = found
        if len(self._lately) > LATELY:
            self._lately.pop(next(iter(self._lately)), None)
        return found

    @cached_property
    def checksum(self) -> int:
        """Number that other vertices, or the same in another order, hardly ever have."""
        return zlib.crc32(self._start.tobytes(), zlib.crc32(self._xy.tobytes()))

    @cached_property
    def box_m(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Lowest and highest coordinates of all vertices in metres."""
        x, y = self._xy.T  # side by side they take thirty times as long
        return np.array([x.min(), y.min()]), np.array([x.max(), y.max()])

    @property
    def edges(self) -> int:
        """How many lines there are."""
        return len(self._start) - 1

    @cached_property
    def boxes_m(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Lowest and highest coordinates of each edge in metres, shape (2, m) each."""
        xy, start = np.ascontiguousarray(self._xy.T), self._start[:-1]
        low, high = np.minimum.reduceat(xy, start, axis=1), np.maximum.reduceat(xy, start, axis=1)
        return low, high

    def is_of(self, xy: npt.NDArray[np.float64], start: npt.NDArray[np.int64]) -> bool:
        """Whether these are its vertices, to the last bit."""
        return np.array_equal(self._start, start) and np.array_equal(self._xy, xy)


_kept: list[Drawing] = []


def shared_drawing(xy: npt.NDArray[np.float64], start: npt.NDArray[np.int64]) -> Drawing:
    """Give the drawing of some edges, the same one as last time while it is kept.

    Parameters
    ----------
    xy, start
        As :class:`Drawing` takes them.

    Examples
    --------
    >>> start = np.array([0, 2])
    >>> one, same, other = (
    ...     shared_drawing(np.array([[0.0, 0.0], [x, 0.0]]), start) for x in (100.0, 100.0, 90.0))
    >>> one is same, one is other
    (True, False)
    """
    found = next((drawing for drawing in _kept if drawing.is_of(xy, start)), None)
    if found is None:
        # copies: a file that arrays are mapped from could not be removed on Windows
        found = Drawing(np.array(xy), np.array(start))
    _kept[:] = [*(drawing for drawing in _kept if drawing is not found), found][-KEPT:]
    return found
