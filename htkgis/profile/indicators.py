"""Indicators of an area over the years: values, change since a baseline, targets.

Values of a series are compared only as far as nothing that is measured was redefined between
them: a break forbids the comparison, and the result says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from .rounding import plain

AREA = "area"
BESIDE = ("municipality", "region", "country")
"""Values of ``area_id`` that are no area but what areas are compared with, smallest first."""
STATED = ("period", "period_en", "source", "source_en")
"""What a value says besides: when it was counted, and who says so."""
POINTS = "points"
"""Unit of a difference of percentages."""
DECIMALS = 6
"""Of differences, so that 26.7 - 31.4 is -4.7."""


def indicator_part(
    indicators: pd.DataFrame,
    definitions: Mapping[str, Mapping[str, Any]],
    breaks: pd.DataFrame,
    targets: pd.DataFrame,
    *,
    area_id: str,
    baseline_year: int,
) -> dict[str, Any] | None:
    """Arrange the indicators of one area, each with its series, change and targets.

    Parameters
    ----------
    indicators
        Contract ``INDICATORS``; ``value`` is missing and ``hidden`` true where small numbers
        are protected (see :mod:`htkgis.profile.disclosure`).
    definitions
        What indicators measure, by id; see :mod:`htkgis.profile.definitions`.
    breaks, targets
        Contracts ``SERIES_BREAKS`` and ``TARGETS``; may have no rows.
    area_id
        Which area.
    baseline_year
        Year that changes are counted from where no target names another.

    Returns
    -------
    indicators
        ``baseline_year``; ``units`` (``area`` and those of ``BESIDE`` that have any value);
        ``rows``, one per indicator in the order of the table. None where the area has none.
    """
    mine = indicators["area_id"].eq(area_id)
    names = list(dict.fromkeys(indicators.loc[mine, "indicator"]))
    if not names:
        return None
    beside = [unit for unit in BESIDE if indicators["area_id"].eq(unit).any()]
    own_targets = targets[targets["area_id"] == area_id]
    rows = []
    for name in names:
        of_name = indicators[indicators["indicator"] == name]
        series = _series(of_name, area_id, beside)
        broken = _breaks(breaks, name)
        unit = series[-1]["unit"]
        rows.append(
            {"indicator": name, "unit": unit}
            | _definition(definitions, name)
            | {
                "series": series,
                "breaks": broken,
                "change": change_since(series, broken, baseline_year=baseline_year),
                "targets": [
                    target_state(series, broken, row)
                    for row in own_targets.to_dict("records")
                    if row["indicator"] == name
                ],
            }
        )
    return {"baseline_year": baseline_year, "units": [AREA, *beside], "rows": rows}


def _definition(definitions: Mapping[str, Mapping[str, Any]], name: str) -> dict[str, Any]:
    keys = ("name", "name_en", "direction", "definition", "definition_en")
    known = definitions.get(name, {})
    return {key: known.get(key) for key in keys}


def _breaks(breaks: pd.DataFrame, name: str) -> list[dict[str, Any]]:
    own = breaks[breaks["indicator"] == name].sort_values("from_year", kind="stable")
    return [
        {"from_year": int(row["from_year"]), "reason": row["reason"]}
        | {"reason_en": plain(row.get("reason_en"))}
        for row in own.to_dict("records")
    ]


def _series(rows: pd.DataFrame, area_id: str, beside: Sequence[str]) -> list[dict[str, Any]]:
    """Values of one indicator by year, the area's and those beside it; missing years stay away."""
    dated = rows[rows["year"].notna()]
    units = {AREA: area_id} | {unit: unit for unit in beside}
    found = {
        unit: {int(row["year"]): row for row in own.to_dict("records")}
        for unit, own in ((unit, dated[dated["area_id"] == key]) for unit, key in units.items())
    }
    series = []
    for year in sorted(found[AREA]):
        row = found[AREA][year]
        point = {"year": year, "unit": plain(row.get("unit"))}
        point |= {key: plain(row.get(key)) for key in STATED}
        for unit in units:
            value = found[unit].get(year, {})
            point[unit] = plain(value.get("value"))
            point[f"{unit}_hidden"] = bool(value.get("hidden", False))
        series.append(point)
    return series


