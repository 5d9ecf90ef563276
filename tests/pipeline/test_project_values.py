"""Values of sets of projects: each equals making the edits and measuring everything anew."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.access.effect import EffectLimits, Origins, effect
from htkgis.errors import SchemaError
from htkgis.network import build_graph, reach_opportunities, snap
from htkgis.network.nearest_times import nearest_times
from htkgis.pipeline.embedded import embedded_study
from htkgis.pipeline.modes import mode_of, snapping
from htkgis.pipeline.project_doors import doors_of_projects
from htkgis.pipeline.project_jobs import JobValues, jobs_of_projects
from htkgis.pipeline.project_people import Measured
from htkgis.pipeline.project_streets import ProjectStreets
from htkgis.pipeline.project_values import ProjectValues
from htkgis.scenario import edited_jobs, places_in_state
from htkgis.scenario.place_edits import edited_places
from htkgis.scenario.street_edits import edited_streets
from htkgis.scenario_rules import (
    AddJobs,
    AddPlace,
    AddStreet,
    ChangeJobs,
    ClosePlace,
    CloseStreet,
    MovePlace,
    Scenario,
)
from htkgis.schema import PLACES
from htkgis.study import read_study
from tests.network.towns import grid

STUDY = read_study(embedded_study() / "study.toml")
UTM32 = "EPSG:25832"
EAST_M, NORTH_M = 700_000.0, 6_170_000.0
YEAR, SIDE = 2030, 6
LIMITS = EffectLimits(longest_ds=6000, felt_ds=1000, everyday_ds=2500)
FUNCTIONS = ("school", "health")
PROJECTS = ("a", "b", "c")
JOB_LIMITS = [1500, 3000]


def town():
    """A square grid of streets, in a place where degrees mean something."""
    table = grid(SIDE)
    moved = table.geometry.translate(EAST_M, NORTH_M)
    flags = dict.fromkeys(("tunnel", "bridge"), False)
    return table.assign(kind="footway", name=None, **flags).set_geometry(moved).set_crs(UTM32)


STREETS = town()
INNER = [
    str(row.id) for row in STREETS.itertuples() if not {"0", "5"} & set(row.from_node + row.to_node)
]


def point(node):
    return shapely.Point(EAST_M + 100 * node[0], NORTH_M + 100 * node[1])


def degrees(node):
    lon_lat = gpd.GeoSeries([point(node)], crs=UTM32).to_crs("EPSG:4326").iloc[0]
    return lon_lat.x, lon_lat.y


def at(node):
    lon, lat = degrees(node)
    return {"lat": lat, "lon": lon}


def places(*rows):
    """Places by name, function and junction."""
    facts = dict.fromkeys(PLACES.columns) | {
        "opportunities": 1.0, "unit": "places", "status": "existing", "position_accuracy_m": 5.0,
    }  # fmt: skip
    table = gpd.GeoDataFrame(
        [facts | {"id": name, "name": name, "function": function} for name, function, _ in rows],
        geometry=[point(node) for *_, node in rows],
        crs=UTM32,
    )
    unknown = pd.array([None] * len(table), dtype="Int64")
    return table.assign(valid_from=unknown, valid_to=unknown)


def workplaces(*rows):
    """Places that hold jobs, by name, number and junction."""
    table = places(*((name, "business area", node) for name, _, node in rows))
    return table.assign(unit="jobs", opportunities=[float(jobs) for _, jobs, _ in rows])


def layers(schools):
    empty = gpd.GeoDataFrame({"place_id": []}, geometry=[], crs=UTM32)
    return {
        "streets": STREETS,
        "places": schools,
        "outlines": empty,
        "entrances": empty.assign(number=[], kind=[]),
        "barriers": gpd.GeoDataFrame({"kind": []}, geometry=[], crs=UTM32),
    }


def homes(nodes):
    return gpd.GeoDataFrame({"id": [f"h{n}" for n in range(len(nodes))]},
                            geometry=[point(node) for node in nodes], crs=UTM32)  # fmt: skip


def measured(nodes):
    parts = np.arange(1, len(nodes) + 1, dtype=np.int64) * 1000
    origins = Origins(parts, np.arange(len(nodes)) % 2, 2)
    return Measured(homes(nodes), parts / 1000, origins, FUNCTIONS, LIMITS)


def streets_of(tables, plan, projects):
    return ProjectStreets(tables, plan, YEAR, projects, study=STUDY, mode="walk")


def values_of(schools, plan, projects, who):
    """Put together what find_effects does for the ways to the nearest places."""
    tables = layers(schools)
    doors = doors_of_projects(tables, plan, YEAR, projects, functions=FUNCTIONS, study=STUDY)
    streets = streets_of(tables, plan, projects)
    rules = snapping(STUDY)
    return ProjectValues(streets, tables["barriers"], doors, snapping=rules, measured=who)


def jobs_of(table, plan, projects, who):
    """Put together what find_effects does for jobs."""
    tables = layers(table)
    jobs = jobs_of_projects(tables, plan.edits, projects, year=YEAR, study=STUDY)
    streets = streets_of(tables, plan, projects)
    rules = {"limits_ds": JOB_LIMITS, "snapping": snapping(STUDY), "measured": who}
    return JobValues(streets, tables["barriers"], jobs, **rules)


def scenario(edits):
    return Scenario(id="s", name="S", name_en="S", edits=tuple(edits))


def by_making(edits, projects, schools, who):
    """Make the edits of some projects, build the graph, and search from every home anew."""
    own = scenario(edits).of_projects(projects).edits
    streets = edited_streets(STREETS, own, year=YEAR)
    state = places_in_state(edited_places(schools, own), year=YEAR)
    graph = build_graph(streets, mode=mode_of(STUDY, "walk"))
    where = snapping(STUDY)
    there = state[state["state"] == "existing"]
    return np.array([
        nearest_times(
            graph,
            snap(graph, who.points, **where),
            snap(graph, there[there["function"] == function], **where),
            limit_ds=LIMITS.longest_ds,
        )
        for function in FUNCTIONS
    ])  # fmt: skip


node = st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1))
KNIGHT = [(1, 2), (2, 1), (2, -1), (1, -2)]
"""Steps along which a straight way passes no other junction."""


@st.composite
def edit_lists(draw, schools):
    """Draw edits of three projects: new and closed streets, new, moved and closed places."""
    edits, used = [], set()
    for number, project in enumerate(draw(st.lists(st.sampled_from(PROJECTS), max_size=6))):
        common = {"from_year": 2027, "project": project}
        what = draw(st.sampled_from(["add_street", "close_street", "add", "move", "close"]))
        if what == "add_street":
            (x, y), (right, up) = draw(node), draw(st.sampled_from(KNIGHT))
            end = (x + right, y + up)
            if all(0 <= each < SIDE for each in end):
                line = (degrees((x, y)), degrees(end))
                edits.append(AddStreet(kind=what, id=f"new{number}", line=line, **common))
        elif what == "close_street":
            street = draw(st.sampled_from(INNER))
            if street not in used:
                used.add(street)
                edits.append(CloseStreet(kind=what, streets=(street,), modes=("walk",), **common))
        elif what == "add":
            function = draw(st.sampled_from(FUNCTIONS))
            facts = at(draw(node)) | {"id": f"place{number}", "name": "P", "function": function}
            edits.append(AddPlace(kind="add_place", **facts, **common))
        else:
            place = draw(st.sampled_from(schools["id"].tolist()))
            if place in used:
                continue
            used.add(place)
            if what == "move":
                edits.append(MovePlace(kind="move_place", place=place, **at(draw(node)), **common))
            else:
                edits.append(ClosePlace(kind="close_place", place=place, **common))
    return edits


@settings(max_examples=5, deadline=None)
@given(st.lists(node, min_size=1, max_size=5, unique=True), st.data())
def test_every_set_of_projects_equals_making_its_edits_and_searching_anew(nodes, data):
    some = data.draw(st.lists(st.tuples(st.sampled_from(FUNCTIONS), node), min_size=1, max_size=4))
    schools = places(*((f"old{n}", function, where) for n, (function, where) in enumerate(some)))
    edits, who = data.draw(edit_lists(schools)), measured(nodes)
    values = values_of(schools, scenario(edits), PROJECTS, who)
    table = values.values()
    today = by_making(edits, (), schools, who)
    for mask in range(8):
        chosen = [project for bit, project in enumerate(PROJECTS) if mask >> bit & 1]
        then = by_making(edits, chosen, schools, who)
        assert values.times(mask).tolist() == then.tolist(), chosen
        found = effect(today, then, who.origins, LIMITS)
        whole = np.concatenate([found, found.sum(axis=2, keepdims=True)], axis=2)
        assert table[mask].tolist() == whole.ravel().tolist() == values.value(mask).tolist()


def test_a_path_to_a_school_that_another_project_opens_helps_with_it():
    """The school stands 100 m beyond the end of the town, and only the path leads there."""
    school = AddPlace(
        kind="add_place", id="new", name="N", function="health", from_year=2027, project="a",
        **at((0, 5)),
    )  # fmt: skip
    path = AddStreet(
        kind="add_street",
        id="path",
        from_year=2027,
        project="b",
        line=(degrees((0, 0)), degrees((0, 5))),
    )
    who = measured([(0, 0)])
    values = values_of(places(("old", "school", (5, 5))), scenario([school, path]), ("a", "b"), who)
    # 500 m along the edge of the town, and as far along the path: 400 s either way
    assert [values.times(mask)[1].tolist() for mask in range(4)] == [
        [2**30], [4000], [2**30], [4000],
    ]  # fmt: skip


def test_two_projects_that_change_one_place_are_refused():
    edits = (
        MovePlace(kind="move_place", place="old", from_year=2027, project="a", **at((1, 1))),
        ClosePlace(kind="close_place", place="old", from_year=2028, project="b"),
    )
    # as if a scenario had not seen that they contradict each other
    odd = Scenario.model_construct(id="s", name="S", name_en="S", edits=edits)
    with pytest.raises(SchemaError, match="1 places are where no single project puts them"):
        values_of(
            places(("old", "school", (5, 5)), ("other", "school", (0, 5))),
            odd,
            ("a", "b"),
            measured([(0, 0)]),
        )


@st.composite
def job_edits(draw):
    """Draw edits of three projects: new, closed and slower ways, and new and other jobs."""
    edits, used = [], set()
    for number, project in enumerate(draw(st.lists(st.sampled_from(PROJECTS), max_size=6))):
        common = {"from_year": 2027, "project": project}
        what = draw(st.sampled_from(["add_street", "close_street", "add_jobs", "change", "close"]))
        if what == "add_street":
            (x, y), (right, up) = draw(node), draw(st.sampled_from(KNIGHT))
            end = (x + right, y + up)
            if all(0 <= each < SIDE for each in end):
                line = (degrees((x, y)), degrees(end))
                edits.append(AddStreet(kind=what, id=f"new{number}", line=line, **common))
        elif what == "add_jobs":
            facts = at(draw(node)) | {"id": f"work{number}", "jobs": draw(st.integers(1, 500))}
            edits.append(AddJobs(kind=what, **facts, **common))
        else:
            options = INNER if what == "close_street" else ["old0", "old1"]
            one = draw(st.sampled_from(options))
            if one in used:
                continue
            used.add(one)
            if what == "close_street":
                edits.append(CloseStreet(kind=what, streets=(one,), modes=("walk",), **common))
            elif what == "change":
                edits.append(ChangeJobs(kind="change_jobs", place=one, jobs=7.5, **common))
            else:
                edits.append(ClosePlace(kind="close_place", place=one, **common))
    return edits


def jobs_by_making(edits, projects, table, who):
    """Make the edits of some projects, build the graph, and sum the jobs from every home anew."""
    own = scenario(edits).of_projects(projects).edits
    graph = build_graph(edited_streets(STREETS, own, year=YEAR), mode=mode_of(STUDY, "walk"))
    state = places_in_state(edited_jobs(edited_places(table, own), own), year=YEAR)
    there, where = state[state["state"] == "existing"], snapping(STUDY)
    starts, ends = snap(graph, who.points, **where), snap(graph, there, **where)
    weights = there["opportunities"].to_numpy()
    return reach_opportunities(graph, starts, ends, weights, limits_ds=JOB_LIMITS)


@settings(max_examples=3, deadline=None)
@given(st.lists(node, min_size=1, max_size=5, unique=True), st.lists(node, min_size=2, max_size=2),
       job_edits())  # fmt: skip
def test_jobs_of_every_set_equal_making_its_edits_and_counting_anew(nodes, work, edits):
    table = workplaces(*((f"old{n}", 100 * (n + 1), where) for n, where in enumerate(work)))
    who = measured(nodes)
    values = jobs_of(table, scenario(edits), PROJECTS, who)
    rows = values.values()
    today = jobs_by_making(edits, (), table, who)
    for mask in range(8):
        chosen = [project for bit, project in enumerate(PROJECTS) if mask >> bit & 1]
        then = jobs_by_making(edits, chosen, table, who)
        assert (values.reached(mask) / 1000).tolist() == then.tolist(), chosen
        gained = (then - today) * who.persons[:, None]
        by_group = [gained[who.origins.group == group].sum(axis=0) for group in (0, 1)]
        expected = np.stack([*by_group, sum(by_group)], axis=1)
        assert (rows[mask] / 1e6).tolist() == pytest.approx(expected.ravel().tolist())


def test_two_projects_that_change_the_jobs_of_one_place_are_refused():
    edits = (
        ChangeJobs(kind="change_jobs", place="old", jobs=5, from_year=2027, project="a"),
        ClosePlace(kind="close_place", place="old", from_year=2028, project="b"),
    )
    odd = Scenario.model_construct(id="s", name="S", name_en="S", edits=edits)
    with pytest.raises(SchemaError, match="the jobs at 1 places are others with all projects"):
        jobs_of(workplaces(("old", 9, (0, 0))), odd, ("a", "b"), measured([(0, 0)]))
