"""Entrances of places that are areas: where streets and paths lead in.

A park of 800 m has no one address. It is entered where a walkable street crosses its outline, or
where a path ends at it; a place without either is entered at the point of its outline that lies
nearest to a street. Who measures takes the nearest entrance: one place, many doors.
"""

from __future__ import annotations

import functools
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

Shapes = npt.NDArray[Any]
Rows = npt.NDArray[np.int64]

CROSSING, PATH_END, NEAREST = "crossing", "path end", "nearest"
ENDS = ["from_node", "to_node"]
"""Columns of streets that tell where they lead."""
SAME_M = 1e-3
"""Two entrances of a place within a millimetre of each other are one."""


def find_entrances(
    outlines: gpd.GeoDataFrame, streets: gpd.GeoDataFrame, *, tolerance_m: float = 0.0
) -> gpd.GeoDataFrame:
    """Find the entrances of areas.

    Streets that people may walk along count, tunnels and bridges left out: they pass under or
    over an outline.

    Parameters
    ----------
    outlines
        ``place_id`` (unique) and polygons in the CRS of the streets, any number of rows.
    streets
        Contract ``STREETS``.
    tolerance_m
        How far from an outline a path may end and still lead in, in metres, >= 0: outlines and
        paths are drawn apart from each other.

    Returns
    -------
    entrances
        Contract ``ENTRANCES``: ``place_id``, ``number`` from 0, ``kind`` (``crossing``, ``path
        end`` or ``nearest``) and points; every place has one at least, as long as there is a
        street. In the order of ``outlines``, of a place from west to east.

    Examples
    --------
    A path of 60 m into a square of 100 m, and one that passes 30 m beside it:

    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["in", "by"], "from_node": ["a", "c"], "to_node": ["b", "d"],
    ...      "walk": [True, True], "tunnel": [False, False], "bridge": [False, False]},
    ...     geometry=[shapely.LineString([(-30, 50), (30, 50)]),
    ...               shapely.LineString([(130, 0), (130, 100)])])
    >>> park = gpd.GeoDataFrame({"place_id": ["park"]}, geometry=[shapely.box(0, 0, 100, 100)])
    >>> found = find_entrances(park, streets)
    >>> found.geometry.to_wkt().tolist(), found["kind"].tolist()
    (['POINT (0 50)'], ['crossing'])
    """
    return entrances_among(outlines, Walked(streets), tolerance_m=tolerance_m)


class Walked:
    """Streets that people may walk along at the height of the ground, in the order of their ids.

    What is made of them alone is made once for all searches among them.
    """

    def __init__(self, streets: gpd.GeoDataFrame) -> None:
        on_ground = streets["walk"] & ~streets["tunnel"] & ~streets["bridge"]
        rows = np.flatnonzero(on_ground.to_numpy())
        ids = streets["id"].to_numpy()[rows].astype(str)
        self._rows = rows[np.argsort(ids, kind="stable")]
        self._nodes = [streets[name] for name in ENDS]
        self.lines: Shapes = streets.geometry.to_numpy()[self._rows]

    @functools.cached_property
    def tree(self) -> shapely.STRtree:
        """Spatial index of the lines."""
        return shapely.STRtree(self.lines)

    @functools.cached_property
    def ends(self) -> Shapes:
        """Points where streets end that lead no farther, by the names of their junctions."""
        nodes = pd.concat([own.iloc[self._rows] for own in self._nodes], ignore_index=True)
        once = np.flatnonzero(~nodes.duplicated(keep=False).to_numpy())
        by_name = np.argsort(nodes.to_numpy()[once].astype(str))
        street_end, street = np.divmod(once[by_name], max(len(self.lines), 1))
        xy = shapely.get_coordinates(self.lines)
        last = np.cumsum(shapely.get_num_coordinates(self.lines)) - 1
        first = np.concatenate([[0], last + 1])
        points: Shapes = shapely.points(xy[np.where(street_end, last[street], first[street])])
        return points

    @functools.cached_property
    def ends_tree(self) -> shapely.STRtree:
        """Spatial index of the ends."""
        return shapely.STRtree(self.ends)


def entrances_among(
    outlines: gpd.GeoDataFrame, walked: Walked, *, tolerance_m: float
) -> gpd.GeoDataFrame:
    """Find entrances as :func:`find_entrances`, among streets that serve other searches too."""
    edges = shapely.boundary(outlines.geometry.to_numpy())
    parts = [
        (*_crossings(edges, walked), CROSSING),
        (*_path_ends(edges, walked, tolerance_m), PATH_END),
    ]
    entered = np.concatenate([rows for rows, _, _ in parts])
    closed = np.setdiff1d(np.arange(len(edges)), entered)
    parts.append((*_nearest(edges, walked, closed), NEAREST))
    row, points = (np.concatenate([part[at] for part in parts]) for at in (0, 1))
    kinds = np.repeat([kind for *_, kind in parts], [len(rows) for rows, *_ in parts])
    return _table(outlines, row, points, kinds.astype(object))


def _crossings(edges: Shapes, walked: Walked) -> tuple[Rows, Shapes]:
    """Points where lines meet outlines; both ends of a stretch that runs along one."""
    row, line = walked.tree.query(edges, predicate="intersects")
    met = shapely.intersection(edges[row], walked.lines[line])
    pieces, owner = shapely.get_parts(met, return_index=True)
    nested, inner = shapely.get_parts(pieces, return_index=True)
    owner = owner[inner]
    along = shapely.get_dimensions(nested) == 1
    points = np.concatenate(
        [
            nested[~along],
            shapely.get_point(nested[along], 0),
            shapely.get_point(nested[along], -1),
        ]
    )
    return row[np.concatenate([owner[~along], owner[along], owner[along]])], points


def _path_ends(edges: Shapes, walked: Walked, tolerance_m: float) -> tuple[Rows, Shapes]:
    """Find the ends of streets that lead no farther, near an outline."""
    if len(walked.lines) == 0 or tolerance_m <= 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=object)
    row, end = walked.ends_tree.query(edges, predicate="dwithin", distance=tolerance_m)
    return row, walked.ends[end]


def _nearest(edges: Shapes, walked: Walked, rows: Rows) -> tuple[Rows, Shapes]:
    """Point of each outline that is nearest to a line; the first of equally near lines."""
    if len(walked.lines) == 0 or len(rows) == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=object)
    own, line = walked.tree.query_nearest(edges[rows], all_matches=True)
    lowest = np.full(len(rows), len(walked.lines), dtype=np.int64)
    np.minimum.at(lowest, own, line)
    ways = shapely.shortest_line(edges[rows], walked.lines[lowest])
    return rows, shapely.get_point(ways, 0)


def _table(
    outlines: gpd.GeoDataFrame, row: Rows, points: Shapes, kinds: npt.NDArray[np.object_]
) -> gpd.GeoDataFrame:
    """Sort the entrances of each place, keep one of those that are the same, and number them."""
    xy = shapely.get_coordinates(points).reshape(-1, 2)
    cell = np.rint(xy / SAME_M).astype(np.int64)
    found = pd.DataFrame({"row": row, "x": cell[:, 0], "y": cell[:, 1], "kind": kinds})
    found = found.sort_values(["row", "x", "y"], kind="stable").drop_duplicates(["row", "x", "y"])
    return gpd.GeoDataFrame(
        {
            "place_id": outlines["place_id"].to_numpy(dtype=object)[found["row"]],
            "number": found.groupby("row").cumcount().to_numpy(),
            "kind": found["kind"].to_numpy(dtype=object),
        },
        geometry=points[found.index],
        crs=outlines.crs,
    )
