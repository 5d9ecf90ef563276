"""Searches one by one, for few origins or for those that lie far apart.

Each search touches only what it reaches, and leaves every array as it was: nothing grows with
the graph. Sums are those of :mod:`~htkgis.network.accumulate`, to the last bit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.units import UNREACHED

from .accumulate import Amounts
from .graph import Graph
from .points import Points
from .search import Arcs, Side, Workspace, along_edge, arcs_of, search_limit, spread, workspace
from .searches import Searches
from .targets import Listing, list_marked, listing, mark, mark_hanging

ROOM = 2**20
"""Reached nodes that are held before they are copied out, beside one whole graph."""


class SingleWork(NamedTuple):
    """Arrays that searches share one after the other; see :func:`single_work`.

    ``times`` holds the time to each of the targets in ``lists.listed``.
    """

    search: Workspace
    shift: int
    lists: Listing
    times: npt.NDArray[np.int32]


def single_work(graph: Graph, searches: Searches) -> SingleWork:
    """Lay out the arrays for the searches of one thread."""
    costs = searches.sources.costs
    spread_ds = int(costs[costs < UNREACHED].max(initial=0))
    search, shift = workspace(graph, spread_ds=spread_ds, limit_ds=searches.cutoff)
    count = len(searches.targets.order)
    return SingleWork(search, shift, listing(count), np.empty(count, dtype=np.int32))


@kernel
def list_times(searches: Searches, source: int, work: SingleWork) -> int:
    """List the targets that a source reaches within the cutoff, and when; give how many."""
    labels, visited, cutoff = work.search.labels, work.search.touched, searches.cutoff
    side, listed, times = searches.targets.side, work.lists.listed, work.times
    ends, onward, edges = side.nodes, side.costs, side.edge
    nodes, costs = searches.sources.nodes[source], searches.sources.costs[source]
    touched = spread(searches.arcs, nodes, costs, cutoff, work.shift, work.search)
    mark_hanging(searches.targets, visited, touched, work.lists)
    own_edge = searches.sources.edge[source]
    for target in range(searches.own[source, 0], searches.own[source, 1]):
        mark(target, work.lists)
    found = 0
    for number in range(list_marked(work.lists)):
        target = listed[number]
        time = min(
            labels[ends[target, 0]] + onward[target, 0],
            labels[ends[target, 1]] + onward[target, 1],
        )
        if own_edge >= 0 and own_edge == edges[target]:
            time = min(time, _time_along(searches, source, target))
        if time <= cutoff:
            listed[found] = target
            times[found] = time
            found += 1
    for number in range(touched):
        labels[visited[number]] = UNREACHED
    return found


@kernel
def _time_along(searches: Searches, source: int, target: int) -> int:
    """Time between a source and a target of one edge without leaving it."""
    side = searches.targets.side
    if searches.reverse:
        return along_edge(side, target, searches.sources, source)
    return along_edge(searches.sources, source, side, target)


@kernel
def count_singly(
    searches: Searches,
    amounts: Amounts,
    limits: npt.NDArray[np.int64],
    begin: int,
    end: int,
    work: SingleWork,
    values: npt.NDArray[np.float64],
) -> None:
    """Sum the amounts within each limit into ``values`` (source, limit, kind)."""
    listed, times = work.lists.listed, work.times
    start, kind, amount = amounts.start, amounts.kind, amounts.amount
    for place in range(begin, end):
        source = searches.order[place]
        values[source] = 0.0
        for number in range(list_times(searches, source, work)):
            target = listed[number]
            for entry in range(start[target], start[target + 1]):
                for limit in range(limits.size):
                    if times[number] <= limits[limit]:
                        values[source, limit, kind[entry]] += amount[entry]


@kernel
def weigh_singly(
    searches: Searches,
    amounts: Amounts,
    impedances: npt.NDArray[np.float64],
    begin: int,
    end: int,
    work: SingleWork,
    values: npt.NDArray[np.float64],
) -> None:
    """Sum the amounts times the weight of their time into ``values`` (source, table, kind)."""
    listed, times = work.lists.listed, work.times
    start, kind, amount = amounts.start, amounts.kind, amounts.amount
    for place in range(begin, end):
        source = searches.order[place]
        values[source] = 0.0
        for number in range(list_times(searches, source, work)):
            target = listed[number]
            for entry in range(start[target], start[target + 1]):
                for table in range(impedances.shape[0]):
                    weight = impedances[table, times[number]]
                    values[source, table, kind[entry]] += amount[entry] * weight


@kernel
def time_singly(
    searches: Searches,
    begin: int,
    end: int,
    work: SingleWork,
    times: npt.NDArray[np.int32],
) -> None:
    """Write the times to all targets into the rows of ``times``, which are "not reached"."""
    for place in range(begin, end):
        source = searches.order[place]
        for number in range(list_times(searches, source, work)):
            column = searches.targets.order[work.lists.listed[number]]
            times[source, column] = work.times[number]


class ReachedNodes(NamedTuple):
    """Nodes that sources reach: source ``i`` owns ``indptr[i]:indptr[i + 1]`` of the others.

    ``nodes`` are node numbers in no order, ``times_ds`` deciseconds; both int32.
    """

    indptr: npt.NDArray[np.int64]
    nodes: npt.NDArray[np.int32]
    times_ds: npt.NDArray[np.int32]


def reached_nodes(
    graph: Graph, origins: Points, *, limit_ds: int, reverse: bool = False
) -> ReachedNodes:
    """List the nodes that each origin reaches within a limit, and when; nothing else is held.

    Parameters
    ----------
    graph
        Graph to search.
    origins
        Points to search from, as :func:`~htkgis.network.points.departing` gives them.
    limit_ds
        Largest time that counts, in deciseconds.
    reverse
        Whether to list the nodes that reach the points instead.

    Returns
    -------
    reached
        One group of nodes per origin, none for those that are not on the streets.

    Examples
    --------
    ``reached_nodes(graph, at_nodes(graph, [7]), limit_ds=9000).nodes`` are the nodes that are at
    most 15 minutes from node 7.
    """
    limit = search_limit(limit_ds)
    costs = origins.side.costs
    spread_ds = int(costs[costs < UNREACHED].max(initial=0))
    work, shift = workspace(graph, spread_ds=spread_ds, limit_ds=limit)
    arcs = arcs_of(graph, reverse=reverse)
    counts = np.zeros(len(costs), dtype=np.int64)
    room = np.empty((2, graph.nodes + ROOM), dtype=np.int32)
    found = [np.empty((2, 0), dtype=np.int32)]
    begin = 0
    while begin < len(costs):
        # what one source reaches always fits, so every round gets ahead
        end = _list_nodes(arcs, origins.side, begin, limit, shift, work, counts, room)
        found.append(room[:, : counts[begin:end].sum()].copy())
        begin = end
    nodes, times_ds = np.concatenate(found, axis=1)
    return ReachedNodes(np.concatenate([[0], np.cumsum(counts)]), nodes, times_ds)


@kernel
def _list_nodes(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    arcs: Arcs,
    sources: Side,
    begin: int,
    limit: int,
    shift: int,
    work: Workspace,
    counts: npt.NDArray[np.int64],
    room: npt.NDArray[np.int32],
) -> int:
    """List the nodes that sources reach until the room is full; give the next source."""
    used = 0
    labels, visited = work.labels, work.touched
    for source in range(begin, counts.size):
        touched = spread(arcs, sources.nodes[source], sources.costs[source], limit, shift, work)
        fits = used + touched <= room.shape[1]
        for number in range(touched):
            node = visited[number]
            if fits:
                room[0, used + number] = node
                room[1, used + number] = labels[node]
            labels[node] = UNREACHED
        if not fits:
            return source
        counts[source] = touched
        used += touched
    return counts.size
