"""Jobs in a profile: ends beside the total, sectors apart, and the method with its numbers."""

import math

import pandas as pd
import pytest

from htkgis.profile import comparison_rows
from htkgis.profile.jobs import in_detail, job_method, job_rows

STATISTICS = ("min", "median", "max")
LAYER = {
    "role": "jobs",
    "sketch": False,
    "title": "Enheder",
    "title_en": "Units",
    "source": "opdigtet",
    "source_en": "invented",
    "published": "2026",
}
MODEL = {"total": 38000, "cell_m": 250, "source": "s", "densities": [{"kind": "k", "value": 4}]}


def test_jobs_of_cells_are_told_as_those_of_cells_and_not_of_workplaces():
    places = pd.DataFrame({"unit": ["jobs"] * 2, "measured": True, "opportunities": [7, 9]})
    places = places.assign(opportunities_low=math.nan, opportunities_high=math.nan)
    told = [job_method(places, [LAYER | more], MODEL)["key"] for more in ({}, {"cells": True})]
    assert told == ["jobs_method.counted", "jobs_method.cells"]


def figures(*rows):
    """Figures as (indicator, function, (least, median, greatest)), and whether they are bounds."""
    return pd.DataFrame(
        [
            {
                "quarter_id": "q",
                "indicator": indicator,
                "function": function,
                "mode": "walk",
                "limit_min": 30.0,
                "unit": "jobs",
                "direction": "more",
                "statistic": statistic,
                "value": value,
                "lower_bound": False,
                "hidden": False,
                "upper_bound": False,
            }
            for indicator, function, values in rows
            for statistic, value in zip(STATISTICS, values, strict=True)
        ]
    )


ALL = ("jobs", None, (100.0, 1260.0, 2000.0))
LOW, HIGH = ("jobs_low", None, (90.0, 1240.0, 1500.0)), ("jobs_high", None, (120.0, 1350.0, 3000.0))
TRADE = ("jobs", "trade", (0.0, 40.0, 90.0))


def row(function=None, *, cut=False):
    facts = {
        "function": function,
        "mode": "walk",
        "limit_min": 30,
        "lower_bound": cut,
        "hidden": False,
    }
    return facts | {"min": 100, "median": 1300, "max": 2000}


def test_a_hidden_row_says_so_and_the_one_beside_it_is_not():
    table = figures(ALL, TRADE)
    table.loc[table["function"] == "trade", ["value", "hidden"]] = [float("nan"), True]
    hidden = row("trade") | dict.fromkeys(("min", "median", "max"))
    found = job_rows({"jobs": [row(), hidden]}, table, rounding=100)
    assert found["jobs"][0]["hidden"] is False
    assert found["jobs_by_sector"][0]["hidden"] is True
    assert found["jobs_by_sector"][0]["median"] is None


def test_a_row_without_intervals_stays_as_it_is():
    assert job_rows({"jobs": [row()]}, figures(ALL), rounding=100) == {
        "jobs": [row()],
        "jobs_by_sector": [],
        "jobs_by_skill": [],
    }


def test_the_ends_are_medians_rounded_as_the_jobs():
    found = job_rows({"jobs": [row()]}, figures(ALL, LOW, HIGH), rounding=100)
    assert found["jobs"] == [row() | {"low": 1200, "high": 1400}]
    cut = job_rows({"jobs": [row(cut=True)]}, figures(ALL, LOW, HIGH), rounding=100)
    assert cut["jobs"] == [row(cut=True) | {"low": 1200, "high": 1300}]


def test_a_high_end_that_is_not_known_is_none():
    unknown = ("jobs_high", None, (120.0, math.nan, math.nan))
    found = job_rows({"jobs": [row()]}, figures(ALL, LOW, unknown), rounding=100)
    assert found["jobs"][0]["high"] is None


def test_sectors_stand_apart_from_the_total():
    found = job_rows({"jobs": [row(), row("trade")]}, figures(ALL, TRADE), rounding=100)
    assert [each["function"] for each in found["jobs"]] == [None]
    assert [each["sector"] for each in found["jobs_by_sector"]] == ["trade"]
    assert "function" not in found["jobs_by_sector"][0]


