"""Travel times: worked example, same edge, laws, limits, empties."""

import sys
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from htkgis.network import arrival_costs, departure_costs, snap, street_times
from htkgis.network.street_times import street_time_matrix
from htkgis.schema import TRAVEL_TIMES, check
from htkgis.units import UNREACHED

from .towns import bike, grid, networks, points, shortest, spots, streets, walk

AT = {"a": (0, 0), "b": (100, 0), "c": (100, 100), "d": (0, 100)}


def dense(times):
    """Matrix of deciseconds; UNREACHED where there is no entry."""
    matrix = np.full((len(times.from_ids), len(times.to_ids)), UNREACHED)
    matrix[times.from_index, times.to_index] = times.time_ds
    return matrix


def measure(graph, origins, destinations, limit_ds=None, max_snap_m=60):
    start = snap(graph, origins, max_snap_m=max_snap_m)
    end = snap(graph, destinations, max_snap_m=max_snap_m)
    return street_times(graph, start, end, limit_ds=limit_ds)


def test_worked_example_on_a_grid_of_nine():
    # door 10 m south of the middle of the lowest left street; school at the upper right
    # corner: 10 m + 50 m + 100 m + 200 m = 360 m = 360 s
    times = measure(walk(grid()), points((50, -10)), points((200, 200), (50, 10), (150, 0)))
    # the second lies across the street: 10 m + 10 m; the third 10 m + 100 m further on
    assert times.time_ds.tolist() == [3600, 200, 1100]


def test_same_edge_is_walked_along_it_or_around():
    ring = [("a", "b", 1000, 0), ("b", "c", 10, 0), ("c", "d", 10, 0), ("d", "a", 10, 0)]
    graph = walk(streets(ring, AT))
    times = measure(graph, points((10, 0)), points((20, 0), (90, 0)))
    # a tenth of 1,000 m ahead; or 100 m back, 30 m around and 100 m in from the other end
    assert times.time_ds.tolist() == [1000, 2300]


def test_oneway_street_is_left_and_entered_around_the_block():
    ring = [("a", "b", 100, 1), ("b", "c", 100, 1), ("c", "d", 100, 1), ("d", "a", 100, 1)]
    graph = bike(streets(ring, AT))
    matrix = dense(measure(graph, points((20, 0), (70, 0)), points((20, 0), (70, 0), (0, 50))))
    assert matrix.tolist() == [[0, 500, 3300], [3500, 0, 2800]]


@given(networks(), st.data(), st.sampled_from([0, 254, 255, 900, 65_534, 65_535]))
def test_a_matrix_holds_the_times_of_all_pairs_and_no_others(table, data, limit_ds):
    graph = data.draw(st.sampled_from([walk, bike]))(table)
    sizes = data.draw(st.sampled_from([(4, 3), (2, 4), (3, 3), (0, 2), (2, 0)]))
    start, end = (
        snap(graph, data.draw(spots(table, count=4)).iloc[:size], max_snap_m=30) for size in sizes
    )
    expected = dense(street_times(graph, start, end, limit_ds=limit_ds))
    found = street_time_matrix(graph, start, end, limit_ds=limit_ds)
    assert found.dtype == np.min_scalar_type(limit_ds + 1)
    assert found.tolist() == np.minimum(expected, limit_ds + 1).T.tolist()


@settings(deadline=None, max_examples=60)
@given(table=networks(), data=st.data())
def test_times_equal_the_sum_of_their_parts(table, data):
    graph = data.draw(st.sampled_from([walk, bike]))(table)
    start = snap(graph, data.draw(spots(table, count=4)), max_snap_m=30)
    end = snap(graph, data.draw(spots(table, count=3)), max_snap_m=30)
    paths = shortest(graph)
    leave, arrive = departure_costs(graph, start), arrival_costs(graph, end)
    expected = np.full((4, 3), np.inf)
    for i, j in np.ndindex(4, 3):
        e, f = start.edge[i], end.edge[j]
        for a, node in enumerate((graph.edge_from[e], graph.edge_to[e])):
            for b, last in enumerate((graph.edge_from[f], graph.edge_to[f])):
                if leave[i, a] < UNREACHED and arrive[j, b] < UNREACHED:
                    way = leave[i, a] + paths[node, last] + arrive[j, b]
                    expected[i, j] = min(expected[i, j], way)
        if e == f:
            connectors = start.connector_ds[i] + end.connector_ds[j]
            if start.share[i] <= end.share[j]:
                along = end.forward_ds[j] - start.forward_ds[i]
                expected[i, j] = min(expected[i, j], along + connectors)
            if start.share[i] >= end.share[j] and start.backward_ds[i] >= 0:
                along = start.backward_ds[i] - end.backward_ds[j]
                expected[i, j] = min(expected[i, j], along + connectors)
    limit = data.draw(st.one_of(st.none(), st.integers(0, 6000)))
    bound = UNREACHED - 1 if limit is None else limit
    expected = np.where(expected <= bound, expected, UNREACHED)
    assert np.array_equal(dense(street_times(graph, start, end, limit_ds=limit)), expected)


