"""Betweenness: how many shortest trips pass along each street."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.units import UNREACHED

from .edge_costs import CLOSED
from .graph import Graph
from .recost import with_costs
from .search import Arcs, Workspace, arcs_of, search_limit, spread, workspace

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

LABELS_PER_NODE = 16
"""So many labels a node are counted off sooner than the nodes are sorted by comparing them."""


class Entering(NamedTuple):
    """Arcs by the node they enter: ``indptr`` and rows (from node, cost, edge), int32."""

    indptr: Ints
    arcs: Ints


def edge_betweenness(graph: Graph, sources: npt.ArrayLike, *, limit_ds: int) -> Floats:
    r"""
    Count the shortest trips from some junctions to all others that pass along each edge.

    .. math::

        B_e = \sum_s \sum_{t \ne s,\; t_{st} \le T} \frac{\sigma_{st}(e)}{\sigma_{st}}

    with :math:`\sigma_{st}` the number of shortest ways, :math:`\sigma_{st}(e)` of those along the
    edge: trips of equal time share out evenly. A trip there and one back are two.

    Parameters
    ----------
    graph
        Any graph. An edge that takes no time is given one decisecond, so that the number of
        shortest ways is finite.
    sources
        Node numbers that trips start from, shape (k,); each once. All nodes of the graph give
        the exact betweenness.
    limit_ds
        Longest trip in deciseconds, >= 0.

    Returns
    -------
    betweenness
        Trips per edge, both directions together, shape (m,), >= 0.

    References
    ----------
    Brandes, U. (2001). A faster algorithm for betweenness centrality. Journal of Mathematical
    Sociology 25(2), 163-177; and (2008) for edges. Social Networks 30(2), 136-145.

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
    >>> edge_betweenness(graph, [0, 1, 2], limit_ds=10_000).tolist()
    [4.0, 4.0]
    """
    graph = timed(graph)
    limit = search_limit(limit_ds)
    work, shift = workspace(graph, spread_ds=0, limit_ds=limit)
    trips = np.zeros(graph.edges, dtype=np.float64)
    starts = np.asarray(sources, dtype=np.int32).reshape(-1)
    _count(arcs_of(graph, reverse=False), entering_arcs(graph), starts, limit, shift, work, trips)
    return trips


def timed(graph: Graph) -> Graph:
    """Let every edge that is open take a decisecond at least."""
    return with_costs(
        graph, _above_zero(graph.edge_forward_ds), _above_zero(graph.edge_backward_ds)
    )


def _above_zero(cost_ds: Ints) -> Ints:
    """Give what takes no time one decisecond, and leave closed what is closed."""
    return np.where(cost_ds == CLOSED, CLOSED, np.maximum(cost_ds, 1)).astype(np.int32)


def entering_arcs(graph: Graph) -> Entering:
    """Group the open arcs by the node they enter, with the edge they run along."""
    edge = np.arange(graph.edges, dtype=np.int32)
    there, back = graph.edge_forward_ds >= 0, graph.edge_backward_ds >= 0
    start = np.concatenate([graph.edge_from[there], graph.edge_to[back]])
    end = np.concatenate([graph.edge_to[there], graph.edge_from[back]])
    cost = np.concatenate([graph.edge_forward_ds[there], graph.edge_backward_ds[back]])
    rows = np.stack([start, cost, np.concatenate([edge[there], edge[back]])], axis=1)
    order = np.argsort(end, kind="stable")
    counts = np.bincount(end, minlength=graph.nodes)
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return Entering(indptr, np.ascontiguousarray(rows[order], dtype=np.int32))


@kernel
def _count(
    arcs: Arcs,
    entering: Entering,
    sources: Ints,
    limit: int,
    shift: int,
    work: Workspace,
    trips: Floats,
) -> None:
    """Add the trips from every source to the edges they pass."""
    labels = work.labels
    ways = np.zeros(labels.size, dtype=np.float64)
    onward = np.zeros(labels.size, dtype=np.float64)
    for source in range(sources.size):
        seed = sources[source : source + 1]
        count = spread(arcs, seed, np.zeros(1, dtype=np.int32), limit, shift, work)
        nodes = nodes_by_label(work.touched[:count], labels)
        _count_ways(entering, nodes, labels, ways)
        # from the farthest node back: what ends there or passes it came along its last edges
        for place in range(count - 1, 0, -1):
            node = nodes[place]
            share = (1.0 + onward[node]) / ways[node]
            for row in range(entering.indptr[node], entering.indptr[node + 1]):
                before = entering.arcs[row, 0]
                if labels[before] + entering.arcs[row, 1] == labels[node]:
                    passing = ways[before] * share
                    trips[entering.arcs[row, 2]] += passing
                    onward[before] += passing
        for node in nodes:
            labels[node] = UNREACHED
            ways[node] = 0.0
            onward[node] = 0.0


@kernel
def nodes_by_label(touched: Ints, labels: Ints) -> Ints:
    """Sort nodes by their label, those of one label as they come."""
    most = 0
    for node in touched:
        most = max(most, labels[node])
    if most > LABELS_PER_NODE * touched.size:
        return touched[np.argsort(labels[touched], kind="mergesort")]
    place = np.zeros(most + 2, dtype=np.int32)
    for node in touched:
        place[labels[node] + 1] += 1
    for label in range(most):
        place[label + 1] += place[label]
    nodes = np.empty_like(touched)
    for node in touched:
        nodes[place[labels[node]]] = node
        place[labels[node]] += 1
    return nodes


@kernel
def _count_ways(entering: Entering, nodes: Ints, labels: Ints, ways: Floats) -> None:
    """Count the shortest ways to every node, from the nearest on."""
    ways[nodes[0]] = 1.0
    for place in range(1, nodes.size):
        node = nodes[place]
        for row in range(entering.indptr[node], entering.indptr[node + 1]):
            before = entering.arcs[row, 0]
            if labels[before] + entering.arcs[row, 1] == labels[node]:
                ways[node] += ways[before]
