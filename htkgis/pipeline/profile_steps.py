"""The steps of the main job: what each takes and makes, and all that decides its result.

This module imports nothing heavy, so that a run with nothing to do answers at once; each
step imports its own work when it runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from htkgis.catalog import Catalog, role_of
from htkgis.study import Study

from .disclosing_steps import disclosing_step
from .explorer_steps import explorer_steps
from .export_sources import layers_behind
from .finding_steps import departure_steps, finding_steps
from .loading_steps import layer_steps, own_facts
from .measuring_steps import competition_steps, lens_steps, mode_steps
from .mode_steps import (
    dumped,
    homes_step,
    hull_step,
    isolation_steps,
    joining_steps,
    later,
    shown_streets_step,
    use_step,
)
from .part_case_steps import part_case_steps, passing_ups
from .region_steps import REGION, region_steps
from .robustness_steps import robustness_steps
from .rule_steps import distance_steps, rule_steps
from .scenario_steps import ScenarioState, before_steps, built_by, with_edits
from .stated_facts import (
    is_sketch,
    layer_facts,
    stated,
    stated_of_jobs,
    streets_year,
    unknown_kinds,
)
from .steps import Step
from .transit_steps import REPORTS, TIMETABLE_ROLES, transit_steps, transit_tables

Decimal = Literal["comma", "point"]

FIGURE_INPUTS = ("access", "origins", "case_figures")
STREET_INPUTS = (
    "street_figures",
    "street_access",
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
    "reasons",
    "fairness",
    "competition",
    "planning_rules",
    "rule_case_distances",
    "rule_case_levels",
)
FURTHER_INPUTS = (
    "stamped_figures",
    "street_profiles",
    "quarters",
    "areas",
    "origins",
    "indicator_definitions",
    "isochrones",
    "isolation",
    "case_figures",
    "share_ranges",
    "competition_ranges",
    "isolation_cases",
    *REGION,
)
FIGURES_MADE = ("stamped_figures", "street_figures", "street_access")
PROFILE_INPUTS = tuple(
    name
    for name in dict.fromkeys((*FIGURE_INPUTS, *STREET_INPUTS, *FURTHER_INPUTS))
    if name not in {*FIGURES_MADE, "street_profiles"}
)
"""What the steps that make the profiles take of all steps before them."""
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
    "shown_streets",
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
    timetables = own_facts(catalog, TIMETABLE_ROLES)
    edits, year = ((), None) if scenario is None else (scenario.edits, scenario.year)
    by_timetable = transit_steps(study, catalog, timetables, hashes, edits=edits, year=year)
    departures = departure_steps(study, catalog)
    counted = COUNTED | ({name: name for name in REPORTS} if by_timetable else {})
    page_parameters = {
        "layers": layer_facts(catalog, hashes),
        "language": language,
        "decimal": decimal,
        "counted": list(counted),
        "scenario": None if scenario is None else scenario.identity,
    }
    steps = [
        *with_edits(
            _measuring_steps(study, catalog, hashes, by_timetable, departures, scenario),
            scenario,
            catalog,
        ),
        *before_steps(scenario),
        *_profile_steps(
            shown,
            catalog,
            None if scenario is None else scenario.identity,
            by_timetable=bool(by_timetable),
            departures=bool(departures),
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
            ("pages", "page_shapes"),
            later("pages", "make_pages", study=shown, **page_parameters),
            parameters=[dumped(shown), page_parameters],
            reuses=True,
            notes=frozenset({"page_shapes"}),
            alike=[],  # what is kept was made of shapes, whatever is decided and said of them
        ),
    ]


def _profile_steps(
    study: Study,
    catalog: Catalog,
    scenario: dict[str, Any] | None,
    *,
    by_timetable: bool,
    departures: bool,
) -> list[Step]:
    """List the steps from figures to profiles: what is said of the streets has one of its own."""
    transit = ("stations", "service_day") if by_timetable else ()
    streets = {"sketch": is_sketch(catalog), "streets_year": streets_year(catalog)}
    stood = streets | {
        "unknown_kinds": unknown_kinds(catalog),
        "residents": stated(catalog, "population"),
        "districts": stated(catalog, "districts"),
        "jobs": stated_of_jobs(catalog),
        "scenario": scenario,
    }
    return [
        Step(
            "figures",
            FIGURE_INPUTS,
            FIGURES_MADE,
            later("quarters", "make_figures", study=study),
            parameters=[dumped(study)],
        ),
        Step(
            "street_profiles",
            (*STREET_INPUTS, *transit),
            ("street_profiles", "street_parts"),
            later("street_profiles", "keep_street_profiles", study=study, **stood),
            parameters=[dumped(study), stood],
            reuses=True,
            notes=frozenset({"street_parts"}),
            alike=[],  # each part is kept by all that it is made of, whatever is decided
        ),
        Step(
            "profiles",
            (*FURTHER_INPUTS, *transit, *(("departures",) if departures else ())),
            ("figures", "profiles", "profile_parts"),
            later("quarters", "keep_profiles", study=study, **streets),
            parameters=[dumped(study), streets],
            reuses=True,
            notes=frozenset({"profile_parts"}),
            alike=[],  # as above
        ),
    ]


def _measuring_steps(
    study: Study,
    catalog: Catalog,
    hashes: Mapping[str, str],
    by_timetable: list[Step],
    departures: list[Step],
    scenario: ScenarioState | None,
) -> list[Step]:
    """List the steps from the layers to all that is measured; nothing is said or shown yet."""
    # the level of service is one of the Danish planning rules, and stands among them
    with_levels = bool(by_timetable) and bool(catalog.by_role("planning_rules"))
    return [
        *layer_steps(study, catalog, hashes, scenario),
        hull_step(),
        use_step(study),
        homes_step(),
        *(step for mode in study.modes.names for step in mode_steps(mode, study, catalog)),
        *(step for lens in study.profile.lenses for step in lens_steps(lens, study, catalog)),
        *distance_steps(study),
        *competition_steps(study, catalog),
        *isolation_steps(study, catalog, sketch=is_sketch(catalog), speed_ups=passing_ups(study)),
        *by_timetable,
        *joining_steps(study, *(transit_tables(study) if by_timetable else ())),
        *finding_steps(study),
        disclosing_step(study, catalog, hashes, own_facts(catalog, ("told_shares",)), scenario),
        *robustness_steps(study, catalog, own_facts(catalog, TIMETABLE_ROLES), hashes),
        *part_case_steps(study, catalog),
        *rule_steps(study, catalog, by_timetable=with_levels),
        *departures,
        *region_steps(study, by_timetable=bool(by_timetable)),
        shown_streets_step(),
    ]
