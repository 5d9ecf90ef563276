"""What a study in English says, it says once: no Danish beside it."""

from __future__ import annotations

import re

TWINS = re.compile(r'source = "(?:[^"\\]|\\.)*"(?:, |\n)source_en = ("(?:[^"\\]|\\.)*")')
"""Danish and English words of one decision, as the standard ``study.toml`` writes them."""
SAID = "it comes from, in Danish and, for English pages, in English; htkgis refuses"
INSTEAD = "it comes from; htkgis refuses"


def in_english(decisions: str) -> str:
    """Leave the Danish words out of the text of a ``study.toml``.

    Examples
    --------
    >>> in_english('x = { value = 1, source = "skøn", source_en = "estimate" }')
    'x = { value = 1, source = "estimate" }'
    """
    said = decisions.replace(SAID, INSTEAD).replace('"skøn: standard"', '"estimate: standard"')
    return TWINS.sub(r"source = \1", said)
