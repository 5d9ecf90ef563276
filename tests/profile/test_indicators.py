"""Indicators over the years: breaks forbid comparing, targets are held against a straight line."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.profile.indicators import change_since, indicator_part, target_state

NO_BREAKS = pd.DataFrame({"indicator": [], "from_year": [], "reason": []})
NO_TARGETS = pd.DataFrame(
    columns=["indicator", "area_id", "baseline_year", "target_year", "value", "unit", "source"]
)


def table(*rows):
    names = ["indicator", "area_id", "year", "value"]
    return pd.DataFrame(rows, columns=names).assign(unit="percent", hidden=False)


def part(indicators, *, breaks=NO_BREAKS, targets=NO_TARGETS):
    return indicator_part(indicators, {}, breaks, targets, area_id="a", baseline_year=2016)


def point(year, value, *, unit="percent", hidden=False):
    return {"year": year, "unit": unit, "area": value, "area_hidden": hidden}


def target(value=30.0, baseline=2016, end=2026):
    return {
        "baseline_year": baseline,
        "target_year": end,
        "value": value,
        "unit": "percent",
        "source": "made up for the test",
    }


def test_a_series_has_a_value_per_year_in_rising_order():
    (row,) = part(table(("x", "a", 2023, 26.7), ("x", "a", 2016, 31.4)))["rows"]
    assert [(each["year"], each["area"]) for each in row["series"]] == [(2016, 31.4), (2023, 26.7)]
    assert row["change"] == {
        "from_year": 2016,
        "to_year": 2023,
        "value": -4.7,
        "unit": "points",
        "why": None,
    }


def test_only_units_with_values_stand_beside_the_area():
    alone = part(table(("x", "a", 2016, 31.4), ("x", "b", 2016, 40.0)))
    assert alone["units"] == ["area"]
    assert "municipality" not in alone["rows"][0]["series"][0]
    beside = part(table(("x", "a", 2016, 31.4), ("y", "a", 2016, 1.0), ("x", "region", 2016, 20.0)))
    assert beside["units"] == ["area", "region"]
    assert [row["series"][0]["region"] for row in beside["rows"]] == [20, None]


def test_an_area_without_indicators_has_no_part():
    assert part(table(("x", "b", 2016, 1.0))) is None


def test_a_value_without_a_year_belongs_to_no_series():
    undated = table(("x", "a", None, 5.0), ("x", "a", 2016, 4.0))
    assert [each["area"] for each in part(undated)["rows"][0]["series"]] == [4]


@pytest.mark.parametrize(
    ("series", "breaks", "why"),
    [
        ([point(2016, 1.0)], [], "one_year"),
        ([point(2014, 1.0)], [], "one_year"),
        ([point(2017, 1.0), point(2018, 2.0)], [], "baseline"),
        ([point(2016, 1.0), point(2018, 2.0)], [{"from_year": 2018}], "break"),
        ([point(2016, 1.0), point(2018, 2.0)], [{"from_year": 2017}], "break"),
        ([point(2016, 1.0), point(2018, 2.0, unit="persons")], [], "unit"),
        ([point(2016, None, hidden=True), point(2018, 2.0)], [], "hidden"),
        ([point(2016, 1.0), point(2018, None, hidden=True)], [], "hidden"),
        ([point(2016, 1.0), point(2018, None)], [], "missing"),
    ],
)
def test_what_forbids_a_comparison_is_named(series, breaks, why):
    found = change_since(series, breaks, baseline_year=2016)
    assert (found["why"], found["value"]) == (why, None)


@pytest.mark.parametrize("year", [2016, 2019])
def test_a_break_in_the_baseline_year_itself_or_after_the_latest_forbids_nothing(year):
    series = [point(2016, 1.0), point(2018, 2.5)]
    assert change_since(series, [{"from_year": year}], baseline_year=2016)["value"] == 1.5


def test_counts_change_in_their_own_unit():
    series = [point(2016, 2670.0, unit="persons"), point(2023, 1587.0, unit="persons")]
    found = change_since(series, [], baseline_year=2016)
    assert (found["value"], found["unit"]) == (-1083, "persons")


@pytest.mark.parametrize(
    ("value", "goal", "on_track"),
    [
        (34.0, 30.0, True),  # exactly on the line from 40 in 2016 to 30 in 2026
        (33.9, 30.0, True),
        (34.1, 30.0, False),
        (46.0, 50.0, True),
        (45.9, 50.0, False),
        (40.0, 40.0, None),
    ],
)
def test_a_target_is_on_track_on_the_straight_line_or_beyond_it(value, goal, on_track):
    state = target_state([point(2016, 40.0), point(2022, value)], [], target(goal))
    assert state["expected"] == {30.0: 34, 50.0: 46, 40.0: 40}[goal]
    assert state["on_track"] is on_track


def test_after_its_year_a_target_itself_is_expected():
    state = target_state([point(2016, 40.0), point(2030, 31.0)], [], target())
    assert (state["expected"], state["on_track"]) == (30, False)


def test_across_a_break_nothing_is_said_of_a_target():
    state = target_state([point(2016, 40.0), point(2022, 20.0)], [{"from_year": 2018}], target())
    assert (state["expected"], state["on_track"], state["change"]["why"]) == (None, None, "break")


def test_targets_belong_to_their_own_area_and_indicator():
    goals = pd.DataFrame(
        [
            {"indicator": "x", "area_id": "a", **target()},
            {"indicator": "x", "area_id": "b", **target(1.0)},
            {"indicator": "z", "area_id": "a", **target(2.0)},
        ]
    )
    (row,) = part(table(("x", "a", 2016, 40.0)), targets=goals)["rows"]
    assert [each["value"] for each in row["targets"]] == [30]
    assert row["targets"][0]["change"]["why"] == "one_year"


@given(
    base=st.integers(0, 100),
    goal=st.integers(0, 100),
    year=st.integers(2017, 2040),
)
def test_whoever_is_on_the_line_is_on_track_and_the_line_ends_at_the_target(base, goal, year):
    line = target_state([point(2016, float(base)), point(year, float(base))], [], target(goal))
    expected = line["expected"]
    assert min(base, goal) <= expected <= max(base, goal)
    assert (expected == goal) or year < 2026 or base == goal
    on_line = target_state([point(2016, float(base)), point(year, expected)], [], target(goal))
    assert on_line["on_track"] is (None if base == goal else True)
