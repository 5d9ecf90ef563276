"""Everything that runs on one service day, of a timetable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.clock import as_time
from htkgis.errors import SchemaError, first
from htkgis.schema import DAY_S, DAYS, Timetable

Ints = npt.NDArray[np.int64]


def services_on(timetable: Timetable, date: dt.date) -> set[str]:
    """Give the services of a date: by weekday within their dates, and by exceptions.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> weekdays = {day: [day != "sunday"] for day in DAYS}
    >>> calendar = pd.DataFrame({"service_id": ["w"], **weekdays,
    ...     "start_date": pd.Timestamp("2026-01-01"),
    ...     "end_date": pd.Timestamp("2026-12-31")})
    >>> dates = pd.DataFrame({"service_id": ["w", "s"], "date": pd.Timestamp("2026-06-05"),
    ...     "runs": [False, True]})
    >>> tables = SimpleNamespace(calendar=calendar, calendar_dates=dates)
    >>> [services_on(tables, dt.date(2026, 6, day)) for day in (4, 5, 7)]
    [{'w'}, {'s'}, set()]
    """
    day = pd.Timestamp(date)
    calendar, dates = timetable.calendar, timetable.calendar_dates
    runs = calendar[DAYS[date.weekday()]].to_numpy(dtype=bool)
    runs = runs & (calendar["start_date"] <= day) & (calendar["end_date"] >= day)
    of_day = dates[dates["date"] == day]
    added = of_day["runs"].to_numpy(dtype=bool)
    services = set(calendar.loc[runs, "service_id"]) | set(of_day.loc[added, "service_id"])
    return services - set(of_day.loc[~added, "service_id"])


def services_between(
    timetable: Timetable, services: Collection[str]
) -> dict[frozenset[str], list[pd.Timestamp]]:
    """Give which of some services run on the same days, and on which, in order.

    Returns
    -------
    together
        Each set of services that some days have, with all those days: no day is of two sets, and
        days without any of the services are of none.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> weekdays = {day: [day != "sunday", day == "saturday"] for day in DAYS}
    >>> calendar = pd.DataFrame({"service_id": ["w", "s"], **weekdays,
    ...     "start_date": pd.Timestamp("2026-06-05"),
    ...     "end_date": pd.Timestamp("2026-06-07")})
    >>> none = pd.DataFrame({"service_id": [], "date": pd.to_datetime([]), "runs": []})
    >>> tables = SimpleNamespace(calendar=calendar, calendar_dates=none)
    >>> [(sorted(of), [day.day for day in days])
    ...  for of, days in services_between(tables, ["w", "s"]).items()]
    [(['w'], [5]), (['s', 'w'], [6])]
    """
    calendar, dates = timetable.calendar, timetable.calendar_dates
    calendar = calendar[calendar["service_id"].isin(list(services))]
    dates = dates[dates["service_id"].isin(list(services))]
    of_day: dict[pd.Timestamp, set[str]] = {}
    for row in calendar.to_dict("records"):
        for day in pd.date_range(row["start_date"], row["end_date"]):
            if row[DAYS[day.weekday()]]:
                of_day.setdefault(day, set()).add(str(row["service_id"]))
    for service, day, runs in dates[["service_id", "date", "runs"]].itertuples(index=False):
        own = of_day.setdefault(pd.Timestamp(day), set())
        (own.add if runs else own.discard)(str(service))
    together: dict[frozenset[str], list[pd.Timestamp]] = {}
    for day in sorted(of_day):
        if of_day[day]:
            together.setdefault(frozenset(of_day[day]), []).append(day)
    return together


def trips_on(timetable: Timetable, date: dt.date, *, until_s: int = DAY_S) -> pd.DataFrame:
    """Give everything that runs on a service day, trips of earlier days that still run too.

    Times are of the service day, which GTFS counts from noon less twelve hours: on the two days
    of the year when clocks change, what runs before that differs from the clock by an hour.

    Parameters
    ----------
    timetable
        Tables as they were read.
    date
        The service day. That it has service at all is asked of
        :func:`htkgis.scenario.checked_service_day`, before.
    until_s
        For questions about the late evening: trips of the next service days are there too, moved
        by 86,400 s for each day, as far as they depart before this second.

    Returns
    -------
    trip_times
        Contract ``TRIP_TIMES``. A trip of an earlier service day is in it, moved by -86,400 s for
        each day, if it comes to its last stop at midnight or later; behind its id, and that of
        one of a later day, stands ``|`` and its service day. A frequency with exact times becomes
        a run at each of them, any other one a row per period, less what of it is over; behind
        both ids stands ``|`` and the departure of the (first) run of the day it is of. Ids of
        trips, routes and stops are categories; rows have a fresh index.

    Raises
    ------
    SchemaError
        If a mark makes an id of another trip.
    """
    trips = _trips(timetable)
    ahead = max(-(-until_s // DAY_S) - 1, 0)
    parts = []
    for back in range(-ahead, _longest_days(timetable) + 1):
        day = date - dt.timedelta(days=back)
        mark = f"|{day:%Y-%m-%d}" if back else ""
        runs = _runs_of(trips, timetable.frequencies, services_on(timetable, day), mark)
        parts.append(_seen_later(runs, trips, back, until_s) if back else runs)
    return _rows(timetable, trips, _in_order(pd.concat(parts, ignore_index=True)))


def _longest_days(timetable: Timetable) -> int:
    """How many midnights the latest run of the timetable may pass."""
    latest = int(timetable.stop_times["arrival_s"].max()) if len(timetable.stop_times) else 0
    if len(timetable.frequencies):
        latest += int(timetable.frequencies["end_s"].max())
    return latest // DAY_S


def _trips(timetable: Timetable) -> pd.DataFrame:
    """Give trips with what their stop times say: first row, number of rows, first and last time."""
    times = timetable.stop_times
    codes, ids = pd.factorize(times["trip_id"])
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    ends = np.append(starts[1:], len(times)).astype(np.int64)[: len(starts)]
    spans = pd.DataFrame(
        {
            "row": starts,
            "calls": ends - starts,
            "begins_s": times["departure_s"].to_numpy()[starts].astype(np.int64),
            "arrives_s": times["arrival_s"].to_numpy()[ends - 1].astype(np.int64),
        },
        index=pd.Index(ids, dtype=object),
    )
    return timetable.trips.join(spans, on="trip_id", how="inner").reset_index(drop=True)


def _runs_of(
    trips: pd.DataFrame, frequencies: pd.DataFrame, services: set[str], mark: str
) -> pd.DataFrame:
    """Give the runs of one service day: row of the trip, shift of its times, name."""
    of_day = trips[trips["service_id"].isin(services)]
    every = frequencies[frequencies["trip_id"].isin(of_day["trip_id"])]
    scheduled = of_day[~of_day["trip_id"].isin(every["trip_id"])]
    by_id = pd.Series(of_day.index, index=of_day["trip_id"])
    periods = every.assign(trip=by_id.reindex(every["trip_id"]).to_numpy(dtype=np.int64))
    exact = periods["exact_times"].to_numpy(dtype=bool)
    parts = [
        _scheduled_runs(scheduled, mark),
        _exact_runs(periods[exact], trips, mark),
        _headway_runs(periods[~exact], trips, mark),
    ]
    return pd.concat(parts, ignore_index=True)


def _seen_later(runs: pd.DataFrame, trips: pd.DataFrame, days: int, until_s: int) -> pd.DataFrame:
    """Move the runs of a service day to one so many days later, and keep what runs within it."""
    often = runs["headway_s"].to_numpy() > 0
    moved_s = -days * DAY_S
    moved = runs.assign(
        shift_s=runs["shift_s"] + moved_s,
        start_s=runs["start_s"] + np.where(often, moved_s, 0),
        end_s=runs["end_s"] + np.where(often, moved_s, 0),
    )
    arrives_s = trips["arrives_s"].to_numpy()[moved["trip"]] + moved["shift_s"].to_numpy()
    over_s = _over(arrives_s, moved["headway_s"].to_numpy())
    moved = moved.assign(shift_s=moved["shift_s"] + over_s, start_s=moved["start_s"] + over_s)
    # a run of a period departs just before its end at the latest
    later_s = np.where(often, moved["end_s"] - 1 - moved["start_s"], 0)
    begins_s = trips["begins_s"].to_numpy()[moved["trip"]] + moved["shift_s"].to_numpy()
    held = np.asarray((arrives_s + over_s + later_s >= 0) & (begins_s < until_s))
    return moved.loc[held]


def _over(arrives_s: Ints, headway_s: Ints) -> Ints:
    """How much of a period is over by midnight: whole headways, whatever its offset within one."""
    headway = np.maximum(headway_s, 1)
    runs = np.maximum(-(arrives_s // headway) - 1, 0)
    return np.where(headway_s > 0, runs * headway, 0)


def _scheduled_runs(trips: pd.DataFrame, mark: str) -> pd.DataFrame:
    names = [f"{name}{mark}" for name in trips["trip_id"]]
    return _runs(names, trips.index.to_numpy(), np.zeros(len(trips), dtype=np.int64))


def _exact_runs(periods: pd.DataFrame, trips: pd.DataFrame, mark: str) -> pd.DataFrame:
    """Expand frequencies with exact times; the end of a period is no departure."""
    start, end, headway = (
        periods[name].to_numpy(dtype=np.int64) for name in ("start_s", "end_s", "headway_s")
    )
    count = -(-(end - start) // headway)
    period = np.repeat(np.arange(len(periods)), count)
    number = np.arange(len(period)) - np.repeat(np.cumsum(count) - count, count)
    departure = start[period] + number * headway[period]
    trip = periods["trip"].to_numpy()[period]
    ids = periods["trip_id"].to_numpy(dtype=object)[period]
    names = [f"{i}{mark}|{as_time(s)}" for i, s in zip(ids, departure.tolist(), strict=True)]
    runs = _runs(names, trip, departure - trips["begins_s"].to_numpy()[trip])
    return runs.drop_duplicates("name")


def _headway_runs(periods: pd.DataFrame, trips: pd.DataFrame, mark: str) -> pd.DataFrame:
    """One row per period in which something runs every so often."""
    held = periods[periods["end_s"] > periods["start_s"]]
    start = held["start_s"].to_numpy(dtype=np.int64)
    trip = held["trip"].to_numpy()
    names = [
        f"{i}{mark}|{as_time(s)}" for i, s in zip(held["trip_id"], start.tolist(), strict=True)
    ]
    runs = _runs(names, trip, start - trips["begins_s"].to_numpy()[trip])
    return runs.assign(
        headway_s=held["headway_s"].to_numpy(dtype=np.int64),
        start_s=start,
        end_s=held["end_s"].to_numpy(dtype=np.int64),
    )


def _runs(names: list[str], trip: npt.NDArray[np.integer], shift_s: Ints) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": pd.Series(names, dtype=object),
            "trip": trip.astype(np.int64),
            "shift_s": shift_s,
            "headway_s": np.int64(0),
            "start_s": np.int64(0),
            "end_s": np.int64(0),
        }
    )


def _in_order(runs: pd.DataFrame) -> pd.DataFrame:
    twice = runs["name"][runs["name"].duplicated()]
    if len(twice):
        msg = (
            f"trips: {len(twice)} ids are those of two runs: {first(twice)}; behind | stands the "
            "day or the departure of a run. Rename the trips in the feed."
        )
        raise SchemaError(msg)
    return runs.sort_values("name").reset_index(drop=True)


def _rows(timetable: Timetable, trips: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """Repeat the stop times of each trip for each of its runs."""
    own = trips.loc[runs["trip"]]
    calls = own["calls"].to_numpy(dtype=np.int64)
    run = np.repeat(np.arange(len(runs)), calls)
    row = np.arange(len(run)) - np.repeat(np.cumsum(calls) - calls - own["row"].to_numpy(), calls)
    times = timetable.stop_times.iloc[row]
    routes = timetable.routes.set_index("route_id")["route_type"]
    kinds = own["route_id"].map(routes).to_numpy(dtype=np.int64)
    shift = runs["shift_s"].to_numpy()[run]
    table = pd.DataFrame(
        {
            "trip_id": pd.Categorical.from_codes(run, categories=pd.Index(runs["name"])),
            "route_id": pd.Categorical(own["route_id"])[run],
            "route_type": kinds[run],
            "stop_id": pd.Categorical(times["stop_id"]),
            "sequence": times["sequence"].to_numpy(),
            "arrival_s": (times["arrival_s"].to_numpy() + shift).astype(np.int32),
            "departure_s": (times["departure_s"].to_numpy() + shift).astype(np.int32),
            "pickup": times["pickup"].to_numpy(),
            "drop_off": times["drop_off"].to_numpy(),
            "wheelchair": own["wheelchair"].array[run],
            "bikes": own["bikes"].array[run],
        }
    )
    for name in ("headway_s", "start_s", "end_s"):
        table[name] = runs[name].to_numpy().astype(np.int32)[run]
    return table
