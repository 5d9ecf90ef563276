"""A table of streets with columns named as OSM tags: the rules are those of an extract."""

import pandas as pd
import pytest

from htkgis.errors import SchemaError
from htkgis.loaders.streets import read_street_table
from htkgis.loaders.surroundings import COLUMNS

from .osm_town import read as read_osm
from .osm_town import town
from .test_osm_modes import RULES
from .test_streets import NODES, PATH, STREET, UTM32

__all__ = ["town"]

TAGS = {
    "s1": {"maxspeed": "DK:urban", "lanes": "2", "cycleway:both": "track", "lit": "24/7"},
    "s2": {"maxspeed": "60", "lanes": "4", "cycleway": "lane", "lit": "no", "lcn": "yes"},
    "s3": {},
}


@pytest.fixture
def read(tmp_path):
    """Write streets of one kind with further columns, and read them."""

    def written(rows, kind="tertiary"):
        ends = [STREET, PATH, STREET]
        streets = [
            own | {"id": name, "kind": kind} | tags
            for own, (name, tags) in zip(ends, rows.items(), strict=False)
        ]
        pd.DataFrame(streets).to_csv(tmp_path / "streets.csv", index=False)
        places = [(key, *place) for key, place in NODES.items()]
        nodes = pd.DataFrame(places, columns=["id", "lat", "lon"])
        nodes.to_csv(tmp_path / "street_nodes.csv", index=False)
        return read_street_table(
            tmp_path / "streets.csv", tmp_path / "street_nodes.csv", crs=UTM32, rules=RULES
        )

    return written


def test_a_table_says_of_streets_what_an_extract_with_the_same_tags_says(read, town):
    streets = read(TAGS)
    ways = [
        (number, (10 * number, 10 * number + 1), {"highway": "tertiary"} | tags)
        for number, tags in enumerate(TAGS.values())
    ]
    extract, _ = read_osm(town(*ways), rules=RULES)
    said = ["limit_kph", "lanes", "cycleway", "lit", "route", "lts", "car_kph"]
    pd.testing.assert_frame_equal(
        pd.DataFrame(streets[said]), pd.DataFrame(extract[said]), check_dtype=False
    )
    assert streets["lts"].tolist() == [1, 3, 4]  # mixed traffic at the 60 of its kind is 4
    assert streets["car_kph"].tolist() == [50, 60, 60]


def test_a_table_without_such_columns_says_nothing(read):
    assert not set(COLUMNS) & set(read({"s1": {}, "s2": {}}).columns)


def test_without_cycle_tracks_nothing_is_said_of_stress(read):
    streets = read({"s1": {"maxspeed": "30", "lanes": "2"}})
    assert set(COLUMNS) & set(streets.columns) == {"limit_kph", "lanes"}


def test_with_cycle_tracks_alone_the_limits_of_the_kinds_count(read):
    streets = read({"s1": {"cycleway": "lane"}, "s2": {}}, kind="residential")
    assert streets["limit_kph"].tolist() == [45, 45]
    assert streets["lanes"].isna().all()
    assert streets["lts"].tolist() == [2, 2]


def test_counts_of_crossings_and_signals_are_taken_and_blank_ones_stay_unknown(read):
    streets = read({"s1": {"crossings": "1,5", "signals": "0"}, "s2": {"signals": "1"}})
    assert streets["crossings"].fillna(-1).tolist() == [1.5, -1]
    assert streets["signals"].tolist() == [0, 1]


def test_a_count_that_is_no_number_is_refused(read):
    with pytest.raises(SchemaError, match=r"streets \(.*\) column 'signals'.*'many'"):
        read({"s1": {"signals": "many"}})
