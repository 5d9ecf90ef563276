"""Snapping: where a point meets the network, and what the way there costs.

A point joins the nearest edge, not the nearest junction, so that two doors of one long
street differ. The straight way from the point to the street takes time at walking speed,
whatever the mode; what a trip takes besides, such as parking, is added with it. It crosses no
barrier. A point that is too far away, or has barriers before every street, is kept and named,
never moved or dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from htkgis.errors import SchemaError, first
from htkgis.units import UNREACHED, cost_ds

from .graph import Graph
from .nearest_edge import check_barriers, nearest_edges

NOT_SNAPPED = -1
FARTHEST = 5


@dataclass(frozen=True, eq=False)
class Snaps:
    """Points and their positions on the edges of one graph; made by :func:`snap`.

    Parameters
    ----------
    ids
        Text id per point, shape (n,).
    edge
        Edge number, int32, shape (n,); -1 where the network is farther than allowed.
    share
        Position along the edge, 0 (from-node) to 1 (to-node); NaN where not snapped.
    forward_ds
        Deciseconds along the edge from its from-node to the position, int32; -1 where
        that direction is closed or the point is not snapped.
    backward_ds
        Deciseconds along the edge from the position back to its from-node; likewise.
    connector_ds
        Deciseconds between the point and the position, int32; -1 where not snapped.
    distance_m
        Metres between the point and the nearest edge, also where it is too far.
    xy
        Position on the network in metres, shape (n, 2); NaN where not snapped.
    point_xy
        The point itself in metres, shape (n, 2).
    behind_barrier
        Whether the point is not snapped although an edge is near enough: a barrier stands
        before every such edge.
    """

    ids: npt.NDArray[Any]
    edge: npt.NDArray[np.int32]
    share: npt.NDArray[np.float64]
    forward_ds: npt.NDArray[np.int32]
    backward_ds: npt.NDArray[np.int32]
    connector_ds: npt.NDArray[np.int32]
    distance_m: npt.NDArray[np.float64]
    xy: npt.NDArray[np.float64]
    point_xy: npt.NDArray[np.float64]
    behind_barrier: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)

    def where(self, rows: npt.NDArray[Any]) -> Snaps:
        """Take some of the points, by flags or by positions."""
        return Snaps(**{name: values[rows] for name, values in vars(self).items()})

    @property
    def too_far(self) -> pd.DataFrame:
        """Points that are not on the network: columns ``id`` and ``distance_m``."""
        rows = self.edge == NOT_SNAPPED
        return pd.DataFrame({"id": self.ids[rows], "distance_m": self.distance_m[rows]})


@dataclass(frozen=True)
class SnapAudit:
    """How well points lie on the network.

    Parameters
    ----------
    count
        Number of points.
    snapped
        Points within the allowed distance.
    median_m, max_m
        Distance to the network over all points in metres; NaN where there is no point.
    farthest
        Up to five points, farthest first: (id, metres).
    behind_barrier
        Points within the allowed distance that are not snapped, for the barriers between.
    """

    count: int
    snapped: int
    median_m: float
    max_m: float
    farthest: tuple[tuple[str, float], ...]
    behind_barrier: int = 0


def snap(
    graph: Graph,
    points: gpd.GeoDataFrame,
    *,
    max_snap_m: float,
    min_part_m: float = 0.0,
    barriers: gpd.GeoDataFrame | None = None,
) -> Snaps:
    """Snap points to the nearest edge of a graph.

    Of edges that are equally near, the first in the graph is taken. Pieces of street that are
    connected to nothing, mostly gaps in the data, would leave a point without any way out, so
    parts of the network shorter than ``min_part_m`` are passed over; unless all are. So are
    edges where the mode cannot stop, such as motorways.

    Parameters
    ----------
    graph
        Graph of the mode that is travelled.
    points
        Columns ``id`` and point geometry in the CRS of the graph, any number of rows.
    max_snap_m
        Largest distance to the network in metres that counts as on it, >= 0.
    min_part_m
        Least total street length in metres of a connected part that points may snap to.
    barriers
        Lines that nobody walks across, such as railways, in the CRS of the graph: a point joins
        the nearest edge that the straight way to crosses none, and where there is none within
        ``max_snap_m`` it is too far. A street that meets a barrier at its very end is no crossing.

    Returns
    -------
    snaps
        One entry per point, in the order of ``points``.

    Raises
    ------
    SchemaError
        If there is no column ``id``, a row has no coordinates or is no point, or a barrier is no
        line.
    CRSError
        If points and barriers name different CRS.

    Examples
    --------
    A door 30 m beside the middle of a street of 100 m, at 3.6 km/h (1 m/s):

    >>> from .graph import build_graph
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s"], "from_node": ["a"], "to_node": ["b"], "length_m": [100.0],
    ...      "oneway": [False], "walk": [True]},
    ...     geometry=[shapely.LineString([(0, 0), (100, 0)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> door = gpd.GeoDataFrame({"id": ["door"]}, geometry=[shapely.Point(50, 30)])
    >>> snaps = snap(graph, door, max_snap_m=100)
    >>> float(snaps.share[0]), int(snaps.forward_ds[0]), int(snaps.connector_ds[0])
    (0.5, 500, 300)

    With a fence along the street there is no way:

    >>> fence = gpd.GeoDataFrame(geometry=[shapely.LineString([(0, 10), (100, 10)])])
    >>> snap(graph, door, max_snap_m=100, barriers=fence).too_far.to_dict("records")
    [{'id': 'door', 'distance_m': 30.0}]
    """
    shapes = _checked_points(points)
    check_barriers(barriers, points)
    ids = points["id"].to_numpy(dtype=object)
    nearest, distance_m, behind = nearest_edges(
        graph, shapes, max_snap_m=max_snap_m, min_part_m=min_part_m, barriers=barriers
    )
    snapped = (distance_m <= max_snap_m) & ~behind
    lines = graph.drawing.lines_of(nearest)
    share = shapely.line_locate_point(lines, shapes, normalized=True)
    share = np.clip(np.nan_to_num(share), 0.0, 1.0)
    position = shapely.line_interpolate_point(lines, share, normalized=True)
    connector_m = np.where(snapped, distance_m, 0.0)
    return Snaps(
        ids=ids,
        edge=np.where(snapped, nearest, NOT_SNAPPED).astype(np.int32),
        share=np.where(snapped, share, np.nan),
        forward_ds=part_ds(share, graph.edge_forward_ds[nearest], snapped),
        backward_ds=part_ds(share, graph.edge_backward_ds[nearest], snapped),
        connector_ds=np.where(snapped, cost_ds(connector_m, graph.connector_kph), -1).astype(
            np.int32
        ),
        distance_m=distance_m,
        xy=np.where(snapped[:, None], shapely.get_coordinates(position).reshape(-1, 2), np.nan),
        point_xy=shapely.get_coordinates(shapes).reshape(-1, 2),
        behind_barrier=behind,
    )


def audit(snaps: Snaps) -> SnapAudit:
    """Say how far points lie from the network, and which lie farthest.

    Parameters
    ----------
    snaps
        Any snapped points.

    Returns
    -------
    audit
        Counts and distances; NaN distances where there is no point.
    """
    distance_m = snaps.distance_m
    count = len(snaps)
    order = np.lexsort((snaps.ids.astype(np.str_), -distance_m))[:FARTHEST]
    return SnapAudit(
        count=count,
        snapped=int((snaps.edge != NOT_SNAPPED).sum()),
        median_m=float(np.median(distance_m)) if count else float("nan"),
        max_m=float(distance_m.max()) if count else float("nan"),
        farthest=tuple((str(snaps.ids[row]), float(distance_m[row])) for row in order),
        behind_barrier=int(snaps.behind_barrier.sum()),
    )


def end_nodes(graph: Graph, snaps: Snaps) -> npt.NDArray[np.int32]:
    """Give both end nodes of the edge of each point, shape (n, 2); 0 where not snapped."""
    edge = np.maximum(snaps.edge, 0)
    nodes = np.stack([graph.edge_from[edge], graph.edge_to[edge]], axis=1)
    nodes[snaps.edge == NOT_SNAPPED] = 0
    return nodes


def departure_costs(graph: Graph, snaps: Snaps) -> npt.NDArray[np.int32]:
    """Time from each point to the ends of its edge, connector and time at the start included.

    Parameters
    ----------
    graph
        The graph the points were snapped to.
    snaps
        Points to leave from.

    Returns
    -------
    costs
        Deciseconds to the from-node and the to-node, int32, shape (n, 2); ``UNREACHED``
        where that direction is closed or the point is not snapped.
    """
    to_end = graph.edge_forward_ds[snaps.edge] - snaps.forward_ds
    return _with_connector(snaps, leaving_ds(graph, snaps), snaps.backward_ds, to_end)


def arrival_costs(graph: Graph, snaps: Snaps) -> npt.NDArray[np.int32]:
    """Time from the ends of its edge to each point, connector and time at the end included.

    Parameters
    ----------
    graph
        The graph the points were snapped to.
    snaps
        Points to arrive at.

    Returns
    -------
    costs
        Deciseconds from the from-node and the to-node, int32, shape (n, 2);
        ``UNREACHED`` where that direction is closed or the point is not snapped.
    """
    from_end = graph.edge_backward_ds[snaps.edge] - snaps.backward_ds
    # columns trade their directions: towards the point, forward starts at the from-node
    return _with_connector(snaps, arriving_ds(graph, snaps), snaps.forward_ds, from_end, swap=True)


def leaving_ds(graph: Graph, snaps: Snaps) -> npt.NDArray[np.int32]:
    """Deciseconds from each point to its position on the street, ready to travel."""
    return (snaps.connector_ds + graph.start_ds).astype(np.int32)


def arriving_ds(graph: Graph, snaps: Snaps) -> npt.NDArray[np.int32]:
    """Deciseconds from each point's position on the street to the point, all done."""
    return (snaps.connector_ds + graph.end_ds).astype(np.int32)


def _with_connector(
    snaps: Snaps,
    connector_ds: npt.NDArray[np.int32],
    at_from: npt.NDArray[np.int32],
    at_to: npt.NDArray[np.int32],
    *,
    swap: bool = False,
) -> npt.NDArray[np.int32]:
    """Add the connector where the direction of travel is open, and close the rest."""
    first_open, second_open = snaps.backward_ds >= 0, snaps.forward_ds >= 0
    if swap:
        first_open, second_open = second_open, first_open
    costs = np.stack([at_from, at_to], axis=1) + connector_ds[:, None]
    passable = np.stack([first_open, second_open], axis=1) & (costs < UNREACHED)
    return np.where(passable, costs, UNREACHED).astype(np.int32)


def part_ds(
    share: npt.NDArray[np.float64],
    edge_ds: npt.NDArray[np.int32],
    snapped: npt.NDArray[np.bool_],
) -> npt.NDArray[np.int32]:
    """Time for a share of an edge, whole deciseconds; -1 where closed or not snapped."""
    part = np.rint(share * edge_ds)
    return np.where(snapped & (edge_ds >= 0), part, -1).astype(np.int32)


def _checked_points(points: gpd.GeoDataFrame) -> npt.NDArray[Any]:
    """Return the geometry, or name the rows that are not points with coordinates."""
    if "id" not in points.columns:
        msg = f"points (snapping): no column 'id'; found {first(map(str, points.columns))}. "
        raise SchemaError(msg + "Give every point a text id.")
    shapes = points.geometry.to_numpy()
    is_point = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    # bounds are NaN for nothing and for an empty point, where asking for x may raise
    wrong = ~is_point | ~np.isfinite(shapely.bounds(shapes).reshape(-1, 4)).all(axis=1)
    if wrong.any():
        msg = (
            f"points (snapping): {int(wrong.sum())} of {len(points)} rows have no coordinates or "
            f"are no point: {first(points['id'].to_numpy()[wrong].tolist())}; points with two "
            "finite coordinates are allowed. Correct or leave out these rows."
        )
        raise SchemaError(msg)
    return np.asarray(shapes)
