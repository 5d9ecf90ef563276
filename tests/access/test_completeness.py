"""Completeness: the limit itself, what is missing and by how much, persons, laws."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.access import completeness, share_within

HOMES = ["a", "b", "c"]
PERSONS = pd.Series([50.0, 30.0, 20.0], index=HOMES)


def places(minutes, ids=None, homes=HOMES):
    ids = [None if m is None else f"p{n}" for n, m in enumerate(minutes)] if ids is None else ids
    table = {"travel_time_min": pd.Series(minutes, index=homes, dtype=float)}
    return pd.DataFrame(table | {"to_id": pd.Series(ids, index=homes, dtype=object)})


TOWN = {"school": places([10, 20, None]), "shop": places([15, 16, 3])}
FIFTEEN = {"school": 15, "shop": 15}


def test_worked_example_of_three_homes():
    found = completeness(TOWN, PERSONS, limits_min=FIFTEEN)
    assert (found.share, found.persons_complete, found.persons) == (0.5, 50, 100)
    assert found.origins["functions"].tolist() == [2, 0, 1]
    assert found.origins["complete"].tolist() == [True, False, False]
    assert found.origins.index.tolist() == HOMES


def test_what_is_missing_is_named_with_the_nearest_alternative_and_the_minutes_short():
    rows = completeness(TOWN, PERSONS, limits_min=FIFTEEN).missing.to_dict("records")
    assert [(row["from_id"], row["function"]) for row in rows] == [
        ("b", "school"),
        ("b", "shop"),
        ("c", "school"),
    ]
    assert (rows[0]["to_id"], rows[0]["travel_time_min"], rows[0]["short_min"]) == ("p1", 20, 5)
    assert (rows[1]["short_min"], rows[1]["persons"]) == (1, 30)
    assert pd.isna(rows[2]["to_id"])
    assert math.isnan(rows[2]["travel_time_min"])
    assert math.isnan(rows[2]["short_min"])


def test_a_function_tells_who_lacks_it_and_who_lacks_nothing_else():
    functions = completeness(TOWN, PERSONS, limits_min=FIFTEEN).functions
    assert functions["persons_lacking"].to_dict() == {"school": 50, "shop": 30}
    assert functions["persons_lacking_only"].to_dict() == {"school": 20, "shop": 0}


@pytest.mark.parametrize(("minutes", "share"), [(14.99, 1), (15, 1), (15 + 1 / 600, 0)])
def test_a_time_on_the_limit_is_inside(minutes, share):
    one = {"shop": places([minutes], homes=["a"])}
    assert completeness(one, PERSONS[:1], limits_min={"shop": 15}).share == share


def test_each_function_has_its_own_limit():
    assert completeness(TOWN, PERSONS, limits_min={"school": 20, "shop": 16}).share == 0.8


def test_an_origin_that_is_not_listed_reaches_no_place():
    found = completeness({"shop": TOWN["shop"].drop("b")}, PERSONS, limits_min={"shop": 20})
    assert found.share == 0.7
    assert found.missing["from_id"].tolist() == ["b"]


def test_where_all_is_in_reach_nothing_is_missing():
    found = completeness({"shop": TOWN["shop"]}, PERSONS, limits_min={"shop": 20})
    assert found.share == 1
    assert found.missing.empty
    assert list(found.missing.columns) == [
        "from_id",
        "function",
        "persons",
        "to_id",
        "travel_time_min",
        "short_min",
    ]


def test_where_nobody_lives_there_is_no_share():
    assert math.isnan(completeness(TOWN, PERSONS * 0, limits_min=FIFTEEN).share)


@pytest.mark.parametrize("limits", [{"school": 15}, FIFTEEN | {"park": 5}, {}])
def test_functions_and_limits_that_differ_are_refused(limits):
    with pytest.raises(ValueError, match=r"limits_min: [12] functions stand in nearest or"):
        completeness(TOWN, PERSONS, limits_min=limits)


def test_no_function_at_all_is_refused():
    with pytest.raises(ValueError, match=r"the same functions, at least one, are allowed"):
        completeness({}, PERSONS, limits_min={})


def test_places_of_homes_without_persons_are_refused():
    with pytest.raises(ValueError, match=r"travel_time_min: 1 origins have no persons: 'c'"):
        completeness(TOWN, PERSONS[:2], limits_min=FIFTEEN)


MINUTES = st.none() | st.integers(0, 30)
HOMES_DRAWN = st.lists(
    st.tuples(MINUTES, MINUTES, st.integers(0, 50)), min_size=1, max_size=8
).filter(lambda rows: any(persons for *_, persons in rows))


def town(rows):
    schools, shops, persons = zip(*rows, strict=True)
    homes = list(range(len(rows)))
    nearest = {"school": places(schools, homes=homes), "shop": places(shops, homes=homes)}
    return nearest, pd.Series(persons, index=homes, dtype=float)


@given(HOMES_DRAWN, st.integers(0, 30))
def test_of_one_function_it_is_the_share_within_its_limit(rows, limit):
    nearest, persons = town(rows)
    found = completeness({"shop": nearest["shop"]}, persons, limits_min={"shop": limit})
    minutes = nearest["shop"]["travel_time_min"]
    assert found.share == share_within(minutes, persons, limit_min=limit)


@given(HOMES_DRAWN, st.integers(0, 30), st.integers(0, 30))
def test_all_functions_are_in_reach_of_at_most_those_who_reach_each(rows, school, shop):
    nearest, persons = town(rows)
    found = completeness(nearest, persons, limits_min={"school": school, "shop": shop})
    lacking = found.functions["persons_lacking"]
    assert found.persons_complete <= found.persons - lacking.max()
    assert found.persons_complete >= found.persons - lacking.sum()
    assert len(found.missing) == (len(nearest) - found.origins["functions"]).sum()
    assert (found.missing["short_min"].dropna() > 0).all()


@given(HOMES_DRAWN, st.integers(0, 30), st.integers(0, 30))
def test_longer_limits_never_complete_fewer(rows, one, other):
    nearest, persons = town(rows)
    low, high = (
        completeness(nearest, persons, limits_min=dict.fromkeys(nearest, limit))
        for limit in sorted((one, other))
    )
    assert low.persons_complete <= high.persons_complete
    assert np.all(low.origins["functions"] <= high.origins["functions"])
