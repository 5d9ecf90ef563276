"""Travel times by public transport, door to door, for every departure of a window."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from htkgis.network.lanes import LANES
from htkgis.units import UNREACHED

from .answering import (
    Desk,
    Prepared,
    answers_of_parts,
    blocks_of_all,
    desk_for,
    measure_origin,
    prepared,
)
from .answers import WindowTimes, lanes_of
from .journeys import Journeys
from .many_origins import answers_of_groups, pays
from .masks import LATEST
from .pairs import DECISECONDS_PER_SECOND
from .windows import Block


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
    sums, (times,) = answers_of_parts(
        journeys,
        blocks,
        weights,
        (),
        limits_s=limits_s,
        percentiles=percentiles,
        threads=threads,
    )
    return sums, times


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
    measure_origin(journeys, blocks, origin, desk)
    lanes = lanes_of([block.leaving_s.size for block in blocks])
    times = desk.times.reshape(-1, len(blocks) * LANES)[:, lanes].T.astype(np.int32)
    ends_s = times * DECISECONDS_PER_SECOND
    return np.where(times == LATEST, UNREACHED, np.minimum(ends_s, desk.direct_ds))
