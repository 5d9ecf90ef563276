"""Halo: the part of a graph that searches from some origins can see, cut out to stand alone.

What an origin reaches within a limit does not depend on streets that lie beyond it. One search
from all origins of a tile at once marks every junction that any of them reaches by then, and the
part keeps these junctions and all their streets. So a search in the part gives the same integers
as one in the whole graph: every shortest path within the limit passes marked junctions only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from htkgis.errors import NetworkError, first
from htkgis.units import UNREACHED

from .graph import Graph, Ints, arcs_by_node
from .recost import DECIMETRES_PER_METRE, both_ways_by_length, both_ways_by_time
from .search import search
from .snap import NOT_SNAPPED, Snaps, departure_costs, end_nodes


@dataclass(frozen=True, eq=False)
class GraphPart:
    """A part of a graph; made by :func:`cut_part`.

    Parameters
    ----------
    graph
        The streets of the part, to search only: numbered anew in the order of the whole graph,
        without ids and without their drawn lines.
    edges
        Number in the whole graph of each edge of the part, int32, rising.
    cut
        Whether streets of the whole graph were left out at each node of the part.
    """

    graph: Graph
    edges: Ints
    cut: npt.NDArray[np.bool_]

    def rows(self, snaps: Snaps) -> npt.NDArray[np.int64]:
        """Rows of the points, snapped to the whole graph, that lie on edges of the part."""
        return np.flatnonzero(np.isin(snaps.edge, self.edges))

    def placed(self, snaps: Snaps) -> Snaps:
        """Give points that all lie on the part the edge numbers of the part.

        Raises
        ------
        NetworkError
            If a point lies on another edge.
        """
        edge = np.searchsorted(self.edges, snaps.edge)
        known = np.append(self.edges, np.int32(NOT_SNAPPED - 1))[edge] == snaps.edge
        if not known.all():
            msg = (
                f"points ({self.graph.mode}): {int((~known).sum())} of {len(snaps)} lie on no "
                f"street of this part of the graph: edges {first(snaps.edge[~known].tolist())}. "
                "Cut the part for these points."
            )
            raise NetworkError(msg)
        return replace(snaps, edge=edge.astype(np.int32))


def cut_part(graph: Graph, origins: Snaps, *, limit_ds: int) -> GraphPart:
    """Cut out all that searches from some origins can see within a limit.

    Parameters
    ----------
    graph
        The whole graph, which the origins were snapped to.
    origins
        Snapped points; those that are not snapped see nothing.
    limit_ds
        Largest total time that counts, in deciseconds.

    Returns
    -------
    part
        Every junction that any origin reaches within the limit, with all its streets, and the
        streets of the origins. Points of these streets are reached as in the whole graph.

    Examples
    --------
    Five streets of 100 m in a row; at 1 m/s an origin in the first comes into the third in 200 s:

    >>> import geopandas as gpd, shapely
    >>> from .graph import build_graph
    >>> from .snap import snap
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": list("12345"), "from_node": list("abcde"), "to_node": list("bcdef"),
    ...      "length_m": [100.0] * 5, "oneway": [False] * 5, "walk": [True] * 5},
    ...     geometry=[shapely.LineString([(x, 0), (x + 100, 0)]) for x in range(0, 500, 100)])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> home = gpd.GeoDataFrame({"id": ["h"]}, geometry=[shapely.Point(50, 0)])
    >>> part = cut_part(graph, snap(graph, home, max_snap_m=10), limit_ds=2000)
    >>> part.edges.tolist(), part.cut.tolist()
    ([0, 1, 2], [False, False, False, True])
    """
    seeds, costs = end_nodes(graph, origins).ravel(), departure_costs(graph, origins).ravel()
    seen = search(graph, seeds, costs, limit_ds=limit_ds) < UNREACHED
    kept = seen[graph.edge_from] | seen[graph.edge_to]
    kept[origins.edge[origins.edge != NOT_SNAPPED]] = True
    edges = np.flatnonzero(kept).astype(np.int32)
    start, end = graph.edge_from[edges], graph.edge_to[edges]
    inside = np.zeros(graph.nodes, dtype=bool)
    inside[start] = inside[end] = True
    nodes = np.flatnonzero(inside)
    number = np.cumsum(inside, dtype=np.int32) - np.int32(1)
    cut = inside.copy()
    cut[seen] = False  # of these every street is kept
    found = _searchable(graph, nodes, edges, number[start], number[end])
    return GraphPart(found, edges, cut[nodes])


def streets_between(
    graph: Graph, ends: npt.NDArray[np.bool_], *, limit_ds: int, limit_m: float
) -> npt.NDArray[np.bool_]:
    """Mark the streets that a way between two points of some streets may use.

    A way within the limit is nowhere farther than half of it from both of its ends. One-way
    streets count in both directions here, so that some are marked that no way uses.

    Parameters
    ----------
    graph
        Any graph.
    ends
        Whether a way may begin and end on each edge, shape (m,).
    limit_ds, limit_m
        Longest way: in deciseconds, and in metres, >= 0. What one of them allows is marked.

    Returns
    -------
    marked
        Whether each edge is one of ``ends``, or has a junction as near to one, shape (m,).

    Examples
    --------
    Of five streets of 100 m in a row, ways of 400 m from the first and back to it turn round in
    the third at the latest:

    >>> import geopandas as gpd, shapely
    >>> from .graph import build_graph
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": list("12345"), "from_node": list("abcde"), "to_node": list("bcdef"),
    ...      "length_m": [100.0] * 5, "oneway": [False] * 5, "walk": [True] * 5},
    ...     geometry=[shapely.LineString([(x, 0), (x + 100, 0)]) for x in range(0, 500, 100)])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> first = np.array([True, False, False, False, False])
    >>> streets_between(graph, first, limit_ds=0, limit_m=390).tolist()
    [True, True, True, False, False]
    """
    marked = ends.copy()
    seen = np.zeros(graph.nodes, dtype=bool)
    seen[graph.edge_from[ends]] = seen[graph.edge_to[ends]] = True
    doors = np.flatnonzero(seen).astype(np.int32)
    limits = (both_ways_by_time, limit_ds), (both_ways_by_length, limit_m * DECIMETRES_PER_METRE)
    for both_ways, limit in limits:
        if limit <= 0:
            continue  # only streets of no length lead on, and to make the graph takes longest
        half = int(np.ceil(limit / 2))
        zeros = np.zeros(len(doors), np.int32)
        seen |= search(both_ways(graph), doors, zeros, limit_ds=half) < UNREACHED
    marked |= seen[graph.edge_from] | seen[graph.edge_to]
    return marked


def check_halo(part: GraphPart, origins: Snaps, *, limit_ds: int) -> None:
    """Make sure that no search within a limit comes to where streets of the part were left out.

    Parameters
    ----------
    part
        Part of a graph.
    origins
        Points with the edge numbers of the part.
    limit_ds
        Largest total time that counts, in deciseconds.

    Raises
    ------
    NetworkError
        If one does: the part was cut for other origins or a smaller limit, and values would be
        too low without any sign of it.
    """
    graph = part.graph
    seeds, costs = end_nodes(graph, origins).ravel(), departure_costs(graph, origins).ravel()
    labels = search(graph, seeds, costs, limit_ds=limit_ds)
    wrong = np.flatnonzero(part.cut & (labels < UNREACHED))
    if len(wrong):
        msg = (
            f"halo ({graph.mode}): searches of {limit_ds} ds come to {len(wrong)} of "
            f"{graph.nodes} nodes of a part of the graph whose streets were left out, after "
            f"{first(labels[wrong].tolist())} ds; none is allowed. Cut the part for these origins "
            "and this limit."
        )
        raise NetworkError(msg)


def _searchable(graph: Graph, nodes: Any, edges: Ints, start: Ints, end: Ints) -> Graph:
    """Put some edges together as a graph to search, without what only names and draws it."""
    forward_ds, backward_ds = graph.edge_forward_ds[edges], graph.edge_backward_ds[edges]
    arcs = arcs_by_node(len(nodes), start, end, forward_ds, backward_ds)
    return replace(
        graph,
        node_ids=np.zeros(len(nodes), dtype="<U1"),
        node_xy=graph.node_xy[nodes],
        edge_ids=np.zeros(len(edges), dtype="<U1"),
        edge_from=start,
        edge_to=end,
        edge_length_m=graph.edge_length_m[edges],
        edge_forward_ds=forward_ds,
        edge_backward_ds=backward_ds,
        edge_stops=graph.edge_stops[edges],
        edge_xy=np.zeros((0, 2)),
        edge_xy_start=np.zeros(len(edges) + 1, dtype=np.int64),
        indptr=arcs["indptr"],
        adjacency=arcs["adjacency"],
        reverse_indptr=arcs["reverse_indptr"],
        reverse_adjacency=arcs["reverse_adjacency"],
    )
