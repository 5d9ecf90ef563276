"""Which edge a point joins: the nearest whose connector crosses no barrier.

The connector of a point is the straight line to the nearest position of an edge. Nobody walks
it across a railway or a motorway, so where the connector to the nearest edge does, edges farther
away are looked at, in circles that grow until one is found or the allowed distance is reached.
"""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from htkgis.errors import CRSError, SchemaError

from .components import edges_of_long_parts
from .drawing import Drawing
from .graph import Graph

Shapes = npt.NDArray[Any]
Rows = npt.NDArray[np.int64]
Metres = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

TIE_M = 1e-6
"""Edges whose distances differ by less than a micrometre are equally near."""

END_M = 1e-3
"""A connector may touch a barrier within a millimetre of its ends: a street meets a railway at a
level crossing, and a point may lie on the line itself."""

FEW = 32
"""Points that are looked for among the edges around them where nobody has indexed all edges."""

AROUND_M, WIDER = 100.0, (1, 4)
"""How much farther than they may lie edges are looked at around few points, and how many times as
far if one has none so near."""

GROWTH = 2.0
"""How much wider each circle is than the one before."""


class Nearest(NamedTuple):
    """Edge of each point, shape (n,) each.

    Attributes
    ----------
    edge
        Number of the edge; where none can be joined, that of the nearest.
    distance_m
        Metres to it.
    behind_barrier
        Whether an edge is near enough, and a barrier stands before every one that is.
    """

    edge: Rows
    distance_m: Metres
    behind_barrier: Flags


def nearest_edges(
    graph: Graph,
    shapes: Shapes,
    *,
    max_snap_m: float,
    min_part_m: float = 0.0,
    barriers: gpd.GeoDataFrame | None = None,
) -> Nearest:
    """Find the edge that each point joins.

    Parameters
    ----------
    graph
        Graph of the mode that is travelled.
    shapes
        Points with coordinates in the CRS of the graph, shape (n,).
    max_snap_m, min_part_m, barriers
        As :func:`~htkgis.network.snap.snap` takes them.

    Returns
    -------
    nearest
        Of equally near edges, the first in the graph.
    """
    allowed = joinable_edges(graph, min_part_m=min_part_m)
    lines = [] if barriers is None else barriers.geometry.to_numpy()
    seen = [np.packbits(allowed).tobytes(), *(_digest(part) for part in (shapes, lines))]
    # the same homes are asked for by one step after the other
    found = graph.drawing.lately(
        ("nearest", max_snap_m, *seen),
        lambda: _found(graph.drawing, shapes, allowed, barriers, max_snap_m=max_snap_m),
    )
    edge, distance_m, behind = found
    return Nearest(edge.copy(), distance_m.copy(), behind.copy())


def _digest(shapes: Any) -> bytes:
    """Hash shapes to the last bit, one after the other."""
    hashed = hashlib.sha256()
    for shape in shapely.to_wkb(np.asarray(shapes, dtype=object)):
        hashed.update(shape)  # says itself where it ends
    return hashed.digest()


def _found(
    drawing: Drawing,
    shapes: Shapes,
    allowed: Flags,
    barriers: gpd.GeoDataFrame | None,
    *,
    max_snap_m: float,
) -> Nearest:
    """Find the edges of few points among those around them: to index all edges takes longer."""
    if len(shapes) == 0:
        return Nearest(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=np.bool_))
    for wider in WIDER if len(shapes) <= FEW and "tree" not in vars(drawing) else ():
        reach_m = wider * (max_snap_m + AROUND_M)
        around = drawing.around(shapely.bounds(shapes), reach_m)
        if 2 * len(around) > drawing.edges:
            break
        if allowed[around].any():
            found = _nearest_edges(
                drawing.part(around), shapes, allowed[around], barriers, max_snap_m=max_snap_m
            )
            if (found.distance_m < reach_m - TIE_M).all():
                return found._replace(edge=around[found.edge])
    return _nearest_edges(drawing, shapes, allowed, barriers, max_snap_m=max_snap_m)


