"""A route of the study: the minutes of the profile, street by street, by id or position."""

import json
from pathlib import Path

import pandas as pd
import pytest
import shapely

from htkgis.catalog import read_catalog
from htkgis.errors import ConfigError, NetworkError
from htkgis.pipeline.profiles import profile_steps
from htkgis.pipeline.routes import find_route, write_route
from htkgis.pipeline.steps import needed, run_steps
from htkgis.study import read_study

ROOT = Path(__file__).parents[2]
FILES = (ROOT / "study.toml", ROOT / "layers" / "catalog.toml")


@pytest.fixture(scope="module")
def cache(study_cache):
    return study_cache


@pytest.fixture(scope="module")
def times(cache):
    """Deciseconds of the profiles by mode, origin and place."""
    study, catalog = read_study(FILES[0]), read_catalog(FILES[1])
    steps = profile_steps(study, catalog, catalog.checked_hashes(), "da")
    wanted = tuple(f"{mode}_travel_times" for mode in study.modes.names)
    results = run_steps(needed(steps, wanted), cache)
    tables = [results[name].assign(mode=name.partition("_")[0]) for name in wanted]
    return pd.concat(tables).set_index(["mode", "from_id", "to_id"])["travel_time_ds"]


def test_every_route_takes_the_time_of_the_profile(times, cache):
    pairs = times.sample(24, random_state=7)
    for (mode, start, end), time_ds in pairs.items():
        found = find_route(*FILES, start, end, mode=mode, cache=cache)
        assert found.time_min == round(time_ds / 600, 2)
        parts = found.leave_min + found.legs["time_min"].sum() + found.arrive_min
        assert parts == pytest.approx(found.time_min, abs=0.01 * (len(found.legs) + 2))


def test_a_street_in_several_pieces_is_one_leg_and_metres_add_up(cache):
    found = find_route(*FILES, "taastrupgaard_centre", "taastrup_st", cache=cache)
    keys = found.legs[["name", "kind"]].fillna("")
    assert not keys.eq(keys.shift()).all(axis=1).any()
    assert found.legs["length_m"].sum() == pytest.approx(found.length_m, abs=1)
    assert (found.start, found.end) == ("Taastrupgaard midt", "Taastrup St.")


def test_a_position_is_taken_as_latitude_and_longitude(cache):
    found = find_route(*FILES, "55.6545,12.2884", "taastrup_st", cache=cache)
    there = find_route(*FILES, "taastrupgaard_centre", "taastrup_st", cache=cache)
    assert found.time_min == pytest.approx(there.time_min, abs=0.5)


@pytest.mark.parametrize(
    ("start", "error", "message"),
    [
        ("nowhere", ConfigError, r"--from 'nowhere': is no id .*'taastrupgaard_centre'"),
        ("12.2,55.6,1", ConfigError, "is no id .* and no position"),
        ("99,12", ConfigError, "lies nowhere on the globe"),
        ("56.6,12.3", NetworkError, r"origins.*'56.6,12.3' lies 1\d\d,\d{3} m from the nearest"),
    ],
)
def test_a_start_that_cannot_be_is_named(start, error, message, cache):
    with pytest.raises(error, match=message):
        find_route(*FILES, start, "taastrup_st", cache=cache)


def test_the_drawn_route_begins_and_ends_at_the_street_and_is_credited(cache, tmp_path):
    found = find_route(*FILES, "taastrupgaard_centre", "taastrup_st", mode="bike", cache=cache)
    write_route(found, tmp_path / "r.geojson")
    (feature,) = json.loads((tmp_path / "r.geojson").read_text("utf-8"))["features"]
    assert feature["properties"]["minutes"] == found.time_min
    assert feature["properties"]["credit"] == "© OpenStreetMap contributors"
    line = shapely.from_geojson(json.dumps(feature["geometry"]))
    assert shapely.Point(12.2884, 55.6545).distance(line) < 0.001
    assert shapely.Point(12.3022, 55.6526).distance(line) < 0.001


def test_a_point_to_itself_is_a_place_and_not_a_line(cache, tmp_path):
    found = find_route(*FILES, "taastrup_st", "taastrup_st", cache=cache)
    assert found.legs.empty
    write_route(found, tmp_path / "r.geojson")
    (feature,) = json.loads((tmp_path / "r.geojson").read_text("utf-8"))["features"]
    assert feature["geometry"]["type"] == "Point"
