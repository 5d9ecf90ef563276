"""Directness: how much longer the way along the streets is than the straight line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from htkgis.errors import NetworkError
from htkgis.units import UNREACHED

from .graph import Graph
from .recost import DECIMETRES_PER_METRE, by_length
from .snap import NOT_SNAPPED, snap
from .time_matrix import travel_time_matrix

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Directness:
    """Ways and straight lines between points; made by :func:`directness`.

    Parameters
    ----------
    from_ids, to_ids
        Ids of the points, shape (n,) and (m,).
    way_m
        Metres along the streets, connectors included, shape (n, m); missing (NaN) where there
        is no way within the limit.
    straight_m
        Metres of the straight line, shape (n, m).
    searched_dm
        Decimetres within which all ways were found that there are between points on the streets,
        connectors included: the longest of them, or the limit where two of them have none.
    """

    from_ids: npt.NDArray[Any]
    to_ids: npt.NDArray[Any]
    way_m: Floats
    straight_m: Floats
    searched_dm: int

    @cached_property
    def ratio(self) -> Floats:
        """Way over straight line, at least 1; missing without a way or where both points are one.

        Lengths are whole decimetres, which may hide that a way is straight; that counts as 1.
        """
        apart = np.where(self.straight_m > 0, self.straight_m, np.nan)
        found: Floats = np.maximum(self.way_m / apart, 1.0)
        return found

    def of_origins(self) -> pd.DataFrame:
        """Sum up over the places: one row per origin.

        Returns
        -------
        origins
            Indexed by ``from_ids``: ``ratio``, all ways over all straight lines, so that no
            short pair outweighs a long one (missing where none is reached); ``reached_share`` of
            the places that there is a way to, which ``ratio`` is about.
        """
        reached = ~np.isnan(self.ratio)
        way = np.where(reached, np.maximum(self.way_m, self.straight_m), 0.0).sum(axis=1)
        straight = np.where(reached, self.straight_m, 0.0).sum(axis=1)
        apart = self.straight_m > 0
        share = reached.sum(axis=1) / np.where(apart.any(axis=1), apart.sum(axis=1), np.nan)
        ratio = way / np.where(straight > 0, straight, np.nan)
        index = pd.Index(self.from_ids, name="id")
        return pd.DataFrame({"ratio": ratio, "reached_share": share}, index=index)

    def to(self, ids: Iterable[Any]) -> Directness:
        """Keep the ways to some of the places, in the order in which they stand."""
        own = np.isin(self.to_ids.astype(str), [str(each) for each in ids])
        way_m, straight_m = (lengths[:, own] for lengths in (self.way_m, self.straight_m))
        return Directness(self.from_ids, self.to_ids[own], way_m, straight_m, self.searched_dm)

    def to_nearest(self) -> pd.DataFrame:
        """Compare the way to the nearest place with the straight line to the nearest place.

        They may be two places: the nearer one as the crow flies lies behind the railway.

        Returns
        -------
        origins
            Indexed by ``from_ids``: ``way_m`` and ``to_id``, the nearest along the streets
            (missing where none is reached); ``straight_m`` and ``straight_id``, the nearest as
            the crow flies; ``ratio`` of the two lengths, at least 1. Of equal lengths the first
            place stands.
        """
        way = np.where(np.isnan(self.way_m), np.inf, self.way_m)
        near, crow = way.argmin(axis=1), self.straight_m.argmin(axis=1)
        row = np.arange(len(self.from_ids))
        way_m, straight_m = self.way_m[row, near], self.straight_m[row, crow]
        ratio = np.maximum(way_m / np.where(straight_m > 0, straight_m, np.nan), 1.0)
        to_id = np.where(np.isnan(way_m), None, self.to_ids[near].astype(object))
        return pd.DataFrame(
            {
                "way_m": way_m,
                "to_id": to_id,
                "straight_m": straight_m,
                "straight_id": self.to_ids[crow],
                "ratio": ratio,
            },
            index=pd.Index(self.from_ids, name="id"),
        )


def directness(
    graph: Graph,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    *,
    limit_m: float,
    max_snap_m: float,
    min_part_m: float = 0.0,
    barriers: gpd.GeoDataFrame | None = None,
) -> Directness:
    r"""
    Measure ways along the streets beside straight lines.

    .. math::

        D_{ij} = \frac{\ell_{ij}}{d_{ij}}

    with :math:`\ell` the shortest way and :math:`d` the straight line. 1 is a straight street, 1.27
    the mean of a square grid of streets, and what is far above shows a barrier between.

    Parameters
    ----------
    graph
        Graph of the mode that is travelled; its lengths and directions count, not its speeds.
    origins, places
        Columns ``id`` and point geometry in the CRS of the graph; at least one place. The id of a
        place repeats for each of its entrances: the shortest way and the shortest line stand.
    limit_m
        Longest way of interest in metres, >= 0.
    max_snap_m, min_part_m, barriers
        As :func:`~htkgis.network.snap`; a point off the network has no way.

    Returns
    -------
    directness
        Both lengths of every pair.

    Raises
    ------
    NetworkError
        If there is no place.
    SchemaError
        If a row of the points is no point.

    References
    ----------
    Pedestrian route directness of Randall, T. A. and Baetz, B. W. (2001). Evaluating pedestrian
    connectivity for suburban sustainability. Journal of Urban Planning and Development 127(1),
    1-15; circuity of Barthélemy, M. (2011). Spatial networks. Physics Reports 499, 1-101.

    Examples
    --------
    Round a corner, 300 m and 400 m, is 700 m for a straight line of 500 m:

    >>> from .graph import build_graph
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s", "t"], "from_node": ["a", "b"], "to_node": ["b", "c"],
    ...      "length_m": [300.0, 400.0], "oneway": [False] * 2, "walk": [True] * 2},
    ...     geometry=[shapely.LineString([(0, 0), (300, 0)]),
    ...               shapely.LineString([(300, 0), (300, 400)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=4.5)
    >>> home = gpd.GeoDataFrame({"id": ["h"]}, geometry=[shapely.Point(0, 0)])
    >>> shop = gpd.GeoDataFrame({"id": ["x"]}, geometry=[shapely.Point(300, 400)])
    >>> found = directness(graph, home, shop, limit_m=1000, max_snap_m=50)
    >>> found.ratio.tolist()
    [[1.4]]
    """
    if not len(places):
        msg = f"places ({graph.mode}): there is none; at least one is allowed. "
        raise NetworkError(msg + "Ask for a function that has places.")
    metric = by_length(graph)
    start, end = (
        snap(metric, points, max_snap_m=max_snap_m, min_part_m=min_part_m, barriers=barriers)
        for points in (origins, places)
    )
    limit_dm = int(limit_m * DECIMETRES_PER_METRE)
    way_dm = travel_time_matrix(metric, start, end, limit_ds=limit_dm)
    on_streets = np.ix_(start.edge != NOT_SNAPPED, end.edge != NOT_SNAPPED)
    gap = start.point_xy[:, None, :] - end.point_xy[None, :, :]
    place, ids = pd.factorize(end.ids)
    shortest_dm = _least(way_dm, place, len(ids))
    return Directness(
        from_ids=start.ids,
        to_ids=np.asarray(ids, dtype=object),
        way_m=np.where(shortest_dm < UNREACHED, shortest_dm / DECIMETRES_PER_METRE, np.nan),
        straight_m=_least(np.hypot(gap[..., 0], gap[..., 1]), place, len(ids)),
        searched_dm=min(limit_dm, int(way_dm[on_streets].max(initial=0))),
    )


def _least(values: npt.NDArray[Any], place: npt.NDArray[np.intp], places: int) -> Floats:
    """Keep the least value over the entrances of each place, shape (n, places)."""
    if places == values.shape[1]:
        return np.asarray(values, dtype=np.float64)
    order = np.argsort(place, kind="stable")
    begin = np.searchsorted(place[order], np.arange(places))
    return np.minimum.reduceat(np.asarray(values, dtype=np.float64)[:, order], begin, axis=1)


def ring_points(
    area: Any, *, distance_m: float, spacing_m: float, crs: Any = None
) -> gpd.GeoDataFrame:
    """Set points around an area, all as far from it.

    Parameters
    ----------
    area
        Polygon or several, in metres.
    distance_m
        Metres between the outline of the area and the points, > 0.
    spacing_m
        Metres between two points along the ring, > 0; the last gap closes it evenly.
    crs
        CRS of the area.

    Returns
    -------
    points
        ``id`` and geometry, in order along the ring; at least one.

    Examples
    --------
    >>> len(ring_points(shapely.box(0, 0, 100, 100), distance_m=50, spacing_m=100))
    7
    """
    rings = [
        shapely.get_exterior_ring(part)
        for part in shapely.get_parts(shapely.normalize(shapely.buffer(area, distance_m)))
    ]
    spots: list[Any] = []
    for ring in rings:
        count = max(1, round(ring.length / spacing_m))
        spots += [ring.interpolate(turn / count, normalized=True) for turn in range(count)]
    ids = [f"ring-{number:03}" for number in range(len(spots))]
    return gpd.GeoDataFrame({"id": ids}, geometry=spots, crs=crs)
