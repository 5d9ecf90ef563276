"""States by date: which places exist in a year, and what the others are."""

from __future__ import annotations

import geopandas as gpd
import numpy as np


def places_in_state(places: gpd.GeoDataFrame, *, year: int) -> gpd.GeoDataFrame:
    """Say of every place what it is in a year.

    A place exists from ``valid_from`` until, not including, ``valid_to``. One that the
    programme planned exists once its first year is known and reached; a cancelled one never.

    Parameters
    ----------
    places
        Contract ``PLACES``.
    year
        Calendar year of the state.

    Returns
    -------
    places
        The same rows and index with a column ``state``: ``existing``, ``planned`` (not yet, or
        without a year), ``closed`` or ``cancelled``. Only ``existing`` may be reached.

    Examples
    --------
    A school that was planned and opened in 2021:

    >>> places = gpd.GeoDataFrame({"status": ["planned"], "valid_from": [2021],
    ...                            "valid_to": [None]})
    >>> [places_in_state(places, year=year)["state"].item() for year in (2020, 2021)]
    ['planned', 'existing']
    """
    start = places["valid_from"].astype("Float64").to_numpy(dtype="float64", na_value=np.nan)
    end = places["valid_to"].astype("Float64").to_numpy(dtype="float64", na_value=np.nan)
    status = places["status"]
    unbuilt = (status.eq("planned") & np.isnan(start)) | (start > year)
    state = np.select(
        [status.eq("cancelled"), end <= year, unbuilt],
        ["cancelled", "closed", "planned"],
        default="existing",
    )
    return places.assign(state=state.astype(object))
