"""Barriers of the catalog reach every measure; without such a layer nothing is one."""

import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import tomlkit

from htkgis.catalog import accept_layers, read_catalog
from htkgis.pipeline.layers import load_barriers
from htkgis.pipeline.profile_steps import profile_steps
from htkgis.pipeline.profiles import run_profiles
from htkgis.store import Cache
from htkgis.study import read_study
from tests.conftest import RIGHTS
from tests.light_study import light_study

GATE = "taastrupgaard_east"
SNAPPING = ("travel_times", "times", "isochrones", "resident_times")


def fences(shapes, folder, name, *lines):
    ids = [str(number) for number in range(len(lines))]
    drawn = [shapely.LineString(line) for line in lines]
    shapes(drawn, fence=ids).to_file(folder / f"{name}.gpkg")
    return {
        "path": f"{name}.gpkg",
        "role": "barriers",
        "columns": {"id": "fence"},
        "constants": {"kind": name},
    }


def test_layers_of_barriers_become_one_table_with_ids_of_their_own(root, catalog, shapes, tmp_path):
    study = read_study(root / "study.toml")
    rails = fences(shapes, tmp_path, "rails", [(0, 0), (9, 0)], [(0, 5), (9, 5)])
    roads = fences(shapes, tmp_path, "roads", [(0, 7), (9, 7)])
    found = load_barriers(catalog(rails=rails, roads=roads), study)
    assert found["barriers"]["id"].tolist() == ["rails_0", "rails_1", "roads_0"]
    assert found["barriers"]["kind"].tolist() == ["rails", "rails", "roads"]
    assert [report["rows"] for report in found["barrier_reports"]] == [2, 1]


def test_a_catalog_without_barriers_gives_a_table_without_rows(root, catalog):
    found = load_barriers(catalog(), read_study(root / "study.toml"))
    assert len(found["barriers"]) == 0
    assert found["barriers"].crs == "EPSG:25832"
    assert found["barrier_reports"] == []


def test_whatever_lies_on_the_streets_was_set_there_with_the_barriers(root, catalog):
    study = read_study(root / "study.toml")
    steps = profile_steps(study, catalog(), {}, "da")
    made_by = {output: step for step in steps for output in step.outputs}
    assert study.modes.names
    for mode in study.modes.names:
        for name in SNAPPING:
            taken = made_by[f"{mode}_{name}"].inputs
            at = [each for each in taken if each.startswith(f"{mode}_at_")]
            assert at, name
            assert all("barriers" in made_by[each].inputs for each in at)


@pytest.fixture
def fenced(root, tmp_path):
    """The embedded study on foot, with a fence of 20 m around one of its gates."""
    light_study(tmp_path)
    gates = pd.read_csv(root / "layers" / "gates.csv").set_index("id")
    gate = shapely.Point(gates.loc[GATE, "lon"], gates.loc[GATE, "lat"])
    drawn = gpd.GeoSeries([gate], crs="EPSG:4326").to_crs("EPSG:25832").buffer(10).boundary
    fence = gpd.GeoDataFrame({"fence": ["around"]}, geometry=drawn)
    fence.to_file(tmp_path / "layers" / "fence.gpkg")
    path = tmp_path / "layers" / "catalog.toml"
    document = tomlkit.parse(path.read_text("utf-8"))
    document["layers"]["barriers"] = RIGHTS | {
        "path": "fence.gpkg",
        "title": "Hegn",
        "title_en": "Fence",
        "columns": {"id": "fence"},
        "constants": {"kind": "fence"},
    }
    path.write_text(tomlkit.dumps(document), "utf-8")
    accept_layers(read_catalog(path), ["barriers"])
    return tmp_path


def test_a_gate_behind_a_fence_is_reported_as_such_on_the_page(fenced):
    report = run_profiles(
        fenced / "study.toml",
        fenced / "layers" / "catalog.toml",
        fenced / "maps",
        cache=Cache(fenced / "cache"),
    )
    assert report.snapping["gates"]["behind_barrier"] == 1
    profiles = json.loads((fenced / "maps" / "profile.json").read_text("utf-8"))["quarters"]
    assert [row["id"] for row in profiles[0]["unsnapped"]] == [GATE]
    assert profiles[0]["unsnapped"][0]["distance_m"] < 300
    assert "note.unsnapped_barrier" in [note["key"] for note in profiles[0]["notes"]]
    page = (fenced / "maps" / "kulturkvarteret.html").read_text("utf-8")
    assert "Barrierer (Hegn) krydses kun ad veje, stier, broer og tunneler" in page
    gates = gpd.read_file(fenced / "maps" / "kulturkvarteret.gpkg", layer="connectors")
    assert gates.columns.tolist() == ["id", "role", "distance_m", "geometry"]
    assert GATE not in set(gates["id"])
