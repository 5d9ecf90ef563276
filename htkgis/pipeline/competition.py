"""Jobs per resident who competes for them, from the addresses of residents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from htkgis.access import two_step_fca
from htkgis.catalog import Catalog
from htkgis.network import border_times, graph_from_arrays, snap, street_times
from htkgis.profile.competition import KINDS
from htkgis.profile.job_disclosure import are_workplaces
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import deciseconds

from .entrances import fold_times, snap_places
from .layers import coverage, measured_in
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
    jobs = places[places[measured_in(study.study.state.value)] & places["unit"].eq("jobs")]
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
    pairs = street_times(graph, homes, at_jobs, limit_ds=deciseconds(max(limits)))
    times = fold_times(pairs.to_table())
    border_ds = border_times(graph, homes, coverage(catalog, "jobs", streets, municipality))
    persons = pd.Series(residents["persons"].to_numpy(dtype="float64"), index=residents["id"])
    supply = pd.Series(jobs["opportunities"].to_numpy(dtype="float64"), index=jobs["id"])
    off = residents["id"].isin(homes.too_far["id"]).to_numpy()
    known = residents[["id", "area_id"]].assign(persons=persons.to_numpy())
    for limit in limits:
        value = two_step_fca(times, persons, supply, limit_min=limit, checked=True)
        yield known.assign(
            limit_min=float(limit),
            jobs_per_resident=np.where(off, np.nan, value.to_numpy()),
            # competitors live up to a limit beyond what is reached
            edge=border_ds <= 2 * deciseconds(limit),
        )[list(KINDS)]


def join_competition(*tables: pd.DataFrame, modes: tuple[str, ...]) -> dict[str, Any]:
    """Join what was measured by each mode, in their order."""
    named = [table.assign(mode=mode) for mode, table in zip(modes, tables, strict=True)]
    some = [table for table in named if len(table)]
    return {"competition": pd.concat(some, ignore_index=True) if some else named[0]}
