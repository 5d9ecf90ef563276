"""Measures of access that are asked for: names with their numbers, limits, impedance, and rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from htkgis.access.impedance import Floats, Impedance, Weighting
from htkgis.errors import ConfigError, first

from .access_measures import MEASURES, Amounts, Asked, Values
from .pair_measures import PAIR_MEASURES

ALL_MEASURES = MEASURES | PAIR_MEASURES
COLUMNS = ("origin_id", "destination_id", "measure", "limit_min", "impedance", "value")
"""Columns of a result, in their order; only measures of pairs have a destination."""


@dataclass(frozen=True)
class Request:
    """Measures that are asked for, whatever the travel times come from.

    Parameters
    ----------
    measures
        Names in ``ALL_MEASURES``; ``raam:60`` and ``diversity:1`` with their numbers. Those of
        pairs stand by themselves, for theirs is another table.
    limits_min
        Limits in minutes; one row each where a measure takes one.
    impedance
        Weight by travel time; cut off at each limit where there are limits.
    nearest
        How many nearest destinations ``nearest`` tells of; one where missing.
    """

    measures: tuple[str, ...]
    limits_min: tuple[float, ...] = ()
    impedance: Impedance | None = None
    nearest: int | None = None

    @property
    def limits(self) -> tuple[float, ...]:
        """Limits, each once, rising."""
        return tuple(sorted({float(limit) for limit in self.limits_min}))

    @property
    def named(self) -> list[tuple[str, float]]:
        """Names and their numbers, each once; missing where one takes none."""
        return [_named(text) for text in dict.fromkeys(self.measures)]

    @property
    def functions(self) -> bool:
        """Whether any measure asks what each destination is."""
        return any(ALL_MEASURES[name].functions for name, _ in self.named)

    @property
    def of_pairs(self) -> list[str]:
        """Names of the measures whose values are by origin and destination."""
        return [name for name, _ in self.named if name in PAIR_MEASURES]

    def longest_min(self, names: list[str]) -> float | None:
        """Give the greatest limit; missing where one of these measures asks beyond it."""
        endless = any(ALL_MEASURES[name].limits == "none" for name in names)
        return None if endless or not self.limits else self.limits[-1]

    def check(self, *, demand: bool, functions: bool) -> None:
        """Raise ConfigError if a measure is not known, or lacks what it needs."""
        if not self.measures:
            msg = "--measure: none was given; one or more are needed. Name e2sfca, for instance."
            raise ConfigError(msg)
        pairs = self.of_pairs
        if 0 < len(pairs) < len(self.named):
            msg = (
                f"--measure {first(pairs)}: gives values of pairs, and others values of origins; "
                "one kind is allowed. Measure the other in a command of its own."
            )
            raise ConfigError(msg)
        for name, _ in self.named:
            _check_needs(name, self, demand=demand, functions=functions)

    def taken(self, name: str) -> list[tuple[float, tuple[float, ...]]]:
        """Limit to write beside the values of a measure, and those that it takes."""
        kind, limits = ALL_MEASURES[name].limits, self.limits
        if kind == "none" or (kind == "weight" and not limits):
            return [(np.nan, ())]
        if kind == "interval":
            return [(np.nan, limits)]
        return [(limit, (limit,)) for limit in limits]


def measured(
    request: Request, name: str, parameter: float, amounts: Amounts, times: pd.DataFrame
) -> list[pd.DataFrame]:
    """Measure over travel times; one table for each limit that the measure takes.

    Parameters
    ----------
    request
        What is asked for.
    name, parameter
        One of its ``named``.
    amounts
        Persons and opportunities.
    times
        ``TRAVEL_TIMES``, checked.

    Returns
    -------
    tables
        See :func:`rows_of`.
    """
    measure, tables = ALL_MEASURES[name], []
    for limit, taken in request.taken(name):
        weighting = weighting_of(request.impedance, limit)
        asked = Asked(times, amounts, taken, weighting, request.nearest or 1, parameter)
        tables.append(rows_of(measure.measure(asked), limit, weighed_by(request, name)))
    return tables


def weighed_by(request: Request, name: str) -> Impedance | None:
    """Give the impedance where a measure takes it."""
    return request.impedance if ALL_MEASURES[name].limits == "weight" else None


def weighting_of(impedance: Impedance | None, limit: float) -> Weighting:
    """Weigh by an impedance up to a limit, where either is given."""

    def weighed(minutes: Floats) -> Floats:
        weight = np.ones_like(minutes) if impedance is None else impedance(minutes)
        return weight if np.isnan(limit) else np.where(minutes <= limit, weight, 0.0)

    return weighed


def rows_of(found: Values, limit: float, impedance: Impedance | None) -> pd.DataFrame:
    """Write values by origin, or by origin and destination, as rows of ``COLUMNS``."""
    written = None
    if impedance is not None:
        numbers = ",".join(f"{value:g}" for value in impedance.parameters)
        written = f"{impedance.name}:{numbers}".rstrip(":")
    return pd.concat(
        [
            pd.DataFrame(
                _ids(values.index)
                | {
                    "measure": name,
                    "limit_min": limit,
                    "impedance": pd.Series([written] * len(values), dtype=object),
                    "value": values.to_numpy(dtype="float64"),
                }
            )
            for name, values in found.items()
        ],
        ignore_index=True,
    )


def _ids(index: pd.Index) -> dict[str, Any]:
    """Name the ids of an index, and its destinations where it is of pairs."""
    levels = (index.get_level_values(level) for level in range(index.nlevels))
    return dict(zip(COLUMNS, levels, strict=False))


def in_order(table: pd.DataFrame, *more: str) -> pd.DataFrame:
    """Order the columns of a result, with others behind them; limits are whole where all are."""
    known = [name for name in COLUMNS if name in table.columns]
    return whole_limits(table[[*known, *more]])


def whole_limits(table: pd.DataFrame) -> pd.DataFrame:
    """Write limits as whole minutes where all of them are."""
    limits = table["limit_min"].dropna()
    return table if (limits % 1).any() else table.astype({"limit_min": "Int64"})


def _named(text: str) -> tuple[str, float]:
    """Part the name of a measure from its number."""
    name, _, number = text.partition(":")
    known = ALL_MEASURES.get(name)
    try:
        parameter = float(number) if number else np.nan
    except ValueError:
        parameter = -1.0
    fits = known is not None and (known.takes(parameter) if known.parameter else not number)
    if not fits:
        allowed = ", ".join(
            f"{each}:{measure.parameter.upper()}" if measure.parameter else each
            for each, measure in ALL_MEASURES.items()
        )
        msg = f"--measure {text}: is none of those there are; {allowed} are allowed. Name one."
        raise ConfigError(msg)
    return name, parameter


def _check_needs(name: str, request: Request, *, demand: bool, functions: bool) -> None:
    """Raise ConfigError if a measure lacks what it needs."""
    measure, limits = ALL_MEASURES[name], request.limits
    least = {"limit": 1, "interval": 2}.get(measure.limits, 0)
    lacks = []
    if measure.demand and not demand:
        lacks.append("--demand")
    if measure.functions and not functions:
        lacks.append("--function")
    if len(limits) < least:
        lacks.append("--limit-min" if least == 1 else "two or more --limit-min")
    if measure.limits == "weight" and not limits and request.impedance is None:
        lacks.append("--impedance or --limit-min")
    if lacks:
        msg = f"--measure {name}: needs {' and '.join(lacks)}, which was not given. Add it."
        raise ConfigError(msg)
