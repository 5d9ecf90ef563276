"""``htkgis surface``: a file that QGIS opens, whose every cell is a travel time of its mode."""

import os
import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
import tomlkit
from click.testing import CliRunner

from htkgis.catalog import read_catalog
from htkgis.cli import main
from htkgis.errors import ConfigError, SourceError
from htkgis.network import graph_from_arrays, isochrones, reach, snap, street_times
from htkgis.pipeline.layers import street_coverage
from htkgis.pipeline.modes import snapping
from htkgis.pipeline.profile_steps import profile_steps
from htkgis.pipeline.steps import Step, needed, run_steps
from htkgis.pipeline.surfaces import NODATA, border_minutes, write_surface
from htkgis.store import Cache, sha256_file
from htkgis.study import read_study

from .sketch_osm import sketch_town, write_pbf

ROOT = Path(__file__).parents[2]
AREA = "taastrupgaard"
MODES = ("walk", "bike", "car")
MAX_MIN = 30
CAR_MIN = 5
"""What every trip by car takes besides driving, by the embedded study."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The embedded study; its network with one-way streets and a bollard beside it; a cache."""
    folder = tmp_path_factory.mktemp("surface")
    shutil.copy(ROOT / "study.toml", folder)
    shutil.copytree(ROOT / "layers", folder / "layers")
    path = write_pbf(sketch_town(ROOT, signed=True), folder / "layers" / "signed.osm.pbf")
    document = tomlkit.parse((folder / "layers" / "catalog.toml").read_text("utf-8"))
    document["layers"]["streets"].update(path=path.name, sha256=sha256_file(path))
    (folder / "layers" / "signed.toml").write_text(tomlkit.dumps(document), "utf-8")
    return folder


def write(folder, out="area.tif", area=AREA, catalog="catalog.toml", **options):
    paths = folder / "study.toml", folder / "layers" / catalog
    cache = Cache(folder / "cache")
    return write_surface(*paths, area, folder / out, cache=cache, **options)


@pytest.fixture(scope="module")
def report(folder):
    return write(folder)


@pytest.fixture(scope="module")
def by_mode(folder):
    """Surfaces of all modes in cells of 50 m: of the sketch, and of the network with signs."""
    return {
        (catalog, mode): write(
            folder, f"{catalog}.{mode}.tif", catalog=catalog, mode=mode, cell_m=50.0
        )
        for catalog in ("catalog.toml", "signed.toml")
        for mode in MODES
    }


def network(folder, mode="walk", name="catalog.toml"):
    """Graph, snapped origins of the area, catalog and streets, as a run of the study has them."""
    study = read_study(folder / "study.toml")
    catalog = read_catalog(folder / "layers" / name)
    steps = needed(
        profile_steps(study, catalog, catalog.checked_hashes(), "da"),
        (f"{mode}_graph", "origins", "streets"),
    )
    results = run_steps(steps, Cache(folder / "cache"))
    origins = results["origins"]
    graph = graph_from_arrays(results[f"{mode}_graph"])
    own = snap(graph, origins[origins["area_id"] == AREA], **snapping(study, mode))
    return graph, own, catalog, results["streets"]


def centres(path):
    with rasterio.open(path) as raster:
        minutes, transform = raster.read(1), raster.transform
    row, column = np.mgrid[0 : minutes.shape[0], 0 : minutes.shape[1]]
    x = transform.c + (column.ravel() + 0.5) * transform.a
    y = transform.f + (row.ravel() + 0.5) * transform.e
    return minutes.ravel(), gpd.GeoDataFrame(
        {"id": [f"c{number}" for number in range(x.size)]}, geometry=gpd.points_from_xy(x, y)
    )


def least_ds(graph, starts, ends):
    """Least travel time over all starts to each of the ends in deciseconds, by the matrix."""
    found = street_times(graph, starts, ends, limit_ds=MAX_MIN * 600).to_table()
    least = found.groupby("to_id")["travel_time_ds"].min()
    return least.reindex(ends.ids).fillna(NODATA * 600).to_numpy()


def tags_of(report):
    with rasterio.open(report.path) as raster:
        return raster.tags()


