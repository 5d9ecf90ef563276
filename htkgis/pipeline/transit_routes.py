"""The journey behind a travel time by public transport: leg by leg, as a timetable tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from htkgis.errors import NetworkError
from htkgis.network import Snaps
from htkgis.network.transit import (
    JourneyRules,
    Journeys,
    TransitLeg,
    departure_times,
    every_minute,
    itinerary,
    journeys_between,
    later,
    sooner,
)
from htkgis.network.transit.summaries import rank_of
from htkgis.quantities import ADULT
from htkgis.scenario import ServiceDay
from htkgis.store import Cache
from htkgis.units import UNREACHED

from .modes import snapping
from .routes import INPUTS, doors_of_ends, known_ends
from .steps import Progress
from .transit import doors_of, journey_rules, walks_to_stations, with_limits
from .transit_study import WALK, TransitMoment, TransitStudy, ask_study


@dataclass(frozen=True)
class NamedLeg:
    """A leg as people read it.

    Parameters
    ----------
    departs_s, arrives_s
        Seconds after midnight.
    start, end
        Names of the stops; None at the doors.
    line
        Name of the line; None for a walk.
    trip_id
        Run of the line; None for a walk.
    """

    departs_s: int
    arrives_s: int
    start: str | None
    end: str | None
    line: str | None = None
    trip_id: str | None = None


@dataclass(frozen=True)
class TransitRouteReport:
    """A journey as a planner checks it against the timetable.

    Parameters
    ----------
    start, end
        Names of the points.
    departure_s
        When one leaves the door, in seconds after midnight.
    time_min
        From door to door; missing where the destination is not reached.
    made, departures
        How many of the departures of the window (at all offsets of lines whose minutes are not
        known) make it within the study's longest travel time.
    drawn
        Whether the timetable has lines whose minutes are not known, so that the clock times are
        those of one position within the headway.
    legs
        In order; walks of no time are left out.
    day
        What runs on the day.
    where
        What the timetable was read from.
    credits
        Credits of the layers.
    """

    start: str
    end: str
    departure_s: int
    time_min: float
    made: int
    departures: int
    drawn: bool
    legs: tuple[NamedLeg, ...]
    day: ServiceDay
    where: str
    credits: tuple[str, ...]


def find_transit_route(
    study_path: Path,
    catalog_path: Path,
    start: str,
    end: str,
    *,
    moment: TransitMoment | None = None,
    max_walk_min: float | None = None,
    max_rides: int | None = None,
    lens: str = ADULT,
    data: Path | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> TransitRouteReport:
    """Find the journey that gives a percentile of the travel times of a window.

    Parameters
    ----------
    study_path, catalog_path, data, cache, progress
        As :func:`htkgis.pipeline.routes.find_route`.
    start, end
        Id of an origin, a place or a stop, or a position ``latitude,longitude`` in degrees.
    moment
        Which timetable, and when; the first departure with the percentile's travel time is
        shown.
    max_walk_min, max_rides
        The study's where missing.
    lens
        Who walks.

    Raises
    ------
    HtkgisError
        If a point is not known or not on the streets, nothing runs, or no departure makes it.
    """
    moment = moment or TransitMoment()
    asked = ask_study(
        study_path,
        catalog_path,
        moment,
        INPUTS,
        lens=lens,
        data=data,
        cache=cache,
        progress=progress,
    )
    ends = known_ends(start, end, asked.results, asked.study.study.crs, stops=asked.stops)
    rules = with_limits(journey_rules(asked.study), max_walk_min=max_walk_min, max_rides=max_rides)
    journeys = _journeys(asked, ends, rules)
    found = _chosen(journeys, every_minute(asked.start_s, moment.window_min), moment.percentile)
    if found is None:
        msg = (
            f"route (transit): no departure from {start!r} makes it to {end!r} within "
            f"{rules.cutoff_s / 60:g} min on {asked.day.date.isoformat()}. Take another time "
            "of day, or raise transit.search in study.toml."
        )
        raise NetworkError(msg)
    timetable, departure_s, (origin, destination), time_ds, made, departures = found
    legs = itinerary(
        journeys,
        departure_s,
        origin=origin,
        destination=destination,
        slack_s=rules.slack_s,
        timetable=timetable,
    )
    return TransitRouteReport(
        start=_name(ends[0]),
        end=_name(ends[1]),
        departure_s=departure_s,
        time_min=round(time_ds / 600, 2),
        made=made,
        departures=departures,
        drawn=len(journeys.timetables) > 1,
        legs=_named_legs(legs or [], journeys.timetables[timetable].trips, asked),
        day=asked.day,
        where=asked.loaded.where,
        credits=tuple(dict.fromkeys(own.credit for own in asked.layers(moment.feeds).values())),
    )


def _journeys(
    asked: TransitStudy, ends: Sequence[gpd.GeoDataFrame], rules: JourneyRules
) -> Journeys:
    """Join both ends to the streets and the stops, and give what runs between them."""
    study, stops, barriers = asked.study, asked.stops, asked.results["barriers"]
    sides = doors_of_ends(asked.graph, ends, asked.results, study, WALK)
    max_snap_m = snapping(study, WALK)["max_snap_m"]
    doors = doors_of(
        asked.graph, sides[0], sides[1], stops, max_snap_m=max_snap_m, barriers=barriers
    )
    journeys = journeys_between(
        doors, asked.trip_times, rules=rules, transfers=asked.loaded.timetable.transfers
    )
    return _from_stations(journeys, ends, sides, stops, study.modes.walk.speed.value, rules)


def _from_stations(
    journeys: Journeys,
    ends: Sequence[gpd.GeoDataFrame],
    sides: Sequence[Snaps],
    stops: gpd.GeoDataFrame,
    speed_kph: float,
    rules: JourneyRules,
) -> Journeys:
    """Let ends that are beyond the streets be reached through the stops beside them."""
    if len(sides[0]) == 1 and len(sides[0].too_far):
        near = walks_to_stations(stops, ends[0], speed_kph=speed_kph)
        journeys = journeys._replace(access=sooner(journeys.access, later(near, rules.slack_s)))
    if len(sides[1]) == 1 and len(sides[1].too_far):
        near = walks_to_stations(stops, ends[1], speed_kph=speed_kph)
        journeys = journeys._replace(egress=sooner(journeys.egress, near))
    return journeys


def _chosen(
    journeys: Journeys, departures_s: Any, percentile: float
) -> tuple[int, int, tuple[int, int], int, int, int] | None:
    """Pick timetable, departure and doors of the first journey that takes the percentile."""
    by_origin = [
        departure_times(journeys, departures_s, origin=origin)
        for origin in range(len(journeys.access))
    ]
    every = np.stack(by_origin, axis=1)
    quickest = every.reshape(len(every), -1).min(axis=1)
    time_ds = int(np.sort(quickest)[rank_of(percentile, len(quickest)) - 1])
    if time_ds >= UNREACHED:
        return None
    row = int(np.flatnonzero(quickest == time_ds)[0])
    origin, destination = divmod(int(every[row].argmin()), every.shape[2])
    timetable, place = divmod(row, len(departures_s))
    made = int((quickest < UNREACHED).sum())
    ends = (origin, destination)
    return timetable, int(departures_s[place]), ends, time_ds, made, len(quickest)


def _named_legs(
    legs: Sequence[TransitLeg],
    trips: Any,
    asked: TransitStudy,
) -> tuple[NamedLeg, ...]:
    stops, trip_times = asked.stops, asked.trip_times
    stated = stops["name"].where(stops["name"].notna(), stops["id"])
    names: dict[int | None, str | None] = {None: None, **dict(enumerate(map(str, stated)))}
    first = trip_times[trip_times["sequence"] == 0]
    route_of = dict(zip(first["trip_id"].astype(str), first["route_id"].astype(str), strict=True))
    lines = asked.loaded.timetable.routes.set_index("route_id")
    named = []
    for leg in legs:
        line = trip_id = None
        if leg.trip is not None:
            trip_id = str(trips[leg.trip])
            # a run that was drawn bears its number behind the id of its frequency
            line = _line_name(lines, route_of[trip_id.rpartition("@")[0] or trip_id])
        elif leg.departs_s == leg.arrives_s:
            continue
        start, end = names[leg.from_stop], names[leg.to_stop]
        named.append(NamedLeg(leg.departs_s, leg.arrives_s, start, end, line, trip_id))
    return tuple(named)


def _line_name(lines: pd.DataFrame, route_id: str) -> str:
    stated = [lines[key][route_id] for key in ("short_name", "long_name")]
    return next((str(name) for name in stated if not pd.isna(name)), route_id)


def _name(end: gpd.GeoDataFrame) -> str:
    row = end.iloc[0]
    return str(row["id"] if pd.isna(row["name"]) else row["name"])
