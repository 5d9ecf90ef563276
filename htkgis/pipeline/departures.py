"""How often public transport leaves where people can walk to, and the nearest stop with enough.

What counts is the direction that is served most often, from one stop: departures of different
stops and directions are not added up, for nobody waits for all of them.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.access import direction_frequency
from htkgis.gap_rules import DepartureRules
from htkgis.network import graph_from_arrays
from htkgis.network.snap import NOT_SNAPPED
from htkgis.store.values import Arrays
from htkgis.study import Study

from .modes import snapping
from .service_levels import snap_stops, stop_distances
from .snapped import on_streets
from .transit import decided

WALK = "walk"
METRES_PER_KM = 1000
MINUTES_PER_HOUR = 60
FACTS = ("stop_id", "stop", "stop_m", "departures_per_hour")
BETTER = tuple(f"better_{name}" for name in FACTS)


def measure_departures(
    arrays: Arrays,
    origins: gpd.GeoDataFrame,
    stops: gpd.GeoDataFrame,
    trip_times: pd.DataFrame,
    at_origins: Arrays,
    *,
    study: Study,
) -> dict[str, Any]:
    """Measure the departures of each origin in the windows that the study has a least number for.

    Parameters
    ----------
    arrays
        Graph of :func:`htkgis.pipeline.planning_rules.distance_graph`.
    origins, at_origins
        Who leaves, and where they lie on the streets.
    stops
        ``id``, ``name`` and points; those at which something calls.
    trip_times
        Contract ``TRIP_TIMES``.

    Returns
    -------
    outputs
        ``departures``: see :func:`departures_of`, one table below the other, with ``window``. An
        origin that is not on the streets has no rows.
    """
    rules = decided_departures(study)
    graph = graph_from_arrays(arrays)
    starts = on_streets(graph, at_origins, origins)
    off_streets = set(starts.ids[starts.edge == NOT_SNAPPED])
    ids = pd.Index([name for name in starts.ids if name not in off_streets])
    ends = snap_stops(graph, stops.rename(columns={"id": "stop_id"}), **snapping(study, WALK))
    walk = study.modes.walk
    searched_m = walk.search.value * walk.speed.value * METRES_PER_KM / MINUTES_PER_HOUR
    distances = stop_distances(graph, starts, ends, within_m=searched_m)
    names = stops.set_index("id")["name"]
    tables = []
    for name, least in rules.least.value.items():
        window = decided(study).windows[name]
        window_s = (window.start_s, window.start_s + 60 * window.minutes)
        often = direction_frequency(trip_times, window_s=window_s)
        found = departures_of(distances, often, ids, within_m=rules.walk.value, least=least)
        tables.append(found.assign(window=name))
    table = pd.concat(tables, ignore_index=True)
    return {
        "departures": table.assign(
            stop=table["stop_id"].map(names), better_stop=table["better_stop_id"].map(names)
        )
    }


def decided_departures(study: Study) -> DepartureRules:
    """Give the study's decisions on departures.

    Raises
    ------
    ValueError
        If it has none; the step is listed only where it has.
    """
    if study.gaps is None or study.gaps.departures is None:
        msg = "the study decides nothing on departures"
        raise ValueError(msg)
    return study.gaps.departures


def departures_of(
    distances: pd.DataFrame,
    frequency: pd.DataFrame,
    origins: pd.Index,
    *,
    within_m: float,
    least: float,
) -> pd.DataFrame:
    """Choose for each origin the stop that is served most often, and the nearest with enough.

    Parameters
    ----------
    distances
        Contract ``STOP_DISTANCES``, as far as is searched.
    frequency
        As :func:`htkgis.access.direction_frequency` gives it.
    origins
        Ids of the result.
    within_m
        Longest walk to a stop; one exactly as far counts.
    least
        Departures per hour that are enough; exactly as many are.

    Returns
    -------
    table
        ``origin_id``; ``departures_per_hour`` (0 where nothing departs within the walk) with
        ``stop_id`` and ``stop_m``, of equals the nearest; the same with ``better_`` in front of
        the nearest stop with enough, missing where there is none, or none is wanted.

    Examples
    --------
    >>> ways = pd.DataFrame({"origin_id": "a", "stop_id": ["bus", "train"],
    ...                      "distance_m": [200.0, 900.0]})
    >>> often = pd.DataFrame({"stop_id": ["bus", "train"], "next_stop_id": ["x", "y"],
    ...                       "departures_per_hour": [1.0, 3.0]})
    >>> row = departures_of(ways, often, pd.Index(["a"]), within_m=500, least=3).iloc[0]
    >>> float(row["departures_per_hour"]), row["better_stop_id"], float(row["better_stop_m"])
    (1.0, 'train', 900.0)
    """
    best = frequency.groupby("stop_id", observed=True)["departures_per_hour"].max()
    ways = distances.assign(departures_per_hour=distances["stop_id"].map(best))
    ways = ways[ways["departures_per_hour"].notna()].rename(columns={"distance_m": "stop_m"})
    near = ways[ways["stop_m"] <= within_m].sort_values(
        ["departures_per_hour", "stop_m", "stop_id"], ascending=[False, True, True]
    )
    enough = ways[ways["departures_per_hour"] >= least].sort_values(["stop_m", "stop_id"])
    facts = ["stop_id", "stop_m", "departures_per_hour"]
    own, better = (
        table.drop_duplicates("origin_id").set_index("origin_id").reindex(origins)[facts]
        for table in (near, enough)
    )
    own["departures_per_hour"] = own["departures_per_hour"].fillna(0.0)
    better = better[own["departures_per_hour"] < least].reindex(origins)
    joined = own.join(better.add_prefix("better_"))
    return joined.rename_axis("origin_id").reset_index()
