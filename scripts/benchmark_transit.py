"""Measure public transport: whole windows door to door, and the scan against range-RAPTOR.

What is compared is equal at every stop and departure before a time is printed. A figure is the
median of several runs; CPU seconds are those of the process, all its threads together. Streets,
timetables and hexagons are those of :mod:`transit_cities`; the country is that of
``make_timetable.py``, measured in a process of its own.

Example: python scripts/benchmark_transit.py DATA --runs 5
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
from make_timetable import make_timetable
from range_raptor import NEVER, arrivals_of_window, patterns_of
from transit_cities import (
    City,
    door_to_door,
    more_often,
    porto_alegre,
    sao_paulo,
    without_streets,
)

from htkgis.network import Snaps, snap
from htkgis.network.threads import available_threads
from htkgis.network.transit import (
    Journeys,
    answers_of_blocks,
    blocks_of_all,
    every_minute,
    transit_times,
)
from htkgis.network.transit.answering import desk_for
from htkgis.network.transit.scan import ScanWork, board_first, clear_scan, scan
from htkgis.network.transit.stop_profiles import StopProfiles, profiles_of
from htkgis.network.transit.windows import Block

AFTERNOON = 14 * 3600
SAMPLE = 40
"""Origins that range-RAPTOR is run for."""
CELLS, CELL_M = 8000, 100
COUNTRY_CRS = "EPSG:25832"
COUNTRY_DAY = dt.date(2026, 11, 24)
GATES, GATE_M, CHANGE_M = 15, 1500, 400

Values = np.ndarray[Any, np.dtype[Any]]


def main(arguments: list[str] | None = None) -> None:
    """Print one block per question."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the cities")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", choices=QUESTIONS, nargs="*", help="some questions alone")
    parser.add_argument("--one-country", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one_country:
        print(json.dumps(country_once(options.one_country)))
        return
    for name, question in QUESTIONS.items():
        if not options.only or name in options.only:
            print(f"\n## {name}", flush=True)
            question(options.data, options.runs)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\npeak memory of everything but the country {peak_mb:.0f} MB")


def hexagons(data: Path, runs: int) -> None:
    """1,227 x 1,227 hexagons of Porto Alegre, 120 departures from 14:00, the median."""
    start = time.process_time()
    city = porto_alegre(data)
    print(f"streets, timetable and service day: {time.process_time() - start:.2f} s cpu")
    window = every_minute(AFTERNOON, 120)
    for change_min in (5, 10):
        start = time.process_time()
        journeys = door_to_door(city, change_min=change_min)
        blocks_of_all(journeys, window)
        print(f"connections and walks: {time.process_time() - start:.2f} s cpu")
        for max_rides in (3, 4):
            asked = journeys._replace(max_rides=max_rides)
            what = f"changes {change_min} min, {max_rides} rides"
            report(what, runs, lambda asked=asked: transit_times(asked, window))


def cells(data: Path, runs: int) -> None:
    """200 hexagons x 8,000 cells of 100 m, 60 departures, the median."""
    city = porto_alegre(data)
    rows = np.linspace(0, len(city.hexagons) - 1, 200).astype(int)
    journeys = door_to_door(city, origins=chosen(city.hexagons, rows), destinations=_grid(city))
    window = every_minute(AFTERNOON, 60)
    for max_rides in (3, 4):
        asked = journeys._replace(max_rides=max_rides)
        report(f"{max_rides} rides", runs, lambda asked=asked: transit_times(asked, window))


def _grid(city: City) -> Any:
    """Cells of a square around the middle stop, the first 8,000 that lie at a street."""
    middle = np.nanmedian(city.stops.xy, axis=0)
    steps = (np.arange(100) - 50) * CELL_M
    xy = middle + np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    near = np.argsort(np.abs(xy - middle).max(axis=1), kind="stable")
    xy = xy[near]
    table = {"id": np.arange(len(xy)).astype(str)}
    points = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(*xy.T), crs=city.crs)
    lie = snap(city.graph, points, max_snap_m=300).edge >= 0
    return snap(city.graph, points[lie].head(CELLS), max_snap_m=300)