def _nearest_edges(
    drawing: Drawing,
    shapes: Shapes,
    allowed: Flags,
    barriers: gpd.GeoDataFrame | None,
    *,
    max_snap_m: float,
) -> Nearest:
    edge, distance_m = _nearest_allowed(drawing, shapes, allowed)
    behind = np.zeros(len(shapes), dtype=np.bool_)
    if barriers is None or len(barriers) == 0 or len(shapes) == 0:
        return Nearest(edge, distance_m, behind)
    tree = shapely.STRtree(barriers.geometry.to_numpy())
    near = np.flatnonzero(distance_m <= max_snap_m)
    rows = near[_crossed(tree, shapes[near], drawing.lines[edge[near]])]
    if len(rows) == 0:
        return Nearest(edge, distance_m, behind)
    usable = allowed if allowed.any() else np.ones_like(allowed)
    found, found_m = _nearest_open(
        drawing, shapes[rows], distance_m[rows], usable, tree, max_snap_m=max_snap_m
    )
    behind[rows] = found < 0
    joined = rows[found >= 0]
    edge[joined], distance_m[joined] = found[found >= 0], found_m[found >= 0]
    return Nearest(edge, distance_m, behind)


def check_barriers(barriers: gpd.GeoDataFrame | None, points: gpd.GeoDataFrame) -> None:
    """Raise if barriers are no lines, or in another CRS than the points.

    Raises
    ------
    SchemaError
        A barrier is no line.
    CRSError
        Both tables name a CRS, and not the same.
    """
    if barriers is None:
        return
    kinds = shapely.get_type_id(barriers.geometry.to_numpy())
    wrong = ~np.isin(kinds, (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING))
    if wrong.any():
        rows = ", ".join(map(str, (np.flatnonzero(wrong)[:3] + 1).tolist()))
        msg = (
            f"barriers (snapping): {int(wrong.sum())} of {len(barriers)} rows are no line: number "
            f"{rows}; lines are allowed. Take the outlines of areas."
        )
        raise SchemaError(msg)
    if barriers.crs is not None and points.crs is not None and barriers.crs != points.crs:
        msg = (
            f"barriers (snapping): their CRS is {barriers.crs.to_string()}, that of the points "
            f"{points.crs.to_string()}; one CRS is allowed. Bring the barriers into it."
        )
        raise CRSError(msg)


def _nearest_open(
    drawing: Drawing,
    shapes: Shapes,
    nearest_m: Metres,
    allowed: Flags,
    barriers: shapely.STRtree,
    *,
    max_snap_m: float,
) -> tuple[Rows, Metres]:
    """Find the nearest edge without a barrier before it, and its metres; -1 where there is none."""
    edge = np.full(len(shapes), -1, dtype=np.int64)
    distance_m = np.full(len(shapes), np.inf)
    limit_m = np.minimum(max_snap_m, _farthest_m(drawing, shapes))
    radius_m = np.minimum(nearest_m * GROWTH, limit_m)
    rows = np.arange(len(shapes))
    while len(rows):
        row, line = drawing.tree.query(
            shapes[rows], predicate="dwithin", distance=radius_m[rows] + TIE_M
        )
        row, line = rows[row[allowed[line]]], line[allowed[line]]
        metres = shapely.distance(drawing.lines[line], shapes[row])
        open_way = (metres <= limit_m[row]) & ~_crossed(barriers, shapes[row], drawing.lines[line])
        row, line, metres = row[open_way], line[open_way], metres[open_way]
        np.minimum.at(distance_m, row, metres)
        equal = metres <= distance_m[row] + TIE_M
        _set_lowest(edge, row[equal], line[equal])
        searched = radius_m[rows] >= limit_m[rows]
        rows = rows[(edge[rows] < 0) & ~searched]
        radius_m = np.minimum(radius_m * GROWTH, limit_m)
    found = edge >= 0
    distance_m[found] = shapely.distance(drawing.lines[edge[found]], shapes[found])
    return edge, distance_m


