"""The steps of public transport: what runs on the service day, and what is reached by it.

This module imports nothing heavy, as all that list steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from htkgis.catalog import Catalog
from htkgis.quantities import ADULT
from htkgis.study import Study

from .mode_steps import WALK, covered, dumped, later, named
from .steps import Step

TIMETABLE_ROLES = ("timetable", "transit_lines", "transit_stops")
TRANSIT = "transit"
TRANSIT_ACCESS = f"{TRANSIT}_access"
SERVICE = ("trip_times", "stops", "stations", "transfers")
"""What runs on the service day, as tables."""

REPORTS = ("timetable_reports", "service_day")
"""What was counted of the timetable, and the audit of the day."""


def has_transit(study: Study, catalog: Catalog) -> bool:
    """Tell whether the study decides on public transport and the catalog has a timetable."""
    roles: tuple[Any, ...] = ("timetable", "transit_lines")
    return study.transit is not None and any(catalog.by_role(role) for role in roles)


def transit_steps(
    study: Study, catalog: Catalog, facts: Mapping[str, Any], hashes: Mapping[str, str]
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
    """
    if study.transit is None or not has_transit(study, catalog):
        return []
    own = study.transit
    asked = [dumped(part) for part in (own.date, own.search, own.stations)]
    if study.robustness is not None:
        asked.append(study.robustness.latest_shift_min)
    windows = {name: dumped(window) for name, window in own.windows.items()}
    return [
        Step(
            "load_timetable",
            ("streets",),
            (*SERVICE, *REPORTS),
            later("service_windows", "load_service", study=study, catalog=catalog),
            parameters=[dict(facts), asked, list(windows.items()), study.study.crs],
            files={name: hashes[name] for name in facts},
        ),
        *(_measuring_step(study, catalog, lens) for lens in (ADULT, *study.profile.lenses)),
    ]


def _measuring_step(study: Study, catalog: Catalog, lens: str) -> Step:
    """Measure jobs and stations for one who travels; the adult's step knows of no others."""
    walk = study.modes.walk
    travels = [walk.model_dump(mode="json", exclude={"lenses"})]
    bound: dict[str, Any] = {"study": study, "catalog": catalog}
    if lens != ADULT:
        travels.append(dumped(walk.lenses[lens]))
        bound["lens"] = lens
    name = f"{named(TRANSIT, lens)}_access"
    return Step(
        name,
        (
            f"{named(WALK, lens)}_graph",
            "origins",
            "places",
            "barriers",
            "entrances",
            "streets",
            "municipality",
            *SERVICE,
        ),
        (name,),
        later("transit_measures", "measure_transit", **bound),
        parameters=[
            dumped(study.transit),
            *travels,
            dumped(study.study),
            dumped(study.disclosure),
            dumped(study.jobs.rounding),
            covered(catalog),
        ],
    )
