"""How the layers of a GeoPackage are drawn: the looks of the page, in plain values for QGIS."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import geopandas as gpd

from htkgis.maps import Look, Text, style
from htkgis.maps.symbols import SIZE, swatch
from htkgis.publish.qml import (
    Category,
    FillSymbol,
    LineSymbol,
    MarkerSymbol,
    Symbol,
    categorised_style,
    single_style,
)

REACH = "isochrones"
OUTLINES = ("area", "quarter", "municipality")
LOOKS = {
    "area": style.AREA,
    "quarter": style.QUARTER,
    "municipality": style.MUNICIPALITY,
    "projects": style.PROJECT,
    "connectors": style.CONNECTOR,
}
"""Of layers that are drawn the same, whatever they hold."""
STYLED = (
    *("places", "origins", "area", "quarter", "streets", "municipality"),
    *("projects", "connectors"),
)
STATES = ("existing", "planned", "closed", "cancelled")


def layer_styles(layers: Mapping[str, gpd.GeoDataFrame], text: Text) -> dict[str, str]:
    """Write the style of every layer that a quarter's map draws.

    Parameters
    ----------
    layers
        As :func:`htkgis.pipeline.exports.export_files` writes them.
    text
        Words of the legend.
    """
    return {name: layer_style(name, layers[name], text) for name in styled(layers)}


def styled(names: Iterable[str]) -> list[str]:
    """Put layers into the order of their styles."""
    there = list(names)
    reach = [name for name in there if name.startswith(REACH)]
    return [*(name for name in STYLED if name in there), *reach]


def layer_style(name: str, layer: gpd.GeoDataFrame, text: Text) -> str:
    """Write the style of one layer of a quarter's map."""
    if name.startswith(REACH):
        return isochrones_style(layer, text)
    if name == "places":
        return _places_style(layer, text)
    if name == "streets":
        return _streets_style(layer, text)
    if name == "origins":
        addresses = layer["kind"].ne("gate").all()
        return single_style(symbol_of(style.ADDRESS if addresses else style.GATE))
    return single_style(symbol_of(LOOKS[name], outline=name in OUTLINES))


def place_look(function: str, state: str, approximate: object) -> str:
    """Key of what decides how a place is drawn.

    Examples
    --------
    >>> place_look("school", "closed", True)
    'school, closed, approximate'
    """
    return ", ".join([function, state, *(["approximate"] if approximate else [])])


def symbol_of(look: Look, *, outline: bool = False) -> Symbol:
    """Turn a look of the page into a symbol of plain values."""
    if look.kind == "area":
        return FillSymbol(look.fill or style.PAPER, look.stroke, look.weight, look.opacity)
    if look.kind == "line":
        dash = tuple(float(length) for length in (look.dash or "").split())
        return LineSymbol(look.stroke, look.weight, dash, look.opacity, outline=outline)
    # the very picture of the page's legend, so that shape, bars and ring are the same
    named = str(swatch(look)).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return MarkerSymbol(named, SIZE)


def isochrones_style(isochrones: gpd.GeoDataFrame, text: Text) -> str:
    """Write the style of isochrones: a colour for each limit, the smallest on top."""
    limits = sorted(set(isochrones["limit_min"]))
    categories = [
        Category(
            float(limit),
            text("layer.band", limit=text.format_number(limit, None)),
            symbol_of(style.band(step)),
        )
        for step, limit in enumerate(limits)
    ]
    return categorised_style("limit_min", categories, largest_first=True)


def _streets_style(streets: gpd.GeoDataFrame, text: Text) -> str:
    kinds = sorted(set(streets["kind"]))
    categories = [
        Category(kind, f"{text('layer.streets')}: {kind}", symbol_of(style.street(kind)))
        for kind in kinds
    ]
    return categorised_style("kind", categories)


def _places_style(places: gpd.GeoDataFrame, text: Text) -> str:
    """One category for each look that a place of the layer has, in the order of the page."""
    found = set(zip(places["function"], places["state"], places["approximate"], strict=True))
    functions = list(style.FUNCTIONS)

    def order(row: tuple[str, str, bool]) -> tuple[int, str, int, bool]:
        function, state, approximate = row
        known = functions.index(function) if function in functions else len(functions)
        return known, function, STATES.index(state), bool(approximate)

    categories = [
        Category(
            place_look(function, state, approximate),
            _place_words(function, state, text, approximate=bool(approximate)),
            symbol_of(style.place(function, state, approximate=bool(approximate))),
        )
        for function, state, approximate in sorted(found, key=order)
    ]
    return categorised_style("look", categories)


def _place_words(function: str, state: str, text: Text, *, approximate: bool) -> str:
    words = [text(f"function.{function}")]
    words += [] if state == "existing" else [text(f"state.{state}")]
    words += [text("layer.approximate")] if approximate else []
    return ", ".join(words)
