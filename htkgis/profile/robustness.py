"""Whether a figure holds where one assumption is changed: its range over the cases, and a stamp."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.quantities import ADULT

from .finding import walked_functions
from .kept import kept_part
from .rounding import plain, rounded_minutes, rounded_to
from .spread import STATISTICS
from .transit import TRANSIT

SURE, SENSITIVE = "sure", "sensitive"
REFERENCE = ""
"""Case of the study as it is."""
KEY = [
    "quarter_id", "indicator", "statistic", "function", "mode", "limit_min", "percentile",
    "departure", "lens", "state",
]  # fmt: skip
"""What tells figures apart; a missing value is one of its own."""
FACTS = [
    *KEY, "unit", "value", "lower_bound", "upper_bound", "robustness", "robust_low", "robust_high",
    "robust_bound",
]  # fmt: skip
"""What is said of how sure a figure is, and what it is."""
BESIDE = [*KEY, "unit", "value", "lower_bound", "upper_bound", "case"]
"""What of a figure in a case is set beside the study's own."""
GROUP = ("mode", "lens", "departure", "state")
"""Who travels how and when."""
CLOSE = 1e-9
"""Of a share of a figure: as much as the order of a sum may move it."""
NOT_REACHED = 1_000
"""Class of a time that was not reached."""


def stamp_figures(
    figures: pd.DataFrame, case_figures: pd.DataFrame, rules: Mapping[str, Any] | None
) -> pd.DataFrame:
    """Say of each figure that was measured again whether a reader would conclude the same.

    Parameters
    ----------
    figures
        Contract ``PROFILE``.
    case_figures
        Contract ``PROFILE`` with ``case``: the same figures in each case; not all need be.
    rules
        ``limits_min`` and ``transit_limits_min`` (rising), ``choice``, ``jobs_change`` and
        ``share_change``; None where nothing was measured again.

    Returns
    -------
    figures
        With ``robust_low`` and ``robust_high``, the least and greatest of the study's own value
        and those of the cases (missing: not reached); ``robust_bound``, whether a search of one
        of them met the end of the data; and ``robustness``:

        - "sensitive" where minutes fall into another class of the limits in any case (up to and
          with 5, 10, ... minutes; not reached is a class), where a number of places passes
          between none, fewer than ``choice`` and that many, where jobs move by more than the part
          ``jobs_change`` of the study's own number, or a share by more than ``share_change``;
        - "sure" otherwise; missing where the figure was not measured again.

    Examples
    --------
    >>> row = dict.fromkeys(KEY, "x") | {"mode": "walk", "limit_min": 0.0, "percentile": 0.0,
    ...     "state": 2026, "unit": "min", "lower_bound": False, "upper_bound": False}
    >>> own = pd.DataFrame([row | {"value": 12.0, "robustness": None, "robust_low": np.nan,
    ...                            "robust_high": np.nan, "robust_bound": False}])
    >>> slower = pd.DataFrame([row | {"value": 15.1, "case": "slow"}])
    >>> rules = {"limits_min": [5, 10, 15, 30], "transit_limits_min": [30], "choice": 3,
    ...          "jobs_change": 0.25, "share_change": 0.1}
    >>> found = stamp_figures(own, slower, rules).iloc[0]
    >>> found["robustness"], float(found["robust_low"]), float(found["robust_high"])
    ('sensitive', 12.0, 15.1)
    """
    if rules is None or not len(case_figures):
        return figures
    table = compared(figures, case_figures, rules)
    groups = table.groupby("figure", sort=True)
    again = groups["case"].transform("size").gt(1) & table["case"].eq(REFERENCE)
    again &= table["value"].notna() | table["unreached"]  # a number that is not known stays so
    stamped = again[table["case"].eq(REFERENCE)].to_numpy()  # one per figure, in their order
    unreached = groups["unreached"].any().to_numpy()
    high = np.where(unreached, np.nan, groups["value"].max().to_numpy())
    changed = groups["changed"].any().to_numpy()
    stamps = [
        (SENSITIVE if moves else SURE) if known else None
        for known, moves in zip(stamped, changed, strict=True)
    ]
    return figures.assign(
        robustness=np.array(stamps, dtype=object),
        robust_low=np.where(stamped, groups["value"].min().to_numpy(), np.nan),
        robust_high=np.where(stamped, high, np.nan),
        robust_bound=stamped & groups["bound"].any().to_numpy(),
    )


