"""A scenario as a run: what was before stays as it was, and only what an edit touches is new."""

import json

import pandas as pd
import pytest

from htkgis.catalog import read_catalog
from htkgis.errors import ConfigError
from htkgis.pipeline.mode_steps import of_case
from htkgis.pipeline.profile_steps import profile_steps
from htkgis.pipeline.scenario_comparison import check_rules, compare_scenarios
from htkgis.pipeline.scenario_edits import with_before
from htkgis.pipeline.scenario_run import chosen_scenario, folder_of, run_scenario
from htkgis.pipeline.scenario_steps import check_scenario, state_of
from htkgis.pipeline.scenarios import results_before, scenario_results
from htkgis.pipeline.steps import Step, check_order, family, step_key
from htkgis.scenario_rules import Scenario
from htkgis.store import Cache
from htkgis.study import read_study
from tests.light_study import light_study

from .main_job import held, run

SCHOOL = {
    "kind": "add_place", "id": "ny_skole", "name": "Ny skole", "function": "school",
    "lat": 55.6535, "lon": 12.2880, "from_year": 2030, "project": "boernekulturhus",
}  # fmt: skip
BANNER = "Scenarie: Prøve, tilstand 2040 \N{EN DASH} ikke vedtaget"
CHURCH = SCHOOL | {"id": "ny_kirke", "function": "worship", "project": None}
PATH = {
    "kind": "add_street", "id": "ny_sti", "within_m": 100.0, "from_year": 2030,
    "line": ((12.2876, 55.6550), (12.2984, 55.6442)),
}  # fmt: skip


TABLES = ("access", "travel_times")


def scenario(*edits, year=2040, **more):
    known = {"id": "s", "name": "Prøve", "name_en": "Trial", "year": year, "edits": edits}
    return Scenario.model_validate(known | more)


@pytest.fixture(scope="module")
def light(tmp_path_factory):
    """The light study, published once, its cache, and what scenarios are compared with."""
    folder = tmp_path_factory.mktemp("scenarios")
    study_path, catalog_path = light_study(folder)
    cache = Cache(folder / "own")
    run(folder, cache)
    study, catalog = read_study(study_path), read_catalog(catalog_path)
    before = results_before(study, catalog, cache=cache)
    assert before.computed == []
    return folder, study, catalog, cache, before


def results(light, found, **options):
    _, study, catalog, cache, before = light
    return scenario_results(study, catalog, found, cache=cache, before=before, **options)


@pytest.fixture(scope="module")
def coming(light):
    """The study in 2040, without any edit: what edits are held against."""
    return results(light, scenario(), outputs=TABLES)


@pytest.fixture(scope="module")
def school(light, coming):
    del coming  # it comes first, so that what an edit makes anew can be counted
    return results(light, scenario(SCHOOL))


def of_year(table, year):
    return table[table["state"].eq(year)].reset_index(drop=True)


