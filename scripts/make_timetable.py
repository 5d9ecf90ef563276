"""Make a timetable of a country's size: the same bytes every time, about 55 MB, never committed.

It looks like the national feed of Denmark in what makes reading hard: 38,530 stops, 1,611 routes
of 21 operators with extended types, several million stop times, ``calendar_dates`` alone, times
past 24:00, blank times, ids with leading zeros, and no ``feed_info.txt``. It is no real place.

    python3 scripts/make_timetable.py FILE.zip
"""

from __future__ import annotations

import argparse
import io
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

STOPS, ROUTES, OPERATORS = 38_530, 1_611, 21
RAIL_ROUTES = 46
TRIPS_PER_ROUTE = 165
DAYS = 86
FIRST_DAY = np.datetime64("2026-09-28")
PATTERNS = 4
WEST, SOUTH, EAST, NORTH = 8.1, 54.6, 12.7, 57.7
RUNS_ON = np.array([[1] * 5 + [0] * 2, [1] * 5 + [0] * 2, [0] * 5 + [1, 0], [0] * 6 + [1]], bool)
"""Weekdays of each kind of service: twice Monday to Friday, Saturday, Sunday."""
LEFT_OUT = 0.03
"""Part of its days on which a service does not run."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""Date of the files in the zip: no clock may change its bytes."""


def stops(rng: np.random.Generator) -> tuple[pa.Table, np.ndarray]:
    """Make stops in clusters, as towns are, in an order that runs along a line."""
    towns = rng.uniform([WEST, SOUTH], [EAST, NORTH], (400, 2))
    towns = towns[np.lexsort((towns[:, 1], np.round(towns[:, 0])))]
    town = np.sort(rng.integers(0, len(towns), STOPS))
    lonlat = towns[town] + rng.normal(0, 0.03, (STOPS, 2))
    number = np.arange(STOPS)
    ids = [f"{n:09d}" for n in number * 7 + 1]
    table = {
        "stop_id": ids,
        "stop_code": [""] * STOPS,
        "stop_name": [f"Vej {n // 2}, Ålsø By" for n in number],
        "stop_desc": [""] * STOPS,
        "stop_lat": [f"{lat:.6f}" for lat in lonlat[:, 1]],
        "stop_lon": [f"{lon:.6f}" for lon in lonlat[:, 0]],
        "location_type": ["0"] * STOPS,
        "parent_station": [""] * STOPS,
        "wheelchair_boarding": (number % 3).astype(str).tolist(),
    }
    return pa.table(table), lonlat


def routes() -> pa.Table:
    """Make routes: rail by extended types first, then buses."""
    kinds = np.where(np.arange(ROUTES) < RAIL_ROUTES, 109, 700)
    kinds[:20], kinds[20:24], kinds[-20:] = 106, 401, 1000
    return pa.table(
        {
            "route_id": [f"{n:05d}_{kinds[n]}" for n in range(ROUTES)],
            "agency_id": [f"{200 + n % OPERATORS}" for n in range(ROUTES)],
            "route_short_name": [f"{n % 900}" for n in range(ROUTES)],
            "route_long_name": [""] * ROUTES,
            "route_type": kinds.tolist(),
        }
    )


