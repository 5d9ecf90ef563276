"""Beyond the streets: journeys as they could be at best if people walked on where the data end.

Nothing is known of the streets beyond, so a travel time may be shorter in truth. It can only be so
if a walk straight across what is not known would make it so: whoever walks from a point inside
needs the time to the border first, and nobody walks less than the straight line. A time that these
walks do not shorten is no bound.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from htkgis.network.border import border_times
from htkgis.network.graph import Graph
from htkgis.network.snap import NOT_SNAPPED, Snaps
from htkgis.units import UNREACHED, cost_ds

from .journeys import Doors, JourneyRules, Journeys, Riding, quicker
from .pairs import DECISECONDS_PER_SECOND, Pairs, later, pairs_of, sooner

BLOCK_WAYS = 4_000_000
"""Ways that are looked at a time; only short ones are kept."""

Times = npt.NDArray[np.int64]


class _Ways(NamedTuple):
    """Ways across what is not known, from one of some points to one of others, in deciseconds."""

    start: Times
    end: Times
    time_ds: Times


class _Side(NamedTuple):
    """Points, and the least time from each out of what is known, and into it."""

    points: npt.NDArray[Any]
    leaving_ds: Times
    entering_ds: Times


def at_best(
    journeys: Journeys,
    doors: Doors,
    covered: Any,
    rules: JourneyRules,
    *,
    riding: Riding | None = None,
) -> Journeys:
    """Let people walk straight across what the streets do not cover.

    Parameters
    ----------
    journeys
        Made of the doors by :func:`~htkgis.network.transit.journeys_between`.
    doors
        Points and stops on the streets that people walk on.
    covered
        Polygon in the CRS of the streets, inside which they are whole.
    rules
        What the study decides.
    riding
        How a bicycle takes part, as the journeys were made with.

    Returns
    -------
    journeys
        Whose times are never longer; where one is as long, no street beyond can shorten it (at
        the speed on the flat).
    """
    access, egress, direct = _ends(doors, covered, rules)
    if riding is not None:
        ridden, arriving, cycled = _ends(riding.doors, covered, rules)
        access = sooner(access, later(ridden, 0 if riding.aboard else riding.parking_s))
        egress = sooner(egress, arriving) if riding.aboard else egress
        direct = _Ways(*(np.concatenate(both) for both in zip(direct, cycled, strict=True)))
    stops = _side(doors.graph, doors.stops, covered)
    changes = _ways(stops, stops, doors.graph, rules.max_change_ds)
    other = changes.start != changes.end
    between = _pairs(_Ways(*(part[other] for part in changes)), len(doors.stops))
    return journeys._replace(
        access=sooner(journeys.access, later(access, rules.slack_s)),
        egress=sooner(journeys.egress, egress),
        footpaths=sooner(journeys.footpaths, later(between, rules.slack_s)),
        direct=None if journeys.direct is None else _with_ways(journeys.direct, direct),
    )


def _ends(doors: Doors, covered: Any, rules: JourneyRules) -> tuple[Pairs, Pairs, _Ways]:
    """List the ways to and from stops, and from door to door."""
    graph, origins, destinations, stops = doors
    starts, ends, calls = (_side(graph, own, covered) for own in (origins, destinations, stops))
    to_stops = _ways(starts, calls, graph, rules.max_walk_ds)
    from_stops = _ways(calls, ends, graph, rules.max_walk_ds)
    back = _Ways(from_stops.end, from_stops.start, from_stops.time_ds)
    direct = _ways(starts, ends, graph, rules.cutoff_s * DECISECONDS_PER_SECOND)
    return _pairs(to_stops, len(origins)), _pairs(back, len(destinations)), direct


def _side(graph: Graph, snaps: Snaps, covered: Any) -> _Side:
    """Say how soon points are out of what is known; those beyond, or on no street, are at once."""
    points = shapely.points(snaps.point_xy)
    inside = (snaps.edge != NOT_SNAPPED) & shapely.covers(covered, points)
    straight_ds = _straight_ds(graph, shapely.distance(points, shapely.boundary(covered)))
    leaving_ds = border_times(graph, snaps, covered).astype(np.int64)
    return _Side(points, np.where(inside, leaving_ds, 0), np.where(inside, straight_ds, 0))


def _straight_ds(graph: Graph, apart_m: Any) -> Times:
    """Least time for a straight distance; a decisecond less, as a cost is rounded to nearest."""
    return np.maximum(cost_ds(apart_m, graph.speed_kph).astype(np.int64) - 1, 0)


def _ways(starts: _Side, ends: _Side, graph: Graph, limit_ds: int) -> _Ways:
    """List the ways that leave what is known and take no longer than a limit."""
    near_m = (limit_ds + 2) * graph.speed_kph / 36
    outer = np.flatnonzero(starts.leaving_ds <= limit_ds)
    tree = shapely.STRtree(ends.points)
    nothing = np.zeros(0, dtype=np.int64)
    found = [_Ways(nothing, nothing, nothing)]
    step = max(1, BLOCK_WAYS // max(1, len(ends.points)))
    for begin in range(0, len(outer), step):
        own = outer[begin : begin + step]
        row, end = tree.query(starts.points[own], predicate="dwithin", distance=near_m)
        start = own[row]
        apart_m = shapely.distance(starts.points[start], ends.points[end])
        through_ds = starts.leaving_ds[start] + ends.entering_ds[end]
        time_ds = np.maximum(through_ds, _straight_ds(graph, apart_m))
        short = time_ds <= limit_ds
        found.append(_Ways(start[short], end[short], time_ds[short]))
    return _Ways(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _pairs(ways: _Ways, points: int) -> Pairs:
    """Take ways as walks by the point that they start from, in whole seconds, rounded down."""
    seconds = ways.time_ds // DECISECONDS_PER_SECOND
    return pairs_of(ways.start, ways.end, seconds, points=points)


def _with_ways(direct: Any, ways: _Ways) -> Any:
    """Let ways stand beside the times over streets; of each pair the shorter stays."""
    order = np.lexsort((ways.end, ways.start))
    counts = np.bincount(ways.start, minlength=len(direct.from_ids))
    more = replace(
        direct,
        indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        to_index=ways.end[order].astype(np.int32),
        time_ds=np.minimum(ways.time_ds[order], UNREACHED).astype(np.int32),
    )
    return quicker(direct, more)
