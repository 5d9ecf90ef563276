"""The layer of the explorer: the network, and all that asks it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jinja2

from htkgis.maps.resources import script_json
from htkgis.maps.vector_layer import ScriptElement


class ExplorerLayer(ScriptElement):
    """The network, the reached area and the places on a map, and all that asks them."""

    assets = (
        "packed.js",
        "canvas.js",
        "explorer/network.js",
        "explorer/field.js",
        "explorer/draw.js",
        "explorer/compare.js",
        "explorer/search.js",
        "explorer/transit.js",
        "explorer/told.js",
        "explorer/address.js",
        "explorer/page.js",
    )

    _template = jinja2.Template(
        "{% macro script(this, kwargs) %}"
        "htkgis.explorer({{ this._parent.get_name() }}, {{ this.code }});"
        "{% endmacro %}"
    )

    def __init__(self, settings: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "ExplorerLayer"
        self.code = script_json(settings)
