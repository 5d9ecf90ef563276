"""Who walks besides adults: what is measured of them, and that adults notice nothing of it."""

import json
import re
import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import tomlkit

from htkgis.catalog import accept_layers, read_catalog
from htkgis.cli.explain import lines
from htkgis.errors import ConfigError
from htkgis.maps import load_text
from htkgis.pipeline.explain import explain_figure
from htkgis.pipeline.mode_steps import named
from htkgis.pipeline.profiles import profile_steps, run_profiles
from htkgis.pipeline.question import Question
from htkgis.pipeline.steps import needed, run_steps
from htkgis.study import read_study
from tests.light_study import HEAVY, keep_quarters

ROOT = Path(__file__).parents[2]
LENSES = ("child", "older", "wheelchair")
KPH = {"adult": 4.5, "child": 3.6, "older": 3.2, "wheelchair": 2.9}
SECTION = re.compile(r'<section[^>]*aria-labelledby="([a-z-]+)".*?</section>', re.DOTALL)


def on_streets(quarters=("kulturkvarteret",)):
    """A quarter, with what lenses change: public transport has tests of its own for them."""
    document = tomlkit.parse((ROOT / "study.toml").read_text("utf-8"))
    keep_quarters(document, *quarters)
    for table in HEAVY:
        document.remove(table)
    del document["gaps"]["departures"]
    return document


def without_lenses(folder):
    document = on_streets()
    del document["modes"]["walk"]["lenses"], document["profile"]["lenses"]
    (folder / "study.toml").write_text(tomlkit.dumps(document), "utf-8")


@pytest.fixture(scope="module")
def cache(study_cache):
    return study_cache


@pytest.fixture
def study(tmp_path):
    (tmp_path / "study.toml").write_text(tomlkit.dumps(on_streets()), "utf-8")
    shutil.copytree(ROOT / "layers", tmp_path / "layers")
    return tmp_path


def tables(folder, cache, *names):
    study = read_study(folder / "study.toml")
    catalog = read_catalog(folder / "layers" / "catalog.toml")
    steps = profile_steps(study, catalog, catalog.checked_hashes(), "da")
    results = run_steps(needed(steps, names), cache)
    return [results[name] for name in names]


def run(folder, cache, **options):
    return run_profiles(
        folder / "study.toml",
        folder / "layers" / "catalog.toml",
        folder / "maps",
        cache=cache,
        **options,
    )


def edit(folder, old, new, file="study.toml"):
    text = (folder / file).read_text("utf-8")
    assert text.count(old) == 1
    (folder / file).write_text(text.replace(old, new), "utf-8")


def of_lens(table, lens):
    return table[table["lens"] == lens].reset_index(drop=True)


def as_bytes(table):
    return table.to_csv(index=False, float_format="%.17g").encode()


def sections(page):
    """Sections by the key of their heading; the sizes of downloads are no words of theirs."""
    found = {name.group(1): name.group(0) for name in SECTION.finditer(page)}
    return {key: re.sub(r"[\d.,]+\s[kM]B", "", text) for key, text in found.items()}


def test_outputs_of_an_adult_are_called_by_the_mode_alone():
    assert [named("walk", lens) for lens in ("adult", "older")] == ["walk", "walk_older"]


def test_a_lens_changes_no_figure_of_adults_and_no_section_of_a_page(study, cache, tmp_path):
    access, figures = tables(study, cache, "access", "figures")
    run(study, cache)
    plain = tmp_path / "plain"
    shutil.copytree(study / "layers", plain / "layers")
    without_lenses(plain)
    before_access, before_figures = tables(plain, cache, "access", "figures")
    run(plain, cache)
    assert set(before_access["lens"]) == set(before_figures["lens"]) == {"adult"}
    assert as_bytes(of_lens(access, "adult")) == as_bytes(before_access)
    assert as_bytes(of_lens(figures, "adult")) == as_bytes(before_figures)
    profiles, before = (
        json.loads((folder / "maps" / "profile.json").read_text("utf-8"))["quarters"]
        for folder in (study, plain)
    )
    for profile, old in zip(profiles, before, strict=True):
        assert old.pop("lenses") is None
        assert profile.pop("lenses")["lenses"] == ["adult", *LENSES]
        assert list(profile["assumptions"].pop("lenses")) == list(LENSES)
        assert old["assumptions"].pop("lenses") == {}
        assert profile == old
    for name in ("index", *(profile["quarter"]["id"] for profile in profiles)):
        new, old = (
            sections((folder / "maps" / f"{name}.html").read_text("utf-8"))
            for folder in (study, plain)
        )
        assert set(new) - set(old) == ({"lenses-heading"} if name != "index" else set())
        changed = {key for key in old if new[key] != old[key]}
        assert changed <= {"method-heading", "run-heading"}


