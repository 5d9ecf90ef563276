"""Fused accumulation: what each origin reaches is summed as its search ends, pairs never kept.

Sums are taken target by target in the order of :class:`~htkgis.network.targets.Targets`, so a
value has the same bits whatever was searched together with it, by whichever kernel.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel

from .batch import BatchWork, clear_batch, label_along, list_reached, spread_lanes
from .lanes import LANES, add_reached, arrive
from .searches import Searches


class Amounts(NamedTuple):
    """What each target offers: ``amount`` of ``kind``, from ``start[target]`` on."""

    start: npt.NDArray[np.int32]
    kind: npt.NDArray[np.int32]
    amount: npt.NDArray[np.float64]


@kernel
def count_batches(
    searches: Searches,
    amounts: Amounts,
    limits: npt.NDArray[np.int64],
    begin: int,
    end: int,
    work: BatchWork,
    values: npt.NDArray[np.float64],
) -> None:
    """Sum the amounts within each limit into ``values`` (source, limit, kind)."""
    kinds = values.shape[2]
    never = searches.cutoff + 1
    sums = np.empty((limits.size * kinds, LANES))
    start, kind, amount, listed = amounts.start, amounts.kind, amounts.amount, work.lists.listed
    side, labels, row, shared = searches.targets.side, work.labels, work.row, work.shared
    ends, onward, edges = side.nodes, side.costs, side.edge
    for first in range(begin, end, LANES):
        last = min(first + LANES, end)
        sums[:] = 0.0
        touched = spread_lanes(searches, first, last, work)
        found = list_reached(searches, first, last, touched, work)
        for number in range(found):
            target = listed[number]
            node, other = ends[target, 0], ends[target, 1]
            on, other_on = onward[target, 0], onward[target, 1]
            beside = shared[edges[target]]
            if beside:
                arrive(labels, node, on, other, other_on, row)
                label_along(searches, first, last, target, work)
            for entry in range(start[target], start[target + 1]):
                for limit in range(limits.size):
                    place = limit * kinds + kind[entry]
                    late = searches.cutoff - limits[limit]
                    if beside:
                        add_reached(row, 0, late, 0, late, amount[entry], sums, place)
                    else:
                        # the way on is put on the bound, not taken off 64 labels
                        above, other_above = min(late + on, never), min(late + other_on, never)
                        add_reached(
                            labels, node, above, other, other_above, amount[entry], sums, place
                        )
        _write_sums(searches, first, last, sums, values)
        clear_batch(searches, first, last, touched, work)


@kernel
def weigh_batches(
    searches: Searches,
    amounts: Amounts,
    impedances: npt.NDArray[np.float64],
    begin: int,
    end: int,
    work: BatchWork,
    values: npt.NDArray[np.float64],
) -> None:
    """Sum the amounts times the weight of their time into ``values`` (source, table, kind)."""
    kinds = values.shape[2]
    tables = impedances.shape[0]
    sums = np.empty((tables * kinds, LANES))
    start, kind, amount, listed = amounts.start, amounts.kind, amounts.amount, work.lists.listed
    side, labels, row, shared = searches.targets.side, work.labels, work.row, work.shared
    ends, onward, edges = side.nodes, side.costs, side.edge
    for first in range(begin, end, LANES):
        last = min(first + LANES, end)
        sums[:] = 0.0
        touched = spread_lanes(searches, first, last, work)
        found = list_reached(searches, first, last, touched, work)
        for number in range(found):
            target = listed[number]
            arrive(
                labels, ends[target, 0], onward[target, 0], ends[target, 1], onward[target, 1], row
            )
            if shared[edges[target]]:
                label_along(searches, first, last, target, work)
            for entry in range(start[target], start[target + 1]):
                for table in range(tables):
                    place = table * kinds + kind[entry]
                    for lane in range(LANES):
                        time = searches.cutoff + 1 - np.int64(row[0, lane])
                        # the last weight, of what is not reached, is 0
                        sums[place, lane] += amount[entry] * impedances[table, time]
        _write_sums(searches, first, last, sums, values)
        clear_batch(searches, first, last, touched, work)


@kernel
def time_batches(
    searches: Searches, begin: int, end: int, work: BatchWork, times: npt.NDArray[np.int32]
) -> None:
    """Write the times to all targets into the rows of ``times``, which are "not reached"."""
    listed = work.lists.listed
    side, labels, row, shared = searches.targets.side, work.labels, work.row, work.shared
    ends, onward, edges = side.nodes, side.costs, side.edge
    for first in range(begin, end, LANES):
        last = min(first + LANES, end)
        touched = spread_lanes(searches, first, last, work)
        found = list_reached(searches, first, last, touched, work)
        for number in range(found):
            target = listed[number]
            arrive(
                labels, ends[target, 0], onward[target, 0], ends[target, 1], onward[target, 1], row
            )
            if shared[edges[target]]:
                label_along(searches, first, last, target, work)
            column = searches.targets.order[target]
            for place in range(first, last):
                time = searches.cutoff + 1 - np.int64(row[0, place - first])
                if time <= searches.cutoff:
                    times[searches.order[place], column] = time
        clear_batch(searches, first, last, touched, work)


@kernel
def _write_sums(
    searches: Searches,
    first: int,
    last: int,
    sums: npt.NDArray[np.float64],
    values: npt.NDArray[np.float64],
) -> None:
    """Write the sums of a batch to the rows of its sources."""
    kinds = values.shape[2]
    for place in range(first, last):
        for column in range(sums.shape[0]):
            values[searches.order[place], column // kinds, column % kinds] = sums[
                column, place - first
            ]
