"""Points set anew on streets they are on: equal to snapping them again, at less cost."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.errors import NetworkError
from htkgis.network import build_graph, snap, snapped_on, snapped_within
from tests.network.towns import CRS, grid, networks, points, spots, streets, walk


def same(one, other):
    for name, values in vars(one).items():
        np.testing.assert_array_equal(values, getattr(other, name), err_msg=name)


@given(st.data(), st.floats(0, 200), st.floats(0, 200))
def test_another_distance_gives_what_snapping_with_it_gives(data, first_m, then_m):
    table = data.draw(networks())
    homes = data.draw(spots(table, count=6))
    fence = gpd.GeoDataFrame(geometry=[shapely.LineString([(150, -50), (160, 450)])], crs=CRS)
    graph, rules = walk(table), {"min_part_m": 20.0, "barriers": fence}
    before = snap(graph, homes, max_snap_m=first_m, **rules)
    found = snapped_within(graph, homes, before, max_snap_m=then_m, **rules)
    same(found, snap(graph, homes, max_snap_m=then_m, **rules))


@given(st.data(), st.sampled_from([1.0, 3.2, 5.0]))
def test_at_another_speed_points_cost_what_snapping_finds(data, speed_kph):
    table = data.draw(networks())
    homes = data.draw(spots(table, count=6))
    slower = build_graph(table, mode="walk", speed_kph=speed_kph)
    found = snapped_on(slower, snap(walk(table), homes, max_snap_m=60))
    same(found, snap(slower, homes, max_snap_m=60))


def test_points_of_other_streets_are_refused():
    on_grid = snap(walk(grid()), points((200, 150)), max_snap_m=10)
    one = walk(streets([("a", "b", 100.0, False)], {"a": (0, 0), "b": (100, 0)}))
    with pytest.raises(NetworkError, match=r"points \(walk\): one lies on edge \d+ of 1; "):
        snapped_on(one, on_grid)
