"""Heights from rasters of the ground: at points and along streets, sheet by sheet."""

import geopandas as gpd
import pytest
import shapely

from htkgis.pipeline.heights import with_heights, with_slopes
from tests.loaders.rasters import NODATA, NORTH, UTM32, WEST, at, raster

__all__ = ["raster"]


@pytest.fixture
def sheets(catalog, raster, tmp_path):
    """Catalog with one sheet of a terrain model for each table of heights."""

    def write(*tables):
        layers = {
            f"sheet_{number}": {"path": str(raster(heights)), "role": "elevation"}
            for number, heights in enumerate(tables)
        }
        return catalog(**layers)

    return write


def test_points_get_the_height_of_the_ground(sheets):
    points, reports = with_heights(at((5, 5), (15, 5)), sheets([[10, 20]]), what="origins")
    assert points["elevation_m"].tolist() == [10, 20]
    assert [report.notes for report in reports] == [["2 of 2 origins have a height"]]


def test_a_sheet_gives_what_those_before_it_lack(sheets):
    catalog = sheets([[10, NODATA]], [[99, 20]])
    points, reports = with_heights(at((5, 5), (15, 5), (900, 5)), catalog, what="places")
    assert points["elevation_m"].fillna(-9).tolist() == [10, 20, -9]
    assert [report.rows for report in reports] == [1, 2]


def test_streets_climb_and_fall_in_their_direction(sheets):
    line = shapely.LineString([(WEST + 5, NORTH - 5), (WEST + 45, NORTH - 5)])
    streets = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=[line, line.reverse()], crs=UTM32)
    found, _ = with_slopes(streets, sheets([[10, 12, 14, 13, 12]]))
    assert found[["gain_m", "loss_m"]].to_numpy().tolist() == [[4, 2], [2, 4]]


def test_without_a_raster_nothing_is_added(catalog):
    points = at((5, 5))
    found, reports = with_heights(points, catalog(places={"path": "p.csv"}), what="origins")
    assert list(found.columns) == ["geometry"]
    assert reports == []
