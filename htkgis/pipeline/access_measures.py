"""Measures of access by name: what each needs, and its values by origin over travel times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from htkgis import access
from htkgis.access.impedance import Weighting

Values = dict[str, pd.Series]
Bound = Literal["at_least", "at_most", "either_way"]

MINUTES = ("nearest_", "balancing_time", "time_to_opportunities_")
"""Begin the names of values in minutes, of which fewer are better."""
LACKS = "lacks_"
"""Begins the name of a value that is 1 where a function is not in reach."""


@dataclass(frozen=True)
class Amounts:
    """Who asks, and what is there to reach.

    Parameters
    ----------
    demand
        Persons by origin id; its index is that of every result.
    supply
        Opportunities by destination id.
    functions
        What each destination is, by id as ``supply``, where a measure asks for it.
    """

    demand: pd.Series
    supply: pd.Series
    functions: pd.Series | None = None

    def by_function(self) -> dict[str, pd.Series]:
        """Part the opportunities by function, in the order of the names; none that is empty."""
        functions = self.supply.index.to_series() if self.functions is None else self.functions
        some = self.supply[self.supply > 0]
        return {str(name): own for name, own in some.groupby(functions.reindex(some.index))}


@dataclass(frozen=True)
class Asked:
    """What every measure takes from; each takes what it needs.

    Parameters
    ----------
    times
        ``TRAVEL_TIMES``, checked.
    amounts
        Persons and opportunities.
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
    amounts: Amounts
    limits_min: tuple[float, ...]
    weighting: Weighting
    nearest: int
    parameter: float

    @property
    def origins(self) -> pd.Index:
        """Ids of the result."""
        return self.amounts.demand.index


def _cumulative(asked: Asked) -> Values:
    found = access.cumulative_opportunities(
        asked.times,
        asked.amounts.supply,
        origins=asked.origins,
        limit_min=asked.limits_min[0],
        checked=True,
    )
    return {"cumulative": found}


def _interval(asked: Asked) -> Values:
    found = access.cumulative_interval(
        asked.times,
        asked.amounts.supply,
        origins=asked.origins,
        limits_min=asked.limits_min,
        checked=True,
    )
    return {f"cumulative_interval_{name}": found[name] for name in found}


def _filled(asked: Asked) -> access.TimeMatrix:
    """Lay out once the times to the places that hold anything, for what asks them often."""
    supply = asked.amounts.supply
    return access.time_matrix(
        asked.times, origins=asked.origins, destinations=supply.index[supply > 0]
    )


def _nearest(asked: Asked) -> Values:
    matrix = _filled(asked)
    ranks = range(1, asked.nearest + 1)
    return {f"nearest_{n}": access.nearest_in(matrix, n)["travel_time_min"] for n in ranks}


def _balancing(asked: Asked) -> Values:
    amounts = asked.amounts
    found = access.balancing_time(asked.times, amounts.demand, amounts.supply, checked=True)
    return {"balancing_time": found}


def _time_to(asked: Asked) -> Values:
    found = access.time_to_opportunities(
        asked.times,
        asked.amounts.supply,
        origins=asked.origins,
        amount=asked.parameter,
        checked=True,
    )
    return {f"time_to_opportunities_{asked.parameter:.12g}": found}


def _two_step(asked: Asked) -> Values:
    amounts, limit_min = asked.amounts, asked.limits_min[0]
    found = access.two_step_fca(
        asked.times, amounts.demand, amounts.supply, limit_min=limit_min, checked=True
    )
    return {"two_step_fca": found}


def _raam(asked: Asked) -> Values:
    amounts, scale_min = asked.amounts, asked.parameter
    found = access.raam(
        asked.times, amounts.demand, amounts.supply, time_scale_min=scale_min, checked=True
    )
    return {"raam": found}


def _diversity(asked: Asked) -> Values:
    matrix, limit_min = _filled(asked), asked.limits_min[0]
    counts = {
        name: access.cumulative_in(matrix.to(own.index), own, limit_min)
        for name, own in asked.amounts.by_function().items()
    }
    table = pd.DataFrame(counts, index=asked.origins)
    found = access.hill_number(table, order=asked.parameter)
    return {f"diversity_{asked.parameter:g}": found}


