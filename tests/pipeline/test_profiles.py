"""The main job on the embedded study: figures, what reruns, and what faults leave behind."""

import json
import shutil
from pathlib import Path

import pytest
import tomlkit

from htkgis.catalog import read_catalog
from htkgis.errors import ConfigError, NetworkError, SourceError, StoreError
from htkgis.pipeline.profiles import profile_steps, run_profiles
from htkgis.pipeline.steps import check_order, needed, run_steps
from htkgis.store import Cache, lock
from htkgis.study import read_study
from tests.light_study import keep_quarters

from .main_job import accept, edit, held, nearest, profile_of, run

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def cache(study_cache):
    return study_cache


@pytest.fixture(scope="session")
def first(cache, tmp_path_factory):
    out = tmp_path_factory.mktemp("first") / "maps"
    return run_profiles(ROOT / "study.toml", ROOT / "layers" / "catalog.toml", out, cache=cache)


@pytest.fixture
def study(tmp_path, first):
    """A copy of the embedded study that a test may change, already published once."""
    shutil.copy(ROOT / "study.toml", tmp_path)
    shutil.copytree(ROOT / "layers", tmp_path / "layers")
    shutil.copytree(first.folder, tmp_path / "maps")
    return tmp_path


JOINT = ("forskelle", "projekter", "region")
"""Pages of all quarters together."""


def files_of(*quarters):
    """Names of what a run publishes for these quarters."""
    endings = ("csv", "csv-metadata.json", "geojson", "gpkg", "html", "svg", "xlsx")
    own = [f"{quarter}.{ending}" for quarter in quarters for ending in endings]
    shared = ("figures.parquet", "index.html", "kvarterprofiler.qgz", "manifest.json")
    shared += ("profile.json", "udforsk.html")
    shared += ("changes.html", "changes.json")
    joint = [f"{page}.{kind}" for page in JOINT for kind in ("html", "svg")]
    parquet = ("isochrones", "origin_figures", "origins", "places")
    layers = [f"{name}.parquet" for name in parquet]
    return sorted([*own, *shared, *joint, *layers, "profile.schema.json"])


QUARTERS = ("kulturkvarteret", "videnskvarteret", "ivaerksaetterkvarteret")


def main_steps(folder=ROOT):
    catalog = read_catalog(folder / "layers" / "catalog.toml")
    study = read_study(folder / "study.toml")
    return profile_steps(study, catalog, catalog.checked_hashes(), "da")


def test_the_steps_of_the_main_job_are_in_order():
    steps = main_steps()
    check_order(steps)
    with pytest.raises(ValueError, match="that nothing made"):
        check_order(steps[::-1])


def test_one_page_per_quarter_with_downloads_an_index_a_profile_and_a_manifest(first):
    assert sorted(path.name for path in first.folder.iterdir()) == files_of(*QUARTERS)
    assert first.pages == first.changed


def test_the_committed_profiles_have_the_figures_of_a_fresh_run(first):
    fresh = json.loads((first.folder / "profile.json").read_text("utf-8"))
    committed = json.loads((ROOT / "maps" / "profile.json").read_text("utf-8"))
    assert fresh["quarters"] == committed["quarters"]


def test_a_run_from_an_empty_cache_writes_the_same_bytes(first, tmp_path):
    again = run_profiles(
        ROOT / "study.toml",
        ROOT / "layers" / "catalog.toml",
        tmp_path / "elsewhere",
        cache=Cache(tmp_path / "cache"),
    )
    assert held(again.folder) == held(first.folder)


def test_a_second_run_computes_nothing_and_touches_nothing(study, cache):
    before = {path.name: path.stat().st_mtime_ns for path in (study / "maps").iterdir()}
    report = run(study, cache)
    assert (report.computed, report.changed) == ((), ())
    assert {p.name: p.stat().st_mtime_ns for p in (study / "maps").iterdir()} == before


def test_a_page_edited_by_hand_is_put_right_without_computing(study, cache, first):
    (study / "maps" / "index.html").write_text("edited", encoding="utf-8")
    report = run(study, cache)
    assert (report.computed, report.changed) == ((), ("index.html",))
    assert held(study / "maps") == held(first.folder)


