"""Which OSM ways and nodes let people through, and the pass over the file that takes them.

The lists are planning decisions and come from ``study.toml``; the order of the tags is
OSM's own: the specific tag (``foot``) decides before the general one (``access``).
"""

from __future__ import annotations

import contextlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import osmium
from osmium.filter import KeyFilter
from osmium.osm import NODE, WAY

from htkgis.errors import SourceError

NOT_BUILT = frozenset({"construction", "proposed", "planned", "abandoned", "razed", "disused"})
"""Highway values of ways that are not there: their ``foot`` tag tells of another time."""

FORWARD = frozenset({"yes", "1", "true"})


class Tags(Protocol):
    """Tags of one OSM object: a ``dict``, or the tag list of osmium."""

    def get(self, key: str, /) -> str | None:
        """Return the value of a key, or None."""
        ...


@dataclass(frozen=True)
class WalkRules:
    """What people on foot may use, as OSM tag values.

    Parameters
    ----------
    closed_kinds
        ``highway`` values that are closed unless ``foot`` opens them.
    closed_access
        ``access`` values that close a way or a barrier unless ``foot`` opens it.
    open_foot
        ``foot`` values that open.
    closed_foot
        ``foot`` values that close.
    """

    closed_kinds: tuple[str, ...]
    closed_access: tuple[str, ...]
    open_foot: tuple[str, ...]
    closed_foot: tuple[str, ...]


def walkable(tags: Tags, rules: WalkRules) -> bool:
    """Tell whether people may walk along a way that carries a ``highway`` tag.

    ``foot`` decides first, then ``access``, then the kind of way. A closed kind that is
    not built (``construction``, ``proposed``) stays closed whatever ``foot`` says.

    Examples
    --------
    >>> rules = WalkRules(("motorway",), ("no", "private"), ("yes",), ("no",))
    >>> walkable({"highway": "cycleway"}, rules)
    True
    >>> walkable({"highway": "service", "access": "private"}, rules)
    False
    >>> walkable({"highway": "service", "access": "private", "foot": "yes"}, rules)
    True
    """
    kind = tags.get("highway")
    closed = kind in rules.closed_kinds
    if closed and kind in NOT_BUILT:
        return False
    foot = tags.get("foot")
    if foot in rules.closed_foot:
        return False
    if foot in rules.open_foot:
        return True
    return not closed and tags.get("access") not in rules.closed_access


def blocks(tags: Tags, rules: WalkRules) -> bool:
    """Tell whether nobody may walk past a node that carries a ``barrier`` tag.

    A gate, bollard or cycle barrier without a restriction lets people through.

    Examples
    --------
    >>> rules = WalkRules((), ("no", "private"), ("yes",), ("no",))
    >>> blocks({"barrier": "gate"}, rules), blocks({"barrier": "gate", "foot": "no"}, rules)
    (False, True)
    """
    foot = tags.get("foot")
    if foot in rules.closed_foot:
        return True
    return foot not in rules.open_foot and tags.get("access") in rules.closed_access


def direction(tags: Tags) -> int:
    """Return 1 for oneway along the way, -1 for oneway against it, 0 for both ways.

    Examples
    --------
    >>> [direction(tags) for tags in ({}, {"oneway": "yes"}, {"oneway": "-1"})]
    [0, 1, -1]
    """
    value = tags.get("oneway")
    if value == "-1":
        return -1
    return 1 if value in FORWARD else 0


def marked(tags: Tags, key: str) -> bool:
    """Tell whether a tag is present and not ``no`` (``tunnel=building_passage`` counts)."""
    return tags.get(key) not in {None, "no"}


@dataclass
class Ways:
    """The open ways of a file as columns, and their nodes in long arrays.

    Parameters
    ----------
    read, left_out
        Ways with a ``highway`` tag, and those closed to walkers by its value.
    ids, kinds, names, tunnel, bridge, direction, sizes
        One value per open way; ``sizes`` counts its nodes.
    refs, xs, ys
        Node id, and position in ten-millionths of a degree, of all nodes of all ways.
    barriers
        Nodes that nobody may walk past.
    """

    read: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    ids: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    tunnel: list[bool] = field(default_factory=list)
    bridge: list[bool] = field(default_factory=list)
    direction: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    refs: array[int] = field(default_factory=lambda: array("q"))
    xs: array[int] = field(default_factory=lambda: array("i"))
    ys: array[int] = field(default_factory=lambda: array("i"))
    barriers: set[int] = field(default_factory=set)


def collect_ways(path: Path, rules: WalkRules) -> Ways:
    """Read the ways that people may walk, and the barriers that nobody may pass.

    Nodes that are missing from the file, or have no position, stay in their way with the
    coordinates that osmium gives them, outside the range of degrees.

    Raises
    ------
    SourceError
        The file is missing, empty, cut short, not OSM, or without highways.
    """
    ways = Ways()
    with _readable(path):
        for item in _barriers_and_highways(path):
            if item.is_way():
                _add_way(ways, item, rules)
            elif blocks(item.tags, rules):
                ways.barriers.add(item.id)
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
    with _readable(path):
        nodes: Iterable[Any] = osmium.FileProcessor(str(path), NODE)
        for node in nodes:
            if node.location.valid():
                return float(node.lon), float(node.lat)
    return None


@contextlib.contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turn what osmium says of a file it cannot read into one line."""
    if not path.is_file() or path.stat().st_size == 0:
        what = "the file is empty" if path.is_file() else "there is no such file"
        msg = f"OSM streets ({path}): {what}; a .osm.pbf is expected. Fetch it."
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


def _barriers_and_highways(path: Path) -> Iterable[Any]:
    highways, barriers = KeyFilter("highway"), KeyFilter("barrier")
    highways.enable_for(WAY)
    barriers.enable_for(NODE)
    file = osmium.FileProcessor(str(path), NODE | WAY).with_locations()
    return file.with_filter(highways).with_filter(barriers)


def _add_way(ways: Ways, way: Any, rules: WalkRules) -> None:
    tags = way.tags
    kind = tags["highway"]
    ways.read += 1
    if not walkable(tags, rules):
        ways.left_out[kind] += 1
        return
    ways.ids.append(way.id)
    ways.kinds.append(kind)
    ways.names.append(tags.get("name"))
    ways.tunnel.append(marked(tags, "tunnel"))
    ways.bridge.append(marked(tags, "bridge"))
    ways.direction.append(direction(tags))
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
