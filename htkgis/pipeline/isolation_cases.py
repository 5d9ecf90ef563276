"""How closed each area is on foot, again in each case that may move it.

What no case can move is not tried: ways out are counted, and directness is a ratio of lengths,
so neither knows of a walking speed; departures and buses matter to none of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd

from htkgis.network import graph_from_arrays, reach, reached_surroundings, snap
from htkgis.profile.isolation import BARRIER, DIRECTNESS, REACHED
from htkgis.profile.rounding import plain
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import deciseconds

from .isolation import Around, reached_share, ring_directness
from .mode_steps import WALK
from .robustness_steps import case_study, cases_of
from .robustness_streets import same_positions

Row = dict[str, Any]


def measure_isolation_cases(
    arrays: Arrays,
    areas: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame,
    measured: Sequence[Mapping[str, Any]],
    *,
    study: Study,
    cases: Sequence[str],
) -> dict[str, Any]:
    """Measure on foot in each case how direct the ways are, what is reached, and what it costs.

    Parameters
    ----------
    arrays
        Graph of walking.
    areas, origins, barriers
        As :func:`htkgis.pipeline.isolation.measure_closure` takes them.
    measured
        What it found on foot.
    study, cases
        Decisions, and the names of the cases that may move something: speeds and snapping.

    Returns
    -------
    outputs
        ``isolation_cases``: per area, measure and case ``area_id``, ``indicator``, ``case`` and
        ``value``. At another speed the longest detour that counts is the same in metres, so that
        every trip, with a barrier and without, takes as many times as long.
    """
    graph = graph_from_arrays(arrays)
    rows: list[Row] = []
    known = {own["area_id"]: own for own in measured}
    for area in areas.to_dict("records") if cases else ():
        own = origins[origins["area_id"] == area["id"]]
        around = Around(graph, area["geometry"], own, barriers, study, WALK).nearby()
        found = [
            row
            for measure in (_by_speed, _by_snapping)
            for row in measure(around, known[area["id"]], cases)
        ]
        rows += [{"area_id": area["id"], **row} for row in found]
    return {"isolation_cases": rows}


def _by_speed(around: Around, own: Mapping[str, Any], cases: Sequence[str]) -> Iterator[Row]:
    """Reach the surroundings once, as far as the quickest gets, and cut at what each one does."""
    study = around.study
    named = cases_of(study)
    speeds = {name: speed for name in cases if (speed := named[name].speed) is not None}
    ups = {name: speed.value / study.modes.walk.speed.value for name, speed in speeds.items()}
    if not ups:
        return
    rules = around.rules
    limit_min = rules.limits.value[WALK]
    start = snap(around.graph, around.origins, **around.snapping)
    far = reach(around.graph, start, limit_ds=deciseconds(limit_min * max(1.0, *ups.values())))
    saved_min = next(
        (row["saved_min"] for row in own["barriers"].get("rows", ()) if row["saved_min"]), None
    )
    for name, up in ups.items():
        share = reached_surroundings(
            around.graph,
            far,
            around.area,
            distance_m=rules.surroundings.value,
            limit_ds=deciseconds(limit_min * up),
        ).share
        yield {"indicator": REACHED, "case": name, "value": plain(share)}
        if saved_min is not None:
            yield {"indicator": BARRIER, "case": name, "value": saved_min / up}


def _by_snapping(around: Around, own: Mapping[str, Any], cases: Sequence[str]) -> Iterator[Row]:
    """Measure again from and to the points that come to lie elsewhere on the streets."""
    named = cases_of(around.study)
    ring = around.ring()
    for name in cases:
        if named[name].max_snap is None:
            continue
        other = around.with_(study=case_study(around.study, named[name]))
        origins_stay, ring_stays = (
            same_positions(
                *(snap(around.graph, points, **each.snapping) for each in (around, other))
            )
            for points in (around.origins, ring)
        )
        ratio, share = own["directness"]["median"], own["reached_share"]
        if not (origins_stay and ring_stays):
            ratio = ring_directness(other)["median"]
        if not origins_stay:
            share = reached_share(other)
        yield {"indicator": DIRECTNESS, "case": name, "value": ratio}
        yield {"indicator": REACHED, "case": name, "value": share}
