"""Explain: from one figure back to its measure, its origins, its layers and their hashes."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from htkgis.catalog import read_catalog
from htkgis.errors import ConfigError, SourceError
from htkgis.pipeline.explain import described, explain_figure, measure_of
from htkgis.pipeline.profiles import run_profiles
from htkgis.pipeline.question import Question, chosen_figure
from htkgis.study import read_study

ROOT = Path(__file__).parents[2]
PATHS = ROOT / "study.toml", ROOT / "layers" / "catalog.toml"


@pytest.fixture(scope="module")
def cache(study_cache):
    return study_cache


@pytest.fixture(scope="module")
def maps(cache, tmp_path_factory):
    folder = tmp_path_factory.mktemp("explained") / "maps"
    run_profiles(*PATHS, folder, cache=cache)
    return folder


@pytest.fixture
def explained(cache, maps):
    def ask(indicator, quarter, **more):
        question = Question(indicator, quarter, **more)
        return explain_figure(question, *PATHS, maps, cache=cache)

    return ask


def test_the_walk_to_the_station_leads_to_its_place_gates_and_streets(explained):
    found = explained("nearest", "kulturkvarteret", function="station")
    behind = {row["statistic"]: row for row in found.origins["behind"]}
    assert {place["name"] for row in behind.values() for place in row["places"]} == {"Taastrup St."}
    assert behind["median"]["id"].startswith("taastrupgaard_")
    for statistic, row in behind.items():
        assert row["value"] == found.figure[statistic] == row["places"][0]["minutes"]
    streets = next(layer for layer in found.layers if layer["layer"] == "streets")
    assert streets["licence"] == "ODbL 1.0"
    assert streets["sha256"] == read_catalog(PATHS[1]).hash("streets")
    assert {"gates", "stations", "streets"} <= {layer["layer"] for layer in found.layers}
    assert "places" not in {layer["layer"] for layer in found.layers}


def test_the_measure_is_that_of_the_code(explained):
    found = explained("nearest", "kulturkvarteret", function="station")
    assert found.measure["name"] == "htkgis.access.nearest"
    assert found.measure["formula"].startswith("A_i^{(n)}")
    assert "Levinson" in found.measure["source"]


def test_parameters_carry_value_unit_and_source(explained):
    found = explained("nearest", "kulturkvarteret", function="station")
    rows = {row["key"]: row for row in found.parameters}
    speed = rows["modes.walk.speed"]
    assert (speed["value"], speed["unit"]) == (4.5, "km/h")
    assert speed["source"]
    assert "limits.catchment" not in rows
    third = explained("nearest_3", "kulturkvarteret", function="school")
    assert "limits.choice" in {row["key"] for row in third.parameters}


def test_a_count_names_the_places_within_the_limit(explained):
    found = explained("cumulative", "videnskvarteret", function="school", limit_min=15)
    assert found.origins["behind"]
    for row in found.origins["behind"]:
        assert len(row["places"]) == row["value"]
        assert all(place["minutes"] <= 15 for place in row["places"])


def test_jobs_are_the_sum_over_the_places_within_the_limit(explained):
    found = explained("jobs", "videnskvarteret", limit_min=30)
    assert found.origins["behind"]
    for row in found.origins["behind"]:
        assert sum(place["opportunities"] for place in row["places"]) == row["value"]
    assert "jobs" in {layer["layer"] for layer in found.layers}


def test_a_bound_is_told_by_a_border_nearer_than_the_place(explained):
    found = explained("nearest_3", "kulturkvarteret", function="station")
    assert found.figure["upper_bound"]
    assert found.border["minutes"] < found.figure["max"]
    exact = explained("nearest", "kulturkvarteret", function="station")
    assert not exact.figure["upper_bound"]
    assert exact.border["minutes"] > exact.figure["max"]


def test_layers_say_how_many_rows_were_read_and_used(explained):
    found = explained("nearest", "kulturkvarteret", function="station")
    rows = {layer["layer"]: (layer["rows"], layer["rows_read"]) for layer in found.layers}
    assert rows["gates"] == (15, 15)
    assert rows["streets"][0] == 552


def test_the_network_has_its_size_and_the_way_to_it(explained):
    network = explained("nearest", "kulturkvarteret", function="station").network
    assert (network["nodes"], network["edges"]) == (402, 552)
    assert 0 <= network["median_m"] <= network["max_m"] <= 300
    assert list(network["places"]) == ["taastrup_st"]


def test_the_published_run_is_recognised(explained, cache, tmp_path):
    assert explained("nearest", "kulturkvarteret", function="station").published
    question = Question("nearest", "kulturkvarteret", function="station")
    assert not explain_figure(question, *PATHS, tmp_path / "none", cache=cache).published
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (
            Question("nearst", "kulturkvarteret"),
            r"INDICATOR 'nearst'.*nearest_1, .*jobs, .* are allow",
        ),
        (Question("jobs", "north"), r"QUARTER 'north'.*kulturkvarteret, videnskvarteret, .*allow"),
        (Question("nearest", "kulturkvarteret"), r"--function: nearest_1 has 10.*station, school"),
        (Question("jobs", "kulturkvarteret"), r"--limit-min: jobs has 2 of them; 15, 30 are"),
        (Question("jobs", "kulturkvarteret", limit_min=20), r"--limit-min 20.*15, 30 are allowed"),
        (Question("jobs", "kulturkvarteret", state=1900), r"--state 1900.*2026"),
        (Question("jobs", "kulturkvarteret", mode="swim"), r"--mode 'swim'.*walk"),
        (Question("jobs", "kulturkvarteret", function="x"), r"--function 'x'.*none is needed"),
    ],
)
def test_a_figure_that_is_not_there_is_an_error_that_lists_what_is(cache, maps, question, message):
    with pytest.raises(ConfigError, match=message):
        explain_figure(question, *PATHS, maps, cache=cache)


def test_a_changed_layer_is_accepted_before_it_is_explained(cache, tmp_path):
    shutil.copy(ROOT / "study.toml", tmp_path)
    shutil.copytree(ROOT / "layers", tmp_path / "layers")
    (tmp_path / "layers" / "gates.csv").write_text("x", encoding="utf-8")
    question = Question("jobs", "kulturkvarteret", limit_min=15)
    catalog = tmp_path / "layers" / "catalog.toml"
    with pytest.raises(SourceError, match=r"1 of .*'gates'.*htkgis layers accept gates"):
        explain_figure(question, tmp_path / "study.toml", catalog, tmp_path / "m", cache=cache)


def test_a_measure_that_the_code_does_not_have_is_described_by_nothing():
    assert measure_of("magnetism_2", "school") is None
    assert measure_of("nearest_1", "district_school").__name__ == "assigned"
    assert set(described(None).values()) == {None}


def test_half_of_an_even_number_of_origins_is_not_reached():
    study = read_study(ROOT / "study.toml")
    common = {
        "quarter_id": "kulturkvarteret",
        "indicator": "nearest_1",
        "function": "school",
        "mode": "walk",
        "limit_min": float("nan"),
        "percentile": float("nan"),
        "departure": None,
        "lens": "adult",
        "state": study.study.state.value,
        "unit": "min",
        "lower_bound": False,
        "upper_bound": True,
        "hidden": False,
    }
    values = (("min", 4.0), ("median", float("nan")), ("max", float("nan")))
    figures = pd.DataFrame([common | {"statistic": s, "value": v} for s, v in values])
    found = chosen_figure(Question("nearest", "kulturkvarteret"), figures, study)
    assert (found["min"], found["median"], found["max"]) == (4, None, None)
    assert found["upper_bound"]
    assert found["limit_min"] is None
