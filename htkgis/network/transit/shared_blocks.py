"""Shared blocks: 64 lanes that the departures of several origins share.

Origins that walk to the same stops mostly sit in the same trips, so that 16 departures of four of
them take less work than 64 of each.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.network.lanes import LANES

from .connections import DEPARTURE, Rows
from .windows import Block, Period, blocks_in


class SharedBlock(NamedTuple):
    """Up to ``width`` departures of each origin; see :class:`~.windows.Block`.

    Departure ``d`` of the block's origin ``o`` has lane ``o * width + d``. ``started[t]`` are the
    lanes of origin 0 that have left the door by second ``t``, up to when all have; ``late[n]``
    those of all origins but the first ``n`` departures of each. ``rows`` are the connections that
    may serve them, from ``begin`` on among those of the period.
    """

    base_s: int
    leaving_s: npt.NDArray[np.int64]
    started: npt.NDArray[np.int64]
    late: npt.NDArray[np.int64]
    rows: Rows
    begin: int
    width: int
    cutoff_s: int
    last_s: int


def shared_blocks(
    period: Period, departures: npt.NDArray[np.int64], cutoff_s: int, *, together: int
) -> list[SharedBlock]:
    """Cut departures into blocks whose lanes so many origins share: 1, 2, 4 or 8."""
    width = LANES // together
    return [
        _shared(block, period, width)
        for block in blocks_in(period, departures, cutoff_s, width=width)
    ]


def _shared(block: Block, period: Period, width: int) -> SharedBlock:
    return SharedBlock(
        base_s=block.base_s,
        leaving_s=block.leaving_s,
        started=block.started,
        late=_late(block.leaving_s.size, width),
        rows=block.rows,
        begin=int(np.searchsorted(period.rows[:, DEPARTURE], block.base_s)),
        width=width,
        cutoff_s=block.cutoff_s,
        last_s=block.last_s,
    )


def _late(departures: int, width: int) -> npt.NDArray[np.int64]:
    """List the lanes of each origin without its first departures, none of them left out first."""
    of_one = [(1 << departures) - (1 << first) for first in range(departures + 1)]
    every = sum(1 << shift for shift in range(0, LANES, width))
    return np.array([lanes * every for lanes in of_one], dtype=np.uint64).view(np.int64)
