"""The n nearest places of every node and every point, from one search over all places at once.

Every node keeps its n nearest places, each with its time; what enters a list is handed on, and
falls out again where n places are nearer. Of places that are as near, the first is kept.

It is one search, some 50 ns for each node, which threads could not share without searching parts
twice: 0.04 s for 700,000 nodes. Kinds of places that are asked for at once may have a thread each.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.errors import NetworkError
from htkgis.units import UNREACHED

from .graph import Graph
from .points import Points, arriving, departing
from .search import NOBODY, Arcs, Side, Workspace, along_edge, arcs_of, search_limit, workspace
from .snap import Snaps

Entries = npt.NDArray[np.int64]

TIME_SHIFT = 32
"""An entry holds time, place and, lowest, whether it is still to be handed on: so it sorts."""
PLACE_BITS = 2**TIME_SHIFT - 1
FRESH = 1
EMPTY = UNREACHED << TIME_SHIFT


class Nearest(NamedTuple):
    """The nearest places of points or nodes, nearest first.

    ``times_ds``: deciseconds, int32, shape (n, ranks), ``UNREACHED`` where there are fewer
    places within the limit; ``places``: their rows, int32, -1 likewise.
    """

    times_ds: npt.NDArray[np.int32]
    places: npt.NDArray[np.int32]


def nearest_n(graph: Graph, origins: Snaps, places: Snaps, n: int, *, limit_ds: int) -> Nearest:
    """Find the n nearest places of every origin, with their travel times.

    Parameters
    ----------
    graph
        The graph both sets were snapped to.
    origins, places
        Snapped points; those that are not snapped reach nothing, or are not reached.
    n
        How many places, >= 1.
    limit_ds
        Largest total time that counts, in deciseconds.

    Returns
    -------
    nearest
        One row per origin: the n least of :func:`~htkgis.network.street_times`, and their
        places; of places that are as near, those that come first.

    Raises
    ------
    NetworkError
        If ``n`` is below 1.

    Examples
    --------
    Homes 10 m and 60 m along a street of 100 m, places at 40 m and at its end, at 1 m/s:

    >>> import geopandas as gpd, shapely
    >>> from htkgis.network import build_graph, snap
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s"], "from_node": ["a"], "to_node": ["b"], "length_m": [100.0],
    ...      "oneway": [False], "walk": [True]},
    ...     geometry=[shapely.LineString([(0, 0), (100, 0)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> homes, places = (
    ...     snap(graph, gpd.GeoDataFrame({"id": ["p", "q"]}, geometry=shapely.points(x, 0)),
    ...          max_snap_m=10)
    ...     for x in ([10, 60], [40, 100]))
    >>> nearest = nearest_n(graph, homes, places, 2, limit_ds=6000)
    >>> nearest.times_ds.tolist(), nearest.places.tolist()
    ([[300, 900], [200, 400]], [[0, 1], [0, 1]])
    """
    return nearest_places(
        graph, departing(graph, origins), arriving(graph, places), n, limit_ds=limit_ds
    )


def nearest_places(
    graph: Graph, origins: Points, places: Points, n: int, *, limit_ds: int
) -> Nearest:
    """Find the n nearest places of points that are prepared already; see :func:`nearest_n`."""
    if n < 1:
        msg = f"nearest ({graph.mode}): the {n} nearest places; 1 or more are allowed. Correct n."
        raise NetworkError(msg)
    limit = search_limit(limit_ds)
    by_node = nearest_of_nodes(graph, places, n, limit_ds=limit)
    order = np.argsort(places.side.edge, kind="stable")
    ranked = places.side.edge[order]
    edge = origins.side.edge
    own = np.stack([np.searchsorted(ranked, edge, side=s) for s in ("left", "right")], axis=1)
    own[edge < 0] = 0
    found = np.full((len(edge), n), EMPTY, dtype=np.int64)
    _gather(by_node, origins.side, places.side, own, order, limit, found)
    return unpacked(found)


def nearest_of_nodes(graph: Graph, places: Points, n: int, *, limit_ds: int) -> Entries:
    """Find the n nearest places of every node, packed; see :func:`unpacked`."""
    costs = places.side.costs
    spread_ds = int(costs[costs <= limit_ds].max(initial=0))
    work, shift = workspace(graph, spread_ds=spread_ds, limit_ds=limit_ds)
    entries = np.full((graph.nodes, n), EMPTY, dtype=np.int64)
    arcs = arcs_of(graph, reverse=True)
    _spread_places(arcs, places.side.nodes, costs, limit_ds, shift, work, entries)
    return entries


def unpacked(entries: Entries) -> Nearest:
    """Take times and places out of packed entries.

    Examples
    --------
    >>> times_ds, places = unpacked(np.array([[(600 << 32) + 6, EMPTY]]))
    >>> times_ds.tolist(), places.tolist()
    ([[600, 1073741824]], [[3, -1]])
    """
    times_ds = (entries >> TIME_SHIFT).astype(np.int32)
    places = ((entries & PLACE_BITS) >> 1).astype(np.int32)
    return Nearest(times_ds, np.where(times_ds < UNREACHED, places, -1).astype(np.int32))


@kernel
def _insert(entries: Entries, row: int, time: int, place: int) -> int:
    """Put a place into the sorted list of a row; 1 if it is among the nearest, and newly so."""
    value = (time << TIME_SHIFT) | (place << 1) | FRESH
    at = entries.shape[1] - 1
    if value >= entries[row, at]:
        return 0
    for rank in range(entries.shape[1]):
        if (entries[row, rank] & PLACE_BITS) >> 1 == place:
            if entries[row, rank] >> TIME_SHIFT <= time:
                return 0
            at = rank
            break
    while at > 0 and entries[row, at - 1] > value:
        entries[row, at] = entries[row, at - 1]
        at -= 1
    entries[row, at] = value
    return 1


@kernel
def _wait(
    node: int,
    turn: int,
    following: npt.NDArray[np.int32],
    waits: npt.NDArray[np.bool_],
    heads: npt.NDArray[np.int32],
) -> int:
    """Let a node wait for its turn; give 1, for one more that waits."""
    waits[node] = True
    following[node] = heads[turn]
    heads[turn] = node
    return 1


@kernel
def _seed_places(
    nodes: npt.NDArray[np.int32],
    costs: npt.NDArray[np.int32],
    limit: int,
    shift: int,
    work: Workspace,
    entries: Entries,
) -> tuple[int, int]:
    """Enter every place at the ends of its edge; give how many nodes wait, and the first turn."""
    mask = work.heads.size - 1
    waiting = 0
    lowest = limit
    for place in range(nodes.shape[0]):
        for end in range(2):
            cost = int(costs[place, end])
            node = nodes[place, end]
            if cost <= limit and _insert(entries, node, cost, place):
                lowest = min(lowest, cost)
                if not work.waits[node]:
                    turn = (cost >> shift) & mask
                    waiting += _wait(node, turn, work.following, work.waits, work.heads)
    return waiting, lowest >> shift


@kernel
def _spread_places(
    arcs: Arcs,
    nodes: npt.NDArray[np.int32],
    costs: npt.NDArray[np.int32],
    limit: int,
    shift: int,
    work: Workspace,
    entries: Entries,
) -> None:
    """Let every place spread to the nodes that have it among their nearest."""
    indptr, adjacency = arcs.indptr, arcs.adjacency
    following, waits, heads = work.following, work.waits, work.heads
    mask = heads.size - 1
    waiting, bucket = _seed_places(nodes, costs, limit, shift, work, entries)
    while waiting > 0:
        node = heads[bucket & mask]
        if node == NOBODY:
            bucket += 1
            continue
        heads[bucket & mask] = following[node]
        waits[node] = False
        waiting -= 1
        for rank in range(entries.shape[1]):
            entry = entries[node, rank]
            if entry & FRESH == 0:
                continue
            time = entry >> TIME_SHIFT
            if time >> shift > bucket:
                # entries are sorted: this one and those behind it wait for their own turn
                waiting += _wait(node, (time >> shift) & mask, following, waits, heads)
                break
            entries[node, rank] = entry ^ FRESH
            place = (entry & PLACE_BITS) >> 1
            for arc in range(indptr[node], indptr[node + 1]):
                target = adjacency[arc, 0]
                cost = time + adjacency[arc, 1]
                if cost <= limit and _insert(entries, target, cost, place) and not waits[target]:
                    turn = max(cost >> shift, bucket) & mask
                    waiting += _wait(target, turn, following, waits, heads)


@kernel
def _gather(
    by_node: Entries,
    origins: Side,
    places: Side,
    own: npt.NDArray[np.int64],
    order: npt.NDArray[np.int64],
    limit: int,
    found: Entries,
) -> None:
    """Find the nearest places of points: by both ends of their edge, or along it."""
    for origin in range(found.shape[0]):
        for end in range(2):
            node, cost = origins.nodes[origin, end], int(origins.costs[origin, end])
            for rank in range(by_node.shape[1]):
                entry = by_node[node, rank]
                time = cost + (entry >> TIME_SHIFT)
                if time > limit:
                    break
                _insert(found, origin, time, (entry & PLACE_BITS) >> 1)
        for number in range(own[origin, 0], own[origin, 1]):
            place = order[number]
            time = along_edge(origins, origin, places, place)
            if time <= limit:
                _insert(found, origin, time, place)
