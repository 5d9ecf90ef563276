"""Spread of a figure over the origins of an area: least, middle and greatest."""

from __future__ import annotations

import numpy as np
import pandas as pd

STATISTICS = ("min", "median", "max")


def spread(values: pd.Series) -> dict[str, float]:
    """Least, median and greatest of a figure over origins that carry no weights.

    Parameters
    ----------
    values
        One value per origin. A missing value is a time that was not reached: longer than any
        other, so it can be the greatest, and the median where half are missing.

    Returns
    -------
    spread
        ``min``, ``median`` and ``max``; missing (NaN) where the answer is not reached. Of an
        even number of origins the median is the mean of the two in the middle.

    Examples
    --------
    >>> spread(pd.Series([4.0, 9.0, 5.0]))
    {'min': 4.0, 'median': 5.0, 'max': 9.0}
    >>> spread(pd.Series([4.0, float("nan"), 5.0]))
    {'min': 4.0, 'median': 5.0, 'max': nan}
    """
    ranked = np.sort(values.to_numpy(dtype="float64", na_value=np.nan))
    if ranked.size == 0:
        return dict.fromkeys(STATISTICS, float("nan"))
    middle = ranked[(ranked.size - 1) // 2 : ranked.size // 2 + 1]
    return {
        "min": float(ranked[0]),
        "median": float(middle.mean()),
        "max": float(ranked[-1]),
    }
