"""Targets: the points that searches count, weigh or measure the time to, in search order.

A target hangs on both ends of its edge. A search that has labelled nodes marks the targets
that hang on them and lists them in rising order, so that sums are taken in one order whatever
was searched together; what a sum gives never depends on batches, threads or rows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel

from .graph import Graph
from .lanes import lowest_bit
from .search import Side

WORD_SHIFT = 5
"""A word holds 32 marks, so that its sign is never one of them."""
WORD_BITS = 1 << WORD_SHIFT


class Targets(NamedTuple):
    """Points to be reached, sorted by edge; made by :func:`targets_of`.

    ``side`` holds the points with costs clipped to one more than the cutoff, and an end that
    is never the sooner one left out; ``order`` their place among the points that were given.
    Node ``i`` has ``hanging[node_start[i]:node_start[i + 1]]``.
    """

    side: Side
    order: npt.NDArray[np.int64]
    node_start: npt.NDArray[np.int32]
    hanging: npt.NDArray[np.int32]


class Listing(NamedTuple):
    """Arrays to list targets with: marks, all clear between two searches, and the list.

    A mark in ``words`` stands for a word of ``marks`` that is not clear, so that listing takes
    no longer where there are more targets elsewhere.
    """

    marks: npt.NDArray[np.int64]
    words: npt.NDArray[np.int64]
    listed: npt.NDArray[np.int32]


def listing(count: int) -> Listing:
    """Lay out the arrays to list some of ``count`` targets."""
    words = (count >> WORD_SHIFT) + 1
    return Listing(
        marks=np.zeros(words, dtype=np.int64),
        words=np.zeros((words >> WORD_SHIFT) + 1, dtype=np.int64),
        listed=np.empty(count, dtype=np.int32),
    )


def targets_of(
    graph: Graph, side: Side, rows: npt.NDArray[np.int64], *, cutoff_ds: int, reverse: bool
) -> Targets:
    """Sort points into targets of a search, and hang them on the nodes.

    Parameters
    ----------
    graph
        Graph to search.
    side
        Points to be reached.
    rows
        Which of the points to take.
    cutoff_ds
        Largest time that counts, in deciseconds.
    reverse
        Whether the search runs against the arrows.

    Returns
    -------
    targets
        Without the points that no search can reach within the cutoff.
    """
    closed = cutoff_ds + 1
    costs = np.minimum(side.costs[rows], closed)
    reachable = (np.minimum(costs[:, 0], costs[:, 1]) < closed) | (side.edge[rows] >= 0)
    rows, costs = rows[reachable], costs[reachable]
    nodes = side.nodes[rows].copy()
    order = np.lexsort((rows, nodes[:, 0], side.edge[rows]))
    rows, nodes, costs = rows[order], nodes[order], costs[order]
    _drop_later_ends(graph, side.edge[rows], costs, closed, reverse=reverse)
    for end in (0, 1):
        # an end that is left out points at the other one, so that no row is read for nothing
        out = costs[:, end] == closed
        nodes[out, end] = nodes[out, 1 - end]
    owner, target = _hung(nodes, costs, closed)
    start = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=graph.nodes))])
    kept = Side._make(part[rows] for part in side)
    return Targets(
        side=kept._replace(nodes=nodes, costs=costs),
        order=rows,
        node_start=start.astype(np.int32),
        hanging=target.astype(np.int32),
    )


def _drop_later_ends(
    graph: Graph,
    edge: npt.NDArray[np.int32],
    costs: npt.NDArray[np.int32],
    closed: int,
    *,
    reverse: bool,
) -> None:
    """Close the end of an edge by which a point is never reached sooner than by the other."""
    on = edge >= 0
    there, back = graph.edge_forward_ds[edge], graph.edge_backward_ds[edge]
    if reverse:
        there, back = back, there
    first, second = costs[:, 0].astype(np.int64), costs[:, 1].astype(np.int64)
    second_later = on & (back >= 0) & (second >= first + back) & (first < closed)
    first_later = on & (there >= 0) & (first >= second + there) & (second < closed)
    costs[second_later, 1] = closed
    costs[first_later & ~second_later, 0] = closed


def _hung(
    nodes: npt.NDArray[np.int32], costs: npt.NDArray[np.int32], closed: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """List pairs of node and target by node."""
    target, end = np.nonzero(costs < closed)
    owner = nodes[target, end]
    order = np.argsort(owner, kind="stable")
    return owner[order], target[order]


def own_targets(targets: Targets, edge: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Find for each searching point the targets on its own edge: first and behind the last.

    Parameters
    ----------
    targets
        Any targets.
    edge
        Edge of each searching point, shape (n,); -1 for those on no edge.

    Returns
    -------
    own
        Numbers of targets, int32, shape (n, 2).
    """
    own = np.stack(
        [np.searchsorted(targets.side.edge, edge, side=s) for s in ("left", "right")], axis=1
    )
    own[edge < 0] = 0
    return own.astype(np.int32)


@kernel
def mark(number: int, lists: Listing) -> None:
    """Note that a target is to be listed."""
    word = number >> WORD_SHIFT
    lists.marks[word] |= 1 << (number & (WORD_BITS - 1))
    lists.words[word >> WORD_SHIFT] |= 1 << (word & (WORD_BITS - 1))


@kernel
def mark_hanging(
    targets: Targets, touched: npt.NDArray[np.int32], count: int, lists: Listing
) -> None:
    """Mark what hangs on the first ``count`` nodes that were touched."""
    start, hanging, marks, words = targets.node_start, targets.hanging, lists.marks, lists.words
    for visited in range(count):
        node = touched[visited]
        for place in range(start[node], start[node + 1]):
            number = hanging[place]
            word = number >> WORD_SHIFT
            marks[word] |= 1 << (number & (WORD_BITS - 1))
            words[word >> WORD_SHIFT] |= 1 << (word & (WORD_BITS - 1))


@kernel
def list_marked(lists: Listing) -> int:
    """List the marked targets in rising order, clear the marks, and give how many they are."""
    marks, words, listed = lists.marks, lists.words, lists.listed
    found = 0
    for group in range(words.size):
        marked = words[group]
        words[group] = 0
        while marked != 0:
            word = (group << WORD_SHIFT) + lowest_bit(marked)
            marked &= marked - 1
            bits = marks[word]
            marks[word] = 0
            first = word << WORD_SHIFT
            while bits != 0:
                listed[found] = first + lowest_bit(bits)
                found += 1
                bits &= bits - 1
    return found
