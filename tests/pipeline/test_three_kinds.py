"""Hidden, zero and missing are three things in every file of a quarter that holds all three."""

import io

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest

from htkgis.pipeline.edition_changes import Published, change_report
from htkgis.profile.edition_figures import Figure, FigureKey

from .export_example import files_of
from .three_kinds import COLUMN, KINDS, kinds, three_kinds

BY_MODE = dict(zip(("walk", "bike", "car"), KINDS.values(), strict=True))


@pytest.fixture(scope="module")
def files():
    def shapes(geometry, **columns):
        return gpd.GeoDataFrame(columns, geometry=geometry, crs="EPSG:25832")

    return files_of(three_kinds(shapes))


def test_in_a_csv(files):
    table = pd.read_csv(io.BytesIO(files["q.csv"]), sep=";", decimal=",")
    assert kinds(table, "mode", "median", "missing") == BY_MODE


def test_in_a_workbook(files):
    book = openpyxl.load_workbook(io.BytesIO(files["q.xlsx"]))
    rows = list(book["Tal"].iter_rows(min_row=5, values_only=True))
    assert [row[7] for row in rows[:3]] == ["skjult af diskretionshensyn", 0, "kendes ikke"]


def test_in_a_geopackage(files, tmp_path):
    path = tmp_path / "q.gpkg"
    path.write_bytes(files["q.gpkg"])
    origins = pyogrio.read_dataframe(path, layer="origins")
    assert kinds(origins, "id", COLUMN, f"{COLUMN}_missing") == KINDS
    figures = pyogrio.read_dataframe(path, layer="figures", read_geometry=False)
    assert kinds(figures, "mode", "median", "missing") == BY_MODE


def test_in_geoparquet_and_the_tables_beside_it(files):
    origins = gpd.read_parquet(io.BytesIO(files["origins.parquet"]))
    assert kinds(origins, "id", COLUMN, f"{COLUMN}_missing") == KINDS
    each = pd.read_parquet(io.BytesIO(files["origin_figures.parquet"]))
    assert kinds(each, "id", "value", "missing") == KINDS
    figures = pd.read_parquet(io.BytesIO(files["figures.parquet"]))
    medians = figures[figures["statistic"] == "median"]
    assert kinds(medians, "mode", "value", "hidden") == {
        "walk": (None, True),
        "bike": (0.0, False),
        "car": (None, False),
    }


def key(mode):
    return FigureKey("q", "jobs", None, mode, 15.0, None, None, "adult", 2026)


def test_in_the_report_on_what_changed():
    before = {key(mode): Figure("jobs", 100, 100, 100) for mode in BY_MODE}
    after = {
        key("walk"): Figure("jobs", hidden=True),
        key("bike"): Figure("jobs", 0, 0, 0),
        key("car"): Figure("jobs"),
    }
    published = Published(before, {"run": "r", "htkgis": "1"})
    report = change_report(
        published, after, run="s", version="1", attribution=None, changed_layers=[]
    )
    # what is hidden now is counted and not named; its number of before stands nowhere
    assert (report["hidden"], report["moved"]) == (1, 2)
    shown = {
        row["mode"]: (row["after"]["median"], row["after"]["missing"]) for row in report["figures"]
    }
    assert shown == {"bike": (0, None), "car": (None, "unknown")}
