"""Points on the streets that lay there before: only those are set there anew that moved.

Where a point lies rests on the streets, the barriers and itself, and on no other point. So where
all streets and barriers are those of the last time, to the last bit, a point at the same
coordinates lies where one lay then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from .snap_steps import HOMES, Streets, set_of
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
    at, of, known = streets.at(HOMES), streets.at(set_of(HOMES)), earlier or {}
    own = ground_hash(graph, **rules)
    if known.get(of) == own:
        snaps = with_earlier(graph, homes, known[at], rules, how=snap)
    else:
        snaps = snap(graph, homes, **rules)
    return {at: Arrays(snap_arrays(graph, snaps, named=False)), of: own}


def with_earlier(
    graph: Graph,
    points: gpd.GeoDataFrame,
    earlier: Arrays,
    rules: Mapping[str, Any],
    *,
    how: Callable[..., Snaps],
    apart: tuple[npt.ArrayLike, npt.ArrayLike] = ((), ()),
) -> Snaps:
    """Set those points on the streets at whose coordinates none was before.

    Parameters
    ----------
    graph
        Of streets with the same :func:`ground_hash` as before.
    points
        ``id`` and geometry, and what else ``how`` reads.
    earlier
        Where points lay before; see :func:`htkgis.network.snap_arrays`.
    rules, how
        As :func:`htkgis.network.snap` takes them, and what sets points on the streets by them.
    apart
        Numbers of those points before, and of those now, that are set there in another way than
        by their coordinates alone: these are set anew.
    """
    xy = shapely.get_coordinates(points.geometry.to_numpy())
    if len(xy) != len(points):
        return how(graph, points, **rules)  # who has no coordinates is named there
    rows = np.delete(np.arange(len(earlier["position"])), np.asarray(apart[0], dtype=np.int64))
    before = _ordered(np.ascontiguousarray(earlier["position"]["point_xy"]))[rows]
    if not len(before):
        return how(graph, points, **rules)
    asked = _ordered(xy)
    order = np.argsort(before, kind="stable")
    place = np.minimum(np.searchsorted(before[order], asked), len(before) - 1)
    row = order[place]
    known = before[row] == asked
    known[np.asarray(apart[1], dtype=np.int64)] = False
    there, new = np.flatnonzero(known), np.flatnonzero(~known)
    ids = points["id"].to_numpy(dtype=object)
    nameless = np.zeros(len(earlier["position"]), dtype=object)
    kept = snaps_from_arrays(graph, earlier, nameless).where(rows[row[there]])
    kept.ids[:] = ids[there]
    joined = beside(kept, how(graph, points.iloc[new], **rules))
    return joined.where(np.argsort(np.concatenate([there, new]), kind="stable"))


def _ordered(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.complex128]:
    """Give coordinates as numbers that can be sorted, shape (n,)."""
    found: npt.NDArray[np.complex128] = np.ascontiguousarray(xy).view(np.complex128).ravel()
    return found


def ground_hash(
    graph: Graph, *, max_snap_m: float, min_part_m: float, barriers: gpd.GeoDataFrame
) -> str:
    """Hash all that decides where a point lies, besides the point."""
    joinable = joinable_edges(graph, min_part_m=min_part_m)
    lines = barriers.geometry.to_numpy()
    return seen(graph.edge_xy, graph.edge_xy_start, joinable, lines, max_snap_m, min_part_m)
