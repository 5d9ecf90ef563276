"""Reach: which nodes and which parts of edges are reached within a limit.

An edge may be reached from both its ends and from origins on it; the reached parts are
merged. A part is exact: it ends where the time is up, not at the next junction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from htkgis.errors import NetworkError
from htkgis.units import UNREACHED

from .graph import Graph, edge_lines
from .ragged import ragged_rows
from .search import search
from .snap import NOT_SNAPPED, Snaps, departure_costs, end_nodes, leaving_ds

JOIN_SHARE = 1e-9
"""Parts of an edge that lie closer than this share of it are one part."""

Found = tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.float64]]
"""Parts of edges that may overlap: edge, start and end, in any order."""


@dataclass(frozen=True, eq=False)
class Reach:
    """How soon each node is reached from the nearest of some origins; see :func:`reach`.

    Parameters
    ----------
    labels
        Deciseconds per node, int32; ``UNREACHED`` where not reached. A trip that ends there:
        connector and what the mode takes at start and end included.
    origins
        The snapped origins, which lie on edges and reach parts of them directly.
    limit_ds
        Limit of the search in deciseconds; nothing can be said beyond it.
    """

    labels: npt.NDArray[np.int32]
    origins: Snaps
    limit_ds: int


@dataclass(frozen=True, eq=False)
class Parts:
    """Reached parts of edges, apart from each other, by edge and then along it.

    Parameters
    ----------
    edge
        Edge number per part, int32, shape (k,).
    start, end
        Shares of the edge, 0 <= start <= end <= 1; equal where only a point is reached.
    """

    edge: npt.NDArray[np.int32]
    start: npt.NDArray[np.float64]
    end: npt.NDArray[np.float64]


def reach(graph: Graph, origins: Snaps, *, limit_ds: int) -> Reach:
    """Search from all origins at once, up to a limit.

    Parameters
    ----------
    graph
        The graph the origins were snapped to.
    origins
        Snapped points; those that are not snapped reach nothing.
    limit_ds
        Largest time of interest in deciseconds, >= 0.

    Returns
    -------
    reach
        Times per node from the nearest of the origins.
    """
    nodes = end_nodes(graph, origins)
    costs = departure_costs(graph, origins)
    costs = np.where(costs < UNREACHED, costs + graph.end_ds, costs)
    labels = search(graph, nodes, costs, limit_ds=limit_ds)
    return Reach(labels=labels, origins=origins, limit_ds=int(limit_ds))


def nodes_within(reach: Reach, limit_ds: int) -> npt.NDArray[np.int64]:
    """List the nodes that are reached within a limit.

    Parameters
    ----------
    reach
        Any reach.
    limit_ds
        Deciseconds, at most the limit of the reach.

    Returns
    -------
    nodes
        Node numbers in rising order.

    Raises
    ------
    NetworkError
        If the limit lies beyond what was searched.
    """
    _check_limit(reach, limit_ds)
    return np.flatnonzero(reach.labels <= limit_ds)


def reached_parts(graph: Graph, reach: Reach, *, limit_ds: int) -> Parts:
    """Find the parts of edges that are reached within a limit, where a trip may end.

    Parameters
    ----------
    graph
        The graph that was searched.
    reach
        Its reach.
    limit_ds
        Deciseconds, at most the limit of the reach.

    Returns
    -------
    parts
        Merged parts; none where nothing is reached.

    Raises
    ------
    NetworkError
        If the limit lies beyond what was searched.
    """
    return _parts(graph, reach, limit_ds, graph.edge_stops)


def _parts(graph: Graph, reach: Reach, limit_ds: int, wanted: npt.NDArray[np.bool_]) -> Parts:
    """Find the reached parts of some edges."""
    _check_limit(reach, limit_ds)
    return joined_parts(
        [*_from_ends(graph, reach, limit_ds, wanted), *_from_origins(graph, reach, limit_ds)]
    )


def joined_parts(found: Sequence[Found]) -> Parts:
    """Join parts of edges that overlap or touch.

    Parameters
    ----------
    found
        Edge, start and end of parts in any order, several arrays each; see :class:`Parts`.

    Examples
    --------
    >>> half, rest = np.array([0.0]), np.array([0.5])
    >>> parts = joined_parts([(np.array([7]), half, rest), (np.array([7]), rest, rest + 0.25)])
    >>> parts.edge.tolist(), parts.start.tolist(), parts.end.tolist()
    ([7], [0.0], [0.75])
    """
    edge, start, end = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((start, edge))
    edge, start, end = edge[order], start[order], end[order]
    # twice the edge number keeps the running end of one edge below the next edge's start
    so_far = np.maximum.accumulate(2.0 * edge + end)
    apart = np.ones(len(edge), dtype=bool)
    apart[1:] = 2.0 * edge[1:] + start[1:] > so_far[:-1] + JOIN_SHARE
    begin = np.flatnonzero(apart)
    last = np.maximum.reduceat(end, begin) if len(begin) else end
    return Parts(edge=edge[begin].astype(np.int32), start=start[begin], end=last)


def reached_lines(graph: Graph, reach: Reach, *, limit_ds: int) -> npt.NDArray[Any]:
    """Draw the parts of edges that are reached within a limit.

    A part is a share of an edge's cost, drawn as the same share of its line.

    Parameters
    ----------
    graph
        The graph that was searched.
    reach
        Its reach.
    limit_ds
        Deciseconds, at most the limit of the reach.

    Returns
    -------
    lines
        LineStrings by edge and then along it; parts of zero length are left out.

    Raises
    ------
    NetworkError
        If the limit lies beyond what was searched.
    """
    return draw_parts(graph, reached_parts(graph, reach, limit_ds=limit_ds))


def reached_length_m(graph: Graph, reach: Reach, *, limit_ds: int) -> float:
    """Measure the true length of all streets that are reached within a limit.

    Parameters
    ----------
    graph
        The graph that was searched.
    reach
        Its reach.
    limit_ds
        Deciseconds, at most the limit of the reach.

    Returns
    -------
    length_m
        Metres, >= 0.

    Raises
    ------
    NetworkError
        If the limit lies beyond what was searched.
    """
    return parts_length_m(graph, reached_parts(graph, reach, limit_ds=limit_ds))


def leaves(graph: Graph, reach: Reach, coverage: Any, *, limit_ds: int) -> bool:
    """Say whether a reach leaves the area for which data is complete.

    What is counted within such a reach is a lower bound.

    Parameters
    ----------
    graph
        The graph that was searched.
    reach
        Its reach.
    coverage
        Polygon in the CRS of the graph; its border belongs to it.
    limit_ds
        Deciseconds, at most the limit of the reach.

    Returns
    -------
    leaves
        True if any reached node or reached part of a street lies outside.

    Raises
    ------
    NetworkError
        If the limit lies beyond what was searched.
    """
    shapely.prepare(coverage)
    xy = graph.node_xy[nodes_within(reach, limit_ds)]
    if not shapely.intersects_xy(coverage, xy).all():
        return True
    # one may leave on a street where nobody can stop
    every = np.ones(graph.edges, dtype=bool)
    lines = draw_parts(graph, _parts(graph, reach, limit_ds, every))
    return not bool(shapely.covers(coverage, lines).all())


def _from_ends(
    graph: Graph, reach: Reach, limit_ds: int, wanted: npt.NDArray[np.bool_]
) -> list[Found]:
    """Parts of edges reached through their end nodes: (edge, start, end) each."""
    left_ds = limit_ds - reach.labels.astype(np.int64)
    at_from, at_to = left_ds[graph.edge_from], left_ds[graph.edge_to]
    there = np.flatnonzero(wanted & (at_from >= 0) & (graph.edge_forward_ds >= 0))
    back = np.flatnonzero(wanted & (at_to >= 0) & (graph.edge_backward_ds >= 0))
    ahead = _share(at_from[there], graph.edge_forward_ds[there])
    behind = 1.0 - _share(at_to[back], graph.edge_backward_ds[back])
    return [(there, np.zeros(len(there)), ahead), (back, behind, np.ones(len(back)))]


def _from_origins(graph: Graph, reach: Reach, limit_ds: int) -> list[Found]:
    """Parts of edges reached from an origin on them, without passing a node."""
    origins = reach.origins
    left_ds = limit_ds - graph.end_ds - leaving_ds(graph, origins).astype(np.int64)
    near = (origins.edge != NOT_SNAPPED) & (left_ds >= 0)
    ahead = near & (origins.forward_ds >= 0)
    behind = near & (origins.backward_ds >= 0)
    forward_ds = graph.edge_forward_ds[origins.edge[ahead]]
    backward_ds = graph.edge_backward_ds[origins.edge[behind]]
    # the position is taken in whole deciseconds, as travel times take it; an edge that
    # costs nothing is passed from start to end, whatever the position on it
    at = _share(origins.forward_ds[ahead], forward_ds) * (forward_ds > 0)
    to = np.minimum(1.0, at + _share(left_ds[ahead], forward_ds))
    until = _share(origins.backward_ds[behind], backward_ds)
    since = np.maximum(0.0, until - _share(left_ds[behind], backward_ds))
    return [
        (origins.edge[ahead].astype(np.int64), at, to),
        (origins.edge[behind].astype(np.int64), since, until),
    ]


def _share(
    part_ds: npt.NDArray[np.integer[Any]], edge_ds: npt.NDArray[np.int32]
) -> npt.NDArray[np.float64]:
    """Share of an edge that a time is enough for; all of an edge that costs nothing."""
    return np.where(part_ds >= edge_ds, 1.0, part_ds / np.maximum(edge_ds, 1))


def draw_parts(graph: Graph, parts: Parts) -> npt.NDArray[Any]:
    """Cut the lines of edges to parts of them, leaving out parts of zero length."""
    drawn = parts.end > parts.start
    edge, start, end = parts.edge[drawn], parts.start[drawn], parts.end[drawn]
    if len(edge) == 0:
        return np.zeros(0, dtype=object)
    rows, owner = ragged_rows(graph.edge_xy_start, edge)
    xy = graph.edge_xy[rows]
    share = _vertex_shares(xy, owner)
    inside = (share > start[owner]) & (share < end[owner])
    cuts = [_cut_at(graph, edge, at) for at in (start, end)]
    # stable sorting by part leaves each part as its cut, its inner vertices, its other cut
    every = np.arange(len(edge), dtype=np.int64)
    part = np.concatenate([every, owner[inside], every])
    order = np.argsort(part, kind="stable")
    vertices = np.concatenate([cuts[0], xy[inside], cuts[1]])[order]
    return np.asarray(shapely.linestrings(vertices, indices=part[order]), dtype=object)


def _cut_at(
    graph: Graph, edge: npt.NDArray[np.integer[Any]], share: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Position at a share of each edge; most parts are whole, and need no line for their ends."""
    begin = graph.edge_xy_start
    at_end = share >= 1
    found: npt.NDArray[np.float64] = graph.edge_xy[
        np.where(at_end, begin[edge + 1] - 1, begin[edge])
    ]
    between = np.flatnonzero(~at_end & (share > 0))
    lines = edge_lines(graph, edge[between])
    points = shapely.line_interpolate_point(lines, share[between], normalized=True)
    found[between] = shapely.get_coordinates(points)
    return found


def _vertex_shares(
    xy: npt.NDArray[np.float64], owner: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Share of its line at which each vertex lies; 0 throughout a line of zero length."""
    step_m = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    leading = np.flatnonzero(np.diff(owner, prepend=-1))
    step_m[leading] = 0.0
    along_m = np.cumsum(step_m)
    along_m -= along_m[leading][owner]
    total_m = np.maximum.reduceat(along_m, leading)[owner]
    share: npt.NDArray[np.float64] = along_m / np.where(total_m > 0, total_m, 1.0)
    return share


def parts_length_m(graph: Graph, parts: Parts) -> float:
    """Sum up the true length of parts in metres."""
    return float((graph.edge_length_m[parts.edge] * (parts.end - parts.start)).sum())


def _check_limit(reach: Reach, limit_ds: int) -> None:
    """Refuse a limit beyond which nothing was searched."""
    if limit_ds > reach.limit_ds:
        msg = (
            f"reach (isochrone): the limit of {limit_ds} ds lies beyond the {reach.limit_ds} ds "
            "that were searched; at most that is allowed. Search with the largest limit."
        )
        raise NetworkError(msg)
