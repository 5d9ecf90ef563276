"""The quickest that journeys can be, whenever one leaves and however well the rides fit.

No wait is counted, so that no journey of any departure in any draw of the timetable gets off at a
stop sooner after leaving the door: who cannot be somewhere in time even so is too late always.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel

from .connections import ALIGHT, ARRIVAL, BOARD, DEPARTURE, FLAGS, FROM, TO, TRIP, Rows
from .journeys import Journeys
from .pairs import Pairs

Seconds = npt.NDArray[np.int64]
NOT_AT_ALL = 2**40
"""More seconds than any journey, and any clock, has: to a stop where nobody gets off."""


def quickest_to_stops(journeys: Journeys) -> Seconds:
    """Say how many seconds after leaving the door one gets off at each stop at the earliest.

    Returns
    -------
    quickest_s
        Shape (origins, stops), a day and more where no ride leads. No journey is quicker, and most
        are slower, for who waits is.

    Examples
    --------
    A minute on foot to stop 0, ten minutes' ride to stop 1, whenever that may be:

    >>> from .connections import Connections
    >>> from .pairs import pairs_of
    >>> table = Connections(np.array([[0, 1, 0, 900, 1500, 3]], dtype=np.int32), np.array([]), 2)
    >>> walks, none = pairs_of([0], [0], [60], points=1), pairs_of([], [], [], points=2)
    >>> found = quickest_to_stops(Journeys((table,), none, walks, none, None, 5400, 4))
    >>> int(found[0, 1]), bool(found[0, 0] > 86_400)
    (660, True)
    """
    access, stops = journeys.access, len(journeys.footpaths)
    boarded, own = np.unique(access.walks[:, 0].astype(np.int64), return_inverse=True)
    between = np.full((stops, boarded.size), NOT_AT_ALL, dtype=np.int64)
    for table in journeys.timetables:
        _ride_on(table.rows, journeys.footpaths, boarded, journeys.max_rides, between)
    found = np.full((len(access), stops), NOT_AT_ALL, dtype=np.int64)
    for origin in range(len(access)):
        walks = slice(*access.indptr[origin : origin + 2])
        ways = access.walks[walks, 1] + between[:, own[walks]]
        found[origin] = ways.min(axis=1, initial=NOT_AT_ALL)
    return found


@kernel
def _ride_on(  # noqa: C901 - to call for each connection costs more than it does
    rows: Rows, footpaths: Pairs, boarded: Seconds, rides: int, found: Seconds
) -> None:
    """Lower the seconds to each stop from being at each of some, by so many rides of one day."""
    last = np.int64(-1)
    for row in range(rows.shape[0]):
        last = max(last, rows[row, TRIP])
    ready, off = np.empty_like(found), np.empty_like(found)
    # how long one has been on the way less what the clock says, aboard each trip
    aboard = np.empty((last + 1, boarded.size), dtype=np.int64)
    ready[:, :] = NOT_AT_ALL
    for own in range(boarded.size):
        ready[boarded[own], own] = 0
    for _ in range(rides):
        off[:, :], aboard[:, :] = NOT_AT_ALL, NOT_AT_ALL
        for row in range(rows.shape[0]):
            trip, start, end = rows[row, TRIP], rows[row, FROM], rows[row, TO]
            if rows[row, FLAGS] & BOARD:
                for own in range(boarded.size):
                    begun = ready[start, own] - rows[row, DEPARTURE]
                    aboard[trip, own] = min(aboard[trip, own], begun)
            if rows[row, FLAGS] & ALIGHT:
                for own in range(boarded.size):
                    off[end, own] = min(off[end, own], aboard[trip, own] + rows[row, ARRIVAL])
        ready[:, :] = NOT_AT_ALL
        for stop in range(found.shape[0]):
            for own in range(boarded.size):
                found[stop, own] = min(found[stop, own], off[stop, own])
            for place in range(footpaths.indptr[stop], footpaths.indptr[stop + 1]):
                other, walk_s = footpaths.walks[place, 0], footpaths.walks[place, 1]
                for own in range(boarded.size):
                    ready[other, own] = min(ready[other, own], off[stop, own] + walk_s)
