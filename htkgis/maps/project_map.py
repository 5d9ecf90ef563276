"""A fixed map of what one project does: its edits, and where the way becomes shorter or longer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from markupsafe import Markup

from . import style
from .picture import Picture
from .style import Look
from .text import Text

Drawn = Literal["street", "shut", "place", "gone"]
BETTER = ("#c6bfe0", "#8775b8", "#4a2a83")
"""Small to large differences for the better; PuOr, which colour-blind readers tell apart."""
WORSE = ("#fdd9a8", "#e68a1a", "#8c4a06")
SAME = Look("point", fill=style.PAPER, stroke=style.QUIET, weight=1.2, radius=3.5)
EDITS: dict[Drawn, Look] = {
    "street": Look("line", stroke="#c2185b", weight=5),
    "shut": Look("line", stroke="#c2185b", weight=3, dash="3 4"),
    "place": Look("point", fill="#c2185b", shape="flag", radius=11, weight=1.5),
    "gone": Look("point", fill=style.PAPER, stroke="#c2185b", radius=8, weight=2, strike=1),
}
MOST_POINTS = 400
"""Of more points that change, squares stand for those in them."""
CELL_M = 100.0
LEAST_SIDE_M = 1200.0
MARGIN = 0.12
TALLEST = 0.75
"""Height of a map in widths."""


@dataclass(frozen=True, eq=False)
class ProjectLayers:
    """What the map of a project draws; every frame in the study's CRS.

    Parameters
    ----------
    areas
        Outlines of the housing areas.
    streets
        ``kind``; lines around.
    edits
        ``drawn`` and ``name``; points and lines.
    points
        ``minutes`` that each point saves, below 0 where it loses.
    area
        Outline of the project's own area.
    breaks_min
        Where the classes of minutes begin, rising.
    """

    areas: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    edits: gpd.GeoDataFrame
    points: gpd.GeoDataFrame
    area: gpd.GeoDataFrame
    breaks_min: tuple[float, ...]


def change_look(minutes: float, breaks_min: Sequence[float]) -> Look:
    """Look of a change: colour and size by class, up for shorter and down for longer.

    Examples
    --------
    >>> [change_look(value, (1, 5, 10)).shape for value in (7, -7, 0.5)]
    ['triangle', 'triangle_down', 'circle']
    """
    step = int(np.searchsorted(breaks_min, abs(minutes), side="right")) - 1
    if step < 0:
        return SAME
    colours = BETTER if minutes > 0 else WORSE
    shape = "triangle" if minutes > 0 else "triangle_down"
    fill = colours[min(step, len(colours) - 1)]
    return Look("point", fill=fill, weight=1.2, shape=shape, radius=6.0 + 1.5 * step)


def project_map(
    layers: ProjectLayers, *, key: str, project: str, text: Text
) -> tuple[Markup, list[tuple[Look, str]], bool]:
    """Draw what a project does.

    Parameters
    ----------
    layers
        What is drawn; the extent holds the edits, the area and all points that change.
    key
        What ids begin with.
    project
        Its name.

    Returns
    -------
    drawing, legend, in_cells
        The map, looks and words of what is on it, and whether points are put together in squares.
    """
    changed = layers.points[layers.points["minutes"].abs() >= layers.breaks_min[0]]
    shown, in_cells = _few(layers.points, changed)
    drawn = Picture(_extent([layers.area, layers.edits, changed]), letters=11)
    west, south, east, north = drawn.bounds
    shown = shown.cx[west:east, south:north]
    near = layers.streets.iloc[
        layers.streets.sindex.query(shapely.box(*drawn.bounds), predicate="intersects", sort=True)
    ]
    main = [style.street(kind) is style.MAIN_STREET for kind in near["kind"]]
    for chosen, look in ((near, style.STREET), (near[main], style.MAIN_STREET)):
        if len(chosen):
            lines = shapely.get_parts(chosen.geometry.to_numpy()).tolist()
            drawn.add_shape(shapely.line_merge(shapely.MultiLineString(lines)), look)
    drawn.add_shape(layers.areas.boundary.union_all(), style.AREA)
    is_line = layers.edits["drawn"].isin(["street", "shut"])
    for row in layers.edits[is_line].itertuples():
        drawn.add_shape(row.geometry, EDITS[row.drawn])
    size = 0.8 if len(shown) < 60 else 0.45  # noqa: PLR2004 - gates of areas, or addresses
    for row in shown.itertuples():
        drawn.add_symbol(row.geometry, change_look(row.minutes, layers.breaks_min), size=size)
    for row in layers.edits[~is_line].itertuples():
        drawn.add_symbol(row.geometry, EDITS[row.drawn], str(row.name), size=0.8)
    better, worse = ((sign * changed["minutes"] > 0).sum() for sign in (1, -1))
    picture = drawn.render(
        key,
        title=text("effects.sheet.map_title", project=project),
        description=text(
            "effects.sheet.map_about",
            project=project,
            count=text.format_number(int(better)),
            worse=text.format_number(int(worse)),
        ),
        bar_words=text("locator.scale", metres="{metres}"),
    )
    return picture, _legend(layers, shown, text), in_cells


def _legend(layers: ProjectLayers, shown: gpd.GeoDataFrame, text: Text) -> list[tuple[Look, str]]:
    """List what the map shows, in words; only what is on it."""
    breaks = layers.breaks_min
    words = [text.format_number(value, None) for value in breaks]
    rows: list[tuple[Look, str]] = []
    minutes = shown["minutes"].to_numpy()
    for sign, key in ((1, "closer"), (-1, "farther")):
        for step, low in enumerate(breaks):
            high = breaks[step + 1] if step + 1 < len(breaks) else np.inf
            if ((sign * minutes >= low) & (sign * minutes < high)).any():
                last = step + 1 == len(breaks)
                said = {"low": words[step]} | ({} if last else {"high": words[step + 1]})
                name = f"effects.legend.{key}{'_last' if last else ''}"
                rows.append((change_look(sign * low, breaks), text(name, **said)))
    if (np.abs(minutes) < breaks[0]).any():
        rows.append((SAME, text("effects.legend.same", low=words[0])))
    kinds = set(layers.edits["drawn"])
    rows += [(look, text(f"effects.legend.{k}")) for k, look in EDITS.items() if k in kinds]
    return rows


def _few(points: gpd.GeoDataFrame, changed: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, bool]:
    """Take all points where they are few, else those that change, else squares of them."""
    if len(points) <= MOST_POINTS:
        return points, False
    if len(changed) <= MOST_POINTS:
        return changed, False
    xy = shapely.get_coordinates(changed.geometry.to_numpy())
    cell = np.floor(xy / CELL_M)
    table = pd.DataFrame({"x": cell[:, 0], "y": cell[:, 1], "minutes": changed["minutes"].array})
    middle = table.groupby(["y", "x"])["minutes"].median().reset_index()
    centres = (middle[["x", "y"]].to_numpy() + 0.5) * CELL_M
    return gpd.GeoDataFrame(
        {"minutes": middle["minutes"]}, geometry=shapely.points(centres), crs=points.crs
    ), True


def _extent(frames: Sequence[gpd.GeoDataFrame]) -> tuple[float, float, float, float]:
    """Give the box around what matters, with a margin, and no smaller than a neighbourhood."""
    boxes: Any = np.array([frame.total_bounds for frame in frames if len(frame)])
    west, south = boxes[:, :2].min(axis=0)
    east, north = boxes[:, 2:].max(axis=0)
    wide = max((east - west) * (1 + 2 * MARGIN), LEAST_SIDE_M)
    high = max((north - south) * (1 + 2 * MARGIN), 0.6 * LEAST_SIDE_M)
    wide = max(wide, high / TALLEST)  # so that a sheet stays one printed page
    x, y = (west + east) / 2, (south + north) / 2
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2
