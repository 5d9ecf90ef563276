"""Packages of the field, each asked what the street engine is asked, over the same costs.

Every package gets the graph's integer deciseconds, so that its answers can be held against ours
before anything is timed. What takes long is asked for some origins only; see ``SAMPLES``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from htkgis.network import Graph
from htkgis.units import UNREACHED

SEED = 20261121
SAMPLES = {"scipy": 200, "networkx": 20, "igraph": 5, "cityseer": 500, "htkgis, one by one": 2000}
"""Origins that are searched from where all would take long; all nodes where there are fewer."""
SHARE_WITH_OPPORTUNITIES = 0.05
PANDANA_NODES = 300_000
"""Contraction of more nodes takes minutes and gigabytes; pandana is left out, and named."""

Values = np.ndarray[Any, np.dtype[Any]]


class Engine(NamedTuple):
    """One way to get the values of some rows; ``rows`` is None where all are given."""

    name: str
    rows: Values | None
    run: Callable[[], Values]


def packages(graph: Graph, wanted: list[str] | None = None) -> Iterator[Any]:
    """Prepare the packages that are installed, and name the others."""
    for package in (Pandana, SciPy, NetworkX, IGraph, Cityseer):
        if wanted is not None and package.__name__ not in wanted:
            continue
        if package is Pandana and graph.nodes > PANDANA_NODES:
            print(f"Pandana: left out, {graph.nodes:,} nodes are above the cap {PANDANA_NODES:,}")
            continue
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


class Cityseer:
    """Dijkstra with a limit in Rust; counts of nodes by its closeness, of which a node is no part.

    It measures along drawn lines, so each street gets a straight one and a factor that makes its
    cost of it. Who searches is fixed when the network is made.
    """

    def __init__(self, graph: Graph) -> None:
        from cityseer import rustalgos  # noqa: PLC0415

        self.rows = sample(graph.nodes, "cityseer")
        self.weights = opportunities_of(graph)
        self.network = rustalgos.graph.NetworkStructure()
        live = np.isin(np.arange(graph.nodes), self.rows)
        for node, (x, y) in enumerate(graph.node_xy.tolist()):
            weight = float(self.weights[node])
            self.network.add_street_node(str(node), x, y, bool(live[node]), weight)
        for edge in np.flatnonzero(graph.edge_from != graph.edge_to).tolist():
            self._add(graph, edge)
        self.network.validate()

    def _add(self, graph: Graph, edge: int) -> None:
        """Add a street in both directions; one that has no length is drawn with a corner."""
        ends = int(graph.edge_from[edge]), int(graph.edge_to[edge])
        places = [graph.node_xy[end].tolist() for end in ends]
        corner = [places[0][0] + 0.1, places[0][1]]
        way = places if places[0] != places[1] else [places[0], corner, places[1]]
        length_m = float(np.hypot(*np.diff(way, axis=0).T).sum())
        factor = float(graph.edge_forward_ds[edge]) / length_m
        for start, end, line in ((*ends, way), (*ends[::-1], way[::-1])):
            drawn = "LINESTRING (" + ", ".join(f"{x!r} {y!r}" for x, y in line) + ")"
            self.network.add_street_edge(
                start, end, edge, str(start), str(end), drawn, imp_factor=factor
            )

    def sums(self, weights: Values, limit_ds: int, rows: Values | None = None) -> Iterator[Engine]:
        """Sum up to the limit, one decisecond being a metre at a metre per second."""
        if rows is None:
            assert np.array_equal(weights, self.weights)  # noqa: S101 - the network holds them
            yield Engine("cityseer", self.rows, lambda: self._counted(limit_ds))

    def _counted(self, limit_ds: int) -> Values:
        found = self.network.centrality_shortest(
            distances=[limit_ds],
            closeness_exprs=[("count", "1")],
            speed_m_s=1.0,
            pbar_disabled=True,
        )
        counted = np.asarray(found.metrics["count"][limit_ds], dtype=float)
        return counted[self.rows] + self.weights[self.rows]

    def reached(self, *_: object) -> Iterator[Engine]:
        """Not asked: it searches from the nodes it was made with."""
        return iter(())


def opportunities_of(graph: Graph) -> Values:
    """One opportunity at some of the nodes."""
    chosen = np.random.default_rng(SEED).random(graph.nodes) < SHARE_WITH_OPPORTUNITIES
    return chosen.astype(float)


def sample(nodes: int, package: str) -> Values:
    """Nodes at random, the same for every question."""
    return np.sort(
        np.random.default_rng(SEED).choice(nodes, min(nodes, SAMPLES[package]), replace=False)
    )
