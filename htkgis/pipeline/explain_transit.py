"""What stands behind a figure by public transport: its measure, its decisions, its stations."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from htkgis.access import opportunities_of_departures
from htkgis.network.transit import transit_times
from htkgis.profile.transit import HIGH, JOBS, LOW, STATION_SHARE, STATION_TIME
from htkgis.units import DECISECONDS_PER_MINUTE

BY_TIMETABLE: dict[str, Callable[..., Any]] = {
    JOBS: opportunities_of_departures,
    LOW: opportunities_of_departures,
    HIGH: opportunities_of_departures,
    STATION_TIME: transit_times,
    STATION_SHARE: transit_times,
}
"""The function that measures each indicator by public transport."""


def timetable_keys(figure: dict[str, Any], *, step_free: Collection[str]) -> list[str]:
    """List the keys of the study that enter a figure by public transport, besides walking.

    Parameters
    ----------
    figure
        ``indicator``, ``unit``, ``lens`` and ``departure``, its window.
    step_free
        Lenses that need a step-free way.
    """
    walks = ("max_walk", "max_change", "slack", "max_rides", "search", "draws")
    keys = ["date", f"windows.{figure['departure']}", *walks]
    if figure["indicator"] != STATION_SHARE:
        keys.append("percentile")
    if figure["lens"] in step_free:
        keys.append("step_free")
    jobs = figure["unit"] == "jobs"
    keys.append("jobs" if jobs else "stations")
    of_jobs = ["study.state", "jobs.rounding"] if jobs else []
    return [*(f"transit.{key}" for key in keys), *of_jobs]


def met_by_timetable(
    figure: dict[str, Any],
    jobs: gpd.GeoDataFrame,
    stations: gpd.GeoDataFrame,
    access: pd.DataFrame,
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Give what a figure is measured to, and the times to it as far as there is one for each pair.

    Parameters
    ----------
    figure
        The case.
    jobs, stations
        Places that hold jobs; stops of the timetable.
    access
        Contract ``ACCESS`` with ``to_id``.

    Returns
    -------
    places, times
        Of jobs the places and no times, for each departure reaches others in another time; of
        minutes the stations and contract ``TRAVEL_TIMES``.
    """
    chosen = access["measure"].eq(figure["indicator"]) & access["to_id"].notna()
    for name in ("function", "departure", "lens"):
        chosen &= access[name].eq(figure[name])
    own = access[chosen]
    times = pd.DataFrame(
        {
            "from_id": own["id"],
            "to_id": own["to_id"],
            "travel_time_ds": np.rint(own["value"] * DECISECONDS_PER_MINUTE),
        }
    )
    if figure["unit"] == "jobs":
        return jobs, times
    function = figure["function"]
    known = stations.assign(function=function, opportunities=np.nan, layer=None)
    return known, times
