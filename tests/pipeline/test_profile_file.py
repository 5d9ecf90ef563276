"""profile.json as a run writes it: it keeps its own schema, and says what its figures are."""

import json
import os
from pathlib import Path

import pandas as pd
import pytest
from jsonschema import Draft202012Validator

from htkgis.catalog import read_catalog
from htkgis.pipeline.pages import profile_file, schema_file
from htkgis.pipeline.profile_steps import profile_steps
from htkgis.pipeline.steps import run_steps
from htkgis.profile import contract
from htkgis.profile.definitions import base_indicator
from htkgis.study import read_study
from tests.light_study import light_study

ROOT = Path(__file__).parents[2]
DATA = os.environ.get("HTKGIS_TEST_DATA")
CATALOGS = {"embedded": "catalog.toml", "real": "catalog-data.toml"}
RUN = {"version": "0", "run_id": "a" * 12, "sources": [], "sketch": True, "sketch_scale": "1:2"}


@pytest.fixture(scope="module", params=CATALOGS)
def results(request, tmp_path_factory, study_cache):
    real = request.param == "real"
    if real and DATA is None:
        pytest.skip("HTKGIS_TEST_DATA names no test data")
    study = read_study(ROOT / "study.toml")
    if real:
        # every part that only real layers have, on foot and once: all of it takes four minutes, and
        # public transport is measured on the same sketch timetable in the embedded study
        folder = tmp_path_factory.mktemp("light")
        study = read_study(light_study(folder, keep=("isolation",))[0])
    path = ROOT / "layers" / CATALOGS[request.param]
    catalog = read_catalog(path, data=Path(DATA) if real else None)
    steps = profile_steps(study, catalog, catalog.checked_hashes(), "da")
    steps = [step for step in steps if "pages" not in step.outputs]
    return run_steps(steps, study_cache)


@pytest.fixture(scope="module")
def published(results):
    return json.loads(profile_file(results["profiles"], RUN))


def test_the_file_keeps_the_schema_that_is_published_beside_it(published):
    schema = json.loads(schema_file())
    assert published["$schema"] == schema["$id"] == contract.FILE
    faults = Draft202012Validator(schema).iter_errors(published)
    assert [f"{fault.json_path}: {fault.message[:200]}" for fault in faults] == []


def test_every_part_of_a_profile_is_described_and_every_described_part_is_there(published):
    assert published["quarters"]
    for profile in published["quarters"]:
        assert set(profile) == set(contract.parts())


def indicators(value):
    """Ids under the key ``indicator``, wherever they stand but in the definitions."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "indicator":
                yield inner
            elif key != "definitions":
                yield from indicators(inner)
    elif isinstance(value, list):
        for item in value:
            yield from indicators(item)


def test_every_indicator_that_is_shown_has_a_definition(results, published):
    measured = results["figures"]["indicator"].unique()
    assert len(measured)
    assert published["quarters"]
    for profile in published["quarters"]:
        defined = {row["indicator"] for row in profile["definitions"]}
        shown = {base_indicator(name) for name in [*measured, *indicators(profile)]}
        assert shown - defined == set()


def test_a_definition_has_the_unit_and_direction_of_the_figures(results, published):
    defined = {row["indicator"]: row for row in published["quarters"][0]["definitions"]}
    figures = results["figures"][["indicator", "unit", "direction"]].drop_duplicates()
    assert isinstance(figures, pd.DataFrame)
    for row in figures.itertuples():
        entry = defined[base_indicator(row.indicator)]
        assert (entry["unit"], entry["direction"]) == (row.unit, row.direction)
