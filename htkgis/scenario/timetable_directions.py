"""Which trips of a line run the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import pandas as pd
import shapely

from htkgis.schema import Timetable

from .timetable_calls import Call, Calls

SAME_M = 1.0
"""Ends that are no farther apart than this tell no direction."""
Points = Mapping[str, shapely.Point]


def stop_points(timetable: Timetable) -> dict[str, shapely.Point]:
    """Give where each stop lies, by id."""
    return dict(zip(timetable.stops["stop_id"], timetable.stops.geometry, strict=True))


def runs_forward(ends: tuple[str, str], like: tuple[str, str], points: Points) -> bool | None:
    """Tell whether a trip from one stop to another runs as from a third to a fourth.

    Its ends lie nearer to those of the same end than to those of the other. None where both are
    as near: one of the two comes back to where it began.

    Examples
    --------
    >>> points = {name: shapely.Point(x, 0) for name, x in zip("abc", (0, 10, 30))}
    >>> runs_forward(("b", "a"), ("a", "c"), points), runs_forward(("b", "b"), ("a", "c"), points)
    (False, None)
    """
    first, last = points[ends[0]], points[ends[1]]
    same_m = first.distance(points[like[0]]) + last.distance(points[like[1]])
    other_m = first.distance(points[like[1]]) + last.distance(points[like[0]])
    return None if abs(same_m - other_m) <= SAME_M else same_m < other_m


def directions(timetable: Timetable, calls: Calls) -> dict[str, int]:
    """Give the direction of trips of one line, 0 or 1.

    What the feed says (``direction_id``) counts if it says it of all. Else trips are told apart
    by where they begin and end, beside the trip that calls most often (the first of them by id);
    those that come back to where they began, by the order in which they call.
    """
    said = timetable.trips.set_index("trip_id")["direction"].reindex(list(calls))
    if said.notna().all():
        return {trip: int(way) for trip, way in zip(calls, said, strict=True)}
    points = stop_points(timetable)
    like = calls[min(calls, key=lambda trip: (-len(calls[trip]), trip))]
    found = {}
    for trip, own in calls.items():
        forward = runs_forward(_ends(own), _ends(like), points)
        if forward is None:
            forward = _in_order(own, like)
        found[trip] = int(not forward)
    return found


def _ends(calls: Sequence[Call]) -> tuple[str, str]:
    return calls[0].stop_id, calls[-1].stop_id


def _in_order(calls: Sequence[Call], like: Sequence[Call]) -> bool:
    """Tell whether stops that both call at mostly follow each other in the same order."""
    place = pd.Series(range(len(like) - 1), index=[call.stop_id for call in like[:-1]])
    place = place[~place.index.duplicated()]
    shared = [int(place[call.stop_id]) for call in calls[:-1] if call.stop_id in place.index]
    steps = [after > before for before, after in pairwise(shared)]
    return 2 * sum(steps) > len(steps)
