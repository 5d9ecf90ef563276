"""Times from thousands of homes to the places of jobs, searched again only for homes that moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.network import Graph, Snaps, border_times
from htkgis.network.points import arriving, departing
from htkgis.network.search_digest import border_digest, seen_rows, streets_digest
from htkgis.network.snap import NOT_SNAPPED
from htkgis.network.spared import COSTS, WAYS, Changed, changed_arcs, concerned, kept_arcs
from htkgis.network.street_times import street_time_matrix
from htkgis.store.values import Arrays
from htkgis.units import UNREACHED, deciseconds

from .seen import seen

Times = npt.NDArray[np.unsignedinteger[Any]]
"""Deciseconds, shape (places, homes); more than was searched for where there is no way."""
Found = Mapping[str, npt.NDArray[Any]]
NAMES = ("time_ds", "border_ds", "off")
HOMES, KEY = "homes", "key"
KEPT = (HOMES, KEY, WAYS, COSTS)
MANY = 8
"""Where more than one in so many homes moved, all are searched for: by the fewer places."""


def times_to_jobs(
    graph: Graph, homes: Snaps, at_jobs: Snaps, ids: pd.Series, *, limit_min: float
) -> Times:
    """Measure the travel time from every home to every place of jobs within a limit.

    Parameters
    ----------
    at_jobs, ids
        Entrances that bear the id of their place, and the ids of the places.
    """
    limit_ds = deciseconds(limit_min)
    place = pd.Index(ids).get_indexer(at_jobs.ids)
    doors = np.flatnonzero(place >= 0)
    times = street_time_matrix(graph, homes, at_jobs.where(doors), limit_ds=limit_ds)
    if np.array_equal(place[doors], np.arange(len(ids))):
        return times
    folded = np.full((len(ids), len(homes)), limit_ds + 1, dtype=times.dtype)
    np.minimum.at(folded, place[doors], times)
    return folded


def home_times(
    graph: Graph,
    homes: Snaps,
    at_jobs: Snaps,
    ids: pd.Series,
    covered: Any,
    *,
    limit_min: float,
    earlier: Found | None = None,
) -> tuple[Arrays, Arrays]:
    """Measure times to jobs and to where these are no more known, unless they were measured before.

    Parameters
    ----------
    graph, homes, at_jobs, ids, limit_min
        As :func:`times_to_jobs` takes them.
    covered
        Polygon inside which jobs are known.
    earlier
        Both that this gave before, of other homes or streets; the result is the same without.

    Returns
    -------
    found
        ``time_ds`` (:data:`Times`), and of each home ``border_ds``, deciseconds to where jobs
        beyond the data could lie, and ``off``, whether it is off the streets.
    kept
        ``homes``, where each lies, ``key``, a hash of all else that the times are made of besides
        what ways cost, and that as :func:`htkgis.network.spared.kept_arcs` gives it.
    """
    lie = [homes.edge.astype(np.int64), _bits(homes.share), _bits(homes.distance_m)]
    border = border_digest(graph, covered, costs=False).hex()
    made_of = [streets_digest(graph).hex(), border, limit_min]
    key = seen(*made_of, list(ids), list(at_jobs.ids), seen_rows(arriving(graph, at_jobs)))
    kept = Arrays({HOMES: np.column_stack(lie), KEY: np.array([key]), **kept_arcs(graph)})
    off = homes.edge == NOT_SNAPPED
    moved = _moved(graph, homes, at_jobs, ids, covered, deciseconds(limit_min), kept, earlier)
    if earlier is None or moved is None:
        time_ds = times_to_jobs(graph, homes, at_jobs, ids, limit_min=limit_min)
        border_ds = border_times(graph, homes, covered)
    else:
        time_ds, border_ds = (np.array(earlier[name]) for name in ("time_ds", "border_ds"))
        if len(moved):
            own = homes.where(moved)
            time_ds[:, moved] = times_to_jobs(graph, own, at_jobs, ids, limit_min=limit_min)
            border_ds[moved] = border_times(graph, own, covered)
    return Arrays(time_ds=time_ds, border_ds=border_ds, off=off), kept


def _moved(
    graph: Graph,
    homes: Snaps,
    at_jobs: Snaps,
    ids: pd.Series,
    covered: Any,
    limit_ds: int,
    now: Found,
    earlier: Found | None,
) -> npt.NDArray[np.intp] | None:
    """Give the homes that lie elsewhere than before, or that a street matters to which changed.

    None where all are to be searched for.
    """
    if earlier is None or now[KEY].tolist() != earlier[KEY].tolist():
        return None
    before, changed = earlier[HOMES], changed_arcs(graph, earlier)
    if changed is None or before.shape != now[HOMES].shape:
        return None
    again = (now[HOMES] != before).any(axis=1)
    if len(changed.start):
        again |= _beside(graph, homes, changed)
        through_ds = changed.through(graph, departing(graph, homes))
        onward_ds = np.full(len(ids), 2 * UNREACHED, dtype=np.int64)
        place = pd.Index(ids).get_indexer(at_jobs.ids)
        doors = np.flatnonzero(place >= 0)
        to_doors = changed.onward(graph, arriving(graph, at_jobs.where(doors)))
        np.minimum.at(onward_ds, place[doors], to_doors)
        times_ds = np.minimum(earlier["time_ds"], limit_ds)
        again |= concerned(through_ds, onward_ds[:, None], times_ds).any(axis=0)
        again |= concerned(through_ds, changed.to_border(graph, covered), earlier["border_ds"])
    moved = np.flatnonzero(again)
    return moved if len(moved) * MANY <= len(before) else None


def _beside(graph: Graph, homes: Snaps, changed: Changed) -> npt.NDArray[np.bool_]:
    """Mark the homes on a street between two junctions that a changed arc joins."""
    joined = {
        frozenset(ends) for ends in zip(*(part.tolist() for part in changed[:2]), strict=True)
    }
    nodes = np.union1d(changed.start, changed.end)
    own = np.isin(graph.edge_from, nodes) & np.isin(graph.edge_to, nodes)
    streets = [
        edge
        for edge in np.flatnonzero(own).tolist()
        if frozenset((int(graph.edge_from[edge]), int(graph.edge_to[edge]))) in joined
    ]
    return np.isin(homes.edge, streets)


def _bits(values: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    return np.ascontiguousarray(values, dtype=np.float64).view(np.int64)