def rounds(data: Path, runs: int) -> None:
    """Compare the scan with range-RAPTOR at all stops, one thread, four times the service too."""
    city = porto_alegre(data)
    for copies in (1, 4):
        for max_rides in (3, 4):
            journeys = door_to_door(city, max_rides=max_rides)
            table = more_often(journeys.timetables[0], copies)
            what = f"service x {copies}, {max_rides} rides"
            compare(what, journeys._replace(timetables=(table,)), every_minute(AFTERNOON, 60), runs)


def frequencies(data: Path, runs: int) -> None:
    """Hexagons of Sao Paulo, whose lines state headways alone, drawn five times."""
    start = time.process_time()
    journeys = door_to_door(sao_paulo(data), draws=5)
    print(f"everything prepared: {time.process_time() - start:.2f} s cpu")
    window = every_minute(AFTERNOON, 60)
    report("323 x 323, 5 x 60 departures", runs, lambda: transit_times(journeys, window))
    compare("one draw", journeys._replace(timetables=journeys.timetables[:1]), window, runs)


def draws(data: Path, runs: int) -> None:
    """Jobs within an hour of 323 hexagons of Sao Paulo, at 60 of them, in 100 draws of headways.

    Each origin scans every draw, or looks up what its stops lead to: every sum is the same.
    """
    city = sao_paulo(data)
    rows = np.linspace(0, len(city.hexagons) - 1, 60).astype(int)
    journeys = door_to_door(city, destinations=chosen(city.hexagons, rows), draws=100)
    window, jobs = every_minute(AFTERNOON, 60), np.arange(1.0, 61)[:, None]
    spent: dict[str, list[float]] = {"scan of each origin": [], "profiles of stops": []}
    for _ in range(runs):
        sums = []
        for way, prepare in zip(spent, (blocks_of_all, _profiles), strict=True):
            start = time.process_time()
            found, _ = answers_of_blocks(
                journeys, prepare(journeys, window), jobs, limits_s=[3600], percentiles=()
            )
            spent[way].append(time.process_time() - start)
            sums.append(found)
        if not np.array_equal(*sums):
            sys.exit("profiles and scan differ")
    for way, seconds in spent.items():
        print(f"{way:32s} {statistics.median(seconds):7.2f} s cpu", flush=True)


def _profiles(journeys: Journeys, window: Values) -> StopProfiles:
    return profiles_of(journeys, window, counted=len(journeys.egress))


def country(_: Path, runs: int) -> None:
    """From 15 gates to all stops of a made country, every minute from 7 to 9, at most 2 hours."""
    with tempfile.TemporaryDirectory() as folder:
        feed = Path(folder) / "country.zip"
        make_timetable(feed)
        call = [sys.executable, __file__, folder, "--one-country", str(feed)]
        found = [json.loads(subprocess.check_output(call)) for _ in range(min(runs, 3))]
    for name in found[0]:
        print(f"{name:28s} {statistics.median(one[name] for one in found):12.2f}")


