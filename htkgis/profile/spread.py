"""Spread of a figure over the origins of an area: least, middle and greatest."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
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
    row = values.to_numpy(dtype="float64", na_value=np.nan)
    return dict(zip(STATISTICS, spreads(row[None, :])[0].tolist(), strict=True))


def spreads(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Least, median and greatest of each row, as :func:`spread` gives them.

    Parameters
    ----------
    values
        A row per figure and a column per origin, shape (n, m).

    Returns
    -------
    spreads
        Columns as in ``STATISTICS``, shape (n, 3).

    Examples
    --------
    >>> spreads(np.array([[4.0, 9.0, 5.0], [1.0, 2.0, np.nan]])).tolist()
    [[4.0, 5.0, 9.0], [1.0, 2.0, nan]]
    """
    many = values.shape[1]
    if not many:
        return np.full((len(values), len(STATISTICS)), np.nan)
    ranked = np.sort(values, axis=1)
    middle = ranked[:, (many - 1) // 2 : many // 2 + 1].mean(axis=1)
    return np.column_stack([ranked[:, 0], middle, ranked[:, -1]])
