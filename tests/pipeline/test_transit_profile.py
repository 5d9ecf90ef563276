"""Public transport in the profiles: what is measured, and that nothing else notices."""

import json
import re
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tomlkit

from htkgis.catalog import read_catalog
from htkgis.cli.explain import lines
from htkgis.errors import ConfigError
from htkgis.maps import load_text
from htkgis.network import threads as shared_out
from htkgis.pipeline import transit_measures
from htkgis.pipeline.explain import explain_figure
from htkgis.pipeline.profiles import profile_steps, run_profiles
from htkgis.pipeline.question import Question
from htkgis.pipeline.steps import needed, run_steps
from htkgis.store import Cache
from htkgis.study import read_study
from tests.light_study import keep_quarters

ROOT = Path(__file__).parents[2]
SECTION = re.compile(r'<section[^>]*aria-labelledby="([a-z-]+)".*?</section>', re.DOTALL)


@pytest.fixture(scope="module")
def cache(study_cache):
    return study_cache


@pytest.fixture
def study(tmp_path):
    shutil.copy(ROOT / "study.toml", tmp_path)
    shutil.copytree(ROOT / "layers", tmp_path / "layers")
    return tmp_path


def steps_of(folder):
    study = read_study(folder / "study.toml")
    catalog = read_catalog(folder / "layers" / "catalog.toml")
    return profile_steps(study, catalog, catalog.checked_hashes(), "da")


def tables(folder, cache, *names):
    results = run_steps(needed(steps_of(folder), names), cache)
    return [results[name] for name in names]


def run(folder, cache):
    study, catalog = folder / "study.toml", folder / "layers" / "catalog.toml"
    return run_profiles(study, catalog, folder / "maps", cache=cache)


def edit(folder, change):
    document = tomlkit.parse((folder / "study.toml").read_text("utf-8"))
    change(document)
    (folder / "study.toml").write_text(tomlkit.dumps(document), "utf-8")


def without_transit(folder):
    edit(folder, lambda document: document.remove("transit"))


def without_departures(folder):
    """Count no departures nearby, which is another measure of public transport."""
    edit(folder, lambda document: document["gaps"].remove("departures"))


def take_out_transit(profile):
    """Take what rests on the timetable out of the robustness and the rules."""
    robustness, rules = profile["robustness"], profile["rules"]
    for name in ("figures", "unmoved"):
        robustness[name] = [row for row in robustness[name] if row["mode"] != "transit"]
    counts = [robustness.pop(name) for name in ("sure", "sensitive")]
    by_timetable = [robustness.pop(name) for name in ("transit_limits_min", "windows", "unstamped")]
    return counts, by_timetable, rules.pop("date"), rules.pop("service")


def as_bytes(table):
    return table.to_csv(index=False, float_format="%.17g").encode()


def sections(page):
    found = {name.group(1): name.group(0) for name in SECTION.finditer(page)}
    return {key: re.sub(r"[\d.,]+\s[kM]B", "", text) for key, text in found.items()}


