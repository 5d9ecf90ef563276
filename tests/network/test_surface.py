"""Travel-time surfaces: each cell is the travel time to its middle, and nothing else."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.errors import ConfigError, NetworkError
from htkgis.network import isochrones, reach, snap, street_times
from htkgis.network.surface import (
    BLOCK_CELLS,
    Grid,
    grid_around,
    grid_of_reach,
    times_from_nearest,
    travel_time_surface,
)
from htkgis.units import UNREACHED

from .towns import CRS, bike, grid, points, streets, walk


def surface_of(graph, homes, limit_ds, cell_m=25.0, max_snap_m=60.0):
    origins = snap(graph, homes, max_snap_m=max_snap_m)
    cells = grid_of_reach(graph, origins, limit_ds=limit_ds, cell_m=cell_m, max_snap_m=max_snap_m)
    times = travel_time_surface(graph, origins, cells, limit_ds=limit_ds, max_snap_m=max_snap_m)
    return cells, times


def middles(cells):
    xy = cells.middles(0, cells.rows * cells.columns)
    return points(*xy, ids=[f"c{number}" for number in range(len(xy))])


def least(graph, homes, cells, limit_ds, max_snap_m=60.0):
    """Least travel time over all origins by the matrix of travel times."""
    origins, ends = (snap(graph, p, max_snap_m=max_snap_m) for p in (homes, middles(cells)))
    found = street_times(graph, origins, ends, limit_ds=limit_ds)
    times = np.full(len(ends), UNREACHED, dtype=np.int64)
    np.minimum.at(times, found.to_index, found.time_ds)
    return times.reshape(cells.rows, cells.columns)


positions = st.tuples(st.integers(-40, 240), st.integers(-40, 240))


@given(
    homes=st.lists(positions, min_size=1, max_size=4),
    limit_ds=st.integers(0, 6000),
    one_way=st.booleans(),
)
def test_every_cell_is_the_least_travel_time_to_its_middle(homes, limit_ds, one_way):
    table = grid().assign(oneway=one_way)
    graph = bike(table) if one_way else walk(table)
    homes = points(*homes)
    origins = snap(graph, homes, max_snap_m=60)
    cells = grid_around((0, 0, 200, 200), cell_m=20, margin_m=60)
    times = travel_time_surface(graph, origins, cells, limit_ds=limit_ds, max_snap_m=60)
    assert (times == least(graph, homes, cells, limit_ds)).all()


def test_a_cell_on_the_street_of_an_origin_is_reached_along_it():
    graph = walk(streets([("a", "b", 100, 0)], {"a": (0, 25), "b": (100, 25)}))
    origins = snap(graph, points((0, 25)), max_snap_m=10)
    cells = grid_around((0, 0, 100, 50), cell_m=50)
    times = travel_time_surface(graph, origins, cells, limit_ds=6000, max_snap_m=50)
    assert times.tolist() == [[250, 750]]


def test_the_limit_itself_is_inside():
    graph = walk(streets([("a", "b", 100, 0)], {"a": (0, 25), "b": (100, 25)}))
    origins = snap(graph, points((0, 25)), max_snap_m=10)
    cells = grid_around((0, 0, 100, 50), cell_m=50)
    times = travel_time_surface(graph, origins, cells, limit_ds=750, max_snap_m=50)
    assert times.tolist() == [[250, 750]]
    times = travel_time_surface(graph, origins, cells, limit_ds=749, max_snap_m=50)
    assert times.tolist() == [[250, UNREACHED]]


def test_a_cell_far_from_any_street_is_missing():
    graph = walk(streets([("a", "b", 100, 0)], {"a": (0, 25), "b": (100, 25)}))
    origins = snap(graph, points((0, 25)), max_snap_m=10)
    cells = grid_around((0, 0, 50, 250), cell_m=50)
    times = travel_time_surface(graph, origins, cells, limit_ds=99_999, max_snap_m=60)
    assert [row[0] < UNREACHED for row in times] == [False, False, False, True, True]


def test_an_origin_off_the_streets_reaches_nothing():
    graph = walk(grid())
    origins = snap(graph, points((0, 0), (5000, 5000)), max_snap_m=60)
    one = snap(graph, points((0, 0)), max_snap_m=60)
    cells = grid_around((0, 0, 200, 200), cell_m=20)
    both = [
        travel_time_surface(graph, o, cells, limit_ds=9000, max_snap_m=60) for o in (origins, one)
    ]
    assert (both[0] == both[1]).all()


def test_another_origin_never_makes_a_cell_later():
    graph = walk(grid(4))
    cells = grid_around((0, 0, 300, 300), cell_m=20)
    more = [points((5, 5)), points((5, 5), (280, 250))]
    first, second = (
        travel_time_surface(
            graph, snap(graph, p, max_snap_m=60), cells, limit_ds=9000, max_snap_m=60
        )
        for p in more
    )
    assert (second <= first).all()
    assert (second < first).any()


def test_blocks_of_cells_change_nothing(monkeypatch):
    graph = walk(grid())
    _, whole = surface_of(graph, points((10, 10)), 2000)
    monkeypatch.setattr("htkgis.network.surface.BLOCK_CELLS", 7)
    _, parts = surface_of(graph, points((10, 10)), 2000)
    assert BLOCK_CELLS > 7
    assert (whole == parts).all()


@given(limit_ds=st.integers(700, 3000), home=positions)
def test_a_cell_that_is_reached_beside_a_street_lies_in_the_isochrone(limit_ds, home):
    graph = walk(grid())
    homes = points(home)
    cells, times = surface_of(graph, homes, limit_ds, cell_m=10)
    origins = snap(graph, homes, max_snap_m=60)
    found = reach(graph, origins, limit_ds=limit_ds)
    area = isochrones(
        graph, found, limits_min=[limit_ds / 600], buffer_m=30, max_hole_m2=0, crs=CRS
    )
    near = snap(graph, middles(cells), max_snap_m=60).distance_m <= 29
    reached = (times.ravel() < UNREACHED) & near
    inside = shapely.dwithin(area.geometry.iloc[0], middles(cells).geometry.to_numpy(), 0.2)
    assert not (reached & ~inside).any()


@given(home=positions, limit_ds=st.integers(700, 4000))
def test_the_grid_holds_every_cell_that_is_reached(home, limit_ds):
    graph = walk(grid())
    cells, times = surface_of(graph, points(home), limit_ds, cell_m=20)
    wide = grid_around((-200, -200, 400, 400), cell_m=20)
    origins = snap(graph, points(home), max_snap_m=60)
    more = travel_time_surface(graph, origins, wide, limit_ds=limit_ds, max_snap_m=60)
    assert (more < UNREACHED).sum() == (times < UNREACHED).sum()
    row, column = round((wide.north_m - cells.north_m) / 20), round((cells.west_m + 200) / 20)
    same = more[row : row + cells.rows, column : column + cells.columns]
    assert (same == times).all()


def test_grids_of_one_cell_size_fit_each_other():
    one = grid_around((13, 27, 113, 99), cell_m=25, margin_m=300)
    other = grid_around((613, -41, 700, 12), cell_m=25, margin_m=10)
    assert ((one.west_m - other.west_m) % 25, (one.north_m - other.north_m) % 25) == (0, 0)


def test_middles_run_from_the_upper_left():
    assert Grid(0.0, 20.0, 10.0, 2, 2).middles(0, 4).tolist() == [
        [5.0, 15.0],
        [15.0, 15.0],
        [5.0, 5.0],
        [15.0, 5.0],
    ]


def test_points_may_be_asked_for_without_a_grid():
    graph = walk(grid())
    homes, ends = points((0, 0), (200, 0)), points((190, 5), (5, 190), (500, 500))
    origins, places = (snap(graph, p, max_snap_m=60) for p in (homes, ends))
    times = times_from_nearest(graph, origins, places, limit_ds=9000)
    assert times.tolist() == [150, 1950, UNREACHED]


@pytest.mark.parametrize("cell_m", [0, -5, float("nan"), float("inf")])
def test_a_cell_without_size_is_refused(cell_m):
    with pytest.raises(ConfigError, match="more than 0 m is allowed"):
        grid_around((0, 0, 1, 1), cell_m=cell_m)


def test_a_grid_that_no_machine_holds_is_refused():
    with pytest.raises(ConfigError, match="50,000,000 are allowed"):
        grid_around((0, 0, 1e6, 1e6), cell_m=10)


def test_origins_that_reach_nothing_are_refused():
    graph = walk(grid())
    origins = snap(graph, points((9000, 9000)), max_snap_m=60)
    with pytest.raises(NetworkError, match="no origin reaches any street"):
        grid_of_reach(graph, origins, limit_ds=600, cell_m=25, max_snap_m=60)


def test_an_origin_given_twice_changes_nothing():
    graph = walk(grid())
    twice = snap(graph, points((10, 0), (10, 0)), max_snap_m=60)
    once = snap(graph, points((10, 0)), max_snap_m=60)
    ends = snap(graph, points((50, 0), (100, 100)), max_snap_m=60)
    assert (
        times_from_nearest(graph, twice, ends, limit_ds=9000)
        == times_from_nearest(graph, once, ends, limit_ds=9000)
    ).all()
