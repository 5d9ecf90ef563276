"""How the points of each layer met the streets: counts to print, and connectors to look at."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from htkgis.network import SnapAudit, Snaps, audit
from htkgis.network.snap import NOT_SNAPPED

ORIGIN, PLACE = "origin", "place"
DRAWN_M = 0.05
"""A connector shorter than this is a point on the street, and no line."""


def audits_by_layer(ids_by_layer: pd.DataFrame, snaps: Snaps) -> dict[str, SnapAudit]:
    """Say per layer of the catalog how its points lie on the network.

    Parameters
    ----------
    ids_by_layer
        ``id`` and ``layer``.
    snaps
        One entry per id, in any order; ids without one are left out.

    Returns
    -------
    audits
        By name of the layer, in the order in which layers appear.
    """
    layer = ids_by_layer.set_index("id")["layer"].reindex(snaps.ids).to_numpy()
    return {
        str(name): audit(snaps.where(layer == name))
        for name in dict.fromkeys(ids_by_layer["layer"])
        if (layer == name).any()
    }


def audit_record(audits: Iterable[tuple[str, SnapAudit]]) -> dict[str, dict[str, Any]]:
    """Write audits as JSON, distances in whole decimetres."""
    return {
        name: asdict(found)
        | {
            "median_m": round(found.median_m, 1),
            "max_m": round(found.max_m, 1),
            "farthest": [[key, round(metres, 1)] for key, metres in found.farthest],
        }
        for name, found in audits
    }


def audit_of(record: dict[str, Any]) -> SnapAudit:
    """Read back one audit of :func:`audit_record`."""
    farthest = tuple((str(key), float(metres)) for key, metres in record["farthest"])
    return SnapAudit(**record | {"farthest": farthest})


def connector_lines(origins: Snaps, places: Snaps, *, crs: Any) -> gpd.GeoDataFrame:
    """Draw the straight way from each point to its position on the street.

    Parameters
    ----------
    origins, places
        One entry per point; of an area the entrance that lies nearest to a street.
    crs
        CRS of the points.

    Returns
    -------
    connectors
        ``id``, ``role`` (``origin`` or ``place``), ``distance_m`` in decimetres, and lines.
        Points that lie on a street, or are too far from any, have none.
    """
    parts = [_lines(snaps, role) for snaps, role in ((origins, ORIGIN), (places, PLACE))]
    table = pd.concat(parts, ignore_index=True)
    return gpd.GeoDataFrame(table, geometry="geometry", crs=crs)


def connectors_of(connectors: gpd.GeoDataFrame, ids: Collection[str]) -> gpd.GeoDataFrame:
    """Take the connectors of some points."""
    return connectors[connectors["id"].isin(list(ids))].reset_index(drop=True)


def _lines(snaps: Snaps, role: str) -> pd.DataFrame:
    drawn = (snaps.edge != NOT_SNAPPED) & (snaps.distance_m >= DRAWN_M)
    ends = np.stack([snaps.point_xy[drawn], snaps.xy[drawn]], axis=1)
    ids = pd.Series(snaps.ids[drawn], dtype=object)
    return pd.DataFrame(
        {
            "id": ids,
            "role": pd.Series([role] * len(ids), dtype=object),
            "distance_m": snaps.distance_m[drawn].round(1),
            "geometry": pd.Series(list(shapely.linestrings(ends)), dtype=object),
        }
    )
