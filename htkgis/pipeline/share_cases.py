"""Shares of residents again, in each case that may move them: first the times, then the shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.network import Graph, Snaps, border_times, graph_from_arrays, nearest_times
from htkgis.network.points import Points, arriving, departing
from htkgis.network.search_digest import border_digest, seen_rows, streets_digest
from htkgis.network.spared import COSTS, WAYS, Changed, changed_arcs, concerned, kept_arcs
from htkgis.profile.part_robustness import share_ranges
from htkgis.profile.robustness import REFERENCE
from htkgis.store.values import Arrays
from htkgis.study import Study
from htkgis.units import UNREACHED, deciseconds

from .job_cases import scaled
from .layers import coverage, small_numbers
from .resident_cases import Ends, Ground, Moved
from .seen import seen
from .shares import Persons, units_of, within_limit

BORDER = "border_ds"
Row = npt.NDArray[np.int64]
Found = Mapping[str, npt.NDArray[Any]]


def measure_nearest_cases(
    arrays: Arrays,
    homes: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    at_homes: Arrays,
    at_functions: Arrays,
    known: pd.DataFrame,
    *changed: Arrays | None,
    study: Study,
    catalog: Catalog,
    mode: str,
    cases: Sequence[str],
    otherwise: Sequence[tuple[str, str]],
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Measure by one mode in each case how long it takes from each home to what is nearest.

    Parameters
    ----------
    arrays, homes, places, streets, municipality, at_homes, at_functions
        As :func:`htkgis.pipeline.shares.measure_resident_times` takes them.
    known
        What it found.
    changed
        Of each of ``otherwise``, a case and what is otherwise in it, what
        :meth:`htkgis.pipeline.resident_cases.Ground.in_cases` takes.
    cases
        Names of the cases that may move these times, each a factor of the study.
    earlier
        What this gave before of other inputs, which spares the searches of what is the same; the
        result is the same without.

    Returns
    -------
    outputs
        ``<mode>_nearest_cases``: ``time_ds``, deciseconds of shape (cases, columns, homes) of what
        :func:`columns_of` lists of ``known``. ``<mode>_nearest_keys``: ``keys``, of shape (cases,
        columns), of what each row that was searched for is made of besides what ways cost, and
        that of each case (:func:`htkgis.network.spared.kept_arcs`); apart, so that whoever takes
        the times stays where they come out the same over other streets.
    """
    output, made_of, columns = f"{mode}_nearest_cases", f"{mode}_nearest_keys", columns_of(known)
    made = Arrays(time_ds=np.zeros((len(cases), len(columns), len(homes)), dtype=np.int32))
    made_keys = np.full((len(cases), len(columns)), "", dtype="<U64")
    arcs: dict[str, npt.NDArray[Any]] = {}
    if len(homes) and cases:
        graph = graph_from_arrays(arrays)
        ground = Ground(homes, places, graph, at_homes, at_functions, study, mode)
        covered = coverage(catalog, "places", streets, municipality)
        limit_ds = deciseconds(study.modes[mode].search.value)
        before = earlier[made_of] if earlier else {}
        rows = [before["keys"], earlier[output]["time_ds"]] if earlier else []
        search = _Search(places, covered, limit_ds, *rows)
        given = dict(zip(otherwise, changed, strict=True))
        times = {name: known[name].to_numpy(dtype=np.int64) for name in columns}
        for number, (which, case) in enumerate(ground.in_cases(cases, given)):
            if case.ends is not None:
                arcs |= {f"{which}.{n}": part for n, part in kept_arcs(case.ends.graph).items()}
            kept = {n: before[f"{which}.{n}"] for n in (WAYS, COSTS) if f"{which}.{n}" in before}
            for column, (name, own_ds) in enumerate(times.items()):
                key, row = "", own_ds
                if case.ends is None:
                    row = scaled(own_ds, case.speed_up)
                else:
                    key, row = search.again(which, case, case.ends, name, own_ds, kept)
                made["time_ds"][number, column] = row
                made_keys[number, column] = key
    return {output: made, made_of: Arrays({"keys": made_keys, **arcs})}


def columns_of(known: pd.DataFrame) -> list[str]:
    """List what is timed from each home: the border of the data, and the functions with a place."""
    return [name for name in known.columns if name != "id"]


