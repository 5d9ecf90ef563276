"""Every figure of the quarters side by side, with the place of each row in every order."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from htkgis.maps.ordering import danish_order
from htkgis.maps.text import Text

from .cell import Profile
from .overview_rows import Row, overview_rows


@dataclass(frozen=True)
class Ranked:
    """Words of a cell and its place in the order of its column; no place where it is missing.

    ``show`` opens the map at what the row is about, as in :class:`~.cell.Cell`.
    """

    words: str
    rank: int | None
    number: bool = False
    head: bool = False
    show: str | None = None


@dataclass(frozen=True)
class Overview:
    """The table: columns, themes to choose from with their place, and rows of cells."""

    caption: str
    columns: Sequence[tuple[str, bool]]
    themes: Sequence[tuple[int, str]]
    rows: Sequence[Sequence[Ranked]]


def overview(profiles: Sequence[Profile], text: Text) -> Overview:
    """Set every measure of the profiles side by side, theme by theme.

    Columns of words are ordered as a Danish register, columns of numbers by unit and within a
    unit by size; a value that is missing, hidden or not reached has no place.

    Parameters
    ----------
    profiles
        Of all quarters, at least one.
    """
    rows = list(overview_rows(profiles, text))
    themes = list(dict.fromkeys(row.theme for row in rows))
    by_theme = {theme: number for number, theme in enumerate(themes, start=1)}
    units = list(dict.fromkeys(row.unit for row in rows))
    names = ranks([row.name for row in rows], danish_order)
    spelt = ranks([row.unit for row in rows], danish_order)
    better = ranks([row.better for row in rows], danish_order)
    values = [
        ranks([_size(row, at, units) for row in rows], lambda size: size)
        for at in range(len(profiles))
    ]
    return Overview(
        text("overview.caption"),
        [
            (text("overview.indicator"), False),
            *((profile["quarter"]["name"], True) for profile in profiles),
            (text("overview.unit"), False),
            (text("table.better"), False),
            (text("overview.theme"), False),
        ],
        [(number, theme) for theme, number in by_theme.items()],
        [
            [
                Ranked(row.name, names[number], head=True),
                *(
                    Ranked(value.words, values[at][number], number=True)
                    for at, value in enumerate(row.values)
                ),
                Ranked(row.unit, spelt[number]),
                Ranked(row.better, better[number]),
                Ranked(row.theme, by_theme[row.theme]),
            ]
            for number, row in enumerate(rows)
        ],
    )


def ranks(values: Iterable[Any], key: Callable[[Any], Any]) -> list[int | None]:
    """Give each value its place, from 1; equal ones share one, None has none.

    Examples
    --------
    >>> ranks(["b", None, "a", "b"], str)
    [2, None, 1, 2]
    """
    listed = list(values)
    keys = sorted({key(value) for value in listed if value is not None})
    place = {found: number for number, found in enumerate(keys, start=1)}
    return [None if value is None else place[key(value)] for value in listed]


def _size(row: Row, at: int, units: Sequence[str]) -> tuple[int, float] | None:
    value = row.values[at].value
    if value is None or math.isnan(value):
        return None
    return units.index(row.unit), value
