"""Access over a finished matrix of travel times, by any measure, without any streets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from htkgis import access
from htkgis.access.impedance import Floats, Impedance, Weighting
from htkgis.errors import ConfigError, first
from htkgis.loaders.matrix import read_amounts_by_id, read_travel_times

COLUMNS = ["origin_id", "measure", "limit_min", "impedance", "value"]
Values = dict[str, pd.Series]


@dataclass(frozen=True)
class Asked:
    """What every measure takes from; each takes what it needs.

    Parameters
    ----------
    times
        ``TRAVEL_TIMES``, checked.
    demand, supply
        Persons by origin, opportunities by destination.
    limits_min
        Limits in minutes, rising.
    weighting
        Impedance, cut off at the limit where there is one.
    nearest
        How many nearest destinations.
    parameter
        Number behind the name of a measure.
    """

    times: pd.DataFrame
    demand: pd.Series
    supply: pd.Series
    limits_min: tuple[float, ...]
    weighting: Weighting
    nearest: int
    parameter: float


def _cumulative(asked: Asked) -> Values:
    found = access.cumulative_opportunities(
        asked.times,
        asked.supply,
        origins=asked.demand.index,
        limit_min=asked.limits_min[0],
        checked=True,
    )
    return {"cumulative": found}


def _interval(asked: Asked) -> Values:
    found = access.cumulative_interval(
        asked.times,
        asked.supply,
        origins=asked.demand.index,
        limits_min=asked.limits_min,
        checked=True,
    )
    return {f"cumulative_interval_{name}": found[name] for name in found}


def _nearest(asked: Asked) -> Values:
    there = asked.supply.index[asked.supply > 0]
    ranks = range(1, asked.nearest + 1)
    return {
        f"nearest_{n}": access.nearest(
            asked.times, there, origins=asked.demand.index, n=n, checked=True
        )["travel_time_min"]
        for n in ranks
    }


def _balancing(asked: Asked) -> Values:
    return {
        "balancing_time": access.balancing_time(
            asked.times, asked.demand, asked.supply, checked=True
        )
    }


def _two_step(asked: Asked) -> Values:
    found = access.two_step_fca(
        asked.times, asked.demand, asked.supply, limit_min=asked.limits_min[0], checked=True
    )
    return {"two_step_fca": found}


def _raam(asked: Asked) -> Values:
    found = access.raam(
        asked.times, asked.demand, asked.supply, time_scale_min=asked.parameter, checked=True
    )
    return {"raam": found}


def _of_origins(measure: Callable[..., pd.Series]) -> Callable[[Asked], Values]:
    def found(asked: Asked) -> Values:
        values = measure(
            asked.times,
            asked.supply,
            origins=asked.demand.index,
            impedance=asked.weighting,
            checked=True,
        )
        return {measure.__name__: values}

    return found


def _competing(measure: Callable[..., pd.Series]) -> Callable[[Asked], Values]:
    def found(asked: Asked) -> Values:
        values = measure(
            asked.times, asked.demand, asked.supply, impedance=asked.weighting, checked=True
        )
        return {measure.__name__: values}

    return found


@dataclass(frozen=True)
class Measure:
    """A measure by name, and what it needs.

    Parameters
    ----------
    measure
        Gives values by origin and name.
    demand
        Whether persons compete, so that they must be known.
    limits
        Whether it takes each ``limit``, the whole ``interval`` of them, ``none``, or an impedance
        or limits (``weight``).
    parameter
        Name of the number behind its own, if it takes one.
    """

    measure: Callable[[Asked], Values]
    demand: bool = True
    limits: str = "weight"
    parameter: str = ""


MEASURES = {
    "cumulative": Measure(_cumulative, demand=False, limits="limit"),
    "cumulative_interval": Measure(_interval, demand=False, limits="interval"),
    "nearest": Measure(_nearest, demand=False, limits="none"),
    "balancing_time": Measure(_balancing, limits="none"),
    "gravity": Measure(_of_origins(access.gravity), demand=False),
    "total_constrained": Measure(_of_origins(access.total_constrained), demand=False),
    "two_step_fca": Measure(_two_step, limits="limit"),
    "e2sfca": Measure(_competing(access.e2sfca)),
    "three_step_fca": Measure(_competing(access.three_step_fca)),
    "bfca": Measure(_competing(access.bfca)),
    "shen": Measure(_competing(access.shen)),
    "spatial_availability": Measure(_competing(access.spatial_availability)),
    "raam": Measure(_raam, limits="none", parameter="time_scale_min"),
}
"""Measures of one value per origin; those of pairs are called in Python."""


@dataclass(frozen=True)
class MatrixReport:
    """Access over a matrix, and what of the tables did not meet.

    Parameters
    ----------
    table
        ``origin_id``, ``measure``, ``limit_min`` and ``impedance`` where there is one, ``value``:
        one row per origin, measure and limit. Missing where there is nothing to measure.
    pairs
        Rows of the matrix that were used.
    alone
        Ids with demand, and with opportunities, that stand in no pair.
    """

    table: pd.DataFrame
    pairs: int
    alone: dict[str, int]


def measure_matrix_access(
    times: tuple[Path, str | None],
    opportunities: tuple[Path, str | None],
    *,
    demand: tuple[Path, str | None] | None = None,
    measures: Sequence[str],
    limits_min: Sequence[float] = (),
    impedance: Impedance | None = None,
    nearest: int | None = None,
) -> MatrixReport:
    """Measure access over a finished matrix of travel times.

    Parameters
    ----------
    times
        File, and column of minutes; see :func:`htkgis.loaders.matrix.read_travel_times`.
    opportunities, demand
        Files with ``id``, and columns of numbers; 1 each without a column. Without a table of
        demand the origins are those of the matrix, sorted.
    measures
        Names in ``MEASURES``; ``raam:60`` with its number of minutes.
    limits_min
        Limits in minutes; one row each where a measure takes one.
    impedance
        Weight by travel time; cut off at each limit where there are limits.
    nearest
        How many nearest destinations ``nearest`` tells of; one where missing.

    Raises
    ------
    ConfigError
        If a measure is not known, or lacks what it needs.
    HtkgisError
        If a file is missing or wrong, or its ids are not those of the matrix.
    """
    limits = tuple(sorted({float(limit) for limit in limits_min}))
    asked_for = [_named(text) for text in measures]
    for name, _ in asked_for:
        _check_needs(name, demand=demand is not None, limits=limits, impedance=impedance)
    table = read_travel_times(*times)
    supply = read_amounts_by_id(*opportunities)
    if demand is None:
        persons = pd.Series(1.0, index=pd.Index(sorted(table["from_id"].unique())))
    else:
        persons = read_amounts_by_id(*demand)
    alone = {
        "demand": _alone(persons, table["from_id"], "--demand", "from_id"),
        "opportunities": _alone(supply, table["to_id"], "--opportunities", "to_id"),
    }
    rows = []
    for name, parameter in asked_for:
        measure = MEASURES[name]
        for limit, taken in _limits_of(measure, limits):
            weighting = _weighting(impedance, limit)
            asked = Asked(table, persons, supply, taken, weighting, nearest or 1, parameter)
            weighed = impedance if measure.limits == "weight" else None
            rows.append(_rows(measure.measure(asked), limit, weighed))
    return MatrixReport(pd.concat(rows, ignore_index=True)[COLUMNS], len(table), alone)


def _limits_of(
    measure: Measure, limits: tuple[float, ...]
) -> list[tuple[float, tuple[float, ...]]]:
    """Limit to write beside the values, and those that the measure takes."""
    kind = measure.limits
    if kind == "none" or (kind == "weight" and not limits):
        return [(np.nan, ())]
    if kind == "interval":
        return [(np.nan, limits)]
    return [(limit, (limit,)) for limit in limits]


def _weighting(impedance: Impedance | None, limit: float) -> Weighting:
    """Weigh by an impedance up to a limit, where either is given."""

    def weighed(minutes: Floats) -> Floats:
        weight = np.ones_like(minutes) if impedance is None else impedance(minutes)
        return weight if np.isnan(limit) else np.where(minutes <= limit, weight, 0.0)

    return weighed


def _rows(found: Values, limit: float, impedance: Impedance | None) -> pd.DataFrame:
    written = None
    if impedance is not None:
        numbers = ",".join(f"{value:g}" for value in impedance.parameters)
        written = f"{impedance.name}:{numbers}".rstrip(":")
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "origin_id": values.index.to_numpy(),
                    "measure": name,
                    "limit_min": limit,
                    "impedance": pd.Series([written] * len(values), dtype=object),
                    "value": values.to_numpy(dtype="float64"),
                }
            )
            for name, values in found.items()
        ]
    )


def _named(text: str) -> tuple[str, float]:
    """Part the name of a measure from its number."""
    name, _, number = text.partition(":")
    known = MEASURES.get(name)
    try:
        parameter = float(number) if number else np.nan
    except ValueError:
        parameter = -1.0
    fits = known is not None and (parameter > 0 if known.parameter else not number)
    if not fits:
        allowed = ", ".join(
            f"{each}:{measure.parameter.upper()}" if measure.parameter else each
            for each, measure in MEASURES.items()
        )
        msg = f"--measure {text}: is none of those there are; {allowed} are allowed. Name one."
        raise ConfigError(msg)
    return name, parameter


def _check_needs(
    name: str, *, demand: bool, limits: tuple[float, ...], impedance: Impedance | None
) -> None:
    """Raise ConfigError if a measure lacks what it needs."""
    measure = MEASURES[name]
    least = {"limit": 1, "interval": 2}.get(measure.limits, 0)
    lacks = []
    if measure.demand and not demand:
        lacks.append("--demand")
    if len(limits) < least:
        lacks.append("--limit-min" if least == 1 else "two or more --limit-min")
    if measure.limits == "weight" and not limits and impedance is None:
        lacks.append("--impedance or --limit-min")
    if lacks:
        msg = f"--measure {name}: needs {' and '.join(lacks)}, which was not given. Add it."
        raise ConfigError(msg)


def _alone(amounts: pd.Series, ids: pd.Series, option: str, column: str) -> int:
    """Count the ids with an amount that the matrix does not know; all of them are an error."""
    some = amounts.index[amounts > 0]
    unknown = some[~some.isin(ids.unique())]
    if len(some) and len(unknown) == len(some):
        msg = (
            f"{option}: none of {len(some)} ids stands in {column} of --times: {first(unknown)} "
            f"beside {first(ids.unique()[:1])}; the same ids are needed. Compare both files."
        )
        raise ConfigError(msg)
    return len(unknown)
