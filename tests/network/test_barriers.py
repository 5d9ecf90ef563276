"""Barriers in snapping: who is turned away, who is cut off, and three laws."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.errors import CRSError, SchemaError
from htkgis.network import arrival_costs, audit, departure_costs, snap
from htkgis.units import UNREACHED

from .towns import CRS, bike, grid, networks, points, spots, streets, walk

TWO_STREETS = {"a": (0, 0), "b": (100, 0), "c": (0, 60), "d": (100, 60)}
MAX_M = 100


def lines(*shapes, crs=CRS):
    return gpd.GeoDataFrame(geometry=[shapely.LineString(shape) for shape in shapes], crs=crs)


def town():
    """A street along y = 0 and another along y = 60."""
    return walk(streets([("a", "b", 100, 0), ("c", "d", 100, 0)], TWO_STREETS))


def street_of(graph, snaps):
    return [None if edge < 0 else str(graph.edge_ids[edge]) for edge in snaps.edge]


def test_a_door_behind_a_railway_joins_the_street_on_its_own_side():
    graph, door = town(), points((50, 20))
    railway = lines([(0, 10), (100, 10)])
    assert street_of(graph, snap(graph, door, max_snap_m=MAX_M)) == ["s000"]
    snaps = snap(graph, door, max_snap_m=MAX_M, barriers=railway)
    assert street_of(graph, snaps) == ["s001"]
    assert (snaps.distance_m.tolist(), snaps.connector_ds.tolist()) == ([40], [400])
    assert not snaps.behind_barrier.any()


def test_a_door_between_barriers_is_not_snapped_and_the_audit_says_why():
    graph, doors = town(), points((50, 20), (50, -150), (50, 0))
    railways = lines([(0, 10), (100, 10)], [(0, 30), (100, 30)])
    snaps = snap(graph, doors, max_snap_m=MAX_M, barriers=railways)
    assert street_of(graph, snaps) == [None, None, "s000"]
    # too far is too far, whatever stands between
    assert snaps.behind_barrier.tolist() == [True, False, False]
    assert snaps.too_far.to_dict("list") == {"id": ["p0", "p1"], "distance_m": [20, 150]}
    assert (departure_costs(graph, snaps)[0] == UNREACHED).all()
    assert (arrival_costs(graph, snaps)[0] == UNREACHED).all()
    found = audit(snaps)
    assert (found.count, found.snapped, found.behind_barrier, found.max_m) == (3, 1, 1, 150)


def test_an_edge_behind_the_allowed_distance_does_not_help():
    graph, door = town(), points((50, 20))
    railway = lines([(0, 10), (100, 10)])
    assert snap(graph, door, max_snap_m=40, barriers=railway).edge.tolist() == [1]
    assert snap(graph, door, max_snap_m=39.999, barriers=railway).behind_barrier.tolist() == [True]


def test_ways_of_one_railway_leave_no_gap_where_they_meet():
    graph, door = town(), points((50, 20))
    halves = lines([(0, 10), (50, 10)], [(50, 10), (100, 10)])
    assert street_of(graph, snap(graph, door, max_snap_m=MAX_M, barriers=halves)) == ["s001"]


def test_a_level_crossing_and_a_point_on_the_railway_are_not_cut_off():
    graph = walk(streets([("a", "b", 20, 0)], {"a": (50, 0), "b": (50, 20)}))
    railway = lines([(0, 20), (100, 20)])
    # the street ends on the railway, and the second point lies on it
    snaps = snap(graph, points((50, 35), (56, 20)), max_snap_m=MAX_M, barriers=railway)
    assert snaps.edge.tolist() == [0, -1]
    beside = snap(graph, points((56, 19), (50, 20)), max_snap_m=MAX_M, barriers=railway)
    assert beside.distance_m.tolist() == [6, 0]


def test_of_equally_near_edges_the_first_that_is_free_is_taken():
    graph, door = town(), points((50, 30))
    railway = lines([(0, 10), (100, 10)])
    assert snap(graph, door, max_snap_m=MAX_M).edge.tolist() == [0]
    assert snap(graph, door, max_snap_m=MAX_M, barriers=railway).edge.tolist() == [1]


def test_edges_where_nobody_may_stop_and_short_pieces_stay_passed_over():
    at = {"a": (0, 0), "b": (100, 0), "c": (0, 60), "d": (100, 60), "e": (40, 25), "f": (60, 25)}
    rows = [("a", "b", 100, 0), ("c", "d", 100, 0), ("e", "f", 20, 0)]
    graph, door = walk(streets(rows, at)), points((50, 20))
    railway = lines([(0, 10), (100, 10)])
    assert snap(graph, door, max_snap_m=MAX_M, barriers=railway).distance_m.tolist() == [5]
    past = snap(graph, door, max_snap_m=MAX_M, min_part_m=50, barriers=railway)
    assert past.distance_m.tolist() == [40]


def test_no_allowed_distance_at_all_looks_as_far_as_the_streets_go():
    graph, door = town(), points((50, 20))
    box = lines([(40, 10), (60, 10), (60, 30), (40, 30), (40, 10)])
    snaps = snap(graph, door, max_snap_m=np.inf, barriers=box)
    assert snaps.behind_barrier.tolist() == [True]


def test_points_may_be_none_with_barriers_too():
    assert len(snap(town(), points(), max_snap_m=MAX_M, barriers=lines([(0, 1), (1, 1)]))) == 0


def test_a_barrier_that_is_no_line_is_named():
    area = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs=CRS)
    with pytest.raises(SchemaError, match=r"1 of 1 rows are no line: number 1; lines are allowed"):
        snap(town(), points((0, 0)), max_snap_m=MAX_M, barriers=area)


def test_barriers_in_another_crs_are_refused():
    with pytest.raises(CRSError, match=r"their CRS is EPSG:4326, that of the points EPSG:25832"):
        snap(
            town(),
            points((0, 0)),
            max_snap_m=MAX_M,
            barriers=lines([(0, 0), (1, 1)], crs="EPSG:4326"),
        )


COORDINATE = st.integers(0, 400)
BARRIERS = st.lists(
    st.lists(st.tuples(COORDINATE, COORDINATE), min_size=2, max_size=4, unique=True), max_size=5
)


@given(table=networks(), data=st.data(), drawn=BARRIERS)
def test_no_connector_crosses_a_barrier_and_none_gets_shorter(table, data, drawn):
    graph, doors = bike(table), data.draw(spots(table, count=4))
    fences = lines(*drawn)
    free = snap(graph, doors, max_snap_m=80)
    turned = snap(graph, doors, max_snap_m=80, barriers=fences)
    on = turned.edge >= 0
    xy = shapely.get_coordinates(doors.geometry.to_numpy())
    connectors = shapely.linestrings(np.stack([xy[on], turned.xy[on]], axis=1))
    for connector in connectors:
        inner = shapely.intersection(connector, fences.union_all()) if drawn else shapely.Point()
        near_an_end = shapely.buffer(shapely.multipoints(shapely.get_coordinates(connector)), 2e-3)
        assert shapely.difference(inner, near_an_end).is_empty
    assert (turned.distance_m >= free.distance_m - 2e-6).all()
    fewer = snap(graph, doors, max_snap_m=80, barriers=fences[:-1])
    both = on & (fewer.edge >= 0)
    assert (turned.distance_m[both] >= fewer.distance_m[both] - 2e-6).all()
    assert not (on & (fewer.edge < 0)).any()


@given(table=networks(), data=st.data())
def test_without_a_barrier_line_nothing_changes(table, data):
    graph, doors = bike(table), data.draw(spots(table, count=4))
    free = snap(graph, doors, max_snap_m=30)
    none = snap(graph, doors, max_snap_m=30, barriers=lines())
    for name, values in vars(free).items():
        assert np.array_equal(values, getattr(none, name), equal_nan=values.dtype.kind == "f")


@given(
    doors=st.lists(st.tuples(COORDINATE, COORDINATE), min_size=1, max_size=5),
    drawn=BARRIERS,
)
def test_the_edge_is_the_nearest_of_all_that_are_open(doors, drawn):
    """Oracle: every edge of a town one by one, connectors by shapely's shortest line."""
    graph, fences = walk(grid(5)), lines(*drawn)
    where = points(*doors)
    snaps = snap(graph, where, max_snap_m=60, barriers=fences)
    fence = fences.union_all()
    for row, door in enumerate(where.geometry):
        ways = [shapely.shortest_line(door, edge) for edge in graph.lines]
        inner = [way.interpolate(1e-3).union(way.interpolate(way.length - 1e-3)) for way in ways]
        open_m = [
            way.length
            for way, ends in zip(ways, inner, strict=True)
            if way.length <= 2e-3 or not ends.convex_hull.intersects(fence)
        ]
        expected = min((metres for metres in open_m if metres <= 60), default=None)
        assert (snaps.edge[row] < 0) == (expected is None)
        if expected is not None:
            assert snaps.distance_m[row] == pytest.approx(expected, abs=2e-6)
