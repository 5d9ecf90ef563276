"""Isochrones of a study: nested areas, reached streets, and the minutes of ``times``."""

import itertools
import json
import re
import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner

from htkgis.cli import main
from htkgis.errors import ConfigError, NetworkError
from htkgis.pipeline.isochrones import IsochroneQuestion, write_isochrones
from htkgis.pipeline.times import measure_point_times
from htkgis.pipeline.transit_isochrones import write_transit_isochrones
from htkgis.pipeline.transit_routes import find_transit_route
from htkgis.pipeline.transit_study import TransitMoment

ROOT = Path(__file__).parents[2]
FILES = (ROOT / "study.toml", ROOT / "layers" / "catalog.toml")
HOME = (55.6549, 12.2874)
TRANSIT = {"mode": "transit", "moment": TransitMoment(window_min=30, percentile=50)}


@pytest.fixture(scope="module")
def cache(study_cache):
    return study_cache


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    path = tmp_path_factory.mktemp("points") / "home.csv"
    path.write_text(f"id,lat,lon\nhome,{HOME[0]},{HOME[1]}\n", "utf-8")
    return path


@pytest.fixture(scope="module")
def walked(tmp_path_factory, cache, home):
    out = tmp_path_factory.mktemp("out") / "walk.gpkg"
    question = IsochroneQuestion(points=home, limits_min=(15, 5, 10, 5))
    return write_isochrones(*FILES, question, out, cache=cache), out


@pytest.fixture(scope="module")
def ridden(tmp_path_factory, cache, home):
    out = tmp_path_factory.mktemp("out") / "transit.gpkg"
    question = IsochroneQuestion(points=home, limits_min=(20, 30, 40), **TRANSIT)
    return write_transit_isochrones(*FILES, question, out, cache=cache), out


def spread_points(out, limit_min, seed=5, count=12):
    """Points on the reached streets, and the part of each street that is left."""
    streets = gpd.read_file(out, layer="streets")
    own = streets[(streets["limit_min"] == limit_min) & (streets.length > 20)]
    rows = np.random.default_rng(seed).choice(len(own), count, replace=False)
    return own.iloc[np.sort(rows)]


@pytest.mark.parametrize("kind", ["walked", "ridden"])
def test_areas_are_nested_and_hold_the_streets_that_are_reached(kind, request):
    report, out = request.getfixturevalue(kind)
    areas, streets = (gpd.read_file(out, layer=name) for name in ("isochrones", "streets"))
    assert areas["limit_min"].is_monotonic_increasing
    assert len(areas) == 3
    assert areas.is_valid.all()
    assert areas["reached_km"].is_monotonic_increasing
    for small, large in itertools.pairwise(areas.geometry):
        assert small.within(large.buffer(0.2))
    for row in areas.itertuples():
        own = streets[streets["limit_min"] == row.limit_min]
        assert own["length_m"].sum() / 1000 == pytest.approx(row.reached_km, abs=0.05)
        assert shapely.covers(row.geometry.buffer(0.2), own.geometry.to_numpy()).all()
    assert report.table["reached_km"].tolist() == areas["reached_km"].tolist()


def test_who_walks_to_the_end_of_a_reached_street_takes_the_limit_as_times_tells(
    walked, cache, home, tmp_path
):
    _, out = walked
    streets = gpd.read_file(out, layer="streets")
    own = streets[streets["limit_min"] == 10]
    whole = gpd.read_file(out, layer="streets")
    whole = whole[whole["limit_min"] == 15].set_index("street_id")
    # parts that are cut at 10 min and go on at 15: their loose ends are 10 min away
    cut = own[own["length_m"] + 1 < own["street_id"].map(whole["length_m"].groupby(level=0).sum())]
    assert len(cut) > 5
    middles = cut.geometry.interpolate(0.5, normalized=True).to_crs("EPSG:4326")
    path = tmp_path / "middles.csv"
    table = pd.DataFrame({"id": range(len(cut)), "lat": middles.y, "lon": middles.x})
    table.to_csv(path, index=False)
    times = measure_point_times("sketch", home, path, cache=cache).table
    assert len(times) == len(cut)
    assert (times["travel_time_min"] <= 10.03).all()


def test_a_point_inside_is_reached_by_half_of_the_departures_as_route_tells(ridden, cache):
    (_, out), limit_min = ridden, 30
    inside = spread_points(out, limit_min, count=3)
    for at in inside.geometry.interpolate(0.5, normalized=True).to_crs("EPSG:4326"):
        found = find_transit_route(
            *FILES,
            f"{HOME[0]},{HOME[1]}",
            f"{at.y:.9f},{at.x:.9f}",
            moment=TRANSIT["moment"],
            cache=cache,
        )
        assert found.time_min <= limit_min + 0.02


