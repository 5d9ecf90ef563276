"""Choose the language of values and tables that hold every text in two."""

from __future__ import annotations

from typing import Any

import pandas as pd

NESTED = (dict, list)
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
        return [localised(item, language) if isinstance(item, NESTED) else item for item in value]
    if not isinstance(value, dict):
        return value
    twins = [key for key in value if key.endswith(ENGLISH) and key.removesuffix(ENGLISH) in value]
    chosen = _chosen(value, twins, language) if twins else value
    # most of what a profile holds are numbers and texts, and no part of it is asked in vain
    return {
        key: localised(item, language) if isinstance(item, NESTED) else item
        for key, item in chosen.items()
    }


def _chosen(value: dict[str, Any], twins: list[str], language: str) -> dict[str, Any]:
    """Drop the twins, after taking the English where it is asked for and known."""
    english = {
        twin.removesuffix(ENGLISH): value[twin]
        for twin in twins
        if language == "en" and value[twin] is not None
    }
    dropped = set(twins)
    return {key: english.get(key, item) for key, item in value.items() if key not in dropped}


def localised_table(table: pd.DataFrame, language: str) -> pd.DataFrame:
    """Choose the language of every column that has an English twin, and drop the twins."""
    twins = [name for name in table.columns if f"{name}{ENGLISH}" in table.columns]
    if language == "en":
        english = {name: table[f"{name}{ENGLISH}"].fillna(table[name]) for name in twins}
        table = table.assign(**english)
    return table.drop(columns=[f"{name}{ENGLISH}" for name in twins])
