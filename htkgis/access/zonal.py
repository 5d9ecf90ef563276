"""Zonal statistics: what the cells of a surface say of each zone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

if TYPE_CHECKING:
    import geopandas as gpd

Values = npt.NDArray[np.float64]

PERCENTS = {"min": 0, "p10": 10, "median": 50, "p90": 90, "max": 100}


def zonal_statistics(
    values: Values, xy: Values, zones: gpd.GeoDataFrame, *, limits: Sequence[float] = ()
) -> pd.DataFrame:
    """Summarise the cells whose middle lies in each zone.

    Parameters
    ----------
    values
        Value per cell, shape (n,); missing (NaN) where there is none: the cell is not reached,
        or lies far from any street.
    xy
        Middle of each cell in metres, shape (n, 2).
    zones
        ``id`` (unique) and polygons in the CRS of the cells; zones may overlap.
    limits
        Values up to which the part of a zone's cells is told, 15 minutes for instance; a value
        exactly on a limit is within.

    Returns
    -------
    statistics
        One row per zone in their order: ``id``; ``cells``, a middle on the outline included;
        ``reached_share`` of them that have a value; ``min``, ``p10``, ``median``, ``mean``,
        ``p90`` and ``max`` over those; ``within_<limit>_share`` of all cells for each limit.
        Missing where there is no cell to speak of, never 0.

    References
    ----------
    Quantiles by definition 7 (linear between ranks) of Hyndman, R. J. and Fan, Y. (1996). Sample
    quantiles in statistical packages. The American Statistician 50(4), 361-365.

    Examples
    --------
    Three cells in a row, the last not reached:

    >>> import geopandas as gpd
    >>> zone = gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.box(0, 0, 30, 10)])
    >>> found = zonal_statistics(np.array([4.0, 8.0, np.nan]),
    ...     np.array([[5.0, 5.0], [15.0, 5.0], [25.0, 5.0]]), zone, limits=[5])
    >>> found[["cells", "min", "mean", "max"]].to_numpy().tolist()
    [[3.0, 4.0, 6.0, 8.0]]
    >>> found[["reached_share", "within_5_share"]].round(2).to_numpy().tolist()
    [[0.67, 0.33]]
    """
    x, y = np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])
    rows = []
    for key, shape in zip(zones["id"], zones.geometry, strict=True):
        west, south, east, north = shape.bounds
        near = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
        shapely.prepare(shape)
        inside = near[shapely.intersects_xy(shape, x[near], y[near])]
        rows.append({"id": key} | _summary(values[inside], limits))
    return pd.DataFrame(rows, columns=_columns(limits)).astype({"id": object, "cells": "int64"})


def _summary(values: Values, limits: Sequence[float]) -> dict[str, Any]:
    cells, reached = len(values), values[~np.isnan(values)]
    found: dict[str, Any] = {"cells": cells}
    found["reached_share"] = len(reached) / cells if cells else np.nan
    quantiles = np.percentile(reached, list(PERCENTS.values())) if len(reached) else np.nan
    found |= dict(zip(PERCENTS, np.broadcast_to(quantiles, len(PERCENTS)), strict=True))
    found["mean"] = reached.mean() if len(reached) else np.nan
    for limit in limits:
        within = int((reached <= limit).sum())
        found[_within(limit)] = within / cells if cells else np.nan
    return found


def _columns(limits: Sequence[float]) -> list[str]:
    statistics = ["min", "p10", "median", "mean", "p90", "max"]
    return ["id", "cells", "reached_share", *statistics, *map(_within, limits)]


def _within(limit: float) -> str:
    return f"within_{limit:g}_share"
