"""QGIS layer styles (QML) from plain symbols, so that a GeoPackage opens as the page looks.

Only the renderer is written: what is drawn and how. Lengths come in CSS pixels and are
written in millimetres, so that a screen and a printed layout show the same.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

MM_PER_PIXEL = 25.4 / 96
VERSION = "3.22.0"
"""The oldest QGIS that reads symbol properties as they are written here."""
INK, HALO = "#16212b", "#ffffff"
LABEL_PLACES = {
    "Point": {"placement": "6", "dist": "1.5", "distUnits": "MM", "offsetType": "1"},
    "Line": {"placement": "2"},
    "Polygon": {"placement": "4", "polygonPlacementFlags": "2", "priority": "10"},
}
"""Around a point where there is room; along a line; level within a surface, for outside it a name
may stand on the neighbour."""


@dataclass(frozen=True)
class FillSymbol:
    """A surface with an outline."""

    fill: str
    stroke: str
    width_px: float = 1.0
    opacity: float = 1.0


@dataclass(frozen=True)
class LineSymbol:
    """A line; ``dash`` alternates lengths of line and gap in pixels.

    ``outline`` draws the line around polygons and leaves them empty.
    """

    stroke: str
    width_px: float = 1.0
    dash: tuple[float, ...] = ()
    opacity: float = 1.0
    outline: bool = False


@dataclass(frozen=True)
class MarkerSymbol:
    """A point as a small picture: a whole SVG document, and its width."""

    svg: str
    size_px: float


Symbol = FillSymbol | LineSymbol | MarkerSymbol


@dataclass(frozen=True)
class Category:
    """Rows that hold one value, the words of the legend, and how they are drawn."""

    value: str | float
    label: str
    symbol: Symbol


def single_style(symbol: Symbol) -> str:
    """Write a style that draws every row alike.

    Examples
    --------
    >>> 'type="singleSymbol"' in single_style(LineSymbol("#16212b"))
    True
    """
    root, renderer = _document("singleSymbol")
    _symbols(renderer, [symbol])
    return _text(root)


def categorised_style(
    column: str, categories: Iterable[Category], *, largest_first: bool = False
) -> str:
    """Write a style that draws rows by the value of a column.

    Parameters
    ----------
    column
        Its name; text or numbers.
    categories
        In the order of the legend; a row whose value is in none is not drawn.
    largest_first
        Draw rows with the largest value first, so that nested surfaces lie on top of
        the ones around them.
    """
    chosen = list(categories)
    order = {"enableorderby": "1"} if largest_first else {}
    root, renderer = _document("categorizedSymbol", attr=column, **order)
    listed = ET.SubElement(renderer, "categories")
    for number, category in enumerate(chosen):
        numeric = not isinstance(category.value, str)
        ET.SubElement(
            listed,
            "category",
            value=f"{category.value:g}" if numeric else str(category.value),
            type="double" if numeric else "string",
            symbol=str(number),
            label=category.label,
            render="true",
        )
    _symbols(renderer, [category.symbol for category in chosen])
    if largest_first:
        clauses = ET.SubElement(renderer, "orderby")
        clause = ET.SubElement(clauses, "orderByClause", asc="0", nullsFirst="0")
        clause.text = f'"{column}"'
    return _text(root)


def joined_style(styles: Iterable[str]) -> str:
    """Write the style of a layer that is joined from several: with the categories of all.

    Parameters
    ----------
    styles
        Of the same layer in several files, one at least, written here. A category stands where
        it follows in its own style; of one that stands in several the first is taken. Styles
        that draw every row alike are alike.

    Examples
    --------
    >>> line = LineSymbol("#16212b")
    >>> a, b = (categorised_style("kind", [Category(k, k, line) for k in kinds])
    ...         for kinds in (["path", "street"], ["path", "rail", "street"]))
    >>> root = ET.fromstring(joined_style([a, b]))
    >>> [own.get("value") for own in root.iter("category")]
    ['path', 'rail', 'street']
    """
    root, *others = (ET.fromstring(style) for style in styles)  # noqa: S314 - written by ourselves
    listed, symbols = root.find(".//categories"), root.find(".//symbols")
    if listed is None or symbols is None:
        return _text(root)
    for other in others:
        known = [own.get("value") for own in listed]
        drawn = {own.get("name"): own for own in other.iterfind(".//symbols/symbol")}
        place = 0
        for category in other.iterfind(".//category"):
            if category.get("value") in known:
                place = known.index(category.get("value")) + 1
                continue
            symbol = drawn[category.get("symbol")]
            number = str(len(symbols))
            category.set("symbol", number)
            symbol.set("name", number)
            listed.insert(place, category)
            known.insert(place, category.get("value"))
            symbols.append(symbol)
            place += 1
    return _text(root)


def add_label(layer: ET.Element, expression: str, shape: str) -> None:
    """Let a layer of a project write words on the map, with a halo.

    Parameters
    ----------
    layer
        Element of the layer.
    expression
        QGIS expression of the words; a row for which it gives none has none.
    shape
        ``Point``: the words stand around it; ``Line``: along it; ``Polygon``: inside.
        Where there is no room they are left out.
    """
    labeling = ET.SubElement(layer, "labeling", type="simple")
    settings = ET.SubElement(labeling, "settings", calloutType="simple")
    style = ET.SubElement(
        settings,
        "text-style",
        fieldName=expression,
        isExpression="1",
        fontFamily="Sans Serif",
        fontSize="10",
        fontSizeUnit="Point",
        fontWeight="75",
        textColor=rgba(INK, 1.0),
        textOpacity="1",
    )
    ET.SubElement(
        style,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.8",
        bufferSizeUnits="MM",
        bufferColor=rgba(HALO, 1.0),
        bufferOpacity="1",
        bufferJoinStyle="128",
    )
    ET.SubElement(settings, "placement", LABEL_PLACES[shape])
    # what lies within a surface may be named within it too
    keeps_off = str(int(shape == "Point"))
    ET.SubElement(settings, "rendering", drawLabels="1", obstacle=keeps_off)


def _document(renderer: str, **attributes: str) -> tuple[ET.Element, ET.Element]:
    root = ET.Element("qgis", version=VERSION, styleCategories="Symbology")
    fixed = {"symbollevels": "0", "forceraster": "0", "enableorderby": "0"}
    return root, ET.SubElement(root, "renderer-v2", {"type": renderer} | fixed | attributes)


def _text(root: ET.Element) -> str:
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode") + "\n"


def _symbols(renderer: ET.Element, symbols: list[Symbol]) -> None:
    parent = ET.SubElement(renderer, "symbols")
    for number, symbol in enumerate(symbols):
        kind, layer, options = _drawn(symbol)
        drawn = ET.SubElement(
            parent, "symbol", name=str(number), type=kind, alpha="1", clip_to_extent="1"
        )
        element = ET.SubElement(
            drawn, "layer", {"class": layer, "enabled": "1", "locked": "0", "pass": "0"}
        )
        listed = ET.SubElement(element, "Option", type="Map")
        for name, value in options.items():
            ET.SubElement(listed, "Option", name=name, value=value, type="QString")


def _drawn(symbol: Symbol) -> tuple[str, str, Mapping[str, str]]:
    if isinstance(symbol, FillSymbol):
        return "fill", "SimpleFill", _fill(symbol)
    if isinstance(symbol, LineSymbol):
        return "fill" if symbol.outline else "line", "SimpleLine", _line(symbol)
    return "marker", "SvgMarker", _marker(symbol)


def _fill(symbol: FillSymbol) -> dict[str, str]:
    return {
        "color": rgba(symbol.fill, symbol.opacity),
        "style": "solid",
        "outline_color": rgba(symbol.stroke, 1.0),
        "outline_style": "solid",
        "outline_width": _mm(symbol.width_px),
        "outline_width_unit": "MM",
        "joinstyle": "round",
    }


def _line(symbol: LineSymbol) -> dict[str, str]:
    return {
        "line_color": rgba(symbol.stroke, symbol.opacity),
        "line_style": "solid",
        "line_width": _mm(symbol.width_px),
        "line_width_unit": "MM",
        "joinstyle": "round",
        "capstyle": "round" if not symbol.dash else "flat",
        "use_custom_dash": "1" if symbol.dash else "0",
        "customdash": ";".join(_mm(length) for length in symbol.dash) or "5;2",
        "customdash_unit": "MM",
    }


def _marker(symbol: MarkerSymbol) -> dict[str, str]:
    # the picture lies in the style itself: a path would lead nowhere on another machine
    return {
        "name": "base64:" + base64.b64encode(symbol.svg.encode()).decode("ascii"),
        "size": _mm(symbol.size_px),
        "size_unit": "MM",
        "angle": "0",
        "fixedAspectRatio": "0",
    }


def _mm(pixels: float) -> str:
    return f"{pixels * MM_PER_PIXEL:.3f}"


def rgba(colour: str, opacity: float) -> str:
    """Write ``#rrggbb`` and an opacity as QGIS does: red, green, blue, alpha.

    Examples
    --------
    >>> rgba("#16212b", 1.0)
    '22,33,43,255'
    """
    levels = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return ",".join(map(str, [*levels, round(255 * opacity)]))
