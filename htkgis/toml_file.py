"""Read a TOML file of settings, and say all that is wrong with it in one line."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from .errors import FIRST, MOJIBAKE, ConfigError

SHOWN = 60
"""Letters of a garbled line that an error shows."""


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
            f"{path.name} ({path}): cannot be read: {error.strerror}. Give its path, or start a "
            "study with 'htkgis init DIR'."
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


def validation_message(path: Path, error: ValidationError) -> str:
    """Put all faults of a settings file in one line."""
    faults = "; ".join(_fault(detail) for detail in error.errors(include_url=False))
    return f"{path.name} ({path}): {faults}. Correct the file."


def _fault(detail: ErrorDetails) -> str:
    key = ".".join(str(part) for part in detail["loc"])
    kind, value = detail["type"], detail["input"]
    if kind == "extra_forbidden":
        return f"{key} is not a known key"
    if kind == "missing":
        return f"{key} is missing"
    shown = "" if isinstance(value, dict) else f" is {value!r}:"
    message = detail["msg"].removeprefix("Input ")
    if not key:
        return message
    return f"{key} {message}" if kind in ("unit", "secret") else f"{key}{shown} {message}"


def lists_as_tuples(value: Any) -> Any:
    """Turn the lists of a TOML value into the tuples that a frozen model holds."""
    if isinstance(value, dict):
        return {key: lists_as_tuples(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(lists_as_tuples(item) for item in value)
    return value
