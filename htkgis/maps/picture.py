"""A fixed map as SVG for any extent: outlines, lines, symbols and names that do not collide."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import shapely
from markupsafe import Markup, escape

from htkgis.store.memory import recalled

from . import style
from .drawn_lines import drawn_lines, path_of
from .style import Look
from .symbols import symbol_points

WIDTH = 400
"""Width of a drawing, in its own units."""
LETTER, LINE = 0.62, 1.3
"""Room of a letter and of a line of names, in sizes of the letters."""
SHORT_NAME = 4
"""Letters; a longer name keeps away from other symbols, at whose side it would seem to belong."""
FOOT = 24.0
"""Strip below the extent that the bar of the scale stands in."""
DECIMALS = 1
"""Of a unit of the drawing."""
_DETAIL = 0.5
_BAR_SHARE = 0.3


class _Box(NamedTuple):
    west: float
    north: float
    east: float
    south: float

    def wider(self, room: float) -> _Box:
        return self._replace(west=self.west - room, east=self.east + room)

    def meets(self, other: _Box) -> bool:
        return not (
            self.east <= other.west
            or other.east <= self.west
            or self.south <= other.north
            or other.south <= self.north
        )


class Picture:
    """A drawing of an extent in metres; what is added later lies on top.

    Parameters
    ----------
    bounds
        West, south, east, north in the study's CRS.
    least_height
        Height in units below which the extent is widened to the north and south.
    letters
        Size of the names.

    Examples
    --------
    >>> drawn = Picture((0, 0, 1000, 500))
    >>> drawn.add_symbol(shapely.Point(500, 250), style.GATE, "Nord")
    >>> "Nord" in drawn.render("a", title="A", description="B", bar_words="{metres} m")
    True
    """

    def __init__(
        self, bounds: Sequence[float], *, least_height: float = 0.0, letters: float = 10.0
    ) -> None:
        west, south, east, north = bounds
        self.scale = WIDTH / (east - west)
        high = max(north - south, least_height / self.scale)
        middle = (south + north) / 2
        self.west, self.north = west, middle + high / 2
        self.height = round(high * self.scale + FOOT, 1)
        self.bounds = (west, middle - high / 2 - FOOT / self.scale, east, middle + high / 2)
        self.letters = letters
        self._drawn: list[str] = []
        self._names: list[tuple[float, float, float, str]] = []
        self._taken: list[_Box] = []
        self._signs: list[_Box] = []

    def add_shape(self, shape: Any, look: Look) -> None:
        """Draw lines or the outline of a surface, cut to the extent."""
        path = self._path(shape)
        if path:
            dash = f' stroke-dasharray="{look.dash}"' if look.dash else ""
            self._drawn.append(
                f'<path d="{path}" fill="{look.fill or "none"}" stroke="{look.stroke}" '
                f'stroke-width="{look.weight * 0.7:.1f}" stroke-opacity="{look.opacity:g}"'
                f'{dash} stroke-linejoin="round"/>'
            )

    def add_symbol(self, point: Any, look: Look, name: str = "", *, size: float = 0.7) -> None:
        """Draw a symbol; its name is written where there is room, once all symbols stand."""
        x, y = self._move(point.x, point.y)
        if not (0 <= x <= WIDTH and 0 <= y <= self.height):
            return
        self._drawn.append(
            f'<polygon points="{symbol_points(look, x, y, size)}" fill="{look.fill}" '
            f'stroke="{look.stroke}" stroke-width="{look.weight * 0.7:.1f}"/>'
        )
        radius = look.radius * size
        self._drawn += [_strike(x, y, radius, turn) for turn in (1, -1)[: look.strike]]
        if look.ring:
            self._drawn.append(
                f'<circle cx="{x:g}" cy="{y:g}" r="{radius + 3:.1f}" fill="none" '
                f'stroke="{style.INK}" stroke-width="1" stroke-dasharray="3 2"/>'
            )
        self._signs.append(_Box(x - radius, y - radius, x + radius, y + radius))
        self._taken.append(self._signs[-1])
        if name:
            self._names.append((x, y, radius, name))

    def render(self, key: str, *, title: str, description: str, bar_words: str) -> Markup:
        """Write the drawing with its title, its description and a bar of the scale.

        Parameters
        ----------
        key
            What its ids begin with.
        bar_words
            Words of the bar, with ``{metres}`` or ``{km}`` in them.
        """
        metres = self._bar_m()
        bar = round(metres * self.scale, 1)
        words = bar_words.format(metres=f"{metres:g}", km=f"{metres / 1000:g}")
        self._taken.insert(0, _Box(0, self.height - FOOT, max(bar + 14, 60), self.height))
        inner = "".join(self._drawn) + "".join(self._written())
        drawing = (
            f'<svg class="locator" viewBox="0 0 {WIDTH} {self.height:g}" role="img" '
            f'aria-labelledby="{escape(key)}-title {escape(key)}-desc" '
            'xmlns="http://www.w3.org/2000/svg">'
            f'<title id="{escape(key)}-title">{escape(title)}</title>'
            f'<desc id="{escape(key)}-desc">{escape(description)}</desc>'
            f'<rect width="{WIDTH}" height="{self.height:g}" fill="{style.BACKGROUND}"/>{inner}'
            f'<g transform="translate(10 {self.height - 8:g})">'
            f'<path d="M0 -5V0H{bar:g}V-5" fill="none" stroke="{style.INK}" stroke-width="1.4"/>'
            f'<text x="3" y="-6" class="small">{escape(words)}</text></g></svg>'
        )
        return Markup(drawing)  # noqa: S704  all words in it are escaped

    def _bar_m(self) -> float:
        """Longest of 1, 2 and 5 times a power of ten that fits the bar."""
        most = _BAR_SHARE * WIDTH / self.scale
        power = 10.0 ** math.floor(math.log10(most))
        return max(step * power for step in (1, 2, 5) if step * power <= most)

    def _path(self, shape: Any) -> str:
        def make(own: Any) -> list[bytes]:
            return [self._drawn_path(each).encode() for each in own]

        facts = (*self.bounds, self.west, self.north, self.scale)
        return recalled("picture", [shape], make, *facts)[0].decode()

    def _drawn_path(self, shape: Any) -> str:
        seen = shapely.clip_by_rect(shape, *self.bounds)
        seen = shapely.simplify(seen, _DETAIL / self.scale)
        if seen.is_empty:
            return ""
        parts = shapely.get_parts(shapely.get_parts(seen))
        surface = shapely.get_dimensions(parts) == 2  # noqa: PLR2004  dimensions of a surface
        rings = [path + "Z" for path in self._paths(shapely.get_rings(parts[surface]))]
        return "".join(rings + self._paths(parts[shapely.get_dimensions(parts) == 1]))

    def _paths(self, lines: Sequence[Any]) -> list[str]:
        drawn = drawn_lines(
            lines, west=self.west, north=self.north, scale=self.scale, decimals=DECIMALS
        )
        return [path_of(corners) for corners in drawn]

    def _move(self, x: float, y: float) -> tuple[float, float]:
        right, down = (x - self.west) * self.scale, (self.north - y) * self.scale
        return round(right, DECIMALS), round(down, DECIMALS)

    def _written(self) -> list[str]:
        """Write each name at the first free place around its symbol; one without room is left."""
        written = []
        for x, y, radius, name in self._names:
            wide, high = LETTER * self.letters * len(name) + 2, LINE * self.letters
            above, below, gap = y - radius - 2 - high, y + radius + 2, radius + 3
            places = (
                (x - wide / 2, above),
                (x - wide / 2, below),
                (x + gap, y - high / 2),
                (x - gap - wide, y - high / 2),
                *(
                    (left, top)
                    for top in (above, below)
                    for left in (x - radius, x + radius - wide)
                ),
            )
            others = [
                each for each in self._signs if (each.west, each.north) != (x - radius, y - radius)
            ]
            air = self.letters if len(name) > SHORT_NAME else 0.0
            for left, top in places:
                box = _Box(left, top, left + wide, top + high)
                if any(box.wider(air).meets(other) for other in others):
                    continue
                inside = left >= 0 and top >= 0 and box.east <= WIDTH and box.south <= self.height
                if inside and not any(box.meets(other) for other in self._taken):
                    self._taken.append(box)
                    middle = left + wide / 2
                    written.append(
                        f'<text x="{middle:.1f}" y="{top + 0.78 * high:.1f}" text-anchor="middle" '
                        f'class="small" style="font-size:{self.letters:g}px">'
                        f"{escape(name)}</text>"
                    )
                    break
        return written


def _strike(x: float, y: float, radius: float, turn: int) -> str:
    return (
        f'<path d="M{x - radius:.1f} {y - turn * radius:.1f}L{x + radius:.1f} '
        f'{y + turn * radius:.1f}" stroke="{style.INK}" stroke-width="1.6"/>'
    )


def sheet(
    drawings: Sequence[tuple[str, Markup]],
    legend: Sequence[tuple[Look, str]],
    credit: str,
) -> bytes:
    """Set drawings with their headings above each other as a file of its own, with a legend.

    Parameters
    ----------
    drawings
        Heading and drawing, from :meth:`Picture.render`.
    legend
        Look and words of each class.
    credit
        Whose data it shows.
    """
    parts, top = [], 4.0
    for heading, drawing in drawings:
        high = float(drawing.split('viewBox="0 0 400 ', 1)[1].split('"', 1)[0])
        parts.append(f'<text x="4" y="{top + 12:g}" class="head">{escape(heading)}</text>')
        placed = f'<svg x="0" y="{top + 18:g}" width="{WIDTH}" height="{high:g}"'
        parts.append(str(drawing).replace("<svg", placed, 1))
        top += high + 26
    for number, (look, words) in enumerate(legend):
        y = top + 8 + 16 * number
        parts.append(_sign(look, y) + f'<text x="26" y="{y + 4:g}">{escape(words)}</text>')
    bottom = top + 16 * len(legend) + 16
    letters = (
        "<style>text{font:11px sans-serif;fill:#16212b}.head{font-weight:700;font-size:13px}"
        ".small{font-weight:600;font-size:10px;paint-order:stroke;stroke:#fff;stroke-width:3px}"
        ".credit{font-size:7px}</style>"
    )
    words = f'<text x="4" y="{bottom - 3:g}" class="credit">{escape(credit)}</text>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom:g}" '
        f'width="{2 * WIDTH}" height="{2 * bottom:g}">{letters}'
        f'<rect width="{WIDTH}" height="{bottom:g}" fill="#fff"/>{"".join(parts)}{words}</svg>\n'
    ).encode()


def _sign(look: Look, y: float) -> str:
    if look.kind == "point":
        return (
            f'<polygon points="{symbol_points(look, 14, y, 0.6)}" fill="{look.fill}" '
            f'stroke="{look.stroke}" stroke-width="1"/>'
        )
    dash = f' stroke-dasharray="{look.dash}"' if look.dash else ""
    return (
        f'<path d="M4 {y:g}H24" stroke="{look.stroke}" stroke-width="{look.weight:g}"{dash} '
        'fill="none"/>'
    )
