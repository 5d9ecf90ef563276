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
    profile: Mapping[str, Any], indicators: Collection[str]
) -> list[dict[str, Any]]:
    """List the definitions of what a profile holds, in the order of their files.

    Parameters
    ----------
    profile
        Parts by key; an indicator of a part that is missing or empty is left out.
    indicators
        Ids in the table of figures; a measure that is in none of them is left out.
    """
    measured = {base_indicator(name) for name in indicators}
    return [
        {"indicator": name} | {fact: entry.get(fact) for fact in FACTS}
        for name, entry in known_definitions().items()
        if profile.get(entry["part"]) and (name in measured or not entry.get("of_figures", False))
    ]
