"""``htkgis explain``: the whole chain as lines, in both languages; a fault is one line."""

import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from htkgis.cli import main
from htkgis.profile import contract

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", autouse=True)
def cache(study_cache):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HTKGIS_CACHE_DIR", str(study_cache.folder))
        yield study_cache.folder


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
        (("shers", "kulturkvarteret"), "the nearest is 'shares'"),
        (("non_western", "kulturkvarteret"), "the nearest is 'non_western_origin'"),
        (("criteria.income", "kulturkvarteret"), "there is no such figure or part"),
        (("changes", "kulturkvarteret", "--function", "scool"), "the nearest is 'school'"),
        (("changes", "kulturkvartret"), "the nearest are 'kulturkvarteret'"),
    ],
)
def test_what_is_not_there_is_one_line_that_lists_what_is(question, words):
    result = explain(*question)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert words in result.stderr


@pytest.mark.parametrize("part", sorted(set(contract.parts()) - {"jobs", "nearest"}))
def test_every_part_of_a_profile_is_explained(part):
    result = explain(part, "videnskvarteret")  # jobs and nearest mean the figures
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{part} – Videnskvarteret (Gadehavegård)")  # noqa: RUF001


def test_a_change_leads_to_the_place_that_closed_and_the_layer_it_stands_in():
    asked = ("--function", "school", "--mode", "walk", "--language", "en")
    lines = explain("changes", "kulturkvarteret", *asked).stdout.splitlines()
    values = next(line for line in lines if "before 9.15" in line)
    assert "after 4.56" in values
    assert "delta_min -4.6" in values
    assert any("Selsmoseskolen" in line and "valid_to 2021" in line for line in lines)
    sha = hashlib.sha256((ROOT / "layers" / "places.csv").read_bytes()).hexdigest()
    assert any(line.startswith("  places:") and sha in line for line in lines)
    steps = next(line for line in lines if line.startswith("Steps: "))
    last = "walk_graph → walk_origin_snaps → walk_place_snaps → walk_travel_times → walk_access"
    assert steps.endswith(f"{last} → profiles")


def test_a_criterion_is_found_by_its_name_with_its_threshold_and_its_year():
    lines = explain("non_western_origin", "kulturkvarteret").stdout.splitlines()
    assert lines[1].strip().startswith("year 2016, indicator non_western_origin, met ja")
    assert "threshold 50.0" in lines[1]
    assert "value 66.4" in lines[1]
    own = [line.strip() for line in lines if line.startswith("    indicator non_western_origin")]
    head = (
        "indicator non_western_origin, area_id taastrupgaard, year 2016, value 66.4, unit percent"
    )
    assert own[0].startswith(head)
    assert "disclosure.min_households" in "".join(lines)
    assert [line for line in lines if line.startswith("  criteria.year = 2016")]


def test_a_lens_leads_to_its_own_speed_and_to_no_car():
    lines = explain("lenses", "kulturkvarteret", "--lens", "child", "--function", "school").stdout
    assert "lens child, median 5.7" in lines
    assert "modes.walk.lenses.child.speed = 3,6" in lines
    assert "older" not in lines
    assert "modes.car" not in lines


def test_what_is_missing_says_so_and_what_it_would_rest_on():
    result = explain("shares", "kulturkvarteret", "--mode", "walk", "--language", "en")
    assert "value (missing)" in result.stdout
    assert "disclosed_shares from the step disclosure: none of 0 rows" in result.stdout
    assert "load_residents" in result.stdout
