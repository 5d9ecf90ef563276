"""Travel times over the streets between all pairs of two sets of points.

time = connector of the origin + shortest path + connector of the destination, and what the
mode takes at the start and the end of every trip. Searches
start at the side with fewer points, against the arrows if that is the destinations, neighbours
together where they are many, and give the same integers whichever way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.units import UNREACHED

from .accumulate import time_batches
from .graph import Graph
from .points import Points, arriving, departing
from .search import Side, arcs_of, fill_times, search_limit, workspace
from .searches import searches_of
from .snap import Snaps
from .time_matrix import filled

FEW = 16
"""So many searches one by one take as long as it takes to fold a graph, as batches need it."""
FEW_AT_FIRST = 256
"""And so many as long as it takes to load the kernels of batches, a second in each process."""
BLOCK_CELLS = 4_000_000
"""Pairs that are held densely at a time, 16 MB; only those within the limit are kept."""


@dataclass(frozen=True, eq=False)
class TravelTimes:
    """Travel times between origins and destinations, only the pairs that are reached.

    Parameters
    ----------
    from_ids, to_ids
        Text ids of all origins and destinations, those without any pair included.
    indptr
        Origin ``i`` owns the entries ``indptr[i]:indptr[i + 1]``; int64, shape (n + 1,).
    to_index
        Position of the destination in ``to_ids`` per entry, int32, rising per origin.
    time_ds
        Deciseconds per entry, int32, >= 0.
    """

    from_ids: npt.NDArray[Any]
    to_ids: npt.NDArray[Any]
    indptr: npt.NDArray[np.int64]
    to_index: npt.NDArray[np.int32]
    time_ds: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.to_index)

    @property
    def from_index(self) -> npt.NDArray[np.int32]:
        """Position of the origin in ``from_ids`` per entry."""
        return np.repeat(np.arange(len(self.from_ids), dtype=np.int32), np.diff(self.indptr))

    def origins_of(self, entries: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Position of the origin in ``from_ids`` of some entries, shape of ``entries``."""
        return np.searchsorted(self.indptr, entries, side="right") - 1

    def to_table(self) -> pd.DataFrame:
        """Write out one row per reached pair, contract ``TRAVEL_TIMES``.

        Returns
        -------
        table
            Columns ``from_id``, ``to_id`` and ``travel_time_ds`` (deciseconds), in the
            order of the origins, then of the destinations; no row where none is reached.

        Examples
        --------
        >>> one = TravelTimes(np.array(["a"]), np.array(["b"]), np.array([0, 1]),
        ...                   np.array([0]), np.array([600]))
        >>> one.to_table().to_dict("records")
        [{'from_id': 'a', 'to_id': 'b', 'travel_time_ds': 600}]
        """
        return pd.DataFrame(
            {
                "from_id": pd.Series(self.from_ids[self.from_index], dtype="str"),
                "to_id": pd.Series(self.to_ids[self.to_index], dtype="str"),
                "travel_time_ds": self.time_ds,
            }
        )


def street_times(
    graph: Graph,
    origins: Snaps,
    destinations: Snaps,
    *,
    limit_ds: int | None,
    threads: int | None = None,
) -> TravelTimes:
    """Measure the travel time from every origin to every destination within a limit.

    Two points of one edge are joined along it where that direction is open, or around.

    Parameters
    ----------
    graph
        The graph both sets were snapped to.
    origins, destinations
        Snapped points; those that are not snapped have no pair.
    limit_ds
        Largest total time that is kept, in deciseconds; every reachable pair where missing.
    threads
        How many threads to use at most; as many as there are processors where missing.

    Returns
    -------
    times
        Reached pairs; a pair that cannot be reached, or only later, has no entry.

    Examples
    --------
    From one end of a street of 100 m to the other, at 3.6 km/h (1 m/s):

    >>> import geopandas as gpd, shapely
    >>> from .graph import build_graph
    >>> from .snap import snap
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s"], "from_node": ["a"], "to_node": ["b"], "length_m": [100.0],
    ...      "oneway": [False], "walk": [True]},
    ...     geometry=[shapely.LineString([(0, 0), (100, 0)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> ends = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=gpd.points_from_xy([0, 100], [0, 0]))
    >>> snaps = snap(graph, ends, max_snap_m=10)
    >>> street_times(graph, snaps, snaps, limit_ds=None).time_ds.tolist()
    [0, 1000, 1000, 0]
    """
    sources, targets, reverse = _from_the_fewer(graph, origins, destinations)
    found = _reached(graph, sources, targets, reverse=reverse, limit_ds=limit_ds, threads=threads)
    origin, to, time_ds = found
    if reverse:
        order = np.argsort(to, kind="stable")
        origin, to, time_ds = to[order], origin[order], time_ds[order]
    counts = np.bincount(origin, minlength=len(origins))
    return TravelTimes(
        from_ids=origins.ids,
        to_ids=destinations.ids,
        indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        to_index=to.astype(np.int32),
        time_ds=time_ds,
    )