def compared(
    figures: pd.DataFrame, case_figures: pd.DataFrame, rules: Mapping[str, Any]
) -> pd.DataFrame:
    """Set each figure beside its values in the cases, and tell which of them change it.

    Parameters
    ----------
    figures, case_figures, rules
        As :func:`stamp_figures`.

    Returns
    -------
    table
        One row per figure and case, that of the study first (``case`` is empty): ``figure`` (its
        row in ``figures``), ``case``, ``value``, ``unreached``, ``bound``, ``changed``. Cases of
        figures that are not there are left out.
    """
    both = pd.concat(
        [figures.assign(case=REFERENCE)[BESIDE], case_figures[BESIDE]], ignore_index=True
    )
    number = both.groupby(KEY, sort=False, dropna=False).ngroup().to_numpy()
    own = number < len(figures)  # the figures stand first and are unique, so they number 0, 1, ...
    both, number = both[own].reset_index(drop=True), number[own]
    value = both["value"].to_numpy(dtype="float64")
    reference = value[number]
    unit = both["unit"].to_numpy(dtype=object)
    classes = _classes(both, value, rules)
    moved = np.where(
        unit == "jobs",
        np.abs(value - reference) > (rules["jobs_change"] + CLOSE) * reference,
        np.where(
            unit == "share",
            np.abs(value - reference) > rules["share_change"] + CLOSE,
            classes != classes[number],
        ),
    )
    return pd.DataFrame(
        {
            "figure": number,
            "case": both["case"].to_numpy(dtype=object),
            "value": value,
            "unreached": (unit == "min") & np.isnan(value),
            "bound": both["lower_bound"].to_numpy(bool) | both["upper_bound"].to_numpy(bool),
            "changed": moved,
        }
    )


def _classes(
    table: pd.DataFrame, value: npt.NDArray[np.float64], rules: Mapping[str, Any]
) -> npt.NDArray[np.int64]:
    """Class of each value: of minutes by the limits, of a number of places by what it offers."""
    by_timetable = table["mode"].eq(TRANSIT).to_numpy()
    minutes = np.where(
        by_timetable,
        np.digitize(value, rules["transit_limits_min"], right=True),
        np.digitize(value, rules["limits_min"], right=True),
    )
    minutes = np.where(np.isnan(value), NOT_REACHED, minutes)
    places = np.where(value <= 0, 0, np.where(value < rules["choice"], 1, 2))
    return np.where(table["unit"].eq("min").to_numpy(), minutes, places)


def robustness_part(
    tables: Sequence[pd.DataFrame],
    case_figures: pd.DataFrame,
    nearest: Sequence[Mapping[str, Any]],
    decisions: Mapping[str, Any],
    quarter_id: str,
) -> dict[str, Any] | None:
    """Collect what a page says of how sure its figures are.

    Parameters
    ----------
    tables
        Contract ``PROFILE``, stamped; one table or several, of any quarters, modes, travellers
        and states.
    case_figures
        Contract ``PROFILE`` with ``case``.
    nearest
        Rows of :func:`htkgis.profile.finding.nearest_rows` of the quarter.
    decisions
        ``robustness`` (None where nothing was measured again): as ``rules`` of
        :func:`stamp_figures`, ``state``, the year that is shown, of which ``nearest`` is, and
        ``cases`` as plain values, which are handed on;
        ``everyday_min``, the limit of the number of functions within reach, and
        ``job_rounding``, the step that job figures are rounded to.
    quarter_id
        Which quarter.

    Returns
    -------
    part
        JSON value, or None where nothing was measured again. ``figures`` are the medians over
        the origins that were: all of adults in the state that is shown, and of others and of the
        baseline those that a case moves. They are rounded as the page rounds them: ``stamp``,
        ``low`` and ``high`` (None: not reached), whether they are a ``bound``
        and whether the value is (``value_bound``),
        ``tried``, in how many cases they were measured again, and ``changed_by``, the
        cases that make them sensitive.
        ``functions_within`` is the same of the number of functions within the limit in the
        state that is shown; ``sure`` and ``sensitive`` count the figures of adults in it.
        ``unmoved`` counts the other figures that no case moves, and ``unstamped`` those whose
        value is known and that no case measured again, by who travels how and when.
    """
    rules = decisions["robustness"]
    case_figures = case_figures[case_figures["quarter_id"] == quarter_id]
    if rules is None or not len(case_figures):
        return None
    medians_of = [
        table.loc[(table["quarter_id"] == quarter_id) & table["statistic"].eq("median"), FACTS]
        for table in tables
        if len(table)
    ]
    found: dict[str, Any] = kept_part(
        _part,
        pd.concat(medians_of, ignore_index=True),
        case_figures[BESIDE].reset_index(drop=True),
        {row["function"]: row["median"] for row in walked_functions(nearest)},
        rules,
        decisions["everyday_min"],
        decisions["job_rounding"],
    )
    return found


