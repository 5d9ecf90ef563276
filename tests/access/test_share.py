"""Share of persons within a limit: the limit itself, missing, nobody, growth."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.access import share_within


def series(values):
    return pd.Series(dict(enumerate(values)), dtype=float)


@pytest.mark.parametrize(("minutes", "share"), [(14.99, 1), (15, 1), (15 + 1 / 600, 0)])
def test_a_time_on_the_limit_is_inside(minutes, share):
    assert share_within(series([minutes]), series([40]), limit_min=15) == share


def test_persons_who_reach_nothing_count_in_the_whole():
    assert share_within(series([5, None]), series([30, 70]), limit_min=15) == 0.3


def test_where_nobody_lives_there_is_no_share():
    assert math.isnan(share_within(series([5]), series([0]), limit_min=15))
    assert math.isnan(share_within(series([]), series([]), limit_min=15))


PERSONS = st.lists(
    st.tuples(st.none() | st.floats(0, 60), st.integers(0, 100)), min_size=1, max_size=10
)


@given(PERSONS, st.integers(1, 60), st.integers(1, 60))
def test_a_longer_limit_never_reaches_fewer(rows, one, other):
    minutes, persons = series([m for m, _ in rows]), series([p for _, p in rows])
    low, high = (share_within(minutes, persons, limit_min=limit) for limit in sorted((one, other)))
    assert math.isnan(low) if persons.sum() == 0 else 0 <= low <= high <= 1


@given(PERSONS, st.integers(1, 60))
def test_splitting_an_origin_in_two_halves_changes_nothing(rows, limit):
    minutes, persons = series([m for m, _ in rows]), series([p for _, p in rows])
    twice = pd.concat([minutes, minutes], ignore_index=True)
    halves = pd.concat([persons / 2, persons / 2], ignore_index=True)
    whole = share_within(minutes, persons, limit_min=limit)
    split = share_within(twice, halves, limit_min=limit)
    assert (math.isnan(whole) and math.isnan(split)) or split == pytest.approx(whole)