# values


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["catalog.toml", "signed.toml"])
def test_every_cell_is_the_travel_time_to_its_middle(folder, by_mode, name, mode):
    graph, own, _, _ = network(folder, mode, name)
    report = by_mode[name, mode]
    minutes, points = centres(report.path)
    ends = snap(graph, points, **snapping(read_study(folder / "study.toml"), mode))
    times_ds = np.rint(minutes.astype(float) * 600)
    assert (times_ds == least_ds(graph, own, ends)).all()
    assert report.reached == (minutes != NODATA).sum() > 3000
    assert (graph.mode, graph.directed) == (mode, mode != "walk" and name == "signed.toml")


@pytest.mark.parametrize("mode", ["bike", "car"])
def test_one_way_streets_are_followed_from_the_origins(folder, by_mode, mode):
    graph, own, _, _ = network(folder, mode, "signed.toml")
    minutes, points = centres(by_mode["signed.toml", mode].path)
    chosen = np.random.default_rng(1).choice(np.flatnonzero(minutes != NODATA), 300, replace=False)
    ends = snap(graph, points.iloc[chosen], **snapping(read_study(folder / "study.toml"), mode))
    back = street_times(graph, ends, own, limit_ds=None).to_table()
    back_ds = back.groupby("from_id")["travel_time_ds"].min().reindex(ends.ids).to_numpy()
    shown_ds = np.rint(minutes[chosen].astype(float) * 600)
    assert (np.abs(shown_ds - back_ds) > 100).mean() > 0.2


def within(report, bounds):
    """Minutes of a surface in the cells of another one that is smaller."""
    with rasterio.open(report.path) as raster:
        window = raster.window(*bounds)
        return raster.read(1, window=window, boundless=True, fill_value=NODATA)


def test_a_bike_is_nowhere_later_than_feet_and_a_car_takes_its_parking_everywhere(by_mode):
    with rasterio.open(by_mode["catalog.toml", "walk"].path) as raster:
        bounds = raster.bounds
    walk, bike, car = (within(by_mode["catalog.toml", mode], bounds) for mode in MODES)
    walked, driven = walk != NODATA, car != NODATA
    assert (bike[walked] != NODATA).all()
    assert (bike[walked] <= walk[walked]).all()
    assert car[driven].min() >= CAR_MIN
    assert (car < walk)[driven & walked].mean() > 0.5


@pytest.mark.parametrize("limit_min", [5, 15, 30])
def test_cells_beside_a_street_lie_in_the_isochrone_of_their_time(folder, report, limit_min):
    graph, own, _, _ = network(folder)
    study = read_study(folder / "study.toml")
    minutes, points = centres(report.path)
    buffer_m = study.isochrone.buffer.value
    area = isochrones(
        graph,
        reach(graph, own, limit_ds=limit_min * 600),
        limits_min=[limit_min],
        buffer_m=buffer_m,
        max_hole_m2=study.isochrone.max_hole.value,
        crs=study.study.crs,
    )
    near = snap(graph, points, **snapping(study)).distance_m <= 0.97 * buffer_m
    reached = (minutes != NODATA) & (minutes <= limit_min) & near
    inside = shapely.dwithin(area.geometry.iloc[0], points.geometry.to_numpy(), 0.5)
    assert reached.sum() > 20
    assert not (reached & ~inside).any()


def test_a_shorter_limit_shows_the_same_times(folder, report):
    shorter = write(folder, "short.tif", max_min=10)
    with rasterio.open(report.path) as large, rasterio.open(shorter.path) as small:
        window = large.window(*small.bounds)
        part = large.read(1, window=window, boundless=True, fill_value=NODATA)
        own = small.read(1)
        assert own.shape == part.shape
    assert (own[own != NODATA] == part[own != NODATA]).all()
    assert own.max() <= 10
    assert ((part != NODATA) & (part <= 10)).sum() == (own != NODATA).sum()


def test_the_size_of_the_cells_can_be_chosen(folder, report):
    fine = write(folder, "fine.tif", cell_m=10.0, max_min=5)
    with rasterio.open(fine.path) as raster:
        assert raster.res == (10.0, 10.0)
    assert report.cell_m == 25.0


