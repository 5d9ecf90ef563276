"""Measure the street engine against packages of the field, side by side, results compared first.

Engines take turns, run after run, so that what else the machine does falls on all of them; a
figure is the median. CPU seconds are those of the process, all its threads together. A package
that is not installed is left out and named; what takes long is run for some origins, and its time
is told per origin.

Example: python scripts/benchmark_streets.py hoje-taastrup.osm.pbf --vertices
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from htkgis.loaders import read_osm_streets
from htkgis.network import Graph, build_graph
from htkgis.network.nearest_search import nearest_of_nodes, unpacked
from htkgis.network.points import at_nodes
from htkgis.network.sparse_search import reached_nodes
from htkgis.network.sums import count_points
from htkgis.pipeline.embedded import embedded_study
from htkgis.pipeline.layers import street_rules
from htkgis.pipeline.modes import mode_of
from htkgis.study import read_study
from htkgis.units import DECISECONDS_PER_MINUTE, UNREACHED

CRS = "EPSG:25832"
SEED = 20261121
SHARE_WITH_OPPORTUNITIES = 0.05
SAMPLES = {"scipy": 200, "networkx": 20, "igraph": 5}
"""Origins that the slow packages search from."""

Values = np.ndarray[Any, np.dtype[Any]]


class Engine(NamedTuple):
    """One way to get the values of some rows; ``rows`` is None where all are given."""

    name: str
    rows: Values | None
    run: Callable[[], Values]


def main(arguments: list[str] | None = None) -> None:
    """Print one block per question, one line per engine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("extract", type=Path, help="an OpenStreetMap extract (.osm.pbf)")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--vertices", action="store_true", help="also streets cut at each vertex")
    parser.add_argument("--own", action="store_true", help="leave out the other packages")
    parser.add_argument("--minutes", type=int, nargs="*", default=[15, 30])
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    study = read_study(embedded_study() / "study.toml")
    streets, _ = read_osm_streets(options.extract, crs=CRS, rules=street_rules(study.modes))
    walk = build_graph(streets, mode=mode_of(study, "walk"))
    graphs = {"junctions": walk}
    if options.vertices:
        graphs["vertices"] = cut_at_vertices(walk)
    for name, graph in graphs.items():
        print(f"\n# walk, {name}: {graph.nodes} nodes, {graph.edges} edges", flush=True)
        others = [] if options.own else list(packages(graph))
        for minutes in options.minutes:
            limit_ds = minutes * DECISECONDS_PER_MINUTE
            report(f"all nodes, {minutes} min", all_nodes(graph, limit_ds, others), options.runs)
            question = scattered(graph, limit_ds, others)
            report(f"1,000 scattered origins, {minutes} min", question, options.runs)
        for places in (30, 100):
            question = nearest(graph, places, others)
            report(f"nearest of {places} places", question, options.runs)
    car = build_graph(streets, mode=mode_of(study, "car"))
    print(f"\n# car: {car.nodes} nodes, {car.edges} edges", flush=True)
    others = [] if options.own else [SciPy(car)]
    report("1,024 neighbours, 30 min", neighbours(car, 18_000, others), options.runs)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\npeak memory of everything {peak_mb:.0f} MB")


def cut_at_vertices(graph: Graph) -> Graph:
    """Build the graph in which every vertex of a street is a node, as many packages have it."""
    start, end = np.arange(len(graph.edge_xy) - 1), np.arange(1, len(graph.edge_xy))
    inside = np.ones(len(start), dtype=bool)
    inside[graph.edge_xy_start[1:-1] - 1] = False
    start, end = start[inside], end[inside]
    xy = np.round(graph.edge_xy, 3)
    _, name = np.unique(xy, axis=0, return_inverse=True)
    names = np.char.add("v", name.ravel().astype(str))
    table = {
        "id": np.char.add("s", np.arange(len(start)).astype(str)),
        "from_node": names[start],
        "to_node": names[end],
        "length_m": np.hypot(*(graph.edge_xy[end] - graph.edge_xy[start]).T),
        "oneway": False,
        "walk": True,
    }
    lines = shapely.linestrings(np.stack([graph.edge_xy[start], graph.edge_xy[end]], axis=1))
    streets = gpd.GeoDataFrame(table, geometry=lines, crs=CRS)
    return build_graph(streets, mode="walk", speed_kph=graph.speed_kph)


def opportunities_of(graph: Graph) -> Values:
    """One opportunity at some of the nodes."""
    chosen = np.random.default_rng(SEED).random(graph.nodes) < SHARE_WITH_OPPORTUNITIES
    return chosen.astype(float)


