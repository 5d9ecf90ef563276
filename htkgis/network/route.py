"""One shortest route, street by street: the way behind a travel time, to be checked on the ground.

The time is that of the matrix to the decisecond; the way is read back from the labels of
the same search, so a route cannot tell another time than the figure it explains.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.ops import substring

from htkgis.errors import NetworkError
from htkgis.units import UNREACHED

from .graph import Graph
from .search import search, search_limit
from .snap import (
    NOT_SNAPPED,
    Snaps,
    arrival_costs,
    arriving_ds,
    departure_costs,
    end_nodes,
    leaving_ds,
)


@dataclass(frozen=True)
class Leg:
    """A part of one edge that is travelled.

    Parameters
    ----------
    edge
        Edge number.
    start, end
        Shares of the edge where the leg begins and ends; the edge is travelled against its
        direction where ``start`` is the larger.
    time_ds
        Deciseconds.
    length_m
        True metres.
    """

    edge: int
    start: float
    end: float
    time_ds: int
    length_m: float


@dataclass(frozen=True)
class Route:
    """A shortest route between two snapped points.

    Parameters
    ----------
    time_ds
        Whole trip in deciseconds: ``leave_ds``, all legs, ``arrive_ds``.
    leave_ds, arrive_ds
        Between the points and the street at either end, with what the mode takes besides.
    legs
        In the order in which they are travelled; none where both points meet the street at
        the same place.
    """

    time_ds: int
    leave_ds: int
    arrive_ds: int
    legs: tuple[Leg, ...]

    @property
    def length_m(self) -> float:
        """True metres of street."""
        return sum(leg.length_m for leg in self.legs)


def route(
    graph: Graph, origins: Snaps, destinations: Snaps, *, limit_ds: int | None = None
) -> Route | None:
    """Find a shortest route from the first origin to the first destination.

    Of equally short ways one is taken by rule, whatever the order of the data.

    Parameters
    ----------
    graph
        The graph both were snapped to.
    origins, destinations
        Snapped points, one of each.
    limit_ds
        Longest trip that is looked for, in deciseconds, >= 0: who knows how long it takes need not
        search all streets. No limit where missing.

    Returns
    -------
    route
        None where the destination cannot be reached, or not within the limit.

    Raises
    ------
    NetworkError
        If there is not one point of each, or one is not on the network.

    Examples
    --------
    Along one street of 100 m, at 3.6 km/h (1 m/s):

    >>> import geopandas as gpd
    >>> from .graph import build_graph
    >>> from .snap import snap
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s"], "from_node": ["a"], "to_node": ["b"], "length_m": [100.0],
    ...      "oneway": [False], "walk": [True]},
    ...     geometry=[shapely.LineString([(0, 0), (100, 0)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> at = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=gpd.points_from_xy([20, 100], [0, 0]))
    >>> here, there = (snap(graph, at[rows], max_snap_m=1) for rows in (slice(0, 1), slice(1, 2)))
    >>> found = route(graph, here, there)
    >>> found.time_ds, [(leg.start, leg.end, leg.length_m) for leg in found.legs]
    (800, [(0.2, 1.0, 80.0)])
    """
    _check(origins, "origins")
    _check(destinations, "destinations")
    leave_ds = int(leaving_ds(graph, origins)[0])
    arrive_ds = int(arriving_ds(graph, destinations)[0])
    along = _along(graph, origins, destinations)
    way = _around(graph, origins, destinations, limit_ds)
    ends_ds = leave_ds + arrive_ds
    if along is not None and along.time_ds + ends_ds > search_limit(limit_ds):
        along = None
    if along is not None and (way is None or along.time_ds + ends_ds <= way[0]):
        moved = along.start != along.end
        return Route(along.time_ds + ends_ds, leave_ds, arrive_ds, (along,) if moved else ())
    if way is None:
        return None
    time_ds, legs = way
    return Route(time_ds, leave_ds, arrive_ds, legs)


def route_line(graph: Graph, found: Route) -> Any:
    """Draw a route as a MultiLineString, one part per leg, in the direction of travel."""
    lines = [
        substring(graph.lines[leg.edge], leg.start, leg.end, normalized=True) for leg in found.legs
    ]
    return shapely.MultiLineString([line for line in lines if line.length > 0])


def _check(snaps: Snaps, what: str) -> None:
    if len(snaps) != 1:
        msg = f"route ({what}): {len(snaps)} points; exactly one is allowed. Choose it."
        raise NetworkError(msg)
    if snaps.edge[0] == NOT_SNAPPED:
        msg = (
            f"route ({what}): {snaps.ids[0]!r} lies {float(snaps.distance_m[0]):,.0f} m from the "
            "nearest street, farther than allowed. Choose a point nearer, or allow more."
        )
        raise NetworkError(msg)


def _along(graph: Graph, origins: Snaps, destinations: Snaps) -> Leg | None:
    """Travel between two points of one edge without leaving it, where that is open."""
    edge = int(origins.edge[0])
    if edge != destinations.edge[0]:
        return None
    start, end = float(origins.share[0]), float(destinations.share[0])
    ways = []
    if start <= end and origins.forward_ds[0] >= 0:
        ways.append(int(destinations.forward_ds[0]) - int(origins.forward_ds[0]))
    if start >= end and origins.backward_ds[0] >= 0:
        ways.append(int(origins.backward_ds[0]) - int(destinations.backward_ds[0]))
    return _leg(graph, edge, start, end, min(ways)) if ways else None


def _around(
    graph: Graph, origins: Snaps, destinations: Snaps, limit_ds: int | None
) -> tuple[int, tuple[Leg, ...]] | None:
    """Travel by way of junctions: whole time, and the legs."""
    leaving = departure_costs(graph, origins)[0]
    arriving = arrival_costs(graph, destinations)[0].astype(np.int64)
    from_nodes, to_nodes = end_nodes(graph, origins)[0], end_nodes(graph, destinations)[0]
    labels = search(graph, from_nodes, leaving, limit_ds=limit_ds)
    totals = labels[to_nodes] + arriving
    last = int(np.argmin(totals))
    if totals[last] > search_limit(limit_ds):
        return None
    nodes = _nodes_back(graph, labels, int(to_nodes[last]), dict(_seeds(from_nodes, leaving)))
    first = _first_end(graph, origins, nodes[0], int(labels[nodes[0]]), leaving)
    legs = [
        _end_leg(graph, origins, first, leaving, int(leaving_ds(graph, origins)[0])),
        *(_arc_leg(graph, labels, *arc) for arc in pairwise(nodes)),
        _start_leg(graph, destinations, last, arriving, int(arriving_ds(graph, destinations)[0])),
    ]
    return int(totals[last]), tuple(leg for leg in legs if leg.start != leg.end)


def _seeds(nodes: npt.NDArray[Any], costs: npt.NDArray[Any]) -> list[tuple[int, int]]:
    """Give each end of the origin's edge its least cost; of a loop both ends are one node."""
    pairs = sorted(zip(nodes.tolist(), costs.tolist(), strict=True), reverse=True)
    return [pair for pair in pairs if pair[1] < UNREACHED]


def _nodes_back(
    graph: Graph, labels: npt.NDArray[np.int32], last: int, seeds: dict[int, int]
) -> list[int]:
    """Trace the nodes from a seed to ``last``: each step costs what the labels differ by.

    Streets of zero length may form circles, so a node is looked at once, and a step that
    leads nowhere is taken back.
    """
    waiting: list[tuple[int, int | None]] = [(last, None)]
    following: dict[int, int | None] = {}
    while waiting:
        node, after = waiting.pop()
        if node in following:
            continue
        following[node] = after
        if seeds.get(node) == labels[node]:
            return _chain(node, following)
        rows = slice(graph.reverse_indptr[node], graph.reverse_indptr[node + 1])
        arcs = graph.reverse_adjacency[rows].astype(np.int64)
        tight = arcs[labels[arcs[:, 0]] + arcs[:, 1] == labels[node], 0]
        # the last one in is the first one out: the smallest number is looked at first
        waiting += [(int(other), node) for other in np.unique(tight)[::-1]]
    msg = (
        f"route ({graph.mode}): node {last} has a label of {labels[last]} ds that no way explains; "
        "labels of a search over this graph are allowed. Search this graph again."
    )
    raise NetworkError(msg)


def _chain(node: int, following: dict[int, int | None]) -> list[int]:
    chain = [node]
    after = following[node]
    while after is not None:
        chain.append(after)
        after = following[after]
    return chain


def _first_end(
    graph: Graph, origins: Snaps, node: int, label: int, leaving: npt.NDArray[Any]
) -> int:
    """Say by which end (0 from, 1 to) the origin's edge is left."""
    ends = end_nodes(graph, origins)[0]
    return next(end for end in (0, 1) if ends[end] == node and leaving[end] == label)


def _end_leg(
    graph: Graph, origins: Snaps, end: int, leaving: npt.NDArray[Any], leave_ds: int
) -> Leg:
    start = float(origins.share[0])
    return _leg(graph, int(origins.edge[0]), start, float(end), int(leaving[end]) - leave_ds)


def _start_leg(
    graph: Graph, destinations: Snaps, start: int, arriving: npt.NDArray[Any], arrive_ds: int
) -> Leg:
    end = float(destinations.share[0])
    edge = int(destinations.edge[0])
    return _leg(graph, edge, float(start), end, int(arriving[start]) - arrive_ds)


def _arc_leg(graph: Graph, labels: npt.NDArray[np.int32], start: int, end: int) -> Leg:
    """Find the edge of a step between two nodes: of several the first that costs as much."""
    cost = int(labels[end]) - int(labels[start])
    there = (graph.edge_from == start) & (graph.edge_to == end) & (graph.edge_forward_ds == cost)
    back = (graph.edge_from == end) & (graph.edge_to == start) & (graph.edge_backward_ds == cost)
    edge = int(np.flatnonzero(there | back)[0])
    return _leg(graph, edge, *((0.0, 1.0) if there[edge] else (1.0, 0.0)), cost)


def _leg(graph: Graph, edge: int, start: float, end: float, time_ds: int) -> Leg:
    length_m = float(graph.edge_length_m[edge]) * abs(end - start)
    return Leg(edge, start, end, time_ds, length_m)
