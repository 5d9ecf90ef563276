"""Patterns: trips of a period over the same stops that never overtake each other.

Whoever may board several trips of a pattern loses nothing by taking the first. So a change asks
for one trip of each pattern, found by halving, and who sat in an earlier trip of a pattern when it
left a place need not sit in a later one that leaves it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel

from .connections import ARRIVAL, BOARD, DEPARTURE, FLAGS, FROM, TO, TRIP, Rows

PLACE = 6
"""Column of a connection behind those of a service day: where in which pattern it is."""
FIRST, STRIDE, TRIPS = range(3)
"""Columns of a way to board at a stop: the connection of the first trip of a pattern, how many
connections lie between those of two trips, how many trips there are."""
HASH_START, HASH_FACTOR = 1_469_598_103_934_665_603, 1_099_511_628_211

Numbers = npt.NDArray[np.int64]


class Patterns(NamedTuple):
    """Connections of a period, trip after trip, the trips of a pattern after each other.

    Parameters
    ----------
    rides
        Connections in that order, int32, shape (n, 6), columns as in a service day; trips are
        numbered in this order too.
    row
        Row of each of them among the connections by departure.
    ride
        The other way round.
    starts
        Trip ``t`` has the rides ``starts[t]:starts[t + 1]``.
    indptr, ways
        Ways to board at stop ``s`` are ``ways[indptr[s]:indptr[s + 1]]``, columns ``FIRST`` to
        ``TRIPS``.
    places
        How many places all patterns have.
    """

    rides: Rows
    row: npt.NDArray[np.int32]
    ride: npt.NDArray[np.int32]
    starts: Numbers
    indptr: Numbers
    ways: Numbers
    places: int


def patterns_of(rows: Rows, stops: int) -> tuple[Rows, Patterns]:
    """Put the trips of some connections together to patterns.

    Parameters
    ----------
    rows
        Connections, sorted by departure, those of a trip in their order.
    stops
        How many stops there are.

    Returns
    -------
    rows, patterns
        The same connections by departure, of those that leave and arrive together that of the
        earlier trip first; trips numbered anew, with column ``PLACE``.

    Examples
    --------
    Two trips from stop 0 to 1, and one that is overtaken on the way, which is a pattern of its own:

    >>> rows = np.array([[0, 1, 7, 0, 90, 3], [0, 1, 3, 10, 20, 3], [0, 1, 5, 20, 30, 3]])
    >>> by_departure, patterns = patterns_of(rows.astype(np.int32), 2)
    >>> patterns.ways.tolist(), by_departure[:, PLACE].tolist()
    ([[0, 1, 1], [1, 1, 2]], [0, 1, 1])
    """
    together = rows[np.argsort(rows[:, TRIP], kind="stable")]
    bounds = np.flatnonzero(np.diff(together[:, TRIP], prepend=-1, append=-1))
    if not len(rows):
        bounds = np.zeros(1, dtype=np.int64)
    begins, ends = bounds[:-1], bounds[1:]
    hashes = _hashes(together, bounds)
    last, first = together[ends - 1], together[begins]
    order = np.lexsort((last[:, ARRIVAL], first[:, ARRIVAL], first[:, DEPARTURE], hashes))
    begins, lengths = begins[order], (ends - begins)[order]
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    within = np.arange(len(rows)) - np.repeat(starts[:-1], lengths)
    rides = together[np.repeat(begins, lengths) + within]
    rides[:, TRIP] = np.repeat(np.arange(len(order)), lengths)
    pattern = np.zeros(len(order), dtype=np.int64)
    count = _apart(rides, starts, hashes[order], pattern)
    leaders = np.searchsorted(pattern, np.arange(count + 1))
    sizes = lengths[leaders[:-1]]
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    place = offsets[np.repeat(pattern, lengths)] + within
    # a trip comes before the later ones of its pattern, and before its own next ride
    ride = np.lexsort((rides[:, ARRIVAL], rides[:, DEPARTURE]))
    row = np.empty(len(rides), dtype=np.int32)
    row[ride] = np.arange(len(rides))
    every = np.arange(offsets[-1])
    first_ride = np.repeat(starts[leaders[:-1]] - offsets[:-1], sizes) + every
    ways = np.stack(
        [first_ride, np.repeat(sizes, sizes), np.repeat(np.diff(leaders), sizes)], axis=1
    )
    begun = rides[first_ride]
    ways, at = ways[begun[:, FLAGS] & BOARD != 0], begun[begun[:, FLAGS] & BOARD != 0, FROM]
    by_stop = np.argsort(at, kind="stable")
    patterns = Patterns(
        rides=rides,
        row=row,
        ride=ride.astype(np.int32),
        starts=starts,
        indptr=np.searchsorted(at[by_stop], np.arange(stops + 1)).astype(np.int64),
        ways=np.ascontiguousarray(ways[by_stop]),
        places=int(offsets[-1]),
    )
    by_departure = np.column_stack([rides, place])[ride].astype(np.int32)
    return np.ascontiguousarray(by_departure), patterns


@kernel
def _hashes(rides: Rows, bounds: Numbers) -> npt.NDArray[np.uint64]:
    """Give trips over the same stops, with the same flags, the same number."""
    hashes = np.zeros(bounds.size - 1, dtype=np.uint64)
    for trip in range(hashes.size):
        value = np.uint64(HASH_START)
        for ride in range(bounds[trip], bounds[trip + 1]):
            for column in (FROM, TO, FLAGS):
                value = (value ^ np.uint64(rides[ride, column])) * np.uint64(HASH_FACTOR)
        hashes[trip] = value
    return hashes


@kernel
def _apart(rides: Rows, starts: Numbers, hashes: npt.NDArray[np.uint64], pattern: Numbers) -> int:
    """Count the patterns, and number them; a trip that follows the one before it is of its own."""
    count = 0
    for trip in range(pattern.size):
        if trip == 0 or hashes[trip] != hashes[trip - 1] or not _follows(rides, starts, trip):
            count += 1
        pattern[trip] = count - 1
    return count


@kernel
def _follows(rides: Rows, starts: Numbers, trip: int) -> bool:
    """Tell whether a trip has the stops of the one before it, and is never sooner anywhere."""
    length = starts[trip + 1] - starts[trip]
    if starts[trip] - starts[trip - 1] != length:
        return False
    for own in range(starts[trip], starts[trip + 1]):
        before = own - length
        for column in (FROM, TO, FLAGS):
            if rides[own, column] != rides[before, column]:
                return False
        for column in (DEPARTURE, ARRIVAL):
            if rides[own, column] < rides[before, column]:
                return False
    return True


@kernel
def first_from(rides: Rows, ways: Numbers, way: int, time: int) -> int:
    """Find the first trip of a way to board that leaves at a time or later; ``TRIPS`` if none."""
    low, high = 0, ways[way, TRIPS]
    first, stride = ways[way, FIRST], ways[way, STRIDE]
    while low < high:
        middle = (low + high) >> 1
        if rides[first + middle * stride, DEPARTURE] >= time:
            high = middle
        else:
            low = middle + 1
    return low
