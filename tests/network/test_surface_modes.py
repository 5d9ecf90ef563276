"""Surfaces of modes with directions, stops and times at both ends, against a plain search."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.errors import NetworkError
from htkgis.network import (
    Grid,
    Mode,
    build_graph,
    grid_around,
    grid_of_reach,
    snap,
    travel_time_surface,
)
from htkgis.units import UNREACHED, cost_ds

from .towns import METRE_PER_SECOND_KPH, networks, points, shortest, spots, streets

WALKED_KPH = METRE_PER_SECOND_KPH / 2
CAR = Mode(
    "bike",
    METRE_PER_SECOND_KPH,
    oneway="oneway",
    stops="walk",
    connector_kph=WALKED_KPH,
    start_ds=1200,
    end_ds=1800,
)
"""A metre per second, half of it on foot, one-way streets; two minutes before, three after."""


def surface(graph, homes, cells, *, limit_ds, max_snap_m=60.0):
    origins = snap(graph, homes, max_snap_m=max_snap_m)
    return travel_time_surface(graph, origins, cells, limit_ds=limit_ds, max_snap_m=max_snap_m)


# by head


def ring(**oneway):
    """A square block of 100 m streets; ``oneway`` names streets by their first node."""
    corners = {"a": (0, 0), "b": (100, 0), "c": (100, 100), "d": (0, 100)}
    rows = [(one, other, 100, oneway.get(one, False)) for one, other in ("ab", "bc", "cd", "da")]
    return streets(rows, corners)


def cells_at(*middles, cell_m=20.0):
    """A row of cells from west to east with these middles."""
    (west, north), columns = middles[0], len(middles)
    return Grid(west - cell_m / 2, north + cell_m / 2, cell_m, 1, columns)


def test_a_trip_takes_its_start_its_end_and_both_walks_besides_the_way():
    graph = build_graph(ring(), mode=CAR)
    times = surface(graph, points((20, -5)), cells_at((60, -10)), limit_ds=9000)
    # 2 min, 5 m on foot, 40 m of street, 10 m on foot, 3 min
    assert times.tolist() == [[1200 + 100 + 400 + 200 + 1800]]


def test_a_cell_behind_the_origin_on_a_one_way_street_is_reached_around_the_block():
    graph = build_graph(ring(a=True, b=True, c=True, d=True), mode=CAR)
    cells = cells_at((20, 0), (40, 0), (60, 0), (80, 0))
    times = surface(graph, points((50, 0)), cells, limit_ds=9000)
    assert (times - 1200 - 1800).tolist() == [[3700, 3900, 100, 300]]


def test_a_street_where_nobody_may_stop_is_passed_and_never_the_end_of_a_trip():
    table = ring()
    table["walk"] = [False, True, True, True]
    graph = build_graph(table, mode=CAR)
    # both lie 10 m from the street a-b, and 30 m and 40 m from the next ones
    cells = cells_at((30, 10), (60, 10), cell_m=30.0)
    times = surface(graph, points((100, 50)), cells, limit_ds=9000)
    # 50 m to b, 100 m where nobody may stop, 10 m from a, 30 m on foot; 40 m, 40 m on foot
    assert times.tolist() == [[3000 + 1600 + 600, 3000 + 400 + 800]]


def test_a_limit_that_the_start_and_the_end_take_up_reaches_nothing():
    graph = build_graph(ring(), mode=CAR)
    cells = grid_around((0, 0, 100, 100), cell_m=20)
    assert (surface(graph, points((0, 0)), cells, limit_ds=2999) == UNREACHED).all()
    assert (surface(graph, points((0, 0)), cells, limit_ds=3400) < UNREACHED).any()


# against a plain search


def some_stops(table, data):
    """Streets where a trip may start and end, one at least."""
    flags = data.draw(st.lists(st.booleans(), min_size=len(table), max_size=len(table)))
    return flags if any(flags) else [True, *flags[1:]]


def least_by_plain_search(graph, homes, ends):
    """Least time from any home to each end, over times between nodes by Bellman-Ford."""
    between = shortest(graph)
    starts, stops = (snap(graph, places, max_snap_m=60) for places in (homes, ends))
    least = np.full(len(stops), np.inf)
    for home in np.flatnonzero(starts.edge >= 0):
        for end in np.flatnonzero(stops.edge >= 0):
            least[end] = min(least[end], _way(graph, between, starts, home, stops, end))
    return least


def _way(graph, between, starts, home, stops, end):
    edge, other = starts.edge[home], stops.edge[end]
    out = _ends(graph, edge, starts.forward_ds[home], starts.backward_ds[home], leaving=True)
    into = _ends(graph, other, stops.forward_ds[end], stops.backward_ds[end], leaving=False)
    ways = [a + between[m, n] + b for m, a in out for n, b in into]
    if edge == other:
        here, there = starts.share[home], stops.share[end]
        if here <= there and starts.forward_ds[home] >= 0:
            ways.append(stops.forward_ds[end] - starts.forward_ds[home])
        if here >= there and starts.backward_ds[home] >= 0:
            ways.append(starts.backward_ds[home] - stops.backward_ds[end])
    walked = cost_ds([starts.distance_m[home], stops.distance_m[end]], WALKED_KPH)
    return min(ways, default=np.inf) + int(walked.sum()) + CAR.start_ds + CAR.end_ds


def _ends(graph, edge, forward_ds, backward_ds, *, leaving):
    """End nodes of an edge with the time between them and a place on it, where it is open."""
    there, back = graph.edge_forward_ds[edge], graph.edge_backward_ds[edge]
    first, last = graph.edge_from[edge], graph.edge_to[edge]
    ways = []
    if there >= 0:
        ways.append((last, there - forward_ds) if leaving else (first, forward_ds))
    if back >= 0:
        ways.append((first, backward_ds) if leaving else (last, back - backward_ds))
    return ways


@given(table=networks(), data=st.data())
def test_every_cell_is_what_a_plain_search_gives(table, data):
    table["walk"] = some_stops(table, data)
    graph = build_graph(table, mode=CAR)
    homes = data.draw(spots(table, count=3))
    limit_ds = data.draw(st.integers(3000, 40_000))
    cells = grid_around(tuple(table.total_bounds), cell_m=80, margin_m=40)
    times = surface(graph, homes, cells, limit_ds=limit_ds).ravel()
    middles = points(*cells.middles(0, cells.rows * cells.columns))
    least = least_by_plain_search(graph, homes, middles)
    expected = np.where(least <= limit_ds, least, UNREACHED)
    assert times.tolist() == expected.tolist()


def reached_in(graph, homes, limit_ds, bounds):
    """Cells that are reached: of the grid of the reach, and of one around all streets."""
    origins = snap(graph, homes, max_snap_m=60)
    wide = grid_around(bounds, cell_m=20, margin_m=100)
    large = travel_time_surface(graph, origins, wide, limit_ds=limit_ds, max_snap_m=60)
    try:
        own = grid_of_reach(graph, origins, limit_ds=limit_ds, cell_m=20, max_snap_m=60)
    except NetworkError:
        return 0, (large < UNREACHED).sum()
    small = travel_time_surface(graph, origins, own, limit_ds=limit_ds, max_snap_m=60)
    return (small < UNREACHED).sum(), (large < UNREACHED).sum()


@given(table=networks(), data=st.data())
def test_the_grid_holds_every_cell_that_a_car_reaches(table, data):
    table["walk"] = some_stops(table, data)
    homes = data.draw(spots(table, count=2))
    graph = build_graph(table, mode=CAR)
    small, large = reached_in(
        graph, homes, data.draw(st.integers(3000, 12_000)), tuple(table.total_bounds)
    )
    assert small == large


def test_the_grid_holds_the_cells_around_an_origin_at_the_end_of_a_one_way_street():
    table = ring(a=True, c=True)
    table["walk"] = [True, False, True, True]
    small, large = reached_in(
        build_graph(table, mode=CAR), points((100, 0)), 4300, (0, 0, 100, 100)
    )
    assert small == large == 20


def test_the_grid_holds_the_cells_that_lie_half_a_decisecond_along_a_street():
    # 289 m are drawn and cost one decisecond: positions up to their half count as the start
    at = {"n0": (330, 170), "n1": (30, 160), "n2": (310, 230)}
    rows = [("n0", "n0", 0.3, True), ("n1", "n2", 0.1, False), ("n0", "n1", 20, True)]
    table = streets(rows, at)
    homes = points((327, 230), (170, 195))
    bounds = tuple(table.total_bounds)
    small, large = reached_in(build_graph(table, mode=CAR), homes, 3000, bounds)
    assert small == large == 2


@pytest.mark.parametrize("start_ds", [0, 1200])
def test_what_a_trip_takes_besides_moves_every_cell_by_as_much(start_ds):
    table = ring(a=True)
    cells = grid_around((-40, -40, 140, 140), cell_m=20)
    plain = Mode("bike", METRE_PER_SECOND_KPH, oneway="oneway", connector_kph=WALKED_KPH)
    later = Mode(**(vars(plain) | {"start_ds": start_ds, "end_ds": 700}))
    one, other = (
        surface(build_graph(table, mode=mode), points((30, 0)), cells, limit_ds=99_000)
        for mode in (plain, later)
    )
    reached = one < UNREACHED
    assert (other[reached] - one[reached] == start_ds + 700).all()
