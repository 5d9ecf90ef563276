"""GeoPackage: the tables as they were given, styled for QGIS, the same bytes every time."""

import base64
import contextlib
import sqlite3
import time
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from htkgis.errors import SchemaError
from htkgis.publish.geopackage import geopackage_bytes
from htkgis.publish.geopackage_about import LayerFacts
from htkgis.publish.qml import (
    Category,
    FillSymbol,
    LineSymbol,
    MarkerSymbol,
    categorised_style,
    single_style,
)

HOSTILE = 'Café "Æ"; =1+1\n<b>&</b>'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M0 0H9"/></svg>'


def parsed(text):
    return ET.fromstring(text)  # noqa: S314  written by ourselves


@pytest.fixture
def points():
    return gpd.GeoDataFrame(
        {
            "id": ["b", "a"],
            "name": [HOSTILE, None],
            "minutes": [2.5, None],
            "inside": [True, False],
        },
        geometry=[shapely.Point(707_000, 6_172_000), shapely.Point(707_100, 6_172_050)],
        crs="EPSG:25832",
    )


@pytest.fixture
def surfaces():
    far = shapely.MultiPolygon([shapely.box(0, 0, 9, 9), shapely.box(20, 0, 29, 9)])
    return gpd.GeoDataFrame(
        {"limit_min": [5.0, 10.0]}, geometry=[shapely.box(0, 0, 5, 5), far], crs="EPSG:25832"
    )


@pytest.fixture
def bands():
    fills = ("#2f7fb8", "#74c0c9")
    return categorised_style(
        "limit_min",
        [
            Category(limit, f"inden for {limit:g} min.", FillSymbol(fill, "#16212b", 1.3))
            for limit, fill in zip((5.0, 10.0), fills, strict=True)
        ],
        largest_first=True,
    )


@pytest.fixture
def package(tmp_path, points, surfaces, bands):
    path = tmp_path / "quarter.gpkg"
    sources = pd.DataFrame({"layer": ["streets"], "credit": ["© OpenStreetMap contributors"]})
    path.write_bytes(
        geopackage_bytes(
            {"places": points, "isochrones": surfaces, "provenance": sources},
            styles={"isochrones": bands, "places": single_style(MarkerSymbol(SVG, 24))},
            date="2026-11",
        )
    )
    return path


def test_a_geopackage_read_back_is_what_was_written(package, points, surfaces):
    assert_geodataframe_equal(pyogrio.read_dataframe(package, layer="places"), points)
    found = pyogrio.read_dataframe(package, layer="isochrones")
    assert found.crs == "EPSG:25832"
    assert found["limit_min"].tolist() == [5.0, 10.0]
    assert found.geom_equals(surfaces).all()


def test_an_attribute_table_lies_beside_the_layers(package):
    found = pyogrio.read_dataframe(package, layer="provenance")
    assert found.to_dict("records") == [
        {"layer": "streets", "credit": "© OpenStreetMap contributors"}
    ]


def test_a_second_later_the_bytes_are_the_same(points, surfaces, bands):
    def written():
        return geopackage_bytes(
            {"places": points, "isochrones": surfaces}, styles={"isochrones": bands}, date="2026"
        )

    before = written()
    time.sleep(1.1)
    assert written() == before


def test_the_file_states_the_date_of_the_data_and_the_clock_goes_on(package):
    with sqlite3.connect(package) as connection:
        rows = connection.execute("select distinct last_change from gpkg_contents").fetchall()
    connection.close()
    assert rows == [("2026-11-01T00:00:00.000Z",)]
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


