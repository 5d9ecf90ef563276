"""Fairness as a reader meets it: who is too far away, then how unequal it is, or why not told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import tables
from .text import Text


def fairness_section(profile: Mapping[str, Any], text: Text) -> dict[str, Any] | None:
    """Words and folded tables of the section; None where the profile says nothing of it.

    Returns
    -------
    section
        ``lead`` (sentences) and ``folded`` (words and table).
    """
    found = profile.get("fairness")
    if found is None:
        return None
    if found["missing"]:
        return {"lead": [text(found["missing"])], "folded": []}
    return {
        "lead": [text("fairness.lead"), text("fairness.income")],
        "folded": [
            (text("fairness.sufficiency"), tables.sufficiency(profile, text)),
            (text("fairness.inequality"), tables.inequality(profile, text)),
        ],
    }
