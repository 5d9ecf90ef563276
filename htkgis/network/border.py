"""When a search meets the border of the data: from there on its figures are bounds only."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from htkgis.units import UNREACHED

from .cells import settled
from .drawing import Drawing
from .graph import Graph
from .made import once
from .search import search
from .snap import NOT_SNAPPED, Snaps, departure_costs, end_nodes, leaving_ds


def border_times(graph: Graph, origins: Snaps, coverage: Any) -> npt.NDArray[np.int32]:
    """Measure how long it takes from each origin to the border of what the data cover.

    Parameters
    ----------
    graph
        The graph the origins were snapped to.
    origins
        Snapped points.
    coverage
        Polygon in the CRS of the graph, inside which the layers are whole.

    Returns
    -------
    times
        Deciseconds of the shortest trip that ends at the border or beyond, rounded down, int32,
        shape (n,). ``UNREACHED`` where it is not reached, or where the point is not snapped.

    Examples
    --------
    A street of 100 m inside the coverage, then one that leaves it, at 3.6 km/h (1 m/s):

    >>> import geopandas as gpd
    >>> from .graph import build_graph
    >>> from .snap import snap
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s", "t"], "from_node": ["a", "b"], "to_node": ["b", "c"],
    ...      "length_m": [100.0, 100.0], "oneway": [False] * 2, "walk": [True] * 2},
    ...     geometry=[shapely.LineString([(0, 0), (100, 0)]),
    ...               shapely.LineString([(100, 0), (200, 0)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> home = gpd.GeoDataFrame({"id": ["h"]}, geometry=[shapely.Point(40, 0)])
    >>> border_times(graph, snap(graph, home, max_snap_m=10), shapely.box(-1, -1, 150, 1)).tolist()
    [1100]
    """
    crossings = _crossings(graph, coverage)
    # whoever starts where, the way on from each junction is the same
    name = f"to the border of {hashlib.sha256(shapely.to_wkb(coverage)).hexdigest()}"
    labels = once(graph, name, lambda: search(graph, *_seeds(graph, crossings), reverse=True))
    onward = labels[end_nodes(graph, origins)].astype(np.int64)
    onward += graph.end_ds
    times = (departure_costs(graph, origins) + onward).min(axis=1, initial=UNREACHED)
    for row in np.flatnonzero(np.isin(origins.edge, crossings.edge)):
        times[row] = min(times[row], _along_edge(graph, origins, int(row), crossings))
    times[origins.edge == NOT_SNAPPED] = UNREACHED
    found: npt.NDArray[np.int32] = np.minimum(times, UNREACHED).astype(np.int32)
    return found


def border_facts(graph: Graph, coverage: Any) -> tuple[npt.NDArray[Any], ...]:
    """Give what decides :func:`border_times`, besides the arcs of the graph and the origins.

    What a street costs is among it only where a part of it lies before the border.
    """
    crossings = _crossings(graph, coverage)
    ends = (each[crossings.edge] for each in (graph.edge_from, graph.edge_to))
    forward_ds = np.where(crossings.first > 0, graph.edge_forward_ds[crossings.edge], 0)
    backward_ds = np.where(crossings.last < 1, graph.edge_backward_ds[crossings.edge], 0)
    return (*crossings, *ends, forward_ds, backward_ds)


def seeds_of(graph: Graph, coverage: Any) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Give the junctions from which a street leads out, and the time from there to the border.

    Deciseconds, rounded down; what a trip takes at its end is not among them.
    """
    return _seeds(graph, _crossings(graph, coverage))


def _crossings(graph: Graph, coverage: Any) -> Leaving:
    """Find where streets leave the coverage, once for all graphs that are drawn alike."""
    return graph.drawing.once(
        ("leaving", shapely.to_wkb(coverage)), lambda: _leaving(graph.drawing, coverage)
    )


def known_crossings(
    graph: Graph, covered: Mapping[str, Any], earlier: Mapping[str, npt.NDArray[Any]] | None
) -> dict[str, npt.NDArray[Any]]:
    """Find where streets leave what data cover, or take that from a run before.

    Parameters
    ----------
    graph
        Any graph; whatever is asked of it later finds these places known.
    covered
        Polygons inside which layers are whole, by role.
    earlier
        What this gave before, of any streets; nothing is taken of streets that are drawn
        otherwise, or of another polygon.

    Returns
    -------
    arrays
        For ``earlier`` of the next time, ``leaving.<role>.key`` and so on.
    """
    found: dict[str, npt.NDArray[Any]] = {}
    known = earlier or {}
    for role, coverage in covered.items():
        begin, wkb = f"leaving.{role}", shapely.to_wkb(coverage)
        hashed = hashlib.sha256(len(wkb).to_bytes(8, "big") + wkb)
        for array in (graph.edge_xy_start, graph.edge_xy):
            hashed.update(np.ascontiguousarray(array).data)
        key = np.array([hashed.hexdigest()], dtype="S64")
        if f"{begin}.key" in known and np.array_equal(known[f"{begin}.key"], key):
            parts = (np.array(known[f"{begin}.{name}"]) for name in Leaving._fields)
            graph.drawing.once(("leaving", wkb), partial(Leaving, *parts))
        crossings = _crossings(graph, coverage)
        found |= {f"{begin}.{name}": part for name, part in crossings._asdict().items()}
        found[f"{begin}.key"] = key
    return found


class Leaving(NamedTuple):
    """Where edges that are not wholly inside the coverage meet its border.

    Shares of the edge of the first and the last such place; a part that starts outside is met
    at once, at share 0, one that ends outside at share 1.
    """

    edge: npt.NDArray[np.int32]
    first: npt.NDArray[np.float64]
    last: npt.NDArray[np.float64]


def leaving(lines: npt.NDArray[Any], coverage: Any) -> Leaving:
    """Find the lines that are not wholly inside a polygon, and where they meet its border.

    Examples
    --------
    >>> lines = shapely.linestrings([[(0, 0), (10, 0)], [(0, 0), (40, 0)]])
    >>> found = leaving(lines, shapely.box(-1, -1, 30, 1))
    >>> found.edge.tolist(), found.first.tolist(), found.last.tolist()
    ([1], [0.75], [1.0])
    """
    shapely.prepare(coverage)
    edge = np.flatnonzero(~shapely.covers(coverage, lines)).astype(np.int32)
    lines = lines[edge]
    first, last = np.zeros(len(edge)), np.ones(len(edge))
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    sides = (np.searchsorted(owner, np.arange(len(lines)), side=side) for side in ("left", "right"))
    at_start, at_end = (xy[rows - shift] for shift, rows in enumerate(sides))
    # as covers says of a point, which need not be made
    starts, ends = (shapely.intersects_xy(coverage, at) for at in (at_start, at_end))
    # an edge that is outside at both ends is met at both; one that is not is cut at the border
    border, cut = shapely.boundary(coverage), np.flatnonzero(starts | ends)
    met = shapely.extract_unique_points(shapely.intersection(lines[cut], border))
    places, at = shapely.get_parts(met, return_index=True)
    row = cut[at]
    shares = shapely.line_locate_point(lines[row], places, normalized=True)
    first[cut] = np.where(starts[cut], 1.0, 0.0)
    last[cut] = np.where(ends[cut], 0.0, 1.0)
    np.minimum.at(first, row, shares)
    np.maximum.at(last, row, shares)
    return Leaving(edge, first, last)


def _leaving(drawing: Drawing, coverage: Any) -> Leaving:
    """Find what :func:`leaving` does of all edges; few lie where their lines must be looked at."""
    if not drawing.edges:
        return leaving(drawing.lines, coverage)
    shapely.prepare(coverage)
    inside, outside = settled(drawing.boxes_m, coverage)
    rest = np.flatnonzero(~(inside | outside)).astype(np.int32)
    found = leaving(drawing.lines_of(rest), coverage)
    met = np.flatnonzero(outside).astype(np.int32)  # at once, and to their end
    edge = np.concatenate([met, rest[found.edge]])
    first = np.concatenate([np.zeros(len(met)), found.first])
    last = np.concatenate([np.ones(len(met)), found.last])
    order = np.argsort(edge)
    return Leaving(edge[order], first[order], last[order])


def _seeds(graph: Graph, crossings: Leaving) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Take the ends of the leaving edges with the time from there to the border, rounded down."""
    forward, backward = (
        graph.edge_forward_ds[crossings.edge],
        graph.edge_backward_ds[crossings.edge],
    )
    nodes = np.concatenate([graph.edge_from[crossings.edge], graph.edge_to[crossings.edge]])
    costs = np.concatenate([forward * crossings.first, backward * (1.0 - crossings.last)])
    usable = np.concatenate(
        [(forward >= 0) | (crossings.first == 0), (backward >= 0) | (crossings.last == 1)]
    )
    return nodes[usable], np.floor(np.maximum(costs, 0)[usable]).astype(np.int32)


def _along_edge(graph: Graph, origins: Snaps, row: int, crossings: Leaving) -> int:
    """Time from a point to the border along its own edge, rounded down; UNREACHED if closed."""
    edge, share = int(origins.edge[row]), float(origins.share[row])
    found = int(np.flatnonzero(crossings.edge == edge)[0])
    first, last = float(crossings.first[found]), float(crossings.last[found])
    way, edge_ds = 0.0, 0
    if share < first:
        way, edge_ds = first - share, int(graph.edge_forward_ds[edge])
    elif share > last:
        way, edge_ds = share - last, int(graph.edge_backward_ds[edge])
    if edge_ds < 0:
        return UNREACHED
    spent_ds = int(leaving_ds(graph, origins)[row]) + graph.end_ds
    return spent_ds + int(np.floor(way * edge_ds))
