"""One of each function within the everyday distance: for how many origins of each area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from htkgis.access import completeness
from htkgis.profile.finding import most_of
from htkgis.profile.gaps import NEAREST
from htkgis.profile.kept import kept_part
from htkgis.profile.rounding import plain, rounded_minutes
from htkgis.study import Study


def complete_origins(
    access: pd.DataFrame, origins: pd.DataFrame, places: pd.DataFrame, *, study: Study
) -> list[dict[str, Any]]:
    """Count the origins of each area that have one of each function, by each mode.

    Parameters
    ----------
    access
        Contract ``ACCESS`` with ``to_id``, of adults in the state shown.
    origins, places
        Contracts; functions without a measured place are left out, and named.

    Returns
    -------
    records
        Per area and mode: ``limit_min``, ``functions`` (ids of those measured) and
        ``unmeasured``, ``origins``, ``origins_complete``, and of each function that somebody
        lacks ``origins_lacking``, ``origins_lacking_only`` (who would have all with one more
        place), the nearest place of most of them, and the least and the most minutes they are
        short (None where none is reached).
    """
    limit = study.profile.everyday.value
    held = set(places.loc[places["measured"].astype(bool) & places["unit"].ne("jobs"), "function"])
    wanted = [name for name in study.functions.measured if name in held]
    left_out = [name for name in study.functions.measured if name not in held]
    asked = access["measure"].eq(NEAREST) & access["function"].isin(wanted)
    found: list[dict[str, Any]] = kept_part(
        _complete,
        access.loc[asked, ["id", "mode", "function", "value", "to_id"]].reset_index(drop=True),
        pd.DataFrame(origins[["id", "area_id"]]).reset_index(drop=True),
        pd.DataFrame(places[["id", "name"]]).reset_index(drop=True),
        {"limit_min": plain(limit), "functions": wanted, "unmeasured": left_out},
        limit,
        list(study.modes.names),
    )
    return found


def _complete(
    nearest: pd.DataFrame,
    origins: pd.DataFrame,
    places: pd.DataFrame,
    asked: Mapping[str, Any],
    limit: float,
    modes: Sequence[str],
) -> list[dict[str, Any]]:
    names = places.set_index("id")["name"]
    by_area = dict(iter(origins.groupby("area_id", sort=False)["id"]))
    area_of = dict(zip(origins["id"], origins["area_id"], strict=True))
    found = {
        (area_id, str(mode)): own
        for mode, rows in nearest.groupby("mode", sort=False)
        for area_id, own in _by_area(rows, by_area, area_of, limit).items()
    }
    return [
        {
            "area_id": area_id,
            "mode": mode,
            **asked,
            "origins": len(ids),
            **_told(found[area_id, mode], names),
        }
        for area_id, ids in by_area.items()
        for mode in modes
        if (area_id, mode) in found
    ]


class _Counted(NamedTuple):
    """Of one area: how many origins have all, and what the others lack, a row each."""

    complete: int
    missing: pd.DataFrame


def _by_area(
    nearest: pd.DataFrame,
    by_area: Mapping[str, pd.Series],
    area_of: Mapping[str, str],
    limit: float,
) -> dict[str, _Counted]:
    """Ask all areas at once that have the same functions: mostly all of them."""
    area = nearest["id"].map(area_of)
    asked: dict[frozenset[str], list[str]] = {}
    for area_id, functions in nearest["function"].groupby(area, sort=False):
        asked.setdefault(frozenset(functions), []).append(str(area_id))
    found: dict[str, _Counted] = {}
    for areas in asked.values():
        own = nearest[area.isin(areas)]
        tables = {
            str(name): rows.set_index("id")[["value", "to_id"]].rename(
                columns={"value": "travel_time_min"}
            )
            for name, rows in own.groupby("function")
        }
        ids = pd.concat([by_area[area_id] for area_id in areas])
        weight = pd.Series(1.0, index=pd.Index(ids.to_numpy(dtype=object)))
        of_all = completeness(tables, weight, limits_min=dict.fromkeys(tables, limit))
        lacks_one = of_all.origins["functions"] == len(tables) - 1
        missing = of_all.missing.assign(only=of_all.missing["from_id"].map(lacks_one))
        complete = of_all.origins["complete"].groupby(area_of.get).sum()
        missing_of = missing["from_id"].map(area_of)
        for area_id in areas:
            rows = missing[missing_of == area_id]
            found[area_id] = _Counted(int(complete[area_id]), rows)
    return found


def _told(found: _Counted, names: pd.Series) -> dict[str, Any]:
    return {
        "origins_complete": found.complete,
        "missing": [
            _lack(str(name), rows, names)
            for name, rows in found.missing.groupby("function", sort=False)
        ],
    }


def _lack(function: str, rows: pd.DataFrame, names: pd.Series) -> dict[str, Any]:
    """Say how many origins lack a function, and what they have instead."""
    known = rows["to_id"].dropna()
    place_id = most_of(known) if len(known) else None
    return {
        "function": function,
        "origins_lacking": len(rows),
        "origins_lacking_only": int(rows["only"].sum()),
        "place_id": place_id,
        "place_name": None if place_id is None else plain(names[place_id]),
        "least_short_min": rounded_minutes(rows["short_min"].min(skipna=False)),
        "most_short_min": rounded_minutes(rows["short_min"].max(skipna=False)),
    }
