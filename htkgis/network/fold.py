"""Folding: dead ends and chains of streets are kept out of the search, and filled in afterwards.

Most nodes are no choice: they lie in a dead end, or have one way on. A search that only climbs
(out of dead ends to their root, along chains to their ends, between the junctions that are left)
labels those junctions exactly. What was folded is then labelled by passing along it once: each
chain there and back, each dead end outwards. Labels are equal to those of the whole graph.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.units import UNREACHED

from .graph import Graph
from .search import Arcs, arcs_of

Ints = npt.NDArray[np.int32]

NONE = -1
CHAIN_NEIGHBOURS = 2


class Fold(NamedTuple):
    """A folded graph; made by :func:`fold`.

    ``climb`` are the arcs of the search. Node ``i`` hangs on the junction or chain node
    ``root[i]``, itself unless in a dead end, and lies in chain ``chain[i]``, -1 if in none.
    Chain ``c`` is passed by ``chain_steps[chain_start[c]:chain_start[c + 1]]``, the dead ends of
    root ``r`` by ``tree_steps[tree_start[r]:tree_start[r + 1]]``: (from, to, cost) each, in
    order. The chains at junction ``i`` are ``meeting[meeting_start[i]:meeting_start[i + 1]]``.
    """

    climb: Arcs
    root: Ints
    chain: Ints
    chain_start: Ints
    chain_steps: Ints
    tree_start: Ints
    tree_steps: Ints
    meeting_start: Ints
    meeting: Ints


class Pairs(NamedTuple):
    """Pairs of joined nodes by node: the other node, and the least cost to it and from it."""

    start: Ints
    other: Ints
    leave: Ints
    enter: Ints


FOLDS: WeakKeyDictionary[Graph, dict[bool, Fold]] = WeakKeyDictionary()
JUNCTIONS: WeakKeyDictionary[Graph, npt.NDArray[np.bool_]] = WeakKeyDictionary()
"""Nodes of a graph that are folded into nothing, where links are to lead to them."""


def fold(graph: Graph, *, reverse: bool) -> Fold:
    """Fold the dead ends and chains of a graph; kept for as long as the graph is.

    Parameters
    ----------
    graph
        Any graph.
    reverse
        Whether it is searched against the arrows.
    """
    known = FOLDS.setdefault(graph, {})
    side = reverse and graph.directed
    if side not in known:
        known[side] = _folded(graph, reverse=side)
    return known[side]


def wanted_parts(
    folded: Fold, hanging: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Mark the chains, and the roots of dead ends, whose nodes have any target hanging on them."""
    nodes = np.flatnonzero(hanging)
    roots = folded.root[nodes]
    chains = np.zeros(len(folded.chain_start) - 1, dtype=bool)
    chains[folded.chain[roots][folded.chain[roots] != NONE]] = True
    trees = np.zeros(len(hanging), dtype=bool)
    trees[roots[roots != nodes]] = True
    return chains, trees


def clipped(folded: Fold, cutoff_ds: int) -> Fold:
    """Cut costs above a cutoff to one more than it, so that they fit the lanes."""
    parts = []
    for rows in (folded.climb.adjacency, folded.chain_steps, folded.tree_steps):
        cut = rows
        if rows[:, -1].max(initial=0) > cutoff_ds + 1:
            cut = rows.copy()
            np.minimum(cut[:, -1], cutoff_ds + 1, out=cut[:, -1])
        parts.append(cut)
    climb = Arcs(*read_only(folded.climb.indptr, parts[0]))
    return folded._replace(climb=climb, chain_steps=parts[1], tree_steps=parts[2])


def _folded(graph: Graph, *, reverse: bool) -> Fold:
    pairs = _joined(graph, reverse=reverse)
    stays = JUNCTIONS.get(graph)
    stays = np.zeros(graph.nodes, dtype=np.bool_) if stays is None else stays
    root, parent, order = _peel(pairs, stays)
    chain, lists = _walk_chains(pairs, root, parent, stays)
    climbs, steps, ends = lists
    tree_steps, tree_root = _tree_steps(pairs, root, parent, order)
    arcs = climbs[np.argsort(climbs[:, 0], kind="stable")]
    chains = int(chain.max(initial=NONE)) + 1
    met = ends[np.lexsort((ends[:, 1], ends[:, 0]))]
    return Fold(
        climb=Arcs(*read_only(_starts(arcs[:, 0], graph.nodes), arcs[:, 1:])),
        root=root,
        chain=chain,
        chain_start=_starts(steps[:, 0], chains),
        chain_steps=np.ascontiguousarray(steps[:, 1:]),
        tree_start=_starts(tree_root, graph.nodes),
        tree_steps=tree_steps,
        meeting_start=_starts(met[:, 0], graph.nodes),
        meeting=np.ascontiguousarray(met[:, 1]),
    )


def _starts(owner: Ints, count: int) -> Ints:
    """Say where each of ``count`` groups begins in rows that are sorted by owner."""
    return np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=count))]).astype(np.int32)


