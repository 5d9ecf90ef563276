"""Shares of an area beside its comparators."""

import pandas as pd

from htkgis.profile.shares import share_rows
from htkgis.schema import SHARES


def shares(*rows):
    table = pd.DataFrame(rows, columns=["unit_id", "unit_kind", "name", "limit_min", "share"])
    table = table.assign(
        function="school", mode="walk", state=2026, persons=100.4, lower_bound=False
    )
    return table[list(SHARES.columns)]


ALL = shares(
    ("home", "area", "Home", 15.0, 0.25),
    ("0169", "municipality", "Town", 15.0, 0.5),
    ("7152", "district", "Parish", 15.0, float("nan")),
    ("home", "area", "Home", 30.0, 1.0),
    ("0169", "municipality", "Town", 30.0, 0.75),
)


def test_an_area_stands_beside_the_municipality_and_the_districts_of_the_same_case():
    found = share_rows(ALL, "home", known_persons=None)
    assert found["persons"] == 100
    assert [(row["limit_min"], row["share"]) for row in found["rows"]] == [(15, 0.25), (30, 1.0)]
    beside = found["rows"][0]["comparators"]
    assert [(other["name"], other["share"]) for other in beside] == [
        ("Town", 0.5),
        ("Parish", None),
    ]


def test_known_residents_come_before_the_modelled_sum():
    assert share_rows(ALL, "home", known_persons=2670)["persons"] == 2670


def test_an_area_without_persons_has_no_shares():
    assert share_rows(ALL, "elsewhere", known_persons=None) is None
    nobody = shares(("home", "area", "Home", 15.0, float("nan")))
    assert share_rows(nobody, "home", known_persons=None) is None
    assert share_rows(nobody.iloc[:0], "home", known_persons=None) is None
