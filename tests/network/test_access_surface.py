"""Access surface: every cell is what its middle reaches; 0 is not missing."""

import geopandas as gpd
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from htkgis.network import Grid, opportunity_surface, reach_opportunities, snap, street_times

from .towns import CRS, grid, points, spots, streets, walk


def middles(cells):
    xy = cells.middles(0, cells.rows * cells.columns)
    return points(*xy.tolist())


def test_a_cell_off_the_streets_is_missing_and_one_that_reaches_nothing_is_0():
    graph = walk(streets([("a", "b", 100, 0)], {"a": (0, 25), "b": (100, 25)}))
    shop = snap(graph, points((100, 25)), max_snap_m=5)
    cells = Grid(west_m=0, north_m=100, cell_m=50, rows=2, columns=2)
    # 25 m and 75 m from the shop; the upper row lies 50 m from the street
    for limit_ds, lower in ((249, [0, 0]), (250, [0, 7]), (749, [0, 7]), (750, [7, 7])):
        found = opportunity_surface(graph, shop, [7], cells, limit_ds=limit_ds, max_snap_m=20)
        assert np.isnan(found[0]).all()
        assert found[1].tolist() == lower


@given(data=st.data(), limit_ds=st.integers(0, 6000))
def test_every_cell_is_the_sum_over_the_times_from_its_middle(data, limit_ds):
    table = grid(4)
    graph = walk(table)
    places = data.draw(spots(table, count=5))
    weights = data.draw(st.lists(st.integers(0, 9), min_size=5, max_size=5))
    shops = snap(graph, places, max_snap_m=30)
    cells = Grid(west_m=-60, north_m=360, cell_m=60, rows=7, columns=7)
    found = opportunity_surface(graph, shops, weights, cells, limit_ds=limit_ds, max_snap_m=40)
    starts = snap(graph, middles(cells), max_snap_m=40)
    times = street_times(graph, starts, shops, limit_ds=limit_ds)
    sums = np.bincount(
        times.from_index, weights=np.array(weights)[times.to_index], minlength=len(starts)
    )
    expected = np.where(starts.edge < 0, np.nan, sums)
    assert np.array_equal(found.ravel(), expected, equal_nan=True)
    assert found.shape == (7, 7)


def test_barriers_turn_cells_as_they_turn_points():
    graph = walk(grid(3))
    shop = snap(graph, points((100, 100)), max_snap_m=5)
    cells = Grid(west_m=0, north_m=200, cell_m=40, rows=5, columns=5)
    fence = gpd.GeoDataFrame(
        geometry=gpd.GeoSeries.from_wkt(["LINESTRING (15 15, 85 15, 85 85, 15 85, 15 15)"]), crs=CRS
    )
    found = opportunity_surface(
        graph, shop, [1], cells, limit_ds=9000, max_snap_m=60, barriers=fence
    )
    starts = snap(graph, middles(cells), max_snap_m=60, barriers=fence)
    sums = reach_opportunities(graph, starts, shop, [1], limits_ds=[9000])[:, 0]
    assert starts.behind_barrier.sum() == 4
    assert np.isnan(found).sum() == 4
    assert np.array_equal(found.ravel(), np.where(starts.edge < 0, np.nan, sums), equal_nan=True)
