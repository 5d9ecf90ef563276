"""Small fixed maps as inline SVG: same bytes, same scale for all quarters, no script.

They stand on the index page, and on a quarter's page where the interactive map cannot:
on paper and without JavaScript.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import shapely
from markupsafe import Markup, escape

from htkgis.store.memory import recalled

from . import style
from .drawn_lines import drawn_lines, path_of, short_path_of
from .layers import MapLayers, area_name
from .modes import bands_of
from .resources import templates
from .shapes import joined_lines
from .text import Text

SIZE = 400
"""Width and height of the drawing, in its own units."""

BAR_M = 500
_STEP_M = 500
_DETAIL = 0.6
_STREET_DETAIL = 1.2
_NAME_ROOM = 70
_COARSE = 3.0
"""How much coarser a small drawing is, in units of the large one's."""
_SMALLEST_HOLE = 60.0
"""Holes of a surface below these square units are filled in a small drawing: about 8 by 8."""


def common_extent(layers: Iterable[MapLayers]) -> float:
    """Side in metres of a square that holds each quarter and its 15 minutes' reach."""
    sides = []
    for each in layers:
        west, south, east, north = each.reach
        sides += [east - west, north - south]
    return float(math.ceil(1.08 * max(sides) / _STEP_M) * _STEP_M)


def locator(
    profile: Mapping[str, Any],
    layers: MapLayers,
    *,
    text: Text,
    extent_m: float,
    key: str | None = None,
    coarse: bool = False,
) -> Markup:
    """Draw the quarter in a square of ``extent_m`` metres.

    Parameters
    ----------
    key
        What its ids begin with; the quarter's id where none is given.
    coarse
        For a drawing that is shown small: main streets only, no starting points, outlines
        simplified further and small holes filled.

    Returns
    -------
    svg
        With title and description.
    """
    drawn = layers.drawings.get((extent_m, coarse))
    if drawn is None:
        drawn = layers.drawings[extent_m, coarse] = _drawn(layers, extent_m, coarse=coarse)
    limits = ", ".join(text.format_number(limit, None) for limit in drawn["limits"])
    area = area_name(profile)
    drawing = (
        templates()
        .get_template("locator.svg")
        .render(
            key=key or _key(profile["quarter"]["id"]),
            size=SIZE,
            title=text("locator.title", name=profile["quarter"]["name"], area=area),
            description=text("locator.description", area=area, limits=limits),
            style=style,
            bar_words=text("locator.scale", metres=text.format_number(BAR_M)),
            **drawn,
        )
    )
    return Markup(drawing)  # noqa: S704  an escaped template of ours


def _drawn(layers: MapLayers, extent_m: float, *, coarse: bool) -> dict[str, Any]:
    """Put shapes in the terms of the drawing: what no word and no profile changes."""
    west, south, east, north = layers.reach
    frame = _Frame((west + east) / 2, (south + north) / 2, extent_m, decimals=0 if coarse else 1)
    bands = bands_of(layers.isochrones)
    steps = {limit: step for step, limit in enumerate(sorted(set(layers.isochrones["limit_min"])))}
    detail = _DETAIL * (_COARSE if coarse else 1)
    return {
        "limits": list(bands["limit_min"]),
        "bands": [
            (style.band(steps[limit]).fill, frame.path(_filled(shape, frame, coarse), detail))
            for limit, shape in reversed(list(zip(bands["limit_min"], bands.geometry, strict=True)))
        ],
        "streets": frame.path(_streets(layers, main=coarse), _STREET_DETAIL, merged=True),
        "quarter": frame.path(layers.quarter.union_all(), detail),
        "area": frame.path(layers.area.union_all(), detail),
        "gates": [frame.point(shape) for shape in layers.origins.geometry[: 0 if coarse else 50]],
        "stations": _stations(layers, frame),
        "bar": round(BAR_M * frame.scale, 1),
    }


