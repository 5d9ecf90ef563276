"""Homes on the streets: most lie where they lay, so only those are set there that moved.

Where a point lies rests on the streets, the barriers and itself, and on no other point. So where
all streets and barriers are those of the last time, to the last bit, a home at the same
coordinates lies where one lay then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from htkgis.network import Graph, Snaps, graph_from_arrays, snap, snap_arrays, snaps_from_arrays
from htkgis.network.nearest_edge import joinable_edges
from htkgis.store.values import Arrays
from htkgis.study import Study

from .modes import snapping
from .seen import seen
from .snap_steps import HOMES, HOMES_OF, Streets
from .transit_ends import beside


def set_homes(
    arrays: Arrays,
    barriers: gpd.GeoDataFrame,
    homes: gpd.GeoDataFrame,
    *,
    study: Study,
    streets: Streets,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Set all homes on the streets of a mode.

    Parameters
    ----------
    arrays, barriers, study, streets
        As :func:`htkgis.pipeline.snapped.set_on_streets` takes them.
    homes
        ``id`` and points.
    earlier
        What this gave before of other inputs, which spares the homes that were set on the same
        streets; the result is the same without.

    Returns
    -------
    outputs
        ``<streets>_at_homes``: as :func:`htkgis.network.snap_arrays` gives them, without ids; and
        ``<streets>_at_homes_of``, a hash of the streets and barriers, for ``earlier``.
    """
    graph = graph_from_arrays(arrays)
    rules: dict[str, Any] = {"barriers": barriers, **snapping(study, streets.mode)}
    at, of, known = streets.at(HOMES), streets.at(HOMES_OF), earlier or {}
    own = _hash(graph, **rules)
    if known.get(of) == own:
        snaps = _with_earlier(graph, homes, known[at], rules)
    else:
        snaps = snap(graph, homes, **rules)
    return {at: Arrays(snap_arrays(graph, snaps, named=False)), of: own}


def _with_earlier(
    graph: Graph, homes: gpd.GeoDataFrame, earlier: Arrays, rules: Mapping[str, Any]
) -> Snaps:
    """Set those homes on the streets at whose coordinates none was before."""
    xy = shapely.get_coordinates(homes.geometry.to_numpy())
    before = _ordered(np.ascontiguousarray(earlier["position"]["point_xy"]))
    if len(xy) != len(homes) or not len(before):
        return snap(graph, homes, **rules)  # who has no coordinates is named there
    asked = _ordered(xy)
    order = np.argsort(before, kind="stable")
    place = np.minimum(np.searchsorted(before[order], asked), len(before) - 1)
    row = order[place]
    known = before[row] == asked
    there, new = np.flatnonzero(known), np.flatnonzero(~known)
    ids = homes["id"].to_numpy(dtype=object)
    nameless = np.zeros(len(before), dtype=object)
    kept = snaps_from_arrays(graph, earlier, nameless).where(row[there])
    kept.ids[:] = ids[there]
    joined = beside(kept, snap(graph, homes.iloc[new], **rules))
    return joined.where(np.argsort(np.concatenate([there, new]), kind="stable"))


def _ordered(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.complex128]:
    """Give coordinates as numbers that can be sorted, shape (n,)."""
    found: npt.NDArray[np.complex128] = np.ascontiguousarray(xy).view(np.complex128).ravel()
    return found


def _hash(graph: Graph, *, max_snap_m: float, min_part_m: float, barriers: gpd.GeoDataFrame) -> str:
    """Hash all that decides where a home lies, besides the home."""
    joinable = joinable_edges(graph, min_part_m=min_part_m)
    lines = barriers.geometry.to_numpy()
    return seen(graph.edge_xy, graph.edge_xy_start, joinable, lines, max_snap_m, min_part_m)
