"""Stamps of robustness: classes and limits by hand, the laws of ranges, what is not known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.profile.robustness import KEY, robustness_part, stamp_figures

RULES = {
    "limits_min": [5, 10, 15, 30],
    "transit_limits_min": [30, 45, 60],
    "choice": 3,
    "jobs_change": 0.25,
    "share_change": 0.1,
    "state": 2026,
}
NOT_MEASURED = {
    "robustness": None, "robust_low": np.nan, "robust_high": np.nan, "robust_bound": False
}  # fmt: skip


def figure(value, *, unit="min", function="school", mode="walk", indicator="nearest_1", **more):
    row = dict.fromkeys(KEY) | {
        "quarter_id": "q", "indicator": indicator, "statistic": "median", "function": function,
        "mode": mode, "limit_min": np.nan, "percentile": np.nan, "lens": "adult", "state": 2026,
        "unit": unit, "value": value, "lower_bound": False, "upper_bound": False,
    }  # fmt: skip
    return row | NOT_MEASURED | more


def stamped(reference, *values, **facts):
    own = pd.DataFrame([figure(reference, **facts)])
    cases = [
        figure(value, **facts) | {"case": f"case {number}"} for number, value in enumerate(values)
    ]
    return stamp_figures(own, pd.DataFrame(cases), RULES).iloc[0]


@pytest.mark.parametrize(
    ("reference", "other", "expected"),
    [
        (14.0, 15.0, "sure"),
        (14.0, 15.01, "sensitive"),
        (15.01, 30.0, "sure"),
        (31.0, 119.0, "sure"),
        (119.0, np.nan, "sensitive"),
        (np.nan, np.nan, "sure"),
    ],
)
def test_minutes_are_sensitive_where_they_fall_into_another_class(reference, other, expected):
    assert stamped(reference, other)["robustness"] == expected


def test_minutes_by_timetable_have_classes_of_their_own():
    assert stamped(29.0, 31.0, mode="transit")["robustness"] == "sensitive"
    assert stamped(14.0, 16.0, mode="transit")["robustness"] == "sure"


@pytest.mark.parametrize(
    ("reference", "other", "expected"),
    [(0, 1, "sensitive"), (1, 2, "sure"), (2, 3, "sensitive"), (3, 40, "sure"), (0, 0, "sure")],
)
def test_places_are_sensitive_between_none_few_and_a_choice(reference, other, expected):
    assert stamped(reference, other, unit="places")["robustness"] == expected


@pytest.mark.parametrize(
    ("reference", "other", "expected"),
    [
        (1000, 1250, "sure"),
        (1000, 1251, "sensitive"),
        (1000, 749, "sensitive"),
        (0, 1, "sensitive"),
    ],
)
def test_jobs_may_move_by_a_quarter_of_what_the_study_says(reference, other, expected):
    assert stamped(reference, other, unit="jobs")["robustness"] == expected


def test_a_share_may_move_by_a_tenth_of_the_departures():
    assert stamped(0.9, 0.8, unit="share")["robustness"] == "sure"
    assert stamped(0.9, 0.79, unit="share")["robustness"] == "sensitive"


def test_a_range_that_is_not_reached_has_no_greatest():
    found = stamped(12.0, 14.0, np.nan)
    assert found["robust_low"] == 12.0
    assert np.isnan(found["robust_high"])


def test_a_figure_that_was_not_measured_again_stays_without_a_stamp():
    own = pd.DataFrame([figure(12.0), figure(3.0, mode="bike")])
    case = pd.DataFrame([figure(13.0) | {"case": "slow"}])
    found = stamp_figures(own, case, RULES)
    assert found["robustness"].fillna("").tolist() == ["sure", ""]
    assert found["robust_low"].isna().tolist() == [False, True]


def test_a_number_that_is_not_known_is_not_sure():
    assert pd.isna(stamped(np.nan, np.nan, unit="jobs")["robustness"])


def test_without_cases_nothing_is_stamped():
    own = pd.DataFrame([figure(12.0)])
    assert stamp_figures(own, pd.DataFrame(columns=[*own.columns, "case"]), RULES) is own
    assert stamp_figures(own, own.assign(case="slow"), None) is own


def test_a_bound_in_any_case_makes_the_range_a_bound():
    own = pd.DataFrame([figure(12.0)])
    case = pd.DataFrame([figure(13.0, upper_bound=True) | {"case": "slow"}])
    assert stamp_figures(own, case, RULES)["robust_bound"].tolist() == [True]


VALUES = st.one_of(st.floats(0, 200), st.just(float("nan")))


@given(st.lists(VALUES, min_size=1, max_size=8), st.sampled_from(["min", "places", "share"]))
def test_a_set_with_only_the_reference_is_sure_and_has_no_width(values, unit):
    known = [0.0 if unit != "min" and np.isnan(value) else value for value in values]
    own = pd.DataFrame(
        [figure(value, unit=unit, function=str(number)) for number, value in enumerate(known)]
    )
    found = stamp_figures(own, own.assign(case="same"), RULES)
    assert set(found["robustness"]) == {"sure"}
    np.testing.assert_array_equal(found["robust_low"], own["value"])
    np.testing.assert_array_equal(found["robust_high"], own["value"])


@given(VALUES, st.lists(VALUES, min_size=1, max_size=5))
def test_the_range_holds_the_reference(reference, others):
    found = stamped(reference, *others)
    if not np.isnan(reference):
        assert found["robust_low"] <= reference
        assert np.isnan(found["robust_high"]) or found["robust_high"] >= reference


def test_functions_within_the_limit_are_counted_in_every_case():
    own = pd.DataFrame([figure(14.0), figure(16.0, function="green")])
    cases = pd.concat(
        [
            own.assign(case="slow", value=[16.0, 19.0]),
            own.assign(case="brisk", value=[12.0, 14.9]),
        ]
    )
    nearest = [
        {"function": name, "median": value, "n": 1, "mode": "walk", "places": 1}
        for name, value in (("school", 14.0), ("green", 16.0))
    ]
    decisions = {"robustness": RULES, "everyday_min": 15, "job_rounding": 100}
    part = robustness_part([stamp_figures(own, cases, RULES)], cases, nearest, decisions, "q")
    within = part["functions_within"]
    assert (within["value"], within["low"], within["high"]) == (1, 0, 2)
    assert within["changed_by"] == ["slow", "brisk"]
    assert [row["changed_by"] for row in part["figures"]] == [["slow"], ["brisk"]]


def part_of(own, cases):
    decisions = {"robustness": RULES, "everyday_min": 15, "job_rounding": 100}
    return robustness_part([stamp_figures(own, cases, RULES)], cases, [], decisions, "q")


def test_further_figures_are_listed_where_a_case_moves_them_and_else_counted():
    own = pd.DataFrame(
        [
            figure(12.0),
            figure(14.0, state=2017),
            figure(4.0, lens="older"),
            figure(40.0, mode="transit", departure="rush", lens="older"),
            figure(np.nan, mode="car", unit="jobs"),
        ]
    )
    again = own.iloc[:3]
    cases = pd.concat(
        [again.assign(case="same"), again.assign(case="far", value=[12.0, 15.1, 4.0])]
    )
    part = part_of(own, cases)
    listed = [(row["lens"], row["state"], row["stamp"], row["tried"]) for row in part["figures"]]
    assert listed == [("adult", 2026, "sure", 2), ("adult", 2017, "sensitive", 2)]
    assert (part["sure"], part["sensitive"]) == (1, 0)
    group = {"mode": "walk", "lens": "older", "departure": None, "state": 2026, "figures": 1}
    assert part["unmoved"] == [group]
    assert part["unstamped"] == [group | {"mode": "transit", "departure": "rush"}]


def test_functions_within_the_limit_are_those_of_the_state_that_is_shown():
    own = pd.DataFrame([figure(14.0), figure(14.0, state=2017)])
    cases = own.assign(case="slow", value=[14.5, 16.0])
    nearest = [{"function": "school", "median": 14.0, "n": 1, "mode": "walk", "places": 1}]
    decisions = {"robustness": RULES, "everyday_min": 15, "job_rounding": 100}
    part = robustness_part([stamp_figures(own, cases, RULES)], cases, nearest, decisions, "q")
    assert part["functions_within"]["stamp"] == "sure"
