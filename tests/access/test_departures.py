"""What so many per cent of the departures reach: worked examples, laws, limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from htkgis.access import exceeded_by_departures, opportunities_of_departures
from htkgis.errors import SchemaError

COUNTS = arrays.arrays(
    np.float64,
    st.tuples(st.integers(1, 3), st.integers(1, 12)),
    elements=st.integers(0, 9).map(float),
)


def of(values, percentile):
    return opportunities_of_departures(np.array([values], dtype=float), percentile=percentile)[0]


def test_of_an_even_number_the_median_is_what_half_of_them_reach():
    assert of([10, 40, 30, 20], 50) == 30


@pytest.mark.parametrize(
    ("percentile", "expected"), [(50, 3), (50.1, 2), (100, 1), (0.1, 4), (0, 4)]
)
def test_the_share_that_is_asked_for_is_reached_or_passed(percentile, expected):
    assert of([1, 2, 3, 4], percentile) == expected


def test_it_is_not_what_lies_within_the_median_time():
    # each of two places is reached by half of the departures, but never both by the same
    reached = [100, 200, 100, 200]
    assert of(reached, 50) == 200
    assert of(reached, 50) != 300


def test_further_axes_keep_their_place():
    reached = np.arange(24, dtype=float).reshape(2, 3, 4)
    found = opportunities_of_departures(reached, percentile=100)
    assert found.tolist() == reached.min(axis=1).tolist()


@given(COUNTS, st.floats(0.01, 100))
def test_so_many_reach_it_and_fewer_reach_more(reached, percentile):
    found = opportunities_of_departures(reached, percentile=percentile)
    needed = percentile / 100 * reached.shape[1] - 1e-9
    for row, value in zip(reached, found, strict=True):
        assert (row >= value).sum() >= needed
        assert (row > value).sum() < max(needed, 1)


@given(COUNTS, st.floats(0.01, 50), st.floats(50, 100))
def test_what_more_departures_reach_is_never_more(reached, few, many):
    less = opportunities_of_departures(reached, percentile=many)
    assert (less <= opportunities_of_departures(reached, percentile=few)).all()


@pytest.mark.parametrize("percentile", [-0.1, 100.1, -5, float("nan")])
def test_a_percentile_out_of_range_is_an_error(percentile):
    with pytest.raises(SchemaError, match="a percentile of 0 to 100"):
        of([1, 2], percentile)


def test_no_departure_is_an_error():
    with pytest.raises(SchemaError, match="0 of them"):
        opportunities_of_departures(np.zeros((1, 0)), percentile=50)


@given(COUNTS, st.sampled_from([0, 10, 50, 90, 100]), st.data())
def test_a_value_is_exceeded_just_where_it_would_be_greater_if_some_reached_endlessly(
    reached, percentile, data
):
    more = data.draw(arrays.arrays(np.bool_, reached.shape))
    value = opportunities_of_departures(reached, percentile=percentile)
    most = opportunities_of_departures(np.where(more, np.inf, reached), percentile=percentile)
    found = exceeded_by_departures(reached, more, value, percentile=percentile)
    assert found.tolist() == (most > value).tolist()
