"""Choose the language of values and tables that hold every text in two."""

from __future__ import annotations

from typing import Any

import pandas as pd

ENGLISH = "_en"
"""What the name of a column ends in that holds the English of the column without it."""


def localised(value: Any, language: str) -> Any:
    """Choose the language of every text that has an English twin, and drop the twins.

    Examples
    --------
    >>> localised({"name": "Vest", "name_en": "West"}, "en")
    {'name': 'West'}
    >>> localised({"name": "Vest", "name_en": None}, "en")
    {'name': 'Vest'}
    """
    if isinstance(value, list):
        return [localised(item, language) for item in value]
    if not isinstance(value, dict):
        return value
    twins = {key for key in value if f"{key}{ENGLISH}" in value}
    chosen = {}
    for key, item in value.items():
        if key.removesuffix(ENGLISH) in twins and key.endswith(ENGLISH):
            continue
        english = value.get(f"{key}{ENGLISH}") if key in twins and language == "en" else None
        chosen[key] = localised(item if english is None else english, language)
    return chosen


def localised_table(table: pd.DataFrame, language: str) -> pd.DataFrame:
    """Choose the language of every column that has an English twin, and drop the twins."""
    twins = [name for name in table.columns if f"{name}{ENGLISH}" in table.columns]
    if language == "en":
        english = {name: table[f"{name}{ENGLISH}"].fillna(table[name]) for name in twins}
        table = table.assign(**english)
    return table.drop(columns=[f"{name}{ENGLISH}" for name in twins])
