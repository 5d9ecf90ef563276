"""Crossings of an outline: what leads out, what is one place, by hand and by laws."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.network import boundary_crossings, build_graph

from .towns import bike, grid, streets, walk

SQUARE = shapely.box(0, 0, 100, 100)


def lead(*lines, oneway=0):
    """Graph of straight streets, each given by its two ends."""
    at = {end: end for pair in lines for end in pair}
    return walk(streets([(*pair, 100, oneway) for pair in lines], at))


def count(graph, area=SQUARE, same_place_m=0.0):
    return boundary_crossings(graph, area, same_place_m=same_place_m).count


def test_the_middle_of_a_grid_has_a_way_out_on_each_side():
    found = boundary_crossings(walk(grid(3)), shapely.box(50, 50, 150, 150), same_place_m=20)
    assert (found.count, found.outline_m, found.per_km) == (4, 400, 10)
    assert found.streets.tolist() == [1, 1, 1, 1]
    assert sorted(map(tuple, found.xy)) == [(50, 100), (100, 50), (100, 150), (150, 100)]


def test_an_area_that_no_street_leaves_has_no_crossing():
    found = boundary_crossings(lead([(20, 20), (80, 80)]), SQUARE, same_place_m=20)
    assert (found.count, found.per_km) == (0, 0)
    assert found.xy.shape == (0, 2)
    assert count(lead([(500, 0), (600, 0)])) == 0


def test_a_street_that_touches_leads_nowhere():
    assert count(lead([(50, 100), (50, 200)])) == 0  # from outside to the outline
    assert count(lead([(50, 50), (50, 100)])) == 0  # a dead end at the outline
    assert count(lead([(0, -100), (0, 200)])) == 0  # along the outline
    assert count(lead([(-50, 50), (50, 150)])) == 0  # past a corner


def test_streets_that_meet_on_the_outline_lead_out():
    assert count(lead([(50, 50), (50, 100)], [(50, 100), (50, 200)])) == 1
    assert (
        count(lead([(50, 50), (50, 100)], [(0, 100), (50, 100)])) == 1
    )  # onto the bounding street
    assert count(lead([(50, 50), (50, 100)], [(80, 100), (80, 200)])) == 0


def test_an_area_drawn_along_its_bounding_streets_is_left_where_inner_streets_meet_them():
    assert count(walk(grid(3)), shapely.box(0, 0, 200, 200)) == 4


def test_a_street_that_leaves_and_comes_back_crosses_twice():
    table = streets([("a", "b", 300, 0)], {"a": (20, 50), "b": (80, 50)})
    table.loc[0, "geometry"] = shapely.LineString([(20, 50), (20, 150), (80, 150), (80, 50)])
    assert count(walk(table)) == 2


def test_a_road_with_its_pavements_is_one_place():
    road = lead(*([(50, y), (150, y)] for y in (40, 46, 52)))
    found = boundary_crossings(road, SQUARE, same_place_m=12)
    assert (found.count, found.streets.tolist(), found.xy.tolist()) == (1, [3], [[100, 46]])
    assert count(road, same_place_m=11.99) == 2


def test_a_row_of_paths_does_not_grow_into_one_place():
    paths = lead(*([(50, y), (150, y)] for y in (10, 20, 30, 40)))
    assert count(paths, same_place_m=15) == 2


@pytest.mark.parametrize("corner", [(0, 0), (100, 0), (100, 100), (0, 100)])
def test_the_start_of_the_outline_splits_no_place(corner):
    x, y = corner
    out = np.array([1 if x else -1, 1 if y else -1])
    one, other = (x, abs(y - 4)), (abs(x - 4), y)
    graph = lead(
        [(50, 50), tuple(np.array(one) + out * [9, 0])],
        [(50, 50), tuple(np.array(other) + out * [0, 9])],
    )
    # they cross the two sides 11 m from the corner
    assert count(graph, same_place_m=25) == 1
    assert count(graph, same_place_m=5) == 2


def test_streets_of_another_mode_do_not_count():
    table = streets([("a", "b", 100, 0), ("c", "d", 100, 0)], {
        "a": (50, 20), "b": (150, 20), "c": (50, 80), "d": (150, 80)})  # fmt: skip
    table.loc[1, "bike"] = False
    assert count(build_graph(table, mode="walk", speed_kph=5)) == 2
    assert count(build_graph(table, mode="bike", speed_kph=15)) == 1


def test_a_one_way_street_is_a_crossing():
    assert count(bike(streets([("a", "b", 100, 1)], {"a": (50, 50), "b": (150, 50)}))) == 1


def test_a_hole_is_part_of_the_area():
    ring = SQUARE.difference(shapely.box(40, 40, 60, 60))
    assert count(lead([(50, 50), (50, 10)]), ring) == 0
    assert count(lead([(50, 50), (50, -50)]), ring) == 1


def test_parts_of_an_area_are_left_one_by_one_and_touching_parts_are_one():
    street = lead([(50, 50), (350, 50)])
    apart = shapely.union_all([SQUARE, shapely.box(200, 0, 300, 100)])
    found = boundary_crossings(street, apart, same_place_m=0)
    assert (found.count, found.outline_m) == (3, 800)
    touching = shapely.MultiPolygon([SQUARE, shapely.box(100, 0, 200, 100)])
    assert boundary_crossings(street, touching, same_place_m=0).outline_m == 600


SPOTS = st.tuples(st.integers(-40, 140), st.integers(-40, 140))
LINES = st.lists(st.tuples(SPOTS, SPOTS).filter(lambda ends: ends[0] != ends[1]), max_size=8,
                 min_size=1, unique=True)  # fmt: skip
WIDTH = st.sampled_from([0, 5, 20, 60])


@settings(max_examples=50)
@given(LINES, WIDTH, WIDTH)
def test_wider_places_are_never_more(lines, one, other):
    narrow, wide = sorted((one, other))
    assert count(lead(*lines), same_place_m=wide) <= count(lead(*lines), same_place_m=narrow)


@settings(max_examples=50)
@given(LINES, st.randoms())
def test_the_direction_and_the_order_of_streets_change_nothing(lines, random):
    expected = count(lead(*lines))
    turned = [pair[::-1] if random.random() < 0.5 else pair for pair in lines]
    random.shuffle(turned)
    assert count(lead(*turned)) == expected


@settings(max_examples=50)
@given(LINES)
def test_places_lie_on_the_outline_and_every_street_belongs_to_one(lines):
    alone = boundary_crossings(lead(*lines), SQUARE, same_place_m=0)
    merged = boundary_crossings(lead(*lines), SQUARE, same_place_m=30)
    assert alone.streets.sum() == merged.streets.sum()
    on = shapely.dwithin(shapely.points(merged.xy), SQUARE.exterior, 1e-6)
    assert on.all()


@settings(max_examples=50)
@given(LINES)
def test_a_convex_area_is_left_by_each_end_of_a_street_that_lies_outside(lines):
    # a straight street that meets the inner square has one crossing per end outside it
    strict = [pair for pair in lines if not _on_edge(pair)]
    if not strict:
        return
    expected = 0
    for pair in strict:
        if shapely.LineString(pair).relate_pattern(SQUARE, "T********"):
            expected += sum(not SQUARE.contains(shapely.Point(end)) for end in pair)
    found = boundary_crossings(lead(*strict), SQUARE, same_place_m=0)
    assert found.streets.sum() == expected


def _on_edge(pair):
    return any(SQUARE.exterior.distance(shapely.Point(end)) < 1 for end in pair)
