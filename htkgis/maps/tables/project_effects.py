"""Tables of the project sheets: projects side by side, who gains where, cost beside effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from htkgis.maps.text import Text

from .cell import Cell, Table

Given = Mapping[str, Any]
ALL, EVERYBODY, ELSEWHERE = "all", "everybody", "elsewhere"
MOST_ROWS = 12
"""Rows of one sheet: more would not fit a printed page beside its map."""


def ranks_table(projects: Sequence[Given], *, tested: bool, note: str | None, text: Text) -> Table:
    """Set the projects side by side: those with a budget by price, then the others by effect."""
    words = ("project", "rank", "saved", "gainers", "losers", "reach", "budget", "worth", "holds")
    plain = {"project", "rank", "holds"}
    return Table(
        "ranks",
        text("effects.ranks.caption"),
        [(text(f"effects.ranks.{word}"), word not in plain) for word in words],
        [_rank_row(row, tested=tested, text=text) for row in ordered(projects)],
        note,
    )


def ordered(projects: Sequence[Given]) -> list[Given]:
    """Order projects by rank: those with a budget first; hidden ones last."""
    return sorted(
        projects, key=lambda row: (row["ranked_by"] == "effect", row["rank"] or 999, row["name"])
    )


def _rank_row(row: Given, *, tested: bool, text: Text) -> list[Cell]:
    hidden = row["rank"] is None
    by = "by_effect" if row["ranked_by"] == "effect" else "by_price"
    rank = text("effects.hidden") if hidden else text(f"effects.ranks.{by}", rank=row["rank"])
    if hidden or not tested:
        holds = text("effects.ranks.untested")
    elif row["holds"] == "sure":
        holds = text("effects.ranks.sure")
    else:
        holds = text("effects.ranks.sensitive", low=row["rank_low"], high=row["rank_high"])
    return [
        Cell(row["name"], head=True),
        Cell(rank, short=True),
        *(Cell(_count(row[n], text), number=True) for n in ("saved_person_min", *COUNTS)),
        Cell(budget_words(row["budget_mio"], text), number=True),
        Cell(
            _price(row["person_min_per_mio"], row["budget_mio"], text, hidden=hidden),
            number=True,
        ),
        Cell(holds, short=True),
    ]


COUNTS = ("gainers", "losers", "reach")
OF_WAYS = ("saved", *COUNTS)
"""What is told of ways; jobs and new homes are told in sentences."""


def who_table(
    rows: Sequence[Given], *, key: str, project: str, areas: Mapping[str, str], text: Text
) -> Table | None:
    """Say who gains and loses by a project: by area and function, the largest changes first.

    Parameters
    ----------
    rows
        Effects of the project: one row per area, function and measure.
    areas
        Names by id.
    """
    by_place: dict[tuple[str, str], dict[str, Given]] = {}
    for row in rows:
        if row["measure"] in OF_WAYS:
            by_place.setdefault((row["group"], row["function"]), {})[row["measure"]] = row
    changed = [place for place, own in by_place.items() if _is_change(own)]
    if not changed:
        return None
    total = [place for place in changed if place[0] == EVERYBODY]
    parts = [place for place in changed if place[0] != EVERYBODY and place[1] != ALL]
    largest = sorted(parts, key=lambda place: _weight(by_place[place]["saved"]))[:MOST_ROWS]
    words = ("area", "function", "alone_minutes", "last_minutes", "share_minutes", *COUNTS)
    note = None
    if len(parts) > len(largest):
        note = text("effects.sheet.more", count=text.format_number(len(largest)))
    return Table(
        f"{key}-who",
        text("effects.sheet.caption", project=project),
        [(text(f"effects.sheet.{word}"), word not in {"area", "function"}) for word in words],
        [
            _who_row(place, by_place[place], areas, text)
            for place in [*largest, *(place for place in total if place[1] == ALL)]
        ],
        note,
    )


def _is_change(own: Mapping[str, Given]) -> bool:
    return any(
        row["hidden"] or row["alone"] or row["last"] or row["shapley"] for row in own.values()
    )


def _weight(row: Given) -> float:
    return 0.0 if row["hidden"] else -max(abs(row["alone"]), abs(row["last"]))


def _who_row(
    place: tuple[str, str], own: Mapping[str, Given], areas: Mapping[str, str], text: Text
) -> list[Cell]:
    group, function = place
    where = areas.get(group) or text(f"effects.{group}")
    what = text("effects.all_functions") if function == ALL else text(f"function.{function}")
    minutes = [own["saved"][part] for part in ("alone", "last", "shapley")]
    return [
        Cell(where, head=True),
        Cell(what),
        *(Cell(_count(value, text), number=True) for value in minutes),
        *(Cell(_count(own[name]["alone"], text), number=True) for name in COUNTS),
    ]


def costs_table(row: Given, *, key: str, text: Text) -> Table:
    """Set the budget of a project beside what it does, alone and by its share."""
    budget = budget_words(row["budget_mio"], text)
    rows = [[Cell(text("effects.sheet.budget"), head=True), *[Cell(budget, number=True)] * 2]]
    for name in ("money_per_gainer", "money_per_reach"):
        effect = {"money_per_gainer": "gainers", "money_per_reach": "reach"}[name]
        cells = [
            Cell(
                _price(
                    row[f"{name}{part}"],
                    row["budget_mio"],
                    text,
                    hidden=row[f"{effect}{part}"] is None,
                ),
                number=True,
            )
            for part in ("_alone", "")
        ]
        rows.append([Cell(text(f"effects.sheet.{name}"), head=True), *cells])
    words = ("cost", "cost_alone", "cost_share")
    return Table(
        f"{key}-costs",
        text("effects.sheet.caption_costs", project=row["name"]),
        [(text(f"effects.sheet.{word}"), word != "cost") for word in words],
        rows,
    )


def left_out_table(rows: Sequence[Given], text: Text) -> Table | None:
    """List the projects that are not measured, and why."""
    if not rows:
        return None
    return Table(
        "left-out",
        text("effects.left_out.caption"),
        [(text("effects.ranks.project"), False), (text("effects.left_out.why"), False)],
        [
            [
                Cell(row["name"], head=True),
                Cell(row["words"] or text(f"effects.left_out.{row['reason']}")),
            ]
            for row in rows
        ],
    )


def budget_words(value: float | None, text: Text) -> str:
    """Write a budget; one that nobody told is said to be so."""
    if value is None:
        return text("effects.no_budget")
    return text("effects.sheet.budget_value", value=text.format_number(value, None))


def _price(value: float | None, budget: float | None, text: Text, *, hidden: bool) -> str:
    """Write money per effect, or why there are none."""
    if hidden:
        return text("effects.hidden")
    if budget is None:
        return text("effects.not_known")
    return text("effects.nobody") if value is None else text.format_number(value)


def _count(value: float | None, text: Text) -> str:
    return text("effects.hidden") if value is None else text.format_number(value)