def all_nodes(graph: Graph, limit_ds: int, others: list[Any]) -> Iterator[Engine]:
    """Opportunities that every node reaches."""
    every, weights = at_nodes(graph), opportunities_of(graph)
    limits_ds = np.array([limit_ds])

    def ours(amounts: Values, **more: Any) -> Values:
        values = count_points(graph, every, every, amounts[:, None], limits_ds=limits_ds, **more)
        return values[:, 0, 0]

    yield Engine("htkgis", None, lambda: ours(weights))
    yield Engine("htkgis, one thread", None, lambda: ours(weights, threads=1))
    yield Engine(
        "htkgis, one by one, one thread", None, lambda: ours(weights, method="single", threads=1)
    )
    for package in others:
        yield from package.sums(weights, limit_ds)
    ours(weights)  # compiled
    started = time.process_time()
    reached = float(ours(np.ones(graph.nodes), threads=1).sum())
    spent = time.process_time() - started
    print(f"(every node counted: {reached / graph.nodes:.0f} reached, ", end="")
    print(f"{spent / reached * 1e9:.2f} ns per origin and reached node)")


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


def report(question: str, engines: Iterator[Engine], runs: int) -> None:
    """Compare what the engines find, let them take turns, and print a line each."""
    entered = list(engines)
    print(f"\n## {question}", flush=True)
    truth = {}
    for engine in entered:
        values = engine.run()
        rows = range(len(values)) if engine.rows is None else engine.rows
        for row, value in zip(rows, values, strict=True):
            if truth.setdefault(int(row), value) != value:
                sys.exit(f"{engine.name}: {value} at {row} instead of {truth[int(row)]}")
    spent: dict[str, list[tuple[float, float]]] = {engine.name: [] for engine in entered}
    for _ in range(runs):
        for engine in entered:
            start = time.process_time(), time.perf_counter()
            size = len(engine.run())
            cpu, wall = time.process_time() - start[0], time.perf_counter() - start[1]
            spent[engine.name].append((cpu / size, wall / size))
    base = [statistics.median(column) for column in zip(*spent[entered[0].name], strict=True)]
    for engine in entered:
        cpu, wall = (statistics.median(column) for column in zip(*spent[engine.name], strict=True))
        whole = f"{wall * len(engine.run()):9.3f} s wall in all" if engine.rows is None else ""
        print(
            f"{engine.name:32s} {cpu * 1e6:12.2f} us cpu {wall * 1e6:12.2f} us wall per row; "
            f"{cpu / base[0]:8.1f}x cpu {wall / base[1]:8.1f}x wall {whole}",
            flush=True,
        )


def packages(graph: Graph) -> Iterator[Any]:
    """Prepare the packages that are installed, and name the others."""
    for package in (Pandana, SciPy, NetworkX, IGraph):
        try:
            start = time.perf_counter()
            yield package(graph)
            print(f"{package.__name__}: prepared in {time.perf_counter() - start:.1f} s")
        except ImportError as reason:
            print(f"{package.__name__}: left out, {reason}")


class Pandana:
    """Contraction hierarchies; costs are those of the graph, both directions."""

    def __init__(self, graph: Graph) -> None:
        import pandana  # noqa: PLC0415 - a package that need not be there
        import pandas as pd  # noqa: PLC0415

        self.pd, self.nodes = pd, graph.nodes
        self.xy = graph.node_xy
        x, y = (pd.Series(column) for column in graph.node_xy.T)
        edges = pd.Series(graph.edge_from), pd.Series(graph.edge_to)
        costs = pd.DataFrame({"ds": graph.edge_forward_ds.astype(float)})
        self.network = pandana.Network(x, y, *edges, costs, twoway=True)

    def sums(self, weights: Values, limit_ds: int, rows: Values | None = None) -> Iterator[Engine]:
        """Sum up to the limit."""
        filled = self.pd.Series(np.flatnonzero(weights))
        self.network.set(filled, variable=self.pd.Series(np.ones(len(filled))), name="one")

        def run() -> Values:
            return self.network.aggregate(limit_ds, type="sum", decay="flat", name="one").to_numpy()

        if rows is None:
            yield Engine("pandana", None, run)

    def reached(self, rows: Values, limit_ds: int) -> Iterator[Engine]:
        """List the nodes in range."""

        def run() -> Values:
            found = self.network.nodes_in_range(rows.tolist(), limit_ds)
            return found.groupby("source").size().reindex(rows).to_numpy()

        yield Engine("pandana", rows, run)

    def nearest(self, places: Values, limit_ds: int) -> Iterator[Engine]:
        """Find the nearest place of every node."""
        x, y = (self.pd.Series(column) for column in self.xy[places].T)
        self.network.set_pois("places", limit_ds, 1, x, y)

        def run() -> Values:
            found = self.network.nearest_pois(limit_ds, "places", max_distance=UNREACHED)
            return np.rint(found[1].to_numpy()).astype(np.int32)

        yield Engine("pandana", None, run)