# what the file says


def test_cells_fit_the_cells_of_other_surfaces(report):
    with rasterio.open(report.path) as raster:
        assert raster.crs.to_epsg() == 25832
        assert (raster.bounds.left % 25, raster.bounds.top % 25) == (0, 0)


def test_the_raster_carries_credit_and_provenance(report):
    tags = tags_of(report)
    assert "© OpenStreetMap contributors (ODbL 1.0)" in tags["TIFFTAG_COPYRIGHT"]
    assert tags["area"] == AREA
    assert tags["note"].startswith("Skitsedata")
    assert len([word for word in tags["layers"].replace(";", "").split() if len(word) == 64]) >= 3


DECISIONS = {
    "walk": {"walk_speed_kph": "4.5"},
    "bike": {"walk_speed_kph": "4.5", "bike_speed_kph": "16"},
    "car": {
        "walk_speed_kph": "4.5",
        "car_share_of_limit": "0.7",
        "car_access_time_min": "2",
        "car_parking_time_min": "3",
    },
}


@pytest.mark.parametrize(
    ("mode", "title"),
    [
        ("walk", "Minutter til fods fra det nærmeste udgangspunkt i Taastrupgaard"),
        ("bike", "Minutter på cykel fra det nærmeste udgangspunkt i Taastrupgaard"),
        ("car", "Minutter i bil fra det nærmeste udgangspunkt i Taastrupgaard, gang til bilen "),
    ],
)
def test_the_raster_says_how_people_travel_and_by_which_decisions(by_mode, mode, title):
    tags = tags_of(by_mode["catalog.toml", mode])
    assert tags["TIFFTAG_IMAGEDESCRIPTION"].startswith(title)
    assert tags["mode"] == mode
    stated = {k: v for k, v in tags.items() if k.startswith(("walk_", "bike_", "car_"))}
    assert stated.get("car_limits_where_unsigned_kph", "motorway 110;").startswith("motorway 110;")
    stated.pop("car_limits_where_unsigned_kph", None)
    assert stated == DECISIONS[mode]


def test_an_english_study_gives_an_english_title(folder, tmp_path):
    text = (folder / "study.toml").read_text("utf-8")
    study = tmp_path / "study.toml"
    study.write_text(text.replace('language = "da"', 'language = "en"'), "utf-8")
    out = tmp_path / "area.tif"
    options = {"cache": Cache(folder / "cache"), "max_min": 5.0, "cell_m": 100.0}
    tags = tags_of(
        write_surface(study, folder / "layers" / "catalog.toml", AREA, out, mode="bike", **options)
    )
    title = "Minutes by bike from the nearest origin of Taastrupgaard"
    assert tags["TIFFTAG_IMAGEDESCRIPTION"] == title
    assert tags["note"].startswith("Sketch data")


def test_only_layers_that_decide_the_surface_are_named(by_mode):
    named = {
        name: [part.split()[0] for part in tags_of(by_mode[name, "walk"])["layers"].split("; ")]
        for name in ("catalog.toml", "signed.toml")
    }
    assert named["catalog.toml"] == ["streets", "street_nodes", "gates", "housing_areas"]
    assert named["signed.toml"] == ["streets", "gates", "housing_areas"]


@pytest.mark.parametrize("mode", MODES)
def test_the_end_of_the_streets_is_told_where_it_is_met(folder, by_mode, mode):
    report = by_mode["catalog.toml", mode]
    graph, own, catalog, streets = network(folder, mode)
    assert report.border_min == border_minutes(graph, own, catalog, streets)
    assert (report.border_min < MAX_MIN) == (mode != "walk")
    tags = tags_of(report)
    if mode == "walk":
        assert "upper_bound_above_min" not in tags
        return
    assert float(tags["upper_bound_above_min"]) == pytest.approx(report.border_min, abs=0.05)
    # no cell outside what the streets cover is reached before
    minutes, points = centres(report.path)
    covered = shapely.contains(street_coverage(catalog, streets), points.geometry.to_numpy())
    assert minutes[~covered & (minutes != NODATA)].min() >= report.border_min - 0.01


