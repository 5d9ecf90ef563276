"""Geometry as short ASCII: the encoded-polyline idea, for every kind of geometry.

A geometry is one list of whole numbers: its kind (0 points, 1 lines, 2 polygons), how
many parts it has, for polygons how many rings each part has, how many points each
line or ring has, then the steps from point to point in 1e-5 degrees (0.6 to 1.1 m in
Denmark). Each number is folded to be positive and written in base 32, low digits first.
``map.js`` holds the other half. A ring's closing point is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from htkgis.errors import SchemaError

STEPS_PER_DEGREE = 100_000
POINT, LINE, POLYGON = range(3)
_KINDS = {
    "Point": POINT,
    "MultiPoint": POINT,
    "LineString": LINE,
    "MultiLineString": LINE,
    "Polygon": POLYGON,
    "MultiPolygon": POLYGON,
}
_FIRST_CHARACTER = 63
_MORE = 32
_BITS = 5

Numbers = npt.NDArray[np.int64]


def encode(geometry: Any) -> str:
    """Write a geometry of EPSG:4326 as text; multiparts and holes are kept, heights are not.

    Raises
    ------
    SchemaError
        If the geometry is missing, empty, or a mixed collection.

    Examples
    --------
    >>> encode(shapely.Point(12.30220, 55.65260))
    '?AwwajAwstrI'
    >>> decode(encode(shapely.Point(12.30220, 55.65260))).wkt
    'POINT (12.3022 55.6526)'
    """
    return encode_all([geometry])[0]


def encode_all(geometries: Sequence[Any]) -> list[str]:
    """Write geometries of EPSG:4326, each as :func:`encode` does; many are quicker together.

    Examples
    --------
    >>> encode_all([shapely.Point(12.30220, 55.65260), shapely.Point(12.30221, 55.65260)])
    ['?AwwajAwstrI', '?AywajAwstrI']
    """
    shapes = np.asarray(geometries, dtype=object)
    alone = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    if len(shapes) and alone.all() and not shapely.is_empty(shapes).any():
        head = np.broadcast_to(np.array([POINT, 1], dtype=np.int64), (len(shapes), 2))
        return _write(list(np.hstack([head, _places(shapely.get_coordinates(shapes))])))
    return _write([_numbers(shape) for shape in shapes])


def _numbers(geometry: Any) -> Numbers:
    kind = _KINDS.get(getattr(geometry, "geom_type", ""))
    if kind is None or geometry.is_empty:
        found = "none" if geometry is None else f"an empty or mixed one ({geometry.geom_type})"
        msg = f"map geometry: {found}; allowed: {', '.join(_KINDS)}. Drop or split the row."
        raise SchemaError(msg)
    parts = shapely.get_parts(geometry)
    head: list[int] = [kind, len(parts)]
    if kind == POINT:
        coordinates = shapely.get_coordinates(parts)
    elif kind == LINE:
        coordinates, line = shapely.get_coordinates(parts, return_index=True)
        head += np.bincount(line, minlength=len(parts)).tolist()
    else:
        rings, owner = shapely.get_rings(parts, return_index=True)
        coordinates, ring = shapely.get_coordinates(rings, return_index=True)
        sizes = np.bincount(ring, minlength=len(rings))
        coordinates = np.delete(coordinates, np.cumsum(sizes) - 1, axis=0)
        head += np.bincount(owner, minlength=len(parts)).tolist()
        head += (sizes - 1).tolist()
    steps = np.diff(_places(coordinates), axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return np.concatenate([np.array(head, dtype=np.int64), steps.ravel()])


def _places(coordinates: npt.NDArray[np.float64]) -> Numbers:
    return np.rint(coordinates * STEPS_PER_DEGREE).astype(np.int64)


def decode(code: str) -> Any:
    """Read the geometry back; one part comes back as the simple type."""
    numbers = _read(code)
    kind, count = int(numbers[0]), int(numbers[1])
    take = iter(numbers[2:].tolist())
    if kind == POINT:
        points = _points(np.fromiter(take, dtype=np.int64))
        return _single(shapely.MultiPoint(points))
    if kind == LINE:
        sizes = [next(take) for _ in range(count)]
        return _single(shapely.MultiLineString(list(_cut(take, sizes))))
    rings = [next(take) for _ in range(count)]
    sizes = [next(take) for _ in range(sum(rings))]
    shapes = _cut(take, sizes)
    polygons = []
    for number in rings:
        shell, *holes = (next(shapes) for _ in range(number))
        polygons.append(shapely.Polygon(shell, holes))
    return _single(shapely.MultiPolygon(polygons))


def _cut(steps: Iterator[int], sizes: list[int]) -> Iterator[npt.NDArray[np.float64]]:
    points = _points(np.fromiter(steps, dtype=np.int64))
    yield from np.split(points, np.cumsum(sizes)[:-1])


def _points(steps: Numbers) -> npt.NDArray[np.float64]:
    return np.cumsum(steps.reshape(-1, 2), axis=0) / STEPS_PER_DEGREE


def _single(geometry: Any) -> Any:
    parts = shapely.get_parts(geometry)
    return parts[0] if len(parts) == 1 else geometry


def _write(lists: Sequence[Numbers]) -> list[str]:
    """Write each list of numbers as a text of its own."""
    if not lists:
        return []
    numbers = np.concatenate(lists)
    rest = ((numbers << 1) ^ (numbers >> 63)).astype(np.uint64)
    digits: list[npt.NDArray[np.uint8]] = []
    used: list[npt.NDArray[np.bool_]] = []
    live = np.ones(len(rest), dtype=bool)
    while live.any():
        low = (rest & np.uint64(_MORE - 1)).astype(np.uint8)
        rest = rest >> np.uint64(_BITS)
        digits.append(low + np.where(rest > 0, _MORE, 0).astype(np.uint8) + _FIRST_CHARACTER)
        used.append(live)
        live = live & (rest > 0)
    signs = np.stack(used, axis=1)
    text = np.stack(digits, axis=1)[signs].tobytes().decode()
    ends = np.cumsum(signs.sum(axis=1))[np.cumsum([len(each) for each in lists]) - 1].tolist()
    return [text[start:end] for start, end in pairwise([0, *ends])]


def _read(code: str) -> Numbers:
    numbers: list[int] = []
    number, shift = 0, 0
    for character in code.encode():
        digit = character - _FIRST_CHARACTER
        number |= (digit & (_MORE - 1)) << shift
        shift += _BITS
        if digit < _MORE:
            numbers.append((number >> 1) ^ -(number & 1))
            number, shift = 0, 0
    return np.array(numbers, dtype=np.int64)
