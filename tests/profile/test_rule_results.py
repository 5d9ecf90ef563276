"""What rules find of an area: each result by hand, and whether it holds."""

import pandas as pd
import pytest

from htkgis.profile.rule_results import level_part, rule_rows

RULE = pd.DataFrame(
    {
        "rule": ["near"], "function": ["station"], "mode": ["walk"], "operator": ["<="],
        "limit_m": [1200.0], "scope": ["nearest"], "applies_to": ["x"], "source": ["y"],
        "dated": [2014],
    }
)  # fmt: skip


def ways(*metres, case="", searched_m=9000.0, short=None, accuracy_m=0.0):
    return pd.DataFrame(
        {
            "from_id": [f"gate {number}" for number in range(len(metres))],
            "function": "station", "mode": "walk", "to_id": "st", "way_m": metres,
            "searched_m": searched_m, "short": short, "in_district": False,
            "at_entrance": False, "accuracy_m": accuracy_m,
            "case": case,
        }
    )  # fmt: skip


def result(distances, rule=RULE, sketch_length=None):
    return rule_rows(rule, distances, {"st": "Station"}, sketch_length=sketch_length)[0]


@pytest.mark.parametrize(
    ("metres", "status", "met"),
    [((1200.0, 900.0), "met", 2), ((1200.1, 900.0), "partly", 1), ((1200.1, 3000.0), "not met", 0)],
)
def test_an_area_meets_a_rule_where_every_origin_does(metres, status, met):
    row = result(ways(*metres))
    assert (row["status"], row["met"], row["of"]) == (status, met, 2)
    assert row["holds"] is True
    assert row["margin_m"] == pytest.approx(1200 - sum(metres) / 2, abs=0.06)


def test_a_result_does_not_hold_where_the_point_of_the_place_is_too_uncertain():
    row = result(ways(1190.0, accuracy_m=25.0))
    assert (row["status"], row["holds"], row["changed_by"]) == ("met", False, ["point_farther"])
    assert (row["low_m"], row["high_m"]) == (1165.0, 1215.0)
    assert result(ways(1170.0, accuracy_m=25.0))["holds"] is True


def test_a_sketch_of_streets_is_as_uncertain_as_the_study_says():
    row = result(ways(1100.0), sketch_length=0.12)
    assert row["changed_by"] == ["sketch_longer"]
    assert result(ways(1100.0))["holds"] is True


def test_a_case_of_snapping_that_changes_the_result_is_named():
    row = result(pd.concat([ways(1100.0), ways(1300.0, case="snap_near")]))
    assert (row["holds"], row["changed_by"]) == (False, ["snap_near"])
    assert [case["case"] for case in row["cases"]] == ["", "snap_near"]


def test_partly_holds_as_long_as_the_same_half_meets_the_rule():
    own = ways(900.0, 1000.0, 1300.0)
    one_less = ways(900.0, 1250.0, 1300.0, case="snap_near")
    assert result(pd.concat([own, own.assign(case="snap_far")]))["holds"] is True
    assert result(pd.concat([own, one_less]))["changed_by"] == ["snap_near"]


def test_what_may_lie_nearer_outside_the_data_is_not_known():
    row = result(ways(1500.0, 900.0, searched_m=700.0, short="edge"))
    assert (row["status"], row["reason"], row["met"], row["holds"]) == ("unknown", "edge", 1, None)


def test_the_nearest_school_is_never_met():
    row = result(ways(10.0), RULE.assign(scope="district"))
    assert (row["status"], row["reason"], row["holds"]) == ("indicative", "district", None)
    assert row["met"] == 0


def test_a_rule_of_another_mode_is_not_known():
    row = result(ways(10.0), RULE.assign(mode="bike"))
    assert (row["status"], row["reason"], row["of"]) == ("unknown", "mode", 0)


def test_a_level_holds_where_it_is_the_same_however_it_is_counted():
    levels = pd.DataFrame(
        {
            "from_id": ["a", "b"], "departures_per_hour": [7.5, 2.0],
            "level": ["medium", "low"], "level_every_stop": ["high", "low"], "bound": False,
            "case": "",
        }
    )  # fmt: skip
    origins = pd.DataFrame({"id": ["a", "b"], "name": ["A", "B"]})
    part = level_part(levels, origins, sketch=False)
    assert [row["holds"] for row in part["origins"]] == [False, True]
    assert part["counts"] == {"medium": 1, "low": 1}
    assert (part["holds"], part["bound"]) == (False, False)
    assert level_part(levels, origins, sketch=True)["bound"] is True
    assert level_part(levels.iloc[:0], origins, sketch=True) is None
