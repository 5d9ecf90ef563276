"""Isochrones: outline, holes, nesting, and patches that several reaches share."""

import itertools

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from htkgis.errors import NetworkError
from htkgis.network import isochrone_polygon, isochrones, patches, reach, reached_lines, snap
from htkgis.network.patches import Patches
from htkgis.store.memory import Memory

from .towns import CRS, bike, grid, networks, points, spots, streets, walk

RULES = {"buffer_m": 20, "max_hole_m2": 2000}


@pytest.fixture
def small_patches(monkeypatch):
    """Patches so small that the towns here have several sizes of them."""
    monkeypatch.setattr(patches, "LINES", 8)
    monkeypatch.setattr(patches, "PATCHES", 2)


def reach_of(graph, doors, limit_ds):
    return reach(graph, snap(graph, doors, max_snap_m=30), limit_ds=limit_ds)


def test_polygon_holds_its_lines_and_fills_small_holes():
    lines = grid(2).geometry.to_numpy()
    ring = isochrone_polygon(lines, buffer_m=10, max_hole_m2=80 * 80 - 1)
    full = isochrone_polygon(lines, buffer_m=10, max_hole_m2=80 * 80)
    assert len(ring.interiors) == 1
    assert len(full.interiors) == 0
    assert shapely.covers(ring, lines).all()
    assert full.area - ring.area == pytest.approx(6400)


def test_island_in_a_filled_hole_is_swallowed():
    lines = [*grid(2).geometry, shapely.LineString([(50, 50), (51, 50)])]
    full = isochrone_polygon(lines, buffer_m=10, max_hole_m2=10_000)
    assert full.geom_type == "Polygon"
    assert full.is_valid


def test_polygon_without_lines_is_empty():
    assert isochrone_polygon([], buffer_m=10, max_hole_m2=0).is_empty


@settings(deadline=None, max_examples=25)
@given(table=networks(), data=st.data())
def test_isochrones_are_valid_flat_nested_and_equal_to_those_drawn_alone(table, data):
    graph = walk(table)
    found = reach_of(graph, data.draw(spots(table, count=2)), 9000)
    limits = data.draw(st.lists(st.integers(1, 30), min_size=1, max_size=4))
    minutes = [limit / 2 for limit in limits]
    areas = isochrones(graph, found, limits_min=minutes, buffer_m=20, max_hole_m2=2000, crs=CRS)
    assert areas.crs == CRS
    assert areas["limit_min"].tolist() == sorted(set(minutes))
    assert areas.is_valid.all()
    assert not areas.has_z.any()
    assert areas["reached_km"].is_monotonic_increasing
    for small, large in itertools.pairwise(areas.geometry):
        assert small.within(large.buffer(0.15))
    for row in areas.itertuples():
        lines = reached_lines(graph, found, limit_ds=round(row.limit_min * 600))
        alone = isochrone_polygon(lines, buffer_m=20, max_hole_m2=2000)
        assert alone.within(row.geometry.buffer(0.5))
        assert shapely.covers(row.geometry.buffer(0.15), lines).all()


def test_isochrones_of_a_grid_are_the_same_whatever_the_order_of_the_streets():
    found = []
    for table in (grid(5), grid(5).sample(frac=1, random_state=1)):
        graph = walk(table)
        area = isochrones(
            graph,
            reach_of(graph, points((210, 190)), 3000),
            limits_min=[2, 5],
            buffer_m=20,
            max_hole_m2=500,
            crs=CRS,
        )
        found.append(area.to_wkb())
    assert found[0].equals(found[1])


def drawn(graph, found, **shared):
    """Isochrones of some reaches, as bytes."""
    limits = [0.5, 1, 2, 5]
    tables = [
        isochrones(graph, one, limits_min=limits, crs=CRS, **RULES, **shared) for one in found
    ]
    return [table.to_wkb().to_dict("list") for table in tables]


@pytest.mark.usefixtures("small_patches")
@settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(table=st.one_of(networks(), st.just(grid(6, 70.0))), data=st.data())
def test_shared_patches_change_no_byte_whoever_comes_first(table, data):
    graph = data.draw(st.sampled_from([walk, bike]))(table)
    found = [reach_of(graph, data.draw(spots(table, count=1)), 3000) for _ in range(3)]
    alone = drawn(graph, found)
    shared = Patches(graph.lines, **RULES)
    assert drawn(graph, found, patches=shared) == alone
    assert drawn(graph, found, patches=shared) == alone
    other_way = drawn(graph, found[::-1], patches=Patches(graph.lines, **RULES))
    assert other_way == alone[::-1]


