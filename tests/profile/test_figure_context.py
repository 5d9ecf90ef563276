"""What stands beside a key figure: other quarters, the municipality, rules; nothing invented."""

import pytest

from htkgis.profile.figure_context import functions_within, with_context

STATION = {
    "key": "key_figure.nearest",
    "value": 15.8,
    "unit": "min",
    "bound": None,
    "values": {"function": "station", "place": "St."},
}
WITHIN = {
    "key": "key_figure.functions_within",
    "value": 1,
    "unit": "functions",
    "bound": None,
    "values": {"limit_min": 15, "measured": 2},
}
JOBS = {
    "key": "key_figure.jobs_within",
    "value": 23000,
    "unit": "jobs",
    "bound": "at_least",
    "values": {"limit_min": 30},
}


def row(indicator, function, values, *, mode="walk", n=None, limit=None, bound=()):
    return {"indicator": indicator, "function": function, "mode": mode, "n": n} | {
        "limit_min": limit,
        "values": [
            {"quarter_id": quarter, "value": value, "upper_bound": False}
            | {"lower_bound": quarter in bound}
            for quarter, value in zip("abc", values, strict=True)
        ],
    }


COMPARISON = [
    row("nearest", "station", (15.8, 18.4, 14.0), n=1),
    row("nearest", "station", (80.0, 1.0, 2.0), n=3),
    row("nearest", "station", (1.0, 2.0, 3.0), mode="bike", n=1),
    row("nearest", "school", (4.6, 8.0, 17.7), n=1),
    row("nearest", "district_school", (1.0, 1.0, 1.0), n=1),
    row("jobs", None, (9000, 1, 2), limit=15),
    row("jobs", None, (23000, 22000, 2500), limit=30, bound="c"),
]


def beside(figure, **changes):
    given = {"comparison": COMPARISON, "shares": None, "rules": []} | changes
    return with_context([figure], **given, quarter_id="a")[0]


def test_the_other_quarters_are_those_of_the_same_figure_and_not_the_own():
    found = beside(STATION)["others"]
    assert (found["min"], found["max"], found["quarters"]) == (14.0, 18.4, 2)
    assert not found["lower_bound"]


def test_the_functions_of_the_other_quarters_are_counted_by_their_own_medians():
    # b reaches the school (8.0) only, c the station (14.0) only; a district school is none
    assert beside(WITHIN)["others"]["min"] == beside(WITHIN)["others"]["max"] == 1
    assert [each["value"] for each in functions_within(COMPARISON, 20)] == [2, 2, 2]


def test_jobs_of_the_other_quarters_say_that_one_is_a_lower_bound():
    found = beside(JOBS)["others"]
    assert (found["min"], found["max"], found["lower_bound"]) == (2500, 22000, True)


@pytest.mark.parametrize("comparison", [[], [row("nearest", "station", (1.0, None, 2.0), n=1)]])
def test_no_span_is_told_where_one_of_the_others_is_not_known(comparison):
    assert beside(STATION, comparison=comparison)["others"] is None


def shares(p50, function="station", mode="walk"):
    comparator = {"p50": p50, "p50_upper_bound": True}
    return {
        "distribution": [{"function": function, "mode": mode, "comparators": [comparator]}],
    }


def test_the_municipality_stands_beside_minutes_where_persons_are_known():
    found = beside(STATION, shares=shares(11.2))["municipality"]
    assert found == {"value": 11.2, "upper_bound": True}


@pytest.mark.parametrize(
    ("figure", "known"),
    [
        (STATION, None),
        (STATION, shares(None)),
        (STATION, shares(9.0, "school")),
        (STATION, shares(9.0, mode="bike")),
        (JOBS, shares(9.0)),
    ],
)
def test_no_value_of_the_municipality_is_made_up(figure, known):
    assert beside(figure, shares=known)["municipality"] is None


@pytest.mark.parametrize(
    ("p50", "hidden", "told"),
    [
        (None, True, (None, True)),
        (None, False, (None, False)),  # half of them reach none
        (0.0, False, ({"value": 0.0, "upper_bound": True}, False)),
    ],
)
def test_a_hidden_a_missing_and_a_zero_value_of_the_municipality_are_three_things(
    p50, hidden, told
):
    known = shares(p50)
    known["distribution"][0]["comparators"][0]["hidden"] = hidden
    figure = beside(STATION, shares=known)
    assert (figure["municipality"], figure["municipality_hidden"]) == told


def rule(status, *, function="station", mode="walk"):
    return {"rule": "near", "function": function, "mode": mode, "limit_m": 1200} | {
        "status": status,
        "met": 2,
        "of": 5,
        "holds": True,
        "source": "plan",
    }


@pytest.mark.parametrize("status", ["met", "partly", "not met"])
def test_a_rule_stands_beside_the_minutes_to_what_it_speaks_of(status):
    [told] = beside(STATION, rules=[rule(status)])["rules"]
    assert (told["limit_m"], told["met"], told["of"]) == (1200, 2, 5)
    assert "source" not in told


@pytest.mark.parametrize(
    ("figure", "known"),
    [
        (STATION, rule("met", function="green")),
        (STATION, rule("met", mode="bike")),
        (STATION, rule("indicative")),
        (STATION, rule("unknown")),
        (JOBS, rule("met")),
    ],
)
def test_no_target_is_made_up(figure, known):
    assert beside(figure, rules=[known])["rules"] == []
