"""Links: a graph with further ways between places along its streets."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from .edge_costs import CLOSED
from .graph import Graph, arcs_by_node
from .ragged import Offsets, ragged_rows
from .snap import NOT_SNAPPED, Snaps

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


def cut_at(graph: Graph, snaps: Snaps) -> tuple[Graph, Ints]:
    """Make a junction of every place where a point met a street.

    Streets are cut there, and take the same time in pieces as whole, to the decisecond: no trip
    between junctions becomes shorter or longer.

    Parameters
    ----------
    graph
        Any graph.
    snaps
        Points that were snapped to it.

    Returns
    -------
    graph
        The streets in pieces, the new junctions after the old ones.
    nodes
        Junction of each point, int32, shape (n,); -1 where it is not snapped.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from .graph import build_graph
    >>> from .snap import snap
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s"], "from_node": ["a"], "to_node": ["b"], "length_m": [100.0],
    ...      "oneway": [False], "walk": [True]},
    ...     geometry=[shapely.LineString([(0, 0), (100, 0)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> door = gpd.GeoDataFrame({"id": ["d"]}, geometry=[shapely.Point(25, 3)])
    >>> cut, nodes = cut_at(graph, snap(graph, door, max_snap_m=5))
    >>> nodes.tolist(), cut.edge_forward_ds.tolist(), cut.edge_length_m.tolist()
    ([2], [250, 750], [25.0, 75.0])
    """
    nodes = np.full(len(snaps), -1, dtype=np.int32)
    here = np.flatnonzero(snaps.edge != NOT_SNAPPED)
    at_start, at_end = snaps.share[here] <= 0, snaps.share[here] >= 1
    nodes[here[at_start]] = graph.edge_from[snaps.edge[here[at_start]]]
    nodes[here[at_end]] = graph.edge_to[snaps.edge[here[at_end]]]
    between = here[~at_start & ~at_end]
    if not len(between):
        return graph, nodes
    spots, number = np.unique(
        np.stack([snaps.edge[between], snaps.share[between]], axis=1), axis=0, return_inverse=True
    )
    nodes[between] = graph.nodes + number.reshape(-1)
    return _cut(graph, spots[:, 0].astype(np.int32), spots[:, 1]), nodes


def _cut(graph: Graph, edge: Ints, share: Floats) -> Graph:
    """Cut edges at shares above 0 and below 1, which rise within each edge."""
    owners = np.unique(edge)
    owner = np.concatenate([edge, owners])
    start = np.concatenate([share, np.zeros(len(owners))])
    order = np.lexsort((start, owner))
    owner, start = owner[order], start[order]
    last = np.append(owner[1:] != owner[:-1], True)
    end = np.where(last, 1.0, np.append(start[1:], 1.0))
    node = np.concatenate([graph.nodes + np.arange(len(edge)), graph.edge_from[owners]])[order]
    onward = np.where(last, graph.edge_to[owner], np.append(node[1:], 0))
    lines = _drawn_pieces(graph.lines, owner, start, end)
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    number = np.arange(len(owner)) - np.repeat(first, np.diff(np.append(first, len(owner))))
    pieced = [f"{graph.edge_ids[one]}#{place}" for one, place in zip(owner, number, strict=True)]
    inner = shapely.line_interpolate_point(graph.lines[edge], share, normalized=True)
    whole = np.ones(graph.edges, dtype=bool)
    whole[owners] = False
    ids = np.concatenate([graph.edge_ids[whole], np.array(pieced, dtype=np.str_)])
    drawn = np.concatenate([graph.lines[whole], lines])
    names = [f"{graph.edge_ids[one]}@{place:.6f}" for one, place in zip(edge, share, strict=True)]

    def pieces(kept: npt.NDArray[Any], own: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.concatenate([kept[whole], own]).astype(kept.dtype)

    return _rebuilt(
        graph,
        node_ids=np.concatenate([graph.node_ids, np.array(names, dtype=np.str_)]),
        node_xy=np.concatenate([graph.node_xy, shapely.get_coordinates(inner)]),
        edge_ids=ids,
        edge_from=pieces(graph.edge_from, node),
        edge_to=pieces(graph.edge_to, onward),
        edge_length_m=pieces(graph.edge_length_m, graph.edge_length_m[owner] * (end - start)),
        edge_forward_ds=pieces(
            graph.edge_forward_ds, _part(graph.edge_forward_ds[owner], start, end)
        ),
        edge_backward_ds=pieces(
            graph.edge_backward_ds, _part(graph.edge_backward_ds[owner], start, end)
        ),
        edge_stops=pieces(graph.edge_stops, graph.edge_stops[owner]),
        lines=drawn,
    )


def _drawn_pieces(
    lines: npt.NDArray[Any], owner: npt.NDArray[np.integer[Any]], start: Floats, end: Floats
) -> npt.NDArray[Any]:
    """Draw the part of each line ``owner`` between two shares of it, ``start`` below ``end``.

    To the last bit what ``shapely.ops.substring`` draws, which takes one line at a time.
    """
    own, place = np.unique(owner, return_inverse=True)
    xy, along_m, begin = _corners(lines[own])
    length_m = shapely.length(lines[owner])
    low_m, high_m = start * length_m, end * length_m
    corner, piece = ragged_rows(begin, place.reshape(-1))
    inside = (low_m[piece] < along_m[corner]) & (along_m[corner] < high_m[piece])
    ends = [
        shapely.get_coordinates(shapely.line_interpolate_point(lines[owner], at))
        for at in (low_m, high_m)
    ]
    pieces = np.arange(len(owner))
    number = np.concatenate([pieces, piece[inside], pieces])
    order = np.argsort(number, kind="stable")
    drawn = np.concatenate([ends[0], xy[corner[inside]], ends[1]])[order]
    return np.asarray(shapely.linestrings(drawn, indices=number[order]), dtype=object)


def _corners(lines: npt.NDArray[Any]) -> tuple[Floats, Floats, Offsets]:
    """List the vertices of lines, the metres along each, and where each line begins in them.

    The end of a line is endlessly far along it, as no piece has it as an inner vertex.
    """
    xy = shapely.get_coordinates(lines)
    begin = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(lines))]).astype(np.int64)
    # added up as substring does: numpy's root may be another in the last digit
    step_m = [(x**2 + y**2) ** 0.5 for x, y in np.diff(xy, axis=0).tolist()]
    along_m: list[float] = []
    for first, end in pairwise(begin.tolist()):
        along_m += accumulate(step_m[first : end - 2], initial=0.0)
        along_m.append(np.inf)
    return xy, np.array(along_m), begin


def _part(cost_ds: Ints, start: Floats, end: Floats) -> Ints:
    """Time of a piece of an edge: the pieces of one sum to its whole; -1 where closed."""
    part = np.rint(end * cost_ds) - np.rint(start * cost_ds)
    return np.where(cost_ds >= 0, part, CLOSED).astype(np.int32)


def linked(graph: Graph, start: Ints, end: Ints, cost_ds: Ints) -> Graph:
    """Add ways between junctions, open in both directions, where no trip starts or ends.

    Parameters
    ----------
    graph
        Any graph; its edges keep their numbers.
    start, end
        Junctions at both ends of each way, shape (k,).
    cost_ds
        Deciseconds of each way, shape (k,), >= 0.

    Returns
    -------
    graph
        The same with the ways as last edges.
    """
    if not len(start):
        return graph
    ends = np.stack([graph.node_xy[start], graph.node_xy[end]], axis=1)
    ids = np.array([f"link-{number}" for number in range(len(start))], dtype=np.str_)
    cost_ds = np.asarray(cost_ds, dtype=np.int32)
    arrays: dict[str, Any] = {
        "edge_from": np.concatenate([graph.edge_from, start]).astype(np.int32),
        "edge_to": np.concatenate([graph.edge_to, end]).astype(np.int32),
        "edge_forward_ds": np.concatenate([graph.edge_forward_ds, cost_ds]),
        "edge_backward_ds": np.concatenate([graph.edge_backward_ds, cost_ds]),
    }
    arrays |= arcs_by_node(graph.nodes, *arrays.values())
    behind = graph.edge_xy_start[-1] + 2 * np.arange(1, len(start) + 1)
    made = replace(
        graph,
        edge_ids=np.concatenate([graph.edge_ids, ids]),
        edge_length_m=np.concatenate([graph.edge_length_m, np.hypot(*(ends[:, 1] - ends[:, 0]).T)]),
        edge_stops=np.concatenate([graph.edge_stops, np.zeros(len(start), dtype=bool)]),
        edge_xy=np.concatenate([graph.edge_xy, ends.reshape(-1, 2)]),
        edge_xy_start=np.concatenate([graph.edge_xy_start, behind]),
        **arrays,
    )
    if "fast_m_per_ds" in vars(graph):
        vars(made)["fast_m_per_ds"] = graph.fast_m_per_ds  # few links make no town faster
    # they need not be drawn once more
    vars(made.drawing)["lines"] = np.concatenate([graph.lines, shapely.linestrings(ends)])
    return made


def part_of(graph: Graph, edges: npt.NDArray[np.bool_]) -> tuple[Graph, Ints, Ints]:
    """Keep some edges of a graph and their junctions, in their order.

    Parameters
    ----------
    graph
        Any graph.
    edges
        Whether each edge is kept, shape (m,); at least one is.

    Returns
    -------
    graph
        The part.
    nodes, numbers
        New number of each junction and of each edge, int32; -1 where it is left out.
    """
    inside = np.zeros(graph.nodes, dtype=bool)
    inside[graph.edge_from[edges]] = inside[graph.edge_to[edges]] = True
    kept = np.flatnonzero(inside)
    nodes = np.full(graph.nodes, -1, dtype=np.int32)
    nodes[kept] = np.arange(len(kept))
    numbers = np.full(graph.edges, -1, dtype=np.int32)
    numbers[edges] = np.arange(int(edges.sum()))
    arrays = {
        name: getattr(graph, name)[edges]
        for name in (
            "edge_ids",
            "edge_length_m",
            "edge_forward_ds",
            "edge_backward_ds",
            "edge_stops",
        )
    }
    part = _rebuilt(
        graph,
        node_ids=graph.node_ids[kept],
        node_xy=graph.node_xy[kept],
        edge_from=nodes[graph.edge_from[edges]],
        edge_to=nodes[graph.edge_to[edges]],
        lines=graph.lines[edges],
        **arrays,
    )
    return part, nodes, numbers


def _rebuilt(graph: Graph, *, lines: npt.NDArray[Any], **arrays: Any) -> Graph:
    """Give a graph other nodes and edges, and group its arcs anew."""
    names = ("edge_from", "edge_to", "edge_forward_ds", "edge_backward_ds")
    nodes = len(arrays.get("node_ids", graph.node_ids))
    counts = shapely.get_num_coordinates(lines)
    arrays |= arcs_by_node(nodes, *(arrays[name] for name in names))
    made = replace(
        graph,
        **arrays,
        edge_xy=shapely.get_coordinates(lines),
        edge_xy_start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
    )
    vars(made.drawing)["lines"] = lines  # they need not be drawn once more
    return made
