"""Ranges and stamps of how closed an area is, on foot and by every mode that has limits of it.

A measure with a limit of "closed" is sensitive where a case passes the limit. What has none (any
measure by bike, single directions, single functions) is sensitive where it changes by more than
the study allows, and the longest detour also where another direction or function becomes it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .isolation import (
    BARRIER,
    DIRECTION,
    DIRECTNESS,
    FUNCTION,
    FUNCTIONS,
    INDICATORS,
    REACHED,
    THROUGH,
    WALK,
    dearest,
    is_closed,
    worst_direction,
    worst_function,
)
from .robustness import CLOSE, SENSITIVE, SURE

DECIMALS = 4
SKETCH = {"sketch_shorter": -1, "sketch_longer": 1}
"""Cases of streets whose lengths are a sketch, and the sign of what they change."""
DETOURS = (DIRECTNESS, DIRECTION, FUNCTION)
OF_SKETCH = (*DETOURS, REACHED)
"""What lengths of streets decide."""

Robust = dict[str, Any]
Row = Mapping[str, Any]
Tried = list[tuple[str, float | None]]


@dataclass(frozen=True)
class StampRules:
    """What moves a reader's conclusion of how closed an area is.

    Parameters
    ----------
    closed
        From which value on an area is closed on foot, by indicator.
    share_change
        How much a share of the streets around may move, where no limit judges it.
    detour_change, closure_change
        The part of its own value by which a detour may move, and trips through an area or what a
        barrier costs.
    sketch_length
        How much lengths may differ from true ones; None where the streets are none of a sketch.
    """

    closed: Mapping[str, float]
    share_change: float
    detour_change: float
    closure_change: float
    sketch_length: float | None

    def allowed(self, indicator: str, value: float) -> float:
        """Give by how much a value without a limit may move.

        Examples
        --------
        >>> rules = StampRules({}, 0.1, 0.1, 0.25, None)
        >>> round(rules.allowed("directness", 1.5), 6), round(rules.allowed("barrier_cost", 0.4), 6)
        (0.15, 0.1)
        """
        if indicator == REACHED:
            return self.share_change + CLOSE
        part = self.detour_change if indicator in DETOURS else self.closure_change
        return (part + CLOSE) * value


def with_isolation_stamps(
    measured: Sequence[Row], cases: Sequence[Row], rules: StampRules
) -> list[dict[str, Any]]:
    """Say of what was measured of each area whether a reader concludes the same in every case.

    Parameters
    ----------
    measured
        Per area and mode, as the pipeline measures it.
    cases
        ``area_id``, ``mode``, ``indicator``, ``case`` and ``value`` (None: there is none), and of
        single directions and functions ``direction`` or ``function``.
    rules
        What moves a conclusion.

    Returns
    -------
    measured
        With ``robust`` by each mode that more than ways out was measured of: by indicator what
        was tried of it, of the longest detour by direction and to a function that of the longest;
        and ``functions``, of every function. None of what was not tried or cannot be judged. The
        number of ways out is not among them: no case moves it.
    """
    known: dict[tuple[str, str], list[Row]] = {}
    for row in cases:
        known.setdefault((row["area_id"], row["mode"]), []).append(row)
    return [
        {**own, "robust": _stamps(own, known.get((own["area_id"], own["mode"]), []), rules)}
        if "directness" in own
        else dict(own)
        for own in measured
    ]


def _stamps(own: Row, cases: Sequence[Row], rules: StampRules) -> dict[str, Any]:
    cost = dearest(own) or {"saved_min": None, "lower_bound": False}
    values = {
        DIRECTNESS: (own["directness"]["median"], False),
        REACHED: (own["reached_share"], False),
        THROUGH: (own["through"].get("ratio"), False),
        BARRIER: (cost["saved_min"], cost["lower_bound"]),
    }
    found: dict[str, Any] = {}
    for indicator, (value, bound) in values.items():
        tried = [(str(row["case"]), row["value"]) for row in cases if row["indicator"] == indicator]
        judge = _judge(own, indicator, rules, bound=bound)
        found[indicator] = _stamp(value, tried, indicator, judge, rules, bound=bound)
    ratios = {row["direction"]: row["ratio"] for row in own["directness"]["directions"]}
    functions = {row["function"]: row["median"] for row in own["functions"]}
    of_each = {
        DIRECTION: _of_each(own, DIRECTION, "direction", ratios, cases, rules),
        FUNCTION: _of_each(own, FUNCTION, "function", functions, cases, rules),
    }
    worst = {
        DIRECTION: worst_direction(own).get("direction"),
        FUNCTION: worst_function(own).get("function"),
    }
    for indicator, each in of_each.items():
        name = worst[indicator]
        found[indicator] = None if name is None else _as_longest(each[name], name, indicator, cases)
    return found | {FUNCTIONS: of_each[FUNCTION]}


def _of_each(
    own: Row,
    indicator: str,
    name: str,
    values: Mapping[str, float | None],
    cases: Sequence[Row],
    rules: StampRules,
) -> dict[str, Robust | None]:
    """Stamp each direction or function by its own."""
    found = {}
    for key, value in values.items():
        tried = [
            (str(row["case"]), row["value"])
            for row in cases
            if row["indicator"] == indicator and row[name] == key
        ]
        judge = _judge(own, indicator, rules, bound=False)
        found[key] = _stamp(value, tried, indicator, judge, rules, bound=False)
    return found


def _as_longest(
    robust: Robust | None, name: str, indicator: str, cases: Sequence[Row]
) -> Robust | None:
    """Add to the stamp of the longest detour the cases in which another one is the longest."""
    if robust is None:
        return None
    key = "direction" if indicator == DIRECTION else "function"
    longest: dict[str, Row] = {}
    for row in cases:
        if row["indicator"] == indicator and row["value"] is not None:
            other = longest.setdefault(str(row["case"]), row)
            if row["value"] > other["value"]:
                longest[str(row["case"])] = row
    changed = set(robust["changed_by"])
    changed |= {case for case, row in longest.items() if row[key] != name}
    order = dict.fromkeys([*(str(row["case"]) for row in cases), *SKETCH])
    return robust | {
        "changed_by": [case for case in order if case in changed],
        "stamp": SENSITIVE if changed else SURE,
    }


Judge = Callable[[float, float | None], bool | None]
"""Tells of the study's value and another one whether a reader would conclude otherwise."""


