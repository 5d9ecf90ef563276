"""Balancing time: printed values, strictly more, whole minutes, laws."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.access import balancing_time

from .worked import by_id, times

BELO = ["64f", "027", "12b", "287", "67b"]
BELO_TIMES = times(
    [
        [5.8, 42, 49, 60, 67],
        [42, 5.8, 29, 31, 41],
        [49, 27, 5.8, 40, 49],
        [60, 28, 42, 5.8, 19],
        [67, 39, 49, 20, 5.8],
    ],
    BELO,
)


def test_five_hexagons_of_belo_horizonte_are_those_of_r_accessibility():
    found = balancing_time(
        BELO_TIMES,
        by_id(BELO, [1787, 966, 915, 1598, 1242]),
        by_id(BELO, [38, 3142, 510, 2077, 240]),
    )
    assert found.tolist() == [42, 6, 27, 6, 20]


@pytest.mark.parametrize(("jobs", "minutes"), [(99, math.nan), (100, math.nan), (101, 7.0)])
def test_as_many_as_the_demand_are_not_more(jobs, minutes):
    found = balancing_time(times([[7]], ["a"], ["s"]), by_id(["a"], [100]), by_id(["s"], [jobs]))
    assert found["a"] == pytest.approx(minutes, nan_ok=True)


@pytest.mark.parametrize(("time_ds", "minutes"), [(0, 0), (1, 1), (4199, 7), (4200, 7), (4201, 8)])
def test_a_minute_begun_is_whole_and_a_time_on_a_minute_is_inside(time_ds, minutes):
    table = pd.DataFrame({"from_id": ["a"], "to_id": ["s"], "travel_time_ds": [time_ds]})
    assert balancing_time(table, by_id(["a"], [1]), by_id(["s"], [2]))["a"] == minutes


def test_where_nobody_lives_it_is_the_time_to_the_first_opportunity():
    table = times([[3, 5]], ["a"], ["s", "t"])
    assert balancing_time(table, by_id(["a"], [0]), by_id(["s", "t"], [0, 1]))["a"] == 5


def test_no_pairs_give_missing_values_on_the_same_index():
    people = by_id(BELO, [0, 1, 2, 3, 4])
    found = balancing_time(BELO_TIMES[:0], people, people)
    assert found.isna().all()
    assert found.index.equals(people.index)


def test_tenths_of_a_job_are_compared_without_what_other_origins_reach():
    """0.1 + 0.2 is not more than 0.3 by a rounding that a million elsewhere would bring."""
    table = times([[1, None], [None, 1]], ["a", "b"], ["big", "small"])
    found = balancing_time(table, by_id(["a", "b"], [0, 0.1]), by_id(["big", "small"], [1e15, 0.1]))
    assert math.isnan(found["b"])


PLACES = ["p1", "p2", "p3", "p4"]
TIMES = st.lists(st.integers(0, 24_000), min_size=4, max_size=4)
AMOUNTS = st.lists(st.integers(0, 100), min_size=4, max_size=4)


@given(TIMES, AMOUNTS, st.integers(0, 200), st.permutations(range(4)))
def test_it_is_the_first_minute_that_a_count_minute_by_minute_finds(times_ds, jobs, people, order):
    table = pd.DataFrame({"from_id": "a", "to_id": PLACES, "travel_time_ds": times_ds})
    counted = (
        minute
        for minute in range(41)
        if sum(n for t, n in zip(times_ds, jobs, strict=True) if t <= 600 * minute) > people
    )
    found = balancing_time(table.iloc[list(order)], by_id(["a"], [people]), by_id(PLACES, jobs))
    assert found["a"] == pytest.approx(next(counted, math.nan), nan_ok=True)


@given(TIMES, AMOUNTS, st.integers(0, 200), st.integers(0, 100))
def test_more_jobs_never_lengthen_it_and_more_people_never_shorten_it(times_ds, jobs, people, more):
    table = pd.DataFrame({"from_id": "a", "to_id": PLACES, "travel_time_ds": times_ds})

    def minutes(people, jobs):
        found = balancing_time(table, by_id(["a"], [people]), by_id(PLACES, jobs))["a"]
        return math.inf if math.isnan(found) else found

    base = minutes(people, jobs)
    assert minutes(people, [jobs[0] + more, *jobs[1:]]) <= base <= minutes(people + more, jobs)
