"""What stands on a quarter's page, in its order: the list of links at its top."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .text import Text

NUMBERS = "tables"


def contents(parts: Mapping[str, Any], text: Text) -> list[tuple[str, str]]:
    """List the sections of a page that are there, as id of the heading and words.

    Parameters
    ----------
    parts
        The values of the page's template: a section that has none is not on the page.
    text
        Words of the page's language.

    Examples
    --------
    >>> from htkgis.maps.text import load_text
    >>> contents({"mode": "on foot"}, load_text("en"))[0]
    ('map-heading', 'How far one gets on foot')
    """
    found, changes = parts.get("found"), parts.get("changes")
    listed = [
        ("map", text("map.heading", mode=parts["mode"])),
        ("multiples", parts.get("multiples") and text("charts.multiples.heading")),
        ("comparison", (parts.get("spine") or {}).get("heading") or text("charts.spine.heading")),
        ("changes", changes and changes["heading"]),
        ("nearest", text("quarter.nearest")),
        ("transit", parts.get("transit") and text("transit.heading")),
        ("isolation", parts.get("isolation") and text("isolation.heading")),
        ("rules", parts.get("rules") and text("rules.heading")),
        ("projects", text("quarter.projects")),
        ("strengths", found and text("gaps.strengths")),
        ("gaps", found and text("gaps.heading")),
        (NUMBERS, text("quarter.numbers")),
        ("method", text("quarter.method")),
        ("downloads", parts.get("downloads") and text("downloads.heading")),
    ]
    return [(f"{name}-heading", words) for name, words in listed if words]
