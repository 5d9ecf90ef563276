"""Connections of every draw of the frequencies, moved from one timetable that is cut only once."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .connections import ARRIVAL, DEPARTURE, TRIP, Connections, by_departure
from .frequencies import Offsets


def drawn_connections(
    most: Connections, frequencies: pd.DataFrame, offsets_s: Offsets
) -> tuple[Connections, ...]:
    """Give the connections of each draw: those of the runs it has, later by their offset.

    Cutting every draw from its own table gives the same to the row, and takes ten times as long.

    Parameters
    ----------
    most
        Connections where every frequency departs first at the start of its period: with the
        most runs that a draw can have. Behind the id of a run stand ``@`` and its number.
    frequencies
        As :func:`~htkgis.network.transit.frequencies.frequencies_of` gives them.
    offsets_s
        Seconds, shape (draws, frequencies), 0 <= offset < headway.

    Returns
    -------
    connections
        One per draw.

    Examples
    --------
    A bus each ten minutes from 0:00 to before 0:15; from minute 6 on only one departs:

    >>> most = Connections(np.array([[0, 1, 0, 0, 60, 3], [0, 1, 1, 600, 660, 3]], dtype=np.int32),
    ...                    np.array(["t@0", "t@1"], dtype=object), 2)
    >>> every = pd.DataFrame({"trip_id": ["t"], "headway_s": [600], "start_s": [0],
    ...                       "end_s": [900]})
    >>> [own.rows[:, DEPARTURE].tolist()
    ...  for own in drawn_connections(most, every, np.array([[240], [360]]))]
    [[240, 840], [360]]
    """
    headway_s = frequencies["headway_s"].to_numpy(dtype=np.int64)
    span_s = (frequencies["end_s"] - frequencies["start_s"]).to_numpy(dtype=np.int64)
    frequency, number = _runs_of(most, frequencies, -(-span_s // headway_s))
    # a stable sort by trip gives back the order in which the trips were cut
    rows = most.rows[np.argsort(most.rows[:, TRIP], kind="stable")]
    found = []
    for offset_s in offsets_s:
        runs = np.maximum(0, -(-(span_s - offset_s) // headway_s))
        stated = frequency < 0
        kept = stated | (number < runs[frequency])
        shift_s = np.where(stated, 0, offset_s[frequency])
        own = rows[kept[rows[:, TRIP]]]
        own[:, [DEPARTURE, ARRIVAL]] += shift_s[own[:, [TRIP]]].astype(np.int32)
        own[:, TRIP] = (np.cumsum(kept) - 1)[own[:, TRIP]]
        found.append(Connections(by_departure(own), most.trips[kept], most.stops))
    return tuple(found)


def _runs_of(
    most: Connections, frequencies: pd.DataFrame, runs: Offsets
) -> tuple[Offsets, Offsets]:
    """Tell of each trip which frequency it is a run of, and its number; -1 of a stated trip."""
    run_of = {
        f"{trip_id}@{number}": (row, number)
        for row, (trip_id, count) in enumerate(zip(frequencies["trip_id"], runs, strict=True))
        for number in range(count)
    }
    found = [run_of.get(str(trip), (-1, -1)) for trip in most.trips]
    both = np.array(found, dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]
