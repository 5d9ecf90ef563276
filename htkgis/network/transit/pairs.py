"""Pairs: walks between points and stops, by point, in whole seconds.

A walk takes whole seconds, rounded up: who walks 60.1 s is not at a stop after 60.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.network.street_times import TravelTimes

DECISECONDS_PER_SECOND = 10


class Pairs(NamedTuple):
    """Walks by the point they belong to.

    Point ``i`` owns the entries ``indptr[i]:indptr[i + 1]`` of ``walks``: the number of a stop
    and the seconds to or from it, int32, shape (pairs, 2).
    """

    indptr: npt.NDArray[np.int64]
    walks: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def of(self, point: int) -> npt.NDArray[np.int32]:
        """Take the walks of one point."""
        return self.walks[self.indptr[point] : self.indptr[point + 1]]


def whole_seconds(time_ds: npt.ArrayLike) -> npt.NDArray[np.int32]:
    """Convert deciseconds to whole seconds, rounded up.

    Examples
    --------
    >>> whole_seconds([600, 601, 0]).tolist()
    [60, 61, 0]
    """
    return -(-np.asarray(time_ds) // DECISECONDS_PER_SECOND).astype(np.int32)


def pairs_of(
    point: npt.ArrayLike, stop: npt.ArrayLike, seconds: npt.ArrayLike, *, points: int
) -> Pairs:
    """Sort walks by point, then by stop.

    Parameters
    ----------
    point, stop, seconds
        One entry per walk, in any order.
    points
        How many points there are.

    Examples
    --------
    >>> pairs = pairs_of([1, 0, 1], [5, 3, 2], [60, 10, 20], points=2)
    >>> pairs.indptr.tolist(), pairs.walks.tolist()
    ([0, 1, 3], [[3, 10], [2, 20], [5, 60]])
    """
    owner, other = np.asarray(point, dtype=np.int64), np.asarray(stop, dtype=np.int64)
    order = np.lexsort((other, owner))
    walks = np.stack([other, np.asarray(seconds)], axis=1)[order].astype(np.int32)
    counts = np.bincount(owner, minlength=points)
    return Pairs(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), walks)


def walks_from(times: TravelTimes) -> Pairs:
    """Take street times from points to stops, by point."""
    return pairs_of(
        times.from_index, times.to_index, whole_seconds(times.time_ds), points=len(times.from_ids)
    )


def walks_to(times: TravelTimes) -> Pairs:
    """Take street times from stops to points, by point."""
    return pairs_of(
        times.to_index, times.from_index, whole_seconds(times.time_ds), points=len(times.to_ids)
    )


def later(pairs: Pairs, seconds: int) -> Pairs:
    """Make every walk take longer, for example by the time that is kept before a departure.

    Examples
    --------
    >>> later(pairs_of([0], [3], [10], points=1), 60).walks.tolist()
    [[3, 70]]
    """
    return Pairs(pairs.indptr, pairs.walks + np.array([0, seconds], dtype=np.int32))


def by_length(pairs: Pairs) -> Pairs:
    """Sort the walks of each point by their length, so that a scan may stop at the first too long.

    Examples
    --------
    >>> by_length(pairs_of([0, 0], [1, 2], [90, 60], points=3)).walks.tolist()
    [[2, 60], [1, 90]]
    """
    owner = np.repeat(np.arange(len(pairs)), np.diff(pairs.indptr))
    order = np.lexsort((pairs.walks[:, 0], pairs.walks[:, 1], owner))
    return Pairs(pairs.indptr, np.ascontiguousarray(pairs.walks[order]))


def sooner(first: Pairs, second: Pairs) -> Pairs:
    """Join two sets of walks of the same points; of walks to the same stop the shorter stays.

    Examples
    --------
    >>> on_foot, by_bike = (pairs_of([0, 0], [1, 2], s, points=1) for s in ([60, 600], [90, 200]))
    >>> sooner(on_foot, by_bike).walks.tolist()
    [[1, 60], [2, 200]]
    """
    owner = np.concatenate(
        [np.repeat(np.arange(len(own)), np.diff(own.indptr)) for own in (first, second)]
    )
    walks = np.concatenate([first.walks, second.walks])
    order = np.lexsort((walks[:, 1], walks[:, 0], owner))
    owner, walks = owner[order], walks[order]
    again = (owner[1:] == owner[:-1]) & (walks[1:, 0] == walks[:-1, 0])
    kept = np.concatenate([[True], ~again])[: len(owner)]
    return pairs_of(owner[kept], walks[kept, 0], walks[kept, 1], points=len(first))


def as_one(pairs: Pairs) -> Pairs:
    """Take the points as one: of the walks to a stop the shortest.

    Examples
    --------
    >>> as_one(pairs_of([0, 1, 1], [5, 5, 6], [90, 60, 30], points=2)).walks.tolist()
    [[5, 60], [6, 30]]
    """
    joined = Pairs(np.array([0, len(pairs.walks)]), pairs.walks)
    return sooner(joined, pairs_of([], [], [], points=1))
