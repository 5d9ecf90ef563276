"""Contracts: each kind of fault is named with its rows, all at once, and nothing is altered."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import assume, given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from htkgis.errors import CRSError, HtkgisError, SchemaError, first
from htkgis.schema import DISTRICTS, ORIGINS, TRAVEL_TIMES, Column, Table, check, checks

UTM32 = "EPSG:25832"
POINT, SQUARE = shapely.Point(707_000, 6_172_000), shapely.box(0, 0, 1, 1)
BOW_TIE = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])


def times(*rows):
    return pd.DataFrame(rows, columns=["from_id", "to_id", "travel_time_ds"])


def one_column(values, **column):
    table = pd.DataFrame({"id": [f"r{n}" for n in range(len(values))], "value": values})
    contract = Table("things", ("id",), {"id": Column("text"), "value": Column(**column)})
    return table, contract


def districts(geometry, crs=UTM32, **columns):
    names = [f"d{n}" for n in range(len(geometry))]
    columns = {"id": names, "name": names} | columns
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=crs)


@given(
    st.lists(
        st.tuples(
            st.text("ab ", max_size=2) | st.none() | st.integers(0, 3),
            st.text("ab", max_size=2),
            st.floats() | st.none() | st.text("12", max_size=2),
        ),
        max_size=6,
    )
)
def test_check_returns_the_same_object_or_raises_and_never_alters_it(rows):
    table = times(*rows).astype(object)
    before = table.copy(deep=True)
    try:
        assert check(table, TRAVEL_TIMES) is table
    except HtkgisError as error:
        assert str(error).startswith("travel_times: ")  # noqa: PT017
    assert_frame_equal(table, before)


def test_a_table_that_holds_its_contract_comes_back_with_its_further_columns():
    table = districts([SQUARE], population=[3])
    before = table.copy(deep=True)
    assert check(table, DISTRICTS, crs=UTM32) is table
    assert_geodataframe_equal(table, before)


@given(
    st.lists(
        st.text("a ", max_size=2)
        | st.none()
        | st.floats(width=16)
        | st.integers(-2, 2)
        | st.booleans(),
        max_size=4,
    ),
    st.sampled_from(["text", "number", "integer", "year", "flag", "date"]),
    st.booleans(),
    st.sampled_from([None, 0]),
    st.sampled_from([(), ("a",)]),
)
def test_what_passes_at_a_glance_passes_row_by_row(values, kind, missing, minimum, allowed):
    assume(minimum is None or kind in {"number", "integer", "year"})  # only numbers have a least
    table, contract = one_column(
        values, kind=kind, missing=missing, minimum=minimum, allowed=allowed
    )
    for dtype in (None, object, "category"):
        column = table["value"] if dtype is None else table["value"].astype(dtype)
        rows = table.assign(value=column)
        try:
            quick = checks._beyond_doubt(column, contract.columns["value"])
        except TypeError:  # a category of several kinds has no order
            continue
        if quick:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(checks, "_beyond_doubt", lambda *_: False)
                assert check(rows, contract) is rows


def test_a_table_without_rows_is_whole():
    assert check(times(), TRAVEL_TIMES).empty
    assert check(districts([]), DISTRICTS, crs=UTM32).empty


def test_a_missing_column_names_the_table_the_file_and_what_is_there():
    with pytest.raises(
        SchemaError,
        match=r"^travel_times \(a\.csv\): missing columns \['travel_time_ds'\]; "
        r"found \['from_id', 'to_id'\]. Correct the file",
    ):
        check(times().drop(columns="travel_time_ds"), TRAVEL_TIMES, where="a.csv")


def test_all_problems_stand_in_one_error():
    table = times(("a", None, -1), ("a", "b", 2.5))
    with pytest.raises(
        SchemaError, match=r"'to_id' is empty in 1 of 2 rows.*'travel_time_ds' is not integer in 1"
    ):
        check(table, TRAVEL_TIMES)


NO_TEXT = pytest.mark.skipif(pd.__version__ < "3", reason="pandas 2 has no type of text alone")


@pytest.mark.parametrize("dtype", [object, pytest.param("str", marks=NO_TEXT)])
def test_rows_without_a_key_are_named_by_their_number(dtype):
    table = times(("a", "b", 1), (None, "b", 2), ("c", " ", 3))
    table = table.astype({"from_id": dtype, "to_id": dtype})
    with pytest.raises(SchemaError, match=r"'from_id' is empty.*'row 2'.*'to_id'.*'row 3'"):
        check(table, TRAVEL_TIMES)


def test_keys_that_repeat_are_counted_and_named_once():
    table = times(("a", "b", 1), ("a", "b", 2), ("a", "c", 3))
    with pytest.raises(SchemaError, match=r"2 of 3 rows share from_id/to_id: 'a/b'\. "):
        check(table, TRAVEL_TIMES)


def test_only_the_first_three_rows_are_named_and_the_others_counted():
    table = times(*[(f"o{n}", "b", -1) for n in range(5)])
    with pytest.raises(
        SchemaError,
        match=r"'travel_time_ds' is below 0 in 5 rows: 'o0/b', 'o1/b', 'o2/b' and 2 more",
    ):
        check(table, TRAVEL_TIMES)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 5),
        ("text", True),
        ("number", "12"),
        ("number", True),
        ("number", np.inf),
        ("number", pd.Timestamp("2026-01-01")),
        ("integer", 1.5),
        ("year", 2026.5),
        ("year", "2026"),
        ("flag", 1),
        ("flag", "yes"),
    ],
)
@pytest.mark.parametrize("plain", [True, False], ids=["object", "own dtype"])
def test_a_value_of_another_kind_is_refused(kind, value, plain):
    values = pd.Series([value], dtype=object) if plain else pd.Series([value])
    table, contract = one_column(values, kind=kind)
    with pytest.raises(SchemaError, match=rf"column 'value' is not {kind} in 1 rows: "):
        check(table, contract)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("text", pd.Series(["ø"], dtype=object)),
        ("text", pd.Series(["ø"], dtype="str")),
        ("text", pd.Series(["ø"], dtype="category")),
        ("number", pd.Series([1.5])),
        ("number", pd.Series([1], dtype="Int64")),
        ("number", pd.Series([np.float32(1.5)], dtype=object)),
        ("integer", pd.Series([2.0])),
        ("year", pd.Series([2026], dtype="Int64")),
        ("flag", pd.Series([True])),
        ("flag", pd.Series([np.True_], dtype=object)),
    ],
)
def test_a_value_of_the_kind_passes_in_every_dtype(kind, values):
    table, contract = one_column(values, kind=kind)
    assert check(table, contract) is table


@pytest.mark.parametrize(
    "values",
    [
        pd.Series([1.0, None]),
        pd.Series([1, pd.NA], dtype="Int64"),
        pd.Series([1, None], dtype=object),
        pd.Series([1, pd.NA], dtype=object),
        pd.Series([None, None], dtype=object),
    ],
    ids=["NaN", "NA", "None", "NA object", "all None"],
)
def test_a_missing_number_passes_only_where_it_may_be_missing(values):
    table, contract = one_column(values, kind="number", missing=True, minimum=0)
    assert check(table, contract) is table
    table, contract = one_column(values, kind="number", minimum=0)
    with pytest.raises(SchemaError, match="column 'value' is empty in"):
        check(table, contract)


def test_the_minimum_itself_is_allowed():
    table, contract = one_column([0.0], kind="number", minimum=0)
    assert check(table, contract) is table
    table, contract = one_column([-0.001], kind="number", minimum=0)
    with pytest.raises(SchemaError, match="column 'value' is below 0 in 1 rows: 'r0'"):
        check(table, contract)


def test_a_value_outside_the_list_is_named_with_what_is_allowed():
    table, contract = one_column(["x", "y", "x"], kind="text", allowed=("y", "z"))
    with pytest.raises(SchemaError, match="'value' holds 'x' in 2 rows; allowed: y, z"):
        check(table, contract)


@pytest.mark.parametrize(
    ("shape", "what"),
    [
        (None, "no geometry"),
        (shapely.Polygon(), "no geometry"),
        (POINT, "another geometry than polygon"),
        (BOW_TIE, "invalid geometry"),
        (shapely.force_3d(SQUARE, 5), "3D geometry"),
    ],
)
def test_a_shape_that_breaks_the_contract_is_named(shape, what):
    with pytest.raises(SchemaError, match=rf"1 of 2 rows have {what}: 'd1'\. "):
        check(districts([SQUARE, shape]), DISTRICTS, crs=UTM32)


@pytest.mark.parametrize("x", [np.nan, np.inf])
def test_a_point_without_a_finite_position_is_invalid(x):
    table = gpd.GeoDataFrame(
        {"id": ["a"], "area_id": ["b"], "kind": ["gate"]},
        geometry=[shapely.Point(x, 5)],
        crs=UTM32,
    )
    with pytest.raises(SchemaError, match="1 of 1 rows have invalid geometry: 'a'"):
        check(table, ORIGINS)


def test_multipolygons_are_polygons_and_multipoints_no_points():
    assert len(check(districts([shapely.MultiPolygon([SQUARE])]), DISTRICTS)) == 1
    table = gpd.GeoDataFrame(
        {"id": ["a"], "area_id": ["b"], "kind": ["gate"]}, geometry=[shapely.MultiPoint([POINT])]
    )
    with pytest.raises(SchemaError, match="1 of 1 rows have another geometry than point"):
        check(table, ORIGINS)


def test_a_table_without_a_geometry_column_says_so():
    with pytest.raises(SchemaError, match="districts: no geometry"):
        check(pd.DataFrame({"id": ["a"], "name": ["a"]}), DISTRICTS)


@pytest.mark.parametrize(
    ("crs", "what"), [(None, "no CRS; EPSG:25832 is expected"), ("EPSG:4326", "CRS is EPSG:4326")]
)
def test_only_a_wrong_crs_is_a_crs_error(crs, what):
    with pytest.raises(CRSError, match=what):
        check(districts([SQUARE], crs=crs), DISTRICTS, crs=UTM32)
    with pytest.raises(SchemaError, match=f"no geometry.*{what}") as caught:
        check(districts([None], crs=crs), DISTRICTS, crs=UTM32)
    assert not isinstance(caught.value, CRSError)


@pytest.mark.parametrize(
    ("offenders", "text"),
    [
        ([], ""),
        (["a"], "'a'"),
        ([1, 2, 3], "1, 2, 3"),
        (iter([1, 2, 3, 4, 5]), "1, 2, 3 and 2 more"),
    ],
)
def test_first_names_three_and_counts_the_others(offenders, text):
    assert first(offenders) == text
