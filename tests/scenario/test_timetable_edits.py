"""Edits of timetables by hand: what each does to a bus that calls at three stops."""

import datetime as dt

import pytest

from htkgis.errors import SchemaError
from htkgis.loaders import read_timetable
from htkgis.scenario import edited_timetable, trips_on
from htkgis.schema import TRIP_TIMES, check
from tests.gtfs_town import CRS, calls, stop, town, trip, week, write_zip

from .timetable_examples import at, calls_by_trip, edit, line, new

TUESDAY = dt.date(2026, 6, 9)
EIGHT = 480
BACK = ("C", "B", "A")


@pytest.fixture(scope="module")
def feed(tmp_path_factory):
    """Give the town's timetable, its tables replaced; each is read once."""
    known = {}

    def of(**tables):
        key = repr(tables)
        if key not in known:
            path = write_zip(tmp_path_factory.mktemp("feed") / "feed.zip", town(**tables))
            known[key] = read_timetable(path, crs=CRS)[0]
        return known[key]

    return of


def both_ways(*minutes, **columns):
    """Give trips out at some minutes past eight, and back ten minutes after each."""
    trips, times = [], []
    for minute in minutes:
        out, back = f"out{minute:02}", f"back{minute:02}"
        trips += [trip(out, **columns), trip(back, **columns)]
        times += calls(out, *(clock(minute + m) for m in (0, 2, 6)))
        times += calls(back, *(clock(minute + m) for m in (10, 14, 16)), stops=BACK)
    return {"trips": trips, "stop_times": times}


def clock(minute):
    return f"{8 + minute // 60:02}:{minute % 60:02}:00"


def after(timetable, *edits, year=2030, date=TUESDAY):
    return edited_timetable(timetable, edits, year=year, date=date)


def seen(timetable):
    """Give the calls of each trip, minutes past eight."""
    return {
        name: [(stop, arrival - EIGHT, departure - EIGHT) for stop, arrival, departure in own]
        for name, own in calls_by_trip(timetable).items()
    }


def departures(timetable, date=TUESDAY, first="A"):
    """Minutes past eight at which something leaves a stop as its first."""
    rows = check(trips_on(timetable, date), TRIP_TIMES)
    firsts = rows[(rows["sequence"] == 0) & (rows["stop_id"] == first)]
    return sorted((firsts["departure_s"] / 60 - EIGHT).tolist())


def test_without_edits_of_timetables_in_the_year_the_very_same_object_comes_back(feed):
    timetable = feed()
    closing = edit("close_place", place="school")
    assert after(timetable) is timetable
    assert after(timetable, closing) is timetable
    assert after(timetable, line(), year=2029) is timetable
    assert after(timetable, line(to_year=2032), year=2032) is timetable


def test_the_timetable_that_is_edited_stays_as_it_is(feed):
    timetable = feed(**both_ways(0, 20))
    before = {name: table.copy(deep=True) for name, table in vars(timetable).items()}
    after(timetable, line(), edit("change_running_time", line="r", factor=2))
    for name, table in before.items():
        assert table.equals(getattr(timetable, name))


def test_a_new_line_runs_both_ways_between_stops_old_and_new(feed):
    bus = line(stops=[at("A", 0), new("x", 3.5), at("C", 8)])
    edited = after(feed(), bus)
    own = calls_by_trip(edited)
    assert own["new/out"] == [("A", 0, 0), ("x", 3.5, 3.5), ("C", 8, 8)]
    assert own["new/back"] == [("C", 0, 0), ("x", 4.5, 4.5), ("A", 8, 8)]
    assert edited.routes.set_index("route_id").loc["new", "route_type"] == 3
    assert edited.stops["stop_id"].tolist() == ["A", "B", "C", "x"]
    runs = trips_on(edited, TUESDAY)
    every = runs[runs["trip_id"] == "new/out|06:00:00"]
    assert every[["headway_s", "start_s", "end_s"]].iloc[0].tolist() == [1200, 21_600, 72_001]


