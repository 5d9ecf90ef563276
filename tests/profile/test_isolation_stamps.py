"""Stamps of how closed an area is: limits that are passed, values that move, no stamp."""

import pytest

from htkgis.profile.isolation import isolation_figures
from htkgis.profile.isolation_stamps import StampRules, with_isolation_stamps

CLOSED = {"directness": 1.5, "reached_surroundings": 0.6, "through_movement": 0.5}
CLOSED |= {"barrier_cost": 0.5}


def isolated(ratio=1.4, share=0.7, cost=0.8, *, bound=False, mode="walk", **changed):
    barrier = {"saved_min": cost, "lower_bound": bound, "kind": "railway", "name": None}
    directions = [{"direction": "n", "ratio": 1.6}, {"direction": "e", "ratio": 1.5}]
    return {
        "area_id": "a", "mode": mode, "reached_share": share, "through": {"missing": "sketch"},
        "directness": {"min": 1.0, "median": ratio, "max": 2.0, "directions": directions},
        "functions": [{"function": "school", "min": 1.0, "median": 1.2, "max": 1.5, "way_m": 600,
                       "straight_m": 500}],
        "crossings": {"per_km": 9.0, "lower_bound": False},
        "barriers": {"rows": [barrier]},
    } | changed  # fmt: skip


def marked(own, *cases, sketch_length=None):
    rows = [
        {"area_id": "a", "mode": own["mode"], "indicator": name, "case": case, "value": value}
        | (of[0] if of else {})
        for name, case, value, *of in cases
    ]
    rules = StampRules(CLOSED, 0.1, 0.1, 0.25, sketch_length)
    return with_isolation_stamps([own], rows, rules)[0]


def stamped(own, *cases, sketch_length=None):
    return marked(own, *cases, sketch_length=sketch_length)["robust"]


def test_isolation_is_sensitive_where_a_case_passes_the_limit_of_closed():
    cases = [("reached_surroundings", "slow", 0.59), ("reached_surroundings", "quick", 0.9)]
    found = stamped(isolated(), *cases, ("barrier_cost", "slow", 1.2))
    assert found["reached_surroundings"] == {
        "low": 0.59, "high": 0.9, "bound": False, "stamp": "sensitive", "tried": 2,
        "changed_by": ["slow"],
    }  # fmt: skip
    assert found["barrier_cost"]["stamp"] == "sure"  # at least the limit, in every case
    assert found["directness"] is None  # no case was tried of it


def test_through_movement_on_foot_is_judged_by_its_limit():
    own = isolated(through={"missing": None, "ratio": 0.6})
    assert stamped(own, ("through_movement", "slow", 0.5))["through_movement"]["stamp"] == "sure"
    found = stamped(own, ("through_movement", "slow", 0.49))["through_movement"]
    assert (found["stamp"], found["low"], found["high"]) == ("sensitive", 0.49, 0.6)


def test_lengths_of_a_sketch_are_tried_and_costs_of_barriers_are_not_lengths():
    found = stamped(isolated(), ("barrier_cost", "slow", 1.2), sketch_length=0.12)
    assert found["directness"]["changed_by"] == ["sketch_longer"]  # 1.4 * 1.12 = 1.568
    assert found["reached_surroundings"]["low"] == 0.616
    assert stamped(isolated(share=0.95), sketch_length=0.12)["reached_surroundings"]["high"] == 1
    assert found["barrier_cost"]["tried"] == 1
    assert stamped(isolated(ratio=1.05), sketch_length=0.12)["directness"]["low"] == 1
    # a single direction has no limit, and 12 per cent are more than the tenth that is allowed
    assert found["directness_direction"]["changed_by"] == ["sketch_shorter", "sketch_longer"]
    own = isolated(through={"missing": None, "ratio": 0.6})
    assert stamped(own, sketch_length=0.12)["through_movement"] is None


