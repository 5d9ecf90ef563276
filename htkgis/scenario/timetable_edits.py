"""Timetables as a scenario has them in a year: lines, stops, headways and running times.

Edits change the timetable before a service day is chosen, so that the audit of the day, trips
past midnight and frequencies are worked out of what the scenario runs, by the same rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence

from htkgis.errors import SchemaError, first
from htkgis.scenario_rules import (
    AddLine,
    AddStop,
    ChangeHeadway,
    ChangeRunningTime,
    CloseStop,
    Edit,
    RemoveLine,
    RerouteLine,
    TimetableEdit,
)
from htkgis.scenario_rules.transit import TIMETABLE_EDITS
from htkgis.schema import DAYS, STOP_TIMES, TRIPS, Timetable, check

from .service_day import services_on
from .timetable_calls import Call, Calls, calls_of, tidied, with_calls
from .timetable_contradictions import check_contradictions, name_of, window_of
from .timetable_directions import runs_forward, stop_points
from .timetable_headways import frequencies_with_headway, scheduled_with_headway
from .timetable_lines import with_line
from .timetable_names import Names
from .timetable_stops import with_new_stops
from .timetable_ways import (
    on_way,
    part,
    rerouted,
    running_s,
    turned,
    with_running_time,
    with_stop,
    without_stops,
)

LineEdit = RemoveLine | RerouteLine | ChangeHeadway | ChangeRunningTime | AddStop
Edited = tuple[Timetable, set[str]]
"""A timetable, and the trips of the one before that an edit touched."""


def edited_timetable(
    timetable: Timetable, edits: Iterable[Edit], *, year: int, date: dt.date | None = None
) -> Timetable:
    """Give the timetable of a year with the edits of a scenario.

    The order of the edits does not matter: new lines come first, then ways, stops, running times
    and headways, and what closes goes last.

    Parameters
    ----------
    timetable
        As it was read.
    edits
        Of a scenario; those of other layers or years are passed over.
    year
        Of the state.
    date
        Service day of the study: each edit must touch something that runs on it. Not asked
        where it is missing.

    Returns
    -------
    timetable
        The same tables, by the same ids; without edits of timetables in this year the very same
        object. What no trip uses any more, stops too, is left out. Copies of trips have ``@`` and
        their departure behind their id, those of days that shared services ``#`` and a number.

    Raises
    ------
    SchemaError
        If an edit is of no line or stop there is, touches nothing (on the service day),
        contradicts another, takes an id, or leaves a trip no time to run.
    """
    own = [edit for edit in edits if isinstance(edit, TIMETABLE_EDITS) and edit.holds_in(year)]
    if not own:
        return timetable
    order = list(EDITS)
    own.sort(key=lambda edit: (order.index(type(edit)), edit.model_dump_json()))
    timetable = with_new_stops(timetable, own)
    for edit in own:
        if isinstance(edit, AddLine):
            timetable = with_line(timetable, edit, Names(timetable))
            _check_weekday(edit, date)
    names = Names(timetable)
    check_contradictions(own, names)
    for edit in own:
        if not isinstance(edit, AddLine):
            running = _running(timetable, date)
            timetable, touched = EDITS[type(edit)](timetable, edit, names)
            _check_touched(edit, touched, running, date)
    timetable = tidied(timetable)
    check(timetable.trips, TRIPS, where="timetable of the scenario")
    check(timetable.stop_times, STOP_TIMES, where="timetable of the scenario")
    return timetable


def _line_trips(timetable: Timetable, edit: LineEdit, names: Names) -> set[str]:
    route = names.line(edit.line, what=name_of(edit))
    trips = timetable.trips
    return set(trips.loc[trips["route_id"].eq(route), "trip_id"])


def _each(
    timetable: Timetable,
    calls: Calls,
    change: Callable[[list[Call]], Sequence[Call] | None],
    *,
    what: str,
) -> Edited:
    """Change the calls of each trip that an edit touches."""
    found = {trip: change(own) for trip, own in calls.items()}
    changed = {trip: list(own) for trip, own in found.items() if own is not None}
    if not changed:
        return timetable, set()
    return with_calls(timetable, changed, what=what), set(changed)


def _removed(timetable: Timetable, edit: RemoveLine, names: Names) -> Edited:
    trips = _line_trips(timetable, edit, names)
    return with_calls(timetable, {trip: [] for trip in trips}, what=name_of(edit)), trips


def _rerouted(timetable: Timetable, edit: RerouteLine, names: Names) -> Edited:
    what = name_of(edit)
    calls = calls_of(timetable, _line_trips(timetable, edit, names))
    begin, end = (names.stops(call.stop, what=what) for call in (edit.stops[0], edit.stops[-1]))
    ends = () if edit.whole else (edit.stops[0], edit.stops[-1])
    met = {call.stop_id for own in calls.values() for call in own}
    way = [
        # where a trip calls already it keeps its own of the two poles of a street
        (min(names.stops(call.stop, what=what) & met), round(60 * call.minutes))
        if call in ends and names.stops(call.stop, what=what) & met
        else (names.stop(call.stop, what=what), round(60 * call.minutes))
        for call in edit.stops
    ]
    if edit.whole:
        points = stop_points(timetable)
        like = (way[0][0], way[-1][0])

        def change(own: list[Call]) -> list[Call] | None:
            forward = runs_forward((own[0].stop_id, own[-1].stop_id), like, points)
            if forward is None:
                raise SchemaError(_no_direction(what, own))
            if not (forward or edit.both_directions):
                return None
            return on_way(way if forward else turned(way), at_s=own[0].departure_s)
    else:

        def change(own: list[Call]) -> list[Call] | None:
            out = rerouted(own, way, begin, end)
            if out is not None or not edit.both_directions:
                return out
            return rerouted(own, turned(way), end, begin)

    return _each(timetable, calls, change, what=what)


def _no_direction(what: str, calls: Sequence[Call]) -> str:
    return (
        f"{what}: a trip from {calls[0].stop_id!r} to {calls[-1].stop_id!r} runs neither way of "
        "the new stops: it comes back to where it begins, or its ends are as near to both; a line "
        "with two ends is allowed. Remove the line, and add one that runs as it should."
    )


def _with_stop(timetable: Timetable, edit: AddStop, names: Names) -> Edited:
    what = name_of(edit)
    calls = calls_of(timetable, _line_trips(timetable, edit, names))
    begin, end = (names.stops(stop, what=what) for stop in edit.between)
    stop = names.stop(edit.stop, what=what)
    if stop in begin | end:
        msg = f"{what}: the stop is one of those it lies between; another is allowed. Correct it."
        raise SchemaError(msg)
    share = edit.share
    if share is None:
        points = stop_points(timetable)
        to_m = [min(points[stop].distance(points[other]) for other in of) for of in (begin, end)]
        share = to_m[0] / sum(to_m) if sum(to_m) else 0.5
    lost_s = round(60 * edit.lost_min)

    def change(own: list[Call]) -> list[Call] | None:
        out = with_stop(own, stop, begin, end, share=share, lost_s=lost_s)
        if edit.both_directions:
            back = with_stop(out or own, stop, end, begin, share=1 - share, lost_s=lost_s)
            return back or out
        return out

    return _each(timetable, calls, change, what=what)


def _with_running_time(timetable: Timetable, edit: ChangeRunningTime, names: Names) -> Edited:
    what = name_of(edit)
    calls = calls_of(timetable, _line_trips(timetable, edit, names))
    ends = [
        None if stop is None else names.stops(stop, what=what)
        for stop in (edit.from_stop, edit.to_stop)
    ]

    def change(own: list[Call]) -> list[Call] | None:
        between: tuple[int, int] | None = (0, len(own) - 1)
        if ends[0] is not None and ends[1] is not None:
            between = part(own, ends[0], ends[1])
            if between is None and edit.both_directions:
                between = part(own, ends[1], ends[0])
        if between is None:
            return None
        begin, last = between
        inner = own[begin : last + 1]
        now_s = running_s(inner)
        if now_s == 0 and edit.factor is not None:
            return None  # of times in whole minutes: nothing is no quicker
        new = with_running_time(inner, _wanted_s(now_s, edit, what))
        moved_s = new[-1].arrival_s - inner[-1].arrival_s
        return [*own[:begin], *new, *(call.later(moved_s) for call in own[last + 1 :])]

    return _each(timetable, calls, change, what=what)


def _wanted_s(now_s: int, edit: ChangeRunningTime, what: str) -> int:
    if edit.factor is not None:
        wanted_s = round(now_s * edit.factor)
    else:
        wanted_s = now_s + round(60 * (edit.change_min or 0))
    if now_s <= 0 or wanted_s <= 0:
        msg = (
            f"{what}: a trip that takes {now_s / 60:g} minutes between the two stops would take "
            f"{wanted_s / 60:g}; above 0 is allowed. Correct factor or change_min."
        )
        raise SchemaError(msg)
    return wanted_s


def _with_headway(timetable: Timetable, edit: ChangeHeadway, names: Names) -> Edited:
    trips = _line_trips(timetable, edit, names)
    window, headway_s = window_of(edit), round(60 * edit.headway_min)
    often = trips & set(timetable.frequencies["trip_id"])
    timetable, touched = frequencies_with_headway(timetable, often, window, headway_s)
    timetable, more = scheduled_with_headway(
        timetable, trips - often, window, headway_s, what=name_of(edit)
    )
    return timetable, touched | more


def _closed(timetable: Timetable, edit: CloseStop, names: Names) -> Edited:
    stops = names.stops(edit.stop, what=name_of(edit))
    times = timetable.stop_times
    trips = set(times.loc[times["stop_id"].isin(stops), "trip_id"])
    calls = calls_of(timetable, trips)
    return _each(timetable, calls, lambda own: without_stops(own, stops), what=name_of(edit))


EDITS: dict[type[TimetableEdit], Callable[..., Edited]] = {
    AddLine: lambda timetable, _edit, _names: (timetable, set()),
    RerouteLine: _rerouted,
    AddStop: _with_stop,
    ChangeRunningTime: _with_running_time,
    ChangeHeadway: _with_headway,
    CloseStop: _closed,
    RemoveLine: _removed,
}
"""What each kind does, in the order in which kinds are applied; lines are added before."""


def _running(timetable: Timetable, date: dt.date | None) -> set[str] | None:
    """Trips of the service day."""
    if date is None:
        return None
    trips = timetable.trips
    return set(trips.loc[trips["service_id"].isin(services_on(timetable, date)), "trip_id"])


def _check_touched(
    edit: TimetableEdit, touched: Collection[str], running: set[str] | None, date: dt.date | None
) -> None:
    if not touched:
        msg = f"{name_of(edit)}: it touches nothing: {_why_none(edit)}"
        raise SchemaError(msg)
    if running is not None and running.isdisjoint(touched):
        msg = (
            f"{name_of(edit)}: it touches nothing on the service day {date:%Y-%m-%d}: none of the "
            f"{len(touched)} trips that it is of runs then, such as {first(sorted(touched))}. "
            "Choose a line that runs then, or another day in study.toml [transit]."
        )
        raise SchemaError(msg)


def _why_none(edit: TimetableEdit) -> str:
    if isinstance(edit, CloseStop):
        return "no trip calls at the stop. Correct the stop."
    if isinstance(edit, ChangeHeadway):
        return (
            "the line has fewer than two departures from its first stops in the window. Correct "
            "start and end, or add a line."
        )
    if isinstance(edit, AddStop):
        return (
            f"no trip of the line goes from {edit.between[0]!r} straight to {edit.between[1]!r}. "
            "Name two stops that follow each other."
        )
    if isinstance(edit, RerouteLine):
        return (
            f"no trip of the line calls at {edit.stops[0].stop!r} and {edit.stops[-1].stop!r}, or "
            "begins or ends at one of them. Name stops of the line first and last, or say whole."
        )
    if isinstance(edit, ChangeRunningTime) and edit.from_stop is not None:
        return (
            f"no trip of the line takes time from {edit.from_stop!r} to {edit.to_stop!r}, or calls "
            "at both. Name two of its stops."
        )
    return "the line has no trip. Correct the line."


def _check_weekday(edit: AddLine, date: dt.date | None) -> None:
    if date is not None and DAYS[date.weekday()] not in edit.days:
        msg = (
            f"scenario, add_line {edit.id!r}: it does not run on the service day {date:%Y-%m-%d}, "
            f"a {DAYS[date.weekday()]}; its days are {', '.join(edit.days)}. Add the day to days."
        )
        raise SchemaError(msg)
