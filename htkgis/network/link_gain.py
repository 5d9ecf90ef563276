"""What each of many links would save on the way to the nearest place, exactly and one at a time.

A link from ``u`` to ``v`` shortens a trip to the nearest place only if the way over it is shorter
from ``u`` itself; and where it shortens a trip from somewhere, it does so from every junction on
the way to ``u``. So one field of times serves all links, and each link is followed backwards just
as far as it helps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.errors import NetworkError, first
from htkgis.units import DECISECONDS_PER_MINUTE, UNREACHED

from .graph import Graph
from .nearest_times import nearest_times
from .search import Arcs, arcs_of, search
from .snap import NOT_SNAPPED, Snaps, arrival_costs, departure_costs, end_nodes
from .threads import share_out

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

LINKS_PER_PIECE = 256
NODE_BITS = 32
"""A waiting node is one number: its time above its own number, so that times come first."""


class Links(NamedTuple):
    """Ways that could be added, each open in both directions.

    Parameters
    ----------
    start, end
        Junctions at both ends, int32, shape (k,).
    cost_ds
        Deciseconds to pass each, >= 0, shape (k,).
    """

    start: Ints
    end: Ints
    cost_ds: Ints


class LinkGains(NamedTuple):
    """What each link saves alone; each array has shape (links, functions).

    Parameters
    ----------
    saved_person_min
        Persons times minutes that the way to the nearest place becomes shorter, >= 0.
    nearer_persons
        Persons to whom a place becomes nearer by any time at all.
    newly_persons
        Those among them who reach none within the limit without the link; what they save is
        counted from the limit, so that it is at least what is said.
    """

    saved_person_min: Floats
    nearer_persons: Floats
    newly_persons: Floats


class _Homes(NamedTuple):
    """Origins by the junctions they leave over: node ``i`` owns rows ``start[i]:start[i + 1]``."""

    start: npt.NDArray[np.int64]
    origin: Ints
    cost: Ints
    persons: Floats


class _Work(NamedTuple):
    """Arrays of one thread; between two links every label is ``UNREACHED`` and every gain 0."""

    labels: Ints
    touched: Ints
    heap: npt.NDArray[np.int64]
    gain: Ints
    gainers: Ints


def link_gains(
    graph: Graph,
    links: Links,
    origins: Snaps,
    persons: npt.ArrayLike,
    places: Mapping[str, Snaps],
    *,
    limit_ds: int,
    threads: int | None = None,
) -> LinkGains:
    r"""
    Measure how much nearer each link brings the nearest place of each function.

    .. math::

        G_{kf} = \sum_i p_i \left(\min(t_{if}, L) - \min(t_{if}^{(k)}, L)\right)

    where :math:`t_{if}` is the time from origin :math:`i` to its nearest place of function
    :math:`f`, :math:`t_{if}^{(k)}` that with link :math:`k` and no other, :math:`p_i` the persons
    at the origin and :math:`L` the limit.

    Parameters
    ----------
    graph
        Streets of one mode; ends of links are junctions of it (see
        :func:`~htkgis.network.links.cut_at`).
    links
        The candidates, any number.
    origins
        Where trips start; a row off the streets gains nothing.
    persons
        Persons at each origin, shape (origins,), >= 0.
    places
        Places of each function; none at all is allowed.
    limit_ds
        Longest trip in deciseconds, > 0.
    threads
        As :func:`~htkgis.network.threads.share_out`; the result does not depend on it.

    Returns
    -------
    gains
        Columns in the order of ``places``.

    Raises
    ------
    NetworkError
        If a link ends at no junction of the graph, its cost is below 0, or persons are not
        numbers of 0 or more.

    References
    ----------
    One step of a shortest-path field under insertion of an edge: Ramalingam, G. and Reps, T.
    (1996). An incremental algorithm for a generalization of the shortest-path problem. Journal
    of Algorithms 21(2), 267-305.

    Examples
    --------
    A home and a shop, 20 m apart, on two streets that meet 500 m away. At 1 m/s a link saves two
    residents 1,000 s each:

    >>> import geopandas as gpd, shapely
    >>> from htkgis.network import build_graph, snap
    >>> line = shapely.LineString
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["n", "s", "e"], "from_node": ["a", "c", "b"], "to_node": ["b", "d", "d"],
    ...      "length_m": [500.0, 500.0, 20.0], "oneway": [False] * 3, "walk": [True] * 3},
    ...     geometry=[line([(0, 10), (500, 10)]), line([(0, -10), (500, -10)]),
    ...               line([(500, 10), (500, -10)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> home, shop = (
    ...     snap(graph, gpd.GeoDataFrame({"id": [i]}, geometry=[shapely.Point(0, y)]), max_snap_m=1)
    ...     for i, y in (("home", 10), ("shop", -10)))
    >>> ends = [graph.node_ids.tolist().index(name) for name in "ac"]
    >>> link = Links(*(np.array([value], dtype=np.int32) for value in (*ends, 200)))
    >>> gains = link_gains(graph, link, home, [2.0], {"shopping": shop}, limit_ds=36_000)
    >>> gains.saved_person_min.round(2).tolist(), gains.nearer_persons.tolist()
    ([[33.33]], [[2.0]])
    """
    weights = np.asarray(persons, dtype=np.float64)
    _check(graph, links, origins, weights)
    shape = (len(links.start), len(places))
    saved, nearer, newly = (np.zeros(shape) for _ in range(3))
    fields, today = _without_links(graph, origins, places, limit_ds)
    homes = _homes(graph, origins, weights)
    arcs = arcs_of(graph, reverse=True)

    def measure(pieces: Iterator[tuple[int, int]]) -> None:
        work = _workspace(graph, origins)
        for begin, end in pieces:
            _fill(
                arcs,
                links.start[begin:end],
                links.end[begin:end],
                links.cost_ds[begin:end],
                fields,
                today,
                homes,
                limit_ds,
                work,
                saved[begin:end],
                nearer[begin:end],
                newly[begin:end],
            )

    cuts = range(0, len(links.start), LINKS_PER_PIECE)
    pieces = [(cut, min(cut + LINKS_PER_PIECE, len(links.start))) for cut in cuts]
    share_out(pieces, measure, threads=threads)
    return LinkGains(saved / DECISECONDS_PER_MINUTE, nearer, newly)


def _check(graph: Graph, links: Links, origins: Snaps, persons: Floats) -> None:
    ends = np.stack([links.start, links.end], axis=1).reshape(-1, 2)
    wrong = (ends < 0).any(axis=1) | (ends >= graph.nodes).any(axis=1) | (links.cost_ds < 0)
    if wrong.any():
        msg = (
            f"links ({graph.mode}): {int(wrong.sum())} of {len(wrong)} end at no junction or cost "
            f"less than nothing: {first(np.flatnonzero(wrong).tolist())}; junctions 0 to "
            f"{graph.nodes - 1} and costs of 0 ds or more are allowed. Cut the streets at the ends."
        )
        raise NetworkError(msg)
    if persons.shape != (len(origins),) or not (np.isfinite(persons) & (persons >= 0)).all():
        msg = (
            f"links ({graph.mode}): persons must be one number of 0 or more per origin; there are "
            f"{len(origins)} origins and {persons.size} numbers. Fill what is missing with 0."
        )
        raise NetworkError(msg)


def _without_links(
    graph: Graph, origins: Snaps, places: Mapping[str, Snaps], limit_ds: int
) -> tuple[Ints, Ints]:
    """Time to the nearest place of each function from every junction, and from every origin."""
    fields = np.full((len(places), graph.nodes), limit_ds, dtype=np.int32)
    today = np.empty((len(places), len(origins)), dtype=np.int32)
    for row, found in enumerate(places.values()):
        nodes, costs = end_nodes(graph, found).ravel(), arrival_costs(graph, found).ravel()
        onward = search(graph, nodes, costs, limit_ds=limit_ds, reverse=True)
        np.minimum(fields[row], onward, out=fields[row])
        today[row] = nearest_times(graph, origins, found, limit_ds=limit_ds)
    return fields, today


def _homes(graph: Graph, origins: Snaps, persons: Floats) -> _Homes:
    """List the origins at both junctions of their street, in the order of the junctions."""
    nodes, costs = end_nodes(graph, origins).ravel(), departure_costs(graph, origins).ravel()
    row = np.repeat(np.arange(len(origins), dtype=np.int32), 2)
    usable = (costs < UNREACHED) & (origins.edge[row] != NOT_SNAPPED)
    nodes, costs, row = nodes[usable], costs[usable], row[usable]
    order = np.argsort(nodes, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(nodes, minlength=graph.nodes))])
    return _Homes(start.astype(np.int64), row[order], costs[order].astype(np.int32), persons)


def _workspace(graph: Graph, origins: Snaps) -> _Work:
    return _Work(
        labels=np.full(graph.nodes, UNREACHED, dtype=np.int32),
        touched=np.empty(graph.nodes, dtype=np.int32),
        # a node waits once for each arc that made it nearer
        heap=np.empty(len(graph.reverse_adjacency) + 2, dtype=np.int64),
        gain=np.zeros(len(origins), dtype=np.int32),
        gainers=np.empty(len(origins), dtype=np.int32),
    )


@kernel
def _fill(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    arcs: Arcs,
    starts: Ints,
    ends: Ints,
    costs: Ints,
    fields: Ints,
    today: Ints,
    homes: _Homes,
    limit: int,
    work: _Work,
    saved: Floats,
    nearer: Floats,
    newly: Floats,
) -> None:
    """Fill a row of the three results per link, in person-deciseconds and persons."""
    for link in range(starts.size):
        for function in range(fields.shape[0]):
            field = fields[function]
            seed, cost = _helped_end(starts[link], ends[link], costs[link], field)
            if seed < 0:
                continue
            count = _follow(arcs, seed, cost, field, work)
            gainers = _collect(count, today[function], limit, homes, work)
            for place in range(gainers):
                origin = work.gainers[place]
                persons = homes.persons[origin]
                saved[link, function] += persons * work.gain[origin]
                nearer[link, function] += persons
                if today[function, origin] == UNREACHED:
                    newly[link, function] += persons
                work.gain[origin] = 0


@kernel
def _helped_end(start: int, end: int, cost: int, field: Ints) -> tuple[int, int]:
    """Say from which end a link is a shorter way, and how long that is; -1 where from none."""
    if field[end] + cost < field[start]:
        return start, field[end] + cost
    if field[start] + cost < field[end]:
        return end, field[start] + cost
    return -1, 0


@kernel
def _follow(arcs: Arcs, seed: int, cost: int, field: Ints, work: _Work) -> int:
    """Label every junction from which the link is a shorter way; return how many."""
    indptr, adjacency = arcs.indptr, arcs.adjacency
    labels, touched, heap = work.labels, work.touched, work.heap
    labels[seed] = cost
    touched[0] = seed
    count = 1
    waiting = _push(heap, 0, (int(cost) << NODE_BITS) | seed)
    while waiting > 0:
        key = heap[0]
        waiting = _pop(heap, waiting)
        node = key & ((1 << NODE_BITS) - 1)
        label = key >> NODE_BITS
        if label > labels[node]:
            continue
        for arc in range(indptr[node], indptr[node + 1]):
            target = adjacency[arc, 0]
            reached = label + adjacency[arc, 1]
            if reached < labels[target] and reached < field[target]:
                if labels[target] == UNREACHED:
                    touched[count] = target
                    count += 1
                labels[target] = reached
                waiting = _push(heap, waiting, (int(reached) << NODE_BITS) | target)
    return count


@kernel
def _collect(count: int, today: Ints, limit: int, homes: _Homes, work: _Work) -> int:
    """Note the best gain of each origin beside the labelled junctions, and clear the labels."""
    gainers = 0
    for place in range(count):
        node = work.touched[place]
        label = work.labels[node]
        work.labels[node] = UNREACHED
        for row in range(homes.start[node], homes.start[node + 1]):
            origin = homes.origin[row]
            gain = min(today[origin], limit) - label - homes.cost[row]
            if gain > work.gain[origin]:
                if work.gain[origin] == 0:
                    work.gainers[gainers] = origin
                    gainers += 1
                work.gain[origin] = gain
    return gainers


@kernel
def _push(heap: npt.NDArray[np.int64], size: int, key: int) -> int:
    """Put a number into the heap; return how many it holds."""
    place = size
    while place > 0:
        parent = (place - 1) >> 1
        if heap[parent] <= key:
            break
        heap[place] = heap[parent]
        place = parent
    heap[place] = key
    return size + 1


@kernel
def _pop(heap: npt.NDArray[np.int64], size: int) -> int:
    """Take the least number from the heap; return how many are left."""
    size -= 1
    key = heap[size]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= key:
            break
        heap[place] = heap[child]
        place = child
    heap[place] = key
    return size
