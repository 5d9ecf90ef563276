"""Batches: one search for 64 origins that are neighbours, whose labels lie side by side.

All lanes share a bucket queue. A node waits under the soonest lane that changed, and hands on all
its lanes when its turn comes; lanes that change again later put it back, until none does. What
neighbours reach is mostly the same, so one visit of a node serves 64 origins.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel

from .graph import Graph
from .lanes import LANES, Lanes, relax, unreached_lanes
from .search import NOBODY, along_edge
from .searches import Searches
from .targets import Listing, list_marked, listing, mark, mark_hanging

UNTOUCHED, IDLE, WAITING = 0, 1, 2
MAX_BUCKETS = 2**14
EDGES_PER_BUCKET = 1
"""Width of a bucket in edges of mean cost. Measured: a flat optimum between 1/8 and 2."""


class BatchWork(NamedTuple):
    """Arrays that batches share one after the other; see :func:`batch_work`.

    Between two batches every label is "not reached", every node untouched, no target marked, no
    part of the fold ``passed``, and no edge ``shared`` with a target; the one behind the last
    stands for none. A bucket is ``2**shift`` deciseconds wide.
    """

    labels: Lanes
    row: Lanes
    state: npt.NDArray[np.uint8]
    following: npt.NDArray[np.int32]
    touched: npt.NDArray[np.int32]
    heads: npt.NDArray[np.int32]
    shift: int
    shared: npt.NDArray[np.bool_]
    lists: Listing
    chains: npt.NDArray[np.int32]
    passed_chains: npt.NDArray[np.bool_]
    passed_trees: npt.NDArray[np.bool_]


def bucket_shift(graph: Graph, cutoff_ds: int) -> int:
    """Pick the width of a bucket, as a power of two of deciseconds."""
    shift: int = max(0, round(np.log2(max(1.0, graph.mean_cost_ds * EDGES_PER_BUCKET))))
    while cutoff_ds >> shift >= MAX_BUCKETS:
        shift += 1
    return shift


def batch_work(graph: Graph, searches: Searches) -> BatchWork:
    """Lay out the arrays for the batches of one thread."""
    shift = bucket_shift(graph, searches.cutoff)
    return BatchWork(
        labels=unreached_lanes(graph.nodes, searches.cutoff),
        row=unreached_lanes(1, searches.cutoff),
        state=np.zeros(graph.nodes, dtype=np.uint8),
        following=np.empty(graph.nodes, dtype=np.int32),
        touched=np.empty(graph.nodes, dtype=np.int32),
        heads=np.full((searches.cutoff >> shift) + 1, NOBODY, dtype=np.int32),
        shift=shift,
        shared=np.zeros(graph.edges + 1, dtype=np.bool_),
        lists=listing(len(searches.targets.order)),
        chains=np.empty(len(searches.wanted_chains), dtype=np.int32),
        passed_chains=np.zeros(len(searches.wanted_chains), dtype=np.bool_),
        passed_trees=np.zeros(graph.nodes, dtype=np.bool_),
    )


@kernel
def _seed(searches: Searches, first: int, last: int, work: BatchWork) -> int:
    """Label the ends of the sources' edges and let them wait; give how many nodes."""
    touched = 0
    for place in range(first, last):
        source = searches.order[place]
        for end in range(2):
            cost = searches.sources.costs[source, end]
            node = searches.sources.nodes[source, end]
            left = searches.cutoff + 1 - cost
            if left > work.labels[node, place - first]:
                work.labels[node, place - first] = left
                if work.state[node] != WAITING:
                    work.state[node] = WAITING
                    work.touched[touched] = node
                    touched += 1
                    work.following[node] = work.heads[cost >> work.shift]
                    work.heads[cost >> work.shift] = node
    return touched


@kernel
def spread_lanes(searches: Searches, first: int, last: int, work: BatchWork) -> int:
    """Label every node that any source of a batch reaches; give how many, in ``touched``.

    Of what is folded, only the parts that targets hang on.
    """
    indptr, adjacency = searches.fold.climb.indptr, searches.fold.climb.adjacency
    labels, state, following, heads = work.labels, work.state, work.following, work.heads
    visited, shift, whole = work.touched, work.shift, searches.cutoff + 1
    touched = _seed(searches, first, last, work)
    waiting = touched
    bucket = 0
    while waiting > 0:
        node = heads[bucket]
        if node == NOBODY:
            bucket += 1
            continue
        heads[bucket] = following[node]
        state[node] = IDLE
        waiting -= 1
        for arc in range(indptr[node], indptr[node + 1]):
            target = adjacency[arc, 0]
            left = relax(labels, node, target, adjacency[arc, 1])
            if left > 0 and state[target] != WAITING:
                if state[target] == UNTOUCHED:
                    visited[touched] = target
                    touched += 1
                # a lane may be sooner than the current bucket, which then is its turn
                turn = max((whole - left) >> shift, bucket)
                state[target] = WAITING
                following[target] = heads[turn]
                heads[turn] = target
                waiting += 1
    return _unfold_trees(searches, _unfold_chains(searches, touched, work), work)


