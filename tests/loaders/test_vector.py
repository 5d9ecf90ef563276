"""Vector files: what real ones hold, and each fault of a file named before GDAL meets it."""

import json
import sqlite3
import struct
import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from htkgis.errors import SchemaError, SourceError
from htkgis.loaders.vector import read_vector

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
        match=r"^a\.gpkg \(.*\): no layer was named; it holds skoler, stationer\. Name one of "
        r"them: layer = 'skoler' in the catalog, a\.gpkg\|layername=skoler elsewhere\.",
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
    with pytest.raises(
        SourceError, match=r"layer 'layer_styles' is a table without geometry; .* are '.*Name one"
    ):
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
            "cannot be read: it is no data but a web page",
        ),
        ("a.gpkg", "hello", "cannot be read: its content is in no format that GDAL knows"),
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


@pytest.mark.parametrize("encoding", ["latin-1", "ISO-8859-1", "iso8859_1", "l1", "cp1252"])
@pytest.mark.parametrize("stated", [False, True])
def test_every_name_of_latin_1_is_understood(tmp_path, shapes, encoding, stated):
    path = tmp_path / "a.shp"
    shapes([POINT], navn=["Høje Tåstrup, Æblegård"]).to_file(path, encoding="ISO-8859-1")
    path.with_suffix(".cpg").write_text("" if stated else encoding, "utf-8")
    found = read_vector(path, encoding=encoding if stated else None)
    assert found["navn"].item() == "Høje Tåstrup, Æblegård"


def test_a_cpg_that_lies_is_found_out(tmp_path, shapes):
    path = tmp_path / "a.shp"
    shapes([POINT], navn=["Høje Tåstrup"]).to_file(path, encoding="ISO-8859-1")
    path.with_suffix(".cpg").write_text("UTF-8", "utf-8")
    with pytest.raises(
        SourceError, match=r"text is not utf-8: byte 248 in b'H\\xf8je .*Save it as"
    ):
        read_vector(path)


def test_a_name_that_a_shapefile_cut_is_recognised(tmp_path, shapes):
    path = tmp_path / "a.shp"
    table = shapes([POINT], ID=["x"], position_a=[5])
    table.to_file(path)
    with pytest.raises(
        SchemaError,
        match=r"missing columns \['id', 'position_accuracy_m'\]; found \['ID', 'position_a'\]; "
        r"'id' may be 'ID', 'position_accuracy_m' may be 'position_a'\. Correct",
    ):
        read_vector(path, columns=["id", "position_accuracy_m"])


def test_a_curve_is_read_as_the_polygon_that_follows_it(tmp_path, shapes):
    path = tmp_path / "a.gpkg"
    shapes([shapely.box(0, 0, 1, 1)], id=["x"]).to_file(path, spatial_index=False)
    circle = [(-5, 0), (0, 5), (5, 0), (0, -5), (-5, 0)]
    arcs = struct.pack("<BII", 1, 8, 5) + b"".join(struct.pack("<dd", *xy) for xy in circle)
    blob = b"GP\x00\x01" + struct.pack("<i", 25832) + struct.pack("<BII", 1, 10, 1) + arcs
    with sqlite3.connect(path) as database:
        database.execute("DROP TRIGGER IF EXISTS trigger_update_feature_count_a")
        database.execute("UPDATE a SET geom = ?", (blob,))
        database.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'CURVEPOLYGON'")
    database.close()
    notes = []
    found = read_vector(path, notes=notes).geometry.item()
    assert found.geom_type == "Polygon"
    assert found.area == pytest.approx(25 * 3.1416, rel=0.001)
    assert [note[:21] for note in notes] == ["GDAL: geometry column"]
    with pytest.warns(RuntimeWarning, match="geometry column type"):
        read_vector(path)


def test_a_coordinate_that_is_no_number_is_read_without_a_word(tmp_path, shapes):
    with np.errstate(invalid="ignore"):
        lost = shapely.Polygon([(0, 0), (1, float("nan")), (1, 1)])
    shapes([lost], id=["x"]).to_parquet(tmp_path / "a.parquet")
    assert len(read_vector(tmp_path / "a.parquet")) == 1


def test_a_crs_named_with_danish_letters_in_latin_1_is_refused(tmp_path, shapes):
    path = tmp_path / "a.shp"
    shapes([POINT], id=["x"]).to_file(path)
    wkt = path.with_suffix(".prj").read_text("utf-8").replace("ETRS_1989_UTM", "Sjælland")
    path.with_suffix(".prj").write_text(wkt, "latin-1")
    with pytest.raises(
        SourceError, match=r"^a\.shp \(.*\): its CRS cannot be read\. Save it again"
    ):
        read_vector(path)


def test_a_crs_that_is_damaged_in_parquet_is_refused_in_one_short_line(tmp_path, shapes):
    path = tmp_path / "a.parquet"
    shapes([POINT], id=["x"]).to_parquet(path)
    table = pq.read_table(path)
    geo = table.schema.metadata[b"geo"].replace(b'"authority"', b'"auth_rity"')
    pq.write_table(table.replace_schema_metadata({b"geo": geo}), path)
    with pytest.raises(SourceError, match=r"^a\.parquet \(.*\): is not GeoParquet: Inv") as caught:
        read_vector(path)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.ods"])
def test_a_workbook_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"PK\x03\x04" + bytes(99))
    with pytest.raises(
        SourceError, match=rf"^{name} \(.*\): is a workbook; a CSV or a vector file"
    ):
        read_vector(tmp_path / name)


def test_a_collection_without_features_has_no_columns_to_find(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text(feature_collection())
    with pytest.raises(SchemaError, match=r"^a\.geojson \(.*\): holds neither rows nor columns"):
        read_vector(path, columns=["id"])


def test_half_a_flatgeobuf_holds_no_layer(tmp_path, shapes):
    whole = tmp_path / "whole.fgb"
    shapes([POINT] * 9, id=list("abcdefghi")).to_file(whole)
    path = tmp_path / "a.fgb"
    path.write_bytes(whole.read_bytes()[:300])
    with pytest.raises(SourceError, match=r"^a\.fgb \(.*\): holds no layer; it may be cut short"):
        read_vector(path)


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


def test_a_folder_is_read_as_gdal_reads_it(tmp_path, shapes):
    folder = tmp_path / "shapes"
    folder.mkdir()
    shapes([POINT], id=["x"]).to_file(folder / "skoler.shp")
    assert isinstance(read_vector(folder, layer="skoler"), gpd.GeoDataFrame)
