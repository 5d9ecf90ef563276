"""Lines that an edit adds, as the tables of a feed have them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from htkgis.clock import clock_s
from htkgis.errors import SchemaError
from htkgis.scenario_rules import AddLine
from htkgis.schema import DAYS, Timetable

from .timetable_calls import Calls, stacked, with_calls
from .timetable_headways import Period, Window, with_headway
from .timetable_names import Names
from .timetable_ways import on_way, turned

FEED = "scenario"
"""Feed of the lines that edits add, so that the audit of a day counts them apart."""
ROUTE_TYPES = {
    "tram": (0, 0),
    "metro": (1, 1),
    "train": (2, 2),
    "s_train": (2, 109),
    "bus": (3, 3),
    "ferry": (4, 4),
}
"""Basic and extended route type of GTFS by the mode of a line."""


def with_line(timetable: Timetable, edit: AddLine, names: Names) -> Timetable:
    """Give the timetable one line more: a trip each way, with the periods of its headways.

    Raises
    ------
    SchemaError
        If its id is taken, or a stop is none of the timetable.
    """
    what = f"scenario, add_line {edit.id!r}"
    if edit.id in set(timetable.routes["route_id"]):
        msg = f"{what}: the id is taken by a line; another is allowed. Choose another id."
        raise SchemaError(msg)
    calls = _calls(edit, names, what)
    service = f"{edit.id}/days"
    timetable = replace(
        timetable,
        routes=_put(timetable.routes, _route(edit), "route_id"),
        trips=_put(timetable.trips, _trips(edit, calls, service), "trip_id"),
        calendar=_put(timetable.calendar, _calendar(timetable, edit, service), "service_id"),
        feeds=_feeds(timetable),
    )
    timetable = with_calls(timetable, calls, what=what)
    often = _put(timetable.frequencies, _frequencies(edit, list(calls)), "trip_id", "start_s")
    return replace(timetable, frequencies=often)


def _put(table: pd.DataFrame, rows: pd.DataFrame, *by: str) -> pd.DataFrame:
    return stacked(table, rows).sort_values(list(by), ignore_index=True)


def _calls(edit: AddLine, names: Names, what: str) -> Calls:
    way = [(names.stop(call.stop, what=what), round(60 * call.minutes)) for call in edit.stops]
    ways = {f"{edit.id}/out": way}
    if edit.both_directions:
        ways[f"{edit.id}/back"] = list(turned(way))
    return {trip: on_way(own, at_s=0) for trip, own in ways.items()}


def _route(edit: AddLine) -> pd.DataFrame:
    basic, given = ROUTE_TYPES[edit.mode]
    return pd.DataFrame(
        {
            "route_id": [edit.id],
            "short_name": edit.name,
            "long_name": None,
            "route_type": basic,
            "route_type_given": given,
            "agency": None,
        }
    )


def _trips(edit: AddLine, calls: Calls, service: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "trip_id": list(calls),
            "feed": FEED,
            "route_id": edit.id,
            "service_id": service,
            "direction": range(len(calls)),
            "wheelchair": edit.wheelchair,
            "bikes": edit.bikes,
        }
    ).astype({"direction": "Int8", "wheelchair": "boolean", "bikes": "boolean"})


def _calendar(timetable: Timetable, edit: AddLine, service: str) -> pd.DataFrame:
    span = {
        "start_date": timetable.feeds["first_date"].min(),
        "end_date": timetable.feeds["last_date"].max(),
    }
    flags = {day: day in edit.days for day in DAYS}
    return pd.DataFrame([{"service_id": service, **flags, **span}])


def _feeds(timetable: Timetable) -> pd.DataFrame:
    feeds = timetable.feeds
    if FEED in set(feeds["feed"]):
        return feeds
    # as long as any other feed, so that it puts no bounds on days
    dates = {"first_date": feeds["first_date"].min(), "last_date": feeds["last_date"].max()}
    return stacked(feeds, pd.DataFrame([{"feed": FEED, **dates}]))


def _frequencies(edit: AddLine, trips: list[str]) -> pd.DataFrame:
    last_s = clock_s(edit.last_departure) + 1  # the end of a period is no departure; this one is
    periods = [Period(clock_s(edit.first_departure), last_s, round(60 * edit.headway_min))]
    for other in edit.headways:
        window = Window(clock_s(other.start), clock_s(other.end))
        headway_s = round(60 * other.headway_min)
        periods = [
            piece
            for period in periods
            for piece in with_headway(period, window, headway_s, exact=edit.exact_times)
        ]
    rows = [
        {"trip_id": trip, **period._asdict(), "exact_times": edit.exact_times}
        for trip in trips
        for period in periods
    ]
    return pd.DataFrame(rows)
