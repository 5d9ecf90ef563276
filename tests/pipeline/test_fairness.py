"""Fairness of persons: sufficiency, completeness and inequality of four homes, by hand."""

from dataclasses import asdict

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.access import completeness, time_poverty
from htkgis.pipeline.fairness import join_fairness, measure_fairness
from htkgis.profile.disclosure import SmallNumbers
from htkgis.profile.fairness import completeness_of_persons, fairness_part
from htkgis.profile.fairness_disclosure import publish_fairness, told_shares
from htkgis.study import read_study
from htkgis.units import UNREACHED

from .test_profiles import ROOT

STUDY = read_study(ROOT / "study.toml")
MINUTE = 600
FUNCTIONS = ("school", "station")

RULES = SmallNumbers(20, 3, 5, (0.01, 0.02, 0.05, 0.1, 0.2))


def units(ids):
    square = shapely.box(0, 0, 1, 1)
    names = [key.title() for key in ids]
    return gpd.GeoDataFrame({"id": ids, "name": names}, geometry=[square] * len(ids))


def measured(*, persons=(60.0, 40.0, 100.0, 0.0), border_min=600):
    residents = gpd.GeoDataFrame(
        {"id": list("abcd"), "persons": persons, "area_id": ["x", "x", None, None]},
        geometry=[shapely.Point(0, 0)] * 4,
    )
    times = pd.DataFrame(
        {
            "id": list("abcd"),
            "border_ds": border_min * MINUTE,
            "school": [10 * MINUTE, 15 * MINUTE, 30 * MINUTE, 5 * MINUTE],
            "station": [18 * MINUTE, 15 * MINUTE, UNREACHED, 5 * MINUTE],
        }
    )
    found = measure_fairness(
        residents, units(["x"]), units(["0169"]), times, study=STUDY, mode="walk"
    )
    joined = join_fairness(found["walk_fairness"], modes=("walk",), state=2026)
    return joined["fairness"]


def row(part, **case):
    (found,) = [each for each in part if case.items() <= each.items()]
    return found


def test_sufficiency_counts_persons_beyond_the_limit_and_by_how_much():
    part = measured()["sufficiency"]
    own = row(part, function="station", unit_kind="area")
    # 60 of 100 are 3 of 15 minutes beyond: FGT 0 = 0.6, FGT 1 = 0.6 * 0.2, FGT 2 = 0.6 * 0.04
    assert (own["share"], own["gap"], own["severity"]) == (0.6, 0.12, 0.024)
    assert (own["mean_shortfall_min"], own["persons_above"]) == (3.0, 60.0)
    rest = row(part, function="station", unit_kind="rest")
    assert (rest["share"], rest["gap"], rest["persons_unreached"]) == (1.0, None, 100.0)
    assert row(part, function="school", unit_kind="municipality")["share"] == 0.5


def test_completeness_is_of_persons_who_have_all_and_names_the_only_lack():
    own = row(measured()["completeness"], unit_kind="area")
    assert (own["share"], own["persons_complete"]) == (0.4, 40.0)
    lacking = {each["function"]: each for each in own["functions"]}
    assert lacking["station"] == {
        "function": "station",
        "persons_lacking": 60.0,
        "persons_lacking_only": 60.0,
    }


def test_inequality_by_hand():
    # functions within 15 minutes: 60 persons have 1, 40 have 2, 100 have none
    part = measured()["inequality"]
    # Lorenz curve 0, 3/7, 1 at 0.5, 0.8, 1
    gini = 1 - (0.3 * 3 / 7 + 0.2 * (3 / 7 + 1))
    assert row(part, measure="gini")["value"] == pytest.approx(gini, abs=1e-6)
    assert row(part, measure="palma")["value"] is None  # the four tenths with least have none
    theil = row(part, measure="theil")
    assert theil["value"] == pytest.approx(theil["within"] + theil["between"], abs=2e-6)
    assert [group["unit_id"] for group in theil["groups"]] == ["rest", "x"]


@pytest.mark.parametrize(("border_min", "upper"), [(15, True), (16, False)])
def test_a_share_is_an_upper_bound_where_who_is_beyond_met_the_border(border_min, upper):
    part = measured(border_min=border_min)
    assert row(part["sufficiency"], function="station", unit_kind="area")["upper_bound"] is upper
    assert row(part["completeness"], unit_kind="area")["lower_bound"] is upper


