"""Rows that were made before of the same are taken, and no others; results stay the same bytes."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.network import build_graph
from htkgis.pipeline.seen import remembered, seen

POINTS = gpd.GeoDataFrame(
    {"id": ["a", "b"], "n": [1.0, 2.0]}, geometry=gpd.points_from_xy([0, 1], [0, 1])
)
STREETS = gpd.GeoDataFrame(
    {"id": ["s"], "from_node": ["a"], "to_node": ["b"], "length_m": [100.0], "oneway": [False],
     "walk": [True]},
    geometry=[shapely.LineString([(0, 0), (100, 0)])],
)  # fmt: skip


def graph(**changed):
    return build_graph(STREETS.assign(**changed), mode="walk", speed_kph=3.6)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (POINTS, POINTS.assign(n=[1.0, 2.0 + 1e-12])),
        (POINTS, POINTS.rename(columns={"n": "m"})),
        (POINTS, POINTS[["n", "id", "geometry"]]),
        (POINTS, POINTS.iloc[::-1]),
        (POINTS, POINTS.set_geometry(POINTS.translate(0, 1e-9))),
        (POINTS, POINTS.assign(id=["a", None])),
        (POINTS.assign(id=["a", None]), POINTS.assign(id=["a", "None"])),
        (np.array([None, "a"], dtype=object), np.array([np.nan, "a"], dtype=object)),
        (np.array([1, 2]), np.array([1.0, 2.0])),
        (np.array([[1, 2]]), np.array([1, 2])),
        (["ab", "c"], ["a", "bc"]),
        (1, "1"),
        (None, "null"),
        (shapely.Point(0, 0), shapely.Point(0, 1e-9)),
        (graph(), graph(length_m=100.1)),
        (graph(), graph(id="t")),
    ],
)
def test_what_differs_in_a_bit_has_another_hash(one, other):
    assert seen(one) != seen(other)


def test_equal_values_have_one_hash_and_where_one_ends_is_part_of_it():
    assert seen(POINTS.copy(), graph()) == seen(POINTS, graph())
    assert seen("ab", "c") != seen("a", "bc")
    assert seen(np.array([1]), np.array([2])) != seen(np.array([1, 2]))
    assert seen(pd.DataFrame({"n": [1.0, 2.0]}, index=[0, 5])) != seen(
        pd.DataFrame({"n": [1.0, 2.0]})
    )


def test_how_wide_texts_are_stored_is_no_part_of_the_hash():
    names = ["s", "long one"]
    assert seen(np.array(names)[:1]) == seen(np.array(names[:1]))
    assert seen(np.array(names)) != seen(np.array(names)[:1])
    assert seen(np.array([], dtype="<U9")) == seen(np.array([], dtype="<U1"))


KEYS = st.lists(st.sampled_from("abcdef"))


@given(KEYS, KEYS)
def test_rows_are_those_of_making_all_and_only_new_ones_are_made(old, new):
    asked = []

    def make(keys):
        def made(number):
            asked.append(keys[number])
            return [keys[number], ord(keys[number])]

        return made

    _, earlier = remembered(old, {}, make(old))
    asked.clear()
    rows, kept = remembered(new, earlier, make(new))
    assert (rows, kept) == remembered(new, {}, lambda number: [new[number], ord(new[number])])
    assert sorted(asked) == sorted(set(new) - set(old))
