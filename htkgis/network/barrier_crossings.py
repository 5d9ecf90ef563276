"""Where the streets of a mode lead across a barrier, and how far these places lie apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from .graph import Graph

Shapes = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class BarrierCrossings:
    """Ways across a barrier; made by :func:`barrier_crossings`.

    Parameters
    ----------
    xy
        Middle of each place, from west to east, shape (k, 2).
    widest_gap_m
        Widest gap between neighbouring places as the crow flies in metres; missing (NaN) where
        there are fewer than two.
    """

    xy: npt.NDArray[np.float64]
    widest_gap_m: float

    @property
    def count(self) -> int:
        """Number of places."""
        return len(self.xy)


def barrier_crossings(
    graph: Graph, lines: Shapes, zone: Any, *, width_m: float
) -> BarrierCrossings:
    """Find the places inside a zone where streets of a mode cross a barrier.

    A barrier that is drawn without its bridges and tunnels has gaps where streets pass: ends of
    its lines that lie within ``width_m`` of each other are joined first. Streets that cross
    within ``width_m`` of each other are one place, so are the tracks of one railway.

    Parameters
    ----------
    graph
        Streets of one mode.
    lines
        Lines of one barrier, in the CRS of the graph.
    zone
        Polygon that the places lie in.
    width_m
        How wide the barrier and the gaps of its lines may be, in metres, > 0.

    Returns
    -------
    crossings
        The places, and how far they lie apart: the longest piece of the shortest tree that joins
        them, so that on branches of a railway those are neighbours that are near each other.

    Examples
    --------
    A railway with a bridge over one street, and another street 300 m on that meets it at grade:

    >>> import geopandas as gpd
    >>> from .graph import build_graph
    >>> line = shapely.LineString
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s", "t"], "from_node": ["a", "c"], "to_node": ["b", "d"],
    ...      "length_m": [40.0, 40.0], "oneway": [False] * 2, "walk": [True] * 2},
    ...     geometry=[line([(0, -20), (0, 20)]), line([(300, -20), (300, 20)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=4.5)
    >>> rail = [line([(-90, 0), (-10, 0)]), line([(10, 0), (400, 0)])]
    >>> found = barrier_crossings(graph, rail, shapely.box(-99, -99, 500, 99), width_m=50)
    >>> found.count, round(found.widest_gap_m, 6)
    (2, 300.0)
    """
    whole = _joined(np.asarray(lines, dtype=object), width_m)
    line, edge = graph.tree.query(whole, predicate="intersects")
    met = shapely.intersection(whole[line], graph.lines[edge])
    spots = shapely.points(np.unique(shapely.get_coordinates(met), axis=0))
    spots = spots[shapely.intersects(zone, spots)] if len(spots) else spots
    places = shapely.get_parts(shapely.union_all(shapely.buffer(spots, width_m / 2)))
    xy = shapely.get_coordinates(shapely.centroid(places))
    xy = xy[np.lexsort((xy[:, 1], xy[:, 0]))]
    return BarrierCrossings(xy=xy, widest_gap_m=_widest_gap_m(xy))


def _joined(lines: Shapes, width_m: float) -> Shapes:
    """Add to lines what joins their ends that lie near each other."""
    ends = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    xy, count = np.unique(shapely.get_coordinates(ends), axis=0, return_counts=True)
    loose = shapely.points(xy[count == 1])
    if len(loose) < 2:  # noqa: PLR2004 - a gap has two ends
        return lines
    first, second = shapely.STRtree(loose).query(loose, predicate="dwithin", distance=width_m)
    pair = first < second
    gaps = np.stack([loose[first[pair]], loose[second[pair]]], axis=1)
    xy = shapely.get_coordinates(gaps.reshape(-1)).reshape(-1, 2, 2)
    return np.concatenate([lines, shapely.linestrings(xy)]) if len(xy) else lines


def _widest_gap_m(xy: npt.NDArray[np.float64]) -> float:
    """Widest gap between neighbours; missing with fewer than two places."""
    from scipy.sparse.csgraph import minimum_spanning_tree  # noqa: PLC0415 - loads much, seldom

    gap = xy[:, None, :] - xy[None, :, :]
    tree = minimum_spanning_tree(np.hypot(gap[..., 0], gap[..., 1]))
    return float(tree.data.max()) if tree.nnz else float("nan")
