"""Real feeds: what they hold on a day, counted by others too."""

import datetime as dt
import os
from pathlib import Path

import pytest

from htkgis.loaders import read_timetable
from htkgis.scenario import checked_service_day, edited_timetable, trips_on
from htkgis.scenario_rules import ChangeHeadway
from htkgis.schema import TRIP_TIMES, check

DATA = os.environ.get("HTKGIS_TEST_DATA")
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(DATA is None, reason="HTKGIS_TEST_DATA names no test data"),
]


@pytest.fixture(scope="module")
def porto_alegre():
    folder = Path(DATA) / "porto-alegre"
    return read_timetable([folder / "poa_eptc.zip", folder / "poa_trensurb.zip"], crs="EPSG:31982")


def test_porto_alegre_runs_2903_trips_at_4010_stops_on_a_monday(porto_alegre):
    trip_times = check(trips_on(porto_alegre[0], dt.date(2019, 5, 13)), TRIP_TIMES)
    assert trip_times["trip_id"].nunique() == 2903
    assert trip_times["stop_id"].nunique() == 4010
    assert len(porto_alegre[0].stops) == 4010


def test_96_of_100_bus_times_in_porto_alegre_are_blank_and_by_straight_lines(porto_alegre):
    buses = porto_alegre[1].feeds[0]
    assert buses.filled == {"calls without time, by straight lines": 125_271}
    assert buses.read["stop_times.txt"] == 130_019


def test_a_train_every_four_minutes_is_all_that_a_scenario_changes_in_porto_alegre(porto_alegre):
    # both ways every ten minutes from 12:01 and 12:09; the feed says no direction of its trains
    changing = ChangeHeadway(
        kind="change_headway",
        line="LINHA1",
        headway_min=4,
        start="12:00",
        end="14:00",
        from_year=2030,
    )
    monday = dt.date(2019, 5, 13)
    edited = edited_timetable(porto_alegre[0], [changing], year=2030, date=monday)
    now, before = (trips_on(tables, monday) for tables in (edited, porto_alegre[0]))
    window = now[now["departure_s"].between(12 * 3600, 14 * 3600 - 1)]
    line = window[(window["route_id"] == "poa_trensurb:LINHA1") & (window["sequence"] == 0)]
    assert line["stop_id"].value_counts().head(2).to_dict() == {
        "poa_trensurb:MR": 30,
        "poa_trensurb:NH": 28,
    }
    calls = ["stop_id", "arrival_s", "departure_s", "pickup", "drop_off"]
    rest, others = (
        own.loc[own["route_id"] != "poa_trensurb:LINHA1", calls].reset_index(drop=True)
        for own in (now, before)
    )
    assert rest.astype({"stop_id": object}).equals(others.astype({"stop_id": object}))


def test_what_was_given_in_porto_alegre_is_unchanged(porto_alegre):
    times = porto_alegre[0].stop_times
    trip = times[times["trip_id"] == "poa_eptc:T1-2@1#1202"]
    assert trip["stop_id"].iloc[0] == "poa_eptc:1511"
    assert trip["departure_s"].iloc[0] == 12 * 3600 + 2 * 60
    assert trip["arrival_s"].is_monotonic_increasing


def test_no_bus_of_porto_alegre_runs_in_the_morning_and_the_audit_says_so(porto_alegre):
    day = checked_service_day(porto_alegre[0], dt.date(2019, 5, 13), window_s=(25_200, 28_800))
    assert day.feeds == {"poa_eptc": 2374, "poa_trensurb": 529}
    assert day.feeds_in_window["poa_eptc"] == 0
    assert day.feeds_in_window["poa_trensurb"] > 0


def test_sao_paulo_runs_by_headways_and_repeats_its_calendar():
    timetable, report = read_timetable(Path(DATA) / "sao-paulo" / "spo.zip", crs="EPSG:31983")
    trip_times = check(trips_on(timetable, dt.date(2019, 5, 13)), TRIP_TIMES)
    assert (trip_times["headway_s"] > 0).all()
    assert report.feeds[0].dropped == {"rows of calendar.txt that stand twice": 6}
    first = trip_times[trip_times["trip_id"] == "CPTM L07-0|05:00:00"]
    assert first["headway_s"].unique().tolist() == [360]
    assert first[["start_s", "end_s"]].drop_duplicates().to_numpy().tolist() == [[18_000, 21_540]]
    assert first["departure_s"].iloc[:2].tolist() == [18_000, 18_480]


def test_helsinki_runs_exact_times_by_extended_types():
    timetable, _ = read_timetable(
        Path(DATA) / "helsinki-gtfs" / "GTFS_2022-05.zip", crs="EPSG:3067"
    )
    trip_times = check(trips_on(timetable, dt.date(2022, 2, 22)), TRIP_TIMES)
    assert (trip_times["headway_s"] == 0).all()
    runs = trip_times.loc[trip_times["sequence"] == 0].set_index("trip_id")["departure_s"]
    own = [name for name in runs.index if name.startswith("1001 5_20220204_Ti_1_0652|")]
    assert own[:3] == [
        f"1001 5_20220204_Ti_1_0652|{time}" for time in ("05:24:00", "05:36:00", "05:50:00")
    ]
    assert (
        timetable.routes.loc[timetable.routes["route_type_given"] == 701, "route_type"].eq(3).all()
    )
