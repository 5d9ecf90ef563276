"""Measure the street engine against packages of the field, side by side, results compared first.

Engines take turns, run after run, so that what else the machine does falls on all of them; a
figure is the median. CPU seconds are those of the process, all its threads together. A package
that is not installed (extra ``benchmark``) or would take too long is left out and named; what
takes long is run for some origins, and its time is told per origin. The items:

1 opportunities of all nodes   2 1,000 scattered origins    3 nearest place of all nodes
4 neighbours by car            5 growth to a million nodes  6 from an extract to a graph
7 a city's addresses, from files to a file                  8 peak memory, a process each

Example: python scripts/benchmark.py streets hoje-taastrup.osm.pbf --gpkg htk.gpkg --json out.json
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from benchmark_street_files import addresses_to_places, extract_to_graph
from street_engines import (
    SAMPLES,
    SEED,
    Engine,
    SciPy,
    Values,
    opportunities_of,
    packages,
    sample,
)
from street_networks import cut_at_vertices, graph_of, jittered_grid, restored, stored
from street_report import Report, child, peak_mb

from htkgis.network import Graph
from htkgis.network.nearest_search import nearest_of_nodes, unpacked
from htkgis.network.points import Points, at_nodes
from htkgis.network.sparse_search import reached_nodes
from htkgis.network.sums import count_points
from htkgis.units import DECISECONDS_PER_MINUTE

ITEMS = range(1, 9)
GRID_SIDES = (316, 1000)
PEAK_MINUTES = 15
PEERS = ("Pandana", "SciPy", "NetworkX", "IGraph", "Cityseer")


def main(arguments: list[str] | None = None) -> None:
    """Print one block per question, one line per engine."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("extracts", type=Path, nargs="*", help="OpenStreetMap extracts (.osm.pbf)")
    parser.add_argument("--items", type=int, nargs="*", choices=ITEMS, default=list(ITEMS))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--minutes", type=int, nargs="*", default=[15, 30])
    parser.add_argument("--vertices", action="store_true", help="also streets cut at each vertex")
    parser.add_argument("--own", action="store_true", help="leave out the other packages")
    parser.add_argument("--packages", nargs="*", choices=PEERS, default=list(PEERS))
    parser.add_argument("--gpkg", type=Path, help="layers `address` and `poi`, for item 7")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--peak", nargs=2, metavar=("ENGINE", "GRAPH"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    if options.peak:
        print(json.dumps(peak_of(options.peak[0], restored(Path(options.peak[1])))))
        return
    report = Report()
    for extract in options.extracts:
        measure_extract(extract, options, report)
    if 5 in options.items:  # noqa: PLR2004 - the numbers of the list above
        growth(report, options.runs)
    if options.json is not None:
        report.write(options.json)


def measure_extract(extract: Path, options: argparse.Namespace, report: Report) -> None:
    """Ask everything that is asked of one extract."""
    if not {1, 2, 3, 8}.isdisjoint(options.items):
        walk = graph_of(extract, "walk")
        graphs = {"junctions": walk}
        if options.vertices:
            graphs["vertices"] = cut_at_vertices(walk)
        for name, graph in graphs.items():
            measure_walk(f"{extract.name}, {name}", graph, options, report)
    if 4 in options.items:  # noqa: PLR2004
        car = graph_of(extract, "car")
        print(f"\n# {extract.name}, car: {car.nodes} nodes, {car.edges} edges", flush=True)
        others = [] if options.own else [SciPy(car)]
        question = neighbours(car, 30 * DECISECONDS_PER_MINUTE, others)
        report.compare(f"{extract.name}: car, 1,024 neighbours, 30 min", question, options.runs)
    if 6 in options.items:  # noqa: PLR2004
        extract_to_graph(report, extract, options.runs, own=options.own)
    if 7 in options.items and options.gpkg is not None:  # noqa: PLR2004
        addresses_to_places(report, extract, options.gpkg, options.runs, own=options.own)


def measure_walk(name: str, graph: Graph, options: argparse.Namespace, report: Report) -> None:
    """Ask what is asked of one walk network."""
    print(f"\n# {name}: {graph.nodes} nodes, {graph.edges} edges", flush=True)
    asked = not options.own and not {1, 2, 3}.isdisjoint(options.items)
    others = list(packages(graph, options.packages)) if asked else []
    for minutes in options.minutes:
        limit_ds = minutes * DECISECONDS_PER_MINUTE
        if 1 in options.items:
            question = f"{name}: all nodes, {minutes} min"
            report.compare(question, all_nodes(graph, limit_ds, others), options.runs)
            report.add(question, "htkgis, every node counted", **per_reached(graph, limit_ds))
        if 2 in options.items:  # noqa: PLR2004
            question = f"{name}: 1,000 scattered origins, {minutes} min"
            report.compare(question, scattered(graph, limit_ds, others), options.runs)
    for places in (30, 100) if 3 in options.items else ():  # noqa: PLR2004
        question = f"{name}: nearest of {places} places"
        report.compare(question, nearest(graph, places, others), options.runs)
    if 8 in options.items:  # noqa: PLR2004
        peaks(report, name, graph, [] if options.own else options.packages)


