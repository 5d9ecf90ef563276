"""The region by train and bus: which stops are within each limit, and what is not reached."""

import numpy as np
import pandas as pd
import pytest

from htkgis.profile.region import region_part, stop_times

STOPS = pd.DataFrame(
    {
        "id": ["far", "halt", "main", "never"],
        "name": ["Fjern", "Holdeplads", None, "Aldrig"],
        "kind": ["station", "stop", "station", "stop"],
    }
)
MINUTES = np.array(
    [
        [58.0, 12.0, 30.0, np.nan],
        [61.0, 10.0, 29.0, np.nan],
        [60.0, np.nan, 34.0, np.nan],
    ]
)


def part(minutes=MINUTES, **options):
    share = np.where(np.isnan(minutes), 0.25, 1.0)
    known = {"limits_min": (60, 30, 45), "window": "rush", "percentile": 50.0, "origins": 3}
    return region_part(stop_times(minutes, share, STOPS["id"]), STOPS, **known | options)


def test_a_stop_belongs_to_the_least_limit_that_holds_its_median_exactly_on_it_too():
    found = {row["id"]: (row["median"], row["limit_min"]) for row in part()["rows"]}
    assert found == {"halt": (12.0, 30), "main": (30.0, 30), "far": (60.0, 60)}


def test_stops_are_counted_within_each_limit_those_on_rails_apart():
    assert part()["within"] == [
        {"limit_min": 30, "stops": 2, "stations": 1},
        {"limit_min": 45, "stops": 2, "stations": 1},
        {"limit_min": 60, "stops": 3, "stations": 2},
    ]
    assert part()["beyond"] == 1


def test_who_does_not_get_there_is_farther_than_any_other():
    halt = next(row for row in part()["rows"] if row["id"] == "halt")
    assert (halt["min"], halt["median"], halt["max"], halt["share"]) == (10.0, 12.0, None, 1.0)


def test_a_stop_without_a_name_is_kept_and_has_none():
    main = next(row for row in part()["rows"] if row["id"] == "main")
    assert (main["name"], main["on_rails"]) == (None, True)


def test_stops_stand_nearest_first_and_equal_ones_by_id():
    equal = np.full((1, 4), 20.0)
    assert [row["id"] for row in part(equal)["rows"]] == ["far", "halt", "main", "never"]
    assert [row["id"] for row in part()["rows"]] == ["halt", "main", "far"]


def test_a_median_a_hair_above_a_limit_is_in_the_next_class():
    row = part(np.full((1, 4), 30.0 + 1 / 600))["rows"][0]
    assert row["limit_min"] == 45


def test_without_stops_there_is_no_part():
    empty = stop_times(np.zeros((2, 0)), np.zeros((2, 0)), [])
    options = {"limits_min": [30], "window": "rush", "percentile": 50.0, "origins": 2}
    assert region_part(empty, STOPS[:0], **options) is None


@pytest.mark.parametrize("origins", [1, 2, 5])
def test_a_stop_that_nobody_reaches_is_in_no_class(origins):
    found = part(np.full((origins, 4), np.nan))
    assert found["rows"] == []
    assert found["beyond"] == 4
    assert [row["stops"] for row in found["within"]] == [0, 0, 0]
