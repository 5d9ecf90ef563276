"""By public transport: jobs and stations in each window of the day, and what the evening costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from htkgis.quantities import ADULT

from .rounding import plain, rounded_minutes, rounded_to
from .spread import STATISTICS

TRANSIT = "transit"
"""Mode of figures by public transport; it is none of the modes that travel on streets alone."""

JOBS, STATION_TIME, STATION_SHARE = "jobs_of_departures", "station_time", "station_share"
"""Measures: jobs that so many per cent of the departures reach, the minutes to a station that so
many keep to, and the share of the departures that make it there."""

LOW, HIGH = f"{JOBS}_low", f"{JOBS}_high"
"""The same jobs with the low and the high end of the intervals of their source."""

Row = Mapping[str, Any]
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
    windows = [window["window"] for window in decisions["windows"]]
    jobs = [
        {
            "limit_min": plain(limit),
            "values": [_jobs(group, window, rounding) for window in windows],
        }
        for limit, group in own.groupby("limit_min")
    ]
    stations = [
        dict(station) | {"values": [_minutes(own, station["id"], window) for window in windows]}
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
    if decisions is None or limit is None:
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
    limit: float,
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
        Minutes, of jobs.
    rounding
        Step that job figures are rounded to.

    Returns
    -------
    rows
        As :func:`transit_comparison`.
    """

    def row(facts: Row, read: Callable[[pd.DataFrame], Row]) -> dict[str, Any]:
        values = []
        for known, group in columns:
            found = read(group)
            flags = {name: found.get(name, False) for name in ("lower_bound", "hidden")}
            values.append({**known, "value": found["median"], **flags})
        unit = "min" if "station" in facts else "jobs"
        return {"limit_min": None, "station": None, "unit": unit, **facts, "values": values}

    def jobs(group: pd.DataFrame, window: str) -> Row:
        return _jobs(group[group["limit_min"].eq(limit)], window, rounding)

    rows = [
        row({"limit_min": plain(limit), "window": window}, partial(jobs, window=window))
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


def _jobs(figures: pd.DataFrame, window: str, rounding: int) -> dict[str, Any]:
    group = figures[figures["departure"].eq(window) & figures["indicator"].isin([JOBS, LOW, HIGH])]
    cut = bool(group.loc[group["indicator"] == JOBS, "lower_bound"].any())
    values = group.set_index(["indicator", "statistic"])["value"].to_dict()
    wanted = {name: (JOBS, name) for name in STATISTICS}
    ends = {name: (end, "median") for name, end in (("low", LOW), ("high", HIGH))}
    wanted |= {name: key for name, key in ends.items() if key in values}
    shown = {
        name: rounded_to(float(values[key]), rounding, lower_bound=cut)
        for name, key in wanted.items()
    }
    hidden = bool(group["hidden"].any())
    return {"window": window, **shown, "lower_bound": cut, "hidden": hidden}


def _minutes(figures: pd.DataFrame, station: str, window: str) -> dict[str, Any]:
    group = figures[(figures["function"] == station) & (figures["departure"] == window)]
    values = group.set_index(["indicator", "statistic"])["value"]
    shown = {name: rounded_minutes(values[STATION_TIME, name]) for name in STATISTICS}
    share = round(float(values[STATION_SHARE, "median"]), DECIMALS)
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