def test_a_new_line_is_of_a_feed_of_its_own_that_puts_no_bounds_on_days(feed):
    timetable = feed()
    feeds = after(timetable, line(), line(id="other")).feeds.set_index("feed")
    assert feeds.index.tolist() == ["feed", "scenario"]
    assert feeds.loc["scenario"].tolist() == feeds.loc["feed"].tolist()


def test_headways_of_periods_hold_in_them_alone(feed):
    rush = {"start": "07:00", "end": "09:00", "headway_min": 5}
    edited = after(feed(), line(headways=(rush,), both_directions=False))
    rows = edited.frequencies[["start_s", "end_s", "headway_s"]].to_numpy() / 60
    assert rows[:, :2].round().tolist() == [[360, 420], [420, 540], [540, 1200]]
    assert rows[:, 2].tolist() == [20, 5, 20]


def test_departures_that_are_known_stay_known(feed):
    bus = line(exact_times=True, first_departure="08:10", last_departure="08:50")
    # the town's own bus leaves A at eight
    assert departures(after(feed(), bus)) == [0, 10, 30, 50]


def test_a_line_of_sundays_is_not_there_on_a_tuesday(feed):
    bus = line(days=("sunday",))
    with pytest.raises(SchemaError, match="add_line 'new': it does not run on the service day"):
        after(feed(), bus)
    edited = after(feed(), bus, date=None)
    assert "new" not in set(trips_on(edited, TUESDAY)["route_id"])
    assert "new" in set(trips_on(edited, dt.date(2026, 6, 14))["route_id"])


def test_a_removed_line_leaves_nothing_of_its_own(feed):
    tables = {
        "routes": [
            {"route_id": "r", "route_short_name": "123", "route_type": "3"},
            {"route_id": "q", "route_short_name": "5", "route_type": "3"},
        ],
        "trips": [trip(), trip("u", "q", "w")],
        "stop_times": calls("t", "08:00:00", "08:02:00", "08:06:00")
        + calls("u", "08:00:00", "08:02:00", stops=("A", "B")),
        "calendar": [week(), week("w")],
        "transfers": [{"from_stop_id": "A", "to_stop_id": "C", "transfer_type": "3"}],
    }
    edited = after(feed(**tables), edit("remove_line", line="123"))
    assert edited.routes["route_id"].tolist() == ["q"]
    assert edited.trips["trip_id"].tolist() == ["u"]
    assert edited.stops["stop_id"].tolist() == ["A", "B"]
    assert edited.calendar["service_id"].tolist() == ["w"]
    assert edited.transfers.empty


def test_without_any_line_nothing_runs(feed):
    edited = after(feed(), edit("remove_line", line="r"))
    assert trips_on(edited, TUESDAY).empty


def test_a_part_of_a_line_runs_by_other_stops_both_ways_and_what_follows_moves(feed):
    way = [at("A", 0), new("x", 3), at("B", 5)]
    edited = after(feed(**both_ways(0)), edit("reroute_line", line="r", stops=way))
    assert seen(edited) == {
        "out00": [("A", 0, 0), ("x", 3, 3), ("B", 5, 5), ("C", 9, 9)],
        "back00": [("C", 10, 10), ("B", 14, 14), ("x", 16, 16), ("A", 19, 19)],
    }
    one = edit("reroute_line", line="r", stops=way, both_directions=False)
    assert seen(after(feed(**both_ways(0)), one))["back00"] == seen(feed(**both_ways(0)))["back00"]


