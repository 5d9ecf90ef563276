"""What the tests of the street engine share: oracles, drawn networks and points."""

import numpy as np
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from htkgis.network import snap, street_times
from htkgis.units import UNREACHED

from .towns import bike, networks, spots, walk

ZERO_WEIGHT_SCALE = 1024
"""Scipy reads a stored zero as no edge: costs are scaled, and a zero costs one part of it."""


def by_scipy(graph, nodes):
    """Deciseconds from some nodes to all, from scipy; ``UNREACHED`` where there is no way."""
    source = np.repeat(np.arange(graph.nodes), np.diff(graph.indptr))
    target, cost = graph.adjacency.T
    order = np.lexsort((cost, target, source))
    source, target, cost = source[order], target[order], cost[order]
    new = np.r_[True, (source[1:] != source[:-1]) | (target[1:] != target[:-1])][: len(cost)]
    scaled = np.maximum(cost[new].astype(float) * ZERO_WEIGHT_SCALE, 1)
    shape = (graph.nodes, graph.nodes)
    matrix = csr_array((scaled, (source[new], target[new])), shape=shape)
    times = np.floor(dijkstra(matrix, indices=nodes) / ZERO_WEIGHT_SCALE)
    return np.where(times < UNREACHED, times, UNREACHED).astype(np.int64)


def dense(times):
    """Matrix of deciseconds; ``UNREACHED`` where a pair has no entry."""
    matrix = np.full((len(times.from_ids), len(times.to_ids)), UNREACHED)
    matrix[times.from_index, times.to_index] = times.time_ds
    return matrix


def counted(graph, origins, opportunities, weights, limits_ds):
    """Sums within each limit, from the travel times of all pairs."""
    matrix = dense(street_times(graph, origins, opportunities, limit_ds=max(limits_ds)))
    return np.stack([(matrix <= limit) @ np.asarray(weights) for limit in limits_ds], axis=1)


@st.composite
def requests(draw, *, origins=5, places=4):
    """A graph, origins and places on and off its streets, several on one edge."""
    table = draw(networks())
    graph = draw(st.sampled_from([walk, bike]))(table)
    return (
        graph,
        snap(graph, draw(spots(table, count=origins)), max_snap_m=15),
        snap(graph, draw(spots(table, count=places)), max_snap_m=15),
    )


limits = st.one_of(
    st.integers(0, 6000),
    st.sampled_from([65_533, 65_534, 65_535, 65_536]),
    st.integers(0, 3_000_000),
)
