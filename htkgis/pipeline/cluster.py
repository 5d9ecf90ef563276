"""Tiles on Dask: handed to the workers of a scheduler a few at a time, none lost with a worker.

A tile is sent packed and whole, so a worker that dies takes nothing with it that another cannot
do again. Only a few tiles per thread wait at a time: neither the scheduler nor this process ever
holds a country. Nothing of the result depends on who searched what, or when.
"""

from __future__ import annotations

import logging
import pickle
import sys
import zlib
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from itertools import islice
from typing import Any

import numba
import numpy as np

from htkgis import __version__
from htkgis.errors import ClusterError, HtkgisError, first
from htkgis.extras import require

from .steps import code_fingerprint
from .stored_graph import StoredGraph
from .tile_searches import Found
from .tiles import Job, Tile, search_tile

WAIT_S = 10
"""How long a scheduler may take to answer, and the first worker to come."""
WAITING_PER_THREAD = 2
FAST = 1
"""Level of zlib: a tile shrinks to a third in a tenth of the time of its search."""


@contextmanager
def dask_workers(address: str, graph: StoredGraph) -> Iterator[DaskWorkers]:
    """Connect to a scheduler, and make sure that its workers can do the work.

    Parameters
    ----------
    address
        ``tcp://HOST:PORT`` or ``tls://HOST:PORT``.
    graph
        Graph that is searched; not sent where all workers can read it.

    Raises
    ------
    MissingDependencyError
        If Dask is not installed.
    ClusterError
        If the scheduler does not answer, has no workers, or they run other versions.
    """
    require("cluster", f"--scheduler {address}")
    import distributed  # noqa: PLC0415 - an extra: only who has a cluster needs it

    # what a lost worker or scheduler means is said in one line; the rest stands in their own logs
    for name in ("distributed", "distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = distributed.Client(address, timeout=WAIT_S, set_as_default=False)
    except (OSError, TimeoutError) as error:
        msg = (
            f"--scheduler {address}: no answer within {WAIT_S} s; a Dask scheduler must run there. "
            "Start one with 'dask scheduler', or check the address."
        )
        raise ClusterError(msg) from error
    with client:
        yield DaskWorkers(client, address, shares_graph=_checked(client, address, graph))


class DaskWorkers:
    """The workers of a scheduler; made by :func:`dask_workers`."""

    def __init__(self, client: Any, address: str, *, shares_graph: bool) -> None:
        self.client, self.address, self.shares_graph = client, address, shares_graph

    @property
    def name(self) -> str:
        """Who works, for a message."""
        workers = len(self._workers())
        graph = "the graph memory-mapped" if self.shares_graph else "its parts sent"
        return f"{workers} workers of {self.address}, {graph}"

    def searched(self, jobs: Iterator[Job]) -> Iterator[tuple[str, Found]]:
        """Search tiles; give what was found by key, as it comes.

        Raises
        ------
        ClusterError
            If a tile took several workers with it, or the scheduler is lost.
        """
        from distributed import as_completed  # noqa: PLC0415 - see dask_workers
        from distributed.scheduler import KilledWorker  # noqa: PLC0415

        running = as_completed(loop=self.client.loop)
        keys: dict[str, str] = {}

        def submit() -> bool:
            for key, tile in islice(jobs, 1):
                packed = zlib.compress(pickle.dumps(tile, protocol=5), FAST)
                future = self.client.submit(search_packed, packed, pure=False)
                keys[future.key] = key
                running.add(future)
                return True
            return False

        threads = sum(worker["nthreads"] for worker in self._workers().values())
        while len(keys) < WAITING_PER_THREAD * max(threads, 1) and submit():
            pass
        for future in running:
            try:
                found = future.result()
            except HtkgisError:
                raise
            except KilledWorker as error:
                msg = (
                    f"--scheduler {self.address}: a tile was on several workers that died, the "
                    f"last {error.last_worker.address}; its memory may be too small. What is done "
                    "is kept. Give workers more memory, or take a smaller --tile-origins."
                )
                raise ClusterError(msg) from error
            except (OSError, RuntimeError, CancelledError) as error:
                msg = (
                    f"--scheduler {self.address}: it was lost while tiles were searched "
                    f"({type(error).__name__}). What is done is kept. Start it, and run again."
                )
                raise ClusterError(msg) from error
            yield keys.pop(future.key), found
            submit()

    def _workers(self) -> dict[str, Any]:
        workers: dict[str, Any] = self.client.scheduler_info()["workers"]
        return workers


def search_packed(packed: bytes) -> Found:
    """Search a tile that was sent, on one thread of a worker."""
    tile: Tile = pickle.loads(zlib.decompress(packed))  # noqa: S301 - Dask itself sends code
    return search_tile(tile, threads=1)


def worker_facts(graph: StoredGraph) -> dict[str, Any]:
    """Tell what must be the same on every machine, and whether the graph lies here."""
    versions = {
        "htkgis": f"{__version__} ({code_fingerprint()[:8]})",
        "python": ".".join(map(str, sys.version_info[:2])),
        "numpy": np.__version__,
        "numba": numba.__version__,
    }
    return {"versions": versions, "graph": graph.here()}


def _checked(client: Any, address: str, graph: StoredGraph) -> bool:
    """Make sure that workers are there and fit; say whether all can read the graph."""
    try:
        client.wait_for_workers(1, timeout=WAIT_S)
    except TimeoutError as error:
        msg = (
            f"--scheduler {address}: has no worker after {WAIT_S} s; one or more are needed. "
            f"Start some with 'dask worker {address}'."
        )
        raise ClusterError(msg) from error
    told = client.run(worker_facts, graph, on_error="return")
    own = worker_facts(graph)["versions"]
    other = [
        f"{worker}: {_difference(own, facts)}"
        for worker, facts in sorted(told.items())
        if _difference(own, facts)
    ]
    if other:
        msg = (
            f"--scheduler {address}: {len(other)} of {len(told)} workers do not run what runs "
            f"here: {first(other)}; the same versions are needed. Install them there."
        )
        raise ClusterError(msg)
    return all(facts["graph"] for facts in told.values())


def _difference(own: dict[str, str], facts: Any) -> str:
    """Say how a worker differs from here; empty where it does not."""
    if not isinstance(facts, dict):
        return f"no htkgis ({type(facts).__name__}: {facts})"
    there = facts["versions"]
    return ", ".join(
        f"{name} {there.get(name)}, here {version}"
        for name, version in own.items()
        if there.get(name) != version
    )
