"""Entrances of a scenario: another door, and none that was there is lost."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.errors import SchemaError
from htkgis.pipeline.entrances import target_points
from htkgis.scenario import edited_entrances, edited_places
from htkgis.scenario_rules import AddEntrance, MovePlace
from htkgis.schema import PLACES, check
from tests.scenario.edits import CRS, EAST_M, NORTH_M, TOWN, YEAR, spot

FACTS = {
    **dict.fromkeys(("quarter_id", "sector", "note", "note_en", "name_en")),
    **dict.fromkeys(("opportunities_low", "opportunities_high"), float("nan")),
    "status": "existing",
    "position_accuracy_m": 10.0,
    "opportunities": 1.0,
    "unit": "places",
}


def at(x, y):
    return shapely.Point(EAST_M + x, NORTH_M + y)


def places():
    """A station that is a point, a park that is an area, and a school that closed."""
    names = [("station", "station", None), ("park", "green", None), ("old", "school", 2020)]
    table = gpd.GeoDataFrame(
        [FACTS | {"id": name, "name": name, "function": kind} for name, kind, _ in names],
        geometry=[at(50, 10), at(150, 150), at(0, 0)],
        crs=CRS,
    )
    years = {
        "valid_from": pd.array([None] * 3, dtype="Int64"),
        "valid_to": pd.array([end for *_, end in names], dtype="Int64"),
    }
    return check(table.assign(**years), PLACES, where="test")


PLACED = places()
OUTLINES = gpd.GeoDataFrame({"place_id": ["park"]}, geometry=[at(150, 150).buffer(40)], crs=CRS)
DOORS = gpd.GeoDataFrame(
    {"place_id": ["park"], "number": [0], "kind": ["nearest"]}, geometry=[at(110, 150)], crs=CRS
)
AROUND = {"places": PLACED, "outlines": OUTLINES, "streets": TOWN}


def door(place, x, y, name="door", start=2026, **facts):
    return AddEntrance(
        kind="add_entrance", id=name, place=place, from_year=start, **spot(x, y), **facts
    )


def entrances(*edits, **changed):
    return edited_entrances(DOORS, edits, year=YEAR, **(AROUND | changed))


def listed(table, place):
    own = table[table["place_id"].eq(place)]
    return [
        (number, kind, round(point.x - EAST_M), round(point.y - NORTH_M))
        for number, kind, point in zip(own["number"], own["kind"], own.geometry, strict=True)
    ]


def test_without_edits_of_the_year_the_very_same_table_comes_back():
    assert entrances() is DOORS
    assert entrances(door("park", 190, 150, start=2031)) is DOORS


def test_a_station_that_was_a_point_keeps_it_beside_its_new_entrance():
    table = entrances(door("station", 100, 40))
    assert listed(table, "station") == [(0, "own point", 50, 10), (1, "added", 100, 40)]
    assert listed(table, "park") == listed(DOORS, "park")


def test_an_area_keeps_its_entrances_beside_the_new_one():
    assert listed(entrances(door("park", 190, 150)), "park") == [
        (0, "nearest", 110, 150),
        (1, "added", 190, 150),
    ]


def test_the_entrance_of_a_place_that_moved_is_of_where_it_went():
    move = MovePlace(kind="move_place", place="station", from_year=2028, **spot(100, 150))
    table = entrances(door("station", 100, 130), places=edited_places(PLACED, [move]))
    assert listed(table, "station@2028") == [(0, "own point", 100, 150), (1, "added", 100, 130)]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (door("x", 100, 40), "there is no place 'x' in 2030"),
        (door("old", 0, 40), "there is no place 'old' in 2030"),
        (
            door("station", 50, 60, within_m=30.0),
            r"lies 40 m from the nearest .*; 30 m are allowed",
        ),
        (door("station", 200, 200, from_place_m=100.0), r"lies 242 m from station; 100 m are"),
        (
            door("park", 150, 150, within_m=60.0, from_place_m=30.0),
            "lies 40 m from park; 30 m are allowed",
        ),
        (door("station", 50, 10), "station has an entrance there already"),
        (door("park", 110.5, 150), "park has an entrance there already"),
    ],
)
def test_an_entrance_that_cannot_be_is_refused(edit, said):
    with pytest.raises(SchemaError, match=f"add_entrance: 1 faults in 1 edits: .*{said}"):
        entrances(edit)


def test_a_new_entrance_takes_no_way_into_a_place_away():
    edited = entrances(door("station", 100, 40), door("park", 190, 150, "b"))
    for before, after in zip(*(reached(table) for table in (DOORS, edited)), strict=True):
        assert before < after


def reached(table):
    """Points at which the station and the park are reached, as sets."""
    points = target_points(PLACED, table)
    return [
        {point.wkt for point in points.loc[points["id"].eq(name), "geometry"]}
        for name in ("station", "park")
    ]


@settings(max_examples=6, deadline=None)
@given(
    st.permutations(
        [door("station", 100, 40), door("park", 190, 150, "b"), door("station", 0, 40, "c")]
    )
)
def test_the_order_of_edits_does_not_matter(edits):
    assert entrances(*edits).equals(entrances(*sorted(edits, key=lambda edit: edit.id)))
    assert len(listed(entrances(*edits), "station")) == 3
