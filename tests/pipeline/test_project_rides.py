"""Ways by public transport of every set of projects: each as riding its edits anew tells it."""

from dataclasses import replace

import numpy as np
import pytest

from htkgis.access.effect import EffectLimits
from htkgis.catalog import read_catalog
from htkgis.network import build_graph, snap
from htkgis.network.transit import Doors, departure_times, every_minute, journeys_between
from htkgis.pipeline.effects import LAYERS
from htkgis.pipeline.embedded import embedded_study
from htkgis.pipeline.entrances import snap_places
from htkgis.pipeline.loading_steps import loading_steps
from htkgis.pipeline.modes import mode_of, snapping
from htkgis.pipeline.people import people_of
from htkgis.pipeline.project_doors import doors_of_projects
from htkgis.pipeline.project_jobs import jobs_of_projects
from htkgis.pipeline.project_people import Measured, whole_persons
from htkgis.pipeline.project_rides import Riders, RideValues
from htkgis.pipeline.project_streets import ProjectStreets
from htkgis.pipeline.service_windows import load_service
from htkgis.pipeline.steps import run_steps
from htkgis.pipeline.transit import journey_rules
from htkgis.pipeline.transit_ends import at_rails
from htkgis.scenario import edited_jobs, edited_places, edited_streets, places_in_state
from htkgis.scenario_rules import (
    AddPlace,
    AddStop,
    AddStreet,
    ChangeHeadway,
    ChangeJobs,
    ClosePlace,
    CloseStop,
    Scenario,
)
from htkgis.study import read_study
from htkgis.units import UNREACHED

YEAR = 2040
PROJECTS = ("bus", "stop", "town", "work")
LIMITS = EffectLimits(longest_ds=27_000, felt_ds=3000, everyday_ds=9000)
COMMON = {"from_year": 2030}
EDITS = (
    ChangeHeadway(kind="change_headway", line="bus_charlotteager", headway_min=10,
                  project="bus", **COMMON),
    AddStop(kind="add_stop", line="regional_fast", stop="hedehusene_st", lost_min=2,
            between=("roskilde_st", "hoje_taastrup_st"), project="stop", **COMMON),
    CloseStop(kind="close_stop", stop="charlottekvarteret_west", project="stop", **COMMON),
    AddStreet(kind="add_street", id="bro", line=((12.2722, 55.6550), (12.2721, 55.6587)),
              project="town", **COMMON),
    AddPlace(kind="add_place", id="ny", name="Ny", function="health", lat=55.6475, lon=12.2735,
             project="town", **COMMON),
    ChangeJobs(kind="change_jobs", place="jobs_hedehusene_centre", jobs=100, project="town",
               **COMMON),
    ClosePlace(kind="close_place", place="raadhus_2023", project="work", **COMMON),
    ChangeJobs(kind="change_jobs", place="jobs_hoje_taastrup_c", jobs=13_260, project="work",
               **COMMON),
)  # fmt: skip
PLAN = Scenario(id="s", name="S", name_en="S", edits=EDITS)
FUNCTIONS = ("health", "civic")


def short(study):
    """The study with a window of six minutes and two draws of unknown departures."""
    rules = study.transit
    first = next(iter(rules.windows.values()))
    window = first.model_copy(update={"value": ("07:30", "07:36")})
    changed = {
        "draws": rules.draws.model_copy(update={"value": 2}),
        "windows": {"rush": window},
        "jobs": rules.jobs.model_copy(update={"value": (30, 45)}),
    }
    robust = {"robustness": None, "transit": rules.model_copy(update=changed)}
    return study.model_copy(update=robust)


@pytest.fixture(scope="module")
def given(study_cache):
    """The study, its catalog and layers, and four gates of two areas."""
    study = short(read_study(embedded_study() / "study.toml"))
    catalog = read_catalog(embedded_study() / "layers" / "catalog.toml")
    steps = loading_steps(study, catalog, catalog.checked_hashes(), LAYERS)
    layers = run_steps(steps, study_cache)
    points, persons = people_of(layers)
    rows = points["area_id"].isin(["charlottekvarteret", "gadehavegaard"]).to_numpy()
    rows = np.flatnonzero(rows)[::2]
    return study, catalog, layers, points.iloc[rows].reset_index(drop=True), persons[rows]


