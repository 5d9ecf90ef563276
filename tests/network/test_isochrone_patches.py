"""Areas around lines: equal to a plain union with its small holes filled, whatever came before."""

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from htkgis.network import patches
from htkgis.network.patches import Patches
from htkgis.network.union import joined

from .towns import grid, networks, walk

EXACT_M2 = 1e-3
"""Far less than any area here, far more than the rounding of a union."""


@pytest.fixture(autouse=True)
def small_patches(monkeypatch):
    """Patches so small that the towns here have several sizes of them."""
    monkeypatch.setattr(patches, "LINES", 8)
    monkeypatch.setattr(patches, "PATCHES", 2)


laws = settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def plain(areas, max_hole_m2):
    """Union, then the spaces of its small holes, ring by ring."""
    union = shapely.union_all(areas)
    rings = [ring for part in shapely.get_parts(union) for ring in part.interiors]
    spaces = [shapely.Polygon(ring) for ring in rings]
    return shapely.union_all([union, *[space for space in spaces if space.area <= max_hole_m2]])


def differs_m2(one, other):
    return one.symmetric_difference(other).area


@st.composite
def sheets(draw):
    """Boxes with holes on a coarse grid, where corners and sides meet; some with islands."""
    low, size = st.integers(0, 12), st.integers(1, 8)
    boxes = st.builds(lambda x, y, w, h: shapely.box(x, y, x + w, y + h), low, low, size, size)
    area = draw(boxes)
    for cut in draw(st.lists(boxes, max_size=4)):
        area = area.symmetric_difference(cut)
    # lines in which sides meet are no part of an area
    return shapely.union_all([part for part in shapely.get_parts(area) if part.area > 0])


@laws
@given(areas=st.lists(sheets(), max_size=5), max_hole_m2=st.integers(0, 12))
def test_joined_is_the_plain_union_with_small_holes_filled(areas, max_hole_m2):
    found = joined(areas, max_hole_m2)
    assert found.is_valid
    assert found.geom_type in {"Polygon", "MultiPolygon"}
    assert differs_m2(found, plain(areas, max_hole_m2)) < EXACT_M2


@laws
@given(areas=st.lists(sheets(), min_size=1, max_size=5), data=st.data())
def test_joining_does_not_depend_on_order_or_on_what_was_joined_first(areas, data):
    max_hole_m2 = data.draw(st.integers(0, 12))
    at_once = joined(areas, max_hole_m2)
    shuffled = data.draw(st.permutations(areas))
    cut = data.draw(st.integers(0, len(areas)))
    halves = [joined(half, max_hole_m2) for half in (shuffled[:cut], shuffled[cut:])]
    assert differs_m2(joined(halves, max_hole_m2), at_once) < EXACT_M2
    assert differs_m2(joined(areas[:cut], max_hole_m2).union(at_once), at_once) < EXACT_M2


def ring(side, width, at=0.0):
    outer = shapely.box(at, at, at + side, at + side)
    return outer.difference(outer.buffer(-width, join_style="mitre"))


def test_island_in_a_large_hole_that_no_other_area_meets_remains():
    town = ring(100, 10).union(shapely.box(40, 40, 50, 50))
    found = joined([town, shapely.box(95, 0, 120, 10)], 100)
    assert found.geom_type == "MultiPolygon"
    assert found.area == ring(100, 10).area + 100 + 200


def test_area_in_a_hole_of_another_stays_apart_and_keeps_its_own_hole():
    found = joined([ring(100, 10), ring(40, 5, at=30.0)], 100)
    assert found.area == ring(100, 10).area + ring(40, 5).area


def test_small_hole_is_filled_with_its_island_and_a_large_one_is_not():
    town = ring(100, 10).union(shapely.box(40, 40, 50, 50))
    assert joined([town], 6400).equals(shapely.box(0, 0, 100, 100))
    assert joined([town], 6399).equals(town)


def test_joining_nothing_gives_an_empty_area():
    assert joined([], 0).is_empty
    assert joined([shapely.Polygon(), shapely.Polygon()], 0).is_empty


@st.composite
def choices(draw, count):
    """Which of some lines are chosen: any, but often all or all but a few."""
    flips = draw(st.sets(st.integers(0, count - 1), max_size=6))
    chosen = np.full(count, draw(st.booleans()))
    chosen[list(flips)] ^= True
    return chosen


@laws
@given(table=st.one_of(networks(), st.just(grid(6, 70.0))), data=st.data())
def test_area_is_the_plain_union_of_the_buffers_of_the_chosen_lines(table, data):
    lines = walk(table).lines
    max_hole_m2 = data.draw(st.sampled_from([0, 500, 3000, 30_000]))
    buffer_m = data.draw(st.sampled_from([5, 20, 30]))
    town = Patches(lines, buffer_m=buffer_m, max_hole_m2=max_hole_m2)
    for _ in range(3):
        chosen = data.draw(choices(len(lines)))
        buffers = shapely.buffer(lines[chosen], buffer_m, quad_segs=patches.QUADRANT_SEGMENTS)
        found = town.area(chosen)
        assert found.is_valid
        assert differs_m2(found, plain(buffers, max_hole_m2)) < EXACT_M2


@laws
@given(table=st.one_of(networks(), st.just(grid(6, 70.0))), data=st.data())
def test_area_is_the_same_to_the_last_bit_whatever_was_asked_before(table, data):
    lines = walk(table).lines
    rules = {"buffer_m": 20, "max_hole_m2": 2000}
    town = Patches(lines, **rules)
    for _ in range(4):
        chosen = data.draw(choices(len(lines)))
        assert town.area(chosen).wkb == Patches(lines, **rules).area(chosen).wkb


def test_what_was_drawn_once_is_not_drawn_again(monkeypatch):
    lines = walk(grid(6, 70.0)).lines
    town = Patches(lines, buffer_m=20, max_hole_m2=2000)
    every = np.ones(len(lines), dtype=bool)
    town.area(every)
    made = []
    monkeypatch.setattr(patches, "joined", lambda areas, _: made.append(len(areas)) or areas[0])
    town.area(every)
    assert made == []
    one_less = every.copy()
    one_less[0] = False
    town.area(one_less)
    # the patch of that line, and those it is part of: 60 lines are 8 patches of 3 sizes more
    assert sorted(made) == [2, 2, 2, 7]


def test_area_of_no_lines_is_empty():
    lines = walk(grid()).lines
    town = Patches(lines, buffer_m=20, max_hole_m2=0)
    assert town.area(np.zeros(len(lines), dtype=bool)).is_empty
    assert Patches(lines[:0], buffer_m=20, max_hole_m2=0).area(np.zeros(0, dtype=bool)).is_empty
