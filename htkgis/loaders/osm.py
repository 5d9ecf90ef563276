"""Read the street network of an OpenStreetMap file.

Source: OpenStreetMap, © OpenStreetMap contributors, Open Database Licence (ODbL) 1.0.
Streets join where they share a node, by its id and nothing else: bridges and tunnels
share no node with what they cross. One pass over the file collects the ways into arrays;
numpy cuts them at the junctions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from htkgis.errors import ConfigError, CRSError, SourceError
from htkgis.loaders.crossings import Wait, counted_waits, moved_waits
from htkgis.loaders.osm_report import Bounds, OsmReport
from htkgis.loaders.osm_rules import Ways, collect_ways
from htkgis.loaders.street_rules import MODES, StreetRules, bit, names
from htkgis.loaders.streets import metric_crs
from htkgis.loaders.stress import PATH_KINDS
from htkgis.loaders.surroundings import surroundings
from htkgis.schema import STREETS, check

Integers = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

PER_DEGREE = 10_000_000
"""OSM keeps coordinates as whole ten-millionths of a degree."""

WGS84 = pyproj.Geod(ellps="WGS84")


class _Vertices(NamedTuple):
    """Located nodes in way order; vertices of one piece follow each other unbroken."""

    ref: Integers
    x: Integers
    y: Integers
    way: Integers
    piece: Integers

    def only(self, rows: Flags) -> _Vertices:
        return _Vertices._make(column[rows] for column in self)


class _Edges(NamedTuple):
    """Streets from one vertex to another, both included, in way order.

    ``from_stops`` and ``to_stops`` are the modes, as sets of bits, that cannot pass the end.
    """

    start: Integers
    end: Integers
    way: Integers
    number: Integers
    from_node: npt.NDArray[np.object_]
    to_node: npt.NDArray[np.object_]
    from_stops: Integers
    to_stops: Integers

    def only(self, rows: Flags) -> _Edges:
        return _Edges._make(column[rows] for column in self)


def read_osm_streets(
    path: Path, *, crs: str, rules: StreetRules, bounds_wgs84: Bounds | None = None
) -> tuple[gpd.GeoDataFrame, OsmReport]:
    """Read the streets that any mode may use, cut at junctions.

    Source: OpenStreetMap, © OpenStreetMap contributors, ODbL 1.0.

    Ways meet where they share a node. A node missing from the file breaks its way, and a
    barrier that nobody may pass cuts it: its two sides get two node ids. A barrier that stops
    some modes ends streets too, and names those modes there. Two neighbours on a way at the
    very same position are one node. Islands, loops (``from_node`` equals ``to_node``) and
    outlines of open areas are kept; ways closed to every mode are left out and counted by kind.

    Parameters
    ----------
    path
        ``.osm.pbf`` with its nodes before its ways, as every extract has them.
    crs
        Projected CRS in metres of the result.
    rules
        What each mode may use, and the limits for cars where a street states none.
    bounds_wgs84
        West, south, east, north in degrees. Streets whose extent touches the bounds are
        kept whole; ids do not depend on the bounds.

    Returns
    -------
    streets
        Contract ``STREETS``, in the order of the file. ``id`` is ``w<way>_<number along
        the way>``, nodes are ``n<node>`` (``n<node>_<number>`` at a cut); ``length_m`` is
        geodesic on WGS84, never projected; a street with ``oneway=-1`` is reversed. Where the
        directions of cars and bikes oppose each other, the street is closed to bikes. Further
        columns: ``crossings`` and ``signals`` (counts, a half where streets meet), ``lit`` (yes,
        no, missing), ``limit_kph`` (that of ``rules`` where none is stated, whoever may use the
        street), ``lanes`` and ``cycleway`` (missing where nothing is said), ``lts`` (level of
        traffic stress, 1 to 4), ``route`` (whether a marked cycle route runs along).
    report
        What was read, kept and left out.

    Raises
    ------
    SourceError
        The file is missing, empty, cut short, not OSM, without highways, or none of its
        open ways has nodes with positions.
    CRSError
        ``crs`` is not projected in metres, or the streets lie outside it.
    ConfigError
        ``bounds_wgs84`` is not west, south, east, north.
    """
    projected = metric_crs(crs, what=f"OSM streets ({path})")
    _check_bounds(bounds_wgs84)
    ways = collect_ways(path, rules)
    vertices, breaks = _located(ways)
    if ways.ids and not vertices.ref.size:
        msg = (
            f"OSM streets ({path}): none of the {len(ways.refs)} nodes of {len(ways.ids)} ways "
            "has a position; nodes must stand in the file, before the ways. Fetch an extract "
            "with complete ways, or sort it (osmium sort)."
        )
        raise SourceError(msg)
    vertices, kept_nodes = _joined(vertices)
    barriers = _moved_barriers(ways.barriers, kept_nodes)
    every_edge, barrier_cuts = _cut(vertices, barriers, everybody=sum(map(bit, rules.modes)))
    edges = every_edge.only(_touching(every_edge, vertices, bounds_wgs84))
    streets = _streets(ways, vertices, edges, projected)
    waits = moved_waits(ways.waits, kept_nodes)
    streets = streets.assign(**_surroundings(ways, vertices, edges, waits))
    kept = int(np.unique(every_edge.way).size)
    report = OsmReport(
        ways_read=ways.read,
        ways_kept=kept,
        left_out=dict(sorted(ways.left_out.items())),
        ways_without_line=len(ways.ids) - kept,
        missing_node_breaks=breaks,
        barrier_cuts=barrier_cuts,
        barrier_ends=_barrier_ends(edges),
        outside_bounds=len(every_edge.way) - len(edges.way),
        edges=len(streets),
        nodes=len({*edges.from_node.tolist(), *edges.to_node.tolist()}),
        length_km=float(streets["length_m"].sum()) / 1000,
        mode_km={m: float(streets.loc[streets[m], "length_m"].sum()) / 1000 for m in rules.modes},
        bounds_wgs84=_extent(edges, vertices),
    )
    return check(streets, STREETS, where=str(path), crs=crs), report


def _check_bounds(bounds: Bounds | None) -> None:
    if bounds is None:
        return
    west, south, east, north = bounds
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004
        msg = (
            f"OSM streets: bounds {bounds} are not west, south, east, north in degrees; "
            "west < east and south < north is allowed. Correct the bounds."
        )
        raise ConfigError(msg)


def _located(ways: Ways) -> tuple[_Vertices, int]:
    """Drop the nodes without a position, and count the places where they break a way."""
    x, y = np.array(ways.xs, dtype=np.int64), np.array(ways.ys, dtype=np.int64)
    way = np.repeat(np.arange(len(ways.ids)), np.array(ways.sizes, dtype=np.int64))
    located = (np.abs(x) <= 180 * PER_DEGREE) & (np.abs(y) <= 90 * PER_DEGREE)
    after_gap = _changes(way)
    after_gap[1:] |= ~located[:-1]
    piece = np.cumsum(after_gap, dtype=np.int64)
    vertices = _Vertices(np.array(ways.refs, dtype=np.int64), x, y, way, piece)
    # a run of missing nodes is one break
    run_starts = ~located & _changes(way)
    run_starts[1:] |= ~located[1:] & located[:-1]
    return vertices.only(located), int(run_starts.sum())


def _joined(vertices: _Vertices) -> tuple[_Vertices, dict[int, int]]:
    """Make one node of neighbours at the same position, and drop repeats and lone nodes.

    A street between two such nodes would have no length and no valid geometry. Also says which
    node stands for each that is one of several.
    """
    ref, x, y, _, piece = vertices
    same = (piece[1:] == piece[:-1]) & (x[1:] == x[:-1]) & (y[1:] == y[:-1])
    twins = np.flatnonzero(same & (ref[1:] != ref[:-1]))
    kept = _smallest_of_twins(zip(ref[twins].tolist(), ref[twins + 1].tolist(), strict=True))
    if kept:
        old = np.array(sorted(kept), dtype=np.int64)
        new = np.array([kept[node] for node in old.tolist()], dtype=np.int64)
        place = np.minimum(np.searchsorted(old, ref), old.size - 1)
        vertices = vertices._replace(ref=np.where(old[place] == ref, new[place], ref))
    vertices = vertices.only(_changes(vertices.piece) | _changes(vertices.ref))
    lone = _changes(vertices.piece) & _last(vertices.piece)
    return vertices.only(~lone), kept


def _moved_barriers(barriers: dict[int, int], kept: dict[int, int]) -> dict[int, int]:
    closed: dict[int, int] = {}
    for node, stopped in barriers.items():
        own = kept.get(node, node)
        closed[own] = closed.get(own, 0) | stopped
    return closed


def _smallest_of_twins(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    groups: dict[int, set[int]] = {}
    for one, other in pairs:
        group = groups.get(one, {one}) | groups.get(other, {other})
        groups.update(dict.fromkeys(group, group))
    return {node: min(group) for node, group in groups.items()}


def _cut(vertices: _Vertices, barriers: dict[int, int], *, everybody: int) -> tuple[_Edges, int]:
    """Cut pieces where nodes are used twice, at barriers and at their ends."""
    ref, piece = vertices.ref, vertices.piece
    _, code, uses = np.unique(ref, return_inverse=True, return_counts=True)
    stops = _stops(ref, barriers)
    cuts = np.flatnonzero((uses[code] > 1) | _changes(piece) | _last(piece) | (stops > 0))
    inside = piece[cuts[:-1]] == piece[cuts[1:]]
    start, end = cuts[:-1][inside], cuts[1:][inside]
    way = vertices.way[start]
    order = np.arange(way.size)
    number = order - np.maximum.accumulate(np.where(_changes(way), order, 0))
    ends = np.column_stack([start, end]).ravel()
    closed = stops[ends] == everybody
    labels, cut_nodes = _labels(ref[ends], closed)
    some = np.where(closed, 0, stops[ends])
    own_ends = labels[0::2], labels[1::2], some[0::2], some[1::2]
    return _Edges(start, end, way, number, *own_ends), cut_nodes


def _stops(ref: Integers, barriers: dict[int, int]) -> Integers:
    """Look up the modes that cannot pass each node; 0 where all can."""
    stops = np.zeros(ref.size, dtype=np.int64)
    if barriers:
        nodes = np.array(sorted(barriers), dtype=np.int64)
        stopped = np.array([barriers[node] for node in nodes.tolist()], dtype=np.int64)
        place = np.minimum(np.searchsorted(nodes, ref), nodes.size - 1)
        stops = np.where(nodes[place] == ref, stopped[place], 0)
    return stops


def _barrier_ends(edges: _Edges) -> dict[str, int]:
    stops = np.concatenate([edges.from_stops, edges.to_stops])
    counts = {mode: int((stops & bit(mode) > 0).sum()) for mode in MODES}
    return {mode: count for mode, count in counts.items() if count}


def _labels(ref: Integers, closed: Flags) -> tuple[npt.NDArray[np.object_], int]:
    """Name the ends of streets; every street gets an own end at a closed barrier."""
    nodes, code = np.unique(ref, return_inverse=True)
    texts = np.array([f"n{node}" for node in nodes.tolist()], dtype=object)
    labels = texts[code]
    sides: Counter[int] = Counter()
    for row in np.flatnonzero(closed).tolist():
        sides[int(ref[row])] += 1
        labels[row] = f"{labels[row]}_{sides[int(ref[row])]}"
    return labels, sum(number > 1 for number in sides.values())


def _changes(values: Integers) -> Flags:
    """Mark the first of each run of equal values."""
    marks = np.ones(values.size, dtype=np.bool_)
    marks[1:] = values[1:] != values[:-1]
    return marks


def _last(values: Integers) -> Flags:
    """Mark the last of each run of equal values."""
    return _changes(values[::-1])[::-1]


def _along(edges: _Edges, against: Flags | None = None) -> tuple[Integers, Integers]:
    """Return the vertices of all streets one after the other, and the street of each."""
    sizes = edges.end - edges.start + 1
    street = np.repeat(np.arange(sizes.size), sizes)
    step = np.arange(street.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    forward = edges.start[street] + step
    if against is None:
        return forward, street
    return np.where(against[street], edges.end[street] - step, forward), street


def _touching(edges: _Edges, vertices: _Vertices, bounds: Bounds | None) -> Flags:
    if bounds is None or not edges.way.size:
        return np.ones(edges.way.size, dtype=np.bool_)
    vertex, street = _along(edges)
    first_vertex = np.flatnonzero(_changes(street))
    x, y = vertices.x[vertex] / PER_DEGREE, vertices.y[vertex] / PER_DEGREE
    west, south, east, north = bounds
    return np.asarray(
        (np.minimum.reduceat(x, first_vertex) <= east)
        & (np.maximum.reduceat(x, first_vertex) >= west)
        & (np.minimum.reduceat(y, first_vertex) <= north)
        & (np.maximum.reduceat(y, first_vertex) >= south)
    )


def _extent(edges: _Edges, vertices: _Vertices) -> Bounds | None:
    if not edges.way.size:
        return None
    vertex, _ = _along(edges)
    x, y = vertices.x[vertex] / PER_DEGREE, vertices.y[vertex] / PER_DEGREE
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _streets(ways: Ways, vertices: _Vertices, edges: _Edges, crs: pyproj.CRS) -> gpd.GeoDataFrame:
    way = edges.way.tolist()

    def said(name: str, kind: Any) -> npt.NDArray[Any]:
        return np.array(ways.column(name), dtype=kind)[edges.way]

    along, bike_along = said("direction", np.int64), said("bike_direction", np.int64)
    against = np.where(along != 0, along, bike_along) < 0
    modes = said("modes", np.int64)
    stops_at = np.array([names(stopped) for stopped in range(1 << len(MODES))], dtype=object)
    columns = {
        "id": [
            f"w{ways.ids[row]}_{number}"
            for row, number in zip(way, edges.number.tolist(), strict=True)
        ],
        "from_node": np.where(against, edges.to_node, edges.from_node),
        "to_node": np.where(against, edges.from_node, edges.to_node),
        "length_m": _lengths(vertices, edges),
        "kind": said("kind", object),
        "name": np.array(ways.names, dtype=object)[edges.way],
        "oneway": along != 0,
        "oneway_bike": bike_along != 0,
        "tunnel": said("tunnel", np.bool_),
        "bridge": said("bridge", np.bool_),
        **{mode: modes & bit(mode) > 0 for mode in MODES},
        "car_kph": said("car_kph", np.float64),
        "barrier_from": stops_at[np.where(against, edges.to_stops, edges.from_stops)],
        "barrier_to": stops_at[np.where(against, edges.from_stops, edges.to_stops)],
    }
    vertex, street = _along(edges, against)
    _, at, code = np.unique(vertices.ref, return_index=True, return_inverse=True)
    to_metres = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    x, y = to_metres.transform(vertices.x[at] / PER_DEGREE, vertices.y[at] / PER_DEGREE)
    outside = int((~np.isfinite(x)).sum())
    if outside:
        msg = (
            f"OSM streets: {outside} of {x.size} nodes cannot be drawn in {crs.to_string()}; "
            "a CRS made for the area is allowed. Correct study.toml, or fetch another extract."
        )
        raise CRSError(msg)
    corners = np.column_stack([x, y])[code[vertex]]
    lines = shapely.linestrings(corners, indices=street)
    return gpd.GeoDataFrame(columns, geometry=lines, crs=crs)


def _surroundings(
    ways: Ways, vertices: _Vertices, edges: _Edges, waits: dict[int, Wait]
) -> dict[str, pd.Series]:
    """Say what each street is like besides its line: waits, light, traffic, marked routes."""
    way = edges.way.tolist()

    def along(values: list[Any]) -> list[Any]:
        return [values[row] for row in way]

    kinds = ways.column("kind")
    on_path = np.array([name in PATH_KINDS for name in kinds], dtype=np.bool_)[vertices.way]
    on_route = [
        row or name in ways.routes
        for row, name in zip(ways.column("on_route"), ways.ids, strict=True)
    ]
    return surroundings(
        kind=along(kinds),
        limit_kph=along(ways.column("limit_kph")),
        lanes=along(ways.column("lanes")),
        cycleway=along(ways.column("cycleway")),
        lit=along(ways.column("lit")),
        route=along(on_route),
        waits=counted_waits(vertices.ref, on_path, edges.start, edges.end, waits),
    )


def _lengths(vertices: _Vertices, edges: _Edges) -> Numbers:
    """Sum the geodesic lengths of the segments of each street, in metres."""
    vertex, street = _along(edges)
    within = street[1:] == street[:-1]
    one, other = vertex[:-1][within], vertex[1:][within]
    lon, lat = vertices.x / PER_DEGREE, vertices.y / PER_DEGREE
    _, _, metres = WGS84.inv(lon[one], lat[one], lon[other], lat[other])
    metres_of = np.bincount(street[1:][within], weights=metres, minlength=edges.way.size)
    return metres_of.astype(np.float64)
