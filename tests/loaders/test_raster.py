"""Rasters: values at points and along streets, people in areas, and what is refused."""

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_series_equal
from rasterio.transform import Affine, from_origin

from htkgis.errors import ConfigError, CRSError, SchemaError, SourceError
from htkgis.loaders import read_population_raster, sample_lines, sample_points
from htkgis.loaders.raster import applied

from .rasters import NODATA, NORTH, SMALL, UTM32, WEST, along, at, boxes, raster

__all__ = ["raster"]


# points


@pytest.mark.parametrize(
    ("position", "value"),
    [
        ((5, 5), 1),
        ((15, 5), 2),
        ((10, 5), 1.5),
        ((10, 10), 3),
        ((25, 25), 9),
        ((12, 17), 3.7 + 0.1),
    ],
)
def test_the_four_cells_around_a_point_are_weighed(raster, position, value):
    expected = {(12, 17): 1 + 0.7 + 3 * 1.2}.get(position, value)
    assert sample_points(raster(SMALL), at(position)).tolist() == pytest.approx([expected])


def test_nearest_is_the_cell_that_the_point_lies_in(raster):
    values = sample_points(raster(SMALL), at((9.9, 0.1), (10.1, 0.1), (29, 29)), method="nearest")
    assert values.tolist() == [1, 2, 9]


def test_outside_is_missing_and_the_rim_is_not(raster):
    points = at((-0.1, 5), (5, -0.1), (30.1, 5), (5, 30.1), (0, 0), (30, 30))
    for method in ("nearest", "bilinear"):
        values = sample_points(raster(SMALL), points, method=method)
        assert values.isna().tolist() == [True] * 4 + [False] * 2
        assert values.tolist()[4:] == [1, 9]


def test_a_missing_cell_counts_only_where_it_has_weight(raster):
    path = raster([[1, 2, NODATA], [4, 5, 6], [7, 8, 9]])
    values = sample_points(path, at((5, 5), (15, 5), (15.1, 5), (25, 5), (15, 15)))
    assert values.isna().tolist() == [False, False, True, True, False]


def test_what_is_no_number_is_missing(raster):
    path = raster([[np.nan, np.inf], [1, 2]])
    values = sample_points(path, at((5, 5), (15, 5), (5, 15)), method="nearest")
    assert values.isna().tolist() == [True, True, False]


def test_the_index_of_the_points_is_kept_and_none_is_enough(raster):
    points = at((5, 5), (15, 15)).set_axis(["b", "a"])
    assert sample_points(raster(SMALL), points).to_dict() == {"b": 1.0, "a": 5.0}
    assert sample_points(raster(SMALL), points.iloc[:0]).empty


def test_points_of_another_crs_are_moved(raster):
    path = raster(SMALL)
    for crs in ("EPSG:4326", "EPSG:25833", "EPSG:3857"):
        assert_series_equal(
            sample_points(path, at((7, 12), crs=crs)), sample_points(path, at((7, 12))), atol=1e-4
        )


def test_a_raster_in_degrees_is_read_by_longitude_first(raster):
    lon, lat = at((0, 0), crs="EPSG:4326").geometry.iloc[0].coords[0]
    path = raster(SMALL, crs="EPSG:4326", transform=from_origin(lon, lat, 0.001, 0.001))
    points = gpd.GeoDataFrame(geometry=[shapely.Point(lon + 0.0025, lat - 0.0005)], crs="EPSG:4326")
    assert sample_points(path, points, method="nearest").tolist() == [3]


def test_a_turned_raster_is_read_by_its_own_axes(raster):
    turned = Affine(8.66, -5.0, WEST, -5.0, -8.66, NORTH)
    path = raster(SMALL, transform=turned)
    x, y = applied(turned, np.array([2.5]), np.array([0.5]))
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs=UTM32)
    assert sample_points(path, points, method="nearest").tolist() == [3]


def test_scale_and_offset_of_the_band_are_applied(raster):
    path = raster([[100, 200]], dtype="int16", nodata=None, scale=0.1, offset=2.0)
    assert sample_points(path, at((5, 5), (15, 5))).tolist() == [12.0, 22.0]


def test_another_band_can_be_named(raster):
    assert sample_points(raster([[[1]], [[7]]]), at((5, 5)), band=2).tolist() == [7]


@given(
    plane=st.tuples(*[st.integers(-9, 9)] * 3),
    position=st.tuples(st.floats(5, 55), st.floats(5, 35)),
)
def test_a_plane_is_read_exactly(raster, plane, position):
    a, b, c = plane
    row, column = np.mgrid[0:4, 0:6]
    path = raster(a * (10 * column + 5) + b * (10 * row + 5) + c, nodata=None)
    found = sample_points(path, at(position)).iloc[0]
    assert found == pytest.approx(a * position[0] + b * position[1] + c, abs=1e-4)


