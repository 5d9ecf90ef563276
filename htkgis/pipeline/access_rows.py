"""The rows of a table of access, put together at once from one array per figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.profile.figures import FLAGS, SITUATION, figures_of_values

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
    flags = {
        name: np.stack([np.broadcast_to(getattr(each, name), told.shape[1]) for each in figures])
        for name in FLAGS
    }
    values = np.stack([each.value for each in figures]).astype(np.float64)
    return figures_of_values(
        situations[SITUATION], values, flags, told, area_of_origin, quarter_of_area
    )
