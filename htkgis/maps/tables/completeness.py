"""One of each kind of place in reach, and how mixed it is, by every way of travelling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from htkgis.maps.layers import area_name
from htkgis.maps.text import Text

from .cell import Cell, Profile, Table, bound_note, bounded


def completeness(profile: Profile, text: Text) -> Table | None:
    """Origins with all functions, functions in reach, and the diversity of their mix."""
    rows = profile.get("completeness") or []
    if not rows:
        return None
    of_persons = any(row["persons"] for row in rows)
    origins = text(f"origin.{profile['origins']['kind']}.short")
    columns = [
        (text("completeness.mode"), False),
        (text("completeness.complete", origins=origins), True),
        (text("completeness.reached"), True),
        (text("completeness.diversity"), True),
        *([(text("completeness.persons"), True)] if of_persons else []),
    ]
    notes = [text("completeness.note")]
    if any(row["diversity_missing"] for row in rows):
        notes.append(text("completeness.edge"))
    if edge := bound_note(text, *(row["lower_bound"] for row in rows)):
        notes.append(edge)
    return Table(
        "completeness",
        text(
            "completeness.caption",
            limit=text.format_number(rows[0]["limit_min"], None),
            area=area_name(profile),
        ),
        columns,
        [_row(row, text, of_persons=of_persons) for row in rows],
        " ".join(notes),
    )


def _row(row: Mapping[str, Any], text: Text, *, of_persons: bool) -> list[Cell]:
    mode = text(f"mode.{row['mode']}")
    count, of = (text.format_number(row[name]) for name in ("origins_complete", "origins"))
    reached, mix = row["functions_in_reach"], row["diversity"]
    known = {} if reached is None else reached
    own = (row["persons"] or {}).get("area") or {"share": None}
    if own.get("hidden"):
        everything = text("shares.hidden")
    else:
        everything = text.format_share(own["share"], lower_bound=own.get("lower_bound", False))
    return [
        Cell(mode[:1].upper() + mode[1:], head=True),
        Cell(text("table.count_of", count=count, of=of), number=True),
        Cell(
            bounded(known.get("median"), text, lower=row["lower_bound"]),
            number=True,
            range=_range(reached, text, 0),
        ),
        Cell(
            text("missing.none") if mix is None else text.format_number(mix["median"], 1),
            number=True,
            range=_range(mix, text, 1),
        ),
        *([Cell(everything, number=True)] if of_persons else []),
    ]


def _range(found: Mapping[str, Any] | None, text: Text, decimals: int) -> str | None:
    """Write least and most, where they differ."""
    if found is None or found["min"] == found["max"]:
        return None
    ends = {name: text.format_number(found[name], decimals) for name in ("min", "max")}
    return text("table.spread_of", low=ends["min"], high=ends["max"])
