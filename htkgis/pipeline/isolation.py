"""Isolation: how closed each housing area is, and what closes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from htkgis.catalog import Catalog
from htkgis.network import (
    boundary_crossings,
    directness,
    reach,
    reached_surroundings,
    snap,
)
from htkgis.profile.rounding import plain
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import deciseconds

from .entrances import target_points
from .isolation_around import POINT, Around, areas_around
from .isolation_barriers import NAMING, measured_barriers, named_barriers
from .isolation_kept import SAME, Looked, remembered_within
from .isolation_through import through_ratios
from .layers import street_coverage
from .seen import Kept, once_of, seen

STATION = "station"
COMPASS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
"""Directions clockwise from north, each an eighth of the circle."""


def measure_closure(
    arrays: Arrays,
    areas: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    hull: gpd.GeoDataFrame,
    *,
    study: Study,
    catalog: Catalog,
    mode: str,
    sketch: bool,
    speed_ups: Sequence[float] = (),
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Measure by one mode how closed the streets make each area; by car its ways out alone.

    Parameters
    ----------
    arrays
        Graph of the mode.
    areas, origins, barriers
        Layers of the study.
    streets, hull
        Streets near the areas, as ``streets_near`` takes them, and the hull of all.
    study, catalog, mode
        Decisions, how far the streets are whole, the mode.
    sketch
        Whether the streets are a sketch: it draws some streets only, so crossings are a lower
        bound, and through-movement cannot be told.
    speed_ups
        How many times as fast the mode is in each case in which every trip takes as many times
        as long: the same search finds the trips through areas of those too.
    earlier
        What this gave before of other inputs, which spares the areas around which nothing has
        changed; the result is the same without.

    Returns
    -------
    outputs
        ``<mode>_closure``: a list of plain values, one per area; see ``_measured``.
        ``<mode>_closure_kept``: what ``earlier`` takes, and trips through areas at other speeds.
    """
    covered = street_coverage(catalog, hull)
    found = list(areas_around(arrays, areas, origins, barriers, study, mode))
    rows = [{"crossings": outline_crossings(around) | {"lower_bound": sketch}} for around in found]
    kept: Kept = {}
    if study.isolation is not None and mode in study.isolation.limits.value:
        known = bool(catalog.by_role("barriers"))
        named = [around.beside(streets, NAMING) for around in found]
        edges = [_meets_edge(around, covered) for around in found]
        zones = [around.beside_surroundings() for around in found]
        facts = [(own, edge, known) for own, edge in zip(named, edges, strict=True)]
        beside = [
            around.seen_beside(zone, *own)
            for around, zone, own in zip(found, zones, facts, strict=True)
        ]
        all_streets = [around.seen_streets() for around in found]
        near = cache(lambda number: found[number].within_reach())

        def within(number: int, looked: Looked) -> str:
            seen: str = near(number).seen_within(zones[number], looked, *facts[number])
            return seen

        def measured(number: int) -> tuple[dict[str, Any], Looked]:
            row, looked = _measured(near(number), edge=edges[number])
            barriers, searched_ds = {"missing": "no_layer"}, 0
            if known:
                barriers, searched_ds = _barriers(near(number), named[number])
            return row | {"barriers": barriers}, looked.and_(Looked(time_ds=searched_ds))

        before = kept_before(earlier, f"{mode}_closure")
        further, kept = remembered_within(beside, all_streets, within, measured, before)
        passing = [(around, around.limit_min * up) for up in (1.0, *speed_ups) for around in found]
        all_ratios, kept_ratios = through_ratios([] if sketch else passing, before)
        ratios = all_ratios[: len(found)]
        through = [{"missing": "sketch"} for _ in found] if sketch else map(_through, ratios)
        kept |= kept_ratios
        rows = [
            row | more | {"through": passed}
            for row, more, passed in zip(rows, further, through, strict=True)
        ]
    return {f"{mode}_closure": by_area(rows, areas, mode), f"{mode}_closure_kept": kept}


def kept_before(earlier: Mapping[str, Any] | None, output: str) -> Kept:
    """Give what was kept beside an output before, if anything was."""
    found: Kept = (earlier or {}).get(f"{output}_kept", {})
    return found