def test_the_same_study_gives_the_same_bytes(folder, report):
    again = write(folder, "elsewhere.tif")
    assert again.sha256 == report.sha256
    assert str(folder).encode() not in report.path.read_bytes()


# faults and the command


def test_an_area_that_is_not_shown_is_named(folder):
    with pytest.raises(ConfigError, match="'nowhere': the study shows no such area; there are"):
        write(folder, area="nowhere")


def test_a_mode_that_the_study_does_not_decide_on_is_named(folder, tmp_path):
    document = tomlkit.parse((folder / "study.toml").read_text("utf-8"))
    del document["modes"]["bike"]
    (tmp_path / "study.toml").write_text(tomlkit.dumps(document), "utf-8")
    catalog = folder / "layers" / "catalog.toml"
    with pytest.raises(ConfigError, match="decides on no mode 'bike'; there are walk, car"):
        write_surface(tmp_path / "study.toml", catalog, AREA, tmp_path / "a.tif", mode="bike")


def test_a_limit_that_parking_takes_up_is_refused(folder):
    with pytest.raises(ConfigError, match="every trip by car takes 5 min besides driving"):
        write(folder, mode="car", max_min=CAR_MIN)


def test_another_ending_is_refused(folder):
    with pytest.raises(ConfigError, match=r"\.tif is allowed"):
        write(folder, "area.png")


def test_a_changed_layer_stops_it_and_the_old_file_stays(folder, report, tmp_path):
    study = tmp_path / "study"
    shutil.copytree(folder, study, ignore=shutil.ignore_patterns("cache"))
    before = (study / "area.tif").read_bytes()
    with (study / "layers" / "gates.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    with pytest.raises(SourceError, match="are not the accepted files: 'gates'"):
        write(study)
    assert (study / "area.tif").read_bytes() == before
    assert report.sha256


def test_only_the_steps_that_are_needed_run():
    steps = [
        Step("a", (), ("x",), dict),
        Step("b", (), ("y",), dict),
        Step("c", ("x",), ("z",), dict),
    ]
    assert [step.name for step in needed(steps, ("z",))] == ["a", "c"]


def call(folder, monkeypatch, out, *more):
    monkeypatch.setenv("HTKGIS_CACHE_DIR", str(folder / "cache"))
    words = ["surface", "--study", folder / "study.toml", "--area", AREA, "--out", out]
    words += ["--catalog", folder / "layers" / "catalog.toml", "--cell-m", "50", *more]
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command_says_what_it_wrote(folder, tmp_path, monkeypatch):
    said = call(folder, monkeypatch, tmp_path / "area.tif", "--max-min", "10")
    assert f"Wrote {tmp_path / 'area.tif'}: " in said
    assert "cells of 50 m" in said
    assert "within 10 minutes on foot of 5 origins" in said


def test_the_command_takes_a_mode_and_says_where_bounds_begin(folder, tmp_path, monkeypatch):
    said = call(folder, monkeypatch, tmp_path / "area.tif", "--mode", "car")
    assert "within 30 minutes by car of 5 origins" in said
    assert "the end of the streets is met after " in said


@pytest.mark.parametrize("option", [("--cell-m", "9"), ("--cell-m", "101"), ("--mode", "horse")])
def test_other_sizes_and_modes_are_wrong_usage(option):
    done = CliRunner().invoke(main, ["surface", "--area", AREA, "--out", "x.tif", *option])
    assert done.exit_code == 2
    assert option[0] in done.output


@pytest.mark.data
@pytest.mark.skipif("HTKGIS_TEST_DATA" not in os.environ, reason="HTKGIS_TEST_DATA is not set")
def test_the_surface_over_all_streets_reaches_more_cells_than_the_sketch(folder, report):
    data = Path(os.environ["HTKGIS_TEST_DATA"])
    paths = folder / "study.toml", folder / "layers" / "catalog-data.toml"
    full = write_surface(
        *paths, AREA, folder / "full.tif", data=data, cache=Cache(folder / "cache")
    )
    assert full.reached > report.reached
    assert full.origins > 100
