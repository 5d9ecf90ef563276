"""Signs of the figures: every kind has a shape of its own, so that none rests on colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from htkgis.maps.style import SHAPES

OTHERS = ("square", "triangle", "hexagon", "star", "pentagon", "plus")
"""Shapes of the other quarters in their order; a seventh begins again."""

_RADIUS = 8


@dataclass(frozen=True)
class Mark:
    """One value of a row.

    ``sign`` names the drawing, ``percent`` is its place (None: there is nothing to draw),
    ``open`` the side on which the true value may lie further, where it is a bound.
    """

    sign: str
    name: str
    words: str
    percent: float | None
    open: Literal["less", "more"] | None = None


def other(number: int) -> str:
    """Name the sign of another quarter by its place in the order, from 0.

    Examples
    --------
    >>> other(0), other(7)
    ('square', 'triangle')
    """
    return OTHERS[number % len(OTHERS)]


def outline(shape: str, radius: float = _RADIUS) -> str:
    """SVG path of a shape of the maps around 0, 0.

    Examples
    --------
    >>> outline("diamond", 10)
    'M0 -10L10 0L0 10L-10 0Z'
    """
    corners = (f"{x * radius:.1f} {y * radius:.1f}" for x, y in SHAPES[shape])
    return "M" + "L".join(corners).replace(".0", "").replace("-0 ", "0 ") + "Z"
