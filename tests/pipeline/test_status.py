"""Status: what is published, what is stale, and what a run would compute, without computing."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from htkgis.catalog import accept_layers, read_catalog
from htkgis.cli import main
from htkgis.errors import ConfigError
from htkgis.pipeline.profiles import run_profiles
from htkgis.pipeline.status import first_day, read_status

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def cache(study_cache):
    """The cache of all: what these tests edit, no test computes."""
    return study_cache


@pytest.fixture(scope="module")
def made(cache, tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    shutil.copy(ROOT / "study.toml", folder)
    shutil.copytree(ROOT / "layers", folder / "layers")
    catalog = folder / "layers" / "catalog.toml"
    run_profiles(folder / "study.toml", catalog, folder / "maps", cache=cache)
    return folder


@pytest.fixture
def study(made, tmp_path):
    """A published study that a test may change."""
    return shutil.copytree(made, tmp_path / "study")


@pytest.fixture
def status(study, cache, monkeypatch):
    """Lines of the command, after it ended with exit code 0."""
    monkeypatch.setenv("HTKGIS_CACHE_DIR", str(cache.folder))

    def ask(*more):
        arguments = ["--study", study / "study.toml", "--out", study / "maps"]
        arguments += ["--catalog", study / "layers" / "catalog.toml", *more]
        result = CliRunner().invoke(main, ["status", *map(str, arguments)])
        assert result.exit_code == 0, result.output
        return result.stdout.splitlines()

    return ask


def edit(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(lines, start):
    return next(line for line in lines if line.startswith(start))


def test_a_fresh_set_is_up_to_date_and_nothing_would_run(status, study):
    lines = status()
    manifest = json.loads((study / "maps" / "manifest.json").read_text("utf-8"))
    assert f"run {manifest['run']}, language da" in lines[0]
    assert "kulturkvarteret.html" in lines[0]
    assert lines[1] == "up to date with study, layers and code"
    assert lines[-1] == "a run would compute nothing"


def test_every_layer_stands_with_its_date_and_age_against_the_newest(status):
    lines = status()
    assert "accepted, published 2026-11 (the newest), ODbL 1.0" in line_of(lines, "layer streets:")
    assert "published 2016-12-01 (3,622 days older)" in line_of(lines, "layer indicators:")
    assert "published 2014 (about 4,687 days older)" in line_of(lines, "layer municipality:")


def test_a_changed_layer_is_named_with_the_command_that_accepts_it(status, study):
    edit(study / "layers" / "places.csv", "Taastrup Teater", "Taastrup Nye Teater")
    lines = status()
    assert "changed" in line_of(lines, "layer places:")
    assert "not the file that was published" in line_of(lines, "layer places:")
    assert line_of(lines, "stale:") == "stale: 1 layers are changed: places"
    assert lines[-1].endswith("then htkgis layers accept places")


def test_an_accepted_change_says_which_steps_would_run(status, study):
    edit(study / "layers" / "projects.csv", ",2017,2022,,10.000", ",2017,2024,,10.000")
    accept_layers(read_catalog(study / "layers" / "catalog.toml"), ["projects"])
    lines = status()
    assert lines[-1].startswith(
        "a run would compute: load_facts; then, unless they come out the same: "
    )
    assert "profiles" in lines[-1]
    assert "walk_graph" not in lines[-1]


def test_a_missing_layer_is_part_of_the_answer(status, study):
    (study / "layers" / "gates.csv").unlink()
    lines = status()
    assert "layer gates: missing" in line_of(lines, "layer gates:")
    assert lines[-1] == "a run would stop: 1 layers are missing: gates"


def test_a_layer_that_was_never_accepted_stops_a_run(status, study):
    sha = read_catalog(study / "layers" / "catalog.toml").layers["jobs"].sha256
    edit(study / "layers" / "catalog.toml", sha, "")
    assert "never accepted" in line_of(status(), "layer jobs:")


def test_another_credit_makes_the_set_stale(status, study):
    edit(study / "layers" / "catalog.toml", "Klimadatastyrelsen (DAGI)", "KDS")
    lines = status()
    assert line_of(lines, "stale:") == "stale: 1 layers are described anew: municipality"


def test_an_edited_page_and_a_missing_one_are_named(status, study):
    (study / "maps" / "index.html").write_text("edited", encoding="utf-8")
    (study / "maps" / "profile.json").unlink()
    lines = status()
    assert line_of(lines, "edited by hand:").startswith("edited by hand: index.html;")
    assert line_of(lines, "missing:").startswith("missing: profile.json;")


def test_a_stale_study_is_said_and_what_would_run(status, study):
    edit(study / "study.toml", "value = [15, 30], unit", "value = [15, 20, 30], unit")
    lines = status()
    assert line_of(lines, "stale:") == "stale: the study has changed"
    assert lines[-1].startswith("a run would compute: walk_access, bike_access, car_access")
    assert "isochrones" not in lines[-1]


def test_an_emptied_cache_is_told_from_a_stale_set(status, tmp_path, monkeypatch):
    monkeypatch.setenv("HTKGIS_CACHE_DIR", str(tmp_path / "empty"))
    lines = status()
    assert "or the cache was emptied" in line_of(lines, "stale:")
    assert lines[-1].startswith("a run would compute: load_boundaries")


def test_a_set_of_other_code_is_stale(status, study):
    manifest = study / "maps" / "manifest.json"
    value = json.loads(manifest.read_text("utf-8"))
    value["outputs"]["index.html"]["sha256"] = "0" * 64
    manifest.write_text(json.dumps(value), encoding="utf-8")
    lines = status()
    assert "published by another version of the code" in line_of(lines, "stale:")


@pytest.mark.parametrize(
    ("journal", "words"),
    [(True, "an interrupted switch is pending"), (False, "an unfinished build lies beside")],
)
def test_what_an_interrupted_run_left_is_said(status, study, journal, words):
    staging = study / "maps" / ".htkgis.staging"
    staging.mkdir()
    if journal:
        (staging / "journal.json").write_text('{"replace": [], "remove": []}', encoding="utf-8")
    assert any(line.startswith(words) for line in status())
    assert staging.exists()


def test_an_empty_folder_and_a_broken_manifest_are_no_error(status, study):
    (study / "maps" / "manifest.json").write_text("{", encoding="utf-8")
    assert status()[0].endswith("manifest.json cannot be read")
    shutil.rmtree(study / "maps")
    lines = status()
    assert lines[0].endswith("maps: nothing")
    assert lines[-1] == "a run would compute nothing"


@pytest.mark.parametrize("text", ["[]", "{}", '{"run": 1, "study": 2}', "\x00"])
def test_a_manifest_of_another_kind_is_no_error(status, study, text):
    (study / "maps" / "manifest.json").write_text(text, encoding="utf-8")
    assert status()[0].endswith("manifest.json cannot be read")


def test_the_language_of_the_published_set_counts(made, study, cache):
    paths = study / "study.toml", study / "layers" / "catalog.toml", study / "maps"
    run_profiles(*paths, cache=cache, language="en")
    assert read_status(*paths, cache=cache).computed == ()


def test_a_study_that_is_missing_is_a_fault(tmp_path):
    with pytest.raises(ConfigError, match=r"study\.toml.*cannot be read"):
        read_status(tmp_path / "study.toml", tmp_path / "catalog.toml", tmp_path / "maps")


def test_status_loads_nothing_heavy(study, cache):
    code = (
        "import sys; from pathlib import Path; from htkgis.pipeline.status import read_status; "
        "from htkgis.store import Cache; import htkgis.cli.status; "
        f"folder, cache = Path({str(study)!r}), Cache(Path({str(cache.folder)!r})); "
        "read_status(folder / 'study.toml', folder / 'layers' / 'catalog.toml', "
        "folder / 'maps', cache=cache); "
        "print(*{'geopandas', 'pandas', 'numpy', 'numba', 'folium'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_date_may_be_a_year_a_month_or_a_day():
    assert [first_day(text).isoformat() for text in ("2014", "2026-11", "2016-12-24")] == [
        "2014-01-01",
        "2026-11-01",
        "2016-12-24",
    ]
