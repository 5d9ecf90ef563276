"""``htkgis surface`` with opportunities and with zones, on the embedded study."""

import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from click.testing import CliRunner

from htkgis.cli import main
from htkgis.errors import ConfigError, NetworkError, SchemaError
from htkgis.loaders.zones import read_zones
from htkgis.pipeline.surfaces import write_surface
from htkgis.pipeline.zone_surfaces import Question, write_access_surface, write_zone_table
from htkgis.publish.geotiff import NODATA
from htkgis.store import Cache

ROOT = Path(__file__).parents[2]
AREA = "taastrupgaard"
JOBS = "id,lat,lon,jobs\nnear,55.6549,12.2874,40\nfar,55.6486,12.2688,500\noff,55.9,12.0,9000\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("zones")
    shutil.copy(ROOT / "study.toml", folder)
    shutil.copytree(ROOT / "layers", folder / "layers")
    (folder / "jobs.csv").write_text(JOBS, "utf-8")
    return folder


def asked(folder, **options):
    options = {"area": AREA, "cell_m": 50.0, "cache": Cache(folder / "cache")} | options
    return Question(folder / "study.toml", folder / "layers" / "catalog.toml", **options)


def jobs(folder, **options):
    found = {"opportunities": folder / "jobs.csv", "column": "jobs", "limit_min": 15.0}
    return asked(folder, **(found | options))


def test_cells_hold_jobs_within_the_limit_and_lie_where_the_travel_times_do(folder):
    report = write_access_surface(jobs(folder), folder / "jobs.tif")
    paths = folder / "study.toml", folder / "layers" / "catalog.toml"
    minutes = write_surface(
        *paths, AREA, folder / "minutes.tif", cell_m=50.0, cache=Cache(folder / "cache")
    )
    assert (report.rows, report.columns) == (minutes.rows, minutes.columns)
    assert (report.points, report.points_off) == (2, 1)
    with rasterio.open(folder / "jobs.tif") as raster, rasterio.open(minutes.path) as times:
        values, tags = raster.read(1), raster.tags()
        assert raster.transform == times.transform
        assert raster.crs == "EPSG:25832"
        assert (raster.nodata, raster.units, raster.descriptions) == (
            NODATA,
            ("jobs",),
            ("opportunities",),
        )
    assert set(np.unique(values)) <= {NODATA, 0, 40, 500, 540}
    assert {0, 40, 500} <= set(np.unique(values))
    assert report.measured == (values != NODATA).sum()
    assert (tags["measure"], tags["unit"], tags["limit_min"]) == ("cumulative", "jobs", "15")
    assert tags["opportunities"] == "jobs.csv"


def test_a_longer_limit_reaches_no_less_in_any_cell(folder):
    values = []
    for limit in (5.0, 15.0, 30.0):
        write_access_surface(jobs(folder, limit_min=limit), folder / "limit.tif")
        with rasterio.open(folder / "limit.tif") as raster:
            values.append(raster.read(1))
    assert (values[0] <= values[1]).all()
    assert (values[1] <= values[2]).all()
    assert values[0].sum() < values[2].sum()


def test_minutes_per_quarter_are_those_of_the_raster(folder):
    table = write_zone_table(asked(folder), "quarters", folder / "zones.csv")
    assert table["id"].tolist() == ["kulturkvarteret", "videnskvarteret", "ivaerksaetterkvarteret"]
    paths = folder / "study.toml", folder / "layers" / "catalog.toml"
    minutes = write_surface(
        *paths, AREA, folder / "minutes.tif", cell_m=50.0, cache=Cache(folder / "cache")
    )
    quarters = gpd.GeoSeries.from_wkt(
        pd.read_csv(ROOT / "layers" / "quarters.csv").set_index("id")["outline_wkt_wgs84"],
        crs="EPSG:4326",
    ).to_crs("EPSG:25832")
    with rasterio.open(minutes.path) as raster:
        values, transform = raster.read(1), raster.transform
    row, column = np.mgrid[0 : values.shape[0], 0 : values.shape[1]]
    x, y = transform * (column + 0.5, row + 0.5)
    inside = shapely.contains_xy(quarters["kulturkvarteret"], x, y) & (values != NODATA)
    own = table.set_index("id").loc["kulturkvarteret"]
    # the quarter reaches beyond the raster of the area at no place: it was laid around it
    assert own["cells"] * own["reached_share"] == pytest.approx(inside.sum())
    for name, expected in (
        ("min", values[inside].min()),
        ("median", np.median(values[inside])),
        ("max", values[inside].max()),
    ):
        assert own[name] == pytest.approx(expected, abs=1e-4)
    shares = own[[f"within_{limit}_share" for limit in (5, 10, 15, 30)]].tolist()
    assert shares == sorted(shares)
    assert own[["measure", "mode", "unit", "cell_m"]].tolist() == ["travel_time", "walk", "min", 50]