def write(path, found):
    lines = [f'{key} = "{found[key]}"' for key in ("id", "name", "name_en")]
    lines += [f"year = {found['year']}"] if "year" in found else []
    for edit in found.get("edits", ()):
        lines.append("[[edits]]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in edit.items() if value]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_what_stands_before_equals_the_run_of_the_study_cell_by_cell(light, school):
    folder, _, _, _, before = light
    assert set(school["access"]["state"]) == {2026, 2040}
    pd.testing.assert_frame_equal(
        of_year(school["access"], 2026), of_year(before["access"], 2026), check_exact=True
    )
    told = pd.read_parquet(folder / "maps" / "figures.parquet")
    told = of_year(told, 2026)[of_year(told, 2026)["indicator"].isin(school["access"]["measure"])]
    own = of_year(school["figures"], 2026)
    shared = [name for name in told.columns if name in own.columns]
    assert {"value", "indicator", "statistic", "quarter_id"} <= set(shared)
    key = ["quarter_id", "indicator", "function", "limit_min", "statistic"]
    one, other = (
        table[shared].sort_values(key).reset_index(drop=True)["value"] for table in (told, own)
    )
    assert one.equals(other)
    assert len(one) > 400


def test_a_new_school_shortens_the_way_and_the_profile_says_from_what_to_what(school):
    rows = {
        (profile["area"]["id"], row["function"]): row
        for profile in school["profiles"]
        for row in profile["changes"]["rows"]
    }
    row = rows["taastrupgaard", "school"]
    assert row["after"] < row["before"]
    assert row["opened"] == [{"name": "Ny skole", "year": 2030}]
    assert {function for _, function in rows} == {"school"}


def test_an_edit_of_what_nothing_measures_changes_no_figure(light, coming):
    found = results(light, scenario(CHURCH), outputs=TABLES)
    assert "load_places" in found.computed
    for table in TABLES:
        pd.testing.assert_frame_equal(found[table], coming[table], check_exact=True)


def test_an_edit_of_one_layer_leaves_the_steps_of_others_in_the_cache(light, school):
    assert school.computed[0] == "load_places"
    assert not {"load_streets", "load_residents", "walk_graph", "walk_isochrones"} & {
        *school.computed
    }
    path = results(light, scenario(PATH), outputs=TABLES)
    assert path.computed[:2] == ["edit_streets", "entrances"]
    assert not {"load_streets", "load_places", "load_residents", "load_housing"} & {*path.computed}


def test_a_new_path_makes_nobody_later_and_somebody_sooner(light, coming):
    times = [
        found["travel_times"].set_index(["from_id", "to_id"])["travel_time_ds"]
        for found in (coming, results(light, scenario(PATH), outputs=("travel_times",)))
    ]
    saved = times[0] - times[1]
    assert (saved >= 0).all()
    assert (saved > 0).any()


def test_an_empty_scenario_publishes_the_bytes_of_the_run_and_computes_nothing(light, tmp_path):
    folder, _, _, cache, _ = light
    file = write(tmp_path / "tom.toml", {"id": "tom", "name": "Tom", "name_en": "Empty"})
    paths = folder / "study.toml", folder / "layers" / "catalog.toml", file
    report = run_scenario(*paths, out=tmp_path / "tom", cache=cache)
    assert report.computed == ()
    published, own = held(folder / "maps"), held(tmp_path / "tom")
    assert own.keys() == published.keys()
    assert own["profile.json"] == published["profile.json"]
    assert own == published


def test_the_pages_of_a_scenario_say_so_and_list_what_it_holds(light, tmp_path):
    folder, _, _, cache, _ = light
    edits = (SCHOOL, CHURCH | {"from_year": 2045})
    found = {"id": "proeve", "name": "Prøve", "name_en": "Trial", "year": 2040, "edits": edits}
    file = write(tmp_path / "proeve.toml", found)
    paths = folder / "study.toml", folder / "layers" / "catalog.toml", file
    report = run_scenario(*paths, out=tmp_path / "out", cache=cache)
    pages = [name for name in report.pages if name.endswith(".html")]
    assert len(pages) > 4
    assert "changes.html" not in pages
    for name in pages:
        page = (tmp_path / "out" / name).read_text("utf-8")
        assert "<title>Scenarie: Prøve · " in page, name
        assert BANNER in page, name
        assert "changes.html" not in page, name
    front = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "Ny skole" in front
    assert "Børnekulturhus" in front
    assert "fra 2045; er ikke med i 2040" in front
    profile = json.loads((tmp_path / "out" / "profile.json").read_text("utf-8"))
    own = profile["quarters"][0]["scenario"]
    assert (own["id"], own["year"], own["before"]) == ("proeve", 2040, 2026)
    assert [edit["holds"] for edit in own["edits"]] == [True, False]
    manifests = [
        json.loads((path / "manifest.json").read_text("utf-8"))
        for path in (folder / "maps", tmp_path / "out")
    ]
    assert "scenario" not in manifests[0]
    assert manifests[1]["scenario"]["year"] == 2040
    assert profile["run"] == manifests[1]["run"] != manifests[0]["run"]

    # a second run publishes nothing, and the study's own pages stand as they were
    again = run_scenario(*paths, out=tmp_path / "out", cache=cache)
    assert (again.computed, again.changed) == ((), ())
    assert run(folder, cache).changed == ()


def test_a_side_that_is_neither_the_study_nor_a_file_is_named(light, tmp_path):
    folder, _, _, cache, _ = light
    paths = folder / "study.toml", folder / "layers" / "catalog.toml"
    with pytest.raises(ConfigError, match=r"'referance': is no file, nor 'reference', which is"):
        compare_scenarios(*paths, "referance", "reference", out=tmp_path / "out", cache=cache)
    assert not (tmp_path / "out").exists()


def test_a_comparison_with_the_study_is_its_profile_and_with_itself_has_no_difference(
    light, school, tmp_path
):
    folder, _, _, cache, _ = light
    found = {"id": "ny", "name": "Ny skole", "name_en": "New", "year": 2040, "edits": (SCHOOL,)}
    file = write(tmp_path / "ny.toml", found)
    paths = folder / "study.toml", folder / "layers" / "catalog.toml"
    report = compare_scenarios(*paths, "reference", file, out=tmp_path / "out", cache=cache)
    assert report.files == (
        "sammenligning.html", "comparison.csv", "comparison.json", "manifest.json"
    )  # fmt: skip
    assert report.comparison == json.loads(
        (tmp_path / "out" / "comparison.json").read_text("utf-8")
    )
    assert [report.comparison[side]["year"] for side in ("first", "second")] == [2026, 2040]
    own = school["profiles"][0]["differences"]["rows"]
    row = next(row for row in own if row["function"] == "school")
    compared = report.comparison["areas"][0]["rows"]
    other = next(row for row in compared if row["key"] == "nearest_1-school")
    assert other["counts"] == row["counts"]
    assert other["gain"][0] == row["counts"]["less"] > 0
    assert [value["delta"] for value in other["values"]] == [v["delta"] for v in row["values"]]

    same = compare_scenarios(*paths, file, file, out=tmp_path / "same", cache=cache)
    kinds = {
        value["kind"]
        for area in same.comparison["areas"]
        for row in area["rows"]
        for value in row["values"]
    }
    assert kinds <= {"same", "unreached"}


def test_a_comparison_needs_as_many_classes_of_jobs_as_of_minutes(light):
    study = light[1]
    with pytest.raises(ConfigError, match=r"\[comparison\] is missing; a comparison needs the cl"):
        check_rules(study.model_copy(update={"comparison": None}))
    jobs = study.comparison.jobs.model_copy(update={"value": (500,)})
    short = study.comparison.model_copy(update={"jobs": jobs})
    with pytest.raises(ConfigError, match=r"are \[3, 3, 1\]; as many of each are allowed"):
        check_rules(study.model_copy(update={"comparison": short}))


def test_what_was_before_is_never_measured_on_edited_layers():
    after = pd.DataFrame({"state": [2026, 2040], "value": [1.0, 2.0]})
    with pytest.raises(ValueError, match="state before, 2026, was measured on edited layers"):
        with_before(after, after, year=2026)


def test_a_table_without_rows_of_a_year_stays_the_other_one():
    rows = pd.DataFrame({"state": [2026], "value": [1.0]})
    joined = with_before(rows, rows.iloc[:0], year=2026)["table"]
    assert joined.to_numpy().tolist() == [[2026, 1.0]]
    assert with_before(rows.iloc[:0], rows.assign(state=2040), year=2026)["table"].shape == (1, 2)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (scenario(year=2020), "its year 2020 is before the study's state; 2026 or later is allow"),
        (scenario(SCHOOL | {"from_year": 2026}), "begins in 2026, and is compared with 2026; a l"),
        (scenario(SCHOOL | {"function": "casino"}), "'casino'; care, civic, culture, daycare, e"),
    ],
    ids=["past", "not later", "function"],
)
def test_a_scenario_that_contradicts_the_study_is_refused(light, found, said):
    with pytest.raises(ConfigError, match=f"scenario 's': 1 contradict the study: .*{said}"):
        check_scenario(found, light[1])


