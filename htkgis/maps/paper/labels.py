"""Where names stand on a paper map: beside their signs, over no other name or sign."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .papers import Box

ANGLES = 16
RINGS_MM = (0.8, 2.5, 5.0, 9.0, 14.0, 20.0)
"""How far a name may stand from its sign; the nearest free place is taken."""

LEADER_MM = 2.0
"""A name farther away than this is tied to its sign by a line."""

AIR_MM = 0.4
"""Around every name."""

CLEAR_MM = 1.6
"""A name keeps this far from signs of others where it can: twice as far as from its own."""

NEAR_RINGS = 4
"""So many rings are tried for such a place before one nearer to another sign is taken."""

Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top in millimetres."""


@dataclass(frozen=True)
class Label:
    """A name that wants a place.

    Attributes
    ----------
    words
        One line.
    x_mm, y_mm, radius_mm
        The sign it belongs to.
    width_mm, height_mm
        Of the words as they are written.
    rank
        Names of a low rank are placed first.
    surface
        Whether it names a surface around the point, which has no sign: such a name stands on the
        point or straight above or below it, and nearer to it than to that of another surface.
    """

    words: str
    x_mm: float
    y_mm: float
    radius_mm: float
    width_mm: float
    height_mm: float
    rank: int = 0
    surface: bool = False


@dataclass(frozen=True)
class Placed:
    """A name with its place.

    Attributes
    ----------
    left_mm, bottom_mm
        Lower left corner of the words.
    leader
        Line from the sign to the words, or None where they stand beside each other.
    """

    label: Label
    left_mm: float
    bottom_mm: float
    leader: tuple[float, float, float, float] | None

    @property
    def box(self) -> Rectangle:
        """The room that the words take."""
        right, top = self.left_mm + self.label.width_mm, self.bottom_mm + self.label.height_mm
        return self.left_mm, self.bottom_mm, right, top


def place_labels(
    labels: Iterable[Label], frame: Box, taken: Sequence[Rectangle] = ()
) -> tuple[list[Placed], list[Label]]:
    """Give each name the nearest free place around its sign.

    Names are placed by rank, and of one rank those with the fewest choices first come in the
    order given; a name that was placed stays. Greedy, so not always the most that would fit;
    what finds no place is returned, never dropped in silence.

    Parameters
    ----------
    labels
        Names and their signs; the rooms of all signs are taken too.
    frame
        No name leaves it.
    taken
        Other rooms that stay free.

    Returns
    -------
    placed, unplaced
        In order of rank.

    Examples
    --------
    >>> label = Label("Vest", 50, 50, 1, 8, 2)
    >>> placed, unplaced = place_labels([label], Box(0, 0, 100, 100))
    >>> placed[0].left_mm, placed[0].bottom_mm, placed[0].leader, unplaced
    (51.8, 49.0, None, [])
    """
    wanted = sorted(labels, key=lambda label: label.rank)
    signs = np.array([*taken, *(_sign(label) for label in wanted)]).reshape(-1, 4)
    placed: list[Placed] = []
    unplaced: list[Label] = []
    leaders: list[tuple[float, float, float, float]] = []
    surfaces = [label for label in wanted if label.surface]
    for label in wanted:
        names = np.array([each.box for each in placed]).reshape(-1, 4)
        foreign = [other for other in surfaces if label.surface and other is not label]
        found = _first_free(label, frame, signs, names, leaders, foreign)
        if found is None:
            unplaced.append(label)
            continue
        placed.append(found)
        if found.leader is not None:
            leaders.append(found.leader)
    return placed, unplaced


def _sign(label: Label) -> Rectangle:
    x, y, r = label.x_mm, label.y_mm, label.radius_mm
    return x - r, y - r, x + r, y + r


def _first_free(
    label: Label,
    frame: Box,
    signs: np.ndarray,
    names: np.ndarray,
    leaders: Sequence[tuple[float, float, float, float]],
    foreign: Sequence[Label],
) -> Placed | None:
    others = signs[~np.all(signs == np.array(_sign(label)), axis=1)]
    rooms = np.concatenate([others, names])
    for rings, clear in ((RINGS_MM[:NEAR_RINGS], CLEAR_MM), (RINGS_MM, AIR_MM)):
        for ring in rings:
            for angle in _angles(surface=label.surface):
                place = _at(label, ring, angle)
                box = place.box
                if any(_nearer(place, other) for other in foreign):
                    continue
                if not _inside(box, frame) or _meets(box, names) or _meets(box, others, clear):
                    continue
                if any(_crosses(box, line) for line in leaders):
                    continue
                if place.leader is not None and _leader_meets(place.leader, rooms, leaders):
                    continue
                return place
    return None


