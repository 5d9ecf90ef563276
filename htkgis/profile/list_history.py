"""Every list that was valid in a year, evaluated on that year's figures, as far as they go.

Three answers: met, not met, not known. A criterion whose figure is missing or hidden, or that is
a multiple of a national mean that is not there, is not known; a list is decided only where the
unknown criteria could not change it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from .rules import COMPARISONS, RESIDENTS

TIMES_NATIONAL = "times the national mean"
COUNTRY = "country"
DECIMALS = 6
Answer = Literal["yes", "no", "unknown"]


def list_history(
    criteria: pd.DataFrame, indicators: pd.DataFrame, *, area_id: str
) -> list[dict[str, Any]]:
    """Evaluate, for each year with figures, each list that was valid in it.

    Parameters
    ----------
    criteria
        Contract ``CRITERIA``; where it has a column ``mandatory``, ``yes`` marks criteria that
        must be met and are not counted among the ``needed``.
    indicators
        Contract ``INDICATORS``; ``residents`` decides the size condition, ``country`` as
        ``area_id`` holds national means.
    area_id
        Which area.

    Returns
    -------
    evaluations
        By year and list, in the order of the criteria. ``answer`` is ``yes`` (the conditions
        are met), ``no`` or ``unknown``; whether the area stood on the published list is the
        ministry's to say. ``met``, ``not_met`` and ``not_known`` count the criteria that are
        not mandatory; ``rows`` hold each criterion with the ``limit`` of that year.

    Examples
    --------
    One of two is needed; one is met, so the other need not be known:

    >>> criteria = pd.DataFrame({"list": "L", "valid_from": 2018, "valid_to": None,
    ...     "indicator": ["x", "y"], "operator": ">", "threshold": [40.0, 3.0],
    ...     "unit": ["percent", "times the national mean"], "needed": 1, "min_residents": 1000})
    >>> values = pd.DataFrame({"indicator": ["x", "y", "residents"], "area_id": "a",
    ...     "year": 2023, "value": [41.0, 2.0, 1200.0]})
    >>> [(one["year"], one["answer"], one["met"], one["not_known"])
    ...  for one in list_history(criteria, values, area_id="a")]
    [(2023, 'yes', 1, 1)]
    """
    own = indicators[indicators["area_id"].eq(area_id) & indicators["year"].notna()]
    ended = criteria["valid_to"].astype("Float64").fillna(float("inf"))
    evaluations = []
    for year in sorted(int(year) for year in own["year"].unique()):
        figures = _by_indicator(own, year)
        national = _by_indicator(indicators[indicators["area_id"] == COUNTRY], year)
        in_force = criteria[(criteria["valid_from"].astype("Float64") <= year) & (ended >= year)]
        evaluations += [
            {"year": year} | _evaluated(chosen.to_dict("records"), figures, national)
            for _, chosen in in_force.groupby("list", sort=False)
        ]
    return evaluations


def _by_indicator(rows: pd.DataFrame, year: int) -> dict[str, dict[Any, Any]]:
    return {row["indicator"]: row for row in rows[rows["year"] == year].to_dict("records")}


def _evaluated(
    criteria: Sequence[Mapping[Any, Any]],
    figures: Mapping[str, Mapping[Any, Any]],
    national: Mapping[str, Mapping[Any, Any]],
) -> dict[str, Any]:
    head = criteria[0]
    rows = [_criterion(row, figures, national) for row in criteria]
    counted = [row["met"] for row in rows if not row["mandatory"]]
    residents, why = _value(figures, RESIDENTS)
    floor, needed = int(head["min_residents"]), int(head["needed"])
    size_met = None if residents is None else residents >= floor
    met, not_known = counted.count(True), counted.count(None)
    must = [size_met, *(row["met"] for row in rows if row["mandatory"])]
    return {
        "list": head["list"],
        "list_en": head.get("list_en") or head["list"],
        "needed": needed,
        "of": len(counted),
        "met": met,
        "not_met": counted.count(False),
        "not_known": not_known,
        "min_residents": floor,
        "residents": None if residents is None else int(residents),
        "residents_why": why,
        "size_met": size_met,
        "answer": _answer(must, met=met, not_known=not_known, needed=needed),
        "rows": rows,
    }


def _answer(must: Sequence[bool | None], *, met: int, not_known: int, needed: int) -> Answer:
    """Decide as far as nothing unknown could turn it.

    Examples
    --------
    >>> _answer([True], met=2, not_known=1, needed=2), _answer([True], met=1, not_known=1, needed=2)
    ('yes', 'unknown')
    >>> _answer([None], met=2, not_known=0, needed=2), _answer([None], met=1, not_known=0, needed=2)
    ('unknown', 'no')
    """
    if any(each is False for each in must) or met + not_known < needed:
        return "no"
    return "yes" if met >= needed and all(must) else "unknown"


def _criterion(
    row: Mapping[Any, Any],
    figures: Mapping[str, Mapping[Any, Any]],
    national: Mapping[str, Mapping[Any, Any]],
) -> dict[str, Any]:
    name, threshold = str(row["indicator"]), float(row["threshold"])
    why: str | None
    value, why = _value(figures, name)
    limit: float | None = threshold
    if row["unit"] == TIMES_NATIONAL:
        mean, lacking = _value(national, name)
        limit = None if mean is None else round(threshold * mean, DECIMALS)
        why = why or (None if lacking is None else f"national_{lacking}")
    met = None
    if value is not None and limit is not None:
        met = COMPARISONS[row["operator"]](value, limit)
    return {
        "indicator": name,
        "value": value,
        "operator": row["operator"],
        "threshold": threshold,
        "unit": "%" if row["unit"] == "percent" else row["unit"],
        "limit": limit,
        "mandatory": row.get("mandatory") == "yes",
        "met": met,
        "why": why,
    }


def _value(
    figures: Mapping[str, Mapping[Any, Any]], name: str
) -> tuple[float | None, Literal["missing", "hidden"] | None]:
    """Give a figure, or say why there is none."""
    row = figures.get(name)
    if row is not None and bool(row.get("hidden", False)):
        return None, "hidden"
    if row is None or pd.isna(row["value"]):
        return None, "missing"
    return float(row["value"]), None
