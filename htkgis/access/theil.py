"""Theil index: inequality of access, and how much of it lies between groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.sums import weighted_sum

from .population import PersonFigure, count_persons

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TheilParts:
    """Theil index taken apart by groups; made by :func:`theil_by_group`.

    Parameters
    ----------
    value
        The whole index, ``within + between``; missing (NaN) where nobody has any access.
    within
        Part that remains if every group had the mean of all, >= 0.
    between
        Part that remains if everybody had the mean of the group, >= 0.
    groups
        One row per group in sorted order: ``persons``, ``mean_access``, ``theil`` within the
        group (missing where it has no access), and ``access_share`` of all access, by which
        that counts.
    persons, persons_left_out
        Persons counted, and persons whose access or group is missing.
    """

    value: float
    within: float
    between: float
    groups: pd.DataFrame
    persons: float
    persons_left_out: float


def theil(access: pd.Series, persons: pd.Series) -> PersonFigure:
    r"""
    Measure how unequally access is spread over persons, by Theil's T.

    .. math::

        T = \sum_i p_i \, \frac{a_i}{\mu} \ln \frac{a_i}{\mu}

    with :math:`p_i` the part of all persons, :math:`a_i` the access and :math:`\mu` its mean; an
    access of 0 adds 0, the limit of :math:`x \ln x`.

    Parameters
    ----------
    access
        Access per origin in any unit, >= 0; missing where it is not known.
    persons
        Weight per origin, >= 0; every origin of ``access`` has one.

    Returns
    -------
    figure
        0 (all have the same) to :math:`\ln (1 / p)` (a part :math:`p` of the persons has all in
        equal shares), without unit. Missing (NaN) where nobody is counted or has any access.

    Raises
    ------
    ValueError
        If a table is wrong; see :func:`~htkgis.access.population.count_persons`.

    References
    ----------
    Theil, H. (1967). Economics and Information Theory. Amsterdam: North-Holland.

    Examples
    --------
    Half of the persons have all access, which is ln 2:

    >>> figure = theil(pd.Series({"a": 0.0, "b": 8.0}), pd.Series({"a": 50.0, "b": 50.0}))
    >>> round(figure.value, 4)
    0.6931
    """
    counted = count_persons(persons, access=access)
    value = _index(counted.rows["access"].to_numpy(), counted.rows["persons"].to_numpy())
    return PersonFigure(value, counted.persons, counted.persons_left_out)


def theil_by_group(access: pd.Series, persons: pd.Series, groups: pd.Series) -> TheilParts:
    r"""
    Take the Theil index apart: inequality within groups and between them.

    .. math::

        T = \sum_g s_g T_g + \sum_g s_g \ln \frac{\mu_g}{\mu}, \qquad
        s_g = \frac{P_g \, \mu_g}{P \, \mu}

    with :math:`P_g` the persons of a group, :math:`\mu_g` their mean access, :math:`T_g` the
    index within the group.

    Parameters
    ----------
    access, persons
        As :func:`theil`.
    groups
        Name of the group per origin, a quarter for instance; persons where it is missing are
        left out.

    Returns
    -------
    parts
        The index, its two parts, and the groups.

    Raises
    ------
    ValueError
        If a table is wrong; see :func:`~htkgis.access.population.count_persons`.

    References
    ----------
    Theil, H. (1967). Economics and Information Theory. Amsterdam: North-Holland; Shorrocks, A. F.
    (1980). The class of additively decomposable inequality measures. Econometrica 48(3), 613-625.

    Examples
    --------
    Inside each quarter all have the same, so all inequality lies between the two:

    >>> access = pd.Series({"a": 1.0, "b": 1.0, "c": 3.0})
    >>> persons = pd.Series({"a": 2.0, "b": 3.0, "c": 5.0})
    >>> parts = theil_by_group(access, persons, pd.Series({"a": "east", "b": "east", "c": "west"}))
    >>> round(parts.between, 4), parts.within, parts.groups["mean_access"].to_dict()
    (0.1308, 0.0, {'east': 1.0, 'west': 3.0})
    """
    counted = count_persons(persons, access=access, group=groups)
    rows = counted.rows.assign(held=counted.rows["persons"] * counted.rows["access"])
    table = rows.groupby("group", sort=True)[["persons", "held"]].sum()
    total = float(table["held"].sum())
    table["mean_access"] = table["held"] / table["persons"]
    table["theil"] = [_group_index(rows, name) for name in table.index]
    table["access_share"] = table["held"] / total if total > 0 else np.nan
    nan = float("nan")
    within = float((table["access_share"] * table["theil"]).sum()) if total > 0 else nan
    between = _index(table["mean_access"].to_numpy(), table["persons"].to_numpy())
    return TheilParts(
        value=within + between,
        within=within,
        between=between,
        groups=table[["persons", "mean_access", "theil", "access_share"]],
        persons=counted.persons,
        persons_left_out=counted.persons_left_out,
    )


def _group_index(rows: pd.DataFrame, name: Any) -> float:
    """Index within one group."""
    own = rows[rows["group"] == name]
    return _index(own["access"].to_numpy(), own["persons"].to_numpy())


def _index(level: Floats, weight: Floats) -> float:
    """Theil's T; missing where nobody has any access."""
    total = weighted_sum(weight, level)
    if total <= 0:
        return float("nan")
    some = level > 0
    ratio = level[some] / (total / weight.sum())
    value = weighted_sum(weight[some] / weight.sum(), ratio * np.log(ratio))
    return max(0.0, value)  # rounding of equal access may fall a hair below
