"""One layer of the catalog: columns and values by the mapping, and a report of every change."""

import sqlite3

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from htkgis.errors import CRSError, SchemaError, SourceError
from htkgis.loaders.layer import WITHIN, coverage_polygon, read_layer, read_plain_layer

UTM32, WGS84 = "EPSG:25832", "EPSG:4326"
BOX = [12.1, 55.5, 12.4, 55.8]
CSV = {"crs": WGS84, "geometry": {"lat": "lat", "lon": "lon"}}
POINT = shapely.Point(0, 0)


@pytest.fixture
def csv_layer(catalog, tmp_path):
    """Read a layer of places from CSV text, mapped as given."""

    def read(text, crs=UTM32, **facts):
        (tmp_path / "t.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
        facts = {"path": "t.csv", "columns": {"id": "nr"}} | CSV | facts
        return read_layer(catalog(places=facts), "places", crs=crs)

    return read


@pytest.fixture
def file_layer(catalog, tmp_path):
    """Read a layer from a table saved as parquet (or the file named), mapped as given."""

    def read(table, name="t.parquet", **facts):
        path = tmp_path / name
        table.to_parquet(path) if name.endswith("parquet") else table.to_file(path)
        facts = {"path": name, "columns": {"id": "id"}} | facts
        return read_layer(catalog(places=facts), "places", crs=UTM32)

    return read


@pytest.fixture
def plain_layer(catalog, tmp_path):
    """Read a layer without geometry from CSV text."""

    def read(text, **facts):
        (tmp_path / "t.csv").write_text(text, "utf-8")
        facts = {"path": "t.csv", "columns": {"id": "nr", "type": "type"}} | facts
        return read_plain_layer(catalog(indicators=facts), "indicators")

    return read


def test_a_csv_of_points_becomes_a_table_in_the_crs_of_the_study(csv_layer):
    table, report = csv_layer("nr;lat;lon\n007;55,65;12,29\n")
    assert table["id"].tolist() == ["007"]
    assert table.crs == UTM32
    assert table.geometry.item().distance(shapely.Point(707_000, 6_172_000)) < 500
    assert (report.rows_read, report.rows, report.crs) == (1, 1, WGS84)
    assert report.bounds == pytest.approx((12.29, 55.65, 12.29, 55.65))
    assert (report.dropped, report.mended, report.notes) == ({}, {}, [])


def test_the_record_of_a_report_does_not_tell_where_the_file_lay(csv_layer, tmp_path):
    record = csv_layer("nr,lat,lon\na,55.65,12.29\n")[1].record()
    assert str(tmp_path) not in str(record)
    assert record["bounds"] == pytest.approx([12.29, 55.65, 12.29, 55.65])


def test_a_layer_without_rows_is_read(csv_layer):
    table, report = csv_layer("nr,lat,lon\n")
    assert (len(table), table.crs, report.rows, report.bounds) == (0, UTM32, 0, None)
    assert report.notes == ["has no rows"]


def test_every_change_is_counted(csv_layer):
    table, report = csv_layer(
        "nr,wkt\na,\nb,POLYGON EMPTY\nc,POINT Z (12.29 55.65 7)\n"
        'd,"POLYGON ((12.29 55.65, 12.30 55.66, 12.30 55.65, 12.29 55.66, 12.29 55.65))"\n',
        geometry={"wkt": "wkt"},
    )
    assert table["id"].tolist() == ["c", "d"]
    assert list(table.index) == [0, 1]
    assert report.dropped == {"no geometry": 2}
    assert report.mended == {"heights left out": 1, "invalid polygons": 1}
    assert (report.rows_read, report.rows) == (4, 2)


def test_rows_whose_value_is_not_mapped_are_dropped_and_counted(csv_layer):
    table, report = csv_layer(
        "nr,type,lat,lon\na,skole,55.65,12.29\nb,bænk,55.65,12.29\nc,,55.65,12.29\n",
        columns={"id": "nr", "function": "type"},
        values={"function": {"skole": "school"}},
    )
    assert table[["id", "function"]].to_numpy().tolist() == [["a", "school"]]
    assert report.dropped == {"function not mapped": 2}


@pytest.mark.parametrize(
    ("others", "functions", "dropped"),
    [("*", ["school", "bænk"], 1), ("green", ["school", "green", "green"], 0)],
)
def test_a_star_keeps_or_renames_all_that_is_not_named(plain_layer, others, functions, dropped):
    table, report = plain_layer(
        "nr,type\na,skole\nb,bænk\nc,\n", values={"type": {"skole": "school", "*": others}}
    )
    assert table["type"].tolist() == functions
    assert report.dropped.total() == dropped


def test_a_star_alone_keeps_every_value(plain_layer):
    table, _ = plain_layer("nr,type\na,x\nb,y\n", values={"type": {"*": "*"}})
    assert table["type"].tolist() == ["x", "y"]


def test_a_layer_of_which_no_row_is_kept_is_refused(plain_layer, csv_layer):
    with pytest.raises(
        SchemaError,
        match=r"^indicators \(.*\): none of its 2 rows is kept: 2 \(type not mapped\); one row at",
    ):
        plain_layer("nr,type\na,x\nb,y\n", values={"type": {"z": "z"}})
    with pytest.raises(SchemaError, match=r"kept: 1 \(outside the stated coverage\); one row"):
        csv_layer("nr,lat,lon\na,55.9,12.29\n", coverage=BOX)
    with pytest.raises(SchemaError, match=r"^places .*none of its 2 rows is kept: 2 \(no geometry"):
        csv_layer("nr,lat,lon\na,,\nb,,\n")


@pytest.mark.parametrize("role", sorted(WITHIN))
def test_a_layer_without_rows_is_refused_where_the_study_needs_one(catalog, tmp_path, role):
    (tmp_path / "t.csv").write_text("nr,lat,lon\n", "utf-8")
    layers = catalog(mine={"path": "t.csv", "columns": {"id": "nr"}, "role": role} | CSV)
    with pytest.raises(
        SchemaError, match=r"^mine \(.*t\.csv\): has no rows; one row at least is ne"
    ):
        read_layer(layers, "mine", crs=UTM32)


def test_rows_without_a_position_are_named(csv_layer):
    table, report = csv_layer("nr,lat,lon\na,55.65,12.29\nb,,12.29\nc,,\n")
    assert table["id"].tolist() == ["a"]
    assert (report.lost, report.dropped) == (["b", "c"], {"no geometry": 2})
    assert report.notes == ["without a position: 'b', 'c'"]


def test_letters_that_macos_writes_as_two_are_one(csv_layer):
    assert (
        csv_layer("nr,lat,lon\nGadehavega\u030ard,55.65,12.29\n")[0]["id"].item() == "Gadehavegård"
    )


@pytest.fixture
def placed(catalog, tmp_path, shapes):
    """Read a layer of one role beside a municipality; east and north in metres from Taastrup."""

    def read(role, east_m, north_m=0.0, crs=UTM32, **facts):
        square = shapely.box(-5000, -5000, 5000, 5000)
        shapes([square], id=["0169"], name=["K"]).to_parquet(tmp_path / "k.parquet")
        table = shapes([shapely.Point(east_m, north_m)], crs=crs, id=["a"])
        table.set_crs(UTM32, allow_override=True).to_parquet(tmp_path / "t.parquet")
        own = {"columns": {"id": "id"}}
        home = own | {"path": "k.parquet", "role": "municipality"}
        layers = catalog(home=home, mine=own | {"path": "t.parquet", "role": role})
        return read_layer(layers, "mine", crs=UTM32)

    return read


@pytest.mark.parametrize("role", [*sorted(WITHIN), "places", "stations", "jobs", "buildings"])
def test_a_layer_of_another_zone_than_it_says_is_refused(placed, role):
    with pytest.raises(
        CRSError,
        match=r"^mine \(.*t\.parquet\): none of 1 rows lies near .*; read as EPSG:25833 they would",
    ):
        placed(role, 0, crs="EPSG:25833")


@pytest.mark.parametrize(("role", "km"), [("gates", 5), ("places", 105)])
def test_quarters_and_gates_lie_in_the_municipality_and_places_may_lie_near_it(placed, role, km):
    assert len(placed(role, km * 1000)[0]) == 1
    with pytest.raises(CRSError, match="none of 1 rows lies near the municipality"):
        placed(role, km * 1000 + 1)


def test_what_gdal_remarks_on_a_file_is_noted(catalog, tmp_path, shapes):
    shapes([POINT], id=["a"]).to_file(tmp_path / "t.gpkg")
    with sqlite3.connect(tmp_path / "t.gpkg") as database:
        database.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'CURVE'")
    database.close()
    layers = catalog(places={"path": "t.gpkg", "columns": {"id": "id"}})
    notes = read_layer(layers, "places", crs=UTM32)[1].notes
    assert len(notes) == 1
    assert notes[0].startswith("GDAL: geometry column type for layer 't'")


def test_numbers_are_mapped_by_their_text(file_layer, shapes):
    table, _ = file_layer(
        shapes([POINT] * 3, id=["a", "b", "c"], kode=[1.0, 2.0, np.nan]),
        columns={"id": "id", "function": "kode"},
        values={"function": {"1": "school", "2": "civic"}},
    )
    assert table["function"].tolist() == ["school", "civic"]


def test_values_of_a_column_that_is_not_mapped_are_a_fault_of_the_catalog(plain_layer):
    with pytest.raises(SchemaError, match=r"^indicators \(.*\): the catalog maps values of 'kind'"):
        plain_layer("nr,type\na,x\n", values={"kind": {"x": "y"}})


def test_constants_and_prefix_are_added(csv_layer):
    table, _ = csv_layer(
        "nr,lat,lon\n7,55.65,12.29\n", id_prefix="poi_", constants={"status": "existing", "n": 1}
    )
    row = table.iloc[0]
    assert (row["id"], row["status"], row["n"]) == ("poi_7", "existing", 1)


def test_a_missing_id_is_not_made_one_by_the_prefix(csv_layer):
    table, _ = csv_layer("nr,lat,lon\n,55.65,12.29\na,55.65,12.29\n", id_prefix="p_")
    assert table["id"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    "ids",
    [
        [7, 8],
        np.array([7, 8], dtype="float32"),
        pd.array([7, 8], dtype="Int64"),
        ["7", "8"],
        [" 7", "8 "],
    ],
)
def test_ids_are_text_however_the_file_writes_them(file_layer, shapes, ids):
    table, _ = file_layer(shapes([POINT, POINT], id=ids))
    assert table["id"].tolist() == ["7", "8"]


def test_huge_ids_keep_every_digit(file_layer, shapes):
    ids = [10**17 + 1, 10**17 + 2]
    for name in ("t.parquet", "t.gpkg"):
        assert file_layer(shapes([POINT, POINT], id=ids), name)[0]["id"].tolist() == [
            "100000000000000001",
            "100000000000000002",
        ]


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_blank_text_is_missing(file_layer, shapes, blank):
    table, _ = file_layer(
        shapes([POINT, POINT], id=["a", "b"], navn=["x", blank]),
        columns={"id": "id", "name": "navn"},
    )
    assert table["name"].isna().tolist() == [False, True]


def test_numbers_stay_numbers_and_names_become_text(file_layer, shapes):
    table, _ = file_layer(
        shapes([POINT], id=[1], husnr=[12], antal=[2.5]),
        columns={"id": "id", "name": "husnr", "opportunities": "antal"},
    )
    assert (table["name"].item(), table["opportunities"].item()) == ("12", 2.5)


def test_a_missing_column_names_layer_file_and_mapping(csv_layer):
    with pytest.raises(
        SchemaError,
        match=r"^places \(.*t\.csv\): missing columns \['navn'\]; found \['nr', .*Correct",
    ):
        csv_layer("nr,lat,lon\na,55.65,12.29\n", columns={"id": "nr", "name": "navn"})


def test_a_csv_without_stated_geometry_or_crs_says_what_to_add(catalog, tmp_path):
    (tmp_path / "t.csv").write_text("nr,lat,lon\n")
    for facts in ({"crs": WGS84}, {"geometry": {"wkt": "w"}}):
        layers = catalog(places={"path": "t.csv", "columns": {"id": "nr"}} | facts)
        with pytest.raises(
            SchemaError, match=r"a table needs geometry = .* and crs in the catalog"
        ):
            read_layer(layers, "places", crs=UTM32)


@pytest.mark.parametrize("name", ["t.csv", "t.gpkg"])
def test_a_missing_file_is_named(catalog, name):
    layers = catalog(places={"path": name, "columns": {"id": "nr"}} | CSV)
    with pytest.raises(SourceError, match=rf"^{name} \(.*\): the file is missing"):
        read_layer(layers, "places", crs=UTM32)
    with pytest.raises(SourceError, match=rf"^{name} \(.*\): the file is missing"):
        read_plain_layer(layers, "places")


def test_an_encoding_is_taken_from_the_catalog(csv_layer, catalog, tmp_path, shapes):
    text = "nr,lat,lon\nHøje,55.65,12.29\n"
    with pytest.raises(SourceError, match=r"is not utf-8.*encoding = 'cp1252'"):
        csv_layer(text.encode("cp1252"))
    assert csv_layer(text.encode("cp1252"), encoding="cp1252")[0]["id"].item() == "Høje"
    shapes([POINT], id=["Høje"]).to_file(tmp_path / "t.shp", encoding="utf-8")
    (tmp_path / "t.cpg").unlink()
    facts = {"path": "t.shp", "columns": {"id": "id"}}
    with pytest.raises(
        SchemaError, match=r"^places \(.*1 values of column 'id' are garbled: 'HÃ\xb8je"
    ):
        read_layer(catalog(places=facts), "places", crs=UTM32)
    stated = catalog(places=facts | {"encoding": "utf-8"})
    assert read_layer(stated, "places", crs=UTM32)[0]["id"].item() == "Høje"


def test_swapped_columns_of_a_csv_are_named(csv_layer):
    with pytest.raises(CRSError, match=r"^places \(.*t\.csv\): 1 of 1 rows have swapped axes"):
        csv_layer("nr,lat,lon\na,12.29,55.65\n")


def test_swapped_axes_of_a_projected_file_are_named(file_layer):
    table = gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.Point(6_172_000, 707_000)], crs=UTM32)
    with pytest.raises(CRSError, match=r"^places \(.*t\.parquet\): 1 of 1 rows have swapped axes"):
        file_layer(table)


