"""Scan: one pass over the connections for 64 departures at once, with a limit on rides.

A stop has two rows of labels per number of rides ``k``: when a lane is *ready* to board after
``k`` rides, and when it has *arrived* by its ``k+1``-th. A trip has a mask of the lanes that sit
in it after at most so many rides. A lane is handed on by the fewest rides that carry it, and
not at all where fewer rides brought it to the same stop by then: so most lanes move in one row
only. Beside each row stand numbers that spare most looks at it: which lanes were ready up to now
and when the next one will be, which lanes have a label and the latest that any of them was given.

After Dibbelt et al. (2018), see :mod:`~htkgis.network.transit.connections`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.network.lanes import LANES, Lanes, empty_lanes
from htkgis.network.search import kernel

from .connections import ALIGHT, ARRIVAL, BOARD, DEPARTURE, FLAGS, FROM, TO, TRIP
from .masks import EVERY_LANE, LATEST, lanes_until, lower_lanes, sooner_by
from .windows import Block

LAST, SOME, NEXT, NOW = range(4)
"""Columns of notes: no label is later; lanes that have one; the earliest still to come; lanes
that are ready."""


class ScanWork(NamedTuple):
    """Arrays that scans share one after the other; see :func:`scan_work`.

    A cell is a stop and a number of rides: ``stop * rides + k``. Between two scans every label
    is ``LATEST`` and no note is taken.
    """

    rides: int
    ready: Lanes
    arrived: Lanes
    boarding: npt.NDArray[np.int64]
    alighted: npt.NDArray[np.int64]
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
    cells = stops * rides
    boarding = np.zeros((cells, 4), dtype=np.int64)
    boarding[:, NEXT] = LATEST
    return ScanWork(
        rides=rides,
        ready=empty_lanes(cells, LATEST - 1),
        arrived=empty_lanes(cells, LATEST - 1),
        boarding=boarding,
        alighted=np.zeros((cells, 2), dtype=np.int64),
        aboard=np.zeros(trips * rides, dtype=np.int64),
    )


@kernel
def board_first(block: Block, walks: npt.NDArray[np.int32], work: ScanWork) -> None:
    """Label the stops that are walked to before the first ride, each once among ``walks``."""
    rides, ready, boarding = work.rides, work.ready, work.boarding
    for place in range(walks.shape[0]):
        cell, walk = walks[place, 0] * rides, walks[place, 1]
        for lane in range(block.leaving_s.size):
            time = block.leaving_s[lane] + walk
            if time <= block.last_s:
                ready[cell, lane] = time
                _note(boarding, cell, time, 1 << lane)
        boarding[cell, NEXT] = min(block.leaving_s[0] + walk, LATEST)


@kernel
def scan(block: Block, work: ScanWork) -> None:  # noqa: C901, PLR0912 - cut in two it is slower
    """Pass over the connections of a block, whose first stops :func:`board_first` labelled."""
    # taken out once: to hand the whole on for every connection would cost more than the scan
    rides, aboard, boarding, alighted = work.rides, work.aboard, work.boarding, work.alighted
    ready, arrived = work.ready, work.arrived
    rows, base_s, leaving_s, last_s = block.rows, block.base_s, block.leaving_s, block.last_s
    cutoff_s, starts, footpaths = block.cutoff_s, block.footpaths.indptr, block.footpaths.walks
    over, travelling = 0, EVERY_LANE
    for row in range(rows.shape[0]):
        start, stop, trip = rows[row, FROM] * rides, rows[row, TO], rows[row, TRIP] * rides
        departure, flags = rows[row, DEPARTURE] - base_s, rows[row, FLAGS]
        arrival = rows[row, ARRIVAL] - base_s
        while over < leaving_s.size and leaving_s[over] + cutoff_s < departure:
            over += 1
            travelling = EVERY_LANE << over
        counts = flags & ALIGHT != 0 and arrival <= last_s
        fewer = 0
        for ride in range(rides):
            mask = aboard[trip + ride] | fewer
            if flags & BOARD and mask != EVERY_LANE:
                cell = start + ride
                if departure >= boarding[cell, NEXT]:
                    now, following = lanes_until(ready, cell, departure)
                    boarding[cell, NOW], boarding[cell, NEXT] = now, following
                mask |= boarding[cell, NOW]
            own = mask & ~fewer
            if own == 0:
                continue
            fewer = aboard[trip + ride] = mask
            if not counts:
                continue
            own = _unmatched(alighted, stop * rides, ride, arrival, own & travelling)
            if own == 0:
                continue
            cell = stop * rides + ride
            own = lower_lanes(arrived, cell, arrival, own)
            if own == 0:
                continue
            _note(alighted, cell, arrival, own)
            if ride + 1 == rides:
                continue
            for place in range(starts[stop], starts[stop + 1]):
                time = arrival + footpaths[place, 1]
                if time > last_s:
                    break
                cell = footpaths[place, 0] * rides
                offered = _unmatched(boarding, cell, ride + 1, time, own)
                if offered != 0:
                    cell += ride + 1
                    offered = lower_lanes(ready, cell, time, offered)
                    if offered != 0:
                        _note(boarding, cell, time, offered)
                        boarding[cell, NEXT] = min(boarding[cell, NEXT], time)


@kernel
def _note(notes: npt.NDArray[np.int64], cell: int, time: int, lanes: int) -> None:
    """Note that lanes have a label."""
    notes[cell, SOME] |= lanes
    notes[cell, LAST] = max(notes[cell, LAST], time)


@kernel
def _unmatched(notes: npt.NDArray[np.int64], first: int, rides: int, time: int, lanes: int) -> int:
    """Leave out the lanes that surely have a label as early, by as many rides or fewer."""
    for cell in range(first, first + rides + 1):
        if time >= notes[cell, LAST]:
            lanes &= ~notes[cell, SOME]
    return lanes


@kernel
def join_rides(work: ScanWork) -> None:
    """Lower the last row of each stop to the earliest arrival by any number of rides."""
    rides, arrived, alighted = work.rides, work.arrived, work.alighted
    for cell in range(alighted.shape[0]):
        if alighted[cell, SOME] != 0:
            last = cell - cell % rides + rides - 1
            if cell != last:
                sooner_by(arrived, cell, 0, arrived, last)
                alighted[last, SOME] |= alighted[cell, SOME]


@kernel
def clear_scan(work: ScanWork) -> None:
    """Make the arrays as they were before the scan."""
    ready, arrived, boarding, alighted = work.ready, work.arrived, work.boarding, work.alighted
    for cell in range(alighted.shape[0]):
        if boarding[cell, SOME] != 0:
            for lane in range(LANES):
                ready[cell, lane] = LATEST
            boarding[cell, LAST], boarding[cell, SOME] = 0, 0
            boarding[cell, NEXT], boarding[cell, NOW] = LATEST, 0
        if alighted[cell, SOME] != 0:
            for lane in range(LANES):
                arrived[cell, lane] = LATEST
            alighted[cell, LAST], alighted[cell, SOME] = 0, 0
    work.aboard[:] = 0
