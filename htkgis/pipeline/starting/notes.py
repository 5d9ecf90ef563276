"""What a reader should know of a study that was begun, in Danish and in English."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any, NamedTuple

FUNCTION_WORDS = {
    "station": "stationer",
    "school": "skoler",
    "education": "ungdomsuddannelser",
    "daycare": "daginstitutioner",
    "shopping": "dagligvarebutikker",
    "health": "sundhedstilbud",
    "culture": "kulturtilbud",
    "leisure": "idrætsanlæg",
    "green": "grønne områder",
    "civic": "rådhuse",
}


class Note(NamedTuple):
    """One thing to know: a key of ``notes.toml``, and what stands in its sentence."""

    key: str
    values: dict[str, Any]

    def words(self, language: str) -> str:
        """Write the sentence in ``da`` or ``en``.

        Examples
        --------
        >>> Note("homes", {"count": 1234}).words("da")
        'Ture begynder ved 1.234 husnumre i boligområderne; hvert tæller én gang.'
        """
        text = (resources.files(__package__ or "") / "notes.toml").read_text("utf-8")
        shown = {name: _shown(value, language) for name, value in self.values.items()}
        return str(tomllib.loads(text)[self.key][language]).format(**shown)


def function_words(functions: list[str], language: str) -> str:
    """List functions in words."""
    return ", ".join(FUNCTION_WORDS[name] if language == "da" else name for name in functions)


def _shown(value: Any, language: str) -> str:
    if isinstance(value, list):
        return function_words(value, language)
    if isinstance(value, int):
        return f"{value:,}".replace(",", "." if language == "da" else ",")
    return str(value)
