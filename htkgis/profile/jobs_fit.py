"""Jobs beside who lives there: what part of them is near, by sector, and who is without work.

Whether a job fits is not measured where the layer of jobs says neither sector nor skill: then
the reason stands in its place.
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
    places: pd.DataFrame,
    indicators: pd.DataFrame,
    *,
    area_id: str,
    rounding: int,
) -> dict[str, Any] | None:
    """Set the jobs within each limit beside all there are, and beside employment.

    Parameters
    ----------
    jobs, by_sector
        Rows of the profile: ``median`` by mode and limit, and by ``sector``.
    places
        Contract ``PLACES`` with ``measured``.
    indicators
        Contract ``INDICATORS``.
    area_id
        Which area.
    rounding
        Step that jobs are rounded to where the places are single workplaces; of these no
        sector's total is given, for a few of them may be all of it.

    Returns
    -------
    part
        ``total``, the jobs of the layer; ``rows``, per sector (None is all), mode and limit:
        ``median``, ``total`` of the sector and ``share``, the part of them that the middle origin
        reaches (None where there are none, or ``hidden``); ``sector_missing`` and
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
    sectors = own["sector"].fillna(UNSTATED)
    totals = own["opportunities"].groupby(sectors).sum()
    rows = [_row(row, None, total) for row in jobs]
    rows += [
        _row(row, row["sector"], None if single else float(totals[row["sector"]]))
        for row in by_sector
    ]
    return {
        "total": plain(round(total)),
        "rows": rows,
        "sector_missing": None if by_sector else NO_SECTOR,
        "skill_missing": NO_SKILL,
        "employment": _employment(indicators, area_id),
    }


def _row(row: Row, sector: str | None, total: float | None) -> dict[str, Any]:
    median = row["median"]
    # jobs are rounded to a step, which must not make more of them than there are
    share = None if median is None or not total else round(min(1.0, median / total), DECIMALS)
    return {
        "sector": sector,
        "mode": row["mode"],
        "limit_min": row["limit_min"],
        "median": median,
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
