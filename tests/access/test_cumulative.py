"""Cumulative opportunities: worked example, the limit itself, growth, splitting."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.access import cumulative_opportunities
from htkgis.errors import SchemaError

HOMES = pd.Index(["home_a", "home_b"], name="id")


def travel_times(*rows):
    return pd.DataFrame(rows, columns=["from_id", "to_id", "travel_time_ds"])


TABLE = travel_times(("home_a", "town", 9000), ("home_a", "mall", 18_000), ("home_b", "mall", 9001))
JOBS = pd.Series({"town": 4500.0, "mall": 2500.0, "island": 10.0})


def test_worked_example_of_jobs_within_fifteen_and_thirty_minutes():
    fifteen = cumulative_opportunities(TABLE, JOBS, origins=HOMES, limit_min=15)
    thirty = cumulative_opportunities(TABLE, JOBS, origins=HOMES, limit_min=30)
    assert fifteen.to_dict() == {"home_a": 4500.0, "home_b": 0.0}
    assert thirty.to_dict() == {"home_a": 7000.0, "home_b": 2500.0}


@pytest.mark.parametrize(("time_ds", "reached"), [(8999, 1.0), (9000, 1.0), (9001, 0.0)])
def test_a_time_on_the_limit_is_inside(time_ds, reached):
    table = travel_times(("home_a", "town", time_ds))
    value = cumulative_opportunities(table, pd.Series({"town": 1}), origins=HOMES, limit_min=15)
    assert value["home_a"] == reached


def test_nothing_reached_is_zero_and_not_missing():
    value = cumulative_opportunities(travel_times(), JOBS, origins=HOMES, limit_min=30)
    assert value.tolist() == [0.0, 0.0]
    assert value.index.equals(HOMES)


def test_a_place_that_does_not_count_adds_nothing():
    value = cumulative_opportunities(TABLE, JOBS[["town"]], origins=HOMES, limit_min=30)
    assert value.to_dict() == {"home_a": 4500.0, "home_b": 0.0}


def test_a_pair_that_stands_twice_is_refused():
    with pytest.raises(SchemaError, match=r"2 of 2 rows share.*home_a/town"):
        cumulative_opportunities(
            travel_times(("home_a", "town", 1), ("home_a", "town", 2)),
            JOBS,
            origins=HOMES,
            limit_min=15,
        )


PLACES = ["p1", "p2", "p3"]
ROWS = st.fixed_dictionaries({place: st.integers(0, 30_000) for place in PLACES})
WEIGHTS = st.fixed_dictionaries({place: st.integers(0, 1000) for place in PLACES})


@given(ROWS, WEIGHTS, st.integers(0, 60), st.integers(0, 60))
def test_a_longer_limit_never_reaches_less_nor_more_than_all(times, weights, one, other):
    table = travel_times(*(("home_a", place, time) for place, time in times.items()))
    jobs = pd.Series(weights, dtype=float)
    low, high = sorted((one, other))
    less, more = (
        cumulative_opportunities(table, jobs, origins=HOMES, limit_min=limit)["home_a"]
        for limit in (low, high)
    )
    assert 0 <= less <= more <= jobs.sum()


@given(ROWS, WEIGHTS)
def test_splitting_a_place_in_two_at_the_same_spot_changes_nothing(times, weights):
    rows = [("home_a", place, time) for place, time in times.items()]
    jobs = pd.Series(weights, dtype=float)
    half = jobs.copy()
    half["p1"] /= 2
    half["p1b"] = half["p1"]
    twice = [*rows, ("home_a", "p1b", times["p1"])]
    whole = cumulative_opportunities(travel_times(*rows), jobs, origins=HOMES, limit_min=20)
    split = cumulative_opportunities(travel_times(*twice), half, origins=HOMES, limit_min=20)
    assert whole["home_a"] == split["home_a"]
