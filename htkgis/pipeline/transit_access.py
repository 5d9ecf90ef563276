"""What a user's own origins reach by public transport: two figures that are easily confused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.access import opportunities_of_departures
from htkgis.loaders.points import read_points, read_weights
from htkgis.network.snap import NOT_SNAPPED
from htkgis.network.transit import every_minute, transit_opportunities, transit_times
from htkgis.quantities import ADULT
from htkgis.store import Cache
from htkgis.study import read_study
from htkgis.units import deciseconds

from .embedded import embedded_study
from .own_streets import own_crs
from .steps import Progress
from .transit_times import Asked, TransitQuestion, prepare

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class TransitAccessReport:
    """Access of every origin over a window, and what it rests on.

    Parameters
    ----------
    table
        ``origin_id``, ``measure``, ``limit_min``, ``value``: one row per origin, measure and
        limit. ``reached_by_p50_of_departures`` is what at least half of the departures reach,
        not necessarily the same places each time; ``within_p50_travel_time`` counts the places
        whose median travel time keeps to the limit. No value where an origin is on no street.
    asked
        What they rest on.
    """

    table: pd.DataFrame
    asked: Asked


def measure_transit_access(
    streets: str,
    origins_path: Path,
    opportunities_path: Path,
    question: TransitQuestion,
    *,
    column: str | None = None,
    limits_min: Sequence[float],
    lens: str = ADULT,
    bare: bool = False,
    max_snap_m: float | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> TransitAccessReport:
    """Measure what each origin reaches by public transport within limits.

    Parameters
    ----------
    streets, origins_path, opportunities_path, column, max_snap_m, cache, progress
        As :func:`htkgis.pipeline.point_access.measure_point_access`.
    question
        What is asked of the timetable; its departures are those at any minute.
    limits_min
        Limits in minutes.
    lens, bare
        As :func:`htkgis.pipeline.transit_times.measure_transit_times`.

    Raises
    ------
    HtkgisError
        A file is missing or wrong, no point is near a street, or nothing runs on the day.

    References
    ----------
    The difference of the two figures: Conway, M. W., Byrd, A. and van Eggermond, M. (2018).
    Accounting for uncertainty and variation in accessibility metrics for public transport sketch
    planning. Journal of Transport and Land Use 11(1), 541-558.
    """
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
    crs = own_crs(streets, read_study(embedded_study() / "study.toml"))
    weights = read_weights(opportunities_path, column, read_points(opportunities_path, crs=crs))
    departures_s = every_minute(question.depart_s, question.window_min)
    limits = sorted({float(limit) for limit in limits_min})
    limits_s = [deciseconds(limit) // 10 for limit in limits]
    by_departure = transit_opportunities(
        asked.journeys, departures_s, weights[:, None], limits_s=limits_s
    )[..., 0]
    times = transit_times(asked.journeys, departures_s, percentiles=question.percentiles)
    rows = []
    for at, limit in enumerate(limits):
        for place, percentile in enumerate(question.percentiles):
            reached = opportunities_of_departures(by_departure[:, :, at], percentile=percentile)
            inside = times.percentiles_ds[:, :, place] <= deciseconds(limit)
            rows += [
                _rows(asked, f"reached_by_p{percentile:g}_of_departures", limit, reached),
                _rows(asked, f"within_p{percentile:g}_travel_time", limit, inside @ weights),
            ]
    table = pd.concat(rows, ignore_index=True)
    if all(limit.is_integer() for limit in limits):
        table["limit_min"] = table["limit_min"].astype("int64")
    return TransitAccessReport(table.assign(mode="transit", lens=lens, plain=bare), asked)


def _rows(asked: Asked, measure: str, limit: float, value: Values) -> pd.DataFrame:
    known = asked.doors.origins.edge != NOT_SNAPPED
    return pd.DataFrame(
        {
            "origin_id": asked.doors.origins.ids,
            "measure": measure,
            "limit_min": limit,
            "value": np.where(known, value, np.nan),
        }
    )
