"""What the tags of OSM ways and nodes say: who may pass, which way, and how fast.

The order of the tags is OSM's own: the specific tag (``foot``) decides before the general
one (``access``), and both before the kind of way.
"""

from __future__ import annotations

import re
from typing import Protocol

from .street_rules import ModeRules

NOT_BUILT = frozenset({"construction", "proposed", "planned", "abandoned", "razed", "disused"})
"""Highway values of ways that are not there: their ``foot`` tag tells of another time."""

FORWARD = frozenset({"yes", "1", "true"})
ROUNDABOUTS = frozenset({"roundabout", "circular"})
SIDES = ("cycleway", "cycleway:both", "cycleway:left", "cycleway:right")

KPH_PER_MPH = 1.609344
PLAUSIBLE_KPH = (5.0, 150.0)
"""Limits outside this range are slips of a finger or codes, not speeds."""

SPEED_KEYS = ("maxspeed", "maxspeed:type", "source:maxspeed", "zone:maxspeed", "zone:traffic")
"""Tags that state a limit, the limit itself first, then where it comes from."""

GENERAL_LIMITS = {
    "DK": {"urban": 50.0, "rural": 80.0, "trunk": 80.0, "motorway": 130.0, "living_street": 15.0},
    "DE": {"urban": 50.0, "rural": 100.0},
    "FR": {"urban": 50.0, "rural": 80.0, "motorway": 130.0},
    "NO": {"urban": 50.0, "rural": 80.0},
    "SE": {"urban": 50.0, "rural": 70.0, "motorway": 110.0},
}
"""General limits in km/h by country and place, for values such as ``DK:urban``.

Denmark: færdselsloven § 42, read in 2026; ``living_street`` is § 40, which says "very low speed"
and is explained as 15 km/h. The others are the limits of cars as commonly stated, not looked up
in their laws; a German motorway has none. Other countries state nothing.
"""

TRACKS = frozenset({"track", "opposite_track", "separate", "sidepath"})
LANES = frozenset({"lane", "opposite_lane"})
ROUTE_MARKS = ("icn", "ncn", "rcn", "lcn")
"""Tags of ways on international, national, regional and local cycle routes."""

DARK = frozenset({"no", "disused"})

ZONE = re.compile(r"[A-Z]{2}:(?:zone:?)?(\d+)")
NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?")


class Tags(Protocol):
    """Tags of one OSM object: a ``dict``, or the tag list of osmium."""

    def get(self, key: str, /) -> str | None:
        """Return the value of a key, or None."""
        ...


def passable(tags: Tags, rules: ModeRules) -> bool:
    """Tell whether a mode may use a way that carries a ``highway`` tag.

    The tags of the mode decide first, then ``access``, then the kind of way. A closed kind
    that is not built (``construction``, ``proposed``) stays closed whatever they say.

    Examples
    --------
    >>> rules = ModeRules(("foot",), ("motorway",), ("no", "private"), ("yes",), ("no",))
    >>> passable({"highway": "cycleway"}, rules)
    True
    >>> passable({"highway": "service", "access": "private"}, rules)
    False
    >>> passable({"highway": "service", "access": "private", "foot": "yes"}, rules)
    True
    """
    kind = tags.get("highway")
    closed = kind in rules.closed_kinds
    if closed and kind in NOT_BUILT:
        return False
    stated = _stated(tags, rules)
    if stated is not None:
        return stated
    return not closed and not any(tags.get(mark) == "yes" for mark in rules.closed_marks)


def blocks(tags: Tags, rules: ModeRules) -> bool:
    """Tell whether a mode may not pass a node that carries a ``barrier`` tag.

    A barrier without a restriction lets a mode through, unless it is of a kind that cannot.

    Examples
    --------
    >>> rules = ModeRules(("foot",), (), ("no", "private"), ("yes",), ("no",))
    >>> blocks({"barrier": "gate"}, rules), blocks({"barrier": "gate", "foot": "no"}, rules)
    (False, True)
    """
    stated = _stated(tags, rules)
    if stated is not None:
        return not stated
    return tags.get("barrier") in rules.closed_barriers


def _stated(tags: Tags, rules: ModeRules) -> bool | None:
    """Say whether tags open or close to a mode, or None where they say nothing."""
    for key in rules.keys:
        value = tags.get(key)
        if value in rules.closing:
            return False
        if value in rules.opening:
            return True
    return False if tags.get("access") in rules.closed_access else None


def direction(tags: Tags) -> int:
    """Return 1 for oneway along the way, -1 for oneway against it, 0 for both ways.

    Motorways and roundabouts are oneway unless they say otherwise. A street whose direction
    changes with the hour (``reversible``) counts as open both ways.

    Examples
    --------
    >>> [direction(tags) for tags in ({}, {"oneway": "yes"}, {"oneway": "-1"})]
    [0, 1, -1]
    >>> direction({"junction": "roundabout"}), direction({"highway": "motorway"})
    (1, 1)
    """
    value = tags.get("oneway")
    if value == "-1":
        return -1
    if value in FORWARD:
        return 1
    if value is not None:
        return 0
    implied = tags.get("junction") in ROUNDABOUTS or tags.get("highway") == "motorway"
    return int(implied)


