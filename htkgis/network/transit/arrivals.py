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
    leaving_s, starts, walks = block.leaving_s, egress.indptr, egress.walks
    for target in range(direct_s.size):
        own = target * place.rows + place.row
        for lane in range(LANES):
            times[own, lane] = LATEST
        for number in range(starts[target], starts[target + 1]):
            if stops[walks[number, 0], REACHED] != 0:
                sooner_by(arrived, walks[number, 0], walks[number, 1], times, own)
        for lane in range(leaving_s.size):
            arrival = times[own, lane]
            time = min(direct_s[target], LATEST)
            if arrival != LATEST:
                time = min(time, arrival - leaving_s[lane])
            times[own, lane] = time if time <= block.cutoff_s else LATEST
