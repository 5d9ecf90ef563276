"""Edits from the rows of a file that was drawn in QGIS: their columns are the keys of an edit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, get_args

import geopandas as gpd
from pydantic import TypeAdapter, ValidationError

from htkgis.errors import ConfigError, first
from htkgis.loaders.drawn import read_drawn_rows
from htkgis.scenario_rules import AnyEdit
from htkgis.toml_file import lists_as_tuples

from .scenario_files import DRAWN, STATED, stated_shape

ENTRY = ("file", "layer", "columns", "ignore")
"""Keys of an entry besides those of edits, which stand for what a row does not say."""
NAMES = ("id", "name")
"""Columns that name a feature; kinds that take no such key pass them over."""
LISTS = ("streets", "modes", "opens", "days")
"""Keys that hold several values: in a column with commas between."""


def drawn_edits(entries: Any, path: Path) -> list[dict[str, Any]]:
    """Give an edit for each row of the files that a scenario's entries of ``drawn`` name.

    Parameters
    ----------
    entries
        Tables with ``file`` and, where it holds several, ``layer``; ``columns``, the column by the
        key of an edit where it is called otherwise; ``ignore``, columns that are no keys. Any
        further key of an edit stands for rows that do not say it.
    path
        Of the scenario.

    Returns
    -------
    edits
        As a scenario's file has them, in the order of the rows. What a kind is drawn as (a line,
        a point, an outline) is taken from the geometry; other kinds need none.

    Raises
    ------
    ConfigError
        If an entry or a column is not known, or a row is no edit: names row and column.
    SourceError, CRSError
        As :func:`htkgis.loaders.drawn.read_drawn_rows`.
    """
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        msg = f"{path.name} ({path}): drawn is no list of tables; write [[drawn]]. Correct it."
        raise ConfigError(msg)
    edits: list[dict[str, Any]] = []
    for number, entry in enumerate(entries, start=1):
        where = f"{path.name} ({path}): drawn {number}"
        _check_entry(entry, where)
        rows = read_drawn_rows(path.parent / entry["file"], layer=entry.get("layer"))
        edits += _edits_of(rows, entry, f"{where}, {entry['file']}")
    return edits


def _check_entry(entry: Mapping[str, Any], where: str) -> None:
    columns, ignored = entry.get("columns", {}), entry.get("ignore", [])
    unknown = [key for key in entry if key not in {*ENTRY, *_keys()}]
    wrong = None
    if not isinstance(entry.get("file"), str):
        wrong = "file is missing, the path of what was drawn"
    elif unknown:
        wrong = f"{first(unknown)} is neither {', '.join(ENTRY)} nor a key of an edit"
    elif not isinstance(columns, dict) or not set(columns) <= _keys():
        wrong = "columns gives the name of a column for each key of an edit; a table is needed"
    elif not isinstance(ignored, list):
        wrong = "ignore names columns; a list is needed"
    if wrong:
        msg = f"{where}: {wrong}. Correct the entry."
        raise ConfigError(msg)


def _edits_of(rows: gpd.GeoDataFrame, entry: Mapping[str, Any], where: str) -> list[dict[str, Any]]:
    columns = entry.get("columns", {})
    keys = {theirs: key for key, theirs in columns.items()}
    found = [str(name) for name in rows.columns if name != rows.geometry.name]
    absent = [theirs for theirs in keys if theirs not in found]
    ignored = set(entry.get("ignore", []))
    strange = [c for c in found if c not in ignored and keys.get(c, c) not in _keys()]
    if absent or strange:
        wrong = (
            f"{len(absent)} columns are not in the file: {first(absent)}"
            if absent
            else f"{len(strange)} columns are no keys of an edit: {first(strange)}"
        )
        msg = (
            f"{where}: {wrong}; columns are {first(found) or 'none'}. Name others in columns = "
            '{ key = "column" }, or leave them out with ignore = ["column"].'
        )
        raise ConfigError(msg)
    stated = {key: value for key, value in entry.items() if key not in ENTRY}
    taken = {name: keys.get(name, name) for name in found if name not in ignored}
    edits, faults, wrong_rows = [], [], 0
    for number, row in zip(rows.index.tolist(), rows.to_dict("records"), strict=True):
        own = {key: _value(key, row[name]) for name, key in taken.items()}
        edit = stated | {key: value for key, value in own.items() if value is not None}
        edit, own_faults = _checked(edit, row[rows.geometry.name])
        named = {key: name for name, key in taken.items()}
        faults += [_told(number, key, words, named) for key, words in own_faults]
        wrong_rows += bool(own_faults)
        edits.append(edit)
    if faults:
        msg = (
            f"{where}: {wrong_rows} of {len(rows)} rows are no edits: {'; '.join(faults[:3])}. "
            "Correct the file, or state what all rows share in the entry."
        )
        raise ConfigError(msg)
    return edits


def _checked(edit: dict[str, Any], shape: Any) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Put the geometry into an edit, and tell by key what is wrong with it."""
    kind = str(edit.get("kind"))
    known = _keys_of(kind)
    edit = {key: value for key, value in edit.items() if key in known or key not in NAMES}
    allowed = DRAWN.get(kind)
    if allowed is not None and not any(key in edit for key in (*STATED, "area")):
        if shape is None or shape.geom_type not in allowed:
            said = "none in one part" if shape is None else f"a {shape.geom_type}"
            return edit, [("geometry", f"is {said}; {' or '.join(allowed)} is needed")]
        edit |= stated_shape(shape)
    try:
        _adapter().validate_python(lists_as_tuples(edit))
    except ValidationError as error:
        return edit, list(_faults(error))
    return edit, []


