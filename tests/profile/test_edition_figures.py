"""Figures of two editions under lasting keys: what moved, what came, what is not told."""

from dataclasses import replace

import pandas as pd
import pytest

from htkgis.profile.edition_figures import (
    Figure,
    FigureKey,
    compare_editions,
    edition_figures,
)

KEY = FigureKey("vest", "nearest_1", "school", "walk", None, None, None, "adult", 2026)
OTHER = KEY._replace(function="station")
TABLE = {
    "quarter_id": "vest",
    "indicator": "nearest_1",
    "function": "school",
    "mode": "walk",
    "limit_min": float("nan"),
    "percentile": float("nan"),
    "departure": None,
    "lens": "adult",
    "state": 2026,
    "unit": "min",
    "lower_bound": False,
    "upper_bound": False,
    "hidden": False,
}


def table(*values, **facts):
    rows = zip(("min", "median", "max"), values, strict=True)
    return pd.DataFrame(
        [TABLE | {"statistic": name, "value": value} | facts for name, value in rows]
    )


def profile(**parts):
    facts = {
        "quarter": {"id": "vest"},
        "study": {"state": 2026},
        "assumptions": {"job_rounding": 100},
    }
    return facts | parts


def kinds(before, after):
    return [(each.key.function, each.kind) for each in compare_editions(before, after)]


def test_figures_are_those_that_are_printed():
    found = edition_figures(table(4.001, 5.0049, float("nan"), upper_bound=True), [profile()])
    assert found == {KEY: Figure("min", 4.0, 5.0, None, upper_bound=True)}
    jobs = table(1249, 1250, 1290, unit="jobs", lower_bound=True)
    (figure,) = edition_figures(jobs, [profile()]).values()
    assert (figure.min, figure.median, figure.max) == (1200, 1200, 1200)


def test_what_rounds_to_the_same_number_has_not_moved():
    before, after = (
        edition_figures(table(4.0, median, 6.0), [profile()]) for median in (5.001, 5.0049)
    )
    assert kinds(before, after) == [("school", "same")]
    beyond = edition_figures(table(4.0, 5.006, 6.0), [profile()])
    (movement,) = compare_editions(before, beyond)
    assert (movement.kind, movement.change) == ("moved", 0.01)


def test_a_figure_that_is_least_or_bounded_otherwise_has_moved_by_nothing():
    before = {KEY: Figure("min", 4.0, 5.0, 6.0)}
    for after in (Figure("min", 3.0, 5.0, 6.0), Figure("min", 4.0, 5.0, 6.0, upper_bound=True)):
        (movement,) = compare_editions(before, {KEY: after})
        assert (movement.kind, movement.change) == ("moved", 0.0)


def test_a_time_that_is_reached_at_last_has_moved_by_no_number():
    (movement,) = compare_editions({KEY: Figure("min")}, {KEY: Figure("min", median=9.0)})
    assert (movement.kind, movement.change) == ("moved", None)


def test_figures_that_came_and_went_are_no_movement():
    before, after = {KEY: Figure("min")}, {OTHER: Figure("min")}
    assert kinds(before, after) == [("station", "new"), ("school", "gone")]
    assert kinds({}, {}) == []


@pytest.mark.parametrize("side", ["before", "after", "both"])
def test_of_a_figure_that_either_edition_hides_nothing_is_said(side):
    known, hidden = Figure("jobs", 1.0, 2.0, 3.0), Figure("jobs", hidden=True)
    before = hidden if side in {"before", "both"} else known
    after = hidden if side in {"after", "both"} else replace(known, median=9.0)
    (movement,) = compare_editions({KEY: before}, {KEY: after})
    assert (movement.kind, movement.before, movement.after, movement.change) == (
        "hidden",
        None,
        None,
        None,
    )
    # also one that only the other edition has: that it came or went would tell of it
    assert kinds({}, {KEY: hidden}) == kinds({KEY: hidden}, {}) == [("school", "hidden")]


def test_a_hidden_row_hides_the_figure_whatever_its_value():
    found = edition_figures(table(4.0, 5.0, 6.0, hidden=True), [profile()])
    assert found == {KEY: Figure("min", hidden=True)}


def test_official_figures_rules_shares_and_departures_are_figures_too():
    point = {"year": 2016, "unit": "persons", "area": 12, "area_hidden": False}
    parts = {
        "indicators": {
            "rows": [
                {
                    "indicator": "residents",
                    "series": [point, point | {"year": 2023, "area_hidden": True}],
                }
            ]
        },
        "rules": {
            "rows": [{"rule": "core", "mode": "walk", "min": 1.0, "median": 2.0, "max": 3.0}]
        },
        "shares": {
            "rows": [
                {
                    "function": "school",
                    "mode": "walk",
                    "limit_min": 15,
                    "share": 0.25,
                    "lower_bound": True,
                    "hidden": False,
                }
            ]
        },
        "departures": {"rows": [{"window": "rush", "departures_per_hour": 3.75}]},
    }
    found = edition_figures(table(4.0, 5.0, 6.0), [profile(**parts)])
    by_measure = {(key.measure, key.function, key.state): value for key, value in found.items()}
    assert by_measure["official", "residents", 2016] == Figure("persons", median=12)
    assert by_measure["official", "residents", 2023] == Figure("persons", hidden=True)
    assert by_measure["rule", "core", 2026] == Figure("m", 1.0, 2.0, 3.0)
    share = by_measure["residents_within", "school", 2026]
    assert share == Figure("share", median=0.25, lower_bound=True)
    assert by_measure["departures_per_hour", None, 2026].median == 3.75


def test_two_figures_of_one_key_are_a_fault():
    rule = {"rule": "core", "mode": "walk", "min": 1.0, "median": 2.0, "max": 3.0}
    twice = profile(rules={"rows": [rule, rule]})
    with pytest.raises(ValueError, match=r"two have the same key.*'core'"):
        edition_figures(table(4.0, 5.0, 6.0), [twice])
