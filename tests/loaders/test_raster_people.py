"""People of a raster in areas: cut cells count by their share, and nobody twice."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.errors import SchemaError
from htkgis.loaders import read_population_raster
from htkgis.loaders.raster_people import population_cells

from .rasters import NODATA, NORTH, SMALL, UTM32, WEST, at, boxes, raster

__all__ = ["raster"]


def test_a_cell_counts_by_the_share_of_it_inside(raster):
    path = raster([[10, 20], [30, 40]])
    found = read_population_raster(path, boxes((0, 0, 20, 20), (0, 0, 5, 10), (5, 5, 15, 15)))
    assert found["population"].tolist() == pytest.approx([100, 5, 25])
    assert found["data_share"].tolist() == pytest.approx([1, 1, 1])


def test_an_area_without_data_is_missing_and_one_without_people_is_0(raster):
    path = raster([[0, NODATA], [30, NODATA]])
    found = read_population_raster(path, boxes((0, 0, 10, 10), (10, 0, 20, 10), (500, 0, 600, 10)))
    assert found["population"].tolist() == pytest.approx([0, np.nan, np.nan], nan_ok=True)
    assert found["data_share"].tolist() == pytest.approx([1, 0, 0])


def test_the_share_with_data_is_told(raster):
    found = read_population_raster(raster([[8, NODATA]]), boxes((0, 0, 20, 10), (5, 0, 25, 10)))
    assert found["population"].tolist() == pytest.approx([8, 4])
    assert found["data_share"].tolist() == pytest.approx([0.5, 0.25])


def test_holes_are_left_out(raster):
    ring = boxes((0, 0, 20, 20)).geometry.iloc[0] - boxes((5, 5, 15, 15)).geometry.iloc[0]
    zones = gpd.GeoDataFrame(geometry=[ring], crs=UTM32)
    found = read_population_raster(raster([[10, 20], [30, 40]]), zones)
    assert found["population"].tolist() == pytest.approx([75])


def test_areas_in_degrees_give_the_same_people(raster):
    path = raster(np.arange(400).reshape(20, 20))
    both = [
        read_population_raster(path, boxes((13, 7, 171, 99), crs=c)) for c in (UTM32, "EPSG:4326")
    ]
    assert both[1].to_numpy() == pytest.approx(both[0].to_numpy(), rel=1e-3)


def test_blocks_of_cells_change_no_sum(raster, monkeypatch):
    path, zones = raster(np.arange(100).reshape(10, 10)), boxes((3, 3, 88, 91))
    whole = read_population_raster(path, zones)
    monkeypatch.setattr("htkgis.loaders.raster_people.BOXES", 7)
    assert read_population_raster(path, zones).to_numpy() == pytest.approx(whole.to_numpy())


@given(
    cells=st.lists(st.integers(0, 99), min_size=12, max_size=12),
    cut=st.tuples(st.floats(1, 39), st.floats(1, 29)),
    angle=st.floats(0, 3),
)
def test_parts_of_an_area_hold_the_people_of_the_whole(raster, cells, cut, angle):
    path = raster(np.reshape(cells, (3, 4)))
    whole = boxes((0, 0, 40, 30)).geometry.iloc[0]
    x, y = WEST + cut[0], NORTH - cut[1]
    far = 1000 * np.array([np.cos(angle), np.sin(angle)])
    line = shapely.LineString([(x - far[0], y - far[1]), (x + far[0], y + far[1])])
    parts = list(shapely.ops.split(whole, line).geoms)
    found = read_population_raster(path, gpd.GeoDataFrame(geometry=parts, crs=UTM32))
    assert found["population"].sum() == pytest.approx(sum(cells), abs=1e-6)


def test_counts_below_0_are_refused(raster):
    with pytest.raises(SchemaError, match=r"\): \d+ cells count people below 0: -.*; 0 or more"):
        read_population_raster(raster([[5, -3]]), boxes((0, 0, 20, 10)))


def test_areas_that_are_no_polygons_are_refused(raster):
    with pytest.raises(SchemaError, match="1 of 1 areas are no polygon: rows 0"):
        read_population_raster(raster(SMALL), at((5, 5)))


def test_cells_of_people_become_polygons_where_anybody_lives(raster):
    path = raster([[10, 0, NODATA], [1, 2, 3], [0, 0, 7]])
    area = boxes((0, 0, 20, 20)).geometry.iloc[0]
    cells = population_cells(path, area, crs=UTM32)
    assert dict(zip(cells["id"], cells["persons"], strict=True)) == {
        "cell_0_0": 10,
        "cell_1_0": 1,
        "cell_1_1": 2,
    }
    assert cells.geometry.iloc[0].equals(boxes((0, 0, 10, 10)).geometry.iloc[0])
    assert cells.crs == UTM32


def test_cells_of_a_part_are_named_as_those_of_the_whole(raster):
    path = raster([[10, 4, 5], [1, 2, 3], [6, 8, 7]])
    area = boxes((12, 12, 28, 28)).geometry.iloc[0]
    assert population_cells(path, area, crs=UTM32)["id"].tolist() == [
        "cell_1_1",
        "cell_1_2",
        "cell_2_1",
        "cell_2_2",
    ]


def test_cells_below_nobody_are_refused(raster):
    path = raster([[10, -4], [1, 2]])
    with pytest.raises(SchemaError, match=r"\): \d+ cells count people below 0: -.*; 0 or more"):
        population_cells(path, boxes((0, 0, 20, 20)).geometry.iloc[0], crs=UTM32)
