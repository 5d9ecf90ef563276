"""Shares of the persons of an area, and how their minutes are spread, beside its comparators."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from htkgis.maps.layers import area_name
from htkgis.maps.modes import WALK, of_mode
from htkgis.maps.text import Text

from .cell import Cell, Profile, Table, bound_note, bounded, by_function

EVERYDAY_MIN = 15
Row = Mapping[str, Any]
Beside = Literal["municipality", "districts", "all"]
CHOSEN = {
    "municipality": ("municipality",),
    "districts": ("district",),
    "all": ("municipality", "district"),
}


def everyday(profile: Profile) -> float:
    """Minutes of the study's everyday distance."""
    return float(profile["assumptions"].get("everyday_min") or EVERYDAY_MIN)


def shares(
    profile: Profile, text: Text, *, mode: str = WALK, beside: Beside = "municipality"
) -> Table | None:
    """Persons within the everyday distance of each function, if anything is known of it.

    Parameters
    ----------
    beside
        Which comparators: the municipality, its districts, or both.
    """
    limit = everyday(profile)
    rows = [row for row in _rows(profile, mode) if math.isclose(row["limit_min"], limit)]
    kinds = CHOSEN[beside]
    seen = [each for row in rows for each in row["comparators"] if each["kind"] in kinds]
    others = {each["id"]: _name(each, text) for each in seen}
    if not rows or (beside == "districts" and not others):
        return None
    words = {
        "mode": text(f"mode.{mode}"),
        "area": area_name(profile),
        "limit": text.format_number(limit, None),
    }
    return Table(
        f"shares-{mode}-{beside}",
        text("quarter.shares_caption", **words)
        if beside == "municipality"
        else with_districts("quarter.shares_further_caption", profile, text, **words),
        [
            (text("table.function"), False),
            (area_name(profile), True),
            *((name, True) for name in others.values()),
        ],
        [_beside(row, list(others), text) for row in rows],
        _note(profile, [*rows, *seen], text),
    )


def shares_by_limit(profile: Profile, text: Text) -> Table | None:
    """Persons of the area on foot within every limit, if there is more than one."""
    rows = _rows(profile, WALK)
    limits = sorted({row["limit_min"] for row in rows})
    if len(limits) < 2:  # noqa: PLR2004  one limit is the everyday table
        return None
    by_key = {(row["function"], row["limit_min"]): row for row in rows}
    return Table(
        "shares-limits",
        text("quarter.shares_limits_caption", area=area_name(profile), mode=text(f"mode.{WALK}")),
        [
            (text("table.function"), False),
            *((text("table.within", limit=text.format_number(at, None)), True) for at in limits),
        ],
        [
            [
                Cell(text(f"function.{function}"), head=True),
                *(_share(by_key.get((function, at)), text, own=True) for at in limits),
            ]
            for function in dict.fromkeys(row["function"] for row in rows)
        ],
        _note(profile, rows, text),
    )


def distribution(profile: Profile, text: Text, *, mode: str = WALK) -> Table | None:
    """Minutes within which 10, 50 and 90 percent reach each function, if they are known."""
    found = profile.get("shares") or {}
    rows = by_function(of_mode(found.get("distribution") or [], mode))
    if not rows:
        return None
    whole = text("quarter.shares_municipality")
    parts = [text.format_unit(percent, "%") for percent in (10, 90)]
    few, most = (text("quarter.shares_part", part=part) for part in parts)
    headings = [few, text("quarter.shares_half"), most]
    headings.append(text("quarter.shares_half_of", unit=whole))
    return Table(
        f"distribution-{mode}",
        text("quarter.shares_spread_caption", mode=text(f"mode.{mode}"), area=area_name(profile)),
        [(text("table.function"), False), *((heading, True) for heading in headings)],
        [_spread(row, text) for row in rows],
        _spread_note(profile, rows, text),
    )


def with_districts(key: str, profile: Profile, text: Text, **words: str) -> str:
    """Say words that name what the districts are, where the profile knows it."""
    districts = (profile["shares"].get("districts") or {}).get("title")
    if districts is None:
        return text(key, **words)
    return text(f"{key}_named", districts=districts, **words)


def _rows(profile: Profile, mode: str) -> list[Row]:
    found = profile.get("shares")
    return by_function(of_mode(found["rows"], mode)) if found else []


def _name(unit: Row, text: Text) -> str:
    """Name a comparator; a municipality is often called as a part of it is."""
    municipal = unit["kind"] == "municipality"
    return text("quarter.shares_municipality") if municipal else str(unit["name"])


def _beside(row: Row, others: Sequence[str], text: Text) -> list[Cell]:
    comparators = {each["id"]: each for each in row["comparators"]}
    return [
        Cell(text(f"function.{row['function']}"), head=True),
        _share(row, text, own=True),
        *(_share(comparators.get(name), text) for name in others),
    ]


def _share(row: Row | None, text: Text, *, own: bool = False) -> Cell:
    if row is not None and row["hidden"]:
        return Cell(text("shares.hidden"), number=True, own=own)
    if row is None or row["share"] is None:
        return Cell(text("missing.none"), number=True, own=own)
    words = text.format_share(row["share"], lower_bound=row["lower_bound"])
    return Cell(words, number=True, bar=row["share"], own=own)


def _spread(row: Row, text: Text) -> list[Cell]:
    whole = next(iter(row["comparators"]), None)
    return [
        Cell(text(f"function.{row['function']}"), head=True),
        *(_minutes(row, name, text, own=True) for name in ("p10", "p50", "p90")),
        Cell(text("missing.none"), number=True) if whole is None else _minutes(whole, "p50", text),
    ]


def _minutes(row: Row, name: str, text: Text, *, own: bool = False) -> Cell:
    if row["hidden"]:
        return Cell(text("shares.hidden"), number=True, own=own)
    words = bounded(row[name], text, 1, upper=row[f"{name}_upper_bound"])
    return Cell(words, number=True, own=own)


def _note(profile: Profile, units: Sequence[Row], text: Text) -> str | None:
    """Explain what stands in a table instead of an exact share."""
    bound = bound_note(text, *(each["lower_bound"] for each in units))
    return _joined(bound, _hidden_note(profile, units, text))


def _spread_note(profile: Profile, rows: Sequence[Row], text: Text) -> str | None:
    """Explain what stands in the table instead of exact minutes."""
    whole = [(each, "p50") for row in rows for each in row["comparators"]]
    cells = [(row, name) for row in rows for name in ("p10", "p50", "p90")] + whole
    unreached = any(not row["hidden"] and row[name] is None for row, name in cells)
    searched = text.format_number(rows[0]["searched_min"], None)
    return _joined(
        text("quarter.shares_not_reached", limit=searched) if unreached else None,
        bound_note(text, *(row[f"{name}_upper_bound"] for row, name in cells)),
        _hidden_note(profile, [row for row, _ in cells], text),
    )


def _hidden_note(profile: Profile, units: Sequence[Row], text: Text) -> str | None:
    if not any(each["hidden"] for each in units):
        return None
    return text("shares.hidden_note", persons=profile["shares"]["min_persons"])


def _joined(*notes: str | None) -> str | None:
    return " ".join(note for note in notes if note) or None
