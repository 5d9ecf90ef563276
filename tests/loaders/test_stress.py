"""Traffic stress: the whole table by hand, what counts as protected, and Danish defaults."""

import math

import pandas as pd
import pytest

from htkgis.loaders.osm_tags import cycleway, lane_count, light
from htkgis.loaders.stress import stress_levels


def level(kind, kph=None, lanes=None, beside=None):
    columns = [[kind], [kph], [lanes], [beside]]
    return stress_levels(*(pd.Series(values, dtype=object) for values in columns)).item()


@pytest.mark.parametrize(
    ("kind", "lanes", "beside", "levels"),
    [
        ("cycleway", None, None, (1, 1, 1, 1)),
        ("secondary", 4, "track", (1, 1, 1, 1)),
        ("secondary", 2, "lane", (2, 2, 3, 4)),
        ("secondary", 4, "lane", (3, 3, 3, 4)),
        ("residential", 2, None, (1, 2, 4, 4)),
        ("residential", None, None, (1, 2, 4, 4)),
        ("residential", 3, None, (2, 3, 4, 4)),
        ("unclassified", 1, None, (1, 2, 4, 4)),
        ("tertiary", 2, None, (2, 3, 4, 4)),
        ("tertiary", 3, None, (2, 3, 4, 4)),
        ("tertiary", 4, None, (3, 4, 4, 4)),
        ("residential", 5, None, (3, 4, 4, 4)),
        ("tertiary", 6, None, (4, 4, 4, 4)),
    ],
)
def test_the_table_of_stress(kind, lanes, beside, levels):
    # a limit that ends a column belongs below; above 60 km/h all are alike
    assert tuple(level(kind, kph, lanes, beside) for kph in (40, 50, 60, 80)) == levels
    assert level(kind, 41, lanes, beside) == levels[1]


def test_without_a_limit_the_danish_one_of_the_kind_counts():
    assert level("residential") == 2
    assert level("tertiary") == 3
    assert level("trunk") == 4
    assert level("trunk", beside="track") == 1


def test_levels_keep_the_index_and_no_street_has_none():
    kinds = pd.Series(["path", "primary"], index=[7, 3])
    missing = pd.Series([None, None], index=[7, 3], dtype=object)
    found = stress_levels(kinds, missing, missing, missing)
    assert found.to_dict() == {7: 1, 3: 3}
    none = pd.Series([], dtype=object)
    assert stress_levels(none, none, none, none).tolist() == []


@pytest.mark.parametrize(
    ("tags", "beside"),
    [
        ({}, None),
        ({"cycleway": "track"}, "track"),
        ({"cycleway": "separate"}, "track"),
        ({"cycleway:both": "track"}, "track"),
        ({"cycleway:both": "separate"}, "track"),
        ({"cycleway": "lane"}, "lane"),
        ({"cycleway": "shared_lane"}, None),
        ({"cycleway": "no"}, None),
        ({"cycleway:right": "track"}, None),
        ({"cycleway:right": "track", "cycleway:left": "lane"}, "lane"),
        ({"cycleway:right": "track", "cycleway:left": "separate"}, "track"),
        ({"cycleway:right": "track", "cycleway:right:oneway": "no"}, "track"),
        ({"cycleway:right": "track", "oneway": "yes"}, "track"),
        ({"cycleway:right": "lane", "junction": "roundabout"}, "lane"),
        ({"cycleway": "lane", "cycleway:right": "track"}, "lane"),
        ({"cycleway:left": "opposite_track", "oneway": "yes"}, "track"),
        ({"bicycle": "use_sidepath"}, "track"),
        ({"bicycle": "designated"}, None),
    ],
)
def test_what_bikes_have_along_the_whole_street(tags, beside):
    assert cycleway(tags) == beside


@pytest.mark.parametrize(
    ("tags", "lanes"),
    [
        ({"lanes": "2"}, 2),
        ({"lanes": "2", "oneway": "yes"}, 4),
        ({"lanes": "1.5"}, 1.5),
        ({"lanes": "many"}, math.nan),
        ({}, math.nan),
    ],
)
def test_lanes_are_those_of_both_directions(tags, lanes):
    assert lane_count(tags) == pytest.approx(lanes, nan_ok=True)


@pytest.mark.parametrize(
    ("value", "lit"),
    [("yes", "yes"), ("24/7", "yes"), ("sunset-sunrise", "yes"), ("no", "no"), ("disused", "no")],
)
def test_a_way_says_whether_it_has_light(value, lit):
    assert light({"lit": value}) == lit
    assert light({}) is None
