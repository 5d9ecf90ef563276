"""Then and now at each origin: exact classes, bounds that tell nothing, and what is unchanged."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.profile.differences import Classes, class_of, difference, differences_part

CLASSES = Classes((1.0, 5.0, 10.0), (1, 2, 4))
PLACES = pd.DataFrame(
    {
        "id": ["new_hall", "old", "far_plan"],
        "name": ["Ny hal", "Gammel", "Havn"],
        "function": ["leisure", "school", "harbour"],
        "valid_from": [2030.0, math.nan, 2031.0],
    }
)
ORIGINS = pd.DataFrame({"id": ["a", "b"], "name": ["Nord", None], "name_en": ["North", None]})


def side(value, *, lower=False, upper=False):
    return {"value": value, "lower_bound": lower, "upper_bound": upper}


def rows(function, before, after, *, upper=(), measure="nearest_1", limit=math.nan):
    """Access of one measure from (value, place) per origin in 2017 and 2026."""
    return [
        {
            "id": key,
            "measure": measure,
            "function": function,
            "mode": "walk",
            "limit_min": limit,
            "state": state,
            "value": value,
            "lower_bound": False,
            "upper_bound": (state, key) in upper,
            "to_id": place,
        }
        for state, found in ((2017, before), (2026, after))
        for key, (value, place) in zip("ab", found, strict=True)
    ]


def part(table, **options):
    known = {"baseline": 2017, "state": 2026, "everyday_min": 15.0, "classes": CLASSES}
    return differences_part(pd.DataFrame(table), ORIGINS, PLACES, **known | options)


SCHOOL = rows("school", [(12.06, "s"), (3.0, "s")], [(4.54, "t"), (3.9, "t")])
COUNT = rows(
    None, [(4.0, None), (6.0, None)], [(6.0, None), (6.0, None)], measure="functions", limit=15.0
)


def test_the_difference_is_that_of_the_minutes_as_they_are_printed():
    found = difference(side(12.06), side(4.54), unit="min", breaks=(1, 5, 10))
    assert (found["before"], found["after"]) == (12.06, 4.54)
    assert found["delta"] == -7.6  # 4.5 - 12.1
    assert (found["kind"], found["step"]) == ("less", -2)


@pytest.mark.parametrize(
    ("delta", "step"),
    [(0.9, 0), (1.0, 1), (4.9, 1), (5.0, 2), (10.0, 3), (-0.9, 0), (-1.0, -1), (-30.0, -3)],
)
def test_a_difference_exactly_on_a_break_is_in_the_class_that_begins_there(delta, step):
    assert class_of(delta, (1, 5, 10)) == step


@given(st.floats(-100, 100, allow_nan=False))
def test_classes_are_the_same_on_either_side_of_zero(delta):
    assert class_of(-delta, (1, 5, 10)) == -class_of(delta, (1, 5, 10))


def test_less_than_the_first_break_is_the_class_around_zero():
    found = difference(side(3.0), side(3.9), unit="min", breaks=(1, 5, 10))
    assert (found["delta"], found["kind"], found["step"]) == (0.9, "same", 0)


def test_a_bound_that_may_have_moved_has_no_difference():
    found = difference(side(20.0, upper=True), side(25.0), unit="min", breaks=(1,))
    assert (found["delta"], found["kind"], found["step"]) == (None, "unsure", None)
    assert (found["before_bound"], found["after_bound"]) == (True, False)


def test_a_bound_to_one_place_that_stands_where_it_stood_is_unchanged():
    bound = side(20.0, upper=True)
    same = difference(bound, bound, unit="min", breaks=(1,), same_place=True)
    other = difference(bound, bound, unit="min", breaks=(1,), same_place=False)
    assert (same["kind"], other["kind"]) == ("same", "unsure")


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [(math.nan, 8.0, "new"), (8.0, math.nan, "gone"), (math.nan, math.nan, "unreached")],
)
def test_what_is_not_reached_is_a_word_and_no_number(before, after, kind):
    found = difference(side(before), side(after), unit="min", breaks=(1,))
    assert (found["kind"], found["delta"], found["step"]) == (kind, None, None)


def test_the_number_of_functions_stands_first_and_each_origin_is_there_in_order():
    found = part([*SCHOOL, *COUNT])
    assert [row["function"] for row in found["rows"]] == [None, "school"]
    assert [value["id"] for value in found["rows"][1]["values"]] == ["a", "b"]
    assert found["origins"] == [
        {"id": "a", "name": "Nord", "name_en": "North"},
        {"id": "b", "name": None, "name_en": None},
    ]


def test_origins_are_counted_by_kind_and_known_differences_have_a_range():
    count, school = part([*SCHOOL, *COUNT])["rows"]
    assert (count["counts"]["more"], count["counts"]["same"]) == (1, 1)
    assert (count["min"], count["median"], count["max"]) == (0, 1, 2)
    assert (school["counts"]["less"], school["counts"]["same"]) == (1, 1)
    assert (school["min"], school["median"], school["max"]) == (-7.6, -3.35, 0.9)


def test_where_no_difference_is_known_there_is_no_range():
    bounds = [(20.0, "s"), (20.0, "s")]
    table = rows("school", bounds, [(22.0, "t"), (19.0, "t")], upper={(2017, "a"), (2017, "b")})
    school = part(table)["rows"][0]
    assert school["counts"]["unsure"] == 2
    assert (school["min"], school["median"], school["max"]) == (None, None, None)


def test_other_limits_modes_and_origins_are_left_out():
    other = [{**row, "limit_min": 30.0, "value": 99.0} for row in COUNT]
    car = [{**row, "mode": "car", "value": 1.0} for row in SCHOOL]
    far = [{**row, "id": "elsewhere"} for row in SCHOOL]
    assert part([*SCHOOL, *COUNT, *other, *car, *far]) == part([*SCHOOL, *COUNT])


def test_by_bicycle_the_rows_are_those_of_walking_made_of_its_own_minutes():
    faster = rows("school", [(4.0, "s"), (1.0, "s")], [(1.5, "t"), (1.0, "t")])
    found = part([*SCHOOL, *({**row, "mode": "bike"} for row in faster)])
    assert found["rows"] == part(SCHOOL)["rows"]
    assert found["bike_rows"] == part(faster)["rows"]
    assert found["bike_rows"][0]["values"][0]["delta"] == -2.5
    assert part(SCHOOL)["bike_rows"] == []


def test_only_places_of_measured_functions_that_open_later_are_to_come():
    leisure = rows("leisure", [(9.0, "x")] * 2, [(9.0, "x")] * 2)
    assert part(leisure)["coming"] == [{"id": "new_hall", "name": "Ny hal", "year": 2030}]
    assert part(SCHOOL)["coming"] == []


@pytest.mark.parametrize("options", [{"classes": None}, {"baseline": 2026}])
def test_without_classes_or_a_second_year_there_is_no_part(options):
    assert part(SCHOOL, **options) is None
