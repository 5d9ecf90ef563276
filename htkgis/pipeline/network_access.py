"""Any measure of access between a user's own points, over streets or by a timetable.

What is summed or nearest comes straight from the engine, however many pairs there are. Measures
that need every pair hold those within the longest limit, and are refused where they are too many.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.errors import ConfigError
from htkgis.loaders.points import read_labels, read_points, read_weights
from htkgis.network import (
    impedance_table,
    nearest_n,
    reach_opportunities,
    street_times,
    weigh_opportunities,
)
from htkgis.network.search import search_limit
from htkgis.network.snap import NOT_SNAPPED
from htkgis.network.transit import every_minute, window_times
from htkgis.quantities import ADULT
from htkgis.store import Cache
from htkgis.study import read_study
from htkgis.units import UNREACHED, deciseconds, minutes

from .access_measures import LACKS, Amounts
from .access_request import ALL_MEASURES, Request, in_order, measured, rows_of, weighed_by
from .embedded import embedded_study
from .own_streets import own_crs
from .point_access import AccessReport, OwnPoints, own_points
from .steps import Progress
from .transit_access import TransitAccessReport
from .transit_times import Asked, TransitQuestion, prepare

MAX_PAIRS = 20_000_000
"""Pairs that are held at a time: some 100 bytes each while they are measured, 2 GB in all."""


@dataclass(frozen=True)
class Columns:
    """Columns of a user's own files that a measure may need.

    Parameters
    ----------
    opportunities
        What each opportunity counts; one each where missing.
    function
        What each opportunity is.
    demand
        Persons at each origin; who competes is not known where missing.
    """

    opportunities: str | None = None
    function: str | None = None
    demand: str | None = None


def measure_network_access(
    streets: str,
    origins_path: Path,
    opportunities_path: Path,
    request: Request,
    *,
    columns: Columns,
    mode: str = "walk",
    lens: str = ADULT,
    max_min: float | None = None,
    bare: bool = False,
    max_snap_m: float | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> AccessReport:
    """Measure access over streets: what ``--times`` gives over the matrix of the same points.

    Parameters
    ----------
    streets, origins_path, opportunities_path, mode, lens, bare, max_snap_m, cache, progress
        As :func:`htkgis.pipeline.point_access.measure_point_access`.
    request
        Measures, limits and impedance.
    columns
        Columns of the origins and the opportunities.
    max_min
        Longest time of interest of measures that take no limit; no limit where missing.

    Returns
    -------
    report
        Its table holds ``origin_id``, ``measure``, ``limit_min``, ``impedance``, ``value`` and
        ``bound``: one row per origin, measure and limit, no value where an origin is on no
        street. Where the search met the end of the streets a value is ``at_least``, ``at_most``,
        or off ``either_way``, because people beyond compete too. Of measures of pairs one row per
        pair within reach, with ``destination_id``.

    Raises
    ------
    ConfigError
        If a measure lacks what it needs, or needs more than ``MAX_PAIRS`` pairs.
    HtkgisError
        A file is missing or wrong, or no point is near a street.
    """
    request.check(demand=columns.demand is not None, functions=columns.function is not None)
    own = own_points(
        streets,
        origins_path,
        opportunities_path,
        mode=mode,
        lens=lens,
        bare=bare,
        max_snap_m=max_snap_m,
        cache=cache,
        progress=progress,
    )
    amounts = _amounts(origins_path, opportunities_path, own.origins, own.opportunities, columns)
    over_pairs = [name for name, _ in request.named if not _is_summed(name, request)]
    times = _pairs(own, request, over_pairs, max_min) if over_pairs else None
    found: list[pd.DataFrame] = []
    for name, parameter in request.named:
        if times is None or name not in over_pairs:
            tables = _summed(name, own, request, amounts, max_min)
        else:
            tables = measured(request, name, parameter, amounts, times)
        found += [_with_bounds(table, name, request, own) for table in tables]
    return own.report(in_order(pd.concat(found, ignore_index=True), "bound"))


def measure_timetable_access(
    streets: str,
    origins_path: Path,
    opportunities_path: Path,
    question: TransitQuestion,
    request: Request,
    *,
    columns: Columns,
    lens: str = ADULT,
    bare: bool = False,
    max_snap_m: float | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> TransitAccessReport:
    """Measure access by public transport over the percentiles of travel times in a window.

    Parameters
    ----------
    streets, origins_path, opportunities_path, question, lens, bare, max_snap_m, cache, progress
        As :func:`htkgis.pipeline.transit_access.measure_transit_access`.
    request, columns
        As :func:`measure_network_access`.

    Returns
    -------
    report
        Its table holds a column ``percentile`` besides: the values are those of the times that
        so many per cent of the departures keep to, pair by pair.

    Raises
    ------
    ConfigError
        If a measure lacks what it needs, or there are more than ``MAX_PAIRS`` pairs.
    HtkgisError
        A file is missing or wrong, no point is near a street, or nothing runs on the day.
    """
    request.check(demand=columns.demand is not None, functions=columns.function is not None)
    crs = own_crs(streets, read_study(embedded_study() / "study.toml"))
    points = read_points(origins_path, crs=crs), read_points(opportunities_path, crs=crs)
    amounts = _amounts(origins_path, opportunities_path, *points, columns)
    _check_pairs(len(points[0]) * len(points[1]) * len(question.percentiles), points, request)
    asked = prepare(
        streets,
        origins_path,
        opportunities_path,
        question,
        lens=lens,
        bare=bare,
        max_snap_m=max_snap_m,
        cache=cache,
        progress=progress,
    )
    departures_s = every_minute(question.depart_s, question.window_min)
    times = window_times(
        asked.journeys,
        departures_s,
        semantics=question.semantics,
        percentiles=question.percentiles,
    )
    found = []
    for place, percentile in enumerate(question.percentiles):
        table = _of_matrix(asked, times.percentiles_ds[:, :, place])
        for name, parameter in request.named:
            rows = pd.concat(measured(request, name, parameter, amounts, table))
            found.append(rows.assign(percentile=percentile))
    result = in_order(pd.concat(found, ignore_index=True), "percentile")
    result = _known_only(result, asked.doors.origins.ids, asked.doors.origins.edge)
    return TransitAccessReport(result.assign(mode="transit", lens=lens, plain=bare), asked)


def _amounts(
    origins_path: Path, opportunities_path: Path, origins: Any, opportunities: Any, columns: Columns
) -> Amounts:
    """Read persons, opportunities and functions from the columns of the points' files."""
    homes, places = pd.Index(origins["id"]), pd.Index(opportunities["id"])
    functions = None
    if columns.function is not None:
        labels = read_labels(opportunities_path, columns.function, opportunities)
        functions = pd.Series(labels, index=places)
    return Amounts(
        pd.Series(read_weights(origins_path, columns.demand, origins), index=homes),
        pd.Series(
            read_weights(opportunities_path, columns.opportunities, opportunities), index=places
        ),
        functions,
    )