def _faults(error: ValidationError) -> Iterator[tuple[str, str]]:
    """Tell each fault by the key that it is of; of the whole edit by ``kind``."""
    for detail in error.errors(include_url=False):
        location, value = detail["loc"], detail["input"]
        key = str(location[1]) if len(location) > 1 else "kind"
        if detail["type"] == "union_tag_not_found":
            yield key, "is missing"
        elif detail["type"] == "union_tag_invalid":
            yield key, f"is {value['kind']!r}; {', '.join(sorted(_kinds()))} are allowed"
        elif detail["type"] == "extra_forbidden":
            yield key, f"is no key of {location[0]}"
        elif detail["type"] == "missing":
            yield key, "is missing"
        else:
            shown = "" if isinstance(value, dict) else f"is {value!r}: "
            yield key, f"{shown}{detail['msg'].removeprefix('Input ')}"


def _told(number: Any, key: str, words: str, named: Mapping[str, str]) -> str:
    what = "geometry" if key == "geometry" else f"column {named.get(key, key)!r}"
    return f"row {number}, {what}: {words}"


def _value(key: str, value: Any) -> Any:
    """Give a cell as a scenario's file would state it; None where it is empty."""
    if hasattr(value, "item"):
        value = value.item()
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, str):
        text = value.strip()
        if key in LISTS:
            return [part.strip() for part in text.split(",") if part.strip()] or None
        return text or None
    # a column of whole numbers with gaps is read as one of floats
    return int(value) if isinstance(value, float) and value.is_integer() else value


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(AnyEdit)


@cache
def _kinds() -> Mapping[str, frozenset[str]]:
    """List the keys of each kind of edit."""
    models: Sequence[Any] = get_args(get_args(AnyEdit)[0])
    return {
        get_args(model.model_fields["kind"].annotation)[0]: frozenset(model.model_fields)
        for model in models
    }


def _keys_of(kind: str) -> frozenset[str]:
    return _kinds().get(kind, frozenset())


@cache
def _keys() -> frozenset[str]:
    """List the keys of all kinds of edits."""
    return frozenset().union(*_kinds().values())
