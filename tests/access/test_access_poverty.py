"""Access poverty: published values, the threshold itself, the laws of the three figures."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.access import access_poverty

from .persons import JOBS, PERSONS, ROWS, columns, series, without_one


def figures(found):
    return found.share, found.gap, found.severity


def poverty(access, persons, threshold=10):
    return access_poverty(series(access), series(persons), threshold=threshold)


def test_published_values_are_met():
    found = access_poverty(JOBS, PERSONS, threshold=100_000)
    assert [round(value, 4) for value in figures(found)] == [1, 0.5588, 0.3256]
    fewer = access_poverty(*without_one(JOBS, PERSONS), threshold=100_000)
    assert [round(value, 4) for value in figures(fewer)] == [1, 0.6367, 0.4129]


@pytest.mark.parametrize(("access", "share"), [(9.999, 1), (10, 0), (10.001, 0)])
def test_who_has_exactly_the_threshold_is_not_below(access, share):
    assert poverty([access], [40]).share == share


def test_who_lacks_all_lacks_the_whole_threshold():
    found = poverty([0, 10], [1, 3])
    assert figures(found) == (0.25, 0.25, 0.25)
    assert found.mean_shortfall == 10


def test_where_nobody_is_below_there_is_no_shortfall():
    found = poverty([10, 20], [1, 3])
    assert figures(found) == (0, 0, 0)
    assert math.isnan(found.mean_shortfall)
    assert found.persons_below == 0


@pytest.mark.parametrize("threshold", [0, -1, float("nan"), float("inf")])
def test_a_threshold_that_nothing_can_be_measured_by_is_refused(threshold):
    with pytest.raises(ValueError, match=r"threshold: is .*; a number above 0 is allowed"):
        poverty([1], [1], threshold)


def living(rows):
    return any(persons for _, persons, _ in rows)


@given(ROWS.filter(living), st.integers(1, 1000))
def test_the_more_it_counts_the_shortfall_the_smaller_it_is(rows, threshold):
    access, persons, _ = columns(rows)
    found = access_poverty(access, persons, threshold=threshold)
    assert 1 >= found.share >= found.gap - 1e-12
    assert found.gap >= found.severity - 1e-12 >= -1e-12
    assert found.share * found.persons == pytest.approx(found.persons_below)


@given(ROWS.filter(living), st.integers(1, 1000), st.integers(1, 1000))
def test_a_higher_threshold_never_lowers_a_figure(rows, one, other):
    access, persons, _ = columns(rows)
    low, high = (access_poverty(access, persons, threshold=z) for z in sorted((one, other)))
    for less, more in zip(figures(low), figures(high), strict=True):
        assert less <= more + 1e-12


@given(ROWS.filter(living), st.integers(1, 1000), st.integers(2, 9), st.randoms())
def test_unit_number_of_persons_and_order_of_rows_change_nothing(rows, unit, times, random):
    access, persons, _ = columns(rows)
    expected = figures(access_poverty(access, persons, threshold=300))
    other = access_poverty(access * unit, persons * times, threshold=300 * unit)
    assert figures(other) == pytest.approx(expected, abs=1e-12)
    random.shuffle(rows)
    shuffled = access_poverty(*columns(rows)[:2], threshold=300)
    assert figures(shuffled) == pytest.approx(expected, abs=1e-12)


@given(ROWS.filter(living), ROWS.filter(living))
def test_two_towns_together_have_the_mean_by_their_persons(one, other):
    (a, p, _), (b, q, _) = columns(one), columns(other)
    first, second = access_poverty(a, p, threshold=300), access_poverty(b, q, threshold=300)
    both = access_poverty(*columns(one + other)[:2], threshold=300)
    for x, y, found in zip(figures(first), figures(second), figures(both), strict=True):
        mean = (x * first.persons + y * second.persons) / both.persons
        assert found == pytest.approx(mean, abs=1e-12)
