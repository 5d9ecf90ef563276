"""Put a map on a sheet with matplotlib: exact millimetres, the study's own projection."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath, text_to_path
from matplotlib.transforms import Affine2D

from htkgis.maps import style
from htkgis.maps.style import Look

from .apart import Spot, groups, side_by_side
from .content import PaperMap, Sign
from .font import font
from .labels import Label, Placed, place_labels
from .papers import Layout
from .tiling import Tile

MM_PER_INCH = 25.4
POINTS_PER_MM = 72 / MM_PER_INCH
POINTS_PER_PIXEL = 0.55
"""A sign of so many pixels on the screen is so many points on paper: seen from a hand's length."""

RING_RADIUS = 11.0
"""Of the ring around what is known only roughly, in pixels of the screen."""

RING_WEIGHT = 1.6
NAME_POINTS = 6.5
QUARTER_COLOUR = style.QUARTER.stroke
"""Of the names of quarters, as on the screen."""

HALO_POINTS = 1.8
NUMBER_POINTS = 5.0
SIMPLIFY_MM = 0.05


class DrawnMap(NamedTuple):
    """What a map frame holds.

    Attributes
    ----------
    placed
        The names on the map.
    numbered
        Those that found no place: they stand in the legend under the numbers 1, 2, ... that their
        signs carry.
    moved
        Whether signs stand side by side because they share a place.
    """

    placed: list[Placed]
    numbered: list[str]
    moved: bool


def new_figure(layout: Layout) -> Figure:
    """Make an empty sheet; nothing on it is laid out by matplotlib."""
    size = (layout.width_mm / MM_PER_INCH, layout.height_mm / MM_PER_INCH)
    figure = Figure(figsize=size)
    figure.patch.set_alpha(0)
    return figure


def page_axes(figure: Figure, layout: Layout) -> Axes:
    """Give axes over the whole sheet whose units are millimetres."""
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, layout.width_mm, auto=False)
    axes.set_ylim(0, layout.height_mm, auto=False)
    axes.axis("off")
    axes.patch.set_alpha(0)
    return axes


def draw_map(figure: Figure, paper_map: PaperMap, tile: Tile, layout: Layout) -> DrawnMap:
    """Draw the map frame of one sheet."""
    axes = _map_axes(figure, tile, layout)
    metres_per_mm = (tile.bounds[2] - tile.bounds[0]) / layout.frame.width
    for order, (look, shape) in enumerate(paper_map.shapes):
        _draw_shape(axes, look, _seen(shape, tile, metres_per_mm), layout, order)
    on_sheet = [sign for sign in paper_map.signs if _on(tile, sign)]
    signs = _spread(on_sheet, tile, layout)
    for order, sign in enumerate(signs):
        draw_sign(axes, sign.look, sign.x, sign.y, layout.enlarged, zorder=100 + order)
    placed, numbered = _draw_names(figure, signs, tile, layout)
    moved = [(sign.x, sign.y) for sign in signs] != [(sign.x, sign.y) for sign in on_sheet]
    return DrawnMap(placed, numbered, moved)


def _spread(signs: Sequence[Sign], tile: Tile, layout: Layout) -> list[Sign]:
    """Put signs of places that lie on each other side by side; one name for all is written once."""
    spread = list(signs)
    places = [
        n for n, sign in enumerate(signs) if sign.look.kind == "point" and sign.look != style.GATE
    ]
    per_mm = layout.enlarged * POINTS_PER_PIXEL / POINTS_PER_MM
    spots = []
    for number in places:
        look = signs[number].look
        x, y = _on_paper(signs[number], tile, layout)
        spots.append(Spot(x, y, (look.radius + look.weight / 2) * per_mm))
    moved = side_by_side(spots)
    metres_per_mm = (tile.bounds[2] - tile.bounds[0]) / layout.frame.width
    for group in groups(spots):
        if len(group) == 1:
            continue
        names = set()
        for at in reversed(group):
            number = places[at]
            sign = signs[number]
            spread[number] = replace(
                sign,
                x=sign.x + (moved[at].x_mm - spots[at].x_mm) * metres_per_mm,
                y=sign.y + (moved[at].y_mm - spots[at].y_mm) * metres_per_mm,
                name="" if sign.name in names else sign.name,
            )
            names.add(sign.name)
    return spread


