"""Which edges lie wholly inside a polygon, or wholly outside, told by the squares they lie in.

A layer mostly covers whole towns: nearly every street lies far from where it ends. So the map is
cut into squares, of each of which it is asked once whether the polygon covers it or does not meet
it; an edge whose box lies in such squares alone needs no look at its line.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

SQUARES = 48
"""Squares along either side of the map: with 32 to 64 all is told soonest of 100,000 edges."""
MARGIN_M = 0.01
"""What squares are wider by to all sides, so that the rounding of who lies where matters not."""

Flags = npt.NDArray[np.bool_]
Boxes = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


def settled(boxes: Boxes, polygon: Any) -> tuple[Flags, Flags]:
    """Tell of boxes whether they are seen at once to lie inside a polygon, or outside.

    Parameters
    ----------
    boxes
        Lowest and highest coordinates in metres, shape (2, n) each, at least one box.
    polygon
        Prepared, for it is asked often.

    Returns
    -------
    inside, outside
        Whether the polygon covers all of a box, and whether it meets none of it, shape (n,);
        neither where the box must be looked at.

    Examples
    --------
    >>> low = np.array([[0.0, 90.0, 10.0], [0.0] * 3])
    >>> high = np.array([[5.0, 99.0, 60.0], [1.0] * 3])
    >>> inside, outside = settled((low, high), shapely.box(-10, -10, 50, 10))
    >>> inside.tolist(), outside.tolist()
    ([True, False, False], [False, True, False])
    """
    low, high = boxes
    begin = low.min(axis=1, keepdims=True)
    size = np.maximum((high.max(axis=1, keepdims=True) - begin) / SQUARES, MARGIN_M)
    first, last = (
        np.minimum(((xy - begin) / size).astype(np.int64), SQUARES - 1) for xy in (low, high)
    )
    x, y = begin[:, 0, None] + size[:, 0, None] * np.arange(SQUARES + 1)
    squares = shapely.box(
        x[:-1, None] - MARGIN_M, y[:-1] - MARGIN_M, x[1:, None] + MARGIN_M, y[1:] + MARGIN_M
    )
    covered, met = shapely.covers(polygon, squares), shapely.intersects(polygon, squares)
    return _in_none(~covered, first, last), _in_none(met, first, last)


def _in_none(marked: Flags, first: npt.NDArray[np.int64], last: npt.NDArray[np.int64]) -> Flags:
    """Tell which ranges of squares hold none that is marked."""
    counts = np.zeros((SQUARES + 1, SQUARES + 1), dtype=np.int64)
    counts[1:, 1:] = marked.cumsum(axis=0).cumsum(axis=1)
    (left, below), (right, above) = first, last + 1
    held = counts[right, above] - counts[left, above] - counts[right, below] + counts[left, below]
    return np.asarray(held == 0)
