"""Which streets the pages show: those within a walk of an area, and main streets everywhere."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from htkgis.maps import style

from .export_layers import STREET_COLUMNS
from .mode_steps import WALK


def shown_streets(streets: gpd.GeoDataFrame, isochrones: gpd.GeoDataFrame) -> dict[str, Any]:
    """Take the streets that pages and downloads show: a tenth of all, and quicker to read again.

    Parameters
    ----------
    streets
        Contract ``STREETS``.
    isochrones
        Of all areas and modes.

    Returns
    -------
    outputs
        ``shown_streets``: what downloads say of them, in their order.
    """
    shown = np.array(style.are_main(streets["kind"]), dtype=bool)
    walked = isochrones.geometry[isochrones["mode"].eq(WALK)].to_numpy()
    lines = streets.geometry.to_numpy()
    boxes = shapely.bounds(lines).T
    for area in walked[~(shapely.is_missing(walked) | shapely.is_empty(walked))]:
        # few streets are in the box of a walk: all boxes are looked at sooner than indexed
        rows = _meeting(boxes, shapely.bounds(area))
        shapely.prepare(area)
        shown[rows[shapely.intersects(area, lines[rows])]] = True
    columns = [name for name in STREET_COLUMNS if name in streets.columns]
    return {"shown_streets": streets.loc[shown, columns].reset_index(drop=True)}


def _meeting(boxes: npt.NDArray[np.float64], box: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Find the boxes that meet one; each is its lowest corner and its highest."""
    west, south, east, north = boxes
    left, low, right, high = box
    return np.flatnonzero((west <= right) & (east >= left) & (south <= high) & (north >= low))
