"""Who gets how far on foot: minutes side by side, what lies within, and the finding."""

import math

import pandas as pd
import pytest

from htkgis.profile.lenses import lens_part

DECISIONS = {"key_functions": ("school", "station"), "everyday_min": 15}
ADULT = {"station": 15.0, "school": 6.0, "green": 12.0, "health": None}


def rows(minutes, **changes):
    return [
        {"function": name, "mode": "walk", "n": 1, "median": found, "upper_bound": False}
        | {"places": 2}
        | changes
        for name, found in minutes.items()
    ]


def figures(minutes, **changes):
    """The same as rows of the table of figures, with rows that are something else."""
    common = {"indicator": "nearest_1", "mode": "walk", "statistic": "median"} | changes
    table = [
        common | {"function": name, "value": math.nan if found is None else found}
        for name, found in minutes.items()
    ]
    table += [row | {"value": 1.0, "statistic": "min"} for row in table]
    return pd.DataFrame(table).assign(upper_bound=False)


def part(**others):
    own = {lens: figures(found) for lens, found in others.items()}
    return lens_part(rows(ADULT), own, "Vest", DECISIONS)


def slower(factor):
    return {name: None if found is None else found * factor for name, found in ADULT.items()}


def test_adults_alone_compare_with_nobody():
    assert part() is None


def test_key_functions_come_first_in_their_order_and_then_the_others():
    functions = [row["function"] for row in part(older=slower(1.5))["rows"]]
    assert functions == ["school", "station", "green", "health"]


def test_each_function_has_the_minutes_of_each_lens_and_none_where_not_reached():
    found = {row["function"]: row["values"] for row in part(older=slower(1.5))["rows"]}
    assert [value["median"] for value in found["green"]] == [12.0, 18.0]
    assert [value["median"] for value in found["health"]] == [None, None]
    assert [value["lens"] for value in found["health"]] == ["adult", "older"]


def test_exactly_on_the_limit_is_within_and_not_reached_is_not():
    found = part(older=slower(1.5))
    assert found["within"] == [{"lens": "adult", "count": 3}, {"lens": "older", "count": 1}]
    assert (found["measured"], found["limit_min"]) == (4, 15)


def test_the_finding_names_who_gets_to_fewest_and_what_falls_outside():
    found = part(child=slower(1.2), older=slower(1.5), wheelchair=slower(1.6))["finding"]
    assert found["key"] == "finding.lenses"
    assert found["values"] == {
        "area": "Vest",
        "adult": 3,
        "measured": 4,
        "limit_min": 15,
        "lenses": ["older", "wheelchair"],
        "count": 1,
        "beyond": ["station", "green"],
    }


def test_those_who_lose_another_function_are_not_named_together():
    other = slower(1.0) | {"school": 30.0}
    found = part(one=slower(1.0) | {"green": 30.0}, two=other)["finding"]["values"]
    assert (found["lenses"], found["beyond"]) == (["one"], ["green"])


def test_where_everybody_gets_to_the_same_the_finding_says_so():
    found = part(child=slower(1.0))["finding"]
    assert found["key"] == "finding.lenses_same"
    assert found["values"] == {"area": "Vest", "adult": 3, "measured": 4, "limit_min": 15}


@pytest.mark.parametrize(
    "row",
    [
        {"n": 3},
        {"mode": "bike"},
        {"places": 0},
        {"function": "district_school"},
    ],
    ids=["third nearest", "another mode", "no places", "school of the district"],
)
def test_only_the_nearest_on_foot_of_functions_with_places_are_compared(row):
    nearest = rows(ADULT) + rows({"culture": 3.0}, **row)
    more = [figures({"culture": 3.0}, **other) for other in OTHERWISE]
    own = {"older": pd.concat([figures(slower(1.5)), *more])}
    assert lens_part(nearest, own, "Vest", DECISIONS) == part(older=slower(1.5))


OTHERWISE = ({"indicator": "nearest_3"}, {"mode": "bike"}, {"indicator": "cumulative"})


def test_a_bound_of_a_lens_is_told():
    own = {"older": figures(slower(1.5)).assign(upper_bound=True)}
    values = lens_part(rows(ADULT), own, "Vest", DECISIONS)["rows"][0]["values"]
    assert [value["upper_bound"] for value in values] == [False, True]