def test_a_changed_minute_limit_reruns_only_what_depends_on_it(study, cache):
    edit(study / "study.toml", "value = [15, 30], unit", "value = [15, 25, 30], unit")
    report = run(study, cache)
    accesses = ("walk_access", "bike_access", "car_access")
    accesses += ("walk_child_access", "walk_older_access", "walk_wheelchair_access")
    speeds = {
        "walk": ("slow", "calm", "brisk"),
        "bike": ("calm", "brisk"),
        "car": ("queue", "free"),
    }
    lenses = dict.fromkeys(("slow", "brisk"), ("walk_child", "walk_older", "walk_wheelchair"))
    again = tuple(
        f"case_{mode}_{pace}_{who}_figures"
        for mode, paces in speeds.items()
        for pace in paces
        for who in (mode, *(lenses.get(pace, ()) if mode == "walk" else ()))
    )
    moved = ("snap_near", "snap_far", "entrance_strict", "entrance_wide")
    again += tuple(
        f"case_{case}_{access.removesuffix('_access')}_figures"
        for case in moved
        for access in accesses
    )
    modes = ("walk", "bike", "car")
    jobs = tuple(f"{mode}_{step}" for mode in modes for step in ("job_times", "competition"))
    tried = ("job_time_cases", "job_cases")
    residents = tuple(f"{mode}_{step}" for mode in modes for step in tried)
    # the nearest places are the same, and so is the way to them
    made = (*accesses, *jobs, "all_access", "walk_nearest", *again, "robustness", *residents)
    made += ("figures", "street_profiles", "profiles", "explorer", "pages")
    assert report.computed == made
    rows = profile_of(study / "maps", "kulturkvarteret")["jobs"]
    for mode in ("walk", "bike", "car"):
        assert [row["limit_min"] for row in rows if row["mode"] == mode] == [15, 25, 30]


def test_the_region_has_the_minutes_to_stations_that_the_profile_has(first):
    for quarter in QUARTERS:
        profile = profile_of(first.folder, quarter)
        stops = {row["id"]: row for row in profile["region"]["rows"]}
        assert profile["transit"]["stations"]
        for station in profile["transit"]["stations"]:
            rush = station["values"][0]
            row = stops[station["id"]]
            assert [row[name] for name in ("min", "median", "max")] == [
                rush[name] for name in ("min", "median", "max")
            ]
        assert len(stops) + profile["region"]["beyond"] == 17


def test_differences_are_those_of_the_profile_at_the_middle_origin(first):
    profile = profile_of(first.folder, "kulturkvarteret")
    rows = {row["function"]: row for row in profile["differences"]["rows"]}
    assert rows["station"]["counts"]["same"] == 5
    after = sorted(value["after"] for value in rows["daycare"]["values"])
    assert after[2] == nearest(profile, "daycare")["median"]


def test_a_changed_speed_of_cycling_reruns_no_other_mode(study, cache):
    edit(study / "study.toml", "speed = { value = 16,", "speed = { value = 18,")
    steps = main_steps(study)
    measures = ("access", "isochrones", "shares", "competition", "isolation")
    measured = [f"{mode}_{measure}" for mode in ("walk", "bike", "car") for measure in measures]
    done = []
    run_steps(needed(steps, measured), cache, done=done.append)
    computed = {step.name for step in done if step.state == "computed"}
    assert {name.partition("_")[0] for name in computed} & {"walk", "car"} == set()
    # nobody is known to live anywhere here: jobs are searched for and not shared
    assert {"bike_graph", "bike_job_times", *measured[5:10]} - computed == {"bike_competition"}


def test_a_faster_mode_is_never_slower_from_door_to_door(first):
    for quarter in QUARTERS:
        profile = profile_of(first.folder, quarter)
        walked = [r for r in profile["nearest"] if r["mode"] == "walk" and r["median"]]
        assert walked
        for row in walked:
            bike = nearest(profile, row["function"], row["n"], "bike")
            assert bike["median"] <= row["median"]


