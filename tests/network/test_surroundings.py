"""Surroundings: the part of the streets around an area that is reached from it."""

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.errors import NetworkError
from htkgis.network import reach, reached_length_m, reached_surroundings, snap

from .towns import bike, grid, points, streets, walk

CROSS_AT = {"m": (0, 0), "e": (500, 0), "w": (-500, 0), "n": (0, 500), "s": (0, -500)}
CROSS = [("m", side, 500, 0) for side in "ewns"]
AREA = shapely.box(-100, -100, 100, 100)


def around(graph, limit_ds, *, distance_m=300, area=AREA, doors=((0, 0),)):
    from_doors = reach(graph, snap(graph, points(*doors), max_snap_m=20), limit_ds=limit_ds)
    return reached_surroundings(graph, from_doors, area, distance_m=distance_m, limit_ds=limit_ds)


def test_worked_example_of_four_streets():
    # each has 300 m around the area; in 250 s at 1 m/s 150 m of them are reached
    found = around(walk(streets(CROSS, CROSS_AT)), 2500)
    assert found.streets_m == pytest.approx(1200)
    assert found.reached_m == pytest.approx(600)
    assert found.share == pytest.approx(0.5)


def test_streets_behind_a_barrier_are_there_but_not_reached():
    cut = [row for row in CROSS if row[1] != "n"] + [("p", "n", 350, 0)]
    found = around(walk(streets(cut, CROSS_AT | {"p": (0, 150)})), 10_000)
    assert found.streets_m == pytest.approx(900 + 250)
    assert found.share == pytest.approx(900 / 1150)


def test_a_limit_inside_the_area_reaches_nothing_around_it():
    found = around(walk(streets(CROSS, CROSS_AT)), 1000)
    assert (found.reached_m, found.share) == (0, 0)


def test_true_metres_count_where_a_street_is_drawn_shorter():
    long = [("m", side, 1000, 0) for side in "ewns"]
    found = around(walk(streets(long, CROSS_AT)), 5000)
    assert found.streets_m == pytest.approx(2400)
    assert found.reached_m == pytest.approx(1200)


def test_without_streets_around_there_is_no_share():
    far = shapely.box(5000, 5000, 5100, 5100)
    found = around(walk(streets(CROSS, CROSS_AT)), 2500, area=far)
    assert (found.reached_m, found.streets_m) == (0, 0)
    assert math.isnan(found.share)


def test_one_way_streets_are_reached_along_their_direction_only():
    ways = [("m", "e", 500, 1), ("w", "m", 500, 1)]
    found = around(bike(streets(ways, CROSS_AT)), 10_000)
    assert found.share == pytest.approx(0.5)


def test_a_home_that_is_off_the_network_reaches_nothing():
    found = around(walk(streets(CROSS, CROSS_AT)), 10_000, doors=((90, 90),))
    assert (found.reached_m, found.share) == (0, 0)


@pytest.mark.parametrize("distance_m", [0, -5, math.nan])
def test_surroundings_without_width_are_refused(distance_m):
    with pytest.raises(NetworkError, match=r"surroundings: distance_m is .*; above 0 is allowed"):
        around(walk(streets(CROSS, CROSS_AT)), 2500, distance_m=distance_m)


DOORS = st.lists(
    st.tuples(st.integers(0, 300), st.sampled_from([0, 100, 200, 300])), min_size=1, max_size=3
)
BLOCK = shapely.box(90, 90, 210, 210)


@given(DOORS, st.integers(0, 6000), st.integers(0, 6000))
def test_more_time_never_reaches_less_and_nothing_above_all(doors, one, other):
    graph = walk(grid(4))
    low, high = (
        around(graph, limit, area=BLOCK, doors=doors, distance_m=60)
        for limit in sorted((one, other))
    )
    assert 0 <= low.reached_m <= high.reached_m + 1e-6
    assert high.share <= 1 + 1e-9
    assert low.streets_m == high.streets_m


@given(DOORS, st.integers(0, 6000))
def test_wide_surroundings_and_the_area_hold_all_that_is_reached(doors, limit):
    graph = walk(grid(4))
    from_doors = reach(graph, snap(graph, points(*doors), max_snap_m=20), limit_ds=limit)
    nothing = shapely.Point(150, 150).buffer(1)  # in the middle of a block, on no street
    found = reached_surroundings(graph, from_doors, nothing, distance_m=900, limit_ds=limit)
    assert found.streets_m == pytest.approx(24 * 100)
    whole = reached_length_m(graph, from_doors, limit_ds=limit)
    assert found.reached_m == pytest.approx(whole)