@given(
    cells=st.lists(st.integers(0, 99), min_size=12, max_size=12),
    position=st.tuples(st.floats(0, 40), st.floats(0, 30)),
)
def test_no_value_lies_outside_those_of_the_cells(raster, cells, position):
    path = raster(np.reshape(cells, (3, 4)))
    for method in ("nearest", "bilinear"):
        value = sample_points(path, at(position), method=method).iloc[0]
        assert min(cells) - 1e-9 <= value <= max(cells) + 1e-9


# lines

HILL = [[0, 10, 20, 10, 0]]


def test_gain_and_loss_are_the_sums_of_rises_and_falls(raster):
    found = sample_lines(raster(HILL), along([(5, 5), (45, 5)]), step_m=5)
    assert found.to_numpy().tolist() == [[0.0, 0.0, 20.0, 20.0]]
    assert list(found.columns) == ["start_m", "end_m", "gain_m", "loss_m"]


def test_a_bridge_and_a_tunnel_run_straight_between_their_ends(raster):
    line = [(5, 5), (45, 5)]
    lines = along(
        line, line, line, bridge=[True, False, False], tunnel=[False, True, False]
    ).set_axis(["bridge", "tunnel", "street"])
    found = sample_lines(raster([[0, 10, 20, 10, 4]]), lines, step_m=5)
    assert found["gain_m"].to_dict() == {"bridge": 4.0, "tunnel": 4.0, "street": 20.0}
    assert found["loss_m"].to_dict() == {"bridge": 0.0, "tunnel": 0.0, "street": 16.0}


def test_a_bridge_over_a_gap_in_the_heights_is_measured_and_a_street_is_not(raster):
    line = [(5, 5), (25, 5)]
    found = sample_lines(
        raster([[3, NODATA, 8]]), along(line, line, bridge=[True, False]), step_m=5
    )
    assert found["gain_m"].tolist() == pytest.approx([5.0, np.nan], nan_ok=True)
    assert found["end_m"].tolist() == [8.0, 8.0]


def test_a_line_that_leaves_the_raster_has_no_gain(raster):
    found = sample_lines(raster(HILL), along([(5, 5), (99, 5)]), step_m=10)
    assert found.isna().to_numpy().tolist() == [[False, True, True, True]]


def test_no_step_is_longer_than_asked(raster):
    short, long = (
        sample_lines(raster(HILL), along([(5, 5), (45, 5)]), step_m=s)["gain_m"].iloc[0]
        for s in (20, 40.1)
    )
    assert (short, long) == (20.0, 0.0)


heights = st.lists(st.integers(0, 50), min_size=6, max_size=6)
ends = st.tuples(st.integers(0, 30), st.integers(0, 20))


@given(cells=heights, start=ends, end=ends, step_m=st.integers(2, 20))
def test_gain_less_loss_is_the_difference_of_the_ends(raster, cells, start, end, step_m):
    path = raster(np.reshape(cells, (2, 3)))
    if start == end:
        return
    found = sample_lines(path, along([start, end], [end, start]), step_m=step_m)
    there, back = found.iloc[0], found.iloc[1]
    assert there["gain_m"] - there["loss_m"] == pytest.approx(there["end_m"] - there["start_m"])
    assert there["gain_m"] == pytest.approx(back["loss_m"])
    assert there["gain_m"] >= 0


@given(cells=heights, start=ends, end=ends)
def test_half_the_step_never_climbs_less(raster, cells, start, end):
    path = raster(np.reshape(cells, (2, 3)))
    if start == end:
        return
    line = along([start, end])
    length = line.length.iloc[0]
    coarse, fine = (sample_lines(path, line, step_m=length / n).iloc[0] for n in (4, 8))
    assert fine["gain_m"] >= coarse["gain_m"] - 1e-9


# faults of files


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SourceError, match="the file is missing"):
        sample_points(tmp_path / "none.tif", at((5, 5)))


@pytest.mark.parametrize("content", [b"", b"no raster", b"II*\x00\x08\x00\x00\x00"])
def test_a_file_that_is_no_raster_is_named(tmp_path, content):
    path = tmp_path / "wrong.tif"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"is empty|cannot be read"):
        sample_points(path, at((5, 5)))


def test_a_raster_cut_short_is_named(raster, tmp_path):
    whole = raster(np.arange(10_000).reshape(100, 100)).read_bytes()
    path = tmp_path / "short.tif"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceError, match=r"cut short or broken|cannot be read"):
        sample_points(path, at((995, 995)))


