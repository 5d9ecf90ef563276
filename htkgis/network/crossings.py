"""Crossings: where the streets of a mode lead out of an area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from .graph import Graph

Floats = npt.NDArray[np.float64]

ONE_SPOT_M = 0.01
"""Ends of lines this close are one spot: an outline may be drawn along the streets."""


@dataclass(frozen=True, eq=False)
class Crossings:
    """Ways out of an area; made by :func:`boundary_crossings`.

    Parameters
    ----------
    mode
        Name of the mode.
    outline_m
        Length of the outline in metres, > 0.
    xy
        A point on the outline per crossing, in order along it, shape (k, 2).
    streets
        How many streets of the mode lead across at each, shape (k,), >= 1.
    """

    mode: str
    outline_m: float
    xy: Floats
    streets: npt.NDArray[np.int64]

    @property
    def count(self) -> int:
        """Number of crossings."""
        return len(self.xy)

    @property
    def per_km(self) -> float:
        """Crossings per km of outline, >= 0."""
        return self.count / (self.outline_m / 1000.0)


def boundary_crossings(graph: Graph, area: Any, *, same_place_m: float) -> Crossings:
    r"""
    Count the places where streets of a mode lead out of an area, per km of its outline.

    .. math::

        C = \frac{\text{places where streets cross the outline}}{\text{length of the outline}}

    A street that ends at the outline is a crossing where another goes on from there, outside or
    along the outline; a dead end is none, nor is a street that only touches. A road with its
    pavements and cycle tracks is one place: along the outline no place is wider than
    ``same_place_m``. Holes of the area are part of it.

    Parameters
    ----------
    graph
        Streets of one mode; open in either direction is enough.
    area
        Polygon or several, in the CRS of the graph.
    same_place_m
        Metres along the outline within which streets cross at one place, >= 0.

    Returns
    -------
    crossings
        The places and their density.

    References
    ----------
    Permeability of a boundary as in Anciaes, P. R., Jones, P. and Mindell, J. S. (2016). Community
    severance: where is it found and at what cost? Transport Reviews 36(3), 293-317.

    Examples
    --------
    A road through a square of 100 m by 100 m, with a pavement 5 m beside it, crosses twice on an
    outline of 400 m:

    >>> import geopandas as gpd
    >>> from .graph import build_graph
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s", "t"], "from_node": ["a", "c"], "to_node": ["b", "d"],
    ...      "length_m": [200.0, 200.0], "oneway": [False] * 2, "walk": [True] * 2},
    ...     geometry=[shapely.LineString([(-50, 50), (150, 50)]),
    ...               shapely.LineString([(-50, 55), (150, 55)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=4.5)
    >>> found = boundary_crossings(graph, shapely.box(0, 0, 100, 100), same_place_m=20)
    >>> found.count, found.per_km, found.streets.tolist()
    (2, 5.0, [2, 2])
    """
    parts = [
        shapely.polygons(shapely.get_exterior_ring(part)) for part in shapely.get_parts([area])
    ]
    whole = shapely.normalize(shapely.union_all(parts))
    ends = _ends(graph, whole)
    xy, streets, outline_m = [], [], 0.0
    for part in shapely.get_parts([whole]):
        ring = shapely.get_exterior_ring(part)
        outline_m += ring.length
        own = ends[shapely.dwithin(ends, ring, ONE_SPOT_M)]
        spots = np.sort(shapely.line_locate_point(ring, own))
        for place in _places(spots, ring.length, same_place_m):
            middle_m = (place[0] + (place[-1] - place[0]) / 2) % ring.length
            xy.append(shapely.get_coordinates(ring.interpolate(middle_m))[0])
            streets.append(len(place))
    return Crossings(
        mode=graph.mode,
        outline_m=float(outline_m),
        xy=np.reshape(np.array(xy, dtype=np.float64), (-1, 2)),
        streets=np.array(streets, dtype=np.int64),
    )


class _Pieces(NamedTuple):
    """Where pieces of streets end on an outline: inner ones, and what goes on from there."""

    inner: npt.NDArray[Any]
    onward: npt.NDArray[Any]


def _ends(graph: Graph, whole: Any) -> npt.NDArray[Any]:
    """Find the points of the outline at which an inner street ends and goes on, one each."""
    outline = shapely.boundary(whole)
    edges = np.sort(graph.tree.query(outline, predicate="intersects"))
    pieces = _pieces(graph.lines[edges], whole, outline)
    tree = shapely.STRtree(pieces.onward)
    found, _ = tree.query(pieces.inner, predicate="dwithin", distance=ONE_SPOT_M)
    return np.asarray(pieces.inner[np.unique(found)], dtype=object)


def _pieces(lines: npt.NDArray[Any], whole: Any, outline: Any) -> _Pieces:
    """Cut lines at an outline, and give the ends of the pieces that lie on it."""
    beside = shapely.get_parts(shapely.difference(lines, outline))
    along = shapely.get_parts(shapely.intersection(lines, outline))
    along = along[shapely.get_dimensions(along) == 1]
    middle = shapely.line_interpolate_point(beside, 0.5, normalized=True)
    within = shapely.contains(whole, middle)
    onward = [_ends_on(beside[~within], outline), _ends_on(along, outline)]
    return _Pieces(_ends_on(beside[within], outline), np.concatenate(onward))


def _ends_on(pieces: npt.NDArray[Any], outline: Any) -> npt.NDArray[Any]:
    """Find the ends of pieces that lie on an outline."""
    ends = np.concatenate([shapely.get_point(pieces, 0), shapely.get_point(pieces, -1)])
    return np.asarray(ends[shapely.dwithin(ends, outline, ONE_SPOT_M)], dtype=object)


def _places(spots_m: Floats, ring_m: float, same_place_m: float) -> list[list[float]]:
    """Gather spots along a ring into the fewest places that are no wider than allowed."""
    if not len(spots_m):
        return []
    # begin behind the widest gap, so that the start of the ring splits no place
    gaps = np.diff(spots_m, append=spots_m[0] + ring_m)
    turn = (int(gaps.argmax()) + 1) % len(spots_m)
    unrolled = np.concatenate([spots_m[turn:], spots_m[:turn] + ring_m])
    places: list[list[float]] = []
    for spot in unrolled.tolist():
        if places and spot - places[-1][0] <= same_place_m:
            places[-1].append(spot)
        else:
            places.append([spot])
    return sorted(places, key=lambda place: place[0] % ring_m)
