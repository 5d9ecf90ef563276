"""Isochrones of the housing areas, drawn again only where other streets are reached.

To find what is reached takes a tenth of the time that it takes to draw it. So what is drawn is
kept under a hash of the reached streets (:mod:`htkgis.pipeline.seen`); and where an area reaches
others, patches of town that are reached as before are taken from a memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.network import (
    Graph,
    Patches,
    Snaps,
    border_times,
    graph_from_arrays,
    isochrones_of_parts,
    parts_length_m,
    reach,
    reached_parts,
)
from htkgis.network.ragged import ragged_rows
from htkgis.network.reach import Parts
from htkgis.store.memory import Memory
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import UNREACHED, deciseconds

from .layers import street_coverage
from .seen import seen
from .snapped import on_streets

COLUMNS = ["area_id", "limit_min", "reached_km", "cut", "geometry"]


def measure_isochrones(
    arrays: Arrays,
    origins: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    at_origins: Arrays,
    *,
    study: Study,
    catalog: Catalog,
    mode: str,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Areas reached from the nearest origin of each area, per limit.

    Parameters
    ----------
    arrays, origins, streets
        Graph of the mode, and layers of the study.
    at_origins
        Where the origins lie on the streets.
    study, catalog, mode
        Decisions, how far the streets are whole, the mode.
    earlier
        What this gave before of other inputs, which spares the areas that reach the same streets;
        the result is the same without.

    Returns
    -------
    outputs
        ``<mode>_isochrones``: ``area_id``, ``limit_min``, ``reached_km``, ``cut`` (whether the
        search met the end of the streets: there is more beyond), ``geometry`` (polygons,
        nested; empty where nothing is reached). ``<mode>_reached``: by area a hash of the streets
        that it reaches, and ``<mode>_patches``: what was drawn around streets that are neighbours
        (see :class:`~htkgis.store.memory.Memory`), ``of`` which ``areas``; both for ``earlier``.
    """
    graph = graph_from_arrays(arrays)
    covered = street_coverage(catalog, streets)
    limits = study.limits.catchment.value
    rules = {
        "buffer_m": study.isochrone.buffer.value,
        "max_hole_m2": study.isochrone.max_hole.value,
    }
    known = earlier or {}
    everybody = on_streets(graph, at_origins, origins)
    snaps = {
        area_id: everybody.where(np.flatnonzero(origins["area_id"] == area_id))
        for area_id in dict.fromkeys(origins["area_id"])
    }
    parts = {area_id: _reached(graph, own, limits) for area_id, own in snaps.items()}
    reached = {area_id: _hash(graph, own) for area_id, own in parts.items()}
    tables, patches = _drawn(graph, parts, reached, known, mode, rules, origins.crs)
    areas = []
    for area_id, table in tables.items():
        border_ds = int(border_times(graph, snaps[area_id], covered).min(initial=UNREACHED))
        cut = table["limit_min"].map(deciseconds) >= border_ds
        areas.append(table.assign(area_id=area_id, cut=cut))
    joined = gpd.GeoDataFrame(pd.concat(areas, ignore_index=True), crs=origins.crs)
    return {
        f"{mode}_isochrones": joined[COLUMNS],
        f"{mode}_reached": reached,
        f"{mode}_patches": patches,
    }


def _drawn(
    graph: Graph,
    parts: Mapping[str, Mapping[float, Parts]],
    reached: Mapping[str, str],
    known: Mapping[str, Any],
    mode: str,
    rules: Mapping[str, float],
    crs: Any,
) -> tuple[dict[str, gpd.GeoDataFrame], Arrays]:
    """Draw what each area reaches, or take what was drawn of the same; and the patches for it."""
    was = known.get(f"{mode}_reached", {})
    spared = [area_id for area_id in parts if was.get(area_id) == reached[area_id]]
    # each is read from the disk, so once
    drawn = known[f"{mode}_isochrones"] if spared else None
    kept = known.get(f"{mode}_patches")
    tables = {
        area_id: _drawn_before(drawn, area_id, crs=crs).assign(
            reached_km=_lengths_km(graph, parts[area_id])
        )
        for area_id in spared
    }
    if len(spared) == len(parts) and kept is not None and kept["areas"].tolist() == spared:
        return tables, kept  # every patch stands, and there is no other
    memory = Memory.of(kept)
    # the areas reach much the same streets whole: what is drawn for one serves the next
    patches = Patches(graph.lines, **rules, memory=memory)
    asked = {}
    for area_id, own in parts.items():
        if area_id in tables:
            asked[area_id] = _asked_before(kept, area_id)
            memory.used |= {key: memory.earlier[key] for key in asked[area_id]}
        else:
            patches.asked.clear()
            tables[area_id] = isochrones_of_parts(graph, own, **rules, crs=crs, patches=patches)
            asked[area_id] = set(patches.asked)
    return {area_id: tables[area_id] for area_id in parts}, _with_areas(memory.arrays(), asked)


def _lengths_km(graph: Graph, parts: Mapping[float, Parts]) -> npt.NDArray[np.float64]:
    """Kilometres of street that are reached within each limit, the least first."""
    return np.array([parts_length_m(graph, parts[limit]) for limit in sorted(parts)]) / 1000.0


def _reached(graph: Graph, snaps: Snaps, limits_min: tuple[float, ...]) -> dict[float, Parts]:
    found = reach(graph, snaps, limit_ds=deciseconds(max(limits_min)))
    return {
        float(limit): reached_parts(graph, found, limit_ds=deciseconds(limit))
        for limit in limits_min
    }


def _hash(graph: Graph, parts_of: Mapping[float, Parts]) -> str:
    """Hash all that is drawn: parts by number of their street, and where those lie.

    How long a street is in truth is no part of it: metres are summed up anew.
    The numbers count, for streets are joined by patches of neighbours in their order; so does how
    many there are.
    """
    reached = np.zeros(graph.edges, dtype=bool)
    for parts in parts_of.values():
        reached[parts.edge] = True
    edges = np.flatnonzero(reached)
    rows, owner = ragged_rows(graph.edge_xy_start, edges)
    return seen(
        graph.edges,
        list(parts_of),
        *parts_of.values(),
        graph.edge_xy[rows],
        owner,
    )


def _drawn_before(drawn: Any, area_id: str, *, crs: Any) -> gpd.GeoDataFrame:
    """Give what was drawn of an area."""
    own = drawn[drawn["area_id"] == area_id].reset_index(drop=True)
    known = {"limit_min": own["limit_min"].to_numpy()}
    return gpd.GeoDataFrame(known, geometry=gpd.GeoSeries(own.geometry.to_numpy(), crs=crs))


def _asked_before(patches: Any, area_id: str) -> set[str]:
    """Give the keys of all that was drawn for an area."""
    own = patches["of"][patches["areas"].tolist().index(area_id)]
    return set(patches["keys"][own].astype(str).tolist())


def _with_areas(patches: Arrays, asked: Mapping[str, set[str]]) -> Arrays:
    """Say of each area which patches were drawn for it: ``of``, shape (areas, patches)."""
    keys = patches["keys"].astype(str).tolist()
    own = [[key in names for key in keys] for names in asked.values()]
    of = np.array(own, dtype=np.bool_).reshape(len(asked), len(keys))
    return Arrays(patches | {"areas": np.array(list(asked), dtype=np.str_), "of": of})
