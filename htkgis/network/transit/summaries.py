"""Summaries: what the travel times of all departures come to, target by target.

A row holds the travel times of up to 64 departures in seconds, ``LATEST`` where a departure
does not make it within the cutoff.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.network.lanes import LANES, Lanes
from htkgis.units import UNREACHED

from .masks import LATEST, count_lanes, lanes_until
from .pairs import DECISECONDS_PER_SECOND


def rank_of(percentile: float, departures: int) -> int:
    """Say how many departures must be at least as quick as a percentile of the travel time.

    The percentile is the least travel time that at least ``percentile`` per cent of the
    departures keep to: the ``ceil(percentile / 100 * departures)``-th shortest.

    Examples
    --------
    >>> [rank_of(p, 120) for p in (0, 5, 50, 99.9, 100)]
    [1, 6, 60, 120, 120]
    """
    # a percentile such as 0.1 has no exact binary form: a hair above a whole number is that number
    return max(1, int(np.ceil(percentile / 100 * departures - 1e-9)))


@kernel
def _within(times: Lanes, target: int, rows: int, limit_s: int) -> int:
    """Count the departures that make it within a limit."""
    count = 0
    for row in range(rows):
        count += count_lanes(lanes_until(times, target * rows + row, limit_s)[0])
    return count


@kernel
def _shortest(times: Lanes, target: int, rows: int, rank: int, cutoff_s: int) -> int:
    """Find the ``rank``-th shortest time by halving; ``LATEST`` where fewer make it."""
    low, high = 0, cutoff_s + 1
    while low < high:
        middle = (low + high) >> 1
        if _within(times, target, rows, middle) >= rank:
            high = middle
        else:
            low = middle + 1
    return low if low <= cutoff_s else LATEST


@kernel
def fill_percentiles(
    times: Lanes,
    rows: int,
    ranks: npt.NDArray[np.int64],
    direct_ds: npt.NDArray[np.int32],
    cutoff_s: int,
    result: npt.NDArray[np.int32],
) -> None:
    """Write the percentiles of each target in deciseconds, shape (targets, ranks).

    ``direct_ds`` is the time without any ride, which the times hold already, rounded up to
    whole seconds; where a percentile is that time, it is written to the decisecond.
    """
    for target in range(result.shape[0]):
        for place in range(ranks.size):
            time = _shortest(times, target, rows, ranks[place], cutoff_s)
            if time == LATEST:
                result[target, place] = UNREACHED
            else:
                result[target, place] = min(time * DECISECONDS_PER_SECOND, direct_ds[target])


@kernel
def fill_means(
    times: Lanes,
    rows: int,
    lanes: int,
    share: npt.NDArray[np.float64],
    mean_s: npt.NDArray[np.float64],
) -> None:
    """Write the share of ``lanes`` departures that make it, and the mean time of those."""
    for target in range(share.size):
        count, total = 0, 0
        for row in range(rows):
            for lane in range(LANES):
                time = times[target * rows + row, lane]
                if time != LATEST:
                    count += 1
                    total += time
        share[target] = count / lanes
        mean_s[target] = total / count if count else np.nan


@kernel
def add_opportunities(
    times: Lanes,
    rows: int,
    weights: npt.NDArray[np.float64],
    limit_s: int,
    sums: npt.NDArray[np.float64],
) -> None:
    """Add what each departure reaches within a limit, shape (kinds, rows * 64)."""
    for target in range(weights.shape[0]):
        for row in range(rows):
            mask, _ = lanes_until(times, target * rows + row, limit_s)
            if mask == 0:
                continue
            for kind in range(weights.shape[1]):
                weight = weights[target, kind]
                if weight == 0:
                    continue
                for lane in range(LANES):
                    if times[target * rows + row, lane] <= limit_s:
                        sums[kind, row * LANES + lane] += weight
