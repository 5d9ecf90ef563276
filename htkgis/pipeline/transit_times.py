"""Travel times by public transport between a user's own points."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from htkgis.loaders.points import read_points
from htkgis.network import Graph, SnapAudit, audit
from htkgis.network.transit import (
    Doors,
    JourneyRules,
    Journeys,
    Riding,
    Semantics,
    WindowTimes,
    at_best,
    every_minute,
    journeys_between,
    window_times,
)
from htkgis.quantities import ADULT
from htkgis.scenario import ServiceDay
from htkgis.schema import DAY_S
from htkgis.store import Cache
from htkgis.study import Study, read_study
from htkgis.units import UNREACHED, minutes

from .embedded import embedded_study
from .modes import snapping
from .own_streets import graph_coverage, own_crs, own_graph, own_snaps
from .steps import Progress
from .timetable import LoadedTimetable, load_feeds, service_day
from .transit import (
    Usable,
    decided,
    doors_of,
    journey_rules,
    served,
    step_free,
    usable,
    with_limits,
)

Access = Literal["walk", "bike", "bike-aboard"]
SURROUNDINGS_M = 50_000.0
"""Trips that call once on the streets and once so far away are read: people change there."""
AT_MOST, AT_LEAST = "at_most", "at_least"
DECIMALS = 3
HOUR_S = 3600
LATE_S = 6 * HOUR_S
"""How long after a window trips of the next service day may still matter."""


@dataclass(frozen=True)
class TransitQuestion:
    """What is asked of a timetable.

    Parameters
    ----------
    feeds
        Zips or folders in GTFS.
    date
        Service day.
    depart_s
        Start of the window, in seconds after midnight; of arrivals where one arrives by.
    window_min
        Minutes of the window, one departure in each.
    percentiles
        0 to 100.
    semantics
        ``any``, ``planned`` or ``arrive-by``.
    access
        How the stops are reached: on foot, by a bicycle that is parked there, or by one that is
        taken along.
    max_walk_min, max_rides, max_min
        The study's where missing.
    """

    feeds: tuple[Path, ...]
    date: dt.date
    depart_s: int
    window_min: int = 60
    percentiles: tuple[float, ...] = (50.0,)
    semantics: Semantics = "any"
    access: Access = "walk"
    max_walk_min: float | None = None
    max_rides: int | None = None
    max_min: float | None = None


@dataclass(frozen=True)
class Asked:
    """Points, streets and timetable of a question, put together.

    Parameters
    ----------
    doors
        Points and stops on the streets that people walk on.
    journeys
        What the engine takes.
    rules, riding
        What the journeys were made by.
    day
        What runs on the day.
    loaded
        The timetable, with what its reader counted.
    left_out
        Trips that do not take wheelchairs or bicycles, where these travellers need it, and
        those that state nothing.
    """

    doors: Doors
    journeys: Journeys
    rules: JourneyRules
    riding: Riding | None
    day: ServiceDay
    loaded: LoadedTimetable
    left_out: dict[str, Usable]

    def at_best(self) -> Journeys:
        """Give the journeys as they were if people walked straight on where the streets end."""
        covered = graph_coverage(self.doors.graph)
        return at_best(self.journeys, self.doors, covered, self.rules, riding=self.riding)

    @property
    def audits(self) -> dict[str, SnapAudit]:
        """How points and stops met the streets."""
        sides = ("origins", "destinations", "stops")
        return {side: audit(getattr(self.doors, side)) for side in sides}

    @property
    def too_far(self) -> pd.DataFrame:
        """Ids and distances of points farther than the limit from any street."""
        sides = (self.doors.origins.too_far, self.doors.destinations.too_far)
        return pd.concat(sides, ignore_index=True)


@dataclass(frozen=True)
class TransitReport:
    """Travel times and what they rest on.

    Parameters
    ----------
    table
        ``from_id``, ``to_id``, ``travel_time_p50_min`` ... (three decimals, missing where fewer
        departures make it), each with ``bound_p50``, ``mean_min`` of those that make it,
        ``departures_percent`` that do; pairs that some departure reaches. The bound is ``at_most``
        where walks beyond the end of the streets may shorten that time, even straight ones at
        best; for ``departures_percent``, ``bound_percent`` is ``at_least`` where they may let more
        departures make it. Who plans has no bounds: to arrive earlier may ask to leave earlier.
    asked
        What they rest on.
    """

    table: pd.DataFrame
    asked: Asked


def measure_transit_times(
    streets: str,
    origins_path: Path,
    destinations_path: Path,
    question: TransitQuestion,
    *,
    lens: str = ADULT,
    speed_kph: float | None = None,
    bare: bool = False,
    max_snap_m: float | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> TransitReport:
    """Measure travel times door to door over a window.

    Parameters
    ----------
    streets, origins_path, destinations_path, cache, progress
        As :func:`htkgis.pipeline.times.measure_point_times`.
    question
        What is asked of the timetable.
    lens
        Who walks: ``adult``, or a lens of walking.
    bare
        Whether time on the streets is length divided by speed and nothing else.
    speed_kph, max_snap_m
        Walking speed, and how far a point may lie from a street; the study's where missing.

    Raises
    ------
    HtkgisError
        A file is missing or wrong, no point is near a street, or nothing runs on the day.
    """
    asked = prepare(
        streets,
        origins_path,
        destinations_path,
        question,
        lens=lens,
        speed_kph=speed_kph,
        bare=bare,
        max_snap_m=max_snap_m,
        cache=cache,
        progress=progress,
    )
    window_s = every_minute(question.depart_s, question.window_min)

    def measured(journeys: Journeys) -> WindowTimes:
        return window_times(
            journeys, window_s, semantics=question.semantics, percentiles=question.percentiles
        )

    times = measured(asked.journeys)
    least = None if question.semantics == "planned" else measured(asked.at_best())
    return TransitReport(to_table(times, least, asked.doors, question.percentiles), asked)


def prepare(
    streets: str,
    origins_path: Path,
    destinations_path: Path,
    question: TransitQuestion,
    *,
    lens: str = ADULT,
    speed_kph: float | None = None,
    bare: bool = False,
    max_snap_m: float | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> Asked:
    """Read points, streets and timetable, and put them together; see the function above."""
    study = read_study(embedded_study() / "study.toml")
    crs = own_crs(streets, study)
    points = read_points(origins_path, crs=crs), read_points(destinations_path, crs=crs)
    graph = own_graph(
        streets,
        study,
        "walk",
        crs=crs,
        lens=lens,
        speed_kph=speed_kph,
        bare=bare,
        cache=cache,
        progress=progress,
    )
    loaded = load_feeds(question.feeds, crs=crs, area=surroundings(graph))
    day = day_of(loaded, question)
    trip_times, left_out = usable_trips(
        study, day.trip_times, loaded.timetable.stops, lens, question.access
    )
    stops = served(loaded.timetable.stops, trip_times)
    doors = _doors(graph, study, "walk", points, stops, max_snap_m)
    riding = None
    if question.access != "walk":
        bikes = own_graph(
            streets, study, "bike", crs=crs, bare=bare, cache=cache, progress=progress
        )
        ridden = _doors(bikes, study, "bike", points, stops, max_snap_m)
        parking_s = int(decided(study).bike_parking.value * 60)
        riding = Riding(ridden, question.access == "bike-aboard", parking_s)
    rules = with_limits(
        journey_rules(study),
        max_walk_min=question.max_walk_min,
        max_rides=question.max_rides,
        max_min=question.max_min,
    )
    journeys = journeys_between(
        doors, trip_times, rules=rules, transfers=loaded.timetable.transfers, riding=riding
    )
    return Asked(doors, journeys, rules, riding, day, loaded, left_out)


def surroundings(graph: Graph) -> shapely.Geometry:
    """Give the box around the streets and 50 km more: trips elsewhere are not read."""
    return shapely.box(*shapely.total_bounds(shapely.multipoints(graph.edge_xy))).buffer(
        SURROUNDINGS_M
    )


def day_of(loaded: LoadedTimetable, question: TransitQuestion) -> ServiceDay:
    """Audit the day and the window of a question; keep what runs until the last one arrives."""
    arriving = question.semantics == "arrive-by"
    return audited_day(
        loaded,
        question.date,
        start_s=question.depart_s,
        window_min=question.window_min,
        arriving=arriving,
    )


def audited_day(
    loaded: LoadedTimetable,
    date: dt.date,
    *,
    start_s: int,
    window_min: int,
    arriving: bool = False,
) -> ServiceDay:
    """Give what runs on a day for a window, or say why nothing does.

    Parameters
    ----------
    loaded
        The timetable.
    date
        Service day.
    start_s, window_min
        The window.
    arriving
        Whether people arrive in the window, so that they leave before it.

    Raises
    ------
    ConfigError
        If nothing runs on the day, or nothing departs in the window, or within an hour where the
        window is shorter.
    """
    end_s = start_s + 60 * window_min
    first_s = start_s - HOUR_S if arriving else start_s
    last_s = end_s if arriving else max(end_s, start_s + HOUR_S)
    until_s = max(DAY_S, end_s + LATE_S)
    return service_day(loaded, date, window_s=(first_s, last_s - 1), until_s=until_s)


def usable_trips(
    study: Study, trip_times: pd.DataFrame, stops: gpd.GeoDataFrame, lens: str, access: Access
) -> tuple[pd.DataFrame, dict[str, Usable]]:
    """Leave out the trips that do not take these travellers; say how many, by what they lack."""
    left_out = {}
    if lens in decided(study).step_free.value:
        left_out["wheelchair"] = step_free(trip_times, stops)
        trip_times = left_out["wheelchair"].trip_times
    if access == "bike-aboard":
        left_out["bikes"] = usable(trip_times, flag="bikes")
        trip_times = left_out["bikes"].trip_times
    return trip_times, left_out


def _doors(
    graph: Graph,
    study: Study,
    mode: str,
    points: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    stops: gpd.GeoDataFrame,
    max_snap_m: float | None,
) -> Doors:
    origins, destinations = (
        own_snaps(graph, own, study, mode, what=what, max_snap_m=max_snap_m)
        for what, own in zip(("origins", "destinations"), points, strict=True)
    )
    rules = snapping(study, mode)
    return doors_of(graph, origins, destinations, stops, max_snap_m=rules["max_snap_m"])


def to_table(
    times: WindowTimes, least: WindowTimes | None, doors: Doors, percentiles: tuple[float, ...]
) -> pd.DataFrame:
    """Write out one row per pair that some departure reaches, with bounds where ``least`` is known.

    ``least`` are the times at best, if people walked on where the streets end.
    """
    pairs = np.nonzero(times.share > 0)
    table = pd.DataFrame(
        {
            "from_id": pd.Series(doors.origins.ids[pairs[0]], dtype="str"),
            "to_id": pd.Series(doors.destinations.ids[pairs[1]], dtype="str"),
        }
    )
    for place, percentile in enumerate(percentiles):
        time_ds = times.percentiles_ds[*pairs, place]
        made = time_ds < UNREACHED
        found = np.where(made, minutes(time_ds), np.nan)
        table[f"travel_time_p{percentile:g}_min"] = found.round(DECIMALS)
        if least is not None:
            shorter = made & (least.percentiles_ds[*pairs, place] < time_ds)
            table[f"bound_p{percentile:g}"] = _marked(shorter, AT_MOST)
    table["mean_min"] = (times.mean_s[pairs] / 60).round(DECIMALS)
    table["departures_percent"] = (100 * times.share[pairs]).round(DECIMALS)
    if least is not None:
        table["bound_percent"] = _marked(least.share[pairs] > times.share[pairs], AT_LEAST)
    return table


def _marked(bound: npt.NDArray[np.bool_], word: str) -> pd.Series:
    return pd.Series(bound, dtype=object).map({True: word, False: None})
