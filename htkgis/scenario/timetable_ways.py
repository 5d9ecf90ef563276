"""Edits of the calls of a trip: another way, a stop more or less, other running times.

Each function takes the calls of one trip and gives those it has after the edit, or None where the
edit does not touch it. Times before the edited part stay, what comes behind moves with it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from .timetable_calls import Call

Stops = Collection[str]
Way = Sequence[tuple[str, int]]
"""Stops and seconds from the first of them."""


def turned(way: Way) -> Way:
    """Turn a way round, with the same running times.

    Examples
    --------
    >>> turned([("a", 0), ("b", 60), ("c", 200)])
    [('c', 0), ('b', 140), ('a', 200)]
    """
    return [(stop, way[-1][1] - seconds) for stop, seconds in reversed(way)]


def part(calls: Sequence[Call], begin: Stops, end: Stops) -> tuple[int, int] | None:
    """Find where a trip calls at one of some stops, and afterwards at one of others."""
    first = next((at for at, call in enumerate(calls) if call.stop_id in begin), None)
    if first is None:
        return None
    behind = range(first + 1, len(calls))
    last = next((at for at in behind if calls[at].stop_id in end), None)
    return None if last is None else (first, last)


def on_way(way: Way, *, at_s: int) -> list[Call]:
    """Give the calls of a trip that leaves at a second, without waits."""
    ends = len(way) - 1
    return [
        Call(stop, at_s + seconds, at_s + seconds, pickup=at < ends, drop_off=at > 0)
        for at, (stop, seconds) in enumerate(way)
    ]


def rerouted(calls: Sequence[Call], way: Way, begin: Stops, end: Stops) -> list[Call] | None:
    """Let a trip run another way between two of its calls, or beyond its first or last.

    Parameters
    ----------
    calls
        Of the trip.
    way
        From where the part begins to where it ends.
    begin, end
        The stops that count as the first and as the last of the way.

    Examples
    --------
    From a to c by d in 150 s, and then a minute to e as before:

    >>> trip = [Call("a", 0, 0), Call("b", 50, 50), Call("c", 90, 100), Call("e", 160, 160)]
    >>> found = rerouted(trip, [("a", 0), ("d", 70), ("c", 150)], {"a"}, {"c"})
    >>> [(call.stop_id, call.arrival_s, call.departure_s) for call in found]
    [('a', 0, 0), ('d', 70, 70), ('c', 150, 160), ('e', 220, 220)]
    """
    between = part(calls, begin, end)
    if between is not None:
        first, last = between
        start = calls[first].departure_s
        moved_s = start + way[-1][1] - calls[last].arrival_s
        inner = [Call(stop, start + s, start + s) for stop, s in way[1:-1]]
        return [*calls[: first + 1], *inner, *(call.later(moved_s) for call in calls[last:])]
    called = {call.stop_id for call in calls}
    if calls[-1].stop_id in begin and called.isdisjoint(end):
        start = calls[-1].departure_s
        beyond = [Call(stop, start + s, start + s) for stop, s in way[1:]]
        beyond[-1] = beyond[-1]._replace(pickup=False)
        return [*calls[:-1], calls[-1]._replace(pickup=True), *beyond]
    if calls[0].stop_id in end and called.isdisjoint(begin):
        start = calls[0].arrival_s - way[-1][1]
        before = [Call(stop, start + s, start + s) for stop, s in way[:-1]]
        before[0] = before[0]._replace(drop_off=False)
        return [*before, calls[0]._replace(drop_off=True), *calls[1:]]
    return None


def with_stop(
    calls: Sequence[Call], stop: str, begin: Stops, end: Stops, *, share: float, lost_s: int
) -> list[Call] | None:
    """Let a trip call at a stop more, where it goes from one stop straight to another.

    Parameters
    ----------
    share
        Part of the running time between the two after which it comes to the stop.
    lost_s
        How much longer the trip takes; it stands at the stop so long.

    Examples
    --------
    >>> trip = [Call("a", 0, 0), Call("b", 100, 100)]
    >>> found = with_stop(trip, "x", {"a"}, {"b"}, share=0.25, lost_s=30)
    >>> [(call.stop_id, call.arrival_s, call.departure_s) for call in found]
    [('a', 0, 0), ('x', 25, 55), ('b', 130, 130)]
    """
    made: list[Call] = [calls[0]]
    moved_s = 0
    for before, after in pairwise(calls):
        if before.stop_id in begin and after.stop_id in end:
            left_s = before.departure_s + moved_s
            comes_s = left_s + round(share * (after.arrival_s - before.departure_s))
            made.append(Call(stop, comes_s, comes_s + lost_s))
            moved_s += lost_s
        made.append(after.later(moved_s))
    return made if len(made) > len(calls) else None


def without_stops(calls: Sequence[Call], stops: Stops) -> list[Call]:
    """Let a trip pass some stops; it comes to the others when it did."""
    return [call for call in calls if call.stop_id not in stops]


def running_s(calls: Sequence[Call]) -> int:
    """Seconds for which a trip moves, its waits left out."""
    return sum(after.arrival_s - before.departure_s for before, after in pairwise(calls))


def with_running_time(calls: Sequence[Call], wanted_s: int) -> list[Call]:
    """Let a trip move for so many seconds; each ride keeps its part of them, each wait its length.

    Examples
    --------
    Half as quick, with the same ten seconds at b:

    >>> trip = [Call("a", 0, 0), Call("b", 30, 40), Call("c", 100, 100)]
    >>> [(call.arrival_s, call.departure_s) for call in with_running_time(trip, 180)]
    [(0, 0), (60, 70), (190, 190)]
    """
    total_s = running_s(calls)
    made, moved_s, slept_s = [calls[0]], 0, 0
    for before, after in pairwise(calls):
        moved_s += after.arrival_s - before.departure_s
        # rounded along the way, so that rides sum to the whole and none goes back
        now_s = (2 * moved_s * wanted_s + total_s) // (2 * total_s)
        came_s = calls[0].departure_s + now_s + slept_s
        made.append(after.later(came_s - after.arrival_s))
        slept_s += after.departure_s - after.arrival_s
    return made
