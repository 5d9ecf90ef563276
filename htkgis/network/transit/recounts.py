"""Recounts: what the departures of some origins reach once other walks lead to a few places.

How many departures reach a value is known, and how many reach more. Another walk from a stop to a
place only concerns the departures that are there in time by one of the walks and too late by the
other: with these taken out as they were and put back as they are, the counts are those of now. So a
walk that is some seconds longer mostly leaves every value as it is, and that is seen by following
a few lanes, not all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.network.lanes import LANES
from htkgis.network.threads import share_out

from .answers import Answers
from .journeys import Journeys
from .many_draws import (
    TOGETHER,
    LookUp,
    Tally,
    Walks,
    catch,
    desk_of,
    note_walks,
    tally_of,
    walks_of,
)
from .masks import lanes_until, soonest_of
from .pairs import Pairs
from .ranked_sums import SETS, of_lanes
from .rankings import Numbers, Ranking
from .stop_profiles import StopProfiles, caught_from, profiles_of

PAIRED = 0x5555555555555555
"""Every other lane, from the first on."""


class Counted(NamedTuple):
    """What was ranked of some walks from stops to destinations.

    Of each part the values, and how many departures reach them: ``value`` and ``reaching`` of
    :class:`~.rankings.Ranked`.
    """

    egress: Pairs
    values: Sequence[npt.NDArray[np.float64]]
    reaching: Sequence[npt.NDArray[np.int32]]


class Recount(NamedTuple):
    """What a recount is of, as kernels take it.

    Walks as they were and as they are lead to target ``lanes[n]`` of the profiles in lanes ``2 n``
    and ``2 n + 1`` of ``both``. ``stands[w, d]`` tells whether departure ``d`` is in window ``w``;
    ``levels[w]`` are the values in steps and ``counts[w]`` how many departures reach them, by
    origin, limit and kind (:class:`~.rankings.Ranked`).
    """

    both: StopProfiles
    lanes: Numbers
    stands: npt.NDArray[np.bool_]
    kinds: Numbers
    more: Numbers
    levels: Numbers
    counts: npt.NDArray[np.int32]


def recounted(
    journeys: Journeys,
    earlier: Counted,
    profiles: StopProfiles,
    answers: Answers,
    ranking: Ranking,
) -> list[npt.NDArray[np.int32]] | None:
    """Count again how many departures reach the values of earlier walks from stops to places.

    Parameters
    ----------
    journeys
        From some origins.
    earlier
        What was ranked of other walks from stops to destinations; all else is the same.
    profiles
        Of the journeys as they are.
    answers
        Laid out for them, with the parts and limits of the values.
    ranking
        What was asked.

    Returns
    -------
    reaching
        As if counted anew; a value is still that of its rank if so many departures reach it, and
        not so many more. None where another number of places has walks, more than half a row of
        lanes has other ones, or one that is timed has.
    """
    before, now = earlier.egress, journeys.egress
    changed = _changed(before, now)
    if 2 * len(changed) > LANES or not _same_places(before, now):
        return None
    if not np.isin(changed, profiles.columns.counted).all():
        return None
    both = profiles_of(
        journeys._replace(egress=_interleaved(before, now, changed)),
        profiles.base_s + profiles.leaving_s,
        counted=2 * len(changed),
    )
    tally, walks = tally_of(answers, profiles), walks_of(journeys)
    kinds = np.array(ranking.kinds, dtype=np.int64)
    levels = np.rint(np.stack(earlier.values) / tally.sizes[kinds]).astype(np.int64)
    counts = np.stack(earlier.reaching)
    recount = Recount(
        both, tally.lane_of[changed],
        np.stack([part.stands(answers.lanes) for part in answers.parts]),
        kinds, np.array(ranking.more, dtype=np.int64), levels, counts,
    )  # fmt: skip
    limits, origins = np.array(answers.limits_s, dtype=np.int64), len(journeys.access)

    def worker(taken: Iterator[int]) -> None:
        desk, beside = desk_of(journeys, both, answers), desk_of(journeys, profiles, answers)
        for first in taken:
            last = min(first + TOGETHER, origins)
            note_walks(tally, limits, walks, answers.cutoff_s, first, last, beside)
            _recount(recount, profiles, tally, limits, walks, first, last, desk, beside)

    share_out(range(0, origins, TOGETHER), worker, threads=None)
    return list(counts)


def _changed(before: Pairs, now: Pairs) -> Numbers:
    other = [
        place for place in range(len(now)) if not np.array_equal(before.of(place), now.of(place))
    ]
    return np.array(other, dtype=np.int64)


def _same_places(before: Pairs, now: Pairs) -> bool:
    """Tell whether walks lead to the same places, so that each has the lane that it had."""
    return np.array_equal(np.diff(before.indptr) > 0, np.diff(now.indptr) > 0)


def _interleaved(before: Pairs, now: Pairs, places: Numbers) -> Pairs:
    """Take the walks to some places as they were and as they are, by turns."""
    walks = [own.of(place) for place in places for own in (before, now)]
    indptr = np.cumsum([0, *map(len, walks)], dtype=np.int64)
    return Pairs(indptr, np.concatenate([np.zeros((0, 2), dtype=np.int32), *walks]))


@kernel
def _recount(  # noqa: PLR0913, PLR0917 - numba knows no keywords
    recount: Recount,
    profiles: StopProfiles,
    tally: Tally,
    limits: Numbers,
    walks: Walks,
    first: int,
    last: int,
    desk: LookUp,
    beside: LookUp,
) -> None:
    """Count anew for some origins what departures reach by one of two sets of walks."""
    leaving_s, width = profiles.leaving_s, beside.reached.shape[1]
    now, was = np.empty(width, dtype=np.int64), np.empty(width, dtype=np.int64)
    for draw in range(profiles.starts.shape[0]):
        for origin in range(first, last):
            to_stops = walks.to_stops[walks.starts[origin] : walks.starts[origin + 1]]
            catch(recount.both, draw, to_stops, desk)
            for number in range(leaving_s.size):
                known = False
                for limit in range(limits.size):
                    until_s = leaving_s[number] + limits[limit]
                    both, _ = lanes_until(desk.soonest, desk.row_of[number], until_s)
                    other = (both ^ both >> 1) & PAIRED
                    if other == 0:
                        continue
                    if not known:
                        known = True
                        _catch_one(profiles, draw, to_stops, leaving_s[number], beside)
                    for part in range(width):
                        on_foot = beside.on_foot[origin - first, limit, part]
                        now[part] = lanes_until(beside.soonest, part, until_s)[0] | on_foot
                        was[part] = now[part]
                    for place in range(recount.lanes.size):
                        if other >> 2 * place & 1 != 0:
                            _turn(was, recount.lanes[place], beside.on_foot[origin - first, limit])
                    departure = draw * leaving_s.size + number
                    _move(recount, tally, was, -1, origin, limit, departure, beside, first)
                    _move(recount, tally, now, 1, origin, limit, departure, beside, first)


@kernel
def _catch_one(
    profiles: StopProfiles,
    draw: int,
    to_stops: npt.NDArray[np.int32],
    leaving_s: int,
    desk: LookUp,
) -> None:
    """Write down when one departure is at the target of each lane, in the first rows."""
    width = profiles.columns.width
    for walk in range(to_stops.shape[0]):
        stop, ready_s = to_stops[walk, 0], leaving_s + to_stops[walk, 1]
        starts = profiles.starts[draw]
        desk.caught[walk] = caught_from(
            profiles.departure_s, starts[stop], starts[stop + 1] - 1, ready_s
        )
    for part in range(width):
        soonest_of(profiles.labels, desk.caught, to_stops.shape[0], width, part, desk.soonest, part)


@kernel
def _turn(reached: Numbers, lane: int, on_foot: Numbers) -> None:
    """Let a lane be reached if it is not, and not if it is, unless that is on foot."""
    part, bit = lane // LANES, 1 << lane % LANES
    if on_foot[part] & bit == 0:
        reached[part] ^= bit


@kernel
def _move(  # noqa: PLR0913, PLR0917 - numba knows no keywords
    recount: Recount,
    tally: Tally,
    reached: Numbers,
    by: int,
    origin: int,
    limit: int,
    departure: int,
    beside: LookUp,
    first: int,
) -> None:
    """Add a departure that reaches some lanes to all that it counts in, or take it off."""
    on_foot = beside.beside[origin - first, limit]
    for number in range(recount.kinds.size):
        kind = recount.kinds[number]
        total = on_foot[kind]
        for part in range(reached.size):
            sums = tally.together[kind, part * SETS : (part + 1) * SETS]
            total += of_lanes(sums, reached[part])
        for window in range(recount.stands.shape[0]):
            if not recount.stands[window, departure]:
                continue
            level = recount.levels[window, origin, limit, number]
            counts = recount.counts[window, origin, limit, number]
            counts[0] += by * int(total >= level)
            counts[1] += by * int(total > level)
            for more in range(recount.more.size):
                met = total > level or on_foot[recount.more[more]] != 0
                for part in range(reached.size):
                    met |= reached[part] & tally.counting[recount.more[more], part] != 0
                counts[2 + more] += by * int(met)