def test_jobs_per_zone_of_a_file_need_no_area_and_are_written_as_a_table(folder):
    zone = gpd.GeoDataFrame(
        {"id": ["home"]}, geometry=[shapely.Point(12.2874, 55.6549).buffer(0.003)], crs="EPSG:4326"
    )
    zone.to_file(folder / "zones.gpkg")
    question = jobs(folder, area=None)
    table = write_zone_table(question, str(folder / "zones.gpkg"), folder / "jobs.csv.parquet")
    pd.testing.assert_frame_equal(
        pd.read_parquet(folder / "jobs.csv.parquet"), table.round(4), check_dtype=False
    )
    assert table["unit"].tolist() == ["jobs"]
    assert table["max"].item() in {40, 540}
    assert not [name for name in table.columns if name.startswith("within_")]


def test_the_command_writes_a_raster_or_a_table_and_says_what(folder):
    common = [
        "surface",
        *("--study", str(folder / "study.toml"), "--catalog", str(folder / "layers/catalog.toml")),
        *("--cell-m", "100"),
    ]
    points = ["--opportunities", f"{folder / 'jobs.csv'}:jobs", "--limit-min", "15"]
    runner = CliRunner(env={"HTKGIS_CACHE_DIR": str(folder / "cache")})
    made = runner.invoke(main, [*common, "--area", AREA, *points, "--out", str(folder / "c.tif")])
    assert made.exit_code == 0, made.output
    assert "of 2 points" in made.stdout
    assert "not counted: 1 points far from any street" in made.stdout
    table = runner.invoke(
        main, [*common, *points, "--zones", "quarters", "--out", str(folder / "c.csv")]
    )
    assert table.exit_code == 0, table.output
    assert "3 zones of" in table.stdout
    assert (
        (folder / "c.csv")
        .read_text("utf-8")
        .startswith("id,measure,mode,lens,plain,unit,cell_m,cells,")
    )


@pytest.mark.parametrize(
    "options", [[], ["--opportunities", "jobs.csv"], ["--zones", "quarters"]], ids=str
)
def test_a_surface_around_nothing_is_wrong_usage(options):
    result = CliRunner().invoke(main, ["surface", *options, "--out", "x.tif"])
    assert result.exit_code == 2
    assert "Missing option '--area'" in result.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cell_m": 9.99}, r"--cell-m 9\.99: is no side of a cell; 10 to 100 m are allowed"),
        ({"cell_m": 100.5}, r"--cell-m 100\.5"),
        ({"limit_min": None}, r"within how many minutes is missing\. Add --limit-min"),
        ({"area": "elsewhere"}, r"the study shows no such area"),
    ],
)
def test_what_cannot_be_asked_is_named(folder, options, message):
    with pytest.raises(ConfigError, match=message):
        write_access_surface(jobs(folder, **options), folder / "never.tif")
    assert not (folder / "never.tif").exists()


def test_opportunities_that_are_all_elsewhere_are_a_named_error(folder):
    (folder / "off.csv").write_text("id,lat,lon\noff,55.9,12.0\n", "utf-8")
    question = jobs(folder, opportunities=folder / "off.csv", column=None)
    with pytest.raises(NetworkError, match=r"none of 1 lies within 300 m of a street: 'off'"):
        write_access_surface(question, folder / "never.tif")


def test_zones_that_are_no_areas_are_named(shapes, tmp_path):
    drawn = [shapely.box(0, 0, 9, 9), shapely.Point(5, 5)]
    shapes(drawn, id=["area", "point"]).to_file(tmp_path / "zones.gpkg")
    with pytest.raises(SchemaError, match=r"1 of 2 rows are no area: 'point'"):
        read_zones(tmp_path / "zones.gpkg", crs="EPSG:25832")


def test_cells_whose_search_meets_the_end_of_the_streets_are_counted_as_bounds(folder):
    found = []
    for limit in (1.0, 15.0, 90.0):
        report = write_access_surface(jobs(folder, limit_min=limit), folder / "bound.tif")
        with rasterio.open(folder / "bound.tif") as raster:
            said = int(raster.tags().get("lower_bound_cells", 0))
        assert said == report.lower_bounds <= report.measured
        found.append(said)
    # within an hour and a half every cell of the sketch meets its end, within a minute few do
    assert found == sorted(found)
    assert found[0] < found[2] == report.measured
