"""Two versions of a layer side by side: expected values by hand, and laws."""

import geopandas as gpd
import pandas as pd
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.schema.versions import Difference, compare_versions

CRS = "EPSG:25832"


def table(**columns):
    frame = pd.DataFrame(columns)
    return gpd.GeoDataFrame(frame, crs=CRS) if "geometry" in columns else frame


def stops(*places, **columns):
    ids = [f"s{n}" for n in range(len(places))]
    return table(id=ids, geometry=[shapely.Point(*place) for place in places], **columns)


def test_equal_versions_differ_in_nothing_whatever_their_order():
    old = stops((0, 0), (10, 0), name=["A", None])
    new = old.iloc[::-1][["geometry", "name", "id"]]
    assert compare_versions(old, new) == []


def test_a_stop_that_moved_is_told_with_its_metres():
    old, new = stops((0, 0), (100, 0)), stops((0, 0), (100, 80))
    assert compare_versions(old, new) == [Difference("moved", ("s1",), 1, 2, 80.0)]


def test_a_centimetre_is_no_move_and_two_are():
    old = stops((0, 0), (100, 0))
    assert compare_versions(old, stops((0, 0.01), (100, 0))) == []
    assert compare_versions(old, stops((0, 0.02), (100, 0)))[0].kind == "moved"


def test_rows_that_went_and_rows_that_came_are_counted_of_their_own_version():
    old = table(id=["a", "b", "c"])
    new = table(id=["c", "d"])
    assert compare_versions(old, new) == [
        Difference("lost", ("a", "b"), 2, 3),
        Difference("new", ("d",), 1, 2),
    ]
    assert compare_versions(old, new)[0].share == 2 / 3


def test_without_ids_only_the_number_of_rows_is_known():
    assert compare_versions(table(x=[1, 2, 3]), table(x=[1])) == [Difference("lost", (), 2, 3)]
    assert compare_versions(table(x=[1]), table(x=[4, 5])) == [Difference("new", (), 1, 2)]
    assert compare_versions(table(x=[1]), table(x=[2])) == []


def test_an_outline_is_compared_by_its_area():
    def square(east):
        return table(id=["q"], geometry=[shapely.box(0, 0, east, 10)])

    # 10 x 10 becomes 12.5 x 10: 25 of 125 m2 are another
    assert compare_versions(square(10), square(12.5)) == [Difference("reshaped", ("q",), 1, 1, 0.2)]


def test_an_outline_that_begins_at_another_corner_is_the_same():
    ring = [(0, 0), (10, 0), (10, 10), (0, 10)]
    old = table(id=["q"], geometry=[shapely.Polygon(ring)])
    new = table(id=["q"], geometry=[shapely.Polygon(ring[2:] + ring[:2])])
    assert compare_versions(old, new) == []


def test_a_street_is_compared_by_its_length():
    def street(end):
        return table(id=["1"], geometry=[shapely.LineString([(0, 0), (end, 0)])])

    assert compare_versions(street(100), street(75)) == [Difference("reshaped", ("1",), 1, 1, 0.25)]


def test_a_place_that_became_an_area_is_another_shape():
    old = table(id=["p"], geometry=[shapely.Point(0, 0)])
    new = table(id=["p"], geometry=[shapely.box(0, 0, 1, 1)])
    assert [each.kind for each in compare_versions(old, new)] == ["reshaped"]


def test_districts_that_begin_to_overlap_are_named():
    def districts(border):
        shapes = [shapely.box(0, 0, border, 10), shapely.box(10, 0, 30, 10)]
        return table(id=["west", "east"], geometry=shapes)

    found = {each.kind: each for each in compare_versions(districts(10), districts(12))}
    # 2 x 10 of the smaller district's 12 x 10 lie over the other
    assert found["overlapping"] == Difference("overlapping", ("east", "west"), 2, 2, 20 / 120)
    assert "overlapping" not in {e.kind for e in compare_versions(districts(12), districts(12))}


def test_values_that_were_emptied_are_told_apart_from_those_that_changed():
    old = table(id=["a", "b", "c"], name=["A", "B", None], pupils=[1, 2, 3])
    new = table(id=["a", "b", "c"], name=[None, "B2", "C"], pupils=[1, 2, 3])
    assert compare_versions(old, new) == [
        Difference("emptied", ("a",), 1, 3, None, "name"),
        Difference("changed", ("b", "c"), 2, 3, None, "name"),
    ]


def test_a_column_that_is_gone_is_emptied():
    old, new = table(id=["a"], name=["A"]), table(id=["a"])
    assert compare_versions(old, new) == [Difference("emptied", ("a",), 1, 1, None, "name")]


def test_empty_versions_are_compared_too():
    some, none = stops((0, 0)), stops((0, 0)).iloc[:0]
    assert [each.kind for each in compare_versions(some, none)] == ["lost"]
    assert [each.kind for each in compare_versions(none, some)] == ["new"]
    assert compare_versions(none, none) == []


VALUES = st.dictionaries(
    st.text("abcde", min_size=1, max_size=2), st.sampled_from([None, "x", "y"]), max_size=6
)


@given(VALUES, VALUES)
def test_what_one_way_is_lost_is_new_the_other_way(before, after):
    old = table(id=list(before), v=list(before.values()))
    new = table(id=list(after), v=list(after.values()))
    there, back = compare_versions(old, new), compare_versions(new, old)
    assert [e.ids for e in there if e.kind == "lost"] == [e.ids for e in back if e.kind == "new"]
    touched = {name for each in there for name in each.ids}
    assert touched == {
        n for n in before.keys() | after.keys() if before.get(n, 0) != after.get(n, 0)
    }
