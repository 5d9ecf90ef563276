"""Lines as a fixed map draws them: in units of the drawing, without corners that fall together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Corners = npt.NDArray[np.float64]


def drawn_lines(
    lines: Sequence[Any], *, west: float, north: float, scale: float, decimals: int
) -> list[Corners]:
    """Move lines from metres to units of a drawing, y down, and round their corners.

    Parameters
    ----------
    lines
        Lines or rings, in a CRS in metres; none empty.
    west, north
        Where the drawing begins, in metres.
    scale
        Units of the drawing in a metre.
    decimals
        Of a unit that stay.

    Returns
    -------
    corners
        Of each line, shape (n, 2); of neighbours that round to the same, one is left.

    Examples
    --------
    >>> line = shapely.LineString([(0, 100), (1, 100), (50, 0)])
    >>> [each.tolist() for each in drawn_lines([line], west=0, north=100, scale=0.1, decimals=0)]
    [[[0.0, 0.0], [5.0, 10.0]]]
    """
    corners, line = shapely.get_coordinates(lines, return_index=True)
    units = np.column_stack([corners[:, 0] - west, north - corners[:, 1]]) * scale
    moved = np.round(units, decimals)
    begins = np.append(True, line[1:] != line[:-1])[: len(line)]
    turns = np.append(True, (moved[1:] != moved[:-1]).any(axis=1))[: len(line)]
    kept = begins | turns
    return np.split(moved[kept], np.flatnonzero(begins[kept])[1:]) if len(lines) else []


def path_of(corners: Corners) -> str:
    """Write a line as the path of an SVG, in absolute units.

    Examples
    --------
    >>> path_of(np.array([[0.0, 0.5], [5.0, 10.0]]))
    'M0 0.5L5 10'
    """
    return "M" + "L".join([f"{x:g} {y:g}" for x, y in corners.tolist()])


def short_path_of(corners: Corners) -> str:
    """Write a line between whole units as steps, in half the room; nothing where it has no length.

    Examples
    --------
    >>> short_path_of(np.array([[0.0, 5.0], [5.0, 3.0], [6.0, 3.0]]))
    'M0 5l5-2 1 0'
    """
    # no rounding adds up in steps between whole units
    moves = " ".join([f"{x:g} {y:g}" for x, y in np.diff(corners, axis=0).tolist()])
    x, y = corners[0].tolist()
    return f"M{x:g} {y:g}l{moves}".replace(" -", "-") if moves else ""
