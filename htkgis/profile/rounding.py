"""Figures as plain values for a file: rounded, no NaN, no numpy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Numbers = npt.NDArray[np.float64]
NEAR_HALF = 1e-6
"""Of a last digit: nearer to the middle between two, a product may lie on the wrong side."""
LARGE = 1e9
"""Last digits, of which :data:`NEAR_HALF` is still more than a product errs by."""
_DECIMALS = {"share": 4}
"""That stay of a figure, by its unit; two where none is said."""


def plain(value: Any) -> Any:
    """Write a value as JSON does: None for missing, whole numbers without a point.

    Examples
    --------
    >>> plain(2.0), plain(float("nan")), plain("a")
    (2, None, 'a')
    """
    kind = type(value)  # most are numbers or texts, and they are millions
    if kind is str:
        return value
    if kind is float:
        return None if math.isnan(value) else int(value) if value.is_integer() else value
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, str | bool):
        return value
    number = float(value)
    return int(number) if number.is_integer() else number


def plain_list(column: pd.Series) -> list[Any]:
    """List the values of a column as they are; a column of texts walks slowly by itself.

    Examples
    --------
    >>> plain_list(pd.Series(["a", "b"])), plain_list(pd.Series([1.5, 2.0]))
    (['a', 'b'], [1.5, 2.0])
    """
    numeric = pd.api.types.is_numeric_dtype(column)
    found: list[Any] = (column if numeric else column.astype(object)).tolist()
    return found


def rounded_minutes(value: float) -> float | None:
    """Round minutes to two decimals; None where not reached."""
    return None if math.isnan(value) else round(float(value), 2)


def rounded_to(value: float, step: int, *, lower_bound: bool = False) -> int | float | None:
    """Round a figure to a step, halves up; None where it is missing.

    A lower bound is rounded down, so that "at least" stays true.

    Examples
    --------
    >>> rounded_to(1250, 100), rounded_to(1290, 100, lower_bound=True), rounded_to(2.5, 1)
    (1300, 1200, 2.5)
    >>> rounded_to(37_999.999_999_99, 100, lower_bound=True)
    38000
    """
    if math.isnan(value):
        return None
    if step == 1:
        return int(value) if float(value).is_integer() else float(value)
    # a sum of shares misses the whole by a hair: 37,999.9999 jobs are 38,000
    steps = round(value / step, 6)
    return math.floor(steps + (0.0 if lower_bound else 0.5)) * step


def rounded_end(
    value: float, step: int, *, high: bool, lower_bound: bool = False
) -> int | float | None:
    """Round an end of an interval outwards, so that the interval still holds what it held.

    The high end of a lower bound is one itself, and is rounded down.

    Examples
    --------
    >>> rounded_end(1290, 100, high=False), rounded_end(1210, 100, high=True)
    (1200, 1300)
    >>> rounded_end(1210, 100, high=True, lower_bound=True), rounded_end(1200, 100, high=True)
    (1200, 1200)
    """
    if high and not lower_bound:
        below = rounded_to(-value, step, lower_bound=True)
        return None if below is None else -below
    return rounded_to(value, step, lower_bound=True)


def shown_value(value: Any, unit: str, *, lower_bound: bool, job_rounding: int) -> float | None:
    """Round a figure as the pages do: minutes to two decimals, jobs to the study's step.

    Of shares four decimals stay.
    """
    number = plain(value)
    if number is None:
        return None
    if unit == "jobs":
        return rounded_to(float(number), job_rounding, lower_bound=lower_bound)
    return round(float(number), _DECIMALS.get(unit, 2))


def shown_values(values: Numbers, units: Any, lower_bounds: Any, *, job_rounding: int) -> Numbers:
    """Round numbers as :func:`shown_value` does, of which there are hundreds of thousands.

    Parameters
    ----------
    values
        Figures, not a number where one is missing; shape (n,).
    units, lower_bounds
        Of each figure; a column or a list each.
    job_rounding
        Step of jobs.

    Examples
    --------
    >>> shown_values(np.array([2.345, np.nan, 1290.0]), ["min", "min", "jobs"], [False] * 3,
    ...              job_rounding=100).tolist()
    [2.35, nan, 1300.0]
    """
    column = units if isinstance(units, pd.Series) else pd.Series(units, dtype=object)
    codes, kinds = pd.factorize(column)
    bounds = np.asarray(lower_bounds, dtype=bool)
    shown = np.full(len(values), np.nan)
    for code, each in enumerate(kinds.tolist()):
        own = codes == code
        shown[own] = (
            _to_step(values[own], job_rounding, bounds[own])
            if each == "jobs"
            else _to_decimals(values[own] + 0.0, _DECIMALS.get(each, 2))  # no zero keeps a sign
        )
    return shown


def _to_step(values: Numbers, step: int, lower_bound: npt.NDArray[np.bool_]) -> Numbers:
    """Round to a step as :func:`rounded_to`."""
    if step == 1:
        return values
    return np.floor(_to_decimals(values / step, 6) + np.where(lower_bound, 0.0, 0.5)) * step


def _to_decimals(values: Numbers, decimals: int) -> Numbers:
    """Round as Python does, by what a number is and not by what it is times a power of ten."""
    scaled = values * 10.0**decimals
    near = np.rint(scaled)
    found = near / 10.0**decimals
    half = np.abs(np.abs(scaled - near) - 0.5) < NEAR_HALF
    for doubtful in np.flatnonzero(half | (np.abs(scaled) > LARGE)):
        found[doubtful] = round(float(values[doubtful]), decimals)
    return found
