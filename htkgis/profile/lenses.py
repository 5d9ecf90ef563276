"""Who gets how far on foot: the nearest of each function for adults and for others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from htkgis.quantities import ADULT

from .finding import WALK, walked_functions
from .rounding import rounded_minutes

Row = Mapping[str, Any]
NEAREST = "nearest_1"


def lens_part(
    nearest: Sequence[Row],
    others: Mapping[str, pd.DataFrame],
    area_name: str,
    decisions: Mapping[str, Any],
) -> dict[str, Any] | None:
    """Set who walks side by side: minutes to each function, and how many lie within the limit.

    Parameters
    ----------
    nearest
        Rows of :func:`htkgis.profile.finding.nearest_rows`, of adults.
    others
        Contract ``PROFILE`` of one quarter and state by lens, in the order of the columns.
    area_name
        Name of the housing area.
    decisions
        ``key_functions``, which come first, and ``everyday_min``, the limit in minutes.

    Returns
    -------
    part
        JSON value, or None where only adults are measured. ``rows`` hold, for each function
        that has places, the median minutes of each lens (None: not reached) and whether they are
        an upper bound; ``within`` how many of the ``measured`` functions lie within
        ``limit_min`` at the median, of each lens; ``finding`` says who gets to fewest, beside an
        adult. All lenses are measured to the same places.
    """
    if not others:  # adults alone compare with nobody
        return None
    limit = decisions["everyday_min"]
    adult: dict[str, Row] = {row["function"]: row for row in walked_functions(nearest)}
    by_lens = {ADULT: adult} | {lens: lens_minutes(own) for lens, own in others.items()}
    measured = list(by_lens[ADULT])
    key_first = [name for name in decisions["key_functions"] if name in measured]
    within = {
        lens: [name for name in measured if _is_within(rows[name], limit)]
        for lens, rows in by_lens.items()
    }
    return {
        "lenses": list(by_lens),
        "limit_min": limit,
        "measured": len(measured),
        "rows": [
            {
                "function": name,
                "values": [
                    {"lens": lens} | {what: rows[name][what] for what in ("median", "upper_bound")}
                    for lens, rows in by_lens.items()
                ],
            }
            for name in dict.fromkeys([*key_first, *measured])
        ],
        "within": [{"lens": lens, "count": len(names)} for lens, names in within.items()],
        "finding": _finding(within, len(measured), limit, area_name),
    }


def lens_minutes(figures: pd.DataFrame) -> dict[str, Row]:
    """Take the median minutes on foot to the nearest of each function, and whether a bound.

    Parameters
    ----------
    figures
        Contract ``PROFILE`` of one quarter, state and lens.
    """
    nearest = figures["indicator"].eq(NEAREST) & figures["mode"].eq(WALK)
    medians = figures[nearest & figures["statistic"].eq("median")]
    return {
        function: {"median": rounded_minutes(value), "upper_bound": bool(bound)}
        for function, value, bound in zip(
            medians["function"], medians["value"], medians["upper_bound"], strict=True
        )
    }


def _is_within(row: Mapping[str, Any], limit_min: float) -> bool:
    return row["median"] is not None and row["median"] <= limit_min


def _finding(
    within: Mapping[str, list[str]], measured: int, limit_min: float, area_name: str
) -> dict[str, Any]:
    """Say who gets to fewest functions, all of those who get to the same, and what is lost."""
    adult = within[ADULT]
    others = {lens: names for lens, names in within.items() if lens != ADULT}
    fewest = min(others.values(), key=len)
    values: dict[str, Any] = {
        "area": area_name,
        "adult": len(adult),
        "measured": measured,
        "limit_min": limit_min,
    }
    beyond = [name for name in adult if name not in fewest]
    if not beyond:
        return {"key": "finding.lenses_same", "values": values}
    lenses = [lens for lens, names in others.items() if names == fewest]
    values |= {"lenses": lenses, "count": len(fewest), "beyond": beyond}
    return {"key": "finding.lenses", "values": values}
