"""Streets that are pieces of one: together they take as long as the whole, to the decisecond.

A planned path that meets a street between two junctions cuts it. If each piece were rounded for
itself, a trip along the whole street would change by a tenth of a second because of a path that it
does not use; so what a street costs is rounded once, for the whole, and shared out.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.schema.street_pieces import ADDITIVE, PIECE_FROM, PIECE_TO, whole_name

Ints = npt.NDArray[np.int32]


def wholes(streets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give each piece what the whole street has; other rows as they are.

    Examples
    --------
    >>> rows = gpd.GeoDataFrame({"length_m": [25.0, 80.0], "piece_from": [0.0, None],
    ...                          "whole_length_m": [100.0, None]})
    >>> wholes(rows)["length_m"].tolist()
    [100.0, 80.0]
    """
    if PIECE_FROM not in streets.columns:
        return streets
    known = {name: whole_name(name) for name in ADDITIVE if whole_name(name) in streets.columns}
    return streets.assign(
        **{
            name: streets[whole].astype("float64").fillna(streets[name])
            for name, whole in known.items()
        }
    )


def piece_ds(streets: pd.DataFrame, whole_ds: Ints) -> Ints:
    """Share the time of whole streets out over their pieces, which sum to it.

    Examples
    --------
    A street of 7 deciseconds in three pieces:

    >>> rows = pd.DataFrame({"piece_from": [0, 1 / 3, 2 / 3], "piece_to": [1 / 3, 2 / 3, 1]})
    >>> piece_ds(rows, np.array([7, 7, 7], dtype=np.int32)).tolist()
    [2, 3, 2]
    """
    if PIECE_FROM not in streets.columns:
        return whole_ds
    start, end = (
        streets[name].astype("float64").fillna(rest).to_numpy()
        for name, rest in ((PIECE_FROM, 0), (PIECE_TO, 1))
    )
    part: Any = np.rint(end * whole_ds) - np.rint(start * whole_ds)
    return np.asarray(part, dtype=np.int32)
