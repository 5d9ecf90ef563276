"""What the tags of an osmnx graph say, where an edge or a node may list values of several ways.

osmnx joins ways into one edge and lists what they say differently. Such a list is read so that
nobody is led along a part that is closed: a mode may pass only if it may whichever value counts.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import Any

from .crossings import Wait, wait_at
from .osm_tags import (
    ROUTE_MARKS,
    SIDES,
    SPEED_KEYS,
    bike_direction,
    blocks,
    cycleway,
    lane_count,
    light,
    limit_kph,
    marked,
    on_marked_route,
    passable,
)
from .street_rules import KEYS, StreetRules, bit

ACCESS = ("access", *dict.fromkeys(key for keys in KEYS.values() for key in keys))
MARKS = ("motorroad",)
BIKE_WAYS = ("junction", "oneway:bicycle", *SIDES, *(f"{side}:oneway" for side in SIDES))
CYCLING = ("bicycle", *SIDES, "cycleway:left:oneway", "cycleway:right:oneway")
STRESS = ("lanes", "lit", *ROUTE_MARKS)
WAITS = ("highway", "crossing", "crossing:signals", "traffic_signals:direction")
"""Tags of nodes that say who waits there."""

ROUTE_MEMBER = "cycle_route"
"""Says ``yes`` on the edges of a fetched graph that are members of a marked cycle route."""

NOT_YET_READ = (
    "area",
    "incline",
    "layer",
    "segregated",
    "service",
    "sidewalk",
    "step_count",
    "surface",
    "wheelchair",
    "width",
)
"""Tags of ways that no rule reads yet; a fetched file outlives the rules of its day."""

WAY_TAGS = tuple(
    sorted(
        {
            *ACCESS,
            *MARKS,
            *BIKE_WAYS,
            *SPEED_KEYS,
            *CYCLING,
            *STRESS,
            *NOT_YET_READ,
            "bridge",
            "highway",
            "name",
            "oneway",
            "tunnel",
        }
    )
)
"""Tags of ways that a fetched graph keeps: all that a rule reads, and what may come next."""

NODE_TAGS = tuple(sorted({*ACCESS, *WAITS, "barrier"}))
"""Tags of nodes that a fetched graph keeps."""


def values(tag: Any) -> list[str]:
    """List the values of a tag as text in a fixed order; none where it is missing.

    Examples
    --------
    >>> values(["b", "a"]), values(12), values(None)
    (['a', 'b'], ['12'], [])
    """
    if isinstance(tag, list | tuple | set | frozenset):
        return sorted({str(item) for item in tag if not _missing(item)})
    return [] if _missing(tag) else [str(tag)]


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def number(tag: Any) -> float:
    """Give a tag as a number; NaN where it is none."""
    return float(tag) if isinstance(tag, int | float) else math.nan


def is_oneway(tags: Mapping[str, Any], *, single: bool) -> bool:
    """Whether an edge is closed the other way; ``single`` where the graph has no arc back.

    osmnx does not know that a motorway is one-way unless it says otherwise.
    """
    return values(tags.get("highway")) == ["motorway"] or (
        single and "True" in values(tags.get("oneway"))
    )


def open_modes(tags: Mapping[str, Any], rules: StreetRules) -> int:
    """Set of modes that may use an edge, whichever of its values counts."""
    keys = ("highway", *ACCESS, *MARKS)
    found = list(_readings(tags, keys))
    return sum(
        bit(mode)
        for mode, own in rules.modes.items()
        if all(passable(reading, own) for reading in found)
    )


def stopped_modes(tags: Mapping[str, Any], rules: StreetRules) -> int:
    """Set of modes that may not pass a node; none where it is no barrier."""
    if "barrier" not in tags:
        return 0
    found = list(_readings(tags, ("barrier", *ACCESS)))
    return sum(
        bit(mode)
        for mode, own in rules.modes.items()
        if any(blocks(reading, own) for reading in found)
    )


def bike_way(tags: Mapping[str, Any], rules: StreetRules, *, oneway: bool) -> int:
    """Direction for bikes along an edge: 1, -1 or 0; that of all where its values disagree."""
    stated = {"oneway": "yes" if oneway else "no"}
    found = {
        bike_direction(reading | stated, rules.contraflow) for reading in _readings(tags, BIKE_WAYS)
    }
    return found.pop() if len(found) == 1 else int(oneway)


def car_kph(tags: Mapping[str, Any], rules: StreetRules) -> float:
    """Speed limit of an edge in km/h, the lowest that it states, else that of its kind."""
    return min(_limits(tags, rules))


def stress_kph(tags: Mapping[str, Any], rules: StreetRules) -> float:
    """Speed limit beside which bikes ride, the highest that an edge states, else its kind's."""
    return max(_limits(tags, rules))


def _limits(tags: Mapping[str, Any], rules: StreetRules) -> list[float]:
    stated = [limit_kph(reading) for reading in _readings(tags, SPEED_KEYS)]
    limits = [kph for kph in stated if kph is not None]
    return limits or [rules.default_kph(values(tags.get("highway"))[0])]


def lanes(tags: Mapping[str, Any], *, oneway: bool) -> float:
    """Lanes of an edge in both directions, the most that it states; NaN where it states none."""
    stated = {"oneway": "yes" if oneway else "no"}
    counts = [lane_count(reading | stated) for reading in _readings(tags, ("lanes",))]
    return max((count for count in counts if not math.isnan(count)), default=math.nan)


def bike_facility(tags: Mapping[str, Any], *, oneway: bool) -> str | None:
    """Say what bikes have along the whole of an edge, the least that any of its values gives."""
    stated = {"oneway": "yes" if oneway else "no"}
    found = [cycleway(reading | stated) for reading in _readings(tags, CYCLING)]
    return max(found, key=["track", "lane", None].index)


def lit(tags: Mapping[str, Any]) -> str | None:
    """Light along an edge after dark: ``no`` if any part says so, then ``yes``, then None."""
    found = {light({"lit": value}) for value in values(tags.get("lit"))}
    return next((word for word in ("no", "yes") if word in found), None)


def on_route(tags: Mapping[str, Any]) -> bool:
    """Whether a marked cycle route runs along an edge, whichever of its values counts."""
    if values(tags.get(ROUTE_MEMBER)) == ["yes"]:
        return True
    return all(on_marked_route(reading) for reading in _readings(tags, ROUTE_MARKS))


def wait_of(tags: Mapping[str, Any]) -> Wait | None:
    """Say what a node holds up, the longest wait of its values; None where nobody waits."""
    if "highway" not in tags:
        return None
    found = [wait_at(reading) for reading in _readings(tags, WAITS)]
    waits = [wait for wait in found if wait is not None]
    return Wait(*map(max, zip(*waits, strict=True))) if waits else None


def is_marked(tags: Mapping[str, Any], key: str) -> bool:
    """Whether any part of an edge is a tunnel, or a bridge."""
    return any(marked({key: value}, key) for value in values(tags.get(key)))


def _readings(tags: Mapping[str, Any], keys: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Give every way to read listed values: each value of one key with each of the others."""
    stated = [(key, values(tags.get(key))) for key in keys if key in tags]
    choices = [[(key, value) for value in own] for key, own in stated if own]
    for reading in itertools.product(*choices):
        yield dict(reading)
