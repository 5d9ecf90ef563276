"""The codec of packed layers: what is written is read back, by a reader that shares nothing."""

import base64
import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from htkgis.errors import CRSError, SchemaError
from htkgis.maps import PackedLayer, PlanMap, load_text
from htkgis.maps import style as looks
from htkgis.maps.packed import archive, attribute_columns, shape_columns, write_archive
from htkgis.maps.packed.numbers import fold, steps, varint
from tests.maps.packed.decoder import read_archive, read_attribute, read_shapes
from tests.maps.packed.features import ATTRIBUTES, LIMIT, SHAPES, corner_lists

NUMBERS = st.lists(st.integers(-LIMIT, LIMIT), max_size=20)


@given(NUMBERS, st.sampled_from(["z", "d"]))
@example([2**30, -(2**30), 2**30 - 1], "d")
@example([], "z")
def test_signed_columns_come_back(numbers, coding):
    text = write_archive({"å": 1}, {"n": (coding, np.array(numbers, dtype=np.int64))})
    assert read_archive(text) == ({"å": 1}, {"n": numbers})


@given(st.lists(st.integers(0, LIMIT), max_size=20))
def test_columns_of_numbers_from_nought_come_back(numbers):
    text = write_archive({}, {"n": ("u", np.array(numbers, dtype=np.int64))})
    assert read_archive(text)[1] == {"n": numbers}


@given(st.lists(st.floats(allow_nan=False), max_size=20))
def test_floats_come_back_to_the_last_bit(numbers):
    text = write_archive({}, {"n": ("f", np.array(numbers, dtype=np.float64))})
    assert list(map(repr, read_archive(text)[1]["n"])) == list(map(repr, numbers))


@given(ATTRIBUTES)
@example([-0.0, 0.0])
@example([math.inf, None])
@example([None, None])
def test_attributes_come_back_with_their_gaps(values):
    meta, columns = attribute_columns("a", pd.Series(values, dtype=object))
    _, read = read_archive(write_archive({}, columns))
    found = read_attribute(meta, read, "a")
    assert list(map(repr, found)) == list(map(repr, values))


@given(st.lists(SHAPES, max_size=6))
@example([shapely.Point(), shapely.MultiPolygon(), None])
def test_geometry_of_every_kind_comes_back(shapes):
    _, columns = read_archive(write_archive({}, shape_columns(shapes)))
    found = read_shapes(columns)
    assert list(map(corner_lists, found)) == list(map(corner_lists, shapes))


def test_a_position_is_off_by_half_a_step_at_most():
    shape = shapely.Point(12.3000004, 55.6000005)
    _, columns = read_archive(write_archive({}, shape_columns([shape])))
    (found,) = read_shapes(columns)
    assert abs(found.x - shape.x) <= 0.5e-6 + 1e-12
    assert abs(found.y - shape.y) <= 0.5e-6 + 1e-12


def test_the_same_columns_are_the_same_bytes_without_time_or_name():
    columns = {"n": ("d", np.arange(5))}
    assert write_archive({}, columns) == write_archive({}, columns)
    head = base64.b64decode(write_archive({}, columns))[:10]
    assert head[3] == 0, "no name in the head"
    assert head[4:8] == bytes(4), "no time in the head"


@given(st.lists(st.integers(0, 9), max_size=4), st.lists(st.integers(0, 9), max_size=4))
def test_what_was_written_before_changes_nothing(before, now):
    earlier = write_archive({}, {"n": ("u", np.array(before, dtype=np.int64))})
    columns = {"n": ("u", np.array(now, dtype=np.int64))}
    assert write_archive({}, columns, earlier=earlier) == write_archive({}, columns)


def test_the_same_columns_are_not_compressed_again(monkeypatch):
    columns = {"n": ("u", np.arange(5))}
    earlier = write_archive({}, columns)
    monkeypatch.setattr(archive, "_compressed", None)
    assert write_archive({}, columns, earlier=earlier) == earlier


def test_neighbours_take_one_byte_each():
    climbing = np.arange(1000) * 60
    assert len(varint(fold(steps(climbing)))) == 1000


