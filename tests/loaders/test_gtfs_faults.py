"""Feeds that cannot be right: each fault is named with the table, how many, and what to do."""

import numpy as np
import pyarrow as pa
import pytest

from htkgis.errors import HtkgisError, SchemaError, SourceError
from htkgis.loaders import read_timetable
from htkgis.loaders.gtfs_files import composed
from tests.gtfs_town import CRS, as_csv, calls, stop, town, trip, week, write_folder, write_zip

DATES = {"service_id": "s", "date": "20260609", "exception_type": "1"}
FREQUENCY = {
    "trip_id": "t",
    "start_time": "06:00:00",
    "end_time": "07:00:00",
    "headway_secs": "600",
}
TIMES = town()["stop_times"]


def without(table, column):
    return [{k: v for k, v in row.items() if k != column} for row in town()[table]]


def changed(table, row, **columns):
    rows = [dict(r) for r in town()[table]]
    rows[row] |= columns
    return rows


MISSING_TABLES = [
    ({"routes": None}, r"routes\.txt \(.*feed\.zip\): the feed has no such table; it is needed"),
    ({"trips": None}, r"trips\.txt .*no such table"),
    ({"stop_times": None}, r"stop_times\.txt .*no such table"),
    ({"stops": None}, r"feed\.zip .*: is no GTFS feed: 5 files and not one stops\.txt"),
    ({"calendar": None}, r"neither calendar\.txt nor calendar_dates\.txt"),
    (
        {"trips": b"trip_id,trip_id\nt,t\n"},
        r"trips\.txt .*: 1 of 2 column names stand twice: 'trip_id'; each",
    ),
    ({"stops": ""}, r"stops\.txt .*: the table is empty; a header is expected"),
    (
        {"stop_times": b"trip_id,stop_id\nt,A\n"},
        r"stop_times\.txt .*missing columns \['stop_sequence', 'arrival_time'",
    ),
    (
        {"trips": b"trip_id,route_id,service_id\nt,r\n"},
        r"trips\.txt .*: 1 rows do not have the header's 3 cells: 't,r'",
    ),
    ({"routes": b"PK\x03\x04"}, r"routes\.txt .*is a zip or an Excel workbook and no CSV"),
    (
        {"stops": as_csv(town()["stops"]).replace(b"Stop C", "Københ".encode("cp1252"))},
        r"stops\.txt .*: byte \d+ in line 4 is not utf-8; GTFS is written in UTF-8.*cp1252",
    ),
]


@pytest.mark.parametrize(("tables", "message"), MISSING_TABLES)
def test_a_feed_that_cannot_be_read_says_which_table_and_why(tmp_path, tables, message):
    with pytest.raises(HtkgisError, match=message):
        read_timetable(write_zip(tmp_path / "feed.zip", town(**tables)), crs=CRS)


