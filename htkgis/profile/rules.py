"""The lists' criteria, evaluated on the figures of an area in the list's year."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import pandas as pd

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
RESIDENTS = "residents"


def evaluate_list(
    criteria: pd.DataFrame, indicators: pd.DataFrame, *, area_id: str, year: int
) -> dict[str, Any] | None:
    """Say which criteria of the list in force an area met in a year.

    Parameters
    ----------
    criteria
        Contract ``CRITERIA``. Of the lists whose years hold ``year`` the first is taken.
    indicators
        Contract ``INDICATORS``; ``residents`` decides the size condition.
    area_id, year
        Which values.

    Returns
    -------
    result
        The list's title, the criteria with measured value, threshold and ``met`` (None where
        the value is not known), how many are met and needed, residents and the size
        condition, and ``on_list``, None where what is not known could turn it; None where no
        list was in force.

    Examples
    --------
    >>> criteria = pd.DataFrame({"list": ["L"], "valid_from": [2014], "valid_to": [2017],
    ...     "indicator": ["x"], "operator": [">"], "threshold": [40.0], "unit": ["percent"],
    ...     "needed": [1], "min_residents": [1000]})
    >>> values = pd.DataFrame({"indicator": ["x", "residents"], "area_id": ["a", "a"],
    ...     "year": [2016, 2016], "value": [41.0, 1200.0]})
    >>> evaluate_list(criteria, values, area_id="a", year=2016)["on_list"]
    True
    """
    ended = criteria["valid_to"].astype("Float64").fillna(float("inf"))
    in_force = criteria[(criteria["valid_from"].astype("Float64") <= year) & (ended >= year)]
    if in_force.empty:
        return None
    title = in_force["list"].iloc[0]
    chosen = in_force[in_force["list"] == title]
    of_area = (indicators["area_id"] == area_id) & (indicators["year"] == year)
    # a hidden value is missing here, and decides nothing
    own = indicators[of_area & indicators["value"].notna()]
    values = own.set_index("indicator")["value"]
    rows = [_criterion(row, values) for row in chosen.to_dict("records")]
    head = chosen.iloc[0]
    needed, floor = int(head["needed"]), int(head["min_residents"])
    residents = values.get(RESIDENTS)
    met = sum(row["met"] is True for row in rows)
    size_met = None if residents is None else bool(residents >= floor)
    return {
        "list": title,
        "list_en": head.get("list_en") or title,
        "year": year,
        "needed": needed,
        "of": len(rows),
        "met": met,
        "min_residents": floor,
        "residents": None if residents is None else int(residents),
        "size_met": size_met,
        "on_list": _on_list(rows, size_met, needed=needed),
        "rows": rows,
    }


def _on_list(
    rows: list[dict[str, Any]],
    size_met: bool | None,  # noqa: FBT001 - three answers, not a switch
    *,
    needed: int,
) -> bool | None:
    """Tell whether criteria and size put an area on the list; None where that is not known."""
    met = sum(row["met"] is True for row in rows)
    possible = met + sum(row["met"] is None for row in rows)
    if size_met is False or possible < needed:
        return False
    return True if met >= needed and size_met else None


def _criterion(row: dict[str, Any], values: pd.Series) -> dict[str, Any]:
    value = values.get(row["indicator"])
    compare = COMPARISONS[row["operator"]]
    return {
        "indicator": row["indicator"],
        "value": None if value is None else float(value),
        "operator": row["operator"],
        "threshold": float(row["threshold"]),
        "unit": "%" if row["unit"] == "percent" else row["unit"],
        "met": None if value is None else compare(float(value), float(row["threshold"])),
    }
