"""Range-RAPTOR: the other well-known way to all departures of a window, to compare the scan with.

Rounds of one ride each over the patterns of a timetable, for the latest departure first; the
labels of later departures stay, and an earlier one improves them. Delling, D., Pajor, T. and
Werneck, R. F. (2015). Round-based public transit routing. Transportation Science 49(3), 591-604.

It shares the tables of connections and walks with the engine, and nothing else.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from htkgis.network.transit import Connections, Pairs
from htkgis.network.transit.connections import (
    ALIGHT,
    ARRIVAL,
    BOARD,
    DEPARTURE,
    FLAGS,
    FROM,
    TO,
    TRIP,
)

NEVER = 2**30
Ints = npt.NDArray[np.integer]


class Patterns(NamedTuple):
    """Trips over the same stops that never overtake each other, by pattern.

    Pattern ``p`` has the places ``starts[p]:starts[p + 1]`` of ``stops`` and ``flags``, and
    ``trips[p]`` trips; its times begin at ``begins[p]``, trip after trip, place after place.
    Stop ``s`` is at ``served[s]:served[s + 1]`` of ``at``: the pattern and the place in it.
    """

    starts: Ints
    stops: Ints
    flags: Ints
    trips: Ints
    begins: Ints
    arrival: Ints
    departure: Ints
    served: Ints
    at: Ints


def patterns_of(connections: Connections) -> Patterns:
    """Put the trips of a service day together to patterns."""
    groups: dict[tuple[bytes, bytes], list[tuple[Ints, Ints]]] = {}
    for rows in _trips_of(connections):
        stops = np.append(rows[:, FROM], rows[-1, TO])
        flags = np.append(rows[:, FLAGS] & BOARD, 0) | np.append(0, rows[:, FLAGS] & ALIGHT)
        times = np.append(-NEVER, rows[:, ARRIVAL]), np.append(rows[:, DEPARTURE], NEVER)
        groups.setdefault((stops.tobytes(), flags.tobytes()), []).append(times)
    apart = [
        (np.frombuffer(key[0], dtype=np.int64), np.frombuffer(key[1], dtype=np.int64), chain)
        for key, trips in groups.items()
        for chain in _without_overtaking(trips)
    ]
    return _laid_out(apart, connections.stops)


def _trips_of(connections: Connections) -> list[Ints]:
    # the order of connections is that of each trip too
    rows = connections.rows[np.argsort(connections.rows[:, TRIP], kind="stable")].astype(np.int64)
    cuts = np.flatnonzero(np.diff(rows[:, TRIP])) + 1
    return [part for part in np.split(rows, cuts) if len(part)]


def _without_overtaking(trips: list[tuple[Ints, Ints]]) -> list[list[tuple[Ints, Ints]]]:
    chains: list[list[tuple[Ints, Ints]]] = []
    for trip in sorted(trips, key=lambda times: (*times[1].tolist(), *times[0].tolist())):
        for chain in chains:
            if all((own >= last).all() for own, last in zip(trip, chain[-1], strict=True)):
                chain.append(trip)
                break
        else:
            chains.append([trip])
    return chains


def _laid_out(apart: list[tuple[Ints, Ints, list[tuple[Ints, Ints]]]], stop_count: int) -> Patterns:
    none = np.zeros(0, dtype=np.int64)
    lengths = np.array([len(stops) for stops, _, _ in apart], dtype=np.int64)
    trips = np.array([len(chain) for _, _, chain in apart], dtype=np.int64)
    stops = np.concatenate([none, *(stops for stops, _, _ in apart)])
    pattern = np.repeat(np.arange(len(apart)), lengths)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    order = np.argsort(stops, kind="stable")
    at = np.stack([pattern, np.arange(len(stops)) - starts[pattern]], axis=1)[order]
    return Patterns(
        starts=starts,
        stops=stops,
        flags=np.concatenate([none, *(flags for _, flags, _ in apart)]),
        trips=trips,
        begins=np.concatenate([[0], np.cumsum(lengths * trips)]).astype(np.int64),
        arrival=_times([own for *_, chain in apart for own, _ in chain]),
        departure=_times([own for *_, chain in apart for _, own in chain]),
        served=np.searchsorted(stops[order], np.arange(stop_count + 1)),
        at=np.ascontiguousarray(at),
    )


def _times(parts: list[Ints]) -> Ints:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts]).astype(np.int32)


class Labels(NamedTuple):
    """Labels by rides and stop, and the stops and patterns that a round must look at.

    A label holds for as many rides or fewer, so what fewer rides did is not done again.
    """

    ready: Ints
    arrived: Ints
    marked: Ints
    is_marked: npt.NDArray[np.bool_]
    fallen: Ints
    has_fallen: npt.NDArray[np.bool_]
    queue: Ints
    from_place: Ints


def arrivals_of_window(
    patterns: Patterns,
    footpaths: Pairs,
    access: npt.NDArray[np.int32],
    departures_s: npt.ArrayLike,
    *,
    cutoff_s: int,
    max_rides: int,
) -> Ints:
    """Give the earliest arrival at each stop by 1 to ``max_rides`` rides.

    Parameters
    ----------
    patterns
        The service day.
    footpaths
        Walks between stops by the stop that is left, the time before a departure included.
    access
        Stop and seconds to it of one origin, the time before a departure included.
    departures_s
        Seconds after midnight, rising.
    cutoff_s
        Later arrivals do not count.
    max_rides
        Most rides.

    Returns
    -------
    arrivals
        Seconds after midnight, shape (departures, stops); ``NEVER`` beyond the cutoff.
    """
    departures = np.asarray(departures_s, dtype=np.int64)
    stops, count = len(footpaths), len(patterns.trips)
    labels = Labels(
        ready=np.full((max_rides + 1, stops), NEVER, dtype=np.int32),
        arrived=np.full((max_rides + 1, stops), NEVER, dtype=np.int32),
        marked=np.zeros(stops, dtype=np.int32),
        is_marked=np.zeros(stops, dtype=np.bool_),
        fallen=np.zeros(stops, dtype=np.int32),
        has_fallen=np.zeros(stops, dtype=np.bool_),
        queue=np.zeros(count, dtype=np.int32),
        from_place=np.full(count, NEVER, dtype=np.int32),
    )
    result = np.full((departures.size, stops), NEVER, dtype=np.int32)
    _window(patterns, footpaths, access, departures, cutoff_s, labels, result)
    return result


@njit(nogil=True)
def _window(patterns, footpaths, access, departures, cutoff_s, labels, result):  # noqa: ANN001, ANN202
    rounds = labels.arrived.shape[0]
    for number in range(departures.size - 1, -1, -1):
        last_s, marked = departures[number] + cutoff_s, 0
        for place in range(access.shape[0]):
            stop, time = access[place, 0], departures[number] + access[place, 1]
            marked = _ready(stop, 0, time, marked, labels)
        for ride in range(1, rounds):
            queued = _queue(patterns, marked, labels)
            fallen = _ride(patterns, queued, ride, last_s, labels)
            marked = _walk(footpaths, fallen, ride, last_s, labels)
        labels.is_marked[labels.marked[:marked]] = False
        for stop in range(result.shape[1]):
            time = labels.arrived[rounds - 1, stop]
            result[number, stop] = time if time <= last_s else NEVER


@njit(nogil=True)
def _ready(stop, rides, time, marked, labels):  # noqa: ANN001, ANN202
    """Note when one can board after so many rides; return how many stops are marked."""
    if time < labels.ready[rides, stop]:
        for more in range(rides, labels.ready.shape[0]):
            labels.ready[more, stop] = min(labels.ready[more, stop], time)
        if not labels.is_marked[stop]:
            labels.is_marked[stop] = True
            labels.marked[marked] = stop
            marked += 1
    return marked


@njit(nogil=True)
def _queue(patterns, marked, labels):  # noqa: ANN001, ANN202
    """Queue the patterns of the marked stops from the first such place on, and unmark."""
    count = 0
    for stop in labels.marked[:marked]:
        labels.is_marked[stop] = False
        for number in range(patterns.served[stop], patterns.served[stop + 1]):
            pattern, place = patterns.at[number]
            if labels.from_place[pattern] == NEVER:
                labels.queue[count] = pattern
                count += 1
            labels.from_place[pattern] = min(labels.from_place[pattern], place)
    return count


@njit(nogil=True)
def _ride(patterns, queued, ride, last_s, labels):  # noqa: ANN001, ANN202
    """Ride along the queued patterns, always in the earliest trip that can be boarded."""
    ready, arrived = labels.ready[ride - 1], labels.arrived[ride]
    departure, arrival = patterns.departure, patterns.arrival
    fallen = 0
    for pattern in labels.queue[:queued]:
        start = patterns.starts[pattern]
        length, trips = patterns.starts[pattern + 1] - start, patterns.trips[pattern]
        begin, trip = patterns.begins[pattern], trips
        for place in range(labels.from_place[pattern], length):
            stop, flags = patterns.stops[start + place], patterns.flags[start + place]
            if trip < trips:
                time = arrival[begin + trip * length + place]
                if flags & ALIGHT and time <= last_s and time < arrived[stop]:
                    fallen = _arrive(stop, ride, time, fallen, labels)
            if flags & BOARD and ready[stop] < NEVER:
                if trip == trips:
                    trip = _first_trip(departure, begin + place, length, trips, ready[stop])
                while trip > 0 and departure[begin + (trip - 1) * length + place] >= ready[stop]:
                    trip -= 1
        labels.from_place[pattern] = NEVER
    return fallen


@njit(nogil=True)
def _arrive(stop, ride, time, fallen, labels):  # noqa: ANN001, ANN202
    """Note an arrival; return how many stops have one in this round."""
    for more in range(ride, labels.arrived.shape[0]):
        labels.arrived[more, stop] = min(labels.arrived[more, stop], time)
    if not labels.has_fallen[stop]:
        labels.has_fallen[stop] = True
        labels.fallen[fallen] = stop
        fallen += 1
    return fallen


@njit(nogil=True)
def _first_trip(departure, first, length, trips, ready_s):  # noqa: ANN001, ANN202
    """Find the first trip of a pattern that leaves a place when one is ready, or later."""
    low, high = 0, trips
    while low < high:
        middle = (low + high) >> 1
        if departure[first + middle * length] >= ready_s:
            high = middle
        else:
            low = middle + 1
    return low


@njit(nogil=True)
def _walk(footpaths, fallen, ride, last_s, labels):  # noqa: ANN001, ANN202
    """Walk on from where this round arrived earlier; return how many stops are marked."""
    marked = 0
    for stop in labels.fallen[:fallen]:
        labels.has_fallen[stop] = False
        for number in range(footpaths.indptr[stop], footpaths.indptr[stop + 1]):
            time = labels.arrived[ride, stop] + footpaths.walks[number, 1]
            if time <= last_s:
                marked = _ready(footpaths.walks[number, 0], ride, time, marked, labels)
    return marked
