"""The pass over an OSM file that takes the ways and barriers of the modes of a study.

The lists of what a mode may use are planning decisions and come from ``study.toml``.
"""

from __future__ import annotations

import contextlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import osmium
from osmium.filter import KeyFilter
from osmium.osm import NODE, RELATION, WAY

from htkgis.errors import SourceError

from .arrived import answer_instead_of_data
from .crossings import Wait, wait_at
from .osm_tags import (
    Tags,
    bike_direction,
    blocks,
    cycleway,
    direction,
    lane_count,
    light,
    limit_kph,
    marked,
    on_marked_route,
    passable,
)
from .street_rules import StreetRules, bit

Answers = tuple[str | None, ...]
"""What the tags of a way say to each key that was asked for."""


class Said(NamedTuple):
    """What the tags of an open way say.

    Parameters
    ----------
    kind, tunnel, bridge, on_route
        Value of ``highway``, and whether it is a tunnel, a bridge, or marked as a cycle route.
    modes
        Modes that may use the way, as a set of bits.
    direction, bike_direction
        1 along the way, -1 against it, 0 both ways; of cars and of bikes.
    car_kph
        Speed limit in km/h, the kind's where none is stated; NaN where closed to cars.
    limit_kph, lanes, cycleway, lit
        The limit whoever may use the way (the kind's where none is stated), lanes of both
        directions (NaN where not stated), what bikes have along the way (None), light after dark
        (yes, no, None).
    """

    kind: str
    tunnel: bool
    bridge: bool
    on_route: bool
    modes: int
    direction: int
    bike_direction: int
    car_kph: float
    limit_kph: float
    lanes: float
    cycleway: str | None
    lit: str | None


@dataclass
class Ways:
    """The open ways of a file as columns, and their nodes in long arrays.

    Parameters
    ----------
    read, left_out
        Ways with a ``highway`` tag, and those closed to every mode by its value.
    ids, names, said, sizes
        One value per open way; ``said`` by its tags, ``sizes`` counts its nodes.
    refs, xs, ys
        Node id, and position in ten-millionths of a degree, of all nodes of all ways.
    barriers
        Modes that may not pass a node, as a set of bits, by node.
    waits
        Crossings and signals, by node.
    routes
        Ways that marked cycle routes run along, closed ones and strangers among them.
    """

    read: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    ids: list[int] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    refs: array[int] = field(default_factory=lambda: array("q"))
    xs: array[int] = field(default_factory=lambda: array("i"))
    ys: array[int] = field(default_factory=lambda: array("i"))
    barriers: dict[int, int] = field(default_factory=dict)
    waits: dict[int, Wait] = field(default_factory=dict)
    routes: set[int] = field(default_factory=set)

    def column(self, name: str) -> list[Any]:
        """Give one thing that is said of every open way."""
        return [getattr(said, name) for said in self.said]


def collect_ways(path: Path, rules: StreetRules) -> Ways:
    """Read the ways that any mode may use, barriers, crossings, signals and cycle routes.

    Nodes that are missing from the file, or have no position, stay in their way with the
    coordinates that osmium gives them, outside the range of degrees.

    Raises
    ------
    SourceError
        The file is missing, empty, cut short, not OSM, or without highways.
    """
    ways = Ways()
    reading = _Reading(rules)
    with readable(path):
        for item in _of_interest(path):
            if item.is_way():
                _add_way(ways, item, reading)
            elif item.is_node():
                _add_node(ways, item, rules)
            else:
                _add_route(ways, item)
    if ways.read == 0:
        raise SourceError(_no_highway(path))
    return ways


def first_position(path: Path) -> tuple[float, float] | None:
    """Give longitude and latitude of the first node of a file, or None where it holds none.

    Raises
    ------
    SourceError
        The file is missing, empty, cut short or not OSM.
    """
    with readable(path):
        nodes: Iterable[Any] = osmium.FileProcessor(str(path), NODE)
        for node in nodes:
            if node.location.valid():
                return float(node.lon), float(node.lat)
    return None


