"""Isolation in the profile: what closes an area, what is not judged, figures and their bounds."""

import pytest

from htkgis.profile.contract import parts
from htkgis.profile.isolation import (
    INDICATORS,
    isolation_figures,
    isolation_part,
)
from tests.maps.example_isolation import ISOLATION, RAIL, UNKNOWN, measured

jsonschema = pytest.importorskip("jsonschema")
NAMES = [
    {"quarter_id": f"q{n}", "quarter_name": f"Q{n}", "area_id": f"a{n}", "area_name": f"A{n}"}
    for n in (1, 2)
]


DIRECT = measured("a1")["directness"]


def part(first=None, second=None, area="a1", decisions=ISOLATION):
    facts = [measured("a1", **(first or {})), measured("a2", **(second or {}))]
    return isolation_part(facts, NAMES, decisions, area_id=area)


def values(found, indicator, mode=0):
    rows = {row["indicator"]: row for row in found["modes"][mode]["rows"]}
    return rows[indicator]["values"]


def test_a_study_that_decides_nothing_has_no_part():
    assert isolation_part([measured("a1")], NAMES[:1], None, area_id="a1") is None
    assert isolation_part([], NAMES, ISOLATION, area_id="a1") is None


def test_the_finding_counts_what_closes_the_area():
    found = part()["finding"]
    assert found["key"] == "finding.isolation"
    known = found["values"]
    # 9 ways out of 10, 1.5 times on the limit, 55 % of 60 %, 0.75 min of 0.5; 0.9 is open
    assert known["closed"] == [
        "crossings_per_km",
        "directness",
        "reached_surroundings",
        "barrier_cost",
    ]
    assert (known["of"], known["unknown"]) == (5, [])
    assert known["barrier"] == {"kind": "railway", "name": None}
    # 9 < 14 and 0.55 < 0.7 are worse; a detour of 1.5 is less than that of 1.6 around
    assert (known["worse"], known["compared"]) == (
        ["crossings_per_km", "reached_surroundings"],
        3,
    )


def test_a_lower_bound_below_its_limit_is_not_judged_and_one_above_is_open():
    few = {"crossings": {"count": 9, "outline_m": 1000, "per_km": 9.0, "lower_bound": True}}
    many = {"crossings": {"count": 10, "outline_m": 1000, "per_km": 10.0, "lower_bound": True}}
    first, second = values(part(few, many), "crossings_per_km")
    assert (first["closed"], second["closed"]) == (None, False)


def test_a_cost_that_is_at_least_below_its_limit_is_not_judged():
    low = {"missing": None, "rows": [RAIL | {"saved_min": 0.4, "lower_bound": True}]}
    high = {"missing": None, "rows": [RAIL | {"saved_min": 0.5, "lower_bound": True}]}
    first, second = values(part({"barriers": low}, {"barriers": high}), "barrier_cost")
    assert (first["closed"], second["closed"]) == (None, True)


def test_a_detour_near_its_limit_is_not_judged_where_lengths_are_rough():
    # 1.5 with 12 % to either side is 1.32 to 1.68: below and above the limit of 1.5; 1.71 is not
    rough = ISOLATION | {"sketch_length": 0.12}
    near, far = ({"directness": DIRECT | {"median": value}} for value in (1.5, 1.71))
    found = part(near, far, decisions=rough)
    first, second = values(found, "directness")
    assert (first["closed"], second["closed"]) == (None, True)
    assert values(part(near, far), "directness")[0]["closed"] is True


def test_ways_out_are_counted_and_not_as_rough_as_lengths():
    found = part(decisions=ISOLATION | {"sketch_length": 0.5})
    assert values(found, "crossings_per_km")[0]["closed"] is True


def test_what_a_sketch_cannot_tell_is_missing_and_says_why():
    found = part(UNKNOWN)
    assert values(found, "barrier_cost")[0]["value"] is None
    assert values(found, "barrier_cost")[0]["missing"] == "no_layer"
    assert values(found, "through_movement")[0]["missing"] == "sketch"
    assert found["barriers"] == []
    known = found["finding"]["values"]
    assert known["unknown"] == ["crossings_per_km", "through_movement", "barrier_cost"]
    assert (known["of"], known["compared"]) == (2, 0)
    assert "barrier" not in known
    assert found["notes"] == [
        "isolation.missing.neighbours_sketch",
        "isolation.missing.through_sketch",
        "isolation.missing.barriers_no_layer",
    ]


def test_the_worst_direction_and_function_are_the_longest_detours():
    found = part()
    assert values(found, "directness_direction")[0]["direction"] == "se"
    worst = values(found, "directness_function")[0]
    assert (worst["function"], worst["value"], worst["way_m"]) == ("school", 2.5, 600)


def test_barriers_that_cost_less_than_half_a_hundredth_are_left_out():
    rows = part()["barriers"]
    assert [row["name"] for row in rows] == [None, "Roskildevej"]
    # 0.75 min over all trips is 3 min for each of the quarter that the railway makes longer
    assert rows[0]["saved_of_affected_min"] == 3


def test_a_barrier_that_costs_nothing_is_not_named():
    free = {"barriers": {"missing": None, "rows": [RAIL | {"saved_min": 0, "affected_share": 0}]}}
    found = part(free)
    assert values(found, "barrier_cost")[0]["barrier"] is None
    assert values(found, "barrier_cost")[0]["value"] == 0
    assert "barrier" not in found["finding"]["values"]


def test_a_mode_that_has_ways_out_alone_has_one_row():
    car = {key: measured("a1", "car")[key] for key in ("area_id", "mode", "crossings")}
    facts = [measured("a1"), car]
    found = isolation_part(facts, NAMES[:1], ISOLATION, area_id="a1")
    assert [row["indicator"] for row in found["modes"][1]["rows"]] == ["crossings_per_km"]
    assert values(found, "crossings_per_km", mode=1)[0]["closed"] is None


@pytest.mark.parametrize("first", [None, UNKNOWN])
def test_the_part_keeps_its_contract(first):
    jsonschema.Draft202012Validator(parts()["isolation"]).validate(part(first))


def figures(*facts):
    return isolation_figures(
        facts, {"a1": "q1", "a2": "q2"}, limits_min=ISOLATION["limits_min"], state=2026
    )


def test_figures_hold_the_area_as_a_whole_but_detours_by_origin():
    table = figures(measured("a1")).set_index(["indicator", "statistic"]).sort_index()
    assert table.loc["directness", "value"].to_dict() == {"max": 1.7, "median": 1.5, "min": 1.4}
    assert set(table.loc["barrier_cost", "value"]) == {0.75}
    assert table.loc[[("reached_surroundings", "min")], "limit_min"].tolist() == [15]
    assert table.loc[[("crossings_per_km", "min")], "reference"].tolist() == [14]
    assert set(table.index.get_level_values(0)) == set(INDICATORS)


def test_a_missing_figure_is_missing_and_a_bound_is_marked():
    table = figures(measured("a2", **UNKNOWN)).set_index("indicator")
    assert table.loc["barrier_cost", "value"].isna().all()
    assert table.loc["crossings_per_km", "lower_bound"].all()
    assert not table.loc["directness", "lower_bound"].any()
    assert set(table["quarter_id"]) == {"q2"}