def test_qgis_finds_a_default_style_for_each_layer(package, bands):
    found = pyogrio.read_dataframe(package, layer="layer_styles")
    assert found["f_table_name"].tolist() == ["isochrones", "places"]
    assert found["styleQML"].iloc[0] == bands
    assert found["useAsDefault"].all()
    with sqlite3.connect(package) as connection:
        # the very question that QGIS asks when it opens a layer
        [(count,)] = connection.execute(
            "select count(*) from layer_styles where f_table_schema='' and "
            "f_table_name='places' and f_geometry_column='geom' and useAsDefault=1"
        ).fetchall()
        [(column,)] = connection.execute(
            "select column_name from gpkg_geometry_columns where table_name='places'"
        ).fetchall()
    connection.close()
    assert (count, column) == (1, "geom")


def test_an_empty_layer_stays_a_layer(points, tmp_path):
    path = tmp_path / "empty.gpkg"
    path.write_bytes(geopackage_bytes({"places": points[:0]}, styles={}, date="2026"))
    found = pyogrio.read_dataframe(path, layer="places")
    assert len(found) == 0
    assert {"id", "name", "minutes"} <= set(found.columns)


@pytest.mark.parametrize(
    ("tables", "styles", "message"),
    [
        (lambda points: {"places": points}, {"roads": "x"}, r"1 styles name no layer.*'roads'"),
        (lambda points: {"layer_styles": points}, {}, r"'layer_styles', which QGIS keeps"),
        (
            lambda points: {"places": points.set_crs(None, allow_override=True)},
            {},
            r"1 layers have no CRS: 'places'",
        ),
    ],
)
def test_a_geopackage_that_would_be_wrong_is_a_named_error(points, tables, styles, message):
    with pytest.raises(SchemaError, match=message):
        geopackage_bytes(tables(points), styles=styles, date="2026")


def options(symbol):
    return {option.get("name"): option.get("value") for option in symbol.iter("Option")}


def test_a_band_of_each_limit_is_drawn_with_its_colour_and_a_dark_outline(bands):
    renderer = parsed(bands).find("renderer-v2")
    assert renderer.get("type") == "categorizedSymbol"
    assert renderer.get("attr") == "limit_min"
    categories = [
        (row.get("value"), row.get("type"), row.get("symbol"), row.get("label"))
        for row in renderer.iter("category")
    ]
    assert categories == [
        ("5", "double", "0", "inden for 5 min."),
        ("10", "double", "1", "inden for 10 min."),
    ]
    symbols = {symbol.get("name"): symbol for symbol in renderer.iter("symbol")}
    assert symbols["0"].get("type") == "fill"
    assert symbols["0"].find("layer").get("class") == "SimpleFill"
    assert options(symbols["0"])["color"] == "47,127,184,255"
    assert options(symbols["0"])["outline_color"] == "22,33,43,255"
    assert options(symbols["0"])["outline_width"] == "0.344"


def test_the_widest_band_is_drawn_first(bands):
    renderer = parsed(bands).find("renderer-v2")
    assert renderer.get("enableorderby") == "1"
    clause = renderer.find("orderby/orderByClause")
    assert (clause.text, clause.get("asc")) == ('"limit_min"', "0")


def test_an_outline_is_a_line_around_an_empty_surface():
    style = single_style(LineSymbol("#7a1f5c", 3, (3, 7), outline=True))
    symbol = parsed(style).find("renderer-v2/symbols/symbol")
    assert symbol.get("type") == "fill"
    assert symbol.find("layer").get("class") == "SimpleLine"
    assert options(symbol)["customdash"] == "0.794;1.852"
    assert options(symbol)["use_custom_dash"] == "1"


def test_a_marker_carries_its_picture():
    symbol = parsed(single_style(MarkerSymbol(SVG, 24))).find("renderer-v2/symbols/symbol")
    assert symbol.get("type") == "marker"
    assert symbol.find("layer").get("class") == "SvgMarker"
    picture = options(symbol)["name"]
    assert base64.b64decode(picture.removeprefix("base64:")).decode() == SVG
    assert options(symbol)["size"] == "6.350"


def test_hostile_words_in_a_legend_stay_words():
    style = categorised_style("kind", [Category(HOSTILE, HOSTILE, LineSymbol("#16212b"))])
    category = parsed(style).find("renderer-v2/categories/category")
    assert (category.get("value"), category.get("label")) == (HOSTILE, HOSTILE)


