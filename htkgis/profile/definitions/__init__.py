"""What every indicator measures: unit, direction, a sentence in two languages, formula, source.

One file of words per part (``access.toml`` and so on); a new part has a file of its own here,
which is found by its ending. Pages, tables and spreadsheets print these sentences.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd

from htkgis.errors import SchemaError, first

FACTS = (
    "part",
    "name",
    "name_en",
    "unit",
    "direction",
    "definition",
    "definition_en",
    "measure",
    "source",
    "source_en",
)
ALSO = {"count": "cumulative"}
"""Shorter names of indicators, as they stand in a comparison."""


@cache
def known_definitions() -> dict[str, dict[str, Any]]:
    """Read every definition, by the id of its indicator.

    Raises
    ------
    ValueError
        If two files define one indicator.
    """
    known: dict[str, dict[str, Any]] = {}
    files = resources.files(__name__).iterdir()
    for file in sorted(files, key=lambda file: file.name):
        if not file.name.endswith(".toml"):
            continue
        found = tomllib.loads(file.read_text(encoding="utf-8"))
        twice = sorted(set(found) & set(known))
        if twice:
            msg = f"{file.name}: defines {twice} a second time; an indicator has one definition"
            raise ValueError(msg)
        known |= found
    return known


def with_own_definitions(own: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Put a study's own definitions of indicators behind those that are known.

    Parameters
    ----------
    own
        Contract ``INDICATOR_DEFINITIONS``; what it does not say in English stands in its own
        language.

    Raises
    ------
    SchemaError
        If one is known already: an indicator has one definition.
    """
    twice = sorted(set(own["indicator"]) & set(known_definitions()))
    if twice:
        msg = (
            f"indicator_definitions: {len(twice)} of {len(own)} are defined already: "
            f"{first(twice)}; ids of your own are allowed. Rename them, or leave them out."
        )
        raise SchemaError(msg)
    added = {str(row["indicator"]): _own(row) for row in own.to_dict("records")}
    return known_definitions() | added


def _own(row: Mapping[Any, Any]) -> dict[str, Any]:
    said = {"part": "indicators", "measure": None}
    said |= {key: row[key] for key in ("name", "unit", "kind", "direction", "definition", "source")}
    for key in ("name", "definition", "source"):
        english = row.get(f"{key}_en")
        said[f"{key}_en"] = english if isinstance(english, str) else row[key]
    return said


def base_indicator(indicator: str) -> str:
    """Name an indicator without its rank, as its definition does.

    Examples
    --------
    >>> base_indicator("nearest_3"), base_indicator("count"), base_indicator("jobs_low")
    ('nearest', 'cumulative', 'jobs_low')
    """
    base, _, rank = indicator.rpartition("_")
    name = base if base and rank.isdecimal() else indicator
    return ALSO.get(name, name)


def definition_rows(
    profile: Mapping[str, Any],
    indicators: Collection[str],
    definitions: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[dict[str, Any]]:
    """List the definitions of what a profile holds, in the order of their files.

    Parameters
    ----------
    profile
        Parts by key; an indicator of a part that is missing or empty is left out.
    indicators
        Ids in the table of figures; a measure that is in none of them is left out.
    definitions
        Those that are known, and a study's own; those that are known where missing.
    """
    measured = {base_indicator(name) for name in indicators}
    return [
        {"indicator": name} | {fact: entry.get(fact) for fact in FACTS}
        for name, entry in (definitions or known_definitions()).items()
        if profile.get(entry["part"]) and (name in measured or not entry.get("of_figures", False))
    ]
