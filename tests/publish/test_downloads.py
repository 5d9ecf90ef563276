"""CSV, parquet and GeoJSON: the same values in every program, and nothing that runs."""

import csv
import io
import json

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

from htkgis.publish.downloads import (
    csv_bytes,
    csv_description,
    geojson_bytes,
    harmless,
    parquet_bytes,
)

SOURCE = {"credits": ["© OpenStreetMap contributors"], "run": "abc", "layers": []}


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "label": ["Skole; nær", 'Café "Æ"\nto linjer'],
            "median": [12.25, None],
            "cut": [True, False],
        }
    )


@pytest.mark.parametrize(
    ("decimal", "separator", "point"), [("comma", ";", ","), ("point", ",", ".")]
)
def test_a_csv_opened_in_another_program_holds_the_same_values(table, decimal, separator, point):
    data = csv_bytes(table, decimal=decimal)
    found = pd.read_csv(io.BytesIO(data), sep=separator, decimal=point, encoding="utf-8-sig")
    pd.testing.assert_frame_equal(found, table, check_dtype=False)


def test_a_csv_for_danish_excel_has_a_mark_semicolons_and_decimal_commas(table):
    data = csv_bytes(table, decimal="comma")
    assert data.startswith(b"\xef\xbb\xbflabel;median;cut\n")
    assert '"Skole; nær";12,25;True\n'.encode() in data


def test_a_csv_with_a_point_has_no_mark(table):
    assert csv_bytes(table, decimal="point").startswith(b"label,median,cut\n")


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]
)
def test_text_that_a_spreadsheet_would_run_is_made_harmless(text):
    data = csv_bytes(pd.DataFrame({"name": [text], "n": [-1.5]}), decimal="comma")
    stream = io.StringIO(data.decode("utf-8-sig"), newline="")
    assert next(csv.DictReader(stream, delimiter=";"))["name"] == harmless(text)
    assert harmless(text) == "'" + text.replace("\r", "\n")


def test_a_negative_number_is_no_formula():
    assert csv_bytes(pd.DataFrame({"n": [-1.5]}), decimal="point") == b"n\n-1.5\n"


def test_the_description_of_a_csv_names_columns_decimal_sign_and_credits(table):
    titles = {"label": "Tal", "median": "Midterste", "cut": "Grænse"}
    value = json.loads(
        csv_description(
            table, "q.csv", titles=titles, decimal="comma", provenance=SOURCE, language="da"
        )
    )
    assert value["url"] == "q.csv"
    assert value["dialect"]["delimiter"] == ";"
    columns = {column["name"]: column for column in value["tableSchema"]["columns"]}
    assert list(columns) == list(table.columns)
    assert columns["median"]["datatype"] == {"base": "number", "format": {"decimalChar": ","}}
    assert columns["cut"]["datatype"]["base"] == "boolean"
    assert value["dc:rights"] == SOURCE["credits"]


def test_parquet_holds_the_table_and_where_it_comes_from(table):
    data = parquet_bytes(table, provenance=SOURCE)
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(data)), table, check_dtype=False)
    metadata = pq.read_schema(io.BytesIO(data)).metadata
    assert json.loads(metadata[b"htkgis"]) == SOURCE
    assert parquet_bytes(table, provenance=SOURCE) == data


@pytest.fixture
def clockwise():
    ring = [(0, 0), (0, 900), (900, 900), (900, 0), (0, 0)]
    hole = [(300, 300), (600, 300), (600, 600), (300, 600), (300, 300)]
    shape = shapely.Polygon(ring, [hole])
    moved = gpd.GeoSeries([shape, shapely.MultiPolygon([shape])], crs="EPSG:25832")
    return gpd.GeoDataFrame(
        {"limit_min": [5.0, None]}, geometry=moved.translate(707_000, 6_172_000)
    )


def test_geojson_is_longitude_and_latitude_with_rings_turned_right(clockwise):
    value = json.loads(geojson_bytes({"isochrones": clockwise}, provenance=SOURCE))
    assert value["htkgis"] == SOURCE
    simple, multiple = (shapely.geometry.shape(row["geometry"]) for row in value["features"])
    for polygon in (simple, multiple.geoms[0]):
        assert polygon.exterior.is_ccw
        assert not polygon.interiors[0].is_ccw
        assert polygon.is_valid
    west, south, east, north = simple.bounds
    assert 12 < west < east < 13
    assert 55 < south < north < 56
    corners = value["features"][0]["geometry"]["coordinates"][0]
    assert all(round(number, 6) == number for corner in corners for number in corner)


def test_geojson_features_name_their_layer_and_missing_is_null(clockwise):
    points = gpd.GeoDataFrame(
        {"name": ['"Æ"\n'], "measured": [True]}, geometry=[shapely.Point()], crs="EPSG:25832"
    )
    data = geojson_bytes({"isochrones": clockwise, "places": points}, provenance=SOURCE)
    rows = json.loads(data)["features"]
    assert [row["properties"] for row in rows] == [
        {"layer": "isochrones", "limit_min": 5.0},
        {"layer": "isochrones", "limit_min": None},
        {"layer": "places", "name": '"Æ"\n', "measured": True},
    ]
    assert rows[2]["geometry"] is None
    assert geojson_bytes({"isochrones": clockwise, "places": points}, provenance=SOURCE) == data


def test_a_whole_number_has_no_decimals_and_none_is_lost():
    table = pd.DataFrame({"n": [3.0, None, 0.1], "m": [1, 2, 1234567]})
    assert csv_bytes(table, decimal="comma").decode("utf-8-sig") == ("n;m\n3;1\n;2\n0,1;1234567\n")