class SciPy:
    """Dijkstra with a limit, one dense row per origin."""

    def __init__(self, graph: Graph) -> None:
        from scipy.sparse import csr_array  # noqa: PLC0415
        from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415

        source = np.repeat(np.arange(graph.nodes), np.diff(graph.indptr))
        target, cost = graph.adjacency.T
        order = np.lexsort((cost, target, source))
        pairs = np.stack([source, target], axis=1)[order]
        new = np.r_[True, (pairs[1:] != pairs[:-1]).any(axis=1)]
        costs = cost[order][new].astype(float)
        shape = (graph.nodes, graph.nodes)
        self.matrix = csr_array((costs, tuple(pairs[new].T)), shape=shape)
        # a stored zero would be read as no street
        self.matrix.data[self.matrix.data == 0] = 1e-6
        self.dijkstra = dijkstra

    def sums(self, weights: Values, limit_ds: int, rows: Values | None = None) -> Iterator[Engine]:
        """Sum up to the limit."""
        chosen = sample(len(weights), "scipy") if rows is None else rows

        def run() -> Values:
            rows = (np.isfinite(self.row(node, limit_ds)) for node in chosen)
            return np.array([weights[reached].sum() for reached in rows])

        yield Engine("scipy", chosen, run)

    def reached(self, rows: Values, limit_ds: int) -> Iterator[Engine]:
        """Count the finite times."""
        some = rows[:: len(rows) // SAMPLES["scipy"]]

        def run() -> Values:
            return np.array([np.isfinite(self.row(node, limit_ds)).sum() for node in some])

        yield Engine("scipy", some, run)

    def row(self, node: int, limit_ds: int) -> Values:
        """Search from one node; what is a hair above the limit by zeros that are none counts."""
        return self.dijkstra(self.matrix, indices=node, limit=limit_ds + 0.5)

    def nearest(self, places: Values, limit_ds: int) -> Iterator[Engine]:
        """Find the nearest place of every node."""

        def run() -> Values:
            found = self.dijkstra(
                self.matrix.T.tocsr(), indices=places, limit=limit_ds + 0.5, min_only=True
            )
            return np.where(np.isfinite(found), np.floor(found + 0.01), UNREACHED).astype(np.int32)

        yield Engine("scipy", None, run)


class NetworkX:
    """Dijkstra with a cutoff, in Python."""

    def __init__(self, graph: Graph) -> None:
        import networkx as nx  # noqa: PLC0415

        self.search = nx.single_source_dijkstra_path_length
        self.network = nx.MultiGraph()
        self.network.add_nodes_from(range(graph.nodes))
        ends = graph.edge_from.tolist(), graph.edge_to.tolist(), graph.edge_forward_ds.tolist()
        self.network.add_weighted_edges_from(zip(*ends, strict=True))

    def sums(self, weights: Values, limit_ds: int, rows: Values | None = None) -> Iterator[Engine]:
        """Sum up to the limit."""
        some = sample(len(weights), "networkx")

        def run() -> Values:
            return np.array(
                [
                    weights[list(self.search(self.network, node, cutoff=limit_ds))].sum()
                    for node in some.tolist()
                ]
            )

        if rows is None:
            yield Engine("networkx", some, run)

    def reached(self, rows: Values, limit_ds: int) -> Iterator[Engine]:
        """Count the nodes."""
        some = rows[:: len(rows) // SAMPLES["networkx"]]

        def run() -> Values:
            return np.array([len(self.search(self.network, n, cutoff=limit_ds)) for n in some])

        yield Engine("networkx", some, run)


class IGraph:
    """Dijkstra without a limit."""

    def __init__(self, graph: Graph) -> None:
        import igraph  # noqa: PLC0415

        ends = np.stack([graph.edge_from, graph.edge_to], axis=1)
        self.network = igraph.Graph(n=graph.nodes, edges=ends)
        self.costs = graph.edge_forward_ds.tolist()

    def sums(self, weights: Values, limit_ds: int, rows: Values | None = None) -> Iterator[Engine]:
        """Sum up to the limit."""
        some = sample(len(weights), "igraph")
        if rows is None:
            yield Engine("igraph", some, lambda: (self.times(some) <= limit_ds) @ weights)

    def reached(self, rows: Values, limit_ds: int) -> Iterator[Engine]:
        """Count the nodes."""
        some = rows[:: len(rows) // SAMPLES["igraph"]]
        yield Engine("igraph", some, lambda: (self.times(some) <= limit_ds).sum(axis=1))

    def times(self, rows: Values) -> Values:
        """Search from some nodes."""
        return np.array(self.network.distances(source=rows.tolist(), weights=self.costs))


def sample(nodes: int, package: str) -> Values:
    """Nodes at random, the same for every question."""
    return np.sort(np.random.default_rng(SEED).choice(nodes, SAMPLES[package], replace=False))


if __name__ == "__main__":
    main()