def read_only(*arrays: Ints) -> list[Ints]:
    """Make arrays like those of a graph, so that one compiled version of a kernel does."""
    views = [np.ascontiguousarray(array) for array in arrays]
    for view in views:
        view.flags.writeable = False
    return views


class Joints(NamedTuple):
    """Which nodes are joined, whatever it costs: the same for all who may use the same ways.

    ``arcs`` are those between different nodes, and ``place`` is the pair that each belongs to, of
    all pairs seen from their lower node, then of all seen from their higher one. ``start`` and
    ``other`` are those of :class:`Pairs`, whose rows are ``order`` of these, and ``back`` of the
    same seen from the other node.
    """

    arcs: npt.NDArray[np.intp]
    place: npt.NDArray[np.int64]
    order: npt.NDArray[np.intp]
    back: npt.NDArray[np.intp]
    start: Ints
    other: Ints


def _joined(graph: Graph, *, reverse: bool) -> Pairs:
    """List the pairs of different nodes that any arc joins, with the least cost each way."""
    arcs = arcs_of(graph, reverse=reverse)
    ways = np.ascontiguousarray(arcs.adjacency[:, 0])
    # graphs of the same streets at other speeds have the same ways
    key = ("joints", *(hashlib.sha256(each.tobytes()).digest() for each in (arcs.indptr, ways)))
    joints = graph.drawing.once(key, lambda: _joints(arcs.indptr, ways))
    costs = np.full(len(joints.order), UNREACHED, dtype=np.int32)
    np.minimum.at(costs, joints.place, arcs.adjacency[joints.arcs, 1])
    return Pairs(joints.start, joints.other, costs[joints.order], costs[joints.back])


def _joints(indptr: Ints, ways: Ints) -> Joints:
    """Find the pairs of nodes that arcs join, given as those of :class:`Graph`."""
    nodes = len(indptr) - 1
    start = np.repeat(np.arange(nodes), np.diff(indptr))
    end = ways.astype(np.int64)
    apart = np.flatnonzero(start != end)
    start, end = start[apart], end[apart]
    key, pair = np.unique(
        np.minimum(start, end) * nodes + np.maximum(start, end), return_inverse=True
    )
    low, high = key // nodes, key % nodes
    pairs = len(key)
    owner = np.concatenate([low, high])
    order = np.argsort(owner, kind="stable")
    return Joints(
        apart,
        pair + pairs * (start > end),
        order,
        (order + pairs) % max(2 * pairs, 1),
        _starts(owner[order].astype(np.int32), nodes),
        np.concatenate([high, low])[order].astype(np.int32),
    )


