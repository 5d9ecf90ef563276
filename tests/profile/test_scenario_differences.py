"""Two scenarios compared: signs, what is new within reach, bounds, and nothing for the same."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.profile.differences import KINDS
from htkgis.profile.disclosure import SmallNumbers
from htkgis.profile.scenario_differences import (
    Compared,
    ComparisonClasses,
    Side,
    scenario_differences,
)
from htkgis.profile.scenario_persons import persons_rows
from htkgis.units import UNREACHED

RULES = SmallNumbers(20, 3, 5, (0.01, 0.02, 0.05, 0.1, 0.2))
CLASSES = ComparisonClasses((1.0, 5.0, 10.0), (1, 2, 4), (500, 2000, 5000))
ASKED = Compared({"north": "q"}, ["walk", "transit"], 15.0, CLASSES, 100, RULES)
NOBODY = pd.DataFrame({"id": [], "persons": [], "area_id": []})
MIRRORED = {"less": "more", "more": "less", "new": "gone", "gone": "new"}


def row(key, value, *, measure="nearest_1", function="school", place="s", **others):
    unit = {"nearest_1": "min", "functions": "functions"}.get(measure, "jobs")
    return {
        "id": key,
        "measure": measure,
        "function": function,
        "mode": "walk",
        "limit_min": math.nan,
        "departure": None,
        "unit": unit,
        "value": value,
        "lower_bound": False,
        "upper_bound": False,
        "hidden": False,
        "to_id": place,
    } | others


def origins(*ids, area="north"):
    return pd.DataFrame({"id": list(ids), "area_id": area, "name": [f"Hus {key}" for key in ids]})


def side(*rows, ids=("a", "b", "c", "d"), people=NOBODY, times=None):
    return Side(pd.DataFrame(rows), origins(*ids), people, times or {})


def compared(first, second):
    return scenario_differences(first, second, ASKED)["areas"][0]


def schools(*minutes, **others):
    return [row(key, value, **others) for key, value in zip("abcd", minutes, strict=False)]


def test_minutes_have_classes_and_what_is_newly_reached_is_a_case_of_its_own():
    before = side(*schools(20.0, 10.0, math.nan, 16.0))
    after = side(*schools(14.0, 10.9, 12.0, math.nan))
    found = compared(before, after)["rows"][0]
    known = {kind: count for kind, count in found["counts"].items() if count}
    assert known == {"less": 1, "same": 1, "new": 1, "gone": 1}
    assert (found["gain"], found["lose"]) == ([1, 1, 0], [0, 0, 0])  # 6.0 min; 0.9 is around 0
    assert found["reach"] == {"into": 2, "out": 0, "unsure": 0}  # a and c; d was outside before
    assert [each["id"] for each in found["most_gain"]] == ["c", "a"]
    assert [each["id"] for each in found["most_lose"]] == ["d"]


def test_a_time_on_the_limit_is_within_reach():
    found = compared(side(*schools(15.01), ids="a"), side(*schools(15.0), ids="a"))
    assert found["rows"][0]["reach"] == {"into": 1, "out": 0, "unsure": 0}


def test_a_time_that_may_be_less_beyond_the_data_comes_into_reach_for_nobody():
    before = side(*schools(20.0, upper_bound=True), ids="a")
    found = compared(before, side(*schools(10.0, place="new"), ids="a"))["rows"][0]
    assert found["counts"]["unsure"] == 1
    assert found["reach"] == {"into": 0, "out": 0, "unsure": 1}
    assert (found["medians"]["kind"], found["medians"]["before_bound"]) == ("unsure", True)


def test_jobs_that_are_known_have_a_difference_though_more_may_lie_beyond():
    count = {"measure": "jobs", "function": None, "place": None, "limit_min": 30.0}
    before = side(row("a", 23_040.0, lower_bound=True, **count), ids="a")
    after = side(row("a", 27_700.0, lower_bound=True, **count), ids="a")
    found = compared(before, after)["rows"][0]
    assert found["medians"]["delta"] == 4700  # 23,000 as printed
    assert (found["gain"], found["key"]) == ([1, 1, 0], "jobs-30")


def test_a_bound_that_stands_still_is_unchanged_only_where_nothing_else_has_moved():
    count = {"measure": "functions", "function": None, "place": None, "limit_min": 15.0}
    bound = row("a", 4.0, lower_bound=True, **count)
    still = compared(side(bound, *schools(8.0), ids="a"), side(bound, *schools(8.0), ids="a"))
    moved = compared(side(bound, *schools(8.0), ids="a"), side(bound, *schools(7.5), ids="a"))
    kinds = [found["rows"][0]["values"][0]["kind"] for found in (still, moved)]
    assert kinds == ["same", "unsure"]


def test_what_is_hidden_on_one_side_is_hidden_and_has_no_values():
    count = {"measure": "jobs", "function": None, "place": None, "limit_min": 30.0}
    found = compared(
        side(row("a", math.nan, **count | {"hidden": True}), ids="a"),
        side(row("a", 600.0, **count), ids="a"),
    )
    assert found["rows"][0]["hidden"] is True
    assert found["rows"][0]["values"] == []
    assert found["most_gain"] == []


def test_origins_of_one_side_alone_are_counted_and_not_compared():
    before, after = side(*schools(9.0), ids="a"), side(*schools(9.0, 3.0), ids="ab")
    found = compared(before, after)
    assert [each["id"] for each in found["origins"]] == ["a"]
    assert (found["only_first"], found["only_second"]) == (0, 1)


def test_the_largest_differences_stand_first_whatever_their_unit():
    count = {"measure": "jobs", "function": None, "place": None, "limit_min": 30.0}
    before = side(
        *schools(20.0, math.nan), row("a", 0.0, **count), row("b", 0.0, **count), ids="ab"
    )
    after = side(*schools(18.0, 9.0), row("a", 6000.0, **count), row("b", 0.0, **count), ids="ab")
    most = compared(before, after)["most_gain"]
    assert [(each["key"], each["id"]) for each in most] == [
        ("nearest_1-school", "b"),
        ("jobs-30", "a"),
    ]


VALUES = st.lists(
    st.tuples(
        st.one_of(st.just(math.nan), st.floats(0, 60).map(lambda value: round(value, 2))),
        st.booleans(),
        st.sampled_from(["s", "t"]),
    ),
    min_size=8,
    max_size=8,
)


def drawn(values):
    rows = [
        row(key, value, upper_bound=bound, place=place)
        for key, (value, bound, place) in zip("abcdefgh", values, strict=True)
    ]
    return side(*rows, ids="abcdefgh")


@settings(max_examples=10)  # each draws many origins, and compares twice
@given(VALUES, VALUES)
def test_the_other_way_round_is_the_same_with_the_other_sign(first, second):
    there, back = (
        compared(*pair)["rows"][0]
        for pair in ((drawn(first), drawn(second)), (drawn(second), drawn(first)))
    )
    for kind in KINDS:
        assert there["counts"][kind] == back["counts"][MIRRORED.get(kind, kind)]
    assert (there["gain"], there["lose"]) == (back["lose"], back["gain"])
    assert there["most_gain"] == [swapped(each) for each in back["most_lose"]]
    for one, other in zip(there["values"], back["values"], strict=True):
        assert one["delta"] == (None if other["delta"] is None else -other["delta"])
    assert (there["reach"]["into"], there["reach"]["unsure"]) == (
        back["reach"]["out"],
        back["reach"]["unsure"],
    )


def swapped(each):
    """Turn a difference round."""
    minus = {name: None if each[name] is None else -each[name] for name in ("delta", "step")}
    return (
        each
        | minus
        | {
            "before": each["after"],
            "after": each["before"],
            "before_bound": each["after_bound"],
            "after_bound": each["before_bound"],
            "kind": MIRRORED.get(each["kind"], each["kind"]),
        }
    )


@settings(max_examples=5)
@given(VALUES)
def test_a_scenario_differs_from_itself_nowhere(values):
    found = compared(drawn(values), drawn(values))
    counts = found["rows"][0]["counts"]
    assert counts["same"] + counts["unreached"] == 8
    assert found["rows"][0]["medians"]["kind"] in {"same", "unreached"}
    assert found["most_gain"] == found["most_lose"] == []


def people(*persons):
    ids = [f"h{at}" for at in range(len(persons))]
    return pd.DataFrame({"id": ids, "persons": list(persons), "area_id": "north"})


def times(*minutes, border=9000):
    seconds = [UNREACHED if each is None else round(each * 600) for each in minutes]
    ids = [f"h{at}" for at in range(len(minutes))]
    return {"walk": pd.DataFrame({"id": ids, "border_ds": border * 10, "school": seconds})}


def persons(before, after, lived, **others):
    asked = {"areas": ["north"], "modes": ["walk"], "breaks": [1, 5], "rules": RULES} | others
    return persons_rows((lived, before), (lived, after), **asked)


def test_persons_who_gain_and_lose_are_rounded_to_the_step_of_shares():
    lived = people(503.0, 197.0, 300.0)
    found = persons(times(20, 10, 8), times(13, 12, 8), lived)
    assert [each["area_id"] for each in found] == ["north", None]
    assert (found[0]["gain"], found[0]["lose"]) == ([500, 500], [200, 0])  # 1 % of 1,000 persons
    assert (found[0]["persons"], found[0]["hidden"]) == (1000, False)


def test_of_few_persons_nothing_is_told():
    found = persons(times(20, 10), times(10, 10), people(30.0, 19.0))[0]
    assert found["hidden"]
    assert (found["persons"], found["gain"], found["unsure"]) == (None, [None, None], None)


def test_a_function_without_a_place_in_one_of_the_two_is_gone_for_everybody_who_reached_it():
    lived, before = people(600.0, 400.0), times(12, None)
    after = {"walk": before["walk"].drop(columns="school")}
    assert persons(before, after, lived)[0]["gone"] == 600


def test_persons_for_whom_something_nearer_may_lie_beyond_the_data_are_unsure():
    lived = people(600.0, 400.0)
    found = persons(times(20, 10, border=300), times(10, 10, border=300), lived)[0]
    assert (found["gain"], found["unsure"]) == ([0, 0], 600)


@pytest.mark.parametrize("gone", [True, False])
def test_who_moves_in_or_out_is_not_counted(gone):
    both, one = people(600.0, 400.0), people(600.0)
    first, second = (both, one) if gone else (one, both)
    found = persons_rows(
        (first, times(*[20] * len(first))),
        (second, times(*[20] * len(second))),
        areas=["north"],
        modes=["walk"],
        breaks=[1],
        rules=RULES,
    )
    assert found[0]["persons"] == 600
