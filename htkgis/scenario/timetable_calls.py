"""Calls of single trips, taken out of a timetable and put back changed.

Edits of timetables work on the calls of the trips they touch, a list for each; all other rows stay
as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from htkgis.errors import SchemaError, first
from htkgis.schema import Timetable


class Call(NamedTuple):
    """A trip at a stop; seconds after midnight of the service day."""

    stop_id: str
    arrival_s: int
    departure_s: int
    pickup: bool = True
    drop_off: bool = True

    def later(self, seconds: int) -> Call:
        """Give the same call so many seconds later."""
        return self._replace(
            arrival_s=self.arrival_s + seconds, departure_s=self.departure_s + seconds
        )


Calls = dict[str, list[Call]]
"""The calls of trips, by trip id."""
FEWEST = 2
"""Calls of a trip: one that calls once takes nobody anywhere."""


def calls_of(timetable: Timetable, trip_ids: Collection[str]) -> Calls:
    """Take the calls of some trips, in the order of the timetable."""
    times = timetable.stop_times
    own = times[times["trip_id"].isin(list(trip_ids))]
    calls: Calls = {}
    for trip, *call in zip(
        own["trip_id"].astype(object),
        own["stop_id"].astype(object),
        own["arrival_s"].tolist(),
        own["departure_s"].tolist(),
        own["pickup"].tolist(),
        own["drop_off"].tolist(),
        strict=True,
    ):
        calls.setdefault(trip, []).append(Call(*call))
    return calls


def with_calls(timetable: Timetable, calls: Calls, *, what: str) -> Timetable:
    """Put calls in place of those that trips had; trips without any had none.

    The stop times of a frequency say how long it takes only: where it begins earlier or later
    than before, its periods do, so that it comes to the stops that stay when it came there.

    Raises
    ------
    SchemaError
        If a trip would begin before midnight of its service day; ``what`` names the edit.
    """
    moved = _moved_periods(timetable, calls)
    own = {trip: [call.later(-moved.get(trip, 0)) for call in calls[trip]] for trip in calls}
    often = timetable.frequencies
    by_s = often["trip_id"].map(moved).fillna(0).astype("int64")
    often = often.assign(start_s=often["start_s"] + by_s, end_s=often["end_s"] + by_s)
    early = [trip for trip, its in own.items() if its and its[0].arrival_s < 0]
    early += often.loc[often["start_s"] < 0, "trip_id"].tolist()
    if early:
        msg = (
            f"{what}: {len(early)} of {len(own)} trips would begin before midnight of their "
            f"service day: {first(early)}; 00:00 and later are allowed. Let them begin later."
        )
        raise SchemaError(msg)
    times = timetable.stop_times
    kept = times[~times["trip_id"].isin(list(own))]
    return replace(timetable, stop_times=in_order(kept, _rows(own)), frequencies=often)


def _moved_periods(timetable: Timetable, calls: Calls) -> dict[str, int]:
    """Seconds by which the first departure of frequencies moves."""
    often = set(timetable.frequencies["trip_id"]) & set(calls)
    before = calls_of(timetable, often)
    return {
        trip: calls[trip][0].departure_s - before[trip][0].departure_s
        for trip in sorted(often)
        if trip in before and calls[trip]
    }


def _rows(calls: Calls) -> pd.DataFrame:
    rows = [
        (trip, call.stop_id, number, *call[1:])
        for trip, its in calls.items()
        for number, call in enumerate(its)
    ]
    columns = ["trip_id", "stop_id", "sequence", *Call._fields[1:]]
    return pd.DataFrame(rows, columns=columns)


def in_order(times: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Put stop times together, by trip and sequence."""
    joined = stacked(times, more)
    trips = pd.Categorical(joined["trip_id"])
    rank = np.argsort(np.argsort(trips.categories.to_numpy(dtype=object)))
    order = np.lexsort((joined["sequence"].to_numpy(), rank[trips.codes]))
    return joined.iloc[order].reset_index(drop=True)


def stacked(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Put rows below a table, whose columns keep their types; what rows do not say is missing."""
    if rows.empty:
        return table
    rows = rows.reindex(columns=table.columns)
    columns: dict[str, Any] = {}
    for name, kind in table.dtypes.items():
        if isinstance(kind, pd.CategoricalDtype):
            own = pd.Categorical(rows[name].astype(kind.categories.dtype))
            columns[str(name)] = union_categoricals([pd.Categorical(table[name]), own])
        elif table.empty:
            # a table without rows may have any type but that of texts
            columns[str(name)] = rows[name].astype(object) if kind.kind == "O" else rows[name].array
        elif isinstance(kind, np.dtype) and kind.kind in "biuf" and rows[name].notna().all():
            both = [table[name].to_numpy(), rows[name].to_numpy().astype(kind)]
            columns[str(name)] = np.concatenate(both)
        else:
            texts = [table[name].astype(object), rows[name].astype(object)]
            columns[str(name)] = pd.concat(texts, ignore_index=True).astype(kind)
    if isinstance(table, gpd.GeoDataFrame):
        points: pd.DataFrame = gpd.GeoDataFrame(columns, geometry="geometry", crs=table.crs)
        return points
    return pd.DataFrame(columns)


def tidied(timetable: Timetable) -> Timetable:
    """Leave out trips that call less than twice, and what is of no trip any more."""
    times = timetable.stop_times
    count = times["trip_id"].value_counts()
    held = set(count.index[count >= FEWEST])
    trips = timetable.trips[timetable.trips["trip_id"].isin(held)]
    times = times[times["trip_id"].isin(set(trips["trip_id"]))]
    stops = set(times["stop_id"].unique())
    ends = timetable.transfers[["from_stop_id", "to_stop_id"]]
    tables: Mapping[str, Any] = {
        "stops": timetable.stops[timetable.stops["stop_id"].isin(stops)],
        "routes": _used(timetable.routes, trips, "route_id"),
        "trips": trips,
        "stop_times": times,
        "calendar": _used(timetable.calendar, trips, "service_id"),
        "calendar_dates": _used(timetable.calendar_dates, trips, "service_id"),
        "frequencies": _used(timetable.frequencies, trips, "trip_id"),
        "transfers": timetable.transfers[ends.isin(stops).all(axis=1)],
    }
    fresh = {name: table.reset_index(drop=True) for name, table in tables.items()}
    return replace(timetable, **fresh)


def _used(table: pd.DataFrame, trips: pd.DataFrame, column: str) -> pd.DataFrame:
    return table[table[column].isin(set(trips[column]))]
