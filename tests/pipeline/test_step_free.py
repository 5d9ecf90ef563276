"""Who needs a step-free way: which trips are left out, and where nobody gets on or off."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from htkgis.network.transit import (
    Journeys,
    connections_of,
    pairs_of,
    transit_times,
)
from htkgis.pipeline.transit import step_free, usable
from htkgis.units import UNREACHED

CALLS = ["a", "b", "c"]


def trip_times(*trips):
    """Trips over a, b and c a minute apart: (id, second, whether it takes wheelchairs)."""
    rows = [
        (key, place, stop, second + 60 * place, second + 60 * place, True, True, wheelchair)
        for key, second, wheelchair in trips
        for place, stop in enumerate(CALLS)
    ]
    columns = ["trip_id", "sequence", "stop_id", "arrival_s", "departure_s", "pickup", "drop_off"]
    table = pd.DataFrame(rows, columns=[*columns, "wheelchair"])
    return table.astype({"wheelchair": "boolean"})


def stops(**wheelchair):
    stated = pd.array([wheelchair.get(key) for key in CALLS], dtype="boolean")
    where = [shapely.Point(1000 * place, 0) for place in range(len(CALLS))]
    return gpd.GeoDataFrame({"stop_id": CALLS, "wheelchair": stated}, geometry=where)


def time_between_ds(table, start, end):
    """Deciseconds from one stop to another, leaving at 0."""
    index = pd.Index(CALLS)
    journeys = Journeys(
        timetables=(connections_of(table.assign(headway_s=0), index),),
        footpaths=pairs_of(range(3), range(3), [60] * 3, points=3),
        access=pairs_of([0], [index.get_loc(start)], [0], points=1),
        egress=pairs_of([0], [index.get_loc(end)], [0], points=1),
        direct=None,
        cutoff_s=3600,
        max_rides=2,
    )
    return int(transit_times(journeys, [0]).percentiles_ds[0, 0, 0])


@pytest.mark.parametrize(
    ("closed", "start", "end", "seconds"),
    [
        ("a", "a", "b", None),
        ("a", "b", "c", 220),
        ("b", "b", "c", None),
        ("b", "a", "b", None),
        ("b", "a", "c", 220),
        ("c", "a", "c", None),
        ("c", "a", "b", 160),
    ],
)
def test_nobody_boards_or_alights_at_a_stop_with_steps_but_rides_through_it(
    closed, start, end, seconds
):
    known = stops(**{closed: False})
    found = step_free(trip_times(("t", 100, True)), known)
    time_ds = time_between_ds(found.trip_times, start, end)
    assert time_ds == (UNREACHED if seconds is None else 10 * seconds)
    assert (found.left_out, found.unstated) == (0, 0)


def test_a_stop_that_states_nothing_or_is_open_is_used():
    table = trip_times(("t", 100, True))
    for known in (stops(), stops(a=True, b=True, c=True)):
        found = step_free(table, known).trip_times
        assert found["pickup"].all()
        assert found["drop_off"].all()


def test_a_trip_that_takes_no_wheelchairs_is_left_out_and_one_that_states_nothing_is_counted():
    table = trip_times(("yes", 100, True), ("no", 200, False), ("unknown", 300, None))
    found = step_free(table, stops())
    assert set(found.trip_times["trip_id"]) == {"yes", "unknown"}
    assert (found.left_out, found.unstated) == (1, 1)
    by_flag = usable(table, flag="wheelchair")
    assert (by_flag.left_out, by_flag.unstated) == (1, 1)


def test_the_timetable_of_others_stays_as_it_is():
    table = trip_times(("t", 100, True))
    before = table.copy()
    step_free(table, stops(a=False))
    pd.testing.assert_frame_equal(table, before)
