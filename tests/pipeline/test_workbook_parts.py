"""Sheets of lenses, public transport, jobs, changes and projects: the figures of the profile."""

import io
from collections import Counter

import openpyxl
import pytest

from htkgis.maps import load_text
from htkgis.pipeline.localised import localised
from htkgis.pipeline.workbook_parts import PartSheets
from htkgis.profile.jobs_fit import NO_SECTOR, NO_SKILL
from htkgis.publish.workbook import workbook_bytes
from tests.maps.profile_example import example_profile

SPREAD = {"min": "Shortest or fewest", "median": "Middle", "max": "Longest or most"}


@pytest.fixture(scope="module")
def maker():
    return PartSheets(load_text("en"), "Title", "Lead", "Sources: somebody")


@pytest.fixture(scope="module")
def profile():
    return localised(example_profile(), "en")


def read(sheet):
    """Rows by heading as a spreadsheet program reads them, and the words below."""
    data = workbook_bytes([sheet], title="t", credits_line="c", date="2026")
    book = openpyxl.load_workbook(io.BytesIO(data))
    head, *rows = book.active.iter_rows(min_row=4, values_only=True)
    filled = [dict(zip(head, row, strict=True)) for row in rows[: len(sheet.rows)]]
    return filled, [row[0] for row in rows[len(sheet.rows) + 1 :]]


def minutes(value):
    return "not reached" if value is None else value


def test_a_part_that_is_not_there_is_a_sheet_that_says_so(maker):
    for make in (
        maker.lenses,
        maker.transit,
        maker.jobs_fit,
        maker.competition,
        maker.changes,
    ):
        rows, notes = read(make({}))
        assert rows == []
        assert any(note.startswith("The data do not hold") for note in notes)
    assert read(maker.projects({}))[0] == []


def test_lenses_are_the_minutes_of_the_profile_and_then_its_counts(maker, profile):
    part = profile["lenses"]
    rows, _ = read(maker.lenses(profile))
    values = [value for row in part["rows"] for value in row["values"]]
    counts = rows[len(values) :]
    assert [row["On foot, min"] for row in rows[: len(values)]] == [
        minutes(value["median"]) for value in values
    ]
    assert [row["Kinds within the limit"] for row in counts] == [
        each["count"] for each in part["within"]
    ]
    assert {row["Kinds in all"] for row in counts} == {part["measured"]}


def test_transit_holds_each_value_of_each_window_once(maker, profile):
    part, here = profile["transit"], profile["quarter"]["name"]
    rows, _ = read(maker.transit(profile))
    own = [row for row in rows if (row["Where"], row["Who"]) == (here, "Adult")]
    values = [value for key in ("jobs", "stations") for row in part[key] for value in row["values"]]
    assert [[row[words] for words in SPREAD.values()] for row in own] == [
        [minutes(value[name]) for name in SPREAD] for value in values
    ]
    shares = [row["Departures that make it"] for row in own if row["Unit"] == "minutes"]
    assert shares == [value["share"] for row in part["stations"] for value in row["values"]]
    beside = [
        minutes(value["value"])
        for row in part["comparison"]
        for value in row["values"]
        if value["quarter_id"] != profile["quarter"]["id"]
    ]
    assert beside
    assert Counter(beside) == Counter(row["Middle"] for row in rows if row["Where"] != here)


