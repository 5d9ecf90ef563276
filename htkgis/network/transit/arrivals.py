"""Arrivals: from the labels of a scan to the travel times of all departures to all targets."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.network.lanes import LANES, Lanes
from htkgis.network.search import kernel

from .masks import LATEST, sooner_by
from .pairs import Pairs
from .scan import REACHED, ScanWork
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
    arrived, stops = work.arrived, work.stops
    departures, starts, walks = block.leaving_s.size, egress.indptr, egress.walks
    # 16 bits throughout, so that one instruction takes many lanes
    latest, cutoff_s = np.uint16(LATEST), np.uint16(block.cutoff_s)
    leaving_s = np.zeros(LANES, dtype=np.uint16)
    leaving_s[:departures] = block.leaving_s
    for target in range(direct_s.size):
        own = target * place.rows + place.row
        for lane in range(LANES):
            times[own, lane] = latest
        for number in range(starts[target], starts[target + 1]):
            if stops[walks[number, 0], REACHED] != 0:
                sooner_by(arrived, walks[number, 0], walks[number, 1], times, own)
        walked_s = np.uint16(min(direct_s[target], LATEST))
        if walked_s > cutoff_s:
            walked_s = latest
        for lane in range(LANES):
            arrival = times[own, lane]
            ridden_s = np.uint16(arrival - leaving_s[lane])
            if arrival == latest or ridden_s > cutoff_s:
                ridden_s = latest
            times[own, lane] = min(ridden_s, walked_s)
        for lane in range(departures, LANES):
            times[own, lane] = latest
