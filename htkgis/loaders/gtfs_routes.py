"""Routes and trips of a feed; the kinds of vehicle of the extended list become the basic ones."""

from __future__ import annotations

import numpy as np
import pandas as pd

from htkgis.errors import SchemaError, first

from .gtfs_faults import Faults
from .gtfs_files import Feed, plain_text, read_feed_table, read_short_table, without_repeats
from .gtfs_report import FeedReport
from .gtfs_stops import YES_NO, check_ids

ROUTES_FILE, TRIPS_FILE, AGENCY_FILE = "routes.txt", "trips.txt", "agency.txt"
BASIC = frozenset({0, 1, 2, 3, 4, 5, 6, 7, 11, 12})
"""Tram, metro, rail, bus, ferry, cable tram, aerial lift, funicular, trolleybus, monorail."""
HUNDREDS = {
    1: 2,  # railway, S-train (109) too
    2: 3,  # coach
    3: 2,  # suburban railway
    4: 1,  # urban railway, metro
    5: 1,  # metro
    6: 1,  # underground
    7: 3,  # bus
    8: 11,  # trolleybus
    9: 0,  # tram
    10: 4,  # water transport
    12: 4,  # ferry
    13: 6,  # aerial lift
    14: 7,  # funicular
    15: 3,  # taxi with a timetable
    17: 3,  # miscellaneous
}
"""Basic type by the hundreds of the extended one; air (11) and self-drive (16) have none."""
MONORAIL = 405
LARGEST = 1799
DIRECTIONS = {"0": 0, "1": 1}
"""What GTFS writes for the two ways of a route; anything else says nothing."""


def basic_route_type(given: int) -> int | None:
    """Map a route type of the extended list, 100 to 1799, to the basic one.

    Returns
    -------
    route_type
        A basic type stays what it is, and so do air services and self-drive, which have no
        basic one; None if there is no such type.

    Examples
    --------
    A bus, an S-train, the metro, a tram and a ferry:

    >>> [basic_route_type(given) for given in (3, 109, 401, 900, 1000)]
    [3, 2, 1, 0, 4]
    """
    if given in BASIC:
        return given
    if given == MONORAIL:
        return 12
    if not 100 <= given <= LARGEST:  # noqa: PLR2004
        return None
    return HUNDREDS.get(given // 100, given)


def read_routes(feed: Feed, report: FeedReport) -> pd.DataFrame:
    """Read routes by ``route_id``; contract ``ROUTES``.

    Raises
    ------
    SchemaError
        If ids are missing or repeat, or a route type is none.
    """
    table = read_short_table(
        feed,
        ROUTES_FILE,
        ("route_id", "route_type"),
        ("route_short_name", "route_long_name", "agency_id"),
    )
    table = without_repeats(table, ROUTES_FILE, report)
    check_ids(table["route_id"], feed.where(ROUTES_FILE), "route_id")
    given = table["route_type"].map(_type)
    basic = given.map(basic_route_type, na_action="ignore")
    wrong = basic.isna()
    if wrong.any():
        rows = table.loc[wrong, ["route_id", "route_type"]].itertuples(index=False)
        msg = (
            f"{feed.where(ROUTES_FILE)}: {int(wrong.sum())} of {len(table)} routes have a "
            f"route_type that is none: {first([f'{i}: {kind}' for i, kind in rows])}; 0-7, 11, 12 "
            "and 100-1799 are. Ask the feed's publisher."
        )
        raise SchemaError(msg)
    without = int((~basic.isin(list(BASIC))).sum())
    if without:
        report.counted["routes by air or self-drive"] = without
    routes = pd.DataFrame(
        {
            "route_id": table["route_id"],
            "short_name": table["route_short_name"],
            "long_name": table["route_long_name"],
            "route_type": basic.astype("int64"),
            "route_type_given": given.astype("int64"),
            "agency": _agencies(feed, table["agency_id"]),
        }
    )
    return routes.sort_values("route_id").reset_index(drop=True)


def _type(text: str | None) -> float:
    return int(text) if text is not None and text.isdecimal() else np.nan


def _agencies(feed: Feed, ids: pd.Series) -> pd.Series:
    """Name of the agency of each route; that of the only one where a route says nothing."""
    if not feed.has(AGENCY_FILE):
        return ids
    table = read_short_table(feed, AGENCY_FILE, ("agency_name",), ("agency_id",))
    table = table.drop_duplicates("agency_id")
    names = dict(zip(table["agency_id"], table["agency_name"], strict=True))
    only = table["agency_name"].iloc[0] if len(table) == 1 else None
    found = [only if name is None else names.get(name, name) for name in ids]
    return pd.Series(found, index=ids.index, dtype=object)


def read_trips(feed: Feed, report: FeedReport) -> pd.DataFrame:
    """Read trips by ``trip_id``; contract ``TRIPS``.

    Raises
    ------
    SchemaError
        If ids are missing or repeat.
    """
    table = read_feed_table(
        feed,
        TRIPS_FILE,
        ("trip_id", "route_id", "service_id"),
        ("direction_id", "wheelchair_accessible", "bikes_allowed"),
    )
    table = without_repeats(table, TRIPS_FILE, report)
    check_ids(table["trip_id"], feed.where(TRIPS_FILE), "trip_id")
    trips = pd.DataFrame(
        {
            "trip_id": plain_text(table["trip_id"]),
            "feed": feed.name,
            "route_id": plain_text(table["route_id"]),
            "service_id": plain_text(table["service_id"]),
            "direction": table["direction_id"].astype(object).map(DIRECTIONS),
            "wheelchair": table["wheelchair_accessible"].astype(object).map(YES_NO),
            "bikes": table["bikes_allowed"].astype(object).map(YES_NO),
        }
    ).astype({"direction": "Int8", "wheelchair": "boolean", "bikes": "boolean"})
    return trips.sort_values("trip_id").reset_index(drop=True)


def check_trips(
    trips: pd.DataFrame, routes: pd.DataFrame, services: set[str], faults: Faults
) -> None:
    """Note trips of a route or a service that the feed does not have."""
    for column, known, what in (
        ("route_id", set(routes["route_id"]), "their route is not in routes.txt"),
        (
            "service_id",
            services,
            "their service is in neither calendar.txt nor calendar_dates.txt, and never runs",
        ),
    ):
        lost = trips[~trips[column].isin(known)]
        named = [
            f"{i} ({name or ''})" for i, name in zip(lost["trip_id"], lost[column], strict=True)
        ]
        faults.found(lost.index.to_numpy(), named, file=TRIPS_FILE, what=what)
