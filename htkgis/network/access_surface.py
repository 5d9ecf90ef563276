"""Access surface: opportunities that are reached within a limit from every cell of a grid."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from .graph import Graph
from .opportunities import reach_opportunities
from .snap import NOT_SNAPPED, Snaps, snap
from .surface import BLOCK_CELLS, Grid


def opportunity_surface(  # noqa: PLR0913 - a surface and an access in one
    graph: Graph,
    opportunities: Snaps,
    weights: npt.ArrayLike,
    grid: Grid,
    *,
    limit_ds: int,
    max_snap_m: float,
    min_part_m: float = 0.0,
    barriers: gpd.GeoDataFrame | None = None,
) -> npt.NDArray[np.float64]:
    """Sum the opportunities that are reached from the middle of every cell.

    Parameters
    ----------
    graph
        The graph the opportunities were snapped to.
    opportunities
        Snapped points; those that are not snapped are not reached.
    weights
        What each opportunity counts (places, jobs, seats), >= 0, shape (m,).
    grid
        Where to measure, in the CRS of the graph.
    limit_ds
        Limit in deciseconds; a time exactly on it is inside.
    max_snap_m, min_part_m, barriers
        As in :func:`~htkgis.network.snap.snap`, of the cells.

    Returns
    -------
    values
        Shape (rows, columns), the first row in the north; 0 where nothing is reached, and
        missing (NaN) in cells that are not on the network.

    Examples
    --------
    A shop with 7 jobs at the east end of a street of 100 m, cells of 50 m, 60 s at 1 m/s:

    >>> import shapely
    >>> from .graph import build_graph
    >>> from .surface import grid_around
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s"], "from_node": ["a"], "to_node": ["b"], "length_m": [100.0],
    ...      "oneway": [False], "walk": [True]},
    ...     geometry=[shapely.LineString([(0, 25), (100, 25)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> shop = gpd.GeoDataFrame({"id": ["shop"]}, geometry=[shapely.Point(100, 25)])
    >>> jobs = snap(graph, shop, max_snap_m=10)
    >>> grid = grid_around((0, 0, 100, 100), cell_m=50)
    >>> opportunity_surface(graph, jobs, [7], grid, limit_ds=600, max_snap_m=20).tolist()
    [[nan, nan], [0.0, 7.0]]
    """
    cells = grid.rows * grid.columns
    values = np.empty(cells, dtype=np.float64)
    for begin in range(0, cells, BLOCK_CELLS):
        end = min(begin + BLOCK_CELLS, cells)
        middles = gpd.points_from_xy(*grid.middles(begin, end).T)
        points = gpd.GeoDataFrame({"id": np.arange(begin, end)}, geometry=middles)
        snaps = snap(graph, points, max_snap_m=max_snap_m, min_part_m=min_part_m, barriers=barriers)
        sums = reach_opportunities(graph, snaps, opportunities, weights, limits_ds=[limit_ds])
        values[begin:end] = np.where(snaps.edge == NOT_SNAPPED, np.nan, sums[:, 0])
    return values.reshape(grid.rows, grid.columns)
