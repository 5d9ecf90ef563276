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
        return [
            localised(item, language) if isinstance(item, dict | list) else item for item in value
        ]
    if not isinstance(value, dict):
        return value
    english = {key.removesuffix(ENGLISH): key for key in value if key.endswith(ENGLISH)}
    twins = {key: twin for key, twin in english.items() if key in value}
    dropped = set(twins.values())
    chosen = {key: item for key, item in value.items() if key not in dropped}
    if language == "en":
        chosen |= {
            key: value[twin]
            for key, twin in twins.items()
            if key in chosen and value[twin] is not None
        }
    # most of what a profile holds are numbers and texts, and no part of it is asked in vain
    parts = {key: item for key, item in chosen.items() if isinstance(item, dict | list)}
    return chosen | {key: localised(item, language) for key, item in parts.items()}


def localised_table(table: pd.DataFrame, language: str) -> pd.DataFrame:
    """Choose the language of every column that has an English twin, and drop the twins."""
    twins = [name for name in table.columns if f"{name}{ENGLISH}" in table.columns]
    if language == "en":
        english = {name: table[f"{name}{ENGLISH}"].fillna(table[name]) for name in twins}
        table = table.assign(**english)
    return table.drop(columns=[f"{name}{ENGLISH}" for name in twins])
