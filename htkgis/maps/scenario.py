"""How pages say that they are of a scenario, and what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .tables.cell import Cell, Table, period
from .text import Text


def scenario_words(run: Mapping[str, Any], text: Text) -> dict[str, str] | None:
    """Give the notice of every page of a scenario; None on pages of the study itself.

    Returns
    -------
    words
        ``banner`` above the page, ``open``: the link to what it holds, and ``name``.
    """
    found = run.get("scenario")
    if found is None:
        return None
    return {
        "name": found["name"],
        "banner": text("scenario.banner", name=found["name"], year=found["year"]),
        "open": text("scenario.open"),
    }


def titled(title: str, run: Mapping[str, Any], text: Text) -> str:
    """Put the name of a scenario before the title of a page; leave others as they are."""
    found = run.get("scenario")
    return title if found is None else text("scenario.title", name=found["name"], title=title)


def scenario_section(run: Mapping[str, Any], text: Text) -> dict[str, Any] | None:
    """List what a scenario holds, for its front page.

    Returns
    -------
    section
        ``lead``, ``note``, ``table`` (None without edits) and ``left_out``, a sentence for each
        project without effect; None on pages of the study itself.
    """
    found = run.get("scenario")
    if found is None:
        return None
    lead = "scenario.lead" if found["edits"] else "scenario.lead_none"
    return {
        "lead": text(lead, year=found["year"], before=found["before"]),
        "note": found["note"],
        "table": _table(found, text) if found["edits"] else None,
        "left_out": [
            text(
                "scenario.left_out_row",
                project=row["project_name"] or row["project"],
                reason=row["reason"],
            )
            for row in found["left_out"]
        ],
    }


def _table(found: Mapping[str, Any], text: Text) -> Table:
    columns = (
        "scenario.subject",
        "scenario.where",
        "scenario.kind_heading",
        "scenario.years",
        "table.project",
    )
    return Table(
        "scenario",
        text("scenario.caption", name=found["name"]),
        [(text(word), False) for word in (*columns, "table.note")],
        [
            [
                Cell(row["subject"], head=True),
                Cell(where_words(row, text)),
                Cell(change_words(row, text)),
                Cell(_years(row, found["year"], text), short=row["holds"]),
                Cell(row["project_name"] or row["project"] or text("scenario.no_project")),
                Cell(row["note"]),
            ]
            for row in found["edits"]
        ],
    )


def change_words(row: Mapping[str, Any], text: Text) -> str:
    """Say what an edit does, and how much of it."""
    kind = text(f"scenario.kind.{row['kind']}")
    facts = [
        text(
            f"scenario.fact.{fact['fact']}",
            value="" if fact["value"] is None else text.format_number(fact["value"], None),
        )
        for fact in row["facts"]
    ]
    return f"{kind}: {'; '.join(facts)}" if facts else kind


def where_words(row: Mapping[str, Any], text: Text) -> str:
    """Say where an edit lies: the nearest street with a name, and the quarter; or nothing."""
    names = {"street": row.get("near_street"), "quarter": row.get("in_quarter")}
    known = {name: value for name, value in names.items() if value is not None}
    if not known:
        return text("missing.none")
    return text(f"scenario.where_{'_'.join(known)}", **known)


def _years(row: Mapping[str, Any], year: int, text: Text) -> str:
    """Say the years of an edit: the last one in which it holds, and whether it does in the year."""
    until = None if row["to_year"] is None else row["to_year"] - 1
    words = period(row["from_year"], until, text)
    return words if row["holds"] else text("scenario.not_held", years=words, year=year)
