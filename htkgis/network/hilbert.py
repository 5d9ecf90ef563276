"""Hilbert order: neighbours in the plane become neighbours in memory.

A search walks from node to node, so its labels stay in the cache when nodes that lie
close together carry numbers that lie close together. The order also is the one thing
that makes a graph independent of the row order of its streets.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

BITS = 16
STEP_BITS = 4
"""Levels of the curve that are looked up at once."""
STEP_MASK = (1 << STEP_BITS) - 1
DIAGONAL, OPPOSITE = 1, 2


def hilbert_index(xy: npt.NDArray[np.float64], *, bits: int = BITS) -> npt.NDArray[np.int64]:
    """Give each point its place along a Hilbert curve over the square around all points.

    Parameters
    ----------
    xy
        Coordinates in metres, shape (n, 2), finite.
    bits
        The curve visits a grid of ``2**bits`` by ``2**bits`` cells, 1 to 31.

    Returns
    -------
    index
        Place along the curve, shape (n,), 0 to ``4**bits - 1``; points that share a cell
        share a place.

    Examples
    --------
    The curve visits the four corners of a square in the shape of a U:

    >>> hilbert_index(np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]]), bits=1).tolist()
    [0, 1, 2, 3]
    """
    x, y = _cells(xy, bits)
    steps = -(-bits // STEP_BITS)
    digits, following = _step_tables()
    # a curve that begins with one level more is the same, mirrored at the diagonal
    turn = np.full(len(xy), (steps * STEP_BITS - bits) % 2 * DIAGONAL, dtype=np.int64)
    index = np.zeros(len(xy), dtype=np.int64)
    for step in range(steps - 1, -1, -1):
        shift = step * STEP_BITS
        column, row = (x >> shift) & STEP_MASK, (y >> shift) & STEP_MASK
        place = (((turn << STEP_BITS) | column) << STEP_BITS) | row
        index = (index << (2 * STEP_BITS)) | digits[place]
        turn = following[place]
    return index


@cache
def _step_tables() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Tabulate four levels of the curve: by turn, column and row, the place and the next turn.

    A turn is 0, or the sum of ``DIAGONAL`` and ``OPPOSITE``, at which the curve is mirrored.
    """
    side = 1 << STEP_BITS
    turn, x, y = (part.ravel() for part in np.indices((DIAGONAL + OPPOSITE + 1, side, side)))
    index = np.zeros(len(turn), dtype=np.int64)
    for bit in range(STEP_BITS - 1, -1, -1):
        right, upper = (x >> bit) & 1, (y >> bit) & 1
        flipped, swapped = (turn & OPPOSITE) // OPPOSITE, turn & DIAGONAL
        right, upper = right ^ flipped, upper ^ flipped
        right, upper = np.where(swapped, upper, right), np.where(swapped, right, upper)
        index = (index << 2) | ((3 * right) ^ upper)
        # turn the quadrant so that the curve inside it starts where the last one ended
        turn = turn ^ np.where(upper == 0, np.where(right == 1, DIAGONAL + OPPOSITE, DIAGONAL), 0)
    return index, turn


def _cells(
    xy: npt.NDArray[np.float64], bits: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Find the grid cell of each point by column and row."""
    if len(xy) == 0:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing
    # column by column: numpy is slow along a short axis
    columns = xy.T
    low = [column.min() for column in columns]
    side_m = max(float(column.max() - least) for column, least in zip(columns, low, strict=True))
    if side_m == 0:
        side_m = 1.0
    count = 1 << bits
    x, y = (
        np.minimum((column - least) * (count / side_m), count - 1).astype(np.int64)
        for column, least in zip(columns, low, strict=True)
    )
    return x, y


def order_by(key: npt.NDArray[np.int64], ids: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Sort by a number, and by text id where the numbers are equal.

    Parameters
    ----------
    key
        Number to sort by, shape (n,).
    ids
        Text ids, shape (n,); unique among rows of equal ``key``.

    Returns
    -------
    order
        Row numbers in sorted order, shape (n,).

    Examples
    --------
    >>> order_by(np.array([7, 3, 7]), np.array(["b", "c", "a"])).tolist()
    [1, 2, 0]
    """
    order = np.argsort(key, kind="stable")
    ranked = key[order]
    same = ranked[1:] == ranked[:-1]
    if not same.any():
        return order
    # comparing text is slow, so only the rows that tie are compared
    tied = np.zeros(len(key), dtype=bool)
    tied[1:] |= same
    tied[:-1] |= same
    rows = order[tied]
    order[tied] = rows[np.lexsort((ids[rows], key[rows]))]
    return order
