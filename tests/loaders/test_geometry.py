"""Geometry on its way in: one CRS, the right place, 2D and valid, and each change counted."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from pyproj import CRS

from htkgis.errors import CRSError, SchemaError
from htkgis.loaders.geometry import (
    check_near,
    check_place,
    crs_name,
    in_crs,
    known_crs,
    mended,
    points_from_columns,
    shapes_from_wkt,
)

UTM32, WGS84 = "EPSG:25832", "EPSG:4326"
BOW_TIE = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
SQUARE = shapely.box(0, 0, 1, 1)


def table(*shapes, crs=UTM32):
    return gpd.GeoDataFrame({"id": range(len(shapes))}, geometry=list(shapes), crs=crs)


def coordinates(lat, lon):
    return pd.DataFrame({"lat": lat, "lon": lon}, dtype=object)


def test_points_are_made_of_danish_and_international_decimals():
    found = points_from_columns(
        coordinates(["55,65", "55.66"], ["12,29", "12.30"]), "lat", "lon", crs=WGS84, where="t"
    )
    assert [(p.x, p.y) for p in found.geometry] == [(12.29, 55.65), (12.30, 55.66)]
    assert found.crs == WGS84


def test_a_point_with_half_a_position_has_no_geometry():
    found = points_from_columns(
        coordinates(["55.65", None, None], [None, "12.29", None]),
        "lat",
        "lon",
        crs=WGS84,
        where="t",
    )
    assert found.geometry.isna().tolist() == [True, True, True]


def test_no_rows_make_no_points():
    assert points_from_columns(coordinates([], []), "lat", "lon", crs=WGS84, where="t").empty


def test_coordinates_that_are_missing_or_no_numbers_name_the_column():
    with pytest.raises(
        SchemaError, match=r"^t: missing columns \['x', 'y'\]; found \['lat', 'lon'"
    ):
        points_from_columns(coordinates(["1"], ["2"]), "x", "y", crs=WGS84, where="t")
    with pytest.raises(SchemaError, match=r"^t column 'lat': 1 values are not numbers: 'nord'"):
        points_from_columns(coordinates(["nord"], ["2"]), "lat", "lon", crs=WGS84, where="t")


def test_wkt_gives_shapes_and_blanks_give_none():
    rows = pd.DataFrame({"wkt": ["POINT (1 2)", None, "POLYGON EMPTY"]}, dtype=object)
    found = shapes_from_wkt(rows, "wkt", crs=WGS84, where="t").geometry
    assert found.iloc[0] == shapely.Point(1, 2)
    assert found.isna().tolist() == [False, True, False]
    assert found.is_empty.tolist() == [False, False, True]


def test_what_is_not_wkt_is_named_by_its_row_in_the_file():
    rows = pd.DataFrame({"wkt": ["POINT (1 2)", "POINT (1", "12.3 55.6"]}, dtype=object)
    with pytest.raises(SchemaError, match="t: 2 of 3 values of 'wkt' are not WKT: rows 3, 4"):
        shapes_from_wkt(rows, "wkt", crs=WGS84, where="t")
    with pytest.raises(SchemaError, match=r"t: missing columns \['outline'\]; found \['wkt'\]"):
        shapes_from_wkt(rows, "outline", crs=WGS84, where="t")


def test_degrees_become_metres(shapes):
    expected = shapes([shapely.Point(0, 0)])
    found = in_crs(expected.to_crs(WGS84), UTM32, stated=None, where="t")
    assert found.crs == UTM32
    assert found.geometry.iloc[0].distance(expected.geometry.iloc[0]) < 0.001


def test_a_file_without_crs_needs_the_word_of_the_catalog(shapes):
    bare = shapes([shapely.Point(0, 0)], crs=WGS84).set_crs(None, allow_override=True)
    with pytest.raises(CRSError, match=r"^t: has no CRS\. Write it into the file, or state it in"):
        in_crs(bare, UTM32, stated=None, where="t")
    found = in_crs(bare, UTM32, stated=WGS84, where="t")
    assert found.geometry.iloc[0].distance(shapes([shapely.Point(0, 0)]).geometry.iloc[0]) < 0.001


def test_a_file_in_another_crs_than_stated_is_refused(shapes):
    with pytest.raises(
        CRSError, match=r"^t: is in EPSG:25832, and the catalog states EPSG:25833\. Take crs out"
    ):
        in_crs(shapes([shapely.Point(0, 0)]), UTM32, stated="EPSG:25833", where="t")


@pytest.mark.parametrize("stated", [UTM32, "EPSG:32632"])
def test_a_stated_crs_that_puts_points_in_the_same_place_is_no_contradiction(shapes, stated):
    assert len(in_crs(shapes([shapely.Point(0, 0)]), UTM32, stated=stated, where="t")) == 1


def test_a_code_that_is_no_crs_is_refused():
    with pytest.raises(CRSError, match=r"^t: 'EPSG:99999' is not a CRS; 'EPSG:25832' is one"):
        known_crs("EPSG:99999", where="t")
    with pytest.raises(CRSError, match="'EPSG:99999' is not a CRS"):
        in_crs(table(SQUARE, crs=None), UTM32, stated="EPSG:99999", where="t")


def test_swapped_axes_are_named_in_degrees_and_in_metres(shapes):
    swapped = table(shapely.Point(55.65, 12.29), crs=WGS84)
    with pytest.raises(
        CRSError, match=r"^t: 1 of 1 rows have swapped axes \(first at \(55\.65, 12\.29\)\); x is"
    ):
        in_crs(swapped, UTM32, stated=None, where="t")
    right = shapes([shapely.Point(0, 0)])
    swapped = right.set_geometry(shapely.transform(right.geometry.to_numpy(), np.fliplr))
    swapped = swapped.set_crs(UTM32, allow_override=True)
    with pytest.raises(CRSError, match=r"swapped axes \(first at \(6172000, 707000\)\)"):
        in_crs(swapped, UTM32, stated=None, where="t")


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:3395", "EPSG:3034"])
def test_a_study_crs_that_distorts_lengths_is_refused(crs):
    point = table(shapely.Point(12.29, 55.65), crs=WGS84)
    with pytest.raises(
        CRSError, match=rf"^t: {crs} draws lengths here [\d.]+ times as long as they"
    ):
        in_crs(point, crs, stated=None, where="t")


@pytest.mark.parametrize(
    ("lon", "crs"), [(8.1, UTM32), (15.2, UTM32), (8.1, "EPSG:25833"), (-51.2, "EPSG:32722")]
)
def test_the_utm_zones_of_denmark_hold_all_of_it(lon, crs):
    lat = -30.0 if lon < 0 else 55.0
    placed = in_crs(table(shapely.Point(lon, lat), crs=WGS84), crs, stated=None, where="t")
    assert placed.crs == crs


@pytest.mark.parametrize(
    "undefined",
    [
        'LOCAL_CS["Undefined Cartesian SRS",UNIT["Meter",1],AXIS["Easting",EAST]]',
        'GEOGCS["Undefined geographic SRS",DATUM["x",SPHEROID["x",6378137,298]],UNIT["degree",1]]',
    ],
)
def test_what_qgis_writes_where_no_crs_was_chosen_is_no_crs(shapes, undefined):
    bare = shapes([shapely.Point(0, 0)]).set_crs(undefined, allow_override=True)
    assert crs_name(bare.crs) is None
    with pytest.raises(CRSError, match=r"^t: has no CRS\."):
        in_crs(bare, UTM32, stated=None, where="t")
    assert in_crs(bare, UTM32, stated=UTM32, where="t").crs == UTM32


def test_a_crs_that_cannot_be_converted_is_named(shapes):
    odd = (
        'PROJCS["Egen zone",GEOGCS["ETRS89",DATUM["D",SPHEROID["GRS 1980",6378137,298.257222101]],'
        'PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]],PROJECTION["Ukendt"],'
        'PARAMETER["latitude_of_origin",0],UNIT["Meter",1]]'
    )
    rows = shapes([shapely.Point(0, 0)]).set_crs(odd, allow_override=True)
    with pytest.raises(
        CRSError, match=r"^t: its CRS Egen zone cannot be converted to EPSG:25832: "
    ):
        in_crs(rows, UTM32, stated=None, where="t")


def test_a_crs_is_named_by_its_code_or_in_words():
    assert crs_name(CRS(UTM32)) == UTM32
    assert crs_name(CRS("+proj=utm +zone=32 +ellps=bessel")) == (
        "+proj=utm +zone=32 +ellps=bessel +type=crs"
    )


HOME = gpd.GeoSeries([shapely.box(690_000, 6_165_000, 715_000, 6_180_000)], crs=UTM32)


def in_zone(zone, *shapes, read_as=UTM32):
    """Rows whose coordinates are those of one zone, read as those of another."""
    return table(*shapes).to_crs(zone).set_crs(read_as, allow_override=True)


@pytest.mark.parametrize("limit_m", [0.0, 100_000.0])
def test_coordinates_of_another_zone_lie_far_and_the_zone_is_named(limit_m):
    wrong = in_zone("EPSG:25833", shapely.Point(707_000, 6_172_000))
    with pytest.raises(
        CRSError,
        match=r"^t: none of 1 rows lies near the municipality: they span 6\.2\d+ 55\.6\d+ .*, the "
        r"municipality 12\.0.* \(west, south, east, north\); .*; read as EPSG:25833 they would lie",
    ):
        check_near(wrong, HOME, source=UTM32, limit_m=limit_m, where="t")


def test_another_place_in_no_zone_is_told_without_a_guess():
    jutland = table(shapely.Point(9.2, 56.1), crs=WGS84).to_crs(UTM32)
    with pytest.raises(CRSError, match=r"must lie in it\. Correct the CRS \(read as EPSG:4326\)"):
        check_near(jutland, HOME, source=WGS84, limit_m=0.0, where="t")


def test_one_row_in_the_municipality_is_enough():
    rows = table(shapely.Point(707_000, 6_172_000), shapely.Point(500_000, 6_200_000))
    check_near(rows, HOME, source=UTM32, limit_m=0.0, where="t")


@pytest.mark.parametrize(("gap_m", "fine"), [(100, True), (101, False)])
def test_rows_may_lie_as_far_away_as_the_limit_says(gap_m, fine):
    beside = table(shapely.Point(715_000 + gap_m, 6_172_000))
    if fine:
        check_near(beside, HOME, source=UTM32, limit_m=100.0, where="t")
    else:
        with pytest.raises(CRSError, match=r"one at least must lie within 0\.1 km of it"):
            check_near(beside, HOME, source=UTM32, limit_m=100.0, where="t")


def test_one_swapped_row_among_right_ones_is_found():
    rows = table(shapely.Point(12.29, 55.65), shapely.Point(55.65, 12.29), crs=WGS84)
    with pytest.raises(CRSError, match="t: 1 of 2 rows have swapped axes"):
        check_place(rows, UTM32, where="t")


@pytest.mark.parametrize(
    ("x", "y", "crs"),
    [
        (0, 0, WGS84),
        (-73.9, 40.7, WGS84),
        (12.29, 95.0, WGS84),
        (12.29, 55.65, UTM32),
        (12.29, 55.65, "EPSG:3857"),
        (1e30, 1e30, UTM32),
        (np.inf, 0, UTM32),
    ],
)
def test_a_point_nowhere_near_the_study_is_refused(x, y, crs):
    with pytest.raises(CRSError, match=r"1 of 1 rows lie nowhere near where EPSG:25832 is used"):
        check_place(table(shapely.Point(x, y), crs=crs), UTM32, where="t")


def test_a_latitude_above_the_pole_is_refused_in_any_crs():
    check_place(table(shapely.Point(180, 90), crs=WGS84), WGS84, where="t")
    with pytest.raises(CRSError, match="nowhere near where EPSG:4326 is used"):
        check_place(table(shapely.Point(100, 90.1), crs=WGS84), WGS84, where="t")


@pytest.mark.parametrize(("lon", "near"), [(22, True), (22.01, False), (-4, True), (-4.01, False)])
def test_a_crs_is_used_ten_degrees_beyond_its_area_and_no_more(lon, near):
    rows = table(shapely.Point(lon, 55), crs=WGS84)
    if near:
        check_place(rows, UTM32, where="t")
    else:
        with pytest.raises(CRSError, match="nowhere near"):
            check_place(rows, UTM32, where="t")


def test_rows_without_position_have_no_place_to_check():
    check_place(table(None, shapely.Point()), UTM32, where="t")
    check_place(table(), UTM32, where="t")


def test_a_bow_tie_becomes_its_two_triangles_and_is_counted():
    found, changes, dropped = mended(table(SQUARE, BOW_TIE))
    assert found.geometry.is_valid.all()
    assert found.geometry.area.tolist() == [1, 2]
    assert (changes, dropped) == ({"invalid polygons": 1}, {})


def test_of_a_mended_polygon_only_polygons_are_kept():
    spike = shapely.Polygon([(0, 0), (1, 0), (1, 1), (1, 3), (1, 1), (0, 1)])
    found = mended(table(spike))[0].geometry.iloc[0]
    assert found.geom_type in {"Polygon", "MultiPolygon"}
    assert found.area == 1


def test_shapes_that_are_missing_or_empty_are_dropped_and_counted():
    found, changes, dropped = mended(table(SQUARE, None, shapely.Polygon(), shapely.Point()))
    assert found["id"].tolist() == [0]
    assert (changes, dropped) == ({}, {"no geometry": 3})


@pytest.mark.parametrize("x", [np.nan, np.inf])
def test_a_coordinate_that_is_no_finite_number_drops_its_row(x):
    with np.errstate(invalid="ignore"):
        endless = shapely.Polygon([(0, 0), (x, 1), (1, 0)])
    found, _, dropped = mended(table(shapely.Point(x, 5), SQUARE, endless))
    assert found["id"].tolist() == [1]
    assert dropped == {"coordinates not finite": 2}


@pytest.mark.parametrize("tall", [shapely.force_3d(SQUARE, 7), shapely.Point(1, 2, 3)])
def test_heights_are_left_out_and_counted(tall):
    found, changes, _ = mended(table(tall, SQUARE))
    assert not found.geometry.has_z.any()
    assert found.geometry.iloc[0] == shapely.force_2d(tall)
    assert changes == {"heights left out": 1}


def test_a_multipoint_of_one_point_is_a_point_and_one_of_two_is_not():
    one, two = shapely.MultiPoint([(1, 2)]), shapely.MultiPoint([(1, 2), (3, 4)])
    found, changes, _ = mended(table(one, two))
    assert found.geometry.tolist() == [shapely.Point(1, 2), two]
    assert changes == {"multipoints of one point": 1}


def test_mending_keeps_the_index_and_alters_neither_whole_tables_nor_the_input():
    rows = table(None, BOW_TIE, shapely.force_3d(SQUARE, 7), SQUARE).set_index(
        pd.Index(list("abcd"))
    )
    before = rows.copy(deep=True)
    found, _, _ = mended(rows)
    # compared as bytes: a bow tie equals nothing by its area, itself included
    pd.testing.assert_frame_equal(rows.to_wkb(), before.to_wkb())
    assert list(found.index) == ["b", "c", "d"]
    assert_geodataframe_equal(mended(found)[0], found)


def test_a_table_without_rows_is_mended_to_itself():
    found, changes, dropped = mended(table())
    assert (len(found), changes, dropped) == (0, {}, {})