@contextlib.contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what osmium says of a file it cannot read into one line."""
    if not path.is_file() or path.stat().st_size == 0:
        what = "the file is empty" if path.is_file() else "there is no such file"
        msg = f"OSM streets ({path}): {what}; a .osm.pbf is expected. Fetch it."
        raise SourceError(msg)
    sent = answer_instead_of_data(path)
    if sent:
        msg = (
            f"OSM streets ({path}): cannot be read: it is no data but {sent}; a complete .osm.pbf "
            "is expected. Fetch it again."
        )
        raise SourceError(msg)
    try:
        yield
    except (RuntimeError, UnicodeDecodeError) as error:
        # osmium raises RuntimeError for every fault of a file
        msg = (
            f"OSM streets ({path}): cannot be read: {str(error).rstrip('.')}; a complete "
            ".osm.pbf is expected. Fetch it again."
        )
        raise SourceError(msg) from error


def _of_interest(path: Path) -> Iterable[Any]:
    highways, nodes, routes = (
        KeyFilter("highway"),
        KeyFilter("barrier", "highway"),
        KeyFilter("route"),
    )
    highways.enable_for(WAY)
    nodes.enable_for(NODE)
    routes.enable_for(RELATION)
    file = osmium.FileProcessor(str(path), NODE | WAY | RELATION).with_locations()
    return file.with_filter(highways).with_filter(nodes).with_filter(routes)


def _add_node(ways: Ways, node: Any, rules: StreetRules) -> None:
    tags = {tag.k: tag.v for tag in node.tags}
    if "barrier" in tags:
        stopped = [m for m, own in rules.modes.items() if blocks(tags, own)]
        if stopped:
            ways.barriers[node.id] = sum(map(bit, stopped))
    wait = wait_at(tags)
    if wait is not None:
        ways.waits[node.id] = wait


def _add_route(ways: Ways, relation: Any) -> None:
    if relation.tags.get("route") == "bicycle" and relation.tags.get("state") != "proposed":
        ways.routes.update(member.ref for member in relation.members if member.type == "w")


class _Counted(Tags, Protocol):
    """Tags that say how many they are."""

    def __len__(self) -> int:
        """Count the tags."""
        ...


class _Asked:
    """Tags of a way, and a list of the keys that anybody ever asked for."""

    def __init__(self, tags: Tags, keys: list[str]) -> None:
        self._tags, self._keys = tags, keys

    def get(self, key: str, /) -> str | None:
        """Return the value of a key, or None."""
        if key not in self._keys:
            self._keys.append(key)
        return self._tags.get(key)


class _Reading:
    """Reads tags, those of which the rules ask the same of all but once.

    Most tags of a way, and its name above all, decide nothing. Which keys the rules ask for rests
    on what they were told before, so the same answers to all that were asked end in the same.
    """

    def __init__(self, rules: StreetRules) -> None:
        self._rules = rules
        self._keys: list[str] = []
        self._known: dict[Answers, Said | None] = {}

    def said(self, tags: _Counted) -> Said | None:
        """Say what the tags of a way say; None where it is closed to every mode."""
        answers = self._answers(tags)
        if answers in self._known:
            return self._known[answers]
        known = len(self._keys)
        found = _said(_Asked(tags, self._keys), self._rules)
        if len(self._keys) > known:
            self._known.clear()  # what was answered to fewer keys may be the same to more
            answers = self._answers(tags)
        self._known[answers] = found
        return found

    def _answers(self, tags: _Counted) -> Answers:
        """Answer to all keys until the last tag is found: most ways have one or two."""
        answers: list[str | None] = []
        left = len(tags)
        for key in self._keys if left else ():
            value = tags.get(key)
            answers.append(value)
            if value is not None:
                left -= 1
                if not left:
                    break
        while answers and answers[-1] is None:
            answers.pop()  # the same as if there had been no tag to look for
        return tuple(answers)


def _add_way(ways: Ways, way: Any, reading: _Reading) -> None:
    """Add a way that any mode may use."""
    tags = way.tags
    said = reading.said(tags)
    ways.read += 1
    if said is None:
        ways.left_out[tags["highway"]] += 1
        return
    ways.ids.append(way.id)
    ways.names.append(tags.get("name"))
    ways.said.append(said)
    nodes = list(way.nodes)
    places = [node.location for node in nodes]
    ways.sizes.append(len(nodes))
    ways.refs.extend([node.ref for node in nodes])
    ways.xs.extend([place.x for place in places])
    ways.ys.extend([place.y for place in places])


def _said(tags: Tags, rules: StreetRules) -> Said | None:
    """Read the tags of a way with a ``highway`` tag; None where it is closed to every mode."""
    kind = str(tags.get("highway"))
    along, bike_along = direction(tags), bike_direction(tags, rules.contraflow)
    modes = sum(bit(mode) for mode, own in rules.modes.items() if passable(tags, own))
    if along * bike_along < 0:
        # a street has one direction for all who have one, and cars come first on it
        modes &= ~bit("bike")
    if not modes:
        return None
    stated = limit_kph(tags)
    kph = rules.default_kph(kind) if stated is None else stated
    return Said(
        kind=kind,
        tunnel=marked(tags, "tunnel"),
        bridge=marked(tags, "bridge"),
        modes=modes,
        direction=along,
        bike_direction=bike_along,
        car_kph=kph if modes & bit("car") else float("nan"),
        limit_kph=kph,
        lanes=lane_count(tags),
        cycleway=cycleway(tags),
        lit=light(tags),
        on_route=on_marked_route(tags),
    )


def _no_highway(path: Path) -> str:
    seen = sum(1 for _ in osmium.FileProcessor(str(path)))
    return (
        f"OSM streets ({path}): none of the {seen} objects is a way with a highway tag; "
        "a file with streets is expected. Fetch an extract that was not filtered."
    )
