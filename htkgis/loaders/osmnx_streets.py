"""Streets of an osmnx graph: one row per street, as the loader of extracts gives them.

Source: OpenStreetMap, © OpenStreetMap contributors, Open Database Licence (ODbL) 1.0.
osmnx keeps a street that is open both ways as two arcs; here both become one street.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from htkgis.errors import SchemaError, first
from htkgis.schema import STREETS, check

from .geometry import in_crs
from .osmnx_arcs import Ends, OsmnxGraph, Street, ends_of, named, paired, positions, stops_of, twins
from .osmnx_file import read_graphml, stated_crs
from .osmnx_tags import (
    bike_facility,
    car_kph,
    is_marked,
    lanes,
    lit,
    number,
    on_route,
    stress_kph,
    values,
)
from .osmnx_waits import waits_along
from .street_rules import MODES, StreetRules, bit, names
from .streets import metric_crs
from .surroundings import surroundings

LEAST_RATIO = 0.9
SLACK_M = 20.0
"""A length may fall short of the straight line by a tenth and this much: osmnx measures on a
sphere and moves the ends of streets where it joins junctions; kilometres or feet it is not."""


@dataclass(frozen=True)
class OsmnxReport:
    """What a graph held, and what became of it.

    Parameters
    ----------
    arcs_read
        Directed edges of the graph.
    left_out
        Streets closed to every mode, by ``highway`` value.
    without_extent
        Streets between two nodes at one position; the nodes became one.
    barrier_cuts
        Barriers that nobody may pass and that cut a street.
    barrier_ends
        Ends of streets at a barrier that only some modes may not pass, by mode that may not.
    edges, nodes, length_km
        Size of the result.
    mode_km
        Length of the streets that each mode may use.
    bounds_wgs84
        West, south, east, north of the result in degrees; None if it is empty.
    """

    arcs_read: int
    left_out: dict[str, int]
    without_extent: int
    barrier_cuts: int
    barrier_ends: dict[str, int]
    edges: int
    nodes: int
    length_km: float
    mode_km: dict[str, float]
    bounds_wgs84: tuple[float, float, float, float] | None


def streets_from_osmnx(graph: OsmnxGraph, *, crs: str, rules: StreetRules) -> gpd.GeoDataFrame:
    """Turn an osmnx graph into streets that any mode may use.

    Source: OpenStreetMap, © OpenStreetMap contributors, ODbL 1.0.

    Parallel streets, loops and islands are kept; streets closed to every mode are left out.
    Where osmnx merged several ways, a mode may use the street only if it may whichever of their
    values counts. Nodes at one position that an edge joins become one; a barrier that nobody may
    pass cuts its streets. A graph that osmnx fetched for walking has lost which streets are
    one-way; one fetched with ``htkgis update osm`` has not.

    Parameters
    ----------
    graph
        As osmnx makes it, simplified or not, in degrees or projected: nodes with ``x`` and
        ``y``, edges with ``osmid``, ``highway`` and ``length`` (metres, kept as it stands), and
        ``geometry`` where they are curved.
    crs
        Projected CRS in metres of the result; never the zone that osmnx would choose.
    rules
        What each mode may use, and the limits for cars where a street states none.

    Returns
    -------
    streets
        Contract ``STREETS``, by ``id``: ``w<way>_<from>_<to>``, with ``_2`` and so on where a way
        joins two nodes more than once. ``name`` joins several names with ``/``, ``kind`` is the
        first of several by name; ``oneway`` is true where the graph has one arc and says so.
        Further columns as :func:`htkgis.loaders.read_osm_streets` gives them. Where osmnx merged
        several ways the one with the most stress counts: the highest limit (``car_kph`` is the
        lowest), the most lanes, the poorest cycleway, the part without light. Crossings and
        signals inside an edge are known of a graph fetched with ``htkgis update osm``, else only
        those at its ends; so are cycle routes that stand in relations, else only those that ways
        are marked with.

    Raises
    ------
    SchemaError
        No edges; a node without position; an edge without kind or length, or with a length
        that is far below the straight line between its ends.
    CRSError
        The graph states no CRS, lies far from where ``crs`` is used, or ``crs`` is not
        projected in metres.
    """
    return _read(graph, crs=crs, rules=rules, where="osmnx graph")[0]


def read_graphml_streets(
    path: Path, *, crs: str, rules: StreetRules
) -> tuple[gpd.GeoDataFrame, OsmnxReport]:
    """Read the streets of a graph that osmnx, or ``htkgis update osm``, saved.

    Parameters
    ----------
    path
        ``.graphml``.
    crs, rules
        As in :func:`streets_from_osmnx`.

    Returns
    -------
    streets
        Contract ``STREETS``.
    report
        What was read, kept and left out.

    Raises
    ------
    SourceError
        The file is missing, empty, cut short, or not GraphML that osmnx writes.
    SchemaError, CRSError
        As :func:`streets_from_osmnx`.
    """
    graph = read_graphml(path)
    return _read(graph, crs=crs, rules=rules, where=f"osmnx graph ({path})")


def _read(
    graph: OsmnxGraph, *, crs: str, rules: StreetRules, where: str
) -> tuple[gpd.GeoDataFrame, OsmnxReport]:
    metric_crs(crs, what=where)
    stated = stated_crs(_text(graph.graph.get("crs")), where=where)
    every = paired(graph, positions(graph, where), rules)
    if not every:
        msg = f"{where}: holds no edge; one at least is needed. Fetch a graph with streets."
        raise SchemaError(msg)
    kept = [street for street in every if street.modes]
    same = twins(kept)
    by_id = named(kept, same)
    ends = ends_of(list(by_id.values()), stops_of(graph, same, rules), sum(map(bit, rules.modes)))
    table = _table(by_id, ends, rules, stated)
    table = table.assign(**_surroundings(graph, list(by_id.values()), same, rules))
    streets = in_crs(table, crs, stated=None, where=where)
    _check_lengths(streets, where)
    stopped = [*ends.from_stops, *ends.to_stops]
    shut = {mode: sum(1 for modes in stopped if modes & bit(mode)) for mode in MODES}
    left_out = Counter(values(s.tags.get("highway"))[0] for s in every if not s.modes)
    report = OsmnxReport(
        arcs_read=graph.number_of_edges(),
        left_out=dict(sorted(left_out.items())),
        without_extent=len(kept) - len(by_id),
        barrier_cuts=ends.cuts,
        barrier_ends={mode: count for mode, count in shut.items() if count},
        edges=len(streets),
        nodes=len({*streets["from_node"], *streets["to_node"]}),
        length_km=float(streets["length_m"].sum()) / 1000,
        mode_km={m: float(streets.loc[streets[m], "length_m"].sum()) / 1000 for m in rules.modes},
        bounds_wgs84=_bounds(streets),
    )
    return check(streets, STREETS, where=where, crs=crs), report


def _table(
    by_id: dict[str, Street], ends: Ends, rules: StreetRules, crs: pyproj.CRS
) -> gpd.GeoDataFrame:
    streets = list(by_id.values())
    modes = np.array([street.modes for street in streets], dtype=np.int64)
    cars = [
        car_kph(street.tags, rules) if street.modes & bit("car") else math.nan for street in streets
    ]
    columns = {
        "id": list(by_id),
        "from_node": ends.from_node,
        "to_node": ends.to_node,
        "length_m": [number(street.tags.get("length")) for street in streets],
        "kind": [values(street.tags["highway"])[0] for street in streets],
        "name": _texts([" / ".join(values(s.tags.get("name"))) or None for s in streets]),
        "oneway": np.array([street.oneway for street in streets], dtype=np.bool_),
        "oneway_bike": np.array([street.oneway_bike for street in streets], dtype=np.bool_),
        "tunnel": np.array([is_marked(s.tags, "tunnel") for s in streets], dtype=np.bool_),
        "bridge": np.array([is_marked(s.tags, "bridge") for s in streets], dtype=np.bool_),
        **{mode: modes & bit(mode) > 0 for mode in MODES},
        "car_kph": np.array(cars, dtype=np.float64),
        "barrier_from": _texts([names(modes) for modes in ends.from_stops]),
        "barrier_to": _texts([names(modes) for modes in ends.to_stops]),
    }
    sizes = [len(street.line) for street in streets]
    corners = np.array([xy for s in streets for xy in s.line], dtype=np.float64).reshape(-1, 2)
    lines = shapely.linestrings(corners, indices=np.repeat(np.arange(len(sizes)), sizes))
    return gpd.GeoDataFrame(columns, geometry=lines, crs=crs)


def _surroundings(
    graph: OsmnxGraph, streets: list[Street], same: dict[Hashable, Hashable], rules: StreetRules
) -> dict[str, pd.Series]:
    return surroundings(
        kind=[values(street.tags["highway"])[0] for street in streets],
        limit_kph=[stress_kph(street.tags, rules) for street in streets],
        lanes=[lanes(street.tags, oneway=street.oneway) for street in streets],
        cycleway=[bike_facility(street.tags, oneway=street.oneway) for street in streets],
        lit=[lit(street.tags) for street in streets],
        route=[on_route(street.tags) for street in streets],
        waits=waits_along(graph, streets, same),
    )


def _texts(texts: list[str | None]) -> npt.NDArray[np.object_]:
    return np.array(texts, dtype=object)


def _check_lengths(streets: gpd.GeoDataFrame, where: str) -> None:
    length_m = streets["length_m"].to_numpy(dtype=np.float64)
    ends = [shapely.get_point(streets.geometry.to_numpy(), place) for place in (0, -1)]
    straight_m = shapely.distance(*ends)
    lost = ~(np.isfinite(length_m) & (length_m >= 0))
    short = ~lost & (length_m < LEAST_RATIO * straight_m - SLACK_M)
    problems = [
        f"{int(rows.sum())} of {len(streets)} edges have {what}: {first(streets.loc[rows, 'id'])}"
        for rows, what in (
            (lost, "no length of 0 m or more"),
            (short, "a length far below the straight line between their ends"),
        )
        if rows.any()
    ]
    if problems:
        msg = f"{where}: {'; '.join(problems)}. Give every edge its length in metres."
        raise SchemaError(msg)


def _bounds(streets: gpd.GeoDataFrame) -> tuple[float, float, float, float] | None:
    if streets.empty:
        return None
    west, south, east, north = streets.geometry.to_crs("EPSG:4326").total_bounds.tolist()
    return west, south, east, north


def _text(crs: Any) -> str | None:
    """Give a CRS as text; a graph in memory may hold it as an object."""
    return None if crs is None else str(crs)
