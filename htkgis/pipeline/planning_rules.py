"""Metres on foot from every origin to what planning rules speak of, and its level of service.

Distances are those of the shortest way in metres, over the streets that people may walk on:
:func:`htkgis.pipeline.service_levels.distance_mode`. Where nothing but length costs time, as in
plain walking, the quickest way is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from htkgis.access import sdg_service_level, service_frequency
from htkgis.access.service_frequency import WALK_M
from htkgis.catalog import Catalog
from htkgis.network import (
    Snaps,
    border_times,
    build_graph,
    graph_arrays,
    graph_from_arrays,
)
from htkgis.network.snap import NOT_SNAPPED
from htkgis.store.values import Arrays
from htkgis.study import Study

from .door_to_door import door_to_door
from .entrances import fold_times
from .layers import coverage, street_coverage
from .mode_steps import direct_of
from .modes import open_to, snapping
from .robustness import robustness_rules
from .rule_steps import OF_DISTANCES
from .service_levels import DECIMETRES_PER_M, distance_mode, snap_stops, stop_distances
from .snap_steps import FUNCTIONS, ORIGINS
from .snapped import of_places, on_streets

WALK = "walk"
OFF = "off_network"
SCHOOL, STATION = "school", "station"
DISTANCE_COLUMNS = [
    "from_id", "function", "mode", "to_id", "way_m", "searched_m", "short", "in_district",
    "at_entrance", "accuracy_m",
]  # fmt: skip
LEVEL_COLUMNS = ["from_id", "departures_per_hour", "modes", "level", "level_every_stop", "bound"]


def distance_graph(streets: gpd.GeoDataFrame, *, study: Study) -> dict[str, Any]:
    """Build the walking graph whose deciseconds are decimetres, as ``distance_graph``."""
    mode = distance_mode(study)
    graph = build_graph(open_to(streets, mode), mode=mode)
    return {"distance_graph": Arrays(graph_arrays(graph))}


def measure_distances(
    arrays: Arrays,
    rules: pd.DataFrame,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    entrances: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    districts: gpd.GeoDataFrame,
    at_origins: Arrays,
    at_functions: Arrays,
    own_entrances: gpd.GeoDataFrame | None = None,
    *elsewhere: Arrays | None,
    study: Study,
    catalog: Catalog,
    output: str,
    moved: Sequence[str] = (),
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Measure how far each origin walks to the nearest place of each function that has a rule.

    The state is the one that is shown. To a school it is the school of the origin's district
    where there are districts. What this gave ``earlier`` of other inputs spares the origins whose
    ways stayed; the result is the same without.

    Parameters
    ----------
    at_origins, at_functions
        Where origins and places lie on the streets in the study itself, as
        :func:`htkgis.pipeline.snapped.set_on_streets` gives them.
    own_entrances, elsewhere, moved
        Of a case: the study's own entrances; and of each kind of points that it may have moved
        where they lie in it, as :func:`htkgis.pipeline.snapped.set_again` gives them.

    Returns
    -------
    outputs
        None where a case moves no point, so that all is the study's own; else called ``output``,
        one row per origin and function of a walking rule: ``from_id``,
        ``function``, ``mode``, ``to_id``, ``way_m`` (to a decimetre; both missing where none was
        found), ``searched_m`` (as far as every place is known and was looked for) and ``short``
        (why that is no farther: ``off_network``, ``no_place``, ``incomplete`` where the layer of
        the places names a choice of them, ``edge``; missing where the search itself ended it),
        ``in_district``, ``at_entrance`` (whether the way ends at an entrance of an area and not
        at a point that stands for the place) and ``accuracy_m`` (how exactly that point is known).
        Beside it ``<output>_direct``: what ``earlier`` takes.
    """
    known = places[places["measured"] & places["unit"].ne("jobs")]
    again = {kind: at for kind, at in zip(moved, elsewhere, strict=True) if at is not None}
    if own_entrances is not None and not again:
        doors = (table[table["place_id"].isin(known["id"])] for table in (entrances, own_entrances))
        if len({frozenset(table["place_id"]) for table in doors}) == 1:
            return {output: None, direct_of(output): {}}
    graph = graph_from_arrays(arrays)
    starts = on_streets(graph, again.get(ORIGINS, at_origins), origins)
    targets = on_streets(graph, again.get(FUNCTIONS, at_functions))
    walked = rules[rules["mode"].eq(WALK)]
    border_m = border_times(graph, starts, coverage(catalog, "places", streets, municipality))
    farthest_m = search_m(study, walked)
    ruled = known[known["function"].isin(walked["function"])]
    limit_ds = round(farthest_m * DECIMETRES_PER_M)
    doors_of = of_places(targets, ruled["id"])
    before = (earlier or {}).get(direct_of(output))
    limits_ds = np.full(len(doors_of), limit_ds)
    ways, kept = door_to_door(graph, starts, doors_of, limits_ds, earlier=before)
    every = fold_times(ways.to_table())
    function_of = every["to_id"].map(ruled.set_index("id")["function"])
    parts = []
    for function in dict.fromkeys(walked["function"]):
        own = ruled[ruled["function"] == function]
        times = every[function_of == function]
        school = _district_school(origins, districts) if function == SCHOOL else None
        found = _nearest(times, origins, school)
        short, searched_m = _searched(starts, border_m / DECIMETRES_PER_M, farthest_m)
        why = _why_incomplete(function, own, catalog)
        if why is not None:
            short, searched_m = np.where(short == OFF, short, why), searched_m * 0
        parts.append(
            found.assign(
                function=function,
                mode=WALK,
                searched_m=searched_m,
                short=short,
                at_entrance=found["to_id"].isin(set(entrances["place_id"])),
                accuracy_m=found["to_id"].map(own.set_index("id")["position_accuracy_m"]),
            )
        )
    nothing = pd.DataFrame(columns=DISTANCE_COLUMNS)
    table = pd.concat(parts, ignore_index=True) if parts else nothing
    return {output: table[DISTANCE_COLUMNS], direct_of(output): kept}


