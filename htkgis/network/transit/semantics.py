"""Semantics: what the departure of a journey means, three ways of asking for its travel time.

``any`` departure: one leaves the door at each minute of a window, whatever the timetable says;
the wait for the first ride counts. ``planned``: one knows the timetable, and leaves as late as
the same arrival allows; the first wait counts nothing. ``arrive-by``: one must be there by each
minute of the window, and leaves as late as that allows; the wait at the end counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from htkgis.network.lanes import LANES
from htkgis.network.threads import share_out
from htkgis.units import UNREACHED

from .answering import desk_for
from .answers import WindowTimes, checked_percentiles
from .connections import BOARD, DEPARTURE, FLAGS, FROM, Connections
from .journeys import LONG_DAY_S, Journeys, turned
from .pairs import DECISECONDS_PER_SECOND
from .summaries import rank_of
from .transit_times import (
    times_of_blocks,
    transit_times,
)
from .windows import Period, blocks_in, period_of

Semantics = Literal["any", "planned", "arrive-by"]
Times = npt.NDArray[np.int64]


def window_times(
    journeys: Journeys,
    window_s: npt.ArrayLike,
    *,
    semantics: Semantics = "any",
    percentiles: Sequence[float] = (50,),
    threads: int | None = None,
) -> WindowTimes:
    """Measure travel times over a window, in one of three senses.

    Parameters
    ----------
    journeys
        What journeys are made of.
    window_s
        Seconds after midnight, rising: when one leaves (``any``), wants to leave at the earliest
        (``planned``), or must have arrived (``arrive-by``).
    semantics
        See the module.
    percentiles, threads
        As :func:`~htkgis.network.transit.transit_times`.

    Returns
    -------
    times
        One row per origin, one column per destination, whatever the semantics.
    """
    if semantics == "arrive-by":
        backwards = LONG_DAY_S - np.asarray(window_s, dtype=np.int64)[::-1]
        found = transit_times(turned(journeys), backwards, percentiles=percentiles, threads=threads)
        return WindowTimes(
            np.ascontiguousarray(found.percentiles_ds.swapaxes(0, 1)),
            np.ascontiguousarray(found.share.T),
            np.ascontiguousarray(found.mean_s.T),
        )
    if semantics == "planned":
        return _planned(journeys, np.asarray(window_s, dtype=np.int64), percentiles, threads)
    return transit_times(journeys, window_s, percentiles=percentiles, threads=threads)


def _planned(
    journeys: Journeys, window_s: Times, percentiles: Sequence[float], threads: int | None
) -> WindowTimes:
    departures = window_s.size * len(journeys.timetables)
    ranks = [rank_of(p, departures) - 1 for p in checked_percentiles(percentiles)]
    shape = (len(journeys.access), len(journeys.egress))
    result = WindowTimes(
        np.empty((*shape, len(ranks)), dtype=np.int32), np.empty(shape), np.empty(shape)
    )

    periods = _periods(journeys, window_s)

    def worker(origins: Iterator[int]) -> None:
        for origin in origins:
            times = _planned_in(journeys, periods, window_s, origin)
            made = times < UNREACHED
            result.percentiles_ds[origin] = np.sort(times, axis=0)[ranks].T
            result.share[origin] = made.mean(axis=0)
            total = np.where(made, times, 0).sum(axis=0) / DECISECONDS_PER_SECOND
            with np.errstate(invalid="ignore"):
                result.mean_s[origin] = total / made.sum(axis=0)

    share_out(range(shape[0]), worker, threads=threads)
    return result


def _periods(journeys: Journeys, window: Times) -> list[Period]:
    """Take what may serve any moment of the window, for each draw of the timetable."""
    start_s, end_s = int(window[0]), int(window[-1]) + 3 * journeys.cutoff_s
    return [period_of(table, journeys.footpaths, start_s, end_s) for table in journeys.timetables]


def _planned_in(
    journeys: Journeys, periods: Sequence[Period], window: Times, origin: int
) -> npt.NDArray[np.int32]:
    """Give the travel times of who plans: from the latest departure with the same arrival.

    Who finds no journey within the cutoff waits for the next one, if that arrives within twice
    the cutoff: a connection once an hour is one at any minute. Nothing but the moments when some
    first ride can just be caught matters, so the scan is run for these.

    Returns
    -------
    times
        Deciseconds, int32, shape (timetables * window, destinations), ``UNREACHED`` where there
        is no journey within the cutoff.
    """
    parts = []
    for table, period in zip(journeys.timetables, periods, strict=True):
        one = journeys._replace(timetables=(table,), direct=None)
        moments = _moments(one, table, origin, window)
        arrivals = _arrivals(one, period, origin, moments)
        durations = _from_latest(moments, arrivals, window, 2 * journeys.cutoff_s)
        parts.append(np.minimum(durations, _direct_ds(journeys, origin)))
    return np.concatenate(parts).astype(np.int32)


def _moments(journeys: Journeys, table: Connections, origin: int, window: Times) -> Times:
    """List when one can leave the door to just catch some first ride."""
    begin, end = journeys.access.indptr[origin : origin + 2]
    walks = journeys.access.walks[begin:end]
    walk_s = np.full(table.stops, -1, dtype=np.int64)
    walk_s[walks[:, 0]] = walks[:, 1]
    # nobody leaves later than the last arrival that counts
    rows = table.between(int(window[0]), int(window[-1]) + 2 * journeys.cutoff_s)
    first = rows[(walk_s[rows[:, FROM]] >= 0) & (rows[:, FLAGS] & BOARD != 0)]
    leaving = first[:, DEPARTURE] - walk_s[first[:, FROM]]
    moments: Times = np.unique(leaving[leaving >= window[0]])
    return moments


def _arrivals(journeys: Journeys, period: Period, origin: int, moments: Times) -> Times:
    """Give when one arrives who leaves at each of the moments, in deciseconds after midnight."""
    arrivals = np.full((moments.size, len(journeys.egress)), UNREACHED, dtype=np.int64)
    blocks = blocks_in(period, moments, journeys.cutoff_s)
    if not blocks:
        return arrivals
    desk = desk_for(journeys, blocks[:1])
    for row, block in enumerate(blocks):
        own = slice(row * LANES, (row + 1) * LANES)
        times = times_of_blocks(journeys, [block], origin, desk)
        leaving_ds = moments[own, None] * DECISECONDS_PER_SECOND
        arrivals[own] = np.where(times < UNREACHED, times + leaving_ds, UNREACHED)
    return arrivals


def _from_latest(moments: Times, arrivals: Times, window: Times, within_s: int) -> Times:
    """Give the travel time of each arrival in time from the latest moment that makes it."""
    if moments.size == 0:
        return np.full((window.size, arrivals.shape[1]), UNREACHED, dtype=np.int64)
    latest = np.empty_like(arrivals)
    latest[-1] = moments[-1]
    for row in range(moments.size - 2, -1, -1):
        # who finds no journey within the cutoff waits for the next moment
        arrivals[row] = np.minimum(arrivals[row], arrivals[row + 1])
        same = arrivals[row] == arrivals[row + 1]
        latest[row] = np.where(same, latest[row + 1], moments[row])
    soonest = np.minimum(np.searchsorted(moments, window), moments.size - 1)
    found = arrivals[soonest]
    in_time = found <= (window[:, None] + within_s) * DECISECONDS_PER_SECOND
    times = found - latest[soonest] * DECISECONDS_PER_SECOND
    return np.where(in_time & (window <= moments[-1])[:, None], times, UNREACHED)


def _direct_ds(journeys: Journeys, origin: int) -> Times:
    times = np.full(len(journeys.egress), UNREACHED, dtype=np.int64)
    if journeys.direct is not None:
        begin, end = journeys.direct.indptr[origin : origin + 2]
        times[journeys.direct.to_index[begin:end]] = journeys.direct.time_ds[begin:end]
    return np.where(times <= journeys.cutoff_s * DECISECONDS_PER_SECOND, times, UNREACHED)
