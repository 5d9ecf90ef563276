"""What profiles are made of, and what of it is one quarter's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from .finding import nearest_rows
from .jobs import JOBS, SKILL, job_rows
from .kept import Known, kept_part
from .projects import project_rows
from .rounding import plain, rounded_to
from .rule_results import RuleTables, rules_part
from .shares import share_rows
from .spread import STATISTICS


@dataclass(frozen=True)
class IndicatorTables:
    """What statistics say of the areas, and what it is held against; one definition per id."""

    values: pd.DataFrame
    criteria: pd.DataFrame
    published_lists: pd.DataFrame
    definitions: dict[str, dict[str, Any]]
    breaks: pd.DataFrame
    targets: pd.DataFrame


@dataclass(frozen=True)
class PersonTables:
    """How many persons reach what, and where persons and school districts are known from."""

    shares: pd.DataFrame
    distribution: pd.DataFrame
    source: dict[str, str] | None
    districts: dict[str, str] | None


@dataclass(frozen=True)
class TransitTables:
    """Figures by public transport, the quarters by it, and departures near the origins."""

    figures: pd.DataFrame
    comparison: list[dict[str, Any]]
    departures: pd.DataFrame


@dataclass(frozen=True)
class FurtherInputs:
    """What else than streets, places and persons a profile is made of, of all quarters.

    ``figures`` are of adults, by modes that travel on streets alone, and ``lenses`` the same of
    everybody else, by lens; ``case_figures`` are all of these and those by public transport in
    each case of robustness. ``isolation`` is what was measured of each area by each mode;
    ``names`` are the quarters and their areas in the order of columns; ``reach`` the streets
    within each limit, and ``definitions`` what each indicator says.
    """

    figures: pd.DataFrame
    lenses: dict[str, pd.DataFrame]
    transit: TransitTables
    case_figures: pd.DataFrame
    isolation: list[dict[str, Any]]
    names: list[dict[str, str]]
    origins: pd.DataFrame
    reach: pd.DataFrame
    definitions: dict[str, dict[str, Any]]
    decisions: dict[str, Any]


class Times(NamedTuple):
    """Travel times by one mode, ids as numbers: each quarter picks its own of very many.

    ``origin`` and ``place`` are rows of ``origins`` and ``places``; deciseconds.
    """

    origins: pd.Index
    places: pd.Index
    origin: npt.NDArray[np.intp]
    place: npt.NDArray[np.intp]
    travel_time_ds: npt.NDArray[np.float64]


@dataclass(frozen=True)
class ProfileInputs:
    """What a profile on the streets is made of; tables of all quarters, decisions as plain values.

    ``figures`` and ``access`` are of adults, by modes that travel on streets alone; ``lenses``
    holds the figures of everybody else who is measured, by lens, in the order of the study.
    ``rules`` are the planning rules and what was measured for them.
    """

    figures: pd.DataFrame
    comparison: list[dict[str, Any]]
    access: pd.DataFrame
    completeness: list[dict[str, Any]]
    reasons: list[dict[str, Any]]
    fairness: dict[str, Any] | None
    competition: dict[str, dict[str, Any]]
    travel_times: pd.DataFrame
    quarters: pd.DataFrame
    areas: gpd.GeoDataFrame
    origins: pd.DataFrame
    places: gpd.GeoDataFrame
    indicators: IndicatorTables
    projects: pd.DataFrame
    unsnapped: pd.DataFrame
    persons: PersonTables
    modes: tuple[str, ...]
    lenses: dict[str, pd.DataFrame]
    rules: RuleTables
    study: dict[str, Any]
    assumptions: dict[str, Any]
    decisions: dict[str, Any]

    @cached_property
    def known_places(self) -> Known:
        """Places, for parts that are kept."""
        return Known(self.places)

    @cached_property
    def _access_by_area(self) -> dict[str, Known]:
        return {}

    def access_of(self, area_id: str) -> Known:
        """Access of the origins of an area in both years, taken and hashed once for all parts."""
        if area_id not in self._access_by_area:
            ids = self.origins.loc[self.origins["area_id"] == area_id, "id"]
            self._access_by_area[area_id] = Known(self.access[self.access["id"].isin(ids)])
        return self._access_by_area[area_id]

    @cached_property
    def times(self) -> dict[str, Times]:
        """Travel times of each mode."""
        table = self.travel_times
        origin, origins = pd.factorize(table["from_id"])
        place, places = pd.factorize(table["to_id"])
        found_ds = table["travel_time_ds"].to_numpy(dtype="float64")
        of_mode, modes = pd.factorize(table["mode"])  # texts are compared once, not once a mode
        numbers = dict(zip(modes, range(len(modes)), strict=True))
        by_mode = {mode: of_mode == numbers.get(mode, -2) for mode in self.modes}
        return {
            mode: Times(pd.Index(origins), pd.Index(places), origin[own], place[own], found_ds[own])
            for mode, own in by_mode.items()
        }


@dataclass(frozen=True)
class QuarterInputs:
    """What of the inputs is one quarter's, each worked out once for all parts of its profile.

    Attributes
    ----------
    all
        Tables and decisions of all quarters.
    quarter_id, area_id, station_id
        Which quarter, its housing area, and its station where it has one.
    """

    all: ProfileInputs
    quarter_id: str
    area_id: str
    station_id: str | None

    @property
    def state(self) -> int:
        """The year that is shown."""
        state: int = self.all.study["state"]
        return state

    @cached_property
    def figures_of_years(self) -> pd.DataFrame:
        """Figures of the quarter in the year that is shown and in the one compared with."""
        return self.all.figures[self.all.figures["quarter_id"] == self.quarter_id]

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Figures of the quarter in the year that is shown."""
        return self.figures_of_years[self.figures_of_years["state"] == self.state]

    @cached_property
    def access(self) -> pd.DataFrame:
        """Access of the origins of all quarters in the year that is shown."""
        return self.all.access[self.all.access["state"] == self.state]

    @cached_property
    def own_access(self) -> Known:
        """Access of the origins of the quarter in both years."""
        return self.all.access_of(self.area_id)

    @cached_property
    def area(self) -> dict[str, Any]:
        """Facts of the housing area."""
        return record(self.all.areas, self.area_id)

    @cached_property
    def origins(self) -> pd.DataFrame:
        """Origins of the housing area."""
        return self.all.origins[self.all.origins["area_id"] == self.area_id]

    @cached_property
    def origin_ids(self) -> pd.Index:
        """Ids of the origins, in their order."""
        ids: pd.Index[Any] = pd.Index(self.origins["id"])
        return ids

    @cached_property
    def nearest(self) -> list[dict[str, Any]]:
        """Minutes to the nearest places, and which they are."""
        given = (self.figures, self.own_access, self.all.known_places, list(self.origin_ids))
        found: list[dict[str, Any]] = kept_part(_nearest, *given, self.state)
        return found

    @cached_property
    def jobs(self) -> dict[str, Any]:
        """Rows of jobs within reach, in all, by sector and by skill."""
        rounding = self.all.decisions["job_rounding"]
        counted = {measure: self.by_limit(measure, rounding=rounding) for measure in (JOBS, SKILL)}
        return job_rows(counted, self.figures, rounding=rounding)

    @cached_property
    def shares(self) -> dict[str, Any] | None:
        """Persons within limits, where they are known."""
        persons = self.all.persons
        found: dict[str, Any] | None = kept_part(
            _shares,
            persons.shares,
            persons.distribution,
            self.area_id,
            self.area["population"],
            self.all.decisions["min_persons"],
            persons.source,
            persons.districts,
        )
        return found

    @cached_property
    def projects(self) -> list[dict[str, Any]]:
        """Projects of the area."""
        given = (self.all.projects, self.all.known_places, self.area_id, self.state)
        found: list[dict[str, Any]] = kept_part(_projects, *given)
        return found

    @cached_property
    def rules(self) -> dict[str, Any] | None:
        """Planning rules and what was measured for them."""
        rules, *measured = self.all.rules
        own = [table[table["from_id"].isin(self.origin_ids)] for table in measured]
        decisions = self.all.decisions["rules"]
        found: dict[str, Any] | None = kept_part(
            _rules, rules, *own, self.origins, self.all.known_places, decisions
        )
        return found

    def by_limit(self, measure: str, *, rounding: int) -> list[dict[str, Any]]:
        """Put the statistics of a count beside each other, a row per function, mode and limit."""
        figures = self.figures[self.figures["indicator"] == measure]
        cases: dict[tuple[Any, ...], list[dict[Any, Any]]] = {}
        for row in figures.to_dict("records"):
            case = (plain(row["function"]), row["mode"], plain(row["limit_min"]))
            cases.setdefault(case, []).append(row)
        rows = []
        for (function, mode, limit), group in cases.items():
            values = {row["statistic"]: row["value"] for row in group}
            cut = any(row["lower_bound"] for row in group)
            shown = {
                name: rounded_to(values[name], rounding, lower_bound=cut) for name in STATISTICS
            }
            known = {"function": function, "mode": mode, "limit_min": limit}
            rows.append(known | shown | {"lower_bound": cut})
        return rows


