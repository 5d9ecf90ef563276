"""Strong parts: junctions that can be reached from each other, there and back.

Tarjan, R. (1972). Depth-first search and linear graph algorithms. SIAM Journal on
Computing 1(2), 146-160. Written without recursion.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel

from .graph import Graph


def strong_components(graph: Graph) -> npt.NDArray[np.int32]:
    """Label the parts of a network within which every junction leads to every other.

    Parameters
    ----------
    graph
        Any graph.

    Returns
    -------
    label
        Part of each node, shape (nodes,): 0 is the part with most nodes, then falling.

    Examples
    --------
    A street both ways, and one that only leads away from it:

    >>> import geopandas as gpd, shapely
    >>> from .graph import build_graph
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s", "t"], "from_node": ["a", "b"], "to_node": ["b", "c"],
    ...      "length_m": [100.0, 100.0], "oneway": [False, True], "bike": [True, True]},
    ...     geometry=[shapely.LineString([(0, 0), (100, 0)]),
    ...               shapely.LineString([(100, 0), (200, 0)])])
    >>> graph = build_graph(streets, mode="bike", speed_kph=3.6)
    >>> dict(zip(graph.node_ids.tolist(), strong_components(graph).tolist()))["c"]
    1
    """
    part = _parts(graph.indptr, graph.adjacency)
    count = np.bincount(part)
    _, member = np.unique(part, return_index=True)
    rank = np.empty(len(count), dtype=np.int32)
    # the order in which the search closes parts says nothing: equals go by their first node
    rank[np.lexsort((member, -count))] = np.arange(len(count), dtype=np.int32)
    return rank[part]


@kernel
def _parts(
    indptr: npt.NDArray[np.int32], adjacency: npt.NDArray[np.int32]
) -> npt.NDArray[np.int64]:
    """Put a number to each strong part, when the search leaves the first node of it."""
    nodes = indptr.size - 1
    visit = np.full(nodes, -1, dtype=np.int64)
    lowest = np.zeros(nodes, dtype=np.int64)
    part = np.full(nodes, -1, dtype=np.int64)
    arc = indptr[:-1].astype(np.int64)
    path = np.empty(nodes, dtype=np.int64)
    waiting = np.empty(nodes, dtype=np.int64)
    visited = 0
    parts = 0
    depth = 0
    height = 0
    for root in range(nodes):
        if visit[root] >= 0:
            continue
        path[0] = root
        depth = 1
        while depth > 0:
            node = path[depth - 1]
            if visit[node] < 0:
                visit[node] = visited
                lowest[node] = visited
                visited += 1
                waiting[height] = node
                height += 1
            if arc[node] < indptr[node + 1]:
                target = adjacency[arc[node], 0]
                arc[node] += 1
                if visit[target] < 0:
                    path[depth] = target
                    depth += 1
                elif part[target] < 0:
                    lowest[node] = min(lowest[node], visit[target])
                continue
            depth -= 1
            before = path[max(depth - 1, 0)]
            lowest[before] = min(lowest[before], lowest[node])
            if lowest[node] == visit[node]:
                height = _close(node, parts, height, waiting, part)
                parts += 1
    return part


@kernel
def _close(
    node: int,
    number: int,
    height: int,
    waiting: npt.NDArray[np.int64],
    part: npt.NDArray[np.int64],
) -> int:
    """Give a number to all that wait above a node and to it; return how many still wait."""
    while part[node] < 0:
        height -= 1
        part[waiting[height]] = number
    return height