def _is_summed(name: str, request: Request) -> bool:
    """Whether the engine gives a measure without holding the pairs."""
    return name in {"cumulative", "nearest"} or (name == "gravity" and bool(request.limits))


def _summed(
    name: str, own: OwnPoints, request: Request, amounts: Amounts, max_min: float | None
) -> list[pd.DataFrame]:
    """Take a measure straight from the engine; one table per limit."""
    weights = amounts.supply.to_numpy()
    if name == "nearest":
        return [rows_of(_nearest(own, weights, request.nearest or 1, max_min), np.nan, None)]
    limits_ds = [deciseconds(limit) for limit in request.limits]
    points = own.graph, own.from_snaps, own.to_snaps, weights
    if name == "cumulative" or request.impedance is None:
        values = reach_opportunities(*points, limits_ds=limits_ds)
    else:
        tables = [impedance_table(request.impedance, limit_ds=limit_ds) for limit_ds in limits_ds]
        columns = [weigh_opportunities(*points, impedance=table) for table in tables]
        values = np.stack(columns, axis=1)
    return [
        rows_of(
            {name: pd.Series(values[:, at], index=amounts.demand.index)},
            limit,
            weighed_by(request, name),
        )
        for at, limit in enumerate(request.limits)
    ]


def _nearest(
    own: OwnPoints, weights: npt.NDArray[np.float64], count: int, max_min: float | None
) -> dict[str, pd.Series]:
    """Minutes to the nearest of the places that hold anything."""
    places = own.to_snaps.where(weights > 0)
    limit_ds = search_limit(None if max_min is None else deciseconds(max_min))
    found = nearest_n(own.graph, own.from_snaps, places, count, limit_ds=limit_ds)
    reached = found.times_ds < UNREACHED
    time_min = np.where(reached, minutes(found.times_ds), np.nan)
    ids = pd.Index(own.origins["id"])
    return {f"nearest_{n + 1}": pd.Series(time_min[:, n], index=ids) for n in range(count)}