def test_a_missing_crs_and_a_wrong_one_are_told_apart(file_layer, shapes):
    right = shapes([POINT], id=["a"])
    bare = right.set_crs(None, allow_override=True)
    with pytest.raises(CRSError, match=r"^places \(.*\): has no CRS"):
        file_layer(bare)
    assert file_layer(bare, crs=UTM32)[1].crs == UTM32
    with pytest.raises(CRSError, match="is in EPSG:25832, and the catalog states EPSG:4326"):
        file_layer(right, crs=WGS84)
    with pytest.raises(CRSError, match=r"nowhere near where EPSG:25832 is used.*as EPSG:4326"):
        file_layer(bare, crs=WGS84)
    with pytest.raises(CRSError, match="'EPSG:99999' is not a CRS"):
        file_layer(bare, crs="EPSG:99999")


@pytest.mark.parametrize("crs", ["EPSG:99999", "EPSG:4326"])
def test_a_study_crs_that_is_none_or_not_in_metres_is_refused(csv_layer, crs):
    with pytest.raises(CRSError, match=rf"{crs}.*(is not a CRS|is not projected in metres)"):
        csv_layer("nr,lat,lon\na,55.65,12.29\n", crs=crs)


def test_rows_outside_the_stated_coverage_are_dropped_and_counted(csv_layer):
    table, report = csv_layer(
        "nr,lat,lon\nin,55.65,12.29\nout,55.65,12.41\nedge,55.65,12.4\n", coverage=BOX
    )
    assert table["id"].tolist() == ["in", "edge"]
    assert report.dropped == {"outside the stated coverage": 1}


