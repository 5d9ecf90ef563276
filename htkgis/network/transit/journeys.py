"""Journeys: streets and a service day put together, door to door."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from threading import Lock
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.network.graph import Graph
from htkgis.network.snap import NOT_SNAPPED, Snaps
from htkgis.network.street_times import TravelTimes, street_times

from .connections import Connections, connections_of, turned_round
from .drawn_connections import drawn_connections
from .footpaths import footpaths
from .frequencies import drawn, even_offsets, frequencies_of
from .pairs import (
    DECISECONDS_PER_SECOND,
    Pairs,
    later,
    pairs_of,
    sooner,
    walks_from,
    walks_to,
)

LONG_DAY_S = 3 * 86_400
"""Second that time is turned round at: later than any service day ends."""

DRAWN_OF = (
    "trip_id", "stop_id", "sequence", "arrival_s", "departure_s", "pickup", "drop_off",
    "headway_s", "start_s", "end_s",
)  # fmt: skip
"""Columns of a timetable that decide its connections."""
MOST_KEPT, MOST_CALLS_KEPT, MOST_ROWS_KEPT = 4, 10_000, 1_000_000
"""Drawn timetables that are kept, for a dozen travellers ask for the same; calls of the trips of
one, which are compared each time; and its connections in all draws, 24 MB."""
_DRAWN: dict[bytes, tuple[Connections, ...]] = {}
_DRAWING = Lock()


@dataclass(frozen=True)
class JourneyRules:
    """What a study decides of journeys by public transport.

    Parameters
    ----------
    max_walk_ds
        Longest walk to the first stop and from the last one, in deciseconds.
    max_change_ds
        Longest walk between two stops, in deciseconds.
    slack_s
        Seconds kept before every departure, >= 1.
    cutoff_s
        Longest travel time that counts, in seconds.
    max_rides
        Most rides, 1 to 8.
    draws
        How often the frequencies of a timetable are drawn.
    """

    max_walk_ds: int
    max_change_ds: int
    slack_s: int
    cutoff_s: int
    max_rides: int
    draws: int = 1


class Journeys(NamedTuple):
    """What journeys are made of, besides the departures.

    Parameters
    ----------
    timetables
        The service day; several where its frequencies were drawn at several offsets.
    footpaths
        Walks between stops by the stop that is left, the time before a departure included;
        see :func:`~htkgis.network.transit.footpaths.footpaths`.
    access
        Walks from origins to stops by origin, the time before a departure included.
    egress
        Walks from stops to destinations by destination.
    direct
        Times from origins to destinations without any ride, in deciseconds; None where a ride
        must be taken.
    cutoff_s
        Longest travel time that counts, in seconds.
    max_rides
        Most rides of a journey, 1 to 8.
    """

    timetables: tuple[Connections, ...]
    footpaths: Pairs
    access: Pairs
    egress: Pairs
    direct: TravelTimes | None
    cutoff_s: int
    max_rides: int


def timetables_of(
    trip_times: pd.DataFrame, stop_ids: Sequence[str], *, draws: int
) -> tuple[Connections, ...]:
    """Cut a service day into connections, once per draw if it has frequencies.

    Parameters
    ----------
    trip_times
        Contract ``TRIP_TIMES``.
    stop_ids
        Ids of all stops, in the order of the snaps.
    draws
        How often to draw; see :func:`~htkgis.network.transit.frequencies.even_offsets`.
    """
    often = frequencies_of(trip_times)
    if not len(often):
        return (connections_of(trip_times, pd.Index(stop_ids)),)
    if len(trip_times) > MOST_CALLS_KEPT:
        return _drawn_timetables(trip_times, often, stop_ids, draws)
    key = _key_of(trip_times, stop_ids, draws)
    with _DRAWING:
        if key not in _DRAWN:
            tables = _drawn_timetables(trip_times, often, stop_ids, draws)
            if sum(len(table.rows) for table in tables) > MOST_ROWS_KEPT:
                return tables
            while len(_DRAWN) >= MOST_KEPT:
                del _DRAWN[next(iter(_DRAWN))]
            _DRAWN[key] = tables
        return _DRAWN[key]


def _drawn_timetables(
    trip_times: pd.DataFrame, often: pd.DataFrame, stop_ids: Sequence[str], draws: int
) -> tuple[Connections, ...]:
    # no draw has more runs than that without an offset: the others are some of its, moved
    none = np.zeros(len(often), dtype=np.int64)
    most = connections_of(drawn(trip_times, none), pd.Index(stop_ids))
    return drawn_connections(most, often, even_offsets(often, draws))


def _key_of(trip_times: pd.DataFrame, stop_ids: Sequence[str], draws: int) -> bytes:
    """Hash all that decides what is drawn of a timetable."""
    parts = [draws, list(stop_ids), *(trip_times[name].tolist() for name in DRAWN_OF)]
    return hashlib.sha256(repr(parts).encode()).digest()


class Doors(NamedTuple):
    """Points and stops on the streets of one mode.

    A stop that is not snapped is reached by stated transfers only.
    """

    graph: Graph
    origins: Snaps
    destinations: Snaps
    stops: Snaps


@dataclass(frozen=True)
class Riding:
    """How a bicycle takes part in a journey.

    Parameters
    ----------
    doors
        Points and stops on the streets that bicycles may use.
    aboard
        Whether the bicycle is taken along, so that both ends are ridden; else it is parked at
        the first stop.
    parking_s
        Seconds that parking takes.
    """

    doors: Doors
    aboard: bool
    parking_s: int


def from_door_to_door(
    graph: Graph, origins: Snaps, destinations: Snaps, limits_ds: npt.NDArray[np.int64]
) -> TravelTimes:
    """Measure the ways to each destination up to its own limit, without any ride.

    Parameters
    ----------
    graph, origins, destinations
        Streets, and points on them.
    limits_ds
        How long a way to each destination counts, in deciseconds, shape (destinations,).
    """
    different = np.unique(limits_ds)
    if len(different) < 2:  # noqa: PLR2004 - one limit for all, or nobody
        return street_times(graph, origins, destinations, limit_ds=int(limits_ds.max(initial=0)))
    start, end, time_ds = [], [], []
    for limit_ds in different.tolist():
        rows = np.flatnonzero(limits_ds == limit_ds)
        own = street_times(graph, origins, _some(destinations, rows), limit_ds=limit_ds)
        start.append(own.from_index)
        end.append(rows[own.to_index])
        time_ds.append(own.time_ds)
    owner, other = np.concatenate(start), np.concatenate(end)
    order = np.lexsort((other, owner))
    counts = np.bincount(owner, minlength=len(origins))
    return TravelTimes(
        from_ids=origins.ids,
        to_ids=destinations.ids,
        indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        to_index=other[order].astype(np.int32),
        time_ds=np.concatenate(time_ds)[order],
    )


DoorToDoor = Callable[[Graph, Snaps, Snaps, npt.NDArray[np.int64]], TravelTimes]
"""Measures what :func:`from_door_to_door` does."""


def journeys_between(
    doors: Doors,
    trip_times: pd.DataFrame,
    *,
    rules: JourneyRules,
    transfers: pd.DataFrame | None = None,
    riding: Riding | None = None,
) -> Journeys:
    """Put streets and a service day together.

    Parameters
    ----------
    doors
        Points and stops on the streets that people walk on.
    trip_times, transfers
        Contracts ``TRIP_TIMES`` and ``TRANSFERS``; where bicycles are taken along, of trips
        that take them.
    rules
        What the study decides.
    riding
        How a bicycle takes part; None for journeys without one.

    Returns
    -------
    journeys
        As :func:`~htkgis.network.transit.transit_times` takes them. Walking, or cycling, all
        the way counts as far as the cutoff goes.
    """
    ways = ways_between(doors, rules=rules, transfers=transfers, riding=riding)
    timetables = timetables_of(trip_times, list(doors.stops.ids), draws=rules.draws)
    return ways._replace(timetables=timetables)


def ways_between(
    doors: Doors,
    *,
    rules: JourneyRules,
    transfers: pd.DataFrame | None = None,
    riding: Riding | None = None,
    longest_ds: npt.ArrayLike | None = None,
    direct: DoorToDoor = from_door_to_door,
) -> Journeys:
    """Measure the ways of :func:`journeys_between` through the streets, without any timetable.

    They are the same whatever runs, so that another timetable needs no search of the streets.
    Without any ride each destination is reached within ``longest_ds`` of its own, in deciseconds,
    or the cutoff: of who asks for no more the far half of the streets is not searched. ``direct``
    measures these ways as :func:`from_door_to_door` does.
    """
    access, egress, walked = _ends(doors, rules, longest_ds, direct)
    if riding is not None:
        ridden, arriving, cycled = _ends(riding.doors, rules, longest_ds, direct)
        access = sooner(access, later(ridden, 0 if riding.aboard else riding.parking_s))
        egress = sooner(egress, arriving) if riding.aboard else egress
        walked = quicker(walked, cycled)
    between = _between(doors.graph, doors.stops, rules.max_change_ds)
    return Journeys(
        timetables=(),
        footpaths=footpaths(between, slack_s=rules.slack_s, transfers=transfers),
        access=later(access, rules.slack_s),
        egress=egress,
        direct=walked,
        cutoff_s=rules.cutoff_s,
        max_rides=rules.max_rides,
    )


def _ends(
    doors: Doors, rules: JourneyRules, longest_ds: npt.ArrayLike | None, direct: DoorToDoor
) -> tuple[Pairs, Pairs, TravelTimes]:
    """Measure the ways to and from the stops, and from door to door."""
    graph, origins, destinations, stops = doors
    cutoff_ds = rules.cutoff_s * DECISECONDS_PER_SECOND
    limits_ds = np.full(len(destinations), cutoff_ds)
    if longest_ds is not None:
        limits_ds = np.minimum(limits_ds, longest_ds)
    return (
        walks_from(street_times(graph, origins, stops, limit_ds=rules.max_walk_ds)),
        walks_to(street_times(graph, stops, destinations, limit_ds=rules.max_walk_ds)),
        direct(graph, origins, destinations, limits_ds),
    )


def _some(points: Snaps, rows: npt.NDArray[np.int64]) -> Snaps:
    return Snaps(**{part.name: getattr(points, part.name)[rows] for part in fields(points)})


def _between(graph: Graph, stops: Snaps, limit_ds: int) -> TravelTimes:
    """Measure the walks between stops; most stops of a country lie on no street of the study."""
    rows = np.flatnonzero(stops.edge != NOT_SNAPPED)
    near = _some(stops, rows)
    times = street_times(graph, near, near, limit_ds=limit_ds)
    counts = np.zeros(len(stops), dtype=np.int64)
    counts[rows] = np.diff(times.indptr)
    return TravelTimes(
        from_ids=stops.ids,
        to_ids=stops.ids,
        indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        to_index=rows[times.to_index].astype(np.int32),
        time_ds=times.time_ds,
    )


def quicker(first: TravelTimes, second: TravelTimes) -> TravelTimes:
    """Join two sets of times between the same points; of each pair the shorter stays."""
    keys = [
        own.from_index.astype(np.int64) * len(own.to_ids) + own.to_index for own in (first, second)
    ]
    times = np.concatenate([first.time_ds, second.time_ds])
    key = np.concatenate(keys)
    order = np.lexsort((times, key))
    pair, place = np.unique(key[order], return_index=True)
    columns = max(1, len(first.to_ids))
    counts = np.bincount(pair // columns, minlength=len(first.from_ids))
    return replace(
        first,
        indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        to_index=(pair % columns).astype(np.int32),
        time_ds=times[order][place],
    )


def turned(journeys: Journeys) -> Journeys:
    """Turn journeys round: from destinations to origins, back in time from ``LONG_DAY_S``.

    The latest departure that arrives by ``t`` is the earliest arrival, turned round, of who
    leaves at ``LONG_DAY_S - t``.
    """
    direct = journeys.direct
    return journeys._replace(
        timetables=tuple(turned_round(table, LONG_DAY_S) for table in journeys.timetables),
        footpaths=_transposed(journeys.footpaths),
        access=journeys.egress,
        egress=journeys.access,
        direct=None if direct is None else _back(direct),
    )


def _transposed(pairs: Pairs) -> Pairs:
    owner = np.repeat(np.arange(len(pairs)), np.diff(pairs.indptr))
    return pairs_of(pairs.walks[:, 0], owner, pairs.walks[:, 1], points=len(pairs))


def _back(times: TravelTimes) -> TravelTimes:
    order = np.argsort(times.to_index, kind="stable")
    counts = np.bincount(times.to_index, minlength=len(times.to_ids))
    return replace(
        times,
        from_ids=times.to_ids,
        to_ids=times.from_ids,
        indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        to_index=times.from_index[order],
        time_ds=times.time_ds[order],
    )
