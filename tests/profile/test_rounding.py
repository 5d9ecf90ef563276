"""Rounded figures: halves up, bounds down, missing stays missing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.profile.rounding import (
    plain,
    rounded_minutes,
    rounded_to,
    shown_value,
    shown_values,
)


@pytest.mark.parametrize(
    ("value", "shown"), [(0, 0), (49, 0), (50, 100), (149, 100), (150, 200), (250, 300)]
)
def test_jobs_are_rounded_to_the_nearest_hundred_with_halves_up(value, shown):
    assert rounded_to(float(value), 100) == shown


@given(st.integers(0, 10**6))
def test_a_lower_bound_is_never_rounded_above_what_was_reached(value):
    shown = rounded_to(float(value), 100, lower_bound=True)
    assert value - 100 < shown <= value


def test_missing_is_none_and_never_zero():
    assert rounded_to(float("nan"), 100) is None
    assert rounded_minutes(float("nan")) is None
    assert [plain(v) for v in (None, pd.NA, float("nan"), pd.NaT)] == [None] * 4


def test_plain_values_are_those_of_json():
    values = [plain(v) for v in (np.int64(3), np.float64(2.5), np.float64(4.0), "a", True)]
    assert [(v, type(v)) for v in values] == [
        (3, int),
        (2.5, float),
        (4, int),
        ("a", str),
        (True, bool),
    ]


@pytest.mark.parametrize("unit", ["min", "share", "jobs", "places"])
@pytest.mark.parametrize("cut", [False, True])
def test_many_figures_are_rounded_as_one_is(unit, cut):
    values = [0.0, -0.0, 2.675, 0.12345, 3.0, 1250.0, 37_999.999_999_99, float("nan")]
    each = [shown_value(value, unit, lower_bound=cut, job_rounding=100) for value in values]
    assert in_bulk(values, unit, cut) == list(map(as_told, each))


@pytest.mark.parametrize("unit", ["min", "share", "jobs"])
@given(
    values=st.lists(
        st.floats(0, 1e12)
        | st.integers(0, 10**7).map(lambda halves: halves / 200)
        | st.integers(0, 10**7).map(lambda halves: halves / 20_000)
    ),
    cut=st.booleans(),
)
def test_many_numbers_are_rounded_as_each_is(unit, values, cut):
    each = [shown_value(value, unit, lower_bound=cut, job_rounding=100) for value in values]
    assert in_bulk(values, unit, cut) == list(map(as_told, each))


def as_told(value):
    """The digits and the sign of a number, missing or not."""
    return "nan" if value is None else repr(float(value))


def in_bulk(values, unit, cut):
    many = [unit] * len(values), [cut] * len(values)
    found = shown_values(np.array(values, dtype=float), *many, job_rounding=100)
    return list(map(repr, found.tolist()))
