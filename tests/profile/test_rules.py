"""Lists and their criteria: the threshold itself, missing values, and the areas of 2016."""

from pathlib import Path

import pandas as pd
import pytest

from htkgis.catalog import read_catalog
from htkgis.loaders.facts import read_criteria, read_indicators
from htkgis.profile import evaluate_list

LAYERS = Path(__file__).parents[2] / "layers" / "catalog.toml"


def criteria(*rows):
    names = ["indicator", "operator", "threshold"]
    table = pd.DataFrame(rows, columns=names)
    return table.assign(
        list="L",
        list_en="L",
        valid_from=2014,
        valid_to=2017,
        unit="percent",
        needed=1,
        min_residents=1000,
    )


def indicators(residents=1000.0, **values):
    rows = {"residents": residents, **values}
    return pd.DataFrame(
        [(name, "a", 2016, value) for name, value in rows.items() if value is not None],
        columns=["indicator", "area_id", "year", "value"],
    )


@pytest.mark.parametrize(
    ("operator", "value", "met"),
    [
        (">", 40.0, False),
        (">", 40.1, True),
        (">=", 40.0, True),
        ("<", 40.0, False),
        ("<", 39.9, True),
        ("<=", 40.0, True),
    ],
)
def test_the_threshold_belongs_to_the_side_that_the_sign_says(operator, value, met):
    result = evaluate_list(
        criteria(("x", operator, 40.0)), indicators(x=value), area_id="a", year=2016
    )
    assert result["rows"][0]["met"] is met
    assert result["on_list"] is met


def test_an_area_below_the_size_condition_is_not_on_the_list():
    result = evaluate_list(
        criteria(("x", ">", 1)), indicators(999.0, x=2.0), area_id="a", year=2016
    )
    assert (result["met"], result["size_met"], result["on_list"]) == (1, False, False)


def test_a_value_that_is_not_known_is_neither_met_nor_missed():
    result = evaluate_list(criteria(("x", ">", 1)), indicators(), area_id="a", year=2016)
    assert result["rows"][0]["met"] is None
    assert result["on_list"] is None
    hidden = indicators(x=2.0).assign(value=[1000.0, float("nan")])
    assert evaluate_list(criteria(("x", ">", 1)), hidden, area_id="a", year=2016) == result


def test_what_is_not_known_and_could_not_turn_it_leaves_the_answer():
    small = evaluate_list(criteria(("x", ">", 1)), indicators(999.0), area_id="a", year=2016)
    assert small["on_list"] is False
    nobody = indicators(None, x=1.0)
    assert (
        evaluate_list(criteria(("x", ">", 1)), nobody, area_id="a", year=2016)["on_list"] is False
    )


def test_a_year_without_a_list_gives_none():
    assert evaluate_list(criteria(("x", ">", 1)), indicators(), area_id="a", year=2018) is None


@pytest.mark.parametrize(
    ("area_id", "met"),
    [
        ("taastrupgaard", {"non_western_origin", "only_basic_schooling", "mean_income_vs_region"}),
        (
            "gadehavegaard",
            {"outside_work_or_education", "non_western_origin", "only_basic_schooling"},
        ),
        ("charlottekvarteret", {"non_western_origin", "convicted", "only_basic_schooling"}),
    ],
)
def test_in_2016_each_area_met_exactly_three_of_five_and_the_size_condition(area_id, met):
    catalog = read_catalog(LAYERS)
    result = evaluate_list(
        read_criteria(catalog, "criteria")[0],
        read_indicators(catalog, "indicators")[0],
        area_id=area_id,
        year=2016,
    )
    assert {row["indicator"] for row in result["rows"] if row["met"]} == met
    assert (result["of"], result["needed"], result["size_met"], result["on_list"]) == (
        5,
        3,
        True,
        True,
    )