def test_the_same_table_of_an_adult_is_the_file_of_a_run_without_lenses(study, cache):
    (adult,) = tables(study, cache, "walk_access")
    without_lenses(study)
    (alone,) = tables(study, cache, "walk_access")
    pd.testing.assert_frame_equal(adult, alone)


def test_over_the_same_streets_minutes_are_as_speeds_are(study, cache):
    (access,) = tables(study, cache, "access")
    key = ["id", "measure", "function", "state"]
    nearest = access[access["measure"].str.startswith("nearest") & access["mode"].eq("walk")]
    adult = of_lens(nearest, "adult").set_index(key)["value"]
    for lens in LENSES:
        own = of_lens(nearest, lens).set_index(key)["value"]
        assert own.index.equals(adult.index)
        # all of a walk is at one speed; each street and connector is rounded to a decisecond
        assert (own * KPH[lens] / KPH["adult"] - adult).abs().max() < 0.05
        assert (own.dropna() > adult[own.notna()]).all()


def test_of_a_lens_the_nearest_and_counts_are_measured_on_foot_and_nothing_else(study, cache):
    # within half an hour every adult of the one quarter comes to the end of the streets, where the
    # mixture has no row; some gates of the others lie farther from it
    every = on_streets(("kulturkvarteret", "videnskvarteret", "ivaerksaetterkvarteret"))
    (study / "study.toml").write_text(tomlkit.dumps(every), "utf-8")
    access, figures = tables(study, cache, "access", "figures")
    adult = of_lens(access, "adult")
    walked = adult[adult["mode"].eq("walk") & adult["unit"].ne("jobs")]
    for lens in LENSES:
        own = of_lens(access, lens)
        assert set(own["mode"]) == {"walk"}
        assert set(own["unit"]) == {"min", "places", "functions"}
        assert len(own) == len(walked)
    assert set(figures["lens"]) == {"adult", *LENSES}


def test_a_changed_speed_of_a_lens_reruns_its_steps_only(study, cache):
    run(study, cache)
    older = "[modes.walk.lenses.older]\nspeed = { value = "
    edit(study, f"{older}3.2,", f"{older}3.1,")
    own = tuple(f"walk_older_{name}" for name in ("graph", "travel_times", "access"))
    computed = run(study, cache).computed
    assert computed[:3] == own
    # adults are measured again in no case, and by no other mode
    assert {name for name in computed[3:] if "_" in name} <= {"all_access", "street_profiles"}
    assert computed[-1] == "pages"


def test_another_number_of_jobs_changes_nothing_of_who_else_walks():
    study, catalog = read_study(ROOT / "study.toml"), read_catalog(ROOT / "layers" / "catalog.toml")
    listed = profile_steps(study, catalog, dict.fromkeys(catalog.layers, "0" * 64), "da")
    steps = {step.name: step for step in listed}
    for name in ("walk_older_access", "case_walk_slow_walk_older_figures"):
        assert "functions_by_year" in steps[name].inputs
        assert not {"places", "job_places", "counted_places"} & {*steps[name].inputs}


def test_a_lens_that_the_profile_leaves_out_is_not_measured(study, cache):
    run(study, cache)
    edit(study, 'lenses = ["child", "older", "wheelchair"]', 'lenses = ["older"]')
    computed = run(study, cache).computed
    assert computed == ("all_access", "figures", "street_profiles", "profiles", "pages")
    page = (study / "maps" / "kulturkvarteret.html").read_text("utf-8")
    assert "For hvem?" in page
    assert "Barnevogn" not in page


@pytest.mark.parametrize(
    ("lenses", "message"),
    [
        (
            '["tall"]',
            r"profile\.lenses holds 1 unknown to the study: 'tall'; 'child', 'older', 'wheel",
        ),
        ('["older", "older"]', r"profile\.lenses: 1 names stand twice: 'older'"),
        ('["adult"]', r"profile\.lenses\.0 is 'adult': adult is who the mode itself decides on"),
        ('"older"', r"profile\.lenses is 'older': should be a list"),
    ],
)
def test_a_lens_of_the_profile_that_cannot_be_is_named(study, lenses, message):
    edit(study, '["child", "older", "wheelchair"]', lenses)
    with pytest.raises(ConfigError, match=rf"^study\.toml \(.*\): {message}.*Correct the file"):
        read_study(study / "study.toml")


def test_the_page_says_who_how_fast_by_which_source_and_what_is_not_known(study, cache):
    run(study, cache)
    page = (study / "maps" / "kulturkvarteret.html").read_text("utf-8")
    section = sections(page)["lenses-heading"]
    assert "På 15 minutter går en voksen til 5 af 10 slags steder, et barn, en ældre" in section
    assert "Trapper er ikke skilt ud i vejdata" in section
    method = sections(page)["method-heading"]
    assert "Ældre: gangtiden er længden delt med 3,2 km/t. Kilde: skøn: 0,9 m/s, ældre" in method
    assert "Barnevogn eller kørestol: trapper er regnet som lukkede." in method
    assert "Ældre: på trapper holdes 30 % af farten. Kilde: skøn" in method.replace("\xa0", " ")
    run(study, cache, language="en")
    english = (study / "maps" / "kulturkvarteret.html").read_text("utf-8")
    assert "For whom?" in english
    assert "do not tell stairs from other ways" in english