def test_a_point_beyond_every_reached_street_takes_longer(ridden, cache):
    _, out = ridden
    near, far = (
        gpd.read_file(out, layer="streets").query(f"limit_min == {limit}") for limit in (20, 40)
    )
    apart = far[~far["street_id"].isin(near["street_id"])]
    rows = np.random.default_rng(2).choice(len(apart), 3, replace=False)
    for at in apart.iloc[rows].geometry.interpolate(0.5, normalized=True).to_crs("EPSG:4326"):
        found = find_transit_route(
            *FILES,
            f"{HOME[0]},{HOME[1]}",
            f"{at.y:.9f},{at.x:.9f}",
            moment=TRANSIT["moment"],
            cache=cache,
        )
        assert 20 - 0.02 <= found.time_min <= 40 + 0.02


def test_whoever_rides_reaches_at_least_what_is_walked_to(ridden, walked, cache, home, tmp_path):
    question = IsochroneQuestion(points=home, limits_min=(20,))
    on_foot = write_isochrones(*FILES, question, tmp_path / "w.gpkg", cache=cache).table
    assert ridden[0].table["reached_km"].iloc[0] >= on_foot["reached_km"].iloc[0]
    by_bus, by_foot = ridden[0].table.geometry.iloc[0], on_foot.geometry.iloc[0]
    assert by_foot.within(by_bus.buffer(0.5))


def test_the_best_departure_reaches_the_most_and_all_of_them_the_least(cache, home, tmp_path):
    lengths = []
    for percentile in (0, 50, 100):
        moment = TransitMoment(window_min=20, percentile=percentile)
        question = IsochroneQuestion(points=home, limits_min=(30,), mode="transit", moment=moment)
        report = write_transit_isochrones(*FILES, question, tmp_path / "p.gpkg", cache=cache)
        lengths.append(report.table["reached_km"].iloc[0])
    assert lengths[0] > lengths[1] > lengths[2]


def test_an_area_reaches_what_any_of_its_origins_reaches(cache, tmp_path):
    question = IsochroneQuestion(area="taastrupgaard", limits_min=(10,))
    whole = write_isochrones(*FILES, question, tmp_path / "a.gpkg", cache=cache).table
    gates = gpd.read_file(tmp_path / "a.gpkg", layer="origins").to_crs("EPSG:4326")
    points = tmp_path / "gates.csv"
    table = pd.DataFrame({"id": gates["id"], "lat": gates.geometry.y, "lon": gates.geometry.x})
    table.to_csv(points, index=False)
    question = IsochroneQuestion(points=points, limits_min=(10,))
    each = write_isochrones(*FILES, question, tmp_path / "b.gpkg", cache=cache).table
    assert each["origin_id"].tolist() == gates["id"].tolist()
    assert whole["reached_km"].iloc[0] >= each["reached_km"].max()
    # bits of the outline bulge where a part ends
    both = each.geometry.union_all()
    assert whole.geometry.iloc[0].symmetric_difference(both).area < 0.01 * both.area


def test_files_say_what_they_are_made_of(ridden, cache, home, tmp_path):
    report, out = ridden
    about = dict(gpd.read_file(out, layer="about")[["name", "value"]].to_numpy().tolist())
    assert "Rejseplanen" in about["credit"]
    assert "OpenStreetMap" in about["credit"]
    assert about["departures"] == "07:00-07:30, one each minute"
    assert "at least 50 % of the departures" in about["definition"]
    assert about["note"] == "Skitsedata - ikke til sagsbehandling"
    assert report.about["date"] == "2026-11-24"
    styles = gpd.read_file(out, layer="layer_styles")
    assert set(styles["f_table_name"]) == {"origins", "streets", "isochrones"}
    question = IsochroneQuestion(points=home, limits_min=(20,), **TRANSIT)
    write_transit_isochrones(*FILES, question, tmp_path / "t.geojson", cache=cache)
    value = json.loads((tmp_path / "t.geojson").read_text("utf-8"))
    assert value["htkgis"]["credit"] == about["credit"]
    assert [row["properties"]["layer"] for row in value["features"]] == ["origins", "isochrones"]


def test_the_same_question_gives_the_same_bytes(ridden, cache, home, tmp_path):
    question = IsochroneQuestion(points=home, limits_min=(20, 30, 40), **TRANSIT)
    again = write_transit_isochrones(*FILES, question, tmp_path / "transit.gpkg", cache=cache)
    assert again.sha256 == ridden[0].sha256


