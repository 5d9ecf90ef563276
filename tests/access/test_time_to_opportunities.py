"""Time to an amount of opportunities: worked values, exactly enough, laws, the question turned."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.access import cumulative_opportunities, nearest, time_to_opportunities

from .worked import by_id, times

TABLE = times([[5, 10, 20], [30, None, 1], [None, None, None]], ["a", "b", "c"], ["s", "t", "u"])
JOBS = by_id(["s", "t", "u"], [100, 50, 0.5])
ORIGINS = pd.Index(["c", "a", "b"])
MISSING = math.nan


@pytest.mark.parametrize(
    ("amount", "of_a", "of_b"),
    [
        (0.5, 5, 1),
        (100, 5, 30),
        (100.5, 10, 30),
        (101, 10, MISSING),
        (150.5, 20, MISSING),
        (150.6, MISSING, MISSING),
    ],
)
def test_exactly_as_many_are_enough_and_too_few_are_missing(amount, of_a, of_b):
    found = time_to_opportunities(TABLE, JOBS, origins=ORIGINS, amount=amount)
    assert found.tolist() == pytest.approx([MISSING, of_a, of_b], nan_ok=True)
    assert found.index.equals(ORIGINS)


def test_a_time_keeps_its_decisecond():
    table = pd.DataFrame({"from_id": ["a"], "to_id": ["s"], "travel_time_ds": [601]})
    found = time_to_opportunities(table, JOBS, origins=pd.Index(["a"]), amount=1)
    assert found["a"] == pytest.approx(601 / 600)


def test_no_pairs_give_missing_values_and_no_origins_none():
    assert time_to_opportunities(TABLE[:0], JOBS, origins=ORIGINS, amount=1).isna().all()
    assert time_to_opportunities(TABLE, JOBS, origins=ORIGINS[:0], amount=1).empty


def test_tenths_of_a_job_are_not_lost_beside_what_other_origins_reach():
    table = times([[1, None], [None, 1]], ["a", "b"], ["big", "small"])
    jobs = by_id(["big", "small"], [1e16, 0.1])
    found = time_to_opportunities(table, jobs, origins=pd.Index(["a", "b"]), amount=0.1)
    assert found.tolist() == [1, 1]


@pytest.mark.parametrize("amount", [0, -1, math.inf, math.nan])
def test_an_amount_that_is_no_number_above_0_is_refused(amount):
    with pytest.raises(ValueError, match="a number above 0 is allowed"):
        time_to_opportunities(TABLE, JOBS, origins=ORIGINS, amount=amount)


PLACES = ["p1", "p2", "p3", "p4"]
TIMES = st.lists(st.integers(0, 3), min_size=4, max_size=4)  # many at once
AMOUNTS = st.lists(st.integers(0, 5), min_size=4, max_size=4)


@given(TIMES, AMOUNTS, st.integers(1, 12), st.permutations(range(4)))
def test_it_is_the_first_limit_within_which_cumulative_opportunities_are_enough(
    times_min, jobs, amount, order
):
    table = times([times_min], ["a"], PLACES)
    supply, origins = by_id(PLACES, jobs), pd.Index(["a"])
    enough = (
        limit
        for limit in range(4)
        if cumulative_opportunities(table, supply, origins=origins, limit_min=limit)["a"] >= amount
    )
    found = time_to_opportunities(table.iloc[list(order)], supply, origins=origins, amount=amount)
    assert found["a"] == pytest.approx(next(enough, MISSING), nan_ok=True)


@given(TIMES, st.integers(1, 5))
def test_of_places_that_count_once_it_is_the_nth_nearest(times_min, n):
    table, origins = times([times_min], ["a"], PLACES), pd.Index(["a"])
    found = time_to_opportunities(table, by_id(PLACES, [1] * 4), origins=origins, amount=n)
    nth = nearest(table, pd.Index(PLACES), origins=origins, n=n)["travel_time_min"]
    assert found.tolist() == pytest.approx(nth.tolist(), nan_ok=True)
