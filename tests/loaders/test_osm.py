"""OSM streets: topology by node id, lengths, and the real network."""

from __future__ import annotations

import math
import os
from collections import Counter
from pathlib import Path

import osmium
import pytest
from geopandas.testing import assert_geodataframe_equal

from .osm_town import CLOSED, RULES, ends, reachable, read, town

__all__ = ["town"]


# topology


def test_ways_are_cut_where_they_share_a_node(town):
    streets, report = read(town((1, (10, 11, 12), "residential"), (2, (1, 11, 21), "footway")))
    assert ends(streets) == {
        "w1_0": ("n10", "n11"),
        "w1_1": ("n11", "n12"),
        "w2_0": ("n1", "n11"),
        "w2_1": ("n11", "n21"),
    }
    assert (report.ways_read, report.ways_kept, report.edges, report.nodes) == (2, 2, 4, 5)


def test_a_way_is_not_cut_at_a_node_of_its_own(town):
    streets, _ = read(town((1, (0, 1, 2, 3), "path")))
    assert ends(streets) == {"w1_0": ("n0", "n3")}
    assert len(streets.geometry.iloc[0].coords) == 4


def test_a_way_left_out_cuts_nothing(town):
    streets, _ = read(town((1, (10, 11, 12), "path"), (2, (1, 11, 21), "motorway")))
    assert ends(streets) == {"w1_0": ("n10", "n12")}


def test_a_bridge_does_not_join_the_road_below(town):
    bridge = {"highway": "footway", "bridge": "yes"}
    crossing = {5: (12.281, 55.651)}  # the very place of node 11
    path = town((1, (10, 11, 12), "residential"), (2, (1, 5, 21), bridge), places=crossing)
    streets, _ = read(path)
    assert ends(streets) == {"w1_0": ("n10", "n12"), "w2_0": ("n1", "n21")}
    assert streets.set_index("id")["bridge"].to_dict() == {"w1_0": False, "w2_0": True}
    assert reachable(streets, "n10") == {"n10", "n12"}


@pytest.mark.parametrize(
    ("value", "tunnel"), [("yes", True), ("building_passage", True), ("no", False)]
)
def test_a_tunnel_is_any_value_but_no(town, value, tunnel):
    streets, _ = read(town((1, (0, 1), {"highway": "path", "tunnel": value})))
    assert streets["tunnel"].tolist() == [tunnel]


def test_a_missing_node_breaks_the_way_and_is_never_bridged(town):
    path = town((1, (0, 1, 2, 3, 4), "path"), missing=[2])
    streets, report = read(path)
    assert ends(streets) == {"w1_0": ("n0", "n1"), "w1_1": ("n3", "n4")}
    assert "n4" not in reachable(streets, "n0")
    assert report.missing_node_breaks == 1


def test_a_run_of_missing_nodes_is_one_break(town):
    path = town((1, (0, 1, 2, 3, 4, 5), "path"), (2, (6, 7), "path"), missing=[2, 3, 6])
    streets, report = read(path)
    assert ends(streets) == {"w1_0": ("n0", "n1"), "w1_1": ("n4", "n5")}
    assert (report.missing_node_breaks, report.ways_without_line) == (2, 1)
    assert report.ways_read == report.ways_kept + report.ways_without_line


def test_the_same_node_on_both_sides_of_a_gap_does_not_close_it(town):
    streets, _ = read(town((1, (0, 1, 9, 1, 2), "path"), missing=[9]))
    assert ends(streets) == {"w1_0": ("n0", "n1"), "w1_1": ("n1", "n2")}


def test_a_node_at_a_place_outside_the_world_is_missing(town):
    streets, report = read(town((1, (0, 1, 2), "path"), places={2: (200.0, 55.0)}))
    assert ends(streets) == {"w1_0": ("n0", "n1")}
    assert report.missing_node_breaks == 1


def test_a_node_repeated_at_once_is_one_node(town):
    streets, _ = read(town((1, (0, 0, 1, 1, 2), "path"), (2, (5, 5), "path")))
    assert ends(streets) == {"w1_0": ("n0", "n2")}
    assert len(streets.geometry.iloc[0].coords) == 3


def test_a_node_left_alone_between_gaps_cuts_no_other_way(town):
    streets, report = read(town((1, (0, 1, 2), "path"), (2, (8, 1, 9), "path"), missing=[8, 9]))
    assert ends(streets) == {"w1_0": ("n0", "n2")}
    assert report.ways_without_line == 1


def test_two_neighbours_at_one_position_are_one_node(town):
    same = {1: (12.281, 55.65), 5: (12.281, 55.65), 6: (12.281, 55.65)}
    path = town((1, (0, 1, 5), "path"), (2, (5, 6, 2), "path"), places=same)
    streets, _ = read(path)
    assert ends(streets) == {"w1_0": ("n0", "n1"), "w2_0": ("n1", "n2")}


def test_a_barrier_that_is_merged_with_its_neighbour_still_cuts(town):
    same = {1: (12.281, 55.65), 5: (12.281, 55.65)}
    gate = {5: {"barrier": "gate", "foot": "no"}}
    streets, report = read(town((1, (0, 1, 5, 2), "path"), places=same, tags=gate))
    assert reachable(streets, "n0") == {"n0", "n1_1"}
    assert report.barrier_cuts == 1


def test_a_ring_is_one_street_from_its_node_to_itself(town):
    streets, report = read(town((1, (0, 1, 11, 10, 0), "residential")))
    assert ends(streets) == {"w1_0": ("n0", "n0")}
    assert report.nodes == 1
    assert streets["length_m"].iloc[0] > 300