def _completeness(asked: Asked) -> Values:
    matrix = _filled(asked)
    near = {
        name: access.nearest_in(matrix.to(own.index), 1)
        for name, own in asked.amounts.by_function().items()
    }
    everybody = pd.Series(1.0, index=asked.origins)
    limits_min = dict.fromkeys(near, asked.limits_min[0])
    found = access.completeness(near, everybody, limits_min=limits_min)
    lacking = found.missing.groupby("function")["from_id"].agg(set).to_dict()
    lacks = {
        f"{LACKS}{name}": pd.Series(
            asked.origins.isin(lacking.get(name, set())).astype(np.float64), index=asked.origins
        )
        for name in near
    }
    return {
        "completeness_complete": found.origins["complete"].astype("float64"),
        "completeness_functions": found.origins["functions"].astype("float64"),
        **lacks,
    }


def _of_origins(measure: Callable[..., pd.Series]) -> Callable[[Asked], Values]:
    def found(asked: Asked) -> Values:
        values = measure(
            asked.times,
            asked.amounts.supply,
            origins=asked.origins,
            impedance=asked.weighting,
            checked=True,
        )
        return {measure.__name__: values}

    return found


def _competing(measure: Callable[..., pd.Series]) -> Callable[[Asked], Values]:
    def found(asked: Asked) -> Values:
        amounts = asked.amounts
        values = measure(
            asked.times, amounts.demand, amounts.supply, impedance=asked.weighting, checked=True
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
    functions
        Whether it asks what each destination is.
    limits
        Whether it takes each ``limit``, the whole ``interval`` of them, ``none``, or an impedance
        or limits (``weight``).
    parameter
        Name of the number behind its own, if it takes one.
    from_zero
        Whether that number may be 0.
    bound
        What its values are where data end within reach: there may be more to reach beyond, or
        something nearer; where persons compete, those beyond may take more than there is.
    reaches
        How many limits wide an origin's surroundings are that its value depends on: competitors
        live a limit beyond what is reached. 0 where it depends on all places.
    """

    measure: Callable[[Asked], Values]
    demand: bool = True
    functions: bool = False
    limits: str = "weight"
    parameter: str = ""
    from_zero: bool = False
    bound: Bound = "either_way"
    reaches: int = 2

    def takes(self, parameter: float) -> bool:
        """Whether a number may stand behind the name."""
        return 0 < parameter < np.inf or (self.from_zero and parameter == 0)


def _more(measure: Callable[[Asked], Values], limits: str) -> Measure:
    return Measure(measure, demand=False, limits=limits, bound="at_least", reaches=1)


MEASURES = {
    "cumulative": _more(_cumulative, "limit"),
    "cumulative_interval": _more(_interval, "interval"),
    "nearest": Measure(_nearest, demand=False, limits="none", bound="at_most"),
    "balancing_time": Measure(_balancing, limits="none", bound="at_most"),
    "time_to_opportunities": Measure(
        _time_to, demand=False, limits="none", parameter="amount", bound="at_most"
    ),
    "gravity": _more(_of_origins(access.gravity), "weight"),
    "total_constrained": Measure(_of_origins(access.total_constrained), demand=False, reaches=0),
    "two_step_fca": Measure(_two_step, limits="limit"),
    "e2sfca": Measure(_competing(access.e2sfca)),
    "three_step_fca": Measure(_competing(access.three_step_fca), reaches=3),
    "bfca": Measure(_competing(access.bfca), reaches=3),
    "shen": Measure(_competing(access.shen)),
    "spatial_availability": Measure(_competing(access.spatial_availability)),
    "raam": Measure(_raam, limits="none", parameter="time_scale_min", reaches=0),
    "diversity": Measure(
        _diversity, demand=False, functions=True, limits="limit", parameter="order",
        from_zero=True, reaches=1,
    ),
    "completeness": Measure(
        _completeness, demand=False, functions=True, limits="limit", bound="at_least", reaches=1
    ),
}  # fmt: skip
"""Measures of one value per origin; those of pairs are in :mod:`htkgis.pipeline.pair_measures`."""
