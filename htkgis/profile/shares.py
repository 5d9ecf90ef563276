"""Shares of persons of an area, beside the municipality and its districts."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .rounding import plain

DECIMALS = 4


def share_rows(
    shares: pd.DataFrame, area_id: str, *, known_persons: float | None
) -> dict[str, Any] | None:
    """Arrange the shares of one area with its comparators, the municipality first.

    Parameters
    ----------
    shares
        Contract ``SHARES``.
    area_id
        Which area.
    known_persons
        Residents of the area where they are known; else the sum of the weights is given.

    Returns
    -------
    shares
        JSON value, or None where no persons are known to live at any origin.
    """
    own = shares[(shares["unit_kind"] == "area") & (shares["unit_id"] == area_id)]
    if own.empty or own["share"].isna().all():
        return None
    others = shares[shares["unit_kind"] != "area"]
    by_case = dict(iter(others.groupby(CASE, sort=False)))
    rows = []
    for row in own.to_dict("records"):
        beside = by_case.get(tuple(row[name] for name in CASE), others.iloc[:0])
        rows.append(
            {
                **{name: plain(row[name]) for name in CASE},
                "share": _share(row["share"]),
                "lower_bound": bool(row["lower_bound"]),
                "comparators": [
                    {
                        "id": other["unit_id"],
                        "name": other["name"],
                        "share": _share(other["share"]),
                        "lower_bound": bool(other["lower_bound"]),
                    }
                    for other in beside.to_dict("records")
                ],
            }
        )
    persons = own["persons"].iloc[0] if known_persons is None else known_persons
    return {"persons": round(float(persons)), "rows": rows}


CASE = ["function", "mode", "limit_min"]


def _share(value: float) -> float | None:
    return None if pd.isna(value) else round(float(value), DECIMALS)
