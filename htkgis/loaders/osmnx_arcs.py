"""From the arcs of an osmnx graph to streets with named ends; no table and no CRS yet."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable
from typing import Any, NamedTuple, TypeAlias

import shapely

from htkgis.errors import SchemaError, first

from .osmnx_tags import bike_way, is_oneway, number, open_modes, stopped_modes, values
from .street_rules import StreetRules, bit

OsmnxGraph: TypeAlias = Any
"""A ``networkx.MultiDiGraph`` as osmnx makes it; its types are not ours to check."""

Position = tuple[float, float]
Line = tuple[Position, ...]

DECIMALS = 7
"""Both arcs of a street have the same vertices to this many decimals, in degrees or metres."""


class Street(NamedTuple):
    """A street before it is a row; modes and stops are sets of bits."""

    start: Hashable
    end: Hashable
    line: Line
    tags: dict[str, Any]
    modes: int
    oneway: bool
    oneway_bike: bool

    def turned(self) -> Street:
        """Return the street from its end to its start."""
        return self._replace(start=self.end, end=self.start, line=self.line[::-1])


def positions(graph: OsmnxGraph, where: str) -> dict[Hashable, Position]:
    """Position of every node, or SchemaError that names those without."""
    at = {node: (number(d.get("x")), number(d.get("y"))) for node, d in graph.nodes.items()}
    lost = [node for node, (x, y) in at.items() if not math.isfinite(x + y)]
    if lost:
        msg = (
            f"{where}: {len(lost)} of {len(at)} nodes have no x and y: {first(lost)}; "
            "finite numbers are allowed. Fetch the graph again."
        )
        raise SchemaError(msg)
    return at


def paired(graph: OsmnxGraph, at: dict[Hashable, Position], rules: StreetRules) -> list[Street]:
    """Make one street of the arcs that run along one line of one way, there and back."""
    groups: dict[Any, list[tuple[Any, ...]]] = {}
    for start, end, tags in graph.edges(data=True):
        line = _line(tags.get("geometry"), at[start], at[end])
        key = (*values(tags.get("osmid")), min(line, line[::-1]), frozenset((start, end)))
        reverse = "True" in values(tags.get("reversed"))
        groups.setdefault(key, []).append((reverse, line, start, end, tags))
    streets = []
    for arcs in groups.values():
        # the arc along the way as it was drawn, whatever the order in the graph
        _, line, start, end, tags = min(arcs, key=lambda arc: arc[:2])
        oneway = is_oneway(tags, single=all(arc[1] == line for arc in arcs))
        _check_kind(start, end, tags)
        streets.append(_street(Street(start, end, line, tags, 0, oneway, oneway), rules))
    return streets


def _street(street: Street, rules: StreetRules) -> Street:
    """Say who may use a street; one that is one-way for bikes alone points their way."""
    modes = open_modes(street.tags, rules)
    along = bike_way(street.tags, rules, oneway=street.oneway)
    if street.oneway and along < 0:
        # a street has one direction for all who have one, and cars come first on it
        modes &= ~bit("bike")
    street = street._replace(modes=modes, oneway_bike=along != 0)
    return street.turned() if along < 0 and not street.oneway else street


def _line(geometry: Any, start: Position, end: Position) -> Line:
    xy = (start, end) if geometry is None else shapely.get_coordinates(geometry).tolist()
    return tuple((round(x, DECIMALS), round(y, DECIMALS)) for x, y in xy)


def _check_kind(start: Hashable, end: Hashable, tags: dict[str, Any]) -> None:
    if not values(tags.get("highway")):
        msg = (
            f"osmnx graph: the edge from {start!r} to {end!r} has no highway; every street has a "
            "kind. Fetch the graph again."
        )
        raise SchemaError(msg)


def stops_of(
    graph: OsmnxGraph, same: dict[Hashable, Hashable], rules: StreetRules
) -> dict[Hashable, int]:
    """List the barriers with the modes that they stop."""
    stops: dict[Hashable, int] = {}
    for node, tags in graph.nodes.items():
        stopped = stopped_modes(tags, rules)
        if stopped:
            own = same.get(node, node)
            stops[own] = stops.get(own, 0) | stopped
    return stops


def _flat(street: Street) -> bool:
    """Whether a street goes nowhere; it would have no valid geometry."""
    return len(set(street.line)) == 1


def twins(streets: list[Street]) -> dict[Hashable, Hashable]:
    """Name one node for all that streets without extent join."""
    import networkx as nx  # noqa: PLC0415 - who has such a graph has it loaded

    pairs = nx.Graph([(street.start, street.end) for street in streets if _flat(street)])
    same: dict[Hashable, Hashable] = {}
    for group in nx.connected_components(pairs):
        same |= dict.fromkeys(group, min(group, key=lambda node: (len(str(node)), str(node))))
    return same


def named(streets: list[Street], same: dict[Hashable, Hashable]) -> dict[str, Street]:
    """Drop streets without extent, and give the others their ids, in the order of the ids."""
    joined = [
        street._replace(
            start=same.get(street.start, street.start), end=same.get(street.end, street.end)
        )
        for street in streets
        if not _flat(street)
    ]
    by_id: dict[str, Street] = {}
    seen: Counter[str] = Counter()
    # repeats are numbered by their lines, so that an id does not depend on the graph's order
    for name, street in sorted(
        ((_id(s), s) for s in joined), key=lambda row: (row[0], row[1].line)
    ):
        seen[name] += 1
        by_id[name if seen[name] == 1 else f"{name}_{seen[name]}"] = street
    return dict(sorted(by_id.items()))


def _id(street: Street) -> str:
    ways = values(street.tags.get("osmid"))
    way = min(ways, key=lambda text: (len(text), text), default="")
    return f"w{way}_{street.start}_{street.end}"


class Ends(NamedTuple):
    """Ends of streets: names, the modes that cannot pass them, and how many barriers cut."""

    from_node: list[str]
    to_node: list[str]
    from_stops: list[int]
    to_stops: list[int]
    cuts: int


def ends_of(streets: list[Street], stops: dict[Hashable, int], everybody: int) -> Ends:
    """Name the ends of streets; every street gets an own end where nobody may pass."""
    sides: Counter[Hashable] = Counter()

    def label(node: Hashable) -> str:
        if stops.get(node) != everybody:
            return f"n{node}"
        sides[node] += 1
        return f"n{node}_{sides[node]}"

    labels = [(label(street.start), label(street.end)) for street in streets]
    some = {node: modes for node, modes in stops.items() if modes != everybody}
    return Ends(
        from_node=[start for start, _ in labels],
        to_node=[end for _, end in labels],
        from_stops=[some.get(street.start, 0) for street in streets],
        to_stops=[some.get(street.end, 0) for street in streets],
        cuts=sum(count > 1 for count in sides.values()),
    )
