"""The sketch timetable: lines with headways, made into what a feed would hold."""

import datetime as dt

import pytest
import shapely

from htkgis.errors import SchemaError
from htkgis.loaders import read_transit_lines
from htkgis.scenario import checked_service_day, trips_on
from htkgis.schema import TRIP_TIMES, check

TUESDAY = dt.date(2026, 6, 9)
HEAD = "id,name,mode,headway_min,first,last,stops\n"
LINE = "b,S-tog B,train,10,05:00,24:30,a:0;b:3;c:7.5\n"
COLUMNS = {
    "id": "id",
    "name": "name",
    "route_type": "mode",
    "headway_min": "headway_min",
    "first_departure": "first",
    "last_departure": "last",
    "stops": "stops",
}
CONSTANTS = {
    "days": "monday tuesday wednesday thursday friday",
    "first_date": "20260101",
    "last_date": "20261231",
}


@pytest.fixture
def read(tmp_path, catalog, shapes):
    def of(text=HEAD + LINE, values=None, **constants):
        (tmp_path / "lines.csv").write_text(text, "utf-8")
        keys = {
            "path": "lines.csv",
            "columns": COLUMNS,
            "values": {"route_type": values or {"train": "109", "bus": "700"}},
            "constants": CONSTANTS | constants,
        }
        points = [shapely.Point(east, 0) for east in (0, 1000, 3000)]
        places = shapes(points, id=["a", "b", "c"], name=["A", "B", "C"])
        return read_transit_lines(catalog(transit_lines=keys), "transit_lines", places)[0]

    return of


def test_a_line_runs_both_ways_with_the_same_times(read):
    timetable = read()
    trips = timetable.stop_times.groupby("trip_id", observed=True)
    assert {name: rows["stop_id"].tolist() for name, rows in trips} == {
        "b/back": ["c", "b", "a"],
        "b/out": ["a", "b", "c"],
    }
    assert {name: rows["arrival_s"].tolist() for name, rows in trips} == {
        "b/back": [0, 270, 450],
        "b/out": [0, 180, 450],
    }
    assert timetable.routes[["route_type", "route_type_given"]].to_numpy().tolist() == [[2, 109]]
    assert timetable.stops["name"].tolist() == ["A", "B", "C"]


def test_the_last_departure_is_one(read):
    often = read().frequencies
    assert often["headway_s"].tolist() == [600, 600]
    assert often["start_s"].tolist() == [18_000, 18_000]
    # 05:00 to 24:30 every ten minutes: 118 departures
    day = checked_service_day(read(), TUESDAY)
    assert day.trips == 2 * 118


def test_the_engine_gets_what_it_gets_of_a_feed(read):
    trip_times = check(trips_on(read(), TUESDAY), TRIP_TIMES)
    today = trip_times[trip_times["trip_id"] == "b/out|05:00:00"]
    assert today["departure_s"].tolist() == [18_000, 18_180, 18_450]
    assert today["headway_s"].tolist() == [600] * 3
    assert today["pickup"].tolist() == [True, True, False]
    assert today["drop_off"].tolist() == [False, True, True]


def test_nothing_runs_on_days_that_the_sketch_does_not_know(read):
    assert trips_on(read(), dt.date(2026, 6, 14)).empty
    assert trips_on(read(), dt.date(2027, 6, 8)).empty


@pytest.mark.parametrize(
    ("text", "constants", "message"),
    [
        (LINE.replace("c:7.5", "c"), {}, r"line 'b' has stops 'a:0;b:3;c'; two or more"),
        (LINE.replace("a:0;b:3;", ""), {}, r"line 'b' has stops 'c:7\.5'"),
        (LINE.replace("a:0", "a:1"), {}, r"from 0 on and never falling"),
        (LINE.replace("b:3", "b:9"), {}, r"from 0 on and never falling"),
        (
            LINE.replace("c:7.5", "x:8;y:9"),
            {},
            r"2 of 4 stops are no place of the layers: 'x', 'y'",
        ),
        (LINE.replace("05:00", "5 am"), {}, r"'5 am' is no time; HH:MM is allowed"),
        (LINE.replace("24:30", "00:30"), {}, r"1 of 1 lines have a last departure before.*'b'"),
        (LINE.replace(",10,", ",0,"), {}, r"'headway_min' is below"),
        (LINE.replace(",10,", ",often,"), {}, r"'headway_min': 1 values are not numbers: 'often'"),
        (LINE + LINE, {}, r"2 of 2 rows share id: 'b'|2 of 2 rows share id: b"),
        (LINE, {"days": "weekdays"}, r"1 days have no such name: 'weekdays'; monday"),
        (LINE, {"last_date": "2026"}, r"1 of 1 lines have a last_date that is no date: '2026'"),
    ],
)
def test_a_line_that_cannot_be_read_is_an_error(read, text, constants, message):
    with pytest.raises(SchemaError, match=message):
        read(HEAD + text, **constants)


def test_a_kind_of_vehicle_that_is_none_is_an_error(read):
    with pytest.raises(SchemaError, match=r"1 of 1 lines have a route_type that is none: 'b'"):
        read(values={"train": "99"})
