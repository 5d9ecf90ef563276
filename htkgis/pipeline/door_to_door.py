"""Ways from door to door without any ride: searched again only from where something changed.

An origin's row is kept under a hash of all that decides it: the arcs of the graph, the places and
how far they are looked for, and where the origin lies on the streets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from htkgis.network import Graph, Snaps, TravelTimes
from htkgis.network.points import arriving, departing
from htkgis.network.ragged import ragged_rows
from htkgis.network.search_digest import row_keys, search_digest, seen_rows
from htkgis.network.transit import from_door_to_door
from htkgis.store.values import Arrays

KEYS, PARTS = "keys", ("indptr", "to_index", "time_ds")


def door_to_door(
    graph: Graph,
    origins: Snaps,
    ends: Snaps,
    limits_ds: npt.NDArray[np.int64],
    *,
    earlier: Mapping[str, npt.NDArray[Any]] | None = None,
) -> tuple[TravelTimes, Arrays]:
    """Measure the ways of :func:`htkgis.network.transit.from_door_to_door`.

    Parameters
    ----------
    graph, origins, ends, limits_ds
        As it takes them.
    earlier
        What this gave before of other inputs, as ``kept``; the result is the same without.

    Returns
    -------
    ways, kept
        What it gives, and for ``earlier`` the same as arrays with a hash of what each row is of.
    """
    digest = search_digest(graph, arriving(graph, ends), 0) + limits_ds.tobytes()
    keys = row_keys(digest, seen_rows(departing(graph, origins)))
    known = {} if not earlier else {key: row for row, key in enumerate(earlier[KEYS].tolist())}
    before = np.array([known.get(key, -1) for key in keys.tolist()], dtype=np.int64)
    there, fresh = np.flatnonzero(before >= 0), np.flatnonzero(before < 0)
    if earlier and len(there):
        again = from_door_to_door(graph, origins.where(fresh), ends, limits_ds)
        ways = _joined(origins, again, earlier, np.concatenate([fresh, there]), before[there])
    else:
        ways = from_door_to_door(graph, origins, ends, limits_ds)
    return ways, Arrays({KEYS: keys} | {part: getattr(ways, part) for part in PARTS})


def _joined(
    origins: Snaps,
    again: TravelTimes,
    earlier: Mapping[str, npt.NDArray[Any]],
    row: npt.NDArray[np.int64],
    kept: npt.NDArray[np.int64],
) -> TravelTimes:
    """Put new rows and some of before into the order of the origins; ``row`` is where each goes."""
    indptr, to_index, time_ds = (np.asarray(earlier[part]) for part in PARTS)
    entries, _ = ragged_rows(indptr, kept)
    begin = np.concatenate([again.indptr, again.indptr[-1] + np.cumsum(np.diff(indptr)[kept])])
    rows, owner = ragged_rows(begin, np.argsort(row, kind="stable"))
    counts = np.bincount(owner, minlength=len(row))
    return TravelTimes(
        from_ids=origins.ids,
        to_ids=again.to_ids,
        indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        to_index=np.concatenate([again.to_index, to_index[entries]])[rows],
        time_ds=np.concatenate([again.time_ds, time_ds[entries]])[rows],
    )