def search_m(study: Study, rules: pd.DataFrame) -> float:
    """Give how far places are looked for: as far as people walk, and as the farthest rule.

    Examples
    --------
    >>> from .embedded import embedded_study
    >>> from htkgis.study import read_study
    >>> study = read_study(embedded_study() / "study.toml")
    >>> search_m(study, pd.DataFrame({"limit_m": [600.0, 9000.0]}))
    9000.0
    """
    walk = study.modes.walk
    reach_m = walk.search.value / 60 * walk.speed.value * 1000
    return float(max([reach_m, *rules["limit_m"]]))


def _nearest(
    times: pd.DataFrame, origins: gpd.GeoDataFrame, school: pd.Series | None
) -> pd.DataFrame:
    """Take the nearest place of each origin, or its district's school; of equals the first id."""
    ranked = times.sort_values(["from_id", "travel_time_ds", "to_id"], kind="stable")
    best = ranked.drop_duplicates("from_id").set_index("from_id")
    in_district = np.zeros(len(origins), dtype=bool)
    if school is not None and school.notna().any():
        own = ranked[ranked["to_id"] == ranked["from_id"].map(school)].set_index("from_id")
        in_district = school.reindex(origins["id"]).notna().to_numpy()
        best = pd.concat([best[~best.index.isin(school.dropna().index)], own])
    found = best.reindex(origins["id"])
    to_id = found["to_id"].astype(object).where(found["to_id"].notna(), None)
    return pd.DataFrame(
        {
            "from_id": origins["id"].to_numpy(dtype=object),
            "to_id": to_id.to_numpy(),
            "way_m": found["travel_time_ds"].to_numpy(dtype="float64") / DECIMETRES_PER_M,
            "in_district": in_district,
        }
    )


