"""Reached streets: the parts of edges that so many departures of a window reach within a limit.

Where a departure gets off, it walks on for the time that is left, or for the longest walk from a
stop where that is shorter. What it reaches are parts of edges, exact to the decisecond, from both
ends of an edge and from stops on it. A point belongs to the isochrone of a percentile if as many
departures reach it as the percentile of its travel time asks for (:func:`.summaries.rank_of`): the
parts of all departures are laid over each other and counted. To walk on from percentiles of the
arrivals at stops would be another figure, and too small: on different departures a point may be
reached through different stops.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.errors import NetworkError, first
from htkgis.network.graph import Graph
from htkgis.network.reach import JOIN_SHARE, Found, Parts, joined_parts, reach, reached_parts
from htkgis.network.search import search
from htkgis.network.snap import NOT_SNAPPED, Snaps, departure_costs, end_nodes, leaving_ds
from htkgis.network.threads import share_out
from htkgis.units import UNREACHED, deciseconds

from .answers import checked_percentiles
from .journeys import Doors, Journeys
from .pairs import DECISECONDS_PER_SECOND, Pairs, pairs_of
from .summaries import rank_of
from .transit_times import departure_times

EDGES = 2048
"""Edges that a thread takes at a time."""
NONE_LEFT = -1
"""Time left of a departure that is not there in time."""

Rows = npt.NDArray[np.float64]


class _Streets(NamedTuple):
    """Edges as the kernel reads them: time in deciseconds, -1 where closed."""

    start: npt.NDArray[np.int32]
    end: npt.NDArray[np.int32]
    forward_ds: npt.NDArray[np.int32]
    backward_ds: npt.NDArray[np.int32]
    stops: npt.NDArray[np.bool_]


class _OnEdge(NamedTuple):
    """Stops by the edge they lie on: which, how far along it, and the way to the street."""

    indptr: npt.NDArray[np.int64]
    stop: npt.NDArray[np.int64]
    forward_ds: npt.NDArray[np.int32]
    backward_ds: npt.NDArray[np.int32]
    leaving_ds: npt.NDArray[np.int32]


def streets_of_departures(
    doors: Doors,
    journeys: Journeys,
    departures_s: npt.ArrayLike,
    *,
    limits_min: Sequence[float],
    max_walk_ds: int,
    percentile: float = 50,
    threads: int | None = None,
) -> dict[float, Parts]:
    """Find the parts of streets that so many of the departures reach within limits.

    Parameters
    ----------
    doors
        Streets that people walk on, the stops of the timetable on them, and where people set out:
        several origins are one place, left by the best of them for each departure. Destinations
        play no part.
    journeys
        What journeys are made of, from one origin (see :func:`~htkgis.network.transit.as_one`).
    departures_s
        When one leaves the door: seconds after midnight, rising.
    limits_min
        Limits in minutes, up to the cutoff of the journeys; a time on a limit is inside.
    max_walk_ds
        Longest walk from a stop, in deciseconds.
    percentile
        0 to 100: that many per cent of the departures reach the parts, one at least; all
        departures reach what is walked to within the limit.
    threads
        As :func:`~htkgis.network.transit.transit_times`.

    Returns
    -------
    parts
        By limit in minutes; those of a larger limit hold those of a smaller one.

    Raises
    ------
    NetworkError
        If the journeys are not from one origin, a percentile is out of range, a limit lies beyond
        the cutoff.
    """
    limits = {float(limit): deciseconds(limit) for limit in limits_min}
    _check(journeys, limits, percentile)
    graph, starts, _, stops = doors
    near = np.flatnonzero(stops.edge != NOT_SNAPPED)
    on_streets = Snaps(**{name: values[near] for name, values in vars(stops).items()})
    arrivals_ds = _at_stops(journeys, departures_s, near)
    rank = rank_of(percentile, len(arrivals_ds))
    longest_ds = min(max_walk_ds, max(limits.values(), default=0))
    served = np.flatnonzero((arrivals_ds < UNREACHED).any(axis=0))
    walks = _walks_to_nodes(graph, on_streets, served, longest_ds)
    streets, on_edge = _streets(graph), _on_edge(graph, on_streets)
    walked = reach(graph, starts, limit_ds=max(limits.values(), default=0))
    found = {}
    for limit_min, limit_ds in limits.items():
        # the last walk takes whole seconds, rounded up, as in every travel time
        whole_ds = limit_ds - limit_ds % DECISECONDS_PER_SECOND
        left_ds = np.minimum(whole_ds - arrivals_ds.T, max_walk_ds)
        left_ds = np.ascontiguousarray(np.maximum(left_ds, NONE_LEFT), dtype=np.int32)
        ridden = _ridden(streets, walks, on_edge, left_ds, rank, threads)
        direct = reached_parts(graph, walked, limit_ds=limit_ds)
        walked_to = (direct.edge.astype(np.int64), direct.start, direct.end)
        found[limit_min] = joined_parts([*ridden, walked_to])
    return found


def _check(journeys: Journeys, limits: dict[float, int], percentile: float) -> None:
    checked_percentiles([percentile])
    if len(journeys.access) != 1:
        msg = (
            f"isochrone (transit): the journeys are from {len(journeys.access)} origins; one is "
            "allowed. Take them one by one, or as one place (as_one)."
        )
        raise NetworkError(msg)
    beyond = [limit for limit, ds in limits.items() if ds > journeys.cutoff_s * 10]
    if beyond:
        msg = (
            f"isochrone (transit): {first(beyond)} min; travel times are searched up to "
            f"{journeys.cutoff_s / 60:g} min, and limits up to that are allowed. Search longer."
        )
        raise NetworkError(msg)


def _at_stops(
    journeys: Journeys, departures_s: npt.ArrayLike, near: npt.NDArray[np.int64]
) -> npt.NDArray[np.int32]:
    """Give how long each departure takes to each stop by any ride, shape (departures, stops)."""
    every = pairs_of(np.arange(near.size), near, np.zeros(near.size), points=near.size)
    to_stops = journeys._replace(egress=every, direct=None)
    return departure_times(to_stops, departures_s, origin=0)


def _walks_to_nodes(
    graph: Graph, stops: Snaps, served: npt.NDArray[np.int64], limit_ds: int
) -> Pairs:
    """Measure the walks from stops to the nodes around them, by node, in deciseconds."""
    nodes, costs = end_nodes(graph, stops), departure_costs(graph, stops).astype(np.int64)
    costs = np.where(costs < UNREACHED, costs + graph.end_ds, costs)
    owners, others, times = (
        [np.zeros(0, np.int64)],
        [np.zeros(0, np.int64)],
        [np.zeros(0, np.int32)],
    )
    for stop in served:
        labels = search(graph, nodes[stop], costs[stop], limit_ds=limit_ds)
        reached = np.flatnonzero(labels < UNREACHED)
        owners.append(reached)
        others.append(np.full(reached.size, stop))
        times.append(labels[reached])
    owner, other, walk_ds = (np.concatenate(column) for column in (owners, others, times))
    return pairs_of(owner, other, walk_ds, points=graph.nodes)


def _streets(graph: Graph) -> _Streets:
    return _Streets(
        graph.edge_from,
        graph.edge_to,
        graph.edge_forward_ds,
        graph.edge_backward_ds,
        graph.edge_stops,
    )


def _on_edge(graph: Graph, stops: Snaps) -> _OnEdge:
    order = np.argsort(stops.edge, kind="stable")
    counts = np.bincount(stops.edge, minlength=graph.edges)
    return _OnEdge(
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        order,
        stops.forward_ds[order],
        stops.backward_ds[order],
        (leaving_ds(graph, stops) + graph.end_ds)[order].astype(np.int32),
    )


def _ridden(
    streets: _Streets,
    walks: Pairs,
    on_edge: _OnEdge,
    left_ds: npt.NDArray[np.int32],
    rank: int,
    threads: int | None,
) -> list[Found]:
    """Find the parts that as many departures reach by some ride, some edges at a time."""
    edges = streets.start.size
    pieces = range(0, edges, EDGES)
    found: dict[int, Rows] = {}

    def worker(begins: Iterator[int]) -> None:
        for begin in begins:
            end = min(begin + EDGES, edges)
            found[begin] = _parts(streets, walks, on_edge, left_ds, rank, begin, end)

    share_out(pieces, worker, threads=threads)
    rows = np.concatenate([np.zeros((0, 3)), *(found[begin] for begin in pieces)])
    return [(rows[:, 0].astype(np.int64), rows[:, 1], rows[:, 2])]


@kernel
def _parts(
    streets: _Streets,
    walks: Pairs,
    on_edge: _OnEdge,
    left_ds: npt.NDArray[np.int32],
    rank: int,
    begin: int,
    end: int,
) -> Any:
    """List edge, start and end of the parts that ``rank`` departures reach."""
    departures = left_ds.shape[1]
    at_ends = np.empty((2, departures), dtype=np.int32)
    most = 2
    for edge in range(begin, end):
        most = max(most, 2 + 2 * (on_edge.indptr[edge + 1] - on_edge.indptr[edge]))
    own, covered = np.empty((most, 2)), np.empty((departures * most, 2))
    rows, used = np.empty((64, 3)), 0
    for edge in range(begin, end):
        node, other = streets.start[edge], streets.end[edge]
        alone = on_edge.indptr[edge] == on_edge.indptr[edge + 1]
        if alone and not (_near(walks, node) or _near(walks, other)):
            continue
        _fill_left(walks, node, left_ds, at_ends[0])
        _fill_left(walks, other, left_ds, at_ends[1])
        count, whole = 0, 0
        for departure in range(departures):
            number = _reached(streets, on_edge, edge, left_ds, departure, at_ends, own)
            covered[count : count + number] = own[:number]
            count += number
            whole += number == 1 and own[0, 0] == 0.0 and own[0, 1] == 1.0
        while used + count + 1 > rows.shape[0]:
            rows = np.concatenate((rows, np.empty_like(rows)))
        if whole >= rank:
            rows[used, 0], rows[used, 1], rows[used, 2] = edge, 0.0, 1.0
            used += 1
        elif count >= rank:
            used += _write_crowded(covered[:count], rank, edge, rows[used:])
    return rows[:used]


@kernel
def _write_crowded(covered: Rows, rank: int, edge: int, rows: Rows) -> int:
    """Write where ``rank`` of some parts of an edge or more lie over each other; count them."""
    starts, ends = np.sort(covered[:, 0]), np.sort(covered[:, 1])
    inside, ahead, behind, used, opened = 0, 0, 0, 0, 0.0
    while behind < ends.size:
        # parts hold both their ends: one that starts where another ends meets it
        if ahead < starts.size and starts[ahead] <= ends[behind]:
            inside += 1
            if inside == rank:
                opened = starts[ahead]
            ahead += 1
            continue
        if inside == rank:
            rows[used, 0], rows[used, 1], rows[used, 2] = edge, opened, ends[behind]
            used += 1
        inside -= 1
        behind += 1
    return used


@kernel
def _near(walks: Pairs, node: int) -> bool:
    """Tell whether any stop is near enough to a node to walk there."""
    return bool(walks.indptr[node] < walks.indptr[node + 1])


@kernel
def _fill_left(
    walks: Pairs, node: int, left_ds: npt.NDArray[np.int32], best: npt.NDArray[np.int32]
) -> None:
    """Write how much time each departure has left at a node; negative where it is not there."""
    best[:] = NONE_LEFT
    for place in range(walks.indptr[node], walks.indptr[node + 1]):
        stop, walk_ds = walks.walks[place, 0], walks.walks[place, 1]
        for departure in range(best.size):
            best[departure] = max(best[departure], left_ds[stop, departure] - walk_ds)


@kernel
def _reached(
    streets: _Streets,
    on_edge: _OnEdge,
    edge: int,
    left_ds: npt.NDArray[np.int32],
    departure: int,
    at_ends: npt.NDArray[np.int32],
    own: Rows,
) -> int:
    """Write the parts of an edge that one departure reaches, apart from each other; count them."""
    forward_ds, backward_ds = streets.forward_ds[edge], streets.backward_ds[edge]
    count = 0
    if streets.stops[edge] and at_ends[0, departure] >= 0 and forward_ds >= 0:
        count = _add(own, count, 0.0, _share(at_ends[0, departure], forward_ds))
    if streets.stops[edge] and at_ends[1, departure] >= 0 and backward_ds >= 0:
        count = _add(own, count, 1.0 - _share(at_ends[1, departure], backward_ds), 1.0)
    for place in range(on_edge.indptr[edge], on_edge.indptr[edge + 1]):
        left = left_ds[on_edge.stop[place], departure] - on_edge.leaving_ds[place]
        if left < 0:
            continue
        if on_edge.forward_ds[place] >= 0:
            # an edge that costs nothing is passed from start to end, as in reach
            at = _share(on_edge.forward_ds[place], forward_ds) if forward_ds > 0 else 0.0
            count = _add(own, count, at, min(1.0, at + _share(left, forward_ds)))
        if on_edge.backward_ds[place] >= 0:
            until = _share(on_edge.backward_ds[place], backward_ds)
            count = _add(own, count, max(0.0, until - _share(left, backward_ds)), until)
    return count


@kernel
def _add(own: Rows, count: int, start: float, end: float) -> int:
    """Add a part, joined with those that it meets; return how many there are."""
    place = 0
    while place < count:
        if own[place, 0] <= end + JOIN_SHARE and start <= own[place, 1] + JOIN_SHARE:
            start, end = min(start, own[place, 0]), max(end, own[place, 1])
            count -= 1
            own[place, 0], own[place, 1] = own[count, 0], own[count, 1]
            place = 0
        else:
            place += 1
    own[count, 0], own[count, 1] = start, end
    return count + 1


@kernel
def _share(part_ds: int, edge_ds: int) -> float:
    """Share of an edge that a time is enough for; all of an edge that costs nothing."""
    return 1.0 if part_ds >= edge_ds else part_ds / max(edge_ds, 1)
