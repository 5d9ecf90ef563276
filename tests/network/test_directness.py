"""Directness: ways beside straight lines, across a railway, round an area."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from htkgis.errors import NetworkError
from htkgis.network import build_graph, by_length, directness, ring_points, snap, street_times

from .towns import CRS, bike, grid, networks, points, streets, walk


def of(graph, origins, places, limit_m=100_000, max_snap_m=50):
    return directness(graph, origins, places, limit_m=limit_m, max_snap_m=max_snap_m)


def test_across_a_block_of_a_grid_the_way_is_the_root_of_two_times_the_line():
    found = of(walk(grid(3)), points((0, 0)), points((100, 100), (200, 0)))
    assert found.way_m.tolist() == [[200, 200]]
    assert found.ratio[0].tolist() == pytest.approx([math.sqrt(2), 1])


def test_speed_and_what_a_trip_takes_change_no_way():
    table = grid(3)
    slow, fast = (build_graph(table, mode="walk", speed_kph=kph) for kph in (3.2, 17))
    home, shops = points((10, 20)), points((150, 130), (210, 200))
    assert of(slow, home, shops).way_m.tolist() == of(fast, home, shops).way_m.tolist()


def test_the_way_between_a_door_and_the_street_counts():
    street = walk(streets([("a", "b", 100, 0)], {"a": (0, 0), "b": (100, 0)}))
    found = of(street, points((0, 30)), points((100, 40)))
    assert found.way_m[0, 0] == 170


# Homes at (0, 0) on the south side of a railway at y = 50; the bridge is 300 m to the east.
# The school north of it is 100 m away as the crow flies, the other one 200 m to the west.
RAILWAY = streets(
    [("home", "foot", 300, 0), ("foot", "head", 100, 0), ("head", "north", 300, 0),
     ("home", "west", 200, 0)],
    {"home": (0, 0), "foot": (300, 0), "head": (300, 100), "north": (0, 100), "west": (-200, 0)},
)  # fmt: skip


def test_the_nearest_school_lies_behind_the_railway():
    schools = points((0, 100), (-200, 0), ids=["north", "west"])
    found = of(walk(RAILWAY), points((0, 0), ids=["home"]), schools)
    assert found.way_m.tolist() == [[700, 200]]
    row = found.to_nearest().loc["home"]
    assert (row["to_id"], row["way_m"]) == ("west", 200)
    assert (row["straight_id"], row["straight_m"], row["ratio"]) == ("north", 100, 2)
    both = found.of_origins().loc["home"]
    assert both.to_dict() == {"ratio": 900 / 300, "reached_share": 1}


def test_what_is_not_reached_is_missing_and_counted():
    far = of(walk(RAILWAY), points((0, 0)), points((0, 100), (-200, 0)), limit_m=500)
    assert np.isnan(far.way_m[0]).tolist() == [True, False]
    assert far.of_origins().iloc[0].to_dict() == {"ratio": 1, "reached_share": 0.5}
    none = of(walk(RAILWAY), points((0, 0)), points((0, 100)), limit_m=500)
    assert math.isnan(none.of_origins()["ratio"].iloc[0])
    assert none.of_origins()["reached_share"].iloc[0] == 0
    nearest = none.to_nearest().iloc[0]
    assert nearest["to_id"] is None
    assert math.isnan(nearest["ratio"])
    assert nearest["straight_m"] == 100


def test_a_way_exactly_as_long_as_the_limit_is_reached():
    for limit_m, reached in ((700, True), (699.9, False)):
        way = of(walk(RAILWAY), points((0, 0)), points((0, 100)), limit_m=limit_m).way_m
        assert np.isfinite(way[0, 0]) == reached


def test_a_point_off_the_network_has_no_way():
    found = of(walk(RAILWAY), points((0, -900), (0, 0)), points((-200, 0)))
    assert np.isnan(found.way_m[:, 0]).tolist() == [True, False]


def test_a_piece_of_street_that_leads_nowhere_is_passed_over():
    rows = [("a", "b", 300, 0), ("x", "y", 20, 0)]
    graph = walk(streets(rows, {"a": (0, 0), "b": (300, 0), "x": (0, 30), "y": (20, 30)}))
    stuck = of(graph, points((0, 30)), points((300, 0)))
    free = directness(
        graph, points((0, 30)), points((300, 0)), limit_m=900, max_snap_m=50, min_part_m=100
    )
    assert math.isnan(stuck.way_m[0, 0])
    assert free.way_m[0, 0] == 330


def test_a_place_at_home_has_no_ratio():
    found = of(walk(RAILWAY), points((0, 0)), points((0, 0)))
    assert found.way_m[0, 0] == 0
    assert math.isnan(found.ratio[0, 0])
    assert math.isnan(found.of_origins()["reached_share"].iloc[0])


def test_one_way_streets_are_longer_one_way():
    ring = [("a", "b", 100, 1), ("b", "c", 100, 1), ("c", "a", 150, 1)]
    graph = bike(streets(ring, {"a": (0, 0), "b": (100, 0), "c": (100, 100)}))
    there = of(graph, points((0, 0)), points((100, 0)))
    back = of(graph, points((100, 0)), points((0, 0)))
    assert (there.way_m[0, 0], back.way_m[0, 0]) == (100, 250)


def test_a_place_with_two_entrances_counts_once_and_by_the_nearer():
    # along the streets the nearer gate is the western one, as the crow flies the northern
    gates = points((0, 100), (-200, 0), (300, 0), ids=["park", "park", "shop"])
    found = of(walk(RAILWAY), points((0, 0), ids=["home"]), gates)
    assert found.to_ids.tolist() == ["park", "shop"]
    assert found.way_m.tolist() == [[200, 300]]
    assert found.straight_m.tolist() == [[100, 300]]
    assert found.to_nearest().loc["home", "ratio"] == 2


def test_no_place_at_all_is_refused():
    with pytest.raises(NetworkError, match=r"places \(walk\): there is none; at least one"):
        of(walk(RAILWAY), points((0, 0)), points())


def test_a_ring_lies_around_the_area_at_even_gaps():
    square = shapely.box(0, 0, 400, 400)
    ring = ring_points(square, distance_m=200, spacing_m=50, crs=CRS)
    assert ring.crs == CRS
    assert ring["id"].is_unique
    assert shapely.distance(square, ring.geometry.to_numpy()) == pytest.approx(200, abs=1)
    gaps = ring.geometry.distance(ring.geometry.shift(-1)).dropna()
    assert len(ring) == round((1600 + 2 * math.pi * 200) / 50)
    assert gaps.between(47, 51).all()


def test_a_ring_around_parts_that_are_apart_is_several():
    both = shapely.union_all([shapely.box(0, 0, 10, 10), shapely.box(900, 0, 910, 10)])
    one = ring_points(shapely.box(0, 0, 10, 10), distance_m=50, spacing_m=20)
    assert len(ring_points(both, distance_m=50, spacing_m=20)) == 2 * len(one)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=2, max_size=5,
                unique=True))  # fmt: skip
def test_a_way_is_never_shorter_than_the_line_nor_than_a_way_by_another_point(spots):
    found = of(walk(grid(3)), points(*spots), points(*spots))
    assert (found.ratio[~np.isnan(found.ratio)] >= 1).all()
    assert found.way_m == pytest.approx(found.way_m.T, abs=0.2)
    assert (found.way_m >= found.straight_m - 0.5).all()


@settings(max_examples=40)
@given(networks())
def test_metres_of_way_are_deciseconds_at_a_metre_per_second(table):
    graph = bike(table)
    metric = by_length(build_graph(table, mode="bike", speed_kph=20))
    assert np.array_equal(metric.edge_forward_ds, graph.edge_forward_ds)
    assert np.array_equal(metric.edge_backward_ds, graph.edge_backward_ds)
    assert np.array_equal(metric.adjacency, graph.adjacency)
    assert np.array_equal(metric.reverse_indptr, graph.reverse_indptr)
    doors = points((0, 0), (400, 400), (200, 100))
    times = [
        street_times(each, start, start, limit_ds=10**7).to_table()
        for each in (graph, metric)
        for start in [snap(each, doors, max_snap_m=900)]
    ]
    assert_frame_equal(*times)


@settings(max_examples=20, deadline=None)
@given(networks(), st.lists(st.booleans(), min_size=6, max_size=6).filter(any))
def test_one_search_for_all_places_is_as_good_as_one_for_some(table, chosen):
    graph = walk(table)
    spots = points(*(tuple(graph.node_xy[row]) for row in [0, -1] * 3))
    kept = of(graph, spots, spots, limit_m=900).to(spots.loc[chosen, "id"])
    some = of(graph, spots, spots[chosen], limit_m=900)
    assert_frame_equal(kept.to_nearest(), some.to_nearest(), check_exact=True)
