"""The section of indicators and lists on a quarter's page; stands where there are figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import tables
from .layers import area_name
from .text import Text

Profile = Mapping[str, Any]


def indicator_section(profile: Profile, text: Text) -> dict[str, Any] | None:
    """Arrange indicators by year, and, folded, what they measure."""
    table = tables.indicators(profile, text)
    if table is None:
        return None
    return {
        "lead": text("indicators.lead", area=area_name(profile)),
        "table": table,
        "counted": tables.counted(profile, text),
    }


def list_section(profile: Profile, text: Text) -> dict[str, Any] | None:
    """Arrange the lists of other years and laws than the one that the page shows.

    Below them stands on which lists the area was as they were published, if a layer says so.

    Returns
    -------
    lists
        ``lead``, ``table`` and ``published`` (either may be None), and ``folded`` (words of the
        fold, tables); None where there is neither.
    """
    shown = profile["criteria"] or {}
    others = [
        each
        for each in profile.get("lists") or []
        if (each["year"], each["list"]) != (shown.get("year"), shown.get("list"))
    ]
    published = profile.get("published_lists") or []
    if not others and not published:
        return None
    worked_out = text("lists.lead", area=area_name(profile)) if others else ""
    return {
        "lead": f"{worked_out} {text('lists.ministry')}".strip(),
        "table": tables.lists(others, profile, text) if others else None,
        "published": tables.published_lists(published, profile, text) if published else None,
        "folded": [
            (
                text("lists.fold", list=each["list"], year=each["year"]),
                [tables.list_criteria(each, text, key=f"list-criteria-{number}")],
            )
            for number, each in enumerate(others, start=1)
        ],
    }
