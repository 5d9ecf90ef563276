"""What a profile says first: the nearest of each function, one finding, a few key figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from .rounding import plain, rounded_minutes
from .spread import STATISTICS

Row = Mapping[str, Any]
Case = tuple[str, str, str]
CASE = ("indicator", "function", "mode")
PREFIX = "nearest_"
WALK = "walk"
"""What is said first is said of walking: the one mode that is open to everybody."""

NOTHING = "finding.nothing"
"""Key of the sentence where nothing is reached, which is no matter of what a plan names."""

DISTRICT_SCHOOL = "district_school"
"""Function of the figures on the school of one's own district, which is not one of several."""


def nearest_rows(
    figures: pd.DataFrame, access: pd.DataFrame, places: pd.DataFrame, origins: pd.Index
) -> list[dict[str, Any]]:
    """Minutes to the nearest and n-th nearest of each function by each mode, and which place it is.

    Where the origins of an area have different nearest places, the one named is that of most
    origins, and of these the first by id.
    """
    names = dict(zip(places["id"], places["name"], strict=True))
    chosen = access[access["id"].isin(origins) & access["to_id"].notna()]
    usual = _usual_places(chosen)
    measured = places.loc[places["measured"].astype(bool), "function"].value_counts()
    rows = []
    for (indicator, function, mode), group in _nearest_figures(figures).items():
        place_id = usual.get((indicator, function, mode))
        rows.append(
            {
                "function": function,
                "mode": mode,
                "n": int(indicator.removeprefix(PREFIX)),
                **{name: rounded_minutes(group[name][0]) for name in STATISTICS},
                "unit": "min",
                "upper_bound": any(bounded for _, bounded in group.values()),
                "place_id": place_id,
                "place_name": None if place_id is None else plain(names[place_id]),
                "places": 1 if function == DISTRICT_SCHOOL else int(measured.get(function, 0)),
            }
        )
    return rows


def _nearest_figures(figures: pd.DataFrame) -> dict[Case, dict[str, tuple[float, bool]]]:
    """Give value and bound of each statistic, by indicator, function and mode in their order."""
    asked = figures["indicator"].str.startswith(PREFIX) & figures["function"].notna()
    own = figures.loc[asked, [*CASE, "statistic", "value", "upper_bound"]]
    found: dict[Case, dict[str, tuple[float, bool]]] = {}
    for indicator, function, mode, statistic, value, bounded in zip(
        *(own[name].tolist() for name in own.columns), strict=True
    ):
        told = found.setdefault((indicator, function, mode), {})
        told[statistic] = (float(value), bool(bounded))
    return found


def _usual_places(chosen: pd.DataFrame) -> dict[Case, str]:
    """Give the place that is nearest to most origins, by measure, function and mode."""
    ids: dict[Case, list[str]] = {}
    for measure, function, mode, place in zip(
        *(chosen[name].tolist() for name in ("measure", "function", "mode", "to_id")), strict=True
    ):
        ids.setdefault((measure, function, mode), []).append(place)
    return {case: most_of(found) for case, found in ids.items()}


def most_of(ids: Iterable[str]) -> str:
    """Give the id that stands most often, the first by name among equals.

    Examples
    --------
    >>> most_of(["b", "a", "c", "b", "a"])
    'a'
    """
    counts = Counter(ids)
    most = max(counts.values())
    return str(min(key for key, count in counts.items() if count == most))


def finding(
    nearest: list[dict[str, Any]],
    gaps: Sequence[Row],
    area_name: str,
    everyday_min: float,
    *,
    named_only: bool = False,
) -> dict[str, Any]:
    """Say in a sentence how many functions are near, and what most people there walk too far to.

    What is told is what is wanted every day: the farthest of all is often the town hall, which
    says little. Where nothing of every day is too far away, it is the farthest after all.
    ``functions`` are listed by what is lacking; ``cycled_min`` is the most minutes to any of them
    by bike. Where the data know only places that a plan names (``named_only``), others may lie
    nearer, and the sentence begins by saying what is counted.
    """
    told = _finding(nearest, gaps, area_name, everyday_min)
    if named_only and told["key"] != NOTHING:
        told["key"] = told["key"].replace("finding.", "finding_named.", 1)
    return told


