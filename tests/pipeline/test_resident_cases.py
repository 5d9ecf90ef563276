"""Residents of a street in each case: by hand, and equal to what the case's own study measures."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from htkgis.pipeline import resident_cases
from htkgis.pipeline.competition import measure_competition
from htkgis.pipeline.modes import build_mode_graph
from htkgis.pipeline.resident_cases import measure_resident_cases
from htkgis.pipeline.robustness_steps import case_study
from htkgis.pipeline.shares import measure_resident_times, measure_shares
from htkgis.profile.competition import unit_figures
from htkgis.profile.part_robustness import competition_ranges, share_ranges
from tests.conftest import EAST_M, NORTH_M
from tests.pipeline.test_shares import CRS, LONG_M, STUDY, at, box

CASES = STUDY.robustness.cases
LIMITS = STUDY.limits.catchment.value


@pytest.fixture(scope="module")
def streets():
    ends = shapely.LineString([(EAST_M, NORTH_M), (EAST_M + LONG_M, NORTH_M)])
    facts = {"id": "s", "from_node": "a", "to_node": "b", "length_m": LONG_M, "kind": "residential"}
    flags = dict.fromkeys(("walk", "bike", "car"), True)
    flags |= dict.fromkeys(("oneway", "oneway_bike", "tunnel", "bridge"), False)
    return gpd.GeoDataFrame([facts | flags | {"car_kph": 45.0}], geometry=[ends], crs=CRS)


@pytest.fixture
def town(catalog, streets, monkeypatch):
    """Homes along the street and one 400 m beside it; a school, a park with a gate, works."""
    frame = gpd.GeoSeries([box(-2000, 17_000)], crs=CRS).to_crs(4326).bounds.iloc[0]
    wide = {"coverage": list(frame)}
    files = {"jobs": "j.csv", "places": "p.gpkg", "streets": "s.pbf"}
    facts = {name: {"path": path, **wide} for name, path in files.items()}
    homes = gpd.GeoDataFrame(
        {"id": list("pqro"), "persons": [300.0, 100.0, 600.0, 50.0]}
        | {"area_id": ["x", "x", None, "x"], "district_id": None},
        geometry=[*at(6000, 6750, 9000), shapely.Point(EAST_M + 6000, NORTH_M + 400)],
        crs=CRS,
    )
    places = gpd.GeoDataFrame(
        {"id": ["school", "park", "near", "far"]}
        | {"function": ["school", "green", "business area", "business area"]}
        | {"unit": ["places", "places", "jobs", "jobs"], "opportunities": [1.0, 1.0, 20.0, 70.0]}
        | {"measured": True},
        geometry=at(6375, 8000, 6375, 7875),
    )
    tables = {
        "residents": homes,
        "areas": gpd.GeoDataFrame({"id": ["x"], "name": ["X"]}, geometry=[box(0, 9)], crs=CRS),
        "places": places,
        "streets": streets,
        "municipality": gpd.GeoDataFrame(
            {"id": ["0169"], "name": ["Town"]}, geometry=[box(0, LONG_M)], crs=CRS
        ),
        "barriers": gpd.GeoDataFrame({"kind": []}, geometry=[], crs=CRS),
        "entrances": gpd.GeoDataFrame({"place_id": ["park"]}, geometry=at(8000)),
    }
    told = {}  # what is measured, before it is rounded
    for name, real in (("share_ranges", share_ranges), ("competition_ranges", competition_ranges)):

        def kept(table, *few, name=name, real=real, **limits):
            told[name] = table
            return real(table, *few, **limits)

        monkeypatch.setattr(resident_cases, name, kept)
    return tables, catalog(**facts), told


def graph_of(study, town, mode):
    return build_mode_graph(town["streets"], study=study, mode=mode)[f"{mode}_graph"]


def shares_of(study, town, catalog, mode):
    names = ("residents", "places", "streets", "municipality", "barriers", "entrances")
    times = measure_resident_times(
        graph_of(study, town, mode), *(town[name] for name in names),
        study=study, catalog=catalog, mode=mode,
    )[f"{mode}_resident_times"]  # fmt: skip
    homes, areas, whole = (town[name] for name in ("residents", "areas", "municipality"))
    rows = measure_shares(times, homes, areas.iloc[:0], areas, whole, study=study, mode=mode)
    return rows[f"{mode}_shares"], times


def jobs_of(study, town, catalog, mode):
    names = ("residents", "places", "streets", "municipality", "barriers", "entrances")
    return measure_competition(
        graph_of(study, town, mode), *(town[name] for name in names),
        study=study, catalog=catalog, mode=mode,
    )[f"{mode}_competition"]  # fmt: skip


KEYS = ["unit_id", "function", "limit_min"]
TRIED = {
    "walk": ["walk_slow", "walk_brisk", "snap_near", "snap_far", "entrance_wide"],
    "bike": ["bike_calm", "snap_far"],
    "car": ["car_queue"],
}


@pytest.mark.parametrize("mode", TRIED)
def test_a_case_is_what_the_study_with_that_decision_measures(town, mode):
    tables, catalog, told = town
    beside = tables["entrances"].assign(geometry=at(8300))
    names = {name: CASES[name] for name in TRIED[mode]}
    changed = {
        name: beside if case.entrance_tolerance else graph_of(case_study(STUDY, case), tables, mode)
        for name, case in names.items()
        if case.entrance_tolerance or (mode != "walk" and not case.max_snap)
    }
    _, own_times = shares_of(STUDY, tables, catalog, mode)
    measure_resident_cases(
        graph_of(STUDY, tables, mode), *(t for n, t in tables.items() if n != "districts"),
        own_times, *changed.values(), study=STUDY, catalog=catalog, mode=mode,
        cases=list(names), with_table=list(changed),
    )  # fmt: skip

    def of_case(table, name):
        return told[table][told[table]["case"].eq(name)]

    for name, case in names.items():
        own = tables | ({"entrances": beside} if case.entrance_tolerance else {})
        study = case_study(STUDY, case)
        expected, _ = shares_of(study, own, catalog, mode)
        found = of_case("share_ranges", name).set_index(KEYS)
        pd.testing.assert_frame_equal(
            found[["share", "lower_bound"]],
            expected.set_index(KEYS).loc[found.index, ["share", "lower_bound"]],
        )
        jobs = jobs_of(study, own, catalog, mode)
        for row in of_case("competition_ranges", name).to_dict("records"):
            here = jobs[jobs["limit_min"].eq(row["limit_min"])]
            here = here if row["unit_id"] == "municipality" else here[here["area_id"].eq("x")]
            few = resident_cases.small_numbers(STUDY)
            assert row["median"] == pytest.approx(unit_figures(here, few, decimals=None)["median"])
