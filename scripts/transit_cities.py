"""Three cities whose timetables are public, put together door to door for checks and benchmarks.

Files as they are published with r5r and r5py: ``porto-alegre`` and ``sao-paulo`` (streets, GTFS,
hexagons), ``helsinki-gtfs`` (GTFS alone), in one folder.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from htkgis.loaders import read_osm_streets, read_timetable
from htkgis.network import Graph, Snaps, build_graph, snap
from htkgis.network.transit import (
    Connections,
    Doors,
    JourneyRules,
    Journeys,
    Pairs,
    journeys_between,
    later,
    pairs_of,
    timetables_of,
)
from htkgis.pipeline.embedded import embedded_study
from htkgis.pipeline.layers import street_rules
from htkgis.scenario import trips_on
from htkgis.study import read_study

MONDAY = dt.date(2019, 5, 13)
MAX_SNAP_M = 300
SPEED_KPH = 3.6
SLACK_S = 60
MINUTE_DS = 600

Values = np.ndarray[Any, np.dtype[Any]]


class City(NamedTuple):
    """Streets, a service day, and points on the streets."""

    graph: Graph
    hexagons: Snaps
    stops: Snaps
    trip_times: pd.DataFrame
    transfers: pd.DataFrame
    crs: str


def porto_alegre(data: Path) -> City:
    """Bus and urban rail at stated times; 1,227 hexagons. Buses run from 12 to 17 h only."""
    folder = data / "porto-alegre"
    feeds = [folder / "poa_eptc.zip", folder / "poa_trensurb.zip"]
    return _city(folder / "poa_osm.pbf", feeds, folder / "poa_hexgrid.csv", "EPSG:31982")


def sao_paulo(data: Path) -> City:
    """Bus, metro and rail of which only the headways are stated; 323 hexagons."""
    folder = data / "sao-paulo"
    return _city(
        folder / "spo_osm.pbf", [folder / "spo.zip"], folder / "spo_hexgrid.csv", "EPSG:31983"
    )


def _city(streets: Path, feeds: list[Path], hexagons: Path, crs: str) -> City:
    study = read_study(embedded_study() / "study.toml")
    table, _ = read_osm_streets(streets, crs=crs, rules=street_rules(study.modes))
    graph = build_graph(table, mode="walk", speed_kph=SPEED_KPH)
    timetable, _ = read_timetable(feeds, crs=crs)
    centres = pd.read_csv(hexagons, dtype={"id": str})
    cells = gpd.GeoDataFrame(
        centres[["id"]], geometry=gpd.points_from_xy(centres["lon"], centres["lat"]), crs=4326
    )
    stops = timetable.stops.rename(columns={"stop_id": "id"})
    return City(
        graph=graph,
        hexagons=snap(graph, cells.to_crs(crs), max_snap_m=MAX_SNAP_M),
        stops=snap(graph, stops, max_snap_m=MAX_SNAP_M),
        trip_times=trips_on(timetable, MONDAY),
        transfers=timetable.transfers,
        crs=crs,
    )


def door_to_door(
    city: City,
    *,
    origins: Snaps | None = None,
    destinations: Snaps | None = None,
    change_min: int = 5,
    max_rides: int = 3,
    cutoff_s: int = 7200,
    draws: int = 1,
) -> Journeys:
    """Put a city together: hexagon to hexagon unless others are named, 15 minutes to a stop."""
    rules = JourneyRules(
        max_walk_ds=15 * MINUTE_DS,
        max_change_ds=change_min * MINUTE_DS,
        slack_s=SLACK_S,
        cutoff_s=cutoff_s,
        max_rides=max_rides,
        draws=draws,
    )
    doors = Doors(
        city.graph,
        city.hexagons if origins is None else origins,
        city.hexagons if destinations is None else destinations,
        city.stops,
    )
    return journeys_between(doors, city.trip_times, rules=rules, transfers=city.transfers)


def helsinki(data: Path, *, max_rides: int = 3) -> Journeys:
    """Frequencies with exact times, from stop to stop, 300 m of walking in a straight line."""
    feed = data / "helsinki-gtfs" / "GTFS_2022-05.zip"
    timetable, _ = read_timetable(feed, crs="EPSG:3067")
    return without_streets(
        timetable.stops, trips_on(timetable, dt.date(2022, 2, 22)), walk_m=300, max_rides=max_rides
    )


def without_streets(
    stops: gpd.GeoDataFrame,
    trip_times: pd.DataFrame,
    *,
    walk_m: float,
    doors: Values | None = None,
    door_m: float | None = None,
    cutoff_s: int = 5400,
    max_rides: int = 3,
) -> Journeys:
    """Put a service day together from doors to all stops, walks in a straight line at 1 m/s.

    Doors are positions in metres, the stops themselves where they are missing.
    """
    xy = np.column_stack([stops.geometry.x, stops.geometry.y])
    changes = later(_straight(xy, xy, walk_m), SLACK_S)
    access = changes if doors is None else later(_straight(doors, xy, door_m), SLACK_S)
    every = np.arange(len(stops))
    return Journeys(
        timetables=timetables_of(trip_times, list(stops["stop_id"]), draws=1),
        footpaths=changes,
        access=access,
        egress=pairs_of(every, every, 0 * every, points=len(stops)),
        direct=None,
        cutoff_s=cutoff_s,
        max_rides=max_rides,
    )


def _straight(points: Values, stops: Values, limit_m: float) -> Pairs:
    """Walk in a straight line to all stops within a distance."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - an extra of the tests

    near = cKDTree(stops).query_ball_point(points, limit_m)
    point = np.repeat(np.arange(len(points)), [len(own) for own in near])
    stop = np.array([number for own in near for number in own], dtype=np.int64)
    walked_s = np.ceil(np.hypot(*(points[point] - stops[stop]).T))
    return pairs_of(point, stop, walked_s, points=len(points))


def more_often(connections: Connections, copies: int, *, shift_s: int = 151) -> Connections:
    """Let every trip run several times, each copy so many seconds after the one before."""
    from htkgis.network.transit.connections import (  # noqa: PLC0415
        ARRIVAL,
        DEPARTURE,
        TRIP,
        by_departure,
    )

    parts = []
    for copy in range(copies):
        rows = connections.rows.copy()
        rows[:, TRIP] += copy * len(connections.trips)
        rows[:, [DEPARTURE, ARRIVAL]] += copy * shift_s
        parts.append(rows)
    trips = [f"{name}+{copy}" for copy in range(copies) for name in connections.trips]
    return Connections(by_departure(np.concatenate(parts)), np.array(trips), connections.stops)
