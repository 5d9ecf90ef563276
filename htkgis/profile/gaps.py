"""Strengths and gaps: which functions an area has within their limits, and which it lacks, and why.

A strength is a function that every origin of the area reaches within its limit; a gap one that
some origin does not. Nothing between: the limits are the study's, and the reader sees them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .rounding import plain

Row = Mapping[str, Any]

NEAREST = "nearest_1"
WALK, BIKE = "walk", "bike"
STATION = "station"
"""Of stations a sketch names all there are; of other functions only those of its plan."""

FAR, DETOUR, DIRECT, UNREACHED = "far", "detour", "direct", "unreached"
OPEN = {"planned", "running"}
"""Projects that may still close a gap."""

WAY = ("origin_name", "origin_name_en", "time_min", "way_m", "straight_m", "straight_min")
WORST = ("worst_street", "worst_kind", "worst_m", "passages", "barriers")


@dataclass(frozen=True)
class Evidence:
    """What a profile knows of one area besides its minutes.

    Parameters
    ----------
    reasons
        The ways of the area's gaps; see :func:`htkgis.pipeline.reasons.way_record`.
    projects
        Projects of the area with their ``status``.
    places
        ``id``, ``name``, ``function``, ``state``, of all areas.
    shares
        Rows of the profile's shares of persons; none where nobody is known to live anywhere.
    named_only
        Whether the places are only those that a plan names, so that others may lie nearer.
    streets_year
        Year of the streets: they may lack the ways to a place that opened later.
    """

    reasons: Sequence[Row]
    projects: Sequence[Row]
    places: pd.DataFrame
    shares: Sequence[Row]
    named_only: bool
    streets_year: int


def function_limits(functions: Sequence[str], limits: Mapping[str, Any]) -> dict[str, float]:
    """Give the minutes within which each function should be: its own, or the everyday ones.

    Examples
    --------
    >>> function_limits(["shop", "civic"], {"everyday_min": 15, "own_min": {"civic": 30}})
    {'shop': 15.0, 'civic': 30.0}
    """
    own, everyday = limits["own_min"], limits["everyday_min"]
    return {name: float(own.get(name, everyday)) for name in functions}


def gap_part(
    nearest: Sequence[Row],
    access: pd.DataFrame,
    *,
    evidence: Evidence,
    limits: Mapping[str, Any],
    choice: int,
) -> dict[str, list[dict[str, Any]]]:
    """Sort the functions of an area into strengths and gaps.

    Parameters
    ----------
    nearest
        Rows of the profile: minutes to the nearest and n-th nearest by each mode.
    access
        Contract ``ACCESS`` of the origins of the area, in the state shown.
    evidence
        Ways, projects, places and shares.
    limits
        ``everyday_min``, ``own_min`` by function, and ``direct``: a way at most so many times the
        straight line is no detour.
    choice
        Which nearest place says whether there is a choice.

    Returns
    -------
    part
        ``strengths``, by the minutes of the farthest origin, and ``gaps``: everyday functions
        first, and of these by what is lacking on average as a part of the limit (``lacking``;
        FGT 1 over the origins, those who reach none counting as twice the limit).
    """
    measured = [row for row in nearest if row["n"] == 1 and row["places"]]
    by_mode = {(row["function"], row["mode"]): row for row in measured}
    third = {row["function"]: row for row in nearest if row["n"] == choice and row["mode"] == WALK}
    ways = {row["function"]: row for row in evidence.reasons}
    walked = access[access["measure"].eq(NEAREST) & access["mode"].eq(WALK)]
    known = set(evidence.places["function"])
    functions = [name for name, mode in by_mode if mode == WALK and name in known]
    strengths, gaps = [], []
    for name, limit in function_limits(functions, limits).items():
        row, minutes = by_mode[name, WALK], walked.loc[walked["function"] == name, "value"]
        about = _about(row, minutes, limit, everyday=limit == float(limits["everyday_min"]))
        if not about["origins_beyond"]:
            far = third.get(name, {"max": None})["max"]
            strengths.append(about | {"choice": far is not None and far <= limit})
            continue
        gaps.append(
            about
            | {
                "named_only": evidence.named_only and name != STATION,
                "opened_later": _opened_later(evidence, row["place_id"]),
                **_residents_beyond(evidence.shares, name, limit),
                "reason": _reason(ways.get(name), limit, limits.get("direct")),
                "bike": _by_bike(by_mode.get((name, BIKE)), limit),
                "projects": _closing(evidence.projects, evidence.places, name),
            }
        )
    strengths.sort(key=lambda row: (row["max_min"], row["function"]))
    gaps.sort(key=lambda row: (not row["everyday"], -row["lacking"], row["function"]))
    return {"strengths": strengths, "gaps": gaps}


def _about(row: Row, minutes: pd.Series, limit: float, *, everyday: bool) -> dict[str, Any]:
    """Say how the origins stand to the limit, and which place most of them have nearest."""
    beyond = ~(minutes <= limit)
    median = row["median"]
    short = None if median is None or median <= limit else round(median - limit, 2)
    lacking = (minutes.fillna(2 * limit) - limit).clip(lower=0) / limit
    return {
        "function": row["function"],
        "limit_min": plain(limit),
        "everyday": everyday,
        "median_min": median,
        "max_min": row["max"],
        "upper_bound": row["upper_bound"],
        "short_min": short,
        "origins_beyond": int(beyond.sum()),
        "origins": len(minutes),
        "lacking": round(float(lacking.mean()), 4),
        "place_id": row["place_id"],
        "place_name": row["place_name"],
    }


def _reason(way: Row | None, limit: float, direct: float | None) -> dict[str, Any]:
    """Tell a place that is too far off in any case from a way that is longer than need be."""
    if way is None:
        return {"kind": UNREACHED}
    ratio = None if not way["straight_m"] else round(way["way_m"] / way["straight_m"], 2)
    kind = DETOUR if direct is None or ratio is None or ratio > direct else DIRECT
    if way["straight_min"] > limit:
        kind = FAR
    facts = {name: way[name] for name in (*WAY, *WORST)}
    return {"kind": kind, "place_id": way["place_id"], "detour_ratio": ratio} | facts


def _opened_later(evidence: Evidence, place_id: str | None) -> dict[str, int] | None:
    """Give the year a place opened in, and that of the streets, where it opened after them."""
    own = evidence.places[evidence.places["id"] == place_id]
    opened = None if own.empty else plain(own["valid_from"].iloc[0])
    if opened is None or opened <= evidence.streets_year:
        return None
    return {"place_year": opened, "streets_year": evidence.streets_year}


def _by_bike(row: Row | None, limit: float) -> dict[str, Any] | None:
    """Say whether most of the area gets there within the same limit by bike."""
    if row is None:
        return None
    median = row["median"]
    return {"median_min": median, "solves": median is not None and median <= limit}


def _residents_beyond(shares: Iterable[Row], function: str, limit: float) -> dict[str, Any]:
    """Give the share of the residents beyond the limit, or say that it is hidden."""
    for row in shares:
        if (row["function"], row["mode"], float(row["limit_min"])) == (function, WALK, limit):
            known = row["share"] is not None and not row["lower_bound"]
            beyond = round(1 - row["share"], 6) if known else None
            return {"residents_beyond": beyond, "residents_hidden": bool(row.get("hidden"))}
    return {"residents_beyond": None, "residents_hidden": False}


def _closing(projects: Iterable[Row], places: pd.DataFrame, function: str) -> list[dict[str, Any]]:
    """List the open projects that bring a place of a function."""
    coming = places[places["state"].eq("planned") & places["function"].eq(function)]
    known = coming.set_index("id")["name"]
    return [
        {"id": row["id"], "name": row["name"], "name_en": plain(row.get("name_en"))}
        | {"place_id": row["place_id"], "place_name": plain(known[row["place_id"]])}
        | {"year_to": row["year_to"]}
        for row in projects
        if row["status"] in OPEN and row["place_id"] in known.index
    ]
