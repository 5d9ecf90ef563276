"""Search: equal to scipy and to brute force, limits, seeds, direction."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from htkgis.errors import NetworkError
from htkgis.network import search
from htkgis.network.search import MAX_BUCKETS, workspace
from htkgis.units import UNREACHED

from .towns import bike, grid, networks, shortest, streets, walk

ZERO_WEIGHT_SCALE = 1024
"""Scipy reads a stored zero as no edge: costs are scaled, and a zero costs one part of it."""


def by_scipy(graph):
    """Deciseconds between all nodes from scipy; parallel arcs reduced to the shortest."""
    cost = np.full((graph.nodes, graph.nodes), np.inf)
    source = np.repeat(np.arange(graph.nodes), np.diff(graph.indptr))
    weight = np.maximum(graph.adjacency[:, 1].astype(float) * ZERO_WEIGHT_SCALE, 1)
    np.minimum.at(cost, (source, graph.adjacency[:, 0]), weight)
    rows, columns = np.nonzero(np.isfinite(cost))
    matrix = csr_array((cost[rows, columns], (rows, columns)), shape=cost.shape)
    return np.floor(dijkstra(matrix, directed=True) / ZERO_WEIGHT_SCALE)


def as_labels(times, limit):
    return np.where(times <= limit, times, UNREACHED).astype(np.int32)


@settings(deadline=None, max_examples=80)
@given(table=networks(), data=st.data())
def test_labels_equal_scipy_and_brute_force_to_the_decisecond(table, data):
    graph = data.draw(st.sampled_from([walk, bike]))(table)
    times = shortest(graph)
    assert np.array_equal(times, by_scipy(graph))
    known = np.unique(times[np.isfinite(times)]).astype(int).tolist()
    limit = data.draw(st.one_of(st.integers(0, 5000), st.sampled_from(known), st.none()))
    bound = UNREACHED - 1 if limit is None else limit
    for node in range(graph.nodes):
        there = search(graph, [node], [0], limit_ds=limit)
        assert np.array_equal(there, as_labels(times[node], bound))
        back = search(graph, [node], [0], limit_ds=limit, reverse=True)
        assert np.array_equal(back, as_labels(times[:, node], bound))


@settings(deadline=None, max_examples=80)
@given(table=networks(), data=st.data())
def test_several_seeds_give_the_nearest_of_them(table, data):
    graph = bike(table)
    seeds = data.draw(
        st.lists(
            st.tuples(st.integers(0, graph.nodes - 1), st.integers(0, 2_000_000)),
            min_size=1,
            max_size=5,
        )
    )
    nodes, costs = (list(column) for column in zip(*seeds, strict=True))
    times = (shortest(graph)[nodes] + np.array(costs)[:, None]).min(axis=0)
    limit = data.draw(st.integers(0, 3_000_000))
    assert np.array_equal(search(graph, nodes, costs, limit_ds=limit), as_labels(times, limit))


@settings(deadline=None, max_examples=40)
@given(networks(), st.integers(0, 10**9), st.integers(0, UNREACHED - 1))
def test_circle_of_buckets_is_longer_than_all_that_can_wait(table, spread_ds, limit_ds):
    graph = bike(table)
    work, shift = workspace(graph, spread_ds=spread_ds, limit_ds=limit_ds)
    waiting_ds = min(max(graph.max_cost_ds, spread_ds), limit_ds)
    # worst case: the current bucket is left from its last decisecond
    buckets = ((2**shift - 1 + waiting_ds) >> shift) + 1
    assert buckets <= len(work.heads) <= 2 * MAX_BUCKETS


def test_labels_equal_scipy_on_a_random_town():
    rng = np.random.default_rng(7)
    at = {f"n{number}": tuple(xy) for number, xy in enumerate(rng.uniform(0, 4000, (300, 2)))}
    names = np.array(list(at))
    ends = rng.integers(0, 300, (700, 2))
    lengths = rng.choice([0.0, 1.0, 40.0, 333.3, 5000.0, 80_000.0], 700)
    rows = [
        (names[a], names[b], length, a % 2) for (a, b), length in zip(ends, lengths, strict=True)
    ]
    graph = bike(streets(rows, at))
    times = by_scipy(graph)
    for node in range(0, graph.nodes, 10):
        labels = search(graph, [node], [0])
        assert np.array_equal(labels, as_labels(times[node], UNREACHED - 1))


def test_grid_takes_the_sum_of_its_blocks():
    graph = walk(grid())
    labels = search(graph, np.flatnonzero(graph.node_ids == "00"), [0])
    expected = {f"{x}{y}": 1000 * (x + y) for x in range(3) for y in range(3)}
    assert dict(zip(graph.node_ids.tolist(), labels.tolist(), strict=True)) == expected


def test_limit_is_inside_and_a_decisecond_less_is_not():
    graph = walk(grid())
    corner = np.flatnonzero(graph.node_ids == "00")
    far = graph.node_ids == "22"
    assert search(graph, corner, [5], limit_ds=4005)[far].tolist() == [4005]
    assert search(graph, corner, [5], limit_ds=4004)[far].tolist() == [UNREACHED]
    assert search(graph, corner, [0], limit_ds=-1).min() == UNREACHED


def test_no_seed_reaches_nothing():
    labels = search(walk(grid()), [], [])
    assert labels.dtype == np.int32
    assert (labels == UNREACHED).all()


def test_seed_that_is_already_unreached_reaches_nothing():
    assert (search(walk(grid()), [0], [UNREACHED]) == UNREACHED).all()


@pytest.mark.parametrize(("node", "cost"), [(-1, 0), (9, 0), (0, -1)])
def test_seed_outside_the_graph_is_refused(node, cost):
    with pytest.raises(NetworkError, match=r"1 of 2 seeds are wrong: \(-?\d, -?\d\); nodes 0 to 8"):
        search(walk(grid()), [0, node], [0, cost])


def test_seeds_without_a_cost_each_are_refused():
    with pytest.raises(NetworkError, match="2 seeds have 1 costs"):
        search(walk(grid()), [0, 1], [0])