def _map_axes(figure: Figure, tile: Tile, layout: Layout) -> Axes:
    frame = layout.frame
    axes = figure.add_axes(
        (
            frame.left / layout.width_mm,
            frame.bottom / layout.height_mm,
            frame.width / layout.width_mm,
            frame.height / layout.height_mm,
        )
    )
    west, south, east, north = tile.bounds
    axes.set_aspect("auto")
    axes.set_xlim(west, east, auto=False)
    axes.set_ylim(south, north, auto=False)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_facecolor(style.PAPER)
    for spine in axes.spines.values():
        spine.set_linewidth(0.8)
        spine.set_color(style.INK)
    return axes


def _on(tile: Tile, sign: Sign) -> bool:
    west, south, east, north = tile.bounds
    return west < sign.x < east and south < sign.y < north


def _seen(shape: Any, tile: Tile, metres_per_mm: float) -> Any:
    """Cut a shape to the frame, and a bit more so that no outline runs along the frame."""
    air = 5 * metres_per_mm
    west, south, east, north = tile.bounds
    cut = shapely.clip_by_rect(shape, west - air, south - air, east + air, north + air)
    return shapely.simplify(cut, SIMPLIFY_MM * metres_per_mm)


def _draw_shape(axes: Axes, look: Look, shape: Any, layout: Layout, order: int) -> None:
    width = look.weight * POINTS_PER_PIXEL * layout.enlarged
    parts = shapely.get_parts(shapely.get_parts(np.atleast_1d(shape)))
    surfaces = parts[shapely.get_dimensions(parts) == 2]  # noqa: PLR2004  polygons
    if look.kind == "area":
        if len(surfaces):
            paths = [_polygon_path(polygon) for polygon in surfaces]
            axes.add_collection(
                PathCollection(
                    paths,
                    facecolors=look.fill,
                    edgecolors=look.stroke,
                    linewidths=width,
                    zorder=order,
                ),
                autolim=False,
            )
        return
    # joined, for the ends of see-through lines that lie on each other would be dark dots
    joined = shapely.line_merge(shapely.multilinestrings(parts[shapely.get_dimensions(parts) == 1]))
    lines = [shapely.get_coordinates(line) for line in shapely.get_parts(joined)]
    axes.add_collection(
        LineCollection(
            lines,
            colors=look.stroke,
            linewidths=width,
            linestyles=_dash(look),
            alpha=look.opacity,
            capstyle="round" if look.opacity == 1 else "butt",
            joinstyle="round",
            zorder=order,
        ),
        autolim=False,
    )


def _polygon_path(polygon: Any) -> Path:
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(polygon)]
    return Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))


def _dash(look: Look) -> Any:
    if look.dash is None:
        return "solid"
    steps = [float(step) / look.weight for step in look.dash.split()]
    return (0, steps)


def draw_sign(
    axes: Axes, look: Look, x: float, y: float, enlarged: float, *, zorder: float = 5
) -> None:
    """Draw a symbol in points, whatever the units of the axes."""
    if look.kind != "point":
        return
    size = POINTS_PER_PIXEL * enlarged
    radius, width = look.radius * size, look.weight * size
    corners = [(px, -py) for px, py in style.SHAPES[look.shape]]
    _marker(axes, Path([*corners, corners[0]], closed=True), (x, y), radius, look, width, zorder)
    low, high = (-1.0, -1.0), (1.0, 1.0)
    bars = [[low, high], [(-1.0, 1.0), (1.0, -1.0)]][: look.strike]
    for bar in bars:
        for colour, wide in ((style.PAPER, 3.0), (style.INK, 1.5)):
            _marker(
                axes, Path(bar), (x, y), radius, Look("line", stroke=colour), wide * size, zorder
            )
    if look.ring:
        circle = Path.unit_circle()
        # white below, so that it shows on dark surfaces too
        below = Look("line", stroke=style.PAPER, weight=RING_WEIGHT + 2)
        ring = Look("line", stroke=style.INK, dash="3 2.5", weight=RING_WEIGHT)
        for each in (below, ring):
            wide = each.weight * size
            _marker(axes, circle, (x, y), RING_RADIUS * size, each, wide, zorder - 0.5)


