"""What each project of a scenario does: alone, as the last one, and its share of all together."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.catalog import read_catalog
from htkgis.effect_rules import EffectRules
from htkgis.profile.project_effects import hidden_effects, interacting
from htkgis.scenario.shapley import MOST_EXACT, Shares, shapley_exact, shapley_sampled
from htkgis.scenario_rules import Scenario
from htkgis.store import Cache
from htkgis.study import read_study
from htkgis.units import DECISECONDS_PER_MINUTE

from .effect_tables import (
    ELSEWHERE,
    EVERY_FUNCTION,
    EVERYBODY,
    PER_MINUTE,
    REFERENCE,
    effect_table,
    project_table,
)
from .effects_asked import check_names, chosen_projects, effect_cases, effect_rules
from .effects_measured import Asked, SetValues, asked_of, blocks_of, case_ways, values_of
from .layers import small_numbers
from .loading_steps import loading_steps
from .people import PEOPLE_LAYERS
from .project_homes import HOME_LAYERS
from .scenario_files import read_scenario_file
from .scenario_steps import check_scenario
from .stated_facts import is_sketch
from .steps import Progress, run_steps

EffectMode = Literal["walk", "bike", "transit"]
LAYERS = (
    *PEOPLE_LAYERS,
    *HOME_LAYERS,
    "streets",
    "places",
    "outlines",
    "entrances",
    "barriers",
    "projects",
)


@dataclass(frozen=True, eq=False)
class EffectsReport:
    """The effects of the projects of a scenario in one year, by one mode.

    Parameters
    ----------
    scenario
        As it was read.
    year, mode, window, functions
        What was measured; by public transport in which window of the study.
    projects
        One row per project that is followed, by id: see :func:`find_effects`.
    table
        One row per project, area, function and measure: see :func:`find_effects`.
    left_out
        Those of the study that are not: ``project``, ``reason`` (``stated`` by the scenario
        in ``words`` and ``words_en``; ``no_edit``; ``other_year``; ``timetable``, where edits are
        of timetables alone, which nobody feels on foot or by bike).
    persons
        Counted persons by area, ``elsewhere`` and ``everybody``.
    counted_at
        ``addresses``, or ``gates`` where residents of an area are spread evenly over its gates.
    exact
        Whether every set of projects was measured; else ``orders`` were drawn.
    orders
        How many, None where all sets were measured.
    cases
        Under which the ranks were looked at, the study first.
    points, minutes
        Where people live, and minutes that each project alone saves there on the way to the
        function where it is most, or loses where nobody gains; shape (projects, points).
    jobs_min
        Limits within which jobs are counted; none where no project changes which are reached.
    sketch
        Whether the streets are a sketch.
    currency
        Of budgets and what is set beside them: that of the study.
    layers
        Tables of today that were measured on.
    """

    scenario: Scenario
    year: int
    mode: str
    window: str | None
    functions: tuple[str, ...]
    projects: pd.DataFrame
    table: pd.DataFrame
    left_out: pd.DataFrame
    persons: dict[str, float]
    counted_at: Literal["addresses", "gates"]
    exact: bool
    orders: int | None
    cases: tuple[str, ...]
    points: gpd.GeoDataFrame
    minutes: npt.NDArray[np.float64]
    jobs_min: tuple[float, ...]
    sketch: bool
    currency: str
    layers: Mapping[str, Any]

    @property
    def largest_error(self) -> float:
        """Largest standard error of the person-minutes that a project saves everybody in all."""
        table = self.table
        whole = table["function"].eq(EVERY_FUNCTION) & table["group"].eq(EVERYBODY)
        return float(table.loc[whole & table["measure"].eq("saved"), "standard_error"].max())


def find_effects(
    study_path: Path,
    catalog_path: Path,
    scenario_path: Path,
    *,
    data: Path | None = None,
    mode: EffectMode = "walk",
    window: str | None = None,
    area: str | None = None,
    functions: Sequence[str] = (),
    robust: bool = True,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> EffectsReport:
    """Find what each project of a scenario does to the ways to the nearest places and to jobs.

    Streets, places, jobs, homes and timetables are those of the study; edits that name no project
    are there in every set. Residents of today live where they live, whatever is built; who moves
    into new homes has no way of before, and is counted apart.

    Parameters
    ----------
    study_path, catalog_path, data, cache, progress
        As :func:`htkgis.pipeline.surfaces.write_surface`. ``[effects]`` of the study says from
        when a change counts.
    scenario_path
        ``scenarios/NAME.toml``, looked at in its year, else in that of the study.
    mode
        How people travel. By public transport those of the study's areas are counted, and edits
        of timetables as well.
    window
        Of the study, when people leave by public transport; its first one where missing.
    area
        Housing area whose residents count; all that are known where missing.
    functions
        Of the study; all that it measures where empty.
    robust
        Whether everything is measured again in the cases of ``[robustness]`` that change the
        speed of the mode, and with other longest trips.

    Returns
    -------
    report
        ``projects``: ``name``, ``name_en``, ``area_id``, ``budget_mio``, ``touched`` (persons
        with any way that changes at all, alone or as the last), and of everybody and
        all functions ``saved_person_min``, ``gainers``, ``losers`` and ``reach`` (Shapley values);
        ``*_alone`` of each; costs beside them (:func:`~htkgis.profile.project_effects
        .cost_beside_effect`, ``*_alone`` too); ranks (:func:`~htkgis.profile.project_effects
        .rank_projects`); ``interacts_with``, pairs of a project and person-minutes; where jobs
        are counted ``jobs_<limit>``, by how many jobs more a resident reaches on average; where
        homes are built ``moved_in``, ``moved_out`` and ``new_reach``.
        ``table``: ``project``, ``group``, ``function``, ``measure``, ``unit``, ``alone``,
        ``last``, ``shapley``, ``standard_error``, ``together`` and ``hidden``.

    Raises
    ------
    ConfigError
        The study decides nothing on effects, a name is not known, no project of the scenario is
        followed, or more than ten change what is reached by public transport.
    HtkgisError
        As ``htkgis run``, or an edit cannot be made.
    """
    study = read_study(study_path)
    rules = effect_rules(study, study_path)
    check_names(study, mode, area, functions, window)
    scenario = read_scenario_file(scenario_path)
    check_scenario(scenario, study)
    year = study.study.state.value if scenario.year is None else scenario.year
    catalog = read_catalog(catalog_path, data=data)
    steps = loading_steps(study, catalog, catalog.checked_hashes(), LAYERS)
    loaded = run_steps(steps, cache or Cache.default(), progress=progress)
    layers = {name: loaded[name] for name in LAYERS}
    known = layers["projects"].set_index("id")
    chosen, left_out = chosen_projects(scenario, year, known, scenario_path, mode)
    asked = asked_of(
        study,
        catalog,
        scenario,
        year,
        layers,
        chosen,
        mode=mode,
        window=window,
        area=area,
        functions=functions,
    )
    values = values_of(asked)
    tell = progress or (lambda *_: None)
    cases = effect_cases(study, rules, mode) if robust else {}
    tell(REFERENCE, 1, 1 + len(cases))
    shares = _shares(values, rules)
    shape = blocks_of(values)[0].shape
    saved = {REFERENCE: _saved(shares, shape)}
    for number, (name, (case, longest_min)) in enumerate(cases.items(), start=2):
        tell(name, number, 1 + len(cases))
        other = _shares(case_ways(values, case, longest_min), rules)
        saved[name] = _saved(other, shape)
    return _report(asked, values, shares, saved, left_out)


def _report(
    asked: Asked,
    values: SetValues,
    shares: Shares,
    saved: Mapping[str, npt.NDArray[np.float64]],
    left_out: pd.DataFrame,
) -> EffectsReport:
    """Hide what concerns too few, and put tables together."""
    chosen, groups = asked.projects, asked.groups
    rules = small_numbers(asked.study)
    blocks = blocks_of(values)
    hidden = [hidden_effects(values.persons_behind(block), rules) for block in blocks]
    own = hidden[0].projects
    saved = {name: np.where(own[:, -1, -1], np.nan, each) for name, each in saved.items()}
    table = effect_table(shares, blocks, hidden, chosen, min_persons=rules.min_persons)
    measured = asked.measured
    counts = np.bincount(
        measured.origins.group, weights=measured.persons, minlength=len(groups) - 1
    )
    if not counts[-1] and not table.loc[table["group"].eq(ELSEWHERE), "together"].any():
        table = table[table["group"] != ELSEWHERE].reset_index(drop=True)
    known = asked.layers["projects"].set_index("id")
    everybody = float(measured.persons.sum())
    projects = project_table(
        known, chosen, table, saved, residents=everybody, sampled=shares.orders is not None
    )
    touched = np.where(own, np.nan, values.persons_behind(blocks[0]))[:, -1, -1]
    projects.insert(4, "touched", touched)
    projects["interacts_with"] = _interactions(shares, blocks[0].shape, chosen, own)
    return EffectsReport(
        scenario=asked.scenario,
        year=asked.year,
        mode=asked.mode,
        window=asked.window,
        functions=measured.functions,
        projects=projects,
        table=table,
        left_out=left_out,
        persons=dict(zip(groups, [*counts.tolist(), everybody], strict=True)),
        counted_at="addresses" if len(asked.layers["residents"]) else "gates",
        exact=shares.orders is None,
        orders=shares.orders,
        cases=tuple(saved),
        points=measured.residents,
        minutes=_minutes(values),
        jobs_min=values.jobs_min,
        sketch=is_sketch(asked.catalog),
        currency=asked.study.study.currency,
        layers=asked.layers,
    )


def _interactions(
    shares: Shares,
    shape: tuple[int, ...],
    chosen: Sequence[str],
    hidden: npt.NDArray[np.bool_],
) -> pd.Series:
    """List by project with which others it saves everybody more or less than each alone."""
    whole = np.ravel_multi_index((0, shape[1] - 1, shape[2] - 1), shape)
    pairs = interacting(
        {pair: int(values[whole]) for pair, values in shares.pairs.items()},
        chosen,
        hidden[:, -1, -1].tolist(),
    )
    told = [tuple((other, value / PER_MINUTE) for other, value in pairs[name]) for name in chosen]
    return pd.Series(told, index=list(chosen), dtype=object)


def _shares(values: SetValues, rules: EffectRules) -> Shares:
    count = len(values.projects)
    if count <= MOST_EXACT:
        return shapley_exact(values.values())
    return shapley_sampled(_remembered(values), count, draws=rules.orders.value)


def _remembered(values: SetValues) -> Callable[[int], npt.NDArray[np.int64]]:
    known: dict[int, npt.NDArray[np.int64]] = {}

    def value(projects: int) -> npt.NDArray[np.int64]:
        if projects not in known:
            known[projects] = values.value(projects)
        return known[projects]

    return value


def _saved(shares: Shares, shape: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """Person-minutes that each project saves everybody to all functions, its Shapley share."""
    own = shares.shapley[:, : math.prod(shape)].reshape(-1, *shape)
    return np.asarray(own[:, 0, -1, -1] / PER_MINUTE, dtype=np.float64)


def _minutes(values: SetValues) -> npt.NDArray[np.float64]:
    """Minutes that each project alone saves at each origin, where it saves or else loses most."""
    today = values.capped(0)
    found = []
    for bit in range(len(values.projects)):
        saved = today - values.capped(1 << bit)
        most, least = saved.max(axis=0), saved.min(axis=0)
        found.append(np.where(most > 0, most, least) / DECISECONDS_PER_MINUTE)
    return np.array(found)
