"""Arrivals: from the labels of a scan to the travel times of all departures to all targets."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.network.lanes import LANES, Lanes

from .change_scan import ChangeWork
from .masks import LATEST, sooner_by
from .pairs import Pairs
from .scan import REACHED, ScanWork
from .shared_blocks import SharedBlock
from .windows import Block


class Place(NamedTuple):
    """Which row of each target to write: target ``t`` has ``rows`` rows from ``t * rows`` on."""

    row: int
    rows: int


@kernel
def fill_travel_times(
    block: Block,
    egress: Pairs,
    direct_s: npt.NDArray[np.int32],
    place: Place,
    work: ScanWork,
    times: Lanes,
) -> None:
    """Write the travel times of the lanes of a scan to each target.

    Parameters
    ----------
    block
        The departures.
    egress
        Walks from stops by target.
    direct_s
        Seconds to each target without any ride; more than the cutoff where too far.
    place
        Where to write.
    work
        Labelled by :func:`scan`.
    times
        Seconds, uint16, shape (targets * rows, 64); ``LATEST`` where a lane does not make it.
    """
    departures, reached = block.leaving_s.size, work.stops[:, REACHED]
    leaving_s = leaving_of_lanes(block.leaving_s, LANES)
    for target in range(direct_s.size):
        own = target * place.rows + place.row
        fill_ridden(work.arrived, reached, egress, target, leaving_s, block.cutoff_s, times, own)
        walked_s = walked_within(direct_s[target], block.cutoff_s)
        for lane in range(LANES):
            times[own, lane] = min(times[own, lane], walked_s)
        for lane in range(departures, LANES):
            times[own, lane] = LATEST


@kernel
def leaving_of_lanes(leaving_s: npt.NDArray[np.int64], width: int) -> npt.NDArray[np.uint16]:
    """Give when each of 64 lanes leaves, ``width`` of them for each origin; 0 where one rests."""
    # 16 bits throughout, so that one instruction takes many lanes
    of_lanes = np.zeros(LANES, dtype=np.uint16)
    for lane in range(LANES):
        if lane % width < leaving_s.size:
            of_lanes[lane] = leaving_s[lane % width]
    return of_lanes


@kernel
def walked_within(direct_s: int, cutoff_s: int) -> np.uint16:
    """Give the time without any ride, or ``LATEST`` where it is more than the cutoff."""
    return np.uint16(direct_s if direct_s <= cutoff_s else LATEST)


@kernel
def fill_ridden(  # noqa: PLR0913, PLR0917 - numba knows no keywords
    arrived: Lanes,
    reached: npt.NDArray[np.int64],
    egress: Pairs,
    target: int,
    leaving_s: npt.NDArray[np.uint16],
    cutoff_s: int,
    times: Lanes,
    own: int,
) -> None:
    """Write into row ``own`` when each lane is at a target by rides; ``LATEST`` beyond the cutoff.

    ``arrived`` and ``reached`` are the labels of stops that a scan leaves.
    """
    starts, walks = egress.indptr, egress.walks
    latest, longest = np.uint16(LATEST), np.uint16(cutoff_s)
    for lane in range(LANES):
        times[own, lane] = latest
    for number in range(starts[target], starts[target + 1]):
        if reached[walks[number, 0]] != 0:
            sooner_by(arrived, walks[number, 0], walks[number, 1], times, own)
    for lane in range(LANES):
        arrival = times[own, lane]
        ridden_s = np.uint16(arrival - leaving_s[lane])
        if arrival == latest or ridden_s > longest:
            ridden_s = latest
        times[own, lane] = ridden_s


class Group(NamedTuple):
    """Where the travel times of a shared block go.

    Of origin ``o`` target ``t`` has ``rows`` rows from ``(o * targets + t) * rows`` on, one lane
    after the other; the block's are from ``lane`` on.
    """

    lane: int
    rows: int
    origins: int


@kernel
def fill_group_times(
    block: SharedBlock,
    egress: Pairs,
    direct_s: npt.NDArray[np.int32],
    group: Group,
    work: ChangeWork,
    best: Lanes,
    times: Lanes,
) -> None:
    """Write the travel times of several origins to each target; see :func:`fill_travel_times`.

    ``direct_s`` has a row per origin, ``times`` a part; ``best`` is a row of lanes to work in.
    Lanes that rest keep what they hold, ``LATEST``.
    """
    width, departures, targets = block.width, block.leaving_s.size, direct_s.shape[1]
    leaving_s = leaving_of_lanes(block.leaving_s, width)
    row, begin = group.lane // LANES, group.lane % LANES
    for target in range(targets):
        fill_ridden(work.arrived, work.reached, egress, target, leaving_s, block.cutoff_s, best, 0)
        for origin in range(group.origins):
            own = (origin * targets + target) * group.rows + row
            walked_s = walked_within(direct_s[origin, target], block.cutoff_s)
            for lane in range(departures):
                times[own, begin + lane] = min(best[0, origin * width + lane], walked_s)
