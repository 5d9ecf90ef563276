"""Change scan: one pass over the connections for 64 lanes of several origins, along changes.

The values are those of :mod:`.scan`; :mod:`.many_origins` says when this way is the quicker one. A
lane is a departure of one of the origins. A trip has a mask of the lanes that sit in it per number
of rides before; a connection has one of those that wait to board it. Lanes that get off are handed
on to the connections that :mod:`.changes` names, so no walk and no time is looked at. A lane is
handed on by the fewest rides that carry it, and not at all where as many or fewer brought it to the
same stop by then; nor does it stay in a trip if it sat in an earlier one of the same pattern there.
Most connections have nobody aboard and nobody waiting, and cost one look.

After Dibbelt et al. (2018), see :mod:`~htkgis.network.transit.connections`, and Witt (2015).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.network.lanes import LANES, Lanes, empty_lanes, lowest_bit

from .changes import BEGIN, END, FRESH, Changes
from .connections import ALIGHT, ARRIVAL, DEPARTURE, FLAGS, TO, TRIP
from .masks import LATEST, lower_lanes
from .patterns import FIRST, PLACE, STRIDE, TRIPS, Patterns, first_from
from .shared_blocks import SharedBlock

LAST, SOME = range(2)
"""Columns of arrivals at a stop, a pair per number of rides: none is later; lanes that have one."""
ABOARD, TOLD = range(2)
"""Columns of a trip, a pair per number of rides: lanes aboard; those handed on from the ride before
this one."""


class ChangeWork(NamedTuple):
    """Arrays that scans share one after the other; see :func:`change_work`.

    ``alighted``, ``reached`` and ``arrived`` have a row per stop: :data:`LAST` and :data:`SOME`,
    the lanes that arrived by any ride, and when they did; ``sitting`` and ``trips`` one per trip:
    which numbers of rides somebody sits in it with, one bit each, and who; ``waiting`` and
    ``boarding`` the same per connection; ``passed`` one per place of a pattern: lanes that left
    it by as many rides or fewer.
    """

    rides: int
    alighted: npt.NDArray[np.int64]
    reached: npt.NDArray[np.int64]
    arrived: Lanes
    sitting: npt.NDArray[np.uint8]
    trips: npt.NDArray[np.int64]
    waiting: npt.NDArray[np.uint8]
    boarding: npt.NDArray[np.int64]
    passed: npt.NDArray[np.int64]


def change_work(stops: int, trips: int, connections: int, places: int, *, rides: int) -> ChangeWork:
    """Lay out the arrays for the scans of one thread.

    Parameters
    ----------
    stops, trips, connections, places
        How many there are at most, places those of all patterns.
    rides
        Most rides of a journey, 1 to 8.
    """
    return ChangeWork(
        rides=rides,
        alighted=np.zeros((stops, 2 * rides), dtype=np.int64),
        reached=np.zeros(stops, dtype=np.int64),
        arrived=empty_lanes(stops, LATEST - 1),
        sitting=np.zeros(trips, dtype=np.uint8),
        trips=np.zeros((trips, 2 * rides), dtype=np.int64),
        waiting=np.zeros(connections, dtype=np.uint8),
        boarding=np.zeros((connections, rides), dtype=np.int64),
        passed=np.zeros((places, rides), dtype=np.int64),
    )


@kernel
def wait_first(
    walks: npt.NDArray[np.int32],
    origin: int,
    block: SharedBlock,
    patterns: Patterns,
    work: ChangeWork,
) -> None:
    """Let the lanes of an origin wait for the first trips that its walks are in time for.

    ``origin`` is its number among those of the block.
    """
    rides, ways = patterns.rides, patterns.ways
    row, indptr = patterns.row, patterns.indptr
    started, everybody, shift = block.started, block.started[-1], origin * block.width
    for place in range(walks.shape[0]):
        stop, walk_s = walks[place, 0], walks[place, 1]
        for way in range(indptr[stop], indptr[stop + 1]):
            earlier = 0
            for trip in range(
                first_from(rides, ways, way, block.base_s + walk_s), ways[way, TRIPS]
            ):
                ride = ways[way, FIRST] + trip * ways[way, STRIDE]
                number = row[ride] - block.begin
                if number >= block.rows.shape[0] or earlier == everybody:
                    break
                seconds = rides[ride, DEPARTURE] - block.base_s - walk_s
                lanes = started[min(seconds, started.size - 1)]
                if lanes != earlier:
                    work.boarding[number, 0] |= (lanes & ~earlier) << shift
                    work.waiting[number] |= 1
                    earlier = lanes


@kernel
def scan_changes(block: SharedBlock, changes: Changes, work: ChangeWork) -> None:  # noqa: C901, PLR0912, PLR0915 - cut in two it is slower
    """Pass over the connections of a block, whose first trips :func:`wait_first` noted."""
    # taken out once: to hand the whole on for every connection would cost more than the scan
    rows, begin, late = block.rows, block.begin, block.late
    leaving_s, base_s, cutoff_s, last_s = (
        block.leaving_s,
        block.base_s,
        block.cutoff_s,
        block.last_s,
    )
    most, alighted, reached, arrived = work.rides, work.alighted, work.reached, work.arrived
    sitting, trips, passed = work.sitting, work.trips, work.passed
    waiting, boarding = work.waiting, work.boarding
    spans, targets, over = changes.spans, changes.targets, 0
    end = len(rows)
    for number in range(end):
        trip = rows[number, TRIP]
        left = 0 | waiting[number] | sitting[trip]
        if left == 0:
            continue
        departure, arrival = rows[number, DEPARTURE] - base_s, rows[number, ARRIVAL] - base_s
        while over < leaving_s.size and leaving_s[over] + cutoff_s < departure:
            over += 1
        travelling, stop, place = late[over], rows[number, TO], rows[number, PLACE]
        counts = rows[number, FLAGS] & ALIGHT != 0 and arrival <= last_s
        fewer, still = 0, 0
        while left != 0:
            ride = lowest_bit(left)
            left &= left - 1
            own = (trips[trip, 2 * ride + ABOARD] | boarding[number, ride]) & travelling
            own &= ~(fewer | passed[place, ride])
            boarding[number, ride] = 0
            trips[trip, 2 * ride + ABOARD] = own
            if own == 0:
                trips[trip, 2 * ride + TOLD] = 0
                continue
            fewer |= own
            still |= 1 << ride
            for more in range(ride, most):
                passed[place, more] |= own
            if counts:
                for less in range(ride + 1):
                    if arrival >= alighted[stop, 2 * less + LAST]:
                        own &= ~alighted[stop, 2 * less + SOME]
            else:
                own = 0
            told = trips[trip, 2 * ride + TOLD]
            trips[trip, 2 * ride + TOLD] = own
            if own == 0:
                continue
            alighted[stop, 2 * ride + SOME] |= own
            alighted[stop, 2 * ride + LAST] = max(alighted[stop, 2 * ride + LAST], arrival)
            reached[stop] |= own
            lower_lanes(arrived, stop, arrival, own)
            if ride + 1 == most:
                continue
            bit = np.uint8(1 << (ride + 1))
            for target in range(spans[begin + number, BEGIN], spans[begin + number, FRESH]):
                other = targets[target] - begin
                if other < end:
                    boarding[other, ride + 1] |= own
                    waiting[other] |= bit
            # who was handed on from the ride before is there already
            own &= ~told
            if own == 0:
                continue
            for target in range(spans[begin + number, FRESH], spans[begin + number, END]):
                other = targets[target] - begin
                if other < end:
                    boarding[other, ride + 1] |= own
                    waiting[other] |= bit
        waiting[number], sitting[trip] = 0, still


@kernel
def clear_changes(work: ChangeWork) -> None:
    """Make the arrays as they were before the scan, which left nobody waiting."""
    for stop in range(work.reached.size):
        if work.reached[stop] != 0:
            work.reached[stop] = 0
            work.alighted[stop, :] = 0
            for lane in range(LANES):
                work.arrived[stop, lane] = LATEST
    work.sitting[:] = 0
    work.trips[:] = 0
    work.passed[:] = 0
