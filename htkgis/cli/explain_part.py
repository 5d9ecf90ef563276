"""A part of a profile, explained as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from htkgis.maps import Text
    from htkgis.pipeline.explain_part import PartExplanation

SHOWN = 12
"""How many values are written."""
ROBUST = "robust."
"""What the keys of a stamp begin with."""
ONE_LINE = 240
"""Letters of a row of a table."""


def part_lines(found: PartExplanation, text: Text, out: Path) -> Iterator[str]:
    """Write an explanation as text, from the values down to the layers."""
    from .explain import layer_line, parameter_line

    yield text("explain.part", part=found.part, quarter=found.quarter, area=found.area)
    for row in found.values[:SHOWN]:
        plain = {name: value for name, value in row.items() if not name.startswith(ROBUST)}
        yield f"  {_words(plain, text)}"
        if (said := robust_words(row, text)) is not None:
            yield f"    {said}"
    if len(found.values) > SHOWN:
        yield "  " + text("explain.more", count=len(found.values) - SHOWN)
    for row in found.definitions:
        name, words, source = (row[_in(text, key)] for key in ("name", "definition", "source"))
        measure = row["measure"] or text("explain.no_formula")
        yield text("explain.defined", name=name, definition=words, measure=measure, source=source)
    if found.tables:
        yield text("explain.tables")
    for table in found.tables:
        yield from _table_lines(table, text)
    if found.lineage.steps:
        yield text("explain.steps", steps=" → ".join([*found.lineage.steps, "profiles"]))
    if found.parameters:
        yield text("explain.parameters")
    yield from (f"  {parameter_line(row, text)}" for row in found.parameters)
    if found.layers:
        yield text("explain.layers")
    yield from (f"  {layer_line(row, text)}" for row in found.layers)
    key = "explain.published" if found.published else "explain.not_published"
    yield text(key, run=found.run, folder=out)


def _table_lines(table: Mapping[str, Any], text: Text) -> Iterator[str]:
    if table["rows"] is None:
        yield "  " + text("explain.value_of_step", name=table["table"], step=table["step"])
        return
    yield "  " + text(
        "explain.table" if table["first"] else "explain.table_none",
        name=table["table"],
        step=table["step"],
        own=text.format_number(table["own"]),
        rows=text.format_number(table["rows"]),
    )
    for row in table["first"]:
        line = _words(row, text)
        yield f"    {line[:ONE_LINE]}{'…' if len(line) > ONE_LINE else ''}"


def robust_words(row: Mapping[str, Any], text: Text) -> str | None:
    """Write the stamp of a value, its range, and the study's cases that change the conclusion.

    Examples
    --------
    >>> from htkgis.maps import load_text
    >>> row = {"value": 0.6, "robust.low": 0.4, "robust.high": 0.7, "robust.stamp": "sensitive",
    ...        "robust.tried": 5, "robust.changed_by": ["walk_slow"]}
    >>> robust_words(row, load_text("en"))
    'sensitive: 0.4 to 0.7 in 5 cases; changed by walk_slow'
    """
    own = {name.removeprefix(ROBUST): row[name] for name in row if name.startswith(ROBUST)}
    if own.get("stamp") is None:
        return None
    return text(
        "explain.robust_part",
        stamp=text(f"robust.{own['stamp']}"),
        cases=_value(own["changed_by"], text),
        **{name: _value(own[name], text) for name in ("low", "high", "tried")},
    )


def _words(row: Mapping[str, Any], text: Text) -> str:
    return ", ".join(f"{name} {_value(value, text)}" for name, value in row.items())


def _value(value: Any, text: Text) -> str:
    """Write a value so that missing, false and zero are three words."""
    if value is None:
        return text("explain.missing")
    if isinstance(value, bool):
        return text(f"table.{'yes' if value else 'no'}").lower()
    if isinstance(value, list):
        return " ".join(_value(item, text) for item in value) or text("explain.nothing")
    if isinstance(value, dict):
        return " ".join(f"{name} {_value(item, text)}" for name, item in value.items())
    return str(value)


def _in(text: Text, key: str) -> str:
    return f"{key}_en" if text.language == "en" else key
