"""What a table is made of, and how a bounded, missing or spread-out number is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from htkgis.maps.style import FUNCTIONS
from htkgis.maps.text import Text

Profile = Mapping[str, Any]
STATISTICS = ("min", "median", "max")


@dataclass(frozen=True)
class Cell:
    """One cell; ``bar`` is the share of the row's largest value, ``show`` opens the map.

    A ``short`` cell stays on one line; ``range`` stands behind the text, or below it where
    there is no room.
    """

    text: str
    number: bool = False
    head: bool = False
    bar: float | None = None
    show: str | None = None
    own: bool = False
    short: bool = False
    range: str | None = None


@dataclass(frozen=True)
class Table:
    """One table: a key for ids, a caption, columns as ``(heading, holds numbers)``, rows."""

    key: str
    caption: str
    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[Cell]]
    note: str | None = None


def by_function(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Order of the legend; within a function the profile's own order."""
    order = {name: at for at, name in enumerate(FUNCTIONS)}
    return sorted(rows, key=lambda row: (order.get(row["function"], len(order)), row["function"]))


def bounded(
    value: float | None,
    text: Text,
    decimals: int = 0,
    *,
    lower: bool = False,
    upper: bool = False,
) -> str:
    """Write a number that the search may have cut short: "at least", "at most", or as it is."""
    if value is None:
        return text("missing.not_reached")
    words = text.format_number(value, decimals)
    if lower:
        return text("bound.at_least", value=words)
    return text("bound.at_most", value=words) if upper else words


def hidden_cell(text: Text, *, own: bool = False) -> Cell:
    """Write that a figure is withheld, which is neither 0 nor missing."""
    return Cell(text("jobs_hidden.word"), number=True, own=own)


def hidden_note(profile: Profile, text: Text, *marked: bool) -> str | None:
    """Explain below a table of jobs what is withheld, if anything is."""
    if not any(marked):
        return None
    return text("jobs_hidden.note", count=profile["assumptions"]["min_workplaces"])


def bound_note(text: Text, *marked: bool) -> str | None:
    """Explain "at least" and "at most" below a table that has them."""
    return text("bound.note") if any(marked) else None


def between(row: Mapping[str, Any], text: Text) -> str:
    """Write where a middle figure of jobs lies, between what the source's intervals leave open."""
    if row["hidden"]:
        return text("jobs_hidden.word")
    if "low" not in row or row["low"] is None:
        return text("missing.none")
    low = text.format_number(row["low"])
    if row["high"] is None:
        return text("table.between_open", low=low)
    if row["low"] == row["high"]:
        return bounded(row["low"], text, lower=row["lower_bound"])
    key = "table.between_at_least" if row["lower_bound"] else "table.between"
    return text(key, low=low, high=text.format_number(row["high"]))


def period(start: int | None, end: int | None, text: Text) -> str:
    """Write years from and to, as far as they are known."""
    if start is None and end is None:
        return text("missing.none")
    if end is None:
        return text("table.from_year", year=start)
    if start is None:
        return text("table.to_year", year=end)
    return str(start) if start == end else text("table.range", low=start, high=end)


def decimals_of(value: float | None) -> int:
    """Decimals that a figure is given with, two at most."""
    if value is None:
        return 0
    return next((n for n in (0, 1) if round(value, n) == round(value, 2)), 2)
