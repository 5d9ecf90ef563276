"""Snapping: distance, position, cost, ties, what is too far, faults of points."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.errors import SchemaError
from htkgis.network import arrival_costs, audit, departure_costs, nearest_edge, snap
from htkgis.network.drawing import Drawing
from htkgis.units import UNREACHED

from .towns import bike, grid, networks, points, spots, streets, walk

TWO = {"a": (0, 0), "b": (100, 0), "c": (200, 0)}


def test_door_beside_a_street_has_distance_connector_and_position():
    graph = walk(streets([("a", "b", 200, 0)], TWO))
    snaps = snap(graph, points((25, 40)), max_snap_m=50)
    assert snaps.distance_m.tolist() == [40]
    assert snaps.connector_ds.tolist() == [400]
    assert snaps.xy.tolist() == [[25, 0]]
    # a quarter of the line is a quarter of the true length of 200 m
    assert (snaps.share[0], snaps.forward_ds[0], snaps.backward_ds[0]) == (0.25, 500, 500)
    assert departure_costs(graph, snaps).tolist() == [[900, 1900]]
    assert arrival_costs(graph, snaps).tolist() == [[900, 1900]]


def test_position_on_a_oneway_street_leads_on_and_comes_from_behind():
    graph = bike(streets([("a", "b", 100, 1)], TWO))
    snaps = snap(graph, points((25, 0)), max_snap_m=50)
    assert (snaps.forward_ds[0], snaps.backward_ds[0]) == (250, -1)
    assert departure_costs(graph, snaps).tolist() == [[UNREACHED, 750]]
    assert arrival_costs(graph, snaps).tolist() == [[250, UNREACHED]]


def test_point_on_the_limit_snaps_and_one_beyond_is_reported():
    graph = walk(grid())
    snaps = snap(graph, points((50, -20), (50, -20.001)), max_snap_m=20)
    assert snaps.edge[0] >= 0
    assert snaps.edge[1] == snaps.forward_ds[1] == snaps.connector_ds[1] == -1
    assert np.isnan(snaps.share[1])
    assert np.isnan(snaps.xy[1]).all()
    assert snaps.too_far["id"].tolist() == ["p1"]
    assert snaps.too_far["distance_m"].tolist() == pytest.approx([20.001])
    assert (departure_costs(graph, snaps)[1] == UNREACHED).all()
    assert (arrival_costs(graph, snaps)[1] == UNREACHED).all()


def test_point_midway_between_streets_takes_the_first_edge():
    graph = walk(grid())
    snaps = snap(graph, points((50, 50), (100, 100)), max_snap_m=100)
    around = [shapely.distance(graph.lines, shapely.Point(xy)) for xy in ((50, 50), (100, 100))]
    expected = [int(np.flatnonzero(near == near.min())[0]) for near in around]
    assert snaps.edge.tolist() == expected


def test_nearer_street_wins_by_any_margin():
    graph = walk(grid())
    snaps = snap(graph, points((50, 49.9999), (50, 50.0001)), max_snap_m=100)
    assert snaps.distance_m.tolist() == pytest.approx([49.9999, 49.9999])


def test_audit_counts_and_names_the_farthest():
    graph = walk(grid())
    far = [(50, -10.0 * step) for step in range(7)]
    report = audit(snap(graph, points(*far), max_snap_m=45))
    assert (report.count, report.snapped, report.median_m, report.max_m) == (7, 5, 30, 60)
    assert report.farthest == (("p6", 60), ("p5", 50), ("p4", 40), ("p3", 30), ("p2", 20))


def test_no_points_give_no_snaps_and_an_audit_without_distances():
    snaps = snap(walk(grid()), points(), max_snap_m=10)
    assert len(snaps) == len(snaps.edge) == 0
    assert snaps.xy.shape == (0, 2)
    assert snaps.too_far.columns.tolist() == ["id", "distance_m"]
    assert departure_costs(walk(grid()), snaps).shape == (0, 2)
    assert np.isnan(audit(snaps).median_m)


@pytest.mark.parametrize(
    "shape",
    [None, shapely.Point(), shapely.Point(np.nan, 1), shapely.LineString([(0, 0), (1, 1)])],
)
def test_row_that_is_no_point_with_coordinates_is_named(shape):
    table = gpd.GeoDataFrame({"id": ["fine", "odd"]}, geometry=[shapely.Point(0, 0), shape])
    with pytest.raises(SchemaError, match=r"1 of 2 rows have no coordinates.*'odd'"):
        snap(walk(grid()), table, max_snap_m=10)


def test_points_without_id_are_refused():
    with pytest.raises(SchemaError, match="no column 'id'"):
        snap(walk(grid()), points((0, 0)).drop(columns="id"), max_snap_m=10)


@settings(deadline=None, max_examples=60)
@given(table=networks(), data=st.data())
def test_ways_to_both_ends_sum_to_the_edge_and_distance_is_the_smallest(table, data):
    graph = bike(table)
    doors = data.draw(spots(table, count=4))
    snaps = snap(graph, doors, max_snap_m=30)
    assert (snaps.edge >= 0).all()
    cost = graph.edge_forward_ds[snaps.edge]
    to_end = departure_costs(graph, snaps)[:, 1] - snaps.connector_ds
    assert np.array_equal(snaps.forward_ds + to_end, cost)
    assert np.abs(snaps.forward_ds - snaps.share * cost).max() <= 0.5
    every = shapely.distance(graph.lines[None, :], doors.geometry.to_numpy()[:, None])
    assert snaps.distance_m == pytest.approx(every.min(axis=1), abs=2e-6)


def test_moving_everything_changes_no_position():
    table, doors = grid(), points((33, 12), (50, 50), (180, 220))
    here = snap(walk(table), doors, max_snap_m=60)
    moved = table.set_geometry(table.translate(690_000, 6_170_000))
    there = snap(
        walk(moved), doors.set_geometry(doors.translate(690_000, 6_170_000)), max_snap_m=60
    )
    for name in ("edge", "forward_ds", "backward_ds", "connector_ds"):
        assert np.array_equal(getattr(here, name), getattr(there, name))


LOOSE = {"p": (0, 10), "q": (20, 10), "a": (0, 40), "b": (900, 40)}


def loose_piece():
    """A piece of 20 m that leads nowhere, between the door and a street of 900 m."""
    return walk(streets([("p", "q", 20, 0), ("a", "b", 900, 0)], LOOSE))


@pytest.mark.parametrize(("min_part_m", "distance_m"), [(0, 10), (20, 10), (21, 40), (900, 40)])
def test_a_point_snaps_past_a_loose_piece_of_street(min_part_m, distance_m):
    snaps = snap(loose_piece(), points((10, 0)), max_snap_m=100, min_part_m=min_part_m)
    assert snaps.distance_m.tolist() == [distance_m]
    assert snaps.xy[0].tolist() == [10, distance_m]


def test_where_every_part_is_too_short_the_nearest_is_taken():
    snaps = snap(loose_piece(), points((10, 0)), max_snap_m=100, min_part_m=5000)
    assert snaps.distance_m.tolist() == [10]


def test_what_lies_past_the_piece_is_too_far_where_the_limit_says_so():
    snaps = snap(loose_piece(), points((10, 0)), max_snap_m=39, min_part_m=500)
    assert snaps.too_far.to_dict("records") == [{"id": "p0", "distance_m": 40.0}]


@st.composite
def towns_of_many(draw):
    """Streets all over a map, which of them may be met, doors, and what stands in between."""
    kind = np.random.default_rng(draw(st.integers(0, 10**6)))
    count = draw(st.integers(1, 60))
    ends = np.round(kind.uniform(0, 1000, (count, 1, 2)) + kind.uniform(-60, 60, (count, 2, 2)))
    drawing = Drawing(ends.reshape(-1, 2), 2 * np.arange(count + 1))
    doors = shapely.points(np.round(kind.uniform(-100, 1100, (draw(st.integers(1, 4)), 2))))
    walls = shapely.linestrings(kind.uniform(0, 1000, (draw(st.integers(0, 12)), 2, 2)))
    return drawing, kind.random(count) < draw(st.sampled_from([0.1, 0.7, 1.0])), doors, walls


@given(town=towns_of_many(), max_snap_m=st.sampled_from([0.0, 20.0, 60.0, 200.0]))
def test_few_points_join_the_edges_that_they_join_among_all(town, max_snap_m):
    drawing, allowed, doors, walls = town
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearest_edge, "AROUND_M", 20.0)
        around = nearest_edge._found(
            drawing, doors, allowed, gpd.GeoDataFrame(geometry=walls), max_snap_m=max_snap_m
        )
        patch.setattr(nearest_edge, "FEW", 0)
        of_all = nearest_edge._found(
            drawing, doors, allowed, gpd.GeoDataFrame(geometry=walls), max_snap_m=max_snap_m
        )
    for one, other in zip(around, of_all, strict=True):
        np.testing.assert_array_equal(one, other)


def test_all_edges_are_indexed_for_many_points_and_for_few_that_are_far_away(monkeypatch):
    monkeypatch.setattr(nearest_edge, "AROUND_M", 20.0)
    table, once, twice, far = grid(side=12), (30, 8), (30, -100), (30, -400)
    for doors, all_edges in (([], False), ([once], False), ([twice], False), ([far], True),
                             ([once] * 40, True)):  # fmt: skip
        graph = walk(table)
        snap(graph, points(*doors), max_snap_m=40)
        assert ("tree" in vars(graph.drawing)) == all_edges
