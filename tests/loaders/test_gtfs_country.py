"""A made feed of a country: the same every time, and clipping it is choosing trips of it."""

import datetime as dt
import importlib.util
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from htkgis.loaders import read_timetable
from htkgis.scenario import checked_service_day
from tests.gtfs_town import CRS

SCRIPT = Path(__file__).parent.parent.parent / "scripts" / "make_timetable.py"
AROUND = (680_000.0, 6_140_000.0, 730_000.0, 6_190_000.0)


@pytest.fixture(scope="module")
def make():
    spec = importlib.util.spec_from_file_location("make_timetable", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script.make_timetable


@pytest.fixture(scope="module")
def path(make, tmp_path_factory):
    path = tmp_path_factory.mktemp("country") / "country.zip"
    make(path, trips_per_route=2)
    return path


@pytest.fixture(scope="module")
def whole(path):
    return read_timetable(path, crs=CRS)


def test_the_same_feed_is_made_every_time(make, path, tmp_path):
    make(tmp_path / "again.zip", trips_per_route=2)
    assert (tmp_path / "again.zip").read_bytes() == path.read_bytes()


def test_it_is_as_large_as_a_country_but_for_its_trips(whole):
    timetable, report = whole
    read = report.feeds[0].read
    assert (read["stops.txt"], read["routes.txt"], read["trips.txt"]) == (38_530, 1_611, 3_222)
    assert timetable.routes["agency"].nunique() == 21
    assert timetable.routes["route_type"].isin([2, 3]).sum() == 1_611 - 20 - 4
    assert timetable.calendar.empty
    assert timetable.stops["stop_id"].str.len().eq(9).all()


def test_clipping_is_choosing_trips(path, whole):
    clipped, report = read_timetable(path, crs=CRS, area=AROUND)
    kept = clipped.trips["trip_id"]
    dropped = report.feeds[0].dropped["trips with fewer than two calls in the area"]
    assert 0 < len(kept) == len(whole[0].trips) - dropped
    times = whole[0].stop_times
    expected = times[times["trip_id"].isin(kept)].reset_index(drop=True)
    assert_frame_equal(clipped.stop_times.astype(object), expected.astype(object))
    inside = whole[0].stops.cx[AROUND[0] : AROUND[2], AROUND[1] : AROUND[3]]["stop_id"]
    calls = times[times["stop_id"].isin(inside)].groupby("trip_id", observed=True).size()
    assert sorted(calls[calls >= 2].index) == kept.tolist()


def test_a_weekday_has_service_in_every_hour_that_trips_begin_in(whole):
    day = checked_service_day(whole[0], dt.date(2026, 11, 24), window_s=(4 * 3600, 6 * 3600))
    assert day.kind == "weekday"
    assert set(day.per_hour) <= {4, 5}
