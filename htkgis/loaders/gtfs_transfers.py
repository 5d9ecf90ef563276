"""Transfers of a feed: where people may change, must be given time to, or cannot change."""

from __future__ import annotations

import pandas as pd

from htkgis.errors import SchemaError, first

from .gtfs_files import Feed, read_short_table, without_repeats
from .gtfs_report import FeedReport
from .gtfs_stops import STATION
from .table import numbers

FILE = "transfers.txt"
BETWEEN_STOPS = ("0", "1", "2", "3")
BETWEEN_TRIPS = ("4", "5")
NARROWER = ("from_route_id", "to_route_id", "from_trip_id", "to_trip_id")
COLUMNS = ("from_stop_id", "to_stop_id", "transfer_type", "min_transfer_time_s")


def read_transfers(
    feed: Feed, report: FeedReport, locations: pd.DataFrame, used: pd.Series
) -> pd.DataFrame:
    """Read transfers between stops at which trips call; contract ``TRANSFERS``.

    One of a station is of each of its stops. What the feed says of two stops counts before what
    it says of their stations; where it says two things of the same, the higher type and the
    longer time count. Transfers between trips, or of some routes or trips only, are left out.

    Parameters
    ----------
    feed, report
        See :mod:`htkgis.loaders.gtfs`.
    locations
        Of ``read_stops``.
    used
        Ids of the stops at which trips call.

    Raises
    ------
    SchemaError
        If a type or a time cannot be read.
    """
    if not feed.has(FILE):
        empty = {name: pd.Series([], dtype=object) for name in COLUMNS}
        types = {"transfer_type": "int64", "min_transfer_time_s": "Int64"}
        return pd.DataFrame(empty).astype(types)
    raw = read_short_table(
        feed,
        FILE,
        (),
        ("from_stop_id", "to_stop_id", "transfer_type", "min_transfer_time", *NARROWER),
    )
    raw = without_repeats(raw, FILE, report)
    table = _between_stops(_typed(raw, feed), report)
    table = _of_stops(table, locations, used, report)
    ordered = table.sort_values(
        ["from_stop_id", "to_stop_id", "stations", "transfer_type", "min_transfer_time_s"],
        ascending=[True, True, True, False, False],
        na_position="last",
    )
    first_of_each = ordered.drop_duplicates(["from_stop_id", "to_stop_id"])
    again = len(ordered) - len(first_of_each)
    if again:
        report.dropped["transfers of stops that another one is of"] += again
    return first_of_each[list(COLUMNS)].reset_index(drop=True)


def _typed(raw: pd.DataFrame, feed: Feed) -> pd.DataFrame:
    kinds = raw["transfer_type"].fillna("0")
    wrong = kinds[~kinds.isin([*BETWEEN_STOPS, *BETWEEN_TRIPS])]
    if len(wrong):
        msg = (
            f"{feed.where(FILE)}: {len(wrong)} of {len(raw)} rows have a transfer_type that is "
            f"none: {first(sorted(set(wrong)))}; 0 to 5 are. Ask the feed's publisher."
        )
        raise SchemaError(msg)
    time = numbers(raw["min_transfer_time"], what=f"{feed.where(FILE)} column 'min_transfer_time'")
    low = time[(time < 0) | time.mod(1).ne(0) & time.notna()]
    if len(low):
        msg = (
            f"{feed.where(FILE)}: {len(low)} of {len(raw)} rows have a min_transfer_time that is "
            f"no whole number of seconds: {first(low)}; 0 and above are. Ask the feed's publisher."
        )
        raise SchemaError(msg)
    return raw.assign(transfer_type=kinds, min_transfer_time_s=time.astype("Int64"))


def _between_stops(table: pd.DataFrame, report: FeedReport) -> pd.DataFrame:
    trips = table["transfer_type"].isin(BETWEEN_TRIPS)
    narrower = ~trips & table[list(NARROWER)].notna().any(axis=1)
    for rows, what in (
        (trips, "transfers between trips (types 4 and 5)"),
        (narrower, "transfers of some routes or trips only"),
    ):
        if rows.any():
            report.dropped[what] += int(rows.sum())
    return table.loc[~(trips | narrower)].astype({"transfer_type": "int64"})


def _of_stops(
    table: pd.DataFrame, locations: pd.DataFrame, used: pd.Series, report: FeedReport
) -> pd.DataFrame:
    """Repeat transfers of stations for each of their stops, and drop those no trip calls at."""
    stations = set(locations.loc[locations["location_type"].eq(STATION), "stop_id"])
    stops = locations.loc[locations["stop_id"].isin(used), ["stop_id", "parent_station"]]
    own = pd.DataFrame({"place": stops["stop_id"], "stop": stops["stop_id"], "station": 0})
    part = stops.dropna(subset=["parent_station"])
    parts = pd.DataFrame({"place": part["parent_station"], "stop": part["stop_id"], "station": 1})
    places = pd.concat([own, parts[parts["place"].isin(stations)]], ignore_index=True)
    known = table["from_stop_id"].isin(places["place"]) & table["to_stop_id"].isin(places["place"])
    if not known.all():
        report.dropped["transfers of stops at which no trip calls"] += int((~known).sum())
    found = table.loc[known]
    for end in ("from", "to"):
        found = found.merge(
            places.add_prefix(f"{end}_"), left_on=f"{end}_stop_id", right_on=f"{end}_place"
        )
    if found[["from_station", "to_station"]].to_numpy().any():
        report.counted["transfers of stations"] = int(
            table.loc[known, ["from_stop_id", "to_stop_id"]].isin(stations).any(axis=1).sum()
        )
    return found.assign(
        from_stop_id=found["from_stop"],
        to_stop_id=found["to_stop"],
        stations=found["from_station"] + found["to_station"],
    )
