"""Timetables: each peculiarity of GTFS by a feed small enough to check by head."""

import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal

from htkgis.errors import ConfigError, CRSError, SchemaError
from htkgis.loaders import read_timetable
from htkgis.loaders.gtfs_routes import basic_route_type
from tests.gtfs_town import (
    CRS,
    EAST_M,
    NORTH_M,
    as_csv,
    calls,
    stop,
    town,
    trip,
    week,
    write_folder,
    write_zip,
)

EIGHT = 8 * 3600
BOX = (EAST_M - 100, NORTH_M - 100, EAST_M + 1100, NORTH_M + 100)


@pytest.fixture
def read(tmp_path):
    def of(area=None, on_fault="raise", **tables):
        path = write_zip(tmp_path / "feed.zip", town(**tables))
        return read_timetable(path, crs=CRS, area=area, on_fault=on_fault)

    return of


def same(one, other):
    for name, table in vars(one).items():
        assert_frame_equal(table, getattr(other, name), obj=name)


def test_a_bus_calls_at_three_stops(read):
    timetable, report = read()
    times = timetable.stop_times
    assert times["stop_id"].tolist() == ["A", "B", "C"]
    assert times["sequence"].tolist() == [0, 1, 2]
    assert times["arrival_s"].tolist() == [EIGHT, EIGHT + 120, EIGHT + 360]
    assert times["departure_s"].tolist() == times["arrival_s"].tolist()
    assert times["pickup"].all()
    assert times["drop_off"].all()
    assert timetable.stops.crs == CRS
    assert timetable.stops.geometry.x.round(2).tolist() == [EAST_M, EAST_M + 1000, EAST_M + 3000]
    assert timetable.routes.loc[0].to_dict() == {
        "route_id": "r",
        "short_name": "123",
        "long_name": None,
        "route_type": 3,
        "route_type_given": 3,
        "agency": "Movia",
    }
    assert report.feeds[0].read["stop_times.txt"] == 3
    assert report.feeds[0].kept["trips"] == 1
    assert report.record()["feeds"][0]["first_date"] == "2026-01-01"


def test_a_folder_a_zip_and_a_zip_with_a_folder_are_the_same(read, tmp_path):
    timetable, _ = read()
    folder = write_folder(tmp_path / "feed", town())
    nested = write_zip(tmp_path / "nested.zip", town(), inside="gtfs 2026/")
    for path in (folder, nested):
        found, _ = read_timetable({"feed": path}, crs=CRS)
        same(found, timetable)


def test_marks_quotes_blanks_and_further_columns_do_not_matter(read):
    timetable, _ = read()
    stops = b"\xef\xbb\xbf" + as_csv(town()["stops"]).replace(b"stop_lat", b' "stop_lat" ')
    routes = (
        'route_id , route_type,route_short_name,agency_id,colour\n"r"," 3 ",123, m,"a, b\nc"\n\n'
    )
    found, _ = read(stops=stops, routes=routes)
    same(found, timetable)


def test_ids_keep_their_leading_zeros_and_meet_only_where_they_are_the_same(read):
    timetable, _ = read(
        stops=[stop("007"), stop("7", 1000.0), stop("07.0", 3000.0)],
        stop_times=calls("t", "08:00:00", "08:02:00", "08:06:00", stops=("007", "7", "07.0")),
    )
    assert timetable.stops["stop_id"].tolist() == ["007", "07.0", "7"]
    assert timetable.stop_times["stop_id"].tolist() == ["007", "7", "07.0"]


def test_twelve_stops_of_one_name_stay_twelve(read):
    names = [f"p{n:02d}" for n in range(12)]
    timetable, _ = read(
        stops=[stop(name, 10.0 * n, stop_name="Taastrup St.") for n, name in enumerate(names)],
        stop_times=calls("t", *[f"08:{n:02d}:00" for n in range(12)], stops=names),
    )
    assert timetable.stops["name"].tolist() == ["Taastrup St."] * 12
    assert timetable.stops["parent_station"].isna().all()


