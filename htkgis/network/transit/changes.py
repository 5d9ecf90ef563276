"""Changes: from where one gets off a trip to where one gets on another, worked out once per trip.

What a change leads to is the same for everybody who makes it, at whatever minute and from
whichever origin. So the changes of all trips are worked out before anybody is, those of no use
left out, and then a scan hands on lanes without looking at any walk or time.

A change is left out in three cases, each of which loses no earliest arrival: staying aboard is as
early at all stops that it leads to; another change from the same stop is; a change from a later
stop of the trip is earlier at all of them. The last must be earlier, not merely as early: people
who come to that later stop by another trip are not followed any more, and where each of two trips
relied on the other's later stop, nobody would change at all. The idea is that of Witt, S. (2015).
Trip-based public transit routing. Algorithms - ESA 2015, 1025-1036.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.network.search import NOBODY
from htkgis.network.threads import share_out

from .connections import ALIGHT, ARRIVAL, FLAGS, TO, TRIP
from .pairs import Pairs
from .patterns import FIRST, STRIDE, TRIPS, Patterns, first_from

BEGIN, FRESH, END = range(3)
"""Columns of the changes of a connection: they are ``targets[BEGIN:END]``; those up to ``FRESH``
are none of the connection before it in its trip."""
NEVER = 2**62
FIRST_ROOM = 2**16
TRIPS_AT_ONCE = 256
"""Trips that a thread takes at a time."""

Numbers = npt.NDArray[np.int64]
Targets = npt.NDArray[np.int32]


class Changes(NamedTuple):
    """Changes of all trips of a period, which all threads read; see :func:`changes_of`.

    ``spans`` has a row per connection by departure, columns ``BEGIN`` to ``END`` of ``targets``,
    which are connections by departure too.
    """

    spans: Numbers
    targets: Targets


class Notes(NamedTuple):
    """What a thread notes while it works changes out, one trip after the other.

    ``targets`` are those found, ``used`` how many; ``options`` bounds the changes from each stop.
    ``best`` holds by stop twice the time that is to be beaten, one more where a change makes it,
    ``noted`` the ride that it is from; ``seen`` the ride before which had a change as well.
    """

    targets: Targets
    used: Numbers
    options: Numbers
    best: Numbers
    noted: Numbers
    seen: Targets


def changes_of(patterns: Patterns, footpaths: Pairs, *, threads: int | None = None) -> Changes:
    """Work out the changes of all trips.

    Parameters
    ----------
    patterns
        Of a period.
    footpaths
        Walks between stops that it needs, the time before a departure included.
    threads
        How many threads work, as many as there are processors where missing; the changes do not
        depend on it.

    Returns
    -------
    changes
        Of each connection, those from where it ends.
    """
    trips = len(patterns.starts) - 1
    spans = np.zeros((len(patterns.rides), 3), dtype=np.int64)
    pieces = range(0, trips, TRIPS_AT_ONCE)
    found: list[Targets] = [np.empty(0, dtype=np.int32)] * len(pieces)

    def worker(taken: Iterator[int]) -> None:
        notes = _no_notes(patterns, footpaths)
        for first in taken:
            end, trip = min(first + TRIPS_AT_ONCE, trips), first
            notes.used[0] = 0
            while (trip := work_out(patterns, footpaths, trip, end, notes, spans)) < end:
                notes = with_room(notes, patterns, trip)
            found[first // TRIPS_AT_ONCE] = notes.targets[: notes.used[0]].copy()

    share_out(pieces, worker, threads=threads)
    # each piece counted its changes from 0
    begins = np.concatenate([[0], np.cumsum([len(own) for own in found])]).astype(np.int64)
    piece = patterns.rides[patterns.ride, TRIP] // TRIPS_AT_ONCE
    spans += begins[piece][:, None]
    return Changes(spans, np.concatenate([*found, np.empty(0, dtype=np.int32)]))


def _no_notes(patterns: Patterns, footpaths: Pairs) -> Notes:
    ways = np.diff(patterns.indptr)[footpaths.walks[:, 0]]
    sums = np.concatenate([[0], np.cumsum(ways)]).astype(np.int64)
    return Notes(
        targets=np.empty(FIRST_ROOM, dtype=np.int32),
        used=np.zeros(1, dtype=np.int64),
        options=sums[footpaths.indptr[1:]] - sums[footpaths.indptr[:-1]],
        best=np.full(len(footpaths), NEVER, dtype=np.int64),
        noted=np.full(len(footpaths), NOBODY, dtype=np.int64),
        seen=np.full(len(patterns.rides), NOBODY, dtype=np.int32),
    )


def with_room(notes: Notes, patterns: Patterns, trip: int) -> Notes:
    """Make room for the changes of a trip, and for as many again as there are."""
    begin, end = patterns.starts[trip : trip + 2]
    most = int(notes.options[patterns.rides[begin:end, TO]].sum())
    targets = np.empty(2 * int(notes.used[0]) + most, dtype=np.int32)
    targets[: notes.used[0]] = notes.targets[: notes.used[0]]
    return notes._replace(targets=targets)


@kernel
def work_out(
    patterns: Patterns, footpaths: Pairs, first: int, last: int, notes: Notes, spans: Numbers
) -> int:
    """Work out the changes of some trips; give the first that there is no room for, or the end."""
    rides = patterns.rides
    for trip in range(first, last):
        begin, end = patterns.starts[trip], patterns.starts[trip + 1]
        most = 0
        for ride in range(begin, end):
            most += notes.options[rides[ride, TO]]
        if notes.used[0] + most > notes.targets.size:
            return trip
        for ride in range(end - 1, begin - 1, -1):
            span = spans[patterns.row[ride]]
            span[BEGIN] = notes.used[0]
            if rides[ride, FLAGS] & ALIGHT:
                _note_staying(patterns, ride, notes)
                _add_from(patterns, footpaths, ride, notes)
            span[END] = notes.used[0]
        for ride in range(begin, end):
            _put_fresh_first(patterns, ride, ride > begin, notes, spans)
    return last


@kernel
def _note_staying(patterns: Patterns, ride: int, notes: Notes) -> None:
    """Note when who stays aboard is where a ride ends."""
    trip, stop = patterns.rides[ride, TRIP], patterns.rides[ride, TO]
    time, by = 2 * patterns.rides[ride, ARRIVAL], notes.noted[stop]
    # a time that another trip left behind is none
    other = by < patterns.starts[trip] or by >= patterns.starts[trip + 1]
    if other or time < notes.best[stop]:
        notes.best[stop], notes.noted[stop] = time, ride


@kernel
def _add_from(patterns: Patterns, footpaths: Pairs, ride: int, notes: Notes) -> None:
    """Add the changes from where a ride ends, of each pattern the first trip, if it is of use."""
    rides, walks = patterns.rides, footpaths.walks
    stop, arrival = rides[ride, TO], rides[ride, ARRIVAL]
    for place in range(footpaths.indptr[stop], footpaths.indptr[stop + 1]):
        other, time = walks[place, 0], arrival + walks[place, 1]
        for way in range(patterns.indptr[other], patterns.indptr[other + 1]):
            number = first_from(rides, patterns.ways, way, time)
            if number == patterns.ways[way, TRIPS]:
                continue
            target = patterns.ways[way, FIRST] + number * patterns.ways[way, STRIDE]
            if _beats(patterns, target, ride, notes):
                notes.targets[notes.used[0]] = patterns.row[target]
                notes.used[0] += 1


@kernel
def _beats(patterns: Patterns, target: int, ride: int, notes: Notes) -> bool:
    """Tell whether a trip is earlier anywhere than what is known, and note it there."""
    rides, found, best, noted = patterns.rides, False, notes.best, notes.noted
    trip = rides[ride, TRIP]
    begin, end = patterns.starts[trip], patterns.starts[trip + 1]
    for own in range(target, patterns.starts[rides[target, TRIP] + 1]):
        if rides[own, FLAGS] & ALIGHT == 0:
            continue
        stop, time = rides[own, TO], 2 * rides[own, ARRIVAL]
        by = noted[stop]
        # a time that another trip left behind is none; from the same stop ties are of no use
        if by < begin or by >= end or time < best[stop] - (best[stop] & 1 if by == ride else 0):
            best[stop], noted[stop] = time + 1, ride
            found = True
    return found


@kernel
def _put_fresh_first(  # numba takes follows so
    patterns: Patterns,
    ride: int,
    follows: bool,  # noqa: FBT001
    notes: Notes,
    spans: Numbers,
) -> None:
    """Put the changes first that are none of the ride before in the same trip."""
    targets, seen = notes.targets, notes.seen
    span = spans[patterns.row[ride]]
    if follows:
        before = spans[patterns.row[ride - 1]]
        for number in range(before[BEGIN], before[END]):
            seen[targets[number]] = ride
    fresh = span[BEGIN]
    for number in range(span[BEGIN], span[END]):
        if not follows or seen[targets[number]] != ride:
            targets[number], targets[fresh] = targets[fresh], targets[number]
            fresh += 1
    span[FRESH] = fresh
