"""Stations: the stops that people take for one place, whatever the feed calls them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

SAME_NAME_M = 300.0
"""Farther apart, stops of one name are different places: many villages have a Kirkevej."""

Ints = npt.NDArray[np.int64]


def stations_of(stops: gpd.GeoDataFrame) -> pd.Series:
    """Join the stops of one station: those of one parent, and neighbours that share a name.

    Danish feeds rarely state a parent: the poles on both sides of a street, and the bus stops
    before a station, are stops of their own that share its name.

    Parameters
    ----------
    stops
        Contract ``STOPS``, in any order.

    Returns
    -------
    stations
        Indexed by ``stop_id``: the lowest id among the stops of the station. Stops of one name
        are joined where they lie within 300 m of each other, in a chain.

    Examples
    --------
    Two poles of a street, and a stop of the same name in another town:

    >>> stops = gpd.GeoDataFrame({"stop_id": ["a", "b", "c"], "name": "Kirkevej",
    ...     "parent_station": None}, geometry=gpd.points_from_xy([0, 20, 9000], [0, 0, 0]))
    >>> stations_of(stops).to_dict()
    {'a': 'a', 'b': 'a', 'c': 'c'}
    """
    ordered = stops.sort_values("stop_id").reset_index(drop=True)
    links = np.hstack([_of_one_name(ordered), _of_one_parent(ordered)])
    lowest = np.arange(len(ordered), dtype=np.int64)
    while True:
        before = lowest.copy()
        np.minimum.at(lowest, links[0], before[links[1]])
        lowest = lowest[lowest]
        if np.array_equal(lowest, before):
            break
    ids = ordered["stop_id"].to_numpy(dtype=object)
    return pd.Series(ids[lowest], index=pd.Index(ids, dtype=object))


def _of_one_name(stops: gpd.GeoDataFrame) -> Ints:
    """Pairs of stops near each other that share a name, both ways; shape (2, pairs)."""
    one, other = stops.sindex.query(stops.geometry, predicate="dwithin", distance=SAME_NAME_M)
    names = stops["name"].to_numpy(dtype=object)
    same = (names[one] == names[other]) & pd.notna(names[one])
    return np.vstack([one[same], other[same]]).astype(np.int64)


def _of_one_parent(stops: gpd.GeoDataFrame) -> Ints:
    """Pairs of each stop and the first stop of its parent, both ways; shape (2, pairs)."""
    own = stops.index[stops["parent_station"].notna()].to_numpy(dtype=np.int64)
    heads = pd.Series(own).groupby(stops["parent_station"].to_numpy()[own]).transform("min")
    head = heads.to_numpy(dtype=np.int64)
    return np.hstack([np.vstack([own, head]), np.vstack([head, own])]).astype(np.int64)
