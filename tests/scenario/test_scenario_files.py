"""The scenarios of the embedded study: each reads, names known projects, and fits its layers."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from htkgis.catalog import read_catalog
from htkgis.loaders.places import joined_places, read_jobs, read_places
from htkgis.network import Costs, Mode, build_graph, search
from htkgis.pipeline.embedded import embedded_study
from htkgis.pipeline.layers import load_streets
from htkgis.scenario import edited_jobs, edited_places, edited_streets, places_in_state
from htkgis.scenario_rules import read_scenario
from htkgis.study import read_study

ROOT = embedded_study()
FILES = sorted((ROOT / "scenarios").glob("*.toml"))
SCENARIOS = {path.stem: read_scenario(path) for path in FILES}
PROJECTS = pd.read_csv(ROOT / "layers" / "projects.csv")
STUDY = read_study(ROOT / "study.toml")
CATALOG = read_catalog(ROOT / "layers" / "catalog.toml")


@pytest.fixture(scope="module")
def places():
    parts = [
        read(CATALOG, name, crs=STUDY.study.crs)[0].assign(layer=name)
        for read, name in ((read_places, "places"), (read_jobs, "jobs"))
    ]
    return joined_places(parts, where="test", crs=STUDY.study.crs)


@pytest.fixture(scope="module")
def streets():
    return load_streets(CATALOG, STUDY)["streets"]


def edited(name, places):
    edits = SCENARIOS[name].edits
    return edited_jobs(edited_places(places, edits), edits)


def there(table, year):
    state = places_in_state(table, year=year)
    return state[state["state"].eq("existing")].set_index("id")


def test_there_are_three_scenarios_and_each_has_the_id_of_its_file():
    assert sorted(SCENARIOS) == ["bydele", "forbindelser", "institutioner"]
    assert [scenario.id for scenario in SCENARIOS.values()] == [path.stem for path in FILES]


def test_every_project_of_the_programme_is_an_edit_or_is_said_to_be_without_effect_once():
    edits = {e.project for s in SCENARIOS.values() for e in s.edits}
    without = [w.project for s in SCENARIOS.values() for w in s.without_effect]
    assert edits.isdisjoint(without)
    assert sorted([*edits, *without]) == sorted(PROJECTS["id"])


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_every_edit_says_why_in_both_languages_and_begins_after_the_state_shown(scenario):
    assert scenario.year == 2040
    for edit in scenario.edits:
        assert edit.note
        assert edit.note_en
        assert STUDY.study.state.value < edit.from_year <= scenario.year


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_nothing_changes_before_the_years_of_the_edits(name, places):
    assert STUDY.study.years
    for year in STUDY.study.years:
        before, after = there(places, year), there(edited(name, places), year)
        assert before["opportunities"].equals(after["opportunities"])
        assert before.geometry.equals(after.geometry)


def test_institutions_stand_where_the_layer_had_them_in_2017(places):
    old, new = there(places, 2017).geometry, there(edited("institutioner", places), 2040).geometry
    for now, then in (
        ("boernekulturhuset", "selsmoseskolen"),
        ("laeringshus_naerheden", "charlotteskolen"),
        ("raadhus_2023", "raadhus_2017"),
    ):
        assert new[f"{now}@2030"].distance(old[then]) < 0.01
        assert now not in new.index
    assert "boernekulturhuset_daginstitution" not in new.index


def test_new_districts_bring_as_many_jobs_as_their_note_adds_up(places):
    before, after = there(places, 2040), there(edited("bydele", places), 2040)
    jobs = [table.loc[table["unit"].eq("jobs"), "opportunities"].sum() for table in (before, after)]
    assert jobs[1] - jobs[0] == 114_000 / 25 + 10_000 / 50
    assert set(after.index) - set(before.index) == {
        "jobs_hoje_taastrup_c@2035",
        "butikker_hoeje_taastrup_c",
    }
    functions = set(STUDY.functions.measured) | {"business area"}
    assert set(after.loc[list(set(after.index) - set(before.index)), "function"]) <= functions


def test_the_bridge_joins_both_streets_and_shortens_the_way_to_the_institute(streets):
    built = edited_streets(streets, SCENARIOS["forbindelser"].edits, year=2040)
    walk = Mode("walk", 4.5, costs=Costs())
    bridge = built.set_index("id").loc["stibro_teknologisk_institut"]
    found = []
    for table in (streets, built):
        graph = build_graph(table, mode=walk)
        at = {node: row for row, node in enumerate(graph.node_ids.tolist())}
        found.append(int(search(graph, [at["n164"]], [0])[at["n151"]]))
    assert bridge["bridge"]
    assert {bridge["from_node"].split("@")[-1], bridge["to_node"]} == {"s209", "n151"}
    # 235 m along Øtoftegårdsvej and 412 m of bridge at 4.5 km/h, and 15 s for the ramps
    assert found == [9840, (235 + 412) * 8 + 150]


def test_no_scenario_changes_a_street_by_accident(streets):
    for name in ("bydele", "institutioner"):
        assert edited_streets(streets, SCENARIOS[name].edits, year=2040) is streets
    built = edited_streets(streets, SCENARIOS["forbindelser"].edits, year=2040)
    kept = streets["id"].isin(built["id"])
    assert int((~kept).sum()) == 1
    assert np.array_equal(
        streets.loc[kept, "length_m"], built.set_index("id")["length_m"][streets.loc[kept, "id"]]
    )


def test_the_folder_holds_scenarios_and_nothing_else():
    assert [path.name for path in sorted(Path(ROOT / "scenarios").iterdir())] == [
        path.name for path in FILES
    ]
