"""Sheets of what a profile finds: what they say, and what they say is missing."""

import io

import openpyxl
import pytest

from htkgis.maps import load_text
from htkgis.pipeline.workbook_findings import FindingSheets
from htkgis.publish.workbook import Number, Words
from tests.maps.profile_example import example_profile
from tests.pipeline.export_example import example_inputs, files_of

UNIT = {
    "share": 0.25,
    "mean_shortfall_min": 4.5,
    "gap": 0.1,
    "severity": 0.05,
    "persons_above": 500,
    "persons_unreached": 0,
    "persons": 2000,
    "upper_bound": True,
    "hidden": False,
}
HIDDEN = dict.fromkeys(UNIT) | {"upper_bound": False, "hidden": True}
WAY = {
    "function": "school",
    "limit_min": 15,
    "median_min": 18.5,
    "max_min": None,
    "short_min": 3.5,
    "upper_bound": True,
    "origins_beyond": 4,
    "origins": 5,
    "place_name": "Skolen",
}


@pytest.fixture
def sheets():
    return FindingSheets(load_text("en"), "Title", "Lead", "Sources: somebody")


def rows_of(sheet):
    """Rows by heading; numbers and words as plain values."""
    heads = [column.title for column in sheet.columns]
    plain = [
        [
            cell.value
            if isinstance(cell, Number)
            else cell.why
            if isinstance(cell, Words)
            else cell
            for cell in row
        ]
        for row in sheet.rows
    ]
    return [dict(zip(heads, row, strict=True)) for row in plain]


def test_a_part_that_is_not_there_is_a_sheet_that_says_so(sheets):
    for make in (sheets.gaps, sheets.isolation, sheets.rules, sheets.robustness, sheets.service):
        sheet = make({})
        assert list(sheet.rows) == []
        assert sheet.notes[0].startswith("The data do not hold")


def test_a_time_that_is_not_reached_is_words_and_no_number(sheets):
    [row] = rows_of(sheets.gaps({"strengths": [WAY], "gaps": []}))
    assert (row["Finding"], row["Function"], row["Middle"]) == ("strength", "School", 18.5)
    assert row["Longest or most"] == "not reached"
    assert (row["Bound"], row["Starting points beyond the limit"]) == ("at most", 4)


def test_hidden_persons_are_words_and_known_ones_numbers(sheets):
    row = {"function": "school", "limit_min": 15, "area": HIDDEN, "rest": UNIT}
    fairness = {"missing": None, "sufficiency": [row | {"municipality": UNIT}], "inequality": []}
    own, rest, whole = rows_of(sheets.fairness({"area": {"name": "A"}, "fairness": fairness}))
    assert (own["Where"], own["Share too far away"]) == ("A", "hidden to protect few persons")
    assert own["Persons of the model"] == "hidden to protect few persons"
    assert (rest["Share too far away"], rest["Persons too far away"]) == (0.25, 500)
    assert (rest["Bound"], whole["Where"]) == ("at most", "The municipality")


def test_who_lacks_what_begins_with_all_functions_together(sheets):
    found = {
        "mode": "walk",
        "limit_min": 15.0,
        "origins": 5,
        "origins_complete": 2,
        "persons": {
            "area": {
                "share": 0.4,
                "hidden": False,
                "lacking": [{"function": "school", "share": 0.55}],
            }
        },
        "missing": [
            {
                "function": "school",
                "origins_lacking": 3,
                "origins_lacking_only": 1,
                "least_short_min": None,
                "most_short_min": None,
            }
        ],
    }
    every, school = rows_of(sheets.completeness({"completeness": [found]}))
    assert (every["Function"], every["Starting points that lack it"]) == ("all kinds of places", 3)
    assert every["Residents who lack it"] == 0.6
    assert (school["that lack nothing else"], school["Residents who lack it"]) == (1, 0.55)
    assert school["Least beyond the limit (min)"] == "not reached"


def test_isolation_has_a_row_per_mode_measure_and_area(sheets):
    profile = example_profile()
    part = profile["isolation"]
    rows = rows_of(sheets.isolation(profile))
    assert len(rows) == sum(len(row["values"]) for mode in part["modes"] for row in mode["rows"])
    first = part["modes"][0]["rows"][0]
    assert rows[0]["Figure"] == first["values"][0]["value"]
    assert rows[0]["Where"] == first["values"][0]["quarter_name"]
    assert len(rows_of(sheets.barriers(profile))) == len(part["barriers"])


def test_the_level_of_nothing_is_no_lower_bound(sheets):
    common = {"id": "west", "departures_per_hour": 0.0, "bound": True, "holds": True}
    levels = [common | {"name": "West", "level": level} for level in ("none", "low", "very_high")]
    off = common | {"name": None, "level": None, "departures_per_hour": None}
    service = {"origins": [*levels, off]}
    none, low, most, unknown = rows_of(sheets.service({"rules": {"service": service}}))
    assert (none["Level"], none["Bound"]) == ("no departures found", None)
    assert (low["Level"], low["Bound"]) == ("low", "at least")
    assert (most["Level"], most["Bound"]) == ("very high", None)
    assert (unknown["Starting point"], unknown["Level"]) == ("west", "not measured")


def test_a_stamped_figure_has_its_range_and_what_changes_it(sheets):
    figure = {
        "indicator": "nearest_1",
        "function": "school",
        "mode": "walk",
        "lens": "adult",
        "state": 2026,
        "limit_min": None,
        "unit": "min",
        "value": 14.5,
        "low": 13.0,
        "high": None,
        "stamp": "sensitive",
        "bound": None,
        "changed_by": [],
    }
    profile = {"assumptions": {}, "robustness": {"figures": [figure], "cases": []}}
    [row] = rows_of(sheets.robustness(profile))
    assert row["What the figure shows"] == "Minutes to the nearest school"
    assert (row["Middle"], row["Lowest of all cases"], row["Highest of all cases"]) == (
        14.5,
        13.0,
        "not reached",
    )
    assert row["Stamp"] == "sensitive"


def test_the_figures_of_the_workbook_carry_stamp_and_range(shapes):
    book = openpyxl.load_workbook(
        io.BytesIO(files_of(example_inputs(shapes), language="en")["q.xlsx"])
    )
    head, near, jobs = list(book["Figures"].iter_rows(min_row=4, max_row=6, values_only=True))
    row = dict(zip(head, near, strict=True))
    assert row["Stamp"] == "sensitive"
    assert (row["Lowest of all cases"], row["Highest of all cases"]) == (8.13, "not reached")
    assert dict(zip(head, jobs, strict=True))["Stamp"] is None
