"""Shares of residents and jobs per resident again, in each case that may move them.

Searches of the study itself stand wherever they can. A walk at another speed takes so many times
as long, so its times are scaled and not searched; a case that moves points on the streets searches
for those that moved; only another speed by bike or car is searched as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.network import (
    Graph,
    Snaps,
    border_times,
    graph_from_arrays,
    nearest_times,
    snap,
    snapped_on,
    snapped_within,
)
from htkgis.profile.competition import MUNICIPALITY, unit_figures
from htkgis.profile.job_disclosure import are_workplaces
from htkgis.profile.part_robustness import competition_ranges, share_ranges
from htkgis.profile.robustness import REFERENCE
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import UNREACHED, deciseconds

from .competition import jobs_per_resident, times_to_jobs
from .entrances import snap_places
from .layers import coverage, small_numbers
from .modes import snapping
from .robustness_steps import case_study, cases_of
from .robustness_streets import SEEN
from .shares import Persons, units_of, within_limit

ROLES = ("places", "jobs")
"""Layers that end somewhere, and figures of cases are bounds there as those of the study are."""
Flags = npt.NDArray[np.bool_]


def measure_resident_cases(
    arrays: Arrays,
    residents: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame,
    entrances: gpd.GeoDataFrame,
    own_times: pd.DataFrame,
    *changed: Any,
    study: Study,
    catalog: Catalog,
    mode: str,
    cases: Sequence[str],
    with_table: Sequence[str],
) -> dict[str, Any]:
    """Measure by one mode in each case how many residents reach what, and the jobs per resident.

    Parameters
    ----------
    arrays
        Graph of the mode.
    residents, areas, places, streets, municipality, barriers, entrances
        As :func:`htkgis.pipeline.shares.measure_shares` takes them.
    own_times
        Deciseconds of each resident to the nearest place by function, and to the border.
    changed
        Of each of ``with_table`` the graph or the entrances of that case.
    cases
        Names of the cases that may move these figures, each a factor of the study.

    Returns
    -------
    outputs
        ``<mode>_share_ranges`` and ``<mode>_competition_ranges``: of areas and of the
        municipality, as :mod:`htkgis.profile.part_robustness` gives them, told no finer than it
        says; no rows where nobody is known to live anywhere.
    """
    shares: list[dict[str, Any]] = []
    jobs: list[dict[str, Any]] = []
    if len(residents) and cases:
        given = dict(zip(with_table, changed, strict=True))
        today = places[places["measured"]]
        covered = {role: coverage(catalog, role, streets, municipality) for role in ROLES}
        town = _Town(residents, today, barriers, covered, study, mode)
        own = _own(town, graph_from_arrays(arrays), entrances, own_times, cases)
        units = list(units_of(residents, areas, areas.iloc[:0], municipality))
        own_shares = {each: list(_shares(own, each, units, town)) for each in own.nearest_ds}
        own_jobs = list(_jobs(own, units, town))
        for name in (REFERENCE, *cases):
            found = own if name == REFERENCE else _in_case(name, town, own, given, entrances)
            for function, known in own_shares.items():
                # what no point moved for is the study's own, array for array
                same = _is_own(found, own, "border_ds") and (
                    found.nearest_ds[function] is own.nearest_ds[function]
                )
                rows = known if same else _shares(found, function, units, town)
                shares += [{"case": name} | row for row in rows]
            same = _is_own(found, own, "homes", "to_jobs", "jobs_border_ds")
            jobs += [
                {"case": name} | row for row in (own_jobs if same else _jobs(found, units, town))
            ]
    rules = study.robustness
    few = small_numbers(study)
    return {
        f"{mode}_share_ranges": share_ranges(
            pd.DataFrame(shares), few, share_change=rules.share_change.value if rules else 0.0
        ),
        f"{mode}_competition_ranges": competition_ranges(
            pd.DataFrame(jobs), jobs_change=rules.jobs_change.value if rules else 0.0
        ),
    }


@dataclass(frozen=True)
class _Town:
    """Who lives where, what there is today, and the decisions."""

    residents: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame
    covered: Mapping[str, Any]
    study: Study
    mode: str

    @property
    def jobs(self) -> gpd.GeoDataFrame:
        """Places that hold jobs that may be shared; none where they are single workplaces."""
        own = self.places[self.places["unit"].eq("jobs")]
        return own.iloc[:0] if are_workplaces(own).any() else own

    @property
    def functions(self) -> dict[str, Any]:
        """Ids of the places of each measured function that has any."""
        own = self.places[self.places["unit"].ne("jobs")]
        listed = self.study.functions.measured
        ids = {name: own.loc[own["function"] == name, "id"] for name in listed}
        return {name: each for name, each in ids.items() if len(each)}

    @property
    def persons(self) -> npt.NDArray[np.float64]:
        """Persons by home."""
        return np.asarray(self.residents["persons"], dtype=np.float64)


class _Found(NamedTuple):
    """Where all points lie in a case, and the deciseconds between them."""

    graph: Graph
    homes: Snaps
    targets: Snaps
    nearest_ds: Mapping[str, npt.NDArray[np.int64]]
    border_ds: npt.NDArray[np.int64]
    jobs_border_ds: npt.NDArray[np.int64]
    to_jobs: pd.DataFrame


def _own(
    town: _Town,
    graph: Graph,
    entrances: gpd.GeoDataFrame,
    times: pd.DataFrame,
    cases: Sequence[str],
) -> _Found:
    """Take the study's own times, and those to jobs as far as the quickest case needs them."""
    rules = snapping(town.study, town.mode)
    homes = snap(graph, town.residents, **rules, barriers=town.barriers)
    targets = snap_places(graph, town.places, entrances, barriers=town.barriers, **rules)
    quickest = max([1.0, *(_speed_up(town.study, name, town.mode) for name in cases)])
    return _Found(
        graph=graph,
        homes=homes,
        targets=targets,
        nearest_ds={name: times[name].to_numpy(dtype=np.int64) for name in town.functions},
        border_ds=times["border_ds"].to_numpy(dtype=np.int64),
        jobs_border_ds=_borders(graph, homes, town, times["border_ds"].to_numpy(dtype=np.int64))[1],
        to_jobs=_to_jobs(graph, homes, targets, town, quickest),
    )


