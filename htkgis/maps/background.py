"""A map of another host below ours: switched on by the reader, and never before."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

WEB_MERCATOR = "EPSG:3857"
WMS_GRID = {"west_m": 120_000.0, "north_m": 6_500_000.0, "resolution_m": 1638.4}
"""Tiling in EPSG:25832 of what is asked of a WMS, which draws any rectangle: the Danish one."""

_WEB_RESOLUTION_M = 40_075_016.685_578_5 / 256 * math.cos(math.radians(56))
"""Metres on the ground of a pixel at zoom 0 of web maps, in the middle of Denmark."""


class Background:
    """What a page says and asks of a background.

    It is no folium element, so that :func:`.offline.check_offline` still refuses every host that
    comes in by an element: this one comes from the study, where it is checked for keys.

    Parameters
    ----------
    facts
        ``kind``, ``name``, ``address``, ``layers``, ``credit``, ``max_zoom``, ``origin``; ``crs``
        (web mercator where missing) and ``grid``, as :class:`htkgis.page_rules.Background` has.

    Examples
    --------
    >>> Background({"origin": "https://maps.example.org", "name": "Map", "credit": "x"}).host
    'maps.example.org'
    """

    asset = "background.js"

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._facts = dict(facts)
        self.name: str = facts["name"]
        self.credit: str = facts["credit"]
        self.origin: str = facts["origin"]
        self.host = urlsplit(self.origin).netloc

    def settings(self) -> dict[str, Any]:
        """Give what the script of the map needs; ``grid`` is null in web mercator."""
        asked = ("kind", "address", "layers", "max_zoom", "credit")
        return {name: self._facts.get(name) for name in asked} | {"grid": self._grid()}

    def _grid(self) -> dict[str, Any] | None:
        crs = self._facts.get("crs") or WEB_MERCATOR
        if crs == WEB_MERCATOR:
            return None
        grid = self._facts.get("grid") or WMS_GRID
        return {"crs": crs, **grid, "offset": levels_above(grid["resolution_m"])}


def levels_above(resolution_m: float) -> int:
    """Count the zoom levels of web maps that lie above matrix 0 of a tiling.

    Pages name their levels as web maps do, whatever tiling they are drawn in; the nearest
    whole level is taken, so that a page opens at most 1.5 times larger or smaller.

    Examples
    --------
    >>> levels_above(1638.4)
    6
    """
    return round(math.log2(_WEB_RESOLUTION_M / resolution_m))
