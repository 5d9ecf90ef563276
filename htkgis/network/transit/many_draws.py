"""Many draws of a timetable: each origin looks up what it catches in the profiles of stops.

The values are those of the scan of one origin (:mod:`.transit_times`); which of the two works is
chosen by how much is asked (:func:`profiles_pay`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.network.lanes import LANES, Lanes, empty_lanes, lowest_bit
from htkgis.network.threads import share_out

from .answers import Answers, Summarise, fill_direct
from .journeys import Journeys
from .many_origins import MOST_DRAWS
from .masks import LATEST, lanes_until, sooner_by, sooner_since
from .stop_profiles import StopProfiles, lanes_asked

MOST_ROWS = 3_000_000
"""Rows of lanes that profiles may take, 384 MB."""
SCANS_SAVED = 10
"""Scans of one origin, in each draw, that profiles take as much time as, by rows of lanes.

Measured on Sao Paulo (60 departures, 20 draws, 60 and 323 targets, counted and timed, 2 to 48
origins): with one row of lanes profiles took less time from 16 scans on, with six from 38 counted
and from 65 timed ones on.
"""
BYTE, BITS = 8, 255
"""Lanes that are added up together, and all of them as a set."""
BYTES = LANES // BYTE


class Tally(NamedTuple):
    """What sets of counted targets come to, eight lanes at a time.

    ``amounts[b, v, k]`` is the sum of kind ``kinds[k]`` over those of lanes ``8 * b`` to
    ``8 * b + 7`` whose bit in ``v`` is set; ``counting`` are the lanes of each row that count
    anything. Amounts are whole multiples of one step (:func:`~.answers.whole_amounts`), so that
    the order of adding does not matter, and what was added can be taken off again.
    """

    kinds: npt.NDArray[np.int64]
    amounts: npt.NDArray[np.float64]
    counting: npt.NDArray[np.int64]


class LookUp(NamedTuple):
    """Arrays that the origins of one thread share one after the other.

    ``on_foot`` are the lanes that are walked to within each limit; ``reached`` those that the last
    departure reached, and ``total`` what these and all beside the lanes come to, by limit and kind;
    ``walked_s`` the seconds to each timed target without any ride.
    """

    current: Lanes
    soonest: Lanes
    times: Lanes
    on_foot: npt.NDArray[np.int64]
    reached: npt.NDArray[np.int64]
    total: npt.NDArray[np.float64]
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


def answer_of_profiles(
    journeys: Journeys,
    profiles: StopProfiles,
    answers: Answers,
    summarise: Summarise | None,
    threads: int | None,
) -> npt.NDArray[np.uint16]:
    """Fill the answers of :func:`~.transit_times.answers_of_parts`; give the least time to stops.

    Parameters
    ----------
    journeys
        From any origins; all else as in those that the profiles are of.
    profiles
        Of as many counted destinations as there are amounts.
    answers, summarise
        Of every departure in every draw; who is told of the sums, where they are not kept.
    threads
        How many threads work.
    """
    tally, columns = tally_of(answers.amounts, profiles), profiles.columns
    limits, rows = np.array(answers.limits_s, dtype=np.int64), answers.rows
    soonest_s = np.full((len(journeys.access), columns.stops), LATEST, dtype=np.uint16)

    def worker(taken: Iterator[int]) -> None:
        desk = _desk_for(journeys, profiles, tally, limits, rows)
        apart = answers.sums_apart()
        for origin in taken:
            sums = answers.sums[origin] if summarise is None else apart
            fill_direct(journeys, origin, desk.direct_ds, desk.direct_s)
            _walk(desk, answers, profiles, tally, limits)
            begin, end = journeys.access.indptr[origin : origin + 2]
            _look_up(
                profiles, tally, limits, journeys.access.walks[begin:end], journeys.cutoff_s, rows,
                desk, sums,
            )  # fmt: skip
            if summarise is not None:
                summarise(origin, sums[..., : answers.lanes.size])
            first = len(columns.counted) + len(columns.timed)
            soonest_s[origin] = desk.soonest.ravel()[first : first + columns.stops]
            counted = len(answers.amounts)
            for part in answers.parts:
                part.fill(origin, desk.times, desk.direct_ds[counted:], rows, answers.cutoff_s)

    share_out(range(len(journeys.access)), worker, threads=threads)
    return soonest_s


def tally_of(amounts: npt.NDArray[np.float64], profiles: StopProfiles) -> Tally:
    """Add up every set of eight counted targets; kinds of which there is none are left out."""
    own = amounts[profiles.columns.counted]
    lanes = profiles.columns.width * LANES
    kinds = np.flatnonzero(amounts.any(axis=0))
    by_lane = np.zeros((len(kinds), lanes))
    by_lane[:, : len(own)] = own[:, kinds].T
    sets = (np.arange(BITS + 1)[:, None] >> np.arange(BYTE)) & 1
    sums = by_lane.reshape(len(kinds), lanes // BYTE, BYTE) @ sets.T.astype(np.float64)
    counting = np.packbits(by_lane.any(axis=0), bitorder="little").view(np.int64)
    return Tally(kinds, np.ascontiguousarray(sums.transpose(1, 2, 0)), counting)


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
        reached=np.zeros((limits.size, width), dtype=np.int64),
        total=np.zeros((limits.size, len(tally.kinds))),
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
        desk.total[place] = amounts[near & beside].sum(axis=0)
    desk.reached[:] = 0
    walked_s = desk.direct_s[len(amounts) :]
    desk.walked_s[:] = np.where(walked_s <= answers.cutoff_s, walked_s, LATEST)


@kernel
def _look_up(  # noqa: C901, PLR0912, PLR0913, PLR0917 - numba knows no keywords, and to call costs
    profiles: StopProfiles,
    tally: Tally,
    limits: npt.NDArray[np.int64],
    walks: npt.NDArray[np.int32],
    cutoff_s: int,
    rows: int,
    desk: LookUp,
    sums: npt.NDArray[np.float64],
) -> None:
    """Follow the departures of one origin through every draw: add up and time what each reaches.

    What stands in the innermost loop is not a function of its own: to hand so many arrays over
    took more time than what it did with them.
    """
    width, leaving_s = profiles.columns.width, profiles.leaving_s
    labels, departure_s, starts = profiles.labels, profiles.departure_s, profiles.starts
    current, soonest, times, walked_s = desk.current, desk.soonest, desk.times, desk.walked_s
    on_foot, reached, total = desk.on_foot, desk.reached, desk.total
    kinds, amounts, counting = tally.kinds, tally.amounts, tally.counting
    timed, first_timed = walked_s.size, profiles.columns.counted.size
    # labels of the stops stand last; where nobody asks for them there are none to look at
    of_stops = (first_timed + timed) // LANES if profiles.columns.stops > 0 else width
    next_of = np.empty(walks.shape[0], dtype=np.int64)
    soonest[:, :] = np.uint16(LATEST)
    for draw in range(starts.shape[0]):
        for place in range(walks.shape[0]):
            next_of[place] = starts[draw, walks[place, 0]]
        moved = True
        for number in range(leaving_s.size):
            leaving = leaving_s[number]
            for place in range(walks.shape[0]):
                while departure_s[next_of[place]] < leaving + walks[place, 1]:
                    next_of[place] += 1
                    moved = True
            if moved:
                if number > 0:
                    for part in range(of_stops, width):
                        sooner_since(current, part, leaving_s[number - 1], soonest, part)
                current[:, :] = np.uint16(LATEST)
                for place in range(walks.shape[0]):
                    for part in range(width):
                        sooner_by(labels, next_of[place] * width + part, 0, current, part)
                moved = False
            lane = draw * leaving_s.size + number
            for limit in range(limits.size):
                for part in range(width):
                    in_time, _ = lanes_until(current, part, leaving + limits[limit])
                    now = in_time & counting[part] | on_foot[limit, part]
                    before = reached[limit, part]
                    reached[limit, part] = now
                    # few lanes are another than a minute before: only their bytes are looked up
                    other = now ^ before
                    while other != 0:
                        first = lowest_bit(other) & -BYTE
                        byte = part * BYTES + first // BYTE
                        for kind in range(kinds.size):
                            total[limit, kind] += (
                                amounts[byte, now >> first & BITS, kind]
                                - amounts[byte, before >> first & BITS, kind]
                            )
                        other &= ~(BITS << first)
                for kind in range(kinds.size):
                    sums[limit, kinds[kind], lane] = total[limit, kind]
            for target in range(timed):
                column = first_timed + target
                ridden_s = np.int64(current[column // LANES, column % LANES]) - leaving
                time_s = min(ridden_s, walked_s[target])
                if time_s > cutoff_s:
                    time_s = LATEST
                times[target * rows + lane // LANES, lane % LANES] = time_s
        for part in range(of_stops, width):
            sooner_since(current, part, leaving_s[-1], soonest, part)
