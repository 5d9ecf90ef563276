"""On which days a timetable has service, and how much."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.schema import DAYS, Timetable

Ints = npt.NDArray[np.int64]

KINDS = ("weekday", "saturday", "sunday")
USUAL = 0.5
"""Part of the median of its kind that a good day has at least: fewer run on a holiday."""
NAMED = 3
"""Good days that a message names."""


def service_calendar(timetable: Timetable) -> pd.DataFrame:
    """Count what begins on each date of a timetable.

    Returns
    -------
    days
        One row per date from the first to the last on which any feed may have service, in
        order: ``date``, ``kind`` (weekday, saturday, sunday), ``trips`` (a frequency counts each
        of its departures; 0 on dates without service) and ``usual`` (the median of ``trips``
        over the dates of its kind that have any and lie in all feeds, or in some feed where no
        date lies in all; 0 where none has).

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> empty = pd.DataFrame({"service_id": [], "start_date": [], "end_date": []})
    >>> dates = pd.DataFrame({"service_id": ["s", "s"], "runs": [True, True],
    ...     "date": pd.to_datetime(["2026-06-05", "2026-06-07"])})
    >>> tables = SimpleNamespace(
    ...     calendar=empty, calendar_dates=dates,
    ...     trips=pd.DataFrame({"trip_id": ["a", "b"], "service_id": ["s", "s"]}),
    ...     frequencies=pd.DataFrame({"trip_id": ["b"], "start_s": [0], "end_s": [3600],
    ...                               "headway_s": [600]}),
    ...     feeds=pd.DataFrame({"first_date": pd.to_datetime(["2026-06-05"]),
    ...                         "last_date": pd.to_datetime(["2026-06-07"])}))
    >>> days = service_calendar(tables)
    >>> days["trips"].tolist(), days["kind"].tolist()
    ([7, 0, 7], ['weekday', 'saturday', 'sunday'])
    """
    calendar, dates = timetable.calendar, timetable.calendar_dates
    added = dates.loc[dates["runs"].to_numpy(dtype=bool)]
    bounds = [_days(calendar["start_date"]), _days(calendar["end_date"]), _days(added["date"])]
    every = np.concatenate(bounds)
    if not len(every):
        empty: dict[str, Any] = {"date": pd.to_datetime([]), "kind": [], "trips": [], "usual": []}
        return pd.DataFrame(empty)
    start = int(every.min())
    span = np.arange(start, int(every.max()) + 1)
    services, count = _departures(timetable)
    weekday = (span + 3) % 7  # day 0, 1970-01-01, was a Thursday
    trips = _by_weekday(calendar, services, count, span, weekday)
    trips += _exceptions(timetable, services, count, start, len(span))
    days = pd.DataFrame(
        {
            "date": span.astype("datetime64[D]").astype("datetime64[s]"),
            "kind": np.array(KINDS, dtype=object)[np.maximum(weekday - 4, 0)],
            "trips": trips,
        }
    )
    shared = days[_in_all_feeds(days["date"], timetable.feeds) & (days["trips"] > 0)]
    usual = (shared if len(shared) else days[days["trips"] > 0]).groupby("kind")["trips"].median()
    return days.assign(usual=days["kind"].map(usual).fillna(0.0).astype("float64"))


def _in_all_feeds(dates: pd.Series, feeds: pd.DataFrame) -> pd.Series:
    return dates.between(feeds["first_date"].max(), feeds["last_date"].min())


def _days(dates: pd.Series) -> Ints:
    """Days since 1970-01-01."""
    return dates.to_numpy(dtype="datetime64[D]").astype(np.int64)


def _departures(timetable: Timetable) -> tuple[pd.Index, Ints]:
    """Departures of each service on a day on which it runs."""
    often = timetable.frequencies
    each = -((often["start_s"] - often["end_s"]) // often["headway_s"])
    per_trip = each.groupby(often["trip_id"]).sum().reindex(timetable.trips["trip_id"]).fillna(1)
    total = per_trip.groupby(timetable.trips["service_id"].to_numpy()).sum().astype("int64")
    return total.index, np.asarray(total, dtype=np.int64)


def _by_weekday(
    calendar: pd.DataFrame, services: pd.Index, count: Ints, span: Ints, weekday: Ints
) -> Ints:
    """Trips on each date by the weekdays alone: what begins less what has ended."""
    own = services.get_indexer(pd.Index(calendar["service_id"]))
    weight = np.append(count, 0)[own]
    begins = _days(calendar["start_date"]) - span[0]
    ends = _days(calendar["end_date"]) - span[0] + 1
    trips = np.zeros(len(span), dtype=np.int64)
    for number, name in enumerate(DAYS if len(calendar) else ()):
        change = np.zeros(len(span) + 1, dtype=np.int64)
        of_day = calendar[name].to_numpy(dtype=bool)
        np.add.at(change, begins[of_day], weight[of_day])
        np.add.at(change, ends[of_day], -weight[of_day])
        running = np.cumsum(change)[:-1]
        trips[weekday == number] = running[weekday == number]
    return trips


def _exceptions(
    timetable: Timetable, services: pd.Index, count: Ints, start: int, length: int
) -> Ints:
    """Trips that exceptions add to each date, less those they take away."""
    dates = timetable.calendar_dates
    day = _days(dates["date"])
    runs = dates["runs"].to_numpy(dtype=bool)
    already = _runs_by_weekday(timetable.calendar, dates["service_id"], day)
    weight = np.append(count, 0)[services.get_indexer(pd.Index(dates["service_id"]))]
    change = np.where(runs & ~already, weight, 0) - np.where(~runs & already, weight, 0)
    held = (day >= start) & (day < start + length)
    total = np.zeros(length, dtype=np.int64)
    np.add.at(total, day[held] - start, change[held])
    return total


def _runs_by_weekday(
    calendar: pd.DataFrame, services: pd.Series, day: Ints
) -> npt.NDArray[np.bool_]:
    """Whether a service runs on a day by its weekdays."""
    if calendar.empty:
        return np.zeros(len(day), dtype=bool)
    row = pd.Index(calendar["service_id"]).get_indexer(pd.Index(services))
    begins, ends = _days(calendar["start_date"])[row], _days(calendar["end_date"])[row]
    of_week = calendar[list(DAYS)].to_numpy(dtype=bool)[row, (day + 3) % 7]
    held: npt.NDArray[np.bool_] = (row >= 0) & of_week & (begins <= day) & (day <= ends)
    return held


def good_days(days: pd.DataFrame, date: dt.date) -> pd.DataFrame:
    """Find the days nearest to a date that have service as usual.

    Parameters
    ----------
    days
        Of :func:`service_calendar`.
    date
        Need not be in it.

    Returns
    -------
    good
        Rows of ``days``: up to three of the same kind of day with at least half the usual trips,
        nearest first, the earlier of two as near; then the nearest with any service, if it is
        none of them. Where no such day has service, the three nearest that have. No rows where
        nothing ever runs.
    """
    far = (days["date"] - pd.Timestamp(date)).abs()
    order = days.assign(far=far).sort_values(["far", "date"], kind="stable")
    order = order[order["trips"] > 0].drop(columns="far")
    alike = order[order["kind"].eq(kind_of_day(date)) & (order["trips"] >= USUAL * order["usual"])]
    if alike.empty:
        return order.iloc[:NAMED]
    return pd.concat([alike.iloc[:NAMED], order.iloc[:1]]).drop_duplicates("date")


def kind_of_day(date: dt.date) -> str:
    """Tell weekday, saturday and sunday apart; public holidays are not known.

    Examples
    --------
    >>> kind_of_day(dt.date(2026, 11, 21))
    'saturday'
    """
    return KINDS[max(date.weekday() - 4, 0)]
