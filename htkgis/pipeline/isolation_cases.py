"""How closed each area is by one mode, again in each case that may move it.

What no case can move is not tried: ways out are counted, directness is a ratio of lengths, which
knows of no speed, and trips through an area go from junction to junction, whatever snaps where.
Departures and buses matter to none of it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from htkgis.network import Graph, Snaps, graph_from_arrays, snap
from htkgis.profile.isolation import (
    BARRIER,
    DIRECTION,
    DIRECTNESS,
    FUNCTION,
    REACHED,
    THROUGH,
    dearest,
)
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import deciseconds

from .entrances import STATION, snap_targets, target_points
from .isolation import reached_share, remembered_detours, ring_directness
from .isolation_around import POINT, Around
from .isolation_kept import Looked, remembered_within
from .isolation_through import through_ratios
from .robustness_steps import case_study, cases_of, speed_up
from .seen import Kept, seen
from .snapped import same_positions

Row = dict[str, Any]


def measure_closure_cases(
    arrays: Arrays,
    areas: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame,
    measured: Sequence[Mapping[str, Any]],
    searched: Mapping[str, Any],
    *graphs: Arrays,
    study: Study,
    mode: str,
    cases: Sequence[str],
    with_graph: Sequence[str],
    waits: bool,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Measure by one mode in each case how direct ways are, what is reached, and what it costs.

    Parameters
    ----------
    arrays
        Graph of the mode.
    areas, origins, barriers
        As :func:`htkgis.pipeline.isolation.measure_closure` takes them.
    measured, searched
        What it found by the mode, and what it kept: trips through areas that it has searched
        are not searched again.
    graphs
        Graph of the mode in each case of ``with_graph``, where a speed does not merely make all
        trips so many times as long.
    study, mode, cases
        Decisions, the mode, and the names of the cases that may move something: speeds and
        snapping.
    waits
        Whether the mode waits or climbs, which takes as long at any speed: what a barrier costs
        at another speed is then not known without measuring all of it again, and is left out.

    earlier
        What this gave before of other inputs, which spares the areas around which nothing has
        changed; the result is the same without.

    Returns
    -------
    outputs
        ``<mode>_closure_cases``: per area, measure and case ``area_id``, ``mode``, ``indicator``,
        ``case`` and ``value`` (None: there is none), and of single directions ``direction``. At
        another speed the longest detour that counts is the same in metres.
        ``<mode>_closure_cases_kept``: what ``earlier`` takes.
    """
    of_cases = map(graph_from_arrays, graphs)
    again = _Again(dict(zip(with_graph, of_cases, strict=True)), cases, waits=waits)
    graph = graph_from_arrays(arrays)
    known = {own["area_id"]: own for own in measured}
    tried = areas.to_dict("records") if cases else []
    grounds: list[tuple[Around, dict[str, Around]]] = []
    for area in tried:
        own = origins.loc[origins["area_id"] == area["id"], POINT].reset_index(drop=True)
        around = Around(graph, area["geometry"], own, barriers, study, mode)
        others = {name: around.with_(graph=each) for name, each in again.graphs.items()}
        grounds.append((around, others))

    output = f"{mode}_closure_cases"
    before = (earlier or {}).get(f"{output}_kept", {})
    own_rows = [known[area["id"]] for area in tried]
    passing, kept_ratios = _passing(grounds, own_rows, again, {**before, **searched})
    widest = _widest(study, mode, cases)
    near = functools.cache(
        lambda number: tuple(each.within_reach(**widest) for each in _of_all(grounds[number]))
    )
    zones = [around.beside_surroundings(widest["max_snap_m"]) for around, _ in grounds]
    names = list(again.graphs)

    def within(number: int, looked: Looked) -> str:
        streets = [each.seen_within(zones[number], looked) for each in near(number)]
        return seen(own_rows[number], passing[number], names, streets)

    def measure(number: int) -> tuple[list[Row], Looked]:
        around, *others = near(number)
        by_name = dict(zip(names, others, strict=True))
        speeds = list(_by_speed(around, by_name, own_rows[number], again, passing[number]))
        rows, searched_dm = _by_snapping(around, own_rows[number], again)
        longest_ds = deciseconds(widest["limit_min"])
        return [*speeds, *rows], Looked(time_ds=longest_ds, way_dm=searched_dm)

    beside = [
        seen(own, passed, names, around.seen_beside(zone))
        for own, passed, zone, (around, _) in zip(own_rows, passing, zones, grounds, strict=True)
    ]
    streets = [seen([each.seen_streets() for each in _of_all(ground)]) for ground in grounds]
    found, kept = remembered_within(beside, streets, within, measure, before)
    rows = [
        {"area_id": area["id"], "mode": mode, **row}
        for area, own in zip(tried, found, strict=True)
        for row in own
    ]
    return {output: rows, f"{output}_kept": kept | kept_ratios}


