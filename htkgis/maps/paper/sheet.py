"""One sheet as a file: a tagged PDF, a plain one for the press, SVG or PNG."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import matplotlib as mpl
from markupsafe import escape
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from htkgis.maps import style
from htkgis.maps.text import Text

from .content import PaperMap, PaperTables, lacks_letters, legend, paper_map
from .draw import draw_map, new_figure, page_axes
from .font import FONT, NO_GLYPH, drawable
from .furniture import Writer, draw_foot, draw_grid, draw_heading, draw_legend
from .papers import Layout
from .tagged import tag_pdf
from .tiling import Tile, best_layout, fits, tiles

FORMATS = ("pdf", "png", "svg")
DOTS_PER_INCH = 300
SETTINGS: Any = {
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "htkgis",
    "path.simplify": False,
    "axes.unicode_minus": False,
    "font.family": FONT,
}
"""Fonts whose letters can be searched, paths as they are, the same ids each time."""


@dataclass(frozen=True)
class Order:
    """What a planner asks for.

    Attributes
    ----------
    scale
        The denominator: 20000 for 1:20,000.
    paper
        ``A4``, ``A3`` or ``A1``.
    format
        ``pdf``, ``png`` (300 dots per inch) or ``svg``.
    print_only
        A PDF without tags; it says so itself.
    """

    scale: int
    paper: str
    format: str = "pdf"
    print_only: bool = False


@dataclass(frozen=True)
class PrintedSheet:
    """One file.

    Attributes
    ----------
    name
        ``<map>-<scale>-<paper>[-<sheet>].<format>``.
    content
        The file.
    tile
        The land on it.
    names, numbered
        How many names are on the map; which ones stand under a number in the legend.
    """

    name: str
    content: bytes
    tile: Tile
    names: int
    numbered: Sequence[str]


def print_sheets(
    tables: PaperTables,
    order: Order,
    quarter: str | None,
    *,
    crs: str,
    notes: Sequence[str],
    text: Text,
) -> list[PrintedSheet]:
    """Print one map on as few sheets as hold it.

    Parameters
    ----------
    tables
        What is drawn.
    quarter
        Id of the quarter in the middle; None for all of them.
    crs
        Of the tables and of the sheet: what is drawn is not projected again.
    notes
        Date, sources and what else stands at the foot.

    Raises
    ------
    ConfigError
        If there is no such paper.
    """
    drawn = paper_map(tables, order.scale, quarter, text=text)
    layout = best_layout(order.paper, drawn.bounds, order.scale)
    if order.format == "pdf" and order.print_only:
        notes = [text("paper.print_only"), *notes]
    notes = [drawable(note) for note in notes]
    if lacks_letters(drawn):
        notes.append(text("paper.no_letter", sign=NO_GLYPH))
    with mpl.rc_context(SETTINGS):
        return [
            _sheet(drawn, tile, layout, order, crs, notes, text)
            for tile in tiles(drawn.bounds, order.scale, layout)
        ]


def _sheet(
    drawn: PaperMap,
    tile: Tile,
    layout: Layout,
    order: Order,
    crs: str,
    notes: Sequence[str],
    text: Text,
) -> PrintedSheet:
    picture = new_figure(layout)
    on_map = draw_map(picture, drawn, tile, _layout_of_map(drawn, layout, order.scale))
    placed, numbered = on_map.placed, on_map.numbered
    if on_map.moved:
        notes = [*notes, text("paper.side_by_side")]
    draw_grid(page_axes(picture, layout), layout, tile, order.scale, text)
    tagged = order.format == "pdf" and not order.print_only
    around = new_figure(layout) if tagged else picture
    writer = Writer(page_axes(around, layout), layout.enlarged)
    draw_heading(writer, layout, title=drawn.title, scale=order.scale, tile=tile, text=text)
    draw_legend(writer, layout, list(legend(drawn, tile.bounds, text=text)), numbered, tile, text)
    draw_foot(writer, layout, tile, scale=order.scale, crs=crs, notes=notes, text=text)
    sheet = f"-{tile.number}" if tile.of > 1 else ""
    name = f"{drawn.key}-{order.scale}-{order.paper}{sheet}.{order.format}"
    title = _title(drawn, order, tile, text)
    if tagged:
        alternative = _alternative(drawn, [each.label.words for each in placed], text)
        content = tag_pdf(
            _pdf(picture, title), _pdf(around, title), writer.roles,
            title=title, alternative=alternative, language=text.language,
        )  # fmt: skip
    else:
        content = _WRITERS[order.format](picture, title)
    return PrintedSheet(name, content, tile, len(placed), tuple(numbered))


def _layout_of_map(drawn: PaperMap, layout: Layout, scale: int) -> Layout:
    """Draw signs as on a small paper where the land fits on one: a larger one shows no more."""
    return replace(layout, enlarged=1.0) if fits("A4", drawn.bounds, scale) else layout


def _title(drawn: PaperMap, order: Order, tile: Tile, text: Text) -> str:
    title = text("paper.file_title", title=drawn.title, scale=text.format_number(order.scale))
    if tile.of > 1:
        title += ", " + text("paper.sheet", number=tile.number, of=tile.of)
    return title


def _alternative(drawn: PaperMap, names: Sequence[str], text: Text) -> str:
    """Say what the map shows, and which names stand on it: what can be said without seeing it."""
    if not names:
        return drawn.about
    return f"{drawn.about} {text('paper.about_names', names=text.join(sorted(set(names))))}"


def _pdf(figure: Figure, title: str) -> bytes:
    FigureCanvasPdf(figure)
    out = io.BytesIO()
    metadata = {"Title": title, "Creator": None, "Producer": None, "CreationDate": None}
    figure.savefig(out, format="pdf", metadata=metadata)
    return out.getvalue()


def _png(figure: Figure, _title: str) -> bytes:
    FigureCanvasAgg(figure)
    out = io.BytesIO()
    figure.savefig(
        out, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None}, facecolor=style.PAPER
    )
    return out.getvalue()


def _svg(figure: Figure, title: str) -> bytes:
    FigureCanvasSVG(figure)
    out = io.BytesIO()
    figure.savefig(out, format="svg", metadata={"Title": title, "Date": None, "Creator": None})
    words = out.getvalue().decode()
    start = words.index("<svg")
    end = words.index(">", start) + 1
    return f"{words[:end]}<title>{escape(title)}</title>{words[end:]}".encode()


_WRITERS: Mapping[str, Callable[[Figure, str], bytes]] = {"pdf": _pdf, "png": _png, "svg": _svg}