def test_blank_times_lie_by_distance_between_their_neighbours(read):
    # A third of the way of 3,000 m in 360 s: 120 s, which is what straight lines say
    timetable, report = read(stop_times=calls("t", "08:00:00", "", "08:06:00"))
    assert timetable.stop_times["arrival_s"].tolist() == [EIGHT, EIGHT + 120, EIGHT + 360]
    assert report.feeds[0].filled == {"calls without time, by straight lines": 1}


def test_the_stated_distance_counts_before_the_straight_line(read):
    timetable, report = read(
        stop_times=calls("t", "08:00:00", "", "08:06:00", shape_dist_traveled=["0", "1.5", "2.0"])
    )
    assert timetable.stop_times["departure_s"].tolist() == [EIGHT, EIGHT + 270, EIGHT + 360]
    assert report.feeds[0].filled == {"calls without time, by shape_dist_traveled": 1}


@pytest.mark.parametrize("stated", [["0", "", "2.0"], ["0", "2.5", "2.0"], ["2", "2", "2"]])
def test_a_stated_distance_with_a_gap_or_a_step_back_gives_way_to_straight_lines(read, stated):
    timetable, _ = read(
        stop_times=calls("t", "08:00:00", "", "08:06:00", shape_dist_traveled=stated)
    )
    assert timetable.stop_times["departure_s"].iloc[1] == EIGHT + 120


def test_blank_times_at_one_place_are_spread_by_the_number_of_stops(read):
    timetable, _ = read(
        stops=[stop("A"), stop("B"), stop("C")], stop_times=calls("t", "08:00:00", "", "08:06:00")
    )
    assert timetable.stop_times["departure_s"].iloc[1] == EIGHT + 180


def test_a_wait_before_a_gap_is_not_driven(read):
    timetable, _ = read(
        stop_times=calls("t", ("08:00:00", "08:03:00"), "", ("08:06:00", "08:10:00"))
    )
    assert timetable.stop_times["arrival_s"].tolist() == [EIGHT, EIGHT + 240, EIGHT + 360]
    assert timetable.stop_times["departure_s"].tolist() == [EIGHT + 180, EIGHT + 240, EIGHT + 600]


def test_one_of_arrival_and_departure_is_the_other_too(read):
    timetable, report = read(
        stop_times=calls("t", ("", "08:00:00"), ("08:02:00", ""), ("08:06:00", ""))
    )
    assert timetable.stop_times["departure_s"].tolist() == [EIGHT, EIGHT + 120, EIGHT + 360]
    assert report.feeds[0].filled == {"calls with one of arrival and departure": 3}


def test_hours_have_one_digit_or_two_and_pass_midnight(read):
    timetable, _ = read(stop_times=calls("t", " 7:05:00", "23:59:59", "25:10:00"))
    assert timetable.stop_times["arrival_s"].tolist() == [25_500, 86_399, 90_600]


def test_set_down_only_and_board_only_are_kept_apart_and_the_phone_counts_as_yes(read):
    timetable, report = read(
        stop_times=calls(
            "t",
            "08:00:00",
            "08:02:00",
            "08:06:00",
            pickup_type=["0", "3", "1"],
            drop_off_type=["1", "2", ""],
        )
    )
    assert timetable.stop_times["pickup"].tolist() == [True, True, False]
    assert timetable.stop_times["drop_off"].tolist() == [False, True, True]
    assert report.feeds[0].counted == {
        "calls with boarding only after a phone call or a word to the driver": 1,
        "calls with alighting only after a phone call or a word to the driver": 1,
    }


def test_a_stop_takes_from_its_station_whether_wheelchairs_may_board(read):
    timetable, _ = read(
        stops=[
            stop("A", parent_station="S", wheelchair_boarding="0"),
            stop("B", 1000.0, parent_station="S", wheelchair_boarding="2"),
            stop("C", 3000.0),
            stop("S", location_type="1", wheelchair_boarding="1"),
            stop("E", location_type="2", parent_station="S"),
        ]
    )
    assert timetable.stops["stop_id"].tolist() == ["A", "B", "C"]
    assert timetable.stops["parent_station"].tolist() == ["S", "S", None]
    assert timetable.stops["wheelchair"].tolist() == [True, False, pd.NA]


