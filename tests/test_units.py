"""Units: minutes and deciseconds there and back, limits rounded down, costs to nearest."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.units import UNREACHED, cost_ds, deciseconds, minutes

WEEK_DS = 7 * 24 * 60 * 600


@given(st.integers(0, WEEK_DS))
def test_every_whole_decisecond_survives_minutes_and_back(time_ds):
    assert deciseconds(float(minutes(time_ds))) == time_ds


@given(st.floats(0, 7 * 24 * 60))
def test_a_limit_never_counts_a_time_above_it(limit_min):
    assert minutes(deciseconds(limit_min)) <= limit_min + 1e-11


@pytest.mark.parametrize(
    ("limit_min", "time_ds"), [(0, 0), (0.1, 60), (15, 9000), (15.0016, 9000), (15.0017, 9001)]
)
def test_limits_are_rounded_down_to_deciseconds(limit_min, time_ds):
    assert deciseconds(limit_min) == time_ds


def test_minutes_of_nothing_are_nothing():
    assert minutes([]).tolist() == []


def test_a_kilometre_at_six_km_per_hour_is_ten_minutes():
    assert cost_ds([1000.0], 6.0).tolist() == [6000]
    assert minutes(cost_ds([1000.0], 6.0)).tolist() == [10.0]


@given(st.lists(st.floats(0, 1e5), max_size=9), st.floats(0.5, 130))
def test_a_cost_lies_within_half_a_decisecond_of_the_true_time(lengths, speed_kph):
    true = np.array(lengths) / (speed_kph / 36)
    found = cost_ds(lengths, speed_kph)
    assert found.dtype == np.int32
    assert (np.abs(found - true) <= 0.5 + 1e-6).all()


def test_unreached_plus_a_day_still_fits_the_type_of_a_cost():
    assert np.iinfo(np.int32).max > UNREACHED + 24 * 60 * 600
