"""Audit of a service day: an empty answer is an error that names good days."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.errors import ConfigError
from htkgis.loaders import read_timetable
from htkgis.scenario import checked_service_day, good_days, service_calendar, trips_on
from tests.gtfs_town import CRS, DAYS, calls, town, trip, week, write_folder, write_zip

WEEKDAYS = DAYS[:5]
TUESDAY = dt.date(2026, 6, 9)
HOLIDAY = {"service_id": "s", "date": "20260605", "exception_type": "2"}
OFTEN = {"trip_id": "t", "start_time": "06:00:00", "end_time": "07:01:00", "headway_secs": "600"}


def feed(folder, **tables):
    tables = {"calendar": [week(days=WEEKDAYS, start="20260601", end="20260630")]} | tables
    return read_timetable(write_zip(folder / "feed.zip", town(**tables)), crs=CRS)[0]


@pytest.fixture
def timetable(tmp_path):
    return lambda **tables: feed(tmp_path, **tables)


def test_the_calendar_counts_what_begins_on_each_date(timetable):
    days = service_calendar(timetable(calendar_dates=[HOLIDAY])).set_index("date")
    june = {day.day: trips for day, trips in days["trips"].items()}
    assert len(days) == 30
    assert june == {day: int(day % 7 in {1, 2, 3, 4, 5} and day != 5) for day in range(1, 31)}
    assert days.loc["2026-06-06", ["kind", "usual"]].tolist() == ["saturday", 0.0]
    assert days.loc["2026-06-05", ["kind", "usual"]].tolist() == ["weekday", 1.0]


def test_a_frequency_counts_each_of_its_departures(timetable):
    # 06:00 to 07:01 every 10 minutes: 6:00, 6:10, ... 7:00
    days = service_calendar(timetable(frequencies=[OFTEN]))
    assert days["trips"].max() == 7


def test_a_good_day_is_audited_hour_by_hour(timetable):
    tables = timetable(
        trips=[trip("t"), trip("u")],
        stop_times=calls("t", "08:59:00", "09:02:00", "09:06:00")
        + calls("u", "23:50:00", "24:10:00", "24:20:00"),
    )
    day = checked_service_day(tables, TUESDAY, window_s=(32_340, 32_340))
    assert day.record() == {
        "date": "2026-06-09",
        "kind": "weekday",
        "trips": 2,
        "usual": 2.0,
        "unusual": False,
        "per_hour": {"-1": 1, "8": 1, "23": 1},
        "feeds": {"feed": 2},
        "feeds_in_window": {"feed": 1},
    }
    assert day.trip_times.equals(trips_on(tables, TUESDAY))


def test_departures_count_at_the_stops_of_the_area_and_never_at_the_end(timetable):
    tables = timetable(stop_times=calls("t", "08:59:00", "09:02:00", "10:06:00"))
    assert checked_service_day(tables, TUESDAY, stop_ids=["B", "C"]).per_hour == {9: 1}
    assert checked_service_day(tables, TUESDAY, stop_ids=["C"]).per_hour == {}


def test_departures_of_a_frequency_count_in_each_hour(timetable):
    day = checked_service_day(timetable(frequencies=[OFTEN]), TUESDAY)
    assert day.per_hour == {6: 6, 7: 1}


def test_a_day_outside_the_feed_names_the_nearest_good_days(timetable):
    with pytest.raises(
        ConfigError,
        match=r"service day 2026-07-02 \(timetable\): the day lies outside 1 of 1 feeds: feed "
        r"\(2026-06-01 to 2026-06-30\).*nearest days with service: 2026-06-30 \(weekday, 1 trips\)"
        r", 2026-06-29 \(weekday, 1 trips\), 2026-06-26 \(weekday, 1 trips\)\. Choose one",
    ):
        checked_service_day(timetable(), dt.date(2026, 7, 2))


def test_a_holiday_names_the_nearest_days_of_its_kind(timetable):
    with pytest.raises(
        ConfigError,
        match=r"2026-06-05.*no trip runs; a holiday.*service: 2026-06-04 .*-06-03 .*-06-02 ",
    ):
        checked_service_day(timetable(calendar_dates=[HOLIDAY]), dt.date(2026, 6, 5))


def test_a_kind_of_day_without_service_names_the_nearest_with_any(timetable):
    with pytest.raises(
        ConfigError,
        match=r"service: 2026-06-05 \(weekday, 1 trips\), 2026-06-04 .*2026-06-08 .*Choose",
    ):
        checked_service_day(timetable(), dt.date(2026, 6, 6))


def test_an_empty_window_says_when_there_are_departures(timetable):
    with pytest.raises(
        ConfigError,
        match=r"nothing departs from 17:00 to 18:00; departures of the day lie from 08:00 to 08:02",
    ):
        checked_service_day(timetable(), TUESDAY, window_s=(61_200, 64_800))


@pytest.mark.parametrize(("first", "last"), [(28_800, 28_800), (28_801, 28_920), (0, 28_800)])
def test_both_ends_of_the_window_are_in_it(timetable, first, last):
    assert checked_service_day(timetable(), TUESDAY, window_s=(first, last)).trips == 1


def test_an_area_at_whose_stops_nothing_departs_is_an_empty_window(timetable):
    with pytest.raises(ConfigError, match=r"nor at any other time of the day, from the stops"):
        checked_service_day(timetable(), TUESDAY, window_s=(0, 86_400), stop_ids=["C"])


def test_a_day_outside_one_of_two_feeds_is_an_error_although_the_other_runs(tmp_path):
    late = town(calendar=[week(start="20260615", end="20260731")])
    early = town(calendar=[week(start="20260601", end="20260620")])
    paths = [write_folder(tmp_path / "late", late), write_folder(tmp_path / "early", early)]
    timetable, _ = read_timetable(paths, crs=CRS)
    with pytest.raises(
        ConfigError, match=r"outside 1 of 2 feeds: late \(2026-06-15.*2026-06-15 \(weekday, 2 trips"
    ):
        checked_service_day(timetable, TUESDAY)
    assert checked_service_day(timetable, dt.date(2026, 6, 16)).feeds == {"early": 1, "late": 1}


def test_feeds_without_a_day_in_common_are_an_error(tmp_path):
    parts = {"a": ("20260601", "20260605"), "b": ("20260608", "20260612")}
    paths = [
        write_folder(tmp_path / name, town(calendar=[week(start=start, end=end)]))
        for name, (start, end) in parts.items()
    ]
    timetable, _ = read_timetable(paths, crs=CRS)
    with pytest.raises(ConfigError, match=r"no day has service in all feeds\. Take other feeds"):
        checked_service_day(timetable, TUESDAY)


def test_a_day_with_fewer_than_half_the_usual_trips_is_unusual(timetable):
    tables = timetable(
        trips=[trip("t"), trip("u"), trip("v", service_id="x")],
        stop_times=[
            row for name in "tuv" for row in calls(name, "08:00:00", "08:02:00", "08:06:00")
        ],
        calendar=[week(name, WEEKDAYS, "20260601", "20260630") for name in "sx"],
        calendar_dates=[HOLIDAY],
    )
    day = checked_service_day(tables, dt.date(2026, 6, 5))
    assert (day.trips, day.usual, day.unusual) == (1, 3.0, True)
    days = good_days(service_calendar(tables), dt.date(2026, 6, 5))
    assert days["date"].dt.day.tolist() == [4, 3, 2, 5]


def test_half_the_usual_trips_are_a_good_day():
    days = pd.DataFrame(
        {
            "date": pd.to_datetime(["2026-06-01", "2026-06-02", "2026-06-03"]),
            "kind": "weekday",
            "trips": [5, 4, 10],
            "usual": 10.0,
        }
    )
    assert good_days(days, dt.date(2026, 6, 2))["trips"].tolist() == [5, 10, 4]


@settings(max_examples=15)
@given(
    weeks=st.lists(
        st.tuples(st.sets(st.sampled_from(DAYS)), st.integers(1, 28), st.integers(0, 30)),
        min_size=1,
        max_size=3,
    ),
    exceptions=st.dictionaries(
        st.tuples(st.integers(0, 3), st.integers(1, 30)), st.sampled_from("12"), max_size=8
    ),
)
def test_the_count_of_a_date_is_what_runs_on_it(tmp_path_factory, weeks, exceptions):
    calendar = [
        week(
            f"s{n}",
            days,
            f"202606{first:02d}",
            f"{dt.date(2026, 6, first) + dt.timedelta(more):%Y%m%d}",
        )
        for n, (days, first, more) in enumerate(weeks)
    ]
    tables = feed(
        tmp_path_factory.mktemp("count"),
        trips=[trip(f"t{n}", service_id=f"s{min(n, 3)}") for n in range(6)],
        stop_times=[
            row for n in range(6) for row in calls(f"t{n}", "08:00:00", "08:02:00", "08:06:00")
        ],
        calendar=calendar + [week(f"s{n}") for n in range(len(weeks), 4)],
        calendar_dates=[
            {"service_id": f"s{n}", "date": f"202606{day:02d}", "exception_type": kind}
            for (n, day), kind in exceptions.items()
        ]
        or None,
    )  # fmt: skip
    for date, trips in service_calendar(tables)[["date", "trips"]].itertuples(index=False):
        if date.month == 6:
            assert trips_on(tables, date.date())["trip_id"].nunique() == trips
