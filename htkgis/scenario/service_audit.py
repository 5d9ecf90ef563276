"""Audit of a service day, before any figure is made of it.

A day outside a feed, one on which nothing runs, or an hour in which nothing does would turn
every answer into one on foot, and no map would show it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from htkgis.clock import as_clock
from htkgis.errors import ConfigError
from htkgis.schema import DAY_S, Timetable

from .service_calendar import NAMED, USUAL, good_days, kind_of_day, service_calendar
from .service_day import trips_on


@dataclass(frozen=True)
class ServiceDay:
    """What runs on a day that was found good.

    Parameters
    ----------
    date, kind
        The day, and what kind of day it is.
    trips
        What begins on it: one for each trip and each departure of a frequency.
    usual
        Median of days of its kind with service.
    per_hour
        What leaves the stops asked for, by hour of its first departure from one of them; hours
        before midnight of the day are below 0, hours after the next are 24 and above.
    feeds
        Trips of the day by feed; a feed that has none on it stands with 0.
    feeds_in_window
        Runs with a departure in the window by feed; empty where no window was asked for.
    trip_times
        Contract ``TRIP_TIMES``.
    """

    date: dt.date
    kind: str
    trips: int
    usual: float
    per_hour: dict[int, int]
    feeds: dict[str, int]
    feeds_in_window: dict[str, int]
    trip_times: pd.DataFrame

    @property
    def unusual(self) -> bool:
        """Whether fewer than half the usual trips run: a holiday, or the end of a feed."""
        return self.trips < USUAL * self.usual

    def record(self) -> dict[str, Any]:
        """Return the audit as JSON."""
        return {
            "date": self.date.isoformat(),
            "kind": self.kind,
            "trips": self.trips,
            "usual": self.usual,
            "unusual": self.unusual,
            "per_hour": {str(hour): count for hour, count in sorted(self.per_hour.items())},
            "feeds": dict(sorted(self.feeds.items())),
            "feeds_in_window": dict(sorted(self.feeds_in_window.items())),
        }


def checked_service_day(
    timetable: Timetable,
    date: dt.date,
    *,
    window_s: tuple[int, int] | None = None,
    stop_ids: Collection[str] | None = None,
    until_s: int = DAY_S,
    where: str = "timetable",
) -> ServiceDay:
    """Give what runs on a day, or say why nothing does and which days are good.

    Parameters
    ----------
    timetable
        Tables as they were read.
    date
        Service day.
    window_s
        First and last second after midnight in which something must depart; no such demand
        where it is missing.
    stop_ids
        Stops in the study's surroundings, at which departures count; all where it is missing.
    until_s
        See :func:`htkgis.scenario.trips_on`.
    where
        Feeds, for messages.

    Raises
    ------
    ConfigError
        If the day lies outside one of the feeds, nothing runs on it, or nothing departs in the
        window; the message names the nearest good days and how many trips they have.
    """
    days = service_calendar(timetable)
    _check_inside(timetable, days, date, where)
    today = days[days["date"] == pd.Timestamp(date)]
    trips = int(today["trips"].iloc[0]) if len(today) else 0
    if not trips:
        raise _no_service(days, date, where, "no trip runs", "a holiday, or a gap in the feed")
    trip_times = trips_on(timetable, date, until_s=until_s)
    leaving = departures(trip_times, stop_ids)
    if window_s is not None and not _any_within(leaving, window_s):
        what = f"nothing departs from {as_clock(window_s[0])} to {as_clock(window_s[1])}"
        raise _no_service(days, date, where, what, _hours(leaving))
    usual = float(today["usual"].iloc[0])
    per_hour = departures_per_hour(leaving)
    feeds = _by_feed(timetable, date)
    window = {} if window_s is None else _in_window(timetable, leaving, window_s)
    return ServiceDay(date, kind_of_day(date), trips, usual, per_hour, feeds, window, trip_times)


def _check_inside(timetable: Timetable, days: pd.DataFrame, date: dt.date, where: str) -> None:
    day = pd.Timestamp(date)
    feeds = timetable.feeds
    inside = (feeds["first_date"] <= day) & (feeds["last_date"] >= day)
    if inside.all():
        return
    spans = [
        f"{feed} ({first:%Y-%m-%d} to {last:%Y-%m-%d})"
        for feed, first, last in feeds.loc[~inside].itertuples(index=False)
    ]
    what = f"the day lies outside {len(spans)} of {len(feeds)} feeds: {', '.join(spans[:NAMED])}"
    first, last = feeds["first_date"].max(), feeds["last_date"].min()
    shared = days[days["date"].between(first, last)]
    raise _no_service(shared, date, where, what, "it has service within these dates only")


def _no_service(days: pd.DataFrame, date: dt.date, where: str, what: str, why: str) -> ConfigError:
    good = good_days(days[days["date"] != pd.Timestamp(date)], date)
    named = [
        f"{day:%Y-%m-%d} ({kind}, {trips} trips)"
        for day, kind, trips in good[["date", "kind", "trips"]].itertuples(index=False)
    ]
    choice = (
        f"nearest days with service: {', '.join(named)}. Choose one of them."
        if named
        else "no day has service in all feeds. Take other feeds, or fewer."
    )
    msg = f"service day {date:%Y-%m-%d} ({where}): {what}; {why}; {choice}"
    return ConfigError(msg)


def departures(trip_times: pd.DataFrame, stop_ids: Collection[str] | None = None) -> pd.DataFrame:
    """Give the calls at which people may board, of frequencies one for each departure.

    Parameters
    ----------
    trip_times
        Contract ``TRIP_TIMES``.
    stop_ids
        Stops that count; all where it is missing.

    Returns
    -------
    departures
        ``trip_id``, ``route_id``, ``stop_id``, ``number`` (of the departure in its period, from
        0) and ``departure_s``; of a frequency whose departures nobody knows, as if the first one
        were at the start of the period.
    """
    ends = trip_times["trip_id"].ne(trip_times["trip_id"].shift(-1))
    held = trip_times["pickup"].to_numpy(dtype=bool) & ~ends.to_numpy(dtype=bool)
    if stop_ids is not None:
        held = held & trip_times["stop_id"].isin(list(stop_ids)).to_numpy()
    calls = trip_times.loc[held]
    headway = calls["headway_s"].to_numpy(dtype=np.int64)
    span = calls["end_s"].to_numpy(dtype=np.int64) - calls["start_s"].to_numpy(dtype=np.int64)
    count = np.where(headway > 0, -(-span // np.maximum(headway, 1)), 1)
    row = np.repeat(np.arange(len(calls)), count)
    number = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    each = calls[["trip_id", "route_id", "stop_id", "departure_s"]].iloc[row].reset_index(drop=True)
    each["departure_s"] = each["departure_s"].to_numpy(dtype=np.int64) + number * headway[row]
    return each.assign(number=number)


def departures_per_hour(leaving: pd.DataFrame) -> dict[int, int]:
    """Count runs by the hour of their first departure; see :func:`departures`."""
    firsts = leaving.groupby(["trip_id", "number"], observed=True)["departure_s"].min()
    hours = firsts // 3600
    return {
        int(hour): int(count)
        for hour, count in zip(*np.unique(hours, return_counts=True), strict=True)
    }


def _any_within(leaving: pd.DataFrame, window_s: tuple[int, int]) -> bool:
    return bool(leaving["departure_s"].between(*window_s).any())


def _in_window(
    timetable: Timetable, leaving: pd.DataFrame, window_s: tuple[int, int]
) -> dict[str, int]:
    """Count runs that leave in the window by feed; 0 where a feed has none."""
    trips = timetable.trips.drop_duplicates("route_id")
    feed = pd.Series(trips["feed"].array, index=trips["route_id"])
    held = leaving[leaving["departure_s"].between(*window_s)]
    runs = held.drop_duplicates(["trip_id", "number"])["route_id"].astype(object).map(feed)
    return {str(name): int((runs == name).sum()) for name in timetable.feeds["feed"]}


def _hours(leaving: pd.DataFrame) -> str:
    """Say between which times there are departures on the day."""
    if leaving.empty:
        return "nor at any other time of the day, from the stops of the area"
    first, last = int(leaving["departure_s"].min()), int(leaving["departure_s"].max())
    return f"departures of the day lie from {as_clock(max(first, 0))} to {as_clock(last)}"


def _by_feed(timetable: Timetable, date: dt.date) -> dict[str, int]:
    """Count trips of the day by feed; 0 where a feed has none."""
    day = pd.Timestamp(date)
    counts = {}
    for feed in timetable.feeds["feed"]:
        own = timetable.trips[timetable.trips["feed"] == feed]
        days = service_calendar(replace(timetable, trips=own))
        counts[str(feed)] = int(days.loc[days["date"] == day, "trips"].sum())
    return counts