@pytest.fixture(scope="module")
def values(given):
    study, catalog, layers, points, persons = given
    origins = whole_persons(points, persons, ["charlottekvarteret", "gadehavegaard"])
    doors = doors_of_projects(layers, PLAN, YEAR, PROJECTS, functions=FUNCTIONS, study=study)
    jobs = jobs_of_projects(layers, EDITS, PROJECTS, year=YEAR, study=study)
    streets = ProjectStreets(layers, PLAN, YEAR, PROJECTS, study=study, mode="walk")
    measured = Measured(points, persons, origins, FUNCTIONS, LIMITS)
    riders = Riders(measured, doors, jobs, study.transit.windows["rush"])
    return RideValues(streets, layers, PLAN, YEAR, catalog=catalog, study=study, riders=riders)


def by_riding(given, chosen):
    """Make the edits of some projects and time every departure from each gate to each place."""
    study, catalog, layers, points, _ = given
    edits = PLAN.of_projects(chosen).edits
    streets = edited_streets(layers["streets"], edits, year=YEAR)
    graph = build_graph(streets, mode=mode_of(study, "walk"))
    day = load_service(streets, study=study, catalog=catalog, edits=edits, year=YEAR)
    places = edited_jobs(edited_places(layers["places"], edits), edits)
    state = places_in_state(places, year=YEAR)
    exact = state["position_accuracy_m"] <= study.places.max_position_accuracy.value
    wanted = state["function"].isin(FUNCTIONS) | state["unit"].eq("jobs")
    there = state[exact & wanted & state["state"].eq("existing")]
    rules, barriers = snapping(study), layers["barriers"]
    doors = Doors(
        graph,
        snap(graph, points, barriers=barriers, **rules),
        snap_places(graph, there, None, barriers=barriers, **rules),
        at_rails(graph, day["stops"], rules["max_snap_m"], barriers),
    )
    journeys = journeys_between(
        doors, day["trip_times"], rules=journey_rules(study), transfers=day["transfers"]
    )
    leaving_s = every_minute(study.transit.windows["rush"].start_s, 6)
    jobs = np.where(there["unit"].eq("jobs"), there["opportunities"].fillna(0.0), 0.0)
    times, reached = [], []
    for origin in range(len(points)):
        found = departure_times(journeys, leaving_s, origin=origin)
        half = len(found) // 2
        own = (found[:, there["function"].eq(name).to_numpy()] for name in FUNCTIONS)
        times.append([np.sort(each.min(axis=1, initial=UNREACHED))[half - 1] for each in own])
        sums = ((found <= limit * 600) @ jobs for limit in study.transit.jobs.value)
        reached.append([np.sort(each)[-half] for each in sums])
    return np.array(times).T, np.array(reached)


@pytest.mark.parametrize("mask", [0, 3, 12, 15])
def test_a_set_of_projects_equals_making_its_edits_and_riding_anew(given, values, mask):
    chosen = [project for bit, project in enumerate(PROJECTS) if mask >> bit & 1]
    times, jobs = by_riding(given, chosen)
    found, reached = values.found(mask)
    assert found.tolist() == times.tolist()
    assert (reached / 1000).tolist() == jobs.tolist()


def test_each_project_does_what_its_kind_can_do(values):
    today, jobs = values.found(0)
    quicker, more = values.found(1)
    assert (quicker <= today).all()
    assert (quicker < today).any()
    assert (more >= jobs).all()
    _, work = values.found(8)
    # 4,760 more jobs for whoever gets there in time, and nothing else
    assert set(np.unique(work - jobs)) <= {0, 4_760_000}
    assert (work > jobs).any()
    closed, _ = values.found(8)
    # the only town hall closes
    assert (closed[1] == UNREACHED).all()
    assert (closed[0] == today[0]).all()


def test_values_of_all_sets_are_those_of_each_and_other_limits_need_no_ride(values):
    table = values.values()
    assert table[0].tolist() == [0] * table.shape[1]
    for mask in (1, 6, 15):
        assert table[mask].tolist() == values.value(mask).tolist()
    measured = replace(values._riders.measured, limits=replace(LIMITS, longest_ds=600))
    capped = values.with_measured(measured)
    assert capped.found(15)[0] is values.found(15)[0]
    # who counts a minute at most saves nothing
    assert not capped.value(15)[: 4 * 3 * 4].reshape(4, 3, 4)[0].any()


def test_a_new_way_from_a_stop_is_ridden_again_and_a_place_that_closes_is_not(values):
    fresh = values.with_measured(values._riders.measured)
    fresh._found, fresh._rows, fresh._latest = {}, {}, None
    ridden = []
    for mask in (0, 4, 8):
        fresh.found(mask)
        ridden.append(len(fresh._rows))
    assert ridden == [1, 2, 2]
