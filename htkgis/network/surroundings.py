"""Surroundings: how much of what lies around an area is reached from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from htkgis.errors import NetworkError

from .graph import Graph, edge_lines
from .reach import Parts, Reach, draw_parts, reached_parts


@dataclass(frozen=True)
class Surroundings:
    """Streets around an area; made by :func:`reached_surroundings`.

    Parameters
    ----------
    reached_m
        Metres of streets around the area that are reached.
    streets_m
        Metres of all streets around it.
    """

    reached_m: float
    streets_m: float

    @property
    def share(self) -> float:
        """Part of the streets that is reached, 0 to 1; missing (NaN) where there are none."""
        return self.reached_m / self.streets_m if self.streets_m > 0 else float("nan")


def reached_surroundings(
    graph: Graph, reach: Reach, area: Any, *, distance_m: float, limit_ds: int
) -> Surroundings:
    r"""
    Measure which part of the streets around an area is reached from it.

    .. math::

        S = \frac{\text{length of streets in } B \text{ reached within } T}
                 {\text{length of streets in } B}, \qquad B = \text{buffer}(A, d) \setminus A

    Streets are those of the mode where a trip may end. A person who can walk straight on in every
    direction reaches all of them; what is missing lies behind barriers and detours.

    Parameters
    ----------
    graph
        The graph that was searched.
    reach
        Its reach from the area: of all gates at once, or of one address.
    area
        Polygon or several, in the CRS of the graph.
    distance_m
        Width of the surroundings in metres, > 0.
    limit_ds
        Deciseconds, at most the limit of the reach.

    Returns
    -------
    surroundings
        True metres; of a street across the border the part that is drawn inside.

    Raises
    ------
    NetworkError
        If the limit lies beyond what was searched, or ``distance_m`` is not above 0.

    References
    ----------
    A pedestrian catchment ("ped-shed") by length of streets, as in Porta, S. and Renne, J. L.
    (2005). Linking urban design to sustainability. Urban Design International 10, 51-64.

    Examples
    --------
    One street from the area leads 100 m east, another 300 m west; in 100 s at 1 m/s half of the
    400 m are reached:

    >>> import geopandas as gpd
    >>> from .graph import build_graph
    >>> from .reach import reach
    >>> from .snap import snap
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s", "t"], "from_node": ["a", "a"], "to_node": ["b", "c"],
    ...      "length_m": [100.0, 300.0], "oneway": [False] * 2, "walk": [True] * 2},
    ...     geometry=[shapely.LineString([(0, 0), (100, 0)]),
    ...               shapely.LineString([(0, 0), (-300, 0)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> gate = gpd.GeoDataFrame({"id": ["g"]}, geometry=[shapely.Point(0, 0)])
    >>> from_gate = reach(graph, snap(graph, gate, max_snap_m=5), limit_ds=1000)
    >>> area = shapely.LineString([(0, -1), (0, 1)]).buffer(1e-9)
    >>> found = reached_surroundings(graph, from_gate, area, distance_m=500, limit_ds=1000)
    >>> round(found.reached_m), round(found.streets_m), round(found.share, 6)
    (200, 400, 0.5)
    """
    if not distance_m > 0:
        msg = f"surroundings: distance_m is {distance_m}; above 0 is allowed. State their width."
        raise NetworkError(msg)
    zone = shapely.difference(shapely.buffer(area, distance_m), area)
    shapely.prepare(zone)
    near = np.sort(graph.tree.query(zone, predicate="intersects")).astype(np.int32)
    near = near[graph.edge_stops[near]]
    parts = reached_parts(graph, reach, limit_ds=limit_ds)
    kept = np.isin(parts.edge, near) & (parts.end > parts.start)
    drawn = Parts(edge=parts.edge[kept], start=parts.start[kept], end=parts.end[kept])
    reached = graph.edge_length_m[drawn.edge] * (drawn.end - drawn.start)
    return Surroundings(
        reached_m=float((reached * part_inside(draw_parts(graph, drawn), zone)).sum()),
        streets_m=float(
            (graph.edge_length_m[near] * part_inside(edge_lines(graph, near), zone)).sum()
        ),
    )


def part_inside(lines: npt.NDArray[Any], zone: Any) -> npt.NDArray[np.float64]:
    """Part of each line that lies in a zone; 0 of a line without length."""
    shapely.prepare(zone)
    length = shapely.length(lines)
    part = np.asarray(length > 0, dtype=np.float64)  # of a line that does not leave the zone
    across = np.flatnonzero(~shapely.covers(zone, lines))
    inside = shapely.length(shapely.intersection(lines[across], zone))
    part[across] = inside / np.where(length[across] > 0, length[across], 1.0)
    return part
