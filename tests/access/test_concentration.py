"""Concentration index: published values, worked examples, ties, mirror, bounds."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.access import concentration_index, corrected_concentration_index, gini

from .persons import INCOME, JOBS, PERSONS, ROWS, columns, series, somebody_has_some, without_one

FIVE = (JOBS, PERSONS, INCOME)


def test_published_values_are_met():
    assert round(concentration_index(*FIVE).value, 4) == -0.0248
    assert round(corrected_concentration_index(*FIVE).value, 4) == -0.1314
    assert round(concentration_index(*without_one(*FIVE)).value, 4) == -0.1148
    assert round(corrected_concentration_index(*without_one(*FIVE)).value, 4) == -0.8282


def test_persons_without_income_are_left_out():
    found = concentration_index(series([1, 2, 3]), series([5, 5, 5]), series([1, None, 2]))
    assert (found.persons, found.persons_left_out) == (10, 5)


def test_access_that_goes_down_with_income_is_below_zero():
    assert concentration_index(series([3, 1]), series([5, 5]), series([1, 9])).value == -0.25


def test_one_income_for_all_says_nothing():
    same = series([4, 4, 4])
    assert concentration_index(series([1, 2, 9]), series([1, 2, 3]), same).value == pytest.approx(0)


def test_nothing_cannot_go_with_income():
    nothing = series([0, 0])
    assert math.isnan(concentration_index(nothing, series([1, 1]), series([1, 2])).value)
    assert math.isnan(corrected_concentration_index(nothing, series([1, 1]), series([1, 2])).value)


def test_one_row_goes_with_nothing():
    one = series([5])
    assert concentration_index(one, one, one).value == 0
    assert math.isnan(corrected_concentration_index(one, one, one).value)
    assert corrected_concentration_index(one, one, one, bounds=(0, 10)).value == 0


@pytest.mark.parametrize("bounds", [(1, 0), (0, 0), (0, 0.5), (0.3, 1)])
def test_bounds_that_do_not_hold_the_access_are_refused(bounds):
    access = series([0.2, 0.6])
    with pytest.raises(ValueError, match=r"bounds: .* do not hold the access measured, 0.2 to 0.6"):
        corrected_concentration_index(access, series([1, 1]), access, bounds=bounds)


def test_all_at_the_richer_half_of_a_share_is_the_most():
    both = series([0, 1])
    found = corrected_concentration_index(both, series([5, 5]), both, bounds=(0, 1))
    assert found.value == 1


SHARES = st.lists(
    st.tuples(st.integers(1, 99), st.integers(1, 50), st.integers(-5, 5)), min_size=2, max_size=12
)


@given(SHARES)
def test_what_is_reached_and_what_is_not_reached_are_as_unequal(rows):
    percent, persons, income = columns(rows)
    share = percent / 100
    reached = corrected_concentration_index(share, persons, income, bounds=(0, 1)).value
    missed = corrected_concentration_index(1 - share, persons, income, bounds=(0, 1)).value
    assert reached == pytest.approx(-missed, abs=1e-12)
    assert -1 - 1e-12 <= reached <= 1 + 1e-12


@given(ROWS.filter(somebody_has_some), st.integers(1, 1000), st.integers(2, 9), st.randoms())
def test_unit_persons_scale_of_income_and_order_of_rows_change_nothing(rows, unit, times, random):
    access, persons, income = columns(rows)
    expected = concentration_index(access, persons, income).value
    other = concentration_index(access * unit, persons * times, income * 7 + 3).value
    assert other == pytest.approx(expected, abs=1e-12)
    random.shuffle(rows)
    assert concentration_index(*columns(rows)).value == pytest.approx(expected, abs=1e-12)


@given(ROWS.filter(somebody_has_some))
def test_turning_incomes_round_turns_the_sign(rows):
    access, persons, income = columns(rows)
    turned = concentration_index(access, persons, -income).value
    expected = -concentration_index(access, persons, income).value
    assert turned == pytest.approx(expected, abs=1e-12)


@given(ROWS.filter(somebody_has_some))
def test_it_is_at_most_the_gini_index_and_that_where_access_is_the_income(rows):
    access, persons, income = columns(rows)
    most = gini(access, persons).value
    assert abs(concentration_index(access, persons, income).value) <= most + 1e-12
    assert concentration_index(access, persons, access).value == pytest.approx(most, abs=1e-12)
