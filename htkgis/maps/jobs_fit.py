"""Jobs beside those who might take them, in sentences: how many are near, and what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .layers import area_name
from .text import Text


def jobs_fit(profile: Mapping[str, Any], text: Text) -> list[str]:
    """Say what part of all jobs is near, who is without work, and what is not known."""
    found = profile.get("jobs_fit")
    if found is None:
        return []
    said = []
    limit = max((row["limit_min"] for row in found["rows"]), default=None)
    parts = [
        text(
            "jobs_fit.part",
            share=text.format_share(row["share"], lower_bound=row["lower_bound"]),
            mode=text(f"mode.{row['mode']}"),
        )
        for row in found["rows"]
        if row["sector"] is None and row["skill_level"] is None
        if row["limit_min"] == limit and row["share"] is not None
    ]
    if parts:
        by_sizes = (profile.get("jobs_method") or {}).get("key") == "jobs_method.sizes"
        said.append(
            text(
                "jobs_fit.reach_sizes" if by_sizes else "jobs_fit.reach",
                limit=text.format_number(limit, None),
                parts=text.join(parts),
                total=text.format_number(found["total"]),
            )
        )
    employment = employment_words(profile, text)
    said += [employment] if employment else []
    missing = (found["sector_missing"], found["skill_missing"])
    return [*said, *(text(key) for key in missing if key is not None)]


def employment_words(profile: Mapping[str, Any], text: Text) -> str | None:
    """Say how many residents are outside work and education; None where it is not known."""
    known = (profile.get("jobs_fit") or {}).get("employment")
    if known is None:
        return None
    value = text.format_unit(known["value"], "%", 1)
    return text("jobs_fit.employment", area=area_name(profile), value=value, year=known["year"])
