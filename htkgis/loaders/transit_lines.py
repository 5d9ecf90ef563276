"""A sketch timetable: lines with a headway and running times, made into the tables of a feed.

The engine takes them as it takes a feed. What a sketch does not know is assumed, and the note of
its layer in the catalog says so: every line runs in both directions with the same headway and
the same running times from its first to its last departure, without waiting at stops, and
nobody knows at which minutes.
"""

from __future__ import annotations

import re
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.errors import SchemaError, first
from htkgis.schema import (
    CALENDAR,
    DAYS,
    FREQUENCIES,
    ROUTES,
    STOP_TIMES,
    STOPS,
    TRANSIT_LINES,
    TRIPS,
    Timetable,
    check,
)

from .gtfs_calendar import day_of
from .gtfs_routes import basic_route_type
from .layer import LayerReport, read_layer, read_plain_layer, require
from .table import numbers

CALL = re.compile(r"([^:;]+):(\d+(?:\.\d+)?)")
CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)")
DIRECTIONS = ("out", "back")


def read_stop_places(
    catalog: Catalog, name: str, *, crs: str
) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read where the stops of a sketch lie: ``id``, ``name`` and a point.

    Raises
    ------
    SchemaError
        If a column is missing.
    """
    table, report = read_layer(catalog, name, crs=crs)
    require(table, ("id", "name"), report)
    return table[["id", "name", "geometry"]], report


def read_transit_lines(
    catalog: Catalog, name: str, places: gpd.GeoDataFrame
) -> tuple[Timetable, LayerReport]:
    """Read a sketch timetable.

    Parameters
    ----------
    catalog, name
        Layer of contract ``TRANSIT_LINES``: ``route_type`` (GTFS, basic or extended),
        ``headway_min``, ``first_departure`` and ``last_departure`` (HH:MM, past 24:00 too),
        ``stops`` (``id:minutes;id:minutes`` from the first stop on), and of its calendar
        ``days`` (monday ...), ``first_date`` and ``last_date`` (yyyymmdd).
    places
        Contract ``STOPS`` less what only a feed knows: ``id``, ``name``, points; those that the
        lines name. Of rows that share an id the first counts.

    Returns
    -------
    timetable
        A trip ``ID/out`` and ``ID/back`` for each line, with one frequency each; the last
        departure is the last.
    report
        Rows read and kept.

    Raises
    ------
    SchemaError
        If a line cannot be read, calls at fewer than two stops or at one that no place is, or
        its minutes do not begin with 0 or go back.
    """
    table, report = read_plain_layer(catalog, name)
    require(table, tuple(TRANSIT_LINES.columns), report)
    what = f"{report.name} ({report.file})"
    for column in ("route_type", "headway_min"):
        table[column] = numbers(table[column], what=f"{what} column {column!r}")
    check(table, TRANSIT_LINES, where=report.file)
    table = table.sort_values("id").reset_index(drop=True)
    calls = _calls(table, what)
    stops = _stops(calls, places, what)
    trips = [(line, way) for line in table["id"] for way in DIRECTIONS]
    ids = [f"{line}/{way}" for line, way in trips]
    timetable = Timetable(
        stops=check(stops, STOPS, where=report.file),
        routes=check(_routes(table, what), ROUTES, where=report.file),
        trips=check(_trips(trips, ids, name), TRIPS, where=report.file),
        stop_times=check(_stop_times(calls), STOP_TIMES, where=report.file),
        calendar=check(_calendar(table, what), CALENDAR, where=report.file),
        calendar_dates=_no_dates(),
        frequencies=check(_frequencies(table, what), FREQUENCIES, where=report.file),
        transfers=_no_transfers(),
        feeds=_feeds(table, name, what),
    )
    return timetable, report


def _calls(table: pd.DataFrame, what: str) -> pd.DataFrame:
    """Give the calls of each line and direction: ``trip_id``, ``stop_id``, ``sequence``."""
    parts = []
    for line, text in zip(table["id"], table["stops"], strict=True):
        stops, seconds = _line_calls(str(line), str(text), what)
        back = [seconds[-1] - time for time in reversed(seconds)]
        for way, names, times in (("out", stops, seconds), ("back", stops[::-1], back)):
            parts.append(
                pd.DataFrame(
                    {
                        "trip_id": f"{line}/{way}",
                        "stop_id": names,
                        "sequence": range(len(names)),
                        "time_s": times,
                    }
                )
            )
    return pd.concat(parts, ignore_index=True).sort_values(["trip_id", "sequence"])


def _line_calls(line: str, text: str, what: str) -> tuple[list[str], list[int]]:
    """Read the stops of a line, and seconds from its first."""
    found = [CALL.fullmatch(part.strip()) for part in text.split(";")]
    names = [part[1].strip() for part in found if part]
    seconds = [round(float(part[2]) * 60) for part in found if part]
    rising = all(a <= b for a, b in pairwise(seconds))
    if None in found or len(names) < len(DIRECTIONS) or seconds[0] or not rising:
        msg = (
            f"{what}: line {line!r} has stops {text!r}; two or more as id:minutes, parted by ;, "
            "from 0 on and never falling are allowed. Correct the file."
        )
        raise SchemaError(msg)
    return names, seconds


def _stops(calls: pd.DataFrame, places: gpd.GeoDataFrame, what: str) -> gpd.GeoDataFrame:
    named = sorted(set(calls["stop_id"]))
    known = places.drop_duplicates("id").set_index("id")
    lost = [name for name in named if name not in known.index]
    if lost:
        msg = (
            f"{what}: {len(lost)} of {len(named)} stops are no place of the layers: "
            f"{first(lost)}. Correct the ids, or add the places."
        )
        raise SchemaError(msg)
    held = known.loc[named]
    return gpd.GeoDataFrame(
        {
            "stop_id": named,
            "name": held["name"].to_numpy(dtype=object),
            "parent_station": None,
            "wheelchair": pd.array([pd.NA] * len(named), dtype="boolean"),
        },
        geometry=held.geometry.to_numpy(),
        crs=places.crs,
    )


def _routes(table: pd.DataFrame, what: str) -> pd.DataFrame:
    basic = [basic_route_type(int(kind)) for kind in table["route_type"]]
    wrong = [line for line, kind in zip(table["id"], basic, strict=True) if kind is None]
    if wrong:
        msg = (
            f"{what}: {len(wrong)} of {len(table)} lines have a route_type that is none: "
            f"{first(wrong)}; 0-7, 11, 12 and 100-1799 are. Correct its values in the catalog."
        )
        raise SchemaError(msg)
    return pd.DataFrame(
        {
            "route_id": table["id"],
            "short_name": table["name"],
            "long_name": None,
            "route_type": basic,
            "route_type_given": table["route_type"].astype("int64"),
            "agency": None,
        }
    )


def _trips(trips: list[tuple[str, str]], ids: list[str], feed: str) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "trip_id": ids,
            "feed": feed,
            "route_id": [line for line, _ in trips],
            "service_id": [line for line, _ in trips],
            "direction": pd.array([DIRECTIONS.index(way) for _, way in trips], dtype="Int8"),
            "wheelchair": pd.array([pd.NA] * len(ids), dtype="boolean"),
            "bikes": pd.array([pd.NA] * len(ids), dtype="boolean"),
        }
    )
    return table.sort_values("trip_id").reset_index(drop=True)


def _stop_times(calls: pd.DataFrame) -> pd.DataFrame:
    time_s = calls["time_s"].to_numpy(dtype=np.int32)
    ends = calls["trip_id"].ne(calls["trip_id"].shift(-1)).to_numpy()
    return pd.DataFrame(
        {
            "trip_id": pd.Categorical(calls["trip_id"]),
            "stop_id": pd.Categorical(calls["stop_id"]),
            "sequence": calls["sequence"].to_numpy(dtype=np.int32),
            "arrival_s": time_s,
            "departure_s": time_s,
            "pickup": ~ends,
            "drop_off": calls["sequence"].to_numpy() > 0,
        }
    )


def _calendar(table: pd.DataFrame, what: str) -> pd.DataFrame:
    days = [str(text).split() for text in table["days"]]
    wrong = sorted({day for of_line in days for day in of_line} - set(DAYS))
    if wrong:
        msg = (
            f"{what}: {len(wrong)} days have no such name: {first(wrong)}; {', '.join(DAYS)} are "
            "allowed. Correct them in the catalog."
        )
        raise SchemaError(msg)
    flags = {day: [day in of_line for of_line in days] for day in DAYS}
    dates = {
        theirs: _dates(table, ours, what)
        for theirs, ours in (("start_date", "first_date"), ("end_date", "last_date"))
    }
    return pd.DataFrame({"service_id": table["id"], **flags, **dates})


def _dates(table: pd.DataFrame, column: str, what: str) -> pd.Series:
    text = table[column].astype(str)
    found = pd.Series(np.array([day_of(value) for value in text]), index=table.index)
    wrong = text[found.isna()]
    if len(wrong):
        msg = (
            f"{what}: {len(wrong)} of {len(table)} lines have a {column} that is no date: "
            f"{first(wrong)}; yyyymmdd is allowed. Correct it in the catalog."
        )
        raise SchemaError(msg)
    return found


def _frequencies(table: pd.DataFrame, what: str) -> pd.DataFrame:
    start = [_seconds(text, what) for text in table["first_departure"]]
    last = [_seconds(text, what) for text in table["last_departure"]]
    of_lines = pd.DataFrame(
        {
            "line": table["id"],
            "start_s": start,
            "end_s": np.array(last) + 1,  # the end of a period is no departure; this one is
            "headway_s": (table["headway_min"] * 60).round().astype("int64"),
            "exact_times": False,
        }
    )
    back = of_lines.loc[of_lines["end_s"] <= of_lines["start_s"], "line"]
    if len(back):
        msg = (
            f"{what}: {len(back)} of {len(table)} lines have a last departure before the first: "
            f"{first(back)}; after midnight it is 24:00 and later. Correct the file."
        )
        raise SchemaError(msg)
    both = [of_lines.assign(trip_id=of_lines["line"] + f"/{way}") for way in DIRECTIONS]
    columns = ["trip_id", "start_s", "end_s", "headway_s", "exact_times"]
    return pd.concat(both)[columns].sort_values("trip_id").reset_index(drop=True)


def _seconds(text: str, what: str) -> int:
    found = CLOCK.fullmatch(str(text))
    if found is None:
        msg = f"{what}: {text!r} is no time; HH:MM is allowed, past 24:00 too. Correct the file."
        raise SchemaError(msg)
    return int(found[1]) * 3600 + int(found[2]) * 60


def _no_dates() -> pd.DataFrame:
    empty = {"service_id": pd.Series([], dtype=object), "date": pd.to_datetime([])}
    return pd.DataFrame({**empty, "runs": pd.Series([], dtype=bool)})


def _no_transfers() -> pd.DataFrame:
    empty = {name: pd.Series([], dtype=object) for name in ("from_stop_id", "to_stop_id")}
    kinds = {"transfer_type": "int64", "min_transfer_time_s": "Int64"}
    return pd.DataFrame({**empty, **{n: pd.Series([], dtype=k) for n, k in kinds.items()}})


def _feeds(table: pd.DataFrame, name: str, what: str) -> pd.DataFrame:
    first_date, last_date = (_dates(table, column, what) for column in ("first_date", "last_date"))
    return pd.DataFrame(
        {"feed": [name], "first_date": [first_date.min()], "last_date": [last_date.max()]}
    )
