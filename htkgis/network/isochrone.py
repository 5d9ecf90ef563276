"""Isochrones: the area around what is reached within a limit.

The area is a buffer around the reached streets whose small holes are filled: it shows
where people get to. What is measured is the length of the streets, not the area.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from htkgis.units import deciseconds

from .graph import Graph
from .reach import Parts, Reach, draw_parts, parts_length_m, reached_parts

GRID_M = 0.1
"""Vertices of isochrones lie on this grid, which keeps unions robust and repeatable."""

QUADRANT_SEGMENTS = 4
"""Line pieces per quarter of a round corner; the outline lies at most 2 % inside a true circle."""

BATCH = 32
"""Areas that are joined at a time."""


def isochrone_polygon(lines: npt.ArrayLike, *, buffer_m: float, max_hole_m2: float) -> Any:
    """Draw the area around reached streets.

    Parameters
    ----------
    lines
        LineStrings in metres, any number.
    buffer_m
        Distance from a street that still belongs to the area, in metres, > 0.
    max_hole_m2
        Holes up to this area are filled, in square metres, >= 0.

    Returns
    -------
    polygon
        Valid 2D Polygon or MultiPolygon on a grid of 0.1 m; empty without lines.

    Examples
    --------
    >>> line = shapely.LineString([(0, 0), (100, 0)])
    >>> round(isochrone_polygon([line], buffer_m=10, max_hole_m2=0).area)
    2305
    """
    return _on_grid(_around(np.asarray(lines, dtype=object), buffer_m, max_hole_m2))


def isochrones(
    graph: Graph,
    reach: Reach,
    *,
    limits_min: Sequence[float],
    buffer_m: float,
    max_hole_m2: float,
    crs: Any,
) -> gpd.GeoDataFrame:
    """Draw the areas that are reached within several limits, each around the smaller ones.

    An area is the union of the next smaller one and what is newly reached, so it contains
    the smaller one; as its vertices move to a grid of 0.1 m, up to the diagonal of that grid
    (0.15 m).

    Parameters
    ----------
    graph
        The graph that was searched.
    reach
        Its reach.
    limits_min
        Limits in minutes, at most that of the reach, in any order; repeats count once.
    buffer_m, max_hole_m2
        As in :func:`isochrone_polygon`.
    crs
        CRS of the graph, for the result.

    Returns
    -------
    isochrones
        Columns ``limit_min`` (rising), ``reached_km`` (true street length) and
        ``geometry`` (valid, 2D; empty where nothing is reached).

    Raises
    ------
    NetworkError
        If a limit lies beyond what was searched.
    """
    limits = sorted({float(limit) for limit in limits_min})
    area: Any = shapely.Polygon()
    whole = np.zeros(graph.edges, dtype=bool)
    areas, reached_km = [], []
    for limit_min in limits:
        parts = reached_parts(graph, reach, limit_ds=deciseconds(limit_min))
        new = ~whole[parts.edge]
        fresh = Parts(edge=parts.edge[new], start=parts.start[new], end=parts.end[new])
        grown = _around(draw_parts(graph, fresh), buffer_m, max_hole_m2)
        area = _on_grid(_joined([area, grown], max_hole_m2))
        whole[parts.edge[(parts.start == 0) & (parts.end == 1)]] = True
        areas.append(area)
        reached_km.append(parts_length_m(graph, parts) / 1000.0)
    table = {
        "limit_min": np.asarray(limits, dtype=np.float64),
        "reached_km": np.asarray(reached_km, dtype=np.float64),
    }
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(areas, crs=crs), crs=crs)


def _around(lines: npt.NDArray[Any], buffer_m: float, max_hole_m2: float) -> Any:
    """Union of the buffers of lines, small holes filled."""
    areas = list(shapely.buffer(lines, buffer_m, quad_segs=QUADRANT_SEGMENTS))
    if not areas:
        return shapely.Polygon()
    # lines come in Hilbert order, so a batch is a patch of town; a hole that is small in one
    # batch is filled at once, for it only shrinks when more is added: later unions stay light
    with ThreadPoolExecutor() as threads:
        while len(areas) > 1:
            batches = [areas[begin : begin + BATCH] for begin in range(0, len(areas), BATCH)]
            areas = list(threads.map(lambda batch: _joined(batch, max_hole_m2), batches))
    return areas[0]


def _joined(areas: list[Any], max_hole_m2: float) -> Any:
    """Union of areas; holes up to a size are dropped, with what lay as an island in them."""
    filled = []
    for polygon in shapely.get_parts(shapely.union_all(areas)):
        shell, *holes = shapely.get_rings(polygon)
        large = [hole for hole in holes if shapely.Polygon(hole).area > max_hole_m2]
        filled.append(shapely.Polygon(shell, large))
    return shapely.union_all(filled)


def _on_grid(area: Any) -> Any:
    """Move the vertices of an area to the grid, keeping it valid."""
    return shapely.set_precision(area, GRID_M)
