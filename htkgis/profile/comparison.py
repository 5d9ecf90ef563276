"""The quarters beside each other: the same figure, the same statistic, one row."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .jobs import in_detail
from .rounding import plain, rounded_minutes, rounded_to

STATISTIC = "median"


def comparison_rows(
    figures: pd.DataFrame, quarters: pd.DataFrame, *, rounding: int
) -> list[dict[str, Any]]:
    """Each figure of all quarters by each mode, in the order of ``quarters``.

    Parameters
    ----------
    figures
        Contract ``PROFILE`` of all quarters; the median over the origins is compared.
    quarters
        ``id`` and ``name``.
    rounding
        Step that job figures are rounded to.
    """
    mixed = figures["indicator"].str.startswith("diversity")  # a page says them once, in words
    own = figures[(figures["statistic"] == STATISTIC) & ~in_detail(figures) & ~mixed]
    names = quarters.set_index("id")["name"]
    rows = []
    cases: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in own.to_dict("records"):
        case = (row["indicator"], plain(row["function"]), row["mode"], plain(row["limit_min"]))
        cases.setdefault(case, {})[row["quarter_id"]] = row
    for (indicator, function, mode, limit), by_quarter in cases.items():
        first = next(iter(by_quarter.values()))
        base, _, n = str(indicator).partition("_")
        rows.append(
            {
                "indicator": "count" if base == "cumulative" else base,
                "function": function,
                "mode": mode,
                "n": int(n) if n else None,
                "limit_min": limit,
                "unit": first["unit"],
                "statistic": STATISTIC,
                "direction": first["direction"],
                "values": [
                    _value(by_quarter[quarter], quarter, names[quarter], rounding)
                    for quarter in names.index
                    if quarter in by_quarter
                ],
            }
        )
    return rows


def _value(row: dict[str, Any], quarter_id: str, name: str, rounding: int) -> dict[str, Any]:
    value, cut = float(row["value"]), bool(row["lower_bound"])
    jobs = row["unit"] == "jobs"
    shown = rounded_to(value, rounding, lower_bound=cut) if jobs else rounded_minutes(value)
    return {
        "quarter_id": quarter_id,
        "quarter_name": name,
        "value": shown,
        "lower_bound": cut,
        "upper_bound": bool(row["upper_bound"]),
        "hidden": bool(row["hidden"]),
    }
