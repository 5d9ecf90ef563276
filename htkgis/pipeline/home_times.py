"""Times from thousands of homes to the places of jobs, searched again only for homes that moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.network import Graph, Snaps, border_times
from htkgis.network.points import arriving
from htkgis.network.search_digest import border_digest, edges_digest, seen_rows
from htkgis.network.snap import NOT_SNAPPED
from htkgis.network.street_times import street_time_matrix
from htkgis.store.values import Arrays
from htkgis.units import deciseconds

from .seen import seen

Times = npt.NDArray[np.unsignedinteger[Any]]
"""Deciseconds, shape (places, homes); more than was searched for where there is no way."""
Found = Mapping[str, npt.NDArray[Any]]
NAMES = ("time_ds", "border_ds", "off")
HOMES, KEY = "homes", "key"
KEPT = (HOMES, KEY)
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
        ``homes``, where each lies, and ``key``, a hash of all else that the times are made of.
    """
    lie = [homes.edge.astype(np.int64), _bits(homes.share), _bits(homes.distance_m)]
    made_of = [edges_digest(graph).hex(), border_digest(graph, covered).hex(), limit_min]
    key = seen(*made_of, list(ids), list(at_jobs.ids), seen_rows(arriving(graph, at_jobs)))
    kept = Arrays({HOMES: np.column_stack(lie), KEY: np.array([key])})
    off = homes.edge == NOT_SNAPPED
    moved = _moved(kept, earlier)
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


def _moved(now: Found, earlier: Found | None) -> npt.NDArray[np.intp] | None:
    """Give which homes lie elsewhere than before; None where all are to be searched for."""
    if earlier is None or now[KEY].tolist() != earlier[KEY].tolist():
        return None
    before = earlier[HOMES]
    if before.shape != now[HOMES].shape:
        return None
    moved = np.flatnonzero((now[HOMES] != before).any(axis=1))
    return moved if len(moved) * MANY <= len(before) else None


def _bits(values: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    return np.ascontiguousarray(values, dtype=np.float64).view(np.int64)