def change_since(
    series: Sequence[Mapping[str, Any]],
    breaks: Sequence[Mapping[str, Any]],
    *,
    baseline_year: int,
) -> dict[str, Any]:
    """Subtract the value of a baseline year from the latest one, unless something forbids it.

    Parameters
    ----------
    series
        ``year``, ``unit``, ``area`` (None where missing) and ``area_hidden``, rising years.
    breaks
        ``from_year``: the first year that is measured otherwise.
    baseline_year
        Year to count from.

    Returns
    -------
    change
        ``from_year``, ``to_year``, ``value`` in ``unit`` (``points`` for percent), and ``why``
        where there is no value: ``one_year`` (nothing later than the baseline), ``baseline``
        (no value of that year), ``break``, ``unit``, ``hidden`` or ``missing``.

    Examples
    --------
    >>> point = {"unit": "percent", "area_hidden": False}
    >>> series = [point | {"year": 2016, "area": 31.4}, point | {"year": 2023, "area": 26.7}]
    >>> change_since(series, [], baseline_year=2016)["value"]
    -4.7
    >>> change_since(series, [{"from_year": 2018}], baseline_year=2016)["why"]
    'break'
    """
    by_year = {point["year"]: point for point in series}
    first, last = by_year.get(baseline_year), series[-1]
    found = {"from_year": baseline_year, "to_year": last["year"], "value": None, "unit": None}
    why = _forbidden(first, last, breaks, baseline_year)
    if why is not None or first is None:
        return found | {"why": why}
    unit = POINTS if last["unit"] == "percent" else last["unit"]
    value = round(last[AREA] - first[AREA], DECIMALS)
    return found | {"value": plain(value), "unit": unit, "why": None}


def _forbidden(
    first: Mapping[str, Any] | None,
    last: Mapping[str, Any],
    breaks: Sequence[Mapping[str, Any]],
    baseline_year: int,
) -> str | None:
    """Say why two points of a series cannot be compared; None where they can."""
    if last["year"] <= baseline_year:
        return "one_year"
    if first is None:
        return "baseline"
    if any(baseline_year < each["from_year"] <= last["year"] for each in breaks):
        return "break"
    if first["unit"] != last["unit"]:
        return "unit"
    if first["area_hidden"] or last["area_hidden"]:
        return "hidden"
    return "missing" if first[AREA] is None or last[AREA] is None else None


def target_state(
    series: Sequence[Mapping[str, Any]],
    breaks: Sequence[Mapping[str, Any]],
    target: Mapping[Any, Any],
) -> dict[str, Any]:
    r"""Say how far an indicator is on the straight line from its baseline to a target.

    .. math::

        e = b + (t - b) \frac{\min(y, y_t) - y_b}{y_t - y_b}

    Parameters
    ----------
    series, breaks
        As in :func:`change_since`.
    target
        A row of ``TARGETS``.

    Returns
    -------
    state
        The target; ``change`` since its baseline year; ``expected`` on the line in the latest
        year; ``on_track``: whether the value is on the line or beyond it towards the target,
        None where the change is not known or the target is the baseline itself.

    Examples
    --------
    From 40 in 2016 to 30 in 2026 the line passes 34 in 2022:

    >>> point = {"unit": "percent", "area_hidden": False}
    >>> series = [point | {"year": 2016, "area": 40.0}, point | {"year": 2022, "area": 35.0}]
    >>> target = {"baseline_year": 2016, "target_year": 2026, "value": 30.0, "unit": "percent",
    ...           "source": "plan"}
    >>> state = target_state(series, [], target)
    >>> state["expected"], state["on_track"]
    (34, False)
    """
    start, end = int(target["baseline_year"]), int(target["target_year"])
    goal = float(target["value"])
    state = {
        "baseline_year": start,
        "target_year": end,
        "value": plain(goal),
        "unit": target["unit"],
        "source": target["source"],
        "source_en": plain(target.get("source_en")),
        "change": change_since(series, breaks, baseline_year=start),
        "expected": None,
        "on_track": None,
    }
    if state["change"]["value"] is None:
        return state
    base = float(next(point[AREA] for point in series if point["year"] == start))
    last = series[-1]
    expected = base + (goal - base) * (min(last["year"], end) - start) / (end - start)
    state["expected"] = plain(round(expected, DECIMALS))
    if goal != base:
        ahead = (last[AREA] - expected) * (1 if goal > base else -1)
        state["on_track"] = bool(round(ahead, DECIMALS) >= 0)
    return state