def test_trips_say_whether_wheelchairs_and_bicycles_may_come_along(read):
    timetable, _ = read(
        trips=[
            trip("t", wheelchair_accessible="1", bikes_allowed="2"),
            trip("u", wheelchair_accessible="0"),
        ],
        stop_times=calls("t", "08:00:00", "08:02:00", "08:06:00")
        + calls("u", "08:00:00", "08:02:00", "08:06:00"),
    )
    assert timetable.trips["wheelchair"].tolist() == [True, pd.NA]
    assert timetable.trips["bikes"].tolist() == [False, pd.NA]


def test_a_calendar_of_dates_alone_is_a_calendar(read):
    dates = [{"service_id": "s", "date": "20260609", "exception_type": "1"}]
    timetable, report = read(calendar=None, calendar_dates=dates)
    assert timetable.calendar.empty
    assert timetable.calendar_dates["date"].tolist() == [pd.Timestamp("2026-06-09")]
    assert timetable.calendar_dates["runs"].tolist() == [True]
    assert report.feeds[0].first_date == report.feeds[0].last_date == "2026-06-09"


def test_frequencies_are_exact_only_where_they_say_so(read):
    timetable, _ = read(
        frequencies=[
            {
                "trip_id": "t",
                "start_time": "06:00:00",
                "end_time": "07:00:00",
                "headway_secs": "600",
            },
            {
                "trip_id": "t",
                "start_time": "07:00:00",
                "end_time": "09:00:00",
                "headway_secs": "900",
                "exact_times": "1",
            },
        ]
    )
    assert timetable.frequencies["exact_times"].tolist() == [False, True]
    assert timetable.frequencies["headway_s"].tolist() == [600, 900]


def test_transfers_of_a_station_are_of_its_stops_and_narrower_ones_are_left_out(read):
    timetable, report = read(
        stops=[
            stop("A", parent_station="S"),
            stop("B", 1000.0, parent_station="S"),
            stop("C", 3000.0),
            stop("S", location_type="1"),
            stop("unused"),
        ],
        transfers=[
            {
                "from_stop_id": "S",
                "to_stop_id": "C",
                "transfer_type": "2",
                "min_transfer_time": "300",
            },
            {"from_stop_id": "A", "to_stop_id": "C", "transfer_type": "3"},
            {"from_stop_id": "C", "to_stop_id": "C", "transfer_type": ""},
            {"from_stop_id": "B", "to_stop_id": "unused", "transfer_type": "0"},
            {"from_stop_id": "A", "to_stop_id": "B", "transfer_type": "1", "from_route_id": "r"},
            {"from_trip_id": "t", "to_trip_id": "t", "transfer_type": "4"},
        ],
    )
    assert timetable.transfers.to_numpy().tolist() == [
        ["A", "C", 3, pd.NA],
        ["B", "C", 2, 300],
        ["C", "C", 0, pd.NA],
    ]
    assert report.feeds[0].dropped == {
        "transfers between trips (types 4 and 5)": 1,
        "transfers of some routes or trips only": 1,
        "transfers of stops at which no trip calls": 1,
        "transfers of stops that another one is of": 1,
    }
    assert report.feeds[0].counted == {"transfers of stations": 1}


@pytest.mark.parametrize(
    ("given", "basic"),
    [
        (0, 0), (3, 3), (7, 7), (11, 11), (12, 12), (8, None), (99, None), (1800, None),
        (100, 2), (109, 2), (199, 2), (200, 3), (300, 2), (401, 1), (405, 12), (500, 1), (600, 1),
        (700, 3), (799, 3), (800, 11), (900, 0), (1000, 4), (1200, 4), (1300, 6), (1400, 7),
        (1500, 3), (1700, 3), (1100, 1100), (1600, 1600),
    ],
)  # fmt: skip
def test_extended_route_types_become_basic_ones(given, basic):
    assert basic_route_type(given) == basic


