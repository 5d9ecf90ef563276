"""``htkgis surface``: a file that QGIS opens, whose every cell is a travel time."""

import itertools
import os
import shutil
import struct
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from click.testing import CliRunner

from htkgis.catalog import read_catalog
from htkgis.cli import main
from htkgis.errors import ConfigError, SourceError
from htkgis.network import graph_from_arrays, isochrones, reach, snap, street_times
from htkgis.network.surface import Grid
from htkgis.pipeline.measures import snapping
from htkgis.pipeline.profiles import profile_steps
from htkgis.pipeline.steps import Step, run_steps
from htkgis.pipeline.surfaces import BLOCK, NODATA, cog_bytes, needed, write_surface
from htkgis.store import Cache
from htkgis.study import read_study

AREA = "taastrupgaard"
MAX_MIN = 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The embedded study, a cache, and the surface of one area."""
    here = Path(__file__).parents[2]
    folder = tmp_path_factory.mktemp("surface")
    shutil.copy(here / "study.toml", folder)
    shutil.copytree(here / "layers", folder / "layers")
    return folder


def write(folder, out="area.tif", area=AREA, **options):
    paths = folder / "study.toml", folder / "layers" / "catalog.toml"
    cache = Cache(folder / "cache")
    return write_surface(*paths, area, folder / out, cache=cache, **options)


@pytest.fixture(scope="module")
def report(folder):
    return write(folder)


@pytest.fixture(scope="module")
def network(folder):
    """Graph and origins of the area, as a run of the study makes them."""
    study = read_study(folder / "study.toml")
    catalog = read_catalog(folder / "layers" / "catalog.toml")
    steps = needed(
        profile_steps(study, catalog, catalog.checked_hashes(), "da"), ("walk_graph", "origins")
    )
    results = run_steps(steps, Cache(folder / "cache"))
    origins = results["origins"]
    own = origins[origins["area_id"] == AREA]
    return graph_from_arrays(results["walk_graph"]), own, study


def centres(path):
    with rasterio.open(path) as raster:
        minutes, transform = raster.read(1), raster.transform
    row, column = np.mgrid[0 : minutes.shape[0], 0 : minutes.shape[1]]
    x = transform.c + (column.ravel() + 0.5) * transform.a
    y = transform.f + (row.ravel() + 0.5) * transform.e
    return minutes.ravel(), gpd.GeoDataFrame(
        {"id": [f"c{number}" for number in range(x.size)]}, geometry=gpd.points_from_xy(x, y)
    )


# values


def test_fifty_cells_are_the_travel_times_to_their_middles(report, network):
    graph, own, study = network
    minutes, points = centres(report.path)
    draw = np.random.default_rng(1)
    chosen = np.concatenate(
        [
            draw.choice(np.flatnonzero(minutes != NODATA), 50, replace=False),
            draw.choice(np.flatnonzero(minutes == NODATA), 50, replace=False),
        ]
    )
    ends = snap(graph, points.iloc[chosen], **snapping(study))
    found = street_times(
        graph, snap(graph, own, **snapping(study)), ends, limit_ds=MAX_MIN * 600
    ).to_table()
    least = found.groupby("to_id")["travel_time_ds"].min()
    expected = least.reindex(ends.ids).fillna(NODATA * 600).to_numpy()
    assert np.rint(minutes[chosen].astype(float) * 600).tolist() == expected.tolist()
    assert report.reached == (minutes != NODATA).sum() > 1000


@pytest.mark.parametrize("limit_min", [5, 15, 30])
def test_cells_beside_a_street_lie_in_the_isochrone_of_their_time(report, network, limit_min):
    graph, own, study = network
    minutes, points = centres(report.path)
    buffer_m = study.isochrone.buffer.value
    found = reach(graph, snap(graph, own, **snapping(study)), limit_ds=limit_min * 600)
    area = isochrones(
        graph,
        found,
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


# the file


def directories(content):
    """Where each image of a TIFF is described, its size, and where its tiles lie."""
    assert content[:4] == b"II*\x00"
    offset = struct.unpack_from("<I", content, 4)[0]
    found = []
    while offset:
        (count,) = struct.unpack_from("<H", content, offset)
        tags = {}
        for entry in range(count):
            at = offset + 2 + 12 * entry
            tag, kind, size = struct.unpack_from("<HHI", content, at)
            letter = {3: "H", 4: "I"}.get(kind)
            if letter is None:
                continue
            place = at + 8
            if struct.calcsize(letter) * size > 4:
                (place,) = struct.unpack_from("<I", content, place)
            tags[tag] = struct.unpack_from(f"<{size}{letter}", content, place)
        found.append((offset, tags[256][0], tags.get(322, (0,))[0], tags.get(324, ())))
        (offset,) = struct.unpack_from("<I", content, offset + 2 + 12 * count)
    return found


def test_the_file_is_laid_out_as_a_cloud_optimized_geotiff(report):
    content = report.path.read_bytes()
    images = directories(content)
    assert len(images) >= 2
    offsets, widths, tiles, places = zip(*images, strict=True)
    assert b"LAYOUT=IFDS_BEFORE_DATA" in content[:400]
    assert list(offsets) == sorted(offsets)
    assert list(widths) == sorted(widths, reverse=True)
    assert set(tiles) == {BLOCK}
    stored = [[place for place in own if place] for own in places]
    assert max(offsets) < min(min(own) for own in stored)
    # the smallest image comes first, so that a reader far away sees it at once
    for larger, smaller in itertools.pairwise(stored):
        assert max(smaller) < min(larger)


def test_the_raster_says_where_it_lies_and_what_it_shows(report):
    with rasterio.open(report.path) as raster:
        assert raster.crs.to_epsg() == 25832
        assert raster.dtypes == ("float32",)
        assert raster.nodata == NODATA
        assert raster.descriptions == ("travel_time_min",)
        assert raster.units == ("min",)
        assert raster.compression.name == "deflate"
        assert raster.overviews(1) == [2]
        assert raster.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        west, _, _, north = raster.bounds
        assert (west % 25, north % 25) == (0, 0)


def test_the_raster_carries_credit_and_provenance(report):
    with rasterio.open(report.path) as raster:
        tags = raster.tags()
    assert "© OpenStreetMap contributors (ODbL 1.0)" in tags["TIFFTAG_COPYRIGHT"]
    assert tags["area"] == AREA
    assert tags["speed_kph"] == "4.5"
    assert tags["note"].startswith("Skitsedata")
    assert len([word for word in tags["layers"].replace(";", "").split() if len(word) == 64]) >= 3
    assert not any("TIFFTAG_DATETIME" in key for key in tags)


def test_the_same_study_gives_the_same_bytes(folder, report):
    again = write(folder, "elsewhere.tif")
    assert again.sha256 == report.sha256
    assert str(folder).encode() not in report.path.read_bytes()


def test_an_overview_shows_cells_and_no_mixture(report):
    with rasterio.open(report.path) as raster:
        whole = set(np.unique(raster.read(1)).tolist())
    with rasterio.open(report.path, overview_level=0) as small:
        assert set(np.unique(small.read(1)).tolist()) <= whole


def test_a_small_grid_is_a_file_too():
    grid = Grid(700_000.0, 6_170_000.0, 25.0, 2, 3)
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    content = cog_bytes(values, grid, crs="EPSG:25832", tags={"a": "b"})
    with rasterio.MemoryFile(content) as file, file.open() as raster:
        assert (raster.read(1) == values).all()
        assert raster.tags()["a"] == "b"


# faults and the command


def test_an_area_that_is_not_shown_is_named(folder):
    with pytest.raises(ConfigError, match="'nowhere': the study shows no such area; there are"):
        write(folder, area="nowhere")


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


def test_the_command_says_what_it_wrote(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("HTKGIS_CACHE_DIR", str(folder / "cache"))
    out = tmp_path / "area.tif"
    words = ["surface", "--study", folder / "study.toml", "--area", AREA, "--out", out]
    words += ["--catalog", folder / "layers" / "catalog.toml", "--cell-m", "50", "--max-min", "10"]
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    assert f"Wrote {out}: " in done.output
    assert "cells of 50 m" in done.output
    assert "within 10 minutes of 5 origins" in done.output


@pytest.mark.parametrize("cell_m", ["9", "101", "x"])
def test_cells_of_another_size_are_refused(cell_m):
    words = ["surface", "--area", AREA, "--out", "x.tif", "--cell-m", cell_m]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert "--cell-m" in done.output


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
