"""Journeys: streets and a service day put together, door to door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from htkgis.network.graph import Graph
from htkgis.network.snap import Snaps
from htkgis.network.street_times import TravelTimes, street_times

from .connections import Connections, connections_of, turned_round
from .footpaths import footpaths
from .frequencies import drawn, even_offsets, frequencies_of
from .pairs import Pairs, later, pairs_of, walks_from, walks_to

LONG_DAY_S = 3 * 86_400
"""Second that time is turned round at: later than any service day ends."""


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
    stops = pd.Index(stop_ids)
    often = frequencies_of(trip_times)
    if not len(often):
        return (connections_of(trip_times, stops),)
    offsets = even_offsets(often, draws)
    return tuple(connections_of(drawn(trip_times, own), stops) for own in offsets)


def journeys_between(
    graph: Graph,
    origins: Snaps,
    destinations: Snaps,
    stops: Snaps,
    trip_times: pd.DataFrame,
    *,
    rules: JourneyRules,
    transfers: pd.DataFrame | None = None,
) -> Journeys:
    """Put streets and a service day together.

    Parameters
    ----------
    graph
        Streets to walk on; the snaps are on it.
    origins, destinations, stops
        Snapped points; a stop that is not snapped is reached by stated transfers only.
    trip_times, transfers
        Contracts ``TRIP_TIMES`` and ``TRANSFERS``.
    rules
        What the study decides.

    Returns
    -------
    journeys
        As :func:`~htkgis.network.transit.transit_times` takes them. Walking all the way counts
        as far as the cutoff goes.
    """
    to_stops = street_times(graph, origins, stops, limit_ds=rules.max_walk_ds)
    from_stops = street_times(graph, stops, destinations, limit_ds=rules.max_walk_ds)
    between = street_times(graph, stops, stops, limit_ds=rules.max_change_ds)
    return Journeys(
        timetables=timetables_of(trip_times, list(stops.ids), draws=rules.draws),
        footpaths=footpaths(between, slack_s=rules.slack_s, transfers=transfers),
        access=later(walks_from(to_stops), rules.slack_s),
        egress=walks_to(from_stops),
        direct=street_times(graph, origins, destinations, limit_ds=rules.cutoff_s * 10),
        cutoff_s=rules.cutoff_s,
        max_rides=rules.max_rides,
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