def test_a_coverage_with_swapped_axes_does_not_drop_everything_in_silence(csv_layer):
    with pytest.raises(CRSError, match=r"^Lag \(t\.csv\), coverage: 1 of 1 rows have swapped axes"):
        csv_layer("nr,lat,lon\na,55.65,12.29\n", coverage=[55.5, 12.1, 55.8, 12.4])


def test_a_layer_that_states_no_coverage_has_no_polygon(catalog):
    with pytest.raises(
        SchemaError, match=r"^Lag \(t\.csv\): states no coverage.*\. Add coverage = "
    ):
        coverage_polygon(catalog(places={"path": "t.csv"}).layers["places"], UTM32)


def test_a_plain_layer_is_text_with_blanks_missing(plain_layer):
    table, report = plain_layer("type;nr\n 1,5 ;007\n;b\n")
    assert table["id"].tolist() == ["007", "b"]
    assert table["type"].tolist()[0] == "1,5"
    assert table["type"].isna().tolist() == [False, True]
    assert (report.rows_read, report.rows, report.bounds) == (2, 2, None)


def test_rows_are_chosen_by_the_values_that_the_catalog_names(csv_layer):
    table, report = csv_layer(
        "nr;lat;lon\n1;55,6;12,2\n2;55,6;12,3\n3;55,6;12,3\n", rows={"id": ["3", "1"]}
    )
    assert table["id"].tolist() == ["1", "3"]
    assert report.dropped == {"id not chosen by the catalog": 1}
    assert (report.rows_read, report.rows) == (3, 2)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"id": ["1", "9"]}, "1 of 2 values .* stand in no row of 'id': '9'.*Correct rows.id"),
        ({"name": ["a"]}, "chooses rows by 'name', which is no mapped column; mapped are"),
    ],
)
def test_a_choice_of_rows_that_finds_none_is_refused(csv_layer, rows, message):
    with pytest.raises(SchemaError, match=message):
        csv_layer("nr;lat;lon\n1;55,6;12,2\n", rows=rows)
