"""Persons behind a figure: counted, left out, refused."""

import pandas as pd
import pytest
from pandas.testing import assert_series_equal

from htkgis.access import (
    access_poverty,
    concentration_index,
    corrected_concentration_index,
    gini,
    palma,
    theil,
    theil_by_group,
    time_poverty,
)
from htkgis.access.population import count_persons

from .persons import series

INCOME = pd.Series({"a": 1.0, "b": 2.0, "c": 3.0})
MEASURES = {
    "gini": gini,
    "theil": theil,
    "groups": lambda access, persons: theil_by_group(access, persons, INCOME.astype(str)),
    "concentration": lambda access, persons: concentration_index(access, persons, INCOME),
    "corrected": lambda access, persons: corrected_concentration_index(access, persons, INCOME),
    "palma": lambda access, persons: palma(access, persons, INCOME),
    "access_poverty": lambda access, persons: access_poverty(access, persons, threshold=10),
}
every_measure = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)


def figure_of(measure, access, persons):
    return measure(pd.Series(access, dtype=float), pd.Series(persons, dtype=float))


@every_measure
def test_persons_without_access_are_left_out_and_counted_as_such(measure):
    found = figure_of(measure, {"a": 5, "b": None}, {"a": 30, "b": 20, "c": 7})
    assert (found.persons, found.persons_left_out) == (30, 27)


@every_measure
def test_access_that_is_missing_and_access_that_is_not_listed_are_one(measure):
    listed = figure_of(measure, {"a": 5, "b": 9, "c": None}, {"a": 3, "b": 2, "c": 7})
    absent = figure_of(measure, {"b": 9, "a": 5}, {"a": 3, "b": 2, "c": 7})
    for name in ("persons", "persons_left_out", "value", "gap"):
        assert getattr(listed, name, None) == getattr(absent, name, None)


@every_measure
def test_access_where_nobody_lives_changes_no_figure(measure):
    some = figure_of(measure, {"a": 5, "b": 9}, {"a": 3, "b": 2})
    more = figure_of(measure, {"a": 5, "b": 9, "c": 1000}, {"a": 3, "b": 2, "c": 0})
    for name in ("persons", "persons_left_out", "value", "gap"):
        assert getattr(some, name, None) == getattr(more, name, None)


@every_measure
@pytest.mark.parametrize("persons", [{"a": 0}, {}])
def test_where_nobody_lives_there_is_no_figure(measure, persons):
    found = figure_of(measure, dict.fromkeys(persons, 5), persons)
    assert (found.persons, found.persons_left_out) == (0, 0)
    value = found.share if hasattr(found, "share") else found.value
    assert pd.isna(value)


@every_measure
def test_the_input_is_left_as_it_was(measure):
    access, persons = pd.Series({"b": 9.0, "a": None}), pd.Series({"a": 3, "b": 2, "c": 0})
    before = access.copy(), persons.copy()
    measure(access, persons)
    assert_series_equal(access, before[0])
    assert_series_equal(persons, before[1])


@every_measure
@pytest.mark.parametrize(
    ("access", "persons", "message"),
    [
        ({"a": 1}, {"a": -1}, r"persons: 1 origins are negative: 'a'; allowed: 0 or more"),
        ({"a": 1}, {"a": None}, r"persons: 1 origins are missing: 'a'; allowed: 0 where nobody"),
        ({"a": 1}, {"a": float("inf")}, r"persons: 1 origins are infinite: 'a'"),
        ({"a": float("inf")}, {"a": 1}, r"access: 1 origins are infinite: 'a'"),
        ({"a": -1}, {"a": 1}, r"access: 1 origins are negative: 'a'"),
        ({"z": 1, "y": 1}, {"a": 1}, r"access: 2 origins have no persons: 'y', 'z'"),
    ],
)
def test_what_cannot_be_counted_is_refused(measure, access, persons, message):
    with pytest.raises(ValueError, match=message):
        figure_of(measure, access, persons)


def test_an_origin_that_repeats_is_refused():
    twice = pd.Series([1.0, 2.0], index=["a", "a"])
    with pytest.raises(ValueError, match=r"persons: 1 origins repeat: 'a'; allowed: each once"):
        gini(pd.Series({"a": 1.0}), twice)
    with pytest.raises(ValueError, match=r"access: 1 origins repeat: 'a'"):
        gini(twice, pd.Series({"a": 1.0}))


def test_minutes_are_called_minutes_in_a_refusal():
    with pytest.raises(ValueError, match=r"travel_time_min: 1 origins are negative: 0"):
        time_poverty(series([-1]), series([1]), limit_min=15)


def test_labels_and_negative_income_are_counted():
    found = count_persons(
        pd.Series({"a": 1, "b": 2}),
        income=pd.Series({"a": -5.0, "b": 1.0}),
        group=pd.Series({"b": "west"}),
    )
    assert (found.persons, found.persons_left_out) == (2, 1)
    assert found.rows.loc["b"].to_dict() == {"persons": 2, "income": 1, "group": "west"}


def test_whole_numbers_that_may_be_missing_are_read():
    access = pd.Series([3, None], index=["a", "b"], dtype="Int64")
    assert gini(access, pd.Series({"a": 1, "b": 1})).persons_left_out == 1


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_a_value_among_objects_may_be_missing(missing):
    access = pd.Series({"a": 5.0, "b": missing}, dtype=object)
    found = count_persons(pd.Series({"a": 30.0, "b": 70.0}), access=access)
    assert (found.persons, found.persons_left_out) == (30.0, 70.0)
    assert found.rows["access"].to_dict() == {"a": 5.0}
    with pytest.raises(ValueError, match="access: 1 origins are negative: 'a'"):
        count_persons(pd.Series({"a": 30.0, "b": 70.0}), access=access.replace(5.0, -5.0))