def test_where_nobody_is_known_to_live_nothing_is_measured_and_the_reason_is_said():
    assert measured(persons=(0.0, 0.0, 0.0, 0.0)) is None
    part = fairness_part(None, "x")
    assert part["missing"] == "fairness.no_persons"
    assert part["sufficiency"] == []
    assert completeness_of_persons(None, "x", "walk") is None


def test_a_profile_sets_the_area_beside_the_rest():
    part = fairness_part(measured(), "x")
    station = row(part["sufficiency"], function="station")
    assert station["difference"] == pytest.approx(-0.4)
    assert (station["area"]["persons"], station["rest"]["persons"]) == (100.0, 100.0)
    own = completeness_of_persons(measured(), "x", "walk")
    assert (own["area"]["share"], own["municipality"]["share"]) == (0.4, 0.2)


def test_a_group_of_few_takes_the_next_with_it_so_that_neither_is_what_the_others_leave():
    groups = [
        {
            "unit_id": key,
            "persons": held,
            "mean_access": 2.123456,
            "theil": 0.1234,
            "access_share": 0.3,
        }
        for key, held in (("x", 41.4), ("y", 500.0), ("z", 5000.0), ("rest", 40_000.0))
    ]
    index = {"measure": "theil", "value": 0.123456, "within": 0.1, "between": 0.023456}
    index |= {"persons": 45_541.4, "persons_left_out": 0.0, "groups": groups}
    parts = {"sufficiency": [], "completeness": [], "inequality": [index]}
    (found,) = publish_fairness(parts, RULES)["inequality"]
    assert (found["value"], found["between"], found["persons"]) == (0.123, 0.023, 45_541)
    assert [group["hidden"] for group in found["groups"]] == [True, True, False, False]
    assert found["groups"][0] == dict.fromkeys(groups[0]) | {"unit_id": "x", "hidden": True}
    assert (found["groups"][2]["mean_access"], found["groups"][2]["persons"]) == (2.12, 5000)


def test_figures_of_few_persons_are_hidden():
    few = publish_fairness(measured(persons=(30.0, 29.0, 100.0, 0.0)), RULES)
    station = row(fairness_part(few, "x")["sufficiency"], function="station")
    assert station["area"]["hidden"]
    assert {station["area"]["share"], station["area"]["persons"], station["difference"]} == {None}
    assert completeness_of_persons(few, "x", "walk")["area"]["share"] is None
    exact = publish_fairness(measured(persons=(30.0, 30.0, 100.0, 0.0)), RULES)
    assert not row(fairness_part(exact, "x")["sufficiency"], function="station")["area"]["hidden"]


def test_persons_beyond_a_limit_are_told_no_finer_than_their_share():
    told = publish_fairness(measured(persons=(97.0, 3.0, 100.0, 0.0)), RULES)
    station = row(told["sufficiency"], function="station", unit_kind="area")
    # steps of 10 percent of 100 persons: nearly all are said to be 97.5 percent of them
    assert (station["share"], station["persons_above"]) == (0.975, 98)
    few = publish_fairness(measured(persons=(3.0, 97.0, 100.0, 0.0)), RULES)
    station = row(few["sufficiency"], function="station", unit_kind="area")
    assert (station["share"], station["persons_above"]) == (0.025, 2)
    assert [station[name] for name in ("gap", "severity", "mean_shortfall_min")] == [None] * 3


def shares_told(**changed):
    """Walking to the station within the limit: of the area and of the municipality."""
    (limit,) = {row["limit_min"] for row in measured()["sufficiency"]}
    (state,) = {row["state"] for row in measured()["sufficiency"]}
    units = {row["unit_id"] for row in measured()["sufficiency"]} - {"rest"}
    told = dict.fromkeys(((unit, "station", "walk", limit, state) for unit in units), 0.5)
    return told | {
        (unit, "station", "walk", limit, state): value for unit, value in changed.items()
    }