def test_what_stands_first_is_said_of_walking(first):
    for quarter in QUARTERS:
        profile = profile_of(first.folder, quarter)
        by_key = {}
        for figure in profile["key_figures"]:
            by_key.setdefault(figure["key"], []).append(figure)
        for figure in by_key["key_figure.nearest"]:
            row = nearest(profile, figure["values"]["function"])
            assert figure["value"] == row["median"]
        everyday = profile["assumptions"]["everyday_min"]
        walked = [r for r in profile["nearest"] if (r["n"], r["mode"]) == (1, "walk")]
        within = [r for r in walked if r["median"] is not None and r["median"] <= everyday]
        assert by_key["key_figure.functions_within"][0]["value"] == len(within)
        assert profile["finding"]["values"]["within"] == len(within)
        jobs = by_key["key_figure.jobs_within"]
        assert len(jobs) == 1
        walking = [r for r in profile["jobs"] if r["mode"] == "walk"]
        assert jobs[0]["value"] == next(r for r in walking if r["limit_min"] == 30)["median"]


def test_reach_is_cut_only_beyond_what_is_whole(first):
    for quarter in QUARTERS:
        rows = profile_of(first.folder, quarter)["reach"]
        for mode in ("walk", "bike", "car"):
            cut = [row["cut"] for row in rows if row["mode"] == mode]
            assert cut == sorted(cut)
            assert not cut[0]
        # half an hour by car leads out of the sketch, five minutes on foot do not
        assert next(r["cut"] for r in rows if (r["mode"], r["limit_min"]) == ("car", 30))


def test_a_trip_by_car_holds_access_and_parking(first):
    for quarter in QUARTERS:
        profile = profile_of(first.folder, quarter)
        used = profile["assumptions"]["modes"]["car"]
        least = used["access_min"] + used["parking_min"]
        shown = [r["min"] for r in profile["nearest"] if r["mode"] == "car" and r["min"]]
        assert min(shown) > least
        within = {r["limit_min"]: r for r in profile["reach"] if r["mode"] == "car"}
        assert within[least]["reached_km"] == 0
        assert within[30]["reached_km"] > 0


def test_the_list_of_projects_is_part_of_no_measure():
    read = [step for step in main_steps() if "projects" in step.files]
    assert [step.name for step in read] == ["load_facts"]
    taken = [step.name for step in main_steps() if "projects" in step.inputs]
    assert taken == ["street_profiles", "pages"]


def test_the_walk_to_the_station_is_that_of_the_sketch_network(first):
    found = {
        quarter: nearest(profile_of(first.folder, quarter), "station")
        for quarter in ("kulturkvarteret", "videnskvarteret", "ivaerksaetterkvarteret")
    }
    assert {quarter: row["place_name"] for quarter, row in found.items()} == {
        "kulturkvarteret": "Taastrup St.",
        "videnskvarteret": "Høje Taastrup St.",
        "ivaerksaetterkvarteret": "Hedehusene St.",
    }
    # metres from the middle points on the real network, at 75 m a minute, to 20 %
    for quarter, metres in zip(found, (1244, 1326, 1562), strict=True):
        assert found[quarter]["min"] * 75 < metres * 1.2
        assert found[quarter]["max"] * 75 > metres * 0.8


def test_no_closed_planned_or_approximate_place_is_reached(first):
    for quarter in ("kulturkvarteret", "videnskvarteret", "ivaerksaetterkvarteret"):
        places = profile_of(first.folder, quarter)["places"]
        unreached = [p for p in places if p["state"] != "existing" or p["approximate"]]
        assert unreached
        for place in unreached:
            assert not place["measured"]
            assert place["median"] is None
        named = {row["place_id"] for row in profile_of(first.folder, quarter)["nearest"]}
        assert not named & {"selsmoseskolen", "charlotteskolen", "raadhus_2017", "hakkemosen"}


def test_each_area_met_three_of_five_criteria_in_2016(first):
    for quarter in ("kulturkvarteret", "videnskvarteret", "ivaerksaetterkvarteret"):
        criteria = profile_of(first.folder, quarter)["criteria"]
        assert (criteria["met"], criteria["of"], criteria["on_list"]) == (3, 5, True)


