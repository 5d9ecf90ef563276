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
from typing import Any

import osmium
from osmium.filter import KeyFilter
from osmium.osm import NODE, RELATION, WAY

from htkgis.errors import SourceError

from .arrived import answer_instead_of_data
from .crossings import Wait, wait_at
from .osm_tags import (
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


@dataclass
class Ways:
    """The open ways of a file as columns, and their nodes in long arrays.

    Parameters
    ----------
    read, left_out
        Ways with a ``highway`` tag, and those closed to every mode by its value.
    ids, kinds, names, tunnel, bridge, sizes
        One value per open way; ``sizes`` counts its nodes.
    modes
        Modes that may use the way, as a set of bits.
    direction, bike_direction
        1 along the way, -1 against it, 0 both ways; of cars and of bikes.
    car_kph
        Speed limit in km/h, the kind's where none is stated; NaN where closed to cars.
    limit_kph, lanes, cycleway, lit, on_route
        The limit whoever may use the way (the kind's where none is stated), lanes of both
        directions (NaN where not stated), what bikes have along the way (None), light after dark
        (yes, no, None), mark of a cycle route.
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
    kinds: list[str] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    tunnel: list[bool] = field(default_factory=list)
    bridge: list[bool] = field(default_factory=list)
    modes: list[int] = field(default_factory=list)
    direction: list[int] = field(default_factory=list)
    bike_direction: list[int] = field(default_factory=list)
    car_kph: list[float] = field(default_factory=list)
    limit_kph: list[float] = field(default_factory=list)
    lanes: list[float] = field(default_factory=list)
    cycleway: list[str | None] = field(default_factory=list)
    lit: list[str | None] = field(default_factory=list)
    on_route: list[bool] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    refs: array[int] = field(default_factory=lambda: array("q"))
    xs: array[int] = field(default_factory=lambda: array("i"))
    ys: array[int] = field(default_factory=lambda: array("i"))
    barriers: dict[int, int] = field(default_factory=dict)
    waits: dict[int, Wait] = field(default_factory=dict)
    routes: set[int] = field(default_factory=set)


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
    with readable(path):
        for item in _of_interest(path):
            if item.is_way():
                _add_way(ways, item, rules)
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


def _add_way(ways: Ways, way: Any, rules: StreetRules) -> None:
    tags = {tag.k: tag.v for tag in way.tags}
    kind = tags["highway"]
    ways.read += 1
    along, bike_along = direction(tags), bike_direction(tags, rules.contraflow)
    modes = sum(bit(mode) for mode, own in rules.modes.items() if passable(tags, own))
    if along * bike_along < 0:
        # a street has one direction for all who have one, and cars come first on it
        modes &= ~bit("bike")
    if not modes:
        ways.left_out[kind] += 1
        return
    ways.ids.append(way.id)
    ways.kinds.append(kind)
    ways.names.append(tags.get("name"))
    ways.tunnel.append(marked(tags, "tunnel"))
    ways.bridge.append(marked(tags, "bridge"))
    ways.modes.append(modes)
    ways.direction.append(along)
    ways.bike_direction.append(bike_along)
    stated = limit_kph(tags)
    kph = rules.default_kph(kind) if stated is None else stated
    ways.car_kph.append(kph if modes & bit("car") else float("nan"))
    ways.limit_kph.append(kph)
    ways.lanes.append(lane_count(tags))
    ways.cycleway.append(cycleway(tags))
    ways.lit.append(light(tags))
    ways.on_route.append(on_marked_route(tags))
    ways.sizes.append(len(way.nodes))
    for node in way.nodes:
        location = node.location
        ways.refs.append(node.ref)
        ways.xs.append(location.x)
        ways.ys.append(location.y)


def _no_highway(path: Path) -> str:
    seen = sum(1 for _ in osmium.FileProcessor(str(path)))
    return (
        f"OSM streets ({path}): none of the {seen} objects is a way with a highway tag; "
        "a file with streets is expected. Fetch an extract that was not filtered."
    )
