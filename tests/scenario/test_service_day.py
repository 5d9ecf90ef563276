"""What runs on a day: calendars, nights, frequencies; by timetables small enough to do by head."""

import datetime as dt

import pytest
from pandas.testing import assert_frame_equal

from htkgis.errors import SchemaError
from htkgis.loaders import read_timetable
from htkgis.scenario import services_on, trips_on
from htkgis.schema import TRIP_TIMES, check
from tests.gtfs_town import CRS, calls, town, trip, week, write_zip

TUESDAY = dt.date(2026, 6, 9)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


@pytest.fixture
def timetable(tmp_path):
    def of(**tables):
        return read_timetable(write_zip(tmp_path / "feed.zip", town(**tables)), crs=CRS)[0]

    return of


def runs(timetable, date=TUESDAY):
    """First departure of each run."""
    trip_times = check(trips_on(timetable, date), TRIP_TIMES)
    firsts = trip_times[trip_times["sequence"] == 0]
    return dict(zip(firsts["trip_id"].astype(object), firsts["departure_s"], strict=True))


def frequency(start, end, headway, exact="0", trip_id="t"):
    return {
        "trip_id": trip_id,
        "start_time": start,
        "end_time": end,
        "headway_secs": str(headway),
        "exact_times": exact,
    }


def test_a_scheduled_trip_runs_as_it_stands(timetable):
    tables = timetable()
    trip_times = check(trips_on(tables, TUESDAY), TRIP_TIMES)
    assert trip_times["trip_id"].tolist() == ["t"] * 3
    assert trip_times["route_type"].tolist() == [3] * 3
    for name in ("stop_id", "sequence", "arrival_s", "departure_s", "pickup", "drop_off"):
        assert trip_times[name].tolist() == tables.stop_times[name].tolist()
    assert trip_times[["headway_s", "start_s", "end_s"]].eq(0).all(axis=None)


def test_the_timetable_is_unchanged(timetable):
    tables = timetable(frequencies=[frequency("06:00:00", "07:00:00", 600)])
    before = {name: table.copy(deep=True) for name, table in vars(tables).items()}
    trips_on(tables, TUESDAY)
    for name, table in before.items():
        assert_frame_equal(table, getattr(tables, name))


def test_a_service_runs_on_its_weekdays_within_its_dates_both_included(timetable):
    tables = timetable(calendar=[week(days=WEEKDAYS, start="20260608", end="20260612")])
    running = [day for day in range(1, 21) if services_on(tables, dt.date(2026, 6, day))]
    assert running == [8, 9, 10, 11, 12]


def test_exceptions_count_before_weekdays(timetable):
    tables = timetable(
        calendar=[week(days=WEEKDAYS, start="20260608", end="20260612")],
        calendar_dates=[
            {"service_id": "s", "date": "20260609", "exception_type": "2"},
            {"service_id": "s", "date": "20260613", "exception_type": "1"},
        ],
    )
    running = [day for day in range(1, 21) if services_on(tables, dt.date(2026, 6, day))]
    assert running == [8, 10, 11, 12, 13]


def test_a_day_without_service_has_no_rows_but_all_columns(timetable):
    trip_times = trips_on(timetable(), dt.date(2027, 1, 1))
    assert list(trip_times.columns) == list(TRIP_TIMES.columns)
    assert trip_times.empty


def test_a_night_bus_of_the_day_before_comes_first_and_begins_before_midnight(timetable):
    tables = timetable(
        calendar=[week(days=["monday"])],
        stop_times=calls("t", "23:50:00", "24:10:00", "25:00:00"),
    )
    trip_times = trips_on(tables, TUESDAY)
    assert trip_times["trip_id"].unique().tolist() == ["t|2026-06-08"]
    assert trip_times["arrival_s"].tolist() == [-600, 600, 3600]
    assert trips_on(tables, dt.date(2026, 6, 8))["arrival_s"].tolist() == [85_800, 87_000, 90_000]
    assert trips_on(tables, dt.date(2026, 6, 10)).empty


def test_a_trip_of_every_day_is_there_twice_after_midnight_under_two_names(timetable):
    tables = timetable(stop_times=calls("t", "23:50:00", "24:10:00", "25:00:00"))
    assert runs(tables) == {"t": 85_800, "t|2026-06-08": -600}


@pytest.mark.parametrize(("last", "there"), [("24:00:00", True), ("23:59:59", False)])
def test_a_trip_of_the_day_before_counts_if_it_ends_at_midnight_or_later(timetable, last, there):
    tables = timetable(
        calendar=[week(days=["monday"])], stop_times=calls("t", "23:00:00", "23:30:00", last)
    )
    assert bool(runs(tables)) == there


def test_a_trip_over_two_midnights_is_there_on_three_days(timetable):
    tables = timetable(
        calendar=[week(days=["monday"])], stop_times=calls("t", "20:00:00", "30:00:00", "49:00:00")
    )
    days = [dt.date(2026, 6, day) for day in (8, 9, 10, 11)]
    assert [list(runs(tables, day).values()) for day in days] == [
        [72_000],
        [-14_400],
        [-100_800],
        [],
    ]


