"""Measure where one search for up to 64 origins beats one search each, and where the choice errs.

Groups of origins are drawn around random nodes, few and many, near and far apart, and searched
both ways in turn, one thread; what both find is compared first. A group's gain is what
`batch_pays` holds against `BATCH_COST`: how many times the area of one reach all its points
would search, over the area they search together. Printed are the microseconds of each way, the
share that goes by batches, and the loss: how much longer the way chosen takes than the better.

Example: python scripts/benchmark.py batch hoje-taastrup.osm.pbf --mode walk --mode car
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from street_engines import SEED, opportunities_of
from street_networks import graph_of

from htkgis.network import Graph
from htkgis.network.accumulate import count_batches
from htkgis.network.batch import batch_work
from htkgis.network.points import at_nodes
from htkgis.network.searches import BATCH_COST, batch_gains, searches_of
from htkgis.network.sparse_search import count_singly, single_work
from htkgis.network.sums import amounts_of
from htkgis.units import DECISECONDS_PER_MINUTE

ORIGINS = (2, 3, 4, 6, 8, 12, 16, 32, 64)
SPREADS = (0.05, 0.25, 0.5, 1.0, 2.0, 4.0)
"""Radius from which a group is drawn, as a multiple of a kilometre per 15 minutes on foot."""
COSTS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)


def main(arguments: list[str] | None = None) -> None:
    """Print one line per (minutes, origins, spread), and what other constants would lose."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("extracts", type=Path, nargs="+", help="OpenStreetMap extracts (.osm.pbf)")
    parser.add_argument("--mode", action="append", choices=("walk", "bike", "car"))
    parser.add_argument("--minutes", type=int, nargs="*", default=[5, 15, 30])
    parser.add_argument("--groups", type=int, default=12, help="groups of each kind")
    options = parser.parse_args(arguments)
    found = []
    for extract in options.extracts:
        for mode in options.mode or ["walk"]:
            graph = graph_of(extract, mode)
            print(f"\n# {extract.name}, {mode}: {graph.nodes} nodes", flush=True)
            for minutes in options.minutes:
                found += _measure(graph, minutes, options.groups)
    _compare(np.array(found))


def _measure(graph: Graph, minutes: int, groups: int) -> list[list[list[float]]]:
    """Measure each number of origins and spread: gain, seconds by batch, seconds one by one."""
    cutoff_ds = minutes * DECISECONDS_PER_MINUTE
    found = []
    for spread in SPREADS:
        radius_m = spread * cutoff_ds * graph.fast_m_per_ds
        for count in ORIGINS:
            rows = _drawn(graph, radius_m, count, groups)
            timed = _timed(graph, rows, count, cutoff_ds)
            found.append(timed)
            gain, batch, single = np.array(timed).T
            chosen = np.where(gain > BATCH_COST, batch, single)
            print(
                f"{minutes:3d} min {count:3d} origins within {radius_m:7.0f} m  "
                f"gain {np.median(gain):5.1f}  batch {np.median(batch) * 1e6:8.0f} us  "
                f"one by one {np.median(single) * 1e6:8.0f} us  "
                f"batches {100 * np.mean(gain > BATCH_COST):3.0f} %  "
                f"loss {100 * (chosen.sum() / np.minimum(batch, single).sum() - 1):4.0f} %",
                flush=True,
            )
    return found


def _drawn(graph: Graph, radius_m: float, count: int, groups: int) -> Any:
    """Draw groups of nodes, each within a radius or, where there are too few, the nearest."""
    random = np.random.default_rng([SEED, count, int(radius_m)])
    rows = []
    for centre in random.choice(graph.nodes, groups, replace=False):
        far_m = np.hypot(*(graph.node_xy - graph.node_xy[centre]).T)
        near = np.argsort(far_m, kind="stable")[: max(count, int((far_m <= radius_m).sum()))]
        rows.append(random.choice(near, count, replace=False))
    return np.concatenate(rows)


def _timed(graph: Graph, rows: Any, size: int, cutoff_ds: int) -> list[list[float]]:
    """Search each group both ways; the least CPU time of three runs of each, after a first."""
    origins, every = at_nodes(graph, rows), at_nodes(graph)
    amounts = opportunities_of(graph)[:, None]
    usable = np.flatnonzero(amounts[:, 0])
    searches = searches_of(graph, origins, every, usable, cutoff_ds=cutoff_ds)
    searches = searches._replace(order=np.arange(len(rows)))
    offered, limits = amounts_of(searches.targets, amounts), np.array([cutoff_ds])
    ways = {
        count_batches: (batch_work(graph, searches), np.zeros((len(rows), 1, 1))),
        count_singly: (single_work(graph, searches), np.zeros((len(rows), 1, 1))),
    }
    found = []
    for begin in range(0, len(rows), size):
        group = slice(begin, begin + size)
        spent: dict[Any, list[float]] = {way: [] for way in ways}
        for _ in range(4):
            for way, (work, values) in ways.items():
                values[group] = 0
                started = time.thread_time()
                way(searches, offered, limits, begin, begin + size, work, values)
                spent[way].append(time.thread_time() - started)
        gain = batch_gains(graph, origins.xy[group], cutoff_ds)[0]
        found.append([float(gain), *(min(runs[1:]) for runs in spent.values())])
    one, other = (values for _, values in ways.values())
    if not np.array_equal(one, other):
        sys.exit("batches and single searches differ")
    return found


def _compare(found: Any) -> None:
    """Say what each constant would lose over all kinds of groups, and on the worst of them."""
    gain, batch, single = np.moveaxis(found, -1, 0)
    best = np.minimum(batch, single)
    print(f"\n# Loss by constant; now it is {BATCH_COST:g}")
    for cost in sorted({*COSTS, BATCH_COST}):
        taken = np.where(gain > cost, batch, single)
        by_kind = taken.sum(axis=1) / best.sum(axis=1) - 1
        mean, worst = 100 * by_kind.mean(), 100 * by_kind.max()
        print(f"{cost:4.1f}: mean {mean:4.1f} %, worst kind {worst:4.0f} %")


if __name__ == "__main__":
    main()
