"""Minutes of parts of the persons: worked example, ties, missing, laws."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_series_equal

from htkgis.access import share_within, time_quantiles

PARTS = (0.1, 0.5, 0.9)


def series(values):
    return pd.Series(dict(enumerate(values)), dtype=float)


def quantiles(times, persons, *parts):
    return time_quantiles(series(times), series(persons), parts=parts or PARTS).tolist()


def test_half_of_the_persons_is_not_half_of_the_addresses():
    # 90 of 100 persons have 20 minutes, at one of three addresses
    assert quantiles([1, 2, 20], [5, 5, 90]) == [2, 20, 20]
    assert quantiles([1, 2, 20], [1, 1, 1]) == [1, 2, 20]


def test_a_part_that_is_reached_exactly_is_reached():
    assert quantiles([4, 8], [50, 50], 0.5, 0.500001) == [4, 8]


def test_rounding_of_sums_does_not_decide_a_tie():
    # 0.7 + 0.1 is a little less than 0.8, of which half of all is made
    assert 0.7 + 0.1 < (0.7 + 0.1 + 0.8) / 2
    assert quantiles([1, 2, 9], [0.7, 0.1, 0.8], 0.5) == [2]


def test_persons_who_reach_no_place_are_infinitely_far():
    found = quantiles([5, None], [60, 40], 0.6, 0.61)
    assert found[0] == 5
    assert math.isnan(found[1])
    assert np.isnan(quantiles([None, None], [1, 1])).all()


def test_where_nobody_lives_there_is_no_time():
    assert np.isnan(quantiles([5], [0])).all()
    assert np.isnan(quantiles([], [])).all()


def test_an_address_without_persons_gives_no_time():
    assert quantiles([1, 7, 9], [0, 10, 0], 0.000001, 1) == [7, 7]


@pytest.mark.parametrize("part", [0, -0.1, 1.1, float("nan")])
def test_a_part_below_nothing_or_above_all_is_refused(part):
    with pytest.raises(ValueError, match=r"parts: 1 of 2 are wrong: .*above 0 and at most 1"):
        quantiles([1], [1], 0.5, part)


def test_the_input_is_left_as_it_was():
    times, persons = series([9, None, 3]), series([1, 2, 3])
    before = times.copy(), persons.copy()
    time_quantiles(times, persons, parts=PARTS)
    assert_series_equal(times, before[0])
    assert_series_equal(persons, before[1])


PERSONS = st.lists(
    st.tuples(st.none() | st.integers(0, 60), st.integers(0, 100)), min_size=1, max_size=12
)
PART = st.integers(1, 100).map(lambda percent: percent / 100)


def columns(rows):
    return [minutes for minutes, _ in rows], [persons for _, persons in rows]


def or_never(minutes):
    return np.where(np.isnan(minutes), np.inf, minutes)


@given(PERSONS, PART, PART)
def test_a_larger_part_never_needs_less_time(rows, one, other):
    low, high = or_never(quantiles(*columns(rows), *sorted((one, other))))
    assert low <= high


@given(PERSONS, PART, st.randoms())
def test_splitting_the_persons_of_an_address_and_its_place_in_the_list_change_nothing(
    rows, part, random
):
    split = [(minutes, persons / 3) for minutes, persons in rows for _ in range(3)]
    random.shuffle(split)
    assert or_never(quantiles(*columns(split), part)) == or_never(quantiles(*columns(rows), part))


@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=30), st.integers(1, 50), st.integers(1, 100)
)
def test_equal_weights_give_the_quantile_of_the_list(times, persons, percent):
    place = math.ceil(percent * len(times) / 100)
    expected = sorted(times)[place - 1]
    assert quantiles(times, [persons] * len(times), percent / 100) == [expected]


@given(PERSONS, PART)
def test_it_is_the_inverse_of_the_share_within_a_limit(rows, part):
    times, persons = (series(column) for column in columns(rows))
    (found,) = quantiles(*columns(rows), part)
    if math.isnan(found):
        reached = share_within(times, persons, limit_min=1000)
        assert math.isnan(reached) or reached < part
        return
    assert share_within(times, persons, limit_min=found) >= part - 1e-9
    assert share_within(times, persons, limit_min=found - 0.01) < part if found else True
