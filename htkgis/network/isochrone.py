"""Isochrones: the area around what is reached within a limit.

The area is a buffer around the reached streets whose small holes are filled: it shows
where people get to. What is measured is the length of the streets, not the area.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from htkgis.errors import NetworkError
from htkgis.units import deciseconds

from .graph import Graph
from .patches import Patches
from .reach import Parts, Reach, draw_parts, parts_length_m, reached_parts
from .union import joined

TOLERANCE_M = 0.001
"""Two drawings of the same street may differ by this."""

GRID_M = 0.1
"""Vertices of isochrones lie on this grid, which keeps unions robust and repeatable."""


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
    drawn = np.asarray(lines, dtype=object)
    return _on_grid(_around(drawn, buffer_m=buffer_m, max_hole_m2=max_hole_m2))


def isochrones(
    graph: Graph,
    reach: Reach,
    *,
    limits_min: Sequence[float],
    buffer_m: float,
    max_hole_m2: float,
    crs: Any,
    patches: Patches | None = None,
) -> gpd.GeoDataFrame:
    """Draw the areas that are reached within several limits, each around the smaller ones.

    An area is joined from what is drawn for the smaller ones and more, so it contains them;
    as vertices move to a grid of 0.1 m, up to the diagonal of that grid (0.15 m).

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
    patches
        Patches of ``graph.lines`` with the same buffer and holes, which several reaches of a
        graph may share: the result is the same and comes sooner. Without, those of this reach.

    Returns
    -------
    isochrones
        Columns ``limit_min`` (rising), ``reached_km`` (true street length) and
        ``geometry`` (valid, 2D; empty where nothing is reached).

    Raises
    ------
    NetworkError
        If a limit lies beyond what was searched, or the patches are of another graph, buffer
        or size of holes.
    """
    if patches is not None:
        _check_patches(patches, graph, buffer_m, max_hole_m2)
    parts = {
        float(limit): reached_parts(graph, reach, limit_ds=deciseconds(limit))
        for limit in limits_min
    }
    return isochrones_of_parts(
        graph, parts, buffer_m=buffer_m, max_hole_m2=max_hole_m2, crs=crs, patches=patches
    )


def isochrones_of_parts(
    graph: Graph,
    parts_of: Mapping[float, Parts],
    *,
    buffer_m: float,
    max_hole_m2: float,
    crs: Any,
    patches: Patches | None = None,
) -> gpd.GeoDataFrame:
    """Draw the areas around parts of streets, each around those of the smaller limits.

    Parameters
    ----------
    graph
        The graph whose edges the parts are of.
    parts_of
        Limit in minutes -> what is reached within it; a larger limit reaches all that a smaller
        one does.
    buffer_m, max_hole_m2, crs, patches
        As :func:`isochrones`.

    Returns
    -------
    isochrones
        As :func:`isochrones`.
    """
    if patches is None:
        patches = Patches(graph.lines, buffer_m=buffer_m, max_hole_m2=max_hole_m2)
    _check_patches(patches, graph, buffer_m, max_hole_m2)
    limits = sorted(parts_of)
    ends: npt.NDArray[Any] = np.zeros(0, dtype=object)
    areas, reached_km = [], []
    for limit_min in limits:
        parts = parts_of[limit_min]
        whole = (parts.start == 0) & (parts.end == 1)
        reached = np.zeros(graph.edges, dtype=bool)
        reached[parts.edge[whole]] = True
        area = patches.area(reached)
        ends = _beyond(area, ends)
        drawn = draw_parts(graph, _some(parts, ~whole))
        more = _around(drawn, buffer_m=buffer_m, max_hole_m2=max_hole_m2)
        ends = np.concatenate([ends, shapely.get_parts(more)])
        areas.append(_on_grid(joined([area, *ends], max_hole_m2)))
        reached_km.append(parts_length_m(graph, parts) / 1000.0)
    table = {
        "limit_min": np.asarray(limits, dtype=np.float64),
        "reached_km": np.asarray(reached_km, dtype=np.float64),
    }
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(areas, crs=crs), crs=crs)


def _check_patches(patches: Patches, graph: Graph, buffer_m: float, max_hole_m2: float) -> None:
    """Refuse patches that would draw something else."""
    if patches.lines is not graph.lines:
        msg = "patches (isochrone): their lines are not those of the graph. Take graph.lines."
        raise NetworkError(msg)
    if (patches.buffer_m, patches.max_hole_m2) != (buffer_m, max_hole_m2):
        msg = (
            f"patches (isochrone): they have {patches.buffer_m:g} m and holes of "
            f"{patches.max_hole_m2:g} m2, the isochrone {buffer_m:g} m and {max_hole_m2:g} m2. "
            "Take the same values for both."
        )
        raise NetworkError(msg)


def _some(parts: Parts, chosen: npt.NDArray[np.bool_]) -> Parts:
    """Choose some of the parts."""
    return Parts(edge=parts.edge[chosen], start=parts.start[chosen], end=parts.end[chosen])


def _beyond(area: Any, ends: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Keep what was drawn around ends of smaller areas where it is not inside a larger one.

    The round end of a part bulges out of the buffer of the whole street where that bends,
    by up to 2 % of the buffer.
    """
    inner = shapely.buffer(ends, -TOLERANCE_M)
    inside = shapely.STRtree(inner).query(area, predicate="covers")
    return np.delete(ends, inside)


def _around(lines: npt.NDArray[Any], *, buffer_m: float, max_hole_m2: float) -> Any:
    """Draw the area around all of some lines."""
    every = np.ones(len(lines), dtype=bool)
    return Patches(lines, buffer_m=buffer_m, max_hole_m2=max_hole_m2).area(every)


def _on_grid(area: Any) -> Any:
    """Move the vertices of an area to the grid, keeping it valid."""
    return shapely.set_precision(area, GRID_M)
