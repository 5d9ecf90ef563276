"""Jobs per resident who competes for them, from the addresses of residents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.access import two_step_fca
from htkgis.catalog import Catalog
from htkgis.network import (
    Graph,
    Snaps,
    border_times,
    graph_from_arrays,
    snap,
    street_times,
)
from htkgis.profile.competition import KINDS
from htkgis.profile.job_disclosure import are_workplaces
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import deciseconds

from .entrances import fold_times, snap_places
from .layers import coverage
from .modes import snapping


def measure_competition(
    arrays: Arrays,
    residents: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame | None = None,
    entrances: gpd.GeoDataFrame | None = None,
    *,
    study: Study,
    catalog: Catalog,
    mode: str,
) -> dict[str, Any]:
    """Measure by one mode the jobs per resident that each address reaches, in the year shown.

    Each job is shared by all residents of the municipality who reach it within the limit
    (:func:`htkgis.access.two_step_fca`). Whoever lives, and whatever work lies, outside the
    municipality is not counted on either side.

    Returns
    -------
    outputs
        ``<mode>_competition``: ``id``, ``area_id``, ``persons``, ``limit_min``,
        ``jobs_per_resident`` (missing off the streets, and where 0/0) and ``edge``, whether jobs
        or competitors beyond the data could change it. No rows where nobody is known to live
        anywhere, no place holds jobs, or the places are single workplaces, whose jobs the
        figures could tell.
    """
    jobs = places[places["measured"] & places["unit"].eq("jobs")]
    found: list[pd.DataFrame] = []
    if len(residents) and len(jobs) and not are_workplaces(jobs).any():
        found = list(
            _by_limit(
                arrays, residents, jobs, streets, municipality, barriers, entrances,
                study=study, catalog=catalog, mode=mode,
            )
        )  # fmt: skip
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(KINDS))
    return {f"{mode}_competition": table.astype(KINDS)}


def _by_limit(
    arrays: Arrays,
    residents: gpd.GeoDataFrame,
    jobs: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame | None,
    entrances: gpd.GeoDataFrame | None,
    *,
    study: Study,
    catalog: Catalog,
    mode: str,
) -> Iterator[pd.DataFrame]:
    graph, rules = graph_from_arrays(arrays), snapping(study, mode)
    homes = snap(graph, residents, **rules, barriers=barriers)
    at_jobs = snap_places(graph, jobs, entrances, barriers=barriers, **rules)
    limits = study.limits.jobs.value
    times = times_to_jobs(graph, homes, at_jobs, limit_min=max(limits))
    border_ds = border_times(graph, homes, coverage(catalog, "jobs", streets, municipality))
    off = residents["id"].isin(homes.too_far["id"]).to_numpy()
    for limit in limits:
        # competitors live up to a limit beyond what is reached
        edge = border_ds <= 2 * deciseconds(limit)
        value = jobs_per_resident(times, residents, jobs, limit_min=limit, off=off)
        yield value.assign(limit_min=float(limit), edge=edge)[list(KINDS)]


def times_to_jobs(graph: Graph, homes: Snaps, at_jobs: Snaps, *, limit_min: float) -> pd.DataFrame:
    """Measure the travel time from every home to every place of jobs within a limit.

    Returns
    -------
    times
        ``from_id``, ``to_id``, ``travel_time_ds``, each pair once. The ids are categories: pairs
        are millions, and their texts would cost more than the search.
    """
    pairs = street_times(graph, homes, at_jobs, limit_ds=deciseconds(limit_min))
    from_ids, to_ids = (pd.Index(ids, dtype="str") for ids in (pairs.from_ids, pairs.to_ids))
    if not (from_ids.is_unique and to_ids.is_unique):
        return fold_times(pairs.to_table())
    return pd.DataFrame(
        {
            "from_id": pd.Categorical.from_codes(pairs.from_index, from_ids),
            "to_id": pd.Categorical.from_codes(pairs.to_index, to_ids),
            "travel_time_ds": pairs.time_ds,
        }
    )


def jobs_per_resident(
    times: pd.DataFrame,
    residents: pd.DataFrame,
    jobs: pd.DataFrame,
    *,
    limit_min: float,
    off: npt.NDArray[np.bool_],
) -> pd.DataFrame:
    """Share the jobs within a limit by all who reach them; missing for who is ``off`` the streets.

    Returns
    -------
    values
        ``id``, ``area_id``, ``persons`` and ``jobs_per_resident``, one row per home.
    """
    persons = residents["persons"].to_numpy(dtype="float64")
    supply = pd.Series(jobs["opportunities"].to_numpy(dtype="float64"), index=jobs["id"])
    demand = pd.Series(persons, index=residents["id"])
    value = two_step_fca(times, demand, supply, limit_min=limit_min, checked=True)
    found = pd.DataFrame(residents[["id", "area_id"]])
    return found.assign(persons=persons, jobs_per_resident=np.where(off, np.nan, value.to_numpy()))


def join_competition(*tables: pd.DataFrame, modes: tuple[str, ...]) -> dict[str, Any]:
    """Join what was measured by each mode, in their order."""
    named = [table.assign(mode=mode) for mode, table in zip(modes, tables, strict=True)]
    some = [table for table in named if len(table)]
    return {"competition": pd.concat(some, ignore_index=True) if some else named[0]}
