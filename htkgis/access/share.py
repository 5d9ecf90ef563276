"""Share of persons who reach a function within a limit."""

from __future__ import annotations

import pandas as pd

from htkgis.units import DECISECONDS_PER_MINUTE, deciseconds


def share_within(travel_time_min: pd.Series, persons: pd.Series, *, limit_min: float) -> float:
    r"""
    Measure the share of persons whose nearest place lies within a limit.

    .. math::

        S(T) = \frac{\sum_i w_i \, [t_i \le T]}{\sum_i w_i}

    Parameters
    ----------
    travel_time_min
        Minutes to the nearest place per origin; missing where none is reached.
    persons
        Weight per origin, same index, >= 0.
    limit_min
        Minutes; a time exactly on the limit is inside.

    Returns
    -------
    share
        0 to 1; missing (NaN) where nobody lives.

    Examples
    --------
    >>> minutes = pd.Series({"a": 5.0, "b": 15.0, "c": None})
    >>> share_within(minutes, pd.Series({"a": 30.0, "b": 30.0, "c": 40.0}), limit_min=15)
    0.6
    """
    total = float(persons.sum())
    if total <= 0:
        return float("nan")
    time_ds = (travel_time_min.astype("float64") * DECISECONDS_PER_MINUTE).round()
    within = (time_ds <= deciseconds(limit_min)).fillna(value=False)
    return float(persons[within].sum()) / total
