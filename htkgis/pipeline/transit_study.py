"""A study's own timetable, streets and travellers, as single questions of it take them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from htkgis.catalog import Catalog, Layer, Role, read_catalog
from htkgis.network import Graph, graph_from_arrays
from htkgis.quantities import ADULT
from htkgis.scenario import ServiceDay
from htkgis.store import Cache
from htkgis.study import Study, read_study

from .loading_steps import travel_steps
from .mode_steps import named
from .steps import Progress, Results, run_steps
from .timetable import LoadedTimetable, load_feeds, load_timetable
from .transit import decided, served, step_free
from .transit_times import audited_day, surroundings

WALK = "walk"


@dataclass(frozen=True)
class TransitMoment:
    """Which timetable is asked, and when.

    Parameters
    ----------
    feeds
        GTFS zips or folders; the timetable of the catalog where there are none.
    date, depart_s
        Service day, and start of the window in seconds after midnight; the study's day and the
        start of its first window where missing.
    window_min
        Minutes of the window, one departure in each; 1 for that very departure.
    percentile
        Which of the departures: that many per cent are at least as quick.
    """

    feeds: tuple[Path, ...] = ()
    date: dt.date | None = None
    depart_s: int | None = None
    window_min: int = 1
    percentile: float = 50.0


@dataclass(frozen=True)
class TransitStudy:
    """A study with the day that is asked.

    Parameters
    ----------
    study, catalog
        Decisions and facts.
    results
        Tables of the steps that were wanted.
    graph
        Streets that these travellers walk on.
    loaded, day
        The timetable, and what runs on the day.
    trip_times
        What of it these travellers can use.
    stops
        Where it calls: ``id``, ``name``, points.
    start_s
        Start of the window.
    """

    study: Study
    catalog: Catalog
    results: Results
    graph: Graph
    loaded: LoadedTimetable
    day: ServiceDay
    trip_times: pd.DataFrame
    stops: gpd.GeoDataFrame
    start_s: int

    def layers(self, feeds: Sequence[Path]) -> dict[str, Layer]:
        """Give the layers of the catalog that an answer rests on; feeds may stand for some."""
        roles: list[Role] = ["streets", "street_nodes"]
        if not feeds:
            roles += ["timetable", "transit_lines", "transit_stops"]
        return {name: own for role in roles for name, own in self.catalog.by_role(role).items()}


def ask_study(
    study_path: Path,
    catalog_path: Path,
    moment: TransitMoment,
    wanted: Sequence[str],
    *,
    lens: str = ADULT,
    data: Path | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> TransitStudy:
    """Read a study and its timetable, and audit the day.

    Parameters
    ----------
    study_path, catalog_path, data, cache, progress
        As :func:`htkgis.pipeline.routes.find_route`.
    moment
        Which timetable, and when.
    wanted
        Tables of the main job that are needed.
    lens
        Who walks: ``adult``, or a lens of walking.

    Raises
    ------
    ConfigError
        If the study decides nothing on public transport, or nothing runs on the day.
    """
    study = read_study(study_path)
    catalog = read_catalog(catalog_path, data=data)
    decisions = decided(study)
    hashes = catalog.checked_hashes()
    steps = travel_steps(study, catalog, hashes, tuple(wanted), mode=WALK, lens=lens)
    results = run_steps(steps, cache or Cache.default(), progress=progress)
    graph = graph_from_arrays(results[f"{named(WALK, lens)}_graph"])
    area, crs = surroundings(graph), study.study.crs
    if moment.feeds:
        loaded = load_feeds(moment.feeds, crs=crs, area=area)
    else:
        loaded = load_timetable(catalog, crs=crs, area=area)
    first_window = next(iter(decisions.windows.values()))
    start_s = first_window.start_s if moment.depart_s is None else moment.depart_s
    date = decisions.date.value if moment.date is None else moment.date
    day = audited_day(loaded, date, start_s=start_s, window_min=moment.window_min)
    trip_times = day.trip_times
    if lens in decisions.step_free.value:
        trip_times = step_free(trip_times, loaded.timetable.stops).trip_times
    stops = served(loaded.timetable.stops, trip_times)
    return TransitStudy(study, catalog, results, graph, loaded, day, trip_times, stops, start_s)
