"""Needless walks: changes that no earliest arrival needs in a window, left out exactly.

Who has got off at a stop need not walk to another one for a trip that can be boarded at the
first stop as well. A walk is left out if that holds of every trip of the window that the other
stop has: most walks between neighbouring stops of one line.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.network.search import NOBODY

from .connections import BOARD, DEPARTURE, FLAGS, FROM, TO, TRIP, Rows
from .pairs import Pairs


class Trips(NamedTuple):
    """Connections with their order along stops and trips.

    Stop ``i`` is left by the connections ``by_stop[starts[i]:starts[i + 1]]``; ``before`` and
    ``after`` are the connections of the same trip, -1 where there is none.
    """

    rows: Rows
    by_stop: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    before: npt.NDArray[np.int64]
    after: npt.NDArray[np.int64]


def needed_footpaths(rows: Rows, footpaths: Pairs) -> Pairs:
    """Leave out the walks between stops that no earliest arrival needs.

    Parameters
    ----------
    rows
        Connections of a window, by departure.
    footpaths
        Walks between stops by the stop that is left, the time before a departure included.

    Returns
    -------
    needed
        Those that may change an arrival anywhere; the walk of a stop to itself if it has any
        departure.

    Examples
    --------
    Of a line over the stops 0, 1, 2, the walk from 1 to the stop before is of no use:

    >>> from .pairs import pairs_of
    >>> rows = np.array([[0, 1, 0, 0, 60, 3], [1, 2, 0, 60, 120, 3]], dtype=np.int32)
    >>> walks = pairs_of([1, 1], [0, 1], [200, 60], points=3)
    >>> needed_footpaths(rows, walks).walks.tolist()
    [[1, 60]]
    """
    return chosen(footpaths, needed_walks(rows, footpaths))


def needed_walks(rows: Rows, footpaths: Pairs) -> npt.NDArray[np.bool_]:
    """Tell which walks :func:`needed_footpaths` keeps, shape (walks,)."""
    needed = np.zeros(len(footpaths.walks), dtype=np.bool_)
    _mark(_trips_of(rows, len(footpaths)), footpaths, needed)
    return needed


def chosen(footpaths: Pairs, needed: npt.NDArray[np.bool_]) -> Pairs:
    """Take some of the walks between stops."""
    stops = len(footpaths)
    owner = np.repeat(np.arange(stops), np.diff(footpaths.indptr))[needed]
    counts = np.bincount(owner, minlength=stops)
    return Pairs(
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        np.ascontiguousarray(footpaths.walks[needed]),
    )


@kernel
def _trips_of(rows: Rows, stops: int) -> Trips:
    """Put connections in order by the stop that is left, and find the next ones of each trip."""
    starts, last = np.zeros(stops + 1, dtype=np.int64), np.int64(NOBODY)
    before = np.full(rows.shape[0], NOBODY, dtype=np.int64)
    after, by_stop = before.copy(), before.copy()
    for row in range(rows.shape[0]):
        starts[rows[row, FROM] + 1] += 1
        last = max(last, rows[row, TRIP])
    for stop in range(stops):
        starts[stop + 1] += starts[stop]
    last_of, behind = np.full(last + 1, NOBODY, dtype=np.int64), starts.copy()
    for row in range(rows.shape[0]):
        stop, trip = rows[row, FROM], rows[row, TRIP]
        by_stop[behind[stop]] = row
        behind[stop] += 1
        before[row] = last_of[trip]
        if last_of[trip] != NOBODY:
            after[last_of[trip]] = row
        last_of[trip] = row
    return Trips(rows, by_stop, starts, before, after)


@kernel
def _mark(trips: Trips, footpaths: Pairs, needed: npt.NDArray[np.bool_]) -> None:
    """Mark the walks of which some trip is in need."""
    rows, by_stop, starts = trips.rows, trips.by_stop, trips.starts
    indptr, walks = footpaths.indptr, footpaths.walks
    for stop in range(indptr.size - 1):
        waits = -1
        for place in range(indptr[stop], indptr[stop + 1]):
            if walks[place, 0] == stop:
                waits = walks[place, 1]
        for place in range(indptr[stop], indptr[stop + 1]):
            other, walk = walks[place, 0], walks[place, 1]
            for number in range(starts[other], starts[other + 1]):
                row = by_stop[number]
                shorter = other != stop and 0 <= waits <= walk
                if rows[row, FLAGS] & BOARD and not (
                    shorter and _boarded_here(trips, row, stop, walk - waits)
                ):
                    needed[place] = True
                    break


@kernel
def _boarded_here(trips: Trips, row: int, stop: int, spare_s: int) -> bool:
    """Tell whether a trip can be boarded at ``stop`` as well, with time that walking takes."""
    rows, before = trips.rows, trips.before
    if rows[row, TO] == stop:
        # its next stop: whoever gets on later is as far, and to get off there is no use
        following = trips.after[row]
        return bool(following == NOBODY or rows[following, FLAGS] & BOARD != 0)
    departure = rows[row, DEPARTURE]
    earlier = before[row]
    while earlier != NOBODY and departure - rows[earlier, DEPARTURE] <= spare_s:
        if rows[earlier, FROM] == stop and rows[earlier, FLAGS] & BOARD:
            return True
        earlier = before[earlier]
    return False