def test_a_file_that_leads_to_another_host_is_not_followed(tmp_path):
    path = tmp_path / "far.vrt"
    path.write_text(
        '<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand dataType="Byte" band="1">'
        "<SimpleSource><SourceFilename>/vsicurl/http://192.0.2.1/a.tif</SourceFilename>"
        "</SimpleSource></VRTRasterBand></VRTDataset>",
        "utf-8",
    )
    with pytest.raises(SourceError, match="GTiff, AAIGrid, GPKG, HFA, SRTMHGT are allowed"):
        sample_points(path, at((5, 5)))


def test_a_raster_without_crs_is_refused(raster):
    with pytest.raises(CRSError, match="the raster has no CRS"):
        sample_points(raster(SMALL, crs=None), at((5, 5)))


def test_a_raster_without_a_place_is_refused(tmp_path):
    path = tmp_path / "nowhere.asc"
    path.write_text("ncols 1\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 1\n7\n", "utf-8")
    with pytest.raises(CRSError, match="the raster has no CRS"):
        sample_points(path, at((5, 5)))


def test_points_and_areas_without_crs_are_refused(raster):
    with pytest.raises(CRSError, match="the points have no CRS"):
        sample_points(raster(SMALL), at((5, 5)).set_crs(None, allow_override=True))
    with pytest.raises(CRSError, match="the areas have no CRS"):
        read_population_raster(
            raster(SMALL), boxes((0, 0, 9, 9)).set_crs(None, allow_override=True)
        )


@pytest.mark.parametrize("band", [0, 2, -1])
def test_a_band_that_is_not_there_is_named(raster, band):
    with pytest.raises(SchemaError, match=f"has no band {band}; 1 to 1 are allowed"):
        sample_points(raster(SMALL), at((5, 5)), band=band)


def test_a_raster_of_nothing_is_refused(raster):
    path = raster(np.full((3, 3), NODATA))
    with pytest.raises(SchemaError, match="none of the 9 cells of band 1 has a value"):
        sample_points(path, at((5, 5)))
    with pytest.raises(SchemaError, match="none of the 9 cells of band 1 has a value"):
        read_population_raster(path, boxes((0, 0, 20, 20)))


@pytest.mark.parametrize("number", [-999, -9999, -32768])
def test_a_number_that_stands_for_nothing_is_named(raster, number):
    path = raster([[1, number], [number, 2]])
    with pytest.raises(
        SchemaError, match=f"2 cells hold '{number}'.*State it as the file's no-data"
    ):
        sample_points(path, at((5, 5), (15, 15)))


def test_the_same_number_stated_as_missing_is_missing(raster):
    values = sample_points(raster([[1, -999]], nodata=-999), at((5, 5), (15, 5)))
    assert values.isna().tolist() == [False, True]


def test_geometry_of_another_kind_is_refused(raster):
    with pytest.raises(SchemaError, match="1 of 1 rows are not a point"):
        sample_points(raster(SMALL), boxes((0, 0, 9, 9)))
    with pytest.raises(SchemaError, match="1 of 1 rows are not a line"):
        sample_lines(raster(SMALL), at((5, 5)), step_m=5)


def test_settings_that_are_none_are_refused(raster):
    with pytest.raises(ConfigError, match="nearest and bilinear are allowed"):
        sample_points(raster(SMALL), at((5, 5)), method="cubic")
    with pytest.raises(ConfigError, match="more than 0 m is allowed"):
        sample_lines(raster(SMALL), along([(0, 0), (9, 9)]), step_m=0)


# a real elevation model


@pytest.mark.data
@pytest.mark.skipif("HTKGIS_TEST_DATA" not in os.environ, reason="HTKGIS_TEST_DATA is not set")
def test_heights_of_porto_alegre_are_those_of_the_file():
    folder = Path(os.environ["HTKGIS_TEST_DATA"]) / "porto-alegre"
    path = folder / "poa_elevation.tif"
    with rasterio.open(path) as source:
        cells, transform = source.read(1), source.transform
    draw = np.random.default_rng(3)
    rows, columns = draw.integers(0, 403, 200), draw.integers(0, 413, 200)
    x, y = applied(transform, columns + 0.5, rows + 0.5)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs="EPSG:4326")
    for method in ("nearest", "bilinear"):
        found = sample_points(path, points.to_crs("EPSG:31982"), method=method)
        assert found.to_numpy() == pytest.approx(cells[rows, columns].astype(float), abs=0.05)
    lines = gpd.GeoDataFrame(
        geometry=[
            shapely.LineString(pair)
            for pair in zip(points.geometry[::2], points.geometry[1::2], strict=True)
        ],
        crs="EPSG:4326",
    ).to_crs("EPSG:31982")
    heights = sample_lines(path, lines, step_m=30)
    difference = heights["end_m"] - heights["start_m"]
    climbed = (heights["gain_m"] - heights["loss_m"]).to_numpy()
    assert climbed == pytest.approx(difference.to_numpy(), abs=1e-6)
    assert heights["gain_m"].gt(0).mean() > 0.9
