"""The steps of the main job: what each takes and makes, and all that decides its result.

This module imports nothing heavy, so that a run with nothing to do answers at once; each
step imports its own work when it runs.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any, Literal

from htkgis.catalog import Catalog, role_of
from htkgis.study import Study

from .steps import Step

Decimal = Literal["comma", "point"]

HERE = __package__ or "htkgis.pipeline"
RESIDENT_ROLES = ("addresses", "population", "districts")
PLACE_ROLES = (
    "stations",
    "places",
    "place_corrections",
    "jobs",
    "land_use",
    "buildings",
    "municipality",
    "elevation",
)
OF_ALL_MODES = (
    "access",
    "travel_times",
    "unsnapped",
    "isochrones",
    "shares",
    "distribution",
    "network",
    "snapping",
)
"""Tables that are made for each mode, as ``<mode>_<table>``, and then joined."""

PROFILE_INPUTS = (
    "access",
    "travel_times",
    "quarters",
    "areas",
    "origins",
    "places",
    "indicators",
    "criteria",
    "projects",
    "unsnapped",
    "shares",
    "distribution",
    "isochrones",
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
    "boundary_reports",
    "housing_reports",
    "place_reports",
    "fact_reports",
    "street_report",
    "network",
    "resident_reports",
    "barrier_reports",
)


def profile_steps(
    study: Study,
    catalog: Catalog,
    hashes: Mapping[str, str],
    language: str,
    *,
    decimal: Decimal = "comma",
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
    """
    return [
        *_loading_steps(study, catalog, hashes),
        *(step for mode in study.modes.names for step in _mode_steps(mode, study, catalog)),
        _joining_step(study),
        Step(
            "profiles",
            PROFILE_INPUTS,
            ("figures", "profiles"),
            _later(
                "quarters",
                "make_profiles",
                study=study,
                sketch=is_sketch(catalog),
                residents=_stated(catalog, "population"),
                districts=_stated(catalog, "districts"),
                jobs=_stated_of_jobs(catalog),
            ),
            parameters=[
                _dump(study),
                is_sketch(catalog),
                _stated(catalog, "population"),
                _stated(catalog, "districts"),
                _stated_of_jobs(catalog),
            ],
        ),
        Step(
            "pages",
            PAGE_INPUTS,
            ("pages",),
            _later(
                "pages",
                "make_pages",
                study=study,
                layers=_facts(catalog, hashes),
                language=language,
                decimal=decimal,
            ),
            parameters=[_dump(study), _facts(catalog, hashes), language, decimal],
        ),
    ]


def _loading_steps(study: Study, catalog: Catalog, hashes: Mapping[str, str]) -> list[Step]:
    """List the steps that read layers: stale when a file, its facts or the study's rules change."""
    decisions = [_dump(study.study), _dump(study.functions), _dump(study.places)]
    decisions += [[_dump(quarter) for quarter in study.quarters], _dump(study.modes)]
    decisions += [_dump(study.jobs)]

    def load(name: str, roles: tuple[str, ...], outputs: tuple[str, ...]) -> Step:
        facts = _own_facts(catalog, roles)
        return Step(
            f"load_{name}",
            (),
            outputs,
            _later("layers", f"load_{name}", catalog=catalog, study=study),
            parameters=[facts, decisions],
            files={n: hashes[n] for n in facts},
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
        load("places", PLACE_ROLES, ("places", "outlines", "place_reports")),
        load(
            "facts",
            ("indicators", "criteria", "projects"),
            ("indicators", "criteria", "projects", "fact_reports"),
        ),
        load(
            "streets",
            ("streets", "street_nodes", "speed_limits", "cycle_routes", "elevation"),
            ("streets", "street_report"),
        ),
        Step(
            "entrances",
            ("outlines", "streets"),
            ("entrances",),
            _later("entrances", "load_entrances", study=study),
            parameters=[_dump(study.places), study.study.crs],
        ),
        load("barriers", ("barriers",), ("barriers", "barrier_reports")),
        Step(
            "load_residents",
            ("municipality", "areas"),
            ("residents", "districts", "resident_reports"),
            _later("shares", "load_residents", study=study, catalog=catalog),
            parameters=[_own_facts(catalog, RESIDENT_ROLES), study.study.crs],
            files={n: hashes[n] for n in _own_facts(catalog, RESIDENT_ROLES)},
        ),
    ]


