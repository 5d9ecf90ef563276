"""The part of the world that rows are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyproj


@dataclass(frozen=True)
class Around:
    """A rectangle in a CRS.

    Parameters
    ----------
    bounds
        West, south, east, north, in units of ``crs`` and in this order whatever the CRS says.
    crs
        Such as ``EPSG:25832``.
    """

    bounds: tuple[float, float, float, float]
    crs: str

    def in_crs(self, crs: str) -> Around:
        """Give the rectangle that holds this one in another CRS."""
        if crs == self.crs:
            return self
        transformer = pyproj.Transformer.from_crs(self.crs, crs, always_xy=True)
        return Around(transformer.transform_bounds(*self.bounds, densify_pts=21), crs)

    def quarters(self) -> Iterator[Around]:
        """Split it into four.

        Examples
        --------
        >>> [part.bounds for part in Around((0, 0, 2, 4), "EPSG:25832").quarters()]
        [(0, 0, 1.0, 2.0), (0, 2.0, 1.0, 4), (1.0, 0, 2, 2.0), (1.0, 2.0, 2, 4)]
        """
        west, south, east, north = self.bounds
        x, y = (west + east) / 2, (south + north) / 2
        for left, right in ((west, x), (x, east)):
            for low, high in ((south, y), (y, north)):
                yield Around((left, low, right, high), self.crs)

    def in_order_of_axes(self) -> tuple[float, float, float, float]:
        """Give the bounds in the order of axes that the CRS itself states: degrees north first.

        Examples
        --------
        >>> Around((12.0, 55.0, 13.0, 56.0), "EPSG:4326").in_order_of_axes()
        (55.0, 12.0, 56.0, 13.0)
        >>> Around((700000, 6170000, 701000, 6171000), "EPSG:25832").in_order_of_axes()[0]
        700000
        """
        west, south, east, north = self.bounds
        if pyproj.CRS(self.crs).axis_info[0].direction == "north":
            return south, west, north, east
        return west, south, east, north

    def urn(self) -> str:
        """Name the CRS as services do that keep its order of axes."""
        return f"urn:ogc:def:crs:EPSG::{self.crs.removeprefix('EPSG:')}"

    def text(self) -> str:
        """Say where it is, for messages."""
        return f"{', '.join(f'{value:.10g}' for value in self.bounds)} ({self.crs})"
