"""The section on planning rules: what was measured, the tables, and what was not known."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from . import tables
from .layers import area_name
from .robustness import definition, stamps_beside, unmoved_note
from .text import Text

Profile = Mapping[str, Any]
STATION, GREEN = "station", "green"


def rule_section(profile: Profile, text: Text) -> dict[str, Any] | None:
    """Planning rules: lead, table and notes, and the level of service; None without either."""
    part = profile.get("rules")
    if not part:
        return None
    plain = [text("rules.lead_plain")] if part["plain_walk"] else []
    return {
        "lead": " ".join([text("rules.lead", area=area_name(profile)), *plain]),
        "brief": _brief(tables.rules(profile, text), text),
        "table": tables.rules(profile, text),
        "notes": _notes(part["rows"], text),
        "service": _service(profile, part, text),
    }


def _brief(table: tables.Table | None, text: Text) -> list[tuple[str, str]]:
    """Say what the rules come to: sign and word, then rules of this result with their values.

    Rules that stand beside each other with the same result for the same reason share a line.
    """
    rows = table.rows if table else ()
    lines = []
    for (result, why), same in groupby(rows, key=lambda row: (row[4].text, row[4].range)):
        words = [
            text("rules.brief", rule=rule.text, measured=measured.text, limit=limit.text)
            for rule, measured, limit, *_ in same
        ]
        lines.append((f"{result}.", " ".join([*words, *([_sentence(why)] if why else [])])))
    return lines


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _notes(rows: list[Mapping[str, Any]], text: Text) -> list[str]:
    notes = []
    stations = [row for row in rows if row["function"] == STATION and row["place"] is not None]
    if stations and stations[0]["at_entrance"]:
        notes.append(text("rules.entrance_known"))
    elif stations:
        accuracy = text.format_number(stations[0]["accuracy_m"])
        notes.append(text("rules.entrance_unknown", accuracy=accuracy))
    if any(row["function"] == GREEN and row["place"] is not None for row in rows):
        notes.append(text("rules.green"))
    return notes


def _service(profile: Profile, part: Mapping[str, Any], text: Text) -> dict[str, Any] | None:
    if part["service"] is None:
        return None
    return {
        "lead": text("rules.service.lead", date=text.format_date(part["date"])),
        "table": tables.levels(profile, text),
        "note": text("rules.service.sketch") if part["service"]["sketch"] else None,
    }


def robustness_section(profile: Profile, text: Text) -> dict[str, Any] | None:
    """How sure the figures are: counts, a folded table, and the folded definition of the cases."""
    part = profile.get("robustness")
    if not part:
        return None
    table = tables.robustness(profile, text)
    lead = text(
        "robust.lead",
        cases=len(part["cases"]),
        state=part["state"],
        count=text.format_number(part["sure"] + part["sensitive"]),
        sure=text.format_number(part["sure"]),
        sensitive=text.format_number(part["sensitive"]),
    )
    key = "robust.beside" if profile.get("shares") else "robust.beside_isolation"
    return {
        "lead": " ".join(filter(None, [lead, stamps_beside(profile, text)])),
        "table": table if table is not None and table.rows else None,
        "beside": tables.part_robustness(profile, text),
        "beside_heading": text(key),
        "further": tables.further_robustness(profile, text),
        "note": unmoved_note(profile, text),
        "definition": definition(profile, text),
    }
