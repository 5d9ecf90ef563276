"""Points that searches leave from and arrive at: on edges, or at nodes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.units import UNREACHED

from .graph import Graph
from .search import Side
from .snap import (
    NOT_SNAPPED,
    Snaps,
    arrival_costs,
    arriving_ds,
    departure_costs,
    end_nodes,
    leaving_ds,
)


class Points(NamedTuple):
    """Points as searches take them; ``xy`` are their positions on the streets in metres."""

    side: Side
    xy: npt.NDArray[np.float64]

    @property
    def usable(self) -> npt.NDArray[np.int64]:
        """Rows of the points that lie on the streets."""
        open_end = np.minimum(self.side.costs[:, 0], self.side.costs[:, 1]) < UNREACHED
        return np.flatnonzero(open_end | (self.side.edge != NOT_SNAPPED))

    def chosen(self, rows: npt.NDArray[np.int64]) -> Points:
        """Take some of the points."""
        return Points(Side._make(part[rows] for part in self.side), self.xy[rows])


def departing(graph: Graph, snaps: Snaps) -> Points:
    """Take snapped points as origins: with what a trip takes at its start."""
    costs, connector_ds = departure_costs(graph, snaps), leaving_ds(graph, snaps)
    return Points(_side(graph, snaps, costs, connector_ds), snaps.xy)


def arriving(graph: Graph, snaps: Snaps) -> Points:
    """Take snapped points as destinations: with what a trip takes at its end."""
    costs, connector_ds = arrival_costs(graph, snaps), arriving_ds(graph, snaps)
    return Points(_side(graph, snaps, costs, connector_ds), snaps.xy)


def at_nodes(graph: Graph, nodes: npt.ArrayLike | None = None) -> Points:
    """Take nodes as points, without any connector.

    Parameters
    ----------
    graph
        Any graph.
    nodes
        Node numbers, shape (n,); all nodes where missing.

    Returns
    -------
    points
        The same for origins and destinations.
    """
    chosen = np.arange(graph.nodes) if nodes is None else np.asarray(nodes)
    nothing = np.zeros(len(chosen), dtype=np.int32)
    side = Side(
        nodes=np.stack([chosen, chosen], axis=1).astype(np.int32),
        costs=np.stack([nothing, nothing + UNREACHED], axis=1).astype(np.int32),
        edge=nothing + np.int32(NOT_SNAPPED),
        share=np.zeros(len(chosen)),
        forward_ds=nothing,
        backward_ds=nothing,
        connector_ds=nothing,
    )
    return Points(side, graph.node_xy[chosen])


def _side(
    graph: Graph,
    snaps: Snaps,
    costs: npt.NDArray[np.int32],
    connector_ds: npt.NDArray[np.int32],
) -> Side:
    return Side(
        nodes=end_nodes(graph, snaps),
        costs=costs,
        edge=snaps.edge,
        share=snaps.share,
        forward_ds=snaps.forward_ds,
        backward_ds=snaps.backward_ds,
        connector_ds=connector_ds,
    )
