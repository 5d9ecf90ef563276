"""Who has too far, in an area and in the rest of the municipality, and how unequal access is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from htkgis.maps.layers import area_name
from htkgis.maps.text import Text

from .cell import Cell, Profile, Table, by_function

Row = Mapping[str, Any]
UNITS = ("area", "rest")


def sufficiency(profile: Profile, text: Text) -> Table:
    """Persons beyond the limit of each function, and by how much (FGT 0, 1 and 2)."""
    rows = by_function(profile["fairness"]["sufficiency"])
    own, rest = area_name(profile), text("fairness.rest")
    columns = [
        (text("table.function"), False),
        (text("fairness.limit"), True),
        *((text("fairness.share", unit=unit), True) for unit in (own, rest)),
        (text("fairness.difference"), True),
        *((text("fairness.shortfall", unit=unit), True) for unit in (own, rest)),
        *((text(f"fairness.{name}", unit=own), True) for name in ("gap", "severity")),
    ]
    notes = [text("fairness.sufficiency_note", area=own), text("fairness.spread_note")]
    if any(row[unit]["upper_bound"] for row in rows for unit in UNITS):
        notes.append(text("fairness.upper"))
    if any(row[unit]["hidden"] for row in rows for unit in UNITS):
        persons = (profile.get("shares") or {}).get("min_persons")
        notes.append(text("shares.hidden_note", persons=persons))
    return Table(
        "sufficiency",
        text("fairness.sufficiency_caption", area=own),
        columns,
        [_row(row, text) for row in rows],
        " ".join(notes),
    )


def inequality(profile: Profile, text: Text) -> Table:
    """Gini, Palma and Theil of the functions in reach, each with the persons behind it."""
    rows = profile["fairness"]["inequality"]
    limit = text.format_number(rows[0]["limit_min"], None) if rows else ""
    edge = any(row["edge"] for row in rows)
    return Table(
        "inequality",
        text("fairness.inequality_caption", limit=limit),
        [
            (text("fairness.measure"), False),
            (text("fairness.value"), True),
            (text("fairness.persons"), True),
            (text("fairness.meaning"), False),
        ],
        [
            [
                Cell(text(f"fairness.{row['measure']}"), head=True),
                Cell(_hidden(row, row["value"], 2, text), number=True),
                Cell(_hidden(row, row["persons"], 0, text), number=True),
                Cell(_meaning(row, text)),
            ]
            for row in rows
        ],
        text("fairness.edge") if edge else None,
    )


def _row(row: Row, text: Text) -> list[Cell]:
    area = row["area"]
    apart = row["difference"]
    points = None if apart is None else 100 * apart
    apart_of = {"hidden": apart is None and any(row[unit]["hidden"] for unit in UNITS)}
    return [
        Cell(text(f"function.{row['function']}"), head=True),
        Cell(text.format_number(row["limit_min"], None), number=True),
        *(_share(row[unit], text, own=unit == "area") for unit in UNITS),
        Cell(_hidden(apart_of, points, 0, text), number=True),
        *(_minutes(row[unit], text, own=unit == "area") for unit in UNITS),
        *(Cell(_hidden(area, area[name], 2, text), number=True) for name in ("gap", "severity")),
    ]


def _share(unit: Row, text: Text, *, own: bool) -> Cell:
    if unit["hidden"]:
        return Cell(text("shares.hidden"), number=True, own=own)
    words = text.format_share(unit["share"])
    if unit["upper_bound"]:
        words = text("fairness.at_most", value=words)
    return Cell(words, number=True, bar=unit["share"], own=own)


def _minutes(unit: Row, text: Text, *, own: bool) -> Cell:
    return Cell(_hidden(unit, unit["mean_shortfall_min"], 1, text), number=True, own=own)


def _hidden(unit: Row, value: float | None, decimals: int, text: Text) -> str:
    return text("shares.hidden") if unit["hidden"] else text.format_number(value, decimals)


def _meaning(row: Row, text: Text) -> str:
    key = f"fairness.{row['measure']}_means"
    if row["measure"] != "theil":
        return text(key)
    part = row["between"] / row["value"] if row["value"] and row["between"] is not None else None
    return text(key, between=text.format_share(part))
