"""The work of the steps of robustness: slower buses, and the figures of every case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from htkgis.profile import profile_figures
from htkgis.schema import PROFILE
from htkgis.store.values import Arrays
from htkgis.study import Study

from .access_rows import figures_from
from .robustness_steps import cases_of

BUSES = (3, 11)
"""Basic route types of GTFS that run on roads: bus and trolleybus."""
EXTENDED_BUSES = range(700, 900)
"""Extended route types that run on roads: bus and coach services, and trolleybuses."""


def slow_buses(trip_times: pd.DataFrame, *, times: float) -> dict[str, Any]:
    """Let every bus take so many times as long from its first departure on.

    Parameters
    ----------
    trip_times
        Contract ``TRIP_TIMES``.
    times
        Factor of the running times, stops included.

    Returns
    -------
    outputs
        ``trip_times``: the same trips and stops; trains are as they were. Seconds are rounded
        to nearest, so that times do not fall along a trip.
    """
    kinds = trip_times["route_type"]
    buses = (kinds.isin(BUSES) | kinds.isin(EXTENDED_BUSES)).to_numpy()
    first = trip_times[trip_times["sequence"] == 0]
    begins_s = pd.Series(
        first["departure_s"].to_numpy(dtype=np.int64), index=first["trip_id"].astype(str)
    )
    start_s = begins_s.reindex(trip_times["trip_id"].astype(str)).to_numpy()
    slower = {}
    for column in ("arrival_s", "departure_s"):
        own = trip_times[column].to_numpy(dtype=np.int64)
        moved = np.rint(start_s + (own - start_s) * times)
        slower[column] = np.where(buses, moved, own).astype(np.int32)
    return {"trip_times": trip_times.assign(**slower)}


def case_figures(
    origins: gpd.GeoDataFrame,
    *tables: pd.DataFrame | Arrays | None,
    study: Study,
    own: Sequence[str],
    cases: Sequence[tuple[str, int | None]],
) -> dict[str, Any]:
    """Make the figures of every case: of each mode, state and traveller that it has tables of.

    Parameters
    ----------
    origins
        Contract ``ORIGINS``.
    tables
        The study's own figures, those that are named ``own``; then one table for each of
        ``cases``: figures as :func:`htkgis.pipeline.access_rows.figure_arrays` gives them or, by
        public transport, contract ``ACCESS``. None where the case moves nothing and its figures
        are the study's own.
    own
        Names of the first tables.
    cases
        Names of the cases, in the order of the tables, and the number of the study's own table
        of the same; a case may have several.

    Returns
    -------
    outputs
        ``case_figures``: contract ``PROFILE`` with a column ``case``; no rows without a case.
    """
    areas = {quarter.area: quarter.id for quarter in study.quarters}
    area_of = origins.set_index("id")["area_id"]
    figures: dict[str, list[pd.DataFrame]] = {}
    by_timetable: dict[str, list[pd.DataFrame]] = {}
    studied: Any = tables[: len(own)]
    given = tables[len(own) :]
    on_streets = iter(figures_from([each for each in given if isinstance(each, Arrays)], areas))
    for (case, number), table in zip(cases, given, strict=True):
        held = figures.setdefault(case, [])
        if isinstance(table, Arrays):
            held.append(next(on_streets))
        elif table is not None:
            by_timetable.setdefault(case, []).append(table)
        elif number is not None:
            held.append(studied[number])
    for case, access in by_timetable.items():
        figures[case].append(profile_figures(pd.concat(access, ignore_index=True), area_of, areas))
    rank = {quarter: number for number, quarter in enumerate(dict.fromkeys(areas.values()))}
    parts = []
    for case, made in figures.items():
        table = pd.concat(made, ignore_index=True)
        order = np.argsort(table["quarter_id"].map(rank).to_numpy(), kind="stable")
        parts.append(table.iloc[order].assign(case=case))
    nothing = pd.DataFrame(columns=[*PROFILE.columns, "case"])
    return {"case_figures": pd.concat(parts, ignore_index=True) if parts else nothing}


def robustness_rules(study: Study) -> dict[str, Any] | None:
    """Give what decides whether a figure is sensitive, and the cases, as plain values.

    ``reference`` is what the study itself says of each factor; None where the study states no
    cases.
    """
    rules, transit = study.robustness, study.transit
    if rules is None:
        return None
    limits, walk = study.limits, study.modes.walk
    bike, car = study.modes.bike, study.modes.car
    tolerance = study.places.entrance_tolerance
    return {
        "limits_min": list(limits.catchment.value),
        "transit_limits_min": list((limits.catchment if transit is None else transit.jobs).value),
        "choice": limits.choice.value,
        "jobs_change": rules.jobs_change.value,
        "share_change": rules.share_change.value,
        "detour_change": rules.detour_change.value,
        "closure_change": rules.closure_change.value,
        "state": study.study.state.value,
        "baseline": study.study.baseline.value,
        "windows": [] if transit is None else list(transit.windows),
        "reference": {
            "speed": walk.speed.value,
            "bike_speed": None if bike is None else bike.speed.value,
            "car_share": None if car is None else car.share.value,
            "max_snap": walk.max_snap.value,
            "entrance_tolerance": 0 if tolerance is None else tolerance.value,
            "shift": 0,
            "bus_time": 1,
        },
        "cases": [
            {"case": name, "factor": case.factor}
            | {key: getattr(case.quantity, key) for key in ("value", "unit", "source", "source_en")}
            for name, case in cases_of(study).items()
        ],
    }
