"""The rows of a table of access, put together at once from one array per figure."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.profile.figures import (
    FLAGS,
    SITUATION,
    Summary,
    figures_of_summary,
    figures_of_values,
    summarised_values,
)
from htkgis.profile.spread import STATISTICS
from htkgis.store.values import Arrays

TEXTS = ("measure", "function", "departure", "unit")
"""Columns of a situation that are texts, or missing."""
OF_ALL = ("mode", "lens")
"""Columns that all figures of a table have in common."""
Flags = npt.NDArray[np.bool_] | bool


class OriginValues(NamedTuple):
    """One figure of every origin.

    Parameters
    ----------
    measure, function, limit_min, state, unit
        As in the contract ``ACCESS``; ``function`` and ``limit_min`` are None where there is none.
    value
        One per origin, float64; missing where nothing is reached or known.
    lower_bound, upper_bound, hidden
        Per origin, or one for all.
    to_id
        The place that gave each value, or None; None where no single place does.
    departure
        Name of the window; None on streets alone.
    """

    measure: str
    function: str | None
    limit_min: float | None
    value: npt.NDArray[np.float64]
    unit: str
    state: int
    lower_bound: Flags = False
    upper_bound: Flags = False
    hidden: Flags = False
    to_id: npt.NDArray[np.object_] | None = None
    departure: str | None = None


def access_rows(figures: Sequence[OriginValues], origins: pd.Index) -> pd.DataFrame:
    """Put figures below each other: one row per origin of each, in the order of both.

    A table per figure, of which there are hundreds, would cost more than measuring them.

    Parameters
    ----------
    figures
        At least one.
    origins
        Ids, in the order of every ``value``.

    Returns
    -------
    rows
        Columns of the contract ``ACCESS`` but ``mode`` and ``lens``, with ``to_id`` and
        ``hidden``; ``percentile`` is missing.

    Examples
    --------
    >>> near = OriginValues("nearest_1", "school", None, np.array([4.0, 9.5]), "min", 2026)
    >>> rows = access_rows([near], pd.Index(["a", "b"]))
    >>> rows[["id", "function", "value", "hidden"]].to_numpy().tolist()
    [['a', 'school', 4.0, False], ['b', 'school', 9.5, False]]
    """
    count = len(origins)

    def repeated(values: Sequence[object]) -> npt.NDArray[np.object_]:
        return np.repeat(np.array(values, dtype=object), count)

    def joined(values: Sequence[Flags]) -> npt.NDArray[np.bool_]:
        return np.concatenate([np.broadcast_to(np.asarray(each), count) for each in values])

    nothing = np.full(count, None, dtype=object)
    limits = [np.nan if each.limit_min is None else each.limit_min for each in figures]
    return pd.DataFrame(
        {
            "id": np.tile(origins.to_numpy(dtype=object), len(figures)),
            "measure": repeated([each.measure for each in figures]),
            "function": repeated([each.function for each in figures]),
            "limit_min": np.repeat(np.array(limits, dtype=np.float64), count),
            "percentile": np.nan,
            "departure": repeated([each.departure for each in figures]),
            "state": np.repeat(np.array([each.state for each in figures], dtype=np.int64), count),
            "value": np.concatenate([each.value for each in figures]).astype(np.float64),
            "unit": repeated([each.unit for each in figures]),
            "lower_bound": joined([each.lower_bound for each in figures]),
            "upper_bound": joined([each.upper_bound for each in figures]),
            "to_id": np.concatenate(
                [nothing if each.to_id is None else each.to_id for each in figures]
            ),
            "hidden": joined([each.hidden for each in figures]),
        }
    )


def figures_of(
    figures: Sequence[OriginValues],
    told: npt.NDArray[np.bool_],
    area_of_origin: pd.Series,
    quarter_of_area: Mapping[str, str],
    **of_all: str,
) -> pd.DataFrame:
    """Summarise figures over the origins of each quarter, without a row for each of them.

    Parameters
    ----------
    figures
        At least one.
    told
        Which values have a row in the table of access, shape (figures, origins).
    area_of_origin, quarter_of_area
        As :func:`htkgis.profile.profile_figures` takes them.
    of_all
        ``mode`` and ``lens``.

    Returns
    -------
    figures
        Contract ``PROFILE``: what :func:`htkgis.profile.profile_figures` makes of the table.

    Examples
    --------
    >>> near = OriginValues("nearest_1", "school", None, np.array([4.0, 9.5]), "min", 2026)
    >>> found = figures_of([near], np.ones((1, 2), dtype=bool), pd.Series(["x", "x"]),
    ...                    {"x": "quarter"}, mode="walk", lens="adult")
    >>> found[["quarter_id", "statistic", "value"]].to_numpy().tolist()
    [['quarter', 'min', 4.0], ['quarter', 'median', 6.75], ['quarter', 'max', 9.5]]
    """
    situations = pd.DataFrame(
        {
            "measure": [each.measure for each in figures],
            "function": pd.Series([each.function for each in figures], dtype=object),
            "limit_min": np.array([each.limit_min for each in figures], dtype=np.float64),
            "percentile": np.nan,
            "departure": pd.Series([each.departure for each in figures], dtype=object),
            "state": np.array([each.state for each in figures], dtype=np.int64),
            "unit": [each.unit for each in figures],
        }
    ).assign(**of_all)
    return figures_of_values(
        situations[SITUATION], *_stacked(figures, told), told, area_of_origin, quarter_of_area
    )


def figure_arrays(
    figures: Sequence[OriginValues],
    told: npt.NDArray[np.bool_],
    area_of_origin: pd.Series,
    quarter_of_area: Mapping[str, str],
    **of_all: str,
) -> Arrays:
    """Summarise figures as :func:`figures_of` does, as arrays; :func:`figures_from` reads them."""
    summary = summarised_values(*_stacked(figures, told), told, area_of_origin, quarter_of_area)
    texts = {
        name: np.array([getattr(each, name) or "" for each in figures], dtype=np.str_)
        for name in TEXTS
    }
    limits = np.array([each.limit_min for each in figures], dtype=np.float64)
    states = np.array([each.state for each in figures], dtype=np.int64)
    said = {name: np.array([text]) for name, text in of_all.items()}
    return Arrays(**texts, limit_min=limits, state=states, **said, **summary._asdict())


def figures_from(
    arrays: Sequence[Arrays], quarter_of_area: Mapping[str, str]
) -> list[pd.DataFrame]:
    """Write figures that were summarised into arrays as tables, as a file gives those back.

    All at once and then parted, for to make a table of a few hundred figures takes as long as to
    make one of all.

    Examples
    --------
    >>> near = OriginValues("nearest_1", "school", None, np.array([4.0, 9.5]), "min", 2026)
    >>> given = [near], np.ones((1, 2), dtype=bool), pd.Series(["x", "x"]), {"x": "quarter"}
    >>> of_all = {"mode": "walk", "lens": "adult"}
    >>> [table] = figures_from([figure_arrays(*given, **of_all)], {"x": "quarter"})
    >>> table[["quarter_id", "statistic", "value"]].to_numpy().tolist()
    [['quarter', 'min', 4.0], ['quarter', 'median', 6.75], ['quarter', 'max', 9.5]]
    """
    if not arrays:
        return []
    counts = [len(each["state"]) for each in arrays]
    rows = [len(each["quarter"]) for each in arrays]

    def joined(name: str) -> npt.NDArray[Any]:
        return np.concatenate([each[name] for each in arrays])

    def text(name: str) -> npt.NDArray[np.object_]:
        told = joined(name).astype(object)
        told[told == ""] = None
        return told

    situations = pd.DataFrame(
        {
            **{name: text(name) for name in TEXTS},
            "limit_min": joined("limit_min"),
            "percentile": np.nan,
            "state": joined("state"),
            **{
                name: np.repeat(np.array([str(each[name][0]) for each in arrays], object), counts)
                for name in OF_ALL
            },
        }
    )
    begin = np.repeat(np.cumsum([0, *counts[:-1]]), rows)
    summary = Summary(*(joined(name) for name in Summary._fields))
    summary = summary._replace(situation=summary.situation + begin)
    table = figures_of_summary(situations[SITUATION], summary, quarter_of_area)
    ends = np.cumsum(rows) * len(STATISTICS)
    return [
        table.iloc[first:last].reset_index(drop=True)
        for first, last in itertools.pairwise([0, *ends.tolist()])
    ]


def _stacked(
    figures: Sequence[OriginValues], told: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.float64], dict[str, npt.NDArray[np.bool_]]]:
    """Put the values and the flags of all figures below each other, shape (figures, origins)."""
    flags = {}
    for name in FLAGS:
        flags[name] = np.zeros(told.shape, dtype=np.bool_)
        for row, each in zip(flags[name], figures, strict=True):
            row[:] = getattr(each, name)
    return np.stack([each.value for each in figures]).astype(np.float64), flags
