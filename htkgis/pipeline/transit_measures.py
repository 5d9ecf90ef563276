"""Jobs and stations by public transport, for every origin and each window of the study."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.access import opportunities_of_departures
from htkgis.catalog import Catalog
from htkgis.network import border_times, graph_from_arrays, snap
from htkgis.network.snap import NOT_SNAPPED
from htkgis.network.transit import (
    Block,
    Doors,
    Journeys,
    answers_of_blocks,
    at_places,
    blocks_of_all,
    every_minute,
    journeys_between,
    of_origins,
)
from htkgis.profile.job_disclosure import are_workplaces
from htkgis.profile.transit import HIGH, STATION_SHARE, STATION_TIME, TRANSIT
from htkgis.quantities import ADULT
from htkgis.schema import ACCESS, check
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.transit_rules import Transit, Window
from htkgis.units import DECISECONDS_PER_MINUTE, UNREACHED, deciseconds

from .entrances import snap_places
from .layers import coverage, measured_in, small_numbers
from .mode_steps import WALK, named
from .modes import mode_of, snapping
from .transit import decided, journey_rules, step_free, walks_to_stations
from .transit_border import to_border
from .transit_ends import at_rails, beside, with_more
from .transit_jobs import JobsAtPlaces, disclosed_jobs, jobs_at, jobs_reached

SHARE = "share"
HELD = 12_000_000
"""Counts of departures that are held at a time, 100 MB."""


class _Journeys(NamedTuple):
    """Journeys to places that hold jobs, to the border, and to stations, in this order.

    ``border_s`` is how long each origin walks to the border of what is known of jobs, in
    seconds; ``jobs`` the numbers at each place, ``single`` whether places are single workplaces.
    """

    to_all: Journeys
    border_s: npt.NDArray[np.int64]
    jobs: JobsAtPlaces
    single: bool


def measure_transit(
    arrays: Arrays,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame,
    entrances: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    trip_times: pd.DataFrame,
    stops: gpd.GeoDataFrame,
    stations: gpd.GeoDataFrame,
    transfers: pd.DataFrame,
    *,
    study: Study,
    catalog: Catalog,
    lens: str = ADULT,
) -> dict[str, Any]:
    """Measure what each origin reaches by public transport, in the state that is shown.

    A departure each minute of each window, all the way from door to door. The timetable is one,
    so earlier states are not measured. Who travels (``lens``) walks at his own speed, on
    ``arrays``, the streets he can use; who needs a step-free way boards no trip and uses no stop
    that is stated to be inaccessible. What says nothing of that counts as accessible.

    Returns
    -------
    outputs
        ``transit_access``, or ``transit_<lens>_access``: contract ``ACCESS`` with ``to_id`` and
        ``hidden`` (jobs of few workplaces); mode ``transit``, ``departure`` the name of the
        window, ``percentile`` the study's. ``jobs_of_departures`` are the jobs within the limit
        that at least so many per cent of the departures reach, a lower bound where more may lie
        beyond what the data cover, and where places have intervals also with their ends
        (``_low``, and ``_high``, missing where it is not known); ``station_time`` the minutes to
        a station (its id stands as ``function``) that so many keep to, missing where fewer make
        it; ``station_share`` the share of the departures that make it within the longest search.
        Origins that are not on the streets have no counts and no shares.
    """
    rules = decided(study)
    if lens in rules.step_free.value:
        trip_times = step_free(trip_times, stops.rename(columns={"id": "stop_id"})).trip_times
    jobs = places[places[measured_in(study.study.state.value)] & places["unit"].eq("jobs")]
    graph = graph_from_arrays(arrays)
    snap_rules = snapping(study)
    starts = snap(graph, origins, **snap_rules, barriers=barriers)
    at_jobs = snap_places(graph, jobs, entrances, barriers=barriers, **snap_rules)
    at_stations = at_rails(graph, stations, snap_rules["max_snap_m"], None)
    at_stops = at_rails(graph, stops, snap_rules["max_snap_m"], barriers)
    doors = Doors(graph, starts, beside(at_jobs, at_stations), at_stops)
    journeys = journeys_between(doors, trip_times, rules=journey_rules(study), transfers=transfers)
    covered = coverage(catalog, "jobs", streets, municipality)
    max_walk_ds = deciseconds(rules.max_walk.value)
    border = to_border(stops, border_times(graph, at_stops, covered), covered, max_walk_ds)
    border_ds = border_times(graph, starts, covered).astype(np.int64)
    place_of = pd.Index(jobs["id"]).get_indexer(pd.Index(at_jobs.ids))
    first_station = len(jobs) + 1
    wanted = [*place_of, *range(first_station, first_station + len(stations))]
    to_all = at_places(journeys, wanted, places=first_station + len(stations))
    speed_kph = mode_of(study, WALK, lens).speed_kph
    beyond = walks_to_stations(stops, stations, speed_kph=speed_kph)
    to_all = with_more(to_all, border, at=len(jobs))
    to_all = with_more(to_all, beyond, at=first_station)
    made = _Journeys(to_all, border_ds // 10, jobs_at(jobs), bool(are_workplaces(jobs).any()))
    on_streets = starts.edge != NOT_SNAPPED
    parts = [
        part
        for name, window in rules.windows.items()
        for part in _in_window(made, name, window, study, list(stations["id"]))
    ]
    return {f"{named(TRANSIT, lens)}_access": _as_access(parts, origins, on_streets, study, lens)}


class _Part(NamedTuple):
    """One value for each origin."""

    measure: str
    function: str | None
    limit_min: float | None
    departure: str
    value: npt.NDArray[np.float64]
    unit: str
    lower_bound: npt.NDArray[np.bool_] | bool = False
    hidden: npt.NDArray[np.bool_] | bool = False


def _in_window(
    made: _Journeys, name: str, window: Window, study: Study, stations: list[str]
) -> Iterator[_Part]:
    """Measure one window: a bound where who meets the border might reach more jobs."""
    rules = decided(study)
    leaving_s = every_minute(window.start_s, window.minutes)
    origins, limits = len(made.border_s), rules.jobs.value
    departures = len(leaving_s) * len(made.to_all.timetables)
    kinds = len(made.jobs.measures)
    step = max(1, HELD // ((kinds + 3) * len(limits) * departures))
    blocks = blocks_of_all(made.to_all, leaving_s)
    pieces = [
        _of_origins(made, slice(begin, min(begin + step, origins)), blocks, rules)
        for begin in range(0, origins, step)
    ]
    value, bound, held, time_ds, share = (
        np.concatenate(each) for each in zip(*pieces, strict=True)
    )
    hidden = np.zeros(value.shape[:2], dtype=bool)
    if made.single:
        value, hidden = disclosed_jobs(
            value,
            held,
            bound,
            small_numbers(study),
            rounding=study.jobs.rounding.value,
        )
    for place, limit in enumerate(limits):
        gone = hidden[:, place]
        for kind, measure in enumerate(made.jobs.measures):
            beyond = bound[:, place, kind] & ~gone
            yield _Part(measure, None, limit, name, value[:, place, kind], "jobs", beyond, gone)
    minutes = np.where(time_ds < UNREACHED, time_ds / DECISECONDS_PER_MINUTE, np.nan)
    for place, station in enumerate(stations):
        yield _Part(STATION_TIME, station, None, name, minutes[:, place], "min")
        yield _Part(STATION_SHARE, station, None, name, share[:, place], SHARE)


class _Found(NamedTuple):
    """Of some origins: jobs by limit and measure, whether they are bounds; workplaces; times.

    The workplaces are counted where places are single ones, and else 0.
    """

    jobs: npt.NDArray[np.float64]
    lower_bound: npt.NDArray[np.bool_]
    workplaces: npt.NDArray[np.float64]
    time_ds: npt.NDArray[np.int32]
    share: npt.NDArray[np.float64]


def _of_origins(made: _Journeys, origins: slice, blocks: Sequence[Block], rules: Transit) -> _Found:
    """Measure a range of origins in one pass over the day."""
    percentile, kinds = rules.percentile.value, len(made.jobs.measures)
    limits_s = [deciseconds(limit) // 10 for limit in rules.jobs.value]
    sums, times = answers_of_blocks(
        of_origins(made.to_all, origins.start, origins.stop),
        blocks,
        made.jobs.weights(workplaces=made.single),
        limits_s=limits_s,
        percentiles=[percentile],
    )
    endless, none = sums[..., kinds], np.zeros_like(sums[..., kinds])
    met = (sums[..., -1] > 0) | (made.border_s[origins, None, None] <= np.array(limits_s))
    found = [
        jobs_reached(
            sums[..., kind], endless if measure == HIGH else none, met, percentile=percentile
        )
        for kind, measure in enumerate(made.jobs.measures)
    ]
    jobs, bounds = (np.stack(each, axis=-1) for each in zip(*found, strict=True))
    workplaces = np.zeros(jobs.shape[:2])
    if made.single:
        workplaces = opportunities_of_departures(sums[..., kinds + 1], percentile=percentile)
    return _Found(jobs, bounds, workplaces, times.percentiles_ds[..., 0], times.share)


def _as_access(
    parts: list[_Part],
    origins: gpd.GeoDataFrame,
    on_streets: npt.NDArray[np.bool_],
    study: Study,
    lens: str,
) -> pd.DataFrame:
    rows = [_rows(part, origins).loc[on_streets | (part.measure == STATION_TIME)] for part in parts]
    table = pd.concat(rows, ignore_index=True).assign(
        mode=TRANSIT,
        lens=lens,
        state=study.study.state.value,
        percentile=decided(study).percentile.value,
        upper_bound=False,
    )
    return check(table[[*ACCESS.columns, "to_id", "hidden"]], ACCESS, where="public transport")


def _rows(part: _Part, origins: gpd.GeoDataFrame) -> pd.DataFrame:
    count = len(origins)
    function = np.full(count, part.function, dtype=object)
    arrived = (part.measure == STATION_TIME) & ~np.isnan(part.value)
    return pd.DataFrame(
        {
            "id": origins["id"].to_numpy(dtype=object),
            "measure": part.measure,
            "function": function,
            "limit_min": np.full(count, np.nan if part.limit_min is None else part.limit_min),
            "departure": part.departure,
            "value": part.value,
            "unit": part.unit,
            "lower_bound": part.lower_bound,
            "to_id": pd.Series(function, dtype=object).where(arrived, None),
            "hidden": part.hidden,
        }
    )
