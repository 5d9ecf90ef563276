"""Which barriers lie around an area, what each is called, and what it costs."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from htkgis.network import CrossingRules, Graph, barrier_costs, barrier_crossings
from htkgis.profile.rounding import plain
from htkgis.study import Study
from htkgis.units import deciseconds

from .modes import snapping

ROAD = "road"
"""Kind of a barrier that is a street of its own; all others are called as their layer does."""

NAMING = ["name", "kind", "walk", "tunnel", "bridge", "geometry"]
"""Of a street, what tells how a barrier is called and which roads are one."""

SAME_LINE_M = 1.0
"""A barrier is drawn along the street that names it, from the same source."""


def streets_near(
    streets: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, *, surroundings_m: float
) -> dict[str, Any]:
    """Keep the streets in the surroundings of any area, and of them what names barriers.

    Returns
    -------
    outputs
        ``near_streets``: columns ``NAMING``, in the order of ``streets``.
    """
    lines = streets.geometry.to_numpy()
    near = np.zeros(len(streets), dtype=bool)
    for zone in shapely.buffer(areas.geometry.to_numpy(), surroundings_m):
        shapely.prepare(zone)
        near |= shapely.intersects(zone, lines)
    return {"near_streets": streets.loc[near, NAMING].reset_index(drop=True)}


def named_barriers(
    barriers: gpd.GeoDataFrame, streets: gpd.GeoDataFrame, zone: Any, road_kinds: tuple[str, ...]
) -> gpd.GeoDataFrame:
    """Gather the barriers inside a zone, by kind and name.

    Parameters
    ----------
    barriers
        Contract ``BARRIERS``.
    streets
        Contract ``STREETS``: big roads of ``road_kinds`` are barriers by their names, bridges and
        tunnels left out, and a barrier takes the name of the street it is drawn along.
    zone
        Polygon.
    road_kinds
        Kinds of street that are hard to cross between junctions.

    Returns
    -------
    named
        ``barrier`` (id), ``kind``, ``name`` (missing where no street names any of its kind here)
        and single lines inside the zone. What has no name belongs to the nearest of its kind that
        has one, as ramps do to their motorway.
    """
    near = streets[streets.intersects(zone) & streets["name"].notna()]
    own = barriers[barriers.intersects(zone)]
    parts = [
        own[["kind"]].assign(name=_names(own, near[~near["walk"]]), geometry=own.geometry),
        _roads(near, road_kinds),
    ]
    table = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=streets.crs)
    table["geometry"] = shapely.intersection(table.geometry.to_numpy(), zone)
    table = table.explode(ignore_index=True)
    table = table[shapely.get_type_id(table.geometry.to_numpy()) == shapely.GeometryType.LINESTRING]
    shown = table["name"].map(lambda name: "" if pd.isna(name) else str(name))
    return table.assign(barrier=table["kind"] + ":" + shown).reset_index(drop=True)


def _names(barriers: gpd.GeoDataFrame, streets: gpd.GeoDataFrame) -> Any:
    """Name each barrier after the street it is drawn along, else as the nearest of its kind."""
    names = np.full(len(barriers), None, dtype=object)
    if streets.empty or barriers.empty:
        return names
    lines = barriers.geometry.to_numpy()
    middle = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    tree = shapely.STRtree(streets.geometry.to_numpy())
    (row, street), gap_m = tree.query_nearest(middle, all_matches=False, return_distance=True)
    along = gap_m <= SAME_LINE_M
    names[row[along]] = streets["name"].to_numpy(dtype=object)[street[along]]
    for kind in sorted(set(barriers["kind"])):
        own = barriers["kind"].to_numpy() == kind
        known = np.flatnonzero(own & pd.notna(names))
        unknown = np.flatnonzero(own & pd.isna(names))
        if len(known) and len(unknown):
            nearest = shapely.STRtree(lines[known]).query_nearest(lines[unknown], all_matches=False)
            names[unknown[nearest[0]]] = names[known[nearest[1]]]
    return names


def _roads(streets: gpd.GeoDataFrame, kinds: tuple[str, ...]) -> gpd.GeoDataFrame:
    on_ground = ~streets["tunnel"].astype(bool) & ~streets["bridge"].astype(bool)
    own = streets[streets["kind"].isin(kinds) & on_ground]
    return own[["name", "geometry"]].assign(kind=ROAD)[["kind", "name", "geometry"]]


def measured_barriers(
    graph: Graph,
    named: gpd.GeoDataFrame,
    closed: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    around: Any,
    *,
    study: Study,
    mode: str,
) -> tuple[list[dict[str, Any]], int]:
    """Measure what each barrier costs, dearest first, and where it can be crossed.

    Parameters
    ----------
    graph
        Streets of the mode.
    named
        As :func:`named_barriers` gives them.
    closed
        Contract ``BARRIERS``: what no connector crosses.
    origins
        Points that trips start from.
    around
        The surroundings that trips lead to: points of an even grid inside.
    study, mode
        Decisions ``isolation`` and those of the mode.

    Returns
    -------
    rows, searched_ds
        Plain values: ``kind``, ``name``, ``saved_min``, ``affected_share``, ``lower_bound``, and
        of barriers that are no streets ``crossings`` inside the surroundings and the
        ``widest_gap_m`` between them; both None of roads, which are crossed at every junction.
        And how long trips are that count, in deciseconds, as :func:`barrier_costs` says.
    """
    rules = study.isolation
    if rules is None or named.empty:
        return [], 0
    costs = barrier_costs(
        graph,
        named,
        origins,
        grid_points(around, rules.point_spacing.value, named.crs),
        rules=CrossingRules(
            spacing_m=rules.crossing_spacing.value,
            width_m=rules.barrier_width.value,
            reach_m=rules.crossing_reach.value,
            max_snap_m=rules.point_spacing.value,
            min_part_m=snapping(study, mode)["min_part_m"],
        ),
        limit_ds=deciseconds(rules.longest.value[mode]),
        closed=closed,
    )
    facts = named.drop_duplicates("barrier").set_index("barrier")
    rows = []
    for row in costs.to_dict("records"):
        kind, name = facts.loc[row["barrier"], ["kind", "name"]]
        found: dict[str, Any] = {"crossings": None, "widest_gap_m": None}
        if kind != ROAD:
            lines = named.geometry.to_numpy()[named["barrier"].to_numpy() == row["barrier"]]
            ways = barrier_crossings(graph, lines, around, width_m=rules.barrier_width.value)
            gap_m = plain(ways.widest_gap_m)
            found = {
                "crossings": ways.count,
                "widest_gap_m": None if gap_m is None else round(gap_m),
            }
        rows.append(
            {"kind": kind, "name": plain(name)}
            | {key: plain(row[key]) for key in ("saved_min", "affected_share", "lower_bound")}
            | found
        )
    return rows, int(costs["searched_ds"].max())


def grid_points(zone: Any, spacing_m: float, crs: Any) -> gpd.GeoDataFrame:
    """Set points in an even grid inside a zone, on whole multiples of the spacing.

    Examples
    --------
    >>> len(grid_points(shapely.box(50, 50, 250, 150), 100, None))
    2
    """
    low_x, low_y, high_x, high_y = shapely.bounds(zone)
    x, y = (
        np.arange(np.ceil(low / spacing_m), np.floor(high / spacing_m) + 1) * spacing_m
        for low, high in ((low_x, high_x), (low_y, high_y))
    )
    spots = shapely.points(np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2))
    spots = spots[shapely.contains(zone, spots)]
    return gpd.GeoDataFrame(
        {"id": [f"spot-{n}" for n in range(len(spots))]}, geometry=spots, crs=crs
    )