def _in_case(
    name: str,
    town: _Town,
    own: _Found,
    given: Mapping[str, Any],
    entrances: gpd.GeoDataFrame,
) -> _Found:
    """Find the times of a case, from those of the study wherever they stand."""
    case = cases_of(town.study)[name]
    altered = case_study(town.study, case)
    if case.factor == "entrance_tolerance":
        targets = snap_places(
            own.graph, town.places, given[name], barriers=town.barriers,
            **snapping(altered, town.mode),
        )  # fmt: skip
        return _moved(town, own, own.homes, targets)
    if case.factor == "max_snap":
        rules = snapping(altered, town.mode)
        homes = snapped_within(
            own.graph, town.residents, own.homes, barriers=town.barriers, **rules
        )
        targets = snap_places(own.graph, town.places, entrances, barriers=town.barriers, **rules)
        return _moved(town, own, homes, targets)
    if name not in given:
        return _scaled(own, _speed_up(town.study, name, town.mode))
    graph = graph_from_arrays(given[name])
    homes = snapped_on(graph, own.homes)
    targets = snapped_on(graph, own.targets)
    border_ds, jobs_border_ds = _borders(graph, homes, town)
    return _Found(
        graph=graph,
        homes=homes,
        targets=targets,
        nearest_ds={
            function: _nearest(graph, homes, targets, ids, town)
            for function, ids in town.functions.items()
        },
        border_ds=border_ds,
        jobs_border_ds=jobs_border_ds,
        to_jobs=_to_jobs(graph, homes, targets, town, 1.0),
    )