class _Search:
    """Searches for what is nearest, unless the same was searched for before."""

    def __init__(
        self,
        places: gpd.GeoDataFrame,
        covered: Any,
        limit_ds: int,
        keys: npt.NDArray[np.str_] | None = None,
        time_ds: npt.NDArray[np.integer] | None = None,
    ) -> None:
        self._function = dict(zip(places["id"], places["function"], strict=True))
        self._covered, self._limit_ds = covered, limit_ds
        self._known: dict[str, npt.NDArray[Any]] = {}
        if keys is not None and time_ds is not None:
            rows = time_ds.reshape(keys.size, time_ds.shape[-1])  # there may have been no homes
            self._known = dict(zip(keys.ravel().tolist(), rows, strict=True))

    def again(
        self, which: str, case: Moved, ends: Ends, name: str, own_ds: Row, kept: Found
    ) -> tuple[str, Row]:
        """Time whoever moved, or everybody where what they search for did.

        ``kept`` is what was kept of the arcs of the case ``which`` before, nothing where it was not
        measured.

        Returns
        -------
        key, time_ds
            Hash of all that the times are made of besides what ways cost, none where nothing
            moved; and the times.
        """
        moved = {self._function[place] for place in case.places}
        who = np.flatnonzero(case.homes | (name != BORDER and name in moved))
        if not len(who):
            return "", own_ds
        graph, homes, targets = ends.graph, ends.homes.where(who), self._targets(ends, name)
        starts, doors = departing(graph, homes), arriving(graph, targets)
        limit: Any = self._limit_ds
        if name == BORDER:
            limit = border_digest(graph, self._covered, costs=False).hex()
        points = who, np.delete(own_ds, who), seen_rows(starts), seen_rows(doors)
        key = seen(which, name, streets_digest(graph).hex(), limit, *points)
        changed = changed_arcs(graph, kept) if key in self._known and kept else None
        made, rows = own_ds.copy(), np.arange(len(who))
        if changed is not None:
            made = self._known[key].astype(np.int64)
            rows = np.flatnonzero(self._concerned(changed, graph, starts, doors, name, made[who]))
        if len(rows):
            own = homes.where(rows)
            made[who[rows]] = (
                border_times(graph, own, self._covered)
                if name == BORDER
                else nearest_times(graph, own, targets, limit_ds=self._limit_ds)
            )
        return key, made

    def _concerned(
        self, changed: Changed, graph: Graph, starts: Points, doors: Points, name: str, took_ds: Row
    ) -> npt.NDArray[np.bool_]:
        """Tell whose time some changed arcs can matter to."""
        if not len(changed.start):
            return np.zeros(len(took_ds), dtype=np.bool_)
        if name == BORDER:
            onward_ds, most_ds = changed.to_border(graph, self._covered), took_ds
        else:
            onward_ds = int(changed.onward(graph, doors).min(initial=UNREACHED))
            most_ds = np.minimum(took_ds, self._limit_ds)
        found: npt.NDArray[np.bool_] = concerned(changed.through(graph, starts), onward_ds, most_ds)
        return found

    def _targets(self, ends: Ends, name: str) -> Snaps:
        of_all = [self._function[place] == name for place in ends.targets.ids]
        return ends.targets.where(np.array(of_all, dtype=np.bool_))


def measure_share_cases(
    residents: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    known: pd.DataFrame,
    again: Arrays,
    *,
    study: Study,
    mode: str,
    cases: Sequence[str],
) -> dict[str, Any]:
    """Measure by one mode in each case how many residents reach each function.

    Parameters
    ----------
    residents, areas, municipality
        As :func:`htkgis.pipeline.shares.measure_shares` takes them.
    known
        Times of the study itself, as it takes them.
    again
        As :func:`measure_nearest_cases` gives them.

    Returns
    -------
    outputs
        ``<mode>_share_ranges``: of areas and of the municipality, as
        :mod:`htkgis.profile.part_robustness` gives them, told no finer than it says; no rows where
        nobody is known to live anywhere.
    """
    rows: list[dict[str, Any]] = []
    if len(residents) and cases:
        persons = residents["persons"].to_numpy(dtype="float64")
        units = list(units_of(residents, areas, areas.iloc[:0], municipality))
        names, tables = columns_of(known), {REFERENCE: known}
        for name, time_ds in zip(cases, again["time_ds"], strict=True):
            tables[name] = pd.DataFrame(dict(zip(names, time_ds, strict=True)))
        for name, times in tables.items():
            border_ds = times[BORDER].to_numpy(dtype=np.int64)
            for function in study.functions.measured:
                if function not in times:
                    continue
                nearest_ds = times[function].to_numpy(dtype=np.int64)
                for unit, inside in units:
                    group = Persons(persons[inside], nearest_ds[inside], border_ds[inside])
                    about = {"case": name, **unit, "function": function, "mode": mode}
                    about |= {"persons": float(group.persons.sum())}
                    limits = study.limits.catchment.value
                    rows += [about | within_limit(group, limit) for limit in limits]
    rules = study.robustness
    change = rules.share_change.value if rules else 0.0
    ranges = share_ranges(pd.DataFrame(rows), small_numbers(study), share_change=change)
    return {f"{mode}_share_ranges": ranges}
