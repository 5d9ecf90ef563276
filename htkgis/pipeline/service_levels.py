"""What service by public transport a place has: departures per hour, level and class.

Distances are walked, over the streets that people may walk on, in metres: what counts besides
length is off. The graph travels one metre in a second, so that a decisecond is a decimetre.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from htkgis.access import (
    sdg_service_level,
    service_classes,
    service_frequency,
    station_services,
)
from htkgis.access.sdg_service_level import SDG_LEVELS
from htkgis.access.service_class import DISTANCES_M, SERVICE_CLASSES
from htkgis.access.service_frequency import DAYTIME_S, WALK_M
from htkgis.network import Graph, Mode, Snaps, border_times, plain, snap, street_times
from htkgis.network.snap import NOT_SNAPPED
from htkgis.scenario import ServiceDay, stations_of
from htkgis.study import Study

from .modes import mode_of

METRE_PER_SECOND_KPH = 3.6
DECIMETRES_PER_M = 10
FARTHEST_M = DISTANCES_M[-1]
NEAR_STREET_M = 500.0
"""How much farther than the longest walk stops are looked for, in a straight line."""
LEVELS = {
    "sdg_level": SDG_LEVELS,
    "sdg_level_every_stop": SDG_LEVELS,
    "service_class": (*SERVICE_CLASSES, "none"),
}
"""What is told of each origin, and its values from the best to none."""


def distance_mode(study: Study) -> Mode:
    """Give the walking mode of a study as one whose deciseconds are decimetres.

    Examples
    --------
    >>> from htkgis.study import read_study
    >>> from .embedded import embedded_study
    >>> distance_mode(read_study(embedded_study() / "study.toml")).speed_kph
    3.6
    """
    return replace(plain(mode_of(study, "walk")), speed_kph=METRE_PER_SECOND_KPH)


def stops_around(origins: Snaps, stops: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Take the stops in a box around all origins that some of them may reach."""
    west, south, east, north = shapely.total_bounds(shapely.points(origins.point_xy))
    margin_m = FARTHEST_M + NEAR_STREET_M
    box = shapely.box(west - margin_m, south - margin_m, east + margin_m, north + margin_m)
    return stops[stops.intersects(box)].reset_index(drop=True)


def snap_stops(
    graph: Graph, stops: gpd.GeoDataFrame, *, max_snap_m: float, min_part_m: float
) -> Snaps:
    """Put stops on the streets; a platform lies between its rails, so no barrier counts."""
    points = stops[["stop_id", "geometry"]].rename(columns={"stop_id": "id"})
    return snap(graph, points, max_snap_m=max_snap_m, min_part_m=min_part_m)


def stop_distances(
    graph: Graph, origins: Snaps, stops: Snaps, *, within_m: float = FARTHEST_M
) -> pd.DataFrame:
    """Measure the way on foot from origins to the stops within a distance.

    Parameters
    ----------
    graph
        Of :func:`distance_mode`.
    origins, stops
        Snapped to it.
    within_m
        Longest way in metres; a stop exactly as far is in it.

    Returns
    -------
    distances
        Contract ``STOP_DISTANCES``, to a decimetre.

    Raises
    ------
    ValueError
        If the graph travels at another speed, so that its costs are no distances.
    """
    if graph.speed_kph != METRE_PER_SECOND_KPH:
        msg = f"speed_kph is {graph.speed_kph}; distances take {METRE_PER_SECOND_KPH}"
        raise ValueError(msg)
    times = street_times(graph, origins, stops, limit_ds=round(within_m * DECIMETRES_PER_M))
    return pd.DataFrame(
        {
            "origin_id": pd.Series(times.from_ids[times.from_index], dtype="str"),
            "stop_id": pd.Series(times.to_ids[times.to_index], dtype="str"),
            "distance_m": times.time_ds / DECIMETRES_PER_M,
        }
    )


