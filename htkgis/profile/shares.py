"""Shares of persons of an area, and how their minutes are spread, beside its comparators."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from .rounding import plain, rounded_minutes

DECIMALS = 6
"""Of a share; fewer would make all of nearly all persons."""

QUANTILES = ("p10", "p50", "p90")
CASE = ["function", "mode", "limit_min"]
_TOLD = ["unit_id", "unit_kind", "name", "share", "lower_bound", "hidden"]
MUNICIPALITY = "municipality"


def share_rows(
    shares: pd.DataFrame,
    area_id: str,
    *,
    known_persons: float | None,
    min_persons: int,
    distribution: pd.DataFrame | None = None,
    source: Mapping[str, str] | None = None,
    districts: Mapping[str, str] | None = None,
) -> dict[str, Any] | None:
    """Arrange the shares of one area with its comparators, the municipality first.

    Parameters
    ----------
    shares
        Contract ``SHARES`` with ``hidden``, as it may be published, of any number of modes.
    area_id
        Which area.
    known_persons
        Residents of the area where they are known; else the sum of the weights is given.
    min_persons
        Of fewer nothing is published; the page says so.
    distribution
        Contract ``DISTRIBUTION`` with ``hidden``, of the same modes.
    source, districts
        What the catalog states of the layer of the population, and of the districts: ``title``,
        ``title_en``, ``published``.

    Returns
    -------
    shares
        JSON value, or None where no persons are known to live at any origin. ``rows`` hold a
        share per function, mode and limit, ``distribution`` minutes per function and mode. What
        is hidden is None, and ``hidden`` is true.
    """
    own = shares[(shares["unit_kind"] == "area") & (shares["unit_id"] == area_id)]
    if own.empty or (own["share"].isna() & ~own["hidden"].astype(bool)).all():
        return None
    by_case = _comparators(shares)
    rows = []
    for row in own.to_dict("records"):
        case = tuple(row[name] for name in CASE)
        rows.append(
            {name: plain(row[name]) for name in CASE}
            | _share(row)
            | {"comparators": [_unit(each) | _share(each) for each in by_case.get(case, [])]}
        )
    persons = own["persons"].iloc[0] if known_persons is None else known_persons
    return {
        "persons": None if pd.isna(persons) else round(float(persons)),
        "min_persons": min_persons,
        "source": None if source is None else _source(source),
        "districts": None if districts is None else _title(districts),
        "rows": rows,
        "distribution": [] if distribution is None else distribution_rows(distribution, area_id),
    }


def _comparators(shares: pd.DataFrame) -> dict[tuple[Any, ...], list[dict[Hashable, Any]]]:
    """Sort the shares of all but the areas by case, in their order."""
    others = shares.loc[shares["unit_kind"] != "area", [*CASE, *_TOLD]]
    found: dict[tuple[Any, ...], list[dict[Hashable, Any]]] = {}
    for row in others.dropna(subset=CASE).to_dict("records"):
        found.setdefault(tuple(row[name] for name in CASE), []).append(row)
    return found


def distribution_rows(distribution: pd.DataFrame, area_id: str) -> list[dict[str, Any]]:
    """Arrange the minutes of 10, 50 and 90 percent of an area beside those of the municipality.

    Parameters
    ----------
    distribution
        Contract ``DISTRIBUTION``.
    area_id
        Which area.

    Returns
    -------
    rows
        Per function and mode: minutes ``p10``, ``p50`` and ``p90``, None where that part of the
        persons reaches no place within ``searched_min`` minutes; whether each is an upper
        bound; the share that reaches none; the same of the municipality as ``comparators``.
    """
    kind = distribution["unit_kind"]
    own = distribution[(kind == "area") & (distribution["unit_id"] == area_id)]
    case = ["function", "mode"]
    whole: dict[tuple[str, str], list[Mapping[Hashable, Any]]] = {}
    for row in distribution[kind == MUNICIPALITY].to_dict("records"):
        whole.setdefault((row["function"], row["mode"]), []).append(row)
    rows = []
    for row in own.to_dict("records"):
        beside = whole.get((row["function"], row["mode"]), [])
        rows.append(
            {name: row[name] for name in case}
            | {"searched_min": plain(row["searched_min"])}
            | _spread(row)
            | {"comparators": [_unit(each) | _spread(each) for each in beside]}
        )
    return rows


def _unit(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {"id": row["unit_id"], "kind": row["unit_kind"], "name": row["name"]}


def _share(row: Mapping[Any, Any]) -> dict[str, Any]:
    hidden = bool(row["hidden"])
    return {
        "share": None if hidden else _rounded(row["share"]),
        "lower_bound": bool(row["lower_bound"]) and not hidden,
        "hidden": hidden,
    }


def _spread(row: Mapping[Any, Any]) -> dict[str, Any]:
    hidden = bool(row["hidden"])
    minutes = {name: None if hidden else rounded_minutes(row[f"{name}_min"]) for name in QUANTILES}
    bounds = {
        f"{name}_upper_bound": bool(row[f"{name}_upper_bound"]) and not hidden for name in QUANTILES
    }
    unreached = None if hidden else _rounded(row["unreached_share"])
    return minutes | bounds | {"unreached_share": unreached, "hidden": hidden}


def _rounded(value: float) -> float | None:
    return None if pd.isna(value) else round(float(value), DECIMALS)


def _source(stated: Mapping[str, str]) -> dict[str, Any]:
    values = _title(stated) | {"year": int(stated["published"][:4])}
    return {"key": "shares.source", "values": values}


def _title(stated: Mapping[str, str]) -> dict[str, str]:
    return {"title": stated["title"], "title_en": stated["title_en"]}
