"""What was drawn in QGIS: one feature, in degrees, or an error that says what the file has."""

import geopandas as gpd
import pytest
import shapely

from htkgis.errors import CRSError, SchemaError, SourceError
from htkgis.loaders.drawn import read_drawn

LINE = shapely.LineString([(700000, 6172000), (700100, 6172000)])


@pytest.fixture
def drawn(tmp_path):
    table = gpd.GeoDataFrame(
        {"id": ["bro", "sti", "sti"], "name": ["Bro", "Nord", "Syd"]},
        geometry=[
            shapely.MultiLineString([LINE]),
            shapely.Point(700000, 6172000, 7),
            shapely.MultiPoint([(700000, 6172000), (700001, 6172000)]),
        ],
        crs="EPSG:25832",
    )
    path = tmp_path / "drawn.geojson"
    table.to_file(path, driver="GeoJSON")
    return path


def test_a_line_is_found_by_id_and_lies_where_it_was_drawn_to_the_millimetre(drawn):
    shape = read_drawn(drawn, feature="bro")
    assert shape.geom_type == "LineString"
    back = gpd.GeoSeries([shape], crs="EPSG:4326").to_crs("EPSG:25832").iloc[0]
    assert shapely.get_coordinates(back).round(2).tolist() == [
        [700000, 6172000],
        [700100, 6172000],
    ]


def test_a_point_is_found_by_name_or_number_and_loses_its_height(drawn):
    by_name = read_drawn(drawn, feature="Nord")
    assert not by_name.has_z
    assert by_name == read_drawn(drawn, feature=1)


def test_a_feature_has_the_number_that_qgis_shows(drawn, tmp_path):
    table = gpd.read_file(drawn).iloc[:2].drop(columns="id")
    table.to_file(tmp_path / "drawn.gpkg", driver="GPKG")
    # a GeoPackage counts from 1
    first = read_drawn(tmp_path / "drawn.gpkg", feature=1)
    assert first.geom_type == "LineString"
    assert read_drawn(tmp_path / "drawn.gpkg", feature=2) == read_drawn(drawn, feature="Nord")
    with pytest.raises(SchemaError, match="0 of 2 features named 0"):
        read_drawn(tmp_path / "drawn.gpkg", feature=0)


@pytest.mark.parametrize(
    ("feature", "said"),
    [
        (None, "3 of 3 features; one is needed. There are 'bro', 'sti', 'sti'. Name it by id or n"),
        ("sti", "2 of 3 features named 'sti'; one is needed"),
        ("vej", "0 of 3 features named 'vej'; one is needed"),
        ("Syd", "the feature has a MultiPoint; a point, a line or a polygon in one part"),
    ],
)
def test_what_is_no_one_feature_is_refused(drawn, feature, said):
    with pytest.raises(SchemaError, match=rf"drawn\.geojson \(.*\): {said}"):
        read_drawn(drawn, feature=feature)


def test_a_file_without_crs_is_refused(tmp_path):
    path = tmp_path / "drawn.gpkg"
    lines = gpd.GeoDataFrame({"id": ["a"]}, geometry=[LINE], crs=None)
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        lines.to_file(path, driver="GPKG")
    with pytest.raises(CRSError, match=r"drawn\.gpkg .*: states no CRS"):
        read_drawn(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"none\.gpkg"):
        read_drawn(tmp_path / "none.gpkg")
