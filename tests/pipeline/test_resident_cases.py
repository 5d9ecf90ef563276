"""Residents of a street in each case: by hand, and equal to what the case's own study measures."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from htkgis.pipeline import job_cases, share_cases
from htkgis.pipeline.competition import measure_job_times
from htkgis.pipeline.entrances import places_by_use
from htkgis.pipeline.job_cases import measure_job_cases, measure_job_time_cases
from htkgis.pipeline.layers import small_numbers
from htkgis.pipeline.modes import build_mode_graph
from htkgis.pipeline.robustness_steps import case_study
from htkgis.pipeline.share_cases import measure_nearest_cases, measure_share_cases
from htkgis.pipeline.shares import measure_resident_times, measure_shares
from htkgis.profile.competition import unit_figures
from htkgis.profile.part_robustness import competition_ranges, share_ranges
from htkgis.units import UNREACHED
from tests.conftest import EAST_M, NORTH_M
from tests.pipeline.set_points import places_at, rows_at
from tests.pipeline.test_shares import CRS, LONG_M, STUDY, at, box
from tests.pipeline.whole_competition import measure_competition

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
    makers = {share_cases: share_ranges, job_cases: competition_ranges}
    for module, real in makers.items():
        name = real.__name__

        def kept(table, *few, name=name, real=real, **limits):
            told[name] = table
            return real(table, *few, **limits)

        monkeypatch.setattr(module, name, kept)
    return tables, catalog(**facts), told


def graph_of(study, town, mode):
    return build_mode_graph(town["streets"], study=study, mode=mode)[f"{mode}_graph"]


def shares_of(study, town, catalog, mode):
    names = ("residents", "places", "streets", "municipality")
    graph = graph_of(study, town, mode)
    homes, places, _, _ = ground = [town[name] for name in names]
    times = measure_resident_times(
        graph, *ground, rows_at(graph, homes, study, mode, town["barriers"]),
        places_at(graph, places, study, mode, town["entrances"], town["barriers"]),
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


def own_homes(graph, tables, mode, study=STUDY):
    return rows_at(graph, tables["residents"], study, mode, tables["barriers"])


def otherwise(graph, tables, places, doors, changed, cases, mode):
    """Say what is otherwise in each case, by its name: a graph, entrances, or where points lie."""
    found, fences = {}, tables["barriers"]
    for name in cases:
        study = case_study(STUDY, CASES[name])
        if CASES[name].entrance_tolerance is not None:
            doors_here = changed[name]
        elif CASES[name].max_snap is not None:
            doors_here = doors
            found[name, "at_homes"] = own_homes(graph, tables, mode, study)
        else:
            found |= {(name, "graph"): changed[name]} if name in changed else {}
            continue
        found[name, "at_targets"] = places_at(graph, places, study, mode, doors_here, fences)
    return found


def measured(graph, tables, own_times, changed, cases, catalog, *, mode, earlier=None):
    """All that the cases of a mode make, from the times to the ranges."""
    ground = [tables[name] for name in ("streets", "municipality")]
    bound = {"study": STUDY, "catalog": catalog, "mode": mode}
    used = places_by_use(
        tables["places"].assign(name="", name_en=None, layer="", measured_2026=True),
        tables["entrances"],
        years=(2026,),
    )  # fmt: skip
    homes, at_homes = tables["residents"][["id", "geometry"]], own_homes(graph, tables, mode)

    def searching(use):
        places, doors = used[f"{use}_places"], used[f"{use}_entrances"]
        other = otherwise(graph, tables, places, doors, changed, cases, mode)
        at = places_at(graph, places, STUDY, mode, doors, tables["barriers"])
        tried = {"cases": list(cases), "otherwise": list(other)}
        return at, other.values(), bound | tried

    at, other, decided = searching("function")
    searched = measure_nearest_cases(
        graph, homes, used["function_places"], *ground, at_homes, at, own_times, *other,
        **decided, earlier=earlier,
    )  # fmt: skip
    at, other, decided = searching("job")
    at_jobs = (homes, used["job_points"], *ground, at_homes, at)
    known = measure_job_times(graph, *at_jobs, **bound)[f"{mode}_job_times"]
    again = measure_job_time_cases(graph, *at_jobs, known, *other, **decided, earlier=earlier)
    town = [tables[name] for name in ("residents", "areas", "municipality")]
    counted = {"study": STUDY, "mode": mode, "cases": list(cases)}
    times = (own_times, searched[f"{mode}_nearest_cases"])
    jobs = (used["job_places"], known, again[f"{mode}_job_time_cases"])
    return (
        searched | again | measure_share_cases(*town, *times, **counted)
        | measure_job_cases(*town, *jobs, **counted)
    )  # fmt: skip


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
    measured(graph_of(STUDY, tables, mode), tables, own_times, changed, names, catalog, mode=mode)

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
            few = small_numbers(STUDY)
            assert row["median"] == pytest.approx(unit_figures(here, few, decimals=None)["median"])


def moved(table, ids, metres):
    shapes = table.geometry.where(~table["id"].isin(ids), table.geometry.translate(metres, 0.0))
    return table.assign(geometry=shapes)


def tried(town, mode, **other):
    """Times of a mode in all cases that are tried, in this town or one that is otherwise."""
    tables, catalog, _ = town
    tables = tables | other
    names = {name: CASES[name] for name in TRIED[mode]}
    changed = {
        name: tables["entrances"].assign(geometry=at(8300))
        if case.entrance_tolerance
        else graph_of(case_study(STUDY, case), tables, mode)
        for name, case in names.items()
        if case.entrance_tolerance or (mode != "walk" and not case.max_snap)
    }
    _, own_times = shares_of(STUDY, tables, catalog, mode)
    graph = graph_of(STUDY, tables, mode)

    def found(earlier):
        made = measured(
            graph, tables, own_times, changed, names, catalog, mode=mode, earlier=earlier
        )
        return {f"{mode}_{name}": made[f"{mode}_{name}"] for name in SEARCHED_FOR}

    return found


SEARCHED_FOR = ("nearest_cases", "nearest_keys", "job_time_cases", "job_time_kept")
CHANGES = {
    "nothing": lambda _: {},
    "school": lambda town: {"places": moved(town["places"], ["school"], 200)},
    "park": lambda town: {"entrances": town["entrances"].assign(geometry=at(8100))},
    "home": lambda town: {"residents": moved(town["residents"], ["p"], 90)},
    "persons": lambda town: {"residents": town["residents"].assign(persons=7.0)},
    "jobs": lambda town: {"places": moved(town["places"], ["near"], 90)},
    "streets": lambda town: {"streets": town["streets"].assign(length_m=LONG_M + 400)},
    "fewer": lambda town: {"residents": town["residents"].iloc[1:].reset_index(drop=True)},
}
AGAIN = {"nothing": (), "jobs": (), "persons": (), "school": ("school",), "park": ("green",)}
"""What is searched for after a change; all where it is not here."""
SEARCHED = {
    # who lives far off is on the streets in one case, and the park has another gate in one
    "walk": ["green", "green", "school"],
    "bike": ["green", "green", "school", "school"],
    "car": ["green", "school"],
}


@pytest.mark.parametrize("mode", TRIED)
@pytest.mark.parametrize("change", CHANGES)
def test_what_was_measured_before_changes_nothing_and_spares_what_is_the_same(
    town, mode, change, monkeypatch
):
    before = tried(town, mode)({})
    after = tried(town, mode, **CHANGES[change](town[0]))
    alone = after({})
    asked, real = [], share_cases.nearest_times

    def counted(graph, homes, targets, **limit):
        asked.extend({"school": "school", "park": "green"}[each] for each in set(targets.ids))
        return real(graph, homes, targets, **limit)

    monkeypatch.setattr(share_cases, "nearest_times", counted)
    helped = after(before)
    for output, arrays in alone.items():
        for name, array in arrays.items():
            other = helped[output][name]
            assert (other.dtype, other.tolist()) == (array.dtype, array.tolist())
    again = AGAIN.get(change, ("green", "school"))
    expected = [function for function in SEARCHED[mode] if function in again]
    # the gates of a case are its own, and who walks is searched for from all homes there
    assert sorted(asked) == (["green"] if (change, mode) == ("park", "walk") else expected)


@pytest.mark.parametrize("mode", TRIED)
def test_other_streets_on_which_all_takes_as_long_give_the_same_times(town, mode):
    """What they are made of stands apart, so that whoever takes the times stays as it is."""
    tables, _, _ = town
    own = tables["streets"]
    far = own.iloc[:1].assign(id="far", from_node="far", to_node="off")
    far = far.assign(geometry=own.geometry.iloc[:1].translate(0.0, -40_000.0))
    more = pd.concat([own, far], ignore_index=True)
    before, after = (tried(town, mode, **other)({}) for other in ({}, {"streets": more}))
    keys, times = f"{mode}_nearest_keys", f"{mode}_nearest_cases"
    assert before[keys]["keys"].tolist() != after[keys]["keys"].tolist()
    assert list(before[times]) == list(after[times]) == ["time_ds"]
    assert before[times]["time_ds"].tolist() == after[times]["time_ds"].tolist()


@pytest.mark.parametrize("mode", TRIED)
def test_where_nobody_lived_before_all_is_measured_as_without_an_earlier_run(town, mode):
    tables, _, _ = town
    nobody = tried(town, mode, residents=tables["residents"].iloc[:0])({})
    after = tried(town, mode)
    alone, helped = after({}), after(nobody)
    times = f"{mode}_nearest_cases"
    assert nobody[times]["time_ds"].size == 0
    assert helped[times]["time_ds"].tolist() == alone[times]["time_ds"].tolist()


@pytest.mark.parametrize("mode", TRIED)
def test_the_times_to_jobs_of_a_case_are_those_of_the_study_with_that_decision(town, catalog, mode):
    """A works beside the street, one with two gates; homes beside the street, and at the border."""
    tables, _, _ = town
    inside = tables["municipality"].assign(geometry=[box(-1000, 9500)])
    tables = tables | {"municipality": inside}
    frame = gpd.GeoSeries([box(-2000, 17_000)], crs=CRS).to_crs(4326).bounds.iloc[0]
    facts = {"jobs": {"path": "j.csv"}, "places": {"path": "p.gpkg"}}
    catalog = catalog(**facts, streets={"path": "s.pbf", "coverage": list(frame)})
    works = gpd.GeoDataFrame(
        {"id": ["beside", "gated"], "function": "business area"},
        geometry=[shapely.Point(EAST_M + 6600, NORTH_M + 400), *at(7875)],
        crs=CRS,
    )
    gates = gpd.GeoDataFrame({"place_id": ["gated"] * 2}, geometry=at(7875, 5000), crs=CRS)
    moved_gates = gates.assign(geometry=at(7700, 5000))
    homes = tables["residents"][["id", "geometry"]]
    ground = [tables[name] for name in ("streets", "municipality")]

    def known(study, doors):
        arrays = graph_of(study, tables, mode)
        found = measure_job_times(
            arrays, homes, works, *ground, *lying(arrays, study, doors),
            study=study, catalog=catalog, mode=mode,
        )  # fmt: skip
        return arrays, found[f"{mode}_job_times"]

    def lying(arrays, study, doors):
        fences = tables["barriers"]
        at_works = places_at(arrays, works, study, mode, doors, fences)
        return own_homes(arrays, tables, mode, study), at_works

    studies = {name: case_study(STUDY, CASES[name]) for name in TRIED[mode]}
    changed = {
        name: moved_gates if CASES[name].entrance_tolerance else graph_of(study, tables, mode)
        for name, study in studies.items()
        if CASES[name].entrance_tolerance or (mode != "walk" and not CASES[name].max_snap)
    }
    arrays, own = known(STUDY, gates)
    other = otherwise(arrays, tables, works, gates, changed, studies, mode)
    again = measure_job_time_cases(
        arrays, homes, works, *ground, *lying(arrays, STUDY, gates), own, *other.values(),
        study=STUDY, catalog=catalog, mode=mode, cases=list(studies), otherwise=list(other),
    )[f"{mode}_job_time_cases"]  # fmt: skip
    for (name, study), differs in zip(studies.items(), again["differs"], strict=True):
        _, expected = known(study, moved_gates if CASES[name].entrance_tolerance else gates)
        scaled = mode == "walk" and name not in changed and not CASES[name].max_snap
        for key, values in expected.items():
            found = again[f"{name}.{key}"] if differs else own[key]
            assert found.dtype == own[key].dtype
            # a walk that is scaled is rounded once, one that is searched at every street
            np.testing.assert_allclose(found.astype(int), values.astype(int), atol=3 * scaled)
    assert 0 < own["border_ds"].min() < UNREACHED
    moves = {"snap_near": False}
    assert again["differs"].tolist() == [moves.get(name, True) for name in studies]
