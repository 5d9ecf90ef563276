"""Other headways of a line, where its trips run every so often and where each has its own time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd

from htkgis.clock import as_time
from htkgis.schema import Timetable

from .service_day import services_between
from .timetable_calls import Calls, calls_of, stacked, with_calls
from .timetable_directions import directions

FEWEST = 2
"""Departures that make a headway, where a window does not say how long it lasts."""


class Window(NamedTuple):
    """Seconds from which on and before which departures are changed; none for the whole day."""

    start_s: int | None = None
    end_s: int | None = None

    def holds(self, second: int) -> bool:
        """Tell whether a departure lies in it."""
        return (self.start_s is None or self.start_s <= second) and (
            self.end_s is None or second < self.end_s
        )


class Period(NamedTuple):
    """Departures every ``headway_s`` from ``start_s`` until, not including, ``end_s``."""

    start_s: int
    end_s: int
    headway_s: int


def with_headway(period: Period, window: Window, headway_s: int, *, exact: bool) -> list[Period]:
    """Cut a period where a window begins and ends, and give it another headway within.

    Where departures are known (``exact``) a piece begins with the first of them that lies in it,
    so that half the headway keeps every departure.

    Examples
    --------
    Departures at 10 past of each hour, and from 100 on every half hour:

    >>> with_headway(Period(10, 300, 60), Window(100, 200), 30, exact=True)
    [Period(start_s=10, end_s=100, headway_s=60), Period(start_s=130, end_s=200, headway_s=30), \
Period(start_s=250, end_s=300, headway_s=60)]
    """
    start, end = _within(period, window)
    if start >= end:
        return [period]

    def departs(second: int) -> int:
        if not exact:
            return second
        return second + (period.start_s - second) % period.headway_s

    pieces = [
        Period(period.start_s, start, period.headway_s),
        Period(departs(start), end, headway_s),
        Period(departs(end), period.end_s, period.headway_s),
    ]
    return [piece for piece in pieces if piece.start_s < piece.end_s]


def _within(period: Period, window: Window) -> tuple[int, int]:
    start_s = period.start_s if window.start_s is None else max(window.start_s, period.start_s)
    end_s = period.end_s if window.end_s is None else min(window.end_s, period.end_s)
    return start_s, end_s


def frequencies_with_headway(
    timetable: Timetable, trips: set[str], window: Window, headway_s: int
) -> tuple[Timetable, set[str]]:
    """Change the headway of trips that have one; give those that were touched too."""
    often = timetable.frequencies
    touched, rows = set(), []
    for row in often[often["trip_id"].isin(trips)].to_dict("records"):
        before = Period(row["start_s"], row["end_s"], row["headway_s"])
        pieces = with_headway(before, window, headway_s, exact=row["exact_times"])
        rows += [row | piece._asdict() for piece in pieces]
        start_s, end_s = _within(before, window)
        if start_s < end_s:
            touched.add(row["trip_id"])
    if not touched:
        return timetable, touched
    kept = often[~often["trip_id"].isin(trips)]
    whole = stacked(kept, pd.DataFrame(rows)) if len(kept) else pd.DataFrame(rows)
    whole = whole.astype(often.dtypes).sort_values(["trip_id", "start_s"], ignore_index=True)
    return replace(timetable, frequencies=whole), touched


def scheduled_with_headway(
    timetable: Timetable, trips: set[str], window: Window, headway_s: int, *, what: str
) -> tuple[Timetable, set[str]]:
    """Let trips that leave at times of their own leave at a headway; give those touched too.

    In each direction, on each day, the first departure in the window stays, and the others follow
    it at the headway as long as the window lasts, without one until the last departure at the
    latest. Each takes the running times, stops and flags of the trip that left then or last
    before, so that the rush stays slow and the way of every second bus stays its own.
    """
    before = calls_of(timetable, trips)
    inside = {t for t, own in before.items() if window.holds(own[0].departure_s)}
    if len(inside) < (FEWEST if window.end_s is None else 1):
        return timetable, set()
    timetable, origin = _one_service_a_day(timetable, set(before), what=what)
    calls = calls_of(timetable, set(origin))
    rows = timetable.trips.set_index("trip_id")
    way = directions(timetable, calls)
    groups: dict[tuple[str, int], list[str]] = {}
    for trip in sorted(calls, key=lambda trip: (calls[trip][0].departure_s, trip)):
        if window.holds(calls[trip][0].departure_s):
            groups.setdefault((str(rows["service_id"][trip]), way[trip]), []).append(trip)
    made: Calls = {}
    template: dict[str, str] = {}
    gone: set[str] = set()
    touched: set[str] = set()
    for group in groups.values():
        if len(group) < FEWEST and window.end_s is None:
            continue
        touched |= {origin[trip] for trip in group}
        gone |= set(group)
        for trip, moved_s in _departures(group, calls, window, headway_s):
            left_s = calls[trip][0].departure_s + moved_s
            name = trip if not moved_s else f"{trip}@{as_time(left_s)}"
            made[name] = [call.later(moved_s) for call in calls[trip]]
            template[name] = trip
    trips_now = timetable.trips[~timetable.trips["trip_id"].isin(gone)]
    more = rows.loc[list(template.values())].reset_index().assign(trip_id=list(template))
    trips_now = _below(trips_now, more, like=timetable.trips)
    made |= {trip: [] for trip in gone - set(made)}
    return with_calls(replace(timetable, trips=trips_now), made, what=what), touched


def _departures(
    group: list[str], calls: Calls, window: Window, headway_s: int
) -> Iterator[tuple[str, int]]:
    """Give trips to run again, and how much later each runs."""
    left = [calls[trip][0].departure_s for trip in group]
    end_s = left[-1] + 1 if window.end_s is None else window.end_s
    at = 0
    for second in range(left[0], end_s, headway_s):
        while at + 1 < len(left) and left[at + 1] <= second:
            at += 1
        # of several that left together the first by id
        own = left.index(left[at])
        yield group[own], second - left[own]


def _one_service_a_day(
    timetable: Timetable, trips: set[str], *, what: str
) -> tuple[Timetable, dict[str, str]]:
    """Give each day one service of a line, so that its departures are counted together.

    A feed may split the trips of one day over several services. Then each set of services that
    run on the same days becomes one service with a copy of their trips: every day has the runs it
    had. Returns which trip each is or was a copy of.
    """
    own = timetable.trips[timetable.trips["trip_id"].isin(trips)]
    together = services_between(timetable, set(own["service_id"]))
    if all(len(services) == 1 for services in together):
        return timetable, {trip: trip for trip in trips}
    calls = calls_of(timetable, trips)
    origin: dict[str, str] = {}
    made: Calls = {trip: [] for trip in trips}
    rows, dates = [], []
    for number, (services, days) in enumerate(sorted(together.items(), key=lambda one: one[1])):
        copies = own[own["service_id"].isin(services)]
        service = f"{own['route_id'].iloc[0]}#{number}"
        names = [f"{trip}#{number}" for trip in copies["trip_id"]]
        origin |= dict(zip(names, copies["trip_id"], strict=True))
        made |= {f"{trip}#{number}": calls[trip] for trip in copies["trip_id"]}
        rows.append(copies.assign(trip_id=names, service_id=service))
        dates += [{"service_id": service, "date": day, "runs": True} for day in days]
    kept = timetable.trips[~timetable.trips["trip_id"].isin(trips)]
    moved = replace(
        timetable,
        trips=_below(kept, pd.concat(rows), like=timetable.trips),
        calendar_dates=stacked(timetable.calendar_dates, pd.DataFrame(dates)),
    )
    return with_calls(moved, made, what=what), origin


def _below(trips: pd.DataFrame, more: pd.DataFrame, *, like: pd.DataFrame) -> pd.DataFrame:
    kinds: dict[Any, Any] = dict(like.dtypes)
    whole = stacked(trips, more) if len(trips) else more.reindex(columns=like.columns)
    return whole.astype(kinds).sort_values("trip_id", ignore_index=True)
