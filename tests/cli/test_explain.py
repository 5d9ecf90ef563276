"""``htkgis explain``: the whole chain as lines, in both languages; a fault is one line."""

import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from htkgis.cli import main

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explain-cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HTKGIS_CACHE_DIR", str(folder))
        yield folder


def explain(*arguments):
    where = ["--study", ROOT / "study.toml", "--catalog", ROOT / "layers" / "catalog.toml"]
    return CliRunner().invoke(main, ["explain", *map(str, [*arguments, *where])])


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("da", ["Minutter til nærmeste station", "midterste: Taastrupgaard", "Antagelser"]),
        ("en", ["Minutes to the nearest station", "middle: Taastrupgaard", "Assumptions"]),
    ],
)
def test_the_nearest_station_is_traced_to_the_streets(language, words, tmp_path):
    result = explain(
        *("nearest", "kulturkvarteret", "--function", "station"),
        *("--language", language, "--out", tmp_path / "none"),
    )
    assert result.exit_code == 0, result.output
    sha = hashlib.sha256((ROOT / "layers" / "streets.csv").read_bytes()).hexdigest()
    for part in (*words, "Taastrup St. (taastrup_st)", sha, "ODbL 1.0", "modes.walk.speed = 4"):
        assert part in result.stdout
    assert "htkgis.access.nearest" in result.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize(
    "question",
    [
        ("nearest_3", "kulturkvarteret", "--function", "station"),
        ("count", "videnskvarteret", "--function", "school", "--limit-min", "5"),
        ("count", "videnskvarteret", "--function", "shopping", "--limit-min", "30"),
        ("jobs", "ivaerksaetterkvarteret", "--limit-min", "30"),
    ],
)
def test_every_kind_of_figure_is_explained_in_both_languages(question, language):
    result = explain(*question, "--language", language)
    assert result.exit_code == 0, result.output
    assert "{" not in result.stdout.replace("{(n)}", "").replace("_{i", "").replace("_{", "")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (("walkability", "kulturkvarteret"), "nearest_1"),
        (("jobs", "bykernen"), "kulturkvarteret, videnskvarteret"),
        (("jobs", "kulturkvarteret"), "--limit-min"),
    ],
)
def test_what_is_not_there_is_one_line_that_lists_what_is(question, words):
    result = explain(*question)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert words in result.stderr
