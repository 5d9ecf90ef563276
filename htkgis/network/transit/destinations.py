"""Ends of journeys: some of the origins, and destinations with their entrances joined."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from htkgis.network.street_times import TravelTimes

from .journeys import Journeys
from .pairs import Pairs, pairs_of, sooner


def at_places(journeys: Journeys, place_of: npt.ArrayLike, *, places: int) -> Journeys:
    """Join the destinations of journeys to places, the least of each counts, and drop others.

    Parameters
    ----------
    journeys
        To any destinations.
    place_of
        For each of the destinations the number of its place from 0, or -1 to leave it out.
    places
        How many places there are; one may have no destination.

    Returns
    -------
    journeys
        To the places in their order; whatever else they are made of is the same.

    Examples
    --------
    Two entrances of one park, 60 s and 90 s from the same stop:

    >>> egress = pairs_of([0, 1], [7, 7], [60, 90], points=2)
    >>> none = pairs_of([], [], [], points=1)
    >>> to_doors = Journeys((), none, none, egress, None, 3600, 4)
    >>> at_places(to_doors, [0, 0], places=1).egress.walks.tolist()
    [[7, 60]]
    """
    place = np.asarray(place_of, dtype=np.int64)
    direct = journeys.direct
    return journeys._replace(
        egress=_joined(journeys.egress, place, places),
        direct=None if direct is None else _joined_times(direct, place, places),
    )


def with_walks(journeys: Journeys, walks: Pairs) -> Journeys:
    """Let destinations be reached by further walks from stops; the shorter of two stays."""
    return journeys._replace(egress=sooner(journeys.egress, walks))


def of_origins(journeys: Journeys, rows: npt.ArrayLike) -> Journeys:
    """Take the journeys from some origins, so that many are measured part by part.

    Parameters
    ----------
    journeys
        From any origins.
    rows
        Numbers of the origins that are kept, in the order in which they are wanted.

    Examples
    --------
    >>> access = pairs_of([0, 1, 1], [5, 5, 6], [90, 60, 30], points=2)
    >>> both = Journeys((), access, access, access, None, 3600, 4)
    >>> of_origins(both, [1]).access.walks.tolist()
    [[5, 60], [6, 30]]
    """
    kept = np.asarray(rows, dtype=np.int64)
    indptr, entries = _entries_of(journeys.access.indptr, kept)
    access = Pairs(indptr, journeys.access.walks[entries])
    direct = journeys.direct
    if direct is not None:
        indptr, entries = _entries_of(direct.indptr, kept)
        direct = replace(
            direct,
            from_ids=direct.from_ids[kept],
            indptr=indptr,
            to_index=direct.to_index[entries],
            time_ds=direct.time_ds[entries],
        )
    return journeys._replace(access=access, direct=direct)


def _entries_of(
    indptr: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """List the numbers of the entries of some owners, and where those of each begin in the list."""
    counts = indptr[rows + 1] - indptr[rows]
    ends = np.cumsum(counts)
    entries = np.arange(counts.sum()) + np.repeat(indptr[rows] - (ends - counts), counts)
    return np.concatenate([[0], ends]).astype(np.int64), entries


def _joined(egress: Pairs, place: npt.NDArray[np.int64], places: int) -> Pairs:
    owner = np.repeat(place, np.diff(egress.indptr))
    kept = owner >= 0
    walks = egress.walks[kept]
    joined = pairs_of(owner[kept], walks[:, 0], walks[:, 1], points=places)
    return sooner(joined, pairs_of([], [], [], points=places))


def _joined_times(times: TravelTimes, place: npt.NDArray[np.int64], places: int) -> TravelTimes:
    owner = place[times.to_index]
    kept = owner >= 0
    columns = max(1, places)
    key = times.from_index[kept].astype(np.int64) * columns + owner[kept]
    time_ds = times.time_ds[kept]
    order = np.lexsort((time_ds, key))
    pair, first = np.unique(key[order], return_index=True)
    counts = np.bincount(pair // columns, minlength=len(times.from_ids))
    return replace(
        times,
        to_ids=np.arange(places).astype(str),
        indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        to_index=(pair % columns).astype(np.int32),
        time_ds=time_ds[order][first],
    )
