"""Measure what tiles cost, for the plan in docs/every-address.md.

    python scripts/benchmark_tiles.py EXTRACT.osm.pbf ORIGINS.csv PLACES.csv

Prints CPU seconds of one thread for what is done once (points and graph) and, for several sizes of
tiles, microseconds per origin of cutting and searching, with the junctions of a part and the bytes
that a worker is sent. Every tenth tile is taken, so that town and country both count.
"""

from __future__ import annotations

import pickle
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from htkgis.loaders.points import read_points
from htkgis.network import Snaps, border_times
from htkgis.network.halo import GraphPart
from htkgis.pipeline.cluster import FAST
from htkgis.pipeline.embedded import embedded_study
from htkgis.pipeline.own_streets import (
    graph_coverage,
    own_crs,
    own_snaps,
    own_stored_graph,
)
from htkgis.pipeline.stored_graph import StoredGraph
from htkgis.pipeline.tile_searches import AccessSearch
from htkgis.pipeline.tiles import ThisMachine, Tile, make_tile, search_tile, tile_rows
from htkgis.store import Cache
from htkgis.study import read_study
from htkgis.units import deciseconds

CASES = (("walk", (15, 30), 3), ("bike", (15, 30), 3), ("car", (15,), 1))
SIZES = (2_500, 5_000, 10_000, 20_000, 40_000)
EVERY = 10


def timed(what: Callable[[], Any]) -> tuple[Any, float]:
    """Call, and give what comes and the CPU seconds that it took."""
    start = time.process_time()
    return what(), time.process_time() - start


def main(streets: str, origins_path: str, places_path: str) -> None:
    """Measure all modes and sizes."""
    study = read_study(embedded_study() / "study.toml")
    crs = own_crs(streets, study)
    (origins, origin_s), (places, _) = (
        timed(lambda path=path: read_points(Path(path), crs=crs))
        for path in (origins_path, places_path)
    )
    print(f"{len(origins)} origins and {len(places)} places; read at {per(origin_s, origins)}")
    for mode, limits_min, nearest in CASES:
        stored = own_stored_graph(streets, study, mode, crs=crs, cache=Cache.default())
        graph = stored.graph
        snaps, snap_s = timed(
            lambda: own_snaps(graph, origins, study, mode, what="origins")  # noqa: B023
        )
        shops = own_snaps(graph, places, study, mode, what="places")
        _, border_s = timed(lambda: border_times(graph, snaps, graph_coverage(graph)))  # noqa: B023
        size = sum(file.stat().st_size for file in stored.folder.glob("*.npy"))
        print(
            f"\n{mode} {limits_min} min: {graph.nodes} junctions, {graph.edges} edges, "
            f"{size / 1e6:.0f} MB on the disk; snapped at {per(snap_s, origins)}, "
            f"border {border_s:.1f} s in all"
        )
        search = AccessSearch(
            tuple(map(deciseconds, limits_min)), np.ones(len(places)), (), nearest
        )
        for count in SIZES:
            print(line(stored, snaps, shops, search, count))


def line(
    stored: StoredGraph, origins: Snaps, places: Snaps, search: AccessSearch, count: int
) -> str:
    """One size of tiles, in a line."""
    rows = tile_rows(stored.graph, origins, count)
    chosen = rows[min(EVERY, len(rows)) // 2 :: min(EVERY, max(1, len(rows) // 3))]
    found = np.array(list(measured(stored, origins, places, search, chosen)))
    made, cut_s, search_s, nodes, sent, packed_s = found.sum(axis=0)
    tile_mb = sent / 1e6 / len(chosen)
    return (
        f"{count:6} origins: {len(rows):4} tiles; us per origin: cut {1e6 * cut_s / made:6.1f}, "
        f"search {1e6 * search_s / made:7.1f}, pack {1e6 * packed_s / made:6.1f}; junctions of a "
        f"part: mean {nodes / len(chosen):8.0f}, most {found[:, 3].max():8.0f}; sent: "
        f"{tile_mb:5.1f} MB a tile, {tile_mb * len(rows):6.0f} in all"
    )


def measured(
    stored: StoredGraph, origins: Snaps, places: Snaps, search: AccessSearch, chosen: list[Any]
) -> Iterator[tuple[float, ...]]:
    """Origins, seconds to cut and to search, junctions, bytes and seconds to pack, per tile."""
    for rows in chosen:
        made, cut_s = timed(
            lambda: make_tile(stored, origins, places, rows, search, ThisMachine())  # noqa: B023
        )
        tile = made[1]
        packed, packed_s = timed(lambda: zlib.compress(pickle.dumps(tile, protocol=5), FAST))  # noqa: B023
        _, search_s = timed(lambda: search_tile(tile, threads=1))  # noqa: B023
        part: Tile | GraphPart = tile.graph
        yield len(rows), cut_s, search_s, part.graph.nodes, len(packed), packed_s


def per(seconds: float, points: Any) -> str:
    """Microseconds per point."""
    return f"{1e6 * seconds / len(points):.1f} us per point"


if __name__ == "__main__":
    main(*sys.argv[1:4])
