"""Cutting streets, adding ways and keeping a part: times stay what they were."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.ops import substring

from htkgis.network import cut_at, linked, part_of, search, snap
from htkgis.network.links import _drawn_pieces

from .towns import networks, streets, walk

ROW = {"a": (0, 0), "b": (100, 0), "c": (200, 0)}


def row():
    return walk(streets([("a", "b", 100, 0), ("b", "c", 100, 0)], ROW))


def points(*xy):
    ids = [f"p{number}" for number in range(len(xy))]
    return gpd.GeoDataFrame({"id": ids}, geometry=[shapely.Point(one) for one in xy])


def test_points_at_one_spot_share_a_junction_and_ends_are_the_old_ones():
    graph = row()
    snaps = snap(graph, points((30, 1), (30, -1), (0, 0), (60, 0), (900, 900)), max_snap_m=10)
    cut, nodes = cut_at(graph, snaps)
    assert nodes[0] == nodes[1] >= graph.nodes
    assert nodes[2] < graph.nodes
    assert nodes[4] == -1
    assert cut.edges == graph.edges + 2
    assert sorted(cut.edge_length_m.round(6).tolist()) == [30, 30, 40, 100]


def test_a_graph_without_points_on_it_is_left_as_it_is():
    graph = row()
    cut, nodes = cut_at(graph, snap(graph, points((900, 900)), max_snap_m=10))
    assert cut is graph
    assert nodes.tolist() == [-1]


@settings(max_examples=40, deadline=None)
@given(networks(), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=6))
def test_cutting_changes_no_time_between_junctions(table, spots):
    graph = walk(table)
    cut, nodes = cut_at(graph, snap(graph, points(*spots), max_snap_m=1000))
    before = search(graph, [0], [0])
    assert np.array_equal(search(cut, [0], [0])[: graph.nodes], before)
    assert np.array_equal(cut.node_ids[: graph.nodes], graph.node_ids)
    assert (nodes >= 0).all()


corners = st.tuples(st.integers(-3, 3).map(float), st.floats(-3, 3))
drawn_lines = st.lists(corners, min_size=2, max_size=6).map(shapely.LineString)
shares = st.lists(st.floats(0, 1) | st.sampled_from([0, 0.25, 0.5, 1]), min_size=2, unique=True)


@given(st.lists(st.tuples(drawn_lines, shares.map(sorted)), min_size=1, max_size=4))
def test_pieces_of_streets_are_drawn_to_the_last_bit_as_one_at_a_time(cuts):
    lines = np.array([line for line, _ in cuts])
    rows = [(row, *ends) for row, (_, at) in enumerate(cuts) for ends in pairwise(at)]
    owner, start, end = map(np.array, zip(*rows, strict=True))
    drawn = _drawn_pieces(lines, owner, start.astype(float), end.astype(float))
    one_by_one = [substring(lines[row], *ends, normalized=True) for row, *ends in rows]
    assert shapely.to_wkb(drawn).tolist() == shapely.to_wkb(np.array(one_by_one)).tolist()


def test_a_link_is_a_way_in_both_directions_where_no_trip_starts():
    graph = row()
    start, end = np.array([0], dtype=np.int32), np.array([2], dtype=np.int32)
    both = linked(graph, start, end, np.array([7], dtype=np.int32))
    assert search(both, [0], [0])[2] == search(both, [2], [0])[0] == 7
    assert not both.edge_stops[-1]
    assert np.array_equal(both.edge_ids[:-1], graph.edge_ids)


def test_a_part_holds_its_streets_and_says_what_they_are_called_now():
    graph = row()
    last = graph.edge_from == 1
    part, nodes, numbers = part_of(graph, last)
    assert part.edge_ids.tolist() == graph.edge_ids[last].tolist()
    assert nodes.tolist() == [-1, 0, 1]
    assert numbers[last].tolist() == [0]
    assert part.node_xy.tolist() == graph.node_xy[1:].tolist()
