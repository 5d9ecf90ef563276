"""The steps of public transport: what runs on the service day, and what is reached by it.

This module imports nothing heavy, as all that list steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from htkgis.catalog import Catalog
from htkgis.quantities import ADULT
from htkgis.scenario_rules import Edit
from htkgis.scenario_rules.transit import TIMETABLE_EDITS
from htkgis.study import Study

from .mode_steps import (
    STREET_HULL,
    WALK,
    covered,
    direct_of,
    dumped,
    later,
    named,
    of_case,
    timeless,
)
from .snap_steps import JOBS, ORIGINS, STOPPING, stop_snap_step, streets_of
from .steps import Step

TIMETABLE_ROLES = ("timetable", "transit_lines", "transit_stops")
TRANSIT = "transit"
SERVICE = ("trip_times", "stops", "stations", "transfers")
"""What runs on the service day, as tables."""

REPORTS = ("timetable_reports", "service_day")
"""What was counted of the timetable, and the audit of the day."""


def has_transit(study: Study, catalog: Catalog) -> bool:
    """Tell whether the study decides on public transport and the catalog has a timetable."""
    roles: tuple[Any, ...] = ("timetable", "transit_lines")
    return study.transit is not None and any(catalog.by_role(role) for role in roles)


def transit_steps(
    study: Study,
    catalog: Catalog,
    facts: Mapping[str, Any],
    hashes: Mapping[str, str],
    *,
    edits: Sequence[Edit] = (),
    year: int | None = None,
) -> list[Step]:
    """List the steps of public transport; none where nothing is measured by it.

    Parameters
    ----------
    study, catalog
        Decisions, and facts about the layers.
    facts
        What the catalog says of each layer that plays one of ``TIMETABLE_ROLES``.
    hashes
        Hash of each layer's file.
    edits, year
        Of a scenario, and of its state; without edits of timetables that hold in it the steps are
        those of the study itself.
    """
    if study.transit is None or not has_transit(study, catalog):
        return []
    own = study.transit
    asked = [dumped(part) for part in (own.date, own.search, own.stations)]
    if study.robustness is not None:
        asked.append(study.robustness.latest_shift_min)
    windows = {name: dumped(window) for name, window in own.windows.items()}
    held = edits_in(edits, year)
    scenario: dict[str, Any] = {"edits": held, "year": year} if held else {}
    return [
        Step(
            "load_timetable",
            # only how far streets reach is asked, unless an edit puts a stop beside one
            ("streets",) if held else (STREET_HULL,),
            (*SERVICE, *REPORTS),
            later("service_windows", "load_service", study=study, catalog=catalog, **scenario),
            parameters=[
                dict(facts),
                asked,
                list(windows.items()),
                study.study.crs,
                *_edited(held, study),
            ],
            files={name: hashes[name] for name in facts},
        ),
        stop_snap_step(study),
        *(
            step
            for lens in (ADULT, *study.profile.lenses)
            for step in (_walking_step(study, catalog, lens), _measuring_step(study, lens))
        ),
    ]


def _edited(held: Sequence[Edit], study: Study) -> list[Any]:
    """Gather what edits depend on; nothing where there are none."""
    return [[dumped(edit) for edit in held], dumped(study.modes.walk.max_snap)] if held else []


def edits_in(edits: Sequence[Edit], year: int | None) -> tuple[Edit, ...]:
    """Give the edits of timetables that hold in a year; none where there is no year."""
    if year is None:
        return ()
    return tuple(
        edit for edit in edits if isinstance(edit, TIMETABLE_EDITS) and edit.holds_in(year)
    )


def transit_tables(study: Study) -> tuple[str, ...]:
    """Name the tables of access by public transport: of adults, and of each lens."""
    return tuple(f"{named(TRANSIT, lens)}_access" for lens in (ADULT, *study.profile.lenses))


def transit_walking(lenses: Sequence[str]) -> tuple[str, ...]:
    """Name the steps that another walking speed changes of those who travel."""
    return tuple(
        f"{named(TRANSIT, lens)}_{made}" for lens in lenses for made in ("walks", "access")
    )


def _walking_step(study: Study, catalog: Catalog, lens: str) -> Step:
    """Measure the walks of who travels; another timetable or number of jobs changes none."""
    name, streets = f"{named(TRANSIT, lens)}_walks", streets_of(study, WALK, lens)
    own = study.transit
    rules = [] if own is None else [own.max_walk, own.max_change, own.slack, own.search, own.jobs]
    decided = [*map(dumped, rules), *_walker(study, lens), covered(catalog)]
    return Step(
        name,
        (
            f"{named(WALK, lens)}_graph",
            "origins",
            "job_places",
            *(streets.at(kind) for kind in (ORIGINS, JOBS, *STOPPING)),
            STREET_HULL,
            "municipality",
            "stops",
            "stations",
            "transfers",
        ),
        (name, direct_of(name)),
        later("transit_walks", "measure_walks", study=study, catalog=catalog, lens=lens),
        parameters=[*decided, dumped(study.study)],
        reuses=True,
        alike=[*decided, timeless(study)],
    )


def _measuring_step(study: Study, lens: str) -> Step:
    """Measure jobs and stations for one who travels, again only from where walks have changed.

    Who leaves earlier or later is measured along with it, in the cases of the study that do.
    """
    prefix = named(TRANSIT, lens)
    shifts = {} if study.robustness is None else study.robustness.shifts_min
    cases = (of_case(case, f"{prefix}_access") for case in shifts)
    decided = [dumped(study.disclosure), dumped(study.jobs.rounding), shifts]
    walker = _walker(study, lens)
    return Step(
        f"{prefix}_access",
        (f"{prefix}_walks", "origins", "job_places", "trip_times", "stops", "stations"),
        (f"{prefix}_access", *cases, f"{prefix}_found"),
        later("transit_measures", "measure_transit", study=study, lens=lens, shifts=shifts),
        parameters=[dumped(study.transit), *walker, dumped(study.study), *decided],
        reuses=True,
        alike=[dumped(study.transit), *walker, timeless(study), *decided],
    )


def _walker(study: Study, lens: str) -> list[Any]:
    """Gather how one who travels walks; an adult's knows of no others."""
    walk = study.modes.walk
    own = [walk.model_dump(mode="json", exclude={"lenses"})]
    return own if lens == ADULT else [*own, dumped(walk.lenses[lens])]
