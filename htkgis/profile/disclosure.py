"""Which figures of few persons are hidden, before anything is made of them.

Hidden, zero and missing are three things: a hidden figure has no value and ``hidden`` is true; a
missing one has no value and ``hidden`` is false; zero is 0, for nobody is nobody to protect.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from htkgis.schema import Frame

from .definitions import known_definitions

RESIDENTS = "residents"
SHARE, COUNT = "share", "count"
DECIMALS = 6
"""Of persons: sums of modelled persons miss whole numbers by a hair."""


@dataclass(frozen=True)
class SmallNumbers:
    """Below which numbers figures are hidden.

    ``min_households`` and ``persons_per_household`` decide of whom nothing is shown, ``min_count``
    which counts are hidden, ``share_steps`` (parts of 1, rising) how shares are rounded,
    ``upper_part`` by which part of them the jobs of few workplaces must seem possibly more, and
    ``workplace_sizes`` the least jobs of each class that single workplaces count with (None:
    each counts with its own number).

    Examples
    --------
    >>> rules = SmallNumbers(20, 3, 5, (0.01, 0.02, 0.05, 0.1, 0.2))
    >>> rules.min_persons, rules.is_small(0), rules.is_small(4), rules.is_small(5)
    (60, False, True, False)
    """

    min_households: int
    persons_per_household: float
    min_count: int
    share_steps: tuple[float, ...]
    upper_part: float = 0.0
    workplace_sizes: tuple[int, ...] | None = None

    @property
    def min_persons(self) -> int:
        """Persons that ``min_households`` are taken to have."""
        return math.ceil(self.min_households * self.persons_per_household)

    def is_small(self, count: float) -> bool:
        """Tell whether so many persons or workplaces are too few to show; nobody is not."""
        return 0 < round(count, DECIMALS) < self.min_count

    def are_few(self, persons: float) -> bool:
        """Tell whether nothing is shown of so many residents; of nobody there is nothing."""
        return 0 < round(persons, DECIMALS) < self.min_persons


def hide_populations(areas: Frame, rules: SmallNumbers) -> Frame:
    """Hide the residents of areas with few households.

    Parameters
    ----------
    areas
        Contract ``AREAS``.
    rules
        What few means. Dwellings decide where they are known, else residents.

    Returns
    -------
    areas
        With ``population_hidden``; ``population`` is missing where it is true.
    """
    few = [
        _few_households(row["dwellings"], row["population"], rules)
        for row in areas[["dwellings", "population"]].to_dict("records")
    ]
    hidden = pd.Series(few, index=areas.index, dtype=bool)
    masked = areas["population"].where(~hidden)
    return areas.assign(population=masked, population_hidden=hidden)


def _few_households(dwellings: float, population: float, rules: SmallNumbers) -> bool:
    if pd.isna(population) or population == 0:
        return False
    if not pd.isna(dwellings) and 0 < dwellings < rules.min_households:
        return True
    return pd.isna(dwellings) and rules.are_few(population)


def hide_indicators(
    indicators: pd.DataFrame,
    rules: SmallNumbers,
    definitions: Mapping[str, Mapping[str, Any]] | None = None,
) -> pd.DataFrame:
    """Hide indicators of few residents, and counts and shares of few persons.

    A share hides where even all residents as its base would make fewer than ``min_count`` persons
    who have what it measures, or who do not. Percent are shares of residents unless the
    indicator's definition says ``kind = "ratio"``.

    Parameters
    ----------
    indicators
        Contract ``INDICATORS``.
    rules
        What few means.
    definitions
        What indicators measure, by id; those that are known where missing.

    Returns
    -------
    indicators
        With ``hidden``; ``value`` is missing where it is true.

    Examples
    --------
    >>> table = pd.DataFrame({"indicator": ["residents", "x"], "area_id": "a", "year": 2016,
    ...     "value": [400.0, 1.0], "unit": ["persons", "percent"]})
    >>> hide_indicators(table, SmallNumbers(20, 3, 5, (0.01,)))["hidden"].tolist()
    [False, True]
    """
    known = known_definitions() if definitions is None else definitions
    kinds = {name: entry["kind"] for name, entry in known.items() if "kind" in entry}
    of_residents = indicators[indicators["indicator"] == RESIDENTS]
    residents = {
        (row["area_id"], _year(row["year"])): float(row["value"])
        for row in of_residents.to_dict("records")
    }
    hidden = [
        _is_hidden(row, kinds, residents.get((row["area_id"], _year(row["year"]))), rules)
        for row in indicators.to_dict("records")
    ]
    flags = np.array(hidden, dtype=bool)
    return indicators.assign(value=indicators["value"].where(~flags), hidden=flags)


def _year(year: object) -> int | None:
    return None if pd.isna(year) else int(year)  # type: ignore[call-overload]


def _is_hidden(
    row: dict[object, object],
    kinds: dict[str, str],
    residents: float | None,
    rules: SmallNumbers,
) -> bool:
    if residents is not None and rules.are_few(residents):
        return True
    value, unit = float(row["value"]), row.get("unit")  # type: ignore[arg-type]
    kind = kinds.get(str(row["indicator"]), SHARE if unit == "percent" else COUNT)
    if kind == COUNT:
        return rules.is_small(value)
    if kind != SHARE or residents is None:
        return False
    having = residents * value / 100
    return rules.is_small(having) or rules.is_small(residents - having)