WRONG = [
    ({"stops": without("stops", "stop_lat")}, r"stops\.txt .*missing columns \['stop_lat'\]"),
    ({"stops": [*town()["stops"], stop("A", 5.0)]}, r"2 of 4 rows share a stop_id: 'A'"),
    ({"stops": changed("stops", 1, stop_id="")}, r"1 of 3 rows have no stop_id: rows 3"),
    ({"stops": changed("stops", 1, stop_lat="north")}, r"'stop_lat': 1 values are not numbers"),
    ({"routes": changed("routes", 0, route_type="8")}, r"1 of 1 routes have a route_type.*'r: 8'"),
    ({"routes": changed("routes", 0, route_type="")}, r"route_type that is none: 'r: None'"),
    (
        {"trips": [trip(), trip(route_id="q")], "routes": [*town()["routes"]]},
        r"trips\.txt .*2 of 2 rows share a trip_id: 't'",
    ),
    ({"trips": [trip(route_id="q")]}, r"trips\.txt .*1 trips: their route is not in.*'t \(q\)'"),
    (
        {"trips": [trip(service_id="x")]},
        r"1 trips: their service is in neither calendar\.txt nor calendar_dates\.txt.*'t \(x\)'",
    ),
    (
        {"stop_times": calls("u", "08:00:00", "08:02:00", "08:06:00")},
        r"stop_times\.txt .*3 of 3 rows are of trips that trips\.txt does not have: 'u'",
    ),
    (
        {"stop_times": changed("stop_times", 1, stop_id="Z")},
        r"1 trips: call at stops that stops\.txt lacks: 'Z'.*leave out",
    ),
    (
        {"stop_times": changed("stop_times", 1, arrival_time="8.02")},
        r"1 trips: times are not H:MM:SS.*'t \(no time that can be read at call 2\)'",
    ),
    ({"stop_times": changed("stop_times", 1, arrival_time="08:60:00")}, r"times are not H:MM:SS"),
    (
        {"stop_times": changed("stop_times", 2, arrival_time="08:01:00")},
        r"1 trips: times go back along the trip: 't \(08:01:00 at call 2\)'",
    ),
    (
        {"stop_times": changed("stop_times", 0, departure_time="07:59:00")},
        r"times go back along the trip",
    ),
    (
        {"stop_times": calls("t", "", "08:02:00", "08:06:00")},
        r"1 trips: the first or the last call has no time: 't \(no time at call 1\)'",
    ),
    ({"stop_times": calls("t", "08:00:00", "08:02:00", "")}, r"the first or the last call"),
    ({"stop_times": changed("stop_times", 1, stop_sequence="1")}, r"a stop_sequence stands twice"),
    ({"stop_times": changed("stop_times", 1, stop_sequence="x")}, r"missing or no whole number"),
    ({"stop_times": changed("stop_times", 1, stop_sequence="")}, r"missing or no whole number"),
    (
        {"stop_times": changed("stop_times", 1, pickup_type="5")},
        r"pickup_type or drop_off_type is not 0 to 3",
    ),
    ({"stops": changed("stops", 1, stop_lat="", stop_lon="")}, r"call at stops without a position"),
    ({"calendar": [week(), week(days=())]}, r"calendar\.txt .*2 of 2 rows share a service_id: 's'"),
    ({"calendar": [week() | {"monday": "yes"}]}, r"1 of 1 rows have monday 'yes'; 0 and 1"),
    ({"calendar": [week(start="2026-01-01")]}, r"start_date that is none: '2026-01-01'; yyyymmdd"),
    ({"calendar": [week(start="20260230")]}, r"start_date that is none: '20260230'"),
    ({"calendar": [week(end="20251231")]}, r"1 of 1 services end before they begin: 's'"),
    (
        {"calendar_dates": [DATES, DATES | {"exception_type": "2"}]},
        r"calendar_dates\.txt .*2 of 2 rows share service_id and date: 's 2026-06-09'",
    ),
    ({"calendar_dates": [DATES | {"exception_type": "3"}]}, r"exception_type '3'; 1 and 2"),
    ({"calendar_dates": [DATES | {"date": ""}]}, r"date that is none: ''"),
    (
        {"frequencies": [FREQUENCY | {"trip_id": "u"}]},
        r"are of trips that trips\.txt does not have",
    ),
    ({"frequencies": [FREQUENCY | {"headway_secs": "0"}]}, r"no whole number above 0: trips 't'"),
    ({"frequencies": [FREQUENCY | {"start_time": "six"}]}, r"have times that are not H:MM:SS"),
    ({"frequencies": [FREQUENCY | {"end_time": "05:00:00"}]}, r"end before they start"),
    ({"frequencies": [FREQUENCY | {"exact_times": "2"}]}, r"exact_times that is neither 0 nor 1"),
    (
        {"frequencies": [FREQUENCY, FREQUENCY | {"headway_secs": "60"}]},
        r"2 of 2 rows share trip_id and start_time: trips 't'",
    ),
    (
        {"transfers": [{"from_stop_id": "A", "to_stop_id": "B", "transfer_type": "9"}]},
        r"transfer_type that is none: '9'; 0 to 5 are",
    ),
    (
        {
            "transfers": [
                {"from_stop_id": "A", "to_stop_id": "B", "min_transfer_time": "-1"},
            ]
        },
        r"min_transfer_time that is no whole number of seconds: -1\.0",
    ),
]


@pytest.mark.parametrize(("tables", "message"), WRONG)
def test_rows_that_cannot_be_right_stop_the_reading(tmp_path, tables, message):
    with pytest.raises(SchemaError, match=message):
        read_timetable(write_zip(tmp_path / "feed.zip", town(**tables)), crs=CRS)


