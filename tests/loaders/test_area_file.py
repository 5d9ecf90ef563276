"""Outlines of a user's own file: names in two languages, and what cannot be an area."""

import geopandas as gpd
import pytest
import shapely

from htkgis.errors import CRSError, SchemaError
from htkgis.loaders.area_file import read_area_file, read_outline_file

HOME = shapely.box(12.28, 55.65, 12.29, 55.66)
AWAY = shapely.box(12.30, 55.65, 12.31, 55.66)


@pytest.fixture
def drawn(tmp_path):
    def write(shapes, crs="EPSG:25832", **columns):
        table = gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")
        path = tmp_path / "areas.gpkg"
        (table.to_crs(crs) if crs else table.set_crs(None, allow_override=True)).to_file(path)
        return path

    return write


def test_danish_columns_are_known_and_outlines_come_in_degrees(drawn):
    path = drawn([HOME, AWAY], Navn=["Nord", "Syd"], Kvarter=["Nordby", None], Beboere=[1200, None])
    areas = read_area_file(path)
    assert areas["name"].tolist() == ["Nord", "Syd"]
    assert areas["quarter"].tolist() == ["Nordby", None]
    assert areas["persons"].iloc[0] == 1200
    assert areas["persons"].isna().tolist() == [False, True]
    assert areas["dwellings"].isna().all()
    assert areas["id"].isna().all()
    assert areas.total_bounds == pytest.approx([12.28, 55.65, 12.31, 55.66], abs=1e-6)


def test_a_csv_holds_outlines_as_cells_of_a_grid(tmp_path):
    pytest.importorskip("h3", reason="needs the package h3: pip install 'htkgis[hexagons]'")
    path = tmp_path / "areas.csv"
    path.write_text("name,cells\nMercado,89a901288dbffff 89a901288cbffff\n", "utf-8")
    area = read_area_file(path).geometry.iloc[0]
    assert area.geom_type == "Polygon"
    assert -51.24 < area.centroid.x < -51.22
    assert -30.04 < area.centroid.y < -30.03


def test_a_csv_holds_outlines_as_wkt(tmp_path):
    path = tmp_path / "areas.csv"
    path.write_text(f'name;wkt\nNord;"{HOME.wkt}"\n', "utf-8")
    areas = read_area_file(path)
    assert areas["name"].tolist() == ["Nord"]
    assert areas.geometry.iloc[0].equals(HOME)


def test_a_file_without_names_says_what_it_has(drawn):
    with pytest.raises(SchemaError, match=r"name.*Give each area a name"):
        read_area_file(drawn([HOME], title=["Nord"]))


def test_two_areas_of_one_name_are_refused(drawn):
    with pytest.raises(SchemaError, match="2 share one: 'Nord'"):
        read_area_file(drawn([HOME, AWAY], name=["Nord", "Nord"]))


def test_a_point_is_no_area(drawn):
    with pytest.raises(SchemaError, match="0 rows have no outline and 1 are no areas"):
        read_area_file(drawn([shapely.Point(12.28, 55.65)], name=["Nord"]))


def test_fewer_persons_than_none_are_refused(drawn):
    with pytest.raises(SchemaError, match="1 of 1 rows have persons below 0: 'Nord'"):
        read_area_file(drawn([HOME], name=["Nord"], persons=[-1]))


@pytest.mark.filterwarnings("ignore:.*crs.* was not provided")
def test_a_file_that_says_nowhere_is_refused(drawn):
    with pytest.raises(CRSError, match=r"has no CRS.*Save it again with one"):
        read_area_file(drawn([HOME], crs=None, name=["Nord"]))


def test_the_outline_with_the_code_is_taken_whatever_zeros_excel_dropped(drawn):
    path = drawn([HOME, AWAY], kode=[101, 102], navn=["Her", "Der"])
    found = read_outline_file(path, "0102")
    assert found["name"].tolist() == ["Der"]
    assert found.total_bounds == pytest.approx(AWAY.bounds, abs=1e-6)


def test_a_single_outline_is_the_municipality_whatever_its_columns(drawn):
    assert read_outline_file(drawn([HOME], x=[1]), "0101")["name"].tolist() == [None]


def test_several_outlines_without_the_code_are_refused(drawn):
    with pytest.raises(SchemaError, match="0 of 2 rows have the code '0103'"):
        read_outline_file(drawn([HOME, AWAY], kode=["0101", "0102"]), "0103")
