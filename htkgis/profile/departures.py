"""Whether public transport leaves often enough nearby: by window, beside the other areas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from .finding import most_of
from .rounding import plain

Row = Mapping[str, Any]
MINUTES_PER_HOUR = 60


def departures_part(
    departures: pd.DataFrame,
    origins: pd.DataFrame,
    names: Sequence[Row],
    decisions: Mapping[str, Any] | None,
    *,
    area_id: str,
) -> dict[str, Any] | None:
    """Say how often something leaves within a walk in each window, and whether that is enough.

    Parameters
    ----------
    departures
        As :func:`htkgis.pipeline.departures.measure_departures` gives it, of all areas.
    origins
        Contract ``ORIGINS``.
    names
        Quarters and their areas, in the order of the study.
    decisions
        ``walk_m``, ``speed_kph``, ``windows`` (``window``, ``start``, ``end``, its ``minutes`` and
        the ``least`` departures per hour), ``sketch`` and the source; None where nothing is
        measured.
    area_id
        Which area.

    Returns
    -------
    part
        JSON value: the decisions and ``rows``, one per window. None where nothing is measured,
        or no origin of the area is on the streets. Over the origins: the median
        ``departures_per_hour`` and the ``headway_min`` it makes (None where less than one departs
        in the window), the ``stop`` of most origins, how many of the ``origins`` have fewer than
        the least (``origins_below``), the nearest stop with enough (``better``, None where most
        origins have enough, or there is none), and the medians of the other areas (``others``).
    """
    if decisions is None or departures.empty:
        return None
    areas = origins.set_index("id")["area_id"]
    by_area = dict(iter(departures.groupby(departures["origin_id"].map(areas), sort=False)))
    if area_id not in by_area:
        return None
    others = [each for each in names if each["area_id"] != area_id and each["area_id"] in by_area]
    rows = []
    for window in decisions["windows"]:
        own, *beside = (
            table[table["window"] == window["window"]]
            for table in (by_area[area_id], *(by_area[each["area_id"]] for each in others))
        )
        rows.append(
            {"window": window["window"], "least_per_hour": window["least"]}
            | _about(own, window)
            | {"better": _better(own, window["least"], decisions["speed_kph"])}
            | {
                "others": [
                    {"area_id": each["area_id"], "area_name": each["area_name"]}
                    | _frequency(table, window)
                    for each, table in zip(others, beside, strict=True)
                ]
            }
        )
    return {name: value for name, value in decisions.items() if name != "speed_kph"} | {
        "rows": rows
    }


def _frequency(own: pd.DataFrame, window: Row) -> dict[str, float | None]:
    """Give the median departures per hour, and the minutes between two of them."""
    median = round(float(own["departures_per_hour"].median()), 4)
    # what leaves less than once is no service so many minutes apart
    apart = median > 0 and median * window["minutes"] >= MINUTES_PER_HOUR
    return {
        "departures_per_hour": plain(median),
        "headway_min": round(MINUTES_PER_HOUR / median, 1) if apart else None,
    }


def _about(own: pd.DataFrame, window: Row) -> dict[str, Any]:
    served = own[own["stop_id"].notna()]
    stop_id = None if served.empty else most_of(served["stop_id"])
    name = None if stop_id is None else _name(served["stop_id"], served["stop"], stop_id)
    return _frequency(own, window) | {
        "stop_id": stop_id,
        "stop_name": name,
        "origins_below": int(own["departures_per_hour"].lt(window["least"]).sum()),
        "origins": len(own),
    }


def _better(own: pd.DataFrame, least: float, speed_kph: float) -> dict[str, Any] | None:
    """Name the nearest stop with enough of most origins that lack it, with the walk there."""
    short = own[own["departures_per_hour"] < least]
    if 2 * len(short) <= len(own) or short["better_stop_id"].isna().all():
        return None
    stop_id = most_of(short["better_stop_id"].dropna())
    there = short[short["better_stop_id"] == stop_id]
    walk_m = float(there["better_stop_m"].median())
    per_hour = float(there["better_departures_per_hour"].iloc[0])
    return {
        "stop_id": stop_id,
        "stop_name": _name(there["better_stop_id"], there["better_stop"], stop_id),
        "walk_m": round(walk_m, 1),
        "walk_min": round(walk_m / 1000 / speed_kph * MINUTES_PER_HOUR, 2),
        "departures_per_hour": plain(round(per_hour, 4)),
        "headway_min": round(MINUTES_PER_HOUR / per_hour, 1),
    }


def _name(ids: Iterable[str], names: Iterable[Any], stop_id: str) -> str | None:
    known: str | None = plain(dict(zip(ids, names, strict=True))[stop_id])
    return known
