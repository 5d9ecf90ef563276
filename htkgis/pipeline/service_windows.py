"""What runs on the study's service day, audited for each of its windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from htkgis.catalog import Catalog
from htkgis.errors import ConfigError, first
from htkgis.scenario import check_new_stops
from htkgis.scenario_rules import Edit
from htkgis.study import Study
from htkgis.transit_rules import Transit

from .entrances import STATION
from .timetable import LoadedTimetable, load_timetable, service_day
from .transit import decided, served

SURROUNDINGS_M = 1000.0
RAILS = (0, 1, 2, 12)
"""Basic route types of GTFS that run on rails: tram, metro, rail, monorail."""
STOP = "stop"


def load_service(
    streets: gpd.GeoDataFrame,
    *,
    study: Study,
    catalog: Catalog,
    edits: Sequence[Edit] = (),
    year: int | None = None,
) -> dict[str, Any]:
    """Read the timetable, audit the service day in each window, and give what runs on it.

    Parameters
    ----------
    streets
        Contract ``STREETS``, of the year; their hull is enough where no edit adds a stop.
    study, catalog
        Decisions, and facts about the layers.
    edits, year
        Of a scenario, and of its state; edits of other layers and years are passed over, and
        all where there is no year.

    Returns
    -------
    outputs
        ``trip_times`` (contract ``TRIP_TIMES``), ``stops`` (``id``, ``name``, ``function``:
        ``station`` on rails, else ``stop``; ``wheelchair``; those at which something calls),
        ``stations`` (``id``
        and ``name`` of the stops that the study gives minutes to), ``transfers``,
        ``timetable_reports`` (what the readers counted, by layer) and ``service_day`` (the audit
        of each window, whether the timetable is a sketch, the stops that are served, and of how
        many stops and trips it is not known, or known not to be so, that wheelchairs may board).

    Raises
    ------
    ConfigError
        If the day lies outside a feed, nothing runs on it or nothing leaves the surroundings in
        one of the windows (the message names the nearest good days), or a station is no stop.
    SchemaError
        See :func:`htkgis.scenario.edited_timetable`; if a new stop is too far from streets, too.
    """
    rules = decided(study)
    area = shapely.box(*streets.total_bounds).buffer(SURROUNDINGS_M)
    loaded = load_timetable(
        catalog,
        crs=study.study.crs,
        area=area,
        edits=edits,
        year=year,
        date=rules.date.value,
    )
    if year is not None:
        check_new_stops(edits, streets, year=year, max_snap_m=study.modes.walk.max_snap.value)
    stations = _stations(loaded, rules)
    near = loaded.timetable.stops
    near = near.loc[near.geometry.within(area), "stop_id"]
    until_s = _latest_s(rules, study)
    audits, trip_times = {}, pd.DataFrame()
    for name, window in rules.windows.items():
        day = service_day(
            loaded,
            rules.date.value,
            window_s=(window.start_s, window.start_s + 60 * window.minutes - 1),
            stop_ids=list(near),
            until_s=until_s,
        )
        audits[name], trip_times = day.record(), day.trip_times
    stops, boarding = _stops_and_boarding(loaded, trip_times)
    return {
        "trip_times": trip_times,
        "stops": stops,
        "stations": stations,
        "transfers": loaded.timetable.transfers,
        "timetable_reports": loaded.layer_records(),
        "service_day": {
            "sketch": loaded.sketch,
            "stops": len(stops),
            "windows": audits,
            "wheelchair": boarding,
        },
    }


def _latest_s(rules: Transit, study: Study) -> int:
    """Give until when trips are kept: the last arrival of any window and case, the day at least."""
    ends_s = [window.start_s + 60 * window.minutes for window in rules.windows.values()]
    until_s = max(ends_s) + int(rules.search.value * 60)
    if study.robustness is not None:
        until_s += 60 * study.robustness.latest_shift_min
    return max(until_s, 86_400)


def _stops_and_boarding(
    loaded: LoadedTimetable, trip_times: pd.DataFrame
) -> tuple[gpd.GeoDataFrame, dict[str, dict[str, int]]]:
    """Give the stops at which something calls, and where wheelchairs may board."""
    calls = served(loaded.timetable.stops, trip_times)
    on_rails = trip_times.loc[trip_times["route_type"].isin(RAILS), "stop_id"].unique()
    function = np.where(calls["id"].isin(on_rails), STATION, STOP)
    stated = loaded.timetable.stops.set_index("stop_id")["wheelchair"]
    wheelchair = pd.array(stated.reindex(calls["id"]).to_numpy(), dtype="boolean")
    boarding = {
        "trips": _boarding(trip_times.loc[trip_times["sequence"] == 0, "wheelchair"]),
        "stops": _boarding(pd.Series(wheelchair)),
    }
    return calls.assign(function=function, wheelchair=wheelchair), boarding


def _boarding(wheelchair: pd.Series) -> dict[str, int]:
    """Count what takes wheelchairs, what says that it does not, and what says nothing."""
    return {
        "all": len(wheelchair),
        "closed": int((~wheelchair.fillna(value=True).astype(bool)).sum()),
        "unstated": int(wheelchair.isna().sum()),
    }


def _stations(loaded: LoadedTimetable, rules: Transit) -> gpd.GeoDataFrame:
    """Give the stops that the study gives minutes to, in its order."""
    stops = loaded.timetable.stops.set_index("stop_id")
    lost = [name for name in rules.stations.value if name not in stops.index]
    if lost:
        msg = (
            f"study.toml: transit.stations names {len(lost)} of {len(rules.stations.value)} that "
            f"are no stop of the timetable ({loaded.where}): {first(lost)}; ids of its stops are "
            f"allowed, such as {first(stops.index)}. Correct the ids."
        )
        raise ConfigError(msg)
    own = stops.loc[list(rules.stations.value), ["name", "geometry"]].reset_index(names="id")
    return gpd.GeoDataFrame(own, geometry="geometry", crs=loaded.timetable.stops.crs)
