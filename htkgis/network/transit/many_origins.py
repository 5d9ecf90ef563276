"""Many origins: a day's changes worked out once, and neighbouring origins scanned together.

The values are those of the scan of one origin (:mod:`.transit_times`); which of the two works is
chosen by how much is asked (:func:`pays`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.network.lanes import LANES, Lanes, empty_lanes
from htkgis.network.threads import share_out

from .answers import WindowTimes, checked_rides, fill_direct, lanes_of, no_answers
from .arrivals import Group, fill_group_times
from .change_scan import ChangeWork, change_work, clear_changes, scan_changes, wait_first
from .changes import Changes, changes_of
from .connections import Connections
from .journeys import Journeys
from .masks import LATEST
from .origin_groups import groups_of
from .patterns import Patterns, patterns_of
from .shared_blocks import SharedBlock, shared_blocks
from .windows import checked_departures, whole_period

FEW = 4
"""Origins that share the lanes of a scan: with more of them fewer sit in the same trip."""
ENOUGH_SCANS = 500
"""From how many scans of one origin on, in each timetable, changes are worked out first.

Measured on Porto Alegre (78,000 connections in the longest window, changes within 5 min and 3
rides, within 10 min and 4 rides, windows of 1 to 120 departures): to work changes out takes as
much CPU time as 200 to 400 scans save; from 600 on this way took less in every case.
"""
MOST_DRAWS = 8
"""Of timetables drawn more often the changes of all draws would take too much memory at once:
some 12 MB each in Porto Alegre."""


class Draw(NamedTuple):
    """One timetable of those drawn, ready to be scanned by any thread."""

    patterns: Patterns
    changes: Changes
    blocks: list[SharedBlock]


class GroupDesk(NamedTuple):
    """Arrays that the groups of one thread share; ``times`` hold all rows per origin and target."""

    work: ChangeWork
    best: Lanes
    times: Lanes
    direct_s: npt.NDArray[np.int32]
    direct_ds: npt.NDArray[np.int32]


def pays(journeys: Journeys, departures: int) -> bool:
    """Tell whether so much is asked that to work changes out first takes less time in all.

    The scan of one origin takes 64 departures at once, so it is their number that counts. Of a
    single ride there are no changes.
    """
    scans = len(journeys.access) * -(-departures // LANES)
    few_draws = len(journeys.timetables) <= MOST_DRAWS
    return scans >= ENOUGH_SCANS and few_draws and journeys.max_rides > 1


def answers_of_groups(
    journeys: Journeys,
    departures_s: npt.ArrayLike,
    weights: npt.NDArray[np.float64],
    *,
    limits_s: Sequence[int],
    percentiles: Sequence[float],
    threads: int | None = None,
) -> tuple[npt.NDArray[np.float64], WindowTimes]:
    """Answer as :func:`~.transit_times.transit_answers`, the same values."""
    departures = checked_departures(departures_s, journeys.cutoff_s)
    together = _together(len(journeys.access), departures.size)
    draws = [_draw(table, journeys, departures, together, threads) for table in journeys.timetables]
    blocks = [block for draw in draws for block in draw.blocks]
    width = LANES // together
    rows = -(-len(blocks) * width // LANES)
    lanes = lanes_of([block.leaving_s.size for block in blocks], width=width)
    answers = no_answers(
        journeys, weights, lanes=lanes, rows=rows, limits_s=limits_s, percentiles=percentiles
    )
    targets = len(journeys.egress)

    def worker(taken: Iterator[npt.NDArray[np.int64]]) -> None:
        desk = _desk_for(journeys, draws, rows, together)
        for group in taken:
            _measure(journeys, draws, group, rows, desk)
            for number, origin in enumerate(group):
                own = slice(number * targets * rows, (number + 1) * targets * rows)
                answers.fill(origin, desk.times[own], desk.direct_ds[number])

    share_out(groups_of(journeys.access, together), worker, threads=threads)
    return answers.by_departure(), answers.parts[0].times


def _together(origins: int, departures: int) -> int:
    """Choose how many origins share the lanes: a power of 2 that neither of them leaves empty.

    Examples
    --------
    >>> [_together(*given) for given in ((1, 120), (3, 120), (100, 120), (100, 5))]
    [1, 2, 4, 8]
    """
    together = 1
    while 2 * together <= min(origins, FEW if departures > LANES // FEW // 2 else 2 * FEW):
        together *= 2
    return together


def _draw(
    table: Connections,
    journeys: Journeys,
    departures: npt.NDArray[np.int64],
    together: int,
    threads: int | None,
) -> Draw:
    period = whole_period(table, journeys.footpaths, departures, journeys.cutoff_s)
    rows, patterns = patterns_of(period.rows, table.stops)
    period = period._replace(rows=rows)
    return Draw(
        patterns,
        changes_of(patterns, period.footpaths, threads=threads),
        shared_blocks(period, departures, journeys.cutoff_s, together=together),
    )


def _desk_for(journeys: Journeys, draws: Sequence[Draw], rows: int, together: int) -> GroupDesk:
    targets = len(journeys.egress)
    return GroupDesk(
        work=change_work(
            journeys.timetables[0].stops,
            max(len(draw.patterns.starts) - 1 for draw in draws),
            max(len(draw.patterns.rides) for draw in draws),
            max(draw.patterns.places for draw in draws),
            rides=checked_rides(journeys.max_rides),
        ),
        best=empty_lanes(1, LATEST - 1),
        times=empty_lanes(together * targets * rows, LATEST - 1),
        direct_s=np.empty((together, targets), dtype=np.int32),
        direct_ds=np.empty((together, targets), dtype=np.int32),
    )


def _measure(
    journeys: Journeys,
    draws: Sequence[Draw],
    group: npt.NDArray[np.int64],
    rows: int,
    desk: GroupDesk,
) -> None:
    """Fill the travel times of all departures from some origins."""
    for number, origin in enumerate(group):
        fill_direct(journeys, origin, desk.direct_ds[number], desk.direct_s[number])
    starts, walks = journeys.access
    lane = 0
    for draw in draws:
        for block in draw.blocks:
            for number, origin in enumerate(group):
                own = walks[starts[origin] : starts[origin + 1]]
                wait_first(own, number, block, draw.patterns, desk.work)
            scan_changes(block, draw.changes, desk.work)
            place = Group(lane, rows, len(group))
            fill_group_times(
                block, journeys.egress, desk.direct_s, place, desk.work, desk.best, desk.times
            )
            clear_changes(desk.work)
            lane += block.width
