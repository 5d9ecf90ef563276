"""Edits of a timetable that cannot hold together, and what messages call edits."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from htkgis.clock import clock_s
from htkgis.errors import SchemaError, first
from htkgis.scenario_rules import (
    AddLine,
    AddStop,
    ChangeHeadway,
    ChangeRunningTime,
    CloseStop,
    OfLine,
    RemoveLine,
    RerouteLine,
    TimetableEdit,
)

from .timetable_headways import Window
from .timetable_names import Names
from .timetable_stops import called_at


def name_of(edit: TimetableEdit) -> str:
    """Name an edit for messages."""
    of = getattr(edit, "line", None) or getattr(edit, "stop", "")
    return f"scenario, {edit.kind} {of!r}"


def window_of(edit: ChangeHeadway) -> Window:
    """Give when another headway holds."""
    if edit.start is None or edit.end is None:
        return Window()
    return Window(clock_s(edit.start), clock_s(edit.end))


def check_contradictions(edits: Sequence[TimetableEdit], names: Names) -> None:
    """Refuse edits that cannot both hold: of one thing, or of what another takes away."""
    faults = [
        f"{one.kind} and {other.kind} of {_of(one)}"
        for one, other in combinations(edits, 2)
        if _contradict(one, other, names)
    ]
    if faults:
        msg = (
            f"scenario: {len(faults)} contradictions between edits of timetables: {first(faults)}; "
            "one at a time is allowed. Give one of each pair a to_year, or leave it out."
        )
        raise SchemaError(msg)


def _of(edit: TimetableEdit) -> str:
    return str(getattr(edit, "line", None) or getattr(edit, "stop", None) or edit.touches)


def _contradict(one: TimetableEdit, other: TimetableEdit, names: Names) -> bool:
    for edit, second in ((one, other), (other, one)):
        if isinstance(edit, CloseStop):
            closed = names.stops(edit.stop, what=name_of(edit))
            used = [names.stops(call.stop, what=name_of(second)) for call in called_at(second)]
            if any(not closed.isdisjoint(stops) for stops in used):
                return True
    if isinstance(one, CloseStop) and isinstance(other, CloseStop):
        stops = [names.stops(edit.stop, what=name_of(edit)) for edit in (one, other)]
        return not stops[0].isdisjoint(stops[1])
    lines = [_line(edit, names) for edit in (one, other)]
    if lines[0] is None or lines[0] != lines[1]:
        return False
    if isinstance(one, RemoveLine) or isinstance(other, RemoveLine):
        return True
    if isinstance(one, ChangeHeadway) and isinstance(other, ChangeHeadway):
        windows = sorted((w.start_s or 0, w.end_s or 10**9) for w in map(window_of, (one, other)))
        return windows[1][0] < windows[0][1]
    return type(one) is type(other) and _same_part(one, other, names)


def _line(edit: TimetableEdit, names: Names) -> str | None:
    if isinstance(edit, AddLine):
        return edit.id
    return names.line(edit.line, what=name_of(edit)) if isinstance(edit, OfLine) else None


def _same_part(one: TimetableEdit, other: TimetableEdit, names: Names) -> bool:
    """Tell whether two edits of one kind are of the same part of a line."""

    def ends(edit: TimetableEdit) -> object:
        if isinstance(edit, AddStop):
            return names.stop(edit.stop, what=name_of(edit))
        if isinstance(edit, RerouteLine):
            stops = None if edit.whole else (edit.stops[0].stop, edit.stops[-1].stop)
        elif isinstance(edit, ChangeRunningTime):
            stops = None if edit.from_stop is None else (edit.from_stop, str(edit.to_stop))
        else:
            return None
        named = () if stops is None else stops
        return frozenset(names.stops(stop, what=name_of(edit)) for stop in named)

    return ends(one) == ends(other)
