"""Contracts of a timetable as it was read, and of the trips of one service day.

Names are those of GTFS; a column whose values were converted carries its unit. Text columns of
long tables may be held as categories: their order means nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from .contracts import FLAG, FLAG_OR_MISSING, TEXT, TEXT_OR_MISSING, Column, Table

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""Columns of a calendar, in the order of :meth:`datetime.date.weekday`."""
DAY_S = 86_400
"""Seconds of a service day; times of a trip may lie beyond it."""

_INTEGER = Column("integer")
_NOT_BELOW_0 = Column("integer", minimum=0)
_DATE = Column("date")

STOPS = Table(
    "stops",
    ("stop_id",),
    {
        "stop_id": TEXT,
        "name": TEXT_OR_MISSING,
        "parent_station": TEXT_OR_MISSING,
        "wheelchair": FLAG_OR_MISSING,
    },
    "point",
)
ROUTES = Table(
    "routes",
    ("route_id",),
    {
        "route_id": TEXT,
        "short_name": TEXT_OR_MISSING,
        "long_name": TEXT_OR_MISSING,
        "route_type": _NOT_BELOW_0,
        "route_type_given": _NOT_BELOW_0,
        "agency": TEXT_OR_MISSING,
    },
)
TRIPS = Table(
    "trips",
    ("trip_id",),
    {
        "trip_id": TEXT,
        "feed": TEXT,
        "route_id": TEXT,
        "service_id": TEXT,
        "direction": Column("integer", missing=True, minimum=0),
        "wheelchair": FLAG_OR_MISSING,
        "bikes": FLAG_OR_MISSING,
    },
)
STOP_TIMES = Table(
    "stop_times",
    ("trip_id", "sequence"),
    {
        "trip_id": TEXT,
        "stop_id": TEXT,
        "sequence": _NOT_BELOW_0,
        "arrival_s": _NOT_BELOW_0,
        "departure_s": _NOT_BELOW_0,
        "pickup": FLAG,
        "drop_off": FLAG,
    },
)
CALENDAR = Table(
    "calendar",
    ("service_id",),
    {"service_id": TEXT, **dict.fromkeys(DAYS, FLAG), "start_date": _DATE, "end_date": _DATE},
)
CALENDAR_DATES = Table(
    "calendar_dates",
    ("service_id", "date"),
    {"service_id": TEXT, "date": _DATE, "runs": FLAG},
)
FREQUENCIES = Table(
    "frequencies",
    ("trip_id", "start_s"),
    {
        "trip_id": TEXT,
        "start_s": _NOT_BELOW_0,
        "end_s": _NOT_BELOW_0,
        "headway_s": Column("integer", minimum=1),
        "exact_times": FLAG,
    },
)
TRANSFERS = Table(
    "transfers",
    ("from_stop_id", "to_stop_id"),
    {
        "from_stop_id": TEXT,
        "to_stop_id": TEXT,
        "transfer_type": _NOT_BELOW_0,
        "min_transfer_time_s": Column("integer", missing=True, minimum=0),
    },
)
TRANSIT_LINES = Table(
    "transit_lines",
    ("id",),
    {
        **dict.fromkeys(("id", "name"), TEXT),
        "route_type": _NOT_BELOW_0,
        "headway_min": Column("number", minimum=1 / 60),
        **dict.fromkeys(
            ("first_departure", "last_departure", "stops", "days", "first_date", "last_date"), TEXT
        ),
    },
)
FEEDS = Table(
    "feeds",
    ("feed",),
    {"feed": TEXT, "first_date": _DATE, "last_date": _DATE},
)
TRIP_TIMES = Table(
    "trip_times",
    ("trip_id", "sequence"),
    {
        "trip_id": TEXT,
        "route_id": TEXT,
        "route_type": _NOT_BELOW_0,
        "stop_id": TEXT,
        "sequence": _NOT_BELOW_0,
        "arrival_s": _INTEGER,
        "departure_s": _INTEGER,
        "pickup": FLAG,
        "drop_off": FLAG,
        "wheelchair": FLAG_OR_MISSING,
        "bikes": FLAG_OR_MISSING,
        "headway_s": _NOT_BELOW_0,
        "start_s": _INTEGER,
        "end_s": _INTEGER,
    },
)
"""What runs on one service day, one row per call of a run at a stop, by run and sequence.

``trip_id`` is unique per run: a trip of an earlier service day that still runs after midnight,
and each run or period of a frequency, has a mark behind ``|``. Times are seconds after midnight
of the day asked for; a trip that began the day before begins below 0, one that ends after
midnight ends above 86,400. ``pickup`` and ``drop_off`` say whether people may board and alight.
``headway_s`` is 0 for a run with its own times. Where it is above, the run departs from its
first stop every ``headway_s`` from ``start_s`` until, not including, ``end_s``, at offsets that
nobody knows, and the times are those of the run that departs at ``start_s``.
"""

STOP_DISTANCES = Table(
    "stop_distances",
    ("origin_id", "stop_id"),
    {"origin_id": TEXT, "stop_id": TEXT, "distance_m": Column("number", minimum=0)},
)
"""Metres on foot over the street network from origins to the stops within some distance."""


@dataclass(frozen=True)
class Timetable:
    """The tables of a timetable, of one feed or of several that were merged.

    Parameters
    ----------
    stops
        Contract ``STOPS``: where some trip calls, in the study's CRS; by ``stop_id``.
    routes, trips
        Contracts ``ROUTES`` and ``TRIPS``; by their ids.
    stop_times
        Contract ``STOP_TIMES``: ``sequence`` counts 0, 1, 2 ... within a trip, times are seconds
        after midnight of the service day, none is missing; by trip and sequence.
    calendar, calendar_dates
        Contracts ``CALENDAR`` and ``CALENDAR_DATES``; either may have no rows.
    frequencies
        Contract ``FREQUENCIES``; the stop times of a trip in it say how long it takes only.
    transfers
        Contract ``TRANSFERS``: between stops at which trips call; types 0 to 3.
    feeds
        Contract ``FEEDS``: from when to when each feed has service.
    """

    stops: gpd.GeoDataFrame
    routes: pd.DataFrame
    trips: pd.DataFrame
    stop_times: pd.DataFrame
    calendar: pd.DataFrame
    calendar_dates: pd.DataFrame
    frequencies: pd.DataFrame
    transfers: pd.DataFrame
    feeds: pd.DataFrame