def test_a_line_goes_on_beyond_its_last_stop_and_begins_there_on_its_way_back(feed):
    tables = both_ways(0)
    for row in tables["stop_times"]:
        row |= {"pickup_type": str(int(row["stop_sequence"] == "3"))}
        row |= {"drop_off_type": str(int(row["stop_sequence"] == "1"))}
    way = [at("C", 0), new("x", 5)]
    edited = after(feed(**tables), edit("reroute_line", line="r", stops=way))
    assert seen(edited) == {
        "out00": [("A", 0, 0), ("B", 2, 2), ("C", 6, 6), ("x", 11, 11)],
        "back00": [("x", 5, 5), ("C", 10, 10), ("B", 14, 14), ("A", 16, 16)],
    }
    # people get on everywhere but at the last stop, and off everywhere but at the first
    assert edited.stop_times["pickup"].tolist() == [True, True, True, False] * 2
    assert edited.stop_times["drop_off"].tolist() == [False, True, True, True] * 2


def test_all_of_a_line_runs_another_way_at_its_own_departures(feed):
    way = [at("C", 0), new("x", 1), at("A", 7)]
    edited = after(feed(**both_ways(0)), edit("reroute_line", line="r", stops=way, whole=True))
    assert seen(edited) == {
        "out00": [("A", 0, 0), ("x", 6, 6), ("C", 7, 7)],
        "back00": [("C", 10, 10), ("x", 11, 11), ("A", 17, 17)],
    }
    assert set(edited.stops["stop_id"]) == {"A", "C", "x"}


def test_a_stop_more_costs_what_it_loses_and_lies_where_its_distances_say(feed):
    # A and B lie 1,000 m apart, 120 s; a quarter of the way is 30 s
    east = stop("x", 250.0)
    edited = after(
        feed(**both_ways(0)),
        edit(
            "add_stop",
            line="r",
            stop="x",
            name="X",
            lat=float(east["stop_lat"]),
            lon=float(east["stop_lon"]),
            between=("A", "B"),
            lost_min=1,
        ),
    )
    assert seen(edited) == {
        "out00": [("A", 0, 0), ("x", 0.5, 1.5), ("B", 3, 3), ("C", 7, 7)],
        "back00": [("C", 10, 10), ("B", 14, 14), ("x", 15.5, 16.5), ("A", 17, 17)],
    }


def test_a_quicker_part_moves_what_follows_and_leaves_the_waits(feed):
    tables = {"stop_times": calls("t", "08:00:00", ("08:02:00", "08:03:00"), "08:07:00")}
    quicker = edit("change_running_time", line="r", from_stop="A", to_stop="B", factor=0.5)
    assert seen(after(feed(**tables), quicker))["t"] == [("A", 0, 0), ("B", 1, 2), ("C", 6, 6)]
    # three minutes more for a line that moves for six: each ride takes half as long again
    slower = edit("change_running_time", line="r", change_min=3)
    assert seen(after(feed(**tables), slower))["t"] == [("A", 0, 0), ("B", 3, 4), ("C", 10, 10)]


def test_a_part_is_quicker_on_the_way_back_too(feed):
    quicker = edit("change_running_time", line="r", from_stop="A", to_stop="B", change_min=-1)
    own = seen(after(feed(**both_ways(0)), quicker))
    assert own["out00"][1:] == [("B", 1, 1), ("C", 5, 5)]
    assert own["back00"] == [("C", 10, 10), ("B", 14, 14), ("A", 15, 15)]


def test_a_ride_that_takes_no_time_gets_no_quicker_and_cannot_get_slower(feed):
    tables = {"stop_times": calls("t", "08:00:00", "08:00:00", "08:04:00")}
    quicker = edit("change_running_time", line="r", factor=0.5)
    assert seen(after(feed(**tables), quicker))["t"] == [("A", 0, 0), ("B", 0, 0), ("C", 2, 2)]
    part = {"line": "r", "from_stop": "A", "to_stop": "B"}
    with pytest.raises(SchemaError, match="it touches nothing: no trip of the line takes time"):
        after(feed(**tables), edit("change_running_time", factor=0.5, **part))
    with pytest.raises(SchemaError, match="a trip that takes 0 minutes between the two stops"):
        after(feed(**tables), edit("change_running_time", change_min=1, **part))


