"""Many timed destinations in many draws: a percentile of the times, found without listing them.

Until a departure is missed, who leaves a minute later is there just as late, so that the times of
such a stretch of departures differ by a minute each. How many of them keep to a limit is counted
stretch by stretch, for 64 destinations side by side, and the limit that enough keep to is found by
halving. The values are those of :func:`~.transit_times.transit_times`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from htkgis.compiled import kernel
from htkgis.network.lanes import LANES, Lanes, empty_lanes, load_lanes, row_of_lanes, spread_over
from htkgis.network.threads import share_out
from htkgis.units import UNREACHED

from .answers import checked_percentiles, fill_direct
from .journeys import Journeys
from .many_draws import profiles_pay
from .many_origins import pays
from .masks import LATEST, soonest_of
from .pairs import DECISECONDS_PER_SECOND
from .stop_profiles import NEVER, StopProfiles, profiles_of
from .summaries import rank_of
from .transit_times import transit_times

MINUTE_S = 60
"""Seconds between the departures that stand in one stretch."""
MOST_DEPARTURES = 2**16 - 1
"""More departures, in all draws, are not counted in 16 bits."""
Seconds = npt.NDArray[np.uint16]


class Stretches(NamedTuple):
    """Departures of one origin that are all there just as late, stretch by stretch.

    The row ``part * most + n`` of ``labels`` are the seconds of arrival of stretch ``n`` at 64
    destinations; its last departure is ``last_s``, and ``several`` are ``MINUTE_S`` apart.
    """

    labels: Lanes
    last_s: Seconds
    several: Seconds


def percentile_times(
    journeys: Journeys,
    departures_s: npt.ArrayLike,
    *,
    percentile: float,
    threads: int | None = None,
    profiles: StopProfiles | None = None,
) -> npt.NDArray[np.int32]:
    """Measure one percentile of the travel times over a window, and nothing else.

    Parameters
    ----------
    journeys, departures_s, threads
        As :func:`~.transit_times.transit_times`.
    percentile
        0 to 100.
    profiles
        What :func:`~.stop_profiles.profiles_of` gives of these departures without counted
        destinations, where somebody has it.

    Returns
    -------
    percentile_ds
        What that gives, shape (origins, destinations).

    Raises
    ------
    NetworkError
        As it does.
    """
    (asked,) = checked_percentiles([percentile])
    total = len(journeys.timetables) * np.size(departures_s)
    few = pays(journeys, np.size(departures_s)) or total > MOST_DEPARTURES
    if profiles is None and not few and profiles_pay(journeys, departures_s, counted=0):
        profiles = profiles_of(journeys, departures_s, counted=0, threads=threads)
    if profiles is None or total > MOST_DEPARTURES:
        times = transit_times(journeys, departures_s, percentiles=(asked,), threads=threads)
        return times.percentiles_ds[..., 0]
    return percentile_of_profiles(journeys, profiles, percentile=asked, threads=threads)


def percentile_of_profiles(
    journeys: Journeys, profiles: StopProfiles, *, percentile: float, threads: int | None = None
) -> npt.NDArray[np.int32]:
    """Measure as :func:`percentile_times`, given profiles without counted destinations."""
    starts, targets = journeys.access.indptr, len(journeys.egress)
    width, total = profiles.columns.width, profiles.draws * profiles.leaving_s.size
    found_ds = np.empty((len(journeys.access), targets), dtype=np.int32)

    def worker(taken: Iterator[int]) -> None:
        stretches = Stretches(
            empty_lanes(width * total, LATEST - 1),
            np.empty(total, dtype=np.uint16),
            np.empty(total, dtype=np.uint16),
        )
        lanes = empty_lanes(4 * width, LATEST - 1)
        direct_s, direct_ds = np.empty((2, targets), dtype=np.int32)
        for origin in taken:
            fill_direct(journeys, origin, direct_ds, direct_s)
            own = journeys.access.walks[starts[origin] : starts[origin + 1]]
            number = _stretch(profiles, own, stretches)
            rank = rank_of(percentile, total)
            _halve(stretches, number, rank, journeys.cutoff_s, width, lanes)
            ridden_s = lanes[:width].ravel()[:targets].astype(np.int64)
            time_s = np.minimum(ridden_s, direct_s)
            exact_ds = np.minimum(time_s * DECISECONDS_PER_SECOND, direct_ds)
            found_ds[origin] = np.where(time_s > journeys.cutoff_s, UNREACHED, exact_ds)

    share_out(range(len(journeys.access)), worker, threads=threads)
    return found_ds


@kernel
def _stretch(  # noqa: C901 - to hand so many arrays over for each departure costs more
    profiles: StopProfiles, walks: npt.NDArray[np.int32], stretches: Stretches
) -> int:
    """Follow the departures of one origin through every draw; give how many stretches they make."""
    width, leaving_s = profiles.columns.width, profiles.leaving_s
    labels, departure_s, starts = profiles.labels, profiles.departure_s, profiles.starts
    own, last_s, several = stretches.labels, stretches.last_s, stretches.several
    most, number, count = last_s.size, 0, walks.shape[0]
    caught, until_s = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    for draw in range(starts.shape[0]):
        for place in range(count):
            caught[place] = starts[draw, walks[place, 0]]
            until_s[place] = departure_s[caught[place]] - walks[place, 1]
        missed_s = np.int64(-1)
        for departure in range(leaving_s.size):
            leaving = leaving_s[departure]
            other = departure == 0 or leaving - leaving_s[departure - 1] != MINUTE_S
            if leaving > missed_s:
                missed_s = np.int64(NEVER)
                for place in range(count):
                    while until_s[place] < leaving:
                        caught[place] += 1
                        until_s[place] = departure_s[caught[place]] - walks[place, 1]
                    missed_s = min(missed_s, until_s[place])
                for part in range(width):
                    row = part * most + number
                    soonest_of(labels, caught, count, width, part, own, row)
                    for lane in range(LANES):
                        other |= own[max(row - 1, 0), lane] != own[row, lane]
            elif other:
                for part in range(width):
                    own[part * most + number] = own[part * most + number - 1]
            if other:
                several[number] = 0
                number += 1
            last_s[number - 1] = leaving
            several[number - 1] += np.uint16(1)
    return number


@kernel
def _halve(
    stretches: Stretches, number: int, rank: int, cutoff_s: int, width: int, lanes: Lanes
) -> None:
    """Write into the first rows of lanes the ``rank``-th shortest time, above the cutoff if none.

    Behind them stand the least limits that may be it, one below them, and the counts.
    """
    labels, last_s, several = stretches
    most = last_s.size
    for part in range(width):
        low, middle, kept = part, width + part, 2 * width + part
        high = 3 * width + part
        for lane in range(LANES):
            lanes[low, lane] = np.uint16(0)
            lanes[high, lane] = np.uint16(cutoff_s + 1)
        left = cutoff_s + 1
        while left > 0:
            left >>= 1
            for lane in range(LANES):
                lanes[middle, lane] = np.uint16(
                    (np.int64(lanes[low, lane]) + np.int64(lanes[high, lane])) >> 1
                )
            count_kept(labels, part * most, number, last_s, several, lanes, middle, kept)
            for lane in range(LANES):
                if lanes[low, lane] < lanes[high, lane]:
                    if lanes[kept, lane] >= rank:
                        lanes[high, lane] = lanes[middle, lane]
                    else:
                        lanes[low, lane] = lanes[middle, lane] + np.uint16(1)


@intrinsic
def _count_kept(  # noqa: PLR0913, PLR0917 - numba passes by name and type
    _: Any,
    labels: Any,
    first: Any,  # noqa: ARG001
    number: Any,  # noqa: ARG001
    last_s: Any,
    count: Any,
    limits: Any,
    limit: Any,  # noqa: ARG001
    kept: Any,  # noqa: ARG001
) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        rows, begin, size, last, several, lanes, middle, result = values
        kinds = signature.args
        place, vector = row_of_lanes(context, builder, kinds[5], lanes, middle)
        within_s = load_lanes(builder, place)
        lasts, counts = (
            context.make_array(kind)(context, builder, array).data
            for kind, array in ((kinds[3], last), (kinds[4], several))
        )

        def everywhere(value: int) -> Any:
            return ir.Constant(vector, [value] * LANES)

        total = cgutils.alloca_once_value(builder, everywhere(0))  # type: ignore[no-untyped-call]
        with cgutils.for_range(builder, size) as loop:
            source, _ = row_of_lanes(
                context, builder, kinds[0], rows, builder.add(begin, loop.index)
            )
            arrival = load_lanes(builder, source)
            own_last = spread_over(builder, builder.load(builder.gep(lasts, [loop.index])), vector)
            own_count = spread_over(
                builder, builder.load(builder.gep(counts, [loop.index])), vector
            )
            # the last of them keeps to the limit if it leaves no earlier than that
            until = builder.add(within_s, own_last)
            earlier = builder.udiv(builder.sub(until, arrival), everywhere(MINUTE_S))
            some = builder.add(earlier, everywhere(1))
            fewer = builder.icmp_unsigned("<", some, own_count)
            reaching = builder.select(fewer, some, own_count)
            in_time = builder.icmp_unsigned(">=", until, arrival)
            added = builder.select(in_time, reaching, everywhere(0))
            builder.store(builder.add(builder.load(total), added), total)
        target, _ = row_of_lanes(context, builder, kinds[5], lanes, result)
        builder.store(builder.load(total), target, align=2)
        return context.get_dummy_value()

    whole = types.int64
    return types.void(labels, whole, whole, last_s, count, limits, whole, whole), generate


count_kept = cast("Callable[[Any, int, int, Any, Any, Any, int, int], None]", _count_kept)
"""Count in a row of lanes the departures of some stretches that keep to the limits of another."""