def _scaled(own: _Found, speed_up: float) -> _Found:
    """Divide all times by how many times as fast people walk, rounded to deciseconds."""

    def scaled(time_ds: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        quicker = np.rint(time_ds / speed_up).astype(np.int64)
        return np.where(time_ds < UNREACHED, quicker, UNREACHED)

    time_ds = scaled(own.to_jobs["travel_time_ds"].to_numpy(dtype=np.int64))
    return own._replace(
        nearest_ds={name: scaled(time_ds) for name, time_ds in own.nearest_ds.items()},
        border_ds=scaled(own.border_ds),
        jobs_border_ds=scaled(own.jobs_border_ds),
        to_jobs=own.to_jobs.assign(travel_time_ds=time_ds),
    )


def _moved(
    town: _Town,
    own: _Found,
    homes: Snaps,
    targets: Snaps,
) -> _Found:
    """Search again from the homes that moved, and to the kinds of places of which one did."""
    moved = _differ(own.homes, homes)
    found = own._replace(homes=homes if moved.any() else own.homes, targets=targets)
    if moved.any():
        ends = _borders(own.graph, homes.where(moved), town)
        found = found._replace(
            border_ds=_put(own.border_ds, moved, ends[0]),
            jobs_border_ds=_put(own.jobs_border_ds, moved, ends[1]),
        )
    nearest_ds = {}
    for function, ids in town.functions.items():
        if not _same(*(each.where(np.isin(each.ids, ids)) for each in (own.targets, targets))):
            nearest_ds[function] = _nearest(own.graph, homes, targets, ids, town)
        elif moved.any():
            again = _nearest(own.graph, homes.where(moved), targets, ids, town)
            nearest_ds[function] = _put(own.nearest_ds[function], moved, again)
        else:
            nearest_ds[function] = own.nearest_ds[function]
    jobs = town.jobs["id"]
    same_jobs = _same(*(each.where(np.isin(each.ids, jobs)) for each in (own.targets, targets)))
    to_jobs = own.to_jobs
    if not same_jobs:
        to_jobs = _to_jobs(own.graph, homes, targets, town, 1.0)
    elif moved.any():
        theirs = _to_jobs(own.graph, homes.where(moved), targets, town, 1.0)
        stay = own.to_jobs[~own.to_jobs["from_id"].isin(homes.ids[moved])]
        to_jobs = pd.concat([stay, theirs.astype(stay.dtypes.to_dict())], ignore_index=True)
    return found._replace(nearest_ds=nearest_ds, to_jobs=to_jobs)


def _differ(one: Snaps, other: Snaps) -> Flags:
    """Tell which points a search sees at another place, or at another cost to get there."""
    differ = [getattr(one, name) != getattr(other, name) for name in SEEN]
    return np.asarray(np.any(differ, axis=0))


def _same(one: Snaps, other: Snaps) -> bool:
    return np.array_equal(one.ids, other.ids) and not _differ(one, other).any()


def _put(
    values: npt.NDArray[np.int64], rows: Flags, others: npt.NDArray[Any]
) -> npt.NDArray[np.int64]:
    made = values.copy()
    made[rows] = others
    return made


def _nearest(
    graph: Graph, homes: Snaps, targets: Snaps, ids: pd.Series, town: _Town
) -> npt.NDArray[np.int64]:
    searched_min = town.study.modes[town.mode].search.value
    places = targets.where(np.isin(targets.ids, ids))
    return nearest_times(graph, homes, places, limit_ds=deciseconds(searched_min))


def _borders(
    graph: Graph, homes: Snaps, town: _Town, known: npt.NDArray[np.int64] | None = None
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Time each home to the border of what is known of places (``known``, if it is) and of jobs."""
    of_places, of_jobs = (town.covered[role] for role in ROLES)

    def measured(covered: Any) -> npt.NDArray[np.int64]:
        return np.asarray(border_times(graph, homes, covered), dtype=np.int64)

    first = measured(of_places) if known is None else known
    return first, first if of_jobs.equals(of_places) else measured(of_jobs)


def _to_jobs(
    graph: Graph, homes: Snaps, targets: Snaps, town: _Town, speed_up: float
) -> pd.DataFrame:
    at_jobs = targets.where(np.isin(targets.ids, town.jobs["id"]))
    longest = max(town.study.limits.jobs.value) * speed_up
    return times_to_jobs(graph, homes, at_jobs, limit_min=longest)


def _speed_up(study: Study, name: str, mode: str) -> float:
    """How many times as fast people walk in a case; 1 where it is of something else."""
    speed = cases_of(study)[name].speed
    return speed.value / study.modes.walk.speed.value if speed and mode == "walk" else 1.0


def _is_own(found: _Found, own: _Found, *names: str) -> bool:
    return all(getattr(found, name) is getattr(own, name) for name in names)


def _shares(
    found: _Found, function: str, units: Sequence[tuple[dict[str, Any], Flags]], town: _Town
) -> Iterator[dict[str, Any]]:
    """Share of each unit within each limit of a function, as the study's own are measured."""
    persons, nearest_ds = town.persons, found.nearest_ds[function]
    for unit, inside in units:
        group = Persons(persons[inside], nearest_ds[inside], found.border_ds[inside])
        about = unit | {"function": function, "mode": town.mode}
        about |= {"persons": float(group.persons.sum())}
        for limit in town.study.limits.catchment.value:
            yield about | within_limit(group, limit)


def _jobs(
    found: _Found, units: Sequence[tuple[dict[str, Any], Flags]], town: _Town
) -> Iterator[dict[str, Any]]:
    """Jobs per resident of each unit within each limit; nothing where there are none to share."""
    jobs, few = town.jobs, small_numbers(town.study)
    if not len(jobs):
        return
    off = found.homes.edge < 0
    for limit in town.study.limits.jobs.value:
        values = jobs_per_resident(
            found.to_jobs, town.residents, jobs, limit_min=limit, off=off
        ).assign(edge=found.jobs_border_ds <= 2 * deciseconds(limit))
        for unit, inside in units:
            whole = unit["unit_kind"] == MUNICIPALITY
            about = {"unit_id": MUNICIPALITY if whole else unit["unit_id"]}
            about |= {"mode": town.mode, "limit_min": float(limit)}
            yield about | unit_figures(values[inside], few, decimals=None)


def join_resident_cases(*tables: pd.DataFrame, modes: int) -> dict[str, Any]:
    """Put the ranges of all modes below each other: first those of shares, then of jobs."""
    shares, jobs = tables[:modes], tables[modes:]
    return {
        "share_ranges": pd.concat(shares, ignore_index=True),
        "competition_ranges": pd.concat(jobs, ignore_index=True),
    }
