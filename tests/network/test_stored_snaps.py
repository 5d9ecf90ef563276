"""Where points lie, written and read again: what snapping finds, at any speed of its streets."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.errors import NetworkError
from htkgis.network import build_graph, snap, snap_arrays, snaps_from_arrays
from tests.network.towns import CRS, grid, networks, points, spots, streets, walk


def same(one, other):
    for name, values in vars(one).items():
        found = getattr(other, name)
        np.testing.assert_array_equal(values, found, err_msg=name)
        assert values.dtype == found.dtype


@given(st.data(), st.sampled_from([1.0, 3.2, 5.0]), st.booleans())
def test_what_is_read_again_is_what_snapping_finds_at_any_speed(data, speed_kph, named):
    table = data.draw(networks())
    homes = data.draw(spots(table, count=6))
    fence = gpd.GeoDataFrame(geometry=[shapely.LineString([(150, -50), (160, 450)])], crs=CRS)
    rules = {"max_snap_m": 60.0, "min_part_m": 20.0, "barriers": fence}
    stored = snap_arrays(walk(table), snap(walk(table), homes, **rules), named=named)
    assert ("ids" in stored) == named
    assert not any(array.dtype.hasobject for array in stored.values())
    other = build_graph(table, mode="walk", speed_kph=speed_kph)
    found = snaps_from_arrays(other, stored, None if named else homes["id"])
    same(found, snap(other, homes, **rules))


def test_points_of_other_streets_or_other_points_are_refused():
    graph = walk(grid())
    stored = snap_arrays(graph, snap(graph, points((200, 150)), max_snap_m=10))
    one = walk(streets([("a", "b", 100.0, False)], {"a": (0, 0), "b": (100, 0)}))
    with pytest.raises(
        NetworkError, match=r"points \(walk\): they were set on other streets, .*1;"
    ):
        snaps_from_arrays(one, stored)
    table = grid()
    moved = walk(table.assign(geometry=table.translate(0, 1)))
    assert moved.edges == graph.edges
    with pytest.raises(NetworkError, match=r"points \(walk\): they were set on other streets"):
        snaps_from_arrays(moved, stored)
    with pytest.raises(NetworkError, match=r"points \(walk\): 1 were set on the streets, and 2 "):
        snaps_from_arrays(graph, stored, ["one", "too many"])
