"""Folds of a graph with links: made of the fold of the graph itself, link by link.

Folding takes longer than the searches of a small graph. Where links between the same few nodes
are tried one set after the other, those nodes stay junctions, and each set is added to one fold.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .fold import FOLDS, JUNCTIONS, read_only
from .graph import Graph
from .search import Arcs

Ints = npt.NDArray[np.int32]


def fold_beside(graph: Graph, nodes: Ints) -> None:
    """Let some nodes of a graph be junctions from now on, so that links can be added to its folds.

    Parameters
    ----------
    graph
        Any graph.
    nodes
        Node numbers; no time of any search becomes another.
    """
    junctions = np.zeros(graph.nodes, dtype=np.bool_)
    junctions[nodes] = True
    JUNCTIONS[graph] = junctions
    FOLDS.pop(graph, None)


def fold_linked(graph: Graph, opened: Graph, start: Ints, end: Ints, cost_ds: Ints) -> None:
    """Fold a graph with further ways as it was folded without them, which takes no time.

    Parameters
    ----------
    graph
        As it was handed to :func:`fold_beside`, with all of ``start`` and ``end``.
    opened
        The same with ways between these, as :func:`htkgis.network.links.linked` adds them.
    start, end, cost_ds
        As there.
    """
    leave = np.concatenate([start, end]).astype(np.int64)
    rows = np.stack([np.concatenate([end, start]), np.concatenate([cost_ds, cost_ds])], axis=1)
    order = np.argsort(leave, kind="stable")  # rows of nodes that had none come to the same place
    leave, rows = leave[order], rows[order]
    more = np.concatenate([[0], np.cumsum(np.bincount(leave, minlength=graph.nodes))])
    for side, folded in FOLDS.get(graph, {}).items():
        indptr, adjacency = folded.climb
        climb = np.insert(adjacency, indptr[leave + 1], rows, axis=0)
        arcs = Arcs(*read_only((indptr + more).astype(np.int32), climb))
        FOLDS.setdefault(opened, {})[side] = folded._replace(climb=arcs)
