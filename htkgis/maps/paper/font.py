"""The font of all sheets: its sizes, and which letters it has."""

from __future__ import annotations

from functools import lru_cache

from matplotlib.font_manager import FontProperties, findfont, get_font

FONT = "DejaVu Sans"
"""Comes with matplotlib: the same letters and the same widths on every machine."""

NO_GLYPH = "\ufffd"
"""Stands for a letter that the font has not: without a glyph, a PDF breaks ISO 14289-1, 7.21.8."""


def font(points: float, *, bold: bool = False) -> FontProperties:
    """Give the font of all sheets in a size."""
    return FontProperties(family=FONT, weight="bold" if bold else "normal", size=points)


def drawable(words: str) -> str:
    """Put the sign of an unknown letter for each letter that the font has not.

    Examples
    --------
    >>> drawable("Øst 北") == "Øst " + NO_GLYPH, drawable("Ærø og Łódź")
    (True, 'Ærø og Łódź')
    """
    known = _letters()
    return "".join(letter if ord(letter) in known else NO_GLYPH for letter in words)


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    """Code points that both weights have: a name may be written in either."""
    weights = (font(10, bold=bold) for bold in (False, True))
    tables = [set(get_font(findfont(weight)).get_charmap()) for weight in weights]
    return frozenset(set.intersection(*tables))