def test_it_changes_no_row_of_other_modes_and_no_other_section(study, cache, tmp_path):
    # of one quarter, and without the page of all, which no section here is of
    edit(study, lambda document: keep_quarters(document, "kulturkvarteret"))
    edit(study, lambda document: document.remove("explorer"))
    without_departures(study)
    access, figures = tables(study, cache, "access", "figures")
    run(study, cache)
    plain = tmp_path / "plain"
    shutil.copytree(study / "layers", plain / "layers")
    shutil.copy(study / "study.toml", plain)
    without_transit(plain)
    before_access, before_figures = tables(plain, cache, "access", "figures")
    run(plain, cache)
    assert not {"transit_access", "load_timetable"} & {step.name for step in steps_of(plain)}
    for table, before in ((access, before_access), (figures, before_figures)):
        assert "transit" in set(table["mode"])
        assert as_bytes(table[table["mode"] != "transit"]) == as_bytes(before)
    profiles, old_profiles = (
        json.loads((folder / "maps" / "profile.json").read_text("utf-8"))["quarters"]
        for folder in (study, plain)
    )
    for profile, old in zip(profiles, old_profiles, strict=True):
        assert old.pop("transit") is old["assumptions"].pop("transit") is None
        assert profile.pop("transit")["percentile"] == 50
        assert old.pop("region") is None
        assert profile.pop("region")["percentile"] == 50
        _, (_, windows, unstamped), date, service = take_out_transit(profile)
        assert (windows, date) == (["rush", "evening", "early"], "2026-11-24")
        assert unstamped == []
        assert service["counts"]
        _, (_, windows, unstamped), date, service = take_out_transit(old)
        assert windows == unstamped == []
        assert date is service is None
        more = [row["indicator"] for row in profile["definitions"] if row not in old["definitions"]]
        assert more == ["jobs_of_departures", "station_time", "station_share"]
        profile["definitions"] = [
            row for row in profile["definitions"] if row["indicator"] not in more
        ]
        assert profile["assumptions"].pop("transit")["date"] == "2026-11-24"
        assert profile == old
    for name in ("index", *(profile["quarter"]["id"] for profile in profiles)):
        new, old = (
            sections((folder / "maps" / f"{name}.html").read_text("utf-8"))
            for folder in (study, plain)
        )
        assert set(new) - set(old) == {"transit-heading"}
        changed = {key for key in old if new[key] != old[key]}
        # what of them may differ stands above; the front page lists the region and all figures
        named = {"rules-heading", "robust-heading"}
        named |= {"maps-heading", "overview-heading"} if name == "index" else set()
        assert changed <= {"method-heading", "run-heading", *named}
    manifests = [
        json.loads((folder / "maps" / "manifest.json").read_text("utf-8"))["counts"]
        for folder in (study, plain)
    ]
    assert set(manifests[0]) - set(manifests[1]) == {"timetable_reports", "service_day"}
    assert set(manifests[0]["service_day"]["windows"]) == {"rush", "evening", "early"}


def test_a_catalog_without_a_timetable_measures_none(study):
    catalog = tomlkit.parse((study / "layers" / "catalog.toml").read_text("utf-8"))
    for name in ("transit_lines", "transit_stops"):
        del catalog["layers"][name]
    (study / "layers" / "catalog.toml").write_text(tomlkit.dumps(catalog), "utf-8")
    assert not [step.name for step in steps_of(study) if "timetable" in step.name]


def test_every_origin_has_each_figure_in_each_window_of_the_shown_year(study, cache):
    names = [f"transit_{who}access" for who in ("", "child_", "older_", "wheelchair_")]
    origins, *found = tables(study, cache, "origins", *names)
    access = pd.concat(found)
    assert set(access["state"]) == {2026}
    assert set(access["percentile"]) == {50}
    # three limits of jobs; minutes and a share of each of two stations; three windows
    counts = access.groupby("lens").size().to_dict()
    assert counts == dict.fromkeys(
        ("adult", "child", "older", "wheelchair"), len(origins) * (3 + 2 * 2) * 3
    )
    share = access[access["measure"] == "station_share"]["value"]
    assert share.between(0, 1).all()


def test_a_time_is_missing_just_where_fewer_than_half_of_the_departures_make_it(study, cache):
    (access,) = tables(study, cache, "transit_access")
    key = ["id", "function", "departure"]
    times, shares = (
        access[access["measure"] == measure].set_index(key)["value"]
        for measure in ("station_time", "station_share")
    )
    assert times.isna().any()
    pd.testing.assert_series_equal(times.isna(), shares < 0.5, check_names=False)


def test_jobs_grow_with_the_limit_and_all_of_the_municipality_is_the_most(study, cache):
    access, places = tables(study, cache, "transit_access", "places")
    jobs = access[access["measure"] == "jobs_of_departures"]
    wide = jobs.pivot_table(index=["id", "departure"], columns="limit_min", values="value")
    assert (np.diff(wide.to_numpy(), axis=1) >= 0).all()
    assert wide.to_numpy().max() <= places.loc[places["unit"] == "jobs", "opportunities"].sum()
    assert jobs["lower_bound"].all()  # trains leave the municipality within half an hour


