"""From a register of units to the page: figures, files, answers, and what is refused."""

import json
import random
import shutil
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
import tomlkit

from htkgis.catalog import read_catalog
from htkgis.errors import ConfigError
from htkgis.maps import load_text
from htkgis.pipeline.explain import explain_figure
from htkgis.pipeline.figure_words import figure_label
from htkgis.pipeline.origin_figures import column_name
from htkgis.pipeline.places import load_places
from htkgis.pipeline.profiles import run_profiles
from htkgis.pipeline.question import Question
from htkgis.store import sha256_file
from htkgis.study import read_study
from tests.light_study import keep_quarters

ROOT = Path(__file__).parents[2]
BANDS = ("1", "2-4", "5 - 9", "10-19", "ANTAL_20_49", "1.000+")
LEVELS = {"grund": "2", "mellem": "3", "høj": "4"}
LETTERS = {"C": "industry", "G": "trade_transport", "Q": "public"}


def units(count=60):
    """Write units around the embedded business areas, the same each time."""
    dice = random.Random(4)  # noqa: S311  no secret
    zones = pd.read_csv(ROOT / "layers" / "job_zones.csv")
    lines = ["P-nummer;Navn;Branche;Interval;Niveau;Bredde;Længde"]
    levels = (*LEVELS, "andet", "")
    for number in range(count):
        zone = zones.iloc[number % len(zones)]
        band = BANDS[number % 5] if number % 25 else BANDS[5]
        place = [zone[name] + dice.gauss(0, 0.001) for name in ("lat", "lon")]
        numbers = ";".join(f"{value:.6f}".replace(".", ",") for value in place)
        lines.append(
            f"{number:04};Enhed {number} på Ø;{'CGQX'[number % 4]};{band};"
            f"{levels[number % 5]};{numbers}"
        )
    return "\n".join(lines)


@pytest.fixture(scope="module")
def cache(study_cache):
    return study_cache


@pytest.fixture(scope="module")
def folder(tmp_path_factory, cache):
    """Run two quarters of the study, on foot and by public transport, with units of a register."""
    folder = tmp_path_factory.mktemp("units")
    study = tomlkit.parse((ROOT / "study.toml").read_text("utf-8"))
    del study["modes"]["bike"], study["modes"]["car"], study["robustness"], study["explorer"]
    # the largest unit, of which nobody knows how large, is in reach of all gates of the first
    keep_quarters(study, "videnskvarteret", "ivaerksaetterkvarteret")
    (folder / "study.toml").write_text(tomlkit.dumps(study), "utf-8")
    shutil.copytree(ROOT / "layers", folder / "layers")
    file = folder / "layers" / "units.csv"
    file.write_text(units(), "utf-8-sig")
    catalog = tomlkit.parse((folder / "layers" / "catalog.toml").read_text("utf-8"))
    jobs = catalog["layers"]["jobs"]
    # it stays a sketch, of which nothing is hidden; test_hidden_figures has a register
    del jobs["constants"]
    jobs |= {
        "path": "units.csv",
        "sha256": sha256_file(file),
        "geometry": {"lat": "Bredde", "lon": "Længde"},
        "columns": {
            "id": "P-nummer",
            "name": "Navn",
            "sector": "Branche",
            "skill_level": "Niveau",
            "opportunities_interval": "Interval",
        },
        "constants": {"status": "existing", "position_accuracy_m": 5},
        "values": {"sector": LETTERS, "skill_level": LEVELS},
    }
    (folder / "layers" / "catalog.toml").write_text(tomlkit.dumps(catalog), "utf-8")
    run_profiles(*paths(folder), folder / "maps", cache=cache)
    return folder


def paths(folder):
    return folder / "study.toml", folder / "layers" / "catalog.toml"


@pytest.fixture(scope="module")
def figures(folder):
    return pd.read_parquet(folder / "maps" / "figures.parquet")


