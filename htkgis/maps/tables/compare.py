"""The quarters side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from htkgis.maps.method import jobs_at_points
from htkgis.maps.modes import WALK, mode_words, of_mode
from htkgis.maps.text import Text

from .cell import Cell, Profile, Table, bound_note, bounded, hidden_cell, hidden_note

Part = Literal["first", "further", "all"]


def comparison(
    profile: Profile, text: Text, *, own: str | None = None, part: Part = "first", mode: str = WALK
) -> Table:
    """Set the quarters side by side, by one way of travelling.

    Parameters
    ----------
    own
        The quarter whose column stands out.
    part
        Nearest places and jobs come first, all else is further.
    """
    found = of_mode(profile["comparison"], mode)
    rows = sorted(found, key=_is_further)
    if part != "all":
        rows = [row for row in found if _is_further(row) == (part == "further")]
    quarters = {
        value["quarter_id"]: value["quarter_name"] for row in rows for value in row["values"]
    }
    key = "comparison-further" if part == "further" else "comparison"
    caption = "quarter.further_caption" if part == "further" else "quarter.comparison_caption"
    if mode != WALK:
        key, caption = f"comparison-{mode}", "quarter.comparison_mode_caption"
    return Table(
        key,
        text(caption, mode=mode_words([mode], text)),
        [
            (text("table.indicator"), False),
            *((name, True) for name in quarters.values()),
            (text("table.better"), False),
        ],
        [_compared(row, list(quarters), text, own) for row in rows],
        " ".join(filter(None, _notes(profile, rows, text))) or None,
    )


def _notes(profile: Profile, rows: Sequence[Mapping[str, Any]], text: Text) -> list[str | None]:
    values = [each for row in rows for each in row["values"]]
    return [
        bound_note(text, *(each["lower_bound"] or each["upper_bound"] for each in values)),
        hidden_note(profile, text, *(each["hidden"] for each in values)),
        jobs_at_points(profile, text) if "jobs" in {row["indicator"] for row in rows} else None,
    ]


def _is_further(row: Mapping[str, Any]) -> bool:
    return bool(
        row["indicator"] in {"count", "functions"}
        or (row["indicator"] == "nearest" and row["n"] != 1)
    )


def _compared(
    row: Mapping[str, Any], quarters: Sequence[str], text: Text, own: str | None
) -> list[Cell]:
    values = {value["quarter_id"]: value for value in row["values"]}
    largest = max((value["value"] or 0 for value in row["values"]), default=0)
    decimals = 1 if row["unit"] == "min" else 0
    cells = [Cell(indicator_name(row, text), head=True)]
    for quarter in quarters:
        value = values.get(quarter)
        if value is None:
            cells.append(Cell(text("missing.none"), number=True))
            continue
        if value["hidden"]:
            cells.append(hidden_cell(text, own=quarter == own))
            continue
        bar = value["value"] / largest if largest and value["value"] is not None else None
        words = bounded(
            value["value"],
            text,
            decimals,
            lower=value["lower_bound"],
            upper=value["upper_bound"],
        )
        cells.append(Cell(words, number=True, bar=bar, own=quarter == own))
    return [*cells, Cell(text(f"table.{row['direction']}"))]


def indicator_name(row: Mapping[str, Any], text: Text) -> str:
    """Name a row of the comparison, of quarters or of a figure."""
    limit = text.format_number(row["limit_min"], None)
    if row["indicator"] == "jobs":
        return text("quarter.compare_jobs", limit=limit)
    if row["indicator"] == "functions":
        return text("compare.functions", limit=limit)
    if row["indicator"] == "count":
        words = text(f"function.{row['function']}")
        return text("quarter.compare_count", function=words, limit=limit)
    if row["n"] in {None, 1}:
        return text("quarter.compare_nearest", target=text.target(row["function"]))
    words = text(f"nearest.{row['function']}")
    return text("quarter.compare_nth", n=row["n"], function=words)
