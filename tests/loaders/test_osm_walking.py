"""OSM streets: what may be walked, what cuts a way, which way a street runs."""

from __future__ import annotations

import pandas as pd
import pytest

from htkgis.loaders.osm_tags import blocks, direction, passable

from .osm_town import CLOSED, RULES, ends, reachable, read, town

__all__ = ["town"]


# what may be walked


@pytest.mark.parametrize(
    ("tags", "open_"),
    [
        ({"highway": "cycleway"}, True),
        ({"highway": "steps"}, True),
        ({"highway": "motorway"}, False),
        ({"highway": "trunk", "foot": "designated"}, True),
        ({"highway": "motorway", "foot": "designated"}, True),
        ({"highway": "construction", "foot": "designated"}, False),
        ({"highway": "proposed", "foot": "yes"}, False),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "no"}, False),
        ({"highway": "service", "access": "private", "foot": "yes"}, True),
        ({"highway": "service", "access": "customers"}, True),
        ({"highway": "residential", "foot": "no"}, False),
        ({"highway": "secondary", "foot": "use_sidepath"}, False),
        ({"highway": "path", "foot": "no", "access": "yes"}, False),
        ({"highway": "trunk", "access": "yes"}, False),
    ],
)
def test_foot_decides_before_access_and_kind(town, tags, open_):
    streets, report = read(town((1, (0, 1), tags), (2, (10, 11), "path")))
    assert passable(tags, RULES) is open_
    assert ("w1_0" in set(streets["id"])) is open_
    assert report.left_out == ({} if open_ else {tags["highway"]: 1})
    assert streets["walk"].all()


def test_ways_left_out_are_counted_by_kind(town):
    path = town(
        (1, (0, 1), "motorway"),
        (2, (1, 2), "motorway"),
        (3, (2, 3), {"highway": "service", "access": "private"}),
        (4, (3, 4), "path"),
        (5, (4, 5), {"building": "yes"}),
    )
    streets, report = read(path)
    assert report.left_out == {"motorway": 2, "service": 1}
    assert (report.ways_read, report.ways_kept, len(streets)) == (4, 1, 1)


def test_the_outline_of_an_area_is_a_street(town):
    streets, _ = read(town((1, (0, 1, 11, 0), {"highway": "pedestrian", "area": "yes"})))
    assert streets["kind"].tolist() == ["pedestrian"]


def test_kind_and_name_are_the_tags_and_a_street_without_name_has_none(town):
    named = {"highway": "residential", "name": "Søndre Ærøvej"}
    streets, _ = read(town((1, (0, 1), named), (2, (1, 2), "path")))
    assert streets["kind"].tolist() == ["residential", "path"]
    assert streets["name"].iloc[0] == "Søndre Ærøvej"
    assert pd.isna(streets["name"].iloc[1])


@pytest.mark.parametrize(
    ("tags", "closed"),
    [
        ({"barrier": "gate"}, False),
        ({"barrier": "bollard", "access": "yes"}, False),
        ({"barrier": "gate", "foot": "no"}, True),
        ({"barrier": "lift_gate", "access": "no"}, True),
        (CLOSED, True),
        ({**CLOSED, "foot": "yes"}, False),
        ({**CLOSED, "foot": "permissive"}, False),
        ({"highway": "crossing", "foot": "no"}, False),
    ],
)
def test_only_a_barrier_closed_to_walkers_cuts(town, tags, closed):
    streets, report = read(town((1, (0, 1, 2), "path"), tags={1: tags}))
    assert ("n2" in reachable(streets, "n0")) is not closed
    assert report.barrier_cuts == int(closed)
    if "barrier" in tags:
        assert blocks(tags, RULES) is closed


def test_a_closed_barrier_at_a_junction_parts_all_its_streets(town):
    path = town((1, (10, 11, 12), "path"), (2, (11, 21), "path"), tags={11: CLOSED})
    streets, report = read(path)
    assert ends(streets) == {
        "w1_0": ("n10", "n11_1"),
        "w1_1": ("n11_2", "n12"),
        "w2_0": ("n11_3", "n21"),
    }
    assert report.barrier_cuts == 1


def test_a_closed_barrier_between_two_ways_parts_them(town):
    streets, _ = read(town((1, (0, 1), "path"), (2, (1, 2), "path"), tags={1: CLOSED}))
    assert reachable(streets, "n0") == {"n0", "n1_1"}


def test_a_closed_barrier_on_a_ring_opens_the_ring(town):
    streets, _ = read(town((1, (0, 1, 11, 0), "path"), tags={0: CLOSED}))
    assert ends(streets) == {"w1_0": ("n0_1", "n0_2")}


@pytest.mark.parametrize(
    ("value", "oneway", "nodes"),
    [
        ("yes", True, ("n0", "n2")),
        ("1", True, ("n0", "n2")),
        ("true", True, ("n0", "n2")),
        ("-1", True, ("n2", "n0")),
        ("no", False, ("n0", "n2")),
    ],
)
def test_oneway_runs_from_from_node_to_to_node(town, value, oneway, nodes):
    streets, _ = read(town((1, (0, 1, 2), {"highway": "residential", "oneway": value})))
    assert streets["oneway"].tolist() == [oneway]
    assert ends(streets) == {"w1_0": nodes}
    eastwards = streets.geometry.iloc[0].coords[0][0] < streets.geometry.iloc[0].coords[-1][0]
    assert eastwards is (nodes[0] == "n0")
    assert direction({"oneway": value}) == (oneway and (1 if nodes[0] == "n0" else -1))


def test_a_reversed_way_keeps_the_numbers_of_its_streets(town):
    against = {"highway": "residential", "oneway": "-1"}
    streets, _ = read(town((1, (10, 11, 12), against), (2, (11, 21), "path")))
    assert ends(streets)["w1_0"] == ("n11", "n10")
    assert ends(streets)["w1_1"] == ("n12", "n11")
