"""Jobs in a profile: figures with the ends of intervals, by sector, and how they were made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from .rounding import plain, rounded_to

JOBS, LOW, HIGH = "jobs", "jobs_low", "jobs_high"
"""Measures: all jobs with the middle of each interval, and with its low and its high end."""

UNSTATED = "unknown"
"""Sector of the jobs whose sector the source does not give, where it gives any."""


def job_rows(
    rows: Sequence[Mapping[str, Any]], figures: pd.DataFrame, *, rounding: int
) -> dict[str, list[dict[str, Any]]]:
    """Sort rows of jobs into all and by sector, and give all of them their ends.

    Parameters
    ----------
    rows
        Of the indicator ``jobs``: least, median and greatest by sector, mode and limit.
    figures
        Contract ``PROFILE`` of one quarter and state.
    rounding
        Step that the ends are rounded to.

    Returns
    -------
    parts
        ``jobs`` (all; ``low`` and ``high`` are medians, there only where the source has
        intervals, and None where the high end is not known) and ``jobs_by_sector`` (with
        ``sector``). What is hidden is None, and ``hidden`` is true.
    """
    medians = figures[figures["statistic"] == "median"]
    ends = medians[medians["indicator"].isin([LOW, HIGH])]
    known = ends.set_index(["mode", "limit_min", "indicator"])["value"].to_dict()
    gone = medians[medians["indicator"].eq(JOBS) & medians["hidden"].astype(bool)]
    hidden = {
        (plain(row["function"]), row["mode"], plain(row["limit_min"]))
        for row in gone.to_dict("records")
    }
    of_all, by_sector = [], []
    for known_row in rows:
        case = tuple(known_row[name] for name in ("function", "mode", "limit_min"))
        row = {**known_row, "hidden": case in hidden}
        if row["function"] is not None:
            facts = {name: value for name, value in row.items() if name != "function"}
            by_sector.append({"sector": row["function"], **facts})
            continue
        values = {
            name: known.get((row["mode"], row["limit_min"], measure))
            for name, measure in (("low", LOW), ("high", HIGH))
        }
        shown = {
            name: rounded_to(float(value), rounding, lower_bound=row["lower_bound"])
            for name, value in values.items()
            if value is not None
        }
        of_all.append({**row, **shown})
    return {"jobs": of_all, "jobs_by_sector": by_sector}


def in_detail(figures: pd.DataFrame) -> pd.Series:
    """Tell figures of one sector or one end, which stand beside the total and not in its place."""
    of_sector = figures["indicator"].eq(JOBS) & figures["function"].notna()
    return of_sector | figures["indicator"].isin([LOW, HIGH])


def job_method(
    places: pd.DataFrame, layers: Sequence[Mapping[str, Any]], model: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Say how the jobs came to their places: modelled, as estimated zones, or as counted units.

    Parameters
    ----------
    places
        Contract ``PLACES`` with ``measured``.
    layers
        What the catalog says of the layers that jobs come from: their rights and date,
        ``role`` (``land_use`` where they are modelled) and whether they are a ``sketch``.
    model
        What the study says of the model: ``total``, ``source``, ``densities`` and so on.

    Returns
    -------
    method
        ``key`` and ``values``; None where no place holds jobs.
    """
    own = places[places["unit"].eq("jobs") & places["measured"].astype(bool)]
    if own.empty or not layers:
        return None
    low, high = own["opportunities_low"], own["opportunities_high"]
    facts = {"layers": [dict(layer) for layer in layers], "places": len(own)}
    if any(layer["role"] == "land_use" for layer in layers):
        return {"key": "jobs_method.modelled", "values": facts | dict(model)}
    intervals = int((low.notna() & low.ne(high)).sum())
    if intervals:
        endless = int((low.notna() & high.isna()).sum())
        values = facts | {"intervals": intervals, "endless": endless}
        return {"key": "jobs_method.intervals", "values": values}
    estimated = any(layer["sketch"] for layer in layers)
    return {"key": "jobs_method.zones" if estimated else "jobs_method.counted", "values": facts}
