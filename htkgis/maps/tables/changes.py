"""Then and now, by one way of travelling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from htkgis.maps.changes import kind_of, minutes, named
from htkgis.maps.layers import area_name
from htkgis.maps.modes import WALK, of_mode
from htkgis.maps.text import Text

from .cell import Cell, Profile, Table, bound_note, by_function

BOUNDS = ("before_upper_bound", "after_upper_bound")


def changes(profile: Profile, found: Mapping[str, Any], text: Text, *, mode: str = WALK) -> Table:
    """Minutes, places, and what opened or closed, in the baseline and in the state shown."""
    rows = by_function(of_mode(found["rows"], mode))
    years = {"baseline": found["baseline"], "state": found["state"]}
    columns = [
        (text("table.function"), False),
        *((str(year), True) for year in years.values()),
        (text("table.change"), True),
        *((text("table.nearest_in", year=year), False) for year in years.values()),
        (text("table.came_or_went"), False),
    ]
    words = text(f"mode.{mode}")
    return Table(
        f"changes-{mode}",
        text("quarter.changes_caption", mode=words, area=area_name(profile), **years),
        columns,
        [_changed(row, text) for row in rows],
        bound_note(text, *(bool(row.get(name)) for row in rows for name in BOUNDS)),
    )


def _changed(row: Mapping[str, Any], text: Text) -> list[Cell]:
    ways = [
        text(f"change.{way}", names=text.join(names))
        for way in ("opened", "closed")
        if (names := named(row[way], text))
    ]
    return [
        Cell(text(f"function.{row['function']}"), head=True),
        *(Cell(minutes(row, when, text), number=True) for when in ("before", "after")),
        Cell(_difference(row, text), number=True),
        *(Cell(row[name] or text("missing.none")) for name in ("before_place", "after_place")),
        Cell(" ".join(ways) or text("missing.none")),
    ]


def _difference(row: Mapping[str, Any], text: Text) -> str:
    """Write sign and word; a difference of bounded minutes is not known."""
    kind = kind_of(row)
    words = text(f"change_kind.{kind}").lower()
    if kind in {"nearer", "farther"}:
        return text("change.with_word", delta=text.format_change(row["delta_min"]), word=words)
    return words