def street_time_matrix(
    graph: Graph, origins: Snaps, destinations: Snaps, *, limit_ds: int
) -> npt.NDArray[np.unsignedinteger[Any]]:
    """Measure the times of :func:`street_times` as one array, where most pairs are within reach.

    Parameters
    ----------
    graph, origins, destinations, limit_ds
        As :func:`street_times` takes them.

    Returns
    -------
    times
        Deciseconds, shape (destinations, origins), of the smallest type that holds ``limit_ds``
        and one more, which stands where a pair is not reached within the limit.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from .graph import build_graph
    >>> from .snap import snap
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s"], "from_node": ["a"], "to_node": ["b"], "length_m": [100.0],
    ...      "oneway": [False], "walk": [True]},
    ...     geometry=[shapely.LineString([(0, 0), (100, 0)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> ends = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=gpd.points_from_xy([0, 100], [0, 0]))
    >>> snaps = snap(graph, ends, max_snap_m=10)
    >>> street_time_matrix(graph, snaps, snaps, limit_ds=600).tolist()
    [[0, 601], [601, 0]]
    """
    sources, targets, reverse = _from_the_fewer(graph, origins, destinations)
    shape, none = (len(sources.xy), len(targets.xy)), search_limit(limit_ds) + 1
    times = np.empty(shape, dtype=np.min_scalar_type(none))
    blocks = _blocks(graph, sources, targets, reverse=reverse, limit_ds=limit_ds, threads=None)
    for begin, block in blocks:
        times[begin : begin + len(block)] = np.minimum(block, none)
    return times if reverse else np.ascontiguousarray(times.T)


def _from_the_fewer(
    graph: Graph, origins: Snaps, destinations: Snaps
) -> tuple[Points, Points, bool]:
    """Give the side to search from, the other one, and whether that is against the arrows."""
    leaving, coming = departing(graph, origins), arriving(graph, destinations)
    if len(destinations) < len(origins):
        return coming, leaving, True
    return leaving, coming, False


def _reached(
    graph: Graph,
    sources: Points,
    targets: Points,
    *,
    reverse: bool,
    limit_ds: int | None,
    threads: int | None,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Search from every source; list (source, target, deciseconds) of the reached pairs."""
    found = [(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int32))]
    blocks = _blocks(graph, sources, targets, reverse=reverse, limit_ds=limit_ds, threads=threads)
    for begin, times in blocks:
        source, target = np.nonzero(times < UNREACHED)
        found.append((source + begin, target, times[source, target]))
    source, target, time_ds = (np.concatenate(part) for part in zip(*found, strict=True))
    return source, target, time_ds


def _blocks(
    graph: Graph,
    sources: Points,
    targets: Points,
    *,
    reverse: bool,
    limit_ds: int | None,
    threads: int | None,
) -> Iterator[tuple[int, npt.NDArray[np.int32]]]:
    """Search from every source, some at a time: the first one's number, and rows of times."""
    rows, columns = len(sources.xy), len(targets.xy)
    limit = search_limit(limit_ds)
    least = FEW if _batches_are_loaded() else FEW_AT_FIRST
    together = limit_ds is not None and limit >= 0 and len(sources.usable) >= least
    step = max(1, BLOCK_CELLS // max(1, columns))
    for begin in range(0, rows, step):
        block = sources.chosen(np.arange(begin, min(begin + step, rows)))
        if together:
            every = np.arange(columns)
            searches = searches_of(graph, block, targets, every, cutoff_ds=limit, reverse=reverse)
            yield begin, filled(graph, block, searches, columns, "auto", threads)
        else:
            times = _one_by_one(graph, block.side, targets.side, reverse=reverse, limit=limit)
            yield begin, times


def _batches_are_loaded() -> bool:
    """Tell whether anything was searched in batches in this process."""
    return bool(getattr(time_batches, "signatures", ()))


def _one_by_one(
    graph: Graph, sources: Side, targets: Side, *, reverse: bool, limit: int
) -> npt.NDArray[np.int32]:
    """Give one row of times per source, searched on its own."""
    seeds = sources.costs[sources.costs < UNREACHED]
    work, shift = workspace(graph, spread_ds=int(seeds.max(initial=0)), limit_ds=limit)
    arcs = arcs_of(graph, reverse=reverse)
    times = np.empty((len(sources.edge), len(targets.edge)), dtype=np.int32)
    fill_times(arcs, sources, targets, reverse, limit, shift, work, times)
    return times