@settings(deadline=None, max_examples=40)
@given(table=networks(), data=st.data())
def test_searching_from_the_other_side_gives_the_same_times(table, data):
    graph = bike(table)
    start = snap(graph, data.draw(spots(table, count=4)), max_snap_m=30)
    few = data.draw(spots(table, count=2))
    many = pd.concat([few, few, few], ignore_index=True)
    from_ends = street_times(graph, start, snap(graph, few, max_snap_m=30), limit_ds=9000)
    from_starts = street_times(graph, start, snap(graph, many, max_snap_m=30), limit_ds=9000)
    assert np.array_equal(dense(from_ends), dense(from_starts)[:, :2])


@settings(deadline=None, max_examples=40)
@given(table=networks(), data=st.data())
def test_walking_there_takes_as_long_as_walking_back(table, data):
    graph = walk(table)
    doors = data.draw(spots(table, count=5))
    matrix = dense(measure(graph, doors, doors))
    assert np.array_equal(matrix, matrix.T)


@settings(deadline=None, max_examples=40)
@given(table=networks(), data=st.data())
def test_a_detour_never_saves_time(table, data):
    graph = bike(table)
    doors = data.draw(spots(table, count=4))
    matrix = dense(measure(graph, doors, doors)).astype(float)
    matrix[matrix == UNREACHED] = np.inf
    via = (matrix[:, :, None] + matrix[None, :, :]).min(axis=1)
    assert (matrix <= via).all()


@settings(deadline=None, max_examples=40)
@given(table=networks(), data=st.data())
def test_a_new_path_never_makes_a_time_longer(table, data):
    assume(len(table) > 1)
    doors = data.draw(spots(table.iloc[1:], count=3))
    # the added path may become the nearest edge, so the doors stay on the old positions
    graph, wider = bike(table.iloc[1:]), bike(table)
    old = snap(graph, doors, max_snap_m=30)
    place = {name: number for number, name in enumerate(wider.edge_ids.tolist())}
    edge = np.array([place[name] for name in graph.edge_ids[old.edge].tolist()], dtype=np.int32)
    new = type(old)(**{**vars(old), "edge": edge})
    before = dense(street_times(graph, old, old, limit_ds=None))
    assert (dense(street_times(wider, new, new, limit_ds=None)) <= before).all()


def test_moving_everything_changes_no_time():
    table, doors = grid(4), points((33, 12), (130, 270), (250, 250))
    moved = table.set_geometry(table.translate(690_000, 6_170_000))
    shifted = doors.set_geometry(doors.translate(690_000, 6_170_000))
    here = measure(walk(table), doors, doors)
    there = measure(walk(moved), shifted, shifted)
    assert np.array_equal(dense(here), dense(there))


def test_row_order_of_the_streets_changes_no_time():
    table, doors = grid(4), points((33, 12), (150, 150), (250, 250))
    here = measure(walk(table), doors, doors)
    there = measure(walk(table.sample(frac=1, random_state=3)), doors, doors)
    assert here.to_table().equals(there.to_table())


@pytest.mark.parametrize(("limit_ds", "pairs"), [(3600, 1), (3599, 0)])
def test_time_on_the_limit_is_kept_and_a_decisecond_above_is_not(limit_ds, pairs):
    times = measure(walk(grid()), points((50, -10)), points((200, 200)), limit_ds)
    assert len(times) == pairs


def test_an_island_has_no_pair():
    at = {"a": (0, 0), "b": (100, 0), "c": (500, 0), "d": (600, 0)}
    graph = walk(streets([("a", "b", 100, 0), ("c", "d", 100, 0)], at))
    times = measure(graph, points((50, 0)), points((550, 0), (60, 0)))
    assert times.to_table()["to_id"].tolist() == ["p1"]