@kernel
def _unfold_chains(searches: Searches, touched: int, work: BatchWork) -> int:
    """Pass along the chains that were met, there and back; give how many nodes are touched."""
    folded, wanted, passed = searches.fold, searches.wanted_chains, work.passed_chains
    root, chain, listed = folded.root, folded.chain, work.chains
    start, meeting = folded.meeting_start, folded.meeting
    met = 0
    for number in range(touched):
        node = root[work.touched[number]]
        own = chain[node]
        if own != NOBODY and wanted[own] and not passed[own]:
            passed[own] = True
            listed[met] = own
            met += 1
        for place in range(start[node], start[node + 1]):
            other = meeting[place]
            if wanted[other] and not passed[other]:
                passed[other] = True
                listed[met] = other
                met += 1
    for number in range(met):
        passed[listed[number]] = False
        first, last = folded.chain_start[listed[number]], folded.chain_start[listed[number] + 1]
        touched = _pass_along(folded.chain_steps, first, last, touched, work)
    return touched


@kernel
def _unfold_trees(searches: Searches, touched: int, work: BatchWork) -> int:
    """Pass out into the dead ends of all roots that were met; give how many are touched."""
    folded, wanted, passed = searches.fold, searches.wanted_trees, work.passed_trees
    root, before = folded.root, touched
    for number in range(before):
        node = root[work.touched[number]]
        if wanted[node] and not passed[node]:
            passed[node] = True
            first, last = folded.tree_start[node], folded.tree_start[node + 1]
            touched = _pass_along(folded.tree_steps, first, last, touched, work)
    for number in range(before):
        passed[root[work.touched[number]]] = False
    return touched


@kernel
def _pass_along(
    steps: npt.NDArray[np.int32],
    first: int,
    last: int,
    touched: int,
    work: BatchWork,
) -> int:
    """Relax steps in their order; give how many nodes are touched."""
    labels, state, visited = work.labels, work.state, work.touched
    for step in range(first, last):
        target = steps[step, 1]
        left = relax(labels, steps[step, 0], target, steps[step, 2])
        if left > 0 and state[target] == UNTOUCHED:
            state[target] = IDLE
            visited[touched] = target
            touched += 1
    return touched


@kernel
def list_reached(searches: Searches, first: int, last: int, touched: int, work: BatchWork) -> int:
    """List the targets that a batch may reach, in rising order; give how many they are."""
    mark_hanging(searches.targets, work.touched, touched, work.lists)
    for place in range(first, last):
        source = searches.order[place]
        for target in range(searches.own[source, 0], searches.own[source, 1]):
            mark(target, work.lists)
            work.shared[searches.sources.edge[source]] = True
    return list_marked(work.lists)


@kernel
def label_along(searches: Searches, first: int, last: int, target: int, work: BatchWork) -> None:
    """Raise in ``row`` the sources on the edge of a target to what the way along it leaves."""
    sources, side = searches.sources, searches.targets.side
    for place in range(first, last):
        source = searches.order[place]
        if sources.edge[source] == side.edge[target]:
            if searches.reverse:
                time = along_edge(side, target, sources, source)
            else:
                time = along_edge(sources, source, side, target)
            if time <= searches.cutoff:
                left = max(searches.cutoff + 1 - time, work.row[0, place - first])
                work.row[0, place - first] = left


@kernel
def clear_batch(searches: Searches, first: int, last: int, touched: int, work: BatchWork) -> None:
    """Make the arrays as they were before the batch."""
    labels, state, visited = work.labels, work.state, work.touched
    for number in range(touched):
        node = visited[number]
        state[node] = UNTOUCHED
        for lane in range(LANES):
            labels[node, lane] = 0
    for place in range(first, last):
        edge = searches.sources.edge[searches.order[place]]
        if edge >= 0:
            work.shared[edge] = False