def measure_detours(
    arrays: Arrays,
    areas: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    entrances: gpd.GeoDataFrame,
    *,
    study: Study,
    mode: str,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Measure by one mode how much longer than straight the way to each function is.

    Apart from :func:`measure_closure`, which a place that moves leaves as it is; ``places`` are
    those of functions, in the state that is shown.

    Returns
    -------
    outputs
        ``<mode>_detours``: a list with ``functions``, one per area; see :func:`function_detours`.
        ``<mode>_detours_kept``: what ``earlier`` takes; of an area it spares the functions of
        which no place has changed.
    """
    near = list(areas_around(arrays, areas, origins, barriers, study, mode))
    targets = {
        function: target_points(own, entrances)[POINT].reset_index(drop=True)
        for function in study.functions.measured
        if len(own := places[places["function"] == function])
    }
    before = kept_before(earlier, f"{mode}_detours")
    found, kept = remembered_detours([(around, targets) for around in near], before)
    rows = [{"functions": list(own.values())} for own in found]
    return {f"{mode}_detours": by_area(rows, areas, mode), f"{mode}_detours_kept": kept}


def remembered_detours(
    asked: Sequence[tuple[Around, Mapping[str, gpd.GeoDataFrame]]], earlier: Mapping[str, Any]
) -> tuple[list[dict[str, dict[str, Any]]], Kept]:
    """Compare ways with straight lines as :func:`function_detours`, unless it was done before.

    Parameters
    ----------
    asked
        Areas in the whole graph, and the points of each function that is asked for; what lies
        farther off than any trip of interest leads is no part of what is kept.
    earlier
        What this gave before as ``kept``, by the same decisions but for how far points may snap.

    Returns
    -------
    rows, kept
        Rows by function, in the order asked for, of each of ``asked``; and the same by a hash of
        all that decides them.
    """
    found: list[dict[str, dict[str, Any]]] = []
    kept: Kept = {}
    for whole, targets in asked:
        max_snap_m = whole.snapping["max_snap_m"]
        near = cache(whole.nearby)
        # where no street has changed, those nearby need not be cut out to know it
        beside = whole.seen_beside(whole.beside_zone(), max_snap_m)
        same = SAME + seen(beside, whole.seen_streets())
        ground = earlier.get(same) or whole.seen_nearby(max_snap_m)
        kept[same] = ground
        keys = {
            function: seen(ground, function, once_of(points, "seen", partial(seen, points)))
            for function, points in targets.items()
        }
        lacking = {name: targets[name] for name, key in keys.items() if key not in earlier}
        new = function_detours(near(), lacking) if lacking else {}
        rows = {name: new[name] if name in new else earlier[key] for name, key in keys.items()}
        kept |= {key: rows[name] for name, key in keys.items()}
        found.append(rows)
    return found, kept


def by_area(rows: list[dict[str, Any]], areas: gpd.GeoDataFrame, mode: str) -> list[dict[str, Any]]:
    """Say of each row which area it is of, and by which mode."""
    ids = zip(areas["id"], rows, strict=True)
    return [{"area_id": area_id, "mode": mode, **row} for area_id, row in ids]


def join_parts(*parts: list[dict[str, Any]], mode: str) -> dict[str, Any]:
    """Put what was measured of each area by one mode into one row.

    Examples
    --------
    >>> crossings, detours = ([{"area_id": "x", part: 1}] for part in ("crossings", "functions"))
    >>> join_parts(crossings, detours, mode="walk")
    {'walk_isolation': [{'area_id': 'x', 'crossings': 1, 'functions': 1}]}
    """
    rows = []
    for of_area in zip(*parts, strict=True):
        row: dict[str, Any] = {}
        for part in of_area:
            row |= part
        rows.append(row)
    return {f"{mode}_isolation": rows}


def join_isolation(*by_mode: list[dict[str, Any]]) -> dict[str, Any]:
    """Put the areas of all modes below each other, walking first; none where none is measured."""
    return {"isolation": [row for rows in by_mode for row in rows]}


def outline_crossings(around: Around) -> dict[str, Any]:
    """Count the ways over the outline of an area."""
    found = boundary_crossings(
        around.graph, around.area, same_place_m=around.rules.same_place.value
    )
    return {"count": found.count, "outline_m": round(found.outline_m), "per_km": found.per_km}


def _meets_edge(around: Around, covered: Any) -> bool:
    """Tell whether the streets end within the surroundings: figures are of what is known."""
    return not bool(shapely.covers(covered, around.surroundings))


def _measured(around: Around, *, edge: bool) -> tuple[dict[str, Any], Looked]:
    """Measure directness to the ring, and the share that is reached; say how far ways lead."""
    direct, searched_dm = ring_directness(around)
    row = {
        "origins": len(around.origins),
        "edge": edge,
        "directness": direct,
        "reached_share": reached_share(around),
    }
    return row, Looked(time_ds=deciseconds(around.limit_min), way_dm=searched_dm)


def ring_directness(around: Around) -> tuple[dict[str, Any], int]:
    """Directness to points all round: per direction, over all origins; and decimetres searched."""
    ring = around.ring()
    found = directness(
        around.graph, around.origins, ring, limit_m=around.longest_m, **around.snapping
    )
    way, straight = found.way_m, np.where(np.isnan(found.way_m), 0.0, found.straight_m)
    reached = ~np.isnan(way).all(axis=0)
    of_origins = found.of_origins()["ratio"].dropna()
    centre = shapely.centroid(around.area)
    spots = shapely.get_coordinates(ring.geometry.to_numpy())
    bearing = np.degrees(np.arctan2(spots[:, 0] - centre.x, spots[:, 1] - centre.y))
    sector = np.rint(bearing / 45).astype(int) % len(COMPASS)
    directions = []
    for number, name in enumerate(COMPASS):
        rows = (sector == number) & reached
        total = straight[:, rows].sum()
        ratio = max(float(np.nansum(way[:, rows]) / total), 1.0) if total > 0 else None
        directions.append({"direction": name, "ratio": ratio})
    row = {
        **{name: plain(of_origins.agg(name)) for name in ("min", "median", "max")},
        "directions": directions,
        "reached_share": float(reached.mean()),
    }
    return row, found.searched_dm


def function_detours(
    around: Around, targets: Mapping[str, gpd.GeoDataFrame]
) -> dict[str, dict[str, Any]]:
    """Compare the way to the nearest of each function with the straight line to the nearest.

    Parameters
    ----------
    targets
        Points of each function, at least one; no place is in two of them.

    Returns
    -------
    rows
        By function, see :func:`_detour`.
    """
    found: dict[str, dict[str, Any]] = {}
    # a railway is no barrier to its own stations
    for closed, own in (
        (around.barriers, [name for name in targets if name != STATION]),
        (None, [name for name in targets if name == STATION]),
    ):
        if not own:
            continue
        # one search serves all functions: how far one place is rests on no other
        places = pd.concat([targets[name] for name in own], ignore_index=True)
        rules = around.snapping | {"barriers": closed}
        ways = directness(around.graph, around.origins, places, limit_m=around.longest_m, **rules)
        for name in own:
            nearest = ways.to(targets[name]["id"]).to_nearest()
            found[name] = _detour(around, name, nearest)
    return found


def _detour(around: Around, function: str, found: pd.DataFrame) -> dict[str, Any]:
    far = found[found["straight_m"] >= around.rules.least_straight.value]
    return {
        "function": function,
        **{name: plain(far["ratio"].agg(name)) for name in ("min", "median", "max")},
        "way_m": plain(far["way_m"].median()),
        "straight_m": plain(far["straight_m"].median()),
        "origins": len(far),
    }


def reached_share(around: Around, limit_min: float | None = None) -> float | None:
    """Part of the streets around that is reached from any origin; None where there are none."""
    limit_ds = deciseconds(limit_min or around.limit_min)
    start = snap(around.graph, around.origins, **around.snapping)
    found = reached_surroundings(
        around.graph,
        reach(around.graph, start, limit_ds=limit_ds),
        around.area,
        distance_m=around.rules.surroundings.value,
        limit_ds=limit_ds,
    )
    share: float | None = plain(found.share)
    return share


def _through(ratio: float | None) -> dict[str, Any]:
    return {"missing": "no_streets"} if ratio is None else {"missing": None, "ratio": ratio}


def _barriers(around: Around, streets: gpd.GeoDataFrame) -> tuple[dict[str, Any], int]:
    """Measure what barriers cost; say how long trips are that count, in deciseconds."""
    zone = around.surroundings
    closed = around.barriers
    if closed is None:
        return {"missing": "no_layer"}, 0
    named = named_barriers(closed, streets, zone, around.rules.roads.value)
    rows, searched_ds = measured_barriers(
        around.graph,
        named,
        closed,
        around.origins,
        shapely.difference(zone, around.area),
        study=around.study,
        mode=around.mode,
    )
    if not rows:
        return {"missing": "none_near"}, searched_ds
    if pd.isna(rows[0]["saved_min"]):
        return {"missing": "no_trips"}, searched_ds
    return {"missing": None, "rows": rows}, searched_ds
