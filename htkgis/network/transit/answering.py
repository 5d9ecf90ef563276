"""Answering: the timetables made ready for some departures, and every origin asked of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.network.lanes import LANES, Lanes, empty_lanes
from htkgis.network.threads import share_out

from .answers import (
    Answers,
    Summarise,
    WindowTimes,
    checked_rides,
    fill_direct,
    lanes_of,
    no_answers,
)
from .arrivals import Place, fill_travel_times
from .journeys import Journeys
from .many_draws import answer_of_profiles, profiles_pay
from .masks import LATEST
from .rankings import Ranked, Ranking, check_ranking, no_ranks, rank_sums
from .recounts import Counted, recounted
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


def prepared(
    journeys: Journeys,
    departures_s: npt.ArrayLike,
    *,
    counted: int,
    threads: int | None = None,
) -> Prepared:
    """Prepare the timetables for departures, in the way that takes less time in all.

    Parameters
    ----------
    journeys
        From all origins that are to be answered for, however many at a time.
    departures_s, threads
        As :func:`~.transit_times.transit_times`.
    counted
        How many destinations, from the first on, are counted and not timed.
    """
    if profiles_pay(journeys, departures_s, counted=counted):
        return profiles_of(journeys, departures_s, counted=counted, threads=threads)
    return blocks_of_all(journeys, departures_s)


def answers_of_parts(
    journeys: Journeys,
    blocks: Prepared,
    weights: npt.NDArray[np.float64],
    parts: Sequence[npt.NDArray[np.int64]],
    *,
    limits_s: Sequence[int],
    percentiles: Sequence[float],
    threads: int | None = None,
) -> tuple[npt.NDArray[np.float64], list[WindowTimes]]:
    """Answer for several windows that overlap in one pass over the day.

    Parameters
    ----------
    journeys, blocks, weights, limits_s, percentiles, threads
        As :func:`~.transit_times.answers_of_blocks`.
    parts
        Of each window the numbers of its departures among those of the blocks, in their order,
        at least one. All of them where there is no part.

    Returns
    -------
    sums, times
        The sums of every departure; and of each part the times that
        :func:`~.transit_times.answers_of_blocks` gives where only its departures are asked for.
    """
    answers = _unanswered(journeys, blocks, weights, parts, limits_s, percentiles)
    if isinstance(blocks, StopProfiles):
        answer_of_profiles(journeys, blocks, answers, None, threads)
    else:
        _answer_of_blocks(journeys, blocks, answers, None, threads)
    return answers.by_departure(), [part.times for part in answers.parts]


def ranked_of_parts(
    journeys: Journeys,
    blocks: Prepared,
    weights: npt.NDArray[np.float64],
    parts: Sequence[npt.NDArray[np.int64]],
    ranking: Ranking,
    *,
    limits_s: Sequence[int],
    percentiles: Sequence[float],
) -> tuple[list[Ranked], list[WindowTimes]]:
    """Answer as :func:`answers_of_parts`, and rank what each departure reaches instead of telling.

    The sums of many departures take more time to write, and to sort, than to find.

    Parameters
    ----------
    journeys, blocks, weights, parts, limits_s, percentiles
        As :func:`answers_of_parts`.
    ranking
        What is asked of the sums.

    Returns
    -------
    ranked, times
        Of each part what :func:`~.rankings.rank_sums` gives of its own sums; and as
        :func:`answers_of_parts`.

    Raises
    ------
    NetworkError
        If the percentile or a kind of the ranking is none, or a part has no departure.
    """
    answers = _unanswered(journeys, blocks, weights, parts, limits_s, percentiles).not_kept()
    check_ranking(ranking, answers)
    times = [part.times for part in answers.parts]
    if isinstance(blocks, StopProfiles):
        return answer_of_profiles(journeys, blocks, answers, ranking, None), times
    found = [no_ranks(answers, ranking) for _ in answers.parts]
    stands = [np.flatnonzero(part.stands(answers.lanes)) for part in answers.parts]

    def summarise(origin: int, sums: npt.NDArray[np.float64]) -> None:
        for own, stand in zip(found, stands, strict=True):
            rank_sums(own, origin, sums[..., stand], ranking)

    _answer_of_blocks(journeys, blocks, answers, summarise, None)
    return found, times


def recounted_of_parts(
    journeys: Journeys,
    blocks: Prepared,
    earlier: Counted,
    weights: npt.NDArray[np.float64],
    parts: Sequence[npt.NDArray[np.int64]],
    ranking: Ranking,
    *,
    limits_s: Sequence[int],
) -> list[npt.NDArray[np.int32]] | None:
    """Count again how many departures reach the values of :func:`ranked_of_parts`.

    Parameters
    ----------
    journeys, blocks, weights, parts, ranking, limits_s
        As :func:`ranked_of_parts`.
    earlier
        What was ranked of other walks from stops to destinations; all else is the same.

    Returns
    -------
    reaching
        As if counted anew; None where that takes as long as to rank anew.
    """
    if not isinstance(blocks, StopProfiles):
        return None
    answers = _unanswered(journeys, blocks, weights, parts, limits_s, ()).not_kept()
    check_ranking(ranking, answers)
    return recounted(journeys, earlier, blocks, answers, ranking)


def _unanswered(
    journeys: Journeys,
    blocks: Prepared,
    weights: npt.NDArray[np.float64],
    parts: Sequence[npt.NDArray[np.int64]],
    limits_s: Sequence[int],
    percentiles: Sequence[float],
) -> Answers:
    if isinstance(blocks, StopProfiles):
        lanes = np.arange(blocks.draws * blocks.leaving_s.size)
        rows = -(-lanes.size // LANES)
    else:
        lanes = lanes_of([block.leaving_s.size for block in blocks])
        rows = len(blocks)
    return no_answers(
        journeys, weights, lanes=lanes, rows=rows, limits_s=limits_s, percentiles=percentiles,
        parts=parts,
    )  # fmt: skip


def _answer_of_blocks(
    journeys: Journeys,
    blocks: Sequence[Block],
    answers: Answers,
    summarise: Summarise | None,
    threads: int | None,
) -> None:
    """Fill the answers by a scan for each origin."""

    def worker(taken: Iterator[int]) -> None:
        desk = desk_for(journeys, blocks)
        for origin in taken:
            measure_origin(journeys, blocks, origin, desk)
            answers.fill(origin, desk.times, desk.direct_ds, summarise=summarise)

    share_out(range(len(journeys.access)), worker, threads=threads)


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


def measure_origin(journeys: Journeys, blocks: Sequence[Block], origin: int, desk: Desk) -> None:
    """Fill the travel times of all departures from one origin."""
    fill_direct(journeys, origin, desk.direct_ds, desk.direct_s)
    work = desk.work
    begin, end = journeys.access.indptr[origin : origin + 2]
    access = journeys.access.walks[begin:end]
    for row, block in enumerate(blocks):
        board_first(access, work)
        scan(block, work)
        place = Place(row, len(blocks))
        fill_travel_times(block, journeys.egress, desk.direct_s, place, work, desk.times)
        clear_scan(work)
