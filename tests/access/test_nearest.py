"""Nearest: worked example, order, missing, and the laws between the first and the n-th."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.access import nearest
from htkgis.errors import SchemaError

HOMES = pd.Index(["home_a", "home_b"], name="id")
SCHOOLS = pd.Index(["s1", "s2", "s3"])


def travel_times(*rows):
    return pd.DataFrame(rows, columns=["from_id", "to_id", "travel_time_ds"])


THREE = travel_times(
    ("home_a", "s1", 6000), ("home_a", "s2", 3000), ("home_a", "s3", 9000), ("home_b", "s3", 1200)
)


def test_worked_example_of_two_homes_and_three_schools():
    first = nearest(THREE, SCHOOLS, origins=HOMES, n=1)
    assert first["travel_time_min"].tolist() == [5.0, 2.0]
    assert first["to_id"].tolist() == ["s2", "s3"]
    third = nearest(THREE, SCHOOLS, origins=HOMES, n=3)
    assert third.loc["home_a", "travel_time_min"] == 15.0


def test_a_home_that_reaches_fewer_than_n_has_no_value():
    second = nearest(THREE, SCHOOLS, origins=HOMES, n=2)
    assert second.loc["home_a", "travel_time_min"] == 10.0
    assert second.loc["home_b"].isna().all()


def test_places_that_do_not_count_are_left_out():
    only = nearest(THREE, pd.Index(["s1"]), origins=HOMES, n=1)
    assert only["to_id"].tolist()[:1] == ["s1"]
    assert only.loc["home_b"].isna().all()


def test_of_equal_times_the_lower_id_stands_first():
    even = travel_times(("home_a", "s3", 600), ("home_a", "s1", 600))
    assert nearest(even, SCHOOLS, origins=HOMES, n=1).loc["home_a", "to_id"] == "s1"
    assert nearest(even, SCHOOLS, origins=HOMES, n=2).loc["home_a", "to_id"] == "s3"


def test_no_pairs_give_missing_values_on_the_same_index():
    result = nearest(travel_times(), SCHOOLS, origins=HOMES, n=1)
    assert result.index.equals(HOMES)
    assert result["travel_time_min"].isna().all()


def test_the_input_stays_as_it_was():
    before = THREE.copy()
    nearest(THREE, SCHOOLS, origins=HOMES, n=1)
    pd.testing.assert_frame_equal(THREE, before)


def test_a_table_without_times_is_refused_by_name():
    with pytest.raises(SchemaError, match=r"travel_times.*missing columns \['travel_time_ds'\]"):
        nearest(THREE.drop(columns="travel_time_ds"), SCHOOLS, origins=HOMES, n=1)


def test_the_zeroth_nearest_is_refused():
    with pytest.raises(ValueError, match="n is 0"):
        nearest(THREE, SCHOOLS, origins=HOMES, n=0)


TIMES = st.dictionaries(st.sampled_from(["s1", "s2", "s3", "s4"]), st.integers(0, 40_000))


@given(TIMES)
def test_the_nearest_is_never_later_than_the_second_nearest(times):
    table = travel_times(*(("home_a", place, time) for place, time in times.items()))
    places = pd.Index(["s1", "s2", "s3", "s4"])
    values = [
        nearest(table, places, origins=HOMES, n=n)["travel_time_min"].iloc[0] for n in range(1, 5)
    ]
    assert [v for v in values if not math.isnan(v)] == sorted(time / 600 for time in times.values())


@given(TIMES, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(times, random):
    rows = [("home_a", place, time) for place, time in times.items()]
    shuffled = rows.copy()
    random.shuffle(shuffled)
    places = pd.Index(["s1", "s2", "s3", "s4"])
    pd.testing.assert_frame_equal(
        nearest(travel_times(*rows), places, origins=HOMES, n=1),
        nearest(travel_times(*shuffled), places, origins=HOMES, n=1),
    )
