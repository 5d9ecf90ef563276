"""The barrier that costs most: towns by hand, a ladder of tunnels as oracle, and its laws."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.network import CrossingRules, barrier_costs, build_graph

RULES = CrossingRules(spacing_m=100, width_m=30, reach_m=50, max_snap_m=5)
SPOTS = range(50, 1000, 100)
"""Where a line from 0 to 1,000 m is crossed every 100 m."""
LIMIT_DS = 40_000


def line(*xy):
    return shapely.LineString(xy)


def town(tunnels, shift=(0.0, 0.0)):
    """Two streets 20 m from a railway on either side, with tunnels between; 1 m/s."""
    stops = sorted({0, 1000, *tunnels})
    rows = [
        (f"{name}{a}", f"{name}{b}", line((a, y), (b, y)))
        for name, y in (("n", 20), ("s", -20))
        for a, b in pairwise(stops)
    ]
    rows += [(f"n{at}", f"s{at}", line((at, 20), (at, -20))) for at in tunnels]
    shapes = [shapely.transform(shape, lambda xy: xy + shift) for *_, shape in rows]
    table = gpd.GeoDataFrame(
        {
            "id": [f"e{number}" for number in range(len(rows))],
            "from_node": [row[0] for row in rows],
            "to_node": [row[1] for row in rows],
            "length_m": shapely.length(shapes),
            "oneway": False,
            "walk": True,
        },
        geometry=shapes,
    )
    return build_graph(table, mode="walk", speed_kph=3.6)


def points(*xy, shift=(0.0, 0.0)):
    ids = [f"p{number}" for number in range(len(xy))]
    return gpd.GeoDataFrame({"id": ids}, geometry=list(shapely.points(np.add(xy, shift))))


def railway(*lines, names=None, shift=(0.0, 0.0)):
    lines = lines or (line((0, 0), (1000, 0)),)
    shapes = [shapely.transform(shape, lambda xy: xy + shift) for shape in lines]
    return gpd.GeoDataFrame({"barrier": names or ["rail"] * len(lines)}, geometry=shapes)


def costs(graph, barriers, doors, shops, rules=RULES, limit_ds=LIMIT_DS, **options):
    found = barrier_costs(graph, barriers, doors, shops, rules=rules, limit_ds=limit_ds, **options)
    return found.set_index("barrier")


def test_one_tunnel_far_off_costs_the_way_there_and_back():
    # by the tunnel 500 + 40 + 500 m; by the crossing at 50 m 50 + 40 + 50 m: 900 s are saved
    found = costs(town([500]), railway(), points((0, 20)), points((0, -20))).loc["rail"]
    assert found["saved_min"] == 15
    assert found["affected_share"] == 1
    assert (found["pairs"], found["added"], found["lower_bound"]) == (1, 10, False)


def test_a_trip_along_its_own_side_saves_nothing_and_halves_the_mean():
    found = costs(town([500]), railway(), points((0, 20)), points((0, -20), (900, 20)))
    assert found.loc["rail", ["saved_min", "affected_share"]].tolist() == [7.5, 0.5]


def test_a_barrier_without_any_way_across_is_at_least_the_limit():
    # 140 s with the crossing; without it no trip, which counts with the limit of 1,040 s
    found = costs(town([]), railway(), points((0, 20)), points((0, -20)), limit_ds=10_400)
    assert found.loc["rail", ["saved_min", "lower_bound"]].tolist() == [15, True]


def test_what_no_crossing_can_help_is_no_pair():
    found = costs(town([]), railway(), points((0, 20)), points((0, -20)), limit_ds=1_399)
    assert found.loc["rail", "pairs"] == 0
    assert np.isnan(found.loc["rail", "saved_min"])
    found = costs(town([]), railway(), points((0, 20)), points((0, -20)), limit_ds=1_400)
    assert found.loc["rail", "pairs"] == 1


def test_a_barrier_that_nobody_crosses_costs_nothing():
    away = railway(line((0, 0), (1000, 0)), line((0, 300), (1000, 300)), names=["rail", "fence"])
    found = costs(town([500]), away, points((0, 20)), points((0, -20)))
    # no street lies beyond the fence, so no crossing of it leads anywhere
    assert found.loc["fence", ["saved_min", "affected_share", "added"]].tolist() == [0, 0, 0]
    assert list(found.index) == ["rail", "fence"]


def test_tracks_of_one_railway_are_crossed_at_once():
    tracks = railway(line((0, -5), (1000, -5)), line((0, 5), (1000, 5)))
    found = costs(town([500]), tracks, points((0, 20)), points((0, -20)))
    assert found.loc["rail", "saved_min"] == 15


def test_a_crossing_of_one_barrier_leads_across_no_other():
    both = railway(line((0, 0), (1000, 0)), line((0, 8), (1000, 8)), names=["rail", "road"])
    rules = CrossingRules(spacing_m=100, width_m=0, reach_m=40, max_snap_m=5)
    found = costs(town([500]), both, points((0, 20)), points((0, -20)), rules)
    assert found["saved_min"].tolist() == [0, 0]
    assert found["added"].tolist() == [0, 0]


def test_a_street_farther_than_the_reach_is_not_joined():
    # a crossing begins a metre beside the railway
    for reach_m, added in ((18, 0), (19, 10)):
        rules = CrossingRules(spacing_m=100, width_m=30, reach_m=reach_m, max_snap_m=5)
        found = costs(town([500]), railway(), points((0, 20)), points((0, -20)), rules)
        assert found.loc["rail", "added"] == added


def test_no_barrier_is_an_empty_table_and_no_point_no_pair():
    none = costs(town([500]), railway().iloc[:0], points((0, 20)), points((0, -20)))
    assert len(none) == 0
    off = costs(town([500]), railway(), points((0, 400)), points((0, -20)))
    assert off.loc["rail", "pairs"] == 0


def ladder_s(tunnels, start, end):
    """Seconds from one side to the other, by head."""
    return min((abs(start - at) + 40 + abs(at - end) for at in tunnels), default=np.inf)


tunnel_sets = st.sets(st.sampled_from(SPOTS), min_size=1, max_size=10)
places_at = st.lists(st.integers(0, 1000), min_size=1, max_size=4)


@settings(max_examples=30, deadline=None)
@given(tunnel_sets, places_at, places_at)
def test_the_cost_is_what_a_ladder_of_tunnels_saves(tunnels, starts, ends):
    doors = points(*((at, 20) for at in starts))
    shops = points(*((at, -20) for at in ends))
    saved = [ladder_s(tunnels, a, b) - ladder_s(SPOTS, a, b) for a in starts for b in ends]
    found = costs(town(tunnels), railway(), doors, shops).loc["rail"]
    # each part of a street is a whole decisecond
    assert found["saved_min"] == pytest.approx(np.mean(saved) / 60, abs=0.01)
    assert found["saved_min"] >= 0


@settings(max_examples=30, deadline=None)
@given(tunnel_sets, st.sampled_from(SPOTS), places_at, places_at)
def test_more_crossings_never_cost_more(tunnels, further, starts, ends):
    doors = points(*((at, 20) for at in starts))
    shops = points(*((at, -20) for at in ends))
    few = costs(town(tunnels), railway(), doors, shops).loc["rail", "saved_min"]
    more = costs(town({*tunnels, further}), railway(), doors, shops).loc["rail", "saved_min"]
    assert more <= few + 0.01  # a decisecond for each part of a street


@settings(max_examples=10, deadline=None)
@given(tunnel_sets, st.tuples(st.integers(-5000, 5000), st.integers(-5000, 5000)))
def test_moving_everything_changes_nothing(tunnels, shift):
    doors, shops = points((0, 20), (700, 20)), points((0, -20), (330, -20))
    here = costs(town(tunnels), railway(), doors, shops)
    moved = costs(
        town(tunnels, shift),
        railway(shift=shift),
        points((0, 20), (700, 20), shift=shift),
        points((0, -20), (330, -20), shift=shift),
    )
    assert moved["saved_min"].tolist() == pytest.approx(here["saved_min"].tolist(), abs=0.01)
