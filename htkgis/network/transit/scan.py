"""Scan: one pass over the connections for 64 departures at once, with a limit on rides.

Who walks from the door is at a stop as long after leaving in every lane. From the second ride on
a stop has a row of labels per number of rides, when a lane is *ready* to board, and one row for
when it first *arrived* by any. A trip has a mask of the lanes that sit in it after at most so many
rides. A lane is handed on by the fewest rides that carry it, and not at all where as many or fewer
brought it to the same stop by then: so most lanes move in one row only. Beside the rows stand
numbers that spare most looks at them: which lanes were ready up to now and when the next one will
be, which lanes have a label and the latest that any of them was given.

After Dibbelt et al. (2018), see :mod:`~htkgis.network.transit.connections`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.network.lanes import LANES, Lanes, empty_lanes

from .connections import ALIGHT, ARRIVAL, BOARD, DEPARTURE, FLAGS, FROM, TO, TRIP
from .masks import EVERY_LANE, LATEST, lanes_until, lower_lanes
from .windows import Block

WALK, REACHED = range(2)
"""Columns of a stop: seconds from the door; lanes that arrived by any ride."""
NOW, NEXT = range(2)
"""Columns of a stop from the second ride on, a pair per number of rides: lanes that are ready;
when the next one will be."""
LAST, SOME = range(2)
"""Columns of labels, a pair per number of rides: none is later; lanes that have one."""


class ScanWork(NamedTuple):
    """Arrays that scans share one after the other; see :func:`scan_work`.

    ``stops``, ``boarding`` and ``alighted`` have a row per stop, ``arrived`` too; ``ready`` has
    one per stop and number of rides, from one on.
    """

    rides: int
    stops: npt.NDArray[np.int64]
    boarding: npt.NDArray[np.int64]
    alighted: npt.NDArray[np.int64]
    ready: Lanes
    arrived: Lanes
    aboard: npt.NDArray[np.int64]


def scan_work(stops: int, trips: int, *, rides: int) -> ScanWork:
    """Lay out the arrays for the scans of one thread.

    Parameters
    ----------
    stops, trips
        How many there are.
    rides
        Most rides of a journey, >= 1.
    """
    work = ScanWork(
        rides=rides,
        stops=np.ones((stops, 2 * rides), dtype=np.int64),
        boarding=np.zeros((stops, 2 * rides), dtype=np.int64),
        alighted=np.zeros((stops, 2 * rides), dtype=np.int64),
        ready=empty_lanes(stops * (rides - 1), LATEST - 1),
        arrived=empty_lanes(stops, LATEST - 1),
        aboard=np.zeros(trips * rides, dtype=np.int64),
    )
    clear_scan(work)
    return work


@kernel
def board_first(walks: npt.NDArray[np.int32], work: ScanWork) -> None:
    """Note the stops that are walked to before the first ride, each once among ``walks``."""
    for place in range(walks.shape[0]):
        work.stops[walks[place, 0], WALK] = walks[place, 1]


@kernel
def scan(block: Block, work: ScanWork) -> None:  # noqa: C901, PLR0912, PLR0915 - cut in two it is twice as slow
    """Pass over the connections of a block, whose first stops :func:`board_first` noted."""
    # taken out once: to hand the whole on for every connection would cost more than the scan
    rides, stops, boarding, alighted = work.rides, work.stops, work.boarding, work.alighted
    aboard, ready, arrived, started = work.aboard, work.ready, work.arrived, block.started
    rows, base_s, leaving_s, last_s = block.rows, block.base_s, block.leaving_s, block.last_s
    cutoff_s, starts, footpaths = block.cutoff_s, block.footpaths.indptr, block.footpaths.walks
    over, everybody = 0, started[-1]
    travelling = everybody
    for row in range(rows.shape[0]):
        start, stop, trip = rows[row, FROM], rows[row, TO], rows[row, TRIP] * rides
        departure, flags = rows[row, DEPARTURE] - base_s, rows[row, FLAGS]
        arrival = rows[row, ARRIVAL] - base_s
        while over < leaving_s.size and leaving_s[over] + cutoff_s < departure:
            over += 1
            travelling = everybody & (EVERY_LANE << over)
        counts = flags & ALIGHT != 0 and arrival <= last_s
        fewer = 0
        for ride in range(rides):
            mask = aboard[trip + ride] | fewer
            if flags & BOARD and mask != everybody:
                if ride == 0:
                    mask |= _started(started, departure - stops[start, WALK])
                else:
                    if departure >= stops[start, 2 * ride + NEXT]:
                        cell = start * (rides - 1) + ride - 1
                        now, following = lanes_until(ready, cell, departure)
                        stops[start, 2 * ride + NOW] = now
                        stops[start, 2 * ride + NEXT] = following
                    mask |= stops[start, 2 * ride + NOW]
            own = mask & ~fewer
            if own == 0:
                continue
            fewer = aboard[trip + ride] = mask
            if not counts:
                continue
            own = _unmatched(alighted, stop, 0, ride, arrival, own & travelling)
            if own == 0:
                continue
            _note(alighted, stop, ride, arrival, own)
            stops[stop, REACHED] |= own
            lower_lanes(arrived, stop, arrival, own)
            if ride + 1 == rides:
                continue
            for place in range(starts[stop], starts[stop + 1]):
                time = arrival + footpaths[place, 1]
                if time > last_s:
                    break
                other = footpaths[place, 0]
                offered = own & ~_started(started, time - stops[other, WALK])
                offered = _unmatched(boarding, other, 1, ride + 1, time, offered)
                if offered != 0:
                    offered = lower_lanes(ready, other * (rides - 1) + ride, time, offered)
                    if offered != 0:
                        _note(boarding, other, ride + 1, time, offered)
                        following = min(stops[other, 2 * ride + 2 + NEXT], time)
                        stops[other, 2 * ride + 2 + NEXT] = following


@kernel
def _started(started: npt.NDArray[np.int64], seconds: int) -> int:
    """Tell which lanes have left the door so many seconds after the first, or before."""
    return 0 if seconds < 0 else started[min(seconds, started.size - 1)]


@kernel
def _note(notes: npt.NDArray[np.int64], stop: int, rides: int, time: int, lanes: int) -> None:
    """Note that lanes have a label."""
    notes[stop, 2 * rides + SOME] |= lanes
    notes[stop, 2 * rides + LAST] = max(notes[stop, 2 * rides + LAST], time)


@kernel
def _unmatched(
    notes: npt.NDArray[np.int64], stop: int, fewest: int, rides: int, time: int, lanes: int
) -> int:
    """Leave out the lanes that surely have a label as early, by as many rides or fewer."""
    for less in range(fewest, rides + 1):
        if time >= notes[stop, 2 * less + LAST]:
            lanes &= ~notes[stop, 2 * less + SOME]
    return lanes


@kernel
def clear_scan(work: ScanWork) -> None:
    """Make the arrays as they were before the scan."""
    stops, alighted, boarding = work.stops, work.alighted, work.boarding
    ready, arrived, more = work.ready, work.arrived, work.rides - 1
    for stop in range(stops.shape[0]):
        if stops[stop, REACHED] != 0:
            for lane in range(LANES):
                arrived[stop, lane] = LATEST
            alighted[stop, :] = 0
        stops[stop, WALK], stops[stop, REACHED] = LATEST, 0
        for ride in range(1, more + 1):
            if boarding[stop, 2 * ride + SOME] != 0:
                for lane in range(LANES):
                    ready[stop * more + ride - 1, lane] = LATEST
                boarding[stop, 2 * ride + SOME], boarding[stop, 2 * ride + LAST] = 0, 0
            stops[stop, 2 * ride + NOW], stops[stop, 2 * ride + NEXT] = 0, LATEST
    work.aboard[:] = 0