def test_several_feeds_keep_their_ids_apart(tmp_path):
    bus = write_zip(tmp_path / "bus.zip", town())
    rail = write_folder(tmp_path / "rail", town(routes=[{"route_id": "r", "route_type": "109"}]))
    timetable, report = read_timetable([rail, bus], crs=CRS)
    assert timetable.trips["trip_id"].tolist() == ["bus:t", "rail:t"]
    assert timetable.trips["feed"].tolist() == ["bus", "rail"]
    assert timetable.stop_times["stop_id"].tolist() == [
        f"{feed}:{stop}" for feed in ("bus", "rail") for stop in "ABC"
    ]
    assert timetable.routes["route_type"].tolist() == [3, 2]
    assert [feed.name for feed in report.feeds] == ["bus", "rail"]
    again, _ = read_timetable([bus, rail], crs=CRS)
    same(timetable, again)


def test_feeds_of_one_name_are_numbered(tmp_path):
    paths = [write_folder(tmp_path / n / "gtfs", town()) for n in ("a", "b")]
    assert read_timetable(paths, crs=CRS)[0].trips["trip_id"].tolist() == ["1:t", "2:t"]


def test_no_feed_is_an_error():
    with pytest.raises(ConfigError, match=r"no feed is named.*GTFS zip or folder"):
        read_timetable([], crs=CRS)


def test_a_trip_that_touches_the_area_twice_is_kept_whole(read):
    timetable, report = read(
        area=BOX,
        trips=[trip("t"), trip("u")],
        stop_times=calls("t", "08:00:00", "08:02:00", "08:06:00")
        + calls("u", "08:00:00", "08:02:00", stops=("B", "C")),
    )
    assert timetable.stop_times["stop_id"].tolist() == ["A", "B", "C"]
    assert report.feeds[0].dropped == {"trips with fewer than two calls in the area": 1}
    same(read(area=shapely.box(*BOX))[0], timetable)


def test_what_lies_outside_the_area_may_be_wrong(read):
    wrong = calls("u", "soon", "08:02:00", stops=("C", "nowhere"))
    times = town()["stop_times"] + wrong
    timetable, _ = read(area=BOX, trips=[trip("t"), trip("u")], stop_times=times)
    assert timetable.trips["trip_id"].tolist() == ["t"]


def test_an_area_without_trips_is_an_error(read):
    with pytest.raises(SchemaError, match=r"none of 1 trips is kept: 1 trips with fewer.*area"):
        read(area=(0.0, 0.0, 1.0, 1.0))


def test_stops_of_another_continent_are_an_error(read):
    far = [row | {"stop_lat": "-30.0", "stop_lon": "-51.2"} for row in town()["stops"]]
    with pytest.raises(CRSError, match=r"stops.txt.*3 of 3 rows lie nowhere near"):
        read(stops=far)


def test_calls_on_demand_are_left_out_and_counted(read):
    times = town()["stop_times"]
    zone = {**times[0], "stop_id": "", "stop_sequence": "9", "location_id": "zone"}
    timetable, report = read(stop_times=[*times, zone])
    assert len(timetable.stop_times) == 3
    assert report.feeds[0].dropped == {"calls on demand at a zone or a group of stops": 1}


def test_trips_and_services_that_carry_nobody_are_left_out(read):
    timetable, report = read(
        trips=[trip("t"), trip("one", service_id="x"), trip("none")],
        stop_times=town()["stop_times"] + calls("one", "08:00:00", stops=("A",)),
        calendar=[week(), week("x")],
    )
    assert timetable.trips["trip_id"].tolist() == ["t"]
    assert timetable.calendar["service_id"].tolist() == ["s"]
    assert report.feeds[0].dropped == {"trips with fewer than two calls": 2}
