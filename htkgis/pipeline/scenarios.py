"""A scenario as a run: the study's own state first, then the state with the edits.

This module imports nothing heavy, so that a run with nothing to do answers at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from htkgis.catalog import Catalog
from htkgis.errors import ConfigError, first
from htkgis.scenario_rules import Scenario
from htkgis.scenario_rules.transit import TIMETABLE_EDITS
from htkgis.store import Cache
from htkgis.study import Study

from .profile_steps import profile_steps
from .scenario_steps import MEASURED, ScenarioState, state_of
from .steps import Done, Progress, Results, needed, run_steps

WGS84 = "EPSG:4326"


def scenario_results(
    study: Study,
    catalog: Catalog,
    scenario: Scenario,
    *,
    outputs: tuple[str, ...] = ("profiles", "figures"),
    before: Results | None = None,
    hashes: Mapping[str, str] | None = None,
    language: str | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
    done: Done | None = None,
) -> Results:
    """Measure a scenario in its year, and the study's own state that it is compared with.

    Parameters
    ----------
    study, catalog
        Of the run.
    scenario
        Its edits hold in ``scenario.year``; where that is the study's own state, or missing, the
        results are those of the study.
    outputs
        Values that are wanted; what none of them needs is not computed. ``access``, ``figures``
        and ``case_figures`` have rows of the study's state, measured without any edit, and of
        the scenario's year.
    before
        Results of :func:`results_before`, where several scenarios share them.
    hashes
        Hash of each layer's file; of the files as they are where missing.
    language, cache, progress, done
        As :func:`htkgis.pipeline.profiles.run_profiles`.

    Raises
    ------
    ConfigError
        If the scenario contradicts the study.
    SchemaError
        If an edit touches nothing, snaps badly, or adds what is there.
    """
    known = catalog.checked_hashes() if hashes is None else hashes
    kept = cache or Cache.default()
    spoken = language or study.study.language
    own = before or results_before(
        study, catalog, hashes=known, cache=kept, progress=progress, done=done
    )
    state = checked_state(scenario, study, own)
    steps = profile_steps(study, catalog, known, spoken, scenario=state)
    return run_steps(needed(steps, outputs), kept, progress=progress, done=done)


def results_before(
    study: Study,
    catalog: Catalog,
    *,
    hashes: Mapping[str, str] | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
    done: Done | None = None,
) -> Results:
    """Measure what scenarios are compared with: in the cache where the study was run before.

    Parameters
    ----------
    study, catalog, hashes, cache, progress, done
        As :func:`scenario_results`.
    """
    known = catalog.checked_hashes() if hashes is None else hashes
    steps = needed(profile_steps(study, catalog, known, study.study.language), MEASURED)
    return run_steps(steps, cache or Cache.default(), progress=progress, done=done)


def checked_state(scenario: Scenario, study: Study, before: Results) -> ScenarioState | None:
    """Give the state of a scenario whose projects are known, and whose edits lie by the streets.

    Returns
    -------
    state
        None where the scenario's year is the study's own: it is the study then.

    Raises
    ------
    ConfigError
        If a project is not known, an edit lies outside the study, or as
        :func:`htkgis.pipeline.scenario_steps.state_of`.
    """
    state = state_of(scenario, study, before)
    outside = list(_outside(scenario, before)) if any(map(_positions, scenario.edits)) else []
    if outside:
        msg = (
            f"scenario {scenario.id!r}: {len(outside)} edits lie outside the streets of the study: "
            f"{first(outside)}. Positions are in degrees, longitude before latitude in lines; "
            "correct them."
        )
        raise ConfigError(msg)
    known = set(before["projects"]["id"])
    named = dict.fromkeys(edit.project for edit in scenario.edits if edit.project is not None)
    unknown = [project for project in named if project not in known]
    if unknown:
        msg = (
            f"scenario {scenario.id!r}: {len(unknown)} of {len(named)} projects are not in the "
            f"layer of projects: {first(unknown)}; there are {first(sorted(known)) or 'none'}. "
            "Correct the ids, or add the projects."
        )
        raise ConfigError(msg)
    if state is None or not scenario.edits:
        return state
    from .scenario_places import edit_places_of  # noqa: PLC0415 - no edits, nothing to load

    return replace(state, where=edit_places_of(scenario, before))


def _outside(scenario: Scenario, before: Results) -> Iterator[str]:
    """Name the edits with a position beyond all streets."""
    import geopandas as gpd  # noqa: PLC0415 - a scenario without positions needs none

    streets = before["streets"]
    west, south, east, north = streets.total_bounds
    for edit in scenario.edits:
        positions = _positions(edit)
        if not positions:
            continue
        lon, lat = zip(*positions, strict=True)
        points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=WGS84).to_crs(streets.crs)
        inside = points.x.between(west, east) & points.y.between(south, north)
        if not inside.all():
            yield f"{edit.kind} of {edit.touches} ({lon[0]:.4f}, {lat[0]:.4f})"


def _positions(edit: Any) -> list[tuple[float, float]]:
    """Give where an edit of streets, places, homes or jobs lies; stops have rules of their own."""
    if isinstance(edit, TIMETABLE_EDITS):
        return []
    drawn = [*(getattr(edit, "line", None) or ()), *(getattr(edit, "outline", None) or ())]
    lat, lon = getattr(edit, "lat", None), getattr(edit, "lon", None)
    return drawn if lat is None or lon is None else [*drawn, (lon, lat)]
