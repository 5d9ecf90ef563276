"""Measure how long a timetable of a country's size takes to read, and how much memory.

Each reading is a process of its own, so that its peak is its own. The feed is the one that
``make_timetable.py`` makes, or one that is named.

Example: python scripts/benchmark_timetable.py --runs 3
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
from pathlib import Path

from make_timetable import make_timetable

CRS = "EPSG:25832"
SURROUNDINGS = (680_000.0, 6_140_000.0, 730_000.0, 6_190_000.0)
"""Box around the municipality, 20 km and more to each side, København H and Roskilde in it."""
LIMIT_S, LIMIT_MB = 60, 4096
DAY = dt.date(2026, 11, 24)


def main() -> None:
    """Print a line for the whole feed and one for the part around the municipality."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feed", type=Path, help="a GTFS zip instead of the one that is made")
    parser.add_argument("--day", type=dt.date.fromisoformat, default=DAY)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--one", choices=("whole", "clipped"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measured(options.feed, options.day, clipped=options.one == "clipped")))
        return
    with tempfile.TemporaryDirectory() as folder:
        feed = options.feed or Path(folder) / "country.zip"
        if options.feed is None:
            make_timetable(feed)
        print(f"{feed.name}: {feed.stat().st_size / 1e6:.1f} MB")
        for what in ("whole", "clipped"):
            call = [sys.executable, __file__, "--one", what, "--feed", str(feed)]
            call += ["--day", options.day.isoformat()]
            runs = [json.loads(subprocess.check_output(call)) for _ in range(options.runs)]
            report(what, runs)


def measured(feed: Path, day: dt.date, *, clipped: bool) -> dict[str, float]:
    """Read once, and take a day."""
    from htkgis.loaders import read_timetable  # noqa: PLC0415 - only a child needs it
    from htkgis.scenario import checked_service_day  # noqa: PLC0415

    start = time.perf_counter()
    timetable, _ = read_timetable(feed, crs=CRS, area=SURROUNDINGS if clipped else None)
    read_s = time.perf_counter() - start
    found = checked_service_day(timetable, day)
    return {
        "read_s": read_s,
        "day_s": time.perf_counter() - start - read_s,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "stop_times": len(timetable.stop_times),
        "of_day": len(found.trip_times),
    }


def report(what: str, runs: list[dict[str, float]]) -> None:
    """Print the medians beside the limits."""
    middle = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
    print(
        f"{what:8} read {middle['read_s']:6.1f} s (at most {LIMIT_S})   "
        f"day {middle['day_s']:5.2f} s   peak {middle['peak_mb']:6.0f} MB (at most {LIMIT_MB})   "
        f"{middle['stop_times']:,.0f} stop times, {middle['of_day']:,.0f} on the day"
    )


if __name__ == "__main__":
    main()
