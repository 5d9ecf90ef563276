"""What a paper map shows at its scale: the region, the quarters together, or one quarter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from htkgis.maps import style
from htkgis.maps.bands import near_bands
from htkgis.maps.layers import STATES, place_name
from htkgis.maps.shapes import outline_words
from htkgis.maps.style import Look
from htkgis.maps.text import Text

from .font import NO_GLYPH, drawable
from .tiling import Bounds

REGIONAL_FROM, QUARTER_UNTIL = 50_000, 10_000
"""Scales (denominators) from which on the region is drawn, and below which one quarter is."""

ROUND_THE_QUARTER_M = 60.0
LONGEST_NAME = 60
"""Letters of a name on a map; what is longer ends in an ellipsis."""

RAILWAY = "railway"
"""The kind of barrier that paper maps show: people look for it to find their way on a map."""

TRACK_M, TRACK_MM = 6.0, 0.6
"""How wide a track is drawn: on the ground with what lies along it, but no narrower on paper."""

MAIN_FUNCTIONS = ("station", "school", "education")
"""Named where there is no room for the names of all places."""


@dataclass(frozen=True)
class PaperTables:
    """What paper maps are drawn from; every frame in the study's projected CRS in metres.

    Attributes
    ----------
    municipality, quarters, areas
        Outlines with ``id`` and ``name``.
    origins
        ``id``, ``area_id``, ``kind``, ``name``.
    places
        ``id``, ``name``, ``function``, ``state``, ``approximate``.
    isochrones
        ``area_id``, ``mode``, ``limit_min``; nested polygons.
    streets
        ``kind``; lines.
    barriers
        ``kind``; lines that nobody walks across, of which railways are drawn.
    """

    municipality: gpd.GeoDataFrame
    quarters: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    origins: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    isochrones: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame


@dataclass(frozen=True)
class Sign:
    """A point on the map, and its name where it has one to show; low ranks are named first."""

    look: Look
    x: float
    y: float
    name: str = ""
    rank: int = 9
    bold: bool = False


@dataclass(frozen=True)
class PaperMap:
    """A map before it meets a sheet.

    Attributes
    ----------
    key
        Names the file: a quarter's id, ``kvarterer`` or ``region``.
    title, about
        Heading, and what the map is, for those who do not see it.
    bounds
        What is to be seen, in metres.
    shapes
        Looks and what is drawn with them, the lowest first.
    signs
        Points, the last drawn on top.
    places, limits_min
        What the signs stand for, and the minutes of the surfaces, nearest first.
    several
        Whether it is a map of more than one quarter.
    """

    key: str
    title: str
    about: str
    bounds: Bounds
    shapes: Sequence[tuple[Look, Any]]
    signs: Sequence[Sign]
    places: gpd.GeoDataFrame
    limits_min: Sequence[float]
    several: bool


def paper_map(tables: PaperTables, scale: int, quarter: str | None, *, text: Text) -> PaperMap:
    """Choose what a map shows by its scale: a quarter, the quarters together, or the region.

    Parameters
    ----------
    scale
        The denominator.
    quarter
        Id of the quarter in the middle; None for all.
    """
    if scale >= REGIONAL_FROM:
        return _regional(tables, quarter, scale, text)
    return _quarters(tables, quarter, scale, text)


def _regional(tables: PaperTables, quarter: str | None, scale: int, text: Text) -> PaperMap:
    """Draw the municipality, its stations and main streets, and where the quarters lie."""
    chosen = _chosen(tables.quarters, quarter)
    railways = _railways(tables.barriers, scale)
    ways = [*railways, *_streets(tables.streets, main_only=True)]
    shapes = [*ways, *_outlines(tables, chosen)]
    places = _seen_places(tables.places, ["station"])
    signs = [*_places(places, text, all_names=True), *_names(chosen)]
    return PaperMap(
        key=quarter or "region",
        title=text("paper.title_region", municipality=_municipality(tables)),
        about=text("paper.about_region", quarters=text.join(chosen["name"])),
        bounds=_bounds(tables.municipality, chosen),
        shapes=shapes,
        signs=signs,
        places=places,
        limits_min=[],
        several=len(chosen) > 1,
    )


def _quarters(tables: PaperTables, quarter: str | None, scale: int, text: Text) -> PaperMap:
    """Draw one quarter or all of them: reach on foot, streets, outlines, places, gates."""
    chosen = _chosen(tables.quarters, quarter)
    areas = tables.areas[tables.areas.intersects(chosen.union_all())]
    bands, limits = _bands(tables.isochrones, areas)
    ways = [*_railways(tables.barriers, scale), *_streets(tables.streets)]
    shapes = [*bands, *ways, *_outlines(tables, chosen, areas)]
    places = _seen_places(tables.places, list(style.FUNCTIONS))
    gates = tables.origins[
        tables.origins["area_id"].isin(areas["id"]) & tables.origins["kind"].eq("gate")
    ]
    signs = [
        *(Sign(style.GATE, point.x, point.y) for point in gates.geometry),
        *_places(places, text, all_names=scale < QUARTER_UNTIL),
        *([] if quarter else _names(chosen)),
    ]
    names = text.join([one_line(name) for name in chosen["name"]])
    words = {"limits": text.join([text.format_number(limit, None) for limit in limits])}
    return PaperMap(
        key=quarter or "kvarterer",
        title=text("paper.title_quarter", quarter=names)
        if quarter
        else text("paper.title_quarters", municipality=_municipality(tables)),
        about=text("paper.about_quarters", quarters=names, areas=text.join(areas["name"]), **words),
        bounds=_bounds(chosen, areas, margin_m=ROUND_THE_QUARTER_M),
        shapes=shapes,
        signs=signs,
        places=places,
        limits_min=limits,
        several=len(chosen) > 1,
    )


def _municipality(tables: PaperTables) -> str:
    return one_line(str(tables.municipality["name"].iloc[0]))


def _chosen(quarters: gpd.GeoDataFrame, quarter: str | None) -> gpd.GeoDataFrame:
    return quarters if quarter is None else quarters[quarters["id"] == quarter]


def _bounds(*frames: gpd.GeoDataFrame, margin_m: float = 0.0) -> Bounds:
    shapes = pd.concat([frame.geometry for frame in frames])
    west, south, east, north = shapes.total_bounds.tolist()
    return west - margin_m, south - margin_m, east + margin_m, north + margin_m


def _bands(
    isochrones: gpd.GeoDataFrame, areas: gpd.GeoDataFrame
) -> tuple[list[tuple[Look, Any]], list[float]]:
    """Draw what is reached on foot from any of the areas, the widest first."""
    steps = {limit: step for step, limit in enumerate(sorted(set(isochrones["limit_min"])))}
    bands = near_bands(isochrones)
    bands = bands[bands["area_id"].isin(areas["id"])]
    limits = sorted(set(bands["limit_min"]))
    drawn = [
        (style.band(steps[limit]), shapely.union_all(bands.geometry[bands["limit_min"] == limit]))
        for limit in reversed(limits)
    ]
    return drawn, limits


def _streets(streets: gpd.GeoDataFrame, *, main_only: bool = False) -> list[tuple[Look, Any]]:
    looks = streets["kind"].map(style.street)
    wanted = [style.MAIN_STREET] if main_only else [style.STREET, style.PATH, style.MAIN_STREET]
    found = []
    for look in wanted:
        lines = streets.geometry[[each == look for each in looks]]
        if not lines.empty:
            found.append((look, shapely.MultiLineString(shapely.get_parts(lines.array).tolist())))
    return found


def _railways(barriers: gpd.GeoDataFrame, scale: int) -> list[tuple[Look, Any]]:
    """Draw tracks as wide as they are, or as can be seen; those of a yard are one surface."""
    lines = barriers.geometry[barriers["kind"].eq(RAILWAY)]
    if lines.empty:
        return []
    half_m = max(TRACK_M, TRACK_MM * scale / 1000) / 2
    return [(style.RAILWAY, shapely.union_all(shapely.buffer(lines.array, half_m)))]


def _outlines(tables: PaperTables, quarters: gpd.GeoDataFrame, areas: Any = None) -> Any:
    areas = tables.areas if areas is None else areas
    known = outline_words(tables.municipality) == "layer.municipality"
    border = tables.municipality.union_all().boundary
    return [
        *([(style.MUNICIPALITY, border)] if known else []),
        (style.QUARTER, shapely.union_all(quarters.geometry.boundary)),
        (style.AREA, shapely.union_all(areas.geometry.boundary)),
    ]


def _seen_places(places: gpd.GeoDataFrame, functions: Sequence[str]) -> gpd.GeoDataFrame:
    """Pick what stands or is to come, in the order of the legend, the most important last."""
    order = {function: place for place, function in enumerate(reversed(functions))}
    seen = places[places["function"].isin(functions) & places["state"].isin(STATES)]
    return seen.assign(order=seen["function"].map(order)).sort_values(["order", "id"])


def _places(places: gpd.GeoDataFrame, text: Text, *, all_names: bool) -> Iterator[Sign]:
    for row in places.itertuples():
        named = all_names or (row.function in MAIN_FUNCTIONS and row.state == "existing")
        known = isinstance(row.name, str) and bool(row.name)
        yield Sign(
            style.place(row.function, row.state, approximate=bool(row.approximate)),
            row.geometry.x,
            row.geometry.y,
            one_line(place_name(row.name, row.state, text)) if named and known else "",
            rank=1 + (len(style.FUNCTIONS) - row.order),
            bold=row.function == "station",
        )


def _names(quarters: gpd.GeoDataFrame) -> Iterator[Sign]:
    """Names of quarters without a sign, at their middle."""
    for row in quarters.itertuples():
        middle = row.geometry.representative_point()
        name = one_line(row.name)
        yield Sign(style.QUARTER_NAME, middle.x, middle.y, name, rank=0, bold=True)


def one_line(words: str) -> str:
    r"""Keep what a name can say on one line of a map: letters of the font, and not too many.

    Examples
    --------
    >>> one_line("Netto\n  Vest"), len(one_line("a" * 10_000))
    ('Netto Vest', 60)
    """
    shown = "".join(sign if sign.isprintable() else " " for sign in words)
    line = drawable(" ".join(shown.split()))
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1] + "\u2026"


def lacks_letters(drawn: PaperMap) -> bool:
    """Tell whether some name has a letter that the font has not."""
    return any(NO_GLYPH in words for words in (drawn.title, *(sign.name for sign in drawn.signs)))


def legend(drawn: PaperMap, bounds: Bounds, *, text: Text) -> Iterator[tuple[Look, str]]:
    """Name every look that is on a sheet, surfaces and lines first.

    Parameters
    ----------
    bounds
        West, south, east and north of the sheet in metres.
    """
    used = [look for look, shape in drawn.shapes if _on(shape, bounds)]
    areas = [look for look, _ in drawn.shapes if look.kind == "area" and look != style.RAILWAY]
    for look, limit in zip(reversed(areas), drawn.limits_min, strict=True):
        if look in used:
            yield look, text("paper.band", limit=text.format_number(limit, None))
    for look, key in _LINES:
        if look in used:
            yield look, text(_SEVERAL.get(key, key) if drawn.several else key)
    west, south, east, north = bounds
    if any(
        sign.look == style.GATE and west < sign.x < east and south < sign.y < north
        for sign in drawn.signs
    ):
        yield style.GATE, text("origin.gate.short")
    yield from _place_legend(drawn.places.cx[west:east, south:north], text)


_LINES = (
    (style.AREA, "layer.area"),
    (style.QUARTER, "layer.quarter"),
    (style.MUNICIPALITY, "layer.municipality"),
    (style.RAILWAY, "paper.railway"),
    (style.MAIN_STREET, "paper.main_street"),
    (style.STREET, "paper.street"),
    (style.PATH, "paper.path"),
)


_SEVERAL = {"layer.area": "paper.areas", "layer.quarter": "paper.quarters"}
"""What lines are called on a map of several quarters."""


def _on(shape: Any, bounds: Bounds) -> bool:
    return not shapely.clip_by_rect(shape, *bounds).is_empty


def _place_legend(places: gpd.GeoDataFrame, text: Text) -> Iterator[tuple[Look, str]]:
    for function in style.FUNCTIONS:
        if function in set(places["function"]):
            yield style.place(function, "existing"), text(f"function.{function}")
    for state in STATES:
        if state != "existing" and places["state"].eq(state).any():
            yield style.place("school", state), text(f"state.{state}")
    if places["approximate"].any():
        yield Look("point", fill=style.PAPER, radius=5, ring=True), text("paper.approximate")


def credits_of(sources: Iterable[Mapping[str, Any]], text: Text) -> str:
    """Name the sources, each once, in one sentence."""
    named = (part for source in sources for part in str(source["credit"]).split(";"))
    found = list(dict.fromkeys(part.strip() for part in named))
    return text("paper.sources", credits="; ".join(found))
