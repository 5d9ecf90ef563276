"""Municipality and quarters: codes with and without zeros, and outlines that hold."""

import os
from pathlib import Path

import pytest
import shapely

from htkgis.catalog import read_catalog
from htkgis.errors import CRSError, SchemaError
from htkgis.loaders.boundaries import read_municipality, read_quarters

UTM32 = "EPSG:25832"
SQUARE = shapely.box(0, 0, 100, 100)


@pytest.fixture
def municipalities(catalog, tmp_path, shapes):
    """Catalog with a file of municipalities that have these codes."""

    def write(*codes):
        names = [f"Kommune {n}" for n in range(len(codes))]
        table = shapes([SQUARE] * len(codes), kode=list(codes), navn=names)
        table.to_parquet(tmp_path / "k.parquet")
        facts = {"path": "k.parquet", "columns": {"id": "kode", "name": "navn"}}
        return catalog(municipality=facts, quarters=facts)

    return write


@pytest.mark.parametrize("code", ["0169", "169", 169, 169.0])
@pytest.mark.parametrize("asked", ["0169", "169"])
def test_a_municipality_is_found_however_its_code_is_written(municipalities, code, asked):
    layers = municipalities(code, "0101" if isinstance(code, str) else 101)
    table, report = read_municipality(layers, "municipality", crs=UTM32, code=asked)
    assert table[["id", "name"]].to_numpy().tolist() == [["0169", "Kommune 0"]]
    assert report.dropped == {"another municipality": 1}
    assert (report.rows_read, report.rows) == (2, 1)


@pytest.mark.parametrize(
    ("codes", "found"), [(["0101", "0147"], "found '0101', '0147'"), ([], "found none")]
)
def test_an_absent_municipality_is_named_with_those_there_are(municipalities, codes, found):
    with pytest.raises(
        SchemaError, match=rf"^municipality \(.*\): 0 rows have municipality code '0169'.*{found}"
    ):
        read_municipality(municipalities(*codes), "municipality", crs=UTM32, code="0169")


def test_a_municipality_that_stands_twice_is_refused(municipalities):
    with pytest.raises(SchemaError, match="2 rows have municipality code '0169'; one is expected"):
        read_municipality(municipalities("0169", "169"), "municipality", crs=UTM32, code="0169")


@pytest.mark.parametrize("code", ["Høje-Taastrup", None])
def test_what_is_no_code_names_the_layer(municipalities, code):
    with pytest.raises(
        SchemaError, match=r"^municipality \(.*k\.parquet\): municipality code: .* is not one"
    ):
        read_municipality(municipalities("0169", code), "municipality", crs=UTM32, code="0169")


def test_a_mapping_without_id_names_the_column(catalog, tmp_path, shapes):
    shapes([SQUARE], navn=["x"]).to_parquet(tmp_path / "k.parquet")
    facts = {"path": "k.parquet", "columns": {"name": "navn"}}
    with pytest.raises(
        SchemaError, match=r"^municipality \(.*\): missing columns \['id'\]; mapped"
    ):
        read_municipality(catalog(municipality=facts), "municipality", crs=UTM32, code="0169")
    with pytest.raises(SchemaError, match=r"^quarters \(.*\): missing columns \['id'\]"):
        read_quarters(catalog(quarters=facts), "quarters", crs=UTM32)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (shapely.Point(0, 0), "have another geometry than polygon: 'b'"),
        (shapely.Polygon([(0, 0), (9, 9), (0, 0)]), "have another geometry than polygon: 'b'"),
    ],
    ids=["point", "polygon without area"],
)
def test_an_outline_must_be_an_area(catalog, tmp_path, shapes, shape, message):
    shapes([SQUARE, shape], id=["a", "b"], name=["A", "B"]).to_parquet(tmp_path / "q.parquet")
    layers = catalog(quarters={"path": "q.parquet", "columns": {"id": "id", "name": "name"}})
    with pytest.raises(SchemaError, match=rf"^quarters \(.*\): 1 of 2 rows {message}"):
        read_quarters(layers, "quarters", crs=UTM32)


def test_a_quarter_without_outline_is_refused_and_not_left_out(catalog, tmp_path, shapes):
    shapes([SQUARE, None], id=["a", "b"], name=["A", "B"]).to_parquet(tmp_path / "q.parquet")
    layers = catalog(quarters={"path": "q.parquet", "columns": {"id": "id", "name": "name"}})
    with pytest.raises(
        SchemaError, match=r"^quarters \(.*\): 1 of 2 rows have no position .*: 'b'"
    ):
        read_quarters(layers, "quarters", crs=UTM32)


def test_quarters_that_share_an_id_are_refused(municipalities):
    with pytest.raises(SchemaError, match=r"^quarters \(.*\): 2 of 2 rows share .*: 'a'"):
        read_quarters(municipalities("a", "a"), "quarters", crs=UTM32)


def test_quarters_without_further_names_have_empty_ones(municipalities):
    table, _ = read_quarters(municipalities("a"), "quarters", crs=UTM32)
    assert table[["also_called", "theme", "theme_en"]].isna().all(axis=None)


def test_the_embedded_municipality_and_its_three_quarters_load(root):
    layers = read_catalog(root / "layers" / "catalog.toml")
    table, _ = read_municipality(layers, "municipality", crs=UTM32, code="0169")
    assert table["name"].item() == "Høje-Taastrup Kommune"
    quarters, report = read_quarters(layers, "quarters", crs=UTM32)
    assert quarters[["name", "also_called"]].to_numpy().tolist() == [
        ["Kulturkvarteret", "Kjeld Abells Kvarter"],
        ["Videnskvarteret", "Gregersens Kvarter"],
        ["Iværksætterkvarteret", "Hartmanns Kvarter"],
    ]
    assert quarters.within(table.geometry.item().buffer(500)).all()
    assert (report.dropped, report.mended) == ({}, {})


def test_the_embedded_municipality_is_refused_where_its_axes_are_swapped(catalog, tmp_path, root):
    text = (root / "layers" / "municipality.csv").read_text("utf-8")
    code, name, wkt = text.splitlines()[1].split(",", 2)
    swapped = shapely.transform(shapely.from_wkt(wkt.strip('"')), lambda xy: xy[:, ::-1])
    (tmp_path / "m.csv").write_text(f'code,name,wkt\n{code},{name},"{swapped.wkt}"\n', "utf-8")
    facts = {"path": "m.csv", "crs": "EPSG:4326", "geometry": {"wkt": "wkt"}}
    layers = catalog(municipality=facts | {"columns": {"id": "code", "name": "name"}})
    with pytest.raises(
        CRSError, match=r"^municipality \(.*m\.csv\): 1 of 1 rows have swapped axes"
    ):
        read_municipality(layers, "municipality", crs=UTM32, code="0169")


@pytest.mark.data
@pytest.mark.skipif(
    "HTKGIS_TEST_DATA" not in os.environ, reason="HTKGIS_TEST_DATA names no test data"
)
def test_the_real_municipality_loads(root):
    layers = read_catalog(
        root / "layers" / "catalog-data.toml", data=Path(os.environ["HTKGIS_TEST_DATA"])
    )
    table, _ = read_municipality(layers, "municipality", crs=UTM32, code="0169")
    assert table["id"].tolist() == ["0169"]
