"""Many draws of a timetable: each origin looks up what it catches in the profiles of stops.

The values are those of the scan of one origin (:mod:`.transit_times`); which of the two works is
chosen by how much is asked (:func:`profiles_pay`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.network.lanes import LANES, Lanes, empty_lanes
from htkgis.network.threads import share_out

from .answers import Answers, WindowTimes, fill_direct, no_answers
from .journeys import Journeys
from .many_origins import MOST_DRAWS
from .masks import LATEST, lanes_until, sooner_by
from .stop_profiles import StopProfiles, lanes_asked

MOST_ROWS = 3_000_000
"""Rows of lanes that profiles may take, 384 MB."""
SCANS_SAVED = 10
"""Scans of one origin, in each draw, that profiles take as much time as, by rows of lanes.

Measured on Sao Paulo (60 departures, 20 draws, 60 and 323 targets, counted and timed, 2 to 48
origins): with one row of lanes profiles took less time from 16 scans on, with six from 38 counted
and from 65 timed ones on.
"""
BYTE, VALUES = 8, 256
BYTES = LANES // BYTE


class Tally(NamedTuple):
    """What sets of counted targets come to, eight lanes at a time.

    ``amounts[k, b, v]`` is the sum of kind ``kinds[k]`` over those of lanes ``8 * b`` to
    ``8 * b + 7`` whose bit in ``v`` is set; ``spans[k]`` are the first of these bytes that counts
    anything and the one behind the last. Amounts are whole multiples of one step
    (:func:`~.answers.whole_amounts`), so that the order of adding does not matter.
    """

    kinds: npt.NDArray[np.int64]
    amounts: npt.NDArray[np.float64]
    spans: npt.NDArray[np.int64]


class LookUp(NamedTuple):
    """Arrays that the origins of one thread share one after the other.

    ``on_foot`` are the lanes that are walked to within each limit, ``sure`` what else is, by limit
    and kind; ``walked_s`` the seconds to each timed target without any ride.
    """

    current: Lanes
    soonest: Lanes
    times: Lanes
    on_foot: npt.NDArray[np.int64]
    sure: npt.NDArray[np.float64]
    walked_s: npt.NDArray[np.int64]
    direct_s: npt.NDArray[np.int32]
    direct_ds: npt.NDArray[np.int32]


def profiles_pay(
    journeys: Journeys, departures_s: npt.ArrayLike, *, counted: int, to_stops: bool = False
) -> bool:
    """Tell whether so much is asked that to work out profiles first takes less time in all.

    What a departure leads to is found for each target apart, so that few targets and many origins
    make it pay; and of few draws :mod:`.many_origins` asks as little.
    """
    if len(journeys.timetables) <= MOST_DRAWS:
        return False
    width, rows = lanes_asked(journeys, departures_s, counted=counted, to_stops=to_stops)
    scans = len(journeys.access) * -(-np.size(departures_s) // LANES)
    return rows <= MOST_ROWS and scans >= SCANS_SAVED * (width + 1)


def answers_of_profiles(
    journeys: Journeys,
    profiles: StopProfiles,
    weights: npt.NDArray[np.float64],
    parts: Sequence[npt.NDArray[np.int64]],
    *,
    limits_s: Sequence[int],
    percentiles: Sequence[float],
    threads: int | None = None,
) -> tuple[npt.NDArray[np.float64], list[WindowTimes], npt.NDArray[np.uint16]]:
    """Answer as :func:`~.transit_times.answers_of_parts`, the same values.

    Parameters
    ----------
    journeys
        From any origins; all else as in those that the profiles are of.
    profiles
        Of as many counted destinations as there are ``weights``.
    """
    total = profiles.draws * profiles.leaving_s.size
    rows = -(-total // LANES)
    answers = no_answers(
        journeys, weights, lanes=np.arange(total), rows=rows, limits_s=limits_s,
        percentiles=percentiles, parts=parts,
    )  # fmt: skip
    tally, columns = tally_of(answers.amounts, profiles), profiles.columns
    limits = np.array(limits_s, dtype=np.int64)
    soonest_s = np.full((len(journeys.access), columns.stops), LATEST, dtype=np.uint16)

    def worker(taken: Iterator[int]) -> None:
        desk = _desk_for(journeys, profiles, tally, limits, rows)
        for origin in taken:
            fill_direct(journeys, origin, desk.direct_ds, desk.direct_s)
            _walk(desk, answers, profiles, tally, limits)
            begin, end = journeys.access.indptr[origin : origin + 2]
            _look_up(
                profiles, tally, limits, journeys.access.walks[begin:end], journeys.cutoff_s, rows,
                desk, answers.sums[origin],
            )  # fmt: skip
            first = len(columns.counted) + len(columns.timed)
            soonest_s[origin] = desk.soonest.ravel()[first : first + columns.stops]
            counted = len(answers.amounts)
            for part in answers.parts:
                part.fill(origin, desk.times, desk.direct_ds[counted:], rows, answers.cutoff_s)

    share_out(range(len(journeys.access)), worker, threads=threads)
    soonest_s[soonest_s > journeys.cutoff_s] = LATEST
    return answers.by_departure(), [part.times for part in answers.parts], soonest_s


def tally_of(amounts: npt.NDArray[np.float64], profiles: StopProfiles) -> Tally:
    """Add up every set of eight counted targets; kinds of which there is none are left out."""
    own = amounts[profiles.columns.counted]
    lanes = profiles.columns.width * LANES
    kinds = np.flatnonzero(amounts.any(axis=0))
    by_lane = np.zeros((len(kinds), lanes))
    by_lane[:, : len(own)] = own[:, kinds].T
    sets = (np.arange(VALUES)[:, None] >> np.arange(BYTE)) & 1
    sums = by_lane.reshape(len(kinds), lanes // BYTE, BYTE) @ sets.T.astype(np.float64)
    held = [np.flatnonzero(each.any(axis=1)) for each in sums]
    spans = [(int(some[0]), int(some[-1]) + 1) if some.size else (0, 0) for some in held]
    return Tally(kinds, sums, np.array(spans, dtype=np.int64).reshape(-1, 2))


def _desk_for(
    journeys: Journeys,
    profiles: StopProfiles,
    tally: Tally,
    limits: npt.NDArray[np.int64],
    rows: int,
) -> LookUp:
    width, timed = profiles.columns.width, len(profiles.columns.timed)
    targets = len(journeys.egress)
    return LookUp(
        current=empty_lanes(width, LATEST - 1),
        soonest=empty_lanes(width, LATEST - 1),
        times=empty_lanes(timed * rows, LATEST - 1),
        on_foot=np.zeros((limits.size, width), dtype=np.int64),
        sure=np.zeros((limits.size, len(tally.kinds))),
        walked_s=np.zeros(timed, dtype=np.int64),
        direct_s=np.empty(targets, dtype=np.int32),
        direct_ds=np.empty(targets, dtype=np.int32),
    )


def _walk(
    desk: LookUp,
    answers: Answers,
    profiles: StopProfiles,
    tally: Tally,
    limits: npt.NDArray[np.int64],
) -> None:
    """Note what one origin walks to within each limit, in lanes and beside them."""
    counted, lanes = profiles.columns.counted, profiles.columns.width * LANES
    amounts = answers.amounts[:, tally.kinds]
    beside = np.ones(len(amounts), dtype=np.bool_)
    beside[counted] = False
    for place, limit_s in enumerate(limits):
        near = desk.direct_s[: len(amounts)] <= limit_s
        bits = np.zeros(lanes, dtype=np.uint8)
        bits[: len(counted)] = near[counted]
        desk.on_foot[place] = np.packbits(bits, bitorder="little").view(np.int64)
        desk.sure[place] = amounts[near & beside].sum(axis=0)
    walked_s = desk.direct_s[len(amounts) :]
    desk.walked_s[:] = np.where(walked_s <= answers.cutoff_s, walked_s, LATEST)


@kernel
def _look_up(  # noqa: PLR0913, PLR0917 - numba knows no keywords
    profiles: StopProfiles,
    tally: Tally,
    limits: npt.NDArray[np.int64],
    walks: npt.NDArray[np.int32],
    cutoff_s: int,
    rows: int,
    desk: LookUp,
    sums: npt.NDArray[np.float64],
) -> None:
    """Follow the departures of one origin through every draw."""
    width, leaving_s = profiles.columns.width, profiles.leaving_s
    labels, departure_s, current = profiles.labels, profiles.departure_s, desk.current
    stops, first_stop = profiles.columns.stops, profiles.columns.counted.size + desk.walked_s.size
    next_of = np.empty(walks.shape[0], dtype=np.int64)
    desk.soonest[:, :] = np.uint16(LATEST)
    for draw in range(profiles.starts.shape[0]):
        for place in range(walks.shape[0]):
            next_of[place] = profiles.starts[draw, walks[place, 0]]
        moved = True
        for number in range(leaving_s.size):
            leaving = leaving_s[number]
            for place in range(walks.shape[0]):
                while departure_s[next_of[place]] < leaving + walks[place, 1]:
                    next_of[place] += 1
                    moved = True
            if moved:
                if number > 0:
                    _note_soonest(current, first_stop, stops, leaving_s[number - 1], desk.soonest)
                current[:, :] = np.uint16(LATEST)
                for place in range(walks.shape[0]):
                    for part in range(width):
                        sooner_by(labels, next_of[place] * width + part, 0, current, part)
                moved = False
            lane = draw * leaving_s.size + number
            _count(tally, current, limits, leaving, desk, lane, sums)
            _time(current, profiles.columns.counted.size, leaving, cutoff_s, rows, lane, desk)
        _note_soonest(current, first_stop, stops, leaving_s[-1], desk.soonest)


@kernel
def _count(
    tally: Tally,
    current: Lanes,
    limits: npt.NDArray[np.int64],
    leaving: int,
    desk: LookUp,
    lane: int,
    sums: npt.NDArray[np.float64],
) -> None:
    """Add up what one departure reaches within each limit."""
    for place in range(limits.size):
        for number in range(tally.kinds.size):
            total = desk.sure[place, number]
            begin, end = tally.spans[number, 0], tally.spans[number, 1]
            for part in range(begin // BYTES, (end + BYTES - 1) // BYTES):
                in_time, _ = lanes_until(current, part, leaving + limits[place])
                reached = in_time | desk.on_foot[place, part]
                for byte in range(max(begin - part * BYTES, 0), min(end - part * BYTES, BYTES)):
                    value = (reached >> (BYTE * byte)) & (VALUES - 1)
                    total += tally.amounts[number, part * BYTES + byte, value]
            sums[place, tally.kinds[number], lane] = total


@kernel
def _time(
    current: Lanes, first: int, leaving: int, cutoff_s: int, rows: int, lane: int, desk: LookUp
) -> None:
    """Write the travel time of one departure to each timed target."""
    for target in range(desk.walked_s.size):
        column = first + target
        ridden_s = np.int64(current[column // LANES, column % LANES]) - leaving
        time_s = min(ridden_s, desk.walked_s[target])
        if time_s > cutoff_s:
            time_s = LATEST
        desk.times[target * rows + lane // LANES, lane % LANES] = time_s


@kernel
def _note_soonest(current: Lanes, first: int, stops: int, leaving: int, soonest: Lanes) -> None:
    """Lower the seconds from leaving the door to getting off at each stop."""
    for column in range(first, first + stops):
        part, lane = column // LANES, column % LANES
        if current[part, lane] != LATEST:
            taken_s = np.int64(current[part, lane]) - leaving
            soonest[part, lane] = min(taken_s, np.int64(soonest[part, lane]))
