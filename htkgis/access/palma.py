"""Palma ratio: access of the best off tenth over that of the worst off four tenths."""

from __future__ import annotations

import numpy as np
import pandas as pd

from htkgis.sums import weighted_sum

from .population import PersonFigure, count_persons

POOREST = 0.4
RICHEST = 0.1


def palma(access: pd.Series, persons: pd.Series, income: pd.Series) -> PersonFigure:
    r"""
    Compare the mean access of the richest tenth with that of the poorest four tenths.

    .. math::

        P = \frac{\bar a \,(\text{richest } 10\,\%)}{\bar a \,(\text{poorest } 40\,\%)}

    The groups hold exactly these parts of the persons counted: an origin across a border is
    split, and origins of one income give persons in proportion. (Whole origins instead would make
    the groups, and the ratio, depend on how large origins happen to be.)

    Parameters
    ----------
    access
        Access per origin in any unit, >= 0; missing where it is not known.
    persons
        Weight per origin, >= 0; every origin of ``access`` has one.
    income
        What ranks the origins, income per person for instance; only its order counts. Persons
        where it is missing are left out.

    Returns
    -------
    figure
        At least 0, without unit: 1 where both groups have as much, 2 where the richest have
        twice as much. Missing (NaN) where nobody is counted, and where the poorest have none.

    Raises
    ------
    ValueError
        If a table is wrong; see :func:`~htkgis.access.population.count_persons`.

    References
    ----------
    Palma, J. G. (2011). Homogeneous middles vs. heterogeneous tails. Development and Change
    42(1), 87-153; with mean access as in Pereira, R. H. M. and Herszenhut, D., R package
    ``accessibility``, which takes whole origins.

    Examples
    --------
    Of 10 persons the poorest 4 have 10 (3 persons) and 20 (1 of 6): 12.5; the richest has 25.

    >>> access = pd.Series({"a": 10.0, "b": 20.0, "c": 25.0})
    >>> persons = pd.Series({"a": 3.0, "b": 6.0, "c": 1.0})
    >>> palma(access, persons, pd.Series({"a": 100.0, "b": 200.0, "c": 300.0})).value
    2.0
    """
    counted = count_persons(persons, access=access, income=income)
    rows = counted.rows.assign(held=counted.rows["persons"] * counted.rows["access"])
    ranked = rows.groupby("income", sort=True)[["persons", "held"]].sum()
    weight, mean = ranked["persons"].to_numpy(), (ranked["held"] / ranked["persons"]).to_numpy()
    poorest = _mean_of_first(weight, mean, POOREST)
    richest = _mean_of_first(weight[::-1], mean[::-1], RICHEST)
    value = richest / poorest if poorest > 0 else float("nan")
    return PersonFigure(value, counted.persons, counted.persons_left_out)


def _mean_of_first(
    weight: np.ndarray[tuple[int], np.dtype[np.float64]],
    mean: np.ndarray[tuple[int], np.dtype[np.float64]],
    part: float,
) -> float:
    """Mean over the first part of the persons."""
    if not len(weight):
        return float("nan")
    before = np.cumsum(weight) - weight
    taken = np.clip(part * weight.sum() - before, 0.0, weight)
    return float(weighted_sum(taken, mean) / taken.sum())
