"""Small multiples: the quarters' reach on foot beside each other, at one scale and in one look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from htkgis.maps.layers import MapLayers, area_name
from htkgis.maps.locator import common_extent, locator
from htkgis.maps.text import Text

Profile = Mapping[str, Any]
Beside = Sequence[tuple[Profile, MapLayers]]
"""Profile and layers of every quarter, in the order of the study."""


def small_multiples(profile: Profile, beside: Beside, text: Text) -> dict[str, Any] | None:
    """Draw every quarter in a square of the same side, the page's own marked by words and frame.

    Returns
    -------
    maps
        ``lead`` with the side in km, ``cards`` (``name``, ``place``, ``map``, ``file``: None for
        the page's own); None where there are fewer than two quarters.
    """
    if len(beside) < 2:  # noqa: PLR2004  nothing stands beside a single quarter
        return None
    own = profile["quarter"]["id"]
    extent_m = common_extent([layers for _, layers in beside])
    return {
        "lead": text("charts.multiples.lead", side=text.format_number(extent_m / 1000, None)),
        "cards": [
            {
                "name": each["quarter"]["name"],
                "place": text("charts.multiples.from", area=area_name(each)),
                "map": locator(
                    each, layers, text=text, extent_m=extent_m, key=f"beside-{number}", coarse=True
                ),
                "file": None
                if each["quarter"]["id"] == own
                else f"{quote(each['quarter']['id'], safe='')}.html",
            }
            for number, (each, layers) in enumerate(beside, start=1)
        ],
    }