def _angles(*, surface: bool = False) -> list[float]:
    """Directions from the sign, the right first, as readers expect, then alternating sides.

    A surface has its name above or below its middle first.
    """
    steps = [0, 1, -1, 2, -2, 8, 7, -7, 6, -6, 4, -4, 3, -3, 5, -5]
    if surface:
        steps = sorted(steps, key=lambda step: abs(abs(step) - 4))
    return [step * 2 * math.pi / ANGLES for step in steps]


def _at(label: Label, ring: float, angle: float) -> Placed:
    """Put the nearest side or corner of the words ``ring`` beyond the edge of the sign."""
    reach = label.radius_mm + ring
    x, y = label.x_mm + reach * math.cos(angle), label.y_mm + reach * math.sin(angle)
    left = x - label.width_mm * (1 - _share(math.cos(angle)))
    bottom = y - label.height_mm * (1 - _share(math.sin(angle)))
    leader = None
    if ring > LEADER_MM:
        edge = label.radius_mm
        leader = (
            round(label.x_mm + edge * math.cos(angle), 3),
            round(label.y_mm + edge * math.sin(angle), 3),
            round(x, 3),
            round(y, 3),
        )
    return Placed(label, round(left, 3), round(bottom, 3), leader)


def _nearer(place: Placed, other: Label) -> bool:
    """Tell whether the middle of a name is nearer to another point than to its own."""
    left, bottom, right, top = place.box
    x, y = (left + right) / 2, (bottom + top) / 2
    own = math.hypot(x - place.label.x_mm, y - place.label.y_mm)
    return math.hypot(x - other.x_mm, y - other.y_mm) <= own


def _share(towards: float) -> float:
    """1 where the words lie wholly on this side of the point, 0 on the other, half between."""
    return min(1.0, max(0.0, 0.5 + towards))


def _inside(box: Rectangle, frame: Box) -> bool:
    left, bottom, right, top = box
    return (
        left >= frame.left + AIR_MM
        and bottom >= frame.bottom + AIR_MM
        and right <= frame.right - AIR_MM
        and top <= frame.top - AIR_MM
    )


def _meets(box: Rectangle, rooms: np.ndarray, air_mm: float = AIR_MM) -> bool:
    left, bottom, right, top = box
    apart = (
        (rooms[:, 2] + air_mm <= left)
        | (rooms[:, 0] - air_mm >= right)
        | (rooms[:, 3] + air_mm <= bottom)
        | (rooms[:, 1] - air_mm >= top)
    )
    return bool((~apart).any())


def _leader_meets(
    leader: tuple[float, float, float, float],
    rooms: np.ndarray,
    leaders: Sequence[tuple[float, float, float, float]],
) -> bool:
    if any(_crosses((left, bottom, right, top), leader) for left, bottom, right, top in rooms):
        return True
    return any(_lines_cross(leader, other) for other in leaders)


def _crosses(box: Rectangle, line: tuple[float, float, float, float]) -> bool:
    """Tell whether a line runs through a rectangle (Liang and Barsky's test of four sides)."""
    x, y, x_to, y_to = line
    left, bottom, right, top = box
    start, end = 0.0, 1.0
    for step, room in (
        (x - x_to, x - left),
        (x_to - x, right - x),
        (y - y_to, y - bottom),
        (y_to - y, top - y),
    ):
        if step == 0:
            if room < 0:
                return False
            continue
        at = room / step
        if step < 0:
            start = max(start, at)
        else:
            end = min(end, at)
    return start < end


def _lines_cross(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> bool:
    def side(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> float:
        return (bx - ax) * (y - ay) - (by - ay) * (x - ax)

    first = side(*one, *other[:2]) * side(*one, *other[2:])
    second = side(*other, *one[:2]) * side(*other, *one[2:])
    return first < 0 and second < 0
