"""Ways of travelling: which a profile holds, which rows are of one, how they are called.

A row or a band that names no mode is of walking.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import geopandas as gpd

from .text import Text

WALK = "walk"
STATISTICS = ("min", "median", "max")


def modes_of(profile: Mapping[str, Any]) -> list[str]:
    """List the modes a profile measures, walking first.

    Examples
    --------
    >>> modes_of({}), modes_of({"modes": ["bike", "walk"]})
    (['walk'], ['walk', 'bike'])
    """
    found = dict.fromkeys(profile.get("modes") or [WALK])
    return [WALK, *(mode for mode in found if mode != WALK)]


def of_mode(rows: Iterable[Mapping[str, Any]], mode: str = WALK) -> list[Mapping[str, Any]]:
    """Pick the rows of one mode."""
    return [row for row in rows if mode_of(row) == mode]


def mode_of(row: Mapping[str, Any]) -> str:
    """Mode of a row."""
    return str(row.get("mode") or WALK)


def minutes_by(place: Mapping[str, Any], mode: str) -> Mapping[str, float | None]:
    """Shortest, middle and longest minutes to a place by one mode; None where not reached."""
    if mode == WALK:
        return {name: place[name] for name in STATISTICS}
    found = (place.get("by_mode") or {}).get(mode) or {}
    return {name: found.get(name) for name in STATISTICS}


def bands_of(isochrones: gpd.GeoDataFrame, mode: str = WALK) -> gpd.GeoDataFrame:
    """Pick the bands of one mode, nearest first; none of them is empty."""
    if "mode" in isochrones:
        isochrones = isochrones[isochrones["mode"].fillna(WALK) == mode]
    elif mode != WALK:
        isochrones = isochrones[:0]
    bands = isochrones.sort_values("limit_min", kind="stable")
    return bands[~bands.geometry.is_empty].reset_index(drop=True)


def drawn_modes(profile: Mapping[str, Any], isochrones: gpd.GeoDataFrame) -> list[str]:
    """List the modes that the map has bands of; walking stands for a map without any."""
    drawn = [mode for mode in modes_of(profile) if not bands_of(isochrones, mode).empty]
    return drawn or [WALK]


def mode_words(modes: Sequence[str], text: Text) -> str:
    """Name modes as a sentence does: ``til fods, på cykel og i bil``."""
    return text.join([text(f"mode.{mode}") for mode in modes])
