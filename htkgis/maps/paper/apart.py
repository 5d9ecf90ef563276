"""Signs that would lie on each other stand in a row instead, so that each can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NEAR = 0.75
"""Signs whose middles are nearer than this share of the larger radius lie on each other."""

GAP_MM = 0.4
"""Between two signs of a row."""


@dataclass(frozen=True)
class Spot:
    """Where a sign stands on the sheet, and how far it reaches from its middle."""

    x_mm: float
    y_mm: float
    radius_mm: float


def groups(spots: Sequence[Spot]) -> list[list[int]]:
    """Put the signs together that lie on the first one of a group.

    Returns
    -------
    groups
        Positions in ``spots``, in their order; a sign that lies on none is a group of its own.

    Examples
    --------
    >>> groups([Spot(0, 0, 2), Spot(9, 0, 2), Spot(1, 0, 2)])
    [[0, 2], [1]]
    """
    found: list[list[int]] = []
    for number, spot in enumerate(spots):
        own = next((group for group in found if _covers(spots[group[0]], spot)), None)
        if own is None:
            found.append([number])
        else:
            own.append(number)
    return found


def side_by_side(spots: Sequence[Spot]) -> list[Spot]:
    """Move signs that lie on each other into a row around their middle, the last one first.

    What is drawn last is the most important, and stands at the left. A sign alone stays.

    Examples
    --------
    >>> [spot.x_mm for spot in side_by_side([Spot(10, 5, 2), Spot(10, 5, 1)])]
    [11.2, 7.8]
    """
    moved = list(spots)
    for group in groups(spots):
        if len(group) == 1:
            continue
        row = [spots[number] for number in reversed(group)]
        wide = sum(2 * spot.radius_mm for spot in row) + GAP_MM * (len(row) - 1)
        left = sum(spot.x_mm for spot in row) / len(row) - wide / 2
        level = sum(spot.y_mm for spot in row) / len(row)
        for number, spot in zip(reversed(group), row, strict=True):
            x_mm = round(left + spot.radius_mm, 3)
            moved[number] = Spot(x_mm, round(level, 3), spot.radius_mm)
            left += 2 * spot.radius_mm + GAP_MM
    return moved


def _covers(one: Spot, other: Spot) -> bool:
    away = (one.x_mm - other.x_mm) ** 2 + (one.y_mm - other.y_mm) ** 2
    return away < (NEAR * max(one.radius_mm, other.radius_mm)) ** 2
