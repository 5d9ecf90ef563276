"""Jobs per resident who competes for them: the area beside all residents of the municipality."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from htkgis.maps.layers import area_name
from htkgis.maps.text import Text

from .cell import Cell, Profile, Table, hidden_cell

DECIMALS = 2
UNITS = ("area", "municipality")


def competition(profile: Profile, text: Text) -> Table | None:
    """Mean and median jobs per resident by each mode and limit; None where none are measured."""
    rows = (profile.get("competition") or {}).get("rows")
    if not rows:
        return None
    names = {"area": area_name(profile), "municipality": text("competition.municipality")}
    notes = [text("competition.note")]
    if any(row[unit]["edge"] for row in rows for unit in UNITS):
        notes.append(text("competition.edge"))
    return Table(
        "competition",
        text("competition.caption", area=names["area"]),
        [
            (text("competition.case"), False),
            *(
                (text(f"competition.{name}", unit=names[unit]), True)
                for unit in UNITS
                for name in ("mean", "median")
            ),
        ],
        [
            [
                Cell(
                    text(
                        "competition.within",
                        limit=text.format_number(row["limit_min"], None),
                        mode=text(f"mode.{row['mode']}"),
                    ),
                    head=True,
                ),
                *(
                    _cell(row[unit], name, text, own=unit == "area")
                    for unit in UNITS
                    for name in ("mean", "median")
                ),
            ]
            for row in rows
        ],
        " ".join(notes),
    )


def competition_missing(profile: Profile, text: Text) -> str | None:
    """Say why there are no figures; None where there are, or an older profile has no such part."""
    reason = (profile.get("competition") or {}).get("missing")
    return None if reason is None else text(reason)


def _cell(unit: Mapping[str, Any], name: str, text: Text, *, own: bool) -> Cell:
    if unit["hidden"]:
        return hidden_cell(text, own=own)
    if unit[name] is None:
        return Cell(text("missing.none"), number=True, own=own)
    return Cell(text.format_number(unit[name], DECIMALS), number=True, own=own)
