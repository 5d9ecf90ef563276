"""The same streets at another cost: by true length, for instance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from .edge_costs import CLOSED
from .graph import Graph, arcs_by_node
from .made import once

DECIMETRES_PER_METRE = 10
ONE_METRE_PER_SECOND_KPH = 3.6


def with_costs(
    graph: Graph, forward_ds: npt.NDArray[np.int32], backward_ds: npt.NDArray[np.int32]
) -> Graph:
    """Give every edge of a graph other costs.

    Parameters
    ----------
    graph
        Any graph.
    forward_ds, backward_ds
        Cost of each edge from its start to its end and back, shape (m,), >= 0; -1 closes it.

    Returns
    -------
    graph
        The same nodes and edges.
    """
    grouped = arcs_by_node(graph.nodes, graph.edge_from, graph.edge_to, forward_ds, backward_ds)
    made = replace(
        graph,
        edge_forward_ds=forward_ds,
        edge_backward_ds=backward_ds,
        indptr=grouped["indptr"],
        adjacency=grouped["adjacency"],
        reverse_indptr=grouped["reverse_indptr"],
        reverse_adjacency=grouped["reverse_adjacency"],
    )
    vars(made)["drawing"] = graph.drawing  # the streets lie where they lay
    return made


def by_length(graph: Graph) -> Graph:
    """Make metres of a graph's minutes: a decisecond of the new one is a decimetre of way.

    What is closed stays closed. The way between a point and the street counts with its length,
    and starting and ending take nothing.

    Parameters
    ----------
    graph
        Any graph.

    Returns
    -------
    graph
        The same nodes and edges at one metre per second; points are to be snapped to it anew.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import shapely
    >>> from .graph import build_graph
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s"], "from_node": ["a"], "to_node": ["b"], "length_m": [100.0],
    ...      "oneway": [True], "bike": [True]},
    ...     geometry=[shapely.LineString([(0, 0), (100, 0)])])
    >>> graph = by_length(build_graph(streets, mode="bike", speed_kph=15))
    >>> graph.edge_forward_ds.tolist(), graph.edge_backward_ds.tolist()
    ([1000], [-1])
    """
    return once(graph, "by length", lambda: _by_length(graph))


def both_ways_by_time(graph: Graph) -> Graph:
    """Let every edge take the lesser of its times in both directions; closed ones stay closed."""

    def made() -> Graph:
        least_ds = _least_ds(graph)
        return with_costs(graph, least_ds, least_ds)

    return once(graph, "both ways by time", made)


def both_ways_by_length(graph: Graph) -> Graph:
    """Let every edge that is open in any direction take its whole decimetres in both."""

    def made() -> Graph:
        least_dm = np.where(_least_ds(graph) < 0, CLOSED, length_dm(graph)).astype(np.int32)
        return with_costs(graph, least_dm, least_dm)

    return once(graph, "both ways by length", made)


def _least_ds(graph: Graph) -> npt.NDArray[np.int32]:
    there, back = graph.edge_forward_ds, graph.edge_backward_ds
    return np.where((there < 0) | ((back >= 0) & (back < there)), back, there)


def _by_length(graph: Graph) -> Graph:
    length = length_dm(graph)
    metric = with_costs(
        graph,
        np.where(graph.edge_forward_ds >= 0, length, CLOSED).astype(np.int32),
        np.where(graph.edge_backward_ds >= 0, length, CLOSED).astype(np.int32),
    )
    speed_kph = ONE_METRE_PER_SECOND_KPH
    made = replace(metric, speed_kph=speed_kph, connector_kph=speed_kph, start_ds=0, end_ds=0)
    vars(made)["drawing"] = graph.drawing
    return made


def length_dm(graph: Graph) -> npt.NDArray[np.int32]:
    """Length of every edge in whole decimetres, shape (m,)."""
    return np.rint(graph.edge_length_m * DECIMETRES_PER_METRE).astype(np.int32)
