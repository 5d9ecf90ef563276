"""Cumulative opportunities over an interval: by hand, one limit, between the extremes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.access import cumulative_interval, cumulative_opportunities

from .worked import by_id, times

HOMES = pd.Index(["home_a", "home_b"], name="id")
JOBS = by_id(["town", "mall"], [100, 300])
TABLE = times([[15, 30], [20, None]], HOMES, JOBS.index)


def test_worked_example_of_three_limits():
    """home_a reaches 0, 100, 400 jobs; home_b 0, 100, 100."""
    found = cumulative_interval(
        TABLE, JOBS, origins=HOMES, limits_min=(10, 20, 30), percents=(0, 50, 75, 100)
    )
    assert found.columns.tolist() == ["mean", "p0", "p50", "p75", "p100"]
    assert found.loc["home_a"].tolist() == [pytest.approx(500 / 3), 0, 100, 250, 400]
    assert found.loc["home_b"].tolist() == [pytest.approx(200 / 3), 0, 100, 100, 100]
    assert found.index.equals(HOMES)


def test_a_time_on_a_limit_is_inside():
    """Within 14, 15 and 16 minutes home_a reaches 0, 100 and 100."""
    found = cumulative_interval(TABLE, JOBS, origins=HOMES, limits_min=range(14, 17))
    assert found.loc["home_a"].tolist() == [pytest.approx(200 / 3), 100]


def test_a_limit_given_twice_counts_once():
    once = cumulative_interval(TABLE, JOBS, origins=HOMES, limits_min=(10, 20, 30))
    twice = cumulative_interval(TABLE, JOBS, origins=HOMES, limits_min=(30, 10, 20, 10))
    pd.testing.assert_frame_equal(once, twice)


def test_nothing_reached_is_zero_and_not_missing():
    found = cumulative_interval(TABLE[:0], JOBS, origins=HOMES, limits_min=(10, 20))
    assert found.to_numpy().tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("limits", "percents", "message"),
    [
        ((), (50,), "limits_min: none was given"),
        ((10, -5), (50,), "limits_min: 1 of 2 are below 0: -5"),
        ((10,), (50, 101), "percents: 1 of 2 are wrong: 101"),
    ],
)
def test_what_is_no_interval_is_refused(limits, percents, message):
    with pytest.raises(ValueError, match=message):
        cumulative_interval(TABLE, JOBS, origins=HOMES, limits_min=limits, percents=percents)


PLACES = ["p1", "p2", "p3"]
TIMES = st.lists(st.integers(0, 24_000), min_size=3, max_size=3)
AMOUNTS = st.lists(st.integers(0, 1000), min_size=3, max_size=3)
LIMITS = st.lists(st.integers(0, 40), min_size=1, max_size=6, unique=True)


@given(TIMES, AMOUNTS, LIMITS, st.floats(0, 100))
def test_it_is_the_statistic_of_the_counts_within_each_limit(times_ds, amounts, limits, percent):
    jobs = by_id(PLACES, amounts)
    table = pd.DataFrame({"from_id": "home_a", "to_id": PLACES, "travel_time_ds": times_ds})
    counts = [
        cumulative_opportunities(table, jobs, origins=HOMES, limit_min=limit)["home_a"]
        for limit in limits
    ]
    found = cumulative_interval(
        table, jobs, origins=HOMES, limits_min=limits, percents=(percent,)
    ).loc["home_a"]
    assert found["mean"] == pytest.approx(np.mean(counts))
    assert found.iloc[1] == pytest.approx(np.percentile(counts, percent))
    assert min(counts) <= found.min() <= found.max() <= max(counts)
