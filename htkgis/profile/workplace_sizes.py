"""Numbers of jobs at single workplaces, made as coarse as size classes before anything is counted.

Who knows which workplaces lie within two reaches can subtract them: a limit from the next, on foot
from by bike, the evening from the rush hour, a child from an adult, one origin from its neighbour,
one edition from the one before. So no figure is made of a workplace's own number: each counts with
a fixed number for its size class. Whatever is put together, it tells of no workplace more than its
class, for any number of the class would have given the same figures to the last digit.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

AMOUNT, LOW, HIGH = "opportunities", "opportunities_low", "opportunities_high"


def size_classes(jobs: pd.Series, least: Sequence[int]) -> pd.DataFrame:
    """Give each number of jobs the ends of its size class, and the number it counts with.

    Parameters
    ----------
    jobs
        Jobs at each workplace, >= 0; missing where not known. Parts of a job are rounded, and
        count as one at least.
    least
        The least number of each class, rising from 1; the last class has no upper end.

    Returns
    -------
    classes
        ``low``, ``middle`` and ``high``, indexed like ``jobs``. The middle is the geometric mean
        of the ends, for within a class small workplaces are the more: so that sums stay true. It
        is the low end where there is no upper one. 0 is 0, and missing is missing.

    Examples
    --------
    >>> size_classes(pd.Series([0.0, 3.0, 49.0, 50.0, 700.0]), (1, 5, 20, 50, 100)).to_numpy()
    array([[  0.,   0.,   0.],
           [  1.,   2.,   4.],
           [ 20.,  31.,  49.],
           [ 50.,  70.,  99.],
           [100., 100.,  nan]])
    """
    known = jobs.to_numpy(dtype="float64", na_value=np.nan)
    edges = np.array([*least, np.nan], dtype="float64")
    whole = np.maximum(np.floor(known + 0.5), edges[0])
    own = np.searchsorted(edges[:-1], np.where(np.isnan(whole), edges[0], whole), side="right")
    low, high = edges[own - 1], edges[own] - 1
    middle = np.where(np.isnan(high), low, np.floor(np.sqrt(low * high) + 0.5))
    ends = np.column_stack([low, middle, high])
    ends[known == 0] = 0.0
    ends[np.isnan(known)] = np.nan
    return pd.DataFrame(ends, columns=["low", "middle", "high"], index=jobs.index)


def in_size_classes(
    places: pd.DataFrame, single: pd.Series, least: Sequence[int] | None
) -> pd.DataFrame:
    """Take the numbers of single workplaces away, and put those of their size class there.

    Parameters
    ----------
    places
        Places with ``opportunities`` and both ends of what is known of them.
    single
        By row: whether it is one workplace.
    least
        As in :func:`size_classes`; None leaves the numbers as they are.

    Returns
    -------
    places
        Of single workplaces ``opportunities_low`` is the low end of the class of the least that
        is known, ``opportunities_high`` the high end of the class of the greatest, missing where
        it has none. Other rows are as they were.

    Examples
    --------
    >>> places = pd.DataFrame({"opportunities": [41.0, 7.0, 3500.0],
    ...     "opportunities_low": [None, 5.0, None], "opportunities_high": [None, 19.0, None]},
    ...     dtype="float64")
    >>> single = pd.Series([True, True, False])
    >>> in_size_classes(places, single, (1, 5, 10, 20, 50)).to_numpy().tolist()
    [[31.0, 20.0, 49.0], [7.0, 5.0, 19.0], [3500.0, nan, nan]]
    """
    if least is None or not single.any():
        return places
    own = places[single]
    middle = size_classes(own[AMOUNT], least)
    # a source may know an interval that is wider than the class of its middle
    endless = own[LOW].notna() & own[HIGH].isna()
    from_class = size_classes(own[LOW].fillna(own[AMOUNT]), least)
    to_class = size_classes(own[HIGH].fillna(own[AMOUNT]), least)
    told = {
        AMOUNT: middle["middle"].mask(endless, from_class["low"]),
        LOW: from_class["low"],
        HIGH: to_class["high"].mask(endless),
    }
    return places.assign(
        **{name: places[name].astype("float64").mask(single, value) for name, value in told.items()}
    )