@pytest.mark.usefixtures("small_patches")
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(networks(), networks(), st.data())
def test_a_memory_of_these_or_other_streets_changes_no_byte(table, other, data):
    memory = Memory()
    for streets_then in (other, table, table):
        graph = walk(streets_then)
        found = [reach_of(graph, data.draw(spots(streets_then, count=1)), 3000) for _ in range(2)]
        patches = Patches(graph.lines, **RULES, memory=memory)
        assert drawn(graph, found, patches=patches) == drawn(graph, found)
        assert patches.asked == set(memory.used)
        memory = Memory(memory.used)


def test_a_memory_keeps_apart_what_is_drawn_otherwise():
    graph = walk(grid(3))
    found = reach_of(graph, points([(0, 0)]), 3000)
    memory = Memory()
    for buffer_m in (20, 30):
        rules = RULES | {"buffer_m": buffer_m}
        patches = Patches(graph.lines, **rules, memory=memory)
        kept, alone = (
            isochrones(graph, found, limits_min=(1, 5), **rules, crs=CRS, **shared)
            for shared in ({"patches": patches}, {})
        )
        assert kept.geometry.to_wkb().tolist() == alone.geometry.to_wkb().tolist()
    assert patches.asked < set(memory.used)


@pytest.mark.usefixtures("small_patches")
def test_isochrones_of_a_town_are_those_of_its_lines_and_nested():
    graph = walk(grid(12, 70.0))
    shared = Patches(graph.lines, **RULES)
    for door in ((0, 0), (400, 385), (770, 10)):
        found = reach_of(graph, points(door), 9000)
        areas = isochrones(graph, found, limits_min=range(1, 16), crs=CRS, patches=shared, **RULES)
        assert areas.is_valid.all()
        for small, large in itertools.pairwise(areas.geometry):
            assert small.within(large.buffer(0.15))
        for limit, area in zip(areas["limit_min"], areas.geometry, strict=True):
            lines = reached_lines(graph, found, limit_ds=round(limit * 600))
            alone = isochrone_polygon(lines, **RULES)
            assert area.symmetric_difference(alone).area < 0.001 * alone.area
            assert shapely.covers(area.buffer(0.15), lines).all()


def test_round_end_at_a_bend_stays_when_the_whole_street_is_reached():
    # a turn of 30 degrees gets one line piece, a round end has a corner beyond it
    table = streets([("a", "b", 100, 0)], {"a": (0, 0), "b": (94.6, 20)})
    table.loc[0, "geometry"] = shapely.LineString([(0, 0), (60, 0), (94.6, 20)])
    graph = walk(table)
    found = reach_of(graph, points((0, 0)), 1200)
    small, large = isochrones(graph, found, limits_min=[1, 2], crs=CRS, **RULES).geometry
    assert small.within(large.buffer(0.15))
    alone = isochrone_polygon(graph.lines, **RULES)
    assert not small.within(alone.buffer(0.3))


def test_nothing_reached_is_empty_with_shared_patches():
    graph = walk(grid())
    shared = Patches(graph.lines, **RULES)
    near, far = (reach_of(graph, points(at), 600) for at in ((0, 0), (900, 900)))
    for found, empty in ((near, False), (far, True)):
        areas = isochrones(graph, found, limits_min=[1], crs=CRS, patches=shared, **RULES)
        assert areas.geometry.is_empty.tolist() == [empty]


def test_patches_of_something_else_are_refused():
    graph, other = walk(grid()), walk(grid())
    found = reach_of(graph, points((0, 0)), 600)
    with pytest.raises(NetworkError, match="lines are not those of the graph"):
        drawn(graph, [found], patches=Patches(other.lines, **RULES))
    with pytest.raises(NetworkError, match="have 30 m and holes of 2000 m2, the isochrone 20 m"):
        drawn(graph, [found], patches=Patches(graph.lines, buffer_m=30, max_hole_m2=2000))
