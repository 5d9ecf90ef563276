"""Through-movement: whether shortest trips lead through an area or round it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from htkgis.errors import NetworkError

from .graph import Graph
from .passing import trips_along
from .surroundings import part_inside

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ThroughMovement:
    """Trips on the streets of an area and of its neighbours; made by :func:`through_movement`.

    Parameters
    ----------
    area_trips, neighbour_trips
        Shortest trips that pass a metre of street, on average inside the area and around it;
        missing (NaN) where there is no street.
    area_m, neighbour_m
        Metres of street that the averages are over.
    edge
        Edge numbers of the streets in both, rising, shape (k,).
    trips
        Shortest trips along each of them, shape (k,), for a map.
    """

    area_trips: float
    neighbour_trips: float
    area_m: float
    neighbour_m: float
    edge: npt.NDArray[np.int32]
    trips: Floats

    @property
    def ratio(self) -> float:
        """Trips inside over trips around: below 1 people pass the area by; missing without any."""
        return self.area_trips / self.neighbour_trips if self.neighbour_trips > 0 else float("nan")


def through_movement(
    graph: Graph, area: Any, *, neighbour_m: float, limit_ds: int
) -> ThroughMovement:
    r"""
    Compare the shortest trips on the streets of an area with those around it.

    .. math::

        M = \frac{\sum_{e \in A} \ell_e B_e / \sum_{e \in A} \ell_e}
                 {\sum_{e \in N} \ell_e B_e / \sum_{e \in N} \ell_e}

    with :math:`B_e` the trips of :func:`~htkgis.network.edge_betweenness` between all junctions
    within the limit of each other, :math:`\ell_e` the metres of an edge inside the area :math:`A`,
    or inside its neighbours :math:`N`. Every junction from which a trip within the limit can
    come is a start, so no figure depends on where a neighbourhood is cut out of the graph.

    Parameters
    ----------
    graph
        Streets of one mode. They reach beyond the neighbours by as far as a trip goes, or else
        trips are missing.
    area
        Polygon or several, in the CRS of the graph.
    neighbour_m
        Width of the neighbours around the area in metres, > 0.
    limit_ds
        Longest trip in deciseconds, >= 0.

    Returns
    -------
    movement
        Both averages, and the trips of each street.

    Raises
    ------
    NetworkError
        If ``neighbour_m`` is not above 0.

    References
    ----------
    Betweenness within a distance, as in Cooper, C. H. V. and Chiaradia, A. J. F. (2020). sDNA.
    SoftwareX 12, 100525; Hillier, B. and Iida, S. (2005). Network and psychological effects in
    urban movement. COSIT 2005, 475-490.

    Examples
    --------
    Two streets between the same junctions, the one through the area 20 m longer than the one
    that goes round it: nobody walks through but from one end of it to the other.

    >>> import geopandas as gpd
    >>> from .graph import build_graph
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s", "t"], "from_node": ["a", "a"], "to_node": ["b", "b"],
    ...      "length_m": [120.0, 100.0], "oneway": [False] * 2, "walk": [True] * 2},
    ...     geometry=[shapely.LineString([(0, 0), (50, 30), (100, 0)]),
    ...               shapely.LineString([(0, 0), (100, 0)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> found = through_movement(graph, shapely.box(40, 5, 60, 40), neighbour_m=100, limit_ds=3000)
    >>> found.area_trips, found.trips.tolist(), found.ratio
    (0.0, [0.0, 2.0], 0.0)
    """
    [found] = through_movements(graph, area, neighbour_m=neighbour_m, limits_ds=[limit_ds])
    return found


def through_movements(
    graph: Graph, area: Any, *, neighbour_m: float, limits_ds: Sequence[int]
) -> list[ThroughMovement]:
    """Measure :func:`through_movement` for several limits in one go.

    Parameters
    ----------
    graph, area, neighbour_m
        As :func:`through_movement`; the graph reaches as far as the longest limit needs.
    limits_ds
        Longest trips in deciseconds, each >= 0.

    Returns
    -------
    movements
        One for each limit.

    Raises
    ------
    NetworkError
        If ``neighbour_m`` is not above 0.
    """
    if not neighbour_m > 0:
        msg = f"through-movement: neighbour_m is {neighbour_m}; above 0 is allowed. State a width."
        raise NetworkError(msg)
    wide = shapely.buffer(area, neighbour_m)
    edge = np.sort(graph.tree.query(wide, predicate="intersects")).astype(np.int32)
    lines = graph.lines[edge]
    inside_m = graph.edge_length_m[edge] * part_inside(lines, area)
    around_m = graph.edge_length_m[edge] * part_inside(lines, shapely.difference(wide, area))
    return [
        ThroughMovement(
            area_trips=_mean(trips, inside_m),
            neighbour_trips=_mean(trips, around_m),
            area_m=float(inside_m.sum()),
            neighbour_m=float(around_m.sum()),
            edge=edge,
            trips=trips,
        )
        for trips in trips_along(graph, edge, limits_ds=limits_ds)
    ]


def _mean(trips: Floats, length_m: Floats) -> float:
    """Mean trips per metre of street; missing without any street."""
    total = float(length_m.sum())
    return float(np.dot(trips, length_m)) / total if total > 0 else float("nan")
