"""What is within reach: nearest places, numbers of places, jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from htkgis.maps.layers import area_name
from htkgis.maps.method import jobs_method
from htkgis.maps.modes import mode_of, mode_words, modes_of, of_mode
from htkgis.maps.robustness import stamp, stamped
from htkgis.maps.text import Text

from .cell import (
    STATISTICS,
    Cell,
    Profile,
    Table,
    between,
    bound_note,
    bounded,
    by_function,
    hidden_cell,
    hidden_note,
)

UNSTATED = "unknown"
"""The sector of jobs whose sector is not known; it stands last."""


def nearest(profile: Profile, text: Text, n: int = 1) -> Table:
    """Minutes to the nearest, or to the ``n``-th nearest, place of each function."""
    found = [row for row in of_mode(profile["nearest"]) if row["n"] == n]
    origins = text.plural(f"origin.{profile['origins']['kind']}", profile["origins"]["count"])
    caption = "quarter.nearest_caption" if n == 1 else "quarter.choice_caption"
    columns = [(text("table.function"), False)]
    columns += [(text(f"table.{word}"), True) for word in ("shortest", "middle", "longest")]
    columns.append((text("table.nearest_place" if n == 1 else "table.place"), False))
    # what was measured again has a stamp; further ranks have theirs in a table of their own
    stamps = (
        {
            row["function"]: stamped(profile, f"nearest_{n}", function=row["function"])
            for row in found
        }
        if n == 1 and profile.get("robustness")
        else {}
    )
    if stamps:
        columns.append((text("robust.column"), False))
    return Table(
        f"nearest-{n}",
        text(caption, n=n, origins=origins, area=area_name(profile)),
        columns,
        [
            [
                Cell(text(f"function.{row['function']}"), head=True),
                *(_minutes(row, name, text) for name in STATISTICS),
                Cell(_nearest_name(row, text)),
                *([_stamp(stamps[row["function"]], text)] if stamps else []),
            ]
            for row in by_function(found)
        ],
        bound_note(text, *(row["upper_bound"] for row in found)),
    )


def _stamp(row: Mapping[str, Any] | None, text: Text) -> Cell:
    words, between = stamp(row, text) or (text("missing.none"), None)
    return Cell(words, range=None if between is None else f"({between})")


def choices(profile: Profile, text: Text) -> list[Table]:
    """One table for each further rank, the third nearest for instance."""
    ranks = sorted({row["n"] for row in of_mode(profile["nearest"])} - {1})
    return [nearest(profile, text, n) for n in ranks]


def counts(profile: Profile, text: Text) -> Table:
    """How many places of each function lie within each limit."""
    found = of_mode(profile["counts"])
    limits = sorted({row["limit_min"] for row in found})
    by_key = {(row["function"], row["limit_min"]): row for row in found}
    functions = list(dict.fromkeys(row["function"] for row in by_function(found)))
    return Table(
        "counts",
        text("quarter.counts_caption"),
        [
            (text("table.function"), False),
            *((text("table.within", limit=text.format_number(at, None)), True) for at in limits),
        ],
        [
            [
                Cell(text(f"function.{function}"), head=True),
                *(Cell(_spread(by_key.get((function, at)), text), number=True) for at in limits),
            ]
            for function in functions
        ],
        bound_note(text, *(row["lower_bound"] for row in found)),
    )


def jobs(profile: Profile, text: Text) -> Table:
    """How many jobs of the municipality lie within each limit, and how they were made."""
    found = sorted(of_mode(profile["jobs"]), key=lambda row: row["limit_min"])
    has_ends = any("low" in row for row in found)
    columns = [(text("table.minutes"), False)]
    columns += [(text(f"table.{word}"), True) for word in ("fewest", "middle", "most")]
    if has_ends:
        columns.append((text("table.middle_lies"), False))
    notes = [
        *jobs_method(profile, text),
        bound_note(text, *(row["lower_bound"] for row in found)),
        hidden_note(profile, text, *(row["hidden"] for row in profile["jobs"])),
    ]
    return Table(
        "jobs",
        text("quarter.jobs_caption"),
        columns,
        [
            [
                Cell(
                    text("table.within", limit=text.format_number(row["limit_min"], None)),
                    head=True,
                ),
                *(
                    hidden_cell(text)
                    if row["hidden"]
                    else Cell(bounded(row[name], text, lower=row["lower_bound"]), number=True)
                    for name in STATISTICS
                ),
                *([Cell(between(row, text))] if has_ends else []),
            ]
            for row in found
        ],
        " ".join(note for note in notes if note) or None,
    )


def jobs_by_sector(profile: Profile, text: Text) -> Table | None:
    """Jobs of each sector within each limit, sectors in the order of the classification."""
    return _jobs_by_part(profile, "jobs_by_sector", "sector", "jobs-sectors", text)


def jobs_by_skill(profile: Profile, text: Text) -> Table | None:
    """Jobs of each skill level within each limit, the lowest level first."""
    return _jobs_by_part(profile, "jobs_by_skill", "skill_level", "jobs-skills", text)


def _jobs_by_part(
    profile: Profile, part: str, column: str, table_id: str, text: Text
) -> Table | None:
    """Jobs of each sector or skill level within each limit, in the order of the words."""
    found = of_mode(profile.get(part) or [])
    if not found:
        return None
    limits = sorted({row["limit_min"] for row in found})
    by_key = {(row[column], row["limit_min"]): row for row in found}
    order = {key: at for at, key in enumerate(text.words)}
    names = sorted(
        {row[column] for row in found},
        key=lambda name: (name == UNSTATED, order.get(f"{column}.{name}", len(order)), name),
    )
    rounding = text.format_number(profile["assumptions"]["job_rounding"])
    ends = any("low" in row for row in found)
    heads = [(limit, text.format_number(limit, None)) for limit in limits]
    return Table(
        table_id,
        text(f"{part}.caption"),
        [
            (text(f"{part}.heading"), False),
            *((text("table.within", limit=words), True) for _, words in heads),
            *((text("jobs_by_part.within_lies", limit=words), False) for _, words in heads if ends),
        ],
        [
            [
                Cell(_part_name(column, name, text), head=True),
                *(_jobs_and_range(by_key.get((name, at)), text) for at in limits),
                *(Cell(between(by_key[name, at], text)) for at in limits if ends),
            ]
            for name in names
        ],
        # "at least" is explained below all jobs, whose search met the same border
        " ".join(
            filter(
                None,
                [
                    text(f"{part}.note", rounding=rounding),
                    hidden_note(profile, text, *(row["hidden"] for row in found)),
                ],
            )
        ),
    )


def _part_name(column: str, name: str, text: Text) -> str:
    key = f"{column}.{name}"
    return text(key) if key in text.words else name.replace("_", " ")


def nearest_by_mode(profile: Profile, text: Text) -> Table | None:
    """Minutes to the nearest place of each function, one column for each way of travelling."""
    found = [row for row in profile["nearest"] if row["n"] == 1]
    modes = _present(profile, found)
    if len(modes) == 1:
        return None
    by_key = {(row["function"], mode_of(row)): row for row in found}
    functions = list(dict.fromkeys(row["function"] for row in by_function(found)))
    return Table(
        "nearest-modes",
        text("quarter.nearest_modes_caption", modes=mode_words(modes, text)),
        [(text("table.function"), False), *_mode_columns(modes, text)],
        [
            [
                Cell(text(f"function.{function}"), head=True),
                *(_minutes_and_range(by_key.get((function, mode)), text) for mode in modes),
            ]
            for function in functions
        ],
        _own_note(found, "upper_bound", text),
    )


def jobs_by_mode(profile: Profile, text: Text) -> Table | None:
    """Jobs within each limit, one column for each way of travelling."""
    found = profile["jobs"]
    modes = _present(profile, found)
    if len(modes) == 1:
        return None
    by_key = {(row["limit_min"], mode_of(row)): row for row in found}
    return Table(
        "jobs-modes",
        text("quarter.jobs_modes_caption", modes=mode_words(modes, text)),
        [(text("table.minutes"), False), *_mode_columns(modes, text)],
        [
            [
                Cell(text("table.within", limit=text.format_number(limit, None)), head=True),
                *(_jobs_and_range(by_key.get((limit, mode)), text) for mode in modes),
            ]
            for limit in sorted({row["limit_min"] for row in found})
        ],
        _own_note(found, "lower_bound", text),
    )


def _present(profile: Profile, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """List walking, and the other modes that have rows."""
    first, *others = modes_of(profile)
    return [first, *(mode for mode in others if of_mode(rows, mode))]


def _own_note(rows: Sequence[Mapping[str, Any]], bound: str, text: Text) -> str | None:
    """Explain bounds where the table of walking, right above, has not done so."""
    if any(row[bound] for row in of_mode(rows)):
        return None
    return bound_note(text, *(row[bound] for row in rows))


def _mode_columns(modes: Sequence[str], text: Text) -> list[tuple[str, bool]]:
    return [(text(f"mode.{mode}"), True) for mode in modes]


def _minutes_and_range(row: Mapping[str, Any] | None, text: Text) -> Cell:
    if row is None:
        return Cell(text("missing.none"), number=True)
    middle = _minutes(row, "median", text)
    if row["places"] < row["n"] or row["median"] is None:
        return middle
    low, high = (text.format_minutes(row[name], unit=False) for name in ("min", "max"))
    return replace(middle, range=text("table.spread_of", low=low, high=high))


def _jobs_and_range(row: Mapping[str, Any] | None, text: Text) -> Cell:
    if row is not None and row["hidden"]:
        return hidden_cell(text)
    if row is None or row["median"] is None:
        return Cell(text("missing.none"), number=True)
    middle = Cell(bounded(row["median"], text, lower=row["lower_bound"]), number=True)
    low, high = (text.format_number(row[name]) for name in ("min", "max"))
    return (
        middle
        if low == high
        else replace(middle, range=text("table.spread_of", low=low, high=high))
    )


def _nearest_name(row: Mapping[str, Any], text: Text) -> str:
    if row["place_id"] is None:
        return text("missing.none")
    return str(row["place_name"] or text("missing.unnamed"))


def _minutes(row: Mapping[str, Any], name: str, text: Text) -> Cell:
    if row["places"] < row["n"]:
        return Cell(text("table.too_few", count=row["places"]), number=True)
    if row[name] is None:
        return Cell(text("missing.not_reached"), number=True)
    return Cell(bounded(row[name], text, 1, upper=row["upper_bound"]), number=True)


def _spread(row: Mapping[str, Any] | None, text: Text) -> str:
    if row is None or row["median"] is None:
        return text("missing.none")
    low, middle, high = (text.format_number(row[name], None) for name in STATISTICS)
    words = middle if low == high else text("table.spread", median=middle, low=low, high=high)
    return text("bound.at_least", value=words) if row["lower_bound"] else words