def test_own_points_need_streets_and_the_timetable_and_nothing_else(ridden, cache, home, tmp_path):
    shutil.copytree(ROOT / "layers", tmp_path / "layers")
    streets = tmp_path / "layers" / "streets.toml"
    parts = FILES[1].read_text("utf-8").split("\n[layers.")[1:]
    needed = ("streets", "street_nodes", "transit_lines", "transit_stops")
    kept = [part for part in parts if part.partition("]")[0].partition(".")[0] in needed]
    streets.write_text("".join(f"\n[layers.{part}" for part in kept), "utf-8")
    asked = (FILES[0], streets)
    on_foot = IsochroneQuestion(points=home, limits_min=(5, 10, 15))
    question = IsochroneQuestion(points=home, limits_min=(20, 30, 40), **TRANSIT)
    write_isochrones(*asked, on_foot, tmp_path / "w.gpkg", cache=cache)
    report = write_transit_isochrones(*asked, question, tmp_path / "t.gpkg", cache=cache)
    assert report.table.drop(columns="geometry").equals(ridden[0].table.drop(columns="geometry"))
    assert report.about["layers"] == ridden[0].about["layers"]
    area = IsochroneQuestion(area="taastrupgaard", limits_min=(5,))
    with pytest.raises(ConfigError, match="0 layers play the role 'housing_areas': none; one is"):
        write_isochrones(*asked, area, tmp_path / "a.gpkg", cache=cache)


def test_a_reach_that_meets_the_end_of_the_streets_is_a_bound(cache, home, tmp_path):
    question = IsochroneQuestion(points=home, limits_min=(5, 200), mode="bike")
    table = write_isochrones(*FILES, question, tmp_path / "b.gpkg", cache=cache).table
    assert table["bound"].tolist() == [None, "at_least"]


def test_a_train_that_leaves_the_streets_makes_a_bound(cache, home, tmp_path):
    # nobody can walk to the end of the streets in 30 min, but trains leave them
    on_foot = IsochroneQuestion(points=home, limits_min=(30,))
    table = write_isochrones(*FILES, on_foot, tmp_path / "w.gpkg", cache=cache).table
    assert table["bound"].tolist() == [None]
    question = IsochroneQuestion(points=home, limits_min=(5, 30), **TRANSIT)
    table = write_transit_isochrones(*FILES, question, tmp_path / "t.gpkg", cache=cache).table
    assert table["bound"].tolist() == [None, "at_least"]


def test_points_on_no_street_are_named_and_left_out(cache, tmp_path):
    points = tmp_path / "two.csv"
    points.write_text(f"id,lat,lon\nhome,{HOME[0]},{HOME[1]}\nsea,55.4,12.9\n", "utf-8")
    question = IsochroneQuestion(points=points, limits_min=(5,))
    report = write_isochrones(*FILES, question, tmp_path / "x.gpkg", cache=cache)
    assert report.table["origin_id"].tolist() == ["home"]
    assert report.too_far["id"].tolist() == ["sea"]
    points.write_text("id,lat,lon\nsea,55.4,12.9\n", "utf-8")
    for mode, write in (("walk", write_isochrones), ("transit", write_transit_isochrones)):
        alone = IsochroneQuestion(points=points, limits_min=(5,), mode=mode)
        with pytest.raises(NetworkError, match=r"none of 1 origins lies within .* 'sea'"):
            write(*FILES, alone, tmp_path / "y.gpkg", cache=cache)
        assert not (tmp_path / "y.gpkg").exists()


@pytest.mark.parametrize(
    ("question", "out", "said"),
    [
        ({"area": "nowhere"}, "a.gpkg", "the study shows no such area"),
        ({}, "a.gpkg", "one of them is needed, not both"),
        ({"area": "taastrupgaard", "points": Path("x.csv")}, "a.gpkg", "not both"),
        ({"area": "taastrupgaard"}, "a.shp", r"\.gpkg and \.geojson are allowed"),
        ({"area": "taastrupgaard", "mode": "car", "limits_min": (3,)}, "a.gpkg", "--limit-min 3"),
    ],
)
def test_what_cannot_be_asked_is_refused(cache, tmp_path, question, out, said):
    with pytest.raises(ConfigError, match=said):
        write_isochrones(*FILES, IsochroneQuestion(**question), tmp_path / out, cache=cache)


def test_the_command_writes_and_says_what_is_reached(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    out = tmp_path / "w.geojson"
    call = ["isochrone", "--area", "taastrupgaard", "--limit-min", "10", "--out", str(out)]
    result = CliRunner().invoke(main, call)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == f"Wrote {out}: 1 area on foot from 1 place"
    assert lines[1].split() == ["Place", "Within", "Reached", "streets"]
    assert re.fullmatch(r"taastrupgaard +10 min +\d+\.\d km", lines[2])
    assert "Data: © OpenStreetMap contributors" in result.output
    by_bus = [*call, "--mode", "transit", "--window-min", "5"]
    result = CliRunner().invoke(main, by_bus)
    assert result.exit_code == 0, result.output
    assert "07:00-07:05, one each minute: a place is inside if at least 50 %" in result.output
    result = CliRunner().invoke(main, [*call, "--depart", "07:00"])
    assert result.exit_code == 1
    assert "--depart: of no use with --mode walk" in result.output
