"""Then and now: what moved, opened and closed between the baseline and the state shown."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from .jobs import JOBS
from .rounding import plain, rounded_minutes

NEAREST = "nearest_1"


def change_part(
    figures: pd.DataFrame,
    access: pd.DataFrame,
    places: pd.DataFrame,
    origins: pd.Index,
    *,
    baseline: int,
    state: int,
) -> dict[str, Any]:
    """Give the two years, and what differs: ``rows`` of functions, ``jobs`` of limits."""
    years = {"baseline": baseline, "state": state}
    return {
        **years,
        "rows": change_rows(figures, access, places, origins, **years),
        "jobs": job_change_rows(figures, **years),
    }


def change_rows(
    figures: pd.DataFrame,
    access: pd.DataFrame,
    places: pd.DataFrame,
    origins: pd.Index,
    *,
    baseline: int,
    state: int,
) -> list[dict[str, Any]]:
    """Compare the nearest place of each function in two states.

    Parameters
    ----------
    figures
        Contract ``PROFILE`` of one quarter, both states; the median over the origins counts.
    access
        Contract ``ACCESS`` with ``to_id``, both states.
    places
        All places with ``measured_<year>`` for both states.
    origins
        Origins of the quarter's area.
    baseline, state
        Years.

    Returns
    -------
    rows
        Functions and modes whose nearest minutes or place differ: minutes before and after
        (None where none was reached) and whether they are upper bounds, the difference of the
        minutes as they are printed, with one decimal, where both are known, the places, and
        which of them opened or closed in between, with the year.
    """
    medians = figures[(figures["indicator"] == NEAREST) & (figures["statistic"] == "median")]
    asked = (access["measure"] == NEAREST) & access["id"].isin(origins)
    nearest = access.loc[asked, ["function", "mode", "state", "to_id"]]
    by_way = dict(iter(nearest.groupby(["function", "mode"])))
    known = pd.DataFrame(places.drop(columns="geometry", errors="ignore")).set_index("id")
    rows = []
    for (function, mode), group in medians.groupby(["function", "mode"], sort=False):
        by_state = group.set_index("state")
        minutes, bounded = by_state["value"], by_state["upper_bound"]
        own = by_way.get((function, mode), nearest[:0])
        ids = {year: own.loc[own["state"] == year, "to_id"].dropna() for year in (baseline, state)}
        same = {year: set(found) for year, found in ids.items()}
        before, after = float(minutes[baseline]), float(minutes[state])
        if same[baseline] == same[state] and _equal(before, after):
            continue
        rows.append(
            {
                "function": function,
                "mode": mode,
                "before": rounded_minutes(before),
                "before_upper_bound": bool(bounded[baseline]),
                "after": rounded_minutes(after),
                "after_upper_bound": bool(bounded[state]),
                "delta_min": _printed_difference(before, after),
                "before_place": _usual(ids[baseline], known),
                "after_place": _usual(ids[state], known),
                "opened": _named(same[state] - same[baseline], known, baseline, "valid_from"),
                "closed": _named(same[baseline] - same[state], known, state, "valid_to"),
            }
        )
    return rows


def job_change_rows(figures: pd.DataFrame, *, baseline: int, state: int) -> list[dict[str, Any]]:
    """Compare the jobs within each limit in two states: they move, and so do the ways to them.

    Parameters
    ----------
    figures
        Contract ``PROFILE`` of one quarter, both states; the median over the origins counts.
    baseline, state
        Years.

    Returns
    -------
    rows
        Modes and limits whose jobs differ as they are shown: ``before`` and ``after``, and
        whether each is a lower bound. None of figures that are missing or hidden.

    Examples
    --------
    >>> row = {"indicator": "jobs", "statistic": "median", "function": None, "mode": "walk",
    ...        "limit_min": 15.0, "lower_bound": False, "hidden": False}
    >>> years = pd.DataFrame([row | {"state": 2026, "value": 0.0},
    ...                       row | {"state": 2040, "value": 3500.0}])
    >>> found = job_change_rows(years, baseline=2026, state=2040)
    >>> [(row["limit_min"], row["before"], row["after"]) for row in found]
    [(15, 0, 3500)]
    """
    wanted = figures["indicator"].eq(JOBS) & figures["statistic"].eq("median")
    medians = figures[wanted & figures["function"].isna() & ~figures["hidden"].astype(bool)]
    rows = []
    for (mode, limit), group in medians.groupby(["mode", "limit_min"], sort=False):
        known = group[group["value"].notna()].set_index("state")
        if not {baseline, state} <= set(known.index):
            continue
        before, after = known.loc[baseline], known.loc[state]
        if before["value"] == after["value"] and before["lower_bound"] == after["lower_bound"]:
            continue
        rows.append(
            {
                "mode": mode,
                "limit_min": plain(limit),
                "before": plain(before["value"]),
                "before_lower_bound": bool(before["lower_bound"]),
                "after": plain(after["value"]),
                "after_lower_bound": bool(after["lower_bound"]),
            }
        )
    return rows


def _printed_difference(before: float, after: float) -> float | None:
    """Difference that a reader finds who subtracts the minutes on the page."""
    shown = [rounded_minutes(value) for value in (before, after)]
    if shown[0] is None or shown[1] is None:
        return None
    return round(round(shown[1], 1) - round(shown[0], 1), 1)


def _equal(before: float, after: float) -> bool:
    return before == after or (math.isnan(before) and math.isnan(after))


def _usual(ids: pd.Series, known: pd.DataFrame) -> str | None:
    """Name the place that is nearest to most origins, the first by id among equals."""
    if ids.empty:
        return None
    name = known.loc[str(ids.mode().iloc[0]), "name"]
    return None if plain(name) is None else str(name)


def _named(ids: set[str], known: pd.DataFrame, absent_in: int, year: str) -> list[dict[str, Any]]:
    """Give name and year of those places that do not exist in a state."""
    own = [(key, known.loc[key, "name"], known.loc[key, year]) for key in sorted(ids)]
    absent = known[f"measured_{absent_in}"]
    return [
        {"name": plain(name), "year": plain(when)} for key, name, when in own if not absent[key]
    ]