def test_a_limit_of_a_longer_time_never_counts_fewer_places(first):
    for quarter in ("kulturkvarteret", "videnskvarteret", "ivaerksaetterkvarteret"):
        rows = profile_of(first.folder, quarter)["counts"]
        assert rows
        for function in {row["function"] for row in rows}:
            for mode in ("walk", "bike", "car"):
                own = [row for row in rows if (row["function"], row["mode"]) == (function, mode)]
                for statistic in ("min", "median", "max"):
                    values = [row[statistic] for row in own]
                    assert values == sorted(values)


def test_nothing_that_is_published_says_where_it_was_made(first, study, cache):
    run(study, cache, language="en")
    for folder in (first.folder, study / "maps"):
        for data in held(folder).values():
            assert str(study.parent).encode() not in data
            assert str(ROOT).encode() not in data


def test_english_pages_say_the_same_figures(study, cache, first):
    report = run(study, cache, language="en")
    assert set(report.computed) <= {"pages"}
    page = (study / "maps" / "kulturkvarteret.html").read_text("utf-8")
    assert '<html lang="en"' in page
    assert (study / "maps" / "profile.json").read_bytes() == (
        first.folder / "profile.json"
    ).read_bytes()


def test_a_changed_layer_stops_the_run_and_names_the_command(study, cache, first):
    edit(study / "layers" / "places.csv", "Taastrup Teater", "Taastrup Nye Teater")
    with pytest.raises(SourceError, match=r"1 of 19 layers.*'places'.*htkgis layers accept places"):
        run(study, cache)
    assert held(study / "maps") == held(first.folder)


def test_an_area_outside_the_network_is_a_named_error(study, cache, first):
    for name in ("gates", "housing_areas"):
        table = study / "layers" / f"{name}.csv"
        lines = table.read_text("utf-8").splitlines()
        moved = [line.replace("55.6", "55.9") if "charlotte" in line else line for line in lines]
        table.write_text("\n".join(moved), encoding="utf-8")
    accept(study, "gates", "housing_areas", "area_facts")
    with pytest.raises(NetworkError, match=r"1 areas.*300 m of a street: 'charlottekvarteret'"):
        run(study, cache)
    assert held(study / "maps") == held(first.folder)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "kulturkvarteret"', 'id = "nowhere"', r"quarters\.id names 'nowhere'"),
        ('area = "taastrupgaard"', 'area = "nowhere"', r"quarters\.area names 'nowhere'"),
        ('station = "taastrup_st"', 'station = "nowhere"', r"quarters\.station names 'nowhere'"),
        ('"leisure", "green", ', '"cinema", "green", ', r"functions of the.*neither.*'leisure'"),
        ('municipality_code = "0169"', 'municipality_code = "0159"', "municipality code '0159'"),
    ],
)
def test_a_study_that_does_not_fit_its_layers_is_a_named_error(
    study, cache, first, old, new, message
):
    edit(study / "study.toml", old, new)
    with pytest.raises((ConfigError, ValueError), match=message):
        run(study, cache)
    assert held(study / "maps") == held(first.folder)


def test_a_second_run_at_the_same_time_says_so_and_leaves(study, cache, first):
    with lock(study / "maps"), pytest.raises(StoreError, match="another run is writing here"):
        run(study, cache)
    assert held(study / "maps") == held(first.folder)


def test_a_target_that_is_a_file_is_a_named_error(study, cache):
    shutil.rmtree(study / "maps")
    (study / "maps").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError, match=r"maps.*cannot be written"):
        run(study, cache)


def test_a_study_of_one_quarter_leaves_out_what_is_about_the_others(study, cache):
    document = tomlkit.parse((study / "study.toml").read_text("utf-8"))
    keep_quarters(document, "videnskvarteret")
    document["profile"]["lenses"] = []  # who else walks and rides makes most of a run
    (study / "study.toml").write_text(tomlkit.dumps(document), encoding="utf-8")
    report = run(study, cache)
    assert "videnskvarteret.html" in report.pages
    assert sorted(path.name for path in (study / "maps").iterdir()) == files_of("videnskvarteret")
    counts = json.loads((study / "maps" / "manifest.json").read_text("utf-8"))["counts"]
    gates = next(row for row in counts["housing"] if row["name"] == "gates")
    assert (gates["rows"], gates["rows_read"]) == (5, 15)
    assert gates["dropped"] == {"about an area that the study does not show": 10}
