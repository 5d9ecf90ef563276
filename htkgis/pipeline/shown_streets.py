"""Which streets the pages show: those within a walk of an area, and main streets everywhere."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np

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
    shown[streets.sindex.query(walked, predicate="intersects")[1]] = True
    columns = [name for name in STREET_COLUMNS if name in streets.columns]
    return {"shown_streets": streets.loc[shown, columns].reset_index(drop=True)}
