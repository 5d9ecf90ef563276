"""Projects of all quarters, with their numbers on the map and how certain they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from htkgis.maps.text import Text

from .cell import Cell, Profile, Table, period

Project = Mapping[str, Any]


def numbered(profiles: Sequence[Profile]) -> list[dict[str, Any]]:
    """List the projects of all quarters, those on the map with a number each.

    Order: the quarters', then the first year, those without one last.
    """
    rows = [
        {
            **row,
            "quarter_name": profile["quarter"]["name"],
            "approximate": bool(row.get("approximate")),
        }
        for profile in profiles
        for row in sorted(
            profile["projects"],
            key=lambda each: (each["year_from"] is None, each["year_from"] or 0, each["id"]),
        )
    ]
    number = 0
    for row in rows:
        number += bool(row["on_map"])
        row["number"] = number if row["on_map"] else None
    return rows


def plans_table(projects: Sequence[Project], text: Text) -> Table:
    """Every project: number, quarter, kind, status, years, certainty, money, amount and note."""
    columns = (
        (text("plans.number"), True),
        (text("table.project"), False),
        (text("plans.quarter"), False),
        *((text(f"table.{word}"), False) for word in ("kind", "state", "period")),
        (text("plans.placed"), False),
        (text("table.budget"), True),
        (text("plans.content"), False),
    )
    return Table("plans", text("plans.caption"), columns, [_row(row, text) for row in projects])


def _row(row: Project, text: Text) -> list[Cell]:
    return [
        Cell(text.format_number(row["number"]), number=True),
        Cell(row["name"], head=True, show=f"project:{row['id']}" if row["number"] else None),
        Cell(row["quarter_name"]),
        Cell(text(f"project_kind.{row['kind']}")),
        Cell(text(f"project_status.{row['status']}")),
        Cell(period(row["year_from"], row["year_to"], text), range=sureness(row, text)),
        Cell(position(row, text)),
        Cell(text.format_number(row["budget_mio"], None), number=True),
        Cell("; ".join(filter(None, [row["quantity"], row["note"]])) or text("missing.none")),
    ]


def sureness(row: Project, text: Text) -> str | None:
    """Say which years the source leaves out: that is what it tells of certainty."""
    if row["status"] == "cancelled":
        return None
    first, last = row["year_from"], row["year_to"]
    if first is None and last is None:
        return text("plans.sure_none")
    if last is None:
        return text("plans.sure_from")
    return text("plans.sure_to") if first is None else None


def position(row: Project, text: Text) -> str:
    """Say how exactly the place of a project is known."""
    if row["number"] is None:
        return text("plans.placed_none")
    metres = row.get("accuracy_m")
    if metres is None:
        return text("plans.approximate" if row["approximate"] else "plans.placed_sure")
    key = "plans.placed_rough" if row["approximate"] else "plans.placed_known"
    return text(key, metres=text.format_number(metres))


def unplaced_table(projects: Sequence[Project], text: Text) -> Table | None:
    """Projects without a position, which no map shows; None where there are none."""
    rows = [row for row in projects if row["number"] is None]
    if not rows:
        return None
    columns = [text("table.project"), text("plans.quarter"), text("table.state")]
    return Table(
        "plans-unplaced",
        text("plans.unplaced_caption"),
        [(words, False) for words in (*columns, text("table.period"))],
        [
            [
                Cell(row["name"], head=True),
                Cell(row["quarter_name"]),
                Cell(text(f"project_status.{row['status']}")),
                Cell(period(row["year_from"], row["year_to"], text), short=True),
            ]
            for row in rows
        ],
    )
