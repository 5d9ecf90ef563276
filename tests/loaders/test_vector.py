"""Vector files: what real ones hold, and each fault of a file named before GDAL meets it."""

import json
import sqlite3
import zipfile

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from htkgis.errors import SchemaError, SourceError
from htkgis.loaders import vector
from htkgis.loaders.vector import check_zip, read_vector

POINT = shapely.Point(0, 0)


def feature_collection(*features):
    rows = [
        {
            "type": "Feature",
            "properties": properties,
            "geometry": geometry if geometry is None else shapely.geometry.mapping(geometry),
        }
        for properties, geometry in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": rows}, ensure_ascii=False)


def zipped(path, **entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp", "a.parquet"])
def test_a_layer_is_read_back_from_each_format(tmp_path, shapes, name):
    table = shapes([POINT, shapely.Point(5, 0)], crs="EPSG:4326", id=[1, 2], navn=["Høje", None])
    path = tmp_path / name
    table.to_parquet(path) if path.suffix == ".parquet" else table.to_file(path)
    found = read_vector(path)
    assert found.geometry.name == "geometry"
    assert found["id"].tolist() == [1, 2]
    assert found["navn"].isna().tolist() == [False, True]
    assert found["navn"].iloc[0] == "Høje"
    assert found.crs.equals(table.crs, ignore_axis_order=True)
    assert list(found.index) == [0, 1]
    assert shapely.equals_exact(found.geometry.to_numpy(), table.geometry.to_numpy(), 1e-6).all()


@pytest.mark.parametrize("name", ["a.gpkg", "a.parquet"])
def test_a_geometry_column_of_another_name_is_called_geometry(tmp_path, shapes, name):
    table = shapes([POINT], id=["a"]).rename_geometry("shape")
    path = tmp_path / name
    if path.suffix == ".parquet":
        table.to_parquet(path)
    else:
        table.to_file(path, layer_options={"GEOMETRY_NAME": "shape"})
    found = read_vector(path, columns=["id"])
    assert list(found.columns) == ["id", "geometry"]
    assert found.active_geometry_name == "geometry"


def test_parquet_with_an_index_of_its_own_is_numbered_anew(tmp_path, shapes):
    shapes([POINT, POINT], id=["a", "b"]).set_index(pd.Index(["x", "x"])).to_parquet(
        tmp_path / "a.parquet"
    )
    assert list(read_vector(tmp_path / "a.parquet").index) == [0, 1]


def test_huge_whole_numbers_are_read_to_the_last_digit(tmp_path, shapes):
    shapes([POINT, POINT], id=[10**17 + 1, 10**17 + 2]).to_file(tmp_path / "a.gpkg")
    assert read_vector(tmp_path / "a.gpkg")["id"].tolist() == [10**17 + 1, 10**17 + 2]


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.parquet"])
def test_the_feature_id_is_given_where_no_column_is_called_so(tmp_path, shapes, name):
    table = shapes([POINT, POINT], crs="EPSG:4326", navn=["x", "y"])
    path = tmp_path / name
    table.to_parquet(path) if path.suffix == ".parquet" else table.to_file(path)
    first_id = 1 if name == "a.gpkg" else 0
    found = read_vector(path, columns=["fid", "navn"])
    assert found["fid"].tolist() == [str(first_id), str(first_id + 1)]


def test_a_column_called_fid_comes_before_the_feature_id(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text(feature_collection(({"fid": 77}, POINT)))
    assert read_vector(path, columns=["fid"])["fid"].tolist() == [77]


def test_the_key_of_a_geopackage_is_found_under_its_own_name(tmp_path, shapes):
    path = tmp_path / "a.gpkg"
    shapes([POINT], navn=["x"]).to_file(path, layer_options={"FID": "objekt_id"})
    assert read_vector(path, columns=["objekt_id", "navn"])["objekt_id"].tolist() == ["1"]


def test_a_file_of_several_layers_needs_a_name(tmp_path, shapes):
    path = tmp_path / "a.gpkg"
    shapes([POINT], id=["x"]).to_file(path, layer="skoler")
    shapes([POINT], id=["y"]).to_file(path, layer="stationer")
    with pytest.raises(
        SourceError,
        match=r"^a\.gpkg \(.*\): no layer was named; it holds skoler, stationer\. Name one",
    ):
        read_vector(path)
    with pytest.raises(SourceError, match="there is no layer 'veje'; it holds skoler, stationer"):
        read_vector(path, layer="veje")
    assert read_vector(path, layer="stationer")["id"].tolist() == ["y"]


def test_styles_that_qgis_keeps_in_a_geopackage_are_no_second_layer(tmp_path, shapes):
    path = tmp_path / "a.gpkg"
    shapes([POINT], id=["x"]).to_file(path, layer="skoler")
    pyogrio.write_dataframe(pd.DataFrame({"qml": ["x"]}), path, layer="layer_styles")
    assert read_vector(path)["id"].tolist() == ["x"]
    with pytest.raises(SourceError, match=r"layer 'layer_styles' has no geometry\. Choose"):
        read_vector(path, layer="layer_styles")


@pytest.mark.parametrize("name", ["a.gpkg", "a.parquet"])
def test_a_missing_column_is_named_with_those_that_are_there(tmp_path, shapes, name):
    table = shapes([POINT], id=["x"])
    path = tmp_path / name
    table.to_parquet(path) if path.suffix == ".parquet" else table.to_file(path)
    with pytest.raises(SchemaError, match=r"missing columns \['navn'\]; found \['id'"):
        read_vector(path, columns=["id", "navn"])


def test_a_layer_without_rows_and_one_without_shapes_are_read(tmp_path, shapes):
    shapes([POINT], id=["x"]).iloc[:0].to_file(tmp_path / "a.gpkg")
    assert read_vector(tmp_path / "a.gpkg").empty
    path = tmp_path / "b.geojson"
    path.write_text(feature_collection(({"id": "x"}, None)))
    assert read_vector(path).geometry.isna().tolist() == [True]


def test_a_missing_file_and_an_empty_one_are_told_apart(tmp_path):
    with pytest.raises(SourceError, match=r"^no\.gpkg \(.*\): the file is missing\. Check"):
        read_vector(tmp_path / "no.gpkg")
    (tmp_path / "a.gpkg").touch()
    with pytest.raises(SourceError, match=r"^a\.gpkg \(.*\): the file is empty \(0 bytes\)"):
        read_vector(tmp_path / "a.gpkg")


@pytest.mark.parametrize("kept", [60, 5000, 0.5, 0.95])
def test_a_cut_geopackage_cannot_be_read(tmp_path, shapes, kept):
    whole = tmp_path / "whole.gpkg"
    shapes([POINT] * 500, navn=["x" * 99] * 500).to_file(whole)
    data = whole.read_bytes()
    path = tmp_path / "cut.gpkg"
    path.write_bytes(data[: kept if kept > 1 else int(kept * len(data))])
    with pytest.raises(SourceError, match=r"^cut\.gpkg \(.*\): cannot be read: .*Fetch the file"):
        read_vector(path)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.geojson", feature_collection(({"id": "x"}, POINT))[:90], "cannot be read: Failed to r"),
        (
            "a.geojson",
            "<html><body>404 Not Found</body></html>",
            "cannot be read: .*not recognized",
        ),
        ("a.gpkg", "hello", "cannot be read: .*not recognized"),
        ("a.parquet", "PAR1 and no more", "is not GeoParquet"),
        ("a.zip", "hello", "is not a whole zip"),
    ],
    ids=["cut", "an error page", "no GeoPackage", "no parquet", "no zip"],
)
def test_a_corrupt_file_is_refused_in_one_line(tmp_path, name, text, message):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(SourceError, match=rf"^{name} \(.*\): {message}.* Fetch ") as caught:
        read_vector(path)
    assert "\n" not in str(caught.value)


def test_parquet_without_geometry_is_refused(tmp_path):
    path = tmp_path / "a.parquet"
    pd.DataFrame({"id": ["x"]}).to_parquet(path)
    with pytest.raises(SourceError, match="is not GeoParquet: Missing geo metadata"):
        read_vector(path)


def test_text_in_another_encoding_than_the_format_asks_is_refused(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_bytes(feature_collection(({"navn": "Høje"}, POINT)).encode("cp1252"))
    with pytest.raises(SourceError, match=r"text is not utf-8: byte 248 in b'H\\xf8je'\. Save it"):
        read_vector(path)


def test_a_shapefile_is_read_in_the_encoding_that_is_stated(tmp_path, shapes):
    path = tmp_path / "a.shp"
    shapes([POINT], navn=["Høje"]).to_file(path, encoding="utf-8")
    path.with_suffix(".cpg").unlink()
    assert read_vector(path)["navn"].item() == "HÃ\xb8je"
    assert read_vector(path, encoding="utf-8")["navn"].item() == "Høje"


def test_a_broken_shape_in_a_geopackage_is_read_as_none(tmp_path, shapes):
    path = tmp_path / "a.gpkg"
    shapes([POINT, POINT], id=["x", "y"]).to_file(path, spatial_index=False)
    with sqlite3.connect(path) as database:
        database.execute("DROP TRIGGER IF EXISTS trigger_update_feature_count_a")
        database.execute("UPDATE a SET geom = x'4750000100' WHERE fid = 1")
    database.close()
    assert read_vector(path).geometry.isna().tolist() == [True, False]


def test_a_zip_of_one_layer_is_read(tmp_path):
    text = feature_collection(({"id": "x"}, POINT))
    path = zipped(tmp_path / "a.zip", **{"./": "", "skoler.geojson": text})
    assert read_vector(path)["id"].tolist() == ["x"]


def test_a_zip_without_a_layer_is_refused(tmp_path):
    with pytest.raises(SourceError, match=r"^a\.zip .*cannot be read: "):
        read_vector(zipped(tmp_path / "a.zip", **{"readme.md": "hello"}))


def test_a_cut_zip_is_refused(tmp_path):
    data = zipped(tmp_path / "a.zip", **{"a.geojson": "x" * 999}).read_bytes()
    (tmp_path / "a.zip").write_bytes(data[:-30])
    with pytest.raises(SourceError, match=r"^a\.zip \(.*\): is not a whole zip: .*\. Fetch it ag"):
        read_vector(tmp_path / "a.zip")


@pytest.mark.parametrize(
    "name", ["../evil.txt", "a/../../evil.txt", "/etc/passwd", "..\\evil.txt", "C:\\evil.txt"]
)
def test_a_zip_that_leads_outside_itself_is_not_opened(tmp_path, name):
    text = feature_collection(({"id": "x"}, POINT))
    path = zipped(tmp_path / "a.zip", **{"a.geojson": text, name: "x"})
    with pytest.raises(
        SourceError, match=r"^a\.zip \(.*\): 1 entries lead outside the zip: .*evil|passwd.*Do not"
    ):
        read_vector(path)


def test_names_with_dots_and_folders_stay_inside_the_zip(tmp_path):
    check_zip(zipped(tmp_path / "a.zip", **{"a/b..c.txt": "x", "./d.txt": "x", "a/./e": "x"}))


def test_a_zip_bomb_is_not_opened(tmp_path):
    limit = vector.MAX_RATIO * (1 << 16)
    check_zip(zipped(tmp_path / "a.zip", zeros=b"\0" * limit))
    path = zipped(tmp_path / "b.zip", zeros=b"\0" * (limit + 1))
    with pytest.raises(
        SourceError, match=r"^b\.zip \(.*\): would unpack to 0\.0 GB from 0\.0 MB; at"
    ):
        read_vector(path)


def test_a_zip_above_the_size_limit_is_not_opened_however_little_it_is_packed(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(vector, "MAX_UNPACKED_BYTES", 1000)
    check_zip(zipped(tmp_path / "a.zip", a=b"x" * 1000))
    with pytest.raises(SourceError, match="would unpack to"):
        check_zip(zipped(tmp_path / "b.zip", a=b"x" * 600, b=b"x" * 401))


def test_a_folder_is_read_as_gdal_reads_it(tmp_path, shapes):
    folder = tmp_path / "shapes"
    folder.mkdir()
    shapes([POINT], id=["x"]).to_file(folder / "skoler.shp")
    assert isinstance(read_vector(folder, layer="skoler"), gpd.GeoDataFrame)
