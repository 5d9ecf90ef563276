"""Jobs per resident again, in each case that may move them: first the times, then the shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.network import border_times, graph_from_arrays
from htkgis.network.snap import NOT_SNAPPED
from htkgis.profile.competition import MUNICIPALITY, home_figures
from htkgis.profile.part_robustness import competition_ranges
from htkgis.profile.robustness import REFERENCE
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import UNREACHED, deciseconds

from .competition import values_within
from .entrances import shared_jobs
from .home_times import KEPT, NAMES, Found, Times, home_times, times_to_jobs
from .layers import coverage, small_numbers
from .part_case_steps import GRAPH
from .resident_cases import Ends, Ground, Moved
from .robustness_steps import speed_up
from .shares import units_of


def measure_job_time_cases(
    arrays: Arrays,
    homes: gpd.GeoDataFrame,
    points: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    at_homes: Arrays,
    at_jobs: Arrays,
    known: Arrays,
    *changed: Arrays | None,
    study: Study,
    catalog: Catalog,
    mode: str,
    cases: Sequence[str],
    otherwise: Sequence[tuple[str, str]],
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Measure by one mode in each case how long it takes from each home to each place of jobs.

    Parameters
    ----------
    arrays, homes, points, streets, municipality, at_homes, at_jobs
        As :func:`htkgis.pipeline.competition.measure_job_times` takes them.
    known
        What it found.
    changed
        Of each of ``otherwise``, a case and what is otherwise in it, what
        :meth:`htkgis.pipeline.resident_cases.Ground.in_cases` takes.
    cases
        Names of the cases that may move these times, each a factor of the study.
    earlier
        What this gave before of other inputs, which spares searches; the result is the same
        without.

    Returns
    -------
    outputs
        ``<mode>_job_time_cases``: ``differs``, a flag for each of ``cases``; and of those that
        differ from ``known`` what that holds, each named ``<case>.<name>``.
        ``<mode>_job_time_kept``: what those are made of that were searched for from all homes,
        named likewise.
    """
    output, output_kept = f"{mode}_job_time_cases", f"{mode}_job_time_kept"
    before = {**earlier[output], **earlier[output_kept]} if earlier else {}
    made = Arrays(differs=np.zeros(len(cases), dtype=np.bool_))
    kept = Arrays(nothing=np.zeros(0))  # a file at least, for what has none cannot be read back
    if len(known["border_ds"]) and cases:
        graph = graph_from_arrays(arrays)
        ground = Ground(homes, points, graph, at_homes, at_jobs, study, mode)
        covered = coverage(catalog, "jobs", streets, municipality)
        given = dict(zip(otherwise, changed, strict=True))
        slower = [name for name in cases if (name, GRAPH) not in given]
        ups = [speed_up(study, name, mode) or 1.0 for name in slower]
        town = _Town(
            ground.own, points["id"], covered, known, max(study.limits.jobs.value), max([1.0, *ups])
        )
        for number, (name, case) in enumerate(ground.in_cases(cases, given)):
            found: Mapping[str, Any] | None
            if case.ends is None:
                found = town.scaled(case.speed_up)
            elif case.homes.all():
                found, own_kept = town.anew(case.ends, _of_case(before, name))
                kept |= {f"{name}.{key}": value for key, value in own_kept.items()}
            else:
                found = town.again(case, case.ends)
            made["differs"][number] = found is not None
            made |= {f"{name}.{key}": value for key, value in (found or {}).items()}
    return {output: made, output_kept: kept}


def _of_case(arrays: Mapping[str, npt.NDArray[Any]], name: str) -> dict[str, Any] | None:
    """Take what was found in a case, and what it was made of; None where that is not there."""
    names = {key: f"{name}.{key}" for key in (*NAMES, *KEPT)}
    if any(each not in arrays for each in names.values()):
        return None
    return {key: arrays[each] for key, each in names.items()}


