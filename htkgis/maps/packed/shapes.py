"""Geometry of every kind as columns: points, lines, polygons with holes, many parts, none.

A feature is its kind and the number of its parts; a part of a polygon says how many rings it
has; every line or ring says how many points it has. All points follow each other, in millionths
of a degree (6 to 11 cm in Denmark). A ring's closing point is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from htkgis.errors import SchemaError, first

STEPS_PER_DEGREE = 1_000_000
NONE, POINT, LINE, POLYGON = range(4)
_KINDS = {
    "Point": POINT,
    "MultiPoint": POINT,
    "LineString": LINE,
    "LinearRing": LINE,
    "MultiLineString": LINE,
    "Polygon": POLYGON,
    "MultiPolygon": POLYGON,
}


def shape_columns(geometry: Sequence[Any] | npt.NDArray[Any]) -> dict[str, tuple[Any, Any]]:
    """Take geometries of EPSG:4326 apart into columns; heights are dropped.

    Parameters
    ----------
    geometry
        Shapely geometries or None, shape (n,); neighbours in the list should be neighbours on
        the ground, which makes steps short.

    Returns
    -------
    columns
        ``kind`` and ``parts`` per feature (0 parts where there is no geometry or an empty one),
        ``rings`` per part of a polygon, ``sizes`` per line, ring or set of points, ``x`` and
        ``y`` per point; as :func:`~htkgis.maps.packed.archive.write_archive` takes them.

    Raises
    ------
    SchemaError
        If a geometry mixes kinds.

    Examples
    --------
    >>> columns = shape_columns([shapely.Point(12.3, 55.6), None])
    >>> {name: values.tolist() for name, (_, values) in columns.items()}
    {'kind': [1, 0], 'parts': [1, 0], 'rings': [], 'sizes': [1], 'x': [12300000], 'y': [55600000]}
    """
    shapes = np.array(list(geometry), dtype=object)
    kind = np.array([_kind(shape) for shape in shapes], dtype=np.int64)
    mixed = kind < 0
    if mixed.any():
        names = first(sorted({shape.geom_type for shape in shapes[mixed]}))
        msg = (
            f"packed geometry: {int(mixed.sum())} of {len(shapes)} rows mix kinds: {names}; "
            f"allowed: {', '.join(_KINDS)}. Split these rows."
        )
        raise SchemaError(msg)
    parts, owner = shapely.get_parts(shapes, return_index=True)
    # an empty point is a part of its own to shapely
    parts, owner = parts[kind[owner] != NONE], owner[kind[owner] != NONE]
    rings, paths, path_of = _paths(parts, kind[owner], owner)
    xy, row = shapely.get_coordinates(paths, return_index=True)
    sizes = np.bincount(row, minlength=len(paths))
    closing = np.cumsum(sizes)[kind[path_of] == POLYGON] - 1
    xy = np.delete(xy, closing, axis=0)
    sizes = sizes - (kind[path_of] == POLYGON)
    places = np.rint(xy * STEPS_PER_DEGREE).astype(np.int64)
    return {
        "kind": ("u", kind),
        "parts": ("u", np.bincount(owner, minlength=len(shapes))),
        "rings": ("u", rings),
        "sizes": ("u", _set_sizes(sizes, path_of, kind)),
        "x": ("d", places[:, 0]),
        "y": ("d", places[:, 1]),
    }


def _kind(shape: Any) -> int:
    if shape is None or shape.is_empty:
        return NONE
    return _KINDS.get(shape.geom_type, -1)


def _paths(
    parts: npt.NDArray[Any], kind: npt.NDArray[np.int64], owner: npt.NDArray[Any]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[Any], npt.NDArray[np.int64]]:
    """List rings per part of a polygon, and all points, lines and rings with their feature."""
    areas = np.flatnonzero(kind == POLYGON)
    rings, ring_of = shapely.get_rings(parts[areas], return_index=True)
    others = np.flatnonzero(kind != POLYGON)
    part = np.concatenate([others, areas[ring_of]])
    order = np.argsort(part, kind="stable")
    paths = np.concatenate([parts[others], rings])[order]
    counts = np.bincount(ring_of, minlength=len(areas))
    return counts.astype(np.int64), paths, np.asarray(owner)[part[order]]


def _set_sizes(
    sizes: npt.NDArray[Any], path_of: npt.NDArray[np.int64], kind: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Leave out the sizes of points, each of which is one, but for the first of a feature."""
    points = kind[path_of] == POINT
    leading = np.flatnonzero(np.diff(path_of, prepend=-1))
    keep = ~points
    keep[leading] = True
    counts = np.bincount(path_of, minlength=len(kind))
    found: npt.NDArray[np.int64] = np.where(points, counts[path_of], sizes)[keep].astype(np.int64)
    return found
