"""Travel-time surface: minutes to every cell of a regular grid from the nearest origin.

A cell is its middle point, joined to the nearest edge like any other point: what a cell shows is
what :func:`~htkgis.network.street_times.street_times` gives for that point, to the decisecond.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from htkgis.errors import ConfigError, NetworkError
from htkgis.units import UNREACHED, minutes

from .graph import Graph
from .reach import Parts, draw_parts, reach, reached_parts
from .search import search
from .snap import (
    NOT_SNAPPED,
    Snaps,
    arrival_costs,
    arriving_ds,
    departure_costs,
    end_nodes,
    leaving_ds,
    snap,
)

BLOCK_CELLS = 200_000
"""Cells that are snapped at a time."""

MAX_CELLS = 50_000_000


@dataclass(frozen=True)
class Grid:
    """Square cells, the first at the upper left.

    Parameters
    ----------
    west_m, north_m
        Upper left corner in metres.
    cell_m
        Side of a cell in metres, > 0.
    rows, columns
        Size, >= 1.
    """

    west_m: float
    north_m: float
    cell_m: float
    rows: int
    columns: int

    def middles(self, first: int, last: int) -> npt.NDArray[np.float64]:
        """Middle points of the cells ``first`` to ``last - 1``, row after row, shape (k, 2)."""
        row, column = np.divmod(np.arange(first, last, dtype=np.int64), self.columns)
        x = self.west_m + (column + 0.5) * self.cell_m
        y = self.north_m - (row + 0.5) * self.cell_m
        return np.column_stack([x, y])


def grid_around(
    bounds: tuple[float, float, float, float], *, cell_m: float, margin_m: float = 0.0
) -> Grid:
    """Lay a grid over bounds; corners are multiples of the cell, so that surfaces fit each other.

    Parameters
    ----------
    bounds
        West, south, east, north in metres.
    cell_m
        Side of a cell in metres, > 0.
    margin_m
        What is added on every side, in metres.

    Raises
    ------
    ConfigError
        If the cell is no size, or the grid would have more than 50 million cells.

    Examples
    --------
    >>> grid_around((1, 1, 99, 49), cell_m=25)
    Grid(west_m=0.0, north_m=50.0, cell_m=25.0, rows=2, columns=4)
    """
    if not 0 < cell_m < float("inf"):
        msg = f"surface: cells of {cell_m} m are none; more than 0 m is allowed. Correct the size."
        raise ConfigError(msg)
    west, south = (np.floor((value - margin_m) / cell_m) for value in bounds[:2])
    east, north = (np.ceil((value + margin_m) / cell_m) for value in bounds[2:])
    rows, columns = max(1, int(north - south)), max(1, int(east - west))
    if rows * columns > MAX_CELLS:
        msg = (
            f"surface: {rows * columns:,} cells of {cell_m:g} m; {MAX_CELLS:,} are allowed. Take "
            "larger cells, or a shorter limit."
        )
        raise ConfigError(msg)
    return Grid(float(west * cell_m), float(north * cell_m), float(cell_m), rows, columns)


def grid_of_reach(
    graph: Graph, origins: Snaps, *, limit_ds: int, cell_m: float, max_snap_m: float
) -> Grid:
    """Lay a grid over all that is reached, and the distance from which points are joined to it.

    Parameters
    ----------
    graph, origins, limit_ds, max_snap_m
        As in :func:`travel_time_surface`.
    cell_m
        Side of a cell in metres.

    Raises
    ------
    NetworkError
        If nothing is reached.
    ConfigError
        As :func:`grid_around`.
    """
    parts = reached_parts(graph, reach(graph, origins, limit_ds=limit_ds), limit_ds=limit_ds)
    if len(parts.edge) == 0:
        msg = (
            f"surface: no origin reaches any street within {minutes(limit_ds):g} minutes, of "
            f"{len(origins)}; one at least is needed. Check the origins, or take a longer limit."
        )
        raise NetworkError(msg)
    parts = _as_counted(graph, parts)
    # a place that is reached and not left counts too: the end of a one-way street
    alone = parts.end <= parts.start
    places = shapely.line_interpolate_point(
        graph.lines[parts.edge[alone]], parts.start[alone], normalized=True
    )
    shapes = np.concatenate([draw_parts(graph, parts), places])
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    return grid_around((west, south, east, north), cell_m=cell_m, margin_m=max_snap_m)


def _as_counted(graph: Graph, parts: Parts) -> Parts:
    """Lengthen parts of edges by half a decisecond, for positions count in whole ones.

    It is centimetres, but half of a long line that takes a single decisecond.
    """
    costs = np.stack([graph.edge_forward_ds[parts.edge], graph.edge_backward_ds[parts.edge]])
    least = np.where(costs > 0, costs, UNREACHED).min(axis=0)
    return replace(
        parts,
        start=np.maximum(0.0, parts.start - 0.5 / least),
        end=np.minimum(1.0, parts.end + 0.5 / least),
    )


def travel_time_surface(
    graph: Graph,
    origins: Snaps,
    grid: Grid,
    *,
    limit_ds: int,
    max_snap_m: float,
    min_part_m: float = 0.0,
    barriers: gpd.GeoDataFrame | None = None,
) -> npt.NDArray[np.int32]:
    """Measure the time from the nearest origin to every cell.

    Parameters
    ----------
    graph
        The graph the origins were snapped to.
    origins
        Snapped points; those that are not snapped reach nothing.
    grid
        Where to measure, in the CRS of the graph.
    limit_ds
        Largest time of interest in deciseconds, >= 0.
    max_snap_m, min_part_m, barriers
        As in :func:`~htkgis.network.snap.snap`.

    Returns
    -------
    time_ds
        Deciseconds with both connectors, int32, shape (rows, columns), the first row in the
        north. ``UNREACHED`` beyond the limit, and in cells farther than
        ``max_snap_m`` from any street.

    Examples
    --------
    Along a street of 100 m from its west end, at 3.6 km/h (1 m/s), cells of 50 m around it:

    >>> import shapely
    >>> from .graph import build_graph
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s"], "from_node": ["a"], "to_node": ["b"], "length_m": [100.0],
    ...      "oneway": [False], "walk": [True]},
    ...     geometry=[shapely.LineString([(0, 25), (100, 25)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> home = gpd.GeoDataFrame({"id": ["h"]}, geometry=[shapely.Point(0, 25)])
    >>> start = snap(graph, home, max_snap_m=10)
    >>> grid = grid_around((0, 0, 100, 50), cell_m=50)
    >>> travel_time_surface(graph, start, grid, limit_ds=6000, max_snap_m=50).tolist()
    [[250, 750]]
    """
    labels = _labels(graph, origins, limit_ds)
    cells = grid.rows * grid.columns
    times = np.empty(cells, dtype=np.int32)
    for begin in range(0, cells, BLOCK_CELLS):
        end = min(begin + BLOCK_CELLS, cells)
        middles = gpd.points_from_xy(*grid.middles(begin, end).T)
        points = gpd.GeoDataFrame({"id": np.arange(begin, end)}, geometry=middles)
        snaps = snap(graph, points, max_snap_m=max_snap_m, min_part_m=min_part_m, barriers=barriers)
        times[begin:end] = _times(graph, labels, origins, snaps, limit_ds)
    return times.reshape(grid.rows, grid.columns)


def times_from_nearest(
    graph: Graph, origins: Snaps, points: Snaps, *, limit_ds: int
) -> npt.NDArray[np.int32]:
    """Measure the time from the nearest of several origins to each of many points.

    Parameters
    ----------
    graph
        The graph both sets were snapped to.
    origins, points
        Snapped points.
    limit_ds
        Largest time of interest in deciseconds, >= 0.

    Returns
    -------
    time_ds
        Deciseconds, int32, shape (n,): the least that
        :func:`~htkgis.network.street_times.street_times` gives over all origins;
        ``UNREACHED`` beyond the limit or where not snapped.
    """
    return _times(graph, _labels(graph, origins, limit_ds), origins, points, limit_ds)


def _labels(graph: Graph, origins: Snaps, limit_ds: int) -> npt.NDArray[np.int32]:
    """Time from the nearest origin to every node, on the way through."""
    costs = departure_costs(graph, origins)
    return search(graph, end_nodes(graph, origins), costs, limit_ds=limit_ds)


def _times(
    graph: Graph, labels: npt.NDArray[np.int32], origins: Snaps, points: Snaps, limit_ds: int
) -> npt.NDArray[np.int32]:
    through = labels[end_nodes(graph, points)].astype(np.int64)
    times = (through + arrival_costs(graph, points)).min(axis=1, initial=2 * UNREACHED)
    order = np.argsort(points.edge, kind="stable")
    edges = points.edge[order]
    leaving, arriving = leaving_ds(graph, origins), arriving_ds(graph, points).astype(np.int64)
    for row in np.flatnonzero(origins.edge != NOT_SNAPPED):
        begin, end = np.searchsorted(edges, [origins.edge[row], origins.edge[row] + 1])
        own = order[begin:end]
        direct = _along_edge(origins, int(row), points, own) + int(leaving[row]) + arriving[own]
        times[own] = np.minimum(times[own], direct)
    times[(points.edge == NOT_SNAPPED) | (times > limit_ds)] = UNREACHED
    found: npt.NDArray[np.int32] = times.astype(np.int32)
    return found


def _along_edge(
    origins: Snaps, row: int, points: Snaps, own: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Time from the place of one origin to points of its own edge without leaving it."""
    start, share = origins.share[row], points.share[own]
    ahead, back = int(origins.forward_ds[row]), int(origins.backward_ds[row])
    forward = np.where((start <= share) & (ahead >= 0), points.forward_ds[own] - ahead, UNREACHED)
    backward = np.where((start >= share) & (back >= 0), back - points.backward_ds[own], UNREACHED)
    nearest: npt.NDArray[np.int64] = np.minimum(forward, backward).astype(np.int64)
    return nearest
