"""The figures of all quarters as one long table: contract ``PROFILE``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

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
    # of each origin once, for it has hundreds of rows
    names, quarters = _ranked(area_of_origin, quarter_of_area)
    of_quarter = quarters[area_of_origin.index.get_indexer(pd.Index(access["id"]))]
    own = of_quarter >= 0
    if not own.all():  # mostly all are, and the table is long
        access, of_quarter = access[own], of_quarter[own]
    found = _summarised(access, of_quarter, np.array(names, dtype=object))
    return check(found, PROFILE)


def figures_of_values(
    situations: pd.DataFrame,
    values: npt.NDArray[np.float64],
    flags: Mapping[str, npt.NDArray[np.bool_]],
    told: npt.NDArray[np.bool_],
    area_of_origin: pd.Series,
    quarter_of_area: Mapping[str, str],
) -> pd.DataFrame:
    """Summarise figures that lie in arrays, as :func:`profile_figures` does a table of their rows.

    Parameters
    ----------
    situations
        One row per figure: the columns of :data:`SITUATION`.
    values
        Shape (figures, origins).
    flags
        ``lower_bound``, ``upper_bound`` and ``hidden``, of the same shape.
    told
        Which of the values have a row, of the same shape.
    area_of_origin, quarter_of_area
        As :func:`profile_figures` takes them, the origins in the order of the values.

    Returns
    -------
    figures
        Contract ``PROFILE``.

    Examples
    --------
    >>> near = pd.DataFrame([dict.fromkeys(SITUATION) | {"measure": "nearest_1", "unit": "min"}])
    >>> none = np.zeros((1, 3), dtype=bool)
    >>> found = figures_of_values(
    ...     near, np.array([[4.0, 9.0, 5.0]]), dict.fromkeys(FLAGS, none), ~none,
    ...     pd.Series(["area"] * 3), {"area": "quarter"})
    >>> found[["quarter_id", "statistic", "value"]].to_numpy().tolist()
    [['quarter', 'min', 4.0], ['quarter', 'median', 5.0], ['quarter', 'max', 9.0]]
    """
    summary = summarised_values(values, flags, told, area_of_origin, quarter_of_area)
    return figures_of_summary(situations, summary, quarter_of_area)


class Summary(NamedTuple):
    """Figures of quarters as arrays, one entry for each quarter and situation.

    Parameters
    ----------
    quarter, situation
        Numbers of both.
    found
        Least, median and greatest, shape (n, 3).
    lower, upper, gone
        Whether it is a bound, and whether it is hidden.
    """

    quarter: npt.NDArray[np.int64]
    situation: npt.NDArray[np.int64]
    found: npt.NDArray[np.float64]
    lower: npt.NDArray[np.bool_]
    upper: npt.NDArray[np.bool_]
    gone: npt.NDArray[np.bool_]


def summarised_values(
    values: npt.NDArray[np.float64],
    flags: Mapping[str, npt.NDArray[np.bool_]],
    told: npt.NDArray[np.bool_],
    area_of_origin: pd.Series,
    quarter_of_area: Mapping[str, str],
) -> Summary:
    """Summarise values as :func:`figures_of_values` does, as arrays and no table."""
    names, of_quarter = _ranked(area_of_origin, quarter_of_area)
    parts = []
    for rank in range(len(names)):
        columns = np.flatnonzero(of_quarter[:-1] == rank)
        own, there = values[:, columns], told[:, columns]
        size = there.sum(axis=1)
        some = np.flatnonzero(size)
        # missing values sort last: a time that was not reached is longer than any other
        ranked, size = np.sort(np.where(there, own, np.nan)[some], axis=1), size[some]
        each = np.arange(len(some))
        middle = (ranked[each, (size - 1) // 2] + ranked[each, size // 2]) / 2
        found = np.stack([ranked[:, :1].ravel(), middle, ranked[each, size - 1]], axis=1)
        met = [np.any(flags[name][:, columns] & there, axis=1)[some] for name in FLAGS]
        parts.append((np.full(len(some), rank), some, found, *met))
    return Summary(*map(np.concatenate, zip(*parts, strict=True)))


def figures_of_summary(
    situations: pd.DataFrame, summary: Summary, quarter_of_area: Mapping[str, str]
) -> pd.DataFrame:
    """Write figures as a table, contract ``PROFILE``, of rows of ``situations``."""
    names = np.array(list(dict.fromkeys(quarter_of_area.values())), dtype=object)
    rows = np.repeat(summary.situation, len(STATISTICS))
    table = situations[SITUATION].iloc[rows].reset_index(drop=True)
    return _figures(
        table, names[summary.quarter], summary.found, summary.lower, summary.upper, summary.gone
    )


def _ranked(
    area_of_origin: pd.Series, quarter_of_area: Mapping[str, str]
) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Name the quarters, and give the number of each origin's; -1 is in none.

    The last number stands for whoever is no origin.
    """
    names = list(dict.fromkeys(quarter_of_area.values()))
    rank = {area: names.index(quarter) for area, quarter in quarter_of_area.items()}
    ranks = [*(rank.get(area, -1) for area in area_of_origin), -1]
    return names, np.array(ranks, dtype=np.int64)


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
    rows = np.repeat(order[begin], len(STATISTICS))
    table = access[SITUATION].iloc[rows].reset_index(drop=True)
    return _figures(table, names[quarter[order[begin]]], found, lower, upper, gone)


def _figures(
    table: pd.DataFrame,
    quarter: npt.NDArray[np.object_],
    found: npt.NDArray[np.float64],
    lower: npt.NDArray[np.bool_],
    upper: npt.NDArray[np.bool_],
    gone: npt.NDArray[np.bool_],
) -> pd.DataFrame:
    """Put figures together: of each its situation three times, then one entry in every array."""
    three = len(STATISTICS)
    measure = table["measure"]
    figures = table.assign(
        quarter_id=np.repeat(quarter, three),
        indicator=measure,
        statistic=np.tile(np.array(STATISTICS, dtype=object), len(quarter)),
        value=np.where(gone[:, None], np.nan, found).ravel(),
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
