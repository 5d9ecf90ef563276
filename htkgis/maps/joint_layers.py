"""What the maps of all quarters together draw, and the ground that they share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import geopandas as gpd
import shapely

from htkgis.store.known import Known
from htkgis.store.memory import recalled

from . import elements, style
from .picture import Picture
from .shapes import joined_lines, outline, outline_words, stack, top
from .style import Look
from .text import Text

Profile = Mapping[str, Any]
MAIN_STREET = replace(style.MAIN_STREET, weight=1.1, opacity=0.4)
"""Fainter than on the map of a quarter: here streets only say where one is."""

TABLES = (
    *("municipality", "quarters", "areas", "origins", "streets"),
    *("projects", "region", "edits"),
)
NOT_DRAWN: Mapping[str, tuple[str, ...]] = {
    "region": ("origins", "projects"),
    "plans": ("origins", "region"),
    "differences": ("projects", "region"),
}
"""By page: tables that it shows nothing of."""


@dataclass(frozen=True)
class JointLayers:
    """What is drawn of all quarters; every frame in the study's projected CRS in metres.

    Attributes
    ----------
    municipality, quarters, areas
        Outlines; ``id`` and ``name`` of the last two.
    origins
        ``id``, ``area_id``, ``name``.
    streets
        ``kind``; lines.
    projects
        ``id``, ``approximate``; only those with a position.
    region
        Stops and lines between them: ``id``, ``name`` and ``kind`` (``station``, ``stop``,
        ``rail``, ``bus``); no rows where nothing is measured by public transport.
    background
        A map of another host that readers may switch on, as ``PlanMap`` takes it; None: no host.
    edits
        Of scenarios that are compared: ``name``, ``sides`` ("0" for the first, "1" for the
        second, "01" for both) and points, lines or outlines; None elsewhere.
    """

    municipality: gpd.GeoDataFrame
    quarters: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    origins: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    projects: gpd.GeoDataFrame
    region: gpd.GeoDataFrame
    background: Mapping[str, Any] | None = None
    edits: gpd.GeoDataFrame | None = None

    @cached_property
    def known(self) -> tuple[Known, ...]:
        """All tables, each to be hashed once, for what is kept of drawings."""
        return tuple(Known(getattr(self, name)) for name in TABLES)

    def drawn_on(self, key: str) -> JointLayers:
        """Leave out what a page does not draw, so that it does not change with it."""
        empty = {name: getattr(self, name)[:0] for name in NOT_DRAWN.get(key, ())}
        own = replace(self, **empty)
        # what is the same table is hashed once for all pages
        same = (Known(empty[name]) if name in empty else known for name, known in self._named)
        vars(own)["known"] = tuple(same)
        return own

    @property
    def _named(self) -> Iterator[tuple[str, Known]]:
        return zip(TABLES, self.known, strict=True)

    def of_area(self, area_id: str) -> gpd.GeoDataFrame:
        """Outline of one area."""
        return self.areas[self.areas["id"] == area_id]

    @cached_property
    def main_streets(self) -> list[Any]:
        """Main streets joined end to end into as few lines as they make; once for all maps."""
        main = self.streets[style.are_main(self.streets["kind"])]
        lines = [joined_lines(main.geometry.array)]
        merged = recalled("merged", lines, lambda own: shapely.to_wkb(shapely.line_merge(own)))
        parts: list[Any] = shapely.get_parts(shapely.from_wkb(merged)).tolist()
        return parts

    @cached_property
    def ground(self) -> list[tuple[Any, Look]]:
        """What fixed maps draw below everything else, each with its look; once for all of them."""
        streets = self.main_streets
        lines = [(shapely.MultiLineString(streets), style.STREET)] if streets else []
        edges = ((self.municipality, style.MUNICIPALITY), (self.quarters, style.QUARTER))
        return [*lines, *((frame.boundary.union_all(), look) for frame, look in edges)]

    @cached_property
    def area_edges(self) -> Any:
        """Outlines of all areas in one shape."""
        return self.areas.boundary.union_all()

    @cached_property
    def positions(self) -> Mapping[str, Any]:
        """Where each origin lies, by its id."""
        return dict(zip(self.origins["id"], self.origins.geometry, strict=True))


def ground_layers(
    layers: JointLayers, text: Text, *, names: bool = True
) -> Iterator[elements.VectorLayer]:
    """Draw main streets, then outlines, below everything else; ``names`` of the quarters."""
    streets = layers.main_streets
    yield elements.PackedLayer(
        gpd.GeoDataFrame(geometry=streets, crs=layers.streets.crs),
        title=text("layer.main_streets"),
        look=MAIN_STREET,
        group=text("layer.base"),
        counted=False,
    )
    yield elements.VectorLayer(
        outline(layers.municipality),
        title=text(outline_words(layers.municipality)),
        look=style.MUNICIPALITY,
        group=text("layer.base"),
        counted=False,
    )
    name = style.QUARTER_NAME if names else None
    yield _named(layers.quarters, text("explorer.quarters"), style.QUARTER, name, text)
    yield _named(layers.areas, text("explorer.areas"), style.AREA, None, text)


def _named(
    frame: gpd.GeoDataFrame, title: str, edge: Look, name: Look | None, text: Text
) -> elements.VectorLayer:
    lines = outline(frame).assign(look="outline", name="")
    names = frame[["name", "geometry"]].assign(
        look="name", geometry=[top(shape) for shape in frame.geometry]
    )
    return elements.VectorLayer(
        lines if name is None else stack(lines, names),
        title=title,
        look={"outline": edge} | ({} if name is None else {"name": name}),
        group=text("layer.base"),
        label="name",
        counted=False,
    )


def draw_ground(picture: Picture, layers: JointLayers, *, areas: bool = True) -> None:
    """Draw main streets, municipality, quarters and areas into a fixed map."""
    for shape, look in layers.ground:
        picture.add_shape(shape, look)
    if areas:
        picture.add_shape(layers.area_edges, style.AREA)


def bounds_of(frames: Sequence[gpd.GeoDataFrame], *, margin: float) -> tuple[float, ...]:
    """West, south, east, north in metres, with a margin as a share of the longer side."""
    boxes = [frame.total_bounds for frame in frames if not frame.empty]
    west, south = (min(box[at] for box in boxes) for at in (0, 1))
    east, north = (max(box[at] for box in boxes) for at in (2, 3))
    room = margin * max(east - west, north - south)
    return west - room, south - room, east + room, north + room
