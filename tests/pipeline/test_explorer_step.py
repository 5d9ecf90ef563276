"""The explorer in the main job: a page where the study decides on one, and none where not."""

from pathlib import Path

import pytest

from htkgis.catalog import read_catalog
from htkgis.errors import ConfigError
from htkgis.maps import load_text, render_index_page
from htkgis.pipeline.explorer_steps import explorer_steps
from htkgis.study import read_study
from tests.maps.layers_example import example_layers
from tests.maps.profile_example import QUARTERS, example_profile, example_run

ROOT = Path(__file__).parent.parent.parent


def study_with(tmp_path, change):
    text = (ROOT / "study.toml").read_text("utf-8")
    path = tmp_path / "study.toml"
    path.write_text(change(text), "utf-8", newline="\n")
    return path


def without_explorer(text):
    begin = text.index("[explorer]")
    return text[:begin] + text[text.index("\n\n", begin) + 2 :]


def index(**run):
    layers = {name: example_layers(name) for name in QUARTERS}
    profiles = [example_profile(name) for name in QUARTERS]
    return render_index_page(profiles, layers, text=load_text("da"), run=example_run() | run)


def test_a_study_without_the_table_has_no_explorer(tmp_path):
    study = read_study(study_with(tmp_path, without_explorer))
    (step,) = explorer_steps(study, read_catalog(ROOT / "layers" / "catalog.toml"), {})
    assert step.inputs == ()
    assert step.run() == {"explorer": {}}


def test_both_steps_are_stale_when_their_decisions_change(tmp_path):
    catalog = read_catalog(ROOT / "layers" / "catalog.toml")
    before = explorer_steps(read_study(ROOT / "study.toml"), catalog, {})[-2:]
    nearer = study_with(
        tmp_path, lambda text: text.replace("around = { value = 3000", "around = { value = 2000")
    )
    after = explorer_steps(read_study(nearer), catalog, {})[-2:]
    for one, other in zip(before, after, strict=True):
        assert one.parameters != other.parameters
        assert one.inputs == other.inputs


def test_homes_and_departures_leave_the_packed_streets_as_they_are():
    catalog = read_catalog(ROOT / "layers" / "catalog.toml")
    *_, packing, starting = explorer_steps(read_study(ROOT / "study.toml"), catalog, {})
    assert packing.outputs == ("explorer_network",)
    assert not {"origins", "areas", "trip_times", "explorer_transit"} & set(packing.inputs)
    assert starting.inputs == ("explorer_network", "origins", "areas", "explorer_transit")


def test_minutes_are_a_least_and_a_most(tmp_path):
    one = study_with(
        tmp_path,
        lambda text: text.replace("minutes = { value = [5, 30]", "minutes = { value = [5]"),
    )
    with pytest.raises(ConfigError, match=r"explorer\.minutes: must be two numbers"):
        read_study(one)


def test_the_index_links_the_explorer_where_there_is_one():
    assert 'href="udforsk.html"' in index(explorer="udforsk.html")
    assert "udforsk.html" not in index()


def test_a_street_that_nobody_walks_on_leaves_times_by_timetable_as_they_are():
    catalog = read_catalog(ROOT / "layers" / "catalog.toml")
    walked, timed, *_ = explorer_steps(read_study(ROOT / "study.toml"), catalog, {})
    assert [walked.outputs[0], timed.outputs[0]] == ["explorer_walks", "explorer_transit"]
    assert {"walk_graph", "street_hull"} <= set(walked.inputs)
    assert not {"streets", "walk_graph"} & set(timed.inputs)
    assert "streets" not in walked.inputs


def test_another_timetable_leaves_the_walks_of_the_explorer_as_they_are():
    catalog = read_catalog(ROOT / "layers" / "catalog.toml")
    walked, timed, *_ = explorer_steps(read_study(ROOT / "study.toml"), catalog, {})
    assert "trip_times" in timed.inputs
    assert "trip_times" not in walked.inputs
