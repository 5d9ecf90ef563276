"""Figures of a case that were made before are taken only where nothing is otherwise."""

from pathlib import Path

import numpy as np
import pytest

from htkgis.catalog import read_catalog
from htkgis.pipeline.profile_steps import profile_steps
from htkgis.pipeline.steps import family, needed, run_steps
from htkgis.store.values import Arrays
from htkgis.study import read_study

ROOT = Path(__file__).parents[2]
NAME = "case_walk_slow_walk_figures"
CATCHMENT, FEWER = "catchment = { value = [5, 10, 15, 30]", "catchment = { value = [5, 10, 15]"


@pytest.fixture(scope="module")
def made(study_cache):
    """The step of a case, its inputs, and what it makes of them in the embedded study."""
    study, catalog = read_study(ROOT / "study.toml"), read_catalog(ROOT / "layers" / "catalog.toml")
    steps = profile_steps(study, catalog, catalog.checked_hashes(), "da")
    results = run_steps(needed(steps, (NAME,)), study_cache)
    (step,) = (step for step in steps if step.name == NAME)
    inputs = [results[each] for each in step.inputs]
    return step, inputs, {output: results[output] for output in step.outputs}


def otherwise(change, given):
    """Inputs of figures in a case: as they are, or with one change."""
    graph, origins, places, *ground, at_origins, functions, jobs = given
    if change == "persons move":
        position = at_origins["position"].copy()
        position[[0, -1]] = position[[-1, 0]]
        at_origins = Arrays({**at_origins, "position": position})
    if change == "more jobs":
        places = places.assign(opportunities=places["opportunities"] + 7)
    if change == "another area":
        origins = origins.assign(area_id=origins["area_id"].to_numpy()[::-1])
    if change == "slower streets":
        slower = graph["adjacency"] * np.array([1, 2], dtype=np.int32)
        graph = Arrays({**graph, "adjacency": slower})
    return graph, origins, places, *ground, at_origins, functions, jobs


@pytest.mark.parametrize(
    "change", ["nothing", "persons move", "more jobs", "another area", "slower streets"]
)
def test_figures_of_a_case_that_were_made_before_change_none(made, change):
    step, inputs, earlier = made
    given = otherwise(change, inputs)
    alone, helped = step.run(*given, earlier={}), step.run(*given, earlier=earlier)
    for output, arrays in alone.items():
        assert arrays.keys() == helped[output].keys()
        for key, array in arrays.items():
            np.testing.assert_array_equal(helped[output][key], array)
    assert (helped[NAME] is earlier[NAME]) == (change == "nothing")


def test_figures_of_other_decisions_are_made_anew_of_the_same_times(made, tmp_path):
    # a scenario may show other years, or count within other limits; what was searched helps it
    step, inputs, earlier = made
    text = (ROOT / "study.toml").read_text("utf-8")
    assert CATCHMENT in text
    (tmp_path / "study.toml").write_text(text.replace(CATCHMENT, FEWER), "utf-8")
    fewer = read_study(tmp_path / "study.toml")
    catalog = read_catalog(ROOT / "layers" / "catalog.toml")
    steps = profile_steps(fewer, catalog, catalog.checked_hashes(), "da")
    (other,) = (step for step in steps if step.name == NAME)
    assert family(other) == family(step)
    alone, helped = other.run(*inputs, earlier={}), other.run(*inputs, earlier=earlier)
    assert len(alone[NAME]["limit_min"]) < len(earlier[NAME]["limit_min"])
    for key, array in alone[NAME].items():
        np.testing.assert_array_equal(helped[NAME][key], array)