@pytest.fixture(scope="module")
def profile(folder):
    profiles = json.loads((folder / "maps" / "profile.json").read_text("utf-8"))["quarters"]
    return next(each for each in profiles if each["quarter"]["id"] == "videnskvarteret")


@pytest.fixture
def explained(folder, cache):
    def ask(indicator, **more):
        question = Question(indicator, "videnskvarteret", limit_min=30, **more)
        return explain_figure(question, *paths(folder), folder / "maps", cache=cache)

    return ask


def test_sectors_of_each_figure_are_those_of_the_register(figures):
    jobs = figures[figures["indicator"] == "jobs"]
    assert set(jobs["function"].dropna()) == {*LETTERS.values(), "unknown"}
    by_sector = jobs[jobs["function"].notna() & (jobs["statistic"] == "min")]
    case = ["quarter_id", "limit_min", "state"]
    total = jobs[jobs["function"].isna() & (jobs["statistic"] == "min")].set_index(case)["value"]
    # the least of each sector may be of different origins, so their sum is no more than the least
    assert (total - by_sector.groupby(case)["value"].sum() >= -1e-9).all()


def test_figures_lie_between_their_ends(figures):
    case = ["quarter_id", "mode", "statistic", "limit_min", "state"]
    # by public transport the ends are not measured
    own = figures[figures["unit"].eq("jobs") & figures["mode"].ne("transit")]
    wide = own[own["function"].isna()].pivot_table(index=case, columns="indicator", values="value")
    assert (wide["jobs_low"] <= wide["jobs"]).all()
    known = wide.dropna()
    assert (known["jobs"] <= known["jobs_high"]).all()
    assert (known["jobs_low"] < known["jobs"]).any()


def test_the_profile_keeps_total_ends_and_sectors_apart(profile):
    assert [row["function"] for row in profile["jobs"]] == [None] * len(profile["jobs"])
    assert all(row["low"] <= row["median"] for row in profile["jobs"])
    assert all(row["high"] is None or row["median"] <= row["high"] for row in profile["jobs"])
    assert {row["sector"] for row in profile["jobs_by_sector"]} == {*LETTERS.values(), "unknown"}
    figure = [row for row in profile["key_figures"] if row["unit"] == "jobs"]
    assert len(figure) == 1
    compared = [row["function"] for row in profile["comparison"] if row["indicator"] == "jobs"]
    assert compared == [None, None]


def test_skill_levels_and_sectors_have_their_ends_and_stand_beside_employment(profile):
    assert {row["skill_level"] for row in profile["jobs_by_skill"]} == {*LEVELS.values(), "unknown"}
    for row in (*profile["jobs_by_skill"], *profile["jobs_by_sector"]):
        assert row["low"] <= row["median"]
        assert row["high"] is None or row["median"] <= row["high"]
    fit = profile["jobs_fit"]
    assert (fit["sector_missing"], fit["skill_missing"]) == (None, None)
    assert fit["employment"]["indicator"] == "outside_work_or_education"
    totals = {row["skill_level"]: row["total"] for row in fit["rows"] if row["skill_level"]}
    assert sum(totals.values()) == fit["total"]
    assert totals.keys() == {*LEVELS.values(), "unknown"}


def test_the_method_is_that_of_intervals(profile):
    method = profile["jobs_method"]
    assert method["key"] == "jobs_method.intervals"
    values = method["values"]
    assert (values["places"], values["endless"]) == (60, 3)
    assert values["intervals"] == 60 - 9  # single numbers are no intervals
    assert [layer["role"] for layer in values["layers"]] == ["jobs"]


def test_the_page_prints_the_method_under_the_figure(folder):
    page = (folder / "maps" / "videnskvarteret.html").read_text("utf-8")
    section = page.split('id="jobs-heading"')[1].split("</section>")[0]
    assert "angiver kilden et interval" in section
    assert "Industri, råstofindvinding og forsyning" in section
    assert "midterste ligger" in section
    assert "typisk en kort videregående uddannelse" in section
    assert "Niveauet er arbejdets, ikke beboernes" in section
    assert "Hvilke færdigheder" not in section


