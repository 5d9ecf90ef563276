"""Gini: published values, worked examples, the laws of an index of inequality."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from htkgis.access import gini

from .persons import JOBS, PERSONS, ROWS, columns, series, somebody_has_some, without_one


def index(access, persons):
    return gini(series(access), series(persons)).value


def test_published_values_are_met():
    assert round(gini(JOBS, PERSONS).value, 4) == 0.1386
    assert round(gini(*without_one(JOBS, PERSONS)).value, 4) == 0.1148


def test_worked_example_of_three_persons():
    # all pairs: (|1-2| + |1-6| + |2-6|) * 2 = 20, over 2 * 3 * 3 * mean 3 = 54
    assert index([1, 2, 6], [1, 1, 1]) == pytest.approx(20 / 54)


def test_one_row_is_equal_to_itself():
    assert index([7], [3]) == 0


def test_nothing_cannot_be_spread():
    assert math.isnan(index([0, 0], [1, 1]))


def test_it_is_the_mean_difference_of_all_pairs_of_persons():
    access, persons = [3, 0, 8, 8, 1], [2, 5, 1, 4, 3]
    each = np.repeat(np.array(access, dtype=float), persons)
    pairs = np.abs(each[:, None] - each[None, :]).mean() / (2 * each.mean())
    assert index(access, persons) == pytest.approx(pairs)


@given(ROWS.filter(somebody_has_some), st.integers(1, 1000))
def test_another_unit_changes_nothing(rows, unit):
    access, persons, _ = columns(rows)
    expected = gini(access, persons).value
    assert gini(access * unit, persons).value == pytest.approx(expected, abs=1e-12)


@given(ROWS.filter(somebody_has_some), st.integers(2, 9))
def test_more_persons_of_each_kind_change_nothing(rows, times):
    access, persons, _ = columns(rows)
    expected = gini(access, persons).value
    assert gini(access, persons * times).value == pytest.approx(expected, abs=1e-12)
    many = columns(rows * times)
    assert gini(*many[:2]).value == pytest.approx(expected, abs=1e-12)


@given(ROWS.filter(somebody_has_some), st.randoms())
def test_the_order_of_rows_changes_nothing(rows, random):
    expected = gini(*columns(rows)[:2]).value
    random.shuffle(rows)
    assert gini(*columns(rows)[:2]).value == pytest.approx(expected, abs=1e-12)


@given(st.integers(1, 1000), st.lists(st.integers(1, 50), min_size=1, max_size=12))
def test_equal_access_is_no_inequality(access, persons):
    assert index([access] * len(persons), persons) == pytest.approx(0, abs=1e-12)


@given(ROWS.filter(somebody_has_some))
def test_it_lies_between_nothing_and_all_at_one_person(rows):
    access, persons, _ = columns(rows)
    part = persons[(access > 0) & (persons > 0)].min() / persons.sum()
    assert 0 <= gini(access, persons).value <= 1 - part + 1e-12


@given(ROWS.filter(somebody_has_some), st.data())
def test_giving_to_who_has_less_lowers_it(rows, data):
    access, persons, _ = columns(rows)
    rich = data.draw(st.sampled_from(list(access.index)))
    poor = data.draw(st.sampled_from(list(access.index)))
    assume(access[rich] > access[poor] and persons[rich] and persons[poor])
    moved = (access[rich] - access[poor]) * persons[rich] * persons[poor]
    moved /= 2 * (persons[rich] + persons[poor])  # half of what would make both equal
    after = access.copy()
    after[rich] -= moved / persons[rich]
    after[poor] += moved / persons[poor]
    assert gini(after, persons).value < gini(access, persons).value
