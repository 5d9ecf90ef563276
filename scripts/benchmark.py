"""Measure what the README states: seconds and peak memory of whole commands.

Each figure is the median of several runs as a process of its own; outputs are compared before a
time is printed. Example: python scripts/benchmark.py --extract hoje-taastrup.osm.pbf
The engine against packages of the field: python scripts/benchmark.py streets FILE.osm.pbf
Public transport: python scripts/benchmark.py transit FOLDER
Measures over a matrix: python scripts/benchmark.py measures
Which origins are searched together: python scripts/benchmark.py batch FILE.osm.pbf
A published page against folium's own: python scripts/benchmark.py pages FOLDER
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
HOMES = "id,lat,lon\nhome,55.6549,12.2874\n"
STATIONS = "id,lat,lon\nstation,55.6526,12.3022\n"


def main() -> None:
    """Print one line per figure: median, least and greatest; engines by their name."""
    if sys.argv[1:2] == ["streets"]:
        from benchmark_streets import main as compare  # noqa: PLC0415 - it waits for the engine

        compare(sys.argv[2:])
        return
    if sys.argv[1:2] == ["transit"]:
        from benchmark_transit import main as measure  # noqa: PLC0415 - it waits for the engine

        measure(sys.argv[2:])
        return
    if sys.argv[1:2] == ["measures"]:
        from benchmark_measures import main as measure_access  # noqa: PLC0415

        measure_access(sys.argv[2:])
        return
    if sys.argv[1:2] == ["batch"]:
        from benchmark_batch import main as compare_ways  # noqa: PLC0415

        compare_ways(sys.argv[2:])
        return
    if sys.argv[1:2] == ["pages"]:
        from benchmark_pages import main as weigh  # noqa: PLC0415 - it waits for a browser

        weigh(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--extract", type=Path, help="an OpenStreetMap extract (.osm.pbf)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _embedded(folder, options.runs)
        if options.extract is not None:
            _extract(folder, options.extract.resolve(), options.runs)


def _embedded(folder: Path, runs: int) -> None:
    cache, out = folder / "cache", folder / "maps"

    def fresh() -> None:
        shutil.rmtree(cache, ignore_errors=True)

    run = ("run", "--out", str(out))
    report("htkgis --help", runs, ("--help",), cache)
    report("embedded study, everything computed", runs, run, cache, before=fresh)
    published = {path.name: path.read_bytes() for path in out.iterdir()}
    report("embedded study, nothing changed", runs, run, cache)
    if published != {path.name: path.read_bytes() for path in out.iterdir()}:
        sys.exit("the published bytes differ between runs")


def _extract(folder: Path, extract: Path, runs: int) -> None:
    cache = folder / "cache-extract"
    for file, text in (("homes.csv", HOMES), ("stations.csv", STATIONS)):
        (folder / file).write_text(text, encoding="utf-8")
    command = (
        *("times", "--streets", str(extract), "--mode", "walk", "--out", str(folder / "t.csv")),
        *("--origins", str(folder / "homes.csv"), "--destinations", str(folder / "stations.csv")),
    )
    report(
        f"times on {extract.name}, streets read",
        runs,
        command,
        cache,
        before=lambda: shutil.rmtree(cache, ignore_errors=True),
    )
    report(f"times on {extract.name}, streets from the cache", runs, command, cache)


def report(what: str, runs: int, arguments: tuple[str, ...], cache: Path, before=None) -> None:  # noqa: ANN001
    """Run a command several times after one run that is not counted."""
    seconds = []
    for number in range(runs + 1):
        if before is not None:
            before()
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "htkgis", *arguments],
            cwd=ROOT,
            env=os.environ | {"HTKGIS_CACHE_DIR": str(cache)},
            check=True,
            capture_output=True,
        )
        if number:
            seconds.append(time.perf_counter() - start)
    middle = statistics.median(seconds)
    print(f"{what:60s} {middle:6.2f} s ({min(seconds):.2f}-{max(seconds):.2f})", flush=True)


if __name__ == "__main__":
    main()
