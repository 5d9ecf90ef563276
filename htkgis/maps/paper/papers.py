"""Where things stand on a sheet, in millimetres: papers, the map frame and what is around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from htkgis.errors import ConfigError

PAPERS = {"A4": (210.0, 297.0), "A3": (297.0, 420.0), "A1": (594.0, 841.0)}
"""Width and height upright, in millimetres (ISO 216)."""

MARGIN_MM = 12.0
"""Free of ink on every side, for any printer, and room for the figures of the grid."""

HEADING_MM = 17.0
FOOT_MM = 21.0
GAP_MM = 4.0
LEGEND_WIDE_MM = 60.0
LEGEND_LOW_MM = 42.0
LARGE = {"A1": 1.6}
"""Papers that are read from farther away: by how much text and signs are larger there."""


class Box(NamedTuple):
    """A rectangle on the sheet in millimetres from its lower left corner."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Distance of the right side from the left edge of the sheet."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """Distance of the upper side from the lower edge of the sheet."""
        return self.bottom + self.height


@dataclass(frozen=True)
class Layout:
    """A paper and where heading, map frame, legend and foot stand on it.

    Attributes
    ----------
    paper
        ``A4``, ``A3`` or ``A1``.
    width_mm, height_mm
        Of the sheet, as it is turned.
    frame, legend, heading, foot
        In millimetres from the lower left corner.
    legend_below
        Whether the legend stands in columns under the map, or in one beside it.
    enlarged
        How many times larger text and signs are than on A4.
    """

    paper: str
    width_mm: float
    height_mm: float
    frame: Box
    legend: Box
    heading: Box
    foot: Box
    legend_below: bool
    enlarged: float


def layouts(paper: str) -> tuple[Layout, ...]:
    """List the ways to use a paper: on its side or upright, the legend beside or below the map.

    Raises
    ------
    ConfigError
        If there is no such paper.

    Examples
    --------
    >>> [(each.width_mm, each.frame.width, each.frame.height) for each in layouts("A4")[:2]]
    [(297.0, 209.0, 142.0), (297.0, 273.0, 96.0)]
    """
    if paper not in PAPERS:
        msg = f"paper: there is no {paper!r}; allowed: {', '.join(PAPERS)}. Change --paper."
        raise ConfigError(msg)
    short, long = PAPERS[paper]
    return tuple(
        _layout(paper, width, height, below=below)
        for width, height in ((long, short), (short, long))
        for below in (False, True)
    )


def _layout(paper: str, width: float, height: float, *, below: bool) -> Layout:
    larger = LARGE.get(paper, 1.0)
    heading_mm, foot_mm = HEADING_MM * larger, FOOT_MM * larger
    inner = width - 2 * MARGIN_MM
    foot = Box(MARGIN_MM, MARGIN_MM, inner, foot_mm)
    heading = Box(MARGIN_MM, height - MARGIN_MM - heading_mm, inner, heading_mm)
    bottom = foot.top + GAP_MM
    between = heading.bottom - GAP_MM / 2 - bottom
    if below:
        low = LEGEND_LOW_MM * larger
        legend = Box(MARGIN_MM, bottom, inner, low)
        frame = Box(MARGIN_MM, legend.top + GAP_MM, inner, round(between - low - GAP_MM, 0))
    else:
        wide = LEGEND_WIDE_MM * larger
        legend = Box(width - MARGIN_MM - wide, bottom, wide, between)
        frame = Box(MARGIN_MM, bottom, inner - wide - GAP_MM, between)
    frame = Box(frame.left, frame.bottom, float(int(frame.width)), float(int(frame.height)))
    return Layout(paper, width, height, frame, legend, heading, foot, below, larger)