def test_downloads_name_the_lens_and_a_place_for_adults_only(study, cache):
    run(study, cache)
    table = pd.read_csv(study / "maps" / "kulturkvarteret.csv", sep=";", encoding="utf-8-sig")
    station = table[
        table["function"].eq("station")
        & table["indicator"].eq("nearest_1")
        & table["mode"].eq("walk")
        & table["state"].eq(2026)
    ].set_index("lens")
    assert station["label"].to_dict() == {
        "adult": "Minutter til nærmeste station",
        "child": "Minutter til nærmeste station (barn)",
        "older": "Minutter til nærmeste station (ældre)",
        "wheelchair": "Minutter til nærmeste station (barnevogn eller kørestol)",
    }
    assert station["place"].to_dict()["adult"] == "Taastrup St."
    assert station.loc[list(LENSES), "place"].isna().all()
    origins = gpd.read_file(study / "maps" / "kulturkvarteret.gpkg", layer="origins")
    assert "walk_nearest_1_station_min" in set(origins)
    every = pd.read_parquet(study / "maps" / "origin_figures.parquet")
    assert set(every["lens"]) == {"adult", *LENSES}


def test_a_figure_of_a_lens_is_traced_by_its_own_network_and_speed(study, cache):
    paths = study / "study.toml", study / "layers" / "catalog.toml", study / "maps"
    asked = {"indicator": "nearest", "quarter_id": "kulturkvarteret", "function": "station"}
    older, adult = (
        explain_figure(Question(**asked, **lens), *paths, cache=cache)
        for lens in ({"lens": "older"}, {})
    )
    assert (older.figure["lens"], adult.figure["lens"]) == ("older", "adult")
    for found in (older, adult):
        assert found.origins["behind"]
        for row in found.origins["behind"]:
            assert row["value"] == row["places"][0]["minutes"]
    keys = {row["key"]: row["value"] for row in older.parameters}
    assert keys["modes.walk.lenses.older.speed"] == 3.2
    assert "modes.walk.speed" not in keys
    assert not [row["key"] for row in adult.parameters if "lenses" in row["key"]]
    assert older.figure["stairs_unknown"]
    assert not adult.figure["stairs_unknown"]
    said = list(lines(older, load_text("da"), study / "maps"))
    assert "til fods, ældre, 2026" in said[0]
    assert any("Trapper er ikke skilt ud i vejdata. For en ældre kan" in line for line in said)
    with pytest.raises(ConfigError, match=r"--lens 'tall': .*adult, child, older, wheelchair are"):
        explain_figure(Question(**asked, lens="tall"), *paths, cache=cache)


def test_streets_that_know_their_stairs_leave_nothing_unsaid(study, cache):
    edit(study, 'unknown_kinds = ["steps"]\n', "", file="layers/catalog.toml")
    run(study, cache)
    page = (study / "maps" / "kulturkvarteret.html").read_text("utf-8")
    assert "Trapper er ikke skilt ud" not in page


def test_stairs_send_wheels_another_way_and_nobody_else(study, cache):
    """All streets named paths become stairs: who uses none must go round by the roads."""
    streets = study / "layers" / "streets.csv"
    table = pd.read_csv(streets, dtype=str)
    shutil.copytree(ROOT / "layers", study / "before")
    table["kind"] = table["kind"].replace("path", "steps")
    table.to_csv(streets, index=False)
    accept_layers(read_catalog(study / "layers" / "catalog.toml"), ["streets"])
    edit(
        study,
        'stairs = { value = 0.3, unit = "share", source = "skøn: den del',
        'stairs = { value = 1, unit = "share", source = "skøn: den del',
    )
    (access,) = tables(study, cache, "access")
    shutil.rmtree(study / "layers")
    (study / "before").rename(study / "layers")
    (before,) = tables(study, cache, "access")
    access, before = (each[each["mode"] == "walk"] for each in (access, before))
    key = ["id", "measure", "function", "limit_min", "state"]
    for lens in ("adult", "child", "older"):
        assert as_bytes(of_lens(access, lens)) == as_bytes(of_lens(before, lens))
    wheels, old = (of_lens(each, "wheelchair").set_index(key) for each in (access, before))
    nearest = wheels["unit"].eq("min") & wheels["value"].notna()
    assert (wheels["value"] - old["value"])[nearest].median() > 0
