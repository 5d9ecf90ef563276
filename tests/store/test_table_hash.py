"""Two tables have one hash just where every cell, name, kind and place of them is the same."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.store.table_hash import table_hash

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["", "a", "b", "ab", "æ", None]),
        st.sampled_from([0.0, -0.0, 1.0, np.nan, np.inf]),
        st.booleans(),
        st.sampled_from([1, None, "a"]),
    ),
    max_size=3,
)


def table_of(rows):
    texts, numbers, truths, mixed = zip(*rows, strict=True) if rows else ((),) * 4
    return pd.DataFrame(
        {
            "text": pd.Series(texts, dtype="str"),
            "number": np.array(numbers, dtype=float),
            "truth": np.array(truths, dtype=bool),
            "mixed": pd.Series(mixed, dtype="object"),
        }
    )


def told_apart(rows):
    """Write rows so that two of them read the same only where they are."""
    return repr(rows)


@given(ROWS, ROWS)
def test_the_hash_is_the_same_just_where_all_cells_are(one, other):
    same = told_apart(one) == told_apart(other)
    assert (table_hash(table_of(one)) == table_hash(table_of(other))) == same


@given(ROWS, ROWS)
def test_rows_that_were_picked_out_of_others_have_the_hash_of_rows_by_themselves(rows, others):
    both = table_of([*others, *rows, *others])
    picked = both.iloc[len(others) : len(others) + len(rows)]
    asked = np.isin(np.arange(len(both)), picked.index)
    for own in (picked, both[asked]):
        assert table_hash(own.reset_index(drop=True)) == table_hash(table_of(rows))


LINE = shapely.LineString([(0, 0), (1, 1), (2, 0)])
SHAPES = [
    [LINE, LINE],
    [LINE, LINE.reverse()],
    [LINE, shapely.LinearRing([*LINE.coords, (0, 0)])],
    [LINE, shapely.force_3d(LINE, 0.0)],
    [LINE, shapely.force_3d(LINE, 1.0)],
    [LINE, shapely.set_srid(LINE, 25832)],
    [LINE, shapely.LineString()],
    [LINE, shapely.Point()],
    [LINE, None],
    [shapely.LineString([(0, 0), (1, 1)]), shapely.LineString([(2, 0), (0, 0), (1, 1), (2, 0)])],
    [LINE, shapely.Point(0, 0)],
    [LINE, shapely.MultiPoint([(0, 0)])],
    [LINE, shapely.box(0, 0, 1, 1)],
    [shapely.box(0, 0, 1, 1), LINE],
    [LINE],
    [],
]


def test_shapes_that_differ_in_anything_have_other_hashes():
    found = [table_hash(gpd.GeoDataFrame(geometry=each, crs="EPSG:25832")) for each in SHAPES]
    assert len(set(found)) == len(SHAPES)
    again = [table_hash(gpd.GeoDataFrame(geometry=each, crs="EPSG:25832")) for each in SHAPES]
    assert again == found


def test_letters_are_not_handed_from_one_text_to_the_next():
    one, other = (pd.DataFrame({"a": texts}) for texts in (["ab", "c"], ["a", "bc"]))
    assert table_hash(one) != table_hash(other)


@pytest.mark.parametrize("kind", ["str", "string", "string[python]", "object"])
def test_a_text_that_is_missing_is_not_an_empty_one(kind):
    one, other = (pd.DataFrame({"a": pd.Series(["x", each], dtype=kind)}) for each in ("", None))
    assert table_hash(one) != table_hash(other)


def test_an_index_that_counts_is_the_same_as_one_that_lists_the_numbers():
    table = pd.DataFrame({"a": [1, 2, 3]})
    assert table_hash(table) == table_hash(table.set_axis(pd.Index([0, 1, 2])))
    assert table_hash(table) != table_hash(table.set_axis(pd.Index([0, 1, 3])))
    assert table_hash(table) != table_hash(table.set_axis(pd.Index(["0", "1", "2"])))


def test_what_a_table_says_of_its_columns_and_rows_is_part_of_its_hash():
    """Groups, joins and drawings hang on it, though every cell is the same."""
    kinds = [
        pd.CategoricalDtype(["x"]),
        pd.CategoricalDtype(["x", "y"]),
        pd.CategoricalDtype(["y", "x"]),
        pd.CategoricalDtype(["x", "y"], ordered=True),
    ]
    shapes = {name: gpd.GeoSeries([shapely.Point(x, 0)]) for name, x in (("a", 1), ("b", 2))}
    plain = pd.DataFrame({"1": [5]})
    tables = [
        *(pd.DataFrame({"a": pd.Series(["x"], dtype=kind)}) for kind in kinds),
        *(gpd.GeoDataFrame(shapes, geometry=name) for name in shapes),
        pd.DataFrame(shapes),
        plain,
        plain.set_axis([1], axis="columns"),
        plain.rename_axis("id"),
    ]
    assert len({table_hash(table) for table in tables}) == len(tables)
