"""Isolation: how closed the areas are, beside each other and their neighbours."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from htkgis.quantities import ADULT
from htkgis.schema import PROFILE, check

from .spread import STATISTICS

CROSSINGS, DIRECTNESS = "crossings_per_km", "directness"
DIRECTION, FUNCTION = "directness_direction", "directness_function"
REACHED, THROUGH, BARRIER = "reached_surroundings", "through_movement", "barrier_cost"
FUNCTIONS = "functions"
"""Key of what was tried of every single function."""
OF_LENGTHS = (DIRECTNESS, REACHED)
"""Indicators that lengths of streets decide: as uncertain as those are."""

INDICATORS = {
    CROSSINGS: ("per km", "more"),
    DIRECTNESS: ("times", "less"),
    FUNCTION: ("times", "less"),
    REACHED: ("share", "more"),
    THROUGH: ("times", "more"),
    BARRIER: ("min", "less"),
}
"""By indicator its unit, and whether less or more of it is better."""

WALK = "walk"
DECIMALS = 4
Measured = Mapping[str, Any]
Decisions = Mapping[str, Any]


def isolation_figures(
    measured: Sequence[Measured],
    quarter_of_area: Mapping[str, str],
    *,
    limits_min: Mapping[str, float],
    state: int,
) -> pd.DataFrame:
    """Write what was measured of the areas as figures.

    Parameters
    ----------
    measured
        Per area and mode, as the pipeline measures it.
    quarter_of_area
        Quarter id by area id; the order of the result.
    limits_min
        Minutes within which surroundings are reached, by mode.
    state
        Year of the places.

    Returns
    -------
    figures
        Contract ``PROFILE``. Directness has a least, a middle and a greatest origin; all others
        are of the area as a whole, and the three are the same. ``reference`` is the middle of
        the neighbours. ``function`` of the cost of a barrier is missing: it is that of the
        dearest.
    """
    rows: list[dict[str, Any]] = []
    for area_id, quarter_id in quarter_of_area.items():
        for own in measured:
            if own["area_id"] == area_id:
                rows += _figures(own, quarter_id, limits_min.get(own["mode"]), state)
    figures = pd.DataFrame(rows, columns=list(PROFILE.columns))
    for column in ("value", "robust_low", "robust_high"):
        figures[column] = figures[column].astype("float64")
    for column in ("lower_bound", "upper_bound", "hidden", "robust_bound"):
        figures[column] = figures[column].astype(bool)
    # below other figures, of whom these may all be missing: pandas 2 takes the kind from a guess
    for column in ("reference", "target", "population_covered", "robustness"):
        figures[column] = figures[column].astype(object)
    return check(figures, PROFILE)


def _figures(
    own: Measured, quarter_id: str, limit_min: float | None, state: int
) -> list[dict[str, Any]]:
    found: list[tuple[str, str | None, float | None, Any]]
    found = [(CROSSINGS, None, None, own["crossings"])]
    if "directness" in own:
        found.append((DIRECTNESS, None, None, own["directness"]))
        found += [(FUNCTION, row["function"], None, row) for row in own["functions"]]
        found.append((REACHED, None, limit_min, own["reached_share"]))
        found.append((THROUGH, None, limit_min, own["through"].get("ratio")))
        found.append((BARRIER, None, None, dearest(own)))
    rows = []
    for indicator, function, limit, value in found:
        facts = value if isinstance(value, Mapping) else {}
        level = facts.get("per_km", facts.get("saved_min")) if facts else value
        unit, direction = INDICATORS[indicator]
        common = {
            "quarter_id": quarter_id,
            "indicator": indicator,
            "function": function,
            "mode": own["mode"],
            "limit_min": limit,
            "percentile": np.nan,
            "departure": None,
            "lens": ADULT,
            "state": state,
            "unit": unit,
            "label": f"indicator.{indicator}",
            "direction": direction,
            "reference": _beside(own, indicator),
            "target": None,
            "population_covered": None,
            "lower_bound": bool(facts.get("lower_bound", False)),
            "upper_bound": False,
            "hidden": False,
        }
        robust_of = own.get("robust", {})
        tried = robust_of.get(FUNCTIONS, {}).get(function) if function else robust_of.get(indicator)
        for name in STATISTICS:
            # of directness the middle origin was measured again; all others are of a whole area
            robust = tried if name == "median" or name not in facts else None
            own_value = {"statistic": name, "value": facts.get(name, level)}
            rows.append(common | own_value | _stamped(robust))
    return rows


def _stamped(robust: Mapping[str, Any] | None) -> dict[str, Any]:
    known = robust or {"stamp": None, "low": None, "high": None, "bound": False}
    return {
        "robustness": known["stamp"],
        "robust_low": known["low"],
        "robust_high": known["high"],
        "robust_bound": known["bound"],
    }


def dearest(own: Measured) -> Mapping[str, Any] | None:
    """Give the barrier that costs most; None where none is known or none costs anything."""
    rows = own["barriers"].get("rows") or [None]
    first: Mapping[str, Any] | None = rows[0]
    return first if first is not None and first["saved_min"] is not None else None


def _beside(own: Measured, indicator: str) -> float | None:
    """Middle of the neighbours, where they are measured."""
    names = {CROSSINGS: "crossings", DIRECTNESS: "directness", REACHED: "reached_share"}
    value: float | None = own.get("neighbours", {}).get(names.get(indicator, ""))
    return value


def isolation_part(
    measured: Sequence[Measured],
    names: Sequence[Mapping[str, str]],
    decisions: Decisions | None,
    *,
    area_id: str,
) -> dict[str, Any] | None:
    """Set the areas side by side by each mode, and say what closes one of them.

    Parameters
    ----------
    measured
        Per area and mode, as the pipeline measures it.
    names
        ``quarter_id``, ``quarter_name``, ``area_id`` and ``area_name``, in the order of columns.
    decisions
        ``closed`` (from which value on an area is closed on foot, by indicator), ``limits_min``
        by mode, and what the definitions name; None where nothing is measured.
    area_id
        The area that the finding is about.

    Returns
    -------
    part
        JSON value, or None. ``modes`` hold a list of rows each: ``indicator``, ``unit``,
        ``direction``, ``limit_min``, ``closed_from`` (the study's limit) and ``values``, one per
        quarter: ``value`` (None: ``missing`` says why), ``neighbours``, ``lower_bound``, whether
        it is ``closed`` (None: not judged), and what the value is of (``direction``,
        ``function``, ``barrier``). ``barriers`` are all that cost anything around the area on
        foot. ``finding`` counts what closes the area; ``notes`` are keys of words.
    """
    if decisions is None or not measured:
        return None
    by_area = {(own["area_id"], own["mode"]): own for own in measured}
    modes = list(dict.fromkeys(own["mode"] for own in measured))
    tables = []
    for mode in modes:
        own = [by_area[name["area_id"], mode] for name in names]
        tables.append({"mode": mode, "rows": _rows(own, names, mode, decisions)})
    walk = next(table["rows"] for table in tables if table["mode"] == WALK)
    area = next(name for name in names if name["area_id"] == area_id)
    return {
        "modes": tables,
        "barriers": _costing(by_area[area_id, WALK]),
        "finding": _finding(walk, area),
        "notes": _notes(by_area[area_id, WALK]),
    }


def _rows(
    areas: Sequence[Measured],
    names: Sequence[Mapping[str, str]],
    mode: str,
    decisions: Decisions,
) -> list[dict[str, Any]]:
    makers = {CROSSINGS: _crossings}
    if "directness" in areas[0]:
        makers |= {
            DIRECTNESS: _directness,
            DIRECTION: worst_direction,
            FUNCTION: worst_function,
            REACHED: _reached,
            THROUGH: _through,
            BARRIER: _barrier,
        }
    rows = []
    for indicator, make in makers.items():
        unit, direction = INDICATORS.get(indicator, INDICATORS[DIRECTNESS])
        limit = decisions["closed"].get(indicator) if mode == WALK else None
        values = [
            {"quarter_id": name["quarter_id"], "quarter_name": name["quarter_name"]}
            | {"missing": None, "lower_bound": False, "neighbours": _beside(own, indicator)}
            | {"robust": own.get("robust", {}).get(indicator)}
            | make(own)
            for name, own in zip(names, areas, strict=True)
        ]
        for value in values:
            slack = decisions.get("sketch_length") if indicator in OF_LENGTHS else None
            value["closed"] = is_closed(value, direction, limit, slack or 0.0)
            for key in ("value", "neighbours"):
                value[key] = None if value[key] is None else round(float(value[key]), DECIMALS)
        rows.append(
            {
                "indicator": indicator,
                "unit": unit,
                "direction": direction,
                "limit_min": decisions["limits_min"].get(mode)
                if indicator in {REACHED, THROUGH}
                else None,
                "closed_from": limit,
                "values": values,
            }
        )
    return rows


def is_closed(
    value: Mapping[str, Any], direction: str, limit: float | None, slack: float
) -> bool | None:
    """Judge a value by its limit, which is closed itself; None where it cannot be told.

    ``slack`` is the part by which the value may be wrong: what may lie on both sides of the
    limit is not judged.
    """
    if limit is None or value["value"] is None:
        return None
    # in truth a lower bound may be any larger number
    high = math.inf if value["lower_bound"] else value["value"] * (1 + slack)
    ends = (value["value"] * (1 - slack), high)
    at_low, at_high = (end >= limit if direction == "less" else end < limit for end in ends)
    return at_low if at_low == at_high else None


def _crossings(own: Measured) -> dict[str, Any]:
    found = own["crossings"]
    return {"value": found["per_km"], "lower_bound": found["lower_bound"], "count": found["count"]}


def _directness(own: Measured) -> dict[str, Any]:
    found = own["directness"]
    if found["median"] is None:
        return {"value": None, "missing": "no_way"}
    return {"value": found["median"], "low": found["min"], "high": found["max"]}


def worst_direction(own: Measured) -> dict[str, Any]:
    """Give the direction of the longest detour, as a value of its row."""
    known = [row for row in own["directness"]["directions"] if row["ratio"] is not None]
    if not known:
        return {"value": None, "missing": "no_way"}
    worst = max(known, key=lambda row: row["ratio"])
    return {"value": worst["ratio"], "direction": worst["direction"]}


def worst_function(own: Measured) -> dict[str, Any]:
    """Give the function of the longest detour, as a value of its row."""
    known = [row for row in own["functions"] if row["median"] is not None]
    if not known:
        return {"value": None, "missing": "no_way"}
    worst = max(known, key=lambda row: row["median"])
    lengths = {
        key: None if worst[key] is None else round(worst[key]) for key in ("way_m", "straight_m")
    }
    return {"value": worst["median"], "function": worst["function"], **lengths}


def _reached(own: Measured) -> dict[str, Any]:
    share = own["reached_share"]
    return {"value": share, "missing": "no_streets" if share is None else None}


def _through(own: Measured) -> dict[str, Any]:
    return {"value": own["through"].get("ratio"), "missing": own["through"]["missing"]}


def _barrier(own: Measured) -> dict[str, Any]:
    found = dearest(own)
    if found is None:
        return {"value": None, "missing": own["barriers"]["missing"]}
    return {
        "value": found["saved_min"],
        "lower_bound": found["lower_bound"],
        **_named(found),
        "affected_share": round(found["affected_share"], DECIMALS),
    }


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    """Name a barrier; one that costs nothing is none that costs most."""
    return {"barrier": {key: row[key] for key in ("kind", "name")} if row["saved_min"] else None}


def _costing(own: Measured) -> list[dict[str, Any]]:
    """List the barriers that cost a hundredth of a minute or more, dearest first."""
    rows = own["barriers"].get("rows") or []
    shown = [dict(row) for row in rows if row["saved_min"] and round(row["saved_min"], 2) > 0]
    for row in shown:
        share = row["affected_share"]
        row["saved_of_affected_min"] = round(row["saved_min"] / share, 2) if share else None
        row["saved_min"] = round(row["saved_min"], 2)
        row["affected_share"] = round(share, DECIMALS)
    return shown


def _finding(rows: Sequence[Mapping[str, Any]], area: Mapping[str, str]) -> dict[str, Any]:
    """Count the measures by which an area is closed, of those that can be judged."""
    own = {
        row["indicator"]: next(v for v in row["values"] if v["quarter_id"] == area["quarter_id"])
        for row in rows
    }
    judged = [name for name, value in own.items() if value["closed"] is not None]
    closed = [name for name in judged if own[name]["closed"]]
    dearest = own.get(BARRIER)
    barrier = dearest["barrier"] if dearest and dearest["value"] else None
    known: dict[str, Any] = {"area": area["area_name"], "closed": closed, "of": len(judged)}
    limited = [row["indicator"] for row in rows if row["closed_from"] is not None]
    known["unknown"] = [name for name in limited if name not in judged]
    beside = [row for row in rows if own[row["indicator"]]["neighbours"] is not None]
    known["compared"] = len(beside)
    known["worse"] = [row["indicator"] for row in beside if _is_worse(row, own[row["indicator"]])]
    if barrier is not None and dearest is not None:
        known |= {"barrier": barrier, "minutes": dearest["value"]}
        known |= {"affected_share": dearest["affected_share"]}
        known |= {"lower_bound": dearest["lower_bound"]}
    key = "finding.isolation" if closed else "finding.isolation_open"
    return {"key": key, "values": known}


def _is_worse(row: Mapping[str, Any], value: Mapping[str, Any]) -> bool:
    """Tell whether an area is more closed than its neighbours by one measure, as it is shown."""
    if value["value"] is None:
        return False
    own, beside = (round(value[key], 2) for key in ("value", "neighbours"))
    return bool(own > beside if row["direction"] == "less" else own < beside)


def _notes(own: Measured) -> list[str]:
    """Say what a reader has to know of the figures."""
    notes = []
    if own.get("edge"):
        notes.append("isolation.note.edge")
    for part in ("neighbours", "through", "barriers"):
        missing = own[part]["missing"]
        if missing:
            notes.append(f"isolation.missing.{part}_{missing}")
    if own["directness"]["reached_share"] < 1:
        notes.append("isolation.note.ring")
    return notes
