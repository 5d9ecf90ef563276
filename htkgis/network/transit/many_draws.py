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
from htkgis.network.lanes import LANES, Lanes, empty_lanes
from htkgis.network.search import NOBODY
from htkgis.network.threads import share_out
from htkgis.units import UNREACHED

from .answers import Answers
from .journeys import Journeys
from .many_origins import MOST_DRAWS
from .masks import LATEST, lanes_until, soonest_of
from .pairs import DECISECONDS_PER_SECOND
from .ranked_sums import Asked, Sums, rank_rows, sums_of_lanes, write_sums
from .rankings import Numbers, Ranked, Ranking, Ranks, add_lanes
from .stop_profiles import NEVER, StopProfiles, lanes_asked

MOST_ROWS = 3_000_000
"""Rows of lanes that profiles may take, 384 MB."""
NEAR_ROWS = 8192
"""Rows of lanes of one draw that stay near the processor, 1 MB."""
SCANS_SAVED, SCANS_SAVED_NEAR = 10, 0.5
"""Scans of one origin, in each draw, that profiles take as much time as, by rows of lanes.

Measured on Sao Paulo (654 stops, 60 departures, 12 and 20 draws): with one row of lanes profiles
took less time from 12 to 16 scans on, with two from 18, with six from 38 counted and from 65 timed
ones on. Where the labels of a draw are few (17 stops, 60 to 150 departures, 100 draws, one to
three rows) they took no more from the first scan on.
"""
TOGETHER = 8
"""Origins that are answered for together: what waiting leads to in a draw is read once for all.

Of 1 to 32 origins together 8 took least time; more have too many sums for the cache.
"""


class Tally(NamedTuple):
    """What the counted targets count, in whole steps (:func:`~.answers.whole_amounts`).

    ``steps[k, lane]`` are those of kind ``k``, ``counting[k]`` the lanes that have any, one bit
    each, ``together[k]`` what eight lanes come to (:func:`~.ranked_sums.sums_of_lanes`);
    ``beside[target, k]`` are those of targets that have no lane, and ``lane_of`` the lanes
    of the others, -1 where there is none. A step of kind ``k`` is ``sizes[k]``. The order of
    adding does not matter, and what was added can be taken off again.
    """

    steps: Numbers
    counting: Numbers
    together: Numbers
    beside: Numbers
    lane_of: Numbers
    sizes: npt.NDArray[np.float64]


class Walks(NamedTuple):
    """Walks of all origins: to stops, and without any ride to targets."""

    starts: Numbers
    to_stops: npt.NDArray[np.int32]
    direct_starts: Numbers
    targets: npt.NDArray[np.int32]
    time_ds: npt.NDArray[np.int32]


class LookUp(NamedTuple):
    """Arrays that the origins of one thread share, up to ``TOGETHER`` of them side by side.

    ``soonest`` holds when one is at the target of each lane, ``width`` rows for each time that
    another ride is caught, and departure ``n`` of a draw has the ``row_of[n]``-th; ``caught`` and
    ``until_s`` are what is caught at each stop that is walked to, and until when.
    ``reached[limit, part, n]`` are the lanes that departure ``n`` of a draw reaches, ``on_foot``
    those that an origin walks to within each limit; ``beside`` what targets without a lane come
    to, by limit and kind; ``times[origin, target]`` the seconds of all departures to timed
    targets, ``walked_s`` and ``walked_ds`` those without any ride.
    """

    soonest: Lanes
    row_of: Numbers
    caught: Numbers
    until_s: Numbers
    reached: Numbers
    on_foot: Numbers
    beside: Numbers
    times: npt.NDArray[np.uint16]
    walked_s: Numbers
    walked_ds: npt.NDArray[np.int32]


