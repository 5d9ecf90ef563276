"""What each project of a scenario does: alone, as the last one, and its share of all together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from htkgis.access.effect import MEASURES, PARTS, EffectLimits
from htkgis.catalog import read_catalog
from htkgis.effect_rules import EffectRules
from htkgis.errors import ConfigError, first
from htkgis.profile.project_effects import (
    hidden_effects,
    interacting,
)
from htkgis.robustness_rules import SPEED_OF
from htkgis.scenario.shapley import MOST_EXACT, Shares, shapley_exact, shapley_sampled
from htkgis.scenario_rules import Scenario
from htkgis.store import Cache
from htkgis.study import Study, read_study
from htkgis.units import DECISECONDS_PER_MINUTE, deciseconds

from .effect_tables import (
    ELSEWHERE,
    EVERY_FUNCTION,
    EVERYBODY,
    PER_MINUTE,
    REFERENCE,
    effect_table,
    project_table,
)
from .layers import small_numbers
from .people import PEOPLE_LAYERS, people_of
from .profile_steps import loading_steps
from .project_doors import doors_of_projects
from .project_values import Measured, ProjectValues, whole_persons
from .robustness_steps import case_study, cases_of
from .scenario_files import read_scenario_file
from .scenario_steps import check_scenario
from .stated_facts import is_sketch
from .steps import Progress, run_steps

EffectMode = Literal["walk", "bike"]
LAYERS = (*PEOPLE_LAYERS, "streets", "places", "outlines", "entrances", "barriers", "projects")
CHANGES_WAYS = ("_place", "_street", "_entrance")
"""Ends of the kinds of edits that may change a way on foot or by bicycle to a place."""


@dataclass(frozen=True, eq=False)
class EffectsReport:
    """The effects of the projects of a scenario in one year, by one mode.

    Parameters
    ----------
    scenario
        As it was read.
    year, mode, functions
        What was measured.
    projects
        One row per project that changes ways, by id: see :func:`find_effects`.
    table
        One row per project, area, function and measure: see :func:`find_effects`.
    left_out
        Those of the study that change no way: ``project``, ``reason`` (``stated`` by the scenario
        in ``words`` and ``words_en``; ``no_edit``; ``other_year``; ``other_ways``, where edits are
        of nothing that this measures).
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
    sketch
        Whether the streets are a sketch.
    layers
        Tables of today that were measured on.
    """

    scenario: Scenario
    year: int
    mode: str
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
    sketch: bool
    layers: Mapping[str, Any]


def find_effects(
    study_path: Path,
    catalog_path: Path,
    scenario_path: Path,
    *,
    data: Path | None = None,
    mode: EffectMode = "walk",
    area: str | None = None,
    functions: Sequence[str] = (),
    robust: bool = True,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> EffectsReport:
    """Find what each project of a scenario does to the ways to the nearest places.

    Streets, places and people are those of the study; edits that name no project are there in
    every set. Who lives where is as today, whatever is built: new residents have no way of before.

    Parameters
    ----------
    study_path, catalog_path, data, cache, progress
        As :func:`htkgis.pipeline.surfaces.write_surface`. ``[effects]`` of the study says from
        when a change counts.
    scenario_path
        ``scenarios/NAME.toml``, looked at in its year, else in that of the study.
    mode
        How people travel.
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
        ``projects``: ``name``, ``name_en``, ``area_id``, ``budget_mio_dkk``, ``touched`` (persons
        with any way that changes at all, alone or as the last), and of everybody and
        all functions ``saved_person_min``, ``gainers``, ``losers`` and ``reach`` (Shapley values);
        ``*_alone`` of each; costs beside them (:func:`~htkgis.profile.project_effects
        .cost_beside_effect`, ``*_alone`` too); ranks (:func:`~htkgis.profile.project_effects
        .rank_projects`); ``interacts_with``, pairs of a project and person-minutes.
        ``table``: ``project``, ``group``, ``function``, ``measure``, ``unit``, ``alone``,
        ``last``, ``shapley``, ``standard_error``, ``together`` and ``hidden``.

    Raises
    ------
    ConfigError
        The study decides nothing on effects, area, function or project is not known, or no project
        of the scenario changes a way.
    HtkgisError
        As ``htkgis run``, or an edit cannot be made.
    """
    study = read_study(study_path)
    rules = _rules(study, study_path)
    _check_names(study, mode, area, functions)
    scenario = read_scenario_file(scenario_path)
    check_scenario(scenario, study)
    year = study.study.state.value if scenario.year is None else scenario.year
    catalog = read_catalog(catalog_path, data=data)
    steps = loading_steps(study, catalog, catalog.checked_hashes(), LAYERS)
    loaded = run_steps(steps, cache or Cache.default(), progress=progress)
    layers = {name: loaded[name] for name in LAYERS}
    known = layers["projects"].set_index("id")
    chosen, left_out = _chosen(scenario, year, known, scenario_path)
    points, persons = people_of(layers, area)
    areas = [quarter.area for quarter in study.quarters] if area is None else [area]
    who = (points, persons, whole_persons(points, persons, areas))
    wanted = tuple(dict.fromkeys(functions)) or study.functions.measured

    doors = doors_of_projects(layers, scenario, year, chosen, functions=wanted, study=study)

    def measure(case: Study, longest_min: float) -> ProjectValues:
        limits = EffectLimits(
            deciseconds(longest_min),
            deciseconds(rules.felt.value),
            deciseconds(study.profile.everyday.value),
        )
        measured = Measured(*who, wanted, limits)
        return ProjectValues(
            layers,
            scenario,
            year,
            chosen,
            doors=doors,
            study=case,
            mode=mode,
            measured=measured,
        )

    tell = progress or (lambda *_: None)
    cases = _cases(study, rules, mode) if robust else {}
    values = measure(study, rules.longest.value)
    tell(REFERENCE, 1, 1 + len(cases))
    shares = _shares(values, rules)
    groups = (*areas, ELSEWHERE, EVERYBODY)
    shape = (len(MEASURES), len(wanted) + 1, len(groups))
    saved = {REFERENCE: _saved(shares, shape)}
    for number, (name, (case, longest_min)) in enumerate(cases.items(), start=2):
        tell(name, number, 1 + len(cases))
        saved[name] = _saved(_shares(measure(case, longest_min), rules), shape)
    touched = _touched(values) / PARTS
    hidden = hidden_effects(touched, small_numbers(study))
    saved = {name: np.where(hidden.projects[:, -1, -1], np.nan, own) for name, own in saved.items()}
    table = effect_table(
        shares,
        hidden,
        chosen,
        (*wanted, EVERY_FUNCTION),
        groups,
        min_persons=small_numbers(study).min_persons,
    )
    counts = np.bincount(who[2].group, weights=persons, minlength=len(groups) - 1)
    if not counts[-1]:
        table = table[table["group"] != ELSEWHERE].reset_index(drop=True)
    projects = project_table(known, chosen, table, saved)
    whole = np.ravel_multi_index((0, shape[1] - 1, shape[2] - 1), shape)
    pairs = interacting(
        {pair: int(values[whole]) for pair, values in shares.pairs.items()},
        chosen,
        hidden.projects[:, -1, -1].tolist(),
    )
    projects.insert(4, "touched", np.where(hidden.projects, np.nan, touched)[:, -1, -1])
    told = [tuple((other, value / PER_MINUTE) for other, value in pairs[name]) for name in chosen]
    projects["interacts_with"] = pd.Series(told, index=projects.index, dtype=object)
    return EffectsReport(
        scenario=scenario,
        year=year,
        mode=mode,
        functions=wanted,
        projects=projects,
        table=table,
        left_out=left_out,
        persons=dict(zip(groups, [*counts.tolist(), float(persons.sum())], strict=True)),
        counted_at="addresses" if len(layers["residents"]) else "gates",
        exact=shares.orders is None,
        orders=shares.orders,
        cases=tuple(saved),
        points=points,
        minutes=_minutes(values),
        sketch=is_sketch(catalog),
        layers=layers,
    )


def _rules(study: Study, path: Path) -> EffectRules:
    if study.effects is None:
        msg = (
            f"{path.name} ({path}): decides nothing on effects of projects; a table [effects] is "
            "needed. Copy the one of the embedded study (htkgis init) and change it."
        )
        raise ConfigError(msg)
    return study.effects


def _check_names(study: Study, mode: str, area: str | None, functions: Sequence[str]) -> None:
    areas = [quarter.area for quarter in study.quarters]
    modes = [name for name in ("walk", "bike") if name in study.modes.names]
    unknown = [name for name in functions if name not in study.functions.measured]
    for option, wrong, allowed in (
        ("--mode", [mode] if mode not in modes else [], modes),
        ("--area", [area] if area is not None and area not in areas else [], areas),
        ("--function", unknown, study.functions.measured),
    ):
        if wrong:
            msg = (
                f"{option}: {first(wrong)} is not known; {', '.join(allowed)} are allowed. "
                "Correct the name."
            )
            raise ConfigError(msg)


def _chosen(
    scenario: Scenario, year: int, known: pd.DataFrame, path: Path
) -> tuple[tuple[str, ...], pd.DataFrame]:
    """Tell the projects that change ways in the year, and why each other one does not."""
    told = {each.project: each for each in scenario.without_effect}
    named = dict.fromkeys(edit.project for edit in scenario.edits if edit.project is not None)
    strangers = [name for name in {**named, **told} if name not in known.index]
    if strangers:
        msg = (
            f"{path.name} ({path}): {len(strangers)} of {len({**named, **told})} projects are not "
            f"known: {first(strangers)}; ids of the layer of projects are allowed. Correct them."
        )
        raise ConfigError(msg)
    chosen: list[str] = []
    rows: list[tuple[str, str, str | None, str | None]] = []
    for name in [*named, *(one for one in known.index if one not in named)]:
        own = [edit for edit in scenario.edits if edit.project == name]
        held = [edit for edit in own if edit.holds_in(year)]
        if any(edit.kind.endswith(CHANGES_WAYS) for edit in held):
            chosen.append(name)
        elif name in told:
            rows.append((name, "stated", told[name].reason, told[name].reason_en))
        else:
            reason = "no_edit" if not own else "other_ways" if held else "other_year"
            rows.append((name, reason, None, None))
    if not chosen:
        msg = (
            f"{path.name} ({path}): no edit that holds in {year} changes streets or places and "
            "names a project; one at least is needed. Add a project to the edits, or state the "
            "year of the scenario."
        )
        raise ConfigError(msg)
    columns = ["project", "reason", "words", "words_en"]
    return tuple(chosen), pd.DataFrame(rows, columns=columns, dtype=object)


def _cases(study: Study, rules: EffectRules, mode: str) -> dict[str, tuple[Study, float]]:
    """List what is tried besides the study: other speeds of the mode, other longest trips."""
    cases = {
        name: (case_study(study, case), rules.longest.value)
        for name, case in cases_of(study).items()
        if SPEED_OF.get(case.factor) == mode
    }
    return cases | {f"longest_{limit:g}": (study, limit) for limit in rules.other_longest.value}


def _shares(values: ProjectValues, rules: EffectRules) -> Shares:
    count = len(values.projects)
    if count <= MOST_EXACT:
        return shapley_exact(values.values())
    return shapley_sampled(_remembered(values), count, draws=rules.orders.value)


def _remembered(values: ProjectValues) -> Callable[[int], npt.NDArray[np.int64]]:
    known: dict[int, npt.NDArray[np.int64]] = {}

    def value(projects: int) -> npt.NDArray[np.int64]:
        if projects not in known:
            known[projects] = values.value(projects)
        return known[projects]

    return value


def _saved(shares: Shares, shape: tuple[int, int, int]) -> npt.NDArray[np.float64]:
    """Person-minutes that each project saves everybody to all functions, its Shapley share."""
    whole = shares.shapley.reshape(-1, *shape)
    return np.asarray(whole[:, 0, -1, -1] / PER_MINUTE, dtype=np.float64)


def _touched(values: ProjectValues) -> npt.NDArray[np.int64]:
    """Persons whose way each project changes, alone or as the last; whichever are more."""
    everything = (1 << len(values.projects)) - 1
    return np.stack(
        [
            np.maximum(
                values.touched(0, 1 << bit),
                values.touched(everything & ~(1 << bit), everything),
            )
            for bit in range(len(values.projects))
        ]
    )


def _minutes(values: ProjectValues) -> npt.NDArray[np.float64]:
    """Minutes that each project alone saves at each origin, where it saves or else loses most."""
    today = values.capped(0)
    found = []
    for bit in range(len(values.projects)):
        saved = today - values.capped(1 << bit)
        most, least = saved.max(axis=0), saved.min(axis=0)
        found.append(np.where(most > 0, most, least) / DECISECONDS_PER_MINUTE)
    return np.array(found)