def _mode_steps(mode: str, study: Study, catalog: Catalog) -> list[Step]:
    """List the steps of one mode, from its graph to its shares."""
    graph, times = f"{mode}_graph", f"{mode}_travel_times"
    # whatever the mode, people walk between a point and the street
    travel = [_dump(study.modes.walk), _dump(study.modes[mode])]
    covered = {n: [role_of(n, layer), layer.coverage] for n, layer in catalog.layers.items()}

    def step(
        name: str,
        inputs: tuple[str, ...],
        outputs: tuple[str, ...],
        work: tuple[str, str],
        parameters: list[Any],
        **bound: Any,
    ) -> Step:
        return Step(
            f"{mode}_{name}",
            inputs,
            tuple(f"{mode}_{output}" for output in outputs),
            _later(*work, study=study, mode=mode, **bound),
            parameters=[travel, *parameters],
        )

    return [
        step("graph", ("streets",), ("graph", "network"), ("modes", "build_mode_graph"), []),
        step(
            "travel_times",
            (graph, "origins", "places", "barriers", "entrances"),
            ("travel_times", "unsnapped", "connectors", "snapping"),
            ("measures", "measure_times"),
            [],
        ),
        step(
            "access",
            (
                graph,
                times,
                "origins",
                "places",
                "streets",
                "municipality",
                "school_districts",
                "barriers",
            ),
            ("access",),
            ("measures", "measure_access"),
            [_dump(study.limits), _dump(study.functions), _dump(study.study), covered],
            catalog=catalog,
        ),
        step(
            "isochrones",
            (graph, "origins", "streets", "barriers"),
            ("isochrones",),
            ("measures", "measure_isochrones"),
            [_dump(study.limits.catchment), _dump(study.isochrone), covered],
            catalog=catalog,
        ),
        step(
            "shares",
            (
                graph,
                "residents",
                "districts",
                "areas",
                "places",
                "streets",
                "municipality",
                "barriers",
                "entrances",
            ),
            ("shares", "distribution"),
            ("shares", "measure_shares"),
            [_dump(study.limits.catchment), _dump(study.functions), _dump(study.study), covered],
            catalog=catalog,
        ),
    ]


def _joining_step(study: Study) -> Step:
    """Join the tables of all modes, walking first."""
    modes = study.modes.names
    return Step(
        "all_modes",
        tuple(f"{mode}_{table}" for table in OF_ALL_MODES for mode in modes),
        OF_ALL_MODES,
        _later("modes", "join_modes", tables=OF_ALL_MODES, modes=modes),
        parameters=[OF_ALL_MODES, modes],
    )


def _own_facts(catalog: Catalog, roles: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Gather what the catalog says of the layers of some roles, as far as it decides a table."""
    return {
        name: layer.model_dump(exclude={"history", "path"})
        for name, layer in catalog.layers.items()
        if role_of(name, layer) in roles
    }


def _later(module: str, function: str, **bound: Any) -> Callable[..., Mapping[str, Any]]:
    """Name a function of a module beside this one, imported when it is called."""

    def call(*inputs: Any) -> Mapping[str, Any]:
        work = getattr(importlib.import_module(f".{module}", HERE), function)
        result: Mapping[str, Any] = work(*inputs, **bound)
        return result

    return call


def _dump(model: Any) -> Any:
    return model.model_dump(mode="json")


def is_sketch(catalog: Catalog) -> bool:
    """Tell whether figures rest on sketch data: the streets decide."""
    return any(layer.sketch_scale for layer in catalog.by_role("streets").values())


def _stated(catalog: Catalog, role: Any) -> dict[str, str] | None:
    """Say what the catalog says of the one layer of a role; None where there is none."""
    layer = next(iter(catalog.by_role(role).values()), None)
    if layer is None:
        return None
    keys = ("title", "title_en", "source", "source_en", "published")
    return {key: getattr(layer, key) for key in keys}


def _stated_of_jobs(catalog: Catalog) -> list[dict[str, Any]]:
    """Say what the catalog says of the layers that jobs come from, or are spread over."""
    modelled = bool(catalog.by_role("land_use"))
    roles: tuple[Any, ...] = ("land_use", "buildings") if modelled else ("jobs",)
    keys = ("title", "title_en", "source", "source_en", "published")
    return [
        {"role": role, "sketch": bool(layer.sketch_scale)}
        | {key: getattr(layer, key) for key in keys}
        for role in roles
        for layer in catalog.by_role(role).values()
    ]


def _facts(catalog: Catalog, hashes: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Gather what a page says of each layer: its rights, its date, its hash."""
    keys = (
        "title",
        "title_en",
        "source",
        "source_en",
        "licence",
        "credit",
        "published",
        "sketch_scale",
        "note",
        "note_en",
    )
    return {
        name: {key: getattr(layer, key) for key in keys}
        | {"sha256": hashes[name], "role": role_of(name, layer)}
        for name, layer in catalog.layers.items()
    }
