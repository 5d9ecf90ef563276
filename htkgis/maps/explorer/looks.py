"""What the explorer draws with: the looks of all other maps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from htkgis.maps import style
from htkgis.maps.layer_looks import look_specs

STREETS = {"local": style.STREET, "path": style.PATH, "main": style.MAIN_STREET}
"""Looks of streets, the one that lies on top last."""

MARK = "#b3261e"
"""Colour of the starting point."""

WALKED = "#c3cdd6"
"""Area that is walked to where times by public transport are shown: the colour of no class."""


def street_looks(kinds: Iterable[Any]) -> npt.NDArray[np.int64]:
    """Give the number of the look of each street by its kind.

    Examples
    --------
    >>> street_looks(["residential", "footway", "primary"]).tolist()
    [0, 1, 2]
    """
    looks = list(STREETS.values())
    texts = [str(kind) for kind in kinds]
    numbers = {kind: looks.index(style.street(kind)) for kind in set(texts)}
    return np.array([numbers[kind] for kind in texts], dtype=np.int64)


def band_settings(bands_min: Iterable[float]) -> list[dict[str, Any]]:
    """Give each class of minutes its colour.

    Examples
    --------
    >>> [band["minutes"] for band in band_settings([5, 10])]
    [5, 10]
    """
    return [
        {"minutes": minutes, "colour": style.band(step).fill}
        for step, minutes in enumerate(bands_min)
    ]


def look_settings(functions: Iterable[str], bands_min: list[float]) -> dict[str, Any]:
    """Collect colours and shapes as the browser takes them."""
    named = {function: style.place(function, "existing") for function in functions}
    return {
        "streets": look_specs(STREETS),
        "looks": dict(zip(named, look_specs(named), strict=True)),
        "bands": band_settings(bands_min),
        "ink": style.INK,
        "quiet": style.QUIET,
        "mark": MARK,
        "walked": WALKED,
    }
