"""The embedded study with an electric bicycle switched on, from its streets to its pages."""

import json
import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from htkgis.pipeline.explain import explain_figure
from htkgis.pipeline.profiles import run_profiles
from htkgis.pipeline.question import Question
from htkgis.study import read_study
from tests.light_study import light_study

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "study.toml").read_text("utf-8")
START = TEXT.index("#: [modes.ebike]")
EBIKE = TEXT[START : TEXT.index("\n[", START)].replace("#: ", "")
QUARTER = "kulturkvarteret"


@pytest.fixture(scope="module")
def cache(study_cache):
    return study_cache


@pytest.fixture(scope="module")
def folder(cache, tmp_path_factory):
    made = tmp_path_factory.mktemp("ebike")
    path, _ = light_study(made, keep=("bike", "car"), quarter=QUARTER)
    path.write_text(f"{path.read_text('utf-8')}\n{EBIKE}", "utf-8")
    run(made, cache)
    return made


def run(folder, cache, **options):
    paths = folder / "study.toml", folder / "layers" / "catalog.toml"
    return run_profiles(*paths, folder / "maps", cache=cache, **options)


def profile(folder):
    text = (folder / "maps" / "profile.json").read_text("utf-8")
    return json.loads(text)["quarters"][0]


def test_the_electric_bicycle_stands_between_bicycle_and_car(folder):
    found = profile(folder)
    assert found["modes"] == ["walk", "bike", "ebike", "car"]
    assert found["assumptions"]["modes"]["ebike"]["speed_kph"] == 18


def test_it_is_nowhere_slower_than_a_bicycle(folder):
    medians = {
        (row["mode"], row["function"], row["n"]): row["median"]
        for row in profile(folder)["nearest"]
    }
    own = {key: value for key, value in medians.items() if key[0] == "ebike" and value}
    assert len(own) > 10
    assert all(value <= medians["bike", *key[1:]] for key, value in own.items())


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_page_draws_it_tells_its_times_and_says_how(folder, cache, language):
    run(folder, cache, language=language)
    page = (folder / "maps" / f"{QUARTER}.html").read_text("utf-8")
    expected = {
        "da": ("til fods, på cykel, på elcykel og i bil", "Tid på elcykel", "Tiden på elcykel er"),
        "en": ("on foot, by bike, by e-bike and by car", "Time by e-bike", "Time by e-bike is"),
    }
    for words in expected[language]:
        assert words in page or json.dumps(words)[1:-1] in page  # text, or data of the map
    assert "Schleinitz" in page
    assert page.count("<summary>") > 5


def test_its_reach_is_a_layer_of_the_downloads(folder):
    layers = set(gpd.list_layers(folder / "maps" / f"{QUARTER}.gpkg")["name"])
    assert {"isochrones_walk", "isochrones_bike", "isochrones_ebike", "isochrones_car"} <= layers
    figures = pd.read_parquet(folder / "maps" / "figures.parquet")
    assert {"walk", "bike", "ebike", "car"} == set(figures["mode"])


def test_its_figures_can_be_traced(folder, cache):
    question = Question("nearest", QUARTER, function="station", mode="ebike")
    paths = folder / "study.toml", folder / "layers" / "catalog.toml"
    found = explain_figure(question, *paths, folder / "maps", cache=cache)
    assert found.figure["mode"] == "ebike"
    keys = {row["key"] for row in found.parameters}
    assert "modes.ebike.speed" in keys
    assert found.network["edges"] > 0


def test_what_bicycles_may_use_decides_where_it_goes(folder, cache, tmp_path):
    """Its own decisions do not say whether it heeds one-way streets: those of the bicycle do."""
    shutil.copytree(folder, tmp_path / "study")
    path = tmp_path / "study" / "study.toml"
    text = path.read_text("utf-8")
    assert text.count("oneway = true") == 1
    path.write_text(text.replace("oneway = true", "oneway = false"), "utf-8")
    assert not read_study(path).modes.bike.oneway
    computed = run(tmp_path / "study", cache).computed
    assert {"bike_graph", "ebike_graph"} <= set(computed)
    assert not {"walk_graph", "car_graph"} & set(computed)
