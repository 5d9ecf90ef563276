"""Routes: the same time as the matrix, made of legs that join, travelled where it is open."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.errors import NetworkError
from htkgis.network import Mode, build_graph, reach, reached_lines, snap, street_times
from htkgis.network.route import route, route_line

from .towns import bike, grid, networks, points, spots, streets, walk

AT = {"a": (0, 0), "b": (100, 0), "c": (100, 100), "d": (0, 100)}
RING = [("a", "b", 100, 1), ("b", "c", 100, 1), ("c", "d", 100, 1), ("d", "a", 100, 1)]


def drive(table):
    """Ride one-way with a time to start and a time to end, as a car does."""
    slow = Mode("bike", 16, oneway="oneway", connector_kph=4.5, start_ds=700, end_ds=300)
    return build_graph(table, mode=slow)


def found(graph, start, end, max_snap_m=60):
    here, there = (snap(graph, points(at), max_snap_m=max_snap_m) for at in (start, end))
    return route(graph, here, there)


def test_a_route_on_a_grid_of_nine_street_by_street():
    # from 50 m along the lowest left street to the upper right corner: 50 + 100 + 200 m
    way = found(walk(grid()), (50, -10), (200, 200))
    assert (way.time_ds, way.leave_ds, way.arrive_ds) == (3600, 100, 0)
    assert [leg.time_ds for leg in way.legs] == [500, 1000, 1000, 1000]
    assert way.length_m == 350


def test_a_one_way_street_is_driven_around_the_block():
    way = found(bike(streets(RING, AT)), (70, 0), (20, 0))
    assert way.time_ds == 3500
    assert [round(leg.length_m) for leg in way.legs] == [30, 100, 100, 100, 20]
    assert all(leg.start < leg.end for leg in way.legs)


def test_two_points_of_one_place_have_no_legs():
    way = found(walk(grid()), (50, 10), (50, 10))
    assert (way.time_ds, way.legs) == (200, ())
    assert route_line(walk(grid()), way).is_empty


def test_a_place_that_cannot_be_reached_has_no_route():
    apart = [("a", "b", 100, 0), ("c", "d", 100, 0)]
    assert found(walk(streets(apart, AT)), (50, 0), (50, 100), max_snap_m=5) is None


@pytest.mark.parametrize(
    ("start", "message"),
    [((50, 900), "origins.*lies 700 m from the nearest street"), (None, "origins.*0 points")],
)
def test_a_point_off_the_network_or_none_is_refused(start, message):
    graph = walk(grid())
    here = snap(graph, points(*([start] if start else [])), max_snap_m=60)
    there = snap(graph, points((0, 0)), max_snap_m=60)
    with pytest.raises(NetworkError, match=message):
        route(graph, here, there)


@settings(deadline=None, max_examples=150)
@given(table=networks(), data=st.data())
def test_a_route_takes_the_time_of_the_matrix_over_open_legs_that_join(table, data):
    graph = data.draw(st.sampled_from([walk, bike, drive]))(table)
    here = snap(graph, data.draw(spots(table, count=1)), max_snap_m=30)
    there = snap(graph, data.draw(spots(table, count=1)), max_snap_m=30)
    times = street_times(graph, here, there, limit_ds=None)
    way = route(graph, here, there)
    if way is None:
        assert len(times) == 0
        return
    assert times.time_ds.tolist() == [way.time_ds]
    assert way.leave_ds + sum(leg.time_ds for leg in way.legs) + way.arrive_ds == way.time_ds
    for leg in way.legs:
        passed = graph.edge_forward_ds if leg.end > leg.start else graph.edge_backward_ds
        assert passed[leg.edge] >= 0
        assert abs(leg.time_ds - abs(leg.end - leg.start) * passed[leg.edge]) <= 1
    assert_joined(graph, way.legs)


def assert_joined(graph, legs):
    for one, other in pairwise(legs):
        left = graph.edge_to[one.edge] if one.end == 1 else graph.edge_from[one.edge]
        entered = graph.edge_from[other.edge] if other.start == 0 else graph.edge_to[other.edge]
        assert one.end in {0, 1}
        assert other.start in {0, 1}
        assert left == entered


@settings(deadline=None, max_examples=60)
@given(table=networks(), data=st.data())
def test_a_route_within_a_limit_lies_on_the_reached_streets(table, data):
    graph = walk(table)
    here = snap(graph, data.draw(spots(table, count=1)), max_snap_m=30)
    there = snap(graph, data.draw(spots(table, count=1)), max_snap_m=30)
    way = route(graph, here, there)
    if way is None or not way.legs or way.time_ds > 10**6:
        return
    limit_ds = way.time_ds - way.arrive_ds + 1  # a position is rounded to a decisecond
    lines = reached_lines(graph, reach(graph, here, limit_ds=limit_ds), limit_ds=limit_ds)
    near = shapely.union_all(lines).buffer(0.2)
    assert near.covers(route_line(graph, way))


@settings(deadline=None, max_examples=150)
@given(table=networks(), data=st.data())
def test_a_route_is_the_same_when_no_longer_trip_is_looked_for(table, data):
    graph = data.draw(st.sampled_from([walk, bike, drive]))(table)
    here = snap(graph, data.draw(spots(table, count=1)), max_snap_m=30)
    there = snap(graph, data.draw(spots(table, count=1)), max_snap_m=30)
    way = route(graph, here, there)
    if way is None:
        assert route(graph, here, there, limit_ds=10**6) is None
        return
    assert route(graph, here, there, limit_ds=way.time_ds) == way
    if way.time_ds:
        assert route(graph, here, there, limit_ds=way.time_ds - 1) is None


def test_the_order_of_the_streets_does_not_decide_between_equal_ways():
    table = grid()
    mixed = table.sample(frac=1, random_state=np.random.RandomState(3)).reset_index(drop=True)
    lines = []
    for each in (table, mixed):
        graph = walk(each)
        here, there = (snap(graph, points(at), max_snap_m=1) for at in ((0, 0), (200, 200)))
        lines.append(route_line(graph, route(graph, here, there)))
    assert lines[0].equals_exact(lines[1])


def test_the_line_follows_the_drawn_street():
    bend = shapely.LineString([(0, 0), (50, 40), (100, 0)])
    facts = {"id": ["s"], "from_node": ["a"], "to_node": ["b"], "length_m": [200.0]}
    table = gpd.GeoDataFrame(
        facts | {"oneway": [False], "walk": [True]}, geometry=[bend], crs="EPSG:25832"
    )
    graph = walk(table)
    way = found(graph, (100, 0), (0, 0))
    assert route_line(graph, way).geoms[0].equals(bend.reverse())
    assert way.length_m == 200
