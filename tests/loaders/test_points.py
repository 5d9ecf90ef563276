"""Points of a user's own file: CSV or vector, ids unique, each with a position."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from htkgis.errors import CRSError, SchemaError, SourceError
from htkgis.loaders.points import read_points

UTM32, WGS84 = "EPSG:25832", "EPSG:4326"
POINT, SQUARE = shapely.Point(0, 0), shapely.box(0, 0, 100, 100)


@pytest.fixture
def points(tmp_path):
    """Read points from CSV text."""

    def read(text, crs=UTM32):
        (tmp_path / "p.csv").write_text(text, "utf-8-sig")
        return read_points(tmp_path / "p.csv", crs=crs)

    return read


@pytest.fixture
def vector_points(tmp_path):
    """Read points from a table saved as parquet."""

    def read(table):
        table.to_parquet(tmp_path / "p.parquet")
        return read_points(tmp_path / "p.parquet", crs=UTM32)

    return read


def test_a_csv_gives_points_in_the_order_of_the_file(points):
    found = points("id;lat;lon;note\nb;55,65;12,29;x\n007;55,66;12,30;y\n", crs=WGS84)
    assert found["id"].tolist() == ["b", "007"]
    assert [(p.x, p.y) for p in found.geometry] == [(12.29, 55.65), (12.30, 55.66)]
    assert list(found.columns) == ["id", "geometry"]
    assert found.crs == WGS84
    assert points("id;lat;lon\nb;55,65;12,29\n").crs == UTM32


def test_areas_and_multipoints_become_points(vector_points, shapes):
    table = shapes([SQUARE, shapely.MultiPoint([(1, 1)]), shapely.Point(5, 5, 9)], id=[1, 2, 3])
    found = vector_points(table)
    assert found["id"].tolist() == ["1", "2", "3"]
    assert found.geom_type.tolist() == ["Point"] * 3
    assert not found.has_z.any()
    assert table.geometry.iloc[0].contains(found.geometry.iloc[0])


def test_a_file_without_points_is_refused(points, vector_points, shapes):
    with pytest.raises(SchemaError, match=r"^p\.csv \(.*\): holds no points; one at least is need"):
        points("id,lat,lon\n")
    with pytest.raises(SchemaError, match=r"^p\.parquet \(.*\): holds no points; one"):
        vector_points(shapes([POINT], id=["a"]).iloc[:0])


def test_names_of_columns_may_be_written_in_capitals(points, vector_points, shapes):
    assert points("ID;Lat;LON\na;55,65;12,29\n", crs=WGS84).geometry[0] == shapely.Point(
        12.29, 55.65
    )
    assert vector_points(shapes([POINT], Id=["a"]))["id"].tolist() == ["a"]


def test_a_column_in_small_letters_comes_before_one_in_capitals(points):
    assert points("ID,id,lat,lon\nA,a,55.65,12.29\n")["id"].tolist() == ["a"]
    with pytest.raises(SchemaError, match=r"missing columns \['lat'\]; .*'lat' may be 'LAT'"):
        points("id,LAT,Lat,lon\na,55.65,55.65,12.29\n")


def test_a_layer_of_several_is_named_as_qgis_does(tmp_path, shapes):
    path = tmp_path / "p.gpkg"
    shapes([POINT], id=["h"]).to_file(path, layer="homes")
    shapes([POINT], id=["s"]).to_file(path, layer="shops")
    with pytest.raises(SourceError, match=r"it holds homes, shops\. .*p\.gpkg\|layername=homes"):
        read_points(path, crs=UTM32)
    named = tmp_path / "p.gpkg|layername=shops"
    assert read_points(named, crs=UTM32)["id"].tolist() == ["s"]


def test_garbled_ids_of_a_vector_file_are_named(vector_points, shapes):
    with pytest.raises(
        SchemaError, match=r"^p\.parquet .*1 values of column 'id' are garbled: 'HÃ"
    ):
        vector_points(shapes([POINT], id=["H\u00c3\u00b8je"]))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nr,lat,lon\na,55.6,12.3\n", r"missing columns \['id'\]; found .*'nr'.*Add ids"),
        ("id,lat\na,55.6\n", r"missing columns \['lon'\]; found \['id', 'lat'\]"),
        ("id,lat,lon\n,55.6,12.3\na,55.6,12.3\n", "1 rows have no id: number 1\\. Give each an id"),
        ("id,lat,lon\na,55.6,12.3\na,55.7,12.3\n", "2 of 2 rows share an id: 'a'; ids must be un"),
        ("id,lat,lon\na,55.6,12.3\nb,,12.3\nc,,\n", "2 of 3 rows have no position: 'b', 'c'\\. "),
        ("id,lat,lon\na,nord,12.3\n", "column 'lat': 1 values are not numbers: 'nord'"),
        ("id,lat,lon\na,1e999,12.3\n", "1 rows have 'coordinates not finite'"),
    ],
)
def test_a_fault_of_a_row_names_the_file(points, text, message):
    with pytest.raises(SchemaError, match=rf"^p\.csv \(.*p\.csv\).*{message}"):
        points(text)


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (["a", "a "], "2 of 2 rows share an id: 'a'"),
        ([1.0, 1.0], "2 of 2 rows share an id: '1'"),
        (["a", ""], "1 rows have no id: number 2"),
        (["a", None], "1 rows have no id: number 2"),
        ([1.0, np.nan], "1 rows have no id: number 2"),
    ],
)
def test_ids_that_look_alike_are_the_same_id(vector_points, shapes, ids, message):
    with pytest.raises(SchemaError, match=message):
        vector_points(shapes([POINT, POINT], id=ids))


@pytest.mark.parametrize("shape", [None, shapely.Point()])
def test_a_row_without_shape_is_named(vector_points, shapes, shape):
    with pytest.raises(SchemaError, match="1 of 2 rows have no position: '8'"):
        vector_points(shapes([POINT, shape], id=[7, 8]))


def test_swapped_axes_and_missing_crs_are_named(points, vector_points, shapes):
    with pytest.raises(CRSError, match=r"^p\.csv \(.*\): 1 of 1 rows have swapped axes \(first at"):
        points("id,lat,lon\na,12.29,55.65\n")
    bare = shapes([POINT], id=["a"]).set_crs(None, allow_override=True)
    with pytest.raises(CRSError, match=r"^p\.parquet \(.*\): has no CRS\. Write it into the"):
        vector_points(bare)


def test_a_degree_that_does_not_exist_is_refused(points):
    with pytest.raises(CRSError, match="1 of 2 rows lie nowhere near where EPSG:4326 is used"):
        points("id,lat,lon\na,55.65,12.29\nb,5565,1229\n", crs=WGS84)


def test_files_that_are_missing_or_empty_are_named(tmp_path):
    with pytest.raises(SourceError, match=r"^no\.csv \(.*\): the file is missing"):
        read_points(tmp_path / "no.csv", crs=UTM32)
    (tmp_path / "p.csv").touch()
    with pytest.raises(SourceError, match=r"^p\.csv \(.*\): the file is empty \(0 bytes\)"):
        read_points(tmp_path / "p.csv", crs=UTM32)


def test_a_geopackage_keeps_huge_ids(tmp_path, shapes):
    shapes([POINT, POINT], id=[10**17 + 1, 10**17 + 2]).to_file(tmp_path / "p.gpkg")
    found = read_points(tmp_path / "p.gpkg", crs=UTM32)
    assert isinstance(found, gpd.GeoDataFrame)
    assert found["id"].tolist() == ["100000000000000001", "100000000000000002"]
