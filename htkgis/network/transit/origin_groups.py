"""Groups of origins that are measured together, since they walk to the same stops."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .pairs import Pairs

Numbers = npt.NDArray[np.int64]


def groups_of(access: Pairs, size: int) -> list[Numbers]:
    """Group origins: the first that is left, and those that share most stops with it.

    Parameters
    ----------
    access
        Walks from origins to stops, by origin.
    size
        Origins of a group; those that nobody shares enough stops with are put together at the end.

    Returns
    -------
    groups
        Numbers of origins, each in one group.

    Examples
    --------
    >>> from .pairs import pairs_of
    >>> access = pairs_of([0, 1, 2, 2], [5, 6, 5, 7], [60, 60, 60, 60], points=4)
    >>> [group.tolist() for group in groups_of(access, 2)]
    [[0, 2], [1, 3]]
    """
    if size == 1:
        return [np.array([origin]) for origin in range(len(access))]
    owner = np.repeat(np.arange(len(access)), np.diff(access.indptr))
    stops = access.walks[:, 0]
    by_stop = owner[np.argsort(stops, kind="stable")]
    bounds = np.searchsorted(np.sort(stops), np.arange(stops.max(initial=-1) + 2))
    free = np.ones(len(access), dtype=np.bool_)
    whole: list[list[int]] = []
    rest: list[int] = []
    for origin in range(len(access)):
        if free[origin]:
            own = stops[access.indptr[origin] : access.indptr[origin + 1]]
            free[origin] = False
            near = np.concatenate([[], *(by_stop[bounds[s] : bounds[s + 1]] for s in own)])
            group = [origin, *_most_shared(near.astype(np.int64), free, size - 1)]
            free[group] = False
            if len(group) == size:
                whole.append(group)
            else:
                rest.extend(group)
    whole.extend(rest[begin : begin + size] for begin in range(0, len(rest), size))
    return [np.array(group, dtype=np.int64) for group in whole]


def _most_shared(near: Numbers, free: npt.NDArray[np.bool_], count: int) -> list[int]:
    """Take the origins that come up most often and are free; of equals the first."""
    others, times = np.unique(near[free[near]], return_counts=True)
    chosen: list[int] = others[np.lexsort((others, -times))][:count].tolist()
    return chosen
