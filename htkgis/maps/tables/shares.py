"""Shares of the persons of an area, beside the municipality and its parts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from htkgis.maps.layers import area_name
from htkgis.maps.modes import WALK, of_mode
from htkgis.maps.text import Text

from .cell import Cell, Profile, Table, bound_note, by_function

EVERYDAY_MIN = 15
Row = Mapping[str, Any]
Beside = Literal["first", "others", "all"]
CHOSEN = {"first": slice(0, 1), "others": slice(1, None), "all": slice(None)}


def everyday(profile: Profile) -> float:
    """Minutes of the study's everyday distance."""
    return float(profile["assumptions"].get("everyday_min") or EVERYDAY_MIN)


def shares(
    profile: Profile, text: Text, *, mode: str = WALK, beside: Beside = "first"
) -> Table | None:
    """Persons within the everyday distance of each function, if anything is known of it.

    Parameters
    ----------
    beside
        Which comparators: the first, the municipality; the others, its parts; or all.
    """
    limit = everyday(profile)
    rows = [row for row in _rows(profile, mode) if math.isclose(row["limit_min"], limit)]
    others = {
        each["id"]: each["name"] for row in rows for each in row["comparators"][CHOSEN[beside]]
    }
    if not rows or (beside == "others" and not others):
        return None
    caption = "quarter.shares_caption" if beside == "first" else "quarter.shares_further_caption"
    return Table(
        f"shares-{mode}-{beside}",
        text(
            caption,
            mode=text(f"mode.{mode}"),
            area=area_name(profile),
            limit=text.format_number(limit, None),
        ),
        [
            (text("table.function"), False),
            (area_name(profile), True),
            *((name, True) for name in others.values()),
        ],
        [_beside(row, list(others), text) for row in rows],
        _note(rows, text),
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
        _note(rows, text),
    )


def _rows(profile: Profile, mode: str) -> list[Row]:
    found = profile.get("shares")
    return by_function(of_mode(found["rows"], mode)) if found else []


def _beside(row: Row, others: Sequence[str], text: Text) -> list[Cell]:
    comparators = {each["id"]: each for each in row["comparators"]}
    return [
        Cell(text(f"function.{row['function']}"), head=True),
        _share(row, text, own=True),
        *(_share(comparators.get(name), text) for name in others),
    ]


def _share(row: Row | None, text: Text, *, own: bool = False) -> Cell:
    if row is None or row["share"] is None:
        return Cell(text("missing.none"), number=True, own=own)
    words = text.format_share(row["share"], lower_bound=row["lower_bound"])
    return Cell(words, number=True, bar=row["share"], own=own)


def _note(rows: Sequence[Row], text: Text) -> str | None:
    marked = [each["lower_bound"] for row in rows for each in (row, *row["comparators"])]
    return bound_note(text, *marked)
