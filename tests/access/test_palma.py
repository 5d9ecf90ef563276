"""Palma: published value, split origins, ties of income, laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.access import palma

from .persons import INCOME, JOBS, PERSONS, ROWS, columns, series


def ratio(access, persons, income):
    return palma(series(access), series(persons), series(income)).value


def test_published_value_is_met():
    two = ["57b", "5b3"]
    assert round(palma(JOBS[two], PERSONS[two], INCOME[two]).value, 4) == 0.5249


def test_an_origin_across_a_border_is_split():
    # the poorest 4 of 10 are 1 with 2 and 3 with 6: 5; the richest is one of 7 with 6
    assert ratio([2, 6, 6], [1, 2, 7], [1, 2, 3]) == pytest.approx(6 / 5)


def test_origins_of_one_income_give_in_proportion():
    # all have one income, so both groups have the mean of all
    assert ratio([2, 10], [3, 1], [5, 5]) == pytest.approx(1)


def test_one_row_has_what_it_has():
    assert ratio([7], [3], [1]) == 1


def test_the_poorest_without_any_access_have_no_ratio():
    assert math.isnan(ratio([0, 5], [50, 50], [1, 2]))
    assert math.isnan(ratio([0, 0], [1, 1], [1, 2]))


def test_the_richest_without_any_access_have_a_ratio_of_zero():
    assert ratio([5, 0], [50, 50], [1, 2]) == 0


def test_ten_equal_persons_are_four_against_one():
    access = list(range(1, 11))
    expected = 10 / np.mean([1, 2, 3, 4])
    assert ratio(access, [1] * 10, access) == pytest.approx(expected)


@given(ROWS, st.integers(1, 1000), st.integers(2, 9), st.randoms())
def test_unit_persons_scale_of_income_and_order_of_rows_change_nothing(rows, unit, times, random):
    access, persons, income = columns(rows)
    expected = palma(access, persons, income).value
    other = palma(access * unit, persons * times, income * 7 + 3).value
    assert other == pytest.approx(expected, nan_ok=True)
    random.shuffle(rows)
    assert palma(*columns(rows)).value == pytest.approx(expected, nan_ok=True)


@given(st.integers(1, 1000), st.lists(st.integers(1, 50), min_size=1, max_size=12))
def test_equal_access_gives_one(access, persons):
    found = ratio([access] * len(persons), persons, range(len(persons)))
    assert found == pytest.approx(1)


@given(ROWS)
def test_access_that_rises_with_income_gives_at_least_one(rows):
    access, persons, _ = columns(rows)
    found = palma(access, persons, access).value
    assert math.isnan(found) or found >= 1 - 1e-12
