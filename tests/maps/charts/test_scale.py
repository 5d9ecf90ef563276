"""Scales: rounded ends that no value passes, and places along them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.maps.charts.scale import Scale, from_zero


@pytest.mark.parametrize(
    ("values", "end"),
    [((15.82, 18.43, 19.63), 20), ((15,), 15), ((15.01,), 20), ((0.0, 0.0), 1), ((), 1), ((1,), 1)],
)
def test_a_scale_ends_at_the_least_rounded_number_that_holds_all(values, end):
    assert from_zero(*values) == Scale(0.0, end)


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_no_value_lies_beyond_its_scale_and_the_scale_is_never_twice_too_long(values):
    end = from_zero(*values).end
    assert max(values) <= end
    assert end <= max(1.0, 1.51 * max(values)) or max(values) == 0


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_places_keep_the_order_of_values(one, other):
    scale = Scale(0, 30)
    assert (one <= other) <= (scale.percent(one) <= scale.percent(other))


def test_what_lies_outside_is_moved_to_the_end():
    assert Scale(2017, 2041).percent(2050) == 100
    assert Scale(2017, 2041).percent(2029) == 50
