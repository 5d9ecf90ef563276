"""Tiles: origins in runs along the Hilbert curve, each searched with its halo and kept.

A tile needs nothing but itself: its origins, the part of the graph that they can see, and the
places there. So memory is that of a tile, not of a country; a tile can be searched on any machine;
and what is done stays done when a run is killed, for it lies on the disk under a key of all that
decides it: changed streets make only those tiles stale that can see them. What comes out is the
same to the byte as from a search over the whole graph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from htkgis.errors import ClusterError, ConfigError
from htkgis.network import Graph, Snaps, graph_arrays
from htkgis.network.halo import GraphPart, check_halo, cut_part
from htkgis.network.hilbert import hilbert_index
from htkgis.network.points import departing
from htkgis.store import Cache, fingerprint, lock, sha256_bytes
from htkgis.store.values import Arrays, read_value, write_value

from .steps import Progress, code_fingerprint
from .stored_graph import StoredGraph
from .tile_searches import Found, Rows, TileSearch

LOCAL = "local"
ORIGINS_PER_TILE = 10_000
"""Measured: from 5,000 to 20,000 takes the same time on foot; see docs/every-address.md."""
FOUND = "found"
ADDRESS = re.compile(r"(tcp|tls)://\S+:\d+")


@dataclass(frozen=True, eq=False)
class Tile:
    """One piece of work, which stands alone.

    Parameters
    ----------
    graph
        The part of the graph itself, or where the whole graph lies, to be cut there.
    origins, places
        Points with edge numbers of the whole graph, without ids.
    place_rows
        Numbers of the places among all.
    search
        What is asked, of these places.
    code
        Fingerprint of the code that made the tile.
    """

    graph: GraphPart | StoredGraph
    origins: Snaps
    places: Snaps
    place_rows: Rows
    search: TileSearch
    code: str


class Worked(NamedTuple):
    """What became of the tiles: how many there were, and were kept from before; by whom."""

    tiles: int
    kept: int
    by: str


Job = tuple[str, Tile]
"""Key of a tile, and the tile."""


class Workers(Protocol):
    """Whoever searches tiles."""

    @property
    def name(self) -> str:
        """Who works, for a message."""

    @property
    def shares_graph(self) -> bool:
        """Whether all can read the stored graph, so that no part of it need be sent."""

    def searched(self, jobs: Iterator[Job]) -> Iterator[tuple[str, Found]]:
        """Search tiles; give what was found by key, in any order."""


class ThisMachine:
    """Searches one tile after the other, each on all processors."""

    name = "this machine"
    shares_graph = False

    def searched(self, jobs: Iterator[Job]) -> Iterator[tuple[str, Found]]:
        """Search tiles in their order."""
        for key, tile in jobs:
            yield key, search_tile(tile)


@dataclass
class Tiling:
    """How origins are parted into tiles, by whom they are searched, where results are kept.

    Parameters
    ----------
    folder
        Holds the results of tiles until all are done; beside what is written in the end.
    scheduler
        Address of a Dask scheduler; ``local`` for this machine without Dask.
    origins_per_tile
        At most so many, >= 1.
    progress
        Told how many tiles are done.
    keep
        Whether the results stay when all has been written, so that a later run searches only the
        tiles that see a street, a place or an origin that has changed.
    worked
        What became of the tiles, once they are searched.
    """

    folder: Path
    scheduler: str = LOCAL
    origins_per_tile: int = ORIGINS_PER_TILE
    progress: Progress | None = None
    keep: bool = False
    worked: Worked | None = None

    @contextmanager
    def held(self) -> Iterator[Tiling]:
        """Let no other run use the folder; remove it when all is written, or if it is empty."""
        kept = Cache(self.folder)
        try:
            with lock(self.folder / "tiles"):
                yield self
        except BaseException:
            if kept.is_empty():
                kept.clear()
            raise
        if not self.keep:
            kept.clear()

    @contextmanager
    def workers(self, graph: StoredGraph) -> Iterator[Workers]:
        """Find whoever searches."""
        if self.scheduler == LOCAL:
            yield ThisMachine()
            return
        from .cluster import dask_workers  # noqa: PLC0415 - Dask is optional, and slow to import

        with dask_workers(self.scheduler, graph) as workers:
            yield workers


def check_scheduler(address: str) -> None:
    """Raise ConfigError if an address is neither ``local`` nor one of a Dask scheduler."""
    if address != LOCAL and not ADDRESS.fullmatch(address):
        msg = (
            f"--scheduler {address!r}: is no address of a Dask scheduler; tcp://HOST:PORT, "
            "tls://HOST:PORT and local are allowed. Correct it."
        )
        raise ConfigError(msg)


def search_all(
    stored: StoredGraph, origins: Snaps, places: Snaps, search: TileSearch, tiling: Tiling | None
) -> Found:
    """Search from all origins: over the whole graph at once, or tile by tile.

    Parameters
    ----------
    stored
        The graph both sets were snapped to, and where it lies.
    origins, places
        Snapped points.
    search
        What is asked.
    tiling
        How origins are parted; not at all where missing.

    Returns
    -------
    found
        Arrays of the search, the same however the origins are parted.

    Raises
    ------
    ClusterError
        If the scheduler or its workers cannot be used, or are lost.
    StoreError
        If the disk refuses.
    """
    if tiling is None:
        return search.found(stored.graph, origins, places)
    kept, parts = Cache(tiling.folder), tile_rows(stored.graph, origins, tiling.origins_per_tile)
    made: list[tuple[str, Rows]] = []
    before = 0

    def jobs(workers: Workers) -> Iterator[Job]:
        nonlocal before
        for rows in parts:
            key, tile = make_tile(stored, origins, places, rows, search, workers)
            made.append((key, tile.place_rows))
            if kept.whole(key):
                before += 1
            else:
                yield key, tile

    with tiling.workers(stored) as workers:
        for done, (key, found) in enumerate(workers.searched(jobs(workers)), start=1):
            with kept.writing(key) as folder:
                write_value(folder, FOUND, Arrays(found))
            if tiling.progress is not None:
                tiling.progress("tiles", before + done, len(parts))
        tiling.worked = Worked(len(parts), before, workers.name)
    read = (search.placed(_read(kept, key), near) for key, near in made)
    return search.gathered(zip(parts, read, strict=True), len(origins))


def tile_rows(graph: Graph, origins: Snaps, count: int) -> list[Rows]:
    """Part the origins on the streets into runs of neighbours, at most ``count`` each.

    Neighbours by where they are, not by where they meet a street: edited streets part no others.
    """
    along = np.argsort(hilbert_index(origins.point_xy), kind="stable")
    order = along[np.isin(along, departing(graph, origins).usable)]
    return [order[begin : begin + count] for begin in range(0, len(order), count)]


def search_tile(tile: Tile, *, threads: int | None = None) -> Found:
    """Search one tile, wherever it came to.

    Raises
    ------
    ClusterError
        If this machine runs other code, or the stored graph is not here.
    NetworkError
        If the part of the graph is too small for the search.
    """
    if tile.code != code_fingerprint():
        msg = "tile: it was made by another version of htkgis than runs here; one is allowed. "
        raise ClusterError(msg + "Install the same version on every machine.")
    part, limit_ds = tile.graph, tile.search.limit_ds
    if isinstance(part, StoredGraph):
        part = cut_part(part.graph, tile.origins, limit_ds=limit_ds)
    graph = replace(part.graph)  # a graph that was sent has lost that it is read-only
    origins, places = part.placed(tile.origins), part.placed(tile.places)
    check_halo(replace(part, graph=graph), origins, limit_ds=limit_ds)
    return tile.search.found(graph, origins, places, threads=threads)


def make_tile(
    stored: StoredGraph,
    origins: Snaps,
    places: Snaps,
    rows: Rows,
    search: TileSearch,
    workers: Workers,
) -> tuple[str, Tile]:
    """Cut out one tile; give the hash of all that decides what is found in it, and the tile.

    Of the graph that is the part alone: streets that no origin of the tile can see do not count.
    """
    own = _nameless(origins.where(rows))
    part = cut_part(stored.graph, own, limit_ds=search.limit_ds)
    near = part.rows(places)
    there, asked, code = _nameless(places.where(near)), search.of_places(near), code_fingerprint()
    points = _digest(part.placed(own)), _digest(part.placed(there))
    streets = {name: sha256_bytes(a.tobytes()) for name, a in graph_arrays(part.graph).items()}
    key = fingerprint([code, streets, *points, type(search).__name__, asked.facts()])
    graph = stored if workers.shares_graph else part
    return key, Tile(graph, own, there, near, asked, code)


def _nameless(snaps: Snaps) -> Snaps:
    """Leave the ids of points out, which no search reads."""
    return replace(snaps, ids=np.zeros(len(snaps), dtype="<U1"))


def _digest(snaps: Snaps) -> str:
    """Hash what searches read of points."""
    names = ("edge", "share", "forward_ds", "backward_ds", "connector_ds", "xy")
    return fingerprint([sha256_bytes(getattr(snaps, name).tobytes()) for name in names])


def _read(kept: Cache, key: str) -> Found:
    """Read what was found in a tile back from the disk."""
    found: Found = read_value(kept.path(key, "entry.json").parent, FOUND, kept.read(key) or {})
    return found
