"""Time poverty: the limit itself, who reaches nothing, agreement with the share within."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.access import share_within, time_poverty

from .persons import series


def poverty(minutes, persons, limit_min=15):
    return time_poverty(series(minutes), series(persons), limit_min=limit_min)


@pytest.mark.parametrize(("minutes", "share"), [(14.99, 0), (15, 0), (15 + 1 / 600, 1)])
def test_a_time_on_the_limit_is_inside(minutes, share):
    assert poverty([minutes], [40]).share == share


def test_worked_example_of_three_addresses():
    # 10 persons are 5 minutes short, 30 are 15: a third and a whole of the limit
    found = poverty([15, 20, 30], [60, 10, 30])
    assert found.share == 0.4
    assert found.gap == pytest.approx((10 / 3 + 30) / 100)
    assert found.severity == pytest.approx((10 / 9 + 30) / 100)
    assert found.mean_shortfall_min == (10 * 5 + 30 * 15) / 40
    assert (found.persons_above, found.persons_unreached, found.persons) == (40, 0, 100)


def test_who_reaches_nothing_is_above_the_limit_by_unknown_minutes():
    found = poverty([30, None], [10, 30])
    assert found.share == 1
    assert found.mean_shortfall_min == 15
    assert found.gap == 1
    nobody = poverty([None], [30])
    assert nobody.share == 1
    assert math.isnan(nobody.gap)
    assert math.isnan(nobody.mean_shortfall_min)


def test_where_nobody_lives_there_is_no_figure():
    found = poverty([20], [0])
    assert math.isnan(found.share)
    assert math.isnan(found.gap)
    assert found.persons == 0


@pytest.mark.parametrize("limit_min", [0, -1, float("nan"), float("inf")])
def test_a_limit_that_nothing_can_be_measured_by_is_refused(limit_min):
    with pytest.raises(ValueError, match=r"limit_min: is .*; a number above 0 is allowed"):
        poverty([1], [1], limit_min)


PERSONS = st.lists(
    st.tuples(st.none() | st.floats(0, 60), st.integers(0, 100)), min_size=1, max_size=10
).filter(lambda rows: any(persons for _, persons in rows))


@given(PERSONS, st.integers(1, 60))
def test_who_is_not_above_is_within(rows, limit_min):
    minutes, persons = series([m for m, _ in rows]), series([p for _, p in rows])
    within = share_within(minutes, persons, limit_min=limit_min)
    assert time_poverty(minutes, persons, limit_min=limit_min).share == pytest.approx(1 - within)


@given(PERSONS, st.integers(1, 60), st.integers(1, 60))
def test_a_longer_limit_never_has_more_above_it(rows, one, other):
    minutes, persons = series([m for m, _ in rows]), series([p for _, p in rows])
    short, long = (
        time_poverty(minutes, persons, limit_min=limit) for limit in sorted((one, other))
    )
    assert long.persons_above <= short.persons_above + 1e-9
    assert math.isnan(long.gap) or long.gap <= short.gap + 1e-12
    assert math.isnan(long.severity) or long.severity <= short.severity + 1e-12
