"""Fairness in a profile: an area beside the rest of the municipality, with the persons behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .shares import MUNICIPALITY

REST = "rest"
FIGURES = ("share", "gap", "severity", "mean_shortfall_min", "persons_above", "persons_unreached")
NO_PERSONS = "fairness.no_persons"
NO_INCOME = "fairness.no_income"

Row = Mapping[str, Any]


def fairness_part(
    measured: Mapping[str, Sequence[Row]] | None, area_id: str, *, mode: str = "walk"
) -> dict[str, Any]:
    """Arrange what is measured of fairness for one area.

    Parameters
    ----------
    measured
        ``sufficiency``, ``completeness`` and ``inequality``; None where no persons are known.
    area_id
        Which area.
    mode
        Way of travelling.

    Returns
    -------
    part
        ``missing`` (why there is nothing, or None), ``sufficiency``: per function the ``area``,
        the ``rest`` and the ``municipality``, and the ``difference`` of the shares beyond the limit
        between the first two; ``inequality`` of the municipality; ``not_measured``: what would
        take data that there are not.
    """
    if measured is None:
        return {"missing": NO_PERSONS, "sufficiency": [], "inequality": [], "not_measured": []}
    rows: dict[str, dict[str, Any]] = {}
    for row in measured["sufficiency"]:
        if row["mode"] != mode or (row["unit_kind"] == "area" and row["unit_id"] != area_id):
            continue
        known = rows.setdefault(
            row["function"],
            {"function": row["function"], "mode": mode, "limit_min": row["limit_min"]},
        )
        known[row["unit_kind"]] = _unit(row)
    for known in rows.values():
        own, rest = known["area"]["share"], known[REST]["share"]
        both = own is not None and rest is not None
        known["difference"] = round(own - rest, 6) if both else None
    return {
        "missing": None,
        "sufficiency": list(rows.values()),
        "inequality": [dict(row) for row in measured["inequality"] if row["mode"] == mode],
        "not_measured": [{"measure": "concentration", "reason": NO_INCOME}],
    }


def completeness_of_persons(
    measured: Mapping[str, Sequence[Row]] | None, area_id: str, mode: str
) -> dict[str, Any] | None:
    """Give the persons of an area, and of the municipality, who have one of each function."""
    if measured is None:
        return None
    found: dict[str, Any] = {}
    for row in measured["completeness"]:
        kind = row["unit_kind"]
        if row["mode"] != mode or (kind == "area" and row["unit_id"] != area_id):
            continue
        if kind in ("area", MUNICIPALITY):
            hidden = bool(row.get("hidden", False))
            persons = None if hidden else row["persons"]
            found[kind] = {
                "persons": persons,
                "share": None if hidden else row["share"],
                "lower_bound": row["lower_bound"] and not hidden,
                "hidden": hidden,
                "lacking": []
                if hidden or not row["persons"]
                else [
                    {
                        "function": each["function"],
                        "share": round(each["persons_lacking"] / row["persons"], 6),
                        "share_only": round(each["persons_lacking_only"] / row["persons"], 6),
                    }
                    for each in row["functions"]
                ],
            }
    return found or None


def _unit(row: Row) -> dict[str, Any]:
    """Give the figures of a unit; nothing of so few persons that somebody might be known."""
    hidden = bool(row.get("hidden", False))
    figures = {name: None if hidden else row[name] for name in (*FIGURES, "persons")}
    return figures | {"upper_bound": row["upper_bound"] and not hidden, "hidden": hidden}
