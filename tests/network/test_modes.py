"""Modes: directions, own speeds, what a trip takes besides, where one may stop."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from htkgis.errors import ConfigError, SchemaError
from htkgis.network import (
    Mode,
    border_times,
    build_graph,
    components,
    graph_arrays,
    graph_from_arrays,
    leaves,
    reach,
    reached_length_m,
    reached_parts,
    search,
    snap,
    street_times,
    strong_components,
)
from htkgis.units import UNREACHED

from .towns import networks, points, spots, streets

AT = {"a": (0, 0), "b": (100, 0), "c": (200, 0), "d": (300, 0)}
ROW = [("a", "b", 100, 0), ("b", "c", 100, 0), ("c", "d", 100, 0)]
BIKE = Mode("bike", 18.0, oneway="oneway_bike", connector_kph=3.6)
CAR = Mode(
    "car",
    36.0,
    speeds="car_kph",
    share=0.8,
    oneway="oneway",
    stops="walk",
    connector_kph=3.6,
    start_ds=600,
    end_ds=900,
)


def town(table, seed=0):
    """Add to a table what bikes and cars need: contraflow, limits, streets without walkers."""
    random = np.random.default_rng(seed)
    count = len(table)
    return table.assign(
        car=True,
        oneway_bike=table["oneway"] & (random.random(count) < 0.5),
        car_kph=random.choice([30.0, 50.0, 80.0, np.nan], count),
    )


def dense(times):
    matrix = np.full((len(times.from_ids), len(times.to_ids)), UNREACHED)
    matrix[times.from_index, times.to_index] = times.time_ds
    return matrix


def measure(graph, origins, destinations, **options):
    start = snap(graph, origins, max_snap_m=60)
    end = snap(graph, destinations, max_snap_m=60)
    return dense(street_times(graph, start, end, limit_ds=None, **options))


def open_arcs(graph):
    """Cheapest arc per pair of nodes, closed directions left out."""
    start = np.concatenate([graph.edge_from, graph.edge_to])
    end = np.concatenate([graph.edge_to, graph.edge_from])
    cost = np.concatenate([graph.edge_forward_ds, graph.edge_backward_ds])
    start, end, cost = (part[cost >= 0] for part in (start, end, cost))
    order = np.lexsort((cost, end, start))
    start, end, cost = start[order], end[order], cost[order]
    new = np.r_[True, (start[1:] != start[:-1]) | (end[1:] != end[:-1])]
    shape = (graph.nodes, graph.nodes)
    return csr_array((cost[new].astype(float), (start[new], end[new])), shape=shape)


MODES = st.sampled_from([BIKE, CAR])


@settings(deadline=None, max_examples=60)
@given(table=networks(), mode=MODES, seed=st.integers(0, 99))
def test_directed_searches_are_those_of_scipy_both_ways(table, mode, seed):
    graph = build_graph(town(table, seed), mode=mode)
    expected = np.nan_to_num(dijkstra(open_arcs(graph)), posinf=UNREACHED)
    there = np.stack([search(graph, [node], [0]) for node in range(graph.nodes)])
    back = np.stack([search(graph, [node], [0], reverse=True) for node in range(graph.nodes)])
    assert np.array_equal(there, expected)
    assert np.array_equal(back, expected.T)


@settings(deadline=None, max_examples=60)
@given(table=networks(), seed=st.integers(0, 99))
def test_strong_parts_are_those_of_scipy(table, seed):
    graph = build_graph(town(table, seed), mode=BIKE)
    count, expected = connected_components(open_arcs(graph), directed=True, connection="strong")
    label = strong_components(graph)
    assert len(set(zip(label.tolist(), expected.tolist(), strict=True))) == count
    assert label.max() == count - 1
    assert (np.diff(np.bincount(label)) <= 0).all()


@settings(deadline=None, max_examples=30)
@given(table=networks())
def test_where_all_streets_go_both_ways_strong_parts_are_the_connected_ones(table):
    graph = build_graph(table, mode="walk", speed_kph=3.6)
    assert np.array_equal(strong_components(graph), components(graph))


@settings(deadline=None, max_examples=40)
@given(table=networks(), mode=MODES, data=st.data())
def test_a_higher_speed_never_makes_a_time_longer(table, mode, data):
    doors = data.draw(spots(table, count=4))
    slow, fast = data.draw(st.tuples(st.floats(5, 60), st.floats(5, 60)).map(sorted))
    found = [
        measure(build_graph(town(table), mode=mode, speed_kph=kph), doors, doors)
        for kph in (slow, fast)
    ]
    # positions and connectors are rounded to whole deciseconds, half of one each at most
    assert (found[1] <= found[0] + 4).all()


@settings(deadline=None, max_examples=40)
@given(table=networks(), mode=MODES, data=st.data())
def test_a_oneway_street_never_makes_a_time_shorter(table, mode, data):
    doors = data.draw(spots(table, count=4))
    streets_ = town(table)
    free = measure(build_graph(streets_, mode=replace(mode, oneway=None)), doors, doors)
    assert (free <= measure(build_graph(streets_, mode=mode), doors, doors)).all()


@settings(deadline=None, max_examples=40)
@given(table=networks(), data=st.data())
def test_access_and_parking_are_added_exactly_once(table, data):
    doors = data.draw(spots(table, count=4))
    few = data.draw(st.integers(1, 4))
    with_ = measure(build_graph(town(table), mode=CAR), doors, doors.iloc[:few])
    bare = replace(CAR, start_ds=0, end_ds=0)
    without = measure(build_graph(town(table), mode=bare), doors, doors.iloc[:few])
    expected = np.where(without < UNREACHED, without + 1500, UNREACHED)
    assert np.array_equal(with_, expected)


@settings(deadline=None, max_examples=60)
@given(table=networks(), mode=MODES, data=st.data())
def test_the_matrix_agrees_with_the_reached_streets(table, mode, data):
    graph = build_graph(town(table, data.draw(st.integers(0, 99))), mode=mode)
    start = snap(graph, data.draw(spots(table, count=2)), max_snap_m=60)
    end = snap(graph, data.draw(spots(table, count=5)), max_snap_m=60)
    # on the street, at whole deciseconds, where both sides are exact
    cost = np.maximum(graph.edge_forward_ds, 1)
    start = replace(start, share=start.forward_ds / cost[start.edge])
    end = replace(end, share=end.forward_ds / cost[end.edge], connector_ds=np.zeros(5, np.int32))
    limit = data.draw(st.integers(0, 6000))
    parts = reached_parts(graph, reach(graph, start, limit_ds=6000), limit_ds=limit)
    times = dense(street_times(graph, start, end, limit_ds=limit))
    for place in range(5):
        here, share = parts.edge == end.edge[place], end.share[place]
        inside = (parts.start[here] - 1e-9 <= share) & (share <= parts.end[here] + 1e-9)
        if graph.edge_forward_ds[end.edge[place]] > 0:
            assert bool((times[:, place] < UNREACHED).any()) == bool(inside.any())


def test_a_trip_by_car_is_the_walk_to_the_street_access_driving_and_parking():
    graph = build_graph(town(streets(ROW, AT)).assign(car_kph=[45.0, 90.0, np.nan]), mode=CAR)
    found = measure(graph, points((0, 10)), points((300, 5)))
    # 10 m at 1 m/s, 60 s, 100 m at 10, 20 and 8 m/s, 90 s, 5 m
    assert found.tolist() == [[100 + 600 + 100 + 50 + 125 + 900 + 50]]


def test_one_speed_on_every_street_takes_the_place_of_the_limits():
    graph = build_graph(town(streets(ROW, AT)), mode=CAR, speed_kph=36.0)
    assert graph.edge_forward_ds.tolist() == [100, 100, 100]
    assert (graph.connector_kph, graph.start_ds, graph.end_ds) == (3.6, 600, 900)


def test_contraflow_lets_bikes_ride_where_cars_may_not():
    table = town(streets([("a", "b", 100, 1), ("b", "c", 100, 1)], AT)).assign(
        oneway_bike=[False, True]
    )
    bike, car = build_graph(table, mode=BIKE), build_graph(table, mode=CAR)
    assert bike.edge_backward_ds[np.argsort(bike.edge_ids)].tolist() == [200, -1]
    assert car.edge_backward_ds.tolist() == [-1, -1]


def test_nobody_gets_out_where_nobody_may_walk():
    table = town(streets(ROW, AT)).assign(walk=[True, False, True], car_kph=45.0)
    graph = build_graph(table, mode=CAR)
    door = points((150, 10))
    snaps = snap(graph, door, max_snap_m=100)
    assert graph.edge_ids[snaps.edge[0]] == "s000"
    assert snaps.distance_m[0] == pytest.approx(np.hypot(50, 10))
    found = reach(graph, snap(graph, points((0, 0)), max_snap_m=10), limit_ds=9000)
    assert reached_length_m(graph, found, limit_ds=9000) == pytest.approx(200)
    assert leaves(graph, found, shapely.box(-1, -1, 150, 1), limit_ds=1660)


def test_a_point_snaps_past_a_stub_that_can_only_be_left():
    at = {**AT, "x": (100, 40), "y": (160, 40)}
    rows = [*ROW, ("x", "y", 60, 1), ("y", "c", 60, 1)]
    table = town(streets(rows, at)).assign(oneway_bike=[False] * 3 + [True] * 2)
    graph = build_graph(table, mode=BIKE)
    near = snap(graph, points((120, 38)), max_snap_m=100)
    past = snap(graph, points((120, 38)), max_snap_m=100, min_part_m=100)
    assert graph.edge_ids[[near.edge[0], past.edge[0]]].tolist() == ["s003", "s001"]


def test_the_border_is_met_along_open_directions_only():
    table = town(streets([("a", "b", 100, 1), ("b", "c", 100, 0)], AT)).assign(oneway_bike=[1, 0])
    graph = build_graph(table, mode=replace(BIKE, speed_kph=3.6))
    doors = snap(graph, points((40, 0)), max_snap_m=10)
    assert border_times(graph, doors, shapely.box(20, -1, 900, 1)).tolist() == [UNREACHED]
    assert border_times(graph, doors, shapely.box(-1, -1, 70, 1))[0] == pytest.approx(300, abs=1)


def test_the_border_is_met_by_a_whole_trip():
    graph = build_graph(town(streets(ROW, AT)).assign(car_kph=45.0), mode=CAR)
    doors = snap(graph, points((50, 10)), max_snap_m=20)
    # 10 m on foot, 60 s, 200 m at 10 m/s, 90 s
    assert border_times(graph, doors, shapely.box(-1, -1, 250, 1)).tolist() == [1800]


def test_a_barrier_parts_the_street_for_those_it_stops():
    table = town(streets(ROW, AT)).assign(
        barrier_from=[None, "car", None], barrier_to=["walk car", None, None]
    )
    assert build_graph(table, mode="walk", speed_kph=3.6).nodes == 5
    assert build_graph(table, mode=BIKE).nodes == 4
    assert build_graph(table, mode=CAR).nodes == 5
    car = build_graph(table, mode=CAR)
    assert "b_s000_to" in car.node_ids.tolist()
    assert (dijkstra(open_arcs(car))[car.node_ids == "a"] < np.inf).sum() == 2


def test_a_stored_graph_keeps_what_belongs_to_its_mode():
    graph = build_graph(town(streets(ROW, AT)), mode=CAR)
    again = graph_from_arrays(graph_arrays(graph))
    assert (again.connector_kph, again.start_ds, again.end_ds) == (3.6, 600, 900)
    assert type(again.start_ds) is int
    assert again.edge_stops.all()


def test_a_column_of_the_mode_that_is_missing_is_named():
    with pytest.raises(SchemaError, match=r"streets \(car\): no column 'car_kph'"):
        build_graph(town(streets(ROW, AT)).drop(columns="car_kph"), mode=CAR)


def test_a_street_whose_limit_is_no_speed_is_named():
    table = town(streets(ROW, AT)).assign(car_kph=[50.0, 0.0, -5.0])
    with pytest.raises(SchemaError, match=r"2 of 3 streets have no speed above 0 km/h: 's001'"):
        build_graph(table, mode=CAR)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"connector_kph": 0.0}, r"connector_kph \(car\): 0\.0 is no speed"),
        ({"share": 1.2}, r"share \(car\): 1\.2 is no part of a speed"),
        ({"share": 0.0}, "is no part of a speed"),
        ({"end_ds": -1}, "600 and -1 ds at start and end"),
    ],
)
def test_a_mode_that_cannot_be_is_refused(change, message):
    with pytest.raises(ConfigError, match=message):
        replace(CAR, **change)


def test_a_mode_known_by_its_name_needs_a_speed():
    with pytest.raises(ConfigError, match=r"speed_kph \(walk\): is missing"):
        build_graph(streets(ROW, AT), mode="walk")
