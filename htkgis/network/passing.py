"""Betweenness of a few streets: the shortest trips along them, without following all others.

Most junctions that a search from a far start comes to lie beside the way to these streets. What
cannot decide a trip along them is not searched, and from where no trip came along them nothing is
counted back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.units import UNREACHED

from .betweenness import Entering, Floats, Ints, entering_arcs, nodes_by_label, timed
from .graph import Graph
from .recost import both_ways_by_time
from .search import Arcs, Workspace, arcs_of, search, search_limit, workspace


class _Doors(NamedTuple):
    """Ends of the streets: which nodes are some, and how far from the nearest each node is.

    ``away`` is no more than the time of any way between a node and a door, in either direction.
    """

    here: npt.NDArray[np.bool_]
    away: Ints


class _Counts(NamedTuple):
    """Of each node: the shortest ways to it, whether any passed a door, the trips that went on."""

    ways: Floats
    passed: npt.NDArray[np.bool_]
    onward: Floats


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
    With :math:`T` the longest limit, :math:`D` from a start :math:`s` to the nearest end of the
    edges, and :math:`\delta(v)` between a junction and the nearest end, no more than any way
    between them takes: a trip to :math:`t` that passes an edge takes :math:`D + \delta(t)` at
    least. On every way to such a :math:`t` within its time :math:`\tau \le T` each junction has
    :math:`t_{sv} + t_{vt} \le \tau` and :math:`\delta(v) \le \delta(t) + t_{vt}`, so

    .. math:: t_{sv} + \delta(v) \le 2 \tau - D \le 2 T - D.

    Junctions beyond that are not searched: neither a trip along the edges nor any that is no
    longer and leads past them needs one.

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
    ends = np.unique([graph.edge_from[rows], graph.edge_to[rows]])
    nothing = np.zeros(len(ends))
    first_ds = search(graph, ends, nothing, limit_ds=longest, reverse=True)
    here = np.zeros(graph.nodes, dtype=np.bool_)
    here[ends] = True
    doors = _Doors(here, search(both_ways_by_time(graph), ends, nothing))
    work, shift = workspace(graph, spread_ds=0, limit_ds=longest)
    trips = np.zeros((len(limits), graph.edges), dtype=np.float64)
    arcs, entering = arcs_of(graph, reverse=False), entering_arcs(graph)
    _count(arcs, entering, first_ds, doors, limits, shift, work, trips)
    return np.ascontiguousarray(trips[:, rows])  # sums over rows add up in the order of one limit


@kernel
def _count(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    arcs: Arcs,
    entering: Entering,
    first_ds: Ints,
    doors: _Doors,
    limits: npt.NDArray[np.int64],
    shift: int,
    work: Workspace,
    trips: npt.NDArray[np.float64],
) -> None:
    """Add the trips from every node that comes to a door within a limit."""
    size = first_ds.size
    counts = _Counts(np.zeros(size), np.zeros(size, dtype=np.bool_), np.zeros(size))
    labels, longest = work.labels, limits.max()
    for source in range(size):
        if first_ds[source] > longest:
            continue
        most = 2 * longest - first_ds[source]
        _spread(arcs, source, doors.away, longest, most, shift, work)
        nodes = nodes_by_label(_labelled(labels, work.touched), labels)
        _count_ways(entering, nodes, labels, doors.here, counts)
        for number in range(limits.size):
            if first_ds[source] <= limits[number]:
                _count_back(entering, nodes, labels, limits[number], counts, trips[number])
        for node in nodes:
            labels[node] = UNREACHED
            counts.ways[node] = 0.0
            counts.passed[node] = False


@kernel
def _labelled(labels: Ints, found: Ints) -> Ints:
    """List the nodes with a label by their number.

    In what order a search came to them depends on streets that decide nothing, and would be seen
    in the last digits of sums.
    """
    count = 0
    for node in range(labels.size):
        found[count] = node
        count += labels[node] != UNREACHED
    return found[:count]


@kernel
def _spread(
    arcs: Arcs, source: int, away: Ints, limit: int, most: int, shift: int, work: Workspace
) -> None:
    """Label nodes within the limit that are no farther from source and doors together than most.

    As :func:`htkgis.network.search.spread` from one seed.
    """
    indptr, adjacency = arcs.indptr, arcs.adjacency
    labels, following, waits, heads = work.labels, work.following, work.waits, work.heads
    mask = heads.size - 1
    labels[source] = 0
    waiting, bucket = 1, 0
    following[source] = heads[0]
    heads[0] = source
    while waiting > 0:
        node = heads[bucket & mask]
        if node < 0:
            bucket += 1
            continue
        heads[bucket & mask] = following[node]
        waits[node] = False
        waiting -= 1
        label = labels[node]
        for arc in range(indptr[node], indptr[node + 1]):
            target = adjacency[arc, 0]
            cost = label + adjacency[arc, 1]
            if cost < labels[target] and cost <= limit and cost + away[target] <= most:
                labels[target] = cost
                if not waits[target]:
                    turn = max(cost >> shift, bucket) & mask
                    waits[target] = True
                    following[target] = heads[turn]
                    heads[turn] = target
                    waiting += 1


@kernel
def _count_ways(
    entering: Entering,
    nodes: Ints,
    labels: Ints,
    door: npt.NDArray[np.bool_],
    counts: _Counts,
) -> None:
    """Count the shortest ways to every node, and note whether any of them passed a door."""
    ways, passed = counts.ways, counts.passed
    ways[nodes[0]] = 1.0
    passed[nodes[0]] = door[nodes[0]]
    for place in range(1, nodes.size):
        node = nodes[place]
        found, through = 0.0, door[node]
        for row in range(entering.indptr[node], entering.indptr[node + 1]):
            before = entering.arcs[row, 0]
            if labels[before] + entering.arcs[row, 1] == labels[node]:
                found += ways[before]
                through |= passed[before]
        ways[node] = found
        passed[node] = through


@kernel
def _count_back(
    entering: Entering, nodes: Ints, labels: Ints, limit: int, counts: _Counts, trips: Floats
) -> None:
    """Add the trips from one source: what ends at a node or passes it came along its last edges."""
    ways, passed, onward = counts.ways, counts.passed, counts.onward
    for place in range(nodes.size - 1, 0, -1):
        node = nodes[place]
        if not passed[node] or labels[node] > limit:
            continue
        share = (1.0 + onward[node]) / ways[node]
        onward[node] = 0.0
        for row in range(entering.indptr[node], entering.indptr[node + 1]):
            before = entering.arcs[row, 0]
            if labels[before] + entering.arcs[row, 1] == labels[node]:
                passing = ways[before] * share
                trips[entering.arcs[row, 2]] += passing
                if passed[before]:
                    onward[before] += passing
    onward[nodes[0]] = 0.0
