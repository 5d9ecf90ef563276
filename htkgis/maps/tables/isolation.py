"""How closed the housing areas are side by side, and the barriers around one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from htkgis.maps.isolation import barrier_name
from htkgis.maps.layers import area_name
from htkgis.maps.modes import mode_words
from htkgis.maps.text import Text

from .cell import Cell, Profile, Table, bound_note, bounded

DECIMALS = {"per km": 1, "times": 2, "min": 2}
"""Decimals by unit; shares are per cent."""


def isolation(profile: Profile, text: Text, *, mode: str, own: str | None = None) -> Table | None:
    """Set the areas side by side by one mode; the column of the quarter ``own`` stands out."""
    part = profile.get("isolation")
    found = next((each for each in (part or {}).get("modes", ()) if each["mode"] == mode), None)
    if found is None:
        return None
    names = [value["quarter_name"] for value in found["rows"][0]["values"]]
    return Table(
        f"isolation-{mode}",
        text("isolation.caption", mode=mode_words([mode], text)),
        [
            (text("table.indicator"), False),
            *((name, True) for name in names),
            (text("table.better"), False),
        ],
        [
            [
                Cell(row_name(row, text), head=True),
                *(_cell(value, row["unit"], own, text) for value in row["values"]),
                Cell(text(f"table.{row['direction']}")),
            ]
            for row in found["rows"]
        ],
        bound_note(
            text,
            *(
                value["lower_bound"] and row["indicator"] != "crossings_per_km"
                for row in found["rows"]
                for value in row["values"]
            ),
        ),
    )


def row_name(row: Mapping[str, Any], text: Text) -> str:
    """Name a measure of isolation."""
    limit = text.format_number(row["limit_min"], None)
    return text(f"isolation.row.{row['indicator']}", limit=limit)


def value_number(value: float, unit: str, text: Text) -> str:
    """Write a value of isolation in its unit, without a bound."""
    return (
        text.format_share(value) if unit == "share" else text.format_number(value, DECIMALS[unit])
    )


def _cell(value: Mapping[str, Any], unit: str, own: str | None, text: Text) -> Cell:
    """Write a value, what it is of, that of the neighbours, and whether it closes the area."""
    marked = value["quarter_id"] == own
    if value["value"] is None:
        return Cell(text("isolation.unknown"), number=True, own=marked)
    words = value_number(value["value"], unit, text)
    if value["lower_bound"]:
        words = text("bound.at_least", value=words)
    beside = [_of(value, text)]
    if value["neighbours"] is not None:
        beside.append(text("isolation.around", value=value_number(value["neighbours"], unit, text)))
    if value["closed"]:
        beside.append(text("isolation.closed"))
    shown = "; ".join(each for each in beside if each)
    return Cell(words, number=True, own=marked, range=f"({shown})" if shown else None)


def _of(value: Mapping[str, Any], text: Text) -> str | None:
    """Say which direction, function or barrier a value is of."""
    if "direction" in value:
        return text(f"isolation.direction.{value['direction']}")
    if "function" in value:
        way, straight = (text.format_number(value[key]) for key in ("way_m", "straight_m"))
        return text(
            "isolation.function",
            function=text(f"nearest.{value['function']}"),
            way=way,
            straight=straight,
        )
    if "barrier" in value:
        if value["barrier"] is None:
            return text("isolation.none")
        share = text.format_share(value["affected_share"])
        return text("isolation.affected", barrier=barrier_name(value["barrier"], text), share=share)
    return None


def barriers(profile: Profile, text: Text) -> Table | None:
    """Every barrier around the area that costs anything on foot, dearest first."""
    part = profile.get("isolation")
    if not part or not part["barriers"]:
        return None
    columns = ("saved", "share", "each", "crossings", "gap")
    return Table(
        "barriers",
        text("isolation.barriers_caption", area=area_name(profile)),
        [
            (text("isolation.barrier.name"), False),
            *((text(f"isolation.barrier.{name}"), True) for name in columns),
        ],
        [_barrier(row, text) for row in part["barriers"]],
    )


def _barrier(row: Mapping[str, Any], text: Text) -> list[Cell]:
    name = barrier_name(row, text)
    each = row["saved_of_affected_min"]
    if row["crossings"] is None:
        crossings = text("isolation.barrier.junctions")
    else:
        crossings = text.format_number(row["crossings"])
    gap = text("missing.none")
    if row["widest_gap_m"] is not None:
        gap = text("isolation.barrier.gap_m", metres=text.format_number(row["widest_gap_m"]))
    return [
        Cell(name[:1].upper() + name[1:], head=True),
        Cell(bounded(row["saved_min"], text, 2, lower=row["lower_bound"]), number=True),
        Cell(text.format_share(row["affected_share"]), number=True),
        Cell(bounded(each, text, 1, lower=row["lower_bound"]), number=True),
        Cell(crossings, number=True),
        Cell(gap, number=True),
    ]
