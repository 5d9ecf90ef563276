"""Read a TOML file of settings, and say all that is wrong with it in one line."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .errors import FIRST, MOJIBAKE, ConfigError, first, why_unread
from .setting_faults import fault_words, one_fault_a_value, shown_value

SHOWN = 60
"""Letters of a garbled line that an error shows."""
NAME_ITSELF = "[key]"
"""How pydantic calls the name of a value, where that is at fault."""


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    ConfigError
        If it is missing, not UTF-8, holds letters that were garbled before, or is not TOML.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        msg = (
            f"{path.name} ({path}): cannot be read: {why_unread(path, error)}. Give its path, or "
            "start a study with 'htkgis init DIR'."
        )
        raise ConfigError(msg) from error
    except UnicodeDecodeError as error:
        msg = f"{path.name} ({path}): is not TOML in UTF-8: {error}. Save it as UTF-8."
        raise ConfigError(msg) from error
    _check_letters(path, text)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"{path.name} ({path}): is not TOML: {error}. Correct the file."
        raise ConfigError(msg) from error


def _check_letters(path: Path, text: str) -> None:
    # not splitlines: it parts at \x85 as well, which is half of a garbled letter
    lines = enumerate(text.split("\n"), start=1)
    garbled = [(number, line.strip()[:SHOWN]) for number, line in lines if MOJIBAKE.search(line)]
    if garbled:
        named = "; ".join(f"line {number}: {line!r}" for number, line in garbled[:FIRST])
        msg = (
            f"{path.name} ({path}): {len(garbled)} lines are garbled: {named}; æ, ø and å are "
            "expected. Write these letters again, and save the file as UTF-8."
        )
        raise ConfigError(msg)


def validation_message(path: Path, error: ValidationError, model: type[BaseModel]) -> str:
    """Put all faults of a settings file in one line.

    Parameters
    ----------
    path
        The file.
    error
        What the model said of it.
    model
        What the file as a whole must be: it tells which keys stand where.
    """
    details = one_fault_a_value(error.errors(include_url=False))
    faults = "; ".join(_fault(detail, model) for detail in details)
    end = " " if faults.endswith("?") else ". "
    return f"{path.name} ({path}): {faults}{end}Correct the file."


def _fault(detail: ErrorDetails, model: type[BaseModel]) -> str:
    own = [part for part in detail["loc"] if part != NAME_ITSELF]
    key = ".".join(str(part) for part in own)
    kind, value = detail["type"], detail["input"]
    if len(own) < len(detail["loc"]):
        return f"{key}: {fault_words(detail)}"
    if kind == "extra_forbidden":
        return f"{key} is not a known key{_meant(model, detail['loc'])}"
    if kind == "missing":
        return f"{key} is missing"
    if isinstance(value, dict) and "value" in value and kind not in {"unit", "secret"}:
        value = value["value"]
    shown = "" if isinstance(value, dict) else f" is {shown_value(value)}:"
    message = fault_words(detail)
    if not key:
        return message
    return f"{key} {message}" if kind in ("unit", "secret") else f"{key}{shown} {message}"


def _meant(model: type[BaseModel], place: tuple[int | str, ...]) -> str:
    """Name the key that was meant, or else those that are known at that place."""
    names = sorted(_keys_at(model, place[:-1]))
    close = difflib.get_close_matches(str(place[-1]), names, n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; known are {first(names)}" if names else ""


def _keys_at(model: type[BaseModel], place: tuple[int | str, ...]) -> set[str]:
    """Keys of all models that may stand at a place; numbers and names lead no deeper."""
    here = {model}
    for part in place:
        fields = [each.model_fields[part] for each in here if part in each.model_fields]
        if fields:
            here = {inner for field in fields for inner in _models_in(field.annotation)}
        else:  # of several kinds the one that the table says it is
            here = {each for each in here if part in _kinds(each)} or here
    return {field.alias or name for each in here for name, field in each.model_fields.items()}


def _kinds(model: type[BaseModel]) -> tuple[Any, ...]:
    kind = model.model_fields.get("kind")
    return () if kind is None else get_args(kind.annotation)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Find the models in a type: its own, those of a list, a table, or a choice."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def lists_as_tuples(value: Any) -> Any:
    """Turn the lists of a TOML value into the tuples that a frozen model holds."""
    if isinstance(value, dict):
        return {key: lists_as_tuples(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(lists_as_tuples(item) for item in value)
    return value