@dataclass(frozen=True)
class _Town:
    """Where people and jobs are, how far jobs are known, and the times of the study itself."""

    own: Ends
    ids: pd.Series
    covered: Any
    known: Arrays
    longest_min: float
    quickest: float

    @cached_property
    def further_ds(self) -> Times:
        """Times of the study as far as the quickest walk needs them."""
        limit_min = self.longest_min * self.quickest
        return times_to_jobs(*self.own, self.ids, limit_min=limit_min)

    def scaled(self, up: float) -> dict[str, Any]:
        """Divide all times by how many times as fast people walk, rounded to deciseconds."""
        limit_ds = deciseconds(self.longest_min)
        far_ds = deciseconds(self.longest_min * self.quickest)
        # of each time up to the farthest what it becomes, which many ways share
        becomes = np.append(scaled(np.arange(far_ds + 1), up), limit_ds + 1)
        becomes = np.minimum(becomes, limit_ds + 1).astype(self.known["time_ds"].dtype)
        found = dict(self.known)
        found["time_ds"] = becomes[np.minimum(self.further_ds, far_ds + 1)]
        border_ds = self.known["border_ds"].astype(np.int64)
        return found | {"border_ds": scaled(border_ds, up).astype(np.int32)}

    def anew(self, ends: Ends, earlier: Found | None) -> tuple[Arrays, Arrays]:
        """Search from all homes for all places, as at another speed."""
        return home_times(
            *ends, self.ids, self.covered, limit_min=self.longest_min, earlier=earlier
        )

    def again(self, case: Moved, ends: Ends) -> dict[str, Any] | None:
        """Search for what moved, and from who did; None where all is as it was."""
        rows, columns = self.ids.isin(case.places).to_numpy(), np.flatnonzero(case.homes)
        if not (rows.any() or len(columns)):
            return None
        limit_min, found = self.longest_min, {name: self.known[name].copy() for name in NAMES}
        if rows.any():
            found["time_ds"][rows] = times_to_jobs(*ends, self.ids[rows], limit_min=limit_min)
        if len(columns):
            who = ends.homes.where(columns)
            if not rows.all():
                found["time_ds"][:, columns] = times_to_jobs(
                    ends.graph, who, ends.targets, self.ids, limit_min=limit_min
                )
            found["border_ds"][columns] = border_times(ends.graph, who, self.covered)
        return found | {"off": ends.homes.edge == NOT_SNAPPED}


def scaled(time_ds: npt.NDArray[np.int64], up: float) -> npt.NDArray[np.int64]:
    """Divide times by how many times as fast people are; what was not reached stays so.

    Examples
    --------
    >>> scaled(np.array([600, 601, UNREACHED]), 1.2).tolist() == [500, 501, UNREACHED]
    True
    """
    return np.where(time_ds < UNREACHED, np.rint(time_ds / up).astype(np.int64), UNREACHED)


def measure_job_cases(
    residents: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    jobs: gpd.GeoDataFrame,
    known: Arrays,
    again: Arrays,
    *,
    study: Study,
    mode: str,
    cases: Sequence[str],
) -> dict[str, Any]:
    """Measure by one mode in each case the jobs per resident.

    Parameters
    ----------
    residents, areas, municipality
        As :func:`htkgis.pipeline.shares.measure_shares` takes them.
    jobs, known
        As :func:`htkgis.pipeline.competition.share_jobs` takes them.
    again
        As :func:`measure_job_time_cases` gives them.

    Returns
    -------
    outputs
        ``<mode>_competition_ranges``: of areas and of the municipality, as
        :mod:`htkgis.profile.part_robustness` gives them; no rows where nobody is known to live
        anywhere, or no place holds jobs that may be shared.
    """
    rows: list[dict[str, Any]] = []
    if len(residents) and len(shared_jobs(jobs)) and cases:
        units = list(units_of(residents, areas, areas.iloc[:0], municipality))

        def measured(times: Arrays) -> list[dict[str, Any]]:
            return list(_by_limit(times, residents, jobs, units, study, mode))

        own = measured(known)
        rows += [{"case": REFERENCE} | row for row in own]
        for name, differs in zip(cases, again["differs"].tolist(), strict=True):
            found = own
            if differs:
                found = measured(Arrays({each: again[f"{name}.{each}"] for each in NAMES}))
            rows += [{"case": name} | row for row in found]
    rules = study.robustness
    change = rules.jobs_change.value if rules else 0.0
    ranges = competition_ranges(pd.DataFrame(rows), jobs_change=change)
    return {f"{mode}_competition_ranges": ranges}


def _by_limit(
    times: Arrays,
    residents: gpd.GeoDataFrame,
    jobs: gpd.GeoDataFrame,
    units: Sequence[tuple[dict[str, Any], npt.NDArray[np.bool_]]],
    study: Study,
    mode: str,
) -> Iterator[dict[str, Any]]:
    """Jobs per resident of each unit within each limit."""
    few = small_numbers(study)
    for limit in study.limits.jobs.value:
        values = values_within(times, residents, jobs, limit_min=limit)
        persons, value, edge = (
            values[name].to_numpy() for name in ("persons", "jobs_per_resident", "edge")
        )
        for unit, inside in units:
            whole = unit["unit_kind"] == MUNICIPALITY
            about = {"unit_id": MUNICIPALITY if whole else unit["unit_id"]}
            about |= {"mode": mode, "limit_min": float(limit)}
            yield about | home_figures(
                persons[inside], value[inside], edge[inside], few, decimals=None
            )
