"""Itinerary: the legs of one journey, so that a travel time can be checked against a timetable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.compiled import kernel
from htkgis.network.search import NOBODY
from htkgis.units import UNREACHED

from .connections import ALIGHT, ARRIVAL, BOARD, DEPARTURE, FLAGS, FROM, TO, TRIP, Rows
from .journeys import Journeys
from .pairs import Pairs, whole_seconds

Labels = npt.NDArray[np.int64]
NEVER = 2**40


@dataclass(frozen=True)
class TransitLeg:
    """A part of a journey.

    Parameters
    ----------
    kind
        ``walk`` or ``ride``.
    from_stop, to_stop
        Numbers of the stops; None at the door.
    departs_s, arrives_s
        Seconds after midnight. Between a leg's arrival and the next one's departure one waits.
    trip
        Number of the trip in its timetable; None for a walk.
    """

    kind: Literal["walk", "ride"]
    from_stop: int | None
    to_stop: int | None
    departs_s: int
    arrives_s: int
    trip: int | None = None


class Tracks(NamedTuple):
    """Labels and where they come from, by rides and stop (or trip).

    ``ready`` and ``arrived`` are seconds after midnight; ``walked_from`` is the stop that was
    walked from, -1 for the door; ``boarded`` and ``left`` are connections.
    """

    ready: Labels
    walked_from: Labels
    arrived: Labels
    boarded: Labels
    left: Labels
    aboard: Labels


def itinerary(
    journeys: Journeys,
    departure_s: int,
    *,
    origin: int,
    destination: int,
    slack_s: int,
    timetable: int = 0,
) -> list[TransitLeg] | None:
    """Find the legs of the earliest arrival after a departure, by the fewest rides.

    Parameters
    ----------
    journeys
        As :func:`~htkgis.network.transit.transit_times` takes them; the travel time is the same.
    departure_s
        When one leaves the door, in seconds after midnight.
    origin, destination
        Numbers of the points.
    slack_s
        Seconds before a departure that the walks to stops hold.
    timetable
        Number of the draw, where the timetable has frequencies.

    Returns
    -------
    legs
        In order, one walk where that is as quick; None where the destination is not reached
        within the cutoff.
    """
    table = journeys.timetables[timetable]
    rows = table.between(departure_s, departure_s + journeys.cutoff_s)
    tracks = _tracks(journeys.max_rides, table.stops, len(table.trips))
    access = _of(journeys.access, origin)
    _walk_first(access, departure_s, tracks)
    _follow(rows, journeys.footpaths, tracks)
    walked_s = _direct_s(journeys, origin, destination)
    ride, stop, arrives_s = _last_stop(tracks, _of(journeys.egress, destination))
    if min(departure_s + walked_s, arrives_s) > departure_s + journeys.cutoff_s:
        return None
    if departure_s + walked_s <= arrives_s:
        return [TransitLeg("walk", None, None, departure_s, departure_s + walked_s)]
    legs = [TransitLeg("walk", stop, None, int(tracks.arrived[ride, stop]), arrives_s)]
    return _back_to_door(tracks, rows, departure_s, ride, stop, slack_s) + legs


def _tracks(rides: int, stops: int, trips: int) -> Tracks:
    labels = [np.full((rides, stops), NEVER, dtype=np.int64) for _ in range(2)]
    marks = [np.full((rides, stops), NOBODY, dtype=np.int64) for _ in range(3)]
    aboard = np.full((rides, trips), NOBODY, dtype=np.int64)
    return Tracks(labels[0], marks[0], labels[1], marks[1], marks[2], aboard)


def _of(pairs: Pairs, point: int) -> npt.NDArray[np.int32]:
    begin, end = pairs.indptr[point : point + 2]
    return pairs.walks[begin:end]


def _direct_s(journeys: Journeys, origin: int, destination: int) -> int:
    if journeys.direct is None:
        return NEVER
    begin, end = journeys.direct.indptr[origin : origin + 2]
    place = np.flatnonzero(journeys.direct.to_index[begin:end] == destination)
    time_ds = journeys.direct.time_ds[begin:end][place].min(initial=UNREACHED)
    return int(whole_seconds(time_ds)) if time_ds < UNREACHED else NEVER


def _walk_first(access: npt.NDArray[np.int32], departure_s: int, tracks: Tracks) -> None:
    """Who has had no ride yet may board the first one at what the door is near."""
    tracks.ready[0, access[:, 0]] = departure_s + access[:, 1]


@kernel
def _follow(rows: Rows, footpaths: Pairs, tracks: Tracks) -> None:
    """Scan connections for one departure, and keep what each label comes from."""
    ready, arrived, aboard = tracks.ready, tracks.arrived, tracks.aboard
    for row in range(rows.shape[0]):
        start, stop, trip = rows[row, FROM], rows[row, TO], rows[row, TRIP]
        for ride in range(ready.shape[0]):
            if (
                aboard[ride, trip] == NOBODY
                and rows[row, FLAGS] & BOARD
                and ready[ride, start] <= rows[row, DEPARTURE]
            ):
                aboard[ride, trip] = row
            time = rows[row, ARRIVAL]
            if (
                aboard[ride, trip] != NOBODY
                and rows[row, FLAGS] & ALIGHT
                and time < arrived[ride, stop]
            ):
                arrived[ride, stop] = time
                tracks.boarded[ride, stop] = aboard[ride, trip]
                tracks.left[ride, stop] = row
                _walk_on(footpaths, stop, ride + 1, time, tracks)


@kernel
def _walk_on(footpaths: Pairs, stop: int, ride: int, time: int, tracks: Tracks) -> None:
    if ride < tracks.ready.shape[0]:
        for place in range(footpaths.indptr[stop], footpaths.indptr[stop + 1]):
            other, ready_s = footpaths.walks[place, 0], time + footpaths.walks[place, 1]
            if ready_s < tracks.ready[ride, other]:
                tracks.ready[ride, other] = ready_s
                tracks.walked_from[ride, other] = stop


def _last_stop(tracks: Tracks, egress: npt.NDArray[np.int32]) -> tuple[int, int, int]:
    """Find rides, stop and second of the earliest arrival, by the fewest rides of those."""
    best = (NEVER, 0, 0)
    for ride in range(len(tracks.arrived)):
        for stop, walk_s in egress:
            best = min(best, (int(tracks.arrived[ride, stop]) + int(walk_s), ride, int(stop)))
    arrives_s, ride, stop = best
    return ride, stop, arrives_s


def _back_to_door(
    tracks: Tracks, rows: Rows, departure_s: int, ride: int, stop: int, slack_s: int
) -> list[TransitLeg]:
    """Follow the tracks back from where the last ride ends."""
    legs: list[TransitLeg] = []
    while True:
        first, last = rows[tracks.boarded[ride, stop]], rows[tracks.left[ride, stop]]
        boarded = int(first[FROM])
        legs.append(
            TransitLeg(
                "ride", boarded, stop, int(first[DEPARTURE]), int(last[ARRIVAL]), int(first[TRIP])
            )
        )
        before = int(tracks.walked_from[ride, boarded])
        ready_s = int(tracks.ready[ride, boarded])
        if ride == 0:
            legs.append(TransitLeg("walk", None, boarded, departure_s, ready_s - slack_s))
            return legs[::-1]
        ride -= 1
        left_s = int(tracks.arrived[ride, before])
        if before != boarded:
            arrives_s = max(left_s, ready_s - slack_s)
            legs.append(TransitLeg("walk", before, boarded, left_s, arrives_s))
        stop = before