def test_a_share_that_is_told_elsewhere_is_told_alike():
    told = publish_fairness(measured(), RULES, shares_told(x=0.2))
    station = row(told["sufficiency"], function="station", unit_kind="area")
    assert (station["share"], station["persons_above"], station["hidden"]) == (0.8, 80, False)


def test_a_share_that_is_withheld_elsewhere_is_withheld_and_not_told_by_the_rest():
    told = publish_fairness(measured(), RULES, shares_told(x=None))
    by_unit = {
        one["unit_kind"]: one["hidden"]
        for one in told["sufficiency"]
        if (one["function"], one["mode"]) == ("station", "walk")
    }
    assert by_unit == {"area": True, "rest": True, "municipality": False}
    station = row(fairness_part(told, "x")["sufficiency"], function="station")
    assert {station["area"]["share"], station["area"]["persons_above"]} == {None}
    assert completeness_of_persons(told, "x", "walk")["area"]["share"] is None


def test_a_withheld_share_of_another_mode_hides_nothing():
    told = shares_told(x=None)
    other = {(*key[:2], "bike", *key[3:]): value for key, value in told.items()}
    found = publish_fairness(measured(), RULES, other)
    assert not any(one["hidden"] for one in found["sufficiency"] if one["mode"] == "walk")


def test_neither_a_district_nor_a_unit_where_nobody_lives_withholds_anything():
    rows = [
        ("x", "area", 0.5, False),
        ("y", "area", None, False),
        ("few", "district", None, True),
        ("town", "municipality", None, True),
    ]
    table = pd.DataFrame(rows, columns=["unit_id", "unit_kind", "share", "hidden"])
    table = table.assign(function="station", mode="walk", limit_min=15.0, state=2026)
    of = ("station", "walk", 15.0, 2026)
    assert told_shares(table) == {("x", *of): 0.5, ("town", *of): None}


HOME = st.tuples(
    st.sampled_from([0.0, 1.0, 2.5, 40.0]),
    st.sampled_from(["x", "y", None]),
    *[st.sampled_from([0, 9 * MINUTE, 15 * MINUTE, 15 * MINUTE + 1, 80 * MINUTE, UNREACHED])] * 2,
)


@given(st.lists(HOME, min_size=1, max_size=8))
def test_persons_of_each_unit_are_measured_as_a_table_of_them_is(homes):
    persons, area, school, station = zip(*homes, strict=True)
    ids = [str(number) for number in range(len(homes))]
    residents = gpd.GeoDataFrame(
        {"id": ids, "persons": persons, "area_id": pd.Series(area, dtype=object)},
        geometry=[shapely.Point(0, 0)] * len(homes),
    )
    times = pd.DataFrame({"id": ids, "border_ds": 1, "school": school, "station": station})
    ground = (residents, units(["x", "y"]), units(["0169"]))
    found = measure_fairness(*ground, times, study=STUDY, mode="walk")["walk_fairness"]
    if not sum(persons):
        assert found is None
        return
    weight = residents["persons"]
    minutes = {name: (times[name] / MINUTE).where(times[name] < UNREACHED) for name in FUNCTIONS}
    of_unit = {"x": residents["area_id"].eq("x"), "y": residents["area_id"].eq("y")}
    of_unit |= {"rest": residents["area_id"].isna(), "0169": weight.ge(0)}
    for unit, own in of_unit.items():
        for name in FUNCTIONS:
            told = row(found["sufficiency"], unit_id=unit, function=name)
            expected = time_poverty(minutes[name][own], weight[own], limit_min=told["limit_min"])
            for key, value in asdict(expected).items():
                assert told[key] == (None if pd.isna(value) else pytest.approx(value, abs=0.06))
        told = row(found["completeness"], unit_id=unit)
        nearest = {
            name: pd.DataFrame({"travel_time_min": minutes[name][own], "to_id": None})
            for name in FUNCTIONS
        }
        limits = dict.fromkeys(FUNCTIONS, told["limit_min"])
        expected = completeness(nearest, weight[own], limits_min=limits)
        assert told["persons_complete"] == round(expected.persons_complete, 1)
        assert told["functions"] == [
            {"function": name, **lacked}
            for name, lacked in expected.functions.round(1).to_dict("index").items()
        ]
