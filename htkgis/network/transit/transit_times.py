"""Travel times by public transport, door to door, for every departure of a window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.network.lanes import LANES, Lanes, empty_lanes
from htkgis.network.threads import share_out
from htkgis.units import UNREACHED

from .answers import WindowTimes, checked_rides, fill_direct, lanes_of, no_answers
from .arrivals import Place, fill_travel_times, note_soonest
from .journeys import Journeys
from .many_draws import answers_of_profiles, profiles_pay
from .many_origins import answers_of_groups, pays
from .masks import LATEST
from .pairs import DECISECONDS_PER_SECOND
from .scan import ScanWork, board_first, clear_scan, scan, scan_work
from .stop_profiles import StopProfiles, profiles_of
from .windows import Block, blocks_of

Prepared = Sequence[Block] | StopProfiles
"""Timetables made ready for some departures."""


class Desk(NamedTuple):
    """Arrays that the origins of one thread share one after the other."""

    work: ScanWork
    times: Lanes
    direct_s: npt.NDArray[np.int32]
    direct_ds: npt.NDArray[np.int32]


def transit_times(
    journeys: Journeys,
    departures_s: npt.ArrayLike,
    *,
    percentiles: Sequence[float] = (50,),
    threads: int | None = None,
) -> WindowTimes:
    """Measure the travel times from all origins to all destinations over a window.

    Parameters
    ----------
    journeys
        What journeys are made of.
    departures_s
        When one leaves the door: seconds after midnight, rising.
    percentiles
        0 to 100, in any order. The 50th is the median: half of the departures are at least as
        quick.
    threads
        How many threads work, as many as there are processors where missing; the values do not
        depend on it.

    Returns
    -------
    times
        See :class:`WindowTimes`.

    Raises
    ------
    NetworkError
        If a percentile, the number of rides, the departures or the cutoff are out of range.

    References
    ----------
    Conway, M. W., Byrd, A. and van der Linden, M. (2017). Evidence-based transit and land use
    sketch planning using interactive accessibility methods on combined schedule and headway-based
    networks. Transportation Research Record 2653, 45-53.
    """
    nothing = np.zeros((0, 0))
    _, times = transit_answers(
        journeys, departures_s, nothing, limits_s=(), percentiles=percentiles, threads=threads
    )
    return times


def transit_opportunities(
    journeys: Journeys,
    departures_s: npt.ArrayLike,
    weights: npt.NDArray[np.float64],
    *,
    limits_s: Sequence[int],
    threads: int | None = None,
) -> npt.NDArray[np.float64]:
    """Sum what each departure of a window reaches within limits, without holding the pairs.

    Parameters
    ----------
    journeys, departures_s, threads
        As :func:`transit_times`.
    weights
        What each destination counts, >= 0, shape (destinations, kinds).
    limits_s
        Limits in seconds, up to the cutoff; a time exactly on a limit is inside.

    Returns
    -------
    sums
        Float64, shape (origins, departures, limits, kinds); where the timetable was drawn several
        times, all departures of the first draw come first. A percentile over the departures is
        the access that so many per cent of the departures have at most, which is another figure
        than the access within a percentile of the travel times.

    Raises
    ------
    NetworkError
        If a limit lies beyond the cutoff, up to which times are known.
    """
    sums, _ = transit_answers(
        journeys, departures_s, weights, limits_s=limits_s, percentiles=(), threads=threads
    )
    return sums


def transit_answers(
    journeys: Journeys,
    departures_s: npt.ArrayLike,
    weights: npt.NDArray[np.float64],
    *,
    limits_s: Sequence[int],
    percentiles: Sequence[float],
    threads: int | None = None,
    blocks: Prepared | None = None,
) -> tuple[npt.NDArray[np.float64], WindowTimes]:
    """Sum what each departure reaches, and time other destinations, in one pass over the day.

    Many origins are scanned together (:mod:`.many_origins`), few one by one, and of many draws
    many look up what stops lead to (:mod:`.many_draws`); the values do not depend on it.

    Parameters
    ----------
    journeys, departures_s, limits_s, percentiles, threads
        As :func:`transit_opportunities` and :func:`transit_times`.
    weights
        What each of the first destinations counts, shape (counted, kinds); those behind are timed.
    blocks
        What :func:`prepared` gave of all origins, where these are a part of them.

    Returns
    -------
    sums, times
        As the two functions give them, of the destinations that are counted and timed.

    Raises
    ------
    NetworkError
        As they do.
    """
    if pays(journeys, np.size(departures_s)):
        return answers_of_groups(
            journeys,
            departures_s,
            weights,
            limits_s=limits_s,
            percentiles=percentiles,
            threads=threads,
        )
    if blocks is None:
        blocks = prepared(journeys, departures_s, counted=len(weights), threads=threads)
    return answers_of_blocks(
        journeys,
        blocks,
        weights,
        limits_s=limits_s,
        percentiles=percentiles,
        threads=threads,
    )


def prepared(
    journeys: Journeys,
    departures_s: npt.ArrayLike,
    *,
    counted: int,
    to_stops: bool = False,
    threads: int | None = None,
) -> Prepared:
    """Prepare the timetables for departures, in the way that takes less time in all.

    Parameters
    ----------
    journeys
        From all origins that are to be answered for, however many at a time.
    departures_s, threads
        As :func:`transit_times`.
    counted
        How many destinations, from the first on, are counted and not timed.
    to_stops
        Whether the quickest journey to each stop is asked for too.
    """
    if profiles_pay(journeys, departures_s, counted=counted, to_stops=to_stops):
        return profiles_of(
            journeys, departures_s, counted=counted, to_stops=to_stops, threads=threads
        )
    return blocks_of_all(journeys, departures_s)


def answers_of_blocks(
    journeys: Journeys,
    blocks: Prepared,
    weights: npt.NDArray[np.float64],
    *,
    limits_s: Sequence[int],
    percentiles: Sequence[float],
    threads: int | None = None,
) -> tuple[npt.NDArray[np.float64], WindowTimes]:
    """Answer as :func:`transit_answers` the departures of some blocks.

    The blocks, what :func:`prepared` gives, are the same for every part of the origins, so
    that who asks part by part prepares them once.
    """
    sums, (times,), _ = answers_of_parts(
        journeys,
        blocks,
        weights,
        (),
        limits_s=limits_s,
        percentiles=percentiles,
        threads=threads,
    )
    return sums, times


def answers_of_parts(
    journeys: Journeys,
    blocks: Prepared,
    weights: npt.NDArray[np.float64],
    parts: Sequence[npt.NDArray[np.int64]],
    *,
    limits_s: Sequence[int],
    percentiles: Sequence[float],
    threads: int | None = None,
) -> tuple[npt.NDArray[np.float64], list[WindowTimes], npt.NDArray[np.uint16]]:
    """Answer for several windows that overlap in one pass over the day.

    Parameters
    ----------
    journeys, blocks, weights, limits_s, percentiles, threads
        As :func:`answers_of_blocks`.
    parts
        Of each window the numbers of its departures among those of the blocks, in their order,
        at least one. All of them where there is no part.

    Returns
    -------
    sums, times, soonest_s
        The sums of every departure; of each part the times that :func:`answers_of_blocks` gives
        where only its departures are asked for; and seconds from leaving the door to getting off
        at each stop, the least of all departures, up to the cutoff, shape (origins, stops):
        ``LATEST`` where none gets off. There are no stops where blocks were :func:`prepared`
        without. A walk from a stop matters to those origins only that it takes somewhere in time.
    """
    if isinstance(blocks, StopProfiles):
        return answers_of_profiles(
            journeys,
            blocks,
            weights,
            parts,
            limits_s=limits_s,
            percentiles=percentiles,
            threads=threads,
        )
    soonest_s = np.full((len(journeys.access), len(journeys.footpaths)), LATEST, dtype=np.uint16)
    answers = no_answers(
        journeys,
        weights,
        lanes=lanes_of([block.leaving_s.size for block in blocks]),
        rows=len(blocks),
        limits_s=limits_s,
        percentiles=percentiles,
        parts=parts,
    )

    def worker(taken: Iterator[int]) -> None:
        desk = desk_for(journeys, blocks)
        for origin in taken:
            _measure(journeys, blocks, origin, desk, soonest_s[origin])
            answers.fill(origin, desk.times, desk.direct_ds)

    share_out(range(len(journeys.access)), worker, threads=threads)
    soonest_s[soonest_s > journeys.cutoff_s] = LATEST
    return answers.by_departure(), [part.times for part in answers.parts], soonest_s


def departure_times(
    journeys: Journeys, departures_s: npt.ArrayLike, *, origin: int
) -> npt.NDArray[np.int32]:
    """Give the travel time of every departure from one origin to all destinations.

    Returns
    -------
    times
        Deciseconds, int32, shape (departures, destinations); ``UNREACHED`` where a departure
        does not make it within the cutoff.
    """
    blocks = blocks_of_all(journeys, departures_s)
    return times_of_blocks(journeys, blocks, origin, desk_for(journeys, blocks))


def times_of_blocks(
    journeys: Journeys, blocks: Sequence[Block], origin: int, desk: Desk
) -> npt.NDArray[np.int32]:
    """Give the travel time of every departure of some blocks; see :func:`departure_times`."""
    _measure(journeys, blocks, origin, desk, np.full(0, LATEST, dtype=np.uint16))
    lanes = lanes_of([block.leaving_s.size for block in blocks])
    times = desk.times.reshape(-1, len(blocks) * LANES)[:, lanes].T.astype(np.int32)
    ends_s = times * DECISECONDS_PER_SECOND
    return np.where(times == LATEST, UNREACHED, np.minimum(ends_s, desk.direct_ds))


def blocks_of_all(journeys: Journeys, departures_s: npt.ArrayLike) -> list[Block]:
    """Cut the departures into blocks, for each draw of the timetable."""
    return [
        block
        for table in journeys.timetables
        for block in blocks_of(table, journeys.footpaths, departures_s, cutoff_s=journeys.cutoff_s)
    ]


def desk_for(journeys: Journeys, blocks: Sequence[Block]) -> Desk:
    """Lay out the arrays of one thread."""
    targets = len(journeys.egress)
    stops, trips = journeys.timetables[0].stops, max(block.trips for block in blocks)
    return Desk(
        work=scan_work(stops, trips, rides=checked_rides(journeys.max_rides)),
        times=empty_lanes(targets * len(blocks), LATEST - 1),
        direct_s=np.empty(targets, dtype=np.int32),
        direct_ds=np.empty(targets, dtype=np.int32),
    )


def _measure(
    journeys: Journeys,
    blocks: Sequence[Block],
    origin: int,
    desk: Desk,
    soonest_s: npt.NDArray[np.uint16],
) -> None:
    """Fill the travel times of all departures from one origin, and the least to each stop."""
    fill_direct(journeys, origin, desk.direct_ds, desk.direct_s)
    work = desk.work
    begin, end = journeys.access.indptr[origin : origin + 2]
    access = journeys.access.walks[begin:end]
    for row, block in enumerate(blocks):
        board_first(access, work)
        scan(block, work)
        place = Place(row, len(blocks))
        fill_travel_times(block, journeys.egress, desk.direct_s, place, work, desk.times)
        note_soonest(block, work, soonest_s)
        clear_scan(work)
