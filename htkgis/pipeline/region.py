"""How long it takes from each area to every stop by public transport, in the first window."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from htkgis.network import graph_from_arrays, snap
from htkgis.network.transit import (
    Doors,
    every_minute,
    pairs_of,
    timetables_of,
    transit_times,
    ways_between,
    with_walks,
)
from htkgis.profile.region import stop_times
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import DECISECONDS_PER_MINUTE, UNREACHED

from .modes import snapping
from .service_windows import RAILS
from .snapped import on_streets
from .transit import decided, journey_rules
from .transit_walks import arrays_of, journeys_of

RAIL, BUS = "rail", "bus"
MAP_COLUMNS = ["id", "name", "kind", "geometry"]


def measure_region_walks(
    arrays: Arrays,
    origins: gpd.GeoDataFrame,
    at_origins: Arrays,
    stops: gpd.GeoDataFrame,
    transfers: pd.DataFrame,
    *,
    study: Study,
) -> dict[str, Any]:
    """Measure the walks from every origin to the stops near it, and between stops, of adults.

    They depend on no timetable, and most streets lead to no other minutes: they are a step of
    their own, so that the ways through the region are searched again only where a walk has changed.
    ``at_origins`` says where the origins lie on the streets.

    Returns
    -------
    outputs
        ``region_walks``: the arrays of :func:`htkgis.pipeline.transit_walks.arrays_of`, with
        every stop as a destination, and ``area_id`` of each origin.
    """
    graph = graph_from_arrays(arrays)
    starts = on_streets(graph, at_origins, origins)
    # no barrier counts: a platform lies between its rails
    at_stops = snap(graph, stops[["id", "geometry"]], max_snap_m=snapping(study)["max_snap_m"])
    doors = Doors(graph, starts, at_stops, at_stops)
    ways = ways_between(doors, rules=journey_rules(study), transfers=transfers)
    areas = origins["area_id"].to_numpy(dtype=str)
    return {"region_walks": Arrays(arrays_of(ways) | {"area_id": areas})}


def measure_region(
    walks: Arrays, trip_times: pd.DataFrame, stops: gpd.GeoDataFrame, *, study: Study
) -> dict[str, Any]:
    """Measure the way from every origin to every stop, adults, in the study's first window.

    Parameters
    ----------
    walks
        As :func:`measure_region_walks` measures them.
    trip_times, stops
        Contracts.
    study
        Decisions.

    Returns
    -------
    outputs
        ``region_times``: ``area_id``, ``stop_id``, ``min``, ``median``, ``max`` in minutes and
        ``share`` over the origins of each area, at the study's percentile, door to platform.
        ``region_map``: the stops (``station`` or ``stop``) and what joins two that a trip serves
        one after the other (``rail`` or ``bus``, a straight line), with ``id`` and ``name``.
    """
    rules, areas = decided(study), np.asarray(walks["area_id"])
    numbered = pd.DataFrame({"id": np.arange(len(areas)).astype(str)})
    draws = journey_rules(study).draws
    journeys = journeys_of(walks, numbered, study)._replace(
        timetables=timetables_of(trip_times, list(stops["id"]), draws=draws)
    )
    # who gets off at a stop is there, also at one beyond the streets
    every = np.arange(len(stops))
    itself = pairs_of(every, every, np.zeros(len(stops), dtype=np.int64), points=len(stops))
    window = next(iter(rules.windows.values()))
    found = transit_times(
        with_walks(journeys, itself),
        every_minute(window.start_s, window.minutes),
        percentiles=[rules.percentile.value],
    )
    time_ds = found.percentiles_ds[..., 0]
    minutes = np.where(time_ds < UNREACHED, time_ds / DECISECONDS_PER_MINUTE, np.nan)
    tables = [
        stop_times(minutes[areas == area], found.share[areas == area], list(stops["id"])).assign(
            area_id=area
        )
        for area in dict.fromkeys(areas.tolist())
    ]
    return {
        "region_times": pd.concat(tables, ignore_index=True),
        "region_map": _drawn(stops, lines_of(trip_times, stops)),
    }


def no_region(*, study: Study) -> dict[str, Any]:
    """Give the tables without rows, for a study that measures nothing by public transport."""
    columns = ["stop_id", "min", "median", "max", "share", "area_id"]
    empty = gpd.GeoDataFrame(columns=MAP_COLUMNS, geometry="geometry", crs=study.study.crs)
    return {"region_times": pd.DataFrame(columns=columns), "region_map": empty}


def lines_of(trip_times: pd.DataFrame, stops: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Join the stops that a trip serves one after the other, each pair once, by a straight line.

    Parameters
    ----------
    trip_times
        Contract ``TRIP_TIMES``.
    stops
        ``id``, points.

    Returns
    -------
    lines
        ``kind``: ``rail`` where any trip between the two is on rails, else ``bus``.
    """
    table = trip_times.sort_values(["trip_id", "sequence"], kind="stable")
    after = table.shift(-1)
    joined = table["trip_id"].eq(after["trip_id"]) & table["stop_id"].ne(after["stop_id"])
    ends = pd.DataFrame({"a": table["stop_id"], "b": after["stop_id"]})[joined]
    ordered = np.sort(ends.to_numpy(dtype=str), axis=1)
    pairs = pd.DataFrame(ordered, columns=["a", "b"])
    pairs["rail"] = table.loc[joined, "route_type"].isin(RAILS).to_numpy()
    once = pairs.groupby(["a", "b"], as_index=False)["rail"].any()
    at = stops.set_index("id").geometry
    coordinates = np.stack(
        [shapely.get_coordinates(at.reindex(once[end]).to_numpy()) for end in ("a", "b")], axis=1
    )
    return gpd.GeoDataFrame(
        {"kind": np.where(once["rail"], RAIL, BUS)},
        geometry=shapely.linestrings(coordinates),
        crs=stops.crs,
    )


def _drawn(stops: gpd.GeoDataFrame, lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    points = stops.rename(columns={"function": "kind"})[MAP_COLUMNS]
    joined = pd.concat([lines.assign(id=None, name=None)[MAP_COLUMNS], points], ignore_index=True)
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=stops.crs)
