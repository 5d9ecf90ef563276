"""Journeys in Porto Alegre, each leg held against the raw files of its timetable and the map."""

import csv
import datetime as dt
import io
import os
import zipfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from htkgis.network import snap
from htkgis.network.transit import departure_times, itinerary, journeys_between
from htkgis.pipeline.own_streets import own_crs, own_graph
from htkgis.pipeline.timetable import load_feeds
from htkgis.pipeline.transit import doors_of, journey_rules, served
from htkgis.pipeline.transit_times import audited_day, surroundings
from htkgis.store import Cache
from htkgis.study import read_study
from htkgis.units import UNREACHED

ROOT = Path(__file__).parents[2]
CITY = Path(os.environ.get("HTKGIS_TEST_DATA", "")) / "porto-alegre"
FEEDS = (CITY / "poa_eptc.zip", CITY / "poa_trensurb.zip")
START_S = 14 * 3600
PAIRS = 20
SPEED_KPH = 3.6

pytestmark = pytest.mark.skipif(
    "HTKGIS_TEST_DATA" not in os.environ or not CITY.exists(),
    reason="real data: set HTKGIS_TEST_DATA to the folder that holds porto-alegre/",
)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """Twenty pairs of hexagons, drawn once for all, and what journeys between them are made of."""
    study = read_study(ROOT / "study.toml")
    streets = str(CITY / "poa_osm.pbf")
    crs = own_crs(streets, study)
    cache = Cache(tmp_path_factory.mktemp("cache"))
    graph = own_graph(streets, study, "walk", crs=crs, speed_kph=SPEED_KPH, cache=cache)
    loaded = load_feeds(FEEDS, crs=crs, area=surroundings(graph))
    day = audited_day(loaded, dt.date(2019, 5, 13), start_s=START_S, window_min=60)
    stops = served(loaded.timetable.stops, day.trip_times)
    hexagons = pd.read_csv(CITY / "poa_hexgrid.csv")
    centres = gpd.GeoDataFrame(
        hexagons[["id"]], geometry=gpd.points_from_xy(hexagons["lon"], hexagons["lat"]), crs=4326
    ).to_crs(crs)
    drawn = np.random.default_rng(4).choice(len(centres), 2 * PAIRS, replace=False)
    ends = [centres.iloc[drawn[side::2]].reset_index(drop=True) for side in (0, 1)]
    snaps = [snap(graph, side, max_snap_m=300) for side in ends]
    doors = doors_of(graph, *snaps, stops, max_snap_m=300)
    rules = replace(journey_rules(study), max_rides=3, cutoff_s=7200)
    journeys = journeys_between(
        doors, day.trip_times, rules=rules, transfers=loaded.timetable.transfers
    )
    legs = [
        itinerary(journeys, START_S, origin=pair, destination=pair, slack_s=rules.slack_s)
        for pair in range(PAIRS)
    ]
    return {"journeys": journeys, "legs": legs, "stops": stops, "ends": ends}


@pytest.fixture(scope="module")
def raw():
    """Rows of stop_times.txt by trip: (sequence, stop, arrival, departure), read by csv alone."""
    trips = {}
    for path in FEEDS:
        feed = path.stem
        with zipfile.ZipFile(path) as archive, archive.open("stop_times.txt") as file:
            for row in csv.DictReader(io.TextIOWrapper(file, "utf-8-sig")):
                call = (
                    int(row["stop_sequence"]),
                    f"{feed}:{row['stop_id']}",
                    clock(row["arrival_time"]),
                    clock(row["departure_time"]),
                )
                trips.setdefault(f"{feed}:{row['trip_id']}", []).append(call)
    return {trip: sorted(calls) for trip, calls in trips.items()}


def clock(text):
    if not text.strip():
        return None
    hours, minutes, seconds = map(int, text.split(":"))
    return hours * 3600 + minutes * 60 + seconds


def agrees(calls, call, time_s, column):
    """Whether a time is the stated one, or lies between the stated ones around a blank."""
    if call[column] is not None:
        return call[column] == time_s
    before = [other[3] for other in calls if other < call and other[3] is not None]
    after = [other[2] for other in calls if other[0] > call[0] and other[2] is not None]
    return before[-1] <= time_s <= after[0]


def test_every_ride_stands_in_the_raw_timetable(city, raw):
    stop_ids = list(city["stops"]["id"])
    trips = city["journeys"].timetables[0].trips
    rides = [leg for legs in city["legs"] if legs for leg in legs if leg.kind == "ride"]
    assert len(rides) > PAIRS / 2
    for ride in rides:
        calls = raw[str(trips[ride.trip])]
        start, end = stop_ids[ride.from_stop], stop_ids[ride.to_stop]
        assert any(
            agrees(calls, one, ride.departs_s, 3) and agrees(calls, other, ride.arrives_s, 2)
            for one in calls
            if one[1] == start
            for other in calls
            if other[1] == end and other[0] > one[0]
        ), (ride, trips[ride.trip])


def test_no_walk_is_quicker_than_the_straight_line(city):
    stops, ends = city["stops"].geometry, city["ends"]
    walks = 0
    for pair, legs in enumerate(city["legs"]):
        for leg in legs or ():
            if leg.kind == "walk":
                start = ends[0].geometry[pair] if leg.from_stop is None else stops[leg.from_stop]
                end = ends[1].geometry[pair] if leg.to_stop is None else stops[leg.to_stop]
                least_s = shapely.distance(start, end) / (SPEED_KPH / 3.6)
                assert leg.arrives_s - leg.departs_s >= 0.99 * least_s - 1
                walks += 1
    assert walks > PAIRS


def test_legs_follow_each_other_with_a_minute_at_every_stop(city):
    for legs in city["legs"]:
        for before, after in pairwise(legs or ()):
            spare_s = 60 if after.kind == "ride" else 0
            assert after.departs_s - before.arrives_s >= spare_s
            assert before.to_stop == after.from_stop


def test_a_journey_takes_the_travel_time_of_its_departure(city):
    for pair, legs in enumerate(city["legs"]):
        time_ds = departure_times(city["journeys"], [START_S], origin=pair)[0, pair]
        if legs is None:
            assert time_ds == UNREACHED
        else:
            seconds = legs[-1].arrives_s - START_S
            assert 10 * seconds - 10 < time_ds <= 10 * seconds
            assert sum(leg.kind == "ride" for leg in legs) <= 3
