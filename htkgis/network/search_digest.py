"""What a search reads of a graph and of points, as hashes: equal ones give equal times.

Whoever keeps times asks here whether they still stand. Names of streets and how they are drawn are
no part of a search, and lengths are none but by what they cost.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

from .border import border_facts
from .graph import Graph
from .made import once
from .points import Points

Rows = npt.NDArray[np.int64]


def search_digest(graph: Graph, targets: Points, limit_ds: int) -> bytes:
    """Hash all that decides the times from any point to some targets, besides where it lies.

    What ways cost is no part of it; who keeps times keeps that apart
    (:func:`htkgis.network.spared.kept_arcs`).

    Parameters
    ----------
    graph
        Any graph.
    targets
        Of its points, as :func:`htkgis.network.points.arriving` gives them.
    limit_ds
        Largest time that counts, in deciseconds.

    Examples
    --------
    To junctions it is the same whatever a street takes, and to a door beside it is not:

    >>> import geopandas as gpd, shapely
    >>> from .graph import build_graph
    >>> from .points import arriving, at_nodes
    >>> from .snap import snap
    >>> door = gpd.GeoDataFrame({"id": ["door"]}, geometry=[shapely.Point(30, 5)])
    >>> def digests(length_m):
    ...     streets = gpd.GeoDataFrame(
    ...         {"id": ["s"], "from_node": ["a"], "to_node": ["b"], "length_m": [length_m],
    ...          "oneway": [False], "walk": [True]},
    ...         geometry=[shapely.LineString([(0, 0), (100, 0)])])
    ...     graph = build_graph(streets, mode="walk", speed_kph=3.6)
    ...     points = at_nodes(graph), arriving(graph, snap(graph, door, max_snap_m=9))
    ...     return [search_digest(graph, each, 6000) for each in points]
    >>> [one == other for one, other in zip(digests(100.0), digests(110.0))]
    [True, False]
    """
    return _hash(graph.start_ds, graph.end_ds, seen_rows(targets), limit_ds)


def border_digest(graph: Graph, coverage: Any, *, costs: bool = True) -> bytes:
    """Hash all that decides the times from any point to the border of what data cover.

    Without what ways cost where ``costs`` is false.
    """
    arcs = [once(graph, "digest of its arcs", lambda: _arcs(graph))] if costs else []
    return _hash(*arcs, graph.start_ds, graph.end_ds, *border_facts(graph, coverage))


def streets_digest(graph: Graph) -> bytes:
    """Hash which junctions each street joins, and all that a search reads of a graph but costs."""
    return once(graph, "digest of its streets", lambda: _streets(graph))


def edges_digest(graph: Graph) -> bytes:
    """Hash all that any search reads of a graph, points that lie on any of its edges included."""
    return once(graph, "digest of its edges", lambda: _edges(graph))


def seen_rows(points: Points) -> Rows:
    """Write what a search sees of each point as one row of whole numbers, to the last bit."""
    side = points.side
    columns = (side.edge, side.forward_ds, side.backward_ds, side.connector_ds)
    ends = (np.asarray(side.nodes, np.int64), np.asarray(side.costs, np.int64))
    share = np.ascontiguousarray(side.share, np.float64).view(np.int64)
    return np.column_stack([*ends, *columns, share]).astype(np.int64)


def row_keys(digest: bytes, rows: Rows) -> npt.NDArray[np.bytes_]:
    """Hash each row together with all else that decides what is made of it."""
    begin = hashlib.sha256(digest)
    keys = []
    for row in np.ascontiguousarray(rows):
        own = begin.copy()
        own.update(row.tobytes())
        keys.append(own.hexdigest())
    return np.array(keys, dtype="S64")


def _arcs(graph: Graph) -> bytes:
    return _hash(graph.indptr, graph.adjacency, graph.start_ds, graph.end_ds)


def _streets(graph: Graph) -> bytes:
    connecting = np.array([graph.connector_kph], dtype=np.float64)
    return _hash(graph.edge_from, graph.edge_to, graph.start_ds, graph.end_ds, connecting)


def _edges(graph: Graph) -> bytes:
    ends = (graph.edge_from, graph.edge_to, graph.edge_forward_ds, graph.edge_backward_ds)
    return _hash(_arcs(graph), *ends, np.array([graph.connector_kph], dtype=np.float64))


def _hash(*parts: bytes | int | npt.NDArray[Any]) -> bytes:
    hashed = hashlib.sha256()
    for part in parts:
        if isinstance(part, np.ndarray):
            hashed.update(f"{part.dtype.str} {part.shape}:".encode())
            hashed.update(np.ascontiguousarray(part).data)
        else:
            data = part if isinstance(part, bytes) else b"%d" % part
            hashed.update(f"{type(part).__name__} {len(data)}:".encode() + data)
    return hashed.digest()
