"""Isochrone bands of each way of travelling; a map shows those of one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import geopandas as gpd

from . import elements, style
from .modes import WALK, bands_of, drawn_modes
from .shapes import extent, smooth, stack, top
from .text import Text

OVERVIEW_MIN = 15
"""The map opens on the quarter and what is reached on foot within these minutes."""


def near_bands(isochrones: gpd.GeoDataFrame, mode: str = WALK) -> gpd.GeoDataFrame:
    """Pick the bands that the map is opened on."""
    bands = bands_of(isochrones, mode)
    return bands[bands["limit_min"] <= OVERVIEW_MIN]


def band_layers(
    profile: Mapping[str, Any], isochrones: gpd.GeoDataFrame, *home: gpd.GeoDataFrame, text: Text
) -> Iterator[elements.VectorLayer]:
    """Make one layer for each mode; with more than one, they are a choice of the panel.

    Parameters
    ----------
    home
        What stays in view when another mode is chosen.
    """
    modes = drawn_modes(profile, isochrones)
    limits = sorted(set(isochrones["limit_min"]))
    for mode in modes:
        bands = bands_of(isochrones, mode)
        frame, looks = _drawn(bands, limits, text)
        legend = [
            (style.band(step), text("layer.band", limit=text.format_number(limit, None)))
            for step, limit in enumerate(limits)
        ]
        choice = len(modes) > 1
        title = text(f"mode.{mode}") if choice else text("layer.travel")
        yield elements.VectorLayer(
            frame,
            title=title[:1].upper() + title[1:],
            look=looks,
            group=text("layer.reach" if choice else "layer.base"),
            label="name",
            legend=legend,
            shown=mode == modes[0],
            counted=False,
            choice=choice,
            view=extent(*home, near_bands(isochrones, mode)) if choice else None,
        )


def _drawn(
    bands: gpd.GeoDataFrame, limits: list[float], text: Text
) -> tuple[gpd.GeoDataFrame, dict[str, style.Look]]:
    """Surfaces, widest first so that the narrower ones lie on top, and their names."""
    steps = {limit: step for step, limit in enumerate(limits)}
    bands = bands[["limit_min", "geometry"]]
    surfaces = bands.assign(
        look=[f"band {steps[limit]}" for limit in bands["limit_min"]],
        name="",
        geometry=smooth(bands.geometry),
    )[::-1]
    names = bands.assign(
        look="name",
        name=[
            text("layer.band_label", limit=text.format_number(limit, None))
            for limit in bands["limit_min"]
        ],
        geometry=[top(shape) for shape in bands.geometry],
    )
    looks = {f"band {step}": style.band(step) for step in steps.values()}
    return stack(surfaces, names), looks | {"name": style.BAND_NAME}
