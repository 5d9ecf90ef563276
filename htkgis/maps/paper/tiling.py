"""How a piece of land is cut into sheets at a scale: as few as possible, with an overlap."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .papers import Box, Layout, layouts

OVERLAP_MM = 10.0
"""Shared by neighbouring sheets, so that they can be glued and nothing falls between them."""

CLEAR_MM = 3.0
"""At least this far from the frame stays what is to be seen."""

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Tile:
    """The land on one sheet.

    Attributes
    ----------
    number, of
        Which sheet of how many, by rows from the north-west.
    columns
        How many sheets lie beside each other in a row.
    bounds
        West, south, east and north in metres of the study's CRS: exactly the frame at the scale.
    """

    number: int
    of: int
    columns: int
    bounds: Bounds


def frame_size_m(frame: Box, scale: int) -> tuple[float, float]:
    """Width and height of the land in a frame.

    Examples
    --------
    >>> frame_size_m(Box(0, 0, 400, 255), 20_000)
    (8000.0, 5100.0)
    """
    return frame.width * scale / 1000, frame.height * scale / 1000


def best_layout(paper: str, bounds: Bounds, scale: int) -> Layout:
    """Choose the layout that shows the land on the fewest sheets, then with the most air around."""

    def cost(layout: Layout) -> tuple[int, float]:
        columns, rows = _counts(bounds, scale, layout)
        wide, high = frame_size_m(layout.frame, scale)
        west, south, east, north = bounds
        air = min(columns * wide / (east - west), rows * high / (north - south))
        return columns * rows, -air

    return min(layouts(paper), key=cost)


def fits(paper: str, bounds: Bounds, scale: int) -> bool:
    """Tell whether the land can be seen on one sheet of a paper.

    Examples
    --------
    >>> fits("A4", (0, 0, 4000, 2000), 20_000), fits("A4", (0, 0, 4000, 2000), 6_000)
    (True, False)
    """
    return any(_counts(bounds, scale, layout) == (1, 1) for layout in layouts(paper))


def tiles(bounds: Bounds, scale: int, layout: Layout) -> list[Tile]:
    """Cut the land into sheets of one layout, all together centred on it.

    Parameters
    ----------
    bounds
        West, south, east and north in metres of what is to be seen.
    scale
        The denominator: 20000 for 1:20,000.

    Examples
    --------
    One frame of 7.92 x 3.66 km holds 4 x 2 km, in its middle:

    >>> from htkgis.maps.paper.papers import layouts
    >>> wide = layouts("A3")[1]
    >>> frame_size_m(wide.frame, 20_000)
    (7920.0, 3660.0)
    >>> [tile.bounds for tile in tiles((0, 0, 4000, 2000), 20_000, wide)]
    [(-1960.0, -830.0, 5960.0, 2830.0)]
    """
    columns, rows = _counts(bounds, scale, layout)
    wide, high = frame_size_m(layout.frame, scale)
    shared = OVERLAP_MM * scale / 1000
    west, south, east, north = bounds
    left = (west + east) / 2 - (columns * wide - (columns - 1) * shared) / 2
    top = (south + north) / 2 + (rows * high - (rows - 1) * shared) / 2
    # whole metres: the same sheet whatever the last digit of an outline
    left, top = float(round(left)), float(round(top))
    found = []
    for row in range(rows):
        for column in range(columns):
            x, y = left + column * (wide - shared), top - row * (high - shared)
            number = row * columns + column + 1
            found.append(Tile(number, rows * columns, columns, (x, y - high, x + wide, y)))
    return found


def _counts(bounds: Bounds, scale: int, layout: Layout) -> tuple[int, int]:
    """How many columns and rows of sheets the land takes."""
    west, south, east, north = bounds
    shared = OVERLAP_MM * scale / 1000
    clear = CLEAR_MM * scale / 1000
    wide, high = frame_size_m(layout.frame, scale)

    def count(length: float, frame: float) -> int:
        needed = length + 2 * clear
        return max(1, math.ceil(round((needed - shared) / (frame - shared), 9)))

    return count(east - west, wide), count(north - south, high)
