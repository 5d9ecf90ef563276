"""Groups of rows that stand one after the other, such as the vertices of edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Offsets = npt.NDArray[np.int64]


def ragged_rows(
    start: Offsets, groups: npt.NDArray[np.integer[Any]]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """List the rows of some groups, such as the vertices of some edges.

    Parameters
    ----------
    start
        Where each group begins, and after them where the last one ends, shape (n + 1,).
    groups
        Group numbers, shape (k,), repeats allowed.

    Returns
    -------
    rows
        Row numbers, group after group.
    owner
        For each row, which of the ``k`` groups it belongs to.

    Examples
    --------
    >>> rows, owner = ragged_rows(np.array([0, 2, 5]), np.array([1, 0]))
    >>> rows.tolist(), owner.tolist()
    ([2, 3, 4, 0, 1], [0, 0, 0, 1, 1])
    """
    begin = start[groups]
    count = start[np.asarray(groups) + 1] - begin
    owner = np.repeat(np.arange(len(begin), dtype=np.int64), count)
    first_row = np.cumsum(count) - count
    return np.arange(len(owner), dtype=np.int64) + (begin - first_row)[owner], owner


def offsets(owner: npt.NDArray[np.integer[Any]], count: int) -> Offsets:
    """Say where each of ``count`` groups begins once rows are sorted by owner.

    Examples
    --------
    >>> offsets(np.array([0, 0, 2]), 3).tolist()
    [0, 2, 2, 3]
    """
    return np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=count))]).astype(np.int64)