def test_exact_frequencies_become_runs_and_the_end_is_no_departure(timetable):
    tables = timetable(
        frequencies=[
            frequency("06:00:00", "06:20:00", 600, "1"),
            frequency("06:20:00", "06:21:00", 900, "1"),
        ]
    )
    trip_times = trips_on(tables, TUESDAY)
    assert runs(tables) == {
        "t|06:00:00": 21_600,
        "t|06:10:00": 22_200,
        "t|06:20:00": 22_800,
    }
    own = trip_times[trip_times["trip_id"] == "t|06:10:00"]
    assert own["arrival_s"].tolist() == [22_200, 22_320, 22_560]
    assert trip_times["headway_s"].eq(0).all()


def test_periods_that_overlap_give_an_exact_departure_once(timetable):
    tables = timetable(
        frequencies=[
            frequency("06:00:00", "06:20:00", 600, "1"),
            frequency("06:10:00", "06:20:00", 600, "1"),
        ]
    )
    assert list(runs(tables)) == ["t|06:00:00", "t|06:10:00"]


def test_a_frequency_without_exact_times_keeps_its_period(timetable):
    tables = timetable(
        frequencies=[frequency("06:00:00", "09:00:00", 600), frequency("15:00:00", "18:00:00", 300)]
    )
    trip_times = trips_on(tables, TUESDAY)
    assert runs(tables) == {"t|06:00:00": 21_600, "t|15:00:00": 54_000}
    periods = trip_times[["headway_s", "start_s", "end_s"]].drop_duplicates().to_numpy().tolist()
    assert periods == [[600, 21_600, 32_400], [300, 54_000, 64_800]]


def test_a_period_of_the_day_before_is_moved_with_its_times(timetable):
    tables = timetable(
        calendar=[week(days=["monday"])], frequencies=[frequency("23:00:00", "25:00:00", 600)]
    )
    trip_times = trips_on(tables, TUESDAY)
    assert trip_times["trip_id"].unique().tolist() == ["t|2026-06-08|23:00:00"]
    assert trip_times["departure_s"].tolist() == [-600, -480, -240]
    assert trip_times[["start_s", "end_s"]].iloc[0].tolist() == [-600, 3600]


def test_what_is_over_of_a_period_of_the_day_before_is_left_out(timetable):
    # every 20 minutes from 05:00 to 24:30, 6 minutes long: the run of 23:40 arrives at 23:46 at
    # the earliest offset and at 00:05:59 at the latest; the one of 23:20 never after midnight
    tables = timetable(
        calendar=[week(days=["monday"])], frequencies=[frequency("05:00:00", "24:30:00", 1200)]
    )
    trip_times = trips_on(tables, TUESDAY)
    assert trip_times["trip_id"].unique().tolist() == ["t|2026-06-08|05:00:00"]
    assert trip_times["departure_s"].tolist() == [-1200, -1080, -840]
    assert trip_times[["start_s", "end_s"]].iloc[0].tolist() == [-1200, 1800]


@pytest.mark.parametrize(("end", "there"), [("23:54:00", False), ("23:54:01", True)])
def test_a_period_of_the_day_before_counts_if_its_last_run_may_end_at_midnight(
    timetable, end, there
):
    # a run takes 6 minutes and departs a second before the end of the period at the latest
    tables = timetable(
        calendar=[week(days=["monday"])], frequencies=[frequency("23:00:00", end, 600)]
    )
    assert bool(runs(tables)) == there


def test_trips_of_the_next_day_are_there_where_they_are_asked_for(timetable):
    tables = timetable(stop_times=calls("t", "00:20:00", "00:30:00", "00:40:00"))
    assert runs(tables) == {"t": 1200}
    for until_s, later in ((87_600, {}), (87_601, {"t|2026-06-10": 87_600})):
        trip_times = trips_on(tables, TUESDAY, until_s=until_s)
        firsts = trip_times[trip_times["sequence"] == 0]
        found = dict(zip(firsts["trip_id"].astype(object), firsts["departure_s"], strict=True))
        assert found == {"t": 1200} | later


def test_a_period_without_length_runs_nothing(timetable):
    tables = timetable(
        frequencies=[frequency("06:00:00", "06:00:00", 600, e, t) for e, t in ("0t", "1u")],
        trips=[trip("t"), trip("u")],
        stop_times=town()["stop_times"] + calls("u", "08:00:00", "08:02:00", "08:06:00"),
    )
    assert runs(tables) == {}


def test_ids_that_look_like_the_mark_of_a_run_are_an_error(timetable):
    times = ("23:50:00", "24:10:00", "25:00:00")
    tables = timetable(
        trips=[trip("t"), trip("t|2026-06-08")],
        stop_times=calls("t", *times) + calls("t|2026-06-08", *times),
    )
    with pytest.raises(SchemaError, match=r"1 ids are those of two runs: 't\|2026-06-08'"):
        trips_on(tables, TUESDAY)
