"""Shares of an area and the spread of its minutes beside its comparators."""

import json

import pandas as pd

from htkgis.profile.shares import distribution_rows, share_rows
from htkgis.schema import DISTRIBUTION, SHARES, check


def shares(*rows, mode="walk", persons=100.4, hidden=False):
    table = pd.DataFrame(rows, columns=["unit_id", "unit_kind", "name", "limit_min", "share"])
    table = table.assign(
        function="school", mode=mode, state=2026, persons=persons, lower_bound=False
    )
    return check(table[list(SHARES.columns)], SHARES).assign(hidden=hidden)


def distribution(*rows, mode="walk", persons=100.4, searched_min=120.0, hidden=False):
    names = ["unit_id", "unit_kind", "name", "p10_min", "p50_min", "p90_min", "unreached_share"]
    table = pd.DataFrame(rows, columns=names).assign(
        function="school",
        mode=mode,
        state=2026,
        persons=persons,
        searched_min=searched_min,
        p10_upper_bound=False,
        p50_upper_bound=False,
        p90_upper_bound=[kind == "municipality" for _, kind, *_ in rows],
    )
    return check(table[list(DISTRIBUTION.columns)], DISTRIBUTION).assign(hidden=hidden)


NAN = float("nan")
HOME, TOWN, PARISH = (
    ("home", "area", "Home"),
    ("0169", "municipality", "Town"),
    ("7152", "district", "Parish"),
)
ALL = shares(
    (*HOME, 15.0, 0.25),
    (*TOWN, 15.0, 0.5),
    (*PARISH, 15.0, NAN),
    (*HOME, 30.0, 1.0),
    (*TOWN, 30.0, 0.75),
)
SPREAD = distribution(
    (*HOME, 4.0, 8.256, NAN, 0.2),
    (*PARISH, 1.0, 2.0, 3.0, 0.0),
    (*TOWN, 5.0, 9.0, 31.0, 0.05),
)


def test_an_area_stands_beside_the_municipality_and_the_districts_of_the_same_case():
    found = share_rows(ALL, "home", known_persons=None, min_persons=60)
    assert found["persons"] == 100
    assert [(row["limit_min"], row["share"]) for row in found["rows"]] == [(15, 0.25), (30, 1.0)]
    beside = found["rows"][0]["comparators"]
    assert [(other["kind"], other["name"], other["share"]) for other in beside] == [
        ("municipality", "Town", 0.5),
        ("district", "Parish", None),
    ]


def test_modes_are_kept_apart():
    both = pd.concat([ALL, shares((*HOME, 15.0, 0.75), (*TOWN, 15.0, 0.9), mode="bike")])
    rows = share_rows(both, "home", known_persons=None, min_persons=60)["rows"]
    assert [(row["mode"], row["share"], row["comparators"][0]["share"]) for row in rows] == [
        ("walk", 0.25, 0.5),
        ("walk", 1.0, 0.75),
        ("bike", 0.75, 0.9),
    ]


def test_known_residents_come_before_the_modelled_sum():
    assert share_rows(ALL, "home", known_persons=2670, min_persons=60)["persons"] == 2670


def test_an_area_without_persons_has_no_shares():
    assert share_rows(ALL, "elsewhere", known_persons=None, min_persons=60) is None
    nobody = shares((*HOME, 15.0, NAN))
    assert share_rows(nobody, "home", known_persons=None, min_persons=60) is None
    assert share_rows(nobody.iloc[:0], "home", known_persons=None, min_persons=60) is None


def test_all_but_one_person_of_a_town_are_not_all():
    nearly = share_rows(
        shares((*HOME, 15.0, 1 - 1 / 50_000)), "home", known_persons=None, min_persons=60
    )
    assert nearly["rows"][0]["share"] == 0.99998


def test_what_is_hidden_has_no_value_and_no_bound_and_says_so():
    table = shares((*HOME, 15.0, 0.25), hidden=True)
    found = share_rows(
        table.assign(share=NAN, lower_bound=True, persons=NAN),
        "home",
        known_persons=None,
        min_persons=60,
        distribution=distribution((*HOME, 4.0, 8.0, 9.0, 0.0), hidden=True),
    )
    (row,), (spread,) = found["rows"], found["distribution"]
    assert (found["min_persons"], found["persons"]) == (60, None)
    assert (row["share"], row["lower_bound"], row["hidden"]) == (None, False, True)
    assert (spread["p50"], spread["unreached_share"], spread["hidden"]) == (None, None, True)


def test_a_district_where_nobody_lives_is_missing_and_not_hidden():
    table = pd.concat([shares((*HOME, 15.0, 0.25)), shares((*PARISH, 15.0, NAN), persons=0.0)])
    (parish,) = share_rows(table, "home", known_persons=None, min_persons=60)["rows"][0][
        "comparators"
    ]
    assert (parish["share"], parish["hidden"]) == (None, False)


def test_minutes_stand_beside_those_of_the_municipality_alone():
    (row,) = distribution_rows(SPREAD, "home")
    assert (row["function"], row["mode"], row["searched_min"]) == ("school", "walk", 120)
    assert (row["p10"], row["p50"], row["p90"], row["unreached_share"]) == (4.0, 8.26, None, 0.2)
    (town,) = row["comparators"]
    assert (town["id"], town["kind"], town["p50"]) == ("0169", "municipality", 9.0)
    assert (town["p50_upper_bound"], town["p90_upper_bound"]) == (False, True)


def test_minutes_of_each_mode_stand_beside_those_of_the_same():
    bike = distribution((*HOME, 1.0, 2.0, 3.0, 0.0), (*TOWN, 2.0, 4.0, 6.0, 0.0), mode="bike")
    rows = distribution_rows(pd.concat([SPREAD, bike]), "home")
    assert [(row["mode"], row["p50"], row["comparators"][0]["p50"]) for row in rows] == [
        ("walk", 8.26, 9.0),
        ("bike", 2.0, 4.0),
    ]


def test_an_area_without_municipality_or_rows_is_told_alone():
    alone = SPREAD[SPREAD["unit_kind"] == "area"]
    assert distribution_rows(alone, "home")[0]["comparators"] == []
    assert distribution_rows(pd.DataFrame(columns=list(DISTRIBUTION.columns)), "home") == []


def test_the_catalog_says_where_the_persons_are_from_and_what_the_districts_are():
    stated = {"title": "Folketal", "title_en": "Population", "published": "2021-08"}
    found = share_rows(
        ALL,
        "home",
        known_persons=None,
        min_persons=60,
        source=stated,
        districts={"title": "Sogne", "title_en": "Parishes"},
    )
    assert found["source"] == {
        "key": "shares.source",
        "values": {"title": "Folketal", "title_en": "Population", "year": 2021},
    }
    assert found["districts"] == {"title": "Sogne", "title_en": "Parishes"}
    unknown = share_rows(ALL, "home", known_persons=None, min_persons=60)
    assert unknown["source"] is unknown["districts"] is None
    assert unknown["distribution"] == []


def test_the_value_is_plain_json():
    found = share_rows(ALL, "home", known_persons=None, min_persons=60, distribution=SPREAD)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
