"""Published lists of an area: in order, beside what its figures say, and what cannot be told."""

from pathlib import Path

import pandas as pd
import pytest

from htkgis.catalog import read_catalog
from htkgis.loaders import read_published_lists
from htkgis.profile.list_history import list_history
from htkgis.profile.published_lists import published_lists

ROOT = Path(__file__).parents[2]


def table(*rows):
    columns = ["list", "published", "area_id", "on_list", "called", "source"]
    return pd.DataFrame([(*row, "A", "S") for row in rows], columns=columns)


@pytest.mark.parametrize(
    ("on_list", "answer", "agrees"),
    [
        ("yes", "yes", True),
        ("yes", "no", False),
        ("yes", "unknown", None),
        ("no", "no", True),
        ("no", "yes", False),
    ],
)
def test_the_list_and_the_figures_of_its_year_agree_or_differ(on_list, answer, agrees):
    published = table(("L", "2016-12-01", "a", on_list))
    (found,) = published_lists(
        published, [{"year": 2016, "list": "L", "answer": answer}], area_id="a"
    )
    assert (found["on_list"], found["worked_out"], found["agrees"]) == (
        on_list == "yes",
        answer,
        agrees,
    )


@pytest.mark.parametrize(("year", "name"), [(2015, "L"), (2016, "M")])
def test_figures_of_another_year_or_list_say_nothing(year, name):
    published = table(("L", "2016-12-01", "a", "yes"))
    evaluations = [{"year": year, "list": name, "answer": "no"}]
    (found,) = published_lists(published, evaluations, area_id="a")
    assert (found["worked_out"], found["agrees"]) == (None, None)


def test_days_stand_in_order_and_other_areas_are_left_out():
    published = table(
        ("L", "2020-12-01", "a", "no"),
        ("L", "2016-12-01", "b", "no"),
        ("L", "2016-12-01", "a", "yes"),
    )
    found = published_lists(published, [], area_id="a")
    assert [(row["published"], row["on_list"]) for row in found] == [
        ("2016-12-01", True),
        ("2020-12-01", False),
    ]
    assert published_lists(published, [], area_id="c") == []


@pytest.mark.parametrize("catalog", ["catalog.toml", "catalog-data.toml"])
def test_the_embedded_lists_agree_with_the_figures_wherever_both_are_known(catalog):
    from htkgis.loaders import read_criteria, read_indicators

    layers = read_catalog(ROOT / "layers" / catalog, data=ROOT)
    criteria, _ = read_criteria(layers, "criteria")
    tables = [read_indicators(layers, name)[0] for name in ("indicators", "indicators_2023")]
    indicators = pd.concat(tables, ignore_index=True)
    published, _ = read_published_lists(layers, "published_lists")
    known = 0
    for area in published["area_id"].unique():
        evaluations = list_history(criteria, indicators, area_id=area)
        rows = published_lists(published, evaluations, area_id=area)
        assert all(row["agrees"] in (True, None) for row in rows)
        known += sum(row["agrees"] is True for row in rows)
    assert known == 4  # all three in 2016, Taastrupgaard in 2023
