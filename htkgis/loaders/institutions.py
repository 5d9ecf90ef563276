"""Units of one institution that stand at one place: the register lists them all."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

MAIN = "main_institution_id"
"""Column that a layer may map: the institution that a unit belongs to (``HOVEDSKOLE_INST``)."""


def once_each(places: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
    """Count the units of one institution that have one function at one point as one place.

    The register of institutions has a row for a school and a row for each of its departments,
    also for the one in the school's own building. Departments elsewhere stay places of their own.

    Parameters
    ----------
    places
        Points with ``id``, ``function`` and ``main_institution_id`` (missing, or the row's own
        id, for a main institution itself).

    Returns
    -------
    places
        Without the column, in the order of ``places``; of each group the main institution stays,
        else the one that is listed first.
    left_out
        How many rows that took away.

    Examples
    --------
    >>> import shapely
    >>> units = gpd.GeoDataFrame(
    ...     {"id": ["2", "1", "3"], "function": "school", MAIN: ["1", None, "1"]},
    ...     geometry=[shapely.Point(0, 0), shapely.Point(0, 0), shapely.Point(900, 0)])
    >>> kept, left_out = once_each(units)
    >>> kept["id"].tolist(), left_out
    (['1', '3'], 1)
    """
    if MAIN not in places.columns:
        return places, 0
    main = places[MAIN].fillna(places["id"])
    table = places.assign(
        _main=main,
        _is_main=main.eq(places["id"]),
        _x=np.rint(places.geometry.x),
        _y=np.rint(places.geometry.y),
    )
    ordered = table.sort_values("_is_main", ascending=False, kind="stable")
    again = ordered.duplicated(["_main", "function", "_x", "_y"])
    kept = places.loc[~again.reindex(places.index)].drop(columns=MAIN)
    return kept, int(again.sum())
