"""Statistics Denmark's service levels of public transport (SDG indicator 11.2.1)."""

from __future__ import annotations

import numpy as np
import pandas as pd

SDG_LEVELS = ("very_high", "high", "medium", "low", "none")
"""From the best to none."""
HIGH_PER_HOUR, MEDIUM_PER_HOUR, SEVERAL_MODES = 10.0, 4.0, 2


def sdg_service_level(departures_per_hour: pd.Series, modes: pd.Series) -> pd.Series:
    """
    Classify departures per hour within 500 m on foot, on a working day from 6 to 20.

    ``very_high`` is 10 or more by two or more kinds of vehicle, ``high`` 10 or more by one,
    ``medium`` 4 or more, ``low`` more than none. The source writes of *4-9* departures in Danish
    and of *4-10 in average* in English: a mean of 9.5 is below 10, and so medium here, and one
    of exactly 10 is high, as the Danish text has it (*min. 10*).

    Parameters
    ----------
    departures_per_hour
        Mean over the window, >= 0, see :func:`htkgis.access.service_frequency`; may be missing.
    modes
        Kinds of vehicle, same index.

    Returns
    -------
    level
        One of ``SDG_LEVELS``; missing where the departures are. A level never falls with more
        departures or more kinds of vehicle.

    References
    ----------
    Statistics Denmark. SDG indicator 11.2.1, Access to public transport.

    Examples
    --------
    >>> hourly = pd.Series([10.0, 10.0, 9.9, 4.0, 3.9, 0.0])
    >>> sdg_service_level(hourly, pd.Series([2, 1, 2, 1, 1, 0])).tolist()
    ['very_high', 'high', 'medium', 'medium', 'low', 'none']
    """
    hourly = departures_per_hour.astype("float64")
    high = hourly >= HIGH_PER_HOUR
    several = modes.astype("float64") >= SEVERAL_MODES
    conditions = [high & several, high, hourly >= MEDIUM_PER_HOUR, hourly > 0, hourly.notna()]
    level = np.select([c.to_numpy() for c in conditions], SDG_LEVELS, default="")
    found = pd.Series(level, index=departures_per_hour.index, dtype=object)
    return found.where(hourly.notna(), None)