def test_point_off_the_network_has_no_pair_but_stays_listed():
    times = measure(walk(grid()), points((0, 0), (900, 900)), points((0, 100)))
    assert times.from_ids.tolist() == ["p0", "p1"]
    assert times.indptr.tolist() == [0, 1, 1]


def test_table_is_sorted_by_position_and_meets_its_contract():
    doors = points((0, 0), (100, 0), (200, 0), ids=["z", "y", "x"])
    table = measure(walk(grid()), doors, doors).to_table()
    check(table, TRAVEL_TIMES)
    assert table["from_id"].tolist() == ["z", "z", "z", "y", "y", "y", "x", "x", "x"]
    assert table["to_id"].tolist() == ["z", "y", "x"] * 3


@pytest.mark.parametrize(("starts", "ends"), [(0, 2), (2, 0), (0, 0)])
def test_no_points_give_an_empty_table_with_the_same_columns(starts, ends):
    doors = points((0, 0), (100, 0))
    times = measure(walk(grid()), doors.iloc[:starts], doors.iloc[:ends])
    full = measure(walk(grid()), doors, doors).to_table()
    assert len(times) == 0
    assert len(times.indptr) == starts + 1
    assert times.to_table().dtypes.equals(full.dtypes)


def test_pairs_do_not_depend_on_how_many_are_searched_at_a_time(monkeypatch):
    import sys

    doors = points(*[(20.0 * step, 3.0) for step in range(9)])
    whole = measure(walk(grid()), doors, doors)
    monkeypatch.setattr(sys.modules["htkgis.network.street_times"], "BLOCK_CELLS", 1)
    assert whole.to_table().equals(measure(walk(grid()), doors, doors).to_table())


def times_where_batches_begin_at(few, *given, limit_ds):
    module = sys.modules[street_times.__module__]
    with mock.patch.multiple(module, FEW=few, FEW_AT_FIRST=few):
        return street_times(*given, limit_ds=limit_ds)


@settings(deadline=None, max_examples=60)
@given(table=networks(), data=st.data())
def test_neighbours_searched_together_give_what_each_gives_alone(table, data):
    graph = data.draw(st.sampled_from([walk, bike]))(table)
    counts = data.draw(st.permutations([7, 4]))
    start, end = (
        snap(graph, data.draw(spots(table, count=count)), max_snap_m=30) for count in counts
    )
    limit_ds = data.draw(st.one_of(st.integers(-1, 6000), st.just(UNREACHED + 5)))
    cells = data.draw(st.sampled_from([1, 20, 4_000_000]))
    with mock.patch.object(sys.modules[street_times.__module__], "BLOCK_CELLS", cells):
        together, alone = (
            times_where_batches_begin_at(few, graph, start, end, limit_ds=limit_ds)
            for few in (0, 1000)
        )
    for name, values in vars(alone).items():
        assert np.array_equal(getattr(together, name), values)
        assert getattr(together, name).dtype == values.dtype


@pytest.mark.parametrize(("loaded", "least"), [(True, "FEW"), (False, "FEW_AT_FIRST")])
def test_many_points_of_a_town_are_searched_together_and_few_alone(loaded, least):
    graph = walk(grid(5))
    module = sys.modules[street_times.__module__]
    ends = points((200, 200), (50, 10), (150, 0))
    limit = getattr(module, least)
    for count, together in ((limit - 1, 0), (limit, 1)):
        many = snap(graph, points(*((step, 0) for step in range(count))), max_snap_m=30)
        others = snap(graph, points(*((0, step) for step in range(300))), max_snap_m=30)
        with (
            mock.patch.object(module, "_batches_are_loaded", return_value=loaded),
            mock.patch.object(module, "filled", wraps=module.filled) as spy,
        ):
            times = street_times(graph, many, others, limit_ds=5000)
            # without a limit a batch has no cutoff to count down from
            street_times(graph, many, snap(graph, ends, max_snap_m=30), limit_ds=None)
        assert spy.call_count == together
        assert times.time_ds[0] == 0


def test_a_process_that_has_searched_in_batches_has_their_kernels_loaded():
    module = sys.modules[street_times.__module__]
    many = snap(walk(grid(5)), points(*((step, 0) for step in range(300))), max_snap_m=30)
    street_times(walk(grid(5)), many, many, limit_ds=5000)
    assert module._batches_are_loaded()
    with mock.patch.object(module, "time_batches", mock.Mock(signatures=[])):
        assert not module._batches_are_loaded()
