"""Islands: parts of the network that nothing leads to.

A place on an island cannot be reached, and the reason mostly is a gap in the data. The
report says how much of the network is cut off, so that a planner sees it before the maps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from htkgis.errors import FIRST

from .graph import Graph
from .made import once
from .strong import strong_components

Ints = npt.NDArray[np.int32]
_Known = tuple[int, tuple[Ints, Ints], Ints]

KEPT = 4
"""Graphs whose parts are kept: of the streets on foot, without stairs, by bicycle and by car."""

_kept: list[_Known] = []


@dataclass(frozen=True)
class Islands:
    """How much of a network is cut off from its largest part.

    Parameters
    ----------
    components
        Number of parts without connection to each other, >= 1.
    nodes_in_largest
        Junctions in the largest part.
    nodes_outside
        Junctions in all other parts.
    km_outside
        Street length in all other parts in km.
    largest_islands
        Up to three of the other parts, largest first: (id of a junction in it, junctions).
    """

    components: int
    nodes_in_largest: int
    nodes_outside: int
    km_outside: float
    largest_islands: tuple[tuple[str, int], ...]


def components(graph: Graph) -> npt.NDArray[np.int32]:
    """Label the connected parts of a network; one-way streets connect both ways.

    Parameters
    ----------
    graph
        Any graph.

    Returns
    -------
    label
        Part of each node, shape (nodes,): 0 is the part with most nodes, then falling;
        parts of equal size in node order. Read-only: graphs of the same streets share it, at
        whatever speed.
    """
    ends = (graph.edge_from, graph.edge_to)
    known = next((each for each in _kept if _of_same_streets(each, graph.nodes, ends)), None)
    if known is None:
        label = _labelled(graph)
        label.flags.writeable = False
        # copies: a file that arrays are mapped from could not be removed on Windows
        known = (graph.nodes, (ends[0].copy(), ends[1].copy()), label)
    _kept[:] = [*(each for each in _kept if each is not known), known][-KEPT:]
    return known[2]


def _of_same_streets(known: _Known, nodes: int, ends: tuple[Ints, Ints]) -> bool:
    return known[0] == nodes and all(map(np.array_equal, known[1], ends))


def _labelled(graph: Graph) -> Ints:
    root = np.arange(graph.nodes, dtype=np.int64)
    while True:
        # hook each part below the smallest part it touches, then flatten what was hooked
        low = np.minimum(root[graph.edge_from], root[graph.edge_to])
        lower = root.copy()
        np.minimum.at(lower, root[graph.edge_from], low)
        np.minimum.at(lower, root[graph.edge_to], low)
        lower = _flatten(lower)
        if np.array_equal(lower, root):
            break
        root = lower
    _, part, count = np.unique(root, return_inverse=True, return_counts=True)
    rank = np.empty(len(count), dtype=np.int32)
    rank[np.argsort(-count, kind="stable")] = np.arange(len(count), dtype=np.int32)
    return rank[part]


def islands(graph: Graph) -> Islands:
    """Report what is cut off from the largest part of a network.

    Parameters
    ----------
    graph
        Any graph.

    Returns
    -------
    report
        Counts, km and the largest islands; all zero where everything is connected.
    """
    label = components(graph)
    count = np.bincount(label)
    _, member = np.unique(label, return_index=True)
    outside = label[graph.edge_from] > 0
    return Islands(
        components=len(count),
        nodes_in_largest=int(count[0]),
        nodes_outside=int(count[1:].sum()),
        km_outside=float(graph.edge_length_m[outside].sum()) / 1000.0,
        largest_islands=tuple(
            (str(graph.node_ids[member[part]]), int(count[part]))
            for part in range(1, min(len(count), FIRST + 1))
        ),
    )


def edges_of_long_parts(graph: Graph, *, min_part_m: float) -> npt.NDArray[np.bool_]:
    """Mark the edges of connected parts whose streets are together long enough.

    Where there are one-way streets, a part is what can be left and come back to: a point on a
    stub that the border of the data cuts off one way would have no way in, or none out. An edge
    that only leads from one such part to another is in none.

    Parameters
    ----------
    graph
        Any graph.
    min_part_m
        Least total street length of a part in metres, >= 0.

    Returns
    -------
    long
        One flag per edge, shape (edges,).
    """
    return once(graph, f"long parts {min_part_m}", lambda: _shared_long_parts(graph, min_part_m))


def _shared_long_parts(graph: Graph, min_part_m: float) -> npt.NDArray[np.bool_]:
    # who travels slower finds the same parts: they depend on what is open, not on what it costs
    ways = [np.packbits(cost >= 0) for cost in (graph.edge_forward_ds, graph.edge_backward_ds)]
    ends = [graph.edge_from.tobytes(), graph.edge_to.tobytes(), graph.edge_length_m.tobytes()]
    key = ("long parts", min_part_m, graph.directed, *ends, *(way.tobytes() for way in ways))
    return graph.drawing.once(key, lambda: _in_long_parts(graph, min_part_m))


def _in_long_parts(graph: Graph, min_part_m: float) -> npt.NDArray[np.bool_]:
    part = strong_components(graph) if graph.directed else components(graph)
    label = part[graph.edge_from]
    inside = label == part[graph.edge_to]
    length_m = np.bincount(label, weights=graph.edge_length_m * inside)
    found = np.asarray(inside & (length_m[label] >= min_part_m), dtype=bool)
    found.flags.writeable = False  # it is shared
    return found


def _flatten(root: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Point every node straight at the root of its part."""
    while True:
        higher = root[root]
        if np.array_equal(higher, root):
            return root
        root = higher
