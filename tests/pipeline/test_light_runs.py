"""The main job on the least that a run can measure: a lost gate, a lost cache, a moved school."""

import json
import re
import shutil

import geopandas as gpd
import pytest

from htkgis.store import Cache
from tests.light_study import light_study

from .main_job import accept, edit, held, nearest, profile_of, run

SIZE = re.compile(rb"[\d.,]+\s*(\xc2\xa0)?kB")


def test_a_gate_far_from_any_street_is_reported_and_not_zero(tmp_path, study_cache):
    study = tmp_path
    light_study(study, keep=("bike", "car"), quarter="kulturkvarteret")
    edit(study / "layers" / "gates.csv", "55.6550,12.2876", "55.6500,12.2930")
    accept(study, "gates")
    run(study, study_cache)
    profile = profile_of(study / "maps", "kulturkvarteret")
    assert [row["id"] for row in profile["unsnapped"]] == ["taastrupgaard_north"]
    assert profile["unsnapped"][0]["distance_m"] > 300
    assert profile["unsnapped"][0]["modes"] == ["walk", "bike", "car"]
    station = nearest(profile, "station")
    assert station["min"] > 10
    assert station["max"] is None
    gates = gpd.read_file(study / "maps" / "kulturkvarteret.gpkg", layer="origins").set_index("id")
    of_modes = [name for name in gates.columns if name.startswith(("walk_", "bike_", "car_"))]
    told = [name for name in of_modes if name.endswith("_missing")]
    measured = [name for name in of_modes if name not in told]
    assert len(measured) > 100
    # counts too: none of it is 0, as if nothing were near
    assert gates.loc["taastrupgaard_north", measured].isna().all()
    assert set(gates.loc["taastrupgaard_north", told].dropna()) <= {"unknown", "not_reached"}


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The light study, published once, and the cache of that run."""
    folder = tmp_path_factory.mktemp("light")
    light_study(folder, quarter="kulturkvarteret")
    own = Cache(folder / "own")
    run(folder, own)
    return folder, own


@pytest.fixture
def light(published, tmp_path):
    """A copy of it that a test may change, with the cache of all."""
    folder, own = published
    study = shutil.copytree(folder, tmp_path / "light", ignore=shutil.ignore_patterns("own"))
    return study, own


def test_a_cache_that_was_damaged_heals(light):
    study, own = light
    before = held(study / "maps")
    for file in own.folder.rglob("*.parquet"):
        file.write_bytes(b"damaged")
    report = run(study, own)
    assert report.computed
    assert report.changed == ()
    assert held(study / "maps") == before


def test_the_decimal_sign_changes_the_tables_and_nothing_else_but_the_manifest(light):
    study, cache = light
    before = held(study / "maps")
    report = run(study, cache, decimal="point")
    assert report.computed == ("pages",)
    tables = {name for name in before if name.endswith((".csv", ".csv-metadata.json"))}
    # the pages print the size of each file, in which a sign may change the last kilobyte
    pages = {f"{table.removesuffix('.csv')}.html" for table in tables if table.endswith(".csv")}
    assert pages == {"kulturkvarteret.html"}
    assert {*tables, "manifest.json"} <= set(report.changed) <= {*tables, *pages, "manifest.json"}
    for name in pages:
        now, then = (study / "maps" / name).read_bytes(), before[name]
        assert SIZE.sub(b"", now) == SIZE.sub(b"", then)
    text = (study / "maps" / "kulturkvarteret.csv").read_text("utf-8-sig")
    assert "15.82" in text
    assert "15,82" in before["kulturkvarteret.csv"].decode("utf-8-sig")


def test_a_moved_project_year_reruns_no_measure(light):
    study, cache = light
    edit(study / "layers" / "projects.csv", ",2017,2022,,10.000", ",2017,2023,,10.000")
    accept(study, "projects")
    assert run(study, cache).computed == ("load_facts", "street_profiles", "profiles", "pages")


def report_of(folder):
    return json.loads((folder / "changes.json").read_text("utf-8"))


def test_a_moved_school_is_named_as_the_cause_and_a_project_year_is_not(light):
    study, cache = light
    maps = study / "maps"
    first = report_of(maps)
    assert (first["before"], first["figures"], first["causes"]) == (None, [], [])
    assert "ingen tidligere udgave" in (maps / "changes.html").read_text("utf-8")

    edit(study / "layers" / "places.csv", "55.6442,12.2984", "55.6500,12.2900")
    edit(study / "layers" / "projects.csv", ",2017,2022,,10.000", ",2017,2023,,10.000")
    accept(study, "places", "projects")
    report = run(study, cache)
    assert {"changes.html", "changes.json", "manifest.json"} <= set(report.changed)
    found = report_of(maps)
    assert found["attributed"]
    causes = {cause["id"]: cause for cause in found["causes"]}
    assert set(causes) == {"places", "projects"}
    assert causes["projects"]["moved"] == 0
    assert causes["places"]["moved"] == found["moved"] == len(found["figures"]) > 0
    (moved,) = causes["places"]["rows"][0]["differences"]
    assert (moved["kind"], moved["count"]) == ("moved", 1)
    assert moved["rows"] == [
        {"id": "borgerskolen", "name": "Borgerskolen", "functions": ["school"]}
    ]
    for figure in found["figures"]:
        (cause,) = figure["causes"]
        assert (cause["cause"], cause["rows"]) == ("places", ["borgerskolen"])
        assert cause["change"] == figure["change"]
    assert found["same"] + found["moved"] == found["compared"] > 150
    assert "Borgerskolen" in (maps / "changes.html").read_text("utf-8")

    # nothing is new the next night: the report of the last change stays
    before = held(maps)
    assert run(study, cache).changed == ()
    assert held(maps) == before