def profiles_pay(journeys: Journeys, departures_s: npt.ArrayLike, *, counted: int) -> bool:
    """Tell whether so much is asked that to work out profiles first takes less time in all.

    What a departure leads to is found for each target apart, so that few targets and many origins
    make it pay; and of few draws :mod:`.many_origins` asks as little.
    """
    if len(journeys.timetables) <= MOST_DRAWS:
        return False
    width, rows = lanes_asked(journeys, departures_s, counted=counted)
    scans = len(journeys.access) * -(-np.size(departures_s) // LANES)
    near = rows <= NEAR_ROWS * len(journeys.timetables)
    saved = SCANS_SAVED_NEAR if near else SCANS_SAVED
    return rows <= MOST_ROWS and scans >= saved * (width + 1)


def answer_of_profiles(
    journeys: Journeys,
    profiles: StopProfiles,
    answers: Answers,
    ranking: Ranking | None,
    threads: int | None,
) -> list[Ranked]:
    """Fill the answers of :func:`~.answering.answers_of_parts`; rank sums where that is asked.

    Parameters
    ----------
    journeys
        From any origins; all else as in those that the profiles are of.
    profiles
        Of as many counted destinations as there are amounts.
    answers
        Of every departure in every draw.
    ranking
        What is ranked of the sums of each part, which are not kept then; None where nothing is.
    threads
        How many threads work.

    Returns
    -------
    ranked
        Of each part what is ranked, nothing where nothing is.
    """
    origins, tally, walks = len(journeys.access), tally_of(answers, profiles), walks_of(journeys)
    limits = np.array(answers.limits_s, dtype=np.int64)
    ranks = None if ranking is None else Ranks.of(ranking, answers)
    guessed = np.zeros((0, 0), dtype=np.int64)
    if ranks is not None and ranking is not None:
        guessed = ranks.guessed(ranking.guesses, tally.sizes)

    def worker(taken: Iterator[int]) -> None:
        desk = desk_of(journeys, profiles, answers)
        written = None if ranks is None else ranks.room(TOGETHER)
        for first in taken:
            some = range(first, min(first + TOGETHER, origins))
            own = profiles, tally, limits, walks, answers.cutoff_s, some.start, some.stop, desk
            note_walks(tally, limits, walks, answers.cutoff_s, some.start, some.stop, desk)
            if ranks is None or written is None:
                _add_up(*own, answers.sums)
            else:
                rows = ranks.rows(some)
                ranks.fill(some, *_rank(*own, ranks.asked, written, guessed[rows]), tally.sizes)
            for place, origin in enumerate(some):
                timed = desk.times[place].reshape(-1, LANES)
                for part in answers.parts:
                    part.fill(origin, timed, desk.walked_ds[place], answers.rows, answers.cutoff_s)

    share_out(range(0, origins, TOGETHER), worker, threads=threads)
    return [] if ranks is None else ranks.ranked


def tally_of(answers: Answers, profiles: StopProfiles) -> Tally:
    """Write down in whole steps what counted targets count, those beside the lanes apart."""
    own, sizes = profiles.columns.counted, np.ldexp(1.0, answers.steps)
    whole = np.rint(answers.amounts / sizes).astype(np.int64)
    lane_of = np.full(len(whole), NOBODY, dtype=np.int64)
    lane_of[own] = np.arange(len(own))
    steps = np.zeros((whole.shape[1], max(1, -(-len(own) // LANES)) * LANES), dtype=np.int64)
    steps[:, : len(own)] = whole[own].T
    counting = np.packbits(steps > 0, axis=1, bitorder="little").view(np.int64)
    whole[own] = 0
    return Tally(steps, counting, sums_of_lanes(steps), whole, lane_of, sizes)


def walks_of(journeys: Journeys) -> Walks:
    """Take the walks of all origins as kernels take them."""
    access, direct = journeys.access, journeys.direct
    if direct is None:
        none = np.zeros(0, dtype=np.int32)
        return Walks(*access, np.zeros(len(access) + 1, dtype=np.int64), none, none)
    return Walks(*access, direct.indptr, direct.to_index, direct.time_ds)


def desk_of(journeys: Journeys, profiles: StopProfiles, answers: Answers) -> LookUp:
    """Lay out the arrays of one thread."""
    columns, limits, departures = profiles.columns, len(answers.limits_s), profiles.leaving_s.size
    most = int(np.diff(journeys.access.indptr).max(initial=0))
    width, timed = max(1, -(-len(columns.counted) // LANES)), len(columns.timed)
    return LookUp(
        soonest=empty_lanes(departures * columns.width, LATEST - 1),
        row_of=np.zeros(departures, dtype=np.int64),
        caught=np.zeros(most, dtype=np.int64),
        until_s=np.zeros(most, dtype=np.int64),
        reached=np.zeros((limits, width, departures), dtype=np.int64),
        on_foot=np.zeros((TOGETHER, limits, width), dtype=np.int64),
        beside=np.zeros((TOGETHER, limits, answers.amounts.shape[1]), dtype=np.int64),
        times=np.full((TOGETHER, timed, answers.rows * LANES), LATEST, dtype=np.uint16),
        walked_s=np.zeros((TOGETHER, timed), dtype=np.int64),
        walked_ds=np.zeros((TOGETHER, timed), dtype=np.int32),
    )


@kernel
def note_walks(
    tally: Tally,
    limits: Numbers,
    walks: Walks,
    cutoff_s: int,
    first: int,
    last: int,
    desk: LookUp,
) -> None:
    """Note what some origins walk to within each limit, in lanes and beside them."""
    counted = tally.lane_of.size
    for origin in range(first, last):
        place = origin - first
        desk.on_foot[place], desk.beside[place] = 0, 0
        desk.walked_s[place], desk.walked_ds[place] = LATEST, UNREACHED
        for number in range(walks.direct_starts[origin], walks.direct_starts[origin + 1]):
            target, time_ds = walks.targets[number], walks.time_ds[number]
            time_s = -(-time_ds // DECISECONDS_PER_SECOND)
            if target >= counted:
                desk.walked_ds[place, target - counted] = time_ds
                if time_s <= cutoff_s:
                    desk.walked_s[place, target - counted] = time_s
                continue
            lane = tally.lane_of[target]
            for limit in range(limits.size):
                if time_s > limits[limit]:
                    continue
                if lane != NOBODY:
                    desk.on_foot[place, limit, lane // LANES] |= 1 << (lane % LANES)
                for kind in range(tally.sizes.size):
                    desk.beside[place, limit, kind] += tally.beside[target, kind]


@kernel
def _follow(  # noqa: PLR0913, PLR0917 - numba knows no keywords, and to call costs
    profiles: StopProfiles,
    draw: int,
    limits: Numbers,
    walks: Walks,
    cutoff_s: int,
    origin: int,
    place: int,
    desk: LookUp,
) -> None:
    """Follow the departures of one origin through a draw: which lanes each reaches, and when."""
    width, leaving_s = profiles.columns.width, profiles.leaving_s
    catch(profiles, draw, walks.to_stops[walks.starts[origin] : walks.starts[origin + 1]], desk)
    soonest, row_of = desk.soonest, desk.row_of
    for limit in range(limits.size):
        for part in range(desk.reached.shape[1]):
            reached, on_foot = desk.reached[limit, part], desk.on_foot[place, limit, part]
            for number in range(reached.size):
                row = row_of[number] * width + part
                in_time, _ = lanes_until(soonest, row, leaving_s[number] + limits[limit])
                reached[number] = in_time | on_foot
    first_timed, first = profiles.columns.counted.size, draw * leaving_s.size
    for target in range(desk.walked_s.shape[1]):
        part, lane = divmod(first_timed + target, LANES)
        walked_s, times = desk.walked_s[place, target], desk.times[place, target, first:]
        for number in range(leaving_s.size):
            ridden_s = np.int64(soonest[row_of[number] * width + part, lane]) - leaving_s[number]
            time_s = min(ridden_s, walked_s)
            times[number] = LATEST if time_s > cutoff_s else time_s


@kernel
def catch(profiles: StopProfiles, draw: int, to_stops: npt.NDArray[np.int32], desk: LookUp) -> None:
    """Write down when each departure is at the target of each lane, once for each catch."""
    width, leaving_s = profiles.columns.width, profiles.leaving_s
    labels, departure_s = profiles.labels, profiles.departure_s
    walks, caught, until_s = to_stops.shape[0], desk.caught, desk.until_s
    missed_s, row = np.int64(-1), -1
    for walk in range(walks):
        caught[walk] = profiles.starts[draw, to_stops[walk, 0]]
        until_s[walk] = departure_s[caught[walk]] - to_stops[walk, 1]
    for number in range(leaving_s.size):
        leaving = leaving_s[number]
        if leaving > missed_s:
            missed_s = np.int64(NEVER)
            for walk in range(walks):
                while until_s[walk] < leaving:
                    caught[walk] += 1
                    until_s[walk] = departure_s[caught[walk]] - to_stops[walk, 1]
                missed_s = min(missed_s, until_s[walk])
            row += 1
            for part in range(width):
                soonest_of(labels, caught, walks, width, part, desk.soonest, row * width + part)
        desk.row_of[number] = row


@kernel
def _add_up(  # noqa: PLR0913, PLR0917 - numba knows no keywords
    profiles: StopProfiles,
    tally: Tally,
    limits: Numbers,
    walks: Walks,
    cutoff_s: int,
    first: int,
    last: int,
    desk: LookUp,
    sums: npt.NDArray[np.float64],
) -> None:
    """Write down what each departure of some origins reaches, in every draw."""
    for draw in range(profiles.starts.shape[0]):
        begin = draw * profiles.leaving_s.size
        for origin in range(first, last):
            _follow(profiles, draw, limits, walks, cutoff_s, origin, origin - first, desk)
            for limit in range(limits.size):
                for kind in range(tally.sizes.size):
                    add_lanes(
                        desk.reached[limit],
                        tally.steps[kind],
                        tally.counting[kind],
                        desk.beside[origin - first, limit, kind],
                        tally.sizes[kind],
                        sums[origin, limit, kind, begin:],
                    )


@kernel
def _rank(  # noqa: PLR0913, PLR0917 - numba knows no keywords
    profiles: StopProfiles,
    tally: Tally,
    limits: Numbers,
    walks: Walks,
    cutoff_s: int,
    first: int,
    last: int,
    desk: LookUp,
    asked: Asked,
    written: Sums,
    guesses: Numbers,
) -> tuple[Numbers, Numbers]:
    """Write what each departure of some origins reaches, in every draw, and rank it."""
    kinds, departures = asked.kinds.size, profiles.leaving_s.size
    meeting = tally.counting[asked.more]
    for draw in range(profiles.starts.shape[0]):
        begin = draw * departures
        for origin in range(first, last):
            place = origin - first
            _follow(profiles, draw, limits, walks, cutoff_s, origin, place, desk)
            for limit in range(limits.size):
                beside, met = desk.beside[place, limit], 0
                for more in range(asked.more.size):
                    met |= int(beside[asked.more[more]] != 0) << more
                for number in range(kinds):
                    row, kind = (place * limits.size + limit) * kinds + number, asked.kinds[number]
                    write_sums(
                        desk.reached[limit],
                        tally.together[kind],
                        beside[kind],
                        met,
                        meeting,
                        written.keys[row, begin : begin + departures],
                    )
    return rank_rows(written, (last - first) * limits.size * kinds, asked, guesses)
