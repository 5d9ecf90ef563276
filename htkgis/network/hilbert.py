"""Hilbert order: neighbours in the plane become neighbours in memory.

A search walks from node to node, so its labels stay in the cache when nodes that lie
close together carry numbers that lie close together. The order also is the one thing
that makes a graph independent of the row order of its streets.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

BITS = 16


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
    last = (1 << bits) - 1
    index = np.zeros(len(xy), dtype=np.int64)
    for bit in range(bits - 1, -1, -1):
        right = (x >> bit) & 1
        upper = (y >> bit) & 1
        index = (index << 2) | ((3 * right) ^ upper)
        # turn the quadrant so that the curve inside it starts where the last one ended
        turned = upper == 0
        mirrored = turned & (right == 1)
        x = np.where(mirrored, last - x, x)
        y = np.where(mirrored, last - y, y)
        x, y = np.where(turned, y, x), np.where(turned, x, y)
    return index


def _cells(
    xy: npt.NDArray[np.float64], bits: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Find the grid cell of each point by column and row."""
    if len(xy) == 0:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing
    low = xy.min(axis=0)
    side_m = float((xy.max(axis=0) - low).max())
    if side_m == 0:
        side_m = 1.0
    count = 1 << bits
    cells = np.minimum((xy - low) * (count / side_m), count - 1).astype(np.int64)
    return cells[:, 0], cells[:, 1]


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
