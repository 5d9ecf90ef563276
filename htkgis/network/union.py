"""Union of areas whose small holes do not count.

What lies far from the seam between two areas is the same after their union as before it.
Holes are most of the outline of a street network, and most of them lie far from every
seam: they are taken out before the union and put back after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Geometries = npt.NDArray[Any]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Polygons:
    """Polygons as rings: the shell of each, then its holes.

    Parameters
    ----------
    ring
        LinearRings, polygon after polygon, shape (k,).
    polygon
        Number of the polygon of each ring, rising, shape (k,).
    holes
        Which rings are holes, rising, shape (h,).
    spaces
        What the holes enclose, as Polygons, shape (h,).
    """

    ring: Geometries
    polygon: Numbers
    holes: Numbers
    spaces: Geometries

    def without(self, holes: Numbers) -> Geometries:
        """Build the polygons, leaving out some of the holes."""
        polygons: Geometries = shapely.polygons(
            np.delete(self.ring, holes), indices=np.delete(self.polygon, holes)
        )
        return polygons


def joined(areas: Sequence[Any] | Geometries, max_hole_m2: float) -> Any:
    """Join areas, and fill the small holes of what they are together.

    A hole of one area only shrinks when others are added, so it does not matter whether small
    holes are filled before, between or after unions.

    Parameters
    ----------
    areas
        Valid Polygons or MultiPolygons, any number.
    max_hole_m2
        Holes up to this area are filled, with what lies as an island in them, in square
        metres, >= 0. The area of a hole is that of its ring: islands belong to it.

    Returns
    -------
    area
        Valid Polygon or MultiPolygon; empty without areas.

    Examples
    --------
    A square ring whose hole of 4 m2 is closed by neither half alone:

    >>> ring = shapely.box(0, 0, 4, 4) - shapely.box(1, 1, 3, 3)
    >>> halves = [ring & shapely.box(0, 0, 2, 4), ring & shapely.box(2, 0, 4, 4)]
    >>> joined(halves, 3.9).area, joined(halves, 4).area
    (12.0, 16.0)
    """
    polygons, owner = shapely.get_parts(areas, return_index=True)
    drawn = ~shapely.is_empty(polygons)
    polygons, owner = polygons[drawn], owner[drawn]
    if len(polygons) == 0:
        return shapely.Polygon()
    if owner[0] == owner[-1]:  # parts of one area share no inner point already
        return _filled(polygons, max_hole_m2)
    if not shapely.get_num_interior_rings(polygons).any():
        return _filled(shapely.get_parts(shapely.union_all(polygons)), max_hole_m2)
    rings = _rings(polygons)
    large = shapely.area(rings.spaces) > max_hole_m2
    apart = large & _apart(rings, polygons)
    light = rings.without(rings.holes[apart | ~large])
    union = _filled(shapely.get_parts(shapely.union_all(light)), max_hole_m2)
    return _with_holes(union, rings.ring[rings.holes[apart]], rings.spaces[apart])


def _rings(polygons: Geometries) -> _Polygons:
    """Take polygons apart."""
    ring, polygon = shapely.get_rings(polygons, return_index=True)
    holes = np.flatnonzero(np.diff(polygon, prepend=-1) == 0)
    return _Polygons(ring=ring, polygon=polygon, holes=holes, spaces=shapely.polygons(ring[holes]))


def _one(polygons: Geometries) -> Any:
    """Make polygons that share no inner point one geometry."""
    return polygons[0] if len(polygons) == 1 else shapely.multipolygons(polygons)


def _filled(polygons: Geometries, max_hole_m2: float) -> Any:
    """Fill the small holes of polygons that share no inner point."""
    if not shapely.get_num_interior_rings(polygons).any():
        return _one(polygons)
    rings = _rings(polygons)
    small = shapely.area(rings.spaces) <= max_hole_m2
    if not small.any():
        return _one(polygons)
    filled = rings.without(rings.holes[small])
    if len(filled) == 1:
        return filled[0]
    _, swallowed = shapely.STRtree(filled).query(rings.spaces[small], predicate="covers")
    return _one(np.delete(filled, swallowed))


def _apart(rings: _Polygons, polygons: Geometries) -> Flags:
    """Say which holes no other polygon meets, not even an island in them."""
    met_by, met = shapely.STRtree(rings.spaces).query(polygons, predicate="intersects")
    apart = np.ones(len(rings.holes), dtype=bool)
    apart[met[rings.polygon[rings.holes[met]] != met_by]] = False
    return apart


def _with_holes(area: Any, holes: Geometries, spaces: Geometries) -> Any:
    """Cut holes into an area that covers them; ``spaces`` are what they enclose."""
    if len(holes) == 0:
        return area
    polygons = shapely.get_parts(area)
    inside = shapely.STRtree(shapely.point_on_surface(spaces))
    polygon, hole = inside.query(polygons, predicate="contains")
    rings = _rings(polygons)
    every = np.concatenate([rings.polygon, polygon])
    # stable sorting by polygon leaves the shell of each in front
    order = np.argsort(every, kind="stable")
    ring = np.concatenate([rings.ring, holes[hole]])[order]
    return _one(shapely.polygons(ring, indices=every[order]))
