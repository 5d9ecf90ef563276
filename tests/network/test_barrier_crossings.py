"""Crossings of a barrier: gaps of its lines, tracks, places near each other, none."""

import math

import pytest
import shapely

from htkgis.network import barrier_crossings

from .towns import streets, walk

NODES = {f"{name}{x}": (x, y) for x in (0, 40, 300, 700) for name, y in (("n", 30), ("s", -30))}
ALL = shapely.box(-500, -500, 1500, 500)


def crossing(*at):
    return walk(streets([(f"n{x}", f"s{x}", 60, 0) for x in at], NODES))


def rail(*pieces, y=0.0):
    return [shapely.LineString([(a, y), (b, y)]) for a, b in pieces]


def test_the_widest_gap_is_that_between_neighbours():
    found = barrier_crossings(crossing(0, 300, 700), rail((-90, 900)), ALL, width_m=20)
    assert found.xy.round(6).tolist() == [[0, 0], [300, 0], [700, 0]]
    assert found.widest_gap_m == pytest.approx(400)


def test_a_street_through_the_gap_of_a_bridge_crosses_and_one_through_no_gap_does_not():
    lines = rail((-90, -10), (10, 290))
    assert barrier_crossings(crossing(0, 700), lines, ALL, width_m=20).count == 1
    assert barrier_crossings(crossing(0, 700), lines, ALL, width_m=19).count == 0


def test_two_tracks_are_crossed_at_one_place_and_so_are_streets_side_by_side():
    lines = rail((-90, 900)) + rail((-90, 900), y=10.0)
    assert barrier_crossings(crossing(0, 300), lines, ALL, width_m=20).count == 2
    assert barrier_crossings(crossing(0, 40), rail((-90, 900)), ALL, width_m=41).count == 1
    assert barrier_crossings(crossing(0, 40), rail((-90, 900)), ALL, width_m=39).count == 2


def test_places_outside_the_zone_do_not_count_and_fewer_than_two_have_no_gap():
    near = shapely.box(-100, -100, 100, 100)
    found = barrier_crossings(crossing(0, 300), rail((-90, 900)), near, width_m=20)
    assert found.count == 1
    assert math.isnan(found.widest_gap_m)
    none = barrier_crossings(crossing(300), rail((-90, 100)), near, width_m=20)
    assert none.count == 0
    assert math.isnan(none.widest_gap_m)
