"""The map of a plan: a ``folium.Map`` that needs no host and writes the same bytes twice.

Any folium element may be added. The page around it is ours: Leaflet is inlined, every
script is named by hash in the content policy, ids are numbered, and the legend is the
layer control.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import folium
import jinja2
from branca.element import Element, Figure
from markupsafe import Markup, escape

from htkgis.errors import ConfigError

from .background import Background
from .elements import Fragments
from .offline import check_markup, check_offline, renumber, script_text, split, walk
from .page import render_page
from .resources import leaflet_css, leaflet_js, own, script_json, templates
from .style import Look
from .text import Text
from .vector_layer import VectorLayer, corners

Bounds = Sequence[float]
_BOXES = ("header", "html", "script")


class PlanFigure(Figure):
    """The root of the element tree: it renders the map's own hardened page."""

    def render(self, **kwargs: Any) -> str:
        """Render the page of the map; ``kwargs`` are branca's and not used."""
        del kwargs
        maps = [child for child in self._children.values() if isinstance(child, PlanMap)]
        if len(maps) != 1:
            msg = f"map page: {len(maps)} maps; one is allowed. Make a page for each map."
            raise ConfigError(msg)
        return maps[0].page_html()


class PlanMap(folium.Map):
    """A folium map for publishing.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees: what the map shows when it opens.
    text
        Words of the page's language.
    title
        Name of what is shown; the map's label for screen readers holds it.
    limits
        West, south, east, north in degrees that the map cannot be moved out of;
        ``bounds`` with as much again on each side where missing.
    zooms
        Smallest and largest zoom level.
    reset
        What the button says that brings the map back to ``bounds``.
    background
        A map of another host that the reader may switch on: ``kind``, ``name``, ``address``,
        ``layers``, ``credit``, ``max_zoom``, ``origin``, ``crs``, ``grid``; checked by the study.
        None: no host. The map is drawn in its ``crs``.

    Examples
    --------
    >>> from htkgis.maps.text import load_text
    >>> quarter = PlanMap((12.28, 55.65, 12.31, 55.66), text=load_text("da"), title="Kvarter")
    >>> "http://" in quarter.get_root().render().replace("http://www.w3.org/", "")
    False
    """

    _template = jinja2.Template(
        "{% macro html(this, kwargs) %}"
        '<div class="plan-map" id="{{ this.get_name() }}" role="region" '
        'aria-label="{{ this.label }}"></div>'
        "{% endmacro %}"
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = htkgis.map({{ this.get_name()|tojson }}, {{ this.settings }});"
        "{% endmacro %}"
    )

    def __init__(
        self,
        bounds: Bounds,
        *,
        text: Text,
        title: str,
        limits: Bounds | None = None,
        zooms: tuple[int, int] = (11, 18),
        reset: str | None = None,
        background: Mapping[str, Any] | None = None,
    ) -> None:
        west, south, east, north = bounds
        super().__init__(location=[(south + north) / 2, (west + east) / 2], tiles=None)
        self._name = "PlanMap"
        # folium keeps these lists on the class, and its add_js_link changes them there
        self.default_js: list[tuple[str, str]] = []
        self.default_css: list[tuple[str, str]] = []
        self.text = text
        self.title = title
        # branca reads rendered markup once more as a template, so braces are escaped too
        self.label = escape(text("map.label", name=title)).replace("{", Markup("&#123;"))
        settings = _settings(bounds, limits or _around(bounds), zooms, text)
        self.background = Background(background) if background else None
        if self.background:
            settings["background"] = self.background.settings()
        self.settings = script_json(settings)
        self.reset = reset or text("map.reset")
        self.signs: list[tuple[Look, str]] = []
        PlanFigure().add_child(self)

    def add_sign(self, look: Look, words: str) -> None:
        """Explain a sign that cuts across layers, below the layers of the legend."""
        self.signs.append((look, words))

    @property
    def images(self) -> list[str]:
        """Hosts that the page may take pictures from: that of its background, or none."""
        return [self.background.origin] if self.background else []

    def layers(self) -> list[VectorLayer]:
        """Our own layers, in the order they are drawn."""
        return [element for element in walk(self) if isinstance(element, VectorLayer)]

    def fragments(self) -> Fragments:
        """Render the map for a page of ours: nothing in it asks a host, ids are numbered.

        Raises
        ------
        ConfigError
            If an element pulls something from a host, or its text would run as script.
        """
        check_offline(self)
        parts = self._parts()
        styles, early, _ = split(parts["header"])
        more_styles, more_early, body = split(parts["html"])
        start = f"htkgis.ready({self.get_name()});"
        style, body, code = renumber(
            self,
            f"{styles}\n{more_styles}".strip(),
            body + self._panel(),
            "\n".join(filter(None, [early, more_early, parts["script"], start])),
        )
        head = (leaflet_css(), own("map.css"), style)
        further = dict.fromkeys(
            name for element in walk(self) for name in getattr(element, "assets", ())
        )
        scripts = (
            leaflet_js(),
            own("map.js"),
            own("aside.js"),
            own("names.js"),
            *([own(self.background.asset)] if self.background else []),
            *map(own, further),
            script_text(code),
        )
        return Fragments(head, body, scripts)

    def _parts(self) -> dict[str, str]:
        """Let every element render into the figure, take that out, and leave no trace."""
        figure = self.get_root()
        if not isinstance(figure, Figure):
            msg = f"map {self.title!r}: it stands in no figure. Do not take the map out of its own."
            raise ConfigError(msg)
        boxes: dict[str, Element] = {name: getattr(figure, name) for name in _BOXES}
        before = {name: box._children.copy() for name, box in boxes.items()}  # noqa: SLF001
        try:
            for child in figure._children.values():  # noqa: SLF001  as Figure.render does
                child.render()  # type: ignore[no-untyped-call,unused-ignore]
            owners = {element.get_name(): element for element in walk(self)}
            return {
                name: "\n".join(_piece(owners, *item) for item in box._children.items())  # noqa: SLF001
                for name, box in boxes.items()
            }
        except jinja2.TemplateSyntaxError as error:
            msg = (
                f"map {self.title!r}: a text holds {{% or {{#, which branca reads as a template "
                f"({error.message}); plain text is allowed. Use VectorLayer, which shows any text."
            )
            raise ConfigError(msg) from error
        finally:
            # folium names some pieces anew each time: they would stand twice in a second page
            for name, box in boxes.items():
                box._children = before[name]  # noqa: SLF001

    def page_html(self) -> str:
        """Render a page that holds only this map and its legend."""
        head, body, script = self.fragments()
        return render_page(
            "map.html",
            text=self.text,
            title=self.title,
            language=self.text("language.html"),
            css=head,
            scripts=script,
            images=self.images,
            body=Markup(body),  # noqa: S704  built from escaped templates
        )

    def _panel(self) -> str:
        """Legend and layer control in one: a fieldset for each group, choices first."""
        groups: dict[tuple[bool, str], list[VectorLayer]] = {}
        for layer in self.layers():
            if layer.count != 0:
                groups.setdefault((layer.choice, layer.group), []).append(layer)
        ordered = sorted(groups.items(), key=lambda item: not item[0][0])
        panel = templates().get_template("panel.html")
        return panel.render(
            text=self.text,
            groups=[(choice, name, layers) for (choice, name), layers in ordered],
            signs=self.signs,
            background=self.background,
            map=self.get_name(),
            reset=self.reset,
        )


def _settings(bounds: Bounds, limits: Bounds, zooms: tuple[int, int], text: Text) -> dict[str, Any]:
    return {
        "bounds": corners(bounds),
        "limits": corners(limits),
        "minZoom": zooms[0],
        "maxZoom": zooms[1],
        "words": {
            name: text(f"map.{key}")
            for name, key in (("zoomIn", "zoom_in"), ("zoomOut", "zoom_out"), ("close", "close"))
        },
    }


def _around(bounds: Bounds) -> Bounds:
    west, south, east, north = bounds
    wide, high = east - west, north - south
    return west - wide, south - high, east + wide, north + high


def _piece(owners: dict[str, Element], name: str, child: Element) -> str:
    markup = _raw(child)
    check_markup(owners.get(name), markup)
    return markup


def _raw(child: Element) -> str:
    """Take what an element has rendered as it is.

    branca would render it once more as a template, and so evaluate data with braces.
    """
    text = child._template_str  # noqa: SLF001
    return text if type(child) is Element and text is not None else str(child.render())