def test_a_ring_with_a_street_is_cut_at_the_street_and_at_its_own_start(town):
    streets, _ = read(town((1, (0, 1, 11, 10, 0), "residential"), (2, (11, 12), "path")))
    assert ends(streets) == {"w1_0": ("n0", "n11"), "w1_1": ("n11", "n0"), "w2_0": ("n11", "n12")}


def test_a_lollipop_is_cut_where_it_meets_itself(town):
    streets, _ = read(town((1, (0, 1, 2, 12, 11, 1), "residential")))
    assert ends(streets) == {"w1_0": ("n0", "n1"), "w1_1": ("n1", "n1")}


def test_a_way_out_and_back_keeps_its_length(town):
    streets, _ = read(town((1, (0, 10, 0), "path")))
    assert streets["length_m"].sum() == pytest.approx(2 * 111.335, abs=0.1)


def test_an_island_is_kept(town):
    streets, _ = read(town((1, (0, 1), "path"), (2, (50, 51), "path")))
    assert sorted(streets["id"]) == ["w1_0", "w2_0"]


# numbers


def test_lengths_are_geodesic_and_not_those_of_the_projection(town):
    streets, report = read(town((1, (0, 10), "path"), (2, (0, 1), "path")))
    # by hand: radii of the WGS84 ellipsoid at 55.65, times 0.001 degree in radians:
    # M = 6 379 052 m along the meridian, N cos(lat) = 3 607 082 m along the parallel
    assert streets["length_m"].tolist() == pytest.approx([111.335, 62.955], abs=0.001)
    assert report.length_km == pytest.approx(0.1743, abs=1e-4)
    drawn = streets.geometry.length
    assert (abs(drawn / streets["length_m"] - 1) < 1e-3).all()
    assert (drawn != streets["length_m"]).all()


def test_the_length_of_a_street_is_the_sum_of_its_segments(town):
    streets, _ = read(town((1, (0, 10, 20, 30), "path"), (2, (20, 21), "path")))
    assert streets["length_m"].tolist() == pytest.approx([222.67, 111.34, 62.95], abs=0.02)


def test_the_line_ends_where_its_nodes_lie(town):
    streets, _ = read(town((1, (0, 10), "path")))
    degrees = streets.to_crs("EPSG:4326").geometry.iloc[0].coords
    assert degrees[0] == pytest.approx((12.28, 55.65), abs=1e-7)
    assert degrees[-1] == pytest.approx((12.28, 55.651), abs=1e-7)


def test_two_reads_give_the_same_table(town):
    path = town((1, (10, 11, 12), "path"), (2, (1, 11, 21), "path"), tags={11: CLOSED})
    (one, one_report), (two, two_report) = read(path), read(path)
    assert_geodataframe_equal(one, two)
    assert one_report == two_report


def test_bounds_keep_whole_streets_that_touch_them_and_their_ids(town):
    path = town((1, (0, 5), "path"), (2, (5, 7, 9), "path"), (3, (7, 17), "path"))
    # inside the first street, and no node in it
    streets, report = read(path, bounds_wgs84=(12.2815, 55.6495, 12.2825, 55.6505))
    assert ends(streets) == {"w1_0": ("n0", "n5")}
    assert (report.outside_bounds, report.ways_kept) == (3, 3)
    streets, _ = read(path, bounds_wgs84=(12.288, 55.64, 12.30, 55.66))
    assert sorted(streets["id"]) == ["w2_1"]


def test_bounds_of_the_report_are_those_of_the_streets(town):
    _, report = read(town((1, (0, 11), "path")))
    assert report.bounds_wgs84 == pytest.approx((12.28, 55.65, 12.281, 55.651))


# the real network


def haversine_m(one, other):
    """Distance on the sphere of the mean radius: within 0.5 % of the ellipsoid."""
    (lon1, lat1), (lon2, lat2) = (tuple(map(math.radians, place)) for place in (one, other))
    root = math.sin((lat2 - lat1) / 2) ** 2
    root += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(root))


def recount(path):
    """Count vertices, ends and length with a plain loop over the file."""
    uses: Counter[int] = Counter()
    metres, ways = 0.0, []
    for way in osmium.FileProcessor(str(path)).with_locations():
        if not way.is_way() or way.tags.get("highway") in (None, *RULES.closed_kinds):
            continue
        refs, places = [], []
        for node in way.nodes:
            if not refs or refs[-1] != node.ref:
                refs.append(node.ref)
                places.append((node.lon, node.lat))
        metres += sum(map(haversine_m, places, places[1:]))
        uses.update(refs)
        ways.append(refs)
    edges, ends = 0, set()
    for refs in ways:
        cuts = {0, len(refs) - 1} | {i for i, ref in enumerate(refs) if uses[ref] > 1}
        edges += len(cuts) - 1
        ends |= {refs[i] for i in cuts}
    return {"vertices": len(uses), "edges": edges, "ends": len(ends), "km": metres / 1000}


@pytest.mark.data
@pytest.mark.skipif(
    "HTKGIS_TEST_DATA" not in os.environ, reason="HTKGIS_TEST_DATA names no test data"
)
def test_the_network_of_hoje_taastrup_agrees_with_a_plain_recount():
    path = Path(os.environ["HTKGIS_TEST_DATA"]) / "osm" / "hoje-taastrup.osm.pbf"
    streets, report = read(path)
    plain = recount(path)
    assert plain["vertices"] == 205_712  # data/README: walk vertices
    assert report.length_km == pytest.approx(plain["km"], rel=0.005)
    assert (report.edges, report.nodes) == (plain["edges"], plain["ends"])
    assert report.edges == len(streets)
    assert report.left_out["motorway"] > 0