def _judge(own: Row, indicator: str, rules: StampRules, *, bound: bool) -> Judge:
    """Judge by the limit of closed where there is one, else by how much a value moves."""
    limit = rules.closed.get(indicator) if own["mode"] == WALK else None

    def by_limit(value: float, other: float | None) -> bool | None:
        ends = (
            is_closed({"value": each, "lower_bound": bound}, INDICATORS[indicator][1], limit, 0.0)
            for each in (value, other)
        )
        here, there = ends
        return None if here is None else here != there

    def by_change(value: float, other: float | None) -> bool | None:
        if bound:  # in truth both may be any larger numbers
            return None
        return other is None or abs(other - value) > rules.allowed(indicator, value)

    return by_change if limit is None else by_limit


def _stamp(
    value: float | None,
    tried: Tried,
    indicator: str,
    judge: Judge,
    rules: StampRules,
    *,
    bound: bool,
) -> Robust | None:
    if value is None:
        return None
    if rules.sketch_length and indicator in OF_SKETCH:
        # a share is at most all, and no way is shorter than the straight line
        least, most = (0.0, 1.0) if indicator == REACHED else (1.0, math.inf)
        tried = tried + [
            (name, min(max(value * (1 + sign * rules.sketch_length), least), most))
            for name, sign in SKETCH.items()
        ]
    if not tried or judge(value, value) is None:
        return None
    known = [value, *(each for _, each in tried if each is not None)]
    changed_by = [name for name, each in tried if judge(value, each)]
    return {
        "low": round(min(known), DECIMALS),
        "high": round(max(known), DECIMALS),
        "bound": bound,
        "stamp": SENSITIVE if changed_by else SURE,
        "tried": len(tried),
        "changed_by": changed_by,
    }
