"""Planning rules: each limit and the metres beside it, districts, what was not found."""

import math
from pathlib import Path

import pandas as pd
import pytest

from htkgis.loaders import read_planning_rules
from htkgis.profile import evaluate_planning_rules

LAYERS = Path(__file__).parents[2] / "layers"
HEADER = (LAYERS / "planning_rules.csv").read_text("utf-8").splitlines()[0].split(";")


@pytest.fixture
def rules(catalog):
    columns = {name: name for name in HEADER}
    path = (LAYERS / "planning_rules.csv").as_posix()
    table, _ = read_planning_rules(
        catalog(planning_rules={"path": path, "columns": columns}), "planning_rules"
    )
    return table


def distance(way_m, function="station", *, mode="walk", in_district=False, searched_m=10_000.0):
    return pd.DataFrame(
        {
            "from_id": ["home"],
            "function": [function],
            "mode": [mode],
            "to_id": ["place" if way_m is not None else None],
            "way_m": [way_m],
            "searched_m": [searched_m],
            "in_district": [in_district],
        }
    )


def status(rules, rule, distances):
    found = evaluate_planning_rules(rules, distances)
    return found.set_index("rule").loc[rule, "status"]


@pytest.mark.parametrize(
    ("rule", "limit_m"),
    [
        ("station_core", 600),
        ("station_near", 1200),
        ("school_0_3", 2500),
        ("school_4_6", 6000),
        ("school_7_9", 7000),
        ("school_10", 9000),
        ("green_500", 500),
    ],
)
def test_a_limit_is_met_on_it_and_one_metre_before_and_not_one_metre_beyond(rules, rule, limit_m):
    for off, expected in ((-1, "met"), (0, "met"), (1, "not met")):
        way = distance(limit_m + off, rule.split("_")[0], in_district=True)
        assert status(rules, rule, way) == expected
        row = evaluate_planning_rules(rules, way).set_index("rule").loc[rule]
        assert (row["limit_m"], row["margin_m"], row["measured_m"]) == (
            limit_m,
            -off,
            limit_m + off,
        )


def test_the_target_of_less_than_300_m_is_not_met_on_300(rules):
    for way_m, expected in ((299, "met"), (300, "not met"), (301, "not met")):
        assert status(rules, "green_300", distance(way_m, "green")) == expected


def test_the_nearest_school_is_indicative_whatever_its_distance(rules):
    for way_m in (100, 2500, 50_000, None):
        found = evaluate_planning_rules(rules, distance(way_m, "school"))
        assert found["status"].tolist() == ["indicative"] * 4
    assert found["measured_m"].isna().all()
    near = evaluate_planning_rules(rules, distance(100, "school"))
    assert near["margin_m"].tolist() == [2400, 5900, 6900, 8900]


def test_what_was_not_found_as_far_as_the_limit_is_not_met(rules):
    assert status(rules, "station_core", distance(None, searched_m=600)) == "not met"
    assert status(rules, "station_core", distance(None, searched_m=599)) == "unknown"
    row = evaluate_planning_rules(rules, distance(None)).iloc[0]
    assert math.isnan(row["margin_m"])
    assert row["to_id"] is None


def test_a_rule_speaks_of_its_function_and_its_mode_alone(rules):
    assert evaluate_planning_rules(rules, distance(100))["rule"].tolist() == [
        "station_core",
        "station_near",
    ]
    assert evaluate_planning_rules(rules, distance(100, mode="bike")).empty
    assert evaluate_planning_rules(rules, distance(100, "culture")).empty


def test_results_stand_by_origin_and_then_by_rule(rules):
    homes = [distance(way_m).assign(from_id=name) for name, way_m in (("b", 700), ("a", 500))]
    found = evaluate_planning_rules(rules, pd.concat(homes))
    assert found["from_id"].tolist() == ["b", "b", "a", "a"]
    assert found["status"].tolist() == ["not met", "met", "met", "met"]


def test_every_rule_names_its_source_in_both_languages(rules):
    assert rules[["source", "source_en", "applies_to", "applies_to_en"]].notna().all().all()
    assert rules["rule"].is_unique
