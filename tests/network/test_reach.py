"""Reach: partial edges, membership, borders."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.errors import NetworkError
from htkgis.network import (
    edge_lines,
    isochrones,
    leaves,
    nodes_within,
    reach,
    reached_length_m,
    reached_lines,
    reached_parts,
    snap,
    street_times,
)
from htkgis.network.reach import _cut_at

from .towns import CRS, bike, grid, networks, points, spots, streets, walk

AT = {"a": (0, 0), "b": (100, 0), "c": (200, 0)}


def reach_of(graph, doors, limit_ds, max_snap_m=30):
    return reach(graph, snap(graph, doors, max_snap_m=max_snap_m), limit_ds=limit_ds)


def test_reach_from_the_middle_of_a_street_goes_both_ways():
    graph = walk(streets([("a", "b", 100, 0), ("b", "c", 100, 0)], AT))
    found = reach_of(graph, points((50, 10)), 900)
    # 10 m to the street leave 80 m: all of the first street, 30 m of the second
    assert reached_length_m(graph, found, limit_ds=900) == pytest.approx(130)
    lines = shapely.union_all(reached_lines(graph, found, limit_ds=900))
    assert lines.equals(shapely.LineString([(0, 0), (130, 0)]))
    assert reached_length_m(graph, found, limit_ds=300) == pytest.approx(40)


def test_true_length_is_counted_where_the_line_is_drawn_shorter():
    graph = walk(streets([("a", "b", 200, 0)], AT))
    found = reach_of(graph, points((0, 0)), 500)
    assert reached_length_m(graph, found, limit_ds=500) == pytest.approx(50)
    (part,) = reached_lines(graph, found, limit_ds=500)
    assert part.equals(shapely.LineString([(0, 0), (25, 0)]))


def test_edge_reached_from_both_ends_keeps_its_unreached_middle():
    graph = walk(streets([("a", "b", 100, 0)], AT))
    found = reach_of(graph, points((0, 0), (100, 0)), 500)
    parts = reached_parts(graph, found, limit_ds=400)
    assert parts.start.tolist() == pytest.approx([0, 0.6])
    assert parts.end.tolist() == pytest.approx([0.4, 1])
    assert len(reached_parts(graph, found, limit_ds=500).edge) == 1


def test_edge_entered_at_its_end_is_reached_backwards():
    graph = walk(streets([("a", "b", 100, 0), ("b", "c", 100, 0)], AT))
    found = reach_of(graph, points((150, 0)), 800)
    lines = shapely.union_all(reached_lines(graph, found, limit_ds=800))
    assert lines.equals(shapely.LineString([(70, 0), (200, 0)]))


def test_oneway_street_is_reached_along_its_direction_only():
    graph = bike(streets([("a", "b", 100, 1), ("b", "c", 100, 1)], AT))
    found = reach_of(graph, points((50, 0)), 700)
    lines = shapely.union_all(reached_lines(graph, found, limit_ds=700))
    assert lines.equals(shapely.LineString([(50, 0), (120, 0)]))


def test_bent_street_is_cut_along_its_line():
    table = streets([("a", "b", 100, 0)], AT)
    table.loc[0, "geometry"] = shapely.LineString([(0, 0), (50, 0), (50, 30), (100, 30)])
    graph = walk(table.assign(length_m=130.0))
    found = reach_of(graph, points((0, 0)), 650)
    (part,) = reached_lines(graph, found, limit_ds=650)
    assert shapely.get_coordinates(part).tolist() == [[0, 0], [50, 0], [50, 15]]


def test_reached_nodes_are_those_within_the_limit():
    graph = walk(grid())
    found = reach_of(graph, points((0, 0)), 2000)
    assert len(nodes_within(found, 2000)) == 6
    assert len(nodes_within(found, 1999)) == 3


def at_whole_deciseconds(graph, snaps):
    cost = np.maximum(graph.edge_forward_ds[snaps.edge], 1)
    return replace(snaps, share=snaps.forward_ds / cost)


@settings(deadline=None, max_examples=80)
@given(table=st.one_of(networks(), st.just(grid(4, 50.0))), data=st.data())
def test_time_is_within_the_limit_exactly_where_the_streets_are_reached(table, data):
    graph = data.draw(st.sampled_from([walk, bike]))(table)
    # positions at whole deciseconds along the streets, where both sides are exact
    start = at_whole_deciseconds(
        graph, snap(graph, data.draw(spots(table, count=2)), max_snap_m=30)
    )
    end = at_whole_deciseconds(graph, snap(graph, data.draw(spots(table, count=6)), max_snap_m=30))
    end = replace(end, connector_ds=np.zeros(6, np.int32))
    share, cost = end.share, graph.edge_forward_ds[end.edge]
    limit = data.draw(st.integers(0, 6000))
    found = reach(graph, start, limit_ds=6000)
    parts = reached_parts(graph, found, limit_ds=limit)
    times = street_times(graph, start, end, limit_ds=limit)
    for place in range(6):
        here = parts.edge == end.edge[place]
        tolerance = 1e-9
        inside = (parts.start[here] <= share[place] + tolerance) & (
            share[place] <= parts.end[here] + tolerance
        )
        timed = bool((times.to_index == place).any())
        # a street that takes no time is reached as a whole, a position on it has none
        if cost[place] > 0 or not inside.any():
            assert timed == bool(inside.any())


@settings(deadline=None, max_examples=60)
@given(table=networks(), data=st.data())
def test_parts_of_an_edge_are_apart_and_lines_have_their_share_of_it(table, data):
    graph = bike(table)
    found = reach_of(graph, data.draw(spots(table, count=3)), 5000)
    limit = data.draw(st.integers(0, 5000))
    parts = reached_parts(graph, found, limit_ds=limit)
    assert ((parts.start >= 0) & (parts.start <= parts.end) & (parts.end <= 1)).all()
    follows = np.diff(parts.edge) == 0
    assert (parts.start[1:][follows] > parts.end[:-1][follows]).all()
    drawn = parts.end > parts.start
    share = (parts.end - parts.start)[drawn]
    whole_m = shapely.length(graph.lines[parts.edge[drawn]])
    lines = reached_lines(graph, found, limit_ds=limit)
    assert shapely.length(lines) == pytest.approx(share * whole_m, abs=1e-6)
    assert 0 <= reached_length_m(graph, found, limit_ds=limit) <= graph.edge_length_m.sum() + 1e-6


def test_limit_beyond_the_search_is_refused():
    graph = walk(grid())
    found = reach_of(graph, points((0, 0)), 600)
    with pytest.raises(NetworkError, match="601 ds lies beyond the 600 ds"):
        reached_parts(graph, found, limit_ds=601)
    with pytest.raises(NetworkError, match="lies beyond"):
        nodes_within(found, 601)


def test_origin_off_the_network_reaches_nothing():
    graph = walk(grid())
    found = reach_of(graph, points((900, 900)), 6000)
    assert len(reached_lines(graph, found, limit_ds=6000)) == 0
    assert reached_length_m(graph, found, limit_ds=6000) == 0
    table = isochrones(graph, found, limits_min=[5, 10], buffer_m=20, max_hole_m2=0, crs=CRS)
    assert table.geometry.is_empty.all()
    assert table["reached_km"].tolist() == [0, 0]


def test_no_origins_and_no_limits_give_empty_results_with_the_same_columns():
    graph = walk(grid())
    found = reach_of(graph, points(), 6000)
    assert not leaves(graph, found, shapely.box(0, 0, 1, 1), limit_ds=6000)
    table = isochrones(graph, found, limits_min=[], buffer_m=20, max_hole_m2=0, crs=CRS)
    assert table.columns.tolist() == ["limit_min", "reached_km", "geometry"]
    assert len(table) == 0


def test_reach_leaves_a_coverage_that_ends_before_it():
    graph = walk(streets([("a", "b", 100, 0), ("b", "c", 100, 0)], AT))
    found = reach_of(graph, points((0, 0)), 2000)
    coverage = shapely.box(-10, -10, 150, 10)
    assert not leaves(graph, found, coverage, limit_ds=1500)
    assert leaves(graph, found, coverage, limit_ds=1510)
    assert leaves(graph, found, coverage, limit_ds=2000)


corners = st.lists(st.tuples(st.integers(-9, 9), st.floats(-9, 9)), min_size=2, max_size=5)
cuts = st.sampled_from([0.0, 0.25, 1.0]) | st.floats(0, 1)


@given(st.lists(st.tuples(corners, cuts), min_size=1, max_size=5))
def test_streets_are_cut_to_the_last_bit_where_their_lines_are(drawn):
    rows = [("a", "b", 100, 0) for _ in drawn]
    lines = [shapely.LineString(xy) for xy, _ in drawn]
    graph = walk(streets(rows, AT).set_geometry(lines))
    edges, share = np.arange(len(drawn)), np.array([at for _, at in drawn])
    at = shapely.line_interpolate_point(edge_lines(graph, edges), share, normalized=True)
    assert np.array_equal(_cut_at(graph, edges, share), shapely.get_coordinates(at))
