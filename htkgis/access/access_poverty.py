"""Access poverty: how many have too little access, and how much they lack."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from htkgis.sums import weighted_sum

from .population import count_persons


@dataclass(frozen=True)
class AccessPoverty:
    """Access below a threshold; made by :func:`access_poverty`.

    Parameters
    ----------
    share
        Part of the persons counted that is below the threshold (FGT 0), 0 to 1.
    gap
        What they lack as a part of the threshold, over all persons counted (FGT 1), 0 to 1.
    severity
        The same squared, so that who lacks most counts most (FGT 2), 0 to 1.
    mean_shortfall
        What a person below the threshold lacks on average, in the unit of access, > 0.
    persons_below
        Persons below the threshold.
    persons, persons_left_out
        Persons counted, and persons whose access is missing.
    """

    share: float
    gap: float
    severity: float
    mean_shortfall: float
    persons_below: float
    persons: float
    persons_left_out: float


def access_poverty(access: pd.Series, persons: pd.Series, *, threshold: float) -> AccessPoverty:
    r"""
    Measure how many persons have less access than a threshold, and how much they lack.

    .. math::

        F_k = \sum_i p_i \left(\frac{z - a_i}{z}\right)^k [a_i < z], \qquad k = 0, 1, 2

    Parameters
    ----------
    access
        Access per origin, >= 0; missing where it is not known.
    persons
        Weight per origin, >= 0; every origin of ``access`` has one.
    threshold
        Access that is enough, > 0, in the unit of ``access``; who has exactly that is not below.

    Returns
    -------
    poverty
        The three figures and the persons behind them. Missing (NaN) where nobody is counted;
        ``mean_shortfall`` also where nobody is below.

    Raises
    ------
    ValueError
        If the threshold is not a number above 0, or a table is wrong; see
        :func:`~htkgis.access.population.count_persons`.

    References
    ----------
    Foster, J., Greer, J. and Thorbecke, E. (1984). A class of decomposable poverty measures.
    Econometrica 52(3), 761-766; of access in Karner, A., Pereira, R. H. M. and Farber, S. (2024).
    Advances and pitfalls in measuring transportation equity. Transportation.

    Examples
    --------
    100 is enough. Thirty of 100 persons have 50, and lack half; ten more are not known:

    >>> found = access_poverty(pd.Series({"a": 50.0, "b": 100.0}),
    ...                        pd.Series({"a": 30.0, "b": 70.0, "c": 10.0}), threshold=100)
    >>> found.share, found.gap, found.severity, found.mean_shortfall
    (0.3, 0.15, 0.075, 50.0)
    >>> found.persons_below, found.persons, found.persons_left_out
    (30.0, 100.0, 10.0)
    """
    if not 0 < threshold < float("inf"):
        msg = f"threshold: is {threshold}; a number above 0 is allowed. State what is enough."
        raise ValueError(msg)
    counted = count_persons(persons, access=access)
    weight = counted.rows["persons"].to_numpy()
    level = counted.rows["access"].to_numpy()
    below = level < threshold
    lack = (threshold - level[below]) / threshold
    poor = weight[below]
    nan = float("nan")
    total, some = counted.persons or nan, float(poor.sum()) or nan  # nothing is about nobody
    return AccessPoverty(
        share=float(poor.sum()) / total,
        gap=weighted_sum(poor, lack) / total,
        severity=weighted_sum(poor, lack**2) / total,
        mean_shortfall=weighted_sum(poor, lack) * threshold / some,
        persons_below=float(poor.sum()),
        persons=counted.persons,
        persons_left_out=counted.persons_left_out,
    )
