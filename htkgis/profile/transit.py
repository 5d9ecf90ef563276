"""By public transport: jobs and stations in each window of the day, and what the evening costs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from htkgis.quantities import ADULT

from .rounding import plain, rounded_end, rounded_minutes, rounded_to
from .spread import STATISTICS

TRANSIT = "transit"
"""Mode of figures by public transport; it is none of the modes that travel on streets alone."""

JOBS, STATION_TIME, STATION_SHARE = "jobs_of_departures", "station_time", "station_share"
"""Measures: jobs that so many per cent of the departures reach, the minutes to a station that so
many keep to, and the share of the departures that make it there."""

LOW, HIGH = f"{JOBS}_low", f"{JOBS}_high"
"""The same jobs with the low and the high end of the intervals of their source."""

SITUATION = ("indicator", "departure", "function", "limit_min", "statistic")
FACTS = ("value", "lower_bound", "hidden")

Row = Mapping[str, Any]
_Known = dict[tuple[str, str, str | float], dict[str, tuple[float, bool, bool]]]
"""By indicator, window, and station or limit: value, lower bound and hidden by statistic."""
DECIMALS = 4


def without_transit(table: pd.DataFrame) -> pd.DataFrame:
    """Take the rows of modes that travel on streets alone.

    Parameters
    ----------
    table
        Contract ``ACCESS`` or ``PROFILE``.
    """
    return table[table["mode"] != TRANSIT]


def transit_part(
    figures: pd.DataFrame,
    decisions: Mapping[str, Any] | None,
    area_name: str,
    *,
    rounding: int,
    comparison: Sequence[Row] = (),
    lenses: Row | None = None,
) -> dict[str, Any] | None:
    """Set the windows of the day side by side.

    Parameters
    ----------
    figures
        Contract ``PROFILE`` of one quarter and state; rows of other modes and of others than
        adults are left out.
    decisions
        ``windows`` (``window``, ``start`` and ``end``), ``stations`` (``id`` and ``name``),
        ``percentile`` and ``sketch``; None where nothing is measured by public transport.
    area_name
        Name of the housing area.
    rounding
        Step that job figures are rounded to.
    comparison
        Rows of :func:`transit_comparison`, the same for every quarter.
    lenses
        As :func:`htkgis.profile.transit_lenses.transit_lens_part` gives it.

    Returns
    -------
    part
        JSON value, or None. ``jobs`` hold a row per limit, ``stations`` one per station; their
        ``values``, one per window, hold ``min``, ``median`` and ``max`` over the origins (None:
        not reached by so many departures), for jobs whether they are a lower bound or hidden (and
        None), for stations the median ``share`` of the departures that make it. Where the source
        of the jobs has intervals, ``low`` and ``high`` are the medians with their ends (None: not
        known, or hidden). ``finding`` says in which window most of the jobs of the first one are
        out of reach.
    """
    if decisions is None:
        return None
    own = of_adults(figures)
    known = _known(own)
    windows = [window["window"] for window in decisions["windows"]]
    jobs = [
        {
            "limit_min": plain(limit),
            "values": [_jobs(known, float(limit), window, rounding) for window in windows],
        }
        for limit in sorted(own["limit_min"].dropna().unique())
    ]
    stations = [
        dict(station) | {"values": [_minutes(known, station["id"], window) for window in windows]}
        for station in decisions["stations"]
    ]
    return {
        **{name: decisions[name] for name in ("windows", "percentile", "sketch")},
        "jobs": jobs,
        "stations": stations,
        "finding": _finding(jobs, area_name),
        "comparison": list(comparison),
        "lenses": lenses,
    }


def transit_comparison(
    figures: pd.DataFrame,
    decisions: Mapping[str, Any] | None,
    quarters: pd.DataFrame,
    *,
    rounding: int,
) -> list[dict[str, Any]]:
    """Set the quarters side by side in each window: jobs within a limit, minutes to a station.

    Parameters
    ----------
    figures
        Contract ``PROFILE`` of all quarters in the state that is shown.
    decisions, rounding
        As :func:`transit_part`; the middle one of the limits and the first station are compared.
    quarters
        ``id`` and ``name``, in the order of the columns.

    Returns
    -------
    rows
        JSON values: ``limit_min`` or ``station``, ``window``, and ``values``, the median over the
        origins of each quarter (None: not reached by so many departures) with its bound. None
        where nothing is measured by public transport.
    """
    own = of_adults(figures)
    limit = compared_limit(figures)
    if decisions is None or own.empty:
        return []
    columns = [
        ({"quarter_id": row.id, "quarter_name": row.name}, own[own["quarter_id"] == row.id])
        for row in quarters[["id", "name"]].itertuples(index=False)
    ]
    windows = [window["window"] for window in decisions["windows"]]
    stations = decisions["stations"][:1]
    return rows_beside(columns, windows, stations, limit=limit, rounding=rounding)


def of_adults(figures: pd.DataFrame) -> pd.DataFrame:
    """Take the figures of adults by public transport."""
    return figures[figures["mode"].eq(TRANSIT) & figures["lens"].eq(ADULT)]


def compared_limit(figures: pd.DataFrame) -> float | None:
    """Give the limit of jobs that is compared, the middle one; None where there are none."""
    own = figures[figures["mode"].eq(TRANSIT) & figures["indicator"].eq(JOBS)]
    limits = sorted({float(value) for value in own["limit_min"]})
    return limits[len(limits) // 2] if limits else None


def rows_beside(
    columns: Sequence[tuple[Row, pd.DataFrame]],
    windows: Sequence[str],
    stations: Sequence[Row],
    *,
    limit: float | None,
    rounding: int,
) -> list[dict[str, Any]]:
    """Set several side by side in each window: jobs within a limit, minutes to stations.

    Parameters
    ----------
    columns
        Of each that is compared the facts that its values begin with, and its figures: contract
        ``PROFILE`` of one quarter, lens and state.
    windows, stations
        In the order of the rows; of stations ``id`` and ``name``.
    limit
        Minutes, of jobs; None where none are known.
    rounding
        Step that job figures are rounded to.

    Returns
    -------
    rows
        As :func:`transit_comparison`.
    """
    of_each = [(facts, _known(group)) for facts, group in columns]

    def row(facts: Row, read: Callable[[_Known], Row]) -> dict[str, Any]:
        values = []
        for own, known in of_each:
            found = read(known)
            flags = {name: found.get(name, False) for name in ("lower_bound", "hidden")}
            values.append({**own, "value": found["median"], **flags})
        unit = "min" if "station" in facts else "jobs"
        return {"limit_min": None, "station": None, "unit": unit, **facts, "values": values}

    rows = []
    if limit is not None:
        rows = [
            row(
                {"limit_min": plain(limit), "window": window},
                partial(_jobs, limit=limit, window=window, rounding=rounding),
            )
            for window in windows
        ]
    for station in stations:
        rows += [
            row(
                {"station": dict(station), "window": window},
                partial(_minutes, station=station["id"], window=window),
            )
            for window in windows
        ]
    return rows


def _known(figures: pd.DataFrame) -> _Known:
    """Lay figures out by situation and statistic, so that each is found without a search."""
    keys = zip(*(figures[name].tolist() for name in SITUATION), strict=True)
    facts = zip(*(figures[name].tolist() for name in FACTS), strict=True)
    known: _Known = {}
    for (indicator, window, function, limit, statistic), fact in zip(keys, facts, strict=True):
        # a figure has either a limit or a station
        about = function if limit is None or math.isnan(limit) else float(limit)
        known.setdefault((indicator, window, about), {})[statistic] = fact
    return known


def _jobs(known: _Known, limit: float, window: str, rounding: int) -> dict[str, Any]:
    found = {name: known.get((name, window, limit), {}) for name in (JOBS, LOW, HIGH)}
    cut = any(lower_bound for _, lower_bound, _ in found[JOBS].values())
    wanted = {name: found[JOBS][name] for name in STATISTICS}
    wanted |= {
        name: found[end]["median"] for name, end in (("low", LOW), ("high", HIGH)) if found[end]
    }
    shown = {
        name: rounded_end(float(value), rounding, high=name == "high", lower_bound=cut)
        if name in {"low", "high"}
        else rounded_to(float(value), rounding, lower_bound=cut)
        for name, (value, _, _) in wanted.items()
    }
    hidden = any(gone for each in found.values() for _, _, gone in each.values())
    return {"window": window, **shown, "lower_bound": cut, "hidden": hidden}


def _minutes(known: _Known, station: str, window: str) -> dict[str, Any]:
    times = known[STATION_TIME, window, station]
    shown = {name: rounded_minutes(times[name][0]) for name in STATISTICS}
    share = round(float(known[STATION_SHARE, window, station]["median"][0]), DECIMALS)
    return {"window": window, **shown, "share": share}


def _finding(jobs: Sequence[Row], area_name: str) -> dict[str, Any] | None:
    """Say within which limit, and in which windows, most of the first window's jobs are lost.

    The jobs are those that the data hold, so a difference of two lower bounds is exact of them.
    """
    losses = [
        (1 - value["median"] / row["values"][0]["median"], row, value)
        for row in jobs
        for value in row["values"][1:]
        if row["values"][0]["median"] and value["median"] is not None
    ]
    if not losses:
        return None
    share, row, value = max(losses, key=lambda loss: loss[0])
    first = row["values"][0]
    if share <= 0:
        return {"key": "finding.transit_same", "values": {"area": area_name}}
    return {
        "key": "finding.transit",
        "values": {
            "area": area_name,
            "limit_min": row["limit_min"],
            "first_window": first["window"],
            "first_jobs": first["median"],
            "windows": [
                each["window"] for each in row["values"][1:] if each["median"] == value["median"]
            ],
            "jobs": value["median"],
            "share": round(share, DECIMALS),
        },
    }