def trips_and_times(
    rng: np.random.Generator, kinds: list[int], per_route: int
) -> tuple[pa.Table, pa.Table]:
    """Make trips along four patterns of each route, over the day and a little past midnight."""
    count = ROUTES * per_route
    trip = np.arange(count)
    route = trip // per_route
    pattern = route * PATTERNS + trip % PATTERNS
    lengths = rng.integers(12, 46, ROUTES * PATTERNS)
    start = rng.integers(0, STOPS - 60, ROUTES)[np.arange(ROUTES * PATTERNS) // PATTERNS]
    calls = lengths[pattern]
    run = np.repeat(trip, calls)
    number = np.arange(len(run)) - np.repeat(np.cumsum(calls) - calls, calls)
    back = pattern[run] % 2 == 1
    stop = start[pattern[run]] + np.where(back, calls[run] - 1 - number, number)
    begins = 4 * 3600 + (trip % per_route) * 450 + rng.integers(0, 10, count) * 60
    minute = np.cumsum(rng.integers(1, 4, 64))
    departs = begins[run] + minute[number] * 60 - 60
    blank = (run % 5 == 0) & (number > 0) & (number < calls[run] - 1) & (number % 3 > 0)
    times = clocks(departs, blank)
    trip_ids = pa.array([f"{900_000_000 + n * 13}" for n in trip])
    stop_ids = pa.array([f"{n * 7 + 1:09d}" for n in range(STOPS)])
    last = number == calls[run] - 1
    stop_times = pa.table(
        {
            "trip_id": trip_ids.take(pa.array(run)),
            "arrival_time": times,
            "departure_time": times,
            "stop_id": stop_ids.take(pa.array(stop)),
            "stop_sequence": number,
            "pickup_type": last.astype(np.int8),
            "drop_off_type": (number == 0).astype(np.int8),
        }
    )
    trips = pa.table(
        {
            "route_id": [f"{r:05d}_{kinds[r]}" for r in route],
            "service_id": [f"{n % 1500 + 1:06d}" for n in trip],
            "trip_id": trip_ids,
            "trip_headsign": [""] * count,
            "direction_id": (pattern % 2).tolist(),
            "wheelchair_accessible": (trip % 3).tolist(),
            "bikes_allowed": (trip % 3).tolist(),
        }
    )
    return trips, stop_times


def clocks(seconds: np.ndarray, blank: np.ndarray) -> pa.Array:
    """Write seconds as HH:MM:SS, each distinct one once."""
    known, code = np.unique(seconds, return_inverse=True)
    text = [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in known.tolist()]
    return pa.array([*text, ""]).take(pa.array(np.where(blank, len(text), code)))


def calendar_dates(rng: np.random.Generator) -> pa.Table:
    """Give each service the days of its weekdays, some left out."""
    service, day = np.divmod(np.arange(1500 * DAYS), DAYS)
    weekday = day % 7  # the first day is a Monday
    runs = RUNS_ON[service % len(RUNS_ON), weekday] & (rng.random(len(service)) > LEFT_OUT)
    dates = (FIRST_DAY + np.arange(DAYS)).astype(str)
    text = [date.replace("-", "") for date in dates]
    return pa.table(
        {
            "service_id": [f"{s + 1:06d}" for s in service[runs]],
            "date": [text[d] for d in day[runs]],
            "exception_type": [1] * int(runs.sum()),
        }
    )


def transfers(rng: np.random.Generator) -> pa.Table:
    """Link stops that follow each other, with minutes to change."""
    origin = np.sort(rng.choice(STOPS - 1, 9_000, replace=False))
    return pa.table(
        {
            "from_stop_id": [f"{n * 7 + 1:09d}" for n in origin],
            "to_stop_id": [f"{n * 7 + 8:09d}" for n in origin],
            "transfer_type": [2] * len(origin),
            "min_transfer_time": (rng.integers(1, 8, len(origin)) * 60).tolist(),
        }
    )


def make_timetable(path: Path, *, trips_per_route: int = TRIPS_PER_ROUTE) -> None:
    """Write the feed as a zip; fewer trips make a smaller one."""
    rng = np.random.default_rng(169)
    places, _ = stops(rng)
    lines = routes()
    trips, times = trips_and_times(rng, lines["route_type"].to_pylist(), trips_per_route)
    agencies = pa.table(
        {
            "agency_id": [f"{200 + n}" for n in range(OPERATORS)],
            "agency_name": [f"Operatør {n}" for n in range(OPERATORS)],
            "agency_url": ["https://example.org"] * OPERATORS,
            "agency_timezone": ["Europe/Copenhagen"] * OPERATORS,
        }
    )
    tables = {
        "agency": agencies,
        "stops": places,
        "routes": lines,
        "trips": trips,
        "stop_times": times,
        "calendar_dates": calendar_dates(rng),
        "transfers": transfers(rng),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in tables.items():
            buffer = io.BytesIO()
            csv.write_csv(table, buffer, csv.WriteOptions(quoting_style="needed"))
            entry = zipfile.ZipInfo(f"{name}.txt", EPOCH)
            archive.writestr(entry, buffer.getvalue(), zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, help="zip to write")
    made = parser.parse_args().file
    make_timetable(made)
    print(f"{made}: {made.stat().st_size / 1e6:.1f} MB")
