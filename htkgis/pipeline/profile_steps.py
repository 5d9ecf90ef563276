"""The steps of the main job: what each takes and makes, and all that decides its result.

This module imports nothing heavy, so that a run with nothing to do answers at once; each
step imports its own work when it runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from htkgis.catalog import Catalog, role_of
from htkgis.quantities import ADULT
from htkgis.study import Study

from .disclosing_steps import disclosing_step
from .explorer_steps import explorer_steps
from .export_sources import layers_behind
from .finding_steps import departure_steps, finding_steps
from .mode_steps import (
    LENSED,
    competition_steps,
    dumped,
    entrances_step,
    graph_step,
    homes_step,
    hull_step,
    isolation_steps,
    joining_steps,
    later,
    lens_steps,
    mode_steps,
    named,
    use_step,
)
from .part_case_steps import part_case_steps
from .region_steps import REGION, region_step
from .robustness_steps import robustness_steps
from .rule_steps import rule_steps
from .scenario_steps import OF_PLACES, ScenarioState, before_steps, built_by, edits_of, with_edits
from .stated_facts import (
    is_sketch,
    layer_facts,
    stated,
    stated_of_jobs,
    streets_year,
    unknown_kinds,
)
from .steps import Step, needed
from .transit_steps import REPORTS, TIMETABLE_ROLES, transit_steps, transit_tables

Decimal = Literal["comma", "point"]

RESIDENT_ROLES = ("addresses", "population", "districts")
PLACE_ROLES = (
    "address_ids",
    "stations",
    "places",
    "place_corrections",
    "jobs",
    "municipality",
    "elevation",
)
MODEL_ROLES = ("land_use", "buildings", "municipality")
"""Layers that jobs are spread over, in a step of its own: who reads them reads long."""
FACT_ROLES = (
    "indicators",
    "indicator_definitions",
    "series_breaks",
    "targets",
    "criteria",
    "published_lists",
    "planning_rules",
    "projects",
)
FACT_TABLES = (
    "indicators",
    "indicator_definitions",
    "breaks",
    "targets",
    "criteria",
    "published_lists",
    "planning_rules",
    "projects",
)
PROFILE_INPUTS = (
    "access",
    "travel_times",
    "quarters",
    "areas",
    "origins",
    "places",
    "indicators",
    "criteria",
    "published_lists",
    "indicator_definitions",
    "breaks",
    "targets",
    "projects",
    "unsnapped",
    "disclosed_shares",
    "disclosed_distribution",
    "isochrones",
    "reasons",
    "fairness",
    "competition",
    "isolation",
    "case_figures",
    "share_ranges",
    "competition_ranges",
    "isolation_cases",
    "planning_rules",
    "rule_case_distances",
    "rule_case_levels",
    *REGION,
)
PAGE_INPUTS = (
    "profiles",
    "figures",
    "municipality",
    "quarters",
    "areas",
    "origins",
    "places",
    "projects",
    "isochrones",
    "streets",
    "access",
    "walk_connectors",
    "explorer",
    "region_map",
    "disclosed_shares",
)
COUNTED = {
    "boundaries": "boundary_reports",
    "housing": "housing_reports",
    "places": "place_reports",
    "facts": "fact_reports",
    "streets": "street_report",
    "network": "network",
    "residents": "resident_reports",
    "barriers": "barrier_reports",
}
"""What the manifest calls each report, and the output that holds it."""


def profile_steps(
    study: Study,
    catalog: Catalog,
    hashes: Mapping[str, str],
    language: str,
    *,
    decimal: Decimal = "comma",
    scenario: ScenarioState | None = None,
) -> list[Step]:
    """List the steps of the main job, in an order in which every input was made before.

    Parameters
    ----------
    study, catalog
        Decisions, and facts about the layers.
    hashes
        Hash of each layer's file.
    language
        ``da`` or ``en``, of the pages.
    decimal
        ``comma`` or ``point``, of the CSV files.
    scenario
        Whose state is measured, and compared with the study's own; None for the study alone.
    """
    shown, study = (study, study) if scenario is None else (scenario.shown, scenario.measured)
    timetables = _own_facts(catalog, TIMETABLE_ROLES)
    edits, year = ((), None) if scenario is None else (scenario.edits, scenario.year)
    by_timetable = transit_steps(study, catalog, timetables, hashes, edits=edits, year=year)
    departures = departure_steps(study, catalog)
    transit_inputs = (("stations", "service_day") if by_timetable else ()) + (
        ("departures",) if departures else ()
    )
    # the level of service is one of the Danish planning rules, and stands among them
    with_levels = bool(by_timetable) and bool(catalog.by_role("planning_rules"))
    counted = COUNTED | ({name: name for name in REPORTS} if by_timetable else {})
    profile_parameters = {
        "sketch": is_sketch(catalog),
        "streets_year": streets_year(catalog),
        "unknown_kinds": unknown_kinds(catalog),
        "residents": stated(catalog, "population"),
        "districts": stated(catalog, "districts"),
        "jobs": stated_of_jobs(catalog),
        "scenario": None if scenario is None else scenario.identity,
    }
    page_parameters = {
        "layers": layer_facts(catalog, hashes),
        "language": language,
        "decimal": decimal,
        "counted": list(counted),
        "scenario": None if scenario is None else scenario.identity,
    }
    measuring = [
        *_loading_steps(study, catalog, hashes, scenario),
        hull_step(),
        use_step(study),
        homes_step(),
        *(step for mode in study.modes.names for step in mode_steps(mode, study, catalog)),
        *(step for lens in study.profile.lenses for step in lens_steps(lens, study, catalog)),
        *competition_steps(study, catalog),
        *isolation_steps(study, catalog, sketch=is_sketch(catalog)),
        *by_timetable,
        *joining_steps(study, *(transit_tables(study) if by_timetable else ())),
        *finding_steps(study),
        disclosing_step(study, catalog, hashes, _own_facts(catalog, ("told_shares",)), scenario),
        *robustness_steps(study, catalog, timetables, hashes),
        *part_case_steps(study, catalog),
        *rule_steps(study, catalog, by_timetable=with_levels),
        *departures,
        region_step(study, by_timetable=bool(by_timetable)),
    ]
    steps = [
        *with_edits(measuring, scenario, catalog),
        *before_steps(scenario),
        Step(
            "profiles",
            (*PROFILE_INPUTS, *transit_inputs),
            ("figures", "profiles"),
            later("quarters", "make_profiles", study=shown, **profile_parameters),
            parameters=[dumped(shown), profile_parameters],
        ),
        *explorer_steps(study, catalog, hashes, built_by(scenario)),
    ]
    page_parameters["behind"] = layers_behind(
        steps, {name: role_of(name, layer) for name, layer in catalog.layers.items()}
    )
    return [
        *steps,
        Step(
            "pages",
            (*PAGE_INPUTS, *counted.values()),
            ("pages",),
            later("pages", "make_pages", study=shown, **page_parameters),
            parameters=[dumped(shown), page_parameters],
        ),
    ]


def _loading_steps(
    study: Study,
    catalog: Catalog,
    hashes: Mapping[str, str],
    scenario: ScenarioState | None = None,
) -> list[Step]:
    """List the steps that read layers: stale when a file, its facts or the study's rules change."""
    # places tell what exists in the year shown and in the one before
    placed = study if scenario is None else scenario.shown
    edits = edits_of(OF_PLACES, scenario)
    # who travels decides no layer: a lens is a speed and costs over the same streets
    modes = study.modes.model_dump(mode="json", exclude={mode: {"lenses"} for mode in LENSED})
    general = study.study.model_dump(mode="json", exclude={"state", "baseline"})
    everywhere = [general, [dumped(quarter) for quarter in study.quarters]]
    # a step names the decisions it reads and no others, so that explain can follow them
    read = {
        "places": [
            dumped(placed.study.state),
            dumped(placed.study.baseline),
            dumped(study.functions),
            dumped(study.places),
            dumped(study.jobs),
            dumped(study.disclosure),
            *([[dumped(edit) for edit in edits]] if edits else []),
        ],
        "modelled_jobs": [dumped(study.jobs)],
        "streets": [modes],
        "housing": [dumped(study.disclosure)],
        "facts": [dumped(study.disclosure)],
    }

    def load(
        name: str,
        roles: tuple[str, ...],
        outputs: tuple[str, ...],
        module: str = "layers",
        function: str | None = None,
        inputs: tuple[str, ...] = (),
        **own: Any,
    ) -> Step:
        facts = _own_facts(catalog, roles)
        return Step(
            f"load_{name}",
            inputs,
            outputs,
            later(module, function or f"load_{name}", **{"catalog": catalog, "study": study} | own),
            parameters=[facts, everywhere, *read.get(name, [])],
            files={n: hashes[n] for n in facts},
        )

    modelled = ("modelled_jobs", "modelled_reports")
    modelling = (
        [load("modelled_jobs", MODEL_ROLES, modelled, module="places")]
        if catalog.by_role("land_use")
        else []
    )
    return [
        load(
            "boundaries",
            ("municipality", "quarters", "school_districts"),
            ("municipality", "quarters", "school_districts", "boundary_reports"),
        ),
        load(
            "housing",
            ("housing_areas", "area_facts", "gates", "addresses", "elevation"),
            ("areas", "origins", "housing_reports"),
        ),
        *modelling,
        load(
            "places",
            PLACE_ROLES,
            ("places", "outlines", "place_reports"),
            module="places",
            function="load_places_beside" if modelling else None,
            inputs=tuple(name for step in modelling for name in step.outputs),
            study=placed,
            edits=edits,
        ),
        load(
            "facts",
            FACT_ROLES,
            (*FACT_TABLES, "fact_reports"),
            module="facts",
        ),
        load(
            "streets",
            ("streets", "street_nodes", "speed_limits", "cycle_routes", "elevation"),
            ("streets", "street_report"),
        ),
        entrances_step(study),
        load("barriers", ("barriers",), ("barriers", "barrier_reports")),
        Step(
            "load_residents",
            ("municipality", "areas"),
            ("residents", "districts", "resident_reports"),
            later("shares", "load_residents", study=study, catalog=catalog),
            parameters=[_own_facts(catalog, RESIDENT_ROLES), study.study.crs],
            files={n: hashes[n] for n in _own_facts(catalog, RESIDENT_ROLES)},
        ),
    ]


