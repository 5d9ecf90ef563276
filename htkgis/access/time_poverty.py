"""Time poverty: how many travel longer than a limit, and how much longer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from htkgis.sums import weighted_sum
from htkgis.units import DECISECONDS_PER_MINUTE, deciseconds

from .population import count_persons


@dataclass(frozen=True)
class TimePoverty:
    """Minutes above a limit; made by :func:`time_poverty`.

    Parameters
    ----------
    share
        Part of the persons above the limit (FGT 0), who reach nothing included, 0 to 1.
    gap
        Minutes above the limit as a part of it, over all persons with a time (FGT 1), >= 0.
    severity
        The same squared, so that who travels longest counts most (FGT 2), >= 0.
    mean_shortfall_min
        Minutes that a person above the limit is short of it on average, > 0.
    persons_above
        Persons above the limit, who reach nothing included.
    persons_unreached
        Persons who reach nothing: above the limit, by nobody knows how much. ``gap``,
        ``severity`` and ``mean_shortfall_min`` say nothing of them.
    persons
        All persons.
    """

    share: float
    gap: float
    severity: float
    mean_shortfall_min: float
    persons_above: float
    persons_unreached: float
    persons: float


def time_poverty(
    travel_time_min: pd.Series, persons: pd.Series, *, limit_min: float
) -> TimePoverty:
    r"""
    Measure how many persons travel longer than a limit, and how many minutes they are short.

    .. math::

        F_k = \sum_i p_i \left(\frac{t_i - T}{T}\right)^k [t_i > T], \qquad k = 0, 1, 2

    Parameters
    ----------
    travel_time_min
        Minutes to the nearest place per origin, >= 0; missing where none is reached, which is
        longer than any limit.
    persons
        Weight per origin, >= 0; every origin of ``travel_time_min`` has one.
    limit_min
        Minutes, > 0; a time exactly on the limit is inside.

    Returns
    -------
    poverty
        The figures and the persons behind them. Missing (NaN) where there is nobody they could
        be about.

    Raises
    ------
    ValueError
        If the limit is not a number above 0, or a table is wrong; see
        :func:`~htkgis.access.population.count_persons`.

    References
    ----------
    Foster, J., Greer, J. and Thorbecke, E. (1984). A class of decomposable poverty measures.
    Econometrica 52(3), 761-766, turned round: here more is worse.

    Examples
    --------
    Of 100 persons 60 have 10 minutes, 20 have 30, and 20 reach no place; 15 is the limit:

    >>> minutes = pd.Series({"a": 10.0, "b": 30.0, "c": None})
    >>> found = time_poverty(minutes, pd.Series({"a": 60.0, "b": 20.0, "c": 20.0}), limit_min=15)
    >>> found.share, found.gap, found.severity, found.mean_shortfall_min
    (0.4, 0.25, 0.25, 15.0)
    >>> found.persons_above, found.persons_unreached, found.persons
    (40.0, 20.0, 100.0)
    """
    if not 0 < limit_min < float("inf"):
        msg = f"limit_min: is {limit_min}; a number above 0 is allowed. State the limit in minutes."
        raise ValueError(msg)
    counted = count_persons(persons, travel_time_min=travel_time_min)
    weight, time_min = (counted.rows[each].to_numpy() for each in ("persons", "travel_time_min"))
    return poverty_of(
        weight,
        time_min,
        limit_min,
        persons=counted.persons,
        persons_unreached=counted.persons_left_out,
    )


def poverty_of(
    weight: NDArray[np.float64],
    time_min: NDArray[np.float64],
    limit_min: float,
    *,
    persons: float,
    persons_unreached: float,
) -> TimePoverty:
    """Measure what :func:`time_poverty` does, from arrays that are known to be right.

    Parameters
    ----------
    weight, time_min
        Of each origin where somebody lives and a place is reached.
    limit_min
        Minutes, > 0.
    persons, persons_unreached
        Who reaches a place, and who reaches none.

    Examples
    --------
    >>> found = poverty_of(np.array([60.0, 20.0]), np.array([10.0, 30.0]), 15.0,
    ...                    persons=80.0, persons_unreached=20.0)
    >>> found.share, found.gap
    (0.4, 0.25)
    """
    time_ds = np.rint(time_min * DECISECONDS_PER_MINUTE)
    over = time_ds > deciseconds(limit_min)
    excess_min = time_ds[over] / DECISECONDS_PER_MINUTE - limit_min
    slow = weight[over]
    nan = float("nan")  # a figure about nobody
    everybody = persons + persons_unreached
    above = float(slow.sum()) + persons_unreached
    return TimePoverty(
        share=above / (everybody or nan),
        gap=weighted_sum(slow, excess_min) / limit_min / (persons or nan),
        severity=weighted_sum(slow, excess_min**2) / limit_min**2 / (persons or nan),
        mean_shortfall_min=weighted_sum(slow, excess_min) / (float(slow.sum()) or nan),
        persons_above=above,
        persons_unreached=persons_unreached,
        persons=everybody,
    )
