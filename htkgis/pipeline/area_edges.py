"""Edges of several graphs in an area, each once: what the travellers of the explorer share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from htkgis.network import Graph

Numbers = npt.NDArray[np.int64]
_Names = tuple[npt.NDArray[np.str_], npt.NDArray[np.str_], npt.NDArray[np.str_]]
"""Of some edges, of the nodes they begin at, and of those they end at."""


class Numbered(NamedTuple):
    """Numbers of some edges and of the nodes at their ends, and the names of all three."""

    names: _Names
    edges: Numbers
    start: Numbers
    end: Numbers


class AreaEdges:
    """The edges of some graphs in an area, each once, and the nodes at their ends.

    Attributes
    ----------
    area
        Where edges lie.
    ids, nodes
        Number of each edge, and of each node, by its id.
    lines, length_m
        Line and true length of each edge.
    """

    def __init__(self, graphs: Sequence[Graph], area: Any) -> None:
        self.area = area
        self._area_wkb = shapely.to_wkb(area)
        self.ids: dict[str, int] = {}
        self.nodes: dict[str, int] = {}
        self._numbered: list[Numbered] = []
        lines, lengths = [], []
        for graph in graphs:
            rows = self.rows(graph)
            names = _names(graph, rows)
            if self._known(names) is not None:
                continue  # nothing that is not listed yet
            named = zip(graph.edge_ids[rows].tolist(), rows.tolist(), strict=True)
            added = {name: row for name, row in named if name not in self.ids}
            new = list(added.values())
            self.ids |= zip(added, range(len(self.ids), len(self.ids) + len(added)), strict=True)
            lines.append(graph.lines[new])
            lengths.append(graph.edge_length_m[new])
            ends = np.unique(np.concatenate([graph.edge_from[rows], graph.edge_to[rows]]))
            for node in graph.node_ids[ends].tolist():
                self.nodes.setdefault(node, len(self.nodes))
            self._numbered.append(self._number(names))
        self.lines = np.concatenate(lines)
        self.length_m = np.concatenate(lengths)

    def rows(self, graph: Graph) -> Numbers:
        """List the edges of a graph that lie in the area, in its order.

        Travellers whose streets are drawn alike share what is found.
        """

        def find() -> Numbers:
            found = np.sort(graph.tree.query(self.area, predicate="intersects"))
            return found.astype(np.int64)

        return graph.drawing.lately(("rows", self._area_wkb), find)

    def numbers(self, graph: Graph, rows: Numbers) -> Numbered:
        """Give the numbers here of some edges of a graph, and of the nodes at their ends."""
        names = _names(graph, rows)
        known = self._known(names)
        return self._number(names) if known is None else known

    def _known(self, names: _Names) -> Numbered | None:
        """Give what was numbered of the same names: most travellers share their streets."""
        same = (each for each in self._numbered if all(map(np.array_equal, each.names, names)))
        return next(same, None)

    def _number(self, names: _Names) -> Numbered:
        edges, start, end = (
            np.array([numbers[name] for name in some.tolist()], dtype=np.int64)
            for numbers, some in zip((self.ids, self.nodes, self.nodes), names, strict=True)
        )
        return Numbered(names, edges, start, end)


def _names(graph: Graph, rows: Numbers) -> _Names:
    start, end = (graph.node_ids[ends[rows]] for ends in (graph.edge_from, graph.edge_to))
    return graph.edge_ids[rows], start, end
