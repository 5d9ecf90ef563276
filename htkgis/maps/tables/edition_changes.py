"""What differs from the edition before as tables: its causes, and the figures that moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from htkgis.maps.ordering import danish_order
from htkgis.maps.text import MINUS, NBSP, Text

from .cell import Cell, Table
from .overview import Overview, Ranked, ranks

Given = Mapping[str, Any]
NAMED = 3
"""Rows of a layer that a cell names; it counts the others."""


def cause_table(report: Given, titles: Mapping[str, str], text: Text) -> Table | None:
    """List the causes with what is different and how many figures each moves; None without any.

    Parameters
    ----------
    report
        As ``changes.json`` holds it.
    titles
        Title of each layer by name.
    """
    rows = [
        [
            Cell(cause_name(cause, titles, text), head=True),
            Cell(_different(cause, text)),
            Cell(text.format_number(cause["moved"], missing="editions.count_unknown"), number=True),
        ]
        for cause in report["causes"]
    ]
    columns = [
        (text("editions.cause"), False),
        (text("editions.what"), False),
        (text("editions.count"), True),
    ]
    caption = text("editions.causes_caption")
    return Table("edition-causes", caption, columns, rows) if rows else None


def cause_name(cause: Given, titles: Mapping[str, str], text: Text) -> str:
    """Name a cause: the titles of its layers, the decisions, or the program."""
    if cause["kind"] != "layers":
        return text(f"editions.{cause['kind']}")
    return text.join([titles.get(name, name) for name in cause["layers"]])


def _different(cause: Given, text: Text) -> str:
    if cause["kind"] == "code":
        before, after = cause["versions"]
        key = "code_same" if before == after else "code_version"
        return text(f"editions.{key}", before=before, after=after)
    if cause["kind"] == "study":
        return _decisions(cause["decisions"], text)
    if not cause.get("rows"):
        return text("editions.layer_hash")
    return " ".join(dict.fromkeys(_rows(layer, text) for layer in cause["rows"]))


def _decisions(rows: Sequence[Given], text: Text) -> str:
    shown = [
        text(
            "editions.decision",
            key=row["key"],
            before=_value(row["before"], None, text),
            after=_value(row["after"], row["unit"], text),
        )
        for row in rows[:NAMED]
    ]
    rest = len(rows) - len(shown)
    if rest:
        number = "one" if rest == 1 else "many"
        shown.append(text(f"editions.decisions_more_{number}", count=text.format_number(rest)))
    return _closed("; ".join(shown))


def _closed(words: str) -> str:
    """End a sentence that may end in an abbreviation."""
    return words if words.endswith(".") else f"{words}."


def _value(value: Any, unit: str | None, text: Text) -> str:
    """Write a decision: numbers the Danish way, lists with commas, tables by their names."""
    if value is None:
        return text("editions.nothing_set")
    if isinstance(value, list):
        words = ", ".join(_value(each, None, text) for each in value) or text(
            "editions.nothing_set"
        )
    elif isinstance(value, int | float) and not isinstance(value, bool):
        words = text.format_number(value, None)
    else:
        words = str(value)
    key = f"unit.{unit}"
    named = text(key) if key in text.words else None
    return f"{words}{NBSP}{named}" if named else words


def _rows(layer: Given, text: Text) -> str:
    """Say which rows of a layer are others, or why not."""
    if layer["state"] != "compared":
        return text(f"editions.layer_{layer['state']}")
    if not layer["differences"]:
        return text("editions.layer_same_rows")
    said = [_difference(each, text) for each in layer["differences"]]
    return _closed("; ".join(said))


def _difference(each: Given, text: Text) -> str:
    number = "one" if each["count"] == 1 else "many"
    words = text(
        f"editions.row.{each['kind']}_{number}",
        count=text.format_number(each["count"]),
        most=text.format_number(each["most"] or 0.0, 0 if (each["most"] or 0.0) >= 1 else None),
        column=each["column"],
    )
    names = [row["name"] or row["id"] for row in each["rows"]]
    if not names:
        return words
    return text("editions.rows", what=words, names=_some(names, each["count"], text))


def _some(names: Sequence[str], count: int, text: Text) -> str:
    """Name the first rows and count the others."""
    if count <= NAMED:
        return text.join(list(names))
    more = text.format_number(count - NAMED)
    return text("editions.rows_more", names=", ".join(names[:NAMED]), count=more)


def moved_table(
    report: Given,
    rows: Sequence[tuple[str, Given]],
    quarters: Mapping[str, str],
    titles: Mapping[str, str],
    text: Text,
) -> Overview:
    """List figures that moved: before, now, difference and why, with their place in every order.

    Parameters
    ----------
    rows
        Name and figure of the report, in the order of the page.
    quarters
        Name of each quarter by id.
    """
    causes = {cause["id"]: cause for cause in report["causes"]}
    names = _row_names(report)
    units = list(dict.fromkeys(figure["unit"] for _, figure in rows))
    figures = [figure for _, figure in rows]
    why = [_themes(figure, causes, titles, report, text) for figure in figures]
    themes = list(dict.fromkeys(why))
    words_of = [
        [name for name, _ in rows],
        [quarters.get(figure["quarter_id"], figure["quarter_id"]) for figure in figures],
        [unit_words(figure["unit"], text) for figure in figures],
    ]
    label, quarter, unit = words_of
    order = [ranks(words, danish_order) for words in words_of]
    before, after, change = (
        ranks([_size(figure, part, units) for figure in figures], lambda size: size)
        for part in ("before", "after", "change")
    )
    columns = [
        (text("editions.measure"), False),
        (text("editions.quarter"), False),
        (text("editions.before"), True),
        (text("editions.after"), True),
        (text("editions.change"), True),
        (text("editions.unit"), False),
        (text("editions.cause"), False),
    ]
    return Overview(
        text("editions.caption"),
        columns,
        list(enumerate(themes, start=1)),
        [
            [
                Ranked(label[at], order[0][at], head=True),
                Ranked(quarter[at], order[1][at]),
                Ranked(printed(figure, "before", text), before[at], number=True),
                Ranked(printed(figure, "after", text), after[at], number=True),
                Ranked(change_words(figure, text), change[at], number=True),
                Ranked(unit[at], order[2][at]),
                Ranked(
                    _why(figure, causes, names, titles, report, text), themes.index(why[at]) + 1
                ),
            ]
            for at, figure in enumerate(figures)
        ],
    )


def _row_names(report: Given) -> dict[str, str]:
    return {
        row["id"]: row["name"] or row["id"]
        for cause in report["causes"]
        for layer in cause.get("rows") or ()
        for each in layer["differences"]
        for row in each["rows"]
    }


def figure_cause(figure: Given, report: Given, titles: Mapping[str, str], text: Text) -> str:
    """Say why one figure moved: each cause once, with the rows that matter to it."""
    causes = {cause["id"]: cause for cause in report["causes"]}
    said = _why(figure, causes, _row_names(report), titles, report, text)
    return "; ".join(dict.fromkeys(said.split("; ")))


def printed(figure: Given, part: str, text: Text) -> str:
    """Write a figure of one edition: the middle one, with least and greatest in brackets."""
    value = figure[part]
    if value is None:
        return text("editions.not_there")
    if value["median"] is None:
        key = "missing.not_reached" if figure["unit"] == "min" else "isolation.unknown"
        return text(key)
    words = _number(value["median"], figure["unit"], text)
    if value["bound"]:
        words = text(f"bound.{value['bound']}", value=words)
    low, high = value["min"], value["max"]
    if low is None or high is None or low == high:
        return words
    ends = [_number(end, figure["unit"], text) for end in (low, high)]
    return f"{words} ({text('table.range', low=ends[0], high=ends[1])})"


def change_words(figure: Given, text: Text) -> str:
    """Write how far a figure moved, or why there is no number."""
    if figure["kind"] != "moved":
        return text(f"editions.is_{figure['kind']}")
    if figure["change"] is None:
        return text("missing.none")
    if figure["change"] == 0:
        ends = [(figure[part]["min"], figure[part]["max"]) for part in ("before", "after")]
        return text(f"editions.{'only_bound' if ends[0] == ends[1] else 'only_spread'}")
    return signed(figure["change"], figure["unit"], text)


def signed(change: float, unit: str, text: Text) -> str:
    """Write a difference with its sign, also where it is an increase."""
    words = _number(change, unit, text)
    return words if words.startswith(MINUS) else f"+{words}"


def _number(value: float, unit: str, text: Text) -> str:
    if unit == "min":
        return text.format_number(value, 2)
    return text.format_number(100 * value if unit == "share" else value, None)


def unit_words(unit: str, text: Text, *, count: float | None = None) -> str:
    """Write a unit, as that of one where the count is 1, or its id where no words are known.

    Examples
    --------
    >>> from htkgis.maps.text import load_text
    >>> [unit_words("places", load_text("da"), count=count) for count in (-1, 2)]
    ['sted', 'steder']
    """
    if count is not None and abs(count) == 1 and f"explain.unit_{unit}.one" in text.words:
        return text(f"explain.unit_{unit}.one")
    key = f"overview.unit_of.{unit}"
    return text(key) if key in text.words else unit


def _size(figure: Given, part: str, units: Sequence[str]) -> tuple[int, float] | None:
    value = figure["change"] if part == "change" else (figure[part] or {}).get("median")
    return None if value is None else (units.index(figure["unit"]), value)


def _themes(
    figure: Given, causes: Mapping[str, Given], titles: Mapping[str, str], report: Given, text: Text
) -> str:
    named = [cause_name(causes[each["cause"]], titles, text) for each in figure["causes"]]
    return "; ".join(named) or text(f"editions.{'together' if _told(report) else 'unknown'}")


def _told(report: Given) -> bool:
    """Tell whether a figure without a cause moved because of several: all were measured alone."""
    return report["attributed"] and all(cause["told"] for cause in report["causes"])


def _why(
    figure: Given,
    causes: Mapping[str, Given],
    names: Mapping[str, str],
    titles: Mapping[str, str],
    report: Given,
    text: Text,
) -> str:
    said = []
    for each in figure["causes"]:
        words = cause_name(causes[each["cause"]], titles, text)
        if each["rows"]:
            rows = [names.get(key, key) for key in each["rows"]]
            words = text("editions.rows", what=words, names=_some(rows, len(rows), text))
        if len(causes) > 1 and each["change"]:
            change = signed(each["change"], figure["unit"], text)
            words = text("editions.of_cause", cause=words, change=change)
        said.append(words)
    return "; ".join(said) or _themes(figure, causes, titles, report, text)
