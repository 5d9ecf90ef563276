"""Matrix: travel times between all pairs of two sets of points, all of them held."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from htkgis.units import UNREACHED

from .accumulate import time_batches
from .graph import Graph
from .points import Points, arriving, departing
from .running import run_pieces
from .searches import Method, Piece, Searches, checked_limits, searches_of
from .snap import Snaps
from .sparse_search import time_singly


def travel_time_matrix(
    graph: Graph,
    origins: Snaps,
    destinations: Snaps,
    *,
    limit_ds: int,
    method: Method = "auto",
    threads: int | None = None,
) -> npt.NDArray[np.int32]:
    """Measure the travel times between all pairs, all of them held.

    Parameters
    ----------
    graph
        The graph both sets were snapped to.
    origins, destinations
        Snapped points.
    limit_ds
        Largest total time that is kept, in deciseconds.
    method, threads
        As :func:`reach_opportunities`.

    Returns
    -------
    times
        Deciseconds, int32, shape (n, m), equal to :func:`~htkgis.network.street_times`;
        ``UNREACHED`` where a destination is not reached within the limit.

    Raises
    ------
    NetworkError
        If the limit is negative or too large.
    """
    return times_between(
        graph,
        departing(graph, origins),
        arriving(graph, destinations),
        cutoff_ds=int(checked_limits(graph, [limit_ds])[0]),
        method=method,
        threads=threads,
    )


def times_between(
    graph: Graph,
    origins: Points,
    destinations: Points,
    *,
    cutoff_ds: int,
    method: Method = "auto",
    threads: int | None = None,
) -> npt.NDArray[np.int32]:
    """Measure the times between all pairs, searching from the side with fewer points."""
    if len(destinations.xy) < len(origins.xy):
        times = times_from_places(
            graph, origins, destinations, cutoff_ds=cutoff_ds, method=method, threads=threads
        )
        return np.ascontiguousarray(times.T)
    every = np.arange(len(destinations.xy))
    searches = searches_of(graph, origins, destinations, every, cutoff_ds=cutoff_ds)
    return filled(graph, origins, searches, len(every), method, threads)


def times_from_places(
    graph: Graph,
    origins: Points,
    places: Points,
    *,
    cutoff_ds: int,
    method: Method = "auto",
    threads: int | None = None,
) -> npt.NDArray[np.int32]:
    """Measure the times of all origins to each place, shape (places, origins), from the places."""
    every = np.arange(len(origins.xy))
    searches = searches_of(graph, places, origins, every, cutoff_ds=cutoff_ds, reverse=True)
    return filled(graph, places, searches, len(every), method, threads)


def filled(
    graph: Graph,
    sources: Points,
    searches: Searches,
    targets: int,
    method: Method,
    threads: int | None,
) -> npt.NDArray[np.int32]:
    """Search every source, and give one row of times each."""
    times = np.full((len(sources.xy), targets), UNREACHED, dtype=np.int32)

    def batch(piece: Piece, work: Any) -> None:
        time_batches(searches, piece.begin, piece.end, work, times)

    def single(piece: Piece, work: Any) -> None:
        time_singly(searches, piece.begin, piece.end, work, times)

    run_pieces(graph, sources, searches, batch, single, method=method, threads=threads)
    return times
