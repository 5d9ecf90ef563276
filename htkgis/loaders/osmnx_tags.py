"""What the tags of an osmnx graph say, where an edge or a node may list values of several ways.

osmnx joins ways into one edge and lists what they say differently. Such a list is read so that
nobody is led along a part that is closed: a mode may pass only if it may whichever value counts.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import Any

from .osm_tags import SIDES, SPEED_KEYS, bike_direction, blocks, limit_kph, marked, passable
from .street_rules import KEYS, StreetRules, bit

ACCESS = ("access", *dict.fromkeys(key for keys in KEYS.values() for key in keys))
MARKS = ("motorroad",)
BIKE_WAYS = ("junction", "oneway:bicycle", *SIDES, *(f"{side}:oneway" for side in SIDES))
SURROUNDINGS = (
    "area",
    "incline",
    "layer",
    "lit",
    "service",
    "sidewalk",
    "surface",
    "wheelchair",
    "width",
)
WAY_TAGS = tuple(
    sorted(
        {
            *ACCESS,
            *MARKS,
            *BIKE_WAYS,
            *SPEED_KEYS,
            *SURROUNDINGS,
            "bridge",
            "highway",
            "name",
            "oneway",
            "tunnel",
        }
    )
)
"""Tags of ways that a fetched graph keeps: what decides who may pass, and what comes next."""

NODE_TAGS = tuple(sorted({*ACCESS, "barrier", "crossing", "highway"}))
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
    stated = [limit_kph(reading) for reading in _readings(tags, SPEED_KEYS)]
    limits = [kph for kph in stated if kph is not None]
    return min(limits) if limits else rules.default_kph(values(tags.get("highway"))[0])


def is_marked(tags: Mapping[str, Any], key: str) -> bool:
    """Whether any part of an edge is a tunnel, or a bridge."""
    return any(marked({key: value}, key) for value in values(tags.get(key)))


def _readings(tags: Mapping[str, Any], keys: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Give every way to read listed values: each value of one key with each of the others."""
    stated = [(key, values(tags.get(key))) for key in keys if key in tags]
    choices = [[(key, value) for value in own] for key, own in stated if own]
    for reading in itertools.product(*choices):
        yield dict(reading)
