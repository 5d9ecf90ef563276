"""Public transport as the study decides on it: rules, stops on the streets, journeys."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from htkgis.errors import ConfigError
from htkgis.network import Graph, Snaps, snap
from htkgis.network.transit import Doors, JourneyRules
from htkgis.network.transit.pairs import Pairs, pairs_of, whole_seconds
from htkgis.study import Study
from htkgis.transit_rules import Transit
from htkgis.units import cost_ds, deciseconds

NEAR_STATION_M = 300.0
"""How far a named station beyond the streets may lie from its stops, in a straight line."""


@dataclass(frozen=True)
class Usable:
    """What of a service day some travellers can use.

    Parameters
    ----------
    trip_times
        Contract ``TRIP_TIMES``, without the trips that state that they do not take them.
    left_out
        Trips that do not take them.
    unstated
        Trips that state nothing, and are kept.
    """

    trip_times: pd.DataFrame
    left_out: int
    unstated: int


def decided(study: Study) -> Transit:
    """Give the study's decisions on public transport.

    Raises
    ------
    ConfigError
        If it has none.
    """
    if study.transit is None:
        msg = (
            "study.toml: decides nothing on public transport; a table [transit] with date, "
            "max_walk, max_change, slack, max_rides, search, draws and windows is needed. Take it "
            "from the example of the embedded study."
        )
        raise ConfigError(msg)
    return study.transit


def journey_rules(study: Study) -> JourneyRules:
    """Give the study's rules of journeys, as the engine takes them.

    Examples
    --------
    >>> from .embedded import embedded_study
    >>> from htkgis.study import read_study
    >>> rules = journey_rules(read_study(embedded_study() / "study.toml"))
    >>> rules.max_walk_ds, rules.slack_s, rules.max_rides
    (12000, 60, 4)
    """
    rules = decided(study)
    return JourneyRules(
        max_walk_ds=deciseconds(rules.max_walk.value),
        max_change_ds=deciseconds(rules.max_change.value),
        slack_s=rules.slack.value,
        cutoff_s=deciseconds(rules.search.value) // 10,
        max_rides=rules.max_rides.value,
        draws=rules.draws.value,
    )


def usable(trip_times: pd.DataFrame, *, flag: str) -> Usable:
    """Leave out the trips that state that they take no wheelchairs, or no bicycles.

    Parameters
    ----------
    trip_times
        Contract ``TRIP_TIMES``.
    flag
        ``wheelchair`` or ``bikes``. A trip that states nothing is kept, and counted.
    """
    stated = trip_times[flag]
    closed = stated.notna() & ~stated.fillna(value=True).astype(bool)
    first = trip_times["sequence"] == 0
    return Usable(
        trip_times[~closed],
        left_out=int((closed & first).sum()),
        unstated=int((stated.isna() & first).sum()),
    )


def step_free(trip_times: pd.DataFrame, stops: gpd.GeoDataFrame) -> Usable:
    """Leave out the trips that take no wheelchairs, and board and alight at no stop without.

    Parameters
    ----------
    trip_times
        Contract ``TRIP_TIMES``.
    stops
        Contract ``STOPS``; one that states nothing is used.
    """
    found = usable(trip_times, flag="wheelchair")
    stated = stops["wheelchair"]
    steps = stops.loc[stated.notna() & ~stated.fillna(value=True).astype(bool), "stop_id"]
    table = found.trip_times
    closed = table["stop_id"].isin(set(steps)).to_numpy()
    open_table = table.assign(
        pickup=table["pickup"].to_numpy(dtype=bool) & ~closed,
        drop_off=table["drop_off"].to_numpy(dtype=bool) & ~closed,
    )
    return Usable(open_table, found.left_out, found.unstated)


def served(stops: gpd.GeoDataFrame, trip_times: pd.DataFrame) -> gpd.GeoDataFrame:
    """Take the stops at which something calls, as points with ``id`` and ``name``."""
    calls = stops["stop_id"].isin(trip_times["stop_id"].unique())
    own = stops.loc[calls, ["stop_id", "name", "geometry"]]
    return own.rename(columns={"stop_id": "id"}).reset_index(drop=True)


def doors_of(
    graph: Graph,
    origins: Snaps,
    destinations: Snaps,
    stops: gpd.GeoDataFrame,
    *,
    max_snap_m: float,
    barriers: gpd.GeoDataFrame | None = None,
) -> Doors:
    """Put stops on the streets beside points that are there already.

    Stops are snapped past no short parts: a platform's own paths are streets.
    """
    return Doors(
        graph, origins, destinations, snap(graph, stops, max_snap_m=max_snap_m, barriers=barriers)
    )


def walks_to_stations(
    stops: gpd.GeoDataFrame, stations: gpd.GeoDataFrame, *, speed_kph: float
) -> Pairs:
    """Reach stations that lie beyond the streets of the study from the stops beside them.

    Parameters
    ----------
    stops, stations
        Points with ``id``.
    speed_kph
        Walking speed; the way is straight, and at most ``NEAR_STATION_M``.

    Returns
    -------
    walks
        By station; a station that is a stop itself, by its id, has that one at 0 s.
    """
    if not len(stations) or not len(stops):
        return pairs_of([], [], [], points=len(stations))
    found = stops.sindex.query(stations.geometry, predicate="dwithin", distance=NEAR_STATION_M)
    station, stop = np.asarray(found)
    apart_m = stations.geometry.iloc[station].distance(stops.geometry.iloc[stop], align=False)
    same = stations["id"].to_numpy()[station] == stops["id"].to_numpy()[stop]
    seconds = np.where(same, 0, whole_seconds(cost_ds(apart_m, speed_kph)))
    return pairs_of(station, stop, seconds, points=len(stations))


def with_limits(
    rules: JourneyRules,
    *,
    max_walk_min: float | None = None,
    max_rides: int | None = None,
    max_min: float | None = None,
) -> JourneyRules:
    """Let a question's own limits stand in place of the study's."""
    if max_walk_min is not None:
        rules = replace(rules, max_walk_ds=deciseconds(max_walk_min))
    if max_rides is not None:
        rules = replace(rules, max_rides=max_rides)
    if max_min is not None:
        rules = replace(rules, cutoff_s=deciseconds(max_min) // 10)
    return rules
