"""Traps of the field, each shown and shut: shortcuts, walls, what is missing, what is too far."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from htkgis.access import cumulative_opportunities, nearest
from htkgis.network import (
    Grid,
    audit,
    grid_around,
    nearest_n,
    nearest_times,
    reach_opportunities,
    snap,
    street_times,
    travel_time_matrix,
    travel_time_surface,
)
from htkgis.units import UNREACHED

from .towns import CRS, bike, networks, points, spots, streets, walk

HORSESHOE = {"a": (0, 0), "b": (400, 0), "c": (400, 100), "d": (0, 100)}
LIMIT = 36_000


def horseshoe():
    """Two streets of 400 m side by side, joined at their far ends by one of 100 m."""
    return walk(streets([("a", "b", 400, 0), ("b", "c", 100, 0), ("c", "d", 400, 0)], HORSESHOE))


def two_islands():
    at = {"a": (0, 0), "b": (100, 0), "c": (0, 60), "d": (100, 60)}
    return walk(streets([("a", "b", 100, 0), ("c", "d", 100, 0)], at))


def times(graph, origins, places, limit_ds=None):
    table = street_times(graph, origins, places, limit_ds=limit_ds).to_table()
    return {(row.from_id, row.to_id): row.travel_time_ds for row in table.itertuples()}


def test_a_park_or_a_stop_between_two_streets_is_no_way_from_one_to_the_other():
    graph = horseshoe()
    ends = snap(graph, points((0, 0), (0, 100), ids=["home", "shop"]), max_snap_m=50)
    park = snap(graph, points((0, 40), (0, 60), ids=["south", "north"]), max_snap_m=50)
    both = snap(
        graph,
        points((0, 0), (0, 100), (0, 40), (0, 60), ids=["home", "shop", "south", "north"]),
        max_snap_m=50,
    )
    assert park.edge[0] != park.edge[1]
    assert times(graph, ends, ends)["home", "shop"] == 9000
    among = times(graph, both, both)
    assert among["home", "shop"] == 9000
    assert (among["home", "south"], among["north", "shop"]) == (400, 400)
    # through the park it would be 400 + 400, and a few steps on the grass
    assert among["south", "north"] == 400 + 9000 + 400


def test_a_point_behind_a_railway_is_reached_the_long_way():
    """20 m as the crow flies; 10 m to its own street, 135 m, 30 m over a bridge and 135 m back."""
    at = {"a": (0, 0), "b": (135, 0), "c": (135, 30), "d": (0, 30)}
    graph = walk(streets([("a", "b", 135, 0), ("b", "c", 30, 0), ("c", "d", 135, 0)], at))
    home, shop = points((0, 20), ids=["home"]), points((0, 0), ids=["shop"])
    railway = gpd.GeoDataFrame(geometry=[shapely.LineString([(-50, 22), (120, 22)])], crs=CRS)
    crossing = gpd.GeoDataFrame(geometry=[shapely.LineString([(-50, 10), (120, 10)])], crs=CRS)
    there = snap(graph, shop, max_snap_m=300, barriers=crossing)
    freely = snap(graph, points((0, 14), ids=["home"]), max_snap_m=300)
    assert times(graph, freely, there) == {("home", "shop"): 140}
    turned = snap(graph, home, max_snap_m=300, barriers=crossing)
    assert times(graph, turned, there) == {("home", "shop"): 3100}
    # on the other side of its own street nothing is in the way
    assert times(graph, snap(graph, home, max_snap_m=300, barriers=railway), there) == {
        ("home", "shop"): 200
    }


def test_unreachable_is_missing_in_times_and_in_the_matrix():
    graph = two_islands()
    here, there = (snap(graph, points(xy), max_snap_m=5) for xy in ((0, 0), (0, 60)))
    assert times(graph, here, there) == {}
    assert travel_time_matrix(graph, here, there, limit_ds=LIMIT).tolist() == [[UNREACHED]]
    assert nearest_times(graph, here, there, limit_ds=LIMIT).tolist() == [UNREACHED]


def test_unreachable_is_missing_among_the_nearest_and_has_no_place():
    graph = two_islands()
    here = snap(graph, points((0, 0)), max_snap_m=5)
    both = snap(graph, points((50, 0), (0, 60), ids=["near", "cut off"]), max_snap_m=5)
    found = nearest_n(graph, here, both, 2, limit_ds=LIMIT)
    assert found.times_ds.tolist() == [[500, UNREACHED]]
    table = street_times(graph, here, both, limit_ds=LIMIT).to_table()
    second = nearest(table, pd.Index(both.ids), origins=pd.Index(here.ids), n=2)
    assert second["travel_time_min"].isna().all()
    assert second["to_id"].isna().all()


def test_what_is_cut_off_is_not_counted_and_adds_neither_0_nor_infinity():
    graph = two_islands()
    here = snap(graph, points((0, 0)), max_snap_m=5)
    both = snap(graph, points((50, 0), (0, 60), ids=["near", "cut off"]), max_snap_m=5)
    sums = reach_opportunities(graph, here, both, [7, 1000], limits_ds=[0, 499, 500, LIMIT])
    assert sums.tolist() == [[0, 0, 7, 7]]
    weights = pd.Series({"near": 7, "cut off": 1000})
    table = street_times(graph, here, both, limit_ds=LIMIT).to_table()
    counted = cumulative_opportunities(table, weights, origins=pd.Index(here.ids), limit_min=60)
    assert counted.tolist() == [7]


def test_unreachable_cells_of_a_surface_are_unreached_and_never_0():
    graph = two_islands()
    here = snap(graph, points((0, 0)), max_snap_m=5)
    grid = grid_around((0, 0, 100, 100), cell_m=50)
    surface = travel_time_surface(graph, here, grid, limit_ds=LIMIT, max_snap_m=26)
    # the upper row lies 15 m from the other island, the lower one 25 m from ours
    assert surface.tolist() == [[UNREACHED, UNREACHED], [500, 1000]]


def test_a_point_1600_m_from_any_street_is_reported_and_has_no_time():
    graph = horseshoe()
    far = snap(graph, points((0, -1600), (0, -10), ids=["far", "near"]), max_snap_m=300)
    shop = snap(graph, points((100, 0), ids=["shop"]), max_snap_m=300)
    assert far.too_far.to_dict("records") == [{"id": "far", "distance_m": 1600.0}]
    assert times(graph, far, shop) == {("near", "shop"): 1100}
    assert times(graph, shop, far) == {("shop", "near"): 1100}
    assert audit(far).farthest[0] == ("far", 1600.0)
    assert reach_opportunities(graph, shop, far, [5, 1], limits_ds=[LIMIT]).tolist() == [[1]]
    assert nearest_n(graph, far, shop, 1, limit_ds=LIMIT).times_ds[:, 0].tolist() == [
        UNREACHED,
        1100,
    ]


@pytest.mark.parametrize(("limit_ds", "count"), [(399, 0), (400, 1), (401, 1)])
def test_a_place_exactly_on_the_limit_counts(limit_ds, count):
    graph = horseshoe()
    home, shop = (
        snap(graph, points((0, 0)), max_snap_m=5),
        snap(graph, points((40, 0)), max_snap_m=5),
    )
    assert reach_opportunities(graph, home, shop, [1], limits_ds=[limit_ds]).tolist() == [[count]]
    assert len(times(graph, home, shop, limit_ds=limit_ds)) == count
    grid = Grid(west_m=30, north_m=10, cell_m=20, rows=1, columns=1)
    surface = travel_time_surface(graph, home, grid, limit_ds=limit_ds, max_snap_m=5)
    assert (surface < UNREACHED).tolist() == [[bool(count)]]


WHOLE = st.integers(-3_000_000, 9_000_000)


@given(table=networks(), data=st.data(), east_m=WHOLE, north_m=WHOLE)
def test_moving_everything_by_the_same_vector_changes_nothing(table, data, east_m, north_m):
    spot = st.tuples(st.integers(0, 400), st.integers(0, 400))
    drawn = data.draw(st.lists(spot, min_size=1, max_size=4))
    fence = shapely.LineString([data.draw(spot), (401, 401)])

    def measured(east, north):
        graph = bike(table.set_geometry(table.translate(east, north)))
        doors = points(*[(x + east, y + north) for x, y in drawn])
        barriers = gpd.GeoDataFrame(geometry=[shapely.affinity.translate(fence, east, north)])
        snaps = snap(graph, doors, max_snap_m=60, barriers=barriers.set_crs(CRS))
        return times(graph, snaps, snaps), snaps.too_far

    here, far_here = measured(0, 0)
    there, far_there = measured(east_m, north_m)
    assert here == there
    pd.testing.assert_frame_equal(far_here, far_there)


@given(table=networks(), data=st.data())
def test_adding_a_path_never_makes_a_time_longer(table, data):
    """Between doors that stay on their street: a new path beside a door may take the door over."""
    nodes = sorted({*table["from_node"], *table["to_node"]})
    ends = pd.concat([table["from_node"], table["to_node"]])
    shapes = table.geometry
    starts = [shapely.get_point(line, 0) for line in shapes]
    lasts = [shapely.get_point(line, -1) for line in shapes]
    at = dict(zip(ends, [*starts, *lasts], strict=True))
    one, other = (data.draw(st.sampled_from(nodes)) for _ in "ab")
    assume(one != other and not at[one].equals(at[other]))
    path = table.iloc[:1].assign(
        id="path",
        from_node=one,
        to_node=other,
        length_m=float(data.draw(st.integers(0, 500))),
        oneway=data.draw(st.booleans()),
        geometry=[shapely.LineString([at[one], at[other]])],
    )
    doors = data.draw(spots(table, count=4))
    before, after = bike(table), bike(pd.concat([table, path], ignore_index=True))
    old, new = (snap(graph, doors, max_snap_m=30) for graph in (before, after))
    stayed = before.edge_ids[old.edge] == after.edge_ids[new.edge]
    slow, fast = (
        travel_time_matrix(graph, snaps, snaps, limit_ds=10**8)[np.ix_(stayed, stayed)]
        for graph, snaps in ((before, old), (after, new))
    )
    assert (fast <= slow).all()