def _set_lowest(edge: Rows, row: Rows, line: Rows) -> None:
    """Write the lowest line of each row into ``edge``."""
    lowest = np.full(len(edge), np.iinfo(np.int64).max)
    np.minimum.at(lowest, row, line)
    edge[row] = lowest[row]


def _crossed(barriers: shapely.STRtree, shapes: Shapes, lines: Shapes) -> Flags:
    """Tell whether a barrier stands between each point and the nearest position of its line.

    Both ends of the connector, a millimetre long, may touch one.
    """
    crossed = np.zeros(len(shapes), dtype=np.bool_)
    share = np.nan_to_num(shapely.line_locate_point(lines, shapes, normalized=True))
    ends = shapely.line_interpolate_point(lines, share, normalized=True)
    start, end = (shapely.get_coordinates(part).reshape(-1, 2) for part in (shapes, ends))
    length_m = np.hypot(*(end - start).T)
    long = np.flatnonzero(length_m > 2 * END_M)
    if len(long) == 0:
        return crossed
    inset = (end - start)[long] * (END_M / length_m[long])[:, None]
    pairs = np.stack([start[long] + inset, end[long] - inset], axis=1)
    row, _ = barriers.query(shapely.linestrings(pairs), predicate="intersects")
    crossed[long[row]] = True
    return crossed


def _farthest_m(drawing: Drawing, shapes: Shapes) -> Metres:
    """Metres from each point to the far corner of the graph: no edge lies farther."""
    xy = shapely.get_coordinates(shapes).reshape(-1, 2)
    low, high = drawing.box_m
    return np.asarray(np.hypot(*np.maximum(np.abs(xy - low), np.abs(high - xy)).T))


def _nearest_allowed(drawing: Drawing, shapes: Shapes, allowed: Flags) -> tuple[Rows, Metres]:
    """Find the nearest edge of each point and its metres; any edge where none is allowed."""
    nearest, distance_m = _nearest_line(drawing.tree, drawing.lines, shapes)
    again = np.flatnonzero(~allowed[nearest])
    edges = np.flatnonzero(allowed)
    if len(again) == 0 or len(edges) == 0:
        return nearest, distance_m
    lines = drawing.lines[edges]
    tree = drawing.once(("tree", np.packbits(allowed).tobytes()), lambda: shapely.STRtree(lines))
    found, distance_m[again] = _nearest_line(tree, lines, shapes[again])
    nearest[again] = edges[found]
    return nearest, distance_m


def joinable_edges(graph: Graph, *, min_part_m: float) -> Flags:
    """Mark the edges that points may snap to; those of short parts where there are no others.

    Parameters
    ----------
    graph
        Any graph.
    min_part_m
        As :func:`~htkgis.network.snap.snap` takes it.

    Returns
    -------
    joinable
        One flag per edge, shape (edges,).
    """
    if min_part_m <= 0:
        return graph.edge_stops
    allowed = graph.edge_stops & edges_of_long_parts(graph, min_part_m=min_part_m)
    return allowed if allowed.any() else graph.edge_stops


def _nearest_line(tree: shapely.STRtree, lines: Shapes, shapes: Shapes) -> tuple[Rows, Metres]:
    if len(shapes) == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float64)
    (point, _), distance_m = tree.query_nearest(shapes, all_matches=False, return_distance=True)
    near_m = np.empty(len(shapes), dtype=np.float64)
    near_m[point] = distance_m
    # rounding must not decide between equals, so all that are as near are looked at
    point, line = tree.query(shapes, predicate="dwithin", distance=near_m + TIE_M)
    lowest = np.full(len(shapes), len(lines), dtype=np.int64)
    np.minimum.at(lowest, point, line)
    return lowest, np.asarray(shapely.distance(lines[lowest], shapes), dtype=np.float64)