@pytest.mark.parametrize(
    ("coding", "numbers", "message"),
    [
        ("u", [1, -2], r"'n': 1 of 2 numbers are negative, the least -2"),
        ("z", [2**53 + 1], r"'n': 1 of 1 numbers are beyond 2\*\*53, the first 9007199254740993"),
        ("d", [0.5], r"'n': its numbers are float64; whole numbers are allowed"),
    ],
)
def test_numbers_that_a_browser_cannot_hold_are_refused(coding, numbers, message):
    with pytest.raises(SchemaError, match=message):
        write_archive({}, {"n": (coding, np.array(numbers))})


def test_a_mixed_collection_is_refused():
    mixed = shapely.GeometryCollection([shapely.Point(0, 0), shapely.box(0, 0, 1, 1)])
    with pytest.raises(SchemaError, match="1 of 2 rows mix kinds: 'GeometryCollection'"):
        shape_columns([shapely.Point(0, 0), mixed])


def test_a_column_of_several_kinds_is_refused():
    with pytest.raises(SchemaError, match="its values are 'integer', 'text'; one of"):
        attribute_columns("a", pd.Series([1, "x"], dtype=object))


# --- the layer ---


def streets(count, **columns):
    """Make streets of three corners in rows, 0.001 degrees apart."""
    starts = [(12.2 + (n % 400) * 5e-4, 55.6 + (n // 400) * 2e-4) for n in range(count)]
    lines = [shapely.LineString([(x, y), (x + 2e-4, y + 1e-4), (x + 4e-4, y)]) for x, y in starts]
    return gpd.GeoDataFrame(columns, geometry=lines, crs="EPSG:4326")


def page_with(*layers):
    plan = PlanMap((12.2, 55.6, 12.4, 55.7), text=load_text("da"), title="Veje")
    for layer in layers:
        layer.add_to(plan)
    return plan.page_html()


def test_a_hundred_thousand_segments_make_a_page_below_three_megabytes():
    frame = streets(50_000, name=[f"Vej nr. {n % 900}" for n in range(50_000)])
    page = page_with(PackedLayer(frame, title="Veje", look=looks.STREET, label="name"))
    assert len(page.encode()) < 3_000_000


def test_the_reader_is_in_the_page_once_and_only_where_it_is_needed():
    one = PackedLayer(streets(2), title="a", look=looks.STREET)
    other = PackedLayer(streets(2), title="b", look=looks.PATH)
    assert page_with(one, other).count("new DecompressionStream") == 1
    assert "DecompressionStream" not in page_with()


def test_the_order_of_the_rows_changes_no_byte():
    frame = streets(9, name=list("abcdefghi"))
    once = page_with(PackedLayer(frame, title="a", look=looks.STREET, label="name"))
    turned = frame.iloc[::-1].set_index(pd.Index(range(100, 109)))
    assert page_with(PackedLayer(turned, title="a", look=looks.STREET, label="name")) == once


@pytest.mark.parametrize(
    ("look", "asked"),
    [
        (looks.QUARTER_NAME, "the look"),
        ({"a": looks.place("school", "closed")}, "a"),
        ({"a": looks.place("school", "existing", approximate=True)}, "a"),
    ],
)
def test_looks_that_need_objects_are_refused(look, asked):
    frame = streets(1, look=["a"])
    with pytest.raises(SchemaError, match=f"packed layer 'Veje': {asked} asks for objects"):
        PackedLayer(frame, title="Veje", look=look)


def test_a_key_is_refused():
    with pytest.raises(SchemaError, match="key='street' asks for objects"):
        PackedLayer(streets(1, id=["a"]), title="Veje", look=looks.STREET, key="street")


def test_the_faults_of_other_layers_are_faults_here():
    with pytest.raises(CRSError, match="map layer 'Veje': no CRS"):
        PackedLayer(streets(1).set_crs(None, allow_override=True), title="Veje", look=looks.STREET)
    with pytest.raises(SchemaError, match=r"missing columns \['name'\]"):
        PackedLayer(streets(1), title="Veje", look=looks.STREET, label="name")
    assert PackedLayer(streets(0), title="Veje", look=looks.STREET).count == 0
