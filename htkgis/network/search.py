"""Search kernels: shortest times from seeds over the arcs of a graph.

Dial's bucket queue: nodes wait in buckets of a few deciseconds. A label that falls after its
node was passed on puts the node back; one that falls while its node waits is passed on when the
turn comes. So each node waits at most once, in one chain per bucket, and memory never exceeds
the nodes.

Dial, R. B. (1969). Algorithm 360: shortest-path forest with topological ordering.
Communications of the ACM 12(11), 632-633.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.errors import NetworkError, first
from htkgis.units import UNREACHED

from .graph import Graph

NOBODY = -1
MAX_BUCKETS = 2**14


class Arcs(NamedTuple):
    """Arcs by node: ``indptr`` and the pairs (other node, cost), both int32, read-only."""

    indptr: npt.NDArray[np.int32]
    adjacency: npt.NDArray[np.int32]


class Workspace(NamedTuple):
    """Arrays that searches share; between two searches every label is ``UNREACHED``.

    A kernel takes them out once: to hand the whole on for every arc would cost more than the
    search.
    """

    labels: npt.NDArray[np.int32]
    following: npt.NDArray[np.int32]
    waits: npt.NDArray[np.bool_]
    touched: npt.NDArray[np.int32]
    heads: npt.NDArray[np.int32]


class Side(NamedTuple):
    """Snapped points at one side of a travel time matrix.

    ``nodes`` and ``costs`` (n, 2) are the ends of the point's edge and the deciseconds
    between it and them, connector included, ``UNREACHED`` where closed; ``connector_ds`` holds
    what the mode takes at that side of a trip too; the others are the fields of
    :class:`~htkgis.network.snap.Snaps`.
    """

    nodes: npt.NDArray[np.int32]
    costs: npt.NDArray[np.int32]
    edge: npt.NDArray[np.int32]
    share: npt.NDArray[np.float64]
    forward_ds: npt.NDArray[np.int32]
    backward_ds: npt.NDArray[np.int32]
    connector_ds: npt.NDArray[np.int32]


def search(
    graph: Graph,
    seed_nodes: npt.ArrayLike,
    seed_costs_ds: npt.ArrayLike,
    *,
    limit_ds: int | None = None,
    reverse: bool = False,
) -> npt.NDArray[np.int32]:
    """Find the shortest time to every node from the nearest of several seeds.

    Parameters
    ----------
    graph
        Any graph.
    seed_nodes
        Node numbers to start from, shape (k,); a node may repeat.
    seed_costs_ds
        Deciseconds already spent at each seed, shape (k,), >= 0.
    limit_ds
        Largest time that counts as reached, in deciseconds; no limit where missing.
    reverse
        Whether to find the times from every node to the seeds instead.

    Returns
    -------
    labels
        Deciseconds per node, int32, shape (nodes,); ``UNREACHED`` where not reached.

    Raises
    ------
    NetworkError
        If a seed is no node of the graph, or its cost is negative or too large.
    """
    nodes = np.asarray(seed_nodes, dtype=np.int64).reshape(-1)
    costs = np.asarray(seed_costs_ds, dtype=np.int64).reshape(-1)
    # a kernel writes without looking, so what could lead it astray is refused here
    if len(nodes) != len(costs):
        msg = f"search ({graph.mode}): {len(nodes)} seeds have {len(costs)} costs; "
        raise NetworkError(msg + "one cost per seed is allowed. Pass arrays of one length.")
    wrong = (nodes < 0) | (nodes >= graph.nodes) | (costs < 0) | (costs > UNREACHED)
    if wrong.any():
        pairs = zip(nodes[wrong].tolist(), costs[wrong].tolist(), strict=True)
        msg = (
            f"search ({graph.mode}): {int(wrong.sum())} of {len(nodes)} seeds are wrong: "
            f"{first(pairs)}; nodes 0 to {graph.nodes - 1} and costs of 0 ds or more are "
            "allowed. Seed with nodes of this graph."
        )
        raise NetworkError(msg)
    limit = search_limit(limit_ds)
    inside = costs <= limit
    nodes, costs = nodes[inside], costs[inside]
    work, shift = workspace(graph, spread_ds=int(costs.max(initial=0)), limit_ds=limit)
    arcs = arcs_of(graph, reverse=reverse)
    spread(arcs, nodes.astype(np.int32), costs.astype(np.int32), limit, shift, work)
    return work.labels


def search_limit(limit_ds: int | None) -> int:
    """Turn a limit that may be missing into one the kernels can compare with."""
    return UNREACHED - 1 if limit_ds is None else min(int(limit_ds), UNREACHED - 1)


def arcs_of(graph: Graph, *, reverse: bool) -> Arcs:
    """Pick the arcs that leave each node, or those that enter it."""
    if reverse:
        return Arcs(graph.reverse_indptr, graph.reverse_adjacency)
    return Arcs(graph.indptr, graph.adjacency)


def workspace(graph: Graph, *, spread_ds: int, limit_ds: int) -> tuple[Workspace, int]:
    """Lay out the queue so that its circle of buckets can never meet itself.

    Parameters
    ----------
    graph
        Graph to search.
    spread_ds
        Largest cost of a seed in deciseconds.
    limit_ds
        Limit of the searches in deciseconds; nothing above it ever waits.

    Returns
    -------
    work
        Arrays for searches one after the other.
    shift
        A bucket is ``2**shift`` deciseconds wide.
    """
    # all that waits lies within one edge, or within the seeds, above the current bucket
    reach_ds = max(0, min(max(graph.max_cost_ds, spread_ds), limit_ds))
    shift = max(0, round(np.log2(max(1.0, graph.mean_cost_ds / 2))))
    while (reach_ds >> shift) + 2 > MAX_BUCKETS:
        shift += 1
    buckets = 1 << ((reach_ds >> shift) + 1).bit_length()
    work = Workspace(
        labels=np.full(graph.nodes, UNREACHED, dtype=np.int32),
        following=np.full(graph.nodes, NOBODY, dtype=np.int32),
        waits=np.zeros(graph.nodes, dtype=np.bool_),
        touched=np.empty(graph.nodes, dtype=np.int32),
        heads=np.full(buckets, NOBODY, dtype=np.int32),
    )
    return work, shift


@kernel
def spread(
    arcs: Arcs,
    seed_nodes: npt.NDArray[np.int32],
    seed_costs: npt.NDArray[np.int32],
    limit: int,
    shift: int,
    work: Workspace,
) -> int:
    """Label every node within the limit; return how many, listed in ``work.touched``."""
    indptr, adjacency = arcs.indptr, arcs.adjacency
    labels, following, waits, heads = work.labels, work.following, work.waits, work.heads
    mask = heads.size - 1
    touched, lowest = _seed(seed_nodes, seed_costs, limit, shift, work)
    waiting = touched
    bucket = lowest >> shift
    while waiting > 0:
        node = heads[bucket & mask]
        if node == NOBODY:
            bucket += 1
            continue
        heads[bucket & mask] = following[node]
        waits[node] = False
        waiting -= 1
        label = labels[node]
        for arc in range(indptr[node], indptr[node + 1]):
            target = adjacency[arc, 0]
            cost = label + adjacency[arc, 1]
            if cost <= limit and cost < labels[target]:
                if labels[target] == UNREACHED:
                    work.touched[touched] = target
                    touched += 1
                labels[target] = cost
                if not waits[target]:
                    # a node that waited too long passes on labels below the current bucket
                    turn = max(cost >> shift, bucket) & mask
                    waits[target] = True
                    following[target] = heads[turn]
                    heads[turn] = target
                    waiting += 1
    return touched


@kernel
def _seed(
    seed_nodes: npt.NDArray[np.int32],
    seed_costs: npt.NDArray[np.int32],
    limit: int,
    shift: int,
    work: Workspace,
) -> tuple[int, int]:
    """Label the seeds and let them wait; return how many nodes, and the lowest label."""
    mask = work.heads.size - 1
    touched = 0
    lowest = limit
    for seed in range(seed_nodes.size):
        node, cost = seed_nodes[seed], seed_costs[seed]
        if cost <= limit and cost < work.labels[node]:
            work.labels[node] = cost
            lowest = min(lowest, cost)
            if not work.waits[node]:
                work.waits[node] = True
                work.touched[touched] = node
                touched += 1
                work.following[node] = work.heads[(cost >> shift) & mask]
                work.heads[(cost >> shift) & mask] = node
    return touched, lowest


@kernel
def along_edge(origins: Side, origin: int, destinations: Side, destination: int) -> int:
    """Time between two points of one edge without leaving it, connectors included."""
    best: int = UNREACHED
    start = origins.share[origin]
    end = destinations.share[destination]
    if start <= end and origins.forward_ds[origin] >= 0:
        best = destinations.forward_ds[destination] - origins.forward_ds[origin]
    if start >= end and origins.backward_ds[origin] >= 0:
        best = min(best, origins.backward_ds[origin] - destinations.backward_ds[destination])
    connectors: int = origins.connector_ds[origin] + destinations.connector_ds[destination]
    return best + connectors


@kernel
def fill_times(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    arcs: Arcs,
    sources: Side,
    targets: Side,
    reverse: bool,  # noqa: FBT001 - numba compiles keyword-only arguments badly
    limit: int,
    shift: int,
    work: Workspace,
    times: npt.NDArray[np.int32],
) -> None:
    """Fill one row of ``times`` per source; ``UNREACHED`` where above the limit."""
    for source in range(times.shape[0]):
        count = spread(arcs, sources.nodes[source], sources.costs[source], limit, shift, work)
        edge = sources.edge[source]
        for target in range(times.shape[1]):
            # labels and costs stay below 2**30 each, and the sum is taken in 64 bits
            best = min(
                work.labels[targets.nodes[target, 0]] + targets.costs[target, 0],
                work.labels[targets.nodes[target, 1]] + targets.costs[target, 1],
            )
            if edge >= 0 and edge == targets.edge[target]:
                if reverse:
                    best = min(best, along_edge(targets, target, sources, source))
                else:
                    best = min(best, along_edge(sources, source, targets, target))
            times[source, target] = best if best <= limit else UNREACHED
        for visited in range(count):
            work.labels[work.touched[visited]] = UNREACHED
