"""The geometry codec: what goes in comes out within 1e-5 degrees, holes and parts too."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.errors import SchemaError
from htkgis.maps.codec import decode, encode

STEP = 1e-5
degrees = st.tuples(
    st.floats(-180, 180, allow_subnormal=False), st.floats(-85, 85, allow_subnormal=False)
)
paths = st.lists(degrees, min_size=2, max_size=12)
# corners closer than a step would be one corner, and a ring that begins and ends there closed
rings = st.lists(
    degrees, min_size=3, max_size=9, unique_by=lambda at: (round(at[0] / STEP), round(at[1] / STEP))
)
polygons = st.builds(shapely.Polygon, rings, st.lists(rings, max_size=3))
geometries = st.one_of(
    st.builds(shapely.Point, degrees),
    st.builds(shapely.MultiPoint, st.lists(degrees, min_size=1, max_size=5)),
    st.builds(shapely.LineString, paths),
    st.builds(shapely.MultiLineString, st.lists(paths, min_size=1, max_size=4)),
    polygons,
    st.builds(shapely.MultiPolygon, st.lists(polygons, min_size=1, max_size=3)),
)


def rings_of(geometry):
    parts = shapely.get_parts(geometry)
    if shapely.get_dimensions(geometry) == 2:
        return [
            [len(shapely.get_coordinates(ring)) for ring in shapely.get_rings(part)]
            for part in parts
        ]
    return [len(shapely.get_coordinates(part)) for part in parts]


@given(geometries)
def test_every_geometry_comes_back(geometry):
    back = decode(encode(geometry))
    assert rings_of(back) == rings_of(geometry)
    there, here = (shapely.get_coordinates(shape) for shape in (geometry, back))
    assert abs(there - here).max() <= STEP


@given(geometries)
def test_a_code_needs_no_escape_in_html(geometry):
    assert not set(encode(geometry)) & set("<>&\"'")


def test_a_hole_stays_a_hole():
    square = shapely.box(12, 55, 13, 56)
    back = decode(encode(square - shapely.box(12.4, 55.4, 12.6, 55.6)))
    assert len(back.interiors) == 1
    assert back.area == pytest.approx(1 - 0.04)


def test_height_is_left_out():
    assert not decode(encode(shapely.Point(12, 55, 30))).has_z


@pytest.mark.parametrize(
    "geometry",
    [None, shapely.Point(), shapely.GeometryCollection([shapely.Point(1, 1)])],
)
def test_nothing_and_mixtures_are_refused(geometry):
    with pytest.raises(SchemaError, match=r"map geometry: .*allowed: Point"):
        encode(geometry)
