"""Why a function is not within its limit: the way there, beside the straight line.

The way is the one that the figure was measured along. What it is longer than the straight line is
shared out over its streets, so that the one that leads away most can be named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from htkgis.network import Graph, Snaps, graph_from_arrays, snap
from htkgis.network.route import Leg, Route, route
from htkgis.profile.gaps import NEAREST, function_limits
from htkgis.profile.rounding import plain
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import DECISECONDS_PER_MINUTE

from .entrances import STATION, snap_places
from .modes import snapping
from .routes import nearest_doors

WALK = "walk"
METRES_PER_KM = 1000
MINUTES_PER_HOUR = 60


def nearest_shown(access: pd.DataFrame, *, state: int) -> dict[str, Any]:
    """Take the nearest places in the state that is shown out of access, which counts jobs too.

    Returns
    -------
    outputs
        ``walk_nearest``: rows of ``access``, in their order.
    """
    shown = access["state"].eq(state) & access["measure"].eq(NEAREST)
    return {"walk_nearest": access[shown].reset_index(drop=True)}


def trace_reasons(
    arrays: Arrays,
    nearest: pd.DataFrame,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    street_facts: pd.DataFrame,
    barriers: gpd.GeoDataFrame | None = None,
    entrances: gpd.GeoDataFrame | None = None,
    *,
    study: Study,
) -> dict[str, Any]:
    """Follow the way to each function that is beyond its limit for some origin of an area.

    Parameters
    ----------
    arrays
        Graph of walking.
    nearest
        As :func:`nearest_shown` gives them.
    origins, places, barriers, entrances
        As the travel times were measured with.
    street_facts
        Of their streets, as :func:`htkgis.pipeline.layers.hull_of_streets` takes them.

    Returns
    -------
    outputs
        ``reasons``: one record per area and function, see :func:`way_record`; with ``area_id``,
        ``function``, ``origin_id``, ``origin_name``, ``place_id`` and ``time_min``. Functions
        that no origin reaches have none.
    """
    graph = graph_from_arrays(arrays)
    rules = snapping(study, WALK)
    limits = function_limits(study.functions.measured, limits_of(study))
    facts = street_facts.set_index("id")
    nearest = nearest[nearest["function"].isin(list(limits))]
    areas = origins.set_index("id")["area_id"]
    told = {
        case: chosen
        for case, own in nearest.groupby([nearest["id"].map(areas), "function"], sort=False)
        if (chosen := told_origin(own, limits[str(case[1])])) is not None
    }
    starts = origins[origins["id"].isin([chosen["id"] for chosen in told.values()])]
    ends = places[places["id"].isin([chosen["to_id"] for chosen in told.values()])]
    doors = (
        snap(graph, starts, barriers=barriers, **rules),
        snap_places(graph, ends, entrances, barriers=barriers, **rules),
    )
    records = []
    for (area_id, function), chosen in told.items():
        snaps, found = _way(graph, doors, chosen)
        if found is None:
            continue
        start = starts.set_index("id").loc[chosen["id"]]
        # a station lies on its railway, and is reached from both sides of it
        met = None if function == STATION else barriers
        records.append(
            {
                "area_id": area_id,
                "function": function,
                "origin_id": chosen["id"],
                "origin_name": plain(start["name"]),
                "origin_name_en": plain(start.get("name_en")),
                "place_id": chosen["to_id"],
                "time_min": plain(round(chosen["value"], 2)),
            }
            | way_record(found, graph, snaps, facts, met, study.modes.walk.speed.value)
        )
    return {"reasons": records}


def _way(
    graph: Graph, doors: tuple[Snaps, Snaps], chosen: Mapping[str, Any]
) -> tuple[list[Snaps], Route | None]:
    """Find the way from an origin to its place, and where at the nearest doors it begins and ends.

    It takes as long as was measured, so that only what is as near is searched.
    """
    own = [
        snaps.where(np.flatnonzero(snaps.ids.astype(str) == str(chosen[end])))
        for snaps, end in zip(doors, ("id", "to_id"), strict=True)
    ]
    measured_ds = round(chosen["value"] * DECISECONDS_PER_MINUTE)
    snaps = nearest_doors(graph, own, limit_ds=measured_ds)
    return snaps, route(graph, snaps[0], snaps[1], limit_ds=measured_ds)


def limits_of(study: Study) -> dict[str, Any]:
    """Give what the study decides of gaps: the everyday limit, others, and what is direct."""
    rules = study.gaps
    return {
        "everyday_min": study.profile.everyday.value,
        "own_min": {} if rules is None else dict(rules.limits.value),
        "direct": None if rules is None else rules.direct.value,
    }


def told_origin(nearest: pd.DataFrame, limit_min: float) -> dict[str, Any] | None:
    """Choose the origin whose way is told: the middle of those beyond the limit.

    Parameters
    ----------
    nearest
        ``id``, ``value`` in minutes and ``to_id`` of one area and function.
    limit_min
        A time exactly on it is within.

    Returns
    -------
    row
        Of an even number the nearer of the two in the middle; of equal times the first by id.
        None where no origin is beyond the limit and reaches a place.

    Examples
    --------
    >>> rows = pd.DataFrame({"id": ["a", "b", "c"], "value": [9.0, 16.0, 20.0], "to_id": "p"})
    >>> told_origin(rows, 15)["id"]
    'b'
    """
    beyond = nearest[(nearest["value"] > limit_min) & nearest["to_id"].notna()]
    if beyond.empty:
        return None
    ranked = beyond.sort_values(["value", "id"], kind="stable")
    row = ranked.iloc[(len(ranked) - 1) // 2]
    return {str(name): row[name] for name in ranked.columns}


def way_record(
    found: Route,
    graph: Graph,
    snaps: list[Snaps],
    facts: pd.DataFrame,
    barriers: gpd.GeoDataFrame | None,
    speed_kph: float,
) -> dict[str, Any]:
    """Set a route beside the straight line between its ends.

    Returns
    -------
    record
        ``way_m``, connectors included; ``straight_m`` and ``straight_min`` at the speed of
        walking; ``worst_street`` (None where it has no name), ``worst_kind`` and
        ``worst_m``: the street that adds most to the straight line, and by how much;
        ``passages``, of ``tunnel`` and ``bridge`` those on the way; ``barriers``, the kinds that
        the straight line meets, by name.
    """
    start, end = (np.asarray(own.point_xy[0]) for own in snaps)
    straight_m = float(np.hypot(*(end - start)))
    streets = _added_by_street(steps_of(found, graph, facts, end))
    worst = max(streets, key=lambda street: round(street[2], 3), default=(None, None, None))
    used = facts.reindex([str(graph.edge_ids[leg.edge]) for leg in found.legs])
    # what counts is what parts the streets that are met, not what a place itself lies on
    line = shapely.LineString([own.xy[0] for own in snaps])
    met = [] if barriers is None else barriers.loc[barriers.intersects(line), "kind"].unique()
    return {
        "way_m": round(found.length_m + sum(float(own.distance_m[0]) for own in snaps), 1),
        "straight_m": round(straight_m, 1),
        "straight_min": round(straight_m / METRES_PER_KM / speed_kph * MINUTES_PER_HOUR, 2),
        "worst_street": worst[0],
        "worst_kind": worst[1],
        "worst_m": None if worst[2] is None else round(worst[2], 1),
        "passages": [name for name in ("tunnel", "bridge") if used[name].astype(bool).any()],
        "barriers": sorted(str(kind) for kind in met),
    }


def _added_by_street(
    steps: Iterable[tuple[str | None, str, float]],
) -> list[tuple[str | None, str, float]]:
    """Sum what the parts of a street add; of those without a name only parts that follow on.

    Examples
    --------
    >>> steps = [("A", "path", 10.0), (None, "path", 4.0), (None, "path", 5.0), ("A", "path", 1.0)]
    >>> _added_by_street([*steps, (None, "path", 6.0)])
    [('A', 'path', 11.0), (None, 'path', 9.0), (None, 'path', 6.0)]
    """
    added: dict[Any, tuple[str | None, str, float]] = {}
    for number, (street, run) in enumerate(groupby(steps, key=lambda step: step[:2])):
        key = number if street[0] is None else street[0]
        known = added.get(key, (*street, 0.0))
        added[key] = (*known[:2], known[2] + sum(step[2] for step in run))
    return list(added.values())


def steps_of(
    found: Route, graph: Graph, facts: pd.DataFrame, end: Any
) -> Iterator[tuple[str | None, str, float]]:
    """Yield each leg with what it is longer than the progress it makes towards the end."""
    rows = facts.loc[[str(graph.edge_ids[leg.edge]) for leg in found.legs], ["name", "kind"]]
    for leg, (stated, kind) in zip(found.legs, rows.itertuples(index=False), strict=True):
        near = _distance(graph, leg, leg.end, end) - _distance(graph, leg, leg.start, end)
        name: str | None = None if pd.isna(stated) else str(stated)
        yield name, str(kind), leg.length_m + near


def _distance(graph: Graph, leg: Leg, share: float, end: Any) -> float:
    """Metres in a straight line from a point of an edge to the end of the way."""
    at = shapely.get_coordinates(
        shapely.line_interpolate_point(graph.lines[leg.edge], share, normalized=True)
    )[0]
    return float(np.hypot(*(end - at)))
