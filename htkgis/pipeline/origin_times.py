"""Times over the streets from each origin to each place, and to where the data end, as arrays.

Apart from the graph they were searched on: who sums them up stays as it is where a street that
changed is on no way. An origin is searched from again only where something that its own row is
made of is another than in the run before, and for a street that takes otherwise only where a way
of its own may lead along it (:mod:`htkgis.network.spared`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.access import TimeMatrix
from htkgis.catalog import Catalog
from htkgis.network import Graph, Snaps, border_times
from htkgis.network.points import Points, arriving, departing
from htkgis.network.search_digest import border_digest, row_keys, search_digest, seen_rows
from htkgis.network.snap import NOT_SNAPPED
from htkgis.network.spared import changed_arcs, concerned, kept_arcs
from htkgis.network.street_times import street_time_matrix
from htkgis.quantities import ADULT
from htkgis.store.values import Arrays
from htkgis.units import UNREACHED

from .layers import coverage

PLACES, JOBS = "places", "jobs"
BORDER = "border_ds"
TIMES = "time_ds"
IDS, OFF, KEYS = "ids", "off", "keys"
Bools = npt.NDArray[np.bool_]


def covered_by(catalog: Catalog, streets: Any, municipality: Any, lens: str) -> dict[str, Any]:
    """Give how far the layers of places, and of jobs where these are counted, are whole."""
    roles = (PLACES, JOBS) if lens == ADULT else (PLACES,)
    return {role: coverage(catalog, role, streets, municipality) for role in roles}


def origin_times(
    graph: Graph,
    origins: Snaps,
    places: Snaps,
    covered: Mapping[str, Any],
    *,
    limit_ds: int,
    earlier: Mapping[str, npt.NDArray[Any]] | None = None,
) -> tuple[Arrays, Arrays]:
    """Measure the times from each origin to each place, whichever entrance is the nearest.

    Parameters
    ----------
    graph
        Of who travels.
    origins, places
        On it; several entrances of a place bear its id.
    covered
        Polygons inside which layers are whole, by role.
    limit_ds
        Largest time that counts, in deciseconds.
    earlier
        Both that this gave before of other points or another graph; the result is the same
        without.

    Returns
    -------
    times
        ``ids`` of the places, rising; ``time_ds``, shape (origins, places), of the smallest type
        that holds ``limit_ds`` and one more, its largest number where a place is not reached;
        ``border_ds.<role>`` and ``off``, whether it is off the streets, of each origin.
    kept
        For ``earlier``: ``keys``, of each origin a hash of all that its row is made of besides what
        ways cost, and that as :func:`htkgis.network.spared.kept_arcs` gives it.
    """
    ids = pd.Index(places.ids).unique().sort_values()
    ends, starts = arriving(graph, places), departing(graph, origins)
    digest = search_digest(graph, ends, limit_ds) + "\0".join(map(str, places.ids)).encode()
    digest += b"".join(border_digest(graph, each, costs=False) for each in covered.values())
    keys = row_keys(digest, seen_rows(starts))
    times = Arrays(
        {
            IDS: np.asarray(ids, dtype=object).astype(np.str_),
            TIMES: np.empty((len(origins), len(ids)), dtype=np.min_scalar_type(limit_ds + 1)),
            OFF: origins.edge == NOT_SNAPPED,
            **{f"{BORDER}.{role}": np.empty(len(origins), dtype=np.int32) for role in covered},
        }
    )
    place = ids.get_indexer(pd.Index(places.ids))
    before = _rows_before(graph, starts, ends, place, keys, covered, limit_ds, earlier)
    kept, fresh = np.flatnonzero(before >= 0), np.flatnonzero(before < 0)
    if earlier is not None and len(kept):  # else it may be of another number of places
        for name in (TIMES, *(f"{BORDER}.{role}" for role in covered)):
            times[name][kept] = earlier[name][before[kept]]
    if len(fresh):
        own = origins.where(fresh)
        times[TIMES][fresh] = _searched(graph, own, places, ids, limit_ds)
        for role, polygon in covered.items():
            times[f"{BORDER}.{role}"][fresh] = border_times(graph, own, polygon)
    return times, Arrays({KEYS: keys, **kept_arcs(graph)})


def _rows_before(
    graph: Graph,
    starts: Points,
    ends: Points,
    place: npt.NDArray[np.intp],
    keys: npt.NDArray[np.bytes_],
    covered: Mapping[str, Any],
    limit_ds: int,
    earlier: Mapping[str, npt.NDArray[Any]] | None,
) -> npt.NDArray[np.int64]:
    """Find the row of each origin among earlier ones that still stand; -1 where none does.

    ``place`` is the column of each of ``ends``.
    """
    before = np.full(len(keys), -1, dtype=np.int64)
    changed = None if earlier is None else changed_arcs(graph, earlier)
    if earlier is None or changed is None:
        return before
    known = {key: at for at, key in enumerate(earlier[KEYS].tolist())}
    before[:] = [known.get(key, -1) for key in keys.tolist()]
    rows = np.flatnonzero(before >= 0)
    if not len(rows) or not len(changed.start):
        return before
    through_ds = changed.through(graph, starts.chosen(rows))
    times_ds = np.minimum(earlier[TIMES][before[rows]], limit_ds)
    onward_ds = np.full(times_ds.shape[1], 2 * UNREACHED, dtype=np.int64)
    np.minimum.at(onward_ds, place, changed.onward(graph, ends))
    again = concerned(through_ds[:, None], onward_ds, times_ds).any(axis=1)
    for role, polygon in covered.items():
        own_ds = earlier[f"{BORDER}.{role}"][before[rows]]
        again |= concerned(through_ds, changed.to_border(graph, polygon), own_ds)
    before[rows[again]] = -1
    return before


def _searched(
    graph: Graph, origins: Snaps, places: Snaps, ids: pd.Index, limit_ds: int
) -> npt.NDArray[np.unsignedinteger[Any]]:
    """Search from some origins: shape (origins, ids), the least of all entrances of a place."""
    column = ids.get_indexer(pd.Index(places.ids))
    order = np.argsort(column, kind="stable")
    found = street_time_matrix(graph, origins, places, limit_ds=limit_ds)[order]
    first = np.flatnonzero(np.diff(column[order], prepend=-1))
    least = np.minimum.reduceat(found, first, axis=0) if len(first) else found
    least[least > limit_ds] = np.iinfo(least.dtype).max
    return least.T


def as_matrix(times: Mapping[str, npt.NDArray[Any]], origins: pd.Index) -> TimeMatrix:
    """Read times back as measures of access take them; ``origins`` are the ids of the rows.

    Examples
    --------
    >>> held = {"ids": np.array(["p", "q"]), "time_ds": np.array([[600, 65535]], dtype=np.uint16)}
    >>> as_matrix(held, pd.Index(["a"])).times_ds.tolist() == [[600, UNREACHED]]
    True
    """
    found = times[TIMES]
    times_ds = found.astype(np.int32)
    times_ds[found == np.iinfo(found.dtype).max] = UNREACHED
    return TimeMatrix(origins, pd.Index(times[IDS].tolist()), times_ds)


def borders(times: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[np.int32]]:
    """Give by role the deciseconds from each origin to where the layers of it end."""
    begin = f"{BORDER}."
    return {name.removeprefix(begin): times[name] for name in times if name.startswith(begin)}


def as_table(
    times: Mapping[str, npt.NDArray[Any]], origins: npt.NDArray[Any], places: pd.Series
) -> pd.DataFrame:
    """Write out one row per reached pair, contract ``TRAVEL_TIMES``.

    Parameters
    ----------
    times
        As :func:`origin_times` gives them.
    origins, places
        Ids in the order of the rows; of the places among others.

    Examples
    --------
    >>> held = {"ids": np.array(["p", "q"]), "time_ds": np.array([[600, 300]], dtype=np.uint16)}
    >>> as_table(held, np.array(["a"]), pd.Series(["q", "p"])).to_numpy().tolist()
    [['a', 'q', 300], ['a', 'p', 600]]
    """
    column = pd.Index(places).get_indexer(pd.Index(times[IDS].tolist()))
    found = times[TIMES][:, np.argsort(column)]
    row, place = np.nonzero(found < np.iinfo(found.dtype).max)
    # texts are put together once for each point, and taken from there for each pair
    ids = (pd.array(list(each), dtype="str") for each in (origins, places.iloc[np.sort(column)]))
    from_id, to_id = (each.take(at) for each, at in zip(ids, (row, place), strict=True))
    return pd.DataFrame(
        {
            "from_id": from_id,
            "to_id": to_id,
            "travel_time_ds": found[row, place].astype(np.int32),
        }
    )


def times_before(
    earlier: Mapping[str, Any] | None, times: str, keys: str
) -> dict[str, npt.NDArray[Any]] | None:
    """Take what a step gave before as :func:`origin_times` takes it; None where it gave nothing."""
    return {**earlier[times], **earlier[keys]} if earlier else None
