"""The district's own school: nearest or not, reached or not."""

import math

import pandas as pd
import pytest

from htkgis.access import assigned, nearest
from htkgis.errors import SchemaError

TIMES = pd.DataFrame(
    [("a", "near", 600), ("a", "own", 6000), ("b", "near", 1200)],
    columns=["from_id", "to_id", "travel_time_ds"],
)


def test_the_assigned_school_counts_and_not_the_nearest():
    found = assigned(TIMES, pd.Series({"a": "own"}))
    assert found["travel_time_min"].tolist() == [10.0]
    assert found["to_id"].tolist() == ["own"]


def test_a_school_that_is_not_reached_and_a_home_without_one_have_no_minutes():
    found = assigned(TIMES, pd.Series({"b": "own", "c": None, "a": "near"}))
    assert [math.isnan(value) for value in found["travel_time_min"]] == [True, True, False]
    assert found["to_id"].isna().tolist() == [True, True, False]


def test_the_assigned_school_is_never_nearer_than_the_nearest():
    homes = pd.Index(["a", "b"])
    own = assigned(TIMES, pd.Series({"a": "own", "b": "near"}))["travel_time_min"]
    first = nearest(TIMES, pd.Index(["near", "own"]), origins=homes, n=1)["travel_time_min"]
    assert (own >= first).all()


def test_no_homes_give_no_rows():
    assert assigned(TIMES, pd.Series(dtype=object)).empty


def test_a_table_without_times_is_refused():
    with pytest.raises(SchemaError, match="missing columns"):
        assigned(TIMES[["from_id"]], pd.Series({"a": "own"}))
