"""Gaps between streets: near as the crow flies, far by street, and nothing in between."""

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.network import search
from htkgis.network.candidate_links import GapRules, candidate_links

from .towns import CRS, METRE_PER_SECOND_KPH, grid, networks, streets, walk

HAIRPIN = {"a": (0, 0), "b": (1000, 0), "c": (1000, 40), "d": (0, 40)}
ROWS = [("a", "b", 1000, 0), ("b", "c", 40, 0), ("c", "d", 1000, 0)]


def found(graph, *, buildings=None, closed=None, no_ends=None, **rules):
    rules = {"spacing_m": 100.0, "straight_m": 50.0, "network_m": 600.0} | rules
    return candidate_links(
        graph, rules=GapRules(**rules), buildings=buildings, closed=closed, no_ends=no_ends
    )


def ends(gaps):
    xy = gaps.graph.node_xy
    return sorted(
        tuple(sorted((tuple(a), tuple(b))))
        for a, b in zip(xy[gaps.start], xy[gaps.end], strict=True)
    )


def test_ends_lie_along_streets_and_the_way_round_is_longer_than_asked():
    gaps = found(walk(streets(ROWS, HAIRPIN)))
    # at x the way round is 2 (1000 - x) + 40: above 600 m up to x = 700
    assert ends(gaps) == [((100.0 * n, 0.0), (100.0 * n, 40.0)) for n in range(8)]
    assert gaps.straight_m.tolist() == [40.0] * 8


def test_a_way_just_as_long_as_asked_is_no_gap():
    graph = walk(streets(ROWS, HAIRPIN))
    assert len(found(graph, network_m=2040.0).start) == 0
    assert len(found(graph, network_m=2039.0).start) == 1


def test_a_straight_line_just_as_long_as_asked_is_a_candidate():
    graph = walk(streets(ROWS, HAIRPIN))
    assert len(found(graph, straight_m=40.0).start) == 8
    assert len(found(graph, straight_m=39.9).start) == 0


def test_a_building_in_the_way_takes_the_candidate_out():
    house = gpd.GeoSeries([shapely.box(150, 10, 250, 30)], crs=CRS)
    kept = ends(found(walk(streets(ROWS, HAIRPIN)), buildings=house))
    assert [a[0] for a, _ in kept] == [0, 100, 300, 400, 500, 600, 700]


def test_a_link_keeps_clear_of_buildings():
    """The wall is 4 m east of the link at x = 200: nearer is too near, just as near is not."""
    house = gpd.GeoSeries([shapely.box(204, 10, 250, 30)], crs=CRS)
    graph = walk(streets(ROWS, HAIRPIN))
    for clear_m, near in ((3.9, True), (4.0, False)):
        kept = [a[0] for a, _ in ends(found(graph, buildings=house, clear_m=clear_m))]
        assert (200 in kept) is near
        assert {0, 100, 300} < set(kept)


def test_a_building_as_near_to_the_street_itself_is_no_hindrance_until_it_is_touched():
    beside = gpd.GeoSeries([shapely.box(202, 0, 250, 30)], crs=CRS)
    graph = walk(streets(ROWS, HAIRPIN))
    kept = [a[0] for a, _ in ends(found(graph, buildings=beside, clear_m=3.0))]
    assert 200 in kept
    across = gpd.GeoSeries([shapely.box(198, 1, 250, 30)], crs=CRS)
    kept = [a[0] for a, _ in ends(found(graph, buildings=across, clear_m=3.0))]
    assert 200 not in kept


def test_no_link_ends_along_a_street_that_is_barred_but_where_it_meets_another():
    """Without the lower street only its corner, where the short street begins, is left."""
    graph = walk(streets(ROWS, HAIRPIN))
    barred = np.array([name == "s000" for name in graph.edge_ids])
    lower = graph.lines[barred][0]
    assert lower.coords[0][1] == 0
    at_corner = found(graph, no_ends=barred, network_m=60.0, straight_m=120.0)
    xy = at_corner.graph.node_xy
    low = {tuple(p) for p in (*xy[at_corner.start], *xy[at_corner.end]) if p[1] == 0}
    assert low == {(1000.0, 0.0)}
    assert len(found(graph, no_ends=barred).start) == 0


def test_no_link_ends_on_closed_land_nor_behind_it():
    """The upper street leads to its open end only along 200 m of closed land."""
    yard = gpd.GeoSeries([shapely.box(550, 30, 750, 50)], crs=CRS)
    graph = walk(streets(ROWS, HAIRPIN))
    assert len(found(graph).start) == 8
    assert len(found(graph, closed=yard).start) == 0
    # at a single junction a street merely crosses it, and goes on
    crossing = gpd.GeoSeries([shapely.box(550, 30, 650, 50)], crs=CRS)
    kept = [a[0] for a, _ in ends(found(graph, closed=crossing))]
    assert kept == [0, 100, 200, 300, 400, 500, 700]


def test_a_street_on_the_way_takes_the_candidate_out():
    at = HAIRPIN | {"m": (-50, 20), "n": (1050, 20)}
    graph = walk(streets([*ROWS, ("m", "n", 1100, 0)], at))
    gaps = found(graph)
    xy = gaps.graph.node_xy
    assert not any(
        abs(y1 - y2) == 40 for y1, y2 in zip(xy[gaps.start, 1], xy[gaps.end, 1], strict=True)
    )


def test_loose_pieces_of_street_are_no_ends():
    at = HAIRPIN | {"x": (0, -30), "y": (60, -30)}
    graph = walk(streets([*ROWS, ("x", "y", 60, 0)], at))
    assert len(found(graph).start) > 8
    assert len(found(graph, min_part_m=500.0).start) == 8


def test_a_grid_has_no_gaps():
    assert len(found(walk(grid(5)), straight_m=150.0, network_m=250.0).start) == 0


@settings(max_examples=30, deadline=None)
@given(networks(), st.integers(30, 120), st.integers(20, 300), st.integers(50, 900))
def test_candidates_are_all_pairs_that_keep_the_rules(table, spacing, straight, apart):
    graph = walk(table.assign(length_m=table.length_m.clip(upper=300.0)))
    # half a metre more than whole ones, which lengths between ends of this town often are
    straight_m = straight + 0.5
    gaps = found(graph, spacing_m=spacing, straight_m=straight_m, network_m=apart)
    cut = gaps.graph
    assert (np.round(cut.edge_length_m, 6) <= spacing).all()
    limit_ds = round(apart * 36 / METRE_PER_SECOND_KPH)
    expected, edge_of_rule = set(), set()
    for start in range(cut.nodes):
        times = search(cut, [start], [0])
        for end in range(start + 1, cut.nodes):
            gap_m = np.hypot(*(cut.node_xy[start] - cut.node_xy[end]))
            line = shapely.LineString(cut.node_xy[[start, end]])
            others = other_streets(cut, start, end)
            touched = shapely.distance(others, line) < 1e-6
            crossed = shapely.crosses(others, line)
            if abs(gap_m - straight_m) < 1e-6 or (touched & ~crossed).any():
                edge_of_rule.add((start, end))  # rounding of coordinates decides
            elif gap_m < straight_m and times[end] > limit_ds and not crossed.any():
                expected.add((start, end))
    pairs = set(zip(gaps.start.tolist(), gaps.end.tolist(), strict=True))
    assert pairs - edge_of_rule == expected


def other_streets(graph, start, end):
    """Streets that end at neither end of a link."""
    own = np.isin(graph.edge_from, [start, end]) | np.isin(graph.edge_to, [start, end])
    return graph.lines[~own]