def test_the_file_is_of_a_version_that_older_programs_read(points, tmp_path):
    path = tmp_path / "v.gpkg"
    path.write_bytes(geopackage_bytes({"points": points}, styles={}, date="2026"))
    with sqlite3.connect(path) as base:
        assert base.execute("PRAGMA user_version").fetchone() == (10300,)


ABOUT = {
    "places": LayerFacts("Steder", f"Skoler. {HOSTILE}", ("OSM", "Kommunen"), ("ODbL 1.0",)),
    "provenance": LayerFacts("Kilder", "Lagene."),
}


def described(points, **changes):
    tables = {"places": points, "provenance": pd.DataFrame({"layer": ["streets"]})}
    options = {"styles": {}, "date": "2026-11", "about": ABOUT, "language": "da"} | changes
    return geopackage_bytes(tables, **options)


@pytest.fixture
def base(points, tmp_path):
    path = tmp_path / "about.gpkg"
    path.write_bytes(described(points))
    with contextlib.closing(sqlite3.connect(path)) as opened:
        yield opened


def test_every_program_finds_title_and_description_where_the_standard_has_them(base):
    rows = base.execute(
        "select identifier, description from gpkg_contents where table_name = 'places'"
    ).fetchall()
    assert rows == [("Steder", f"Skoler. {HOSTILE}")]


def test_qgis_finds_credits_and_licences_of_each_layer(base):
    # the very question that QGIS asks when it opens a layer
    [(found,)] = base.execute(
        "select metadata from gpkg_metadata left join gpkg_metadata_reference on "
        "gpkg_metadata_reference.md_file_id = gpkg_metadata.id where "
        "md_standard_uri = 'http://mrcc.com/qgis.dtd' and reference_scope = 'table' and "
        "table_name = 'places'"
    ).fetchall()
    root = parsed(found)
    assert root.findtext("title") == "Steder"
    assert root.findtext("abstract") == f"Skoler. {HOSTILE}"
    assert [element.text for element in root.findall("rights")] == ["OSM", "Kommunen"]
    assert [element.text for element in root.findall("license")] == ["ODbL 1.0"]
    assert root.findtext("language") == "DAN"


def test_metadata_are_announced_and_tell_the_date_of_the_data(base):
    announced = base.execute(
        "select table_name, scope from gpkg_extensions where extension_name = 'gpkg_metadata'"
    ).fetchall()
    assert announced == [
        ("gpkg_metadata", "read-write"),
        ("gpkg_metadata_reference", "read-write"),
    ]
    moments = base.execute("select distinct timestamp from gpkg_metadata_reference").fetchall()
    assert moments == [("2026-11-01T00:00:00.000Z",)]
    assert base.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert base.execute("pragma foreign_key_check").fetchall() == []


def test_a_described_file_is_the_same_bytes_and_gdal_reads_its_metadata(points, tmp_path):
    data = described(points)
    assert described(points) == data
    path = tmp_path / "g.gpkg"
    path.write_bytes(data)
    found = pyogrio.read_info(path, layer="places")["layer_metadata"]
    assert found["IDENTIFIER"] == "Steder"
    assert_geodataframe_equal(pyogrio.read_dataframe(path, layer="places"), points)


@pytest.mark.parametrize(
    ("about", "message"),
    [
        ({"roads": LayerFacts("Veje", "")}, r"1 descriptions name no layer: 'roads'; there are"),
        (
            {"places": LayerFacts("Lag", ""), "provenance": LayerFacts("Lag", "")},
            r"1 titles stand at more than one layer: 'Lag'.*Tell the layers apart",
        ),
    ],
)
def test_a_description_that_would_be_wrong_is_a_named_error(points, about, message):
    with pytest.raises(SchemaError, match=message):
        described(points, about=about)