def standalone(drawing: Markup, bands: Sequence[tuple[str, str]], credit: str) -> str:
    """Make a file of its own of a drawing: its own letters, a legend, and whose data it shows.

    Parameters
    ----------
    bands
        Fill and words of each surface, nearest first.
    """
    words = escape(credit)
    signs = "".join(
        f'<rect x="8" y="{8 + 15 * row}" width="16" height="10" fill="{fill}" '
        f'stroke="{style.INK}" stroke-width=".8"/>'
        f'<text x="29" y="{17 + 15 * row}" class="band">{escape(label)}</text>'
        for row, (fill, label) in enumerate(bands)
    )
    look = (
        "<style>text{font:600 13px sans-serif;fill:#16212b;paint-order:stroke;stroke:#fff;"
        "stroke-width:3px}.bar{font-size:12px}.band{font:600 10px sans-serif}"
        ".credit{font:8px sans-serif}</style>"
    )
    line = f'<text x="{SIZE - 4}" y="{SIZE - 4}" text-anchor="end" class="credit">{words}</text>'
    inner = str(drawing).replace("</svg>", f"{signs}{line}\n</svg>")
    head, rest = inner.split(">", 1)
    return f'{head} width="800" height="800">{look}{rest}'


class _Frame:
    """From metres of the study's CRS to units of the drawing, y down."""

    def __init__(self, x: float, y: float, extent_m: float, *, decimals: int) -> None:
        self.decimals = decimals
        self.scale = SIZE / extent_m
        self.west, self.north = x - extent_m / 2, y + extent_m / 2
        half = extent_m / 2
        self.box = (x - half, y - half, x + half, y + half)

    def path(self, shape: Any, detail: float, *, merged: bool = False) -> str:
        """SVG path of lines and outlines, cut to the frame; details below a pixel go.

        Lines are joined end to end first where they are to be ``merged``.
        """

        def make(own: Any) -> list[bytes]:
            whole = shapely.line_merge(own) if merged else own
            return [self._path(each, detail).encode() for each in whole]

        facts = (*self.box, self.scale, self.decimals, detail, merged)
        return recalled("locator", [shape], make, *facts)[0].decode()

    def _path(self, shape: Any, detail: float) -> str:
        seen = shapely.clip_by_rect(shape, *self.box)
        seen = shapely.simplify(seen, detail / self.scale)
        if seen.is_empty:
            return ""
        parts = shapely.get_parts(shapely.get_parts(seen))
        rings = shapely.get_rings(parts[shapely.get_dimensions(parts) == 2])  # noqa: PLR2004
        closed = [path + "Z" for path in self._paths(rings) if path]
        return "".join(closed + self._paths(parts[shapely.get_dimensions(parts) == 1]))

    def point(self, shape: Any) -> tuple[float, float]:
        """Place of a point in the drawing."""
        right, down = (shape.x - self.west) * self.scale, (self.north - shape.y) * self.scale
        return round(right, self.decimals), round(down, self.decimals)

    def _paths(self, lines: Sequence[Any]) -> list[str]:
        drawn = drawn_lines(
            lines, west=self.west, north=self.north, scale=self.scale, decimals=self.decimals
        )
        write = path_of if self.decimals else short_path_of
        return [write(corners) for corners in drawn]


def _filled(shape: Any, frame: _Frame, coarse: bool) -> Any:  # noqa: FBT001
    """Fill the holes of a surface that would be specks in a small drawing."""
    if not coarse:
        return shape
    least_m2 = _SMALLEST_HOLE / frame.scale**2

    def large(ring: Any) -> bool:
        return bool(shapely.Polygon(ring).area >= least_m2)

    return shapely.MultiPolygon(
        [
            shapely.Polygon(part.exterior, list(filter(large, part.interiors)))
            for part in shapely.get_parts(shape)
        ]
    )


def _streets(layers: MapLayers, *, main: bool = False) -> Any:
    streets = layers.streets
    if main:
        streets = streets[style.are_main(streets["kind"])]
    return joined_lines(streets.geometry.array)


def _stations(layers: MapLayers, frame: _Frame) -> list[dict[str, Any]]:
    places = layers.places
    chosen = places[(places["function"] == "station") & (places["state"] == "existing")]
    drawn = []
    for name, shape in zip(chosen["name"], chosen.geometry, strict=True):
        x, y = frame.point(shape)
        if not (0 <= x <= SIZE and 0 <= y <= SIZE):
            continue
        anchor = "end" if x > SIZE - _NAME_ROOM else "start" if x < _NAME_ROOM else "middle"
        drawn.append({"name": name, "x": x, "y": y, "anchor": anchor, "above": y > 30})  # noqa: PLR2004
    return drawn


def _key(name: str) -> str:
    """Make an id that HTML and CSS take: anything else but letters and digits becomes a dash."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name)