def test_the_files_name_each_figure_once(folder):
    table = pd.read_csv(folder / "maps" / "videnskvarteret.csv", sep=";", decimal=",")
    assert table.groupby("state")["label"].value_counts().max() == 1
    label = "Arbejdspladser i kommunen inden for 30 min.: Industri, råstofindvinding og forsyning"
    assert label in set(table["label"])
    origins = pyogrio.read_dataframe(folder / "maps" / "videnskvarteret.gpkg", layer="origins")
    names = [name for name in origins.columns if name.startswith("walk_jobs")]
    assert len({name.casefold() for name in names}) == len(names)
    assert {"walk_jobs_30min_jobs", "walk_jobs_low_30min_jobs"} <= set(names)
    assert {"walk_jobs_sector_public_30min_jobs", "walk_jobs_low_sector_public_30min_jobs"} <= set(
        names
    )
    assert {"walk_jobs_skill_4_30min_jobs", "walk_jobs_skill_low_4_30min_jobs"} <= set(names)


def test_all_jobs_are_explained_without_naming_a_sector(explained):
    behind = explained("jobs").origins["behind"]
    assert behind
    for row in behind:
        assert sum(place["opportunities"] for place in row["places"]) == row["value"]


def test_one_sector_and_one_end_are_explained_by_their_own_numbers(explained):
    found = explained("jobs", function="public")
    for row in (*found.origins["behind"], *explained("jobs_low").origins["behind"]):
        assert sum(place["opportunities"] for place in row["places"]) == row["value"]
    keys = {row["key"] for row in explained("jobs_low").parameters}
    assert {"limits.jobs", "jobs.rounding"} <= keys


def test_a_sector_that_is_not_there_lists_those_that_are(explained):
    with pytest.raises(ConfigError, match=r"--function 'x'.*public.*are allowed"):
        explained("jobs", function="x")


def test_a_sector_called_low_is_not_the_low_end():
    case = {"mode": "walk", "limit_min": 15.0, "percentile": None, "departure": None}
    case |= {"lens": "adult", "state": 2026, "unit": "jobs"}
    names = [
        column_name(case | {"measure": measure, "function": function}, shown_state=2026)
        for measure, function in (("jobs", None), ("jobs", "low"), ("jobs_low", None))
    ]
    assert names == [
        "walk_jobs_15min_jobs",
        "walk_jobs_sector_low_15min_jobs",
        "walk_jobs_low_15min_jobs",
    ]


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_figure_of_jobs_has_a_name_of_its_own(language):
    text = load_text(language)
    cases = [("jobs", None), ("jobs_low", None), ("jobs_high", None)]
    cases += [(f"jobs_skill{end}", level) for end in ("", "_low", "_high") for level in "1234"]
    cases += [(f"jobs{end}", "public") for end in ("_low", "_high")]
    cases += [("jobs", sector) for sector in ("public", "unknown", "own_word")]
    labels = [figure_label(*case, 30.0, text=text) for case in cases]
    assert len(set(labels)) == len(labels)
    assert labels[-1].endswith(": own word")


def test_jobs_that_are_counted_are_not_modelled_as_well(folder, tmp_path):
    shutil.copytree(folder / "layers", tmp_path / "layers")
    path = tmp_path / "layers" / "catalog.toml"
    catalog = tomlkit.parse(path.read_text("utf-8"))
    rights = {key: catalog["layers"]["places"][key] for key in ("title", "title_en", "source")}
    rights |= {"source_en": "x", "licence": "x", "credit": "x", "published": "2026"}
    catalog["layers"]["land_use"] = rights | {"path": "land.gpkg"}
    path.write_text(tomlkit.dumps(catalog), "utf-8")
    with pytest.raises(ConfigError, match=r"layers\.jobs holds jobs, and layers\.land_use spreads"):
        load_places(read_catalog(path), read_study(folder / "study.toml"))
