"""The main job: layers in, three quarter profiles out; only what is stale is computed.

This module imports nothing heavy, so that a run with nothing to do answers at once; each
step imports its own work when it runs.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from htkgis.catalog import Catalog, read_catalog, role_of
from htkgis.publish.folder import is_published, recover, switch
from htkgis.store import Cache, lock
from htkgis.study import Study, read_study

from .steps import Progress, Results, Step, run_steps

HERE = __package__ or "htkgis.pipeline"


@dataclass(frozen=True)
class RunReport:
    """What a run did.

    Parameters
    ----------
    folder
        Published folder.
    pages
        Names of all published files.
    computed
        Steps that were computed; the others came from the cache.
    changed
        Files that were added, changed or removed.
    """

    folder: Path
    pages: tuple[str, ...]
    computed: tuple[str, ...]
    changed: tuple[str, ...]


def run_profiles(
    study_path: Path,
    catalog_path: Path,
    out: Path,
    *,
    data: Path | None = None,
    language: str | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> RunReport:
    """Make and publish the profiles of a study.

    Parameters
    ----------
    study_path, catalog_path
        ``study.toml`` and ``catalog.toml``.
    out
        Folder to publish in.
    data
        Folder that ``{data}`` stands for in the catalog.
    language
        ``da`` or ``en``; the study's own where missing.
    cache
        Where results lie between runs; the user's own where missing.
    progress
        Told before each step that is computed.

    Raises
    ------
    HtkgisError
        Nothing was published then, and what was published is as it was.
    """
    study = read_study(study_path)
    catalog = read_catalog(catalog_path, data=data)
    hashes = catalog.checked_hashes()
    steps = profile_steps(study, catalog, hashes, language or study.study.language)
    with lock(out):
        recover(out)
        results = run_steps(steps, cache or Cache.default(), progress=progress)
        stated = published_hashes(results)
        changed: list[str] = []
        if not is_published(stated, out):
            changed = switch(results["pages"], out)
    return RunReport(out, tuple(sorted(stated)), tuple(results.computed), tuple(changed))


def published_hashes(results: Results) -> dict[str, str]:
    """Give the hash of every file that the run publishes, without reading any."""
    record = results.records["pages"]
    return {name.removeprefix("pages.").removesuffix(".file"): sha for name, sha in record.items()}


def profile_steps(
    study: Study, catalog: Catalog, hashes: Mapping[str, str], language: str
) -> list[Step]:
    """List the steps of the main job, with all that decides each of them."""
    load = _loading(study, catalog, hashes)
    walk = study.modes.walk
    places = ("origins", "places")
    return [
        load(
            "boundaries",
            ("municipality", "quarters", "school_districts"),
            ("municipality", "quarters", "school_districts", "boundary_reports"),
        ),
        load(
            "housing",
            ("housing_areas", "area_facts", "gates", "addresses"),
            ("areas", "origins", "housing_reports"),
        ),
        load(
            "places",
            ("stations", "places", "jobs", "land_use", "buildings", "municipality"),
            ("places", "place_reports"),
        ),
        load(
            "facts",
            ("indicators", "criteria", "projects"),
            ("indicators", "criteria", "projects", "fact_reports"),
        ),
        load("streets", ("streets", "street_nodes"), ("streets", "street_report")),
        Step(
            "walk_graph",
            ("streets",),
            ("walk_graph", "network_report"),
            _later("measures", "build_walk_graph", speed_kph=walk.speed.value),
            parameters=walk.speed.value,
        ),
        Step(
            "travel_times",
            ("walk_graph", *places),
            ("travel_times", "unsnapped"),
            _later("measures", "measure_times", study=study),
            parameters=_dump(walk),
        ),
        Step(
            "access",
            (
                "walk_graph",
                "travel_times",
                *places,
                "streets",
                "municipality",
                "school_districts",
            ),
            ("access",),
            _later("measures", "measure_access", study=study, catalog=catalog),
            parameters=[
                _dump(study.limits),
                _dump(study.functions),
                _dump(study.study),
                {n: [role_of(n, layer), layer.coverage] for n, layer in catalog.layers.items()},
            ],
        ),
        Step(
            "isochrones",
            ("walk_graph", "origins"),
            ("isochrones",),
            _later("measures", "measure_isochrones", study=study),
            parameters=[_dump(study.limits.catchment), _dump(study.isochrone), _dump(walk)],
        ),
        Step(
            "load_residents",
            ("municipality", "areas"),
            ("residents", "districts", "resident_reports"),
            _later("shares", "load_residents", study=study, catalog=catalog),
            parameters=[_own_facts(catalog, RESIDENT_ROLES), study.study.crs],
            files={n: hashes[n] for n in _own_facts(catalog, RESIDENT_ROLES)},
        ),
        Step(
            "shares",
            (
                "walk_graph",
                "residents",
                "districts",
                "areas",
                "places",
                "streets",
                "municipality",
            ),
            ("shares",),
            _later("shares", "measure_shares", study=study, catalog=catalog),
            parameters=[
                _dump(study.limits.catchment),
                _dump(study.functions),
                _dump(walk),
                {n: [role_of(n, layer), layer.coverage] for n, layer in catalog.layers.items()},
            ],
        ),
        Step(
            "profiles",
            PROFILE_INPUTS,
            ("figures", "profiles"),
            _later("quarters", "make_profiles", study=study, sketch=is_sketch(catalog)),
            parameters=[_dump(study), is_sketch(catalog)],
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
            ),
            parameters=[_dump(study), _facts(catalog, hashes), language],
        ),
    ]


RESIDENT_ROLES = ("addresses", "population", "districts")
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
    "boundary_reports",
    "housing_reports",
    "place_reports",
    "fact_reports",
    "street_report",
    "network_report",
    "resident_reports",
)


def _loading(
    study: Study, catalog: Catalog, hashes: Mapping[str, str]
) -> Callable[[str, tuple[str, ...], tuple[str, ...]], Step]:
    """Make steps that read layers: stale when a file, its facts or the study's rules change."""

    def step(name: str, roles: tuple[str, ...], outputs: tuple[str, ...]) -> Step:
        facts = _own_facts(catalog, roles)
        decisions = [_dump(study.study), _dump(study.functions), _dump(study.places)]
        decisions += [[_dump(quarter) for quarter in study.quarters], _dump(study.modes)]
        decisions += [_dump(study.jobs)]
        return Step(
            f"load_{name}",
            (),
            outputs,
            _later("layers", f"load_{name}", catalog=catalog, study=study),
            parameters=[facts, decisions],
            files={n: hashes[n] for n in facts},
        )

    return step


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


__all__ = ["RunReport", "profile_steps", "published_hashes", "run_profiles"]