def _part(
    figures: pd.DataFrame,
    case_figures: pd.DataFrame,
    walked: Mapping[str, float | None],
    rules: Mapping[str, Any],
    everyday_min: float,
    rounding: int,
) -> dict[str, Any]:
    """Collect what is said of the medians of one quarter."""
    again = figures["robustness"].notna()
    medians = figures[again].reset_index(drop=True)
    table = compared(medians, case_figures, rules)
    changed = table[table["changed"]].groupby("figure")["case"].agg(list).to_dict()
    tried = table[table["case"] != REFERENCE].groupby("figure").size().to_dict()
    rows = [
        _row(row, changed.get(number, []), rounding) | {"tried": tried[number]}
        for number, row in enumerate(medians.to_dict("records"))
    ]
    of_state = case_figures[case_figures["state"] == rules["state"]]
    within = _functions_within(walked, of_state, everyday_min)
    own = [row["lens"] == ADULT and row["state"] == rules["state"] for row in rows]
    stamps = [row["stamp"] for row, shown in zip(rows, own, strict=True) if shown]
    listed = np.array([shown or _moves(row) for row, shown in zip(rows, own, strict=True)], bool)
    return {
        **{name: rules[name] for name in rules},
        "everyday_min": everyday_min,
        "functions_within": within,
        "figures": [row for row, kept in zip(rows, listed, strict=True) if kept],
        "sure": stamps.count(SURE),
        "sensitive": stamps.count(SENSITIVE),
        "unmoved": _counted(medians[~listed]),
        "unstamped": _counted(figures[~again & figures["value"].notna()]),
    }


def _moves(row: Mapping[str, Any]) -> bool:
    return bool(row["low"] != row["high"] or row["stamp"] == SENSITIVE)


def _counted(figures: pd.DataFrame) -> list[dict[str, Any]]:
    """Count figures by who travels how and when."""
    groups = figures.groupby(list(GROUP), sort=False, dropna=False)
    rows = groups.size().reset_index(name="figures").to_dict("records")
    return [{str(name): plain(value) for name, value in row.items()} for row in rows]


def _row(row: Mapping[Any, Any], changed_by: list[str], rounding: int) -> dict[str, Any]:
    values = {"value": row["value"], "low": row["robust_low"], "high": row["robust_high"]}
    return {
        **{
            name: plain(row[name])
            for name in ("indicator", "function", "limit_min", "unit", *GROUP)
        },
        **{name: shown_value(value, row, rounding) for name, value in values.items()},
        "stamp": row["robustness"],
        "bound": bound_of(row),
        "value_bound": _own_bound(row),
        "changed_by": changed_by,
    }


def bound_of(row: Mapping[Any, Any]) -> str | None:
    """Name the bound that the ends of the range of a stamped figure are, None if they are none."""
    if not row["robust_bound"]:
        return None
    return "at_most" if row["unit"] == "min" else "at_least"


def _own_bound(row: Mapping[Any, Any]) -> str | None:
    """Which bound the figure is in the study itself, whatever its cases are."""
    if row["upper_bound"]:
        return "at_most"
    return "at_least" if row["lower_bound"] else None


def shown_value(value: float, row: Mapping[Any, Any], rounding: int) -> float | None:
    """Round as the page rounds the figure, all by one rule, so that the range holds it."""
    if row["unit"] == "jobs":
        return rounded_to(value, rounding, lower_bound=bool(row["lower_bound"]))
    if row["unit"] == "share":
        return None if np.isnan(value) else round(float(value), 4)
    return rounded_minutes(value) if row["unit"] == "min" else rounded_to(value, 1)


def _functions_within(
    walked: Mapping[str, float | None], case_figures: pd.DataFrame, everyday_min: float
) -> dict[str, Any] | None:
    """Count the functions within the limit in each case; another number is another conclusion."""
    own = case_figures[
        case_figures["indicator"].eq("nearest_1")
        & case_figures["statistic"].eq("median")
        & case_figures["mode"].eq("walk")
        & case_figures["lens"].eq(ADULT)
        & case_figures["function"].isin(list(walked))
    ]
    reference = _within(walked.values(), everyday_min)
    by_case = {
        str(case): _within(map(rounded_minutes, group["value"]), everyday_min)
        for case, group in own.groupby("case", sort=False)
    }
    if not by_case:
        return None
    counts = [reference, *by_case.values()]
    return {
        "value": reference,
        "low": min(counts),
        "high": max(counts),
        "stamp": SURE if min(counts) == max(counts) else SENSITIVE,
        "changed_by": [case for case, count in by_case.items() if count != reference],
    }


def _within(minutes: Any, everyday_min: float) -> int:
    return sum(value is not None and value <= everyday_min for value in minutes)


__all__ = ["REFERENCE", "SENSITIVE", "STATISTICS", "SURE", "robustness_part", "stamp_figures"]
