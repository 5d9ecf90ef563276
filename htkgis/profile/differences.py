"""Then and now for each origin: minutes to the nearest, and how many functions are within reach."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from .rounding import plain, rounded_minutes
from .spread import spread

WALK, BIKE = "walk", "bike"
NEAREST, FUNCTIONS = "nearest_1", "functions"
_ASKED = ("id", "mode", "measure", "function", "limit_min", "state")
_COMPARED = ("value", "lower_bound", "upper_bound", "to_id")
Figure = Mapping[Any, Any]
"""Of one origin in one year: ``value`` (NaN: not reached), bounds and ``to_id``."""
ByYear = dict[int, dict[str, Figure]]
"""Figures by year and origin."""
UNKNOWN: Figure = {"value": math.nan, "lower_bound": False, "upper_bound": False, "to_id": None}
KINDS = ("less", "same", "more", "new", "gone", "unreached", "unsure")


class Classes(NamedTuple):
    """Where the classes of differences begin, nearest to 0 first; the same on either side of 0."""

    minutes: tuple[float, ...]
    functions: tuple[float, ...]


def differences_part(
    access: pd.DataFrame,
    origins: pd.DataFrame,
    places: pd.DataFrame,
    *,
    baseline: int,
    state: int,
    everyday_min: float,
    classes: Classes | None,
) -> dict[str, Any] | None:
    """Compare two states at each origin of an area, on foot and by bicycle.

    Parameters
    ----------
    access
        Contract ``ACCESS`` with ``to_id``: adults on the streets, both states.
    origins
        ``id`` and ``name`` of the area's origins.
    places
        ``name``, ``function``, ``valid_from``: which open after the state is said beside.
    baseline, state
        Years: the difference is the state less the baseline.
    everyday_min
        Limit within which functions are counted.
    classes
        Of differences; None where the study decides on none.

    Returns
    -------
    part
        JSON value, or None: ``rows`` hold a measure each (``function``, or None for the number of
        functions within the limit) with ``values``, one per origin: ``before`` and ``after`` (None:
        not reached), ``delta`` of what is printed (None where it is not known), its ``kind`` and
        ``step``: 0 is the class around 0, whose kind is ``same``, and negative classes are of fewer
        minutes or functions. ``bike_rows`` are the same by bicycle, none where nobody cycles.
    """
    if classes is None or baseline >= state:
        return None
    ids = list(origins["id"])
    own = access.loc[access["id"].isin(set(ids)), [*_ASKED, *_COMPARED]]
    years = (baseline, state)
    on_foot, by_bike = (
        _rows(own[own["mode"].eq(mode)], ids, years, everyday_min, classes) for mode in (WALK, BIKE)
    )
    return {
        "baseline": baseline,
        "state": state,
        "everyday_min": everyday_min,
        "classes": {"min": list(classes.minutes), "functions": list(classes.functions)},
        "origins": [
            {"id": key, "name": plain(name), **({"name_en": plain(english)} if twins else {})}
            for twins in ["name_en" in origins]
            for key, name, english in zip(
                ids,
                origins["name"],
                origins["name_en"] if twins else origins["name"],
                strict=True,
            )
        ],
        "rows": on_foot,
        "bike_rows": by_bike,
        "coming": _coming(places, state, {row["function"] for row in on_foot} - {None}),
    }


def _rows(
    own: pd.DataFrame,
    ids: Sequence[str],
    years: tuple[int, int],
    everyday_min: float,
    classes: Classes,
) -> list[dict[str, Any]]:
    """Compare the number of functions, then the nearest of each, by one mode."""
    counted = (own["measure"] == FUNCTIONS) & (own["limit_min"] == everyday_min)
    nearest = (own["measure"] == NEAREST) & own["function"].notna()
    cases = ([(None, _by_year(own[counted]), classes.functions)] if counted.any() else []) + [
        (function, years_of, classes.minutes)
        for function, years_of in _by_function(own[nearest]).items()
    ]
    then, now = years
    return [
        _measure(function, by_year.get(then, {}), by_year.get(now, {}), ids, breaks)
        for function, by_year, breaks in cases
    ]


def _by_function(table: pd.DataFrame) -> dict[str, ByYear]:
    """Sort the figures of origins by function, in the order in which these stand first."""
    functions = table["function"].tolist()
    return {
        function: _by_year(table[[each == function for each in functions]])
        for function in dict.fromkeys(functions)
    }


def _by_year(table: pd.DataFrame) -> ByYear:
    """Sort the figures of origins by year: there are tens of thousands, too many for tables."""
    value = table["value"].to_numpy(dtype="float64", na_value=math.nan).tolist()
    bounds = zip(table["lower_bound"].tolist(), table["upper_bound"].tolist(), strict=True)
    found: ByYear = {}
    for year, key, amount, (lower, upper), place in zip(
        table["state"].tolist(), table["id"].tolist(), value, bounds, table["to_id"].tolist(),
        strict=True,
    ):  # fmt: skip
        figure = {"value": amount, "lower_bound": lower, "upper_bound": upper, "to_id": place}
        found.setdefault(year, {})[key] = figure
    return found


def _measure(
    function: Any,
    then: Mapping[str, Figure],
    now: Mapping[str, Figure],
    ids: Sequence[str],
    breaks: Sequence[float],
) -> dict[str, Any]:
    unit = "min" if function is not None else "functions"
    values = []
    for key in ids:
        before, after = then.get(key, UNKNOWN), now.get(key, UNKNOWN)
        same = _one_place(before["to_id"], after["to_id"])
        found = difference(before, after, unit=unit, breaks=breaks, same_place=same)
        values.append({"id": key} | found)
    known = pd.Series([row["delta"] for row in values if row["delta"] is not None], dtype=float)
    kinds = [row["kind"] for row in values]
    return {
        "function": plain(function),
        "unit": unit,
        "counts": {kind: kinds.count(kind) for kind in KINDS},
        **{name: plain(round(value, 2)) for name, value in spread(known).items()},
        "values": values,
    }


def _one_place(before: Any, after: Any) -> bool:
    return isinstance(before, str) and before == after


def difference(
    before: Figure,
    after: Figure,
    *,
    unit: str,
    breaks: Sequence[float],
    same_place: bool = False,
) -> dict[str, Any]:
    """Compare one figure of one origin in two states.

    Parameters
    ----------
    before, after
        ``value`` (NaN: not reached), ``lower_bound`` and ``upper_bound``.
    unit
        ``min`` or ``functions``.
    breaks
        Where classes begin, rising: with 1, 5 and 10 the class around 0 is below 1.
    same_place
        Whether both lead to one place: a bound that has not moved is no difference then.

    Examples
    --------
    >>> minutes = [{"value": value, "lower_bound": False, "upper_bound": False}
    ...     for value in (12.06, 4.54)]
    >>> found = difference(*minutes, unit="min", breaks=[1, 5, 10])
    >>> found["delta"], found["kind"], found["step"]
    (-7.6, 'less', -2)
    """
    values = [float(side["value"]) for side in (before, after)]
    bounds = [
        side["lower_bound"] is True or side["upper_bound"] is True for side in (before, after)
    ]
    shown = [rounded_minutes(value) if unit == "min" else plain(value) for value in values]
    kind, delta = _kind(shown, bounds, same_place=same_place)
    step = None if delta is None else class_of(delta, breaks)
    return {
        "before": shown[0],
        "before_bound": bounds[0],
        "after": shown[1],
        "after_bound": bounds[1],
        "delta": delta,
        "kind": "same" if step == 0 else kind,
        "step": step,
    }


def _kind(
    shown: Sequence[float | None], bounds: Sequence[bool], *, same_place: bool
) -> tuple[str, float | None]:
    before, after = shown
    if before is None or after is None:
        words = {(True, True): "unreached", (True, False): "new", (False, True): "gone"}
        return words[before is None, after is None], None
    # what a reader finds who subtracts the figures as they are printed
    delta = round(round(after, 1) - round(before, 1), 1)
    if any(bounds) and (delta or not same_place):
        return "unsure", None
    if not delta:
        return "same", 0
    return "less" if delta < 0 else "more", plain(delta)


def class_of(delta: float, breaks: Sequence[float]) -> int:
    """Give the class of a difference: 0 around 0, else how many breaks it reaches, with its sign.

    Examples
    --------
    >>> [class_of(delta, [1, 5, 10]) for delta in (-10, -9.9, -1, -0.9, 0, 1, 30)]
    [-3, -2, -1, 0, 0, 1, 3]
    """
    reached = sum(abs(delta) >= limit for limit in breaks)
    return int(math.copysign(reached, delta)) if reached else 0


def _coming(places: pd.DataFrame, state: int, measured: set[str]) -> list[dict[str, Any]]:
    """List places of measured functions that are to open after the state."""
    later = places[(places["valid_from"] > state) & places["function"].isin(measured)]
    return [
        {"id": row["id"], "name": plain(row["name"]), "year": plain(row["valid_from"])}
        for row in later.sort_values(["valid_from", "id"]).to_dict("records")
    ]
