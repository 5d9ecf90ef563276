"""Looks of layers as the browser takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

import geopandas as gpd

from .style import SHAPES, Look

Rows = Sequence[tuple[str, str]]
"""Heading and column of each line of a popup."""


def look_specs(looks: Mapping[str, Look]) -> list[dict[str, Any]]:
    """Write looks as the browser takes them."""
    return [_look(look) for look in looks.values()]


def chosen_looks(frame: gpd.GeoDataFrame, looks: Mapping[str, Look]) -> list[int]:
    """Give the number of the look of each row."""
    names = list(looks)
    return [0] * len(frame) if names == [""] else [names.index(name) for name in frame["look"]]


@cache
def _look(look: Look) -> dict[str, Any]:
    plain = {name: value for name, value in asdict(look).items() if value not in {None, ""}}
    if look.kind == "point":
        plain["shape"] = SHAPES[look.shape]
    else:
        del plain["shape"]
    return plain
