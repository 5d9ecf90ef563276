"""The figures of all quarters as one long table: contract ``PROFILE``."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.schema import ACCESS, PROFILE, check

from .spread import STATISTICS

DIRECTIONS = {"min": "less", "places": "more", "jobs": "more", "share": "more", "functions": "more"}
"""By unit: whether less or more of it is better."""

FLAGS = ("lower_bound", "upper_bound", "hidden")
SITUATION = [
    "measure",
    "function",
    "mode",
    "limit_min",
    "percentile",
    "departure",
    "lens",
    "state",
    "unit",
]


def profile_figures(
    access: pd.DataFrame, area_of_origin: pd.Series, quarter_of_area: Mapping[str, str]
) -> pd.DataFrame:
    """Summarise access over the origins of each quarter's housing area.

    Parameters
    ----------
    access
        Contract ``ACCESS``, one row per origin and measure; ``hidden`` where any is withheld.
    area_of_origin
        Area id by origin id.
    quarter_of_area
        Quarter id by area id; the order of the result.

    Returns
    -------
    figures
        Contract ``PROFILE``: for each quarter and measure the least, median and greatest over
        the origins. A bound of any origin is a bound of the figure, and where the value of any
        is hidden, so is the figure: the least of the others would be another figure.

    Raises
    ------
    SchemaError
        If ``access`` breaks its contract.
    """
    check(access, ACCESS)
    if "hidden" not in access.columns:
        access = access.assign(hidden=False)
    names = list(dict.fromkeys(quarter_of_area.values()))
    rank = {area: names.index(quarter) for area, quarter in quarter_of_area.items()}
    # of each origin once, for it has hundreds of rows; the last stands for whoever is no origin
    quarters = np.array([*(rank.get(area, -1) for area in area_of_origin), -1], dtype=np.int64)
    of_quarter = quarters[area_of_origin.index.get_indexer(pd.Index(access["id"]))]
    own = of_quarter >= 0
    found = _summarised(access[own], of_quarter[own], np.array(names, dtype=object))
    return check(found, PROFILE)


def _summarised(
    access: pd.DataFrame, quarter: npt.NDArray[np.int64], names: npt.NDArray[np.object_]
) -> pd.DataFrame:
    """Summarise the origins of each quarter: three rows per situation, in its first order.

    All situations at once, of which there are hundreds: each is a stretch of one sorted array.
    """
    number = access.groupby(SITUATION, sort=False, dropna=False).ngroup().to_numpy()
    values = access["value"].to_numpy(dtype="float64", na_value=np.nan)
    # missing values sort last: a time that was not reached is longer than any other
    order = np.lexsort((values, number, quarter))
    key = quarter * (number.max(initial=0) + 1) + number
    begin = np.flatnonzero(np.diff(key[order], prepend=-1))
    size = np.diff(begin, append=len(key))
    ranked = values[order]
    middle = (ranked[begin + (size - 1) // 2] + ranked[begin + size // 2]) / 2
    found = np.stack([ranked[begin], middle, ranked[begin + size - 1]], axis=1)
    lower, upper, gone = (
        np.add.reduceat(access[name].to_numpy(dtype=np.int64)[order], begin) > 0
        for name in ("lower_bound", "upper_bound", "hidden")
    )
    found[gone] = np.nan
    three = len(STATISTICS)
    table = access[SITUATION].iloc[np.repeat(order[begin], three)].reset_index(drop=True)
    measure = table["measure"]
    figures = table.assign(
        quarter_id=np.repeat(names[quarter[order[begin]]], three),
        indicator=measure,
        statistic=np.tile(np.array(STATISTICS, dtype=object), len(begin)),
        value=found.ravel(),
        label="indicator." + measure,
        direction=table["unit"].map(DIRECTIONS),
        **dict.fromkeys(("reference", "target", "population_covered", "robustness")),
        robust_low=np.nan,
        robust_high=np.nan,
        robust_bound=False,
        lower_bound=np.repeat(lower & ~gone, three),
        upper_bound=np.repeat(upper & ~gone, three),
        hidden=np.repeat(gone, three),
    )
    return figures[list(PROFILE.columns)]
