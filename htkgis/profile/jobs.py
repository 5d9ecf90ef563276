"""Jobs in a profile: figures with the ends of intervals, by sector, and how they were made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from .job_disclosure import are_workplaces
from .rounding import plain, rounded_end

JOBS, LOW, HIGH = "jobs", "jobs_low", "jobs_high"
"""Measures: all jobs with the middle of each interval, and with its low and its high end."""

SKILL = "jobs_skill"
"""Measure: jobs of one skill level (``SKILL_LEVELS``), which stands as its ``function``."""

ENDS = ("_low", "_high")
"""What the names of ends are made with."""

PARTS = {
    JOBS: ("jobs_by_sector", "sector"),
    SKILL: ("jobs_by_skill", "skill_level"),
}
"""By measure: the part of the profile with its rows, and what they are told apart by."""

UNSTATED = "unknown"
"""Sector or skill level of the jobs for which the source gives none, where it gives any."""


def job_rows(
    rows: Mapping[str, Sequence[Mapping[str, Any]]], figures: pd.DataFrame, *, rounding: int
) -> dict[str, list[dict[str, Any]]]:
    """Sort rows of jobs into all, by sector and by skill level, and give them their ends.

    Parameters
    ----------
    rows
        By measure, ``jobs`` and ``jobs_skill``: least, median and greatest by sector or skill
        level (``function``), mode and limit.
    figures
        Contract ``PROFILE`` of one quarter and state.
    rounding
        Step that the ends are rounded to.

    Returns
    -------
    parts
        ``jobs`` (all), ``jobs_by_sector`` (with ``sector``) and ``jobs_by_skill`` (with
        ``skill_level``). ``low`` and ``high`` are medians, there only where the source has
        intervals, and None where the high end is not known. What is hidden is None, and
        ``hidden`` is true.
    """
    medians = figures[figures["statistic"] == "median"].to_dict("records")
    known = {_case(row["indicator"], row): row for row in medians}
    hidden = {case for case, row in known.items() if row["hidden"]}
    parts: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("jobs", "jobs_by_sector", "jobs_by_skill")
    }
    for measure, own in rows.items():
        for row in own:
            made = {**row, "hidden": _case(measure, row) in hidden}
            for end in ENDS:
                found = known.get(_case(f"{measure}{end}", row))
                if found is not None:
                    made[end.lstrip("_")] = rounded_end(
                        float(found["value"]),
                        rounding,
                        high=end == "_high",
                        lower_bound=row["lower_bound"],
                    )
            part = made["function"]
            if part is None:
                parts["jobs"].append(made)
                continue
            name, key = PARTS[measure]
            facts = {what: value for what, value in made.items() if what != "function"}
            parts[name].append({key: part, **facts})
    return parts


def _case(measure: str, row: Mapping[Any, Any]) -> tuple[Any, ...]:
    return (measure, *(plain(row[name]) for name in ("function", "mode", "limit_min")))


def in_detail(figures: pd.DataFrame) -> pd.Series:
    """Tell figures of a sector, a skill level or an end, which stand beside all jobs."""
    of_sector = figures["indicator"].eq(JOBS) & figures["function"].notna()
    of_skill = figures["indicator"].str.startswith(SKILL)
    return of_sector | of_skill | figures["indicator"].isin([LOW, HIGH])


def job_method(
    places: pd.DataFrame,
    layers: Sequence[Mapping[str, Any]],
    model: Mapping[str, Any],
    sizes: Sequence[int] | None = None,
) -> dict[str, Any] | None:
    """Say how the jobs came to their places: modelled, as estimated zones, or as counted units.

    Parameters
    ----------
    places
        Contract ``PLACES`` with ``measured``.
    layers
        What the catalog says of the layers that jobs come from: their rights and date,
        ``role`` (``land_use`` where they are modelled), whether they are a ``sketch``, and
        ``cells`` where rows are cells of a grid.
    model
        What the study says of the model: ``total``, ``source``, ``densities`` and so on.
    sizes
        The least jobs of each class that single workplaces count with; None where they count
        with their own numbers.

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
    endless = int((low.notna() & high.isna()).sum())
    if sizes is not None and are_workplaces(own).any():
        values = facts | {"sizes": list(sizes), "endless": endless}
        return {"key": "jobs_method.sizes", "values": values}
    if intervals:
        values = facts | {"intervals": intervals, "endless": endless}
        return {"key": "jobs_method.intervals", "values": values}
    if any(layer.get("cells") for layer in layers):
        return {"key": "jobs_method.cells", "values": facts}
    estimated = any(layer["sketch"] for layer in layers)
    return {"key": "jobs_method.zones" if estimated else "jobs_method.counted", "values": facts}
