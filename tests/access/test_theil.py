"""Theil: published values, worked examples, within plus between, the laws of an index."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from htkgis.access import theil, theil_by_group

from .persons import JOBS, PERSONS, ROWS, columns, series, somebody_has_some, without_one


def index(access, persons):
    return theil(series(access), series(persons)).value


def with_another_cell(table, value):
    changed = table.drop("909")
    changed["90b"] = value
    return changed


def test_published_values_are_met():
    jobs, persons = with_another_cell(JOBS, 13991.0), with_another_cell(PERSONS, 1011.0)
    assert round(theil(jobs, persons).value, 4) == 0.0852
    assert round(theil(*without_one(jobs, persons)).value, 4) == 0.0839


def test_worked_example_of_two_persons():
    # shares of the mean are 0.5 and 1.5
    assert index([1, 3], [1, 1]) == pytest.approx((0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2)


def test_no_access_of_some_adds_nothing_and_is_no_fault():
    assert index([0, 4], [3, 1]) == pytest.approx(math.log(4))


def test_nothing_cannot_be_spread():
    assert math.isnan(index([0, 0], [1, 1]))
    parts = theil_by_group(series([0, 0]), series([1, 1]), series([1, 2]))
    assert math.isnan(parts.value)
    assert math.isnan(parts.within)
    assert math.isnan(parts.between)


def test_one_row_is_equal_to_itself():
    assert index([7], [3]) == 0


def test_a_group_without_access_is_all_between():
    parts = theil_by_group(series([0, 0, 5]), series([1, 1, 2]), series([1, 1, 2]))
    assert parts.within == 0
    assert parts.between == pytest.approx(math.log(2))
    assert math.isnan(parts.groups.loc[1, "theil"])


def test_groups_tell_their_persons_and_share_of_access():
    parts = theil_by_group(series([1, 3, 4]), series([2, 2, 1]), series([7, 7, 5]))
    assert parts.groups.index.tolist() == [5, 7]
    assert parts.groups["persons"].tolist() == [1, 4]
    assert parts.groups["mean_access"].tolist() == [4, 2]
    assert parts.groups["access_share"].tolist() == pytest.approx([4 / 12, 8 / 12])


def test_persons_without_a_group_are_left_out():
    parts = theil_by_group(series([1, 3, 4]), series([2, 2, 1]), series([7, None, 5]))
    assert (parts.persons, parts.persons_left_out) == (3, 2)


@given(ROWS.filter(somebody_has_some))
def test_the_parts_within_and_between_groups_make_the_whole(rows):
    access, persons, groups = columns(rows)
    parts = theil_by_group(access, persons, groups)
    whole = theil(access, persons).value
    assert parts.value == parts.within + parts.between == pytest.approx(whole, abs=1e-12)
    assert parts.within >= 0
    assert parts.between >= 0
    weighed = parts.groups["access_share"] * parts.groups["theil"]
    assert parts.within == pytest.approx(weighed.sum(), abs=1e-12)


@given(ROWS.filter(somebody_has_some))
def test_one_group_has_all_within_and_each_its_own_has_all_between(rows):
    access, persons, _ = columns(rows)
    whole = theil(access, persons).value
    one = theil_by_group(access, persons, access * 0)
    each = theil_by_group(access, persons, series(range(len(access))))
    assert (one.within, one.between) == pytest.approx((whole, 0), abs=1e-12)
    assert (each.within, each.between) == pytest.approx((0, whole), abs=1e-12)


@given(ROWS.filter(somebody_has_some), st.integers(1, 1000), st.integers(2, 9), st.randoms())
def test_unit_number_of_persons_and_order_of_rows_change_nothing(rows, unit, times, random):
    access, persons, _ = columns(rows)
    expected = theil(access, persons).value
    assert theil(access * unit, persons * times).value == pytest.approx(expected, abs=1e-12)
    random.shuffle(rows)
    assert theil(*columns(rows)[:2]).value == pytest.approx(expected, abs=1e-12)


@given(st.integers(1, 1000), st.lists(st.integers(1, 50), min_size=1, max_size=12))
def test_equal_access_is_no_inequality(access, persons):
    assert index([access] * len(persons), persons) == pytest.approx(0, abs=1e-12)


@given(ROWS.filter(somebody_has_some))
def test_it_lies_between_nothing_and_all_at_the_smallest_origin(rows):
    access, persons, _ = columns(rows)
    part = persons[(access > 0) & (persons > 0)].min() / persons.sum()
    assert 0 <= theil(access, persons).value <= -math.log(part) + 1e-12


@given(ROWS.filter(somebody_has_some), st.data())
def test_giving_to_who_has_less_lowers_it(rows, data):
    access, persons, _ = columns(rows)
    rich = data.draw(st.sampled_from(list(access.index)))
    poor = data.draw(st.sampled_from(list(access.index)))
    assume(access[rich] > access[poor] and persons[rich] and persons[poor])
    moved = (access[rich] - access[poor]) * persons[rich] * persons[poor]
    moved /= 2 * (persons[rich] + persons[poor])
    after = access.copy()
    after[rich] -= moved / persons[rich]
    after[poor] += moved / persons[poor]
    assert theil(after, persons).value < theil(access, persons).value
