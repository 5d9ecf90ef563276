"""Figures of fairness as they may be published: the same rounding as shares of persons.

Persons beyond a limit are a share of the persons of a unit, so an exact one would give away what
rounded shares protect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .disclosure import SmallNumbers
from .share_disclosure import rounded_share, step_of

Row = Mapping[str, Any]
COARSE = 2
"""Decimals of gap and severity."""
DEPTH = ("gap", "severity", "mean_shortfall_min")
DECIMALS = 6


def publish_fairness(
    measured: Mapping[str, Sequence[Row]] | None, rules: SmallNumbers
) -> dict[str, list[dict[str, Any]]] | None:
    """Round figures of persons, and mark as ``hidden`` units of few.

    Parameters
    ----------
    measured
        As :func:`htkgis.pipeline.fairness.measure_fairness` gives it; None where no persons are
        known.
    rules
        What few means.

    Returns
    -------
    measured
        Shares rounded as :func:`htkgis.profile.share_disclosure.rounded_share` does, persons made
        of the rounded shares; how far few persons are beyond a limit is missing.
    """
    if measured is None:
        return None
    return {
        "sufficiency": [_sufficiency(row, rules) for row in measured["sufficiency"]],
        "completeness": [_completeness(row, rules) for row in measured["completeness"]],
        "inequality": [dict(row) for row in measured["inequality"]],
    }


def _step(row: Row, rules: SmallNumbers) -> float | None:
    return None if rules.are_few(row["persons"]) else step_of(row["persons"], rules)


def _part(persons: float | None, row: Row, step: float, *, lower_bound: bool = False) -> float:
    share = min((persons or 0.0) / row["persons"], 1.0) if row["persons"] else 0.0
    return rounded_share(share, step, lower_bound=lower_bound).value


def _sufficiency(row: Row, rules: SmallNumbers) -> dict[str, Any]:
    step = _step(row, rules)
    if not row["persons"] or step is None:
        return dict(row) | {"hidden": bool(row["persons"])}
    within = rounded_share(1 - row["share"], step, lower_bound=row["upper_bound"]).value
    beyond = round(1 - within, DECIMALS)
    few = rules.is_small(row["persons_above"] or 0.0)
    depth = {name: None if few or row[name] is None else round(row[name], COARSE) for name in DEPTH}
    unreached = _part(row["persons_unreached"], row, step)
    told = {"share": beyond, "persons_above": round(beyond * row["persons"])}
    told["persons_unreached"] = round(unreached * row["persons"])
    return dict(row) | depth | told | {"hidden": False}


def _completeness(row: Row, rules: SmallNumbers) -> dict[str, Any]:
    step = _step(row, rules)
    if not row["persons"] or step is None:
        return dict(row) | {"hidden": bool(row["persons"])}
    share = rounded_share(row["share"], step, lower_bound=row["lower_bound"]).value
    functions = [
        dict(each)
        | {
            name: round(_part(each[name], row, step) * row["persons"], DECIMALS)
            for name in ("persons_lacking", "persons_lacking_only")
        }
        for each in row["functions"]
    ]
    told = {"share": share, "persons_complete": round(share * row["persons"])}
    return dict(row) | told | {"functions": functions, "hidden": False}
