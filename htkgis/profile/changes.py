"""Then and now: what moved, opened and closed between the baseline and the state shown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from .finding import most_of
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
    asked = (access["measure"] == NEAREST) & access["id"].isin(origins) & access["to_id"].notna()
    by_way = _places_by_way(access[asked])
    known = _known_places(places, baseline, state)
    rows = []
    for (function, mode), told in _medians(figures).items():
        (before, before_bound), (after, after_bound) = told[baseline], told[state]
        ids = {year: by_way.get((function, mode, year), []) for year in (baseline, state)}
        same = {year: set(found) for year, found in ids.items()}
        if same[baseline] == same[state] and _equal(before, after):
            continue
        rows.append(
            {
                "function": function,
                "mode": mode,
                "before": rounded_minutes(before),
                "before_upper_bound": before_bound,
                "after": rounded_minutes(after),
                "after_upper_bound": after_bound,
                "delta_min": _printed_difference(before, after),
                "before_place": _usual(ids[baseline], known),
                "after_place": _usual(ids[state], known),
                "opened": _named(same[state] - same[baseline], known, baseline, "valid_from"),
                "closed": _named(same[baseline] - same[state], known, state, "valid_to"),
            }
        )
    return rows


def _medians(figures: pd.DataFrame) -> dict[tuple[str, str], dict[int, tuple[float, bool]]]:
    """Give the middle minutes and their bound by year, of each function and mode in their order."""
    asked = (figures["indicator"] == NEAREST) & (figures["statistic"] == "median")
    own = figures.loc[asked & figures["function"].notna()]
    found: dict[tuple[str, str], dict[int, tuple[float, bool]]] = {}
    for function, mode, year, value, bounded in zip(
        *(own[name].tolist() for name in ("function", "mode", "state", "value", "upper_bound")),
        strict=True,
    ):
        found.setdefault((function, mode), {})[year] = (float(value), bool(bounded))
    return found


def _places_by_way(access: pd.DataFrame) -> dict[tuple[str, str, int], list[str]]:
    """List the nearest places of the origins by function, mode and year."""
    found: dict[tuple[str, str, int], list[str]] = {}
    for function, mode, year, place in zip(
        *(access[name].tolist() for name in ("function", "mode", "state", "to_id")), strict=True
    ):
        found.setdefault((function, mode, year), []).append(place)
    return found


def _known_places(places: pd.DataFrame, *years: int) -> dict[str, dict[str, Any]]:
    """Give name, years and whether each place is there in either state, by id."""
    columns = ["name", "valid_from", "valid_to", *(f"measured_{year}" for year in years)]
    rows = zip(*(places[name].tolist() for name in columns), strict=True)
    return {
        key: dict(zip(columns, row, strict=True))
        for key, row in zip(places["id"], rows, strict=True)
    }


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


def _usual(ids: Sequence[str], known: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Name the place that is nearest to most origins, the first by id among equals."""
    name = plain(known[most_of(ids)]["name"]) if ids else None
    return None if name is None else str(name)


def _named(
    ids: set[str], known: Mapping[str, Mapping[str, Any]], absent_in: int, year: str
) -> list[dict[str, Any]]:
    """Give name and year of those places that do not exist in a state."""
    return [
        {"name": plain(known[key]["name"]), "year": plain(known[key][year])}
        for key in sorted(ids)
        if not known[key][f"measured_{absent_in}"]
    ]
