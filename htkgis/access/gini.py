"""Gini index: how unequally access is spread over persons."""

from __future__ import annotations

import numpy as np
import pandas as pd

from htkgis.sums import weighted_sum

from .population import PersonFigure, count_persons


def gini(access: pd.Series, persons: pd.Series) -> PersonFigure:
    r"""
    Measure how unequally access is spread over persons.

    .. math::

        G = 1 - \sum_i p_i \, (L_{i-1} + L_i)

    with origins in rising order of access :math:`a_i`, :math:`p_i` the part of all persons, and
    :math:`L_i` the part of all access (persons times access) that the origins up to :math:`i` hold.

    Parameters
    ----------
    access
        Access per origin in any unit, >= 0; missing where it is not known.
    persons
        Weight per origin, >= 0; every origin of ``access`` has one.

    Returns
    -------
    figure
        0 (all have the same) to almost 1 (one has all), without unit. Missing (NaN) where nobody
        is counted, and where nobody has any access: nothing cannot be spread.

    Raises
    ------
    ValueError
        If a table is wrong; see :func:`~htkgis.access.population.count_persons`.

    References
    ----------
    Gini, C. (1912). Variabilità e mutabilità. Bologna: Cuppini; by the Lorenz curve as in
    Lucas, K., van Wee, B. and Maat, K. (2016). A method to evaluate equitable accessibility.
    Transportation 43(3), 473-490.

    Examples
    --------
    Half of the persons have all access: the Lorenz curve is 0, 0, 1 at 0, 0.5, 1, and
    1 - (0.5 * 0 + 0.5 * 1) = 0.5. Twenty persons have no known access:

    >>> gini(pd.Series({"a": 0.0, "b": 8.0}), pd.Series({"a": 50.0, "b": 50.0, "c": 20.0}))
    PersonFigure(value=0.5, persons=100.0, persons_left_out=20.0)
    """
    counted = count_persons(persons, access=access)
    rows = counted.rows.sort_values("access", kind="stable")
    weight, level = rows["persons"].to_numpy(), rows["access"].to_numpy()
    held = np.cumsum(weight * level)
    value = float("nan")
    if len(held) and held[-1] > 0:
        lorenz = held / held[-1]
        both = lorenz + np.concatenate([[0.0], lorenz[:-1]])
        value = max(0.0, 1.0 - weighted_sum(weight / weight.sum(), both))
    return PersonFigure(value, counted.persons, counted.persons_left_out)
