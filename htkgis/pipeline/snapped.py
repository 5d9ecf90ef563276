"""Where origins, homes and places lie on the streets: set there once, for all who search.

What searches takes the positions (:mod:`htkgis.network.stored_snaps`) and the graph of whoever
travels, which may be at any speed, and neither barriers nor entrances.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from htkgis.network import (
    Graph,
    Snaps,
    graph_from_arrays,
    snap,
    snap_arrays,
    snapped_within,
    snaps_from_arrays,
)
from htkgis.network.snap import NOT_SNAPPED
from htkgis.robustness_rules import Case
from htkgis.store.values import Arrays
from htkgis.study import Study

from .entrances import snap_targets, stand_on_rails, target_points
from .modes import snapping
from .snap_steps import (
    EVERYTHING,
    FUNCTIONS,
    JOBS,
    STOPPING,
    Streets,
    all_streets,
    moved_in,
    set_of,
    streets_walked,
    tables_of,
)
from .snapped_homes import ground_hash, with_earlier
from .transit_ends import at_rails, beside

SEEN = ("edge", "forward_ds", "backward_ds", "connector_ds")
"""What a search sees of a point."""
NAMED = (FUNCTIONS, JOBS)
"""Kinds of points that are not the rows of a table: a place may have several entrances."""


def set_on_streets(
    arrays: Arrays,
    barriers: gpd.GeoDataFrame,
    *tables: gpd.GeoDataFrame,
    study: Study,
    streets: Streets,
    kinds: Sequence[str],
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Set points of some kinds on the streets of a mode.

    Parameters
    ----------
    arrays
        Any graph of these streets.
    barriers
        Lines that nobody walks across.
    tables
        As :func:`htkgis.pipeline.snap_steps.tables_of` names them.
    earlier
        What this gave before of other inputs, which spares the points that were set on the same
        streets; the result is the same without.

    Returns
    -------
    outputs
        ``<streets>_at_<kind>``: as :func:`htkgis.network.snap_arrays` gives them; origins, which
        are the rows of their table, without ids. And for ``earlier`` ``<streets>_at_<kind>_of``:
        a hash of the streets and barriers, and which rows are stations.
    """
    graph = graph_from_arrays(arrays)
    rules: dict[str, Any] = {"barriers": barriers, **snapping(study, streets.mode)}
    given = dict(zip(tables_of(kinds), tables, strict=True))
    own, known = ground_hash(graph, **rules), earlier or {}
    found: dict[str, Any] = {}
    for kind in kinds:
        points, how = _points(kind, given), _how(kind)
        stations = np.flatnonzero(stand_on_rails(points)).tolist() if kind in NAMED else []
        before, lay = known.get(streets.at(set_of(kind)), [None, []])
        if before == own:
            apart, at = (lay, stations), known[streets.at(kind)]
            snaps = with_earlier(graph, points, at, rules, how=how, apart=apart)
        else:
            snaps = how(graph, points, **rules)
        found[streets.at(kind)] = _stored(graph, kind, snaps)
        found[streets.at(set_of(kind))] = [own, stations]
    return found


def set_stops(
    barriers: gpd.GeoDataFrame,
    stops: gpd.GeoDataFrame,
    stations: gpd.GeoDataFrame,
    *graphs: Arrays,
    study: Study,
) -> dict[str, Any]:
    """Set stops and stations on the streets of all who walk.

    Returns
    -------
    outputs
        ``<streets>_at_stops``, and ``<streets>_at_stations``, which no barrier keeps off any: as
        :func:`htkgis.network.snap_arrays` gives them, in the order of the tables.
    """
    max_snap_m = snapping(study)["max_snap_m"]
    found: dict[str, Any] = {}
    for streets, arrays in zip(streets_walked(study), graphs, strict=True):
        graph = graph_from_arrays(arrays)
        rows = ((stops, barriers), (stations, None))
        for kind, (points, before) in zip(STOPPING, rows, strict=True):
            snaps = at_rails(graph, points, max_snap_m, before)
            found[streets.at(kind)] = _stored(graph, kind, snaps)
    return found


