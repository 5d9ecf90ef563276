"""Heights from rasters of the ground: at points and along streets, sheet by sheet."""

import itertools

import geopandas as gpd
import numpy as np
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
    ends = {"from_node": ["n", "m"], "to_node": ["m", "n"], "bridge": False, "tunnel": False}
    streets = gpd.GeoDataFrame(ends, geometry=[line, line.reverse()], crs=UTM32)
    found, _ = with_slopes(streets, sheets([[10, 12, 14, 13, 12]]))
    assert found[["gain_m", "loss_m"]].to_numpy().tolist() == [[4, 2], [2, 4]]


VALLEY = [[10, 8, 2, 1, 1, 2, 2, 3, 4, 8, 12]]
"""Cells of 10 m; the middles of the first and the last lie 100 m apart."""


def bridge(pieces, *, flag="bridge"):
    """Streets of 100 m over the valley between two streets on the ground, in some pieces."""
    cuts = [5 + 100 * number / pieces for number in range(pieces + 1)]
    spans = [(0, 5), *itertools.pairwise(cuts), (105, 110)]
    lines = [shapely.LineString([(WEST + a, NORTH - 5), (WEST + b, NORTH - 5)]) for a, b in spans]
    over = np.array([False, *[True] * pieces, False])
    ends = {
        "from_node": [f"n{number}" for number in range(len(spans))],
        "to_node": [f"n{number + 1}" for number in range(len(spans))],
        "bridge": over & (flag == "bridge"),
        "tunnel": over & (flag == "tunnel"),
    }
    return gpd.GeoDataFrame(ends, geometry=lines, crs=UTM32)


@pytest.mark.parametrize("flag", ["bridge", "tunnel"])
@pytest.mark.parametrize("pieces", [1, 2, 3, 5])
def test_a_bridge_over_a_valley_climbs_as_far_in_one_piece_as_in_five(sheets, pieces, flag):
    found, _ = with_slopes(bridge(pieces, flag=flag), sheets(VALLEY))
    deck = found[["gain_m", "loss_m"]].iloc[1:-1]
    assert deck.sum().tolist() == pytest.approx([2, 0], abs=0.002)
    assert deck["gain_m"].tolist() == pytest.approx([2 / pieces] * pieces, abs=0.001)


def test_the_ends_of_a_deck_may_lie_on_two_sheets(sheets):
    west = [[*VALLEY[0][:5], *[NODATA] * 6]]
    east = [[*[NODATA] * 5, *VALLEY[0][5:]]]
    found, reports = with_slopes(bridge(2), sheets(west, east))
    assert found["gain_m"].iloc[1:3].tolist() == [1, 1]
    assert [report.rows for report in reports] == [1, 2]


def test_a_street_on_the_ground_goes_down_and_up_the_valley(sheets):
    streets = bridge(1).assign(bridge=False)
    found, _ = with_slopes(streets, sheets(VALLEY))
    # heights every 20 m: 10, 2, 1, 2, 4, 12
    assert found[["gain_m", "loss_m"]].iloc[1].tolist() == [11, 9]


def test_without_a_raster_nothing_is_added(catalog):
    points = at((5, 5))
    found, reports = with_heights(points, catalog(places={"path": "p.csv"}), what="origins")
    assert list(found.columns) == ["geometry"]
    assert reports == []
