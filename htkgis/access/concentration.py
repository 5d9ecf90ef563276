"""Concentration index: whether access goes with income."""

from __future__ import annotations

import numpy as np
import pandas as pd

from htkgis.sums import weighted_sum

from .population import Counted, PersonFigure, count_persons


def concentration_index(access: pd.Series, persons: pd.Series, income: pd.Series) -> PersonFigure:
    r"""
    Measure whether access gathers among the better or the worse off.

    .. math::

        C = \frac{2}{\mu} \sum_i p_i \, (a_i - \mu) \left(R_i - \tfrac{1}{2}\right), \qquad
        R_i = \sum_{j < i} p_j + \frac{p_i}{2}

    with origins in rising order of income, :math:`p_i` the part of all persons, :math:`a_i` the
    access, :math:`\mu` its mean. Origins of the same income share one rank, so that the order of
    rows does not matter.

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
        -1 to 1, without unit: above 0 the better off have more, below 0 the worse off; its size
        is at most the Gini index. Missing (NaN) where nobody is counted or has any access.

    Raises
    ------
    ValueError
        If a table is wrong; see :func:`~htkgis.access.population.count_persons`.

    References
    ----------
    Wagstaff, A., Paci, P. and van Doorslaer, E. (1991). On the measurement of inequalities in
    health. Social Science & Medicine 33(5), 545-557.

    Examples
    --------
    The poorer half has 1, the richer 3; ranks are 0.25 and 0.75, the mean is 2:
    2 / 2 * (0.5 * -1 * -0.25 + 0.5 * 1 * 0.25) = 0.25.

    >>> access, persons = pd.Series({"a": 1.0, "b": 3.0}), pd.Series({"a": 5.0, "b": 5.0})
    >>> concentration_index(access, persons, pd.Series({"a": 100.0, "b": 900.0})).value
    0.25
    """
    counted = count_persons(persons, access=access, income=income)
    return PersonFigure(_standard(counted)[0], counted.persons, counted.persons_left_out)


def corrected_concentration_index(
    access: pd.Series,
    persons: pd.Series,
    income: pd.Series,
    *,
    bounds: tuple[float, float] | None = None,
) -> PersonFigure:
    r"""
    Measure whether bounded access gathers among the better or the worse off.

    .. math::

        E = \frac{4 \mu}{b_{\max} - b_{\min}} \, C

    with :math:`C` and :math:`\mu` of :func:`concentration_index`. The standard index of what is
    reached and of what is not reached differ in size; this one only changes its sign.

    Parameters
    ----------
    access, persons, income
        As :func:`concentration_index`.
    bounds
        Least and most that access can be, (0, 1) for a share; what is measured lies between. The
        least and most that anybody counted has, where not given.

    Returns
    -------
    figure
        -1 to 1, without unit. Measured bounds do not hold a bounded scale: then the size may be
        above 1. Missing (NaN) where nobody is counted or has any access, and where the bounds
        are equal.

    Raises
    ------
    ValueError
        If a table is wrong, ``bounds`` are not in rising order, or access lies beyond them.

    References
    ----------
    Erreygers, G. (2009). Correcting the concentration index. Journal of Health Economics 28(2),
    504-515.

    Examples
    --------
    The poorer half has a share of 0.1, the richer of 0.3: C is 0.25, and 4 * 0.2 / 1 * 0.25 = 0.2.

    >>> access, persons = pd.Series({"a": 0.1, "b": 0.3}), pd.Series({"a": 5.0, "b": 5.0})
    >>> income = pd.Series({"a": 100.0, "b": 900.0})
    >>> round(corrected_concentration_index(access, persons, income, bounds=(0, 1)).value, 6)
    0.2
    """
    counted = count_persons(persons, access=access, income=income)
    standard, mean = _standard(counted)
    least, most = _bounds(counted.rows["access"], bounds)
    value = 4.0 * mean / (most - least) * standard if most > least else float("nan")
    return PersonFigure(value, counted.persons, counted.persons_left_out)


def _standard(counted: Counted) -> tuple[float, float]:
    """Measure the standard index and the mean access; missing where nobody has any."""
    rows = counted.rows
    weight, level = rows["persons"].to_numpy(), rows["access"].to_numpy()
    total = weighted_sum(weight, level)
    if total <= 0:
        return float("nan"), float("nan")
    part, mean = weight / weight.sum(), total / float(weight.sum())
    _, place = np.unique(rows["income"].to_numpy(), return_inverse=True)
    group = np.bincount(place, weights=part)
    rank = (np.cumsum(group) - group / 2)[place]
    return 2.0 / mean * weighted_sum(part, (level - mean) * (rank - 0.5)), mean


def _bounds(level: pd.Series, bounds: tuple[float, float] | None) -> tuple[float, float]:
    """Bounds of access, which hold all that is measured."""
    measured = float(level.min()), float(level.max())
    if bounds is None:
        return measured
    if not bounds[0] < bounds[1] or measured[0] < bounds[0] or measured[1] > bounds[1]:
        msg = (
            f"bounds: {bounds[0]} to {bounds[1]} do not hold the access measured, {measured[0]} "
            f"to {measured[1]}; rising bounds around it are allowed. Give the scale of the measure."
        )
        raise ValueError(msg)
    return bounds
