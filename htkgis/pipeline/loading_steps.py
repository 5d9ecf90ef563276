"""The steps that load layers, and build one graph of them: what each takes and what decides it.

As :mod:`htkgis.pipeline.profile_steps`, this module imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from htkgis.catalog import Catalog, role_of
from htkgis.quantities import ADULT
from htkgis.study import Study

from .mode_steps import LENSED, dumped, entrances_step, graph_step, later, named
from .scenario_steps import OF_PLACES, ScenarioState, edits_of
from .steps import Step, needed

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


def layer_steps(
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
        *,
        reuses: bool = False,
        **own: Any,
    ) -> Step:
        facts = own_facts(catalog, roles)
        return Step(
            f"load_{name}",
            inputs,
            outputs,
            later(module, function or f"load_{name}", **{"catalog": catalog, "study": study} | own),
            parameters=[facts, everywhere, *read.get(name, [])],
            files={n: hashes[n] for n in facts},
            reuses=reuses,
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
            ("streets", "street_report", "streets_along"),
            function="remember_streets",
            reuses=True,
        ),
        entrances_step(study),
        load("barriers", ("barriers",), ("barriers", "barrier_reports")),
        Step(
            "load_residents",
            ("municipality", "areas"),
            ("residents", "districts", "resident_reports"),
            later("shares", "load_residents", study=study, catalog=catalog),
            parameters=[own_facts(catalog, RESIDENT_ROLES), study.study.crs],
            files={n: hashes[n] for n in own_facts(catalog, RESIDENT_ROLES)},
        ),
    ]


def loading_steps(
    study: Study, catalog: Catalog, hashes: Mapping[str, str], outputs: tuple[str, ...]
) -> list[Step]:
    """List the steps that load some layers, by what they make; they share the cache of a run."""
    return needed(layer_steps(study, catalog, hashes), outputs)


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
    steps = [*layer_steps(study, catalog, hashes), graph_step(mode, study, lens, bare=bare)]
    return needed(steps, (*outputs, f"{named(mode, lens)}_graph"))


def own_facts(catalog: Catalog, roles: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Gather what the catalog says of the layers of some roles, as far as it decides a table."""
    return {
        name: layer.model_dump(exclude={"history", "path"})
        for name, layer in catalog.layers.items()
        if role_of(name, layer) in roles
    }