def _nearest(
    figures: pd.DataFrame,
    access: pd.DataFrame,
    places: pd.DataFrame,
    origins: list[str],
    state: int,
) -> list[dict[str, Any]]:
    return nearest_rows(figures, access[access["state"] == state], places, pd.Index(origins))


def _shares(
    shares: pd.DataFrame,
    distribution: pd.DataFrame,
    area_id: str,
    known_persons: float | None,
    min_persons: int,
    source: dict[str, str] | None,
    districts: dict[str, str] | None,
) -> dict[str, Any] | None:
    return share_rows(
        shares,
        area_id,
        known_persons=known_persons,
        min_persons=min_persons,
        distribution=distribution,
        source=source,
        districts=districts,
    )


def _projects(
    projects: pd.DataFrame, places: gpd.GeoDataFrame, area_id: str, state: int
) -> list[dict[str, Any]]:
    return project_rows(projects, places, area_id=area_id, state=state)


def _rules(
    rules: pd.DataFrame,
    distances: pd.DataFrame,
    levels: pd.DataFrame,
    origins: pd.DataFrame,
    places: pd.DataFrame,
    decisions: dict[str, Any],
) -> dict[str, Any] | None:
    return rules_part(RuleTables(rules, distances, levels), origins, places, decisions)


def record(table: pd.DataFrame, key: str) -> dict[str, Any]:
    """Give the row of an id as plain values, without its geometry."""
    row = table.loc[table["id"] == key].iloc[0]
    return {name: plain(row[name]) for name in table.columns if name != "geometry"}