def test_a_closed_stop_is_passed_and_the_others_keep_their_times(feed):
    edited = after(feed(**both_ways(0)), edit("close_stop", stop="B"))
    assert seen(edited) == {
        "out00": [("A", 0, 0), ("C", 6, 6)],
        "back00": [("C", 10, 10), ("A", 16, 16)],
    }
    assert edited.stop_times["sequence"].tolist() == [0, 1, 0, 1]
    assert edited.stops["stop_id"].tolist() == ["A", "C"]


def test_a_station_closes_with_all_its_stops(feed):
    poles = [stop("A"), stop("B", 1000.0), stop("B2", 1020.0), stop("C", 3000.0)]
    for pole in poles[1:3]:
        pole["stop_name"] = "Torvet"
    both = calls("t", "08:00:00", "08:02:00", "08:06:00")
    both += calls("u", "08:00:00", "08:02:00", "08:06:00", stops=("C", "B2", "A"))
    timetable = feed(stops=poles, trips=[trip(), trip("u")], stop_times=both)
    edited = after(timetable, edit("close_stop", stop="Torvet"))
    assert {stop for own in seen(edited).values() for stop, *_ in own} == {"A", "C"}
    with pytest.raises(SchemaError, match="2 stops are called 'Torvet': 'B', 'B2'; a trip calls"):
        after(timetable, line(stops=[at("A", 0), at("Torvet", 5)]))


def test_a_trip_that_calls_once_is_gone(feed):
    tables = {"stop_times": calls("t", "08:00:00", "08:02:00", stops=("A", "B"))}
    assert after(feed(**tables), edit("close_stop", stop="B")).trips.empty


def test_where_a_frequency_begins_at_a_closed_stop_its_period_moves(feed):
    often = {"trip_id": "t", "start_time": "06:00:00", "end_time": "09:00:00"}
    timetable = feed(frequencies=[often | {"headway_secs": "600", "exact_times": "1"}])
    edited = after(timetable, edit("close_stop", stop="A"))
    before, now = (trips_on(tables, TUESDAY) for tables in (timetable, edited))
    at_b = [own.loc[own["stop_id"] == "B", "departure_s"].tolist() for own in (before, now)]
    assert at_b[0] == at_b[1]
    # B is two minutes from A
    assert (edited.frequencies[["start_s", "end_s"]] / 60).to_numpy().tolist() == [[362, 542]]


@pytest.mark.parametrize("exact", ["0", "1"])
def test_a_headway_of_a_frequency_holds_in_its_window(feed, exact):
    often = {"trip_id": "t", "start_time": "06:10:00", "end_time": "09:00:00"}
    timetable = feed(frequencies=[often | {"headway_secs": "3600", "exact_times": exact}])
    changing = edit("change_headway", line="r", headway_min=30, start="07:00", end="08:00")
    rows = after(timetable, changing).frequencies
    # known departures at 6:10, 7:10 and 8:10 stay; of unknown ones the window is kept
    begins = [370, 430, 490] if exact == "1" else [370, 420, 480]
    assert (rows["start_s"] / 60).tolist() == begins
    assert (rows["end_s"] / 60).tolist() == [420, 480, 540]
    assert (rows["headway_s"] / 60).tolist() == [60, 30, 60]


def test_trips_with_times_of_their_own_follow_the_first_at_the_headway(feed):
    changing = edit("change_headway", line="r", headway_min=15)
    edited = after(feed(**both_ways(0, 20, 40)), changing)
    assert departures(edited) == [0, 15, 30]
    assert departures(edited, first="C") == [10, 25, 40]
    assert set(seen(edited)) >= {"out00", "out00@08:15:00", "out20@08:30:00"}
    # half the headway keeps what there was, and all day is until the last
    half = edit("change_headway", line="r", headway_min=10)
    assert departures(after(feed(**both_ways(0, 20, 40)), half)) == [0, 10, 20, 30, 40]


def test_a_window_leaves_the_trips_outside_and_lasts_until_its_end(feed):
    changing = edit("change_headway", line="r", headway_min=5, start="08:20", end="08:40")
    edited = after(feed(**both_ways(0, 20, 40)), changing)
    assert departures(edited) == [0, 20, 25, 30, 35, 40]


