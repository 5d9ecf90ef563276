"""Windows: the departures that are asked for, in blocks of 64, each with its connections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.errors import NetworkError
from htkgis.network.lanes import LANES

from .connections import DEPARTURE, TRIP, Connections, Rows
from .masks import LATEST
from .needless_walks import chosen, needed_walks
from .pairs import Pairs, by_length

MAX_SPAN_S = LATEST - 1
"""Seconds from the first departure of a block to the last arrival that labels can hold."""


class Period(NamedTuple):
    """Connections of some hours, their trips numbered anew up to ``trips``.

    ``footpaths`` are the walks between stops that they need, those of each stop by length.
    """

    rows: Rows
    trips: int
    footpaths: Pairs


class Block(NamedTuple):
    """Up to 64 departures; times are in seconds after ``base_s``, itself after midnight.

    ``started[t]`` are the lanes that have left the door by second ``t``, up to when all have.
    ``rows`` are the connections that may serve them, their trips numbered anew up to ``trips``;
    ``footpaths`` the walks between stops that they need, those of each stop by length, each at
    least a second. Journeys may take ``cutoff_s``; the last second that counts is ``last_s``.
    """

    base_s: int
    leaving_s: npt.NDArray[np.int64]
    started: npt.NDArray[np.int64]
    rows: Rows
    trips: int
    footpaths: Pairs
    cutoff_s: int
    last_s: int


def every_minute(start_s: int, window_min: int) -> npt.NDArray[np.int64]:
    """List a departure each minute of a window, its end left out.

    Examples
    --------
    >>> every_minute(7 * 3600, 3).tolist()
    [25200, 25260, 25320]
    """
    return start_s + 60 * np.arange(window_min, dtype=np.int64)


def blocks_of(
    connections: Connections,
    footpaths: Pairs,
    departures_s: npt.ArrayLike,
    *,
    cutoff_s: int,
) -> list[Block]:
    """Cut departures into blocks.

    Parameters
    ----------
    connections
        The service day.
    footpaths
        Walks between stops by the stop that is left, the time before a departure included.
    departures_s
        Seconds after midnight, rising, at least one.
    cutoff_s
        Longest travel time that counts, >= 0.

    Returns
    -------
    blocks
        In the order of the departures.

    Raises
    ------
    NetworkError
        If there is no departure, they do not rise, or 64 of them and the cutoff span more than
        18 hours.

    Examples
    --------
    >>> from .pairs import pairs_of
    >>> none = Connections(np.zeros((0, 6), dtype=np.int32), np.array([]), 0)
    >>> walks = pairs_of([], [], [], points=0)
    >>> blocks = blocks_of(none, walks, range(70), cutoff_s=600)
    >>> [(block.base_s, block.leaving_s.size, block.last_s) for block in blocks]
    [(0, 64, 663), (64, 6, 605)]
    """
    departures = checked_departures(departures_s, cutoff_s)
    return blocks_in(
        whole_period(connections, footpaths, departures, cutoff_s), departures, cutoff_s
    )


def checked_departures(departures_s: npt.ArrayLike, cutoff_s: int) -> npt.NDArray[np.int64]:
    """Return rising departures, or say what is wrong with them or the cutoff."""
    departures = np.asarray(departures_s, dtype=np.int64)
    if departures.size == 0 or (np.diff(departures) < 0).any() or cutoff_s < 0:
        msg = (
            f"departures: {departures.size} of them, cutoff {cutoff_s} s; at least one departure, "
            "in rising order, and a cutoff of 0 or more are allowed. Correct the window."
        )
        raise NetworkError(msg)
    return departures


def whole_period(
    connections: Connections, footpaths: Pairs, departures: npt.NDArray[np.int64], cutoff_s: int
) -> Period:
    """Take what may serve departures, from the first to the cutoff of the last."""
    return period_of(connections, footpaths, int(departures[0]), int(departures[-1]) + cutoff_s)


def whole_periods(
    timetables: Sequence[Connections],
    footpaths: Pairs,
    departures: npt.NDArray[np.int64],
    cutoff_s: int,
) -> list[Period]:
    """Take what may serve departures in every draw of a timetable; see :func:`whole_period`."""
    start_s, end_s = int(departures[0]), int(departures[-1]) + cutoff_s
    known: dict[bytes, Pairs] = {}
    return [period_of(table, footpaths, start_s, end_s, known=known) for table in timetables]


def period_of(
    connections: Connections,
    footpaths: Pairs,
    start_s: int,
    end_s: int,
    *,
    known: dict[bytes, Pairs] | None = None,
) -> Period:
    """Take what leaves from ``start_s`` to ``end_s``, and the walks between stops it needs.

    Draws of one timetable mostly need the same, so that who asks for many hands over ``known``, in
    which these are noted by which walks they are.
    """
    rows = connections.between(start_s, end_s).copy()
    trips = _number_anew(rows)
    needed, noted = needed_walks(rows, footpaths), {} if known is None else known
    key = needed.tobytes()
    if key not in noted:
        noted[key] = by_length(chosen(footpaths, needed))
    return Period(rows, trips, noted[key])


@kernel
def _number_anew(rows: Rows) -> int:
    """Give the trips of connections numbers from 0, in their order; tell how many there are."""
    last = np.int64(-1)
    for row in range(rows.shape[0]):
        last = max(last, rows[row, TRIP])
    number = np.full(last + 1, -1, dtype=np.int64)
    for row in range(rows.shape[0]):
        number[rows[row, TRIP]] = 0
    trips = 0
    for trip in range(number.size):
        if number[trip] == 0:
            number[trip] = trips
            trips += 1
    for row in range(rows.shape[0]):
        rows[row, TRIP] = number[rows[row, TRIP]]
    return trips


def blocks_in(
    period: Period, departures: npt.NDArray[np.int64], cutoff_s: int, *, width: int = LANES
) -> list[Block]:
    """Cut departures into blocks of ``width`` of a period that holds all that may serve them."""
    return [
        _block(period, departures[begin : begin + width], cutoff_s)
        for begin in range(0, departures.size, width)
    ]


def _block(period: Period, departures: npt.NDArray[np.int64], cutoff_s: int) -> Block:
    base_s = int(departures[0])
    leaving_s = departures - base_s
    last_s = int(leaving_s[-1]) + cutoff_s
    if last_s > MAX_SPAN_S:
        msg = (
            f"departures: {departures.size} of them and a cutoff of {cutoff_s} s span {last_s} s; "
            f"{MAX_SPAN_S} s are allowed. Ask for a shorter window or a lower cutoff."
        )
        raise NetworkError(msg)
    begin, end = np.searchsorted(period.rows[:, DEPARTURE], [base_s, base_s + last_s + 1])
    rows = period.rows[begin:end]
    started = _started(leaving_s)
    return Block(base_s, leaving_s, started, rows, period.trips, period.footpaths, cutoff_s, last_s)


def _started(leaving_s: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """List the lanes that have left by each second, one bit each."""
    bits = np.uint64(1) << np.arange(leaving_s.size, dtype=np.uint64)
    left = np.zeros(int(leaving_s[-1]) + 1, dtype=np.uint64)
    np.bitwise_or.at(left, leaving_s, bits)
    return np.bitwise_or.accumulate(left).view(np.int64)
