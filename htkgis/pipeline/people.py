"""Where people start, and how many: census persons, else residents spread over the gates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

PEOPLE_LAYERS = ("areas", "origins", "residents")
"""Outputs of the loading steps that tell of people."""


def people_of(
    layers: Mapping[str, Any], area: str | None = None
) -> tuple[gpd.GeoDataFrame, npt.NDArray[np.float64]]:
    """Give where people start, and how many.

    Parameters
    ----------
    layers
        ``residents`` (persons by address, no rows where the catalog has none), ``origins`` and
        ``areas``.
    area
        Housing area whose residents count; all where missing.

    Returns
    -------
    points
        ``id`` and points.
    persons
        At each, >= 0. Of gates the residents of their area in equal parts; 0 where an area
        tells none.
    """
    residents = layers["residents"]
    if len(residents):
        own = residents if area is None else residents[residents["area_id"] == area]
        return own, own["persons"].to_numpy(dtype=np.float64)
    origins, areas = layers["origins"], layers["areas"].set_index("id")
    own = origins if area is None else origins[origins["area_id"] == area]
    gates = origins.groupby("area_id")["id"].count()
    each = (areas["population"].astype("float64") / gates).reindex(own["area_id"])
    return own, each.fillna(0.0).to_numpy()
