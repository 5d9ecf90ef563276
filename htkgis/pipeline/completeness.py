"""One of each function within the everyday distance: for how many origins of each area."""

from __future__ import annotations

from typing import Any

import pandas as pd

from htkgis.access import completeness
from htkgis.profile.finding import most_of
from htkgis.profile.gaps import NEAREST
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
    names = places.set_index("id")["name"]
    asked = access["measure"].eq(NEAREST) & access["function"].isin(wanted)
    nearest = access.loc[asked, ["id", "mode", "function", "value", "to_id"]]
    records = []
    for area_id, ids in origins.groupby("area_id", sort=False)["id"]:
        weight = pd.Series(1.0, index=pd.Index(ids.to_numpy(dtype=object)))
        for mode in study.modes.names:
            own = nearest[nearest["mode"].eq(mode) & nearest["id"].isin(ids)]
            tables = {
                str(name): rows.set_index("id")[["value", "to_id"]].rename(
                    columns={"value": "travel_time_min"}
                )
                for name, rows in own.groupby("function")
            }
            if not tables:
                continue
            found = completeness(tables, weight, limits_min=dict.fromkeys(tables, limit))
            records.append(
                {
                    "area_id": area_id,
                    "mode": mode,
                    "limit_min": plain(limit),
                    "functions": wanted,
                    "unmeasured": left_out,
                    "origins": len(weight),
                    "origins_complete": int(found.persons_complete),
                    "missing": [
                        _lack(str(name), rows, found.functions, names)
                        for name, rows in found.missing.groupby("function", sort=False)
                    ],
                }
            )
    return records


def _lack(
    function: str, rows: pd.DataFrame, functions: pd.DataFrame, names: pd.Series
) -> dict[str, Any]:
    """Say how many origins lack a function, and what they have instead."""
    known = rows["to_id"].dropna()
    place_id = most_of(known) if len(known) else None
    return {
        "function": function,
        "origins_lacking": len(rows),
        "origins_lacking_only": int(functions["persons_lacking_only"][function]),
        "place_id": place_id,
        "place_name": None if place_id is None else plain(names[place_id]),
        "least_short_min": rounded_minutes(rows["short_min"].min(skipna=False)),
        "most_short_min": rounded_minutes(rows["short_min"].max(skipna=False)),
    }