def _district_school(origins: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> pd.Series:
    """Give the school of the district that each origin lies in; missing outside all."""
    found = origins[["id", "geometry"]].sjoin(
        districts[["school_id", "geometry"]], how="left", predicate="within"
    )
    schools: pd.Series = found.drop_duplicates("id").set_index("id")["school_id"]
    return schools


def _searched(starts: Snaps, border_m: Any, farthest_m: float) -> tuple[Any, Any]:
    """Give why and how far from each origin places are known."""
    off = starts.edge == NOT_SNAPPED
    at_edge = border_m < farthest_m
    short = np.select([off, at_edge], [OFF, "edge"], default="").astype(object)
    short[short == ""] = None
    return short, np.where(off, 0.0, np.minimum(border_m, farthest_m))


def _why_incomplete(function: str, places: gpd.GeoDataFrame, catalog: Catalog) -> str | None:
    """Say why places of a function may be missing from the layers.

    A sketch of places names some of them; stations are few, and all there.
    """
    if places.empty:
        return "no_place"
    layers = [catalog.layers[name] for name in places["layer"].unique() if name in catalog.layers]
    sketch = any(layer.sketch_scale for layer in layers)
    return "incomplete" if sketch and function != STATION else None


def measure_levels(
    arrays: Arrays,
    origins: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    trip_times: pd.DataFrame,
    stops: gpd.GeoDataFrame,
    at_origins: Arrays,
    elsewhere: Arrays | None = None,
    *,
    study: Study,
    catalog: Catalog,
    output: str,
) -> dict[str, Any]:
    """Measure the level of service by public transport within 500 m on foot of each origin.

    These lie on the streets as ``at_origins`` says, and in a case ``elsewhere`` where it moves any.

    Returns
    -------
    outputs
        Called ``output``: ``from_id``, ``departures_per_hour``, ``modes``, ``level`` (one of
        :data:`htkgis.access.sdg_service_level.SDG_LEVELS`), ``level_every_stop`` (a run counted
        at each of its stops within reach) and ``bound``, whether the streets end within 500 m,
        so that it may be better in truth. Missing for an origin that is not on the streets.
    """
    graph = graph_from_arrays(arrays)
    starts = on_streets(graph, at_origins if elsewhere is None else elsewhere, origins)
    platforms = snap_stops(graph, stops.rename(columns={"id": "stop_id"}), **snapping(study))
    near = stop_distances(graph, starts, platforms, within_m=WALK_M)
    ids = pd.Index(starts.ids, dtype=object, name="from_id")
    once = service_frequency(near, trip_times, origins=ids)
    calls = service_frequency(near, trip_times, origins=ids, every_stop=True)
    border_m = border_times(graph, starts, street_coverage(catalog, streets)) / DECIMETRES_PER_M
    table = pd.DataFrame(
        {
            "departures_per_hour": once["departures_per_hour"],
            "modes": once["modes"].astype("float64"),
            "level": sdg_service_level(once["departures_per_hour"], once["modes"]),
            "level_every_stop": sdg_service_level(calls["departures_per_hour"], once["modes"]),
            "bound": border_m <= WALK_M,
        },
        index=ids,
    )
    off = pd.Series(starts.edge == NOT_SNAPPED, index=ids)
    for name in ("departures_per_hour", "modes", "level", "level_every_stop"):
        table[name] = table[name].mask(off, None if name.startswith("level") else np.nan)
    return {output: table.reset_index()[LEVEL_COLUMNS]}


def rule_decisions(
    study: Study, service_day: Mapping[str, Any] | None, *, sketch: bool
) -> dict[str, Any]:
    """Give what decides what is said of the rules, as plain values.

    ``plain_walk`` says whether the shortest way in metres is the quickest as well; ``cases`` are
    those of robustness that change a distance.
    """
    rules = study.robustness
    cases = [] if rules is None else (robustness_rules(study) or {})["cases"]
    return {
        "sketch_length": rules.sketch_length.value if rules is not None and sketch else None,
        "sketch_timetable": bool(service_day and service_day["sketch"]),
        "date": None if study.transit is None else study.transit.date.value.isoformat(),
        "plain_walk": study.modes.walk.costs is None,
        "cases": [case for case in cases if case["factor"] in OF_DISTANCES],
    }


def join_cases(
    own: pd.DataFrame,
    *further: pd.DataFrame | None,
    distances: Sequence[str],
    levels: Sequence[str],
) -> dict[str, Any]:
    """Put the tables of all cases below each other; the study's own has an empty ``case``.

    Parameters
    ----------
    own, further
        Distances of each of ``distances``, the study's own first, then levels of each of
        ``levels``. None where a case moves no point, and all is the study's own.
    """
    tables = [own, *(own if table is None else table for table in further)]
    ways = [table.assign(case=case) for case, table in zip(distances, tables, strict=False)]
    found = tables[len(distances) :]
    served = [table.assign(case=case) for case, table in zip(levels, found, strict=True)]
    nothing = pd.DataFrame(columns=[*LEVEL_COLUMNS, "case"])
    return {
        "rule_case_distances": pd.concat(ways, ignore_index=True),
        "rule_case_levels": pd.concat(served, ignore_index=True) if served else nothing,
    }