@kernel
def _peel(pairs: Pairs, stays: npt.NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
    """Peel off ends until none is left: root, place of the pair to the parent, and the order."""
    start, other = pairs.start, pairs.other
    nodes = start.size - 1
    left = start[1:] - start[:-1]
    parent = np.full(nodes, NONE, np.int32)
    order = np.empty(nodes, np.int32)
    peeled = 0
    for first in range(nodes):
        node = first
        while left[node] == 1 and parent[node] == NONE and not stays[node]:
            place = start[node]
            # the one neighbour that is not peeled off
            while parent[other[place]] != NONE:
                place += 1
            parent[node] = place
            left[node] = 0
            order[peeled] = node
            peeled += 1
            node = other[place]
            left[node] -= 1
    root = np.arange(nodes).astype(np.int32)
    for number in range(peeled - 1, -1, -1):
        root[order[number]] = root[other[parent[order[number]]]]
    return root, parent, order[:peeled][::-1].copy()


@kernel
def _tree_steps(pairs: Pairs, root: Ints, parent: Ints, order: Ints) -> tuple[Ints, Ints]:
    """List the ways out into dead ends, by root, from the root outwards; and their roots."""
    by_root = np.argsort(root[order], kind="mergesort")
    steps = np.empty((order.size, 3), np.int32)
    roots = np.empty(order.size, np.int32)
    for number in range(order.size):
        node = order[by_root[number]]
        steps[number, 0] = pairs.other[parent[node]]
        steps[number, 1] = node
        steps[number, 2] = pairs.enter[parent[node]]
        roots[number] = root[node]
    return steps, roots


@kernel
def _kept(pairs: Pairs, node: int, parent: Ints) -> int:
    """Count the neighbours of a node that are in no dead end."""
    count = 0
    for place in range(pairs.start[node], pairs.start[node + 1]):
        count += parent[pairs.other[place]] == NONE
    return count


@kernel
def _walk_chains(
    pairs: Pairs, root: Ints, parent: Ints, stays: npt.NDArray[np.bool_]
) -> tuple[Ints, tuple[Ints, Ints, Ints]]:
    """Follow every chain from one junction to the next.

    Gives the chain of each node, and rows of: ways to climb (from, to, cost), steps (chain,
    from, to, cost), and junctions with the chains that meet there.
    """
    nodes = root.size
    junction = np.zeros(nodes, np.bool_)
    for node in range(nodes):
        many = stays[node] or _kept(pairs, node, parent) != CHAIN_NEIGHBOURS
        junction[node] = parent[node] == NONE and many
    chain = np.full(nodes, NONE, np.int32)
    climbs = np.empty((pairs.other.size * 2 + 3 * nodes, 3), np.int32)
    steps = np.empty((2 * pairs.other.size, 4), np.int32)
    ends = np.empty((pairs.other.size, 2), np.int32)
    way = np.empty(nodes + 2, np.int32)
    used = np.zeros(4, np.int64)
    for node in range(nodes):
        place = parent[node]
        if place != NONE:
            used[0] = _add_climb(climbs, used[0], node, pairs.other[place], pairs.leave[place])
        elif junction[node]:
            _walk_from(pairs, node, parent, junction, chain, climbs, steps, ends, way, used)
    for node in range(nodes):
        if parent[node] == NONE and not junction[node] and chain[node] == NONE:
            # a ring without a junction gets one
            junction[node] = True
            _walk_from(pairs, node, parent, junction, chain, climbs, steps, ends, way, used)
    found = climbs[: used[0]].copy(), steps[: used[1]].copy(), ends[: used[2]].copy()
    return chain, found


@kernel
def _walk_from(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    pairs: Pairs,
    node: int,
    parent: Ints,
    junction: npt.NDArray[np.bool_],
    chain: Ints,
    climbs: Ints,
    steps: Ints,
    ends: Ints,
    way: Ints,
    used: npt.NDArray[np.int64],
) -> None:
    """Follow the chains from a junction that were not followed from their other end.

    ``used`` are the rows that are filled of ``climbs``, ``steps`` and ``ends``, and the chains.
    """
    for place in range(pairs.start[node], pairs.start[node + 1]):
        after = pairs.other[place]
        if parent[after] != NONE:
            continue
        if junction[after]:
            used[0] = _add_climb(climbs, used[0], node, after, pairs.leave[place])
        elif chain[after] == NONE:
            length = _follow(pairs, parent, junction, node, place, way)
            _fold_chain(pairs, way, length, used[3], chain, climbs, steps, ends, used)
            used[3] += 1


@kernel
def _add_climb(climbs: Ints, used: int, node: int, to: int, cost: int) -> int:
    """Add a way to climb unless it is closed; give how many there are."""
    if cost >= UNREACHED or node == to:
        return used
    climbs[used, 0] = node
    climbs[used, 1] = to
    climbs[used, 2] = cost
    return used + 1


@kernel
def _follow(
    pairs: Pairs, parent: Ints, junction: npt.NDArray[np.bool_], node: int, place: int, way: Ints
) -> int:
    """Write down the pairs passed from a junction to the next, and it; give how many pairs."""
    before = node
    length = 0
    while True:
        way[length] = place
        length += 1
        here = pairs.other[place]
        if junction[here]:
            way[length] = node
            return length
        place = pairs.start[here]
        while parent[pairs.other[place]] != NONE or pairs.other[place] == before:
            place += 1
        before = here


@kernel
def _fold_chain(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    pairs: Pairs,
    way: Ints,
    length: int,
    number: int,
    chain: Ints,
    climbs: Ints,
    steps: Ints,
    ends: Ints,
    used: npt.NDArray[np.int64],
) -> None:
    """Fold one chain: its ways to climb, its steps there and back, and its ends."""
    first, last = way[length], pairs.other[way[length - 1]]
    ahead, back = 0, 0
    for place in way[:length]:
        ahead += pairs.leave[place]
    used[0] = _add_climb(climbs, used[0], first, last, ahead)
    here = first
    for at in range(length):
        place = way[at]
        ahead -= pairs.leave[place]
        back += pairs.enter[place]
        after = pairs.other[place]
        used[0] = _add_climb(climbs, used[0], after, first, back)
        if at < length - 1:
            chain[after] = number
            used[0] = _add_climb(climbs, used[0], after, last, ahead)
            used[1] = _add_step(steps, used[1], number, here, after, pairs.leave[place])
        here = after
    for at in range(length - 1, 0, -1):
        before = pairs.other[way[at - 1]]
        after = pairs.other[way[at]]
        used[1] = _add_step(steps, used[1], number, after, before, pairs.enter[way[at]])
    for end in range(2 if first != last else 1):
        ends[used[2], 0] = first if end == 0 else last
        ends[used[2], 1] = number
        used[2] += 1


@kernel
def _add_step(steps: Ints, used: int, number: int, here: int, to: int, cost: int) -> int:
    """Add a step along a chain unless it is closed; give how many there are."""
    if cost >= UNREACHED:
        return used
    steps[used, 0] = number
    steps[used, 1] = here
    steps[used, 2] = to
    steps[used, 3] = cost
    return used + 1