def test_in_the_evening_no_bus_serves_the_far_gates_of_charlottekvarteret(study, cache):
    # its bus runs until 20:00, and the station is more than the longest walk away
    (access,) = tables(study, cache, "transit_access")
    own = access[access["measure"].eq("station_time") & access["function"].eq("koebenhavn_h")]
    wide = own.pivot_table(index="id", columns="departure", values="value", dropna=False)
    assert np.isnan(wide.loc["charlottekvarteret_east", "evening"])
    assert wide.loc["charlottekvarteret_east", "rush"] < 60
    near = wide.loc["charlottekvarteret_west"]
    assert near["evening"] < 45  # walks to the station at any hour


def test_the_files_say_window_and_percentile_in_columns_and_label(study, cache):
    run(study, cache)
    table = pd.read_csv(study / "maps" / "kulturkvarteret.csv", sep=";", decimal=",")
    own = table[table["mode"] == "transit"]
    assert own.groupby("lens").size().tolist() == [(3 + 2 * 2) * 3] * 4
    assert set(own["departure"]) == {"rush", "evening", "early"}
    assert set(own["percentile"]) == {50}
    jobs = own[own["indicator"].eq("jobs_of_departures") & own["departure"].eq("evening")]
    expected = "Arbejdspladser i kommunen inden for 45 min., som mindst 50 % af afgangene når"
    labels = [label.replace("\u00a0", " ") for label in jobs["label"]]
    assert f"{expected}, kl. 20\u201322" in labels
    assert own["label"].is_unique
    # nobody knows whether the trips of the sketch are step-free: the label says so
    taken = own["label"].str.contains("som om alle ture kan bruges", regex=False)
    assert taken.tolist() == own["lens"].eq("wheelchair").tolist()


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize(
    ("indicator", "options"),
    [
        ("jobs_of_departures", {"limit_min": 45.0}),
        ("station_time", {"function": "koebenhavn_h"}),
        ("station_share", {"function": "roskilde_st"}),
    ],
)
def test_a_figure_is_traced_to_the_timetable_and_its_rules(
    study, cache, indicator, options, language
):
    question = Question(indicator, "ivaerksaetterkvarteret", departure="evening", **options)
    found = explain_figure(
        question,
        study / "study.toml",
        study / "layers" / "catalog.toml",
        study / "maps",
        cache=cache,
    )
    assert {"transit_lines", "transit_stops"} <= {row["layer"] for row in found.layers}
    keys = {row["key"] for row in found.parameters}
    assert {"transit.date", "transit.windows.evening", "transit.draws", "transit.slack"} <= keys
    assert ("transit.percentile" in keys) == (indicator != "station_share")
    assert found.border is None
    words = "\n".join(lines(found, load_text(language), study / "maps"))
    assert "2026-11-24" in words
    assert found.measure["name"] in words


@pytest.mark.parametrize("lens", ["older", "wheelchair"])
def test_a_figure_of_others_is_traced_to_their_walk_and_to_what_they_can_use(study, cache, lens):
    options = {"departure": "rush", "function": "koebenhavn_h", "lens": lens}
    question = Question("station_time", "kulturkvarteret", **options)
    paths = (study / "study.toml", study / "layers" / "catalog.toml", study / "maps")
    found = explain_figure(question, *paths, cache=cache)
    keys = {row["key"] for row in found.parameters}
    assert f"modes.walk.lenses.{lens}.speed" in keys
    assert "modes.walk.speed" not in keys
    needed_ = lens == "wheelchair"
    assert ("transit.step_free" in keys) == needed_
    # the minutes of the origins are those of this lens and of nobody else
    (table,) = tables(study, cache, f"transit_{lens}_access")
    behind = {row["id"]: row["value"] for row in found.origins["behind"]}
    chosen = table["measure"].eq("station_time") & table["departure"].eq("rush")
    own = table[chosen & table["function"].eq("koebenhavn_h")].set_index("id")["value"]
    assert behind == {key: own[key] for key in behind}
    words = "\n".join(lines(found, load_text("en"), study / "maps"))
    assert ("It is not known which trips and stops are step-free" in words) == needed_


