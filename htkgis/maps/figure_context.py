"""What stands in small beside a key figure: other quarters, the municipality, planning rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .text import Text

Row = Mapping[str, Any]


def beside(figure: Row, profile: Mapping[str, Any], text: Text) -> list[str]:
    """Say in a few words each what a key figure can be held against; nothing where nothing is."""
    return [
        *_others(figure, text),
        *_municipality(figure, text),
        *(_rule(rule, profile, text) for rule in figure.get("rules") or []),
    ]


def _others(figure: Row, text: Text) -> list[str]:
    found = figure.get("others")
    if found is None:
        return []
    minutes = figure["unit"] == "min"
    least, most = (text.format_number(found[end], 1 if minutes else None) for end in ("min", "max"))
    for bound in ("lower_bound", "upper_bound"):
        if found[bound]:
            key = {"lower_bound": "bound.at_least", "upper_bound": "bound.at_most"}[bound]
            least = text(key, value=least)
    key = "other" if found["quarters"] == 1 else "others"
    if key == "others" and found["min"] == found["max"]:
        key = "others_same"
    unit = f"\u00a0{text('unit.min')}" if minutes else ""
    return [text(f"beside.{key}", least=least, most=most, unit=unit)]


def _municipality(figure: Row, text: Text) -> list[str]:
    found = figure.get("municipality")
    if found is None:
        return [text("beside.municipality_hidden")] if figure.get("municipality_hidden") else []
    return [text("beside.municipality", value=text.format_minutes(found["value"]))]


def _rule(rule: Row, profile: Mapping[str, Any], text: Text) -> str:
    return text(
        "beside.rule_sensitive" if rule["holds"] is False else "beside.rule",
        met=text.format_number(rule["met"]),
        origins=text.plural(f"origin.{profile['origins']['kind']}", rule["of"]),
        limit=text.format_unit(rule["limit_m"], "m"),
    )
