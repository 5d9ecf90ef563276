"""What stands beside a key figure: the other quarters, the municipality, and the rules on it.

Nothing stands there that was not measured: a figure without persons has no value of the
municipality, and one that no planning rule speaks of has no target.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .finding import DISTRICT_SCHOOL

Row = Mapping[str, Any]
WALK = "walk"
NEAREST_FIGURE = "key_figure.nearest"
FUNCTIONS = "functions"
FOUND = ("met", "partly", "not met")
RULE_FACTS = ("rule", "limit_m", "status", "met", "of", "holds")
INDICATORS = {NEAREST_FIGURE: "nearest", "key_figure.jobs_within": "jobs"}
"""Indicator of a key figure in the comparison of the quarters."""


def with_context(
    figures: Iterable[Row],
    comparison: Sequence[Row],
    shares: Row | None,
    rules: Sequence[Row],
    *,
    quarter_id: str,
) -> list[dict[str, Any]]:
    """Set each key figure beside what it can be held against.

    Parameters
    ----------
    figures
        As :func:`htkgis.profile.finding.key_figures` gives them.
    comparison
        As :func:`htkgis.profile.comparison.comparison_rows` gives it, of all quarters.
    shares
        The profile's shares of persons; None where nobody is known to live anywhere.
    rules
        Rows of :func:`htkgis.profile.rule_results.rules_part`, of the area.
    quarter_id
        Whose figures they are.

    Returns
    -------
    figures
        With ``others`` (``min`` and ``max`` of the other quarters' values, how many ``quarters``
        that are, and whether an end is a bound; None where one of them is not known),
        ``municipality`` (``value``: minutes that half of its residents have at most; None
        where it is not measured, or where ``municipality_hidden`` is true) and ``rules``
        (planning rules of the nearest place, with how many of the origins meet each; none where no
        rule has a result).
    """
    return [
        {
            **figure,
            "others": _others(figure, comparison, quarter_id),
            **_municipality(figure, shares),
            "rules": _rules(figure, rules),
        }
        for figure in figures
    ]


def _others(figure: Row, comparison: Sequence[Row], quarter_id: str) -> dict[str, Any] | None:
    """Give the least and the greatest value of the other quarters."""
    if figure["unit"] == FUNCTIONS:
        values = functions_within(comparison, figure["values"]["limit_min"])
    else:
        values = [value for row in comparison if _same(figure, row) for value in row["values"]]
    found = [value for value in values if value["quarter_id"] != quarter_id]
    if not found or any(row["value"] is None for row in found):
        return None
    ranked = sorted(found, key=lambda row: row["value"])
    return {
        "min": ranked[0]["value"],
        "max": ranked[-1]["value"],
        "quarters": len(ranked),
        "lower_bound": any(row["lower_bound"] for row in ranked),
        "upper_bound": any(row["upper_bound"] for row in ranked),
    }


def functions_within(comparison: Iterable[Row], limit_min: float) -> list[dict[str, Any]]:
    """Count for each quarter the functions within a walk, as its own key figure does.

    Examples
    --------
    >>> row = {"indicator": "nearest", "mode": "walk", "n": 1, "function": "school",
    ...        "values": [{"quarter_id": "q", "value": 15.0}]}
    >>> functions_within([row], 15)[0]["value"]
    1
    """
    counts: dict[str, int] = {}
    for row in comparison:
        of_functions = row["indicator"] == "nearest" and row["function"] != DISTRICT_SCHOOL
        if of_functions and (row["mode"], row["n"]) == (WALK, 1):
            for value in row["values"]:
                near = value["value"] is not None and value["value"] <= limit_min
                counts[value["quarter_id"]] = counts.get(value["quarter_id"], 0) + near
    return [
        {"quarter_id": name, "value": count, "lower_bound": False, "upper_bound": False}
        for name, count in counts.items()
    ]


def _same(figure: Row, row: Row) -> bool:
    """Tell whether a row of the comparison holds a key figure's own indicator and case."""
    values = figure["values"]
    nearest = figure["key"] == NEAREST_FIGURE
    return bool(
        row["indicator"] == INDICATORS[figure["key"]]
        and row["mode"] == WALK
        and (not nearest or (row["n"] == 1 and row["function"] == values["function"]))
        and (nearest or row["limit_min"] == values["limit_min"])
    )


def _municipality(figure: Row, shares: Row | None) -> dict[str, Any]:
    """Give the minutes that half of the residents of the municipality have at most."""
    found, hidden = None, False
    if shares is not None and figure["key"] == NEAREST_FIGURE:
        for row in shares["distribution"]:
            if (row["function"], row["mode"]) == (figure["values"]["function"], WALK):
                for beside in row["comparators"]:
                    hidden |= bool(beside.get("hidden"))
                    if found is None and beside["p50"] is not None:
                        bound = beside["p50_upper_bound"]
                        found = {"value": beside["p50"], "upper_bound": bound}
    return {"municipality": found, "municipality_hidden": hidden}


def _rules(figure: Row, rules: Sequence[Row]) -> list[dict[str, Any]]:
    """Take what the rules of the nearest place found; a rule of a district says nothing of it."""
    if figure["key"] != NEAREST_FIGURE:
        return []
    return [
        {name: row[name] for name in RULE_FACTS}
        for row in rules
        if (row["function"], row["mode"]) == (figure["values"]["function"], WALK)
        and row["status"] in FOUND
    ]
