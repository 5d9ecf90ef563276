"""Figures of fairness as they may be published: the same rounding as shares of persons.

Persons beyond a limit are a share of the persons of a unit, so an exact one would give away what
rounded shares protect. Where a share itself is told or withheld, this is the same share: it is
told as it stands there, and withheld where it is withheld.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from .disclosure import SmallNumbers
from .fairness import REST
from .share_disclosure import AREA, KEY, MUNICIPALITY, rounded_share, step_of

Row = Mapping[str, Any]
Told = Mapping[tuple[Any, ...], float | None]
"""Shares as they are published, by unit, function, mode, limit and state; None where withheld."""
COARSE = 2
"""Decimals of gap and severity."""
DEPTH = ("gap", "severity", "mean_shortfall_min")
FINE_HALF = 0.0005
"""Half of the third decimal of an index."""
INDICES = ("value", "within", "between")
DECIMALS = 6


def publish_fairness(
    measured: Mapping[str, Sequence[Row]] | None, rules: SmallNumbers, told: Told | None = None
) -> dict[str, list[dict[str, Any]]] | None:
    """Round figures of persons, and mark as ``hidden`` units of few.

    Parameters
    ----------
    measured
        As :func:`htkgis.pipeline.fairness.measure_fairness` gives it; None where no persons are
        known.
    rules
        What few means.
    told
        Shares of persons within the limits, as they are published.

    Returns
    -------
    measured
        Shares rounded as :func:`htkgis.profile.share_disclosure.rounded_share` does, persons made
        of the rounded shares; how far few persons are beyond a limit is missing. Indices have two
        decimals, three of many persons; persons none; a mean of functions is rounded as a share.
    """
    if measured is None:
        return None
    return {
        "sufficiency": [_sufficiency(row, rules, told or {}) for row in measured["sufficiency"]],
        "completeness": [_completeness(row, rules, told or {}) for row in measured["completeness"]],
        "inequality": [_inequality(row, rules) for row in measured["inequality"]],
    }


def told_shares(shares: pd.DataFrame) -> dict[tuple[Any, ...], float | None]:
    """Take the published shares of the areas and the municipality by what they are of.

    Districts are left out, for nothing of fairness is of them, and so is a share that is missing
    and not hidden: where nobody lives nothing is withheld.

    Parameters
    ----------
    shares
        Contract ``SHARES`` with ``hidden``, as they are published.
    """
    kept = shares["unit_kind"].isin([AREA, MUNICIPALITY]) & (
        shares["share"].notna() | shares["hidden"]
    )
    own = shares[kept]
    keys = own[KEY].itertuples(index=False, name=None)
    values = own["share"].astype(object).where(~own["hidden"], None)
    return dict(zip(keys, values, strict=True))


def _step(row: Row, rules: SmallNumbers) -> float | None:
    return None if rules.are_few(row["persons"]) else step_of(row["persons"], rules)


def _part(persons: float | None, row: Row, step: float, *, lower_bound: bool = False) -> float:
    share = min((persons or 0.0) / row["persons"], 1.0) if row["persons"] else 0.0
    return rounded_share(share, step, lower_bound=lower_bound).value


def _withheld(row: Row, told: Told, function: str, limit_min: float | None = None) -> bool:
    """Tell whether a share of the unit is withheld, or one that the rest would tell of."""
    return any(
        share is None
        and (about, mode, state) == (function, row["mode"], row["state"])
        and (unit == row["unit_id"] or row["unit_id"] == REST)
        and limit_min in (None, limit)
        for (unit, about, mode, limit, state), share in told.items()
    )


def _sufficiency(row: Row, rules: SmallNumbers, published: Told) -> dict[str, Any]:
    step = _step(row, rules)
    if not row["persons"] or step is None:
        return dict(row) | {"hidden": bool(row["persons"])}
    function, limit_min = row["function"], row["limit_min"]
    if _withheld(row, published, function, limit_min):
        return dict(row) | {"hidden": True}
    known = published.get((row["unit_id"], function, row["mode"], limit_min, row["state"]))
    if known is None:
        known = rounded_share(1 - row["share"], step, lower_bound=row["upper_bound"]).value
    beyond = round(1 - known, DECIMALS)
    few = rules.is_small(row["persons_above"] or 0.0)
    depth = {name: None if few or row[name] is None else round(row[name], COARSE) for name in DEPTH}
    unreached = _part(row["persons_unreached"], row, step)
    told = {"share": beyond, "persons_above": round(beyond * row["persons"])}
    told["persons_unreached"] = round(unreached * row["persons"])
    return dict(row) | depth | told | {"hidden": False}


def _completeness(row: Row, rules: SmallNumbers, published: Told) -> dict[str, Any]:
    step = _step(row, rules)
    withheld = any(_withheld(row, published, each["function"]) for each in row["functions"])
    if not row["persons"] or step is None or withheld:
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


def _inequality(row: Row, rules: SmallNumbers) -> dict[str, Any]:
    """Round indices of the municipality; the groups of Theil are areas, and may be of few."""
    hidden = _step(row, rules) is None
    # one person moves an index by about one in so many: half of the last digit holds min_count
    fine = row["persons"] * FINE_HALF >= rules.min_count
    told = {
        name: None if hidden or row[name] is None else round(row[name], COARSE + fine)
        for name in INDICES
        if name in row
    }
    told |= {name: round(row[name]) for name in ("persons", "persons_left_out")}
    if "groups" in row:
        few = _hidden_groups(row["groups"], rules)
        told["groups"] = [
            _group(group, rules, hidden=hidden or group["unit_id"] in few)
            for group in row["groups"]
        ]
    return dict(row) | told | {"hidden": hidden}


def _hidden_groups(groups: Sequence[Row], rules: SmallNumbers) -> set[str]:
    """Name the groups of few; one alone would be what the others leave, so the next goes too."""
    rising = sorted(groups, key=lambda group: (group["persons"], group["unit_id"]))
    held = [group for group in rising if group["persons"]]
    few = [group for group in held if _step(group, rules) is None]
    if few and (len(few) == 1 or rules.are_few(sum(group["persons"] for group in few))):
        few = held[: len(few) + 1]
    return {group["unit_id"] for group in few}


def _group(group: Row, rules: SmallNumbers, *, hidden: bool) -> dict[str, Any]:
    if hidden:
        return dict.fromkeys(group) | {"unit_id": group["unit_id"], "hidden": True}
    mean, step = group["mean_access"], _step(group, rules)
    told: dict[str, Any] = {"persons": round(group["persons"]), "hidden": False}
    if mean is not None and step is not None:
        told["mean_access"] = round(round(mean / step) * step, DECIMALS)
    for name in ("theil", "access_share"):
        told[name] = None if group[name] is None else round(group[name], COARSE)
    return dict(group) | told
