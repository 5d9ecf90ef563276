"""Profiles of stops: from each departure on, when who waits for it is where, worked out once.

Where the frequencies of a timetable are drawn a hundred times, each origin asks every draw again
what a bus that is caught leads to. That does not depend on the origin: it is worked out for each
stop and departure, for all targets side by side, from the last departure back to the first. Then
an origin only looks up what it catches at the stops that it walks to (:mod:`.many_draws`).

Dibbelt, J., Pajor, T., Strasser, B. and Wagner, D. (2018). Connection scan algorithm. ACM
Journal of Experimental Algorithmics 23, 1.7, section 4 (profiles), with a limit on rides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.network.lanes import LANES, Lanes, empty_lanes, unreached_lanes
from htkgis.network.threads import share_out

from .answers import checked_rides
from .connections import ALIGHT, ARRIVAL, BOARD, DEPARTURE, FLAGS, FROM, TO, TRIP
from .journeys import Journeys
from .masks import LATEST, sooner_by
from .pairs import Pairs
from .windows import MAX_SPAN_S, Period, checked_departures, whole_periods

NEVER = np.iinfo(np.int32).max
"""Second of the departure behind the last one of a stop."""
Numbers = npt.NDArray[np.int64]


class Columns(NamedTuple):
    """Which target stands in which lane: counted ones, then timed ones.

    ``counted`` and ``timed`` are numbers of destinations; a counted one that no stop leads to has
    no lane. ``egress`` has ``width`` rows of lanes per stop: seconds from getting off to the target
    of each lane, ``LATEST`` where no walk leads there.
    """

    counted: Numbers
    timed: Numbers
    width: int
    egress: Lanes


class StopProfiles(NamedTuple):
    """What waiting at a stop leads to, in every draw of the timetable; see :func:`profiles_of`.

    Departures of draw ``d`` from stop ``s`` are the entries from ``starts[d, s]`` on, rising;
    behind the last of them stands :data:`NEVER`. ``departure_s`` are seconds after ``base_s``.
    ``labels`` have ``columns.width`` rows of lanes per entry: when who is at the stop by then is at
    the target of each lane at the earliest, in seconds after ``base_s``, ``LATEST`` if never.
    """

    base_s: int
    leaving_s: Numbers
    columns: Columns
    starts: Numbers
    departure_s: npt.NDArray[np.int32]
    labels: Lanes

    @property
    def draws(self) -> int:
        """How often the timetable was drawn."""
        return len(self.starts)


class _Draw(NamedTuple):
    """One timetable, ready to be scanned backwards; ``entry`` is where each row boards, or -1."""

    period: Period
    starts: Numbers
    entry: Numbers
    departure_s: npt.NDArray[np.int32]


def profiles_of(
    journeys: Journeys,
    departures_s: npt.ArrayLike,
    *,
    counted: int,
    threads: int | None = None,
    periods: Sequence[Period] | None = None,
) -> StopProfiles:
    """Work out what waiting at each stop leads to, in every draw of the timetable.

    Parameters
    ----------
    journeys
        What journeys are made of; of which origins does not matter.
    departures_s
        When one leaves the door: seconds after midnight, rising.
    counted
        How many destinations, from the first on, are counted; those behind are timed.
    threads
        How many threads work, as many as there are processors where missing.
    periods
        What :func:`~.windows.whole_periods` gives of these departures, where somebody has it.

    Raises
    ------
    NetworkError
        If the number of rides, the departures or the cutoff are out of range.
    """
    departures, rides = (
        checked_departures(departures_s, journeys.cutoff_s),
        checked_rides(journeys.max_rides),
    )
    columns = _columns(journeys, counted)
    if periods is None:
        periods = whole_periods(
            journeys.timetables, journeys.footpaths, departures, journeys.cutoff_s
        )
    draws = [_draw(journeys, period, departures) for period in periods]
    first = np.cumsum([0, *(len(draw.departure_s) for draw in draws)])
    labels = unreached_lanes(int(first[-1]) * columns.width, LATEST - 1)
    last_s = int(departures[-1] - departures[0]) + journeys.cutoff_s

    def worker(taken: Iterator[int]) -> None:
        room = _room(draws, columns)
        for number in taken:
            own = labels[first[number] * columns.width : first[number + 1] * columns.width]
            _fill(draws[number], columns, rides, last_s, own, room)

    share_out(range(len(draws)), worker, threads=threads)
    return StopProfiles(
        base_s=int(departures[0]),
        leaving_s=departures - departures[0],
        columns=columns,
        starts=np.stack([draw.starts + begin for draw, begin in zip(draws, first, strict=False)]),
        departure_s=np.concatenate([draw.departure_s for draw in draws]),
        labels=labels,
    )


def digests_of_stops(profiles: StopProfiles, until_s: int) -> npt.NDArray[np.uint8]:
    """Hash what waiting at each stop leads to, in every draw, for all who are there by a second.

    Two stops of two timetables with one hash lead to every target as soon, whenever one is there
    up to then: whatever else of the timetables differs is of no use from there.

    Parameters
    ----------
    profiles
        Of any draws; whoever compares hashes knows that the targets are the same, and when one
        leaves the door.
    until_s
        Seconds after the first departure from the door.

    Returns
    -------
    digests
        Shape (stops, 32).

    Examples
    --------
    >>> from .connections import Connections
    >>> from .pairs import pairs_of
    >>> none = pairs_of([], [], [], points=2)
    >>> to_stop = pairs_of([0], [1], [0], points=1)
    >>> def from_stops(*trips):
    ...     rows = np.array([[0, 1, n, *times, 3] for n, times in enumerate(trips)], dtype=np.int32)
    ...     table = Connections(rows, np.array([]), 2)
    ...     own = Journeys((table,), none, none, to_stop, None, 900, 1)
    ...     return digests_of_stops(profiles_of(own, [0], counted=1), 100)
    >>> one = from_stops((60, 90), (100, 130))
    >>> [(from_stops((60, 90), *more) == one).all(axis=1).tolist()
    ...  for more in ([(100, 131)], [(100, 130), (150, 160)])]
    [[False, True], [True, True]]
    """
    departure_s, width = profiles.departure_s, profiles.columns.width
    hashed = [hashlib.sha256() for _ in range(profiles.starts.shape[1] - 1)]
    for starts in profiles.starts.tolist():
        for own, begin, end in zip(hashed, starts, starts[1:], strict=False):
            # the first departure that is too late for all of them is still caught by some
            caught = int(departure_s[begin : end - 1].searchsorted(until_s)) + 1
            own.update(caught.to_bytes(8, "little"))
            own.update(departure_s[begin : begin + caught].data)
            own.update(profiles.labels[begin * width : (begin + caught) * width].data)
    return np.array([list(own.digest()) for own in hashed], dtype=np.uint8).reshape(-1, 32)


def lanes_asked(
    journeys: Journeys, departures_s: npt.ArrayLike, *, counted: int
) -> tuple[int, int]:
    """Count the rows of lanes that :func:`profiles_of` would lay out.

    Returns
    -------
    width, rows
        For one departure of a stop; and for all, at most, of 128 bytes each: more than memory
        holds where the hours are too many for 16 bits.
    """
    departures = checked_departures(departures_s, journeys.cutoff_s)
    first, last = int(departures[0]), int(departures[-1]) + journeys.cutoff_s
    stops = len(journeys.footpaths)
    ridden = int((np.diff(journeys.egress.indptr)[:counted] > 0).sum())
    width = _width(ridden + len(journeys.egress) - counted)
    if last - first > MAX_SPAN_S:
        return width, NEVER
    entries = sum(len(table.between(first, last)) + stops for table in journeys.timetables)
    return width, entries * width


def _width(lanes: int) -> int:
    return max(1, -(-lanes // LANES))


def _columns(journeys: Journeys, counted: int) -> Columns:
    egress, stops = journeys.egress, len(journeys.footpaths)
    ridden = np.flatnonzero(np.diff(egress.indptr)[:counted] > 0)
    timed = np.arange(counted, len(egress))
    width = _width(len(ridden) + len(timed))
    rows = empty_lanes(stops * width, LATEST - 1)
    flat = rows.reshape(stops, width * LANES)
    for lane, target in enumerate([*ridden, *timed]):
        for stop, seconds in egress.walks[egress.indptr[target] : egress.indptr[target + 1]]:
            flat[stop, lane] = min(int(flat[stop, lane]), int(seconds))
    return Columns(ridden, timed, width, rows)


def _draw(journeys: Journeys, period: Period, departures: Numbers) -> _Draw:
    rows = _since(period.rows, departures)
    return _Draw(period._replace(rows=rows), *_entries(rows, len(journeys.footpaths)))


@kernel
def _entries(
    rows: npt.NDArray[np.int32], stops: int
) -> tuple[Numbers, Numbers, npt.NDArray[np.int32]]:
    """List the departures of each stop, behind them one that never comes; see :class:`_Draw`."""
    starts, entry = np.zeros(stops + 1, dtype=np.int64), np.full(rows.shape[0], -1, dtype=np.int64)
    for row in range(rows.shape[0]):
        if rows[row, FLAGS] & BOARD != 0:
            starts[rows[row, FROM] + 1] += 1
    for stop in range(stops):
        starts[stop + 1] += starts[stop] + 1
    departure_s, behind = np.full(starts[stops], NEVER, dtype=np.int32), starts.copy()
    for row in range(rows.shape[0]):
        if rows[row, FLAGS] & BOARD != 0:
            entry[row] = behind[rows[row, FROM]]
            departure_s[entry[row]] = rows[row, DEPARTURE]
            behind[rows[row, FROM]] += 1
    return starts, entry, departure_s


def _since(rows: npt.NDArray[np.int32], departures: Numbers) -> npt.NDArray[np.int32]:
    moved = rows.copy()
    moved[:, [DEPARTURE, ARRIVAL]] -= np.int32(departures[0])
    return moved


def _room(draws: Sequence[_Draw], columns: Columns) -> tuple[Lanes, Lanes]:
    """Lay out rows for the trips and for the departures of whichever draw has most."""
    trips = max((draw.period.trips for draw in draws), default=0)
    entries = max((len(draw.departure_s) for draw in draws), default=0)
    return (
        unreached_lanes(trips * columns.width, LATEST - 1),
        unreached_lanes(entries * columns.width, LATEST - 1),
    )


def _fill(
    draw: _Draw,
    columns: Columns,
    rides: int,
    last_s: int,
    labels: Lanes,
    room: tuple[Lanes, Lanes],
) -> None:
    """Fill the labels of one draw: of one ride, and from those of one more, and so on."""
    aboard, before = room[0][: draw.period.trips * columns.width], room[1][: len(labels)]
    for ride in range(rides):
        labels.fill(LATEST)
        aboard.fill(LATEST)
        _add_ride(
            draw.period.rows,
            draw.entry,
            draw.starts,
            draw.departure_s,
            draw.period.footpaths,
            columns.egress,
            columns.width,
            last_s,
            int(ride > 0),
            before,
            aboard,
            labels,
        )
        if ride + 1 < rides:
            before[:] = labels


@kernel
def _add_ride(  # noqa: PLR0913, PLR0917 - numba knows no keywords
    rows: npt.NDArray[np.int32],
    entry: Numbers,
    starts: Numbers,
    departure_s: npt.NDArray[np.int32],
    footpaths: Pairs,
    egress: Lanes,
    width: int,
    last_s: int,
    changing: int,
    before: Lanes,
    aboard: Lanes,
    labels: Lanes,
) -> None:
    """Label every departure by what one ride leads to, ``before`` holds what more rides do."""
    for row in range(rows.shape[0] - 1, -1, -1):
        trip, arrival = rows[row, TRIP] * width, rows[row, ARRIVAL]
        if rows[row, FLAGS] & ALIGHT and arrival <= last_s:
            stop = rows[row, TO]
            for part in range(width):
                sooner_by(egress, stop * width + part, arrival, aboard, trip + part)
            if changing != 0:
                for place in range(footpaths.indptr[stop], footpaths.indptr[stop + 1]):
                    ready_s = arrival + footpaths.walks[place, 1]
                    if ready_s > last_s:
                        break
                    other = footpaths.walks[place, 0]
                    caught = caught_from(departure_s, starts[other], starts[other + 1] - 1, ready_s)
                    for part in range(width):
                        sooner_by(before, caught * width + part, 0, aboard, trip + part)
        if entry[row] >= 0:
            own = entry[row] * width
            for part in range(width):
                # whoever is here by then may as well wait for the next one
                sooner_by(labels, own + width + part, 0, labels, own + part)
                sooner_by(aboard, trip + part, 0, labels, own + part)


@kernel
def caught_from(departure_s: npt.NDArray[np.int32], low: int, high: int, ready_s: int) -> int:
    """Find the first departure of a stop from a second on; ``high`` is the one that never comes."""
    while low < high:
        middle = (low + high) >> 1
        if departure_s[middle] >= ready_s:
            high = middle
        else:
            low = middle + 1
    return low