def test_in_the_rush_trips_stay_as_slow_as_they_were(feed):
    tables = {
        "trips": [trip("a"), trip("b")],
        "stop_times": calls("a", "08:00:00", "08:02:00", "08:06:00")
        + calls("b", "08:30:00", "08:40:00", "08:50:00"),
    }
    edited = after(feed(**tables), edit("change_headway", line="r", headway_min=15))
    assert seen(edited)["a@08:15:00"] == [("A", 15, 15), ("B", 17, 17), ("C", 21, 21)]
    assert seen(edited)["b"] == [("A", 30, 30), ("B", 40, 40), ("C", 50, 50)]


def test_what_runs_on_one_day_is_counted_together_whatever_its_service(feed):
    # every day at 0 and 40 past, on weekdays at 20 past as well: on a Sunday every 40 minutes
    daily, weekdays = both_ways(0, 40), both_ways(20, service_id="w")
    tables = {name: daily[name] + weekdays[name] for name in daily}
    tables["calendar"] = [week(), week("w", days=["monday", "tuesday"])]
    timetable = feed(**tables)
    edited = after(timetable, edit("change_headway", line="r", headway_min=10))
    sunday = dt.date(2026, 6, 14)
    assert departures(timetable, sunday) == [0, 40]
    for date in (TUESDAY, sunday):
        assert departures(edited, date) == [0, 10, 20, 30, 40]


def test_direction_ids_of_the_feed_tell_trips_apart(feed):
    # a ring: both ways begin and end at A
    tables = {
        "trips": [
            trip(f"{way}{minute}", direction_id=way) for way in "01" for minute in ("00", "40")
        ],
        "stop_times": [
            row
            for way, ring in (("0", "ABCA"), ("1", "ACBA"))
            for minute in ("00", "40")
            for row in calls(
                f"{way}{minute}",
                *(f"08:{int(minute) + later:02}:00" for later in (0, 2, 6, 9)),
                stops=tuple(ring),
            )
        ],
    }
    timetable = feed(**tables)
    assert timetable.trips["direction"].tolist() == [0, 0, 1, 1]
    edited = after(timetable, edit("change_headway", line="r", headway_min=20))
    assert departures(edited) == [0, 0, 20, 20, 40, 40]
    tables["trips"] = [row | {"direction_id": ""} for row in tables["trips"]]
    untold = after(feed(**tables), edit("change_headway", line="r", headway_min=20))
    assert departures(untold) == [0, 0, 20, 20, 40, 40]


def test_what_the_feed_says_of_directions_counts_before_where_trips_lead(feed):
    tables = both_ways(0, 20, 40)
    tables["trips"] = [
        trip(f"out{minute}", direction_id=way)
        for minute, way in (("00", "0"), ("20", "1"), ("40", "0"))
    ]
    tables["stop_times"] = [row for row in tables["stop_times"] if row["trip_id"][0] == "o"]
    edited = after(feed(**tables), edit("change_headway", line="r", headway_min=20))
    # the one that the feed has going back is alone there, and has no headway
    assert departures(edited) == [0, 20, 20, 40]


def test_a_line_that_was_added_is_changed_in_later_years(feed):
    later = edit("change_headway", line="New bus", headway_min=10, from_year=2035)
    headways = [
        after(feed(), line(), later, year=year).frequencies["headway_s"].tolist()
        for year in (2030, 2035)
    ]
    assert headways == [[1200, 1200], [600, 600]]


def test_two_lines_may_share_a_new_stop(feed):
    lines = [line(id=name, stops=[at("A", 0), new("x", 4)]) for name in ("one", "two")]
    assert after(feed(), *lines).stops["stop_id"].tolist().count("x") == 1
    lines[1] = line(id="two", stops=[at("A", 0), at("x", 4)])
    assert after(feed(), *lines).stops["stop_id"].tolist().count("x") == 1