def service_levels(
    graph: Graph,
    origins: Snaps,
    stops: Snaps,
    places: gpd.GeoDataFrame,
    day: ServiceDay,
    coverage: shapely.Geometry,
) -> pd.DataFrame:
    """Measure the service of each origin, on a day from 6 to 20 o'clock.

    Parameters
    ----------
    graph
        Of :func:`distance_mode`.
    origins, stops
        Snapped to it.
    places
        Contract ``STOPS``: those of ``stops``, for the stations they belong to.
    day
        What runs.
    coverage
        Inside which the streets are whole.

    Returns
    -------
    table
        ``origin_id``, ``departures_per_hour`` and ``modes`` within 500 m, ``sdg_level``
        (:func:`htkgis.access.sdg_service_level`), frequency and level with a run counted at
        ``every_stop`` within reach and not once, ``service_class`` with the stop that gives it
        (``class_stop_id``, ``class_stop``, ``class_stop_m``), and whether the end of the streets
        is so near that either may be better in truth (``sdg_level_lower_bound``,
        ``service_class_lower_bound``). All of it is missing for an origin that is not on the
        streets. One row per origin, in their order.
    """
    ids = pd.Index(origins.ids, dtype=object, name="origin_id")
    near = stop_distances(graph, origins, stops)
    trips = day.trip_times
    frequency = service_frequency(near, trips, origins=ids)
    calls = service_frequency(near, trips, origins=ids, every_stop=True)["departures_per_hour"]
    level, level_of_calls = (
        sdg_service_level(hourly, frequency["modes"])
        for hourly in (frequency["departures_per_hour"], calls)
    )
    classes = service_classes(near, _categories(places, trips), origins=ids)
    border_m = border_times(graph, origins, coverage) / DECIMETRES_PER_M
    names = places.set_index("stop_id")["name"]
    table = pd.DataFrame(
        {
            "departures_per_hour": frequency["departures_per_hour"],
            "departures_per_hour_every_stop": calls,
            "modes": frequency["modes"].astype("Int64"),
            "sdg_level": level,
            "sdg_level_every_stop": level_of_calls,
            "sdg_level_lower_bound": pd.array(border_m <= WALK_M, dtype="boolean"),
            "service_class": classes["service_class"],
            "class_stop_id": classes["stop_id"].astype(object),
            "class_stop": classes["stop_id"].map(names).astype(object),
            "class_stop_m": classes["distance_m"],
            "service_class_lower_bound": pd.array(border_m <= FARTHEST_M, dtype="boolean"),
        },
        index=ids,
    )
    return _without_unsnapped(table, origins).reset_index()


def _categories(places: gpd.GeoDataFrame, trip_times: pd.DataFrame) -> pd.Series:
    """Category of the station of each stop."""
    stations = stations_of(places)
    services = station_services(trip_times, stations, window_s=DAYTIME_S)
    return stations.map(services["category"])


def _without_unsnapped(table: pd.DataFrame, origins: Snaps) -> pd.DataFrame:
    """Say nothing of an origin that is not on the streets: 0 would say that nothing departs."""
    on_streets = pd.Series(origins.edge != NOT_SNAPPED, index=table.index)
    return table.where(on_streets, axis="index")


def level_shares(
    table: pd.DataFrame, units: pd.DataFrame, *, weight: str | None = None
) -> pd.DataFrame:
    """Measure which part of the origins, or of the persons at them, has each level and class.

    Parameters
    ----------
    table
        As :func:`service_levels` gives it.
    units
        ``origin_id`` with ``unit_id``, ``unit_kind`` and ``name`` of what it counts in, of which
        an origin may have several, and the column ``weight``.
    weight
        Column of the weights, >= 0; each origin counts once where it is missing.

    Returns
    -------
    shares
        ``unit_id``, ``unit_kind``, ``name``, ``measure``, ``level``, ``origins`` (how many have
        it), ``share`` (0 to 1, of those that were measured; missing where nobody was) and
        ``not_measured`` (origins of the unit that are not on the streets). All levels of a unit
        stand in it, from the best to none.
    """
    weights = np.ones(len(units)) if weight is None else units[weight].to_numpy(dtype="float64")
    joined = units.assign(weight=weights).merge(table, on="origin_id", how="left")
    keys = ["unit_id", "unit_kind", "name"]
    rows = [
        dict(zip(keys, unit, strict=True)) | row
        for unit, own in joined.groupby(keys, sort=False)
        for row in _shares_of(own)
    ]
    columns = [*keys, "measure", "level", "origins", "share", "not_measured"]
    return pd.DataFrame(rows, columns=columns)


def _shares_of(own: pd.DataFrame) -> Iterator[dict[str, object]]:
    measured = own[own["sdg_level"].notna()]
    total = float(measured["weight"].sum())
    for measure, levels in LEVELS.items():
        for level in levels:
            held = measured[measured[measure] == level]
            yield {
                "measure": measure,
                "level": level,
                "origins": len(held),
                "share": float(held["weight"].sum()) / total if total > 0 else float("nan"),
                "not_measured": len(own) - len(measured),
            }