def country_once(feed: Path) -> dict[str, float]:
    """Read the feed and measure once."""
    from htkgis.loaders import read_timetable  # noqa: PLC0415 - the process of the country alone
    from htkgis.scenario import trips_on  # noqa: PLC0415

    start = time.process_time()
    timetable, _ = read_timetable(feed, crs=COUNTRY_CRS)
    trip_times = trips_on(timetable, COUNTRY_DAY)
    stops = timetable.stops
    xy = np.column_stack([stops.geometry.x, stops.geometry.y])
    doors = xy[np.linspace(0, len(xy) - 1, GATES).astype(int)]
    result = {"read, cpu s": time.process_time() - start}
    journeys = without_streets(
        stops, trip_times, walk_m=CHANGE_M, doors=doors, door_m=GATE_M, cutoff_s=7200, max_rides=4
    )
    window = every_minute(7 * 3600, 120)
    result["prepared, cpu s"] = time.process_time() - start - result["read, cpu s"]
    result["connections of the day"] = len(journeys.timetables[0].rows)
    for name in ("first", "again"):
        cpu, wall = time.process_time(), time.perf_counter()
        found = transit_times(journeys, window)
        result[f"{name}, cpu s"] = time.process_time() - cpu
        result[f"{name}, wall s"] = time.perf_counter() - wall
    result["stops reached from a gate"] = float((found.share > 0).sum(axis=1).mean())
    result["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return result


QUESTIONS: dict[str, Callable[[Path, int], None]] = {
    "hexagons": hexagons,
    "cells": cells,
    "rounds": rounds,
    "frequencies": frequencies,
    "draws": draws,
    "country": country,
}


def chosen(snaps: Snaps, rows: Values) -> Snaps:
    """Take some of the points."""
    return Snaps(**{part.name: getattr(snaps, part.name)[rows] for part in fields(snaps)})


def compare(what: str, journeys: Journeys, window: Values, runs: int) -> None:
    """Compare all labels of two ways, let them take turns, and print their CPU time."""
    blocks, patterns = blocks_of_all(journeys, window), patterns_of(journeys.timetables[0])
    work = desk_for(journeys, blocks).work
    starts, every = journeys.access.indptr, journeys.access.walks
    origins = np.linspace(0, len(journeys.access) - 1, SAMPLE).astype(int)
    walks = [every[starts[origin] : starts[origin + 1]] for origin in origins]

    def by_rounds(own: Values) -> Values:
        limits = {"cutoff_s": journeys.cutoff_s, "max_rides": journeys.max_rides}
        return arrivals_of_window(patterns, journeys.footpaths, own, window, **limits)

    def by_scan(own: Values) -> None:
        for block in blocks:
            _scanned(block, own, work)
            clear_scan(work)

    for own in walks:
        found = np.concatenate([_labels(block, own, work) for block in blocks])
        late = found > window[:, None] + journeys.cutoff_s
        if not np.array_equal(np.where(late, NEVER, found), by_rounds(own)):
            sys.exit(f"{what}: the scan and range-RAPTOR differ")
    spent: dict[str, list[float]] = {"range-RAPTOR": [], "lane scan": []}
    for _ in range(runs):
        for name, run in (("range-RAPTOR", by_rounds), ("lane scan", by_scan)):
            start = time.process_time()
            for own in walks:
                run(own)
            spent[name].append((time.process_time() - start) / len(walks) * 1000)
    slow, quick = (statistics.median(own) for own in spent.values())
    count = sum(len(block.rows) for block in blocks)
    print(
        f"{what:28s} {len(window)} departures, {count:,} connections: range-RAPTOR {slow:6.2f} ms "
        f"cpu per origin, lane scan {quick:6.2f} ms; {slow / quick:4.1f}x",
        flush=True,
    )


def _scanned(block: Block, walks: Values, work: ScanWork) -> None:
    board_first(walks, work)
    scan(block, work)


def _labels(block: Block, walks: Values, work: ScanWork) -> Values:
    """Give the earliest arrival of each departure at each stop, in seconds after midnight."""
    _scanned(block, walks, work)
    last = work.arrived[:, : block.leaving_s.size].T.astype(np.int64)
    clear_scan(work)
    return np.where(last <= block.last_s, last + block.base_s, NEVER)


def report(what: str, runs: int, run: Callable[[], Any]) -> None:
    """Run once that is not counted, then print medians."""
    found = run()
    spent = []
    for _ in range(runs):
        cpu, wall = time.process_time(), time.perf_counter()
        run()
        spent.append((time.process_time() - cpu, time.perf_counter() - wall))
    cpu_s, wall_s = (statistics.median(column) for column in zip(*spent, strict=True))
    print(
        f"{what:32s} {cpu_s:7.2f} s cpu, {wall_s:7.2f} s wall with {available_threads()} threads; "
        f"{(found.share > 0).mean():.1%} of the pairs reached",
        flush=True,
    )


if __name__ == "__main__":
    main()
