"""Read timetables in GTFS: one feed or several, zip or folder, clipped before anything is built.

Source: what an operator or a national access point publishes; https://gtfs.org/documentation.
What is dropped, filled or left out is counted in a report; what cannot be right is an error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from pandas.api.types import union_categoricals

from htkgis.errors import ConfigError, SchemaError, first
from htkgis.schema import (
    CALENDAR,
    CALENDAR_DATES,
    FEEDS,
    FREQUENCIES,
    ROUTES,
    STOP_TIMES,
    STOPS,
    TRANSFERS,
    TRIPS,
    Timetable,
    check,
)

from .gtfs_calendar import reach, read_calendar
from .gtfs_faults import Faults, OnFault
from .gtfs_files import Feed, open_feed, read_short_table
from .gtfs_frequencies import read_frequencies
from .gtfs_report import FeedReport, TimetableReport
from .gtfs_routes import check_trips, read_routes, read_trips
from .gtfs_stop_times import NOT_AVAILABLE, Calls, complete_calls, read_calls
from .gtfs_stops import read_stops, stop_points, within
from .gtfs_transfers import read_transfers

CONTRACTS = {
    "stops": STOPS,
    "routes": ROUTES,
    "trips": TRIPS,
    "stop_times": STOP_TIMES,
    "calendar": CALENDAR,
    "calendar_dates": CALENDAR_DATES,
    "frequencies": FREQUENCIES,
    "transfers": TRANSFERS,
    "feeds": FEEDS,
}
IDS = (
    "stop_id",
    "parent_station",
    "route_id",
    "trip_id",
    "service_id",
    "from_stop_id",
    "to_stop_id",
)
"""Columns that name a row of the same feed."""


def read_timetable(
    paths: Path | Sequence[Path] | Mapping[str, Path],
    *,
    crs: str,
    area: shapely.Geometry | tuple[float, float, float, float] | None = None,
    on_fault: OnFault = "raise",
    encoding: str | Mapping[str, str] = "utf-8",
) -> tuple[Timetable, TimetableReport]:
    """Read one timetable of one or several GTFS feeds.

    Every trip that calls at two or more stops in the area is kept whole, its stops outside
    too: people may travel beyond the area, but not by trips that only pass elsewhere. So the
    area is the surroundings of the study, and holds every place that people change or arrive
    at. Stops at which no kept trip calls are dropped; positions are not needed for them.

    Boarding and alighting by phone or a word to the driver (types 2 and 3) count as possible;
    the report says how many there are. Blank times are filled by distance along the trip. Calls
    on demand (GTFS-Flex), fares, shapes and pathways are not read.

    Parameters
    ----------
    paths
        Zip or folder of a feed, or several. The ids of several get the feed's name and ``:`` in
        front: its key, else the file's name without ending, else (where two are the same) its
        number from 1.
    crs
        Projected CRS of the study, in metres.
    area
        Polygon, or west, south, east, north, in ``crs``; all is read where it is missing.
    on_fault
        ``raise``, or ``leave out`` trips that cannot be right and count them.
    encoding
        Of the tables, or by name of the feed; GTFS is written in UTF-8.

    Returns
    -------
    timetable
        Tables by id, the order of rows in the files is irrelevant.
    report
        Rows read, kept, dropped, filled and counted, by feed.

    Raises
    ------
    ConfigError
        If no feed is named.
    SourceError
        A feed is missing, no zip, cut short, without a table that is needed, or not in the
        encoding.
    SchemaError
        A column is missing, ids are missing or repeat, rows name what is not there, times cannot
        be read or go back, or no trip is left.
    CRSError
        Stops lie nowhere near where ``crs`` is used.
    """
    outline = shapely.box(*area) if isinstance(area, tuple) else area
    feeds = _opened(paths, encoding)
    report = TimetableReport()
    parts = []
    for feed in sorted(feeds, key=lambda feed: feed.prefix):
        own = FeedReport(feed.name, str(feed.path))
        report.feeds.append(own)
        parts.append(_read_feed(feed, own, crs, outline, on_fault))
    merged = parts[0] if len(parts) == 1 else {name: _joined(name, parts) for name in CONTRACTS}
    _check_any(merged["trips"], feeds, report)
    where = ", ".join(str(feed.path) for feed in feeds)
    for name, contract in CONTRACTS.items():
        check(merged[name], contract, where=where)
    return Timetable(**merged), report


def _opened(
    paths: Path | Sequence[Path] | Mapping[str, Path], encoding: str | Mapping[str, str]
) -> list[Feed]:
    if isinstance(paths, Path):
        paths = [paths]
    named = dict(paths) if isinstance(paths, Mapping) else _names(list(paths))
    if not named:
        msg = "timetable: no feed is named; one at least is needed. Name a GTFS zip or folder."
        raise ConfigError(msg)
    alone = len(named) == 1
    by_name = dict.fromkeys(named, encoding) if isinstance(encoding, str) else encoding
    return [
        open_feed(
            path,
            name=name,
            prefix="" if alone else f"{name}:",
            encoding=by_name.get(name, "utf-8"),
        )
        for name, path in named.items()
    ]


def _names(paths: list[Path]) -> dict[str, Path]:
    stems = Counter(path.stem for path in paths)
    if max(stems.values(), default=0) > 1:
        return {str(number): path for number, path in enumerate(paths, start=1)}
    return {path.stem: path for path in paths}


def _read_feed(
    feed: Feed,
    report: FeedReport,
    crs: str,
    area: shapely.Geometry | None,
    on_fault: OnFault,
) -> dict[str, pd.DataFrame]:
    report.version = _version(feed)
    calendar, dates = read_calendar(feed, report)
    first_date, last_date = reach(calendar, dates)
    report.first_date, report.last_date = (
        "" if pd.isna(day) else f"{day:%Y-%m-%d}" for day in (first_date, last_date)
    )
    locations = read_stops(feed, report, crs=crs)
    routes, trips = read_routes(feed, report), read_trips(feed, report)
    faults = Faults(feed, report, on_fault)
    inside = None if area is None else within(locations, area)
    ids = (trips["trip_id"], locations["stop_id"])
    calls = read_calls(feed, report, faults, ids, inside)
    services = {*calendar["service_id"], *dates["service_id"].cat.categories}
    check_trips(trips.loc[np.unique(calls.trip)], routes, services, faults)
    xy = (locations["x"].to_numpy(), locations["y"].to_numpy())
    calls = complete_calls(calls, xy, trips["trip_id"], faults)
    used, stop_rows = np.unique(calls.stop, return_inverse=True)
    kept, trip_rows = np.unique(calls.trip, return_inverse=True)
    frequencies = read_frequencies(feed, report, trips["trip_id"])
    tables = {
        "stops": stop_points(locations, used, feed, crs=crs),
        "trips": trips.loc[kept],
        "stop_times": _stop_times(calls, trip_rows, stop_rows, ids[0][kept], ids[1][used]),
        "transfers": read_transfers(feed, report, locations, ids[1][used]),
        "feeds": pd.DataFrame(
            {"feed": [feed.name], "first_date": [first_date], "last_date": [last_date]}
        ),
    }
    tables |= _named_by(tables["trips"], routes, calendar, dates, frequencies)
    report.kept.update({name: len(table) for name, table in tables.items() if name != "feeds"})
    return {name: _prefixed(tables[name], feed.prefix) for name in CONTRACTS}


def _stop_times(
    calls: Calls,
    trip_rows: np.ndarray,
    stop_rows: np.ndarray,
    trip_ids: pd.Series,
    stop_ids: pd.Series,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "trip_id": pd.Categorical.from_codes(trip_rows, categories=pd.Index(trip_ids)),
            "stop_id": pd.Categorical.from_codes(stop_rows, categories=pd.Index(stop_ids)),
            "sequence": calls.sequence,
            "arrival_s": calls.arrival_s,
            "departure_s": calls.departure_s,
            "pickup": calls.pickup != NOT_AVAILABLE,
            "drop_off": calls.drop_off != NOT_AVAILABLE,
        }
    )


def _named_by(
    trips: pd.DataFrame,
    routes: pd.DataFrame,
    calendar: pd.DataFrame,
    dates: pd.DataFrame,
    frequencies: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """Keep of other tables what the trips that are kept name."""
    held = dates[dates["service_id"].isin(trips["service_id"])].reset_index(drop=True)
    held["service_id"] = held["service_id"].cat.remove_unused_categories()
    return {
        "routes": routes[routes["route_id"].isin(trips["route_id"])],
        "calendar": calendar[calendar["service_id"].isin(trips["service_id"])],
        "calendar_dates": held,
        "frequencies": frequencies[frequencies["trip_id"].isin(trips["trip_id"])],
    }


def _prefixed(table: pd.DataFrame, prefix: str) -> pd.DataFrame:
    """Give the ids of a feed its prefix; those that are missing stay so."""
    table = table.reset_index(drop=True)
    if not prefix:
        return table
    for name in set(IDS) & set(table.columns):
        column = table[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            table[name] = column.cat.rename_categories([prefix + i for i in column.cat.categories])
        else:
            table[name] = column.map(lambda value: prefix + value, na_action="ignore")
    return table


def _joined(name: str, parts: list[dict[str, pd.DataFrame]]) -> pd.DataFrame:
    """Put the rows of feeds under each other; their ids are apart, and in order."""
    tables = [part[name] for part in parts]
    held = [t for t in tables if len(t)] or tables[:1]
    joined = pd.concat(held, ignore_index=True)
    for column in joined.columns:
        if all(isinstance(table[column].dtype, pd.CategoricalDtype) for table in held):
            joined[column] = union_categoricals([table[column] for table in held])
    return joined


def _check_any(trips: pd.DataFrame, feeds: list[Feed], report: TimetableReport) -> None:
    if len(trips):
        return
    read = report.total("read")["trips.txt"]
    reasons = [f"{count} {why}" for why, count in report.total("dropped").items() if count]
    msg = (
        f"timetable ({first(str(feed.path) for feed in feeds)}): none of {read} trips is kept: "
        f"{', '.join(reasons) or 'there are no stop times'}; one at least must call twice in the "
        "area. Check that the feed is of this region, and the area."
    )
    raise SchemaError(msg)


def _version(feed: Feed) -> str:
    if not feed.has("feed_info.txt"):
        return ""
    said = read_short_table(feed, "feed_info.txt", (), ("feed_version",))["feed_version"].dropna()
    return str(said.iloc[0]) if len(said) else ""