def test_a_project_that_no_layer_knows_is_refused(light):
    with pytest.raises(ConfigError, match=r"1 of 1 projects are not in the layer .*'casino'"):
        results(light, scenario(SCHOOL | {"project": "casino"}))


def test_an_edit_beyond_all_streets_is_refused(light):
    turned = SCHOOL | {"lat": SCHOOL["lon"], "lon": SCHOOL["lat"]}
    with pytest.raises(ConfigError, match=r"1 edits lie outside the streets .*place ny_skole"):
        results(light, scenario(turned))


def test_in_the_state_of_the_study_there_is_no_scenario(light):
    _, study, _, _, before = light
    assert state_of(scenario(SCHOOL, year=2026), study, before) is None
    assert state_of(scenario(SCHOOL, year=None), study, before) is None


def test_edits_enter_where_a_layer_is_made_and_where_a_case_makes_it_again(root, light):
    study, catalog = read_study(root / "study.toml"), light[2]
    door = {
        "kind": "add_entrance", "id": "d", "place": "taastrup_st", "from_year": 2030,
        "lat": 55.65, "lon": 12.29,
    }  # fmt: skip
    state = state_of(scenario(door, PATH), study, light[4])
    hashes = dict.fromkeys(catalog.layers, "0" * 64)
    steps = profile_steps(study, catalog, hashes, "da", scenario=state)
    check_order(steps)
    names = [step.name for step in steps]
    for made, edit in (
        ("load_streets", "edit_streets"),
        ("entrances", "edit_entrances"),
        *(
            (of_case(case, "entrances"), of_case(case, "edit_entrances"))
            for case in ("entrance_strict", "entrance_wide")
        ),
    ):
        assert names.index(edit) == names.index(made) + 1
    own = {step.name for step in profile_steps(study, catalog, hashes, "da")}
    assert {name for name in names if name not in own} == {
        "edit_streets", "edit_entrances", "case_entrance_strict_edit_entrances",
        "case_entrance_wide_edit_entrances", "before_access", "before_case_figures",
    }  # fmt: skip


