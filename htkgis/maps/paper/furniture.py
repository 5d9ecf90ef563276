"""What stands around the map: heading, legend, scale bar, control bar, norths, grid, sources."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyproj
from matplotlib.axes import Axes
from matplotlib.patches import Polygon, Rectangle

from htkgis.maps import style
from htkgis.maps.style import Look
from htkgis.maps.text import Text

from .draw import draw_sign, text_size_mm
from .font import font
from .papers import Box, Layout
from .tiling import Tile

TITLE_POINTS, SCALE_POINTS, TEXT_POINTS, SMALL_POINTS = 13.0, 8.0, 7.0, 5.6
NORTH_POINTS = 5.0
CONTROL_MM = 100.0
GRID_TARGET_MM = 40.0
"""Crosses of the grid stand about so far apart, at a round number of metres."""

GRID_COLOUR = "#8a1538"
CROSS_MM = 2.0
BAR_PARTS = 4
BAR_PART_MM = 8.0
"""A part of the scale bar is at least so long."""

METRES_PER_KM = 1000
"""Parts of the scale bar that are as long are written in kilometres."""

ROUND_M: tuple[int, ...] = tuple(
    factor * 10**power for power in range(1, 5) for factor in (1, 2, 5)
)
LEGEND_LINE_MM, LEGEND_COLUMN_MM = 5.0, 46.0
_SWATCH_MM = 7.0


@dataclass
class Writer:
    """Writes words on a sheet and keeps, in order, what each of them is to a reader.

    Attributes
    ----------
    axes
        Over the whole sheet, in millimetres.
    enlarged
        How many times larger letters are than on A4.
    roles
        ``H1``, ``H2``, ``P`` or ``LI`` and the words of every piece of text, as it was drawn.
    """

    axes: Axes
    enlarged: float
    roles: list[tuple[str, str]] = field(default_factory=list)

    def write(
        self,
        role: str,
        x: float,
        y: float,
        words: str,
        points: float = TEXT_POINTS,
        *,
        bold: bool = False,
        align: str = "left",
    ) -> None:
        """Write one line with its baseline at ``y``."""
        size = points * self.enlarged
        self.axes.text(
            x, y, words, fontproperties=font(size, bold=bold), ha=align, va="baseline",
            color=style.INK, parse_math=False,
        )  # fmt: skip
        self.roles.append((role, words))

    def fitting(self, words: str, points: float, widest_mm: float, *, bold: bool = False) -> float:
        """Give the size, at most ``points``, in which words are no wider than ``widest_mm``."""
        wide = text_size_mm(words, points * self.enlarged, bold=bold)[0]
        return points * min(1.0, widest_mm / wide) if wide else points


def draw_heading(
    writer: Writer, layout: Layout, *, title: str, scale: int, tile: Tile, text: Text
) -> None:
    """Write the title, at which scale the sheet is to be printed, and which sheet it is."""
    box, larger = layout.heading, layout.enlarged
    points = writer.fitting(title, TITLE_POINTS, box.width, bold=True)
    writer.write("H1", box.left, box.top - 6 * larger, title, points, bold=True)
    words = text(
        "paper.scale",
        scale=text.format_number(scale),
        paper=layout.paper,
        width=text.format_number(layout.width_mm),
        height=text.format_number(layout.height_mm),
    )
    if tile.of > 1:
        sheet = text("paper.sheet", number=tile.number, of=tile.of)
        words += f" {sheet[0].upper()}{sheet[1:]}."
    points = writer.fitting(words, SCALE_POINTS, box.width)
    writer.write("P", box.left, box.top - 12.5 * larger, words, points)


def draw_legend(
    writer: Writer,
    layout: Layout,
    entries: Sequence[tuple[Look, str]],
    numbered: Sequence[str],
    tile: Tile,
    text: Text,
) -> None:
    """Explain every look in columns, then names without room, then how sheets lie together."""
    box, larger = layout.legend, layout.enlarged
    writer.write("H2", box.left, box.top - 3.5 * larger, text("paper.legend"), 8.5, bold=True)
    index_mm = 24.0 * larger if tile.of > 1 else 0.0
    room = Box(box.left, box.bottom, box.width, box.height - 6.5 * larger)
    if layout.legend_below:
        room = Box(room.left, room.bottom, room.width - index_mm * 1.4, room.height)
    else:
        room = Box(room.left, room.bottom + index_mm, room.width, room.height - index_mm)
    lines = [*entries, *((None, f"{n} {name}") for n, name in enumerate(numbered, start=1))]
    for (look, words), (x, y, wide) in zip(lines, _slots(room, len(lines), larger), strict=True):
        if look is not None:
            _swatch(writer.axes, look, x, y + 1.0 * larger, larger)
        left = x + _SWATCH_MM * larger
        points = writer.fitting(words, TEXT_POINTS, wide - (_SWATCH_MM + 1) * larger)
        writer.write("LI", left, y, words, points)
    if tile.of > 1:
        _index(writer, layout, tile, text, index_mm)


def _slots(room: Box, count: int, larger: float) -> Iterator[tuple[float, float, float]]:
    """Give left, baseline and width of each line; lines move together where they are many."""
    columns = max(1, int(room.width // (LEGEND_COLUMN_MM * larger)))
    rows = max(1, math.ceil(count / columns))
    step = min(LEGEND_LINE_MM * larger, room.height / rows)
    wide = room.width / columns
    for number in range(count):
        column, row = divmod(number, rows)
        yield room.left + column * wide, room.top - (row + 0.75) * step, wide


def _swatch(axes: Axes, look: Look, x: float, y: float, larger: float) -> None:
    wide = 5.0 * larger
    if look.kind == "area":
        axes.add_patch(
            Rectangle(
                (x, y - 1.3 * larger), wide, 2.6 * larger, facecolor=look.fill,
                edgecolor=look.stroke, linewidth=look.weight * 0.55 * larger,
            )
        )  # fmt: skip
    elif look.kind == "line":
        dash = (0, [float(s) / look.weight for s in look.dash.split()]) if look.dash else "solid"
        axes.plot(
            [x, x + wide], [y, y], color=look.stroke, alpha=look.opacity, linestyle=dash,
            linewidth=look.weight * 0.55 * larger,
        )  # fmt: skip
    else:
        draw_sign(axes, look, x + wide / 2, y, larger * 0.8)


def _index(writer: Writer, layout: Layout, tile: Tile, text: Text, high_mm: float) -> None:
    """Draw how the sheets lie beside each other, this one filled."""
    box, larger = layout.legend, layout.enlarged
    rows = 1 + max(0, (tile.of - 1) // max(1, tile.columns))
    cell = min(8.0 * larger, (high_mm - 6 * larger) / rows, 30.0 * larger / tile.columns)
    left = box.right - tile.columns * cell - 2 if layout.legend_below else box.left
    top = box.top - 6.5 * larger if layout.legend_below else box.bottom + high_mm - 5 * larger
    words = text("paper.index")
    # from the first cell on, but never beyond the margin of the sheet
    start = min(left, box.right - text_size_mm(words, SMALL_POINTS * larger)[0])
    writer.write("P", start, top + 1.5 * larger, words, SMALL_POINTS)
    for number in range(1, tile.of + 1):
        row, column = divmod(number - 1, tile.columns)
        own = number == tile.number
        x, y = left + column * cell, top - (row + 1) * cell
        writer.axes.add_patch(
            Rectangle(
                (x, y), cell, cell, facecolor=style.INK if own else style.PAPER,
                edgecolor=style.INK, linewidth=0.5,
            )
        )  # fmt: skip
        writer.axes.text(
            x + cell / 2, y + cell / 2, str(number), ha="center", va="center",
            color=style.PAPER if own else style.INK, fontproperties=font(6.0 * larger),
        )  # fmt: skip
        writer.roles.append(("", str(number)))


def draw_foot(
    writer: Writer,
    layout: Layout,
    tile: Tile,
    *,
    scale: int,
    crs: str,
    notes: Sequence[str],
    text: Text,
) -> None:
    """Draw both bars and both norths, and write the notes below them, each in its own lines."""
    box, larger = layout.foot, layout.enlarged
    top = box.top
    _scale_bar(writer, box.left, top - 3.5 * larger, scale, text)
    _control_bar(writer, box.right - CONTROL_MM - 15 * larger, top - 3.5 * larger, text)
    left = _norths(writer, box.right - 6 * larger, top - 9 * larger, tile, crs, text)
    wide = left - 3 * larger - box.left
    lines = [line for note in notes for line in _wrapped(note, wide, larger)]
    step = min(2.6 * larger, (box.height - 8.5 * larger) / max(1, len(lines)))
    for number, line in enumerate(lines):
        writer.write("P", box.left, top - 10.5 * larger - number * step, line, SMALL_POINTS)


def _wrapped(words: str, wide_mm: float, larger: float) -> Iterator[str]:
    line = ""
    for word in words.split(" "):
        longer = f"{line} {word}".strip()
        if line and text_size_mm(longer, SMALL_POINTS * larger)[0] > wide_mm:
            yield line
            longer = word
        line = longer
    if line:
        yield line


def scale_part_m(scale: int, larger: float = 1.0) -> int:
    """Round metres of one part of the scale bar.

    Examples
    --------
    >>> scale_part_m(6_000), scale_part_m(20_000), scale_part_m(100_000)
    (50, 200, 1000)
    """
    return next(metres for metres in ROUND_M if metres / scale * 1000 >= BAR_PART_MM * larger)


def _scale_bar(writer: Writer, x: float, y: float, scale: int, text: Text) -> None:
    larger = writer.enlarged
    metres = scale_part_m(scale, larger)
    wide = metres / scale * 1000
    for part in range(BAR_PARTS):
        writer.axes.add_patch(
            Rectangle(
                (x + part * wide, y - 2 * larger), wide, 1.6 * larger, linewidth=0.4,
                facecolor=style.INK if part % 2 == 0 else style.PAPER, edgecolor=style.INK,
            )
        )  # fmt: skip
    for part in range(BAR_PARTS + 1):
        in_km = metres >= METRES_PER_KM
        words = text.format_number(part * (metres // METRES_PER_KM if in_km else metres))
        if part == BAR_PARTS:
            unit = "kilometres" if in_km else "metres"
            words = text(f"paper.{unit}", **{unit: words})
        align = "left" if part == 0 else "center"
        writer.write("P", x + part * wide, y, words, SMALL_POINTS, align=align)


def _control_bar(writer: Writer, x: float, y: float, text: Text) -> None:
    """Draw 100 mm to lay a ruler on."""
    larger, low = writer.enlarged, y - 1.2 * writer.enlarged
    writer.axes.plot([x, x + CONTROL_MM], [low, low], color=style.INK, linewidth=0.5)
    for end in (x, x + CONTROL_MM):
        writer.axes.plot([end, end], [low - larger, low + larger], color=style.INK, linewidth=0.5)
    writer.write("P", x + CONTROL_MM / 2, y, text("paper.control"), SMALL_POINTS, align="center")


def convergence_deg(tile: Tile, crs: str) -> float:
    """Tell how far true north lies west of grid north in the middle of a sheet, in degrees."""
    west, south, east, north = tile.bounds
    lon, lat = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(
        (west + east) / 2, (south + north) / 2
    )
    return float(pyproj.Proj(crs).get_factors(lon, lat).meridian_convergence)


def _norths(writer: Writer, x: float, y: float, tile: Tile, crs: str, text: Text) -> float:
    """Draw grid north upright and true north as a turned line; give the left end of the words."""
    larger, turn = writer.enlarged, math.radians(convergence_deg(tile, crs))
    long = 7.5 * larger
    writer.axes.add_patch(
        Polygon(
            [(x, y + long), (x - 1.6 * larger, y), (x, y + 1.6 * larger), (x + 1.6 * larger, y)],
            facecolor=style.INK, edgecolor=style.INK, linewidth=0.3,
        )
    )  # fmt: skip
    tip = (x - 1.4 * long * math.sin(turn), y + 1.4 * long * math.cos(turn))
    writer.axes.plot([x, tip[0]], [y, tip[1]], color=GRID_COLOUR, linewidth=0.6)
    degrees = text.format_number(abs(math.degrees(turn)), 1)
    right, words = x + 5 * larger, text("paper.true_north", degrees=degrees)
    writer.write("P", right, y - 3 * larger, text("paper.grid_north"), NORTH_POINTS, align="right")
    writer.write("P", right, y - 5.4 * larger, words, NORTH_POINTS, align="right")
    return right - text_size_mm(words, NORTH_POINTS * larger)[0]


def grid_step_m(scale: int) -> int:
    """Round metres between the crosses of the grid.

    Examples
    --------
    >>> grid_step_m(6_000), grid_step_m(20_000), grid_step_m(100_000)
    (200, 1000, 5000)
    """
    wanted = GRID_TARGET_MM * scale / 1000
    return min(ROUND_M, key=lambda metres: abs(math.log(metres / wanted)))


def draw_grid(axes: Axes, layout: Layout, tile: Tile, scale: int, text: Text) -> list[str]:
    """Draw crosses at round coordinates, and write the coordinates along the frame.

    Returns
    -------
    words
        What was written: it is part of the picture.
    """
    frame, step, larger = layout.frame, grid_step_m(scale), layout.enlarged
    west, south, east, north = tile.bounds
    eastings = range(math.ceil(west / step) * step, math.ceil(east), step)
    northings = range(math.ceil(south / step) * step, math.ceil(north), step)
    per_metre = frame.width / (east - west)
    columns = {e: frame.left + (e - west) * per_metre for e in eastings}
    rows = {n: frame.bottom + (n - south) * per_metre for n in northings}
    arm = CROSS_MM / 2 * larger
    look: dict[str, Any] = {"color": GRID_COLOUR, "linewidth": 0.5, "zorder": 90}
    for x in columns.values():
        for y in rows.values():
            if (
                frame.left + arm < x < frame.right - arm
                and frame.bottom + arm < y < frame.top - arm
            ):
                axes.plot([x - arm, x + arm], [y, y], **look)
                axes.plot([x, x], [y - arm, y + arm], **look)
    small, written = font(4.6 * larger), []
    edge: dict[str, Any] = {"fontproperties": small, "color": style.INK, "parse_math": False}
    for easting, x in columns.items():
        if frame.left + 6 < x < frame.right - 6:
            words = text.format_number(easting)
            axes.text(x, frame.bottom - 0.6, words, ha="center", va="top", **edge)
            written.append(words)
    for northing, y in rows.items():
        if frame.bottom + 8 < y < frame.top - 8:
            words = text.format_number(northing)
            axes.text(frame.left - 0.8, y, words, ha="right", va="center", rotation=90, **edge)
            written.append(words)
    return written