def set_again(
    barriers: gpd.GeoDataFrame,
    *inputs: Any,
    study: Study,
    altered: Study,
    name: str,
    case: Case,
) -> dict[str, Any]:
    """Set points on all streets again in a case that may move some.

    Parameters
    ----------
    barriers, inputs
        As :func:`htkgis.pipeline.snap_steps.case_snap_step` names them.
    study, altered
        Of the run, and of the case.

    Returns
    -------
    outputs
        ``case_<name>_<streets>_at_<kind>``: None where all points of a kind lie where they lie in
        the study itself, to the last bit; else as :func:`set_on_streets` gives them.
    """
    doors = case.entrance_tolerance is not None
    names = tables_of((FUNCTIONS, JOBS) if doors else EVERYTHING)
    given, rest = dict(zip(names, inputs, strict=False)), list(inputs[len(names) :])
    same_doors = doors and given["entrances"].equals(rest.pop(0))
    found: dict[str, Any] = {}
    for streets in all_streets(study):
        arrays, kinds = rest.pop(0), moved_in(case, streets)
        own = {kind: rest.pop(0) for kind in kinds}
        if same_doors:
            found |= {streets.at(kind, name): None for kind in kinds}
            continue
        graph, rules = graph_from_arrays(arrays), snapping(altered, streets.mode)
        for kind in kinds:
            points = _points(kind, given)
            if doors:
                again = snap_targets(graph, points, barriers=barriers, **rules)
                before = snaps_from_arrays(graph, own[kind])
            else:
                before = snaps_from_arrays(graph, own[kind], points["id"])
                how = _how(kind)
                again = snapped_within(graph, points, before, barriers=barriers, **rules, how=how)
            moved = not _same_places(again, before)
            found[streets.at(kind, name)] = _stored(graph, kind, again) if moved else None
    return found


def on_streets(graph: Graph, at: Arrays, points: pd.DataFrame | None = None) -> Snaps:
    """Read back where points lie; ``points`` are the rows of origins or of homes."""
    return snaps_from_arrays(graph, at, None if points is None else points["id"])


def of_places(snaps: Snaps, ids: Any) -> Snaps:
    """Take the entrances of some places, in the order of all."""
    return snaps.where(np.flatnonzero(pd.Index(snaps.ids).isin(ids)))


def in_order(ids: Any, functions: Snaps, *jobs: Snaps) -> Snaps:
    """Put the entrances of all places into the order of some ids, each entrance once."""
    joined = functions
    for more in jobs:
        joined = beside(joined, more)
    place = pd.Index(ids).get_indexer(pd.Index(joined.ids))
    order = np.argsort(place, kind="stable")
    return joined.where(order[place[order] >= 0])


def same_positions(one: Snaps, other: Snaps) -> bool:
    """Tell whether the same points lie at the same positions, at the same costs to get there.

    Searches see nothing else of a point, so equal positions give equal figures.
    """
    return np.array_equal(one.ids, other.ids) and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in SEEN
    )


def _same_places(one: Snaps, other: Snaps) -> bool:
    """Tell whether the same points lie at the same places, whoever travels from there.

    At equal costs they may not: who is slower, or counts metres, tells places apart that are a
    tenth of a second from each other for the graph at hand.
    """
    if not np.array_equal(one.ids, other.ids) or not np.array_equal(one.edge, other.edge):
        return False
    there = one.edge != NOT_SNAPPED
    return all(
        np.array_equal(getattr(one, name)[there], getattr(other, name)[there])
        for name in ("share", "distance_m")
    )


def _how(kind: str) -> Any:
    return snap_targets if kind in NAMED else snap


def _stored(graph: Graph, kind: str, snaps: Snaps) -> Arrays:
    return Arrays(snap_arrays(graph, snaps, named=kind in NAMED))


def _points(kind: str, given: Mapping[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Take the points of a kind from the tables that they are made of."""
    if kind not in NAMED:
        return given[kind]
    places = given["counted_functions"]
    if kind == JOBS:
        every = given["counted_places"]
        places = every[~every["id"].isin(places["id"])]
    return target_points(places, given["entrances"])
