"""Bounds of sums that follow from adding and taking away what is known, without a linear program.

Nobody needs a program to see that who is beyond 30 minutes is all persons less those within. Such
bounds hold in every table that fits, so they settle most groups; the narrowest are left to
:mod:`htkgis.profile.suppression`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt


class Cells(Protocol):
    """A sum of cells."""

    @property
    def cells(self) -> tuple[int, ...]:
        """Which cells."""


class Known(Cells, Protocol):
    """A sum of cells that is known to lie from ``low`` to ``high``."""

    @property
    def low(self) -> float:
        """The least it can be."""

    @property
    def high(self) -> float:
        """The greatest it can be."""


Ends = tuple[float, float]
NOTHING: Ends = (0.0, math.inf)
"""What anybody knows of a sum of cells that hold 0 or more."""


def plain_bounds(known: Sequence[Known], groups: Sequence[Cells]) -> npt.NDArray[np.float64]:
    """Bound each group by one known sum, or by the difference of two.

    Parameters
    ----------
    known
        Sums that were published, or that anybody may know.
    groups
        Sums to bound.

    Returns
    -------
    bounds
        Shape (n_groups, 2): a least and a greatest value that every table keeps, which may be
        wider than the narrowest; ``inf`` where no sum holds the group.

    Examples
    --------
    Of 10 persons at least 8 are in the first cell:

    >>> from htkgis.profile.suppression import Group, Sum
    >>> known = [Sum((0, 1), 10, 10), Sum((0,), 8, 10)]
    >>> plain_bounds(known, [Group((0,), 8), Group((1,), 2)]).tolist()
    [[8.0, 10.0], [0.0, 2.0]]
    """
    ends = _with_wholes(known)
    return np.array([_bounds(_mask(group.cells), ends) for group in groups]).reshape(-1, 2)


def _bounds(group: int, ends: dict[int, Ends]) -> Ends:
    low, high = NOTHING
    for mask, (least, most) in ends.items():
        if not mask & ~group and least > low:
            low = least
        if not group & ~mask:
            rest_low, rest_high = ends.get(mask & ~group, NOTHING)
            low, high = max(low, least - rest_high), min(high, most - rest_low)
    return low, high


def _with_wholes(known: Sequence[Known]) -> dict[int, Ends]:
    """Gather what is known by sum, with the wholes that each sum is a part of, and their rests."""
    ends: dict[int, Ends] = {0: (0.0, 0.0)}
    for each in known:
        _note(ends, _mask(each.cells), each.low, each.high)
    wholes: list[tuple[int, float]] = []
    for mask, (low, high) in ends.items():
        if mask and low == high and not any(mask & other for other, _ in wholes):
            wholes.append((mask, low))
    for mask in list(ends):
        own = [(other, total) for other, total in wholes if mask & other]
        whole, total = sum(other for other, _ in own), sum(total for _, total in own)
        if mask and not mask & ~whole:
            _note(ends, whole, total, total)
            low, high = ends[mask]
            _note(ends, whole & ~mask, total - high, total - low)
    return ends


def _note(ends: dict[int, Ends], mask: int, low: float, high: float) -> None:
    least, most = ends.get(mask, NOTHING)
    ends[mask] = (max(least, low), min(most, high))


def _mask(cells: Iterable[int]) -> int:
    """Write a set of cells as the bits of one number."""
    return sum(1 << cell for cell in set(cells))