def _of_all(ground: tuple[Around, Mapping[str, Around]]) -> list[Around]:
    """List an area by its usual graph, and by that of each case that has its own."""
    around, others = ground
    return [around, *others.values()]


def _widest(study: Study, mode: str, cases: Sequence[str]) -> dict[str, float]:
    """Find the longest trip that counts in any case, and the farthest that a point may lie off."""
    named = cases_of(study)
    ups = [speed_up(study, name, mode) or 1.0 for name in cases]
    snaps = [case.max_snap.value for name in cases if (case := named[name]).max_snap]
    limit_min = float(study.isolation.limits.value[mode]) if study.isolation else 0.0
    return {"limit_min": limit_min * max([1.0, *ups]), "max_snap_m": max([0.0, *snaps])}


def measure_detour_cases(
    arrays: Arrays,
    areas: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    entrances: gpd.GeoDataFrame,
    measured: Sequence[Mapping[str, Any]],
    *tables: gpd.GeoDataFrame,
    study: Study,
    mode: str,
    cases: Sequence[str],
    with_table: Sequence[str],
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Measure by one mode how much longer than straight the way to each function is, per case.

    Parameters
    ----------
    arrays, areas, origins, barriers, places, entrances
        As :func:`htkgis.pipeline.isolation.measure_detours` takes them.
    measured
        What it found by the mode.
    tables
        Entrances of all places in each case of ``with_table``.
    study, mode, cases
        Decisions, the mode, and the names of the cases that may move a point.
    earlier
        What this gave before of other inputs, which spares what nothing near has changed of.

    Returns
    -------
    outputs
        ``<mode>_detour_cases``: as those of :func:`measure_closure_cases`, with ``function``. What
        no case moves is not searched again. ``<mode>_detour_cases_kept``: what ``earlier`` takes.
    """
    output = f"{mode}_detour_cases"
    if not cases:
        return {output: [], f"{output}_kept": {}}
    doors = dict(zip(with_table, tables, strict=True))
    whole = Around(graph_from_arrays(arrays), None, origins, barriers, study, mode)
    known = {own["area_id"]: own["functions"] for own in measured}
    mine = {area_id: origins["area_id"].eq(area_id).to_numpy() for area_id in areas["id"]}
    here = _Ends.of(whole, places, entrances)
    tried: list[tuple[str, str]] = []
    asked: list[tuple[Around, dict[str, gpd.GeoDataFrame]]] = []
    for name in cases:
        other = whole.with_(study=case_study(study, cases_of(study)[name]))
        there = _Ends.of(other, places, doors.get(name, entrances), here)
        places_moved = there.moved_places(here)
        for area in areas.to_dict("records"):
            own = mine[area["id"]]
            starts_moved = there.moved_origins(here, own)
            functions = [row["function"] for row in known[area["id"]]]
            moved = [f for f in functions if f in places_moved or starts_moved[f == STATION]]
            if moved:
                around = other.with_(area=area["geometry"], origins=_points(origins, own))
                asked.append((around, {each: there.of_function(each) for each in moved}))
                tried.append((name, area["id"]))

    found, kept = remembered_detours(asked, (earlier or {}).get(f"{output}_kept", {}))
    again = dict(zip(tried, found, strict=True))
    rows = [
        {"area_id": area_id, "mode": mode, "indicator": FUNCTION}
        | {"function": row["function"], "case": name}
        | {"value": again.get((name, area_id), {}).get(row["function"], row)["median"]}
        for name in cases
        for area_id in areas["id"]
        for row in known[area_id]
    ]
    return {output: rows, f"{output}_kept": kept}


def _points(table: gpd.GeoDataFrame, rows: npt.NDArray[np.bool_]) -> gpd.GeoDataFrame:
    return table.loc[rows, POINT].reset_index(drop=True)


@dataclass(frozen=True)
class _Again:
    """What is measured again: cases, and graphs of those that need one of their own."""

    graphs: Mapping[str, Graph]
    cases: Sequence[str]
    waits: bool


def join_isolation_cases(*by_mode: list[Row]) -> dict[str, Any]:
    """Put the cases of all modes below each other; none where none is tried."""
    return {"isolation_cases": [row for rows in by_mode for row in rows]}


def _speeds(
    near: Around, others: Mapping[str, Around], again: _Again
) -> Iterator[tuple[str, float, Around, float]]:
    """List the cases of speed: by how much it goes up, the streets, and the longest trip there."""
    for name in again.cases:
        up = speed_up(near.study, name, near.mode)
        if up is not None:
            # where every trip takes as many times as long, the limit may move instead
            within_min = near.limit_min if name in others else near.limit_min * up
            yield name, up, others.get(name, near), within_min


def _passing(
    near: Sequence[tuple[Around, Mapping[str, Around]]],
    measured: Sequence[Mapping[str, Any]],
    again: _Again,
    earlier: Mapping[str, Any],
) -> tuple[list[dict[str, float | None]], Kept]:
    """Measure trips through each area at each speed, where there are any at the usual one."""
    asked = [
        (number, name, other, within_min)
        for number, (grounds, own) in enumerate(zip(near, measured, strict=True))
        if own["through"]["missing"] is None
        for name, _, other, within_min in _speeds(*grounds, again)
    ]
    ratios, kept = through_ratios([(other, limit) for _, _, other, limit in asked], earlier)
    found: list[dict[str, float | None]] = [{} for _ in near]
    for (number, name, _, _), ratio in zip(asked, ratios, strict=True):
        found[number][name] = ratio
    return found, kept


def _by_speed(
    near: Around,
    others: Mapping[str, Around],
    own: Mapping[str, Any],
    again: _Again,
    passing: Mapping[str, float | None],
) -> Iterator[Row]:
    """Measure what is reached and passed through as one at another speed does."""
    saved_min = (dearest(own) or {"saved_min": None})["saved_min"]
    for name, up, other, within_min in _speeds(near, others, again):
        share = reached_share(other, within_min)
        yield {"indicator": REACHED, "case": name, "value": share}
        if name in passing:
            yield {"indicator": THROUGH, "case": name, "value": passing[name]}
        if saved_min is not None and not again.waits:
            yield {"indicator": BARRIER, "case": name, "value": saved_min / up}


def _by_snapping(near: Around, own: Mapping[str, Any], again: _Again) -> tuple[list[Row], int]:
    """Measure again from and to the points that come to lie elsewhere; and how far was searched."""
    named = cases_of(near.study)
    ring = near.ring()
    rows: list[Row] = []
    farthest_dm = 0
    for name in again.cases:
        if named[name].max_snap is None:
            continue
        other = near.with_(study=case_study(near.study, named[name]))
        origins_stay, ring_stays = (
            same_positions(*(snap(near.graph, points, **each.snapping) for each in (near, other)))
            for points in (near.origins, ring)
        )
        found, share = own["directness"], own["reached_share"]
        if not (origins_stay and ring_stays):
            found, searched_dm = ring_directness(other)
            farthest_dm = max(farthest_dm, searched_dm)
        if not origins_stay:
            share = reached_share(other)
        rows.append({"indicator": DIRECTNESS, "case": name, "value": found["median"]})
        rows.append({"indicator": REACHED, "case": name, "value": share})
        rows += [
            {"indicator": DIRECTION, "direction": row["direction"], "case": name}
            | {"value": row["ratio"]}
            for row in found["directions"]
        ]
    return rows, farthest_dm


@dataclass(frozen=True)
class _Ends:
    """Where origins and places lie on the streets; a railway is no barrier to its own stations."""

    rules: Mapping[str, float]
    origins: Snaps
    origins_of_stations: Snaps
    points: gpd.GeoDataFrame
    places: Snaps

    @classmethod
    def of(
        cls,
        around: Around,
        places: gpd.GeoDataFrame,
        entrances: gpd.GeoDataFrame,
        usual: _Ends | None = None,
    ) -> _Ends:
        """Set origins and places on the streets; origins as usual where the same rules hold."""
        barriers, graph = around.barriers, around.graph
        rules = {name: rule for name, rule in around.snapping.items() if name != "barriers"}
        points = target_points(places, entrances)
        found = snap_targets(graph, points, barriers=barriers, **rules)
        if usual is not None and usual.rules == rules:
            return replace(usual, points=points, places=found)
        return cls(
            rules=rules,
            origins=snap(graph, around.origins, barriers=barriers, **rules),
            origins_of_stations=snap(graph, around.origins, **rules),
            points=points,
            places=found,
        )

    def of_function(self, function: str) -> gpd.GeoDataFrame:
        """List the points of a function."""
        return _points(self.points, self.points["function"].eq(function).to_numpy())

    def moved_places(self, usual: _Ends) -> set[str]:
        """List the functions of which a place lies elsewhere than usually."""
        either = [
            (each.points["function"].to_numpy(dtype=object), each.places) for each in (self, usual)
        ]
        names = set().union(*(set(function) for function, _ in either))
        return {
            name
            for name in names
            if not same_positions(*(found.where(function == name) for function, found in either))
        }

    def moved_origins(self, usual: _Ends, own: npt.NDArray[np.bool_]) -> dict[bool, bool]:
        """Tell whether an own origin lies elsewhere than usually, on the way to stations or not."""
        return {
            of_stations: getattr(self, name) is not getattr(usual, name)
            and not same_positions(*(getattr(each, name).where(own) for each in (self, usual)))
            for of_stations, name in ((False, "origins"), (True, "origins_of_stations"))
        }
