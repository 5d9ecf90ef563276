"""What runs on the service day under every set of projects that change timetables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from htkgis.catalog import Catalog
from htkgis.network.transit import Connections, timetables_of
from htkgis.scenario import check_new_stops, edited_timetable
from htkgis.scenario_rules import Scenario
from htkgis.scenario_rules.transit import TIMETABLE_EDITS
from htkgis.study import Study
from htkgis.transit_rules import Window

from .entrances import STATION
from .project_doors import edits_of_set
from .project_streets import mask_of
from .service_windows import RAILS, STOP, SURROUNDINGS_M
from .timetable import LoadedTimetable, load_timetable, service_day
from .transit import decided, served

DAY_S = 86_400


class Service(NamedTuple):
    """What runs on the service day of a set of projects.

    Parameters
    ----------
    stops
        Where it calls: ``id``, ``name``, ``function`` (``station`` on rails) and points.
    transfers
        That feeds state.
    timetables
        The day cut into connections, once per draw of unknown departures.
    """

    stops: gpd.GeoDataFrame
    transfers: pd.DataFrame
    timetables: tuple[Connections, ...]


class ProjectServices:
    """The timetable of a catalog with the edits of every set of projects.

    Parameters
    ----------
    catalog, study
        The timetable, which is read once, and its service day.
    streets
        Of today.
    scenario, year
        Whose edits hold; those of no project are made in every set.
    projects
        Ids, in the order of the bits of a set.
    window
        When people leave.
    """

    def __init__(
        self,
        catalog: Catalog,
        study: Study,
        streets: gpd.GeoDataFrame,
        scenario: Scenario,
        year: int,
        projects: Sequence[str],
        *,
        window: Window,
    ) -> None:
        self._catalog, self._study, self._streets = catalog, study, streets
        self._year, self._projects, self._window = year, projects, window
        self._edits = [
            edit
            for edit in scenario.edits
            if isinstance(edit, TIMETABLE_EDITS) and edit.holds_in(year)
        ]
        self.riding = mask_of(self._edits, projects)
        """Projects that change timetables, as bits."""
        self._found: dict[int, Service] = {}

    def of(self, projects: int) -> Service:
        """Give what runs in a set of projects.

        Raises
        ------
        SchemaError
            If an edit cannot be made.
        ConfigError
            If nothing runs on the service day or in the window.
        """
        own = projects & self.riding
        if own not in self._found:
            self._found[own] = self._served(own)
        return self._found[own]

    @cached_property
    def _area(self) -> shapely.Geometry:
        return shapely.box(*self._streets.total_bounds).buffer(SURROUNDINGS_M)

    @cached_property
    def _loaded(self) -> LoadedTimetable:
        return load_timetable(self._catalog, crs=self._study.study.crs, area=self._area)

    def _served(self, projects: int) -> Service:
        rules = decided(self._study)
        edits = edits_of_set(self._edits, self._projects, projects)
        timetable = self._loaded.timetable
        if edits:
            walked_m = self._study.modes.walk.max_snap.value
            check_new_stops(edits, self._streets, year=self._year, max_snap_m=walked_m)
            timetable = edited_timetable(timetable, edits, year=self._year, date=rules.date.value)
        stops, window = timetable.stops, self._window
        end_s = window.start_s + 60 * window.minutes
        day = service_day(
            replace(self._loaded, timetable=timetable),
            rules.date.value,
            window_s=(window.start_s, end_s - 1),
            stop_ids=list(stops.loc[stops.geometry.within(self._area), "stop_id"]),
            until_s=max(end_s + int(rules.search.value * 60), DAY_S),
        )
        calls = served(stops, day.trip_times)
        rails = day.trip_times.loc[day.trip_times["route_type"].isin(RAILS), "stop_id"].unique()
        calls = calls.assign(function=np.where(calls["id"].isin(rails), STATION, STOP))
        draws = rules.draws.value
        return Service(
            calls,
            timetable.transfers,
            timetables_of(day.trip_times, list(calls["id"]), draws=draws),
        )
