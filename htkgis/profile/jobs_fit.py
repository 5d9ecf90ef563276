"""Jobs beside who lives there: what part is near, by sector and skill, and who is without work.

Whether a job fits is not measured where the layer of jobs says neither sector nor skill level:
then the reason stands in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from .job_disclosure import are_workplaces
from .jobs import JOBS, UNSTATED
from .rounding import plain, rounded_to

EMPLOYMENT = "outside_work_or_education"
NO_SECTOR, NO_SKILL = "jobs_fit.no_sector", "jobs_fit.no_skill"
DECIMALS = 4

Row = Mapping[str, Any]


def jobs_fit_part(
    jobs: Sequence[Row],
    by_sector: Sequence[Row],
    by_skill: Sequence[Row],
    places: pd.DataFrame,
    indicators: pd.DataFrame,
    *,
    area_id: str,
    rounding: int,
) -> dict[str, Any] | None:
    """Set the jobs within each limit beside all there are, and beside employment.

    Parameters
    ----------
    jobs, by_sector, by_skill
        Rows of the profile: ``median`` by mode and limit, by ``sector``, by ``skill_level``.
    places
        Contract ``PLACES`` with ``measured``, and ``skill_level`` where a layer states it.
    indicators
        Contract ``INDICATORS``.
    area_id
        Which area.
    rounding
        Step that jobs are rounded to where the places are single workplaces; of these no
        sector's or skill level's total is given, for a few of them may be all of it.

    Returns
    -------
    part
        ``total``, the jobs of the layer; ``rows``, per sector or skill level (all where both are
        None), mode and limit: ``median``, with ``low`` and ``high`` where the source has
        intervals, ``total`` of the sector or skill level and ``share``, the part of it that the
        middle origin reaches (None where there are none, or ``hidden``); ``sector_missing`` and
        ``skill_missing``, why there are no rows of either, or None; ``employment``, the latest
        value of the area, or None. None where no place holds jobs.
    """
    own = places[places["unit"].eq(JOBS) & places["measured"].astype(bool)]
    if own.empty:
        return None
    total = float(own["opportunities"].sum())
    single = bool(are_workplaces(own).any())
    if single:
        total = float(rounded_to(total, rounding) or 0.0)
    rows = [_row(row, total) for row in jobs]
    for column, of_parts in (("sector", by_sector), ("skill_level", by_skill)):
        if of_parts:
            totals = own["opportunities"].groupby(own[column].fillna(UNSTATED)).sum()
            rows += [_row(row, None if single else float(totals[row[column]])) for row in of_parts]
    return {
        "total": plain(round(total)),
        "rows": rows,
        "sector_missing": None if by_sector else NO_SECTOR,
        "skill_missing": None if by_skill else NO_SKILL,
        "employment": _employment(indicators, area_id),
    }


def _row(row: Row, total: float | None) -> dict[str, Any]:
    median = row["median"]
    # jobs are rounded to a step, which must not make more of them than there are
    share = None if median is None or not total else round(min(1.0, median / total), DECIMALS)
    return {
        "sector": row.get("sector"),
        "skill_level": row.get("skill_level"),
        "mode": row["mode"],
        "limit_min": row["limit_min"],
        "median": median,
        **{end: row[end] for end in ("low", "high") if end in row},
        "total": None if total is None else plain(round(total)),
        "share": share,
        "lower_bound": row["lower_bound"],
        "hidden": total is None or row["hidden"],
    }


def _employment(indicators: pd.DataFrame, area_id: str) -> dict[str, Any] | None:
    """Give the latest known value of who is outside work and education."""
    chosen = indicators["indicator"].eq(EMPLOYMENT) & indicators["area_id"].eq(area_id)
    known = indicators[chosen & indicators["value"].notna()]
    if known.empty:
        return None
    latest = known.sort_values("year", kind="stable").iloc[-1]
    return {"indicator": EMPLOYMENT, "value": plain(latest["value"]), "year": plain(latest["year"])}
