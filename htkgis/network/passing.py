"""Betweenness of a few streets: the shortest trips along them, without following all others.

Starts are searched 64 at a time, for numbers of junctions run along a Hilbert curve, so those
that follow each other are neighbours. Of what a start reaches only the trips that come along the
streets are looked at, and what ways lead to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel

from .batch import bucket_shift
from .betweenness import Entering, Floats, Ints, entering_arcs, timed
from .graph import Graph
from .lanes import LANES, Lanes, relax, unreached_lanes
from .search import NOBODY, Arcs, arcs_of, search, search_limit

Flags = npt.NDArray[np.bool_]
Left = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
"""What is left of the time at each node, one more than the limit at the start; 0: not reached."""
TURNS = 256
"""Into so many parts nodes are put by their time, before those of one part are sorted."""


class _Queue(NamedTuple):
    """Arrays that the searches share one after the other; a bucket is ``2**shift`` ds wide."""

    labels: Lanes
    waits: Flags
    following: Ints
    heads: Ints
    reached: Flags
    visited: Ints
    shift: int


class _Counts(NamedTuple):
    """What is counted from one start after the other.

    Of each node, all nothing between two starts: the shortest ways to it, whether it matters,
    whether any way passed an end of the streets, the trips that went on. A list of nodes, the
    same sorted, and their arcs on shortest ways: ``last`` of ``sorted[i]`` begin at ``begin[i]``.
    """

    ways: Floats
    matters: Flags
    passed: Flags
    onward: Floats
    nodes: Ints
    sorted: Ints
    turns: Ints
    last: Ints
    begin: Ints


def trips_along(
    graph: Graph, edges: npt.ArrayLike, *, limits_ds: Sequence[int]
) -> npt.NDArray[np.float64]:
    r"""
    Count the shortest trips between all junctions that pass along some edges.

    Parameters
    ----------
    graph
        Any graph; times of edges are those of :func:`~htkgis.network.edge_betweenness`.
    edges
        Edge numbers, shape (k,).
    limits_ds
        Longest trips in deciseconds, each >= 0, shape (n,): one search serves them all.

    Returns
    -------
    trips
        Shape (n, k), >= 0: by limit and edge what ``edge_betweenness`` counts with all nodes as
        sources, but for the last digits of sums of shares. The same to the last digit whatever
        other limits are asked for, and in any part of the graph that holds the streets that
        matter, with its junctions and streets in the same order.

    Notes
    -----
    Shortest ways from a start make a net without a circle. A trip comes along the edges only if
    it passes one of their ends: those ends that the start reaches and all that lies behind them
    in the net are its targets, and of what lies before these in turn it is counted how many
    ways lead there. All else that the start reaches is not looked at. The sums are taken from one
    start after the other, and of each in the order of times, so that no digit rests on what was
    left out.

    Examples
    --------
    Three junctions in a row: the first street carries a-b, a-c and back, 4 trips of 6:

    >>> import geopandas as gpd
    >>> import shapely
    >>> from .graph import build_graph
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s", "t"], "from_node": ["a", "b"], "to_node": ["b", "c"],
    ...      "length_m": [100.0, 100.0], "oneway": [False] * 2, "walk": [True] * 2},
    ...     geometry=[shapely.LineString([(0, 0), (100, 0)]),
    ...               shapely.LineString([(100, 0), (200, 0)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> trips_along(graph, [0], limits_ds=[1000, 10_000]).tolist()
    [[2.0], [4.0]]
    """
    rows = np.asarray(edges, dtype=np.int64).reshape(-1)
    graph = timed(graph)
    limits = np.array([search_limit(limit_ds) for limit_ds in limits_ds], dtype=np.int64)
    if not limits.size:
        return np.zeros((0, len(rows)))
    longest = int(limits.max())
    ends = np.unique([graph.edge_from[rows], graph.edge_to[rows]]).astype(np.int32)
    first_ds = search(graph, ends, np.zeros(len(ends)), limit_ds=longest, reverse=True)
    trips = np.zeros((len(limits), graph.edges), dtype=np.float64)
    arcs, entering = arcs_of(graph, reverse=False), entering_arcs(graph)
    queue, counts = _queue(graph, longest), _counts(graph.nodes, len(entering.arcs))
    _count(arcs, entering, first_ds, ends, limits, queue, counts, trips)
    return np.ascontiguousarray(trips[:, rows])  # sums over rows add up in the order of one limit


def _queue(graph: Graph, longest: int) -> _Queue:
    shift = bucket_shift(graph, longest)
    return _Queue(
        labels=unreached_lanes(graph.nodes, longest),
        waits=np.zeros(graph.nodes, dtype=np.bool_),
        following=np.empty(graph.nodes, dtype=np.int32),
        heads=np.full((longest >> shift) + 1, NOBODY, dtype=np.int32),
        reached=np.zeros(graph.nodes, dtype=np.bool_),
        visited=np.empty(graph.nodes, dtype=np.int32),
        shift=shift,
    )


def _counts(nodes: int, arcs: int) -> _Counts:
    return _Counts(
        ways=np.zeros(nodes),
        matters=np.zeros(nodes, dtype=np.bool_),
        passed=np.zeros(nodes, dtype=np.bool_),
        onward=np.zeros(nodes),
        nodes=np.empty(nodes, dtype=np.int32),
        sorted=np.empty(nodes, dtype=np.int32),
        turns=np.empty(TURNS + 1, dtype=np.int32),
        last=np.empty(arcs, dtype=np.int32),
        begin=np.empty(nodes + 1, dtype=np.int32),
    )


@kernel
def _count(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    arcs: Arcs,
    entering: Entering,
    first_ds: Ints,
    ends: Ints,
    limits: npt.NDArray[np.int64],
    queue: _Queue,
    counts: _Counts,
    trips: Floats,
) -> None:
    """Add the trips from every node that comes to an end of the streets within a limit."""
    size, longest = first_ds.size, limits.max()
    batch = np.empty(LANES, dtype=np.int32)
    left = np.zeros((LANES, size), dtype=queue.labels.dtype)
    lanes = 0
    for source in range(size):
        if first_ds[source] <= longest:
            batch[lanes] = source
            lanes += 1
        if lanes == LANES or (source == size - 1 and lanes > 0):
            touched = _spread(arcs, batch[:lanes], longest, queue)
            _take_left(queue, touched, lanes, left)
            for lane in range(lanes):
                first = first_ds[batch[lane]]
                _count_from(arcs, entering, ends, left[lane], first, longest, limits, counts, trips)
            for number in range(touched):
                for lane in range(lanes):
                    left[lane, queue.visited[number]] = 0
            lanes = 0


@kernel
def _spread(arcs: Arcs, sources: Ints, limit: int, queue: _Queue) -> int:
    """Search from some nodes side by side; give how many any of them reaches, in ``visited``.

    As :func:`htkgis.network.batch.spread_lanes`, from nodes and without a fold.
    """
    indptr, adjacency = arcs.indptr, arcs.adjacency
    labels, waits, following, heads = queue.labels, queue.waits, queue.following, queue.heads
    whole, touched = limit + 1, 0
    for lane in range(sources.size):
        node = sources[lane]
        labels[node, lane] = whole
        waits[node] = True
        following[node] = heads[0]
        heads[0] = node
        queue.reached[node] = True
        queue.visited[touched] = node
        touched += 1
    waiting, bucket = touched, 0
    while waiting > 0:
        node = heads[bucket]
        if node == NOBODY:
            bucket += 1
            continue
        heads[bucket] = following[node]
        waits[node] = False
        waiting -= 1
        for arc in range(indptr[node], indptr[node + 1]):
            target, cost = adjacency[arc, 0], adjacency[arc, 1]
            if cost > limit:
                continue  # it might not fit the lanes
            left = relax(labels, node, target, cost)
            if left > 0 and not waits[target]:
                if not queue.reached[target]:
                    queue.reached[target] = True
                    queue.visited[touched] = target
                    touched += 1
                turn = max((whole - left) >> queue.shift, bucket)
                waits[target] = True
                following[target] = heads[turn]
                heads[turn] = target
                waiting += 1
    return touched


@kernel
def _take_left(queue: _Queue, touched: int, lanes: int, left: Left) -> None:
    """Hand over what is left at each node, a row per source, and clear the lanes."""
    for number in range(touched):
        node = queue.visited[number]
        queue.reached[node] = False
        for lane in range(lanes):
            left[lane, node] = queue.labels[node, lane]
            queue.labels[node, lane] = 0


@kernel
def _count_from(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    arcs: Arcs,
    entering: Entering,
    ends: Ints,
    left: Left,
    first: int,
    longest: int,
    limits: npt.NDArray[np.int64],
    counts: _Counts,
    trips: Floats,
) -> None:
    """Add the trips from one node, which comes to an end after ``first`` deciseconds."""
    size = _list_passed(arcs, ends, left, counts)
    size = _list_before(entering, left, size, counts)
    _sort(left, longest, size, counts)
    nodes = counts.sorted[:size]
    _count_ways(entering, nodes, left, counts)
    for number in range(limits.size):
        if first <= limits[number]:
            lowest = longest + 1 - limits[number]
            _count_back(entering, nodes, left, lowest, counts, trips[number])
    for node in nodes:
        counts.ways[node] = 0.0
        counts.matters[node] = False
        counts.passed[node] = False


@kernel
def _list_passed(arcs: Arcs, ends: Ints, left: Left, counts: _Counts) -> int:
    """List the ends that are reached, and all that a shortest way leads to behind them."""
    indptr, adjacency = arcs.indptr, arcs.adjacency
    passed, matters, nodes = counts.passed, counts.matters, counts.nodes
    size, place = 0, 0
    for node in ends:
        if left[node] > 0:
            passed[node] = True
            matters[node] = True
            nodes[size] = node
            size += 1
    while place < size:
        node = nodes[place]
        place += 1
        here = np.int64(left[node])
        for arc in range(indptr[node], indptr[node + 1]):
            target = adjacency[arc, 0]
            there = here - adjacency[arc, 1]
            if there > 0 and there == left[target] and not passed[target]:
                passed[target] = True
                matters[target] = True
                nodes[size] = target
                size += 1
    return size


@kernel
def _list_before(entering: Entering, left: Left, size: int, counts: _Counts) -> int:
    """List also all that shortest ways to these pass."""
    matters, nodes = counts.matters, counts.nodes
    place = 0
    while place < size:
        node = nodes[place]
        place += 1
        here = np.int64(left[node])
        for row in range(entering.indptr[node], entering.indptr[node + 1]):
            before = entering.arcs[row, 0]
            if not matters[before] and left[before] == here + entering.arcs[row, 1]:
                matters[before] = True
                nodes[size] = before
                size += 1
    return size


@kernel
def _sort(left: Left, longest: int, size: int, counts: _Counts) -> None:
    """Sort the listed nodes by their time, those of one time by their number."""
    nodes, found, turns = counts.nodes, counts.sorted, counts.turns
    whole, shift = longest + 1, 0
    while longest >> shift >= TURNS:
        shift += 1
    turns[:] = 0
    for place in range(size):
        turns[((whole - np.int64(left[nodes[place]])) >> shift) + 1] += 1
    for turn in range(TURNS):
        turns[turn + 1] += turns[turn]
    for place in range(size):
        own_turn = (whole - np.int64(left[nodes[place]])) >> shift
        found[turns[own_turn]] = nodes[place]
        turns[own_turn] += 1
    for place in range(1, size):
        node, at = found[place], place
        own = left[node]
        while at > 0:
            other = found[at - 1]
            if left[other] > own or (left[other] == own and other < node):
                break
            found[at] = other
            at -= 1
        found[at] = node


@kernel
def _count_ways(entering: Entering, nodes: Ints, left: Left, counts: _Counts) -> None:
    """Count the shortest ways to every listed node, from the nearest on; note their last arcs."""
    ways, last, begin = counts.ways, counts.last, counts.begin
    ways[nodes[0]] = 1.0
    begin[1] = 0
    noted = 0
    for place in range(1, nodes.size):
        node = nodes[place]
        here, found = np.int64(left[node]), 0.0
        for row in range(entering.indptr[node], entering.indptr[node + 1]):
            before = entering.arcs[row, 0]
            if left[before] == here + entering.arcs[row, 1]:
                found += ways[before]
                last[noted] = row
                noted += 1
        ways[node] = found
        begin[place + 1] = noted


@kernel
def _count_back(
    entering: Entering, nodes: Ints, left: Left, lowest: int, counts: _Counts, trips: Floats
) -> None:
    """Add the trips from one source: what ends at a node or passes it came along its last arcs.

    Only nodes with ``lowest`` or more left are within the limit.
    """
    ways, passed, onward = counts.ways, counts.passed, counts.onward
    last, begin = counts.last, counts.begin
    for place in range(nodes.size - 1, 0, -1):
        node = nodes[place]
        if not passed[node] or left[node] < lowest:
            continue
        share = (1.0 + onward[node]) / ways[node]
        onward[node] = 0.0
        for number in range(begin[place], begin[place + 1]):
            before, edge = entering.arcs[last[number], 0], entering.arcs[last[number], 2]
            passing = ways[before] * share
            trips[edge] += passing
            if passed[before]:
                onward[before] += passing
    onward[nodes[0]] = 0.0