def all_nodes(graph: Graph, limit_ds: int, others: list[Any]) -> Iterator[Engine]:
    """Opportunities that every node reaches."""
    every, weights = at_nodes(graph), opportunities_of(graph)
    limits_ds = np.array([limit_ds])
    some = sample(graph.nodes, "htkgis, one by one")

    def ours(origins: Points, **more: Any) -> Values:
        amounts = weights[:, None]
        values = count_points(graph, origins, every, amounts, limits_ds=limits_ds, **more)
        return values[:, 0, 0]

    def singly() -> Values:
        return ours(at_nodes(graph, some), method="single", threads=1)

    yield Engine("htkgis", None, lambda: ours(every))
    yield Engine("htkgis, one thread", None, lambda: ours(every, threads=1))
    yield Engine("htkgis, one by one, one thread", some, singly)
    for package in others:
        yield from package.sums(weights, limit_ds)


def per_reached(graph: Graph, limit_ds: int, runs: int = 3) -> dict[str, float]:
    """Give the CPU time for each pair of an origin and a node it reaches, all nodes counted."""
    every, ones, limits_ds = at_nodes(graph), np.ones((graph.nodes, 1)), np.array([limit_ds])
    spent = []
    for _ in range(runs):
        started = time.process_time()
        reached = count_points(graph, every, every, ones, limits_ds=limits_ds, threads=1).sum()
        spent.append(time.process_time() - started)
    pairs = float(reached)
    return {"ns_per_pair": float(np.median(spent)) / pairs * 1e9, "reached": pairs / graph.nodes}


def scattered(graph: Graph, limit_ds: int, others: list[Any]) -> Iterator[Engine]:
    """Nodes that each of 1,000 origins reaches, all of them listed."""
    rows = np.sort(np.random.default_rng(SEED).choice(graph.nodes, 1000, replace=False))
    origins = at_nodes(graph, rows)

    def ours() -> Values:
        return np.diff(reached_nodes(graph, origins, limit_ds=limit_ds).indptr)

    yield Engine("htkgis, one thread", rows, ours)
    for package in others:
        yield from package.reached(rows, limit_ds)


def nearest(graph: Graph, count: int, others: list[Any]) -> Iterator[Engine]:
    """Time from every node to the nearest of some places, at most an hour."""
    places = np.random.default_rng(SEED).choice(graph.nodes, count, replace=False)
    limit_ds = 60 * DECISECONDS_PER_MINUTE

    def ours(n: int) -> Values:
        found = unpacked(nearest_of_nodes(graph, at_nodes(graph, places), n, limit_ds=limit_ds))
        return found.times_ds[:, 0]

    yield Engine("htkgis", None, lambda: ours(1))
    yield Engine("htkgis, the three nearest", None, lambda: ours(3))
    for package in others:
        if hasattr(package, "nearest"):
            yield from package.nearest(places, limit_ds)


def neighbours(graph: Graph, limit_ds: int, others: list[Any]) -> Iterator[Engine]:
    """Opportunities that 1,024 neighbouring nodes reach by car."""
    rows = graph.nodes // 2 + np.arange(1024)
    origins, every, weights = at_nodes(graph, rows), at_nodes(graph), opportunities_of(graph)
    limits_ds = np.array([limit_ds])

    def ours(**more: Any) -> Values:
        values = count_points(graph, origins, every, weights[:, None], limits_ds=limits_ds, **more)
        return values[:, 0, 0]

    yield Engine("htkgis", rows, ours)
    yield Engine("htkgis, one thread", rows, lambda: ours(threads=1))
    yield Engine("htkgis, one by one, one thread", rows, lambda: ours(method="single", threads=1))
    for package in others:
        yield from package.sums(weights, limit_ds, rows[:: len(rows) // SAMPLES["scipy"]])


def growth(report: Report, runs: int) -> None:
    """Compare a town of 100,000 nodes with one of a million that looks the same."""
    spent: dict[str, list[float]] = {}
    for side in GRID_SIDES:
        graph = jittered_grid(side)
        for minutes in (15, 30):
            question = f"grid of {graph.nodes:,} nodes, {minutes} min"
            limit_ds = minutes * DECISECONDS_PER_MINUTE
            others = [SciPy(graph)] if side == GRID_SIDES[0] else []
            report.compare(f"{question}: scattered", scattered(graph, limit_ds, others), runs)
            spent.setdefault(f"scattered, {minutes} min", []).append(
                next(row["cpu_us"] for row in reversed(report.rows) if "htkgis" in row["engine"])
            )
            found = per_reached(graph, limit_ds)
            report.add(f"{question}: all nodes", "htkgis, every node counted", **found)
            spent.setdefault(f"all nodes, {minutes} min", []).append(found["ns_per_pair"])
    for question, (small, large) in spent.items():
        report.add("growth", question, ratio=large / small)


def peaks(report: Report, name: str, graph: Graph, peers: list[str]) -> None:
    """Measure the peak memory of each engine, opportunities of all its nodes, a process each."""
    question = f"{name}: peak memory, {PEAK_MINUTES} min"
    print(f"\n## {question}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        file = stored(graph, Path(folder))
        for engine in ("htkgis", *peers):
            report.add(question, engine, **child(__file__, "--peak", engine, str(file)))


def peak_of(engine: str, graph: Graph) -> dict[str, float]:
    """Run one engine; give megabytes before it, and at most."""
    before = peak_mb()
    limit_ds = PEAK_MINUTES * DECISECONDS_PER_MINUTE
    asked = list(all_nodes(graph, limit_ds, []))[:1]
    if engine != "htkgis":
        weights = opportunities_of(graph)
        asked = [run for peer in packages(graph, [engine]) for run in peer.sums(weights, limit_ds)]
    if not asked:
        msg = "not installed, or above the cap"
        raise SystemExit(msg)
    rows = len(asked[0].run())
    peak = peak_mb()
    return {"peak_mb": round(peak), "graph_and_imports_mb": round(before), "rows": rows}


if __name__ == "__main__":
    main()
