"""Shapes of any CRS in degrees, as pages hold them: their codes, and how far they reach."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from htkgis.store.crs_facts import wkt_of
from htkgis.store.memory import recalled

from .codec import encode_all

WGS84 = "EPSG:4326"
Boxes = npt.NDArray[np.float64]
"""West, south, east, north of each shape, shape (n, 4); not a number of an empty one."""
_BOX = np.dtype("<f8")
_BOX_BYTES = 4 * _BOX.itemsize


def boxes(shapes: gpd.GeoSeries) -> Boxes:
    """Find how far each shape reaches, in degrees.

    Examples
    --------
    >>> boxes(gpd.GeoSeries([shapely.LineString([(12, 55), (13, 56)])], crs=WGS84)).tolist()
    [[12.0, 55.0, 13.0, 56.0]]
    """

    def make(own: Any) -> list[bytes]:
        return _written_boxes(_turned(own, shapes.crs))

    return _read_boxes(recalled("box", shapes.array, make, wkt_of(shapes.crs)))


def encoded(shapes: gpd.GeoSeries) -> tuple[list[str], Boxes]:
    """Write each shape as :func:`~htkgis.maps.codec.encode` does, and find how far it reaches.

    Examples
    --------
    >>> codes, _ = encoded(gpd.GeoSeries([shapely.Point(12.30220, 55.65260)], crs=WGS84))
    >>> codes
    ['?AwwajAwstrI']
    """

    def make(own: Any) -> list[bytes]:
        turned = _turned(own, shapes.crs)
        codes = [code.encode() for code in encode_all(turned)]
        return [box + code for box, code in zip(_written_boxes(turned), codes, strict=True)]

    made = recalled("code", shapes.array, make, wkt_of(shapes.crs))
    return [each[_BOX_BYTES:].decode() for each in made], _read_boxes(made)


def around(found: Boxes) -> list[float]:
    """West, south, east, north of all boxes together."""
    if not len(found):
        return [float("nan")] * 4
    low, high = np.fmin.reduce(found[:, :2]), np.fmax.reduce(found[:, 2:])
    return [*low.tolist(), *high.tolist()]


def _turned(own: Any, crs: Any) -> Any:
    return gpd.GeoSeries(own, crs=crs).to_crs(WGS84).to_numpy()


def _written_boxes(shapes: Any) -> list[bytes]:
    return [box.tobytes() for box in shapely.bounds(shapes).astype(_BOX)]


def _read_boxes(made: list[bytes]) -> Boxes:
    read = np.frombuffer(b"".join(each[:_BOX_BYTES] for each in made), dtype=_BOX)
    return read.reshape(-1, 4).astype(np.float64)
