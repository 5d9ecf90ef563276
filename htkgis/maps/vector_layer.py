"""A layer of points, lines and polygons with its own legend entry, for any folium map of ours.

Attribute text travels as JSON and becomes text nodes in the browser; no name, however
it is spelt, is ever read as HTML or script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import branca.element
import geopandas as gpd
import jinja2
import pandas as pd

from htkgis.errors import CRSError, SchemaError, first

from .degrees import Boxes, around, encoded
from .layer_looks import Rows, chosen_looks, look_specs
from .resources import script_json
from .style import Look


class ScriptElement(branca.element.MacroElement):
    """An element whose macro ``script`` is all that it writes."""

    def render(self, **kwargs: Any) -> None:  # type: ignore[override,unused-ignore]
        """Render as folium does, but leave the script as it is.

        branca would compile it as a template, millions of letters without a single sign of one.
        """
        figure: Any = self.get_root()
        piece = branca.element.Element()
        piece._template_str = self._template.module.script(self, kwargs)  # noqa: SLF001
        figure.script.add_child(piece, name=self.get_name())
        for child in self._children.values():
            child.render(**kwargs)


class VectorLayer(ScriptElement):
    """Draw a GeoDataFrame on a :class:`~htkgis.maps.plan_map.PlanMap`.

    Parameters
    ----------
    frame
        Any CRS; points, lines and polygons, multiparts too, none empty. May have no rows.
    title
        What the panel calls the layer.
    look
        One look for all rows, or looks by name, chosen by the text column ``look``.
    group
        Heading in the panel; layers of one group stand together.
    label
        Column with the name of a feature: tooltip, permanent label, head of the popup.
    rows
        Heading and column of each further line of the popup; columns hold finished text.
    key
        What :attr:`ids` begins with; ``<button data-show="place:x">`` opens feature
        ``x`` of a layer with the key ``place``. Needs a column ``id``.
    legend
        Look and words of each class; without it the panel shows the layer's first look.
    shown
        Whether the layer is on when the page opens.
    counted
        Whether the panel says how many features the layer has.
    choice
        Whether the layers of its group are a choice: radio buttons, of which one is on,
        with one legend for all, that of the first.
    view
        West, south, east, north in degrees that the map moves to when the layer is chosen,
        unless the reader has moved it.

    Raises
    ------
    CRSError
        If the frame has no CRS.
    SchemaError
        If a column or a look is missing, or a geometry is empty.
    """

    assets: tuple[str, ...] = ()
    """Scripts of ours that the layer needs besides ``map.js``, in the order they run."""

    _template = jinja2.Template(
        "{% macro script(this, kwargs) %}"
        "htkgis.layer({{ this._parent.get_name() }}, {{ this.get_name()|tojson }}, "
        "{{ this.code }});"
        "{% endmacro %}"
    )

    def __init__(  # noqa: PLR0913  folium's way: one element, named options
        self,
        frame: gpd.GeoDataFrame,
        *,
        title: str,
        look: Look | Mapping[str, Look],
        group: str = "",
        label: str | None = None,
        rows: Rows = (),
        key: str | None = None,
        legend: Sequence[tuple[Look, str]] = (),
        shown: bool = True,
        counted: bool = True,
        choice: bool = False,
        view: Sequence[float] | None = None,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "VectorLayer"
        self.title = title
        self.group = group
        self.shown = shown
        self.choice = choice
        self.count = len(frame) if counted else None
        looks = {"": look} if isinstance(look, Look) else dict(look)
        columns = [name for name in (label, *(column for _, column in rows)) if name is not None]
        _check(frame, title, columns, looks)
        self.swatch = legend[0][0] if legend else next(iter(looks.values()))
        self.legend = list(legend)
        spec, found = self._spec(frame, looks, label, rows, key)
        self.bounds = _bounds(found)
        behaviour = {"shown": shown, "view": None if view is None else corners(view)}
        self.code = script_json(spec | behaviour)

    def _spec(
        self,
        frame: gpd.GeoDataFrame,
        looks: dict[str, Look],
        label: str | None,
        rows: Rows,
        key: str | None,
    ) -> tuple[dict[str, Any], Boxes]:
        """Columns, not records: the page holds every heading once; and how far each row reaches."""
        codes, found = encoded(frame.geometry)
        spec = {
            "looks": look_specs(looks),
            "look": chosen_looks(frame, looks),
            "shape": codes,
            "label": None if label is None else _texts(frame[label]),
            "rows": [[heading, _texts(frame[column])] for heading, column in rows],
            "ids": None if key is None else [f"{key}:{name}" for name in frame["id"]],
        }
        return spec, found

    def _get_self_bounds(self) -> list[list[float | None]]:
        return self.bounds


def corners(bounds: Sequence[float]) -> list[list[float]]:
    """South-west and north-east as Leaflet takes them."""
    west, south, east, north = (round(float(value), 5) for value in bounds)
    return [[south, west], [north, east]]


def _texts(column: pd.Series) -> list[str]:
    return ["" if pd.isna(value) else str(value) for value in column.astype(object).tolist()]


def _bounds(found: Boxes) -> list[list[float | None]]:
    if not len(found):
        return [[None, None], [None, None]]
    west, south, east, north = around(found)
    return [[south, west], [north, east]]


def _check(
    frame: gpd.GeoDataFrame, title: str, columns: list[str], looks: Mapping[str, Look]
) -> None:
    if frame.crs is None:
        msg = f"map layer {title!r}: no CRS; any is allowed. Set it with set_crs."
        raise CRSError(msg)
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        msg = (
            f"map layer {title!r}: missing columns {missing}; found "
            f"{list(map(str, frame.columns))}. Name columns of the table in label and rows."
        )
        raise SchemaError(msg)
    if list(looks) != [""]:
        unknown = sorted(set(frame["look"]) - set(looks))
        if unknown:
            msg = (
                f"map layer {title!r}: no look for {first(unknown)}; allowed: "
                f"{', '.join(looks)}. Add it to look, or correct the column 'look'."
            )
            raise SchemaError(msg)
    empty = frame.geometry.isna() | frame.geometry.is_empty
    if empty.any():
        msg = (
            f"map layer {title!r}: {int(empty.sum())} of {len(frame)} rows have no geometry; "
            f"first: {first(frame.index[empty])}; every row needs one. Leave them out."
        )
        raise SchemaError(msg)
