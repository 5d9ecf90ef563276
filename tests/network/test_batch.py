"""Batches and single searches at nodes: equal to scipy, whatever the width of the lanes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.network.lanes import LANES, empty_lanes, lane_type
from htkgis.network.points import at_nodes
from htkgis.network.searches import (
    CROW_SHARE,
    batch_gains,
    batch_pays,
    neighbours_first,
    pieces,
    searches_of,
)
from htkgis.network.sparse_search import reached_nodes
from htkgis.network.sums import count_points
from htkgis.network.threads import available_threads, share_out
from htkgis.network.time_matrix import times_between
from htkgis.units import UNREACHED

from .engines import by_scipy, limits
from .towns import bike, grid, networks, streets, walk


@settings(deadline=None, max_examples=80)
@given(networks(), st.sampled_from([walk, bike]), limits)
def test_times_between_nodes_are_those_of_scipy(table, build, limit):
    graph = build(table)
    every = at_nodes(graph)
    times = by_scipy(graph, np.arange(graph.nodes))
    expected = np.where(times <= limit, times, UNREACHED)
    for method in ("batch", "single"):
        found = times_between(graph, every, every, cutoff_ds=limit, method=method)
        assert np.array_equal(found, expected)


@settings(deadline=None, max_examples=60)
@given(networks(), st.sampled_from([walk, bike]), limits, st.booleans())
def test_reached_nodes_are_those_of_scipy(table, build, limit, reverse):
    graph = build(table)
    times = by_scipy(graph, np.arange(graph.nodes))
    times = times.T if reverse else times
    found = reached_nodes(graph, at_nodes(graph), limit_ds=limit, reverse=reverse)
    assert len(found.indptr) == graph.nodes + 1
    labels = np.full_like(times, UNREACHED)
    labels[np.repeat(np.arange(graph.nodes), np.diff(found.indptr)), found.nodes] = found.times_ds
    assert np.array_equal(labels, np.where(times <= limit, times, UNREACHED))


def big_town(side=40):
    """A town of many batches, with one-way and very long streets."""
    table = grid(side, 83.0)
    random = np.random.default_rng(2)
    table["oneway"] = random.random(len(table)) < 0.3
    long = random.random(len(table)) < 0.02
    table["length_m"] = np.where(long, 8000.0, table["length_m"] * random.uniform(1, 2, len(table)))
    return bike(table)


@pytest.mark.parametrize("limit", [4000, 65_534, 65_535, 65_536, 200_000])
def test_all_nodes_of_a_town_are_counted_as_by_scipy(limit):
    graph = big_town()
    every = at_nodes(graph)
    times = by_scipy(graph, np.arange(graph.nodes))
    amounts = np.random.default_rng(3).integers(0, 9, (graph.nodes, 1)).astype(float)
    wanted = np.array([limit // 2, limit])
    expected = np.stack([(times <= ds) @ amounts for ds in wanted], axis=1)
    for method in ("batch", "single", "auto"):
        found = count_points(graph, every, every, amounts, limits_ds=wanted, method=method)
        assert np.array_equal(found, expected)


def test_reached_nodes_do_not_depend_on_the_room(monkeypatch):
    import htkgis.network.sparse_search as module

    graph = big_town(12)
    whole = reached_nodes(graph, at_nodes(graph), limit_ds=9000)
    monkeypatch.setattr(module, "ROOM", 0)
    parts = reached_nodes(graph, at_nodes(graph), limit_ds=9000)
    assert all(np.array_equal(one, other) for one, other in zip(whole, parts, strict=True))


def test_lanes_lie_on_lines_of_the_cache_and_are_as_narrow_as_can_be():
    for limit, kind in ((65_534, np.uint16), (65_535, np.uint32), (65_536, np.uint32)):
        lanes = empty_lanes(3, limit)
        assert lane_type(limit) is kind
        assert lanes.dtype == kind
        assert lanes.shape == (3, LANES)
        assert lanes.ctypes.data % 64 == 0
        assert (lanes == np.iinfo(kind).max).all()


def test_neighbours_are_searched_together_and_strangers_one_by_one():
    graph = walk(grid(60, 100.0))
    near = graph.node_xy[:64]
    far = graph.node_xy[:: graph.nodes // 64][:64]
    assert batch_pays(graph, np.concatenate([near, far]), 3000).tolist() == [True, False]
    assert batch_pays(graph, near[:1], 3000).tolist() == [False]
    assert batch_pays(graph, near[:2], 3000).tolist() == [True]


def test_a_batch_gains_as_many_searches_as_points_that_share_all():
    graph = walk(grid(60, 100.0))
    same = np.repeat(graph.node_xy[1830:1831], 64, axis=0)
    assert batch_gains(graph, same, 600).tolist() == [64]
    assert batch_gains(graph, same[:5], 600).tolist() == [5]
    # two points as far apart as their reach is wide share nothing, and the ground between costs
    reach_m = 600 * graph.fast_m_per_ds * CROW_SHARE
    apart = same[:2] + np.array([[0.0, 0.0], [2 * reach_m, 0.0]])
    assert batch_gains(graph, apart, 600).tolist() == pytest.approx([1.0])


def test_pieces_cover_every_origin_once():
    graph = walk(grid(70, 100.0))
    rows = np.r_[0:320, 320 : graph.nodes : 20]
    origins = at_nodes(graph, rows)
    searches = searches_of(graph, origins, origins, np.arange(len(rows)), cutoff_ds=1500)
    assert sorted(searches.order) == list(range(len(rows)))
    for method in ("auto", "batch", "single"):
        found = list(pieces(graph, origins, searches, method))
        covered = [place for piece in found for place in range(piece.begin, piece.end)]
        assert covered == list(range(len(rows)))
        kinds = {piece.batched for piece in found}
        assert kinds == {"auto": {True, False}, "batch": {True}, "single": {False}}[method]


def test_neighbours_first_leaves_out_what_is_not_on_the_streets():
    graph = walk(streets([("a", "b", 10, 0)], {"a": (0, 0), "b": (10, 0)}))
    points = at_nodes(graph, [1, 0, 1])
    points.side.costs[1] = UNREACHED
    assert neighbours_first(points).tolist() == [0, 2]


def test_every_piece_is_done_once_by_any_number_of_threads():
    for threads in (1, 3, None):
        done = []
        share_out(range(50), done.extend, threads=threads)
        assert sorted(done) == list(range(50))
    assert available_threads() >= 1


def test_a_fault_in_a_thread_is_raised():
    def worker(taken):
        raise ValueError(next(taken))

    with pytest.raises(ValueError, match="7"):
        share_out([7, 7], worker, threads=2)