def test_jobs_stand_beside_all_there_are_and_beside_employment(maker, profile):
    row = {"sector": None, "skill_level": None, "mode": "walk", "limit_min": 15, "hidden": False}
    row |= {"median": 3000, "total": 38000, "share": 0.0789, "lower_bound": True}
    known = {"indicator": "outside_work_or_education", "value": 26.7, "year": 2023}
    missing = {"sector_missing": NO_SECTOR, "skill_missing": NO_SKILL}
    part = {"total": 38000, "rows": [row], "employment": known, **missing}
    profile, no_skill = profile | {"jobs_fit": part}, load_text("en")(NO_SKILL)
    rows, notes = read(maker.jobs_fit(profile))
    assert [row["Middle"] for row in rows] == [row["median"] for row in part["rows"]]
    assert [row["Share within reach"] for row in rows] == [row["share"] for row in part["rows"]]
    assert {row["Jobs by"] for row in rows} == {"all jobs"}
    assert "26.7" in notes[0]
    assert no_skill in notes
    skilled = part["rows"][0] | {"skill_level": "2", "low": 0, "high": None}
    known = profile | {"jobs_fit": part | {"rows": [skilled], "skill_missing": None}}
    (row,), notes = read(maker.jobs_fit(known))
    assert (row["Jobs by"], row["Sector or level"][:7]) == ("Skill level", "Level 2")
    assert (row["Middle, lowest number"], row["Middle, highest number"]) == (0, "not known")
    assert no_skill not in notes


COMPETING = {"mean": 0.52, "median": 0.4, "persons": 1200, "edge": True, "hidden": False}
RANGE = {"low": 0.21, "high": 0.4, "bound": True, "stamp": "sensitive", "tried": 3}


def test_jobs_per_resident_are_those_of_the_profile_cell_by_cell(maker, profile):
    hidden = {"mean": None, "median": None, "persons": None, "edge": False, "hidden": True}
    case = {"case": "slow", "factor": "speed", "value": 3.2, "unit": "km/h"}
    row = {
        "mode": "walk", "limit_min": 30,
        "area": COMPETING | {"robust": RANGE | {"changed_by": ["slow"]}},
        "municipality": hidden | {"robust": None},
    }  # fmt: skip
    known = profile | {"competition": {"missing": None, "rows": [row]}}
    known |= {"robustness": {"cases": [case]}}
    (own, whole), notes = read(maker.competition(known))
    assert own == {
        "Where": profile["area"]["name"], "Mode": "on foot", "Limit (min)": 30,
        "Mean": 0.52, "Middle": 0.4, "Lowest of all cases": 0.21, "Highest of all cases": 0.4,
        "Stamp": "sensitive", "What changes it": "walking at 3.2 km/h",
        "Persons of the model": 1200,
        "Remark on the border":
            "may be larger or smaller: commuters and jobs outside the municipality are missing",
    }  # fmt: skip
    words = {"Where": "Whole municipality", "Mode": "on foot", "Limit (min)": 30}
    withheld = load_text("en")("workbook.why.hidden")
    words |= dict.fromkeys(("Mean", "Middle", "Persons of the model"), withheld)
    assert {name: value for name, value in whole.items() if value is not None} == words
    assert notes[0].startswith("Each job is shared equally")
    nothing = {"competition": {"missing": "competition.not_measured", "rows": []}}
    rows, notes = read(maker.competition(nothing))
    assert (rows, notes[0][:33]) == ([], "How many compete for the same job")


def test_changes_are_those_of_the_profile_and_no_difference_of_bounds_is_told(maker, profile):
    part = profile["changes"]
    rows, _ = read(maker.changes(profile))
    year = part["state"]
    assert [row[f"{year}, min"] for row in rows] == [minutes(row["after"]) for row in part["rows"]]
    sure = {"before": 9.0, "after": 4.0, "delta_min": -5.0}
    sure |= {"before_upper_bound": False, "after_upper_bound": False}
    cases = [part["rows"][0] | sure | {"after_upper_bound": bound} for bound in (True, False)]
    (bounded, known), _ = read(maker.changes({"changes": part | {"rows": cases}}))
    assert (bounded["Difference, min"], bounded[f"{year}, bound"]) == ("not known", "at most")
    assert (known["Difference, min"], known["Change"]) == (-5.0, "Nearer")


def test_projects_are_those_of_the_profile_with_their_amounts(maker, profile):
    rows, _ = read(maker.projects(profile))
    amounts = [row["budget_mio"] for row in profile["projects"]]
    assert [row["Name"] for row in rows] == [row["name"] for row in profile["projects"]]
    assert [row["Amount, DKK million"] for row in rows] == [
        "not known" if amount is None else amount for amount in amounts
    ]
