"""Jobs per resident who competes for them, from the addresses of residents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.compiled import kernel
from htkgis.network import graph_from_arrays
from htkgis.profile.competition import KINDS
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import deciseconds

from .entrances import shared_jobs
from .home_times import Times, home_times
from .layers import coverage
from .snapped import on_streets

Floats = npt.NDArray[np.float64]


def measure_job_times(
    arrays: Arrays,
    homes: gpd.GeoDataFrame,
    points: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    at_homes: Arrays,
    at_jobs: Arrays,
    *,
    study: Study,
    catalog: Catalog,
    mode: str,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Measure how long it takes from each home to each place of jobs, however many they are.

    Parameters
    ----------
    homes, points
        ``id`` and where people live; ``id``, ``function`` and where there are jobs to share.
    at_homes, at_jobs
        Where homes lie on the streets, and the points among other places of jobs, as
        :func:`htkgis.pipeline.snapped.set_on_streets` gives them.

    earlier
        What this gave before of other inputs, which spares searches; the result is the same
        without.

    Returns
    -------
    outputs
        ``<mode>_job_times``: ``time_ds`` (:data:`Times`, as far as the longest limit), and of each
        home ``border_ds``, deciseconds to where jobs beyond the data could lie, and ``off``,
        whether it is off the streets. All are empty where there is nobody, or no job.
        ``<mode>_job_times_kept``: what they are made of, for ``earlier``; None where all are empty.
    """
    output, kept = f"{mode}_job_times", f"{mode}_job_times_kept"
    if not (len(homes) and len(points)):
        made = Arrays(
            time_ds=np.zeros((0, 0), dtype=np.uint16),
            border_ds=np.zeros(0, dtype=np.int32),
            off=np.zeros(0, dtype=np.bool_),
        )
        return {output: made, kept: None}
    graph = graph_from_arrays(arrays)
    before = {} if not earlier or earlier[kept] is None else {**earlier[output], **earlier[kept]}
    found, found_kept = home_times(
        graph,
        on_streets(graph, at_homes, homes),
        on_streets(graph, at_jobs),
        points["id"],
        coverage(catalog, "jobs", streets, municipality),
        limit_min=max(study.limits.jobs.value),
        earlier=before or None,
    )
    return {output: found, kept: found_kept}


def share_jobs(
    times: Arrays, residents: gpd.GeoDataFrame, jobs: gpd.GeoDataFrame, *, study: Study, mode: str
) -> dict[str, Any]:
    """Share all jobs by those who reach them.

    Each job is shared by all residents of the municipality who reach it within the limit
    (:func:`htkgis.access.two_step_fca`). Whoever lives, and whatever work lies, outside the
    municipality is not counted on either side.

    Parameters
    ----------
    times
        As :func:`measure_job_times` gives them.
    residents, jobs
        Its homes and its points, with ``persons`` and ``opportunities``.

    Returns
    -------
    outputs
        ``<mode>_competition``: ``id``, ``area_id``, ``persons``, ``limit_min``,
        ``jobs_per_resident`` (missing off the streets, and where 0/0) and ``edge``, whether jobs
        or competitors beyond the data could change it. No rows where nobody is known to live
        anywhere, no place holds jobs, or the places are single workplaces, whose jobs the
        figures could tell.
    """
    found: list[pd.DataFrame] = []
    if len(residents) and len(shared_jobs(jobs)):
        who = {name: residents[name].to_numpy() for name in ("id", "area_id")}
        for limit in study.limits.jobs.value:
            values = values_within(times, residents, jobs, limit_min=limit)
            found.append(values.assign(**who, limit_min=float(limit))[list(KINDS)])
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(KINDS))
    return {f"{mode}_competition": table.astype(KINDS)}


def values_within(
    times: Arrays, residents: pd.DataFrame, jobs: pd.DataFrame, *, limit_min: float
) -> pd.DataFrame:
    """Share the jobs within a limit by all who reach them; missing for who is off the streets.

    Returns
    -------
    values
        ``persons``, ``jobs_per_resident`` and ``edge``, one row per home.
    """
    persons = residents["persons"].to_numpy(dtype="float64")
    amounts = jobs["opportunities"].to_numpy(dtype="float64")
    limit_ds = deciseconds(limit_min)
    value = jobs_per_resident(times["time_ds"], persons, amounts, limit_ds=limit_ds)
    columns = {
        "persons": persons,
        "jobs_per_resident": np.where(times["off"], np.nan, value),
        # competitors live up to a limit beyond what is reached
        "edge": times["border_ds"] <= 2 * limit_ds,
    }
    return pd.DataFrame(columns)


def jobs_per_resident(time_ds: Times, persons: Floats, jobs: Floats, *, limit_ds: int) -> Floats:
    """Measure what :func:`htkgis.access.two_step_fca` does, to the last bit, from an array.

    Examples
    --------
    Two places of 30 and 10 jobs; a and b, 50 each, reach the first, and b the other:

    >>> time_ds = np.array([[3000, 6000], [9001, 9000]], dtype=np.uint16)
    >>> jobs_per_resident(time_ds, np.array([50.0, 50.0]), np.array([30.0, 10.0]),
    ...                   limit_ds=9000).round(9).tolist()
    [0.3, 0.5]
    """
    if not (persons.any() and jobs.any()):
        return np.full(len(persons), np.nan)
    times = np.ascontiguousarray(time_ds).view(np.ndarray)
    times.flags.writeable = False  # as those are that were read: one compiled version does for both
    return _shared(times, persons.astype(np.float64), jobs.astype(np.float64), int(limit_ds))


@kernel
def _shared(time_ds: Times, persons: Floats, jobs: Floats, limit_ds: int) -> Floats:
    """Add up what everybody has of each place; NaN who shares none of what he reaches."""
    found = np.zeros(persons.size)
    reaches, shares = np.zeros(persons.size, np.bool_), np.zeros(persons.size, np.bool_)
    for place in range(jobs.size):
        # added one after the other, as a count by position does
        demand = 0.0
        for home in range(persons.size):
            if time_ds[place, home] <= limit_ds:
                demand += persons[home]
                reaches[home] = True
        if demand > 0:
            part = jobs[place] / demand
            for home in range(persons.size):
                if time_ds[place, home] <= limit_ds:
                    found[home] += part
                    shares[home] = True
    for home in range(persons.size):
        if reaches[home] and not shares[home]:
            found[home] = np.nan
    return found


def join_competition(*tables: pd.DataFrame, modes: tuple[str, ...]) -> dict[str, Any]:
    """Join what was measured by each mode, in their order."""
    named = [table.assign(mode=mode) for mode, table in zip(modes, tables, strict=True)]
    some = [table for table in named if len(table)]
    return {"competition": pd.concat(some, ignore_index=True) if some else named[0]}