def test_a_lower_bound_below_the_limit_cannot_be_judged():
    case = ("barrier_cost", "slow", 0.6)
    assert stamped(isolated(cost=0.4, bound=True), case)["barrier_cost"] is None
    assert stamped(isolated(cost=0.5, bound=True), case)["barrier_cost"]["stamp"] == "sure"


def test_a_barrier_that_costs_nothing_costs_nothing_at_any_speed():
    found = stamped(isolated(cost=0.0), ("barrier_cost", "slow", 0.0))["barrier_cost"]
    assert (found["stamp"], found["low"], found["high"]) == ("sure", 0.0, 0.0)


@pytest.mark.parametrize(
    ("indicator", "value", "holds", "moves"),
    [
        ("reached_surroundings", 0.7, 0.6, 0.599),  # ten points, though 0.6 is no limit by bike
        ("directness", 1.4, 1.54, 1.541),  # a tenth of itself
        ("through_movement", 0.8, 0.6, 0.599),  # a quarter of itself
        ("barrier_cost", 0.8, 1.0, 1.001),
    ],
)
def test_by_bike_a_value_is_sensitive_where_it_moves_by_more_than_the_study_allows(
    indicator, value, holds, moves
):
    own = isolated(mode="bike", through={"missing": None, "ratio": 0.8})
    found = stamped(own, (indicator, "calm", holds))[indicator]
    assert (found["stamp"], sorted([found["low"], found["high"]])) == (
        "sure",
        sorted([value, holds]),
    )
    assert stamped(own, (indicator, "calm", moves))[indicator]["changed_by"] == ["calm"]
    assert stamped(own, (indicator, "calm", None))[indicator]["changed_by"] == ["calm"]


def test_a_lower_bound_without_a_limit_cannot_be_judged_at_all():
    case = ("barrier_cost", "calm", 0.81)
    assert stamped(isolated(mode="bike", bound=True), case)["barrier_cost"] is None


def test_cases_of_one_mode_say_nothing_of_another():
    own = isolated(mode="bike")
    row = {"area_id": "a", "mode": "walk", "indicator": "directness", "case": "far", "value": 3}
    rules = StampRules(CLOSED, 0.1, 0.1, 0.25, None)
    assert with_isolation_stamps([own], [row], rules)[0]["robust"]["directness"] is None


def test_the_longest_detour_is_sensitive_where_another_direction_comes_to_have_it():
    north, east = {"direction": "n"}, {"direction": "e"}

    def turned(to_north, to_east):
        cases = [("directness_direction", "far", to_north, north)]
        cases.append(("directness_direction", "far", to_east, east))
        return stamped(isolated(), *cases)["directness_direction"]

    assert turned(1.55, 1.54)["stamp"] == "sure"
    found = turned(1.55, 1.56)  # neither moves by a tenth
    assert (found["stamp"], found["changed_by"], found["tried"]) == ("sensitive", ["far"], 1)
    assert (found["low"], found["high"]) == (1.55, 1.6)  # of the direction that is shown
    assert turned(None, 1.5)["stamp"] == "sensitive"


def test_every_function_has_a_stamp_of_its_own_in_the_figures():
    case = ("directness_function", "wide", 1.1, {"function": "school"})
    own = marked(isolated(), case)
    figures = isolation_figures([own], {"a": "q"}, limits_min={"walk": 15}, state=2026)
    rows = figures[figures["indicator"] == "directness_function"].set_index("statistic")
    assert rows["robustness"].dropna().to_dict() == {"median": "sure"}
    assert rows.loc["median", ["robust_low", "robust_high"]].tolist() == [1.1, 1.2]
    assert own["robust"]["directness_function"] == own["robust"]["functions"]["school"]


def test_a_mode_of_which_only_ways_out_are_counted_has_no_stamps():
    own = {"area_id": "a", "mode": "car", "crossings": {"per_km": 2.0, "lower_bound": False}}
    assert with_isolation_stamps([own], [], StampRules(CLOSED, 0.1, 0.1, 0.25, 0.12)) == [own]
