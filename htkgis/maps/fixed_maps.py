"""One fixed picture for each quarter's map, as a file: for papers and hosts without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import style
from .layers import MapLayers
from .locator import common_extent, locator, standalone
from .page import dated_credits
from .scenario import scenario_words
from .text import Text


def fixed_maps(
    profiles: Sequence[Mapping[str, Any]],
    layers: Mapping[str, MapLayers],
    *,
    text: Text,
    run: Mapping[str, Any],
) -> dict[str, bytes]:
    """Draw ``<quarter>.svg`` for each quarter, all at one scale, with the credits in the picture.

    Parameters
    ----------
    profiles, layers
        As of the pages.
    """
    extent = common_extent(list(layers.values()))
    found = {}
    for profile in profiles:
        key = profile["quarter"]["id"]
        found[f"{key}.svg"] = fixed_map(profile, layers[key], extent, text=text, run=run)
    return found


def fixed_map(
    profile: Mapping[str, Any],
    layers: MapLayers,
    extent_m: float,
    *,
    text: Text,
    run: Mapping[str, Any],
) -> bytes:
    """Draw one quarter in a square of ``extent_m`` metres, with the credits in the picture."""
    credit = dated_credits(
        [source for source in run["sources"] if source["role"] in _DRAWN_ROLES], text
    )
    said = scenario_words(run, text)
    credit = credit if said is None else f"{said['banner']}. {credit}"
    drawing = locator(profile, layers, text=text, extent_m=extent_m)
    bands = [
        (
            style.band(step).fill or style.PAPER,
            text("paper.band", limit=text.format_number(limit, None)),
        )
        for step, limit in enumerate(sorted(profile["assumptions"]["limits_min"]))
    ]
    return standalone(drawing, bands, credit).encode()


_DRAWN_ROLES = (
    "quarters",
    "housing_areas",
    "gates",
    "addresses",
    "streets",
    "street_nodes",
    "stations",
)