def _marker(
    axes: Axes,
    path: Path,
    at: tuple[float, float],
    radius: float,
    look: Look,
    width: float,
    zorder: float,
) -> None:
    """Draw a path of unit size around a point of the axes; radius and width in points."""
    axes.add_collection(
        PathCollection(
            [path.transformed(Affine2D().scale(radius))],
            offsets=[at],
            offset_transform=axes.transData,
            transform=Affine2D().scale(axes.figure.dpi / 72),
            facecolors=look.fill if look.fill and look.kind == "point" else "none",
            edgecolors=look.stroke,
            linewidths=width,
            linestyles=_dash(look),
            joinstyle="round",
            zorder=zorder,
            # a sign at the edge of the frame stands over it, whole
            clip_on=False,
        ),
        autolim=False,
    )


def text_size_mm(words: str, points: float, *, bold: bool = False) -> tuple[float, float]:
    """Width and height that words take on paper, from the font itself."""
    width, _, _ = text_to_path.get_text_width_height_descent(
        words, font(points, bold=bold), ismath=False
    )
    return width / POINTS_PER_MM, points * 0.95 / POINTS_PER_MM


def _outline(words: str, points: float, *, bold: bool) -> TextPath:
    # a dollar is a dollar, and no formula
    plain = words.replace("$", r"\$")
    return TextPath((0, 0), plain, size=points, prop=font(points, bold=bold))


def _draw_names(
    figure: Figure, signs: Sequence[Sign], tile: Tile, layout: Layout
) -> tuple[list[Placed], list[str]]:
    axes = page_axes(figure, layout)
    points = NAME_POINTS * layout.enlarged
    looks = {}
    labels, rooms = [], []
    for number, sign in enumerate(signs):
        x, y = _on_paper(sign, tile, layout)
        radius = _reach(sign.look) * POINTS_PER_PIXEL * layout.enlarged / POINTS_PER_MM
        rooms.append((x - radius, y - radius, x + radius, y + radius))
        if sign.name:
            wide, high = text_size_mm(sign.name, points, bold=sign.bold)
            surface = sign.look == style.QUARTER_NAME
            labels.append(Label(sign.name, x, y, radius, wide, high, sign.rank, surface))
            looks[(sign.name, x, y)] = (number, sign)
    placed, unplaced = place_labels(labels, layout.frame, rooms)
    for each in placed:
        sign = looks[(each.label.words, each.label.x_mm, each.label.y_mm)][1]
        colour = QUARTER_COLOUR if sign.look == style.QUARTER_NAME else style.INK
        _draw_name(axes, each, points, bold=sign.bold, colour=colour)
    # at the corner, so that the sign itself stays in sight
    corner = math.sqrt(0.5)
    for number, label in enumerate(unplaced, start=1):
        axes.text(
            label.x_mm + corner * label.radius_mm, label.y_mm + corner * label.radius_mm,
            str(number), ha="center", va="center", color=style.PAPER,
            fontproperties=font(NUMBER_POINTS * layout.enlarged, bold=True),
            zorder=300, bbox={"boxstyle": "square,pad=0.15", "fc": style.INK, "ec": "none"},
        )  # fmt: skip
    return placed, [label.words for label in unplaced]


def _reach(look: Look) -> float:
    """How far a sign reaches from its middle with outline and ring, in pixels of the screen."""
    if look.kind != "point":
        return 0.0
    return max(look.radius, RING_RADIUS if look.ring else 0.0) + look.weight / 2


def _on_paper(sign: Sign, tile: Tile, layout: Layout) -> tuple[float, float]:
    west, south, east, north = tile.bounds
    frame = layout.frame
    x = frame.left + (sign.x - west) / (east - west) * frame.width
    return round(x, 3), round(frame.bottom + (sign.y - south) / (north - south) * frame.height, 3)


def _draw_name(axes: Axes, placed: Placed, points: float, *, bold: bool, colour: str) -> None:
    """Write a name twice: a white outline below, real text that can be searched above."""
    if placed.leader is not None:
        x, y, x_to, y_to = placed.leader
        axes.plot([x, x_to], [y, y_to], color=style.INK, linewidth=0.4, zorder=200)
    words, left = placed.label.words, placed.left_mm
    base = placed.bottom_mm + 0.22 * placed.label.height_mm
    move = Affine2D().scale(1 / POINTS_PER_MM).translate(left, base)
    halo = _outline(words, points, bold=bold).transformed(move)
    axes.add_patch(
        PathPatch(halo, fill=False, edgecolor=style.PAPER, linewidth=HALO_POINTS, zorder=250)
    )
    axes.text(
        left, base, words, fontproperties=font(points, bold=bold),
        ha="left", va="baseline", color=colour, zorder=260, parse_math=False,
    )  # fmt: skip