def test_who_walks_more_slowly_is_nowhere_quicker(study, cache):
    # in the sketch every stop counts as step-free, and nobody has other streets than an adult
    names = [f"transit_{who}access" for who in ("", "child_", "older_", "wheelchair_")]
    key = ["id", "function", "departure"]
    times = [
        table[table["measure"] == "station_time"].set_index(key)["value"].fillna(np.inf)
        for table in tables(study, cache, *names)
    ]
    # 4.5, 3.6, 3.2 and 2.9 km/h
    for quicker, slower in pairwise(times):
        assert (slower.to_numpy() >= quicker.to_numpy()).all()
    assert (times[3].to_numpy() > times[0].to_numpy()).any()


def test_another_speed_of_one_reruns_no_other(study, tmp_path):
    own = Cache(tmp_path / "own")
    names = ("transit_access", "transit_older_access", "transit_wheelchair_access")
    run_steps(needed(steps_of(study), names), own)

    def slower(document):
        document["modes"]["walk"]["lenses"]["older"]["speed"]["value"] = 3.0

    edit(study, slower)
    again = run_steps(needed(steps_of(study), names), own)
    assert again.computed == ["walk_older_graph", "transit_older_walks", "transit_older_access"]


def test_a_figure_of_several_windows_asks_which(study, cache):
    paths = (study / "study.toml", study / "layers" / "catalog.toml", study / "maps")
    question = Question("jobs_of_departures", "kulturkvarteret", limit_min=30.0)
    with pytest.raises(ConfigError, match=r"rush, evening, early are allowed. Name one with --dep"):
        explain_figure(question, *paths, cache=cache)


def test_a_day_without_service_stops_the_run_and_names_good_days(study, cache):
    def sunday(document):
        document["transit"]["date"]["value"] = "2026-11-22"

    edit(study, sunday)
    with pytest.raises(ConfigError, match=r"no trip runs.*nearest days with service: 2026-11-2"):
        tables(study, cache, "transit_access")


def test_a_station_that_is_no_stop_is_an_error_that_names_stops(study, cache):
    def stranger(document):
        document["transit"]["stations"]["value"] = ["koebenhavn_h", "odense"]

    edit(study, stranger)
    with pytest.raises(ConfigError, match=r"names 1 of 2 .*'odense'; ids of its stops are allowed"):
        tables(study, cache, "stations")


def test_another_percentile_reruns_the_measure_and_reads_no_timetable(study, tmp_path):
    own = Cache(tmp_path / "own")
    run_steps(needed(steps_of(study), ("transit_access",)), own)

    def ninety(document):
        document["transit"]["percentile"]["value"] = 90

    edit(study, ninety)
    again = run_steps(needed(steps_of(study), ("transit_access",)), own)
    assert again.computed == ["transit_access"]


def test_a_search_shorter_than_a_limit_of_jobs_is_refused(study):
    def short(document):
        document["transit"]["search"]["value"] = 50

    edit(study, short)
    with pytest.raises(ConfigError, match=r"search is 50\.0: at least 60\.0"):
        read_study(study / "study.toml")


@pytest.mark.parametrize("threads", [1, 3])
def test_figures_do_not_depend_on_how_many_threads_are_told_of_sums(
    study, cache, monkeypatch, threads
):
    names = ("transit_walks", "origins", "job_places", "trip_times", "stops", "stations")
    values = tables(study, cache, *names)
    known = read_study(study / "study.toml")
    whole = transit_measures.measure_transit(*values, study=known)
    monkeypatch.setattr(shared_out, "available_threads", lambda: threads)
    again = transit_measures.measure_transit(*values, study=known)
    pd.testing.assert_frame_equal(whole["transit_access"], again["transit_access"])