def loading_steps(
    study: Study, catalog: Catalog, hashes: Mapping[str, str], outputs: tuple[str, ...]
) -> list[Step]:
    """List the steps that load some layers, by what they make; they share the cache of a run."""
    return needed(_loading_steps(study, catalog, hashes), outputs)


def travel_steps(
    study: Study,
    catalog: Catalog,
    hashes: Mapping[str, str],
    outputs: tuple[str, ...],
    *,
    mode: str,
    lens: str = ADULT,
    bare: bool = False,
) -> list[Step]:
    """List the steps that load some layers and build one graph; they share the cache of a run.

    Parameters
    ----------
    study, catalog, hashes
        As :func:`profile_steps`.
    outputs
        Values of the loading steps that are wanted besides the graph.
    mode, lens
        Who travels how; the graph is called ``<mode>_graph`` or ``<mode>_<lens>_graph``.
    bare
        Whether nothing counts besides length over speed.
    """
    steps = [*_loading_steps(study, catalog, hashes), graph_step(mode, study, lens, bare=bare)]
    return needed(steps, (*outputs, f"{named(mode, lens)}_graph"))


def _own_facts(catalog: Catalog, roles: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Gather what the catalog says of the layers of some roles, as far as it decides a table."""
    return {
        name: layer.model_dump(exclude={"history", "path"})
        for name, layer in catalog.layers.items()
        if role_of(name, layer) in roles
    }