def bike_direction(tags: Tags, contraflow: tuple[str, ...]) -> int:
    """Return the direction for bikes, as :func:`direction`.

    Examples
    --------
    >>> one = {"oneway": "yes"}
    >>> bike_direction(one, ("opposite",))
    1
    >>> bike_direction(one | {"oneway:bicycle": "no"}, ("opposite",))
    0
    >>> bike_direction(one | {"cycleway:left": "opposite"}, ("opposite",))
    0
    """
    own = tags.get("oneway:bicycle")
    if own is not None:
        return -1 if own == "-1" else int(own in FORWARD)
    way = direction(tags)
    if way == 0:
        return 0
    both = any(
        tags.get(side) in contraflow or tags.get(f"{side}:oneway") in {"no", "-1"} for side in SIDES
    )
    return 0 if both else way


def limit_kph(tags: Tags) -> float | None:
    """Read the speed limit of a way in km/h, or None where none is stated.

    Several limits (``60|100`` by lane, ``60;80``) count as their mean. Words that are no limit
    (``signals``, ``none``, ``variable``) and values that cannot be one state nothing.

    Examples
    --------
    >>> [limit_kph({"maxspeed": value}) for value in ("50", "60|100", "signals", "DK:urban")]
    [50.0, 80.0, None, 50.0]
    >>> round(limit_kph({"maxspeed": "50 mph"}), 1)
    80.5
    """
    for key in SPEED_KEYS:
        value = tags.get(key)
        if value is None:
            continue
        parts = [_kph(part.strip()) for part in re.split(r"[|;]", value)]
        found = [kph for kph in parts if kph is not None]
        if found:
            return sum(found) / len(found)
    return None


def _kph(text: str) -> float | None:
    country, _, place = text.partition(":")
    general = GENERAL_LIMITS.get(country, {}).get(place)
    if general is not None:
        return general
    zone = ZONE.fullmatch(text)
    number = NUMBER.fullmatch(zone[1] if zone else text)
    if number is None:
        return None
    kph = float(number[1]) * (KPH_PER_MPH if number[2] == "mph" else 1.0)
    return kph if PLAUSIBLE_KPH[0] <= kph <= PLAUSIBLE_KPH[1] else None


def marked(tags: Tags, key: str) -> bool:
    """Tell whether a tag is present and not ``no`` (``tunnel=building_passage`` counts)."""
    return tags.get(key) not in {None, "no"}


def cycleway(tags: Tags) -> str | None:
    """Say what bikes have along the whole of a street: ``track``, ``lane``, or None.

    Where the sides differ, bikes ride both ways and the worse side counts; on a one-way street,
    or where one side is for both directions, the better. ``bicycle=use_sidepath`` is a track
    beside the street that the law makes them use.

    Examples
    --------
    >>> cycleway({"cycleway": "track"}), cycleway({"cycleway:both": "lane"}), cycleway({})
    ('track', 'lane', None)
    >>> cycleway({"cycleway:right": "track", "cycleway:left": "lane"})
    'lane'
    >>> cycleway({"cycleway:right": "track", "oneway": "yes"})
    'track'
    """
    if tags.get("bicycle") == "use_sidepath":
        return "track"
    whole = _facility(tags, "cycleway") or _facility(tags, "cycleway:both")
    sides = [_facility(tags, f"cycleway:{side}") or whole for side in ("left", "right")]
    two_way = any(tags.get(f"cycleway:{side}:oneway") == "no" for side in ("left", "right"))
    better_first = sorted(sides, key=["track", "lane", None].index)
    return better_first[0] if two_way or direction(tags) != 0 else better_first[-1]


def _facility(tags: Tags, key: str) -> str | None:
    value = tags.get(key)
    if value in TRACKS:
        return "track"
    return "lane" if value in LANES else None


def lane_count(tags: Tags) -> float:
    """Give the number of lanes that cars would need to share, NaN where nothing is said.

    A one-way street counts double: the table of stress asks for lanes of both directions.

    Examples
    --------
    >>> lane_count({"lanes": "2"}), lane_count({"lanes": "2", "oneway": "yes"})
    (2.0, 4.0)
    """
    found = NUMBER.fullmatch(tags.get("lanes") or "")
    if found is None:
        return float("nan")
    return float(found[1]) * (2.0 if direction(tags) != 0 else 1.0)


def light(tags: Tags) -> str | None:
    """Say whether a way has light after dark: ``yes``, ``no``, or None where nothing is said.

    Examples
    --------
    >>> light({"lit": "24/7"}), light({"lit": "no"}), light({})
    ('yes', 'no', None)
    """
    value = tags.get("lit")
    if value is None:
        return None
    return "no" if value in DARK else "yes"


def on_marked_route(tags: Tags) -> bool:
    """Tell whether a way carries the mark of a cycle route."""
    return any(tags.get(mark) == "yes" for mark in ROUTE_MARKS)
