"""Then and now: who moved, what it cost, and what did not change."""

import math

import pandas as pd
import pytest

from htkgis.profile.changes import change_rows, job_change_rows

HOMES = pd.Index(["a", "b", "c"])


def places(**years):
    """Places by id with (valid_from, valid_to); measured in 2017 and 2026 as those say."""
    rows = []
    for name, (start, end) in years.items():
        exists = {
            year: (start is None or start <= year) and (end is None or end > year)
            for year in (2017, 2026)
        }
        rows.append(
            {"id": name, "name": name.title(), "valid_from": start, "valid_to": end}
            | {f"measured_{year}": there for year, there in exists.items()}
        )
    return pd.DataFrame(rows)


def tables(before, after, bounded=()):
    """Access and figures of one function from (minutes, place) per home in both states."""
    access, figures = [], []
    for state, rows in ((2017, before), (2026, after)):
        for home, (minutes, place) in zip(HOMES, rows, strict=True):
            access.append((home, "nearest_1", "school", "walk", state, minutes, place))
        ranked = sorted(math.inf if m is None else m for m, _ in rows)
        middle = float("nan") if math.isinf(ranked[1]) else ranked[1]
        figures.append(("nearest_1", "median", "school", "walk", state, middle, state in bounded))
    case = ["function", "mode", "state", "value"]
    return (
        pd.DataFrame(figures, columns=["indicator", "statistic", *case, "upper_bound"]),
        pd.DataFrame(access, columns=["id", "measure", *case, "to_id"]),
    )


def changes(known, before, after, bounded=()):
    figures, access = tables(before, after, bounded)
    return change_rows(figures, access, known, HOMES, baseline=2017, state=2026)


def test_a_school_that_moved_away_says_what_closed_what_opened_and_the_minutes_lost():
    known = places(old=(None, 2021), new=(2021, None))
    (row,) = changes(known, [(5, "old")] * 3, [(14, "new")] * 3)
    assert (row["before"], row["after"], row["delta_min"]) == (5, 14, 9)
    assert (row["before_place"], row["after_place"]) == ("Old", "New")
    assert row["closed"] == [{"name": "Old", "year": 2021}]
    assert row["opened"] == [{"name": "New", "year": 2021}]


def test_what_stays_as_it_was_is_not_listed():
    known = places(old=(None, None))
    assert changes(known, [(5, "old")] * 3, [(5, "old")] * 3) == []


def test_a_new_nearest_place_at_the_same_minutes_is_listed_with_no_difference():
    known = places(old=(None, None), new=(2020, None))
    (row,) = changes(known, [(5, "old")] * 3, [(5, "old"), (5, "old"), (3, "new")])
    assert row["delta_min"] == 0
    assert row["opened"] == [{"name": "New", "year": 2020}]
    assert row["closed"] == []


def test_a_function_that_came_has_no_minutes_before_and_no_difference():
    known = places(new=(2020, None))
    (row,) = changes(known, [(None, None)] * 3, [(6, "new")] * 3)
    assert (row["before"], row["after"], row["delta_min"]) == (None, 6, None)
    assert (row["before_place"], row["after_place"]) == (None, "New")


def test_a_place_that_is_only_no_longer_nearest_has_not_closed():
    known = places(old=(None, None), new=(2020, None))
    (row,) = changes(known, [(9, "old")] * 3, [(4, "new")] * 3)
    assert row["closed"] == []


def test_the_place_named_is_that_of_most_homes_and_the_first_among_equals():
    known = places(a=(None, None), b=(None, None), c=(2020, None))
    (row,) = changes(known, [(1, "b"), (1, "b"), (1, "a")], [(1, "c"), (1, "b"), (1, "a")])
    assert row["before_place"] == "B"
    assert row["after_place"] == "A"


@pytest.mark.parametrize("state", [2017, 2026])
def test_a_missing_state_is_a_programming_error(state):
    figures, access = tables([(1, "a")] * 3, [(1, "a")] * 3)
    with pytest.raises(KeyError, match=str(state)):
        change_rows(
            figures[figures["state"] != state],
            access,
            places(a=(None, None)),
            HOMES,
            baseline=2017,
            state=2026,
        )


def test_minutes_at_the_border_of_the_data_are_told_apart_by_year():
    known = places(old=(None, 2021), new=(2021, None))
    (row,) = changes(known, [(5, "old")] * 3, [(14, "new")] * 3, bounded=(2017,))
    assert (row["before_upper_bound"], row["after_upper_bound"]) == (True, False)


def test_the_difference_is_that_of_the_minutes_as_they_are_printed():
    known = places(old=(None, 2021), new=(2021, None))
    (row,) = changes(known, [(5.04, "old")] * 3, [(14.06, "new")] * 3)
    assert (row["before"], row["after"]) == (5.04, 14.06)
    assert row["delta_min"] == 9.1  # 14,1 - 5,0, though the times are 9.02 apart


def jobs(*rows):
    """Figures of jobs: (state, limit, value, at least, hidden, sector)."""
    names = ["state", "limit_min", "value", "lower_bound", "hidden", "function"]
    table = pd.DataFrame(rows, columns=names)
    return table.assign(indicator="jobs", statistic="median", mode="walk")


def test_jobs_that_differ_are_told_and_others_are_not():
    figures = jobs(
        (2026, 15.0, 0.0, False, False, None),
        (2040, 15.0, 3500.0, True, False, None),
        (2026, 30.0, 500.0, False, False, None),
        (2040, 30.0, 500.0, False, False, None),
        (2026, 15.0, 0.0, False, False, "retail"),
        (2040, 15.0, 100.0, False, False, "retail"),
    )
    (row,) = job_change_rows(figures, baseline=2026, state=2040)
    assert row == {
        "mode": "walk", "limit_min": 15.0, "before": 0.0, "before_lower_bound": False,
        "after": 3500.0, "after_lower_bound": True,
    }  # fmt: skip


@pytest.mark.parametrize("gone", [(float("nan"), False), (3500.0, True)], ids=["missing", "hidden"])
def test_jobs_that_are_not_told_are_not_compared(gone):
    value, hidden = gone
    figures = jobs((2026, 15.0, 0.0, False, False, None), (2040, 15.0, value, False, hidden, None))
    assert job_change_rows(figures, baseline=2026, state=2040) == []
