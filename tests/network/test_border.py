"""Time to the border of the data: exact along edges, never later than the border."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.network import border, border_times, build_graph, snap
from htkgis.network.cells import settled
from htkgis.network.drawing import Drawing
from htkgis.units import UNREACHED

METRE_A_SECOND = 3.6


def street(*rows, walk=True):
    """Straight streets (id, from, to, x from, x to) along the x axis, y 0."""
    return gpd.GeoDataFrame(
        {
            "id": [row[0] for row in rows],
            "from_node": [row[1] for row in rows],
            "to_node": [row[2] for row in rows],
            "length_m": [float(abs(row[4] - row[3])) for row in rows],
            "oneway": [False] * len(rows),
            "walk": [walk] * len(rows),
        },
        geometry=[shapely.LineString([(row[3], 0), (row[4], 0)]) for row in rows],
    )


CHAIN = street(("s", "a", "b", 0, 100), ("t", "b", "c", 100, 200), ("u", "x", "y", 500, 600))


def times(streets, positions, east, west=-1.0):
    graph = build_graph(streets, mode="walk", speed_kph=METRE_A_SECOND)
    points = gpd.GeoDataFrame(
        {"id": [str(n) for n in range(len(positions))]},
        geometry=[shapely.Point(x, y) for x, y in positions],
    )
    covered = shapely.box(west, -1, east, 1)
    return border_times(graph, snap(graph, points, max_snap_m=20), covered).tolist()


def test_the_time_runs_to_the_border_and_not_to_the_next_junction():
    assert times(CHAIN, [(40, 0)], east=150) == [1100]


def test_the_connector_counts():
    assert times(CHAIN, [(40, 5)], east=150) == [1150]


def test_a_point_on_the_street_that_leaves_goes_straight_to_the_border():
    assert times(CHAIN, [(120, 0)], east=150) == [300]


def test_a_point_outside_is_there_at_once():
    assert times(CHAIN, [(170, 0)], east=150) == [0]


def test_the_nearer_of_two_borders_counts():
    assert times(CHAIN, [(40, 0)], east=150, west=20) == [200]


def test_an_island_inside_never_meets_the_border():
    assert times(CHAIN, [(550, 0)], east=700, west=300)[0] == UNREACHED


def test_a_network_wholly_inside_has_no_border():
    assert times(CHAIN, [(40, 0)], east=900) == [UNREACHED]


def test_a_point_that_is_not_snapped_has_no_time():
    assert times(CHAIN, [(40, 300)], east=150) == [UNREACHED]


def test_an_edge_that_leaves_and_comes_back_is_met_where_it_first_leaves():
    detour = gpd.GeoDataFrame(
        {
            "id": ["s"],
            "from_node": ["a"],
            "to_node": ["b"],
            "length_m": [100.0],
            "oneway": [False],
            "walk": [True],
        },
        geometry=[shapely.LineString([(0, 0), (25, 0), (25, 25), (50, 25), (50, 0), (75, 0)])],
    )
    # lengths are 100 m on the ground for 125 m of line; y = 1 is crossed after 26 m of line
    assert times(detour, [(0, 0)], east=900) == [208]


@given(st.integers(0, 100), st.integers(1, 199))
def test_on_one_street_the_time_is_the_distance(position, east):
    found = times(CHAIN, [(position, 0)], east=east + 0.5)[0]
    assert found == pytest.approx(max(0.0, east + 0.5 - position) * 10, abs=1)


@st.composite
def drawn(draw):
    """Streets all over the map, most of them short as streets are."""
    count, kind = draw(st.integers(0, 40)), np.random.default_rng(draw(st.integers(0, 10**6)))
    corners = kind.integers(2, 5, count)
    begin, long = kind.uniform(0, 1000, (count, 2)), draw(st.sampled_from([3, 30, 600]))
    ways = [
        at + kind.uniform(-long, long, (own, 2)) for at, own in zip(begin, corners, strict=True)
    ]
    start = np.concatenate([[0], np.cumsum(corners)]).astype(np.int64)
    return Drawing(np.round(np.concatenate([np.zeros((0, 2)), *ways])), start)


COVERED = {
    "box": shapely.box(200, 100, 700, 800),
    "with a hole": shapely.box(0, 0, 900, 900) - shapely.box(300, 300, 500, 420),
    "a bay": shapely.box(0, 0, 1000, 1000) - shapely.box(480, 0, 520, 800),
    "two parts": shapely.box(0, 0, 400, 400) | shapely.box(600, 600, 950, 950),
    "round": shapely.Point(500, 500).buffer(450),
    "all": shapely.box(-5000, -5000, 5000, 5000),
    "nothing near": shapely.box(8000, 8000, 9000, 9000),
}


@given(covered=st.sampled_from(list(COVERED.values())), drawing=drawn())
def test_the_squares_of_a_map_tell_the_same_of_streets_as_their_lines(covered, drawing):
    whole = border.leaving(drawing.lines, covered)
    alone = border._leaving(Drawing(drawing._xy, drawing._start), covered)
    for own, other in zip(whole, alone, strict=True):
        assert own.dtype == other.dtype
        np.testing.assert_array_equal(own, other)
    if drawing.edges:
        inside, outside = settled(drawing.boxes_m, covered)
        assert covered.covers(drawing.lines[inside]).all()
        assert not covered.intersects(drawing.lines[outside]).any()


def test_a_street_far_from_the_border_is_not_drawn_to_find_where_it_leaves():
    x = 100.0 * np.arange(101)
    xy = np.stack([np.repeat(x, 2)[1:-1], np.zeros(200)], axis=1)
    drawing = Drawing(xy, 2 * np.arange(101))
    found = border._leaving(drawing, shapely.box(-10, -10, 4950, 10))
    assert found.edge.tolist() == list(range(49, 100))
    assert found.first.tolist() == [0.5, *[0.0] * 50]
    assert "lines" not in vars(drawing)


def test_where_streets_leave_is_taken_from_before_only_of_the_same_lines_and_border(monkeypatch):
    asked, real = [], border.leaving

    def counted(lines, coverage):
        asked.append(coverage.bounds[2])
        return real(lines, coverage)

    monkeypatch.setattr(border, "leaving", counted)
    near, far = (shapely.box(-1, -1, east, 1) for east in (150, 160))

    def found(covered, rows, earlier):
        graph = build_graph(street(*rows), mode="walk", speed_kph=METRE_A_SECOND)
        arrays = border.known_crossings(graph, {"places": covered}, earlier)
        return border.border_facts(graph, covered), arrays

    rows = [("s", "a", "b", 0, 100), ("t", "b", "c", 100, 200)]
    longer = [rows[0], ("t", "b", "c", 100, 210)]
    _, before = found(near, rows, None)
    for covered, drawn, searched in (
        (near, rows, []),
        (far, rows, [160.0]),
        (near, longer, [150.0]),
    ):
        asked.clear()
        helped, arrays = found(covered, drawn, before)
        assert asked == searched
        alone, plain = found(covered, drawn, None)
        for own, other in zip(helped, alone, strict=True):
            assert (own.dtype, own.tolist()) == (other.dtype, other.tolist())
        assert arrays.keys() == plain.keys()
        assert all(array.tolist() == plain[name].tolist() for name, array in arrays.items())