def _finding(
    nearest: list[dict[str, Any]], gaps: Sequence[Row], area_name: str, everyday_min: float
) -> dict[str, Any]:
    first = walked_functions(nearest)
    reached = [row for row in first if row["median"] is not None]
    within = [row for row in reached if row["median"] <= everyday_min]
    values: dict[str, Any] = {
        "area": area_name,
        "within": len(within),
        "measured": len(first),
        "limit_min": everyday_min,
    }
    missing = [row for row in first if row["median"] is None]
    if missing:
        return {
            "key": "finding.not_reached",
            "values": values | {"missing_function": missing[0]["function"]},
        }
    if not reached:
        return {"key": NOTHING, "values": values}
    # what may be nearer beyond the border is not told as too far away
    certain = [row for row in gaps if row["short_min"] is not None and not row["upper_bound"]]
    daily = [row for row in certain if row["everyday"]]
    if daily:
        return _beyond(daily, values)
    farthest = max(reached, key=lambda row: (row["median"], row["function"]))
    key = "finding.all_within" if len(within) == len(first) else "finding.within"
    bound = "_at_most" if farthest["upper_bound"] else ""
    return {
        "key": key + bound,
        "values": values
        | {"farthest_function": farthest["function"], "farthest_min": farthest["median"]},
    }


def _beyond(daily: Sequence[Row], values: dict[str, Any]) -> dict[str, Any]:
    """Name the functions of every day that are too far away, with the span of their minutes."""
    cycled = [row["bike"] and row["bike"]["median_min"] for row in daily]
    minutes = [row["median_min"] for row in daily]
    key = "finding.beyond_one" if len(daily) == 1 else "finding.beyond"
    if all(value is not None for value in cycled):
        key += "_cycled"
        values = values | {"cycled_min": max(cycled)}
    return {
        "key": key,
        "values": values
        | {"functions": [row["function"] for row in daily]}
        | {"least_min": min(minutes), "most_min": max(minutes)},
    }


def walked_functions(nearest: Sequence[Row]) -> list[Row]:
    """Pick the walking rows of functions that have places; one's district school is no function."""
    return [
        row
        for row in nearest
        if row["n"] == 1
        and row["mode"] == WALK
        and row["places"]
        and row["function"] != DISTRICT_SCHOOL
    ]


def key_figures(
    nearest: list[dict[str, Any]], jobs: list[dict[str, Any]], decisions: dict[str, Any]
) -> list[dict[str, Any]]:
    """Figures that stand first: minutes to the key functions, functions and jobs within reach."""
    first = {row["function"]: row for row in nearest if row["n"] == 1 and row["mode"] == WALK}
    figures = [
        {
            "key": "key_figure.nearest",
            "value": first[function]["median"],
            "unit": "min",
            "bound": "at_most" if first[function]["upper_bound"] else None,
            "hidden": False,
            "values": {"function": function, "place": first[function]["place_name"]},
        }
        for function in decisions["key_functions"]
    ]
    everyday = decisions["everyday_min"]
    known = walked_functions(nearest)
    within = [row for row in known if row["median"] is not None and row["median"] <= everyday]
    figures.append(
        {
            "key": "key_figure.functions_within",
            "value": len(within),
            "unit": "functions",
            "bound": None,
            "hidden": False,
            "values": {"limit_min": everyday, "measured": len(known)},
        }
    )
    figures += [
        {
            "key": "key_figure.jobs_within",
            "value": row["median"],
            "unit": "jobs",
            "bound": "at_least" if row["lower_bound"] else None,
            "hidden": row["hidden"],
            "values": {"limit_min": row["limit_min"]},
        }
        for row in jobs
        if row["limit_min"] == decisions["commute_min"] and row["mode"] == WALK
    ]
    return figures
