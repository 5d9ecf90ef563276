"""How many kinds of places are in reach, and how evenly: figures of several functions at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from htkgis.access.diversity import hill_numbers
from htkgis.units import deciseconds

FUNCTIONS = "functions"
ORDERS = {FUNCTIONS: 0.0, "diversity": 1.0, "diversity_2": 2.0}
"""Measures by name, with the order of the Hill number that each is."""


@dataclass(frozen=True)
class DiversityCount:
    """Functions that each origin reaches within a limit.

    Parameters
    ----------
    measure
        One of :data:`ORDERS`: ``functions`` counts them, ``diversity`` and ``diversity_2`` say
        how many equally common ones would be as diverse.
    limit_min
        Minutes.
    value
        By origin; missing where the search met the border and the measure cannot be bounded.
    lower_bound
        By origin: whether there may be more functions beyond the border.
    """

    measure: str
    limit_min: float
    value: NDArray[np.float64]
    lower_bound: NDArray[np.bool_]


def diversity_counts(
    counts: Mapping[float, Mapping[str, NDArray[np.float64]]],
    areas: pd.Series,
    *,
    border_ds: NDArray[np.integer],
) -> Iterator[DiversityCount]:
    """Measure the diversity of functions within each limit.

    Parameters
    ----------
    counts
        Places in reach of each origin, by limit in minutes and function.
    areas
        Area of each origin, in the order of the counts.
    border_ds
        Deciseconds from each origin to the border of what streets and places cover.

    Yields
    ------
    count
        For each limit the functions, and the Hill numbers of orders 1 and 2 where no origin of
        the area met the border: places beyond it may make the mix more even or less, so that
        what is counted would be no bound. Their values are missing there.

    Examples
    --------
    Two schools and two shops are as diverse as two functions, three and one as fewer:

    >>> two = {"school": np.array([2.0, 3.0]), "shop": np.array([2.0, 1.0])}
    >>> found = diversity_counts({15: two}, pd.Series(["x", "x"]), border_ds=np.array([9e5, 9e5]))
    >>> [(each.measure, each.value.round(2).tolist()) for each in found]
    [('functions', [2.0, 2.0]), ('diversity', [2.0, 1.75]), ('diversity_2', [2.0, 1.6])]
    """
    for limit, by_function in counts.items():
        level = np.stack(list(by_function.values())).T
        met = np.asarray(border_ds) <= deciseconds(limit)
        open_areas = set(areas.to_numpy()[met])
        unknown = areas.isin(open_areas).to_numpy()
        for measure, order in ORDERS.items():
            value = hill_numbers(level, order=order)
            if measure == FUNCTIONS:
                # whoever reaches all functions can reach no more of them
                yield DiversityCount(measure, limit, value, met & (value < len(by_function)))
            else:
                yield DiversityCount(
                    measure, limit, np.where(unknown, np.nan, value), np.zeros_like(met)
                )