LEFT_OUT = [
    (TIMES + calls("u", "08:05:00", "08:02:00", "08:06:00"), "times go back along the trip"),
    (TIMES + calls("u", "08:00:00", "08:02:00", stops="AZ"), "call at stops that stops.txt lacks"),
    (TIMES + calls("u", "", "08:02:00", "08:06:00"), "the first or the last call has no time"),
]


@pytest.mark.parametrize(("stop_times", "why"), LEFT_OUT)
def test_faulty_trips_can_be_left_out_and_are_counted(tmp_path, stop_times, why):
    tables = town(trips=[trip("t"), trip("u")], stop_times=stop_times)
    path = write_zip(tmp_path / "feed.zip", tables)
    timetable, report = read_timetable(path, crs=CRS, on_fault="leave out")
    assert timetable.trips["trip_id"].tolist() == ["t"]
    assert timetable.stop_times["trip_id"].tolist() == ["t"] * 3
    assert report.feeds[0].dropped == {f"trips: {why}": 1}


def test_a_trip_with_two_faults_is_left_out_once(tmp_path):
    tables = town(
        trips=[trip("t"), trip("u", service_id="x")],
        stop_times=TIMES + calls("u", "08:05:00", "08:02:00", "08:06:00"),
    )
    path = write_zip(tmp_path / "feed.zip", tables)
    _, report = read_timetable(path, crs=CRS, on_fault="leave out")
    assert sum(report.feeds[0].dropped.values()) == 1


def test_a_feed_in_windows_letters_is_read_where_its_encoding_is_stated(tmp_path):
    tables = town()
    tables["stops"] = as_csv([stop("A", stop_name="Gærde"), *town()["stops"][1:]])
    tables["stops"] = tables["stops"].decode().encode("cp1252")
    path = write_zip(tmp_path / "feed.zip", tables)
    timetable, _ = read_timetable(path, crs=CRS, encoding="cp1252")
    assert timetable.stops["name"].tolist()[0] == "Gærde"


def test_letters_are_composed_whatever_the_version_of_pyarrow_does():
    names = pa.array(["Hedeg\u00e5rd", "Hedega\u030ard", None, "", "Taastrup"])
    expected = ["Hedeg\u00e5rd", "Hedeg\u00e5rd", None, "", "Taastrup"]
    assert composed(names).to_pylist() == expected
    assert composed(names).type == names.type
    assert composed(pa.array([], pa.string())).to_pylist() == []


def test_garbled_names_are_counted(tmp_path):
    tables = town(stops=[stop("A", stop_name="GÃ¦rde"), *town()["stops"][1:]])
    _, report = read_timetable(write_zip(tmp_path / "feed.zip", tables), crs=CRS)
    assert report.feeds[0].counted == {"stops with a garbled name": 1}


def test_a_missing_path_is_an_error(tmp_path):
    with pytest.raises(SourceError, match=r"feed\.zip .*: the file is missing"):
        read_timetable(tmp_path / "feed.zip", crs=CRS)


@pytest.mark.parametrize("name", ["feed.zip", "feed"])
def test_a_file_that_is_no_zip_is_an_error(tmp_path, name):
    (tmp_path / name).write_bytes(b"trip_id,stop_id\n")
    with pytest.raises(SourceError, match=r"feed.*: is not a whole zip: File is not a zip"):
        read_timetable(tmp_path / name, crs=CRS)


def test_an_empty_folder_is_an_error(tmp_path):
    folder = write_folder(tmp_path / "feed", {})
    with pytest.raises(SourceError, match=r"is no GTFS feed: 0 files"):
        read_timetable(folder, crs=CRS)


def test_a_zip_that_is_cut_short_anywhere_is_an_error(tmp_path):
    whole = write_zip(tmp_path / "whole.zip", town()).read_bytes()
    cut = tmp_path / "feed.zip"
    for length in np.linspace(1, len(whole) - 1, 40).astype(int):
        cut.write_bytes(whole[:length])
        with pytest.raises(SourceError, match=r"feed\.zip .*: is not a whole zip.*Fetch it again"):
            read_timetable(cut, crs=CRS)


def test_a_zip_with_a_damaged_byte_is_an_error_or_the_same(tmp_path):
    path = write_zip(tmp_path / "feed.zip", town())
    whole = path.read_bytes()
    expected = read_timetable(path, crs=CRS)[0].stop_times
    for place in range(40, len(whole), 97):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            found = read_timetable(path, crs=CRS)[0].stop_times
        except HtkgisError:
            continue
        assert found.equals(expected)