def _pairs(
    own: OwnPoints, request: Request, names: list[str], max_min: float | None
) -> pd.DataFrame:
    """Make the travel times of all pairs that the measures need, or say that there are too many."""
    longest_min = request.longest_min(names)
    longest_min = max_min if longest_min is None else longest_min
    limit_ds = None if longest_min is None else deciseconds(longest_min)
    count = len(own.origins) * len(own.opportunities)
    if count > MAX_PAIRS and limit_ds is not None:
        ones = np.ones(len(own.opportunities))
        reached = reach_opportunities(
            own.graph, own.from_snaps, own.to_snaps, ones, limits_ds=[limit_ds]
        )
        count = int(reached.sum())
    _check_pairs(count, (own.origins, own.opportunities), request)
    found = street_times(own.graph, own.from_snaps, own.to_snaps, limit_ds=limit_ds)
    return _table(found.from_ids, found.to_ids, found.from_index, found.to_index, found.time_ds)


def _of_matrix(asked: Asked, times_ds: npt.NDArray[np.int32]) -> pd.DataFrame:
    """Write a matrix by public transport as pairs."""
    origin, destination = np.nonzero(times_ds < UNREACHED)
    doors = asked.doors
    return _table(
        doors.origins.ids,
        doors.destinations.ids,
        origin,
        destination,
        times_ds[origin, destination],
    )


def _table(from_ids: Any, to_ids: Any, origin: Any, destination: Any, time_ds: Any) -> pd.DataFrame:
    """Write pairs as ``TRAVEL_TIMES``; an id is kept once, however many pairs it is in."""
    return pd.DataFrame(
        {
            "from_id": pd.Categorical.from_codes(origin, categories=pd.Index(from_ids)),
            "to_id": pd.Categorical.from_codes(destination, categories=pd.Index(to_ids)),
            "travel_time_ds": time_ds,
        }
    )


def _check_pairs(count: int, points: tuple[Any, Any], request: Request) -> None:
    """Raise ConfigError if there are more pairs than are held."""
    if count <= MAX_PAIRS:
        return
    names = ", ".join(name for name, _ in request.named)
    msg = (
        f"--measure {names} (pairs in memory): {len(points[0]):,} origins and {len(points[1]):,} "
        f"opportunities make {count:,} pairs; {MAX_PAIRS:,} are allowed. Take a shorter "
        "--limit-min or --max-min, or part the origins; cumulative, gravity with a limit and "
        "nearest over streets need no pairs."
    )
    raise ConfigError(msg)


def _with_bounds(table: pd.DataFrame, name: str, request: Request, own: OwnPoints) -> pd.DataFrame:
    """Mark what the end of the streets makes a bound, and leave out who is on no street."""
    measure = ALL_MEASURES[name]
    ids = pd.Index(own.origins["id"])
    border_ds = own.border_ds[ids.get_indexer(table["origin_id"])]
    if measure.bound == "at_most":
        met = border_ds < np.rint(table["value"].to_numpy() * 600)  # a missing time is no bound
    else:
        limit = table["limit_min"].fillna(request.limits[-1] if request.limits else np.inf)
        whole = measure.limits == "none" or measure.reaches == 0
        reach_ds = np.where(np.isinf(limit) | whole, UNREACHED - 1, limit * 600 * measure.reaches)
        met = border_ds <= reach_ds
    bound = np.full(len(table), None, dtype=object)
    bound[met] = measure.bound
    # what is lacking may be there beyond the border; what is there stays
    lacks = table["measure"].str.startswith(LACKS).to_numpy()
    has = (table["measure"] == "completeness_complete").to_numpy()
    bound[lacks & met] = "at_most"
    bound[(lacks & (table["value"] == 0)) | (has & (table["value"] == 1))] = None
    table = table.assign(bound=pd.Series(bound, dtype=object, index=table.index))
    return _known_only(table, own.from_snaps.ids, own.from_snaps.edge)


def _known_only(table: pd.DataFrame, ids: Any, edge: npt.NDArray[np.int32]) -> pd.DataFrame:
    """Leave out the values of origins that are on no street."""
    known = table["origin_id"].isin(ids[edge != NOT_SNAPPED])
    table = table.assign(value=table["value"].where(known))
    return table.assign(bound=table["bound"].where(known, None)) if "bound" in table else table