def test_what_was_measured_of_the_study_may_help_a_scenario_in_another_year(root, light):
    study, catalog = read_study(root / "study.toml"), light[2]
    hashes = dict.fromkeys(catalog.layers, "0" * 64)
    own, other = (
        {step.name: step for step in profile_steps(study, catalog, hashes, "da", scenario=state)}
        for state in (None, state_of(scenario(SCHOOL), study, light[4]))
    )
    helped = [name for name, step in own.items() if step.reuses]
    assert {"transit_access", "case_buses_slow_transit_access", "walk_detours"} <= {*helped}
    for name in helped:
        assert family(own[name]) == family(other[name]), name
    # the year is part of what they are, all the same
    keys = [step_key(steps["transit_access"], {}) for steps in (own, other)]
    assert keys[0] != keys[1]


def test_a_step_may_make_anew_only_what_it_takes():
    made = Step("load", (), ("a",), dict)
    check_order([made, Step("edit", ("a",), ("a",), dict)])
    with pytest.raises(ValueError, match=r"step 'other' takes \[\] .* makes \['a'\] again"):
        check_order([made, Step("other", (), ("a",), dict)])


def test_a_part_of_a_scenario_has_a_name_and_a_folder_of_its_own(tmp_path):
    edits = (SCHOOL, PATH | {"project": "gadehave_link"})
    known = {"id": "s", "name": "S", "name_en": "S", "year": 2040, "edits": edits}
    file = write(tmp_path / "s.toml", known)
    whole = chosen_scenario(file)
    assert folder_of(whole).as_posix() == "scenario-maps/s"
    part = chosen_scenario(file, year=2035, projects=["gadehave_link"])
    assert (part.id, part.name, part.year) == ("s-2035-gadehave_link", "S (gadehave_link)", 2035)
    assert [edit.id for edit in part.edits] == ["ny_sti"]
    with pytest.raises(ConfigError, match=r"s\.toml .*1 of 1 projects have no edit: 'casino'"):
        chosen_scenario(file, projects=["casino"])
