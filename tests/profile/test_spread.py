"""Spread over origins without weights; a time not reached is longer than any other."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.profile import spread

NAN = float("nan")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([7.0], (7.0, 7.0, 7.0)),
        ([4.0, 8.0], (4.0, 6.0, 8.0)),
        ([9.0, 1.0, 5.0], (1.0, 5.0, 9.0)),
        ([1.0, NAN, 5.0], (1.0, 5.0, NAN)),
        ([1.0, NAN], (1.0, NAN, NAN)),
        ([1.0, NAN, NAN], (1.0, NAN, NAN)),
        ([NAN, NAN], (NAN, NAN, NAN)),
        ([], (NAN, NAN, NAN)),
    ],
)
def test_least_middle_and_greatest(values, expected):
    found = tuple(spread(pd.Series(values, dtype=float)).values())
    assert [str(v) for v in found] == [str(v) for v in expected]


@given(st.lists(st.floats(0, 200), min_size=1))
def test_without_missing_values_it_is_what_pandas_says(values):
    series = pd.Series(values)
    found = spread(series)
    assert found["min"] == series.min()
    assert found["max"] == series.max()
    assert math.isclose(found["median"], series.median(), abs_tol=1e-9)
