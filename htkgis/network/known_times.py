"""Travel times over the streets of which some are known: only the others are searched.

How long it takes from one point to another depends on the streets and on where these two meet them,
and on no other point. Where the streets are those of before, a place that has moved is searched
for alone, and so is a home.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from .graph import Graph
from .search import search_limit
from .snap import Snaps
from .street_times import TravelTimes, arriving_side, departing_side, street_times

Rows = npt.NDArray[np.int64]


class KnownTimes(NamedTuple):
    """Travel times, and all that they depend on; made by :func:`street_times_beside`.

    Parameters
    ----------
    streets
        Hash of the arcs that were searched and of the limit, 32 bytes.
    origins, destinations
        How each point meets the streets, int32, shape (n, 10) and (m, 10).
    indptr, to_index, time_ds
        As :class:`TravelTimes` holds them.
    """

    streets: npt.NDArray[np.uint8]
    origins: npt.NDArray[np.int32]
    destinations: npt.NDArray[np.int32]
    indptr: npt.NDArray[np.int64]
    to_index: npt.NDArray[np.int32]
    time_ds: npt.NDArray[np.int32]


def street_times_beside(
    graph: Graph,
    origins: Snaps,
    destinations: Snaps,
    *,
    limit_ds: int | None,
    earlier: Mapping[str, Any] | None = None,
) -> tuple[TravelTimes, KnownTimes]:
    """Measure travel times like :func:`street_times`, beside those that were measured before.

    Parameters
    ----------
    graph, origins, destinations, limit_ds
        As :func:`street_times` takes them.
    earlier
        Fields of what this gave as known before, of any graph, points and limit; nothing where
        it is missing. It spares searches and changes no time.

    Returns
    -------
    times, known
        What :func:`street_times` gives; and what ``earlier`` takes the next time.

    Examples
    --------
    A home, and a school at the other end of a street of 100 m; then a second school halfway, which
    is all that is searched:

    >>> import geopandas as gpd, shapely
    >>> from .graph import build_graph
    >>> from .snap import snap
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s"], "from_node": ["a"], "to_node": ["b"], "length_m": [100.0],
    ...      "oneway": [False], "walk": [True]},
    ...     geometry=[shapely.LineString([(0, 0), (100, 0)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> points = gpd.GeoDataFrame(
    ...     {"id": ["home", "far", "near"]}, geometry=gpd.points_from_xy([0, 100, 50], [0, 0, 0]))
    >>> home, far, both = (snap(graph, own, max_snap_m=10)
    ...                    for own in (points[:1], points[1:2], points[1:]))
    >>> _, known = street_times_beside(graph, home, far, limit_ds=None)
    >>> times, _ = street_times_beside(graph, home, both, limit_ds=None, earlier=known._asdict())
    >>> times.time_ds.tolist()
    [1000, 500]
    """
    sides = departing_side(graph, origins), arriving_side(graph, destinations)
    streets = _hash(graph, search_limit(limit_ds))
    from_rows, to_rows = (_rows(side) for side in sides)
    found = None
    if earlier and np.array_equal(earlier["streets"], streets):
        before = KnownTimes(**{name: np.asarray(earlier[name]) for name in KnownTimes._fields})
        place_of_from = _places(from_rows, before.origins)
        place_of_to = _places(to_rows, before.destinations)
        if _pays(place_of_from < 0, place_of_to < 0):
            known = _taken(before, place_of_from, place_of_to)
            lacking = _lacking(
                graph, origins, destinations, place_of_from < 0, place_of_to < 0, limit_ds
            )
            found = _joined(origins, destinations, [known, *lacking])
    if found is None:
        found = street_times(graph, origins, destinations, limit_ds=limit_ds)
    return found, KnownTimes(
        streets, from_rows, to_rows, found.indptr, found.to_index, found.time_ds
    )


def _hash(graph: Graph, limit: int) -> npt.NDArray[np.uint8]:
    """Hash the arcs, which are all that a search between two junctions sees, and the limit."""
    hashed = hashlib.sha256(f"{graph.nodes} {limit}".encode())
    for array in (graph.indptr, graph.adjacency):
        hashed.update(np.ascontiguousarray(array).tobytes())
    return np.frombuffer(hashed.digest(), dtype=np.uint8)


def _rows(side: Any) -> npt.NDArray[np.int32]:
    """Put how each point meets the streets into one row, to the last bit."""
    columns = [part if part.ndim == 2 else part[:, None] for part in map(np.asarray, side)]  # noqa: PLR2004
    plain = [np.ascontiguousarray(column).view(np.int32) for column in columns]
    return np.concatenate(plain, axis=1)


def _places(rows: npt.NDArray[np.int32], before: npt.NDArray[np.int32]) -> Rows:
    """Find each row among those of before; -1 where it is not there."""
    if rows.shape[1:] != before.shape[1:]:
        return np.full(len(rows), -1, dtype=np.int64)
    number = {row.tobytes(): place for place, row in enumerate(before)}
    return np.array([number.get(row.tobytes(), -1) for row in rows], dtype=np.int64)


def _pays(new_from: npt.NDArray[np.bool_], new_to: npt.NDArray[np.bool_]) -> bool:
    """Tell whether fewer searches are made than for all, each from the side of fewer points."""
    beside = min(len(new_from), int(new_to.sum()))
    beside += min(int(new_from.sum()), int((~new_to).sum()))
    return beside < min(len(new_from), len(new_to))


def _taken(before: KnownTimes, place_of_from: Rows, place_of_to: Rows) -> tuple[Rows, ...]:
    """Take the times between points of before: rows of origin, destination and deciseconds."""
    shape = (len(before.origins), len(before.destinations))
    # a decisecond more, for a sparse array may drop what is nothing
    times = csr_array((before.time_ds + 1, before.to_index, before.indptr), shape=shape)
    own_from, own_to = np.flatnonzero(place_of_from >= 0), np.flatnonzero(place_of_to >= 0)
    kept = times[place_of_from[own_from]][:, place_of_to[own_to]].tocoo()
    return own_from[kept.row], own_to[kept.col], kept.data.astype(np.int64) - 1


def _lacking(
    graph: Graph,
    origins: Snaps,
    destinations: Snaps,
    new_from: npt.NDArray[np.bool_],
    new_to: npt.NDArray[np.bool_],
    limit_ds: int | None,
) -> list[tuple[Rows, ...]]:
    """Search between all origins and new destinations, and between new origins and the others."""
    every = np.arange(len(new_from))
    parts: list[tuple[Rows, ...]] = []
    for from_rows, to_rows in (
        (every, np.flatnonzero(new_to)),
        (np.flatnonzero(new_from), np.flatnonzero(~new_to)),
    ):
        if len(from_rows) and len(to_rows):
            ends = origins.where(from_rows), destinations.where(to_rows)
            found = street_times(graph, *ends, limit_ds=limit_ds)
            parts.append(
                (
                    from_rows[found.from_index],
                    to_rows[found.to_index],
                    found.time_ds.astype(np.int64),
                )
            )
    return parts


def _joined(origins: Snaps, destinations: Snaps, parts: list[tuple[Rows, ...]]) -> TravelTimes:
    """Put times into the order of the origins, then of the destinations."""
    origin, to, time_ds = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.lexsort((to, origin))
    counts = np.bincount(origin, minlength=len(origins))
    return TravelTimes(
        from_ids=origins.ids,
        to_ids=destinations.ids,
        indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        to_index=to[order].astype(np.int32),
        time_ds=time_ds[order].astype(np.int32),
    )