def test_a_sector_and_a_skill_level_have_their_own_ends():
    ends = [("jobs_low", "trade", (0.0, 20.0, 40.0)), ("jobs_skill_high", "2", (0.0, 460.0, 900.0))]
    table = figures(ALL, LOW, HIGH, TRADE, ("jobs_skill", "2", (0.0, 300.0, 500.0)), *ends)
    rows = {"jobs": [row(), row("trade")], "jobs_skill": [row("2")]}
    found = job_rows(rows, table, rounding=100)
    assert [found["jobs"][0][end] for end in ("low", "high")] == [1200, 1400]
    (trade,), (skilled,) = found["jobs_by_sector"], found["jobs_by_skill"]
    assert (trade["low"], "high" in trade) == (0, False)
    assert (skilled["skill_level"], skilled["high"], "low" in skilled) == ("2", 500, False)


def test_the_comparison_holds_the_total_only():
    table = figures(ALL, LOW, HIGH, TRADE, ("jobs_skill", "2", (0.0, 300.0, 500.0)))
    assert in_detail(table).groupby(table["indicator"]).sum().to_dict() == {
        "jobs": 3,
        "jobs_high": 3,
        "jobs_low": 3,
        "jobs_skill": 3,
    }
    quarters = pd.DataFrame({"id": ["q"], "name": ["Q"]})
    (only,) = comparison_rows(table, quarters, rounding=100)
    assert (only["indicator"], only["function"], only["values"][0]["value"]) == ("jobs", None, 1300)


def places(*rows):
    """Places of jobs as (low, number, high); and a school that is none."""
    table = pd.DataFrame(
        rows, columns=["opportunities_low", "opportunities", "opportunities_high"], dtype="float64"
    ).assign(unit="jobs", measured=True)
    school = pd.DataFrame({"opportunities": [1.0], "unit": ["places"], "measured": [True]})
    return pd.concat([table, school], ignore_index=True)


NONE = math.nan


@pytest.mark.parametrize(
    ("layers", "rows", "key", "counts"),
    [
        ([LAYER | {"sketch": True}], [(NONE, 3500, NONE)], "zones", {"places": 1}),
        ([LAYER], [(NONE, 3500, NONE)] * 2, "counted", {"places": 2}),
        (
            [LAYER],
            [(5, 7, 9), (NONE, 3, NONE), (1, 1, 1), (1000, 1000, NONE)],
            "intervals",
            {"places": 4, "intervals": 2, "endless": 1},
        ),
        ([LAYER | {"role": "land_use"}], [(NONE, 3.5, NONE)], "modelled", {"places": 1} | MODEL),
    ],
)
def test_the_method_is_told_by_what_happened(layers, rows, key, counts):
    found = job_method(places(*rows), layers, MODEL)
    assert found["key"] == f"jobs_method.{key}"
    assert found["values"] == {"layers": layers} | counts


def test_of_single_workplaces_the_method_says_the_size_classes():
    rows = places((20, 31, 49), (1000, 1000, NONE)).assign(opportunities_hidden=True)
    found = job_method(rows, [LAYER], MODEL, (1, 5, 10, 20))
    assert found["key"] == "jobs_method.sizes"
    assert found["values"] == {
        "layers": [LAYER],
        "places": 2,
        "sizes": [1, 5, 10, 20],
        "endless": 1,
    }
    # zones are no workplaces: nothing of them is made coarser
    zones = rows.assign(opportunities_hidden=False)
    assert job_method(zones, [LAYER], MODEL, (1, 5, 10, 20))["key"] == "jobs_method.intervals"


def test_places_too_inexact_to_measure_are_not_counted():
    inexact = places((NONE, 5, NONE), (NONE, 6, NONE)).assign(measured=[True, False, True])
    assert job_method(inexact, [LAYER], MODEL)["values"]["places"] == 1


def test_without_jobs_there_is_no_method():
    assert job_method(places(), [LAYER], MODEL) is None
