"""Which rows of a profile, and of the tables behind it, a question is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from htkgis.errors import ConfigError
from htkgis.profile.rounding import plain
from htkgis.quantities import ADULT

from .question import Question, nearest_words

ASKED = {
    "function": "function",
    "limit_min": "limit_min",
    "mode": "mode",
    "departure": "window",
    "lens": "lens",
}
"""Options of a question, and what rows of a profile call them."""
NAMED = ("indicator", "key", "rule", "id", "sector", "skill_level")
"""Keys by which a row of a part can be named as ``PART.NAME``."""
HEADS = ("rows", "values")
"""What a part calls its lists of rows."""
IDENTIFYING = frozenset({*ASKED.values(), *NAMED, "name", "n", "year", "baseline", "state", "unit"})
"""What a record says of the rows below it."""
SHOWN = 3
"""Rows of a table that are shown."""


def is_part(indicator: str, profiles: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether a word names a part of a profile, a path in it, or one of its rows."""
    try:
        return any(_at(indicator, profile) is not None for profile in profiles)
    except ConfigError:
        return False


def choices(profiles: Iterable[Mapping[str, Any]]) -> list[str]:
    """List what can be explained besides figures: parts, and what their rows are named by.

    Examples
    --------
    >>> choices([{"criteria": {"rows": [{"indicator": "income", "value": 1}]}}])
    ['criteria', 'income']
    """
    known: dict[str, None] = {}
    for profile in profiles:
        for part, value in profile.items():
            known[part] = None
            known |= dict.fromkeys(sorted(_row_names(value)))
    return list(known)


def picked(question: Question, profile: Mapping[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """Pick the values that a question asks for.

    Returns
    -------
    path, values
        Where they stand in the profile; one entry per record, with what it is of.

    Raises
    ------
    ConfigError
        If the profile has no such part, or no row of it is as the options say.
    """
    found = _at(question.indicator, profile)
    if found is None:
        msg = (
            f"PART {question.indicator!r}: the profile holds none; "
            f"{nearest_words(question.indicator, list(profile), choices([profile]))}. Correct it."
        )
        raise ConfigError(msg)
    path, value, name = found
    asked = {
        column: wanted
        for option, column in ASKED.items()
        if (wanted := getattr(question, option)) is not None
        and not (option == "lens" and wanted == ADULT)
    }
    rows = [row for row in _records(value, {}) if name is None or name in _names_of(row)]
    if all(row == {"value": None} for row in rows):
        return path, rows  # the part is missing: there is nothing to pick from
    options = {column: option for option, column in ASKED.items()}
    for column, wanted in asked.items():
        allowed = list(dict.fromkeys(row[column] for row in rows if column in row))
        rows = [row for row in rows if column in row and row[column] == wanted]
        if not rows:
            words = [str(each) for each in allowed if each is not None]
            option = options[column].replace("_", "-")
            msg = (
                f"--{option} {wanted!r}: {path} of {profile['quarter']['id']} has none; "
                f"{nearest_words(str(wanted), words) if words else 'none is needed'}. Correct it."
            )
            raise ConfigError(msg)
    return path, rows


def _at(asked: str, profile: Mapping[str, Any]) -> tuple[str, Any, str | None] | None:
    """Find a part by its path, or the first part with a row of that name."""
    head, *rest = asked.split(".")
    if head in profile:
        value = profile[head]
        for number, key in enumerate(rest):
            if isinstance(value, dict) and key in value:
                value = value[key]
                continue
            name = ".".join(rest[number:])
            below = ".".join([head, *rest[:number]])
            return (below, value, name) if name in _row_names(value) else None
        return asked, value, None
    # every part is defined there, so what a part says itself comes first
    for part, value in sorted(profile.items(), key=lambda item: item[0] == "definitions"):
        if asked in _row_names(value):
            return part, value, asked
    return None


def _row_names(value: Any) -> set[str]:
    return {name for row in _records(value, {}) for name in _names_of(row)}


def _names_of(row: Mapping[str, Any]) -> set[str]:
    return {str(row[key]) for key in NAMED if isinstance(row.get(key), str)}


def _records(value: Any, above: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Flatten a part to records; each row says what it is of, as far as a list above it does.

    Examples
    --------
    >>> part = {"met": 3, "year": 2016, "rows": [{"function": "x", "values": [{"y": 2}]}]}
    >>> list(_records(part, {}))
    [{'met': 3, 'year': 2016}, {'year': 2016, 'function': 'x', 'y': 2}]
    """
    if isinstance(value, list):
        for item in value:
            yield from _records(item if isinstance(item, dict) else {"value": item}, above)
        return
    if not isinstance(value, dict):
        yield {**above, "value": value}
        return
    own, lists = dict(above), []
    for key, item in value.items():
        if _holds_rows(key, item):
            lists.append(item)
        elif isinstance(item, dict):
            own |= {f"{key}.{name}": inner for name, inner in item.items()}
        else:
            own[key] = item
    if not lists or set(own) - IDENTIFYING:
        yield own
    for items in lists:
        yield from _records(items, {key: own[key] for key in own if key in IDENTIFYING})


def _holds_rows(key: str, item: Any) -> bool:
    """Tell a list of rows of their own from one that belongs to the record around it."""
    if not isinstance(item, list) or not any(isinstance(each, dict) for each in item):
        return False
    return key in HEADS or any(set(each) & set(ASKED.values()) for each in item)


def table_rows(
    table: Any,
    name: str,
    step: str,
    question: Question,
    values: list[dict[str, Any]],
    profile: Mapping[str, Any],
    origins: set[str],
) -> dict[str, Any]:
    """Count the rows of a table that a question is about, and show the first.

    Parameters
    ----------
    table, name, step
        A value of the run, what it is called, and the step that made it.
    question, values
        Options, and the values they picked: they pick rows, as far as the table has such columns.
    profile
        Whose quarter and area the rows are of.
    origins
        Ids of the origins of the area.
    """
    if not isinstance(table, pd.DataFrame):
        return {"table": name, "step": step, "rows": None, "own": None, "first": []}
    plainly = pd.DataFrame(table.drop(columns="geometry", errors="ignore"))
    quarter, area = profile["quarter"]["id"], profile["quarter"]["area_id"]
    chosen = pd.Series(data=True, index=plainly.index)
    wanted = {
        "quarter_id": {quarter, None},
        "area_id": {area},
        "unit_id": {area},
        "from_id": origins,
        "function": {question.function},
        "mode": {question.mode},
        "limit_min": {question.limit_min},
        "departure": {question.departure},
        "indicator": {row.get("indicator") for row in values} | {None},
    }
    if name in {"areas", "quarters"}:
        wanted["id"] = {quarter, area}
    for column, allowed in wanted.items():
        if column not in plainly.columns or allowed == {None}:
            continue
        matching = plainly[column].isin([each for each in allowed if each is not None])
        if column != "indicator" or matching.any():
            chosen &= matching | (plainly[column].isna() if None in allowed else False)
    if "measure" in plainly.columns:
        chosen &= plainly["id"].isin(origins)
    own = plainly[chosen]
    return {
        "table": name,
        "step": step,
        "rows": len(plainly),
        "own": len(own),
        "first": [
            {key: plain(value) for key, value in row.items() if plain(value) is not None}
            for row in own.head(SHOWN).to_dict("records")
        ],
    }
