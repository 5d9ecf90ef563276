"""What each part of a profile is made of: the tables it takes and the decisions that enter there.

Layers and further decisions are not listed here: they follow from the steps that make the
tables (:mod:`htkgis.pipeline.lineage`). A new part of the profile has a line here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from htkgis.catalog import Catalog, role_of
from htkgis.study import Study

from .lineage import Lineage, lineage
from .mode_steps import OF_ALL_MODES, WALK, named
from .part_case_steps import RANGES
from .steps import Step
from .transit_steps import TRANSIT

LENS_ACCESS = "lens_access"
"""Stands for the access of everybody who is measured on foot besides adults."""
LENS_TRANSIT = "lens_transit"
"""The same by public transport."""

JOB_ROLES = ("jobs", "land_use", "buildings")
MODELLED_JOBS = ("jobs.total", "jobs.cell", "jobs.densities")
"""Decisions on jobs that are spread over buildings, which only a catalog with land use has."""
SCHOOL_OF_DISTRICT = "district_school"


ROLES_OF_FACTS = {
    "indicators": "indicators",
    "indicator_definitions": "indicator_definitions",
    "breaks": "series_breaks",
    "targets": "targets",
    "criteria": "criteria",
    "published_lists": "published_lists",
    "planning_rules": "planning_rules",
    "projects": "projects",
}
"""Tables that one step loads, and the role of the layer of each."""


@dataclass(frozen=True)
class PartSource:
    """What a part is made of.

    Parameters
    ----------
    tables
        Inputs of the steps that make the profiles.
    decisions
        Keys of the study that enter in that step; a key stands for all below it.
    without
        Keys that the steps before take for other parts and that do not enter this one.
    jobs
        Whether jobs enter it, and with them their layers and decisions.
    walking
        Whether it is of walking alone, whatever modes are measured.
    """

    tables: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    jobs: bool = False
    walking: bool = False


_NEAREST_ONLY = ("limits.catchment", "limits.jobs")
PART_SOURCES: dict[str, PartSource] = {
    "study": PartSource(decisions=("study",)),
    "quarter": PartSource(("quarters", "places")),
    "area": PartSource(("areas",)),
    "origins": PartSource(("origins",)),
    "assumptions": PartSource(
        ("stations", "service_day"),
        (
            "modes",
            "limits",
            "isochrone",
            "places",
            "jobs.rounding",
            "profile.everyday",
            "gaps",
            "transit",
        ),
    ),
    "modes": PartSource(decisions=("modes",)),
    "finding": PartSource(
        ("access", "places", "areas", "origins"),
        ("profile.everyday", "gaps"),
        (*_NEAREST_ONLY, "limits.choice"),
    ),
    "strengths": PartSource(
        ("access", "places", "origins"), ("profile.everyday", "gaps"), _NEAREST_ONLY
    ),
    "gaps": PartSource(
        ("access", "places", "origins", "reasons", "projects", "disclosed_shares"),
        ("profile.everyday", "gaps", "disclosure"),
        ("limits.jobs",),
    ),
    "completeness": PartSource(
        ("access", "places", "origins", "fairness", "disclosed_shares"),
        ("profile.everyday", "disclosure"),
        ("limits.jobs", "limits.choice"),
    ),
    "fairness": PartSource(
        ("fairness", "disclosed_shares"),
        ("profile.everyday", "gaps", "disclosure"),
        ("limits.jobs", "limits.choice"),
    ),
    "key_figures": PartSource(
        (
            "access",
            "places",
            "quarters",
            "planning_rules",
            "rule_case_distances",
            "disclosed_distribution",
        ),
        ("profile.everyday", "profile.commute", "jobs.rounding", "disclosure"),
        ("limits.choice", "limits.catchment"),
        jobs=True,
        walking=True,
    ),
    "lenses": PartSource(
        ("access", LENS_ACCESS, "places", "areas"),
        ("profile.everyday",),
        (*_NEAREST_ONLY, "limits.choice"),
        walking=True,
    ),
    "transit": PartSource(
        (
            *("transit_access", LENS_TRANSIT, "stations", "service_day", "areas", "quarters"),
            "case_figures",
        ),
        ("jobs.rounding", "robustness"),
        ("transit.bike_parking",),
        jobs=True,
        walking=True,
    ),
    "robustness": PartSource(
        (
            *("access", "transit_access", "case_figures", "places", "origins"),
            *("isolation", "isolation_cases", "disclosed_shares", *RANGES),
        ),
        ("robustness", "limits", "profile.everyday", "jobs.rounding"),
        jobs=True,
        walking=True,
    ),
    "rules": PartSource(
        (
            "planning_rules",
            "rule_case_distances",
            "rule_case_levels",
            "origins",
            "places",
            "service_day",
        ),
        ("robustness", "transit.date"),
        walking=True,
    ),
    "departures": PartSource(
        ("departures", "origins", "quarters", "areas", "service_day"),
        ("gaps.departures", "transit.date", "transit.windows"),
        ("gaps.limits", "gaps.direct"),
    ),
    "nearest": PartSource(("access", "places"), without=_NEAREST_ONLY),
    "counts": PartSource(("access",), without=("limits.jobs", "limits.choice")),
    "jobs": PartSource(
        ("access",), ("jobs.rounding",), ("limits.catchment", "limits.choice"), jobs=True
    ),
    "jobs_by_sector": PartSource(
        ("access",), ("jobs.rounding",), ("limits.catchment", "limits.choice"), jobs=True
    ),
    "jobs_by_skill": PartSource(
        ("access",), ("jobs.rounding",), ("limits.catchment", "limits.choice"), jobs=True
    ),
    "jobs_fit": PartSource(
        ("access", "places", "indicators"),
        ("jobs.rounding",),
        ("limits.catchment", "limits.choice"),
        jobs=True,
    ),
    "competition": PartSource(
        ("competition", "competition_ranges"), ("disclosure", "robustness"), jobs=True
    ),
    "jobs_method": PartSource(("places",), ("jobs", "disclosure"), jobs=True),
    "comparison": PartSource(("access", "quarters"), ("jobs.rounding",), jobs=True),
    "changes": PartSource(
        ("access", "places", "origins"),
        ("study.state", "study.baseline"),
        (*_NEAREST_ONLY, "limits.choice"),
    ),
    "scenario": PartSource(("projects", "places"), ("study.state", "study.baseline")),
    "differences": PartSource(
        ("access", "places", "origins"),
        ("study.state", "study.baseline", "profile.everyday", "differences"),
        ("limits.jobs", "limits.choice"),
    ),
    "region": PartSource(
        ("region_times", "region_map", "origins"), (), ("transit.bike_parking",), walking=True
    ),
    "reach": PartSource(("isochrones",)),
    "isolation": PartSource(
        ("isolation", "isolation_cases", "areas", "quarters"),
        ("isolation", "robustness"),
        (
            "disclosure",
            "study.baseline",
            *(f"modes.{mode}.search" for mode in ("walk", "bike", "car")),
        ),
    ),
    "shares": PartSource(
        ("disclosed_shares", "disclosed_distribution", "share_ranges", "areas"),
        ("disclosure", "robustness"),
    ),
    "criteria": PartSource(("criteria", "indicators"), ("criteria.year",), ("study",)),
    "indicators": PartSource(
        ("indicators", "indicator_definitions", "breaks", "targets"), ("criteria.year",)
    ),
    "lists": PartSource(("criteria", "indicators"), without=("study",)),
    "published_lists": PartSource(
        ("published_lists", "criteria", "indicators"), without=("study",)
    ),
    "projects": PartSource(("projects", "places"), ("study.state",)),
    "places": PartSource(
        ("places", "areas", "origins", "travel_times", "access"),
        ("profile.listed",),
        _NEAREST_ONLY,
        jobs=True,
    ),
    "unsnapped": PartSource(("unsnapped",)),
    "notes": PartSource(("access", "places", "unsnapped"), ("modes.walk.max_snap",)),
    "definitions": PartSource(("indicator_definitions",)),
}


def tables_of(source: PartSource, modes: Iterable[str], lenses: Iterable[str]) -> list[str]:
    """Name the tables of a part before they are joined over modes and lenses.

    Examples
    --------
    >>> tables_of(PartSource(("access", "places", LENS_ACCESS)), ["walk", "car"], ["child"])
    ['walk_access', 'car_access', 'places', 'walk_child_access']
    """
    found: list[str] = []
    for table in source.tables:
        if table in {*OF_ALL_MODES, *RANGES}:
            found += [f"{named(mode)}_{table}" for mode in modes]
        elif table == LENS_ACCESS:
            found += [f"{named(WALK, lens)}_access" for lens in lenses]
        elif table == LENS_TRANSIT:
            found += [f"{named(TRANSIT, lens)}_access" for lens in lenses]
        else:
            found.append(table)
    return found


def part_lineage(
    source: PartSource,
    value: Any,
    modes: tuple[str, ...],
    lenses: tuple[str, ...],
    *,
    steps: list[Step],
    keys: list[str],
    study: Study,
    catalog: Catalog,
) -> Lineage:
    """Follow a part of a profile back to steps, layers and decisions.

    Parameters
    ----------
    source
        What the part is made of.
    value
        The part, or the rows of it that are asked for.
    modes, lenses
        That it is of.
    steps, keys
        As :func:`htkgis.pipeline.lineage.traced_steps` gives them.
    study, catalog
        Decisions, and facts about the layers.
    """
    made = {name for step in steps for name in step.outputs}
    tables = [name for name in tables_of(source, modes, lenses) if name in made]
    whole = lineage(steps, keys, catalog, tables)
    modelled = bool(catalog.by_role("land_use"))
    left_out = (
        *source.without,
        *(() if source.jobs else ("jobs",)),
        *(() if modelled else MODELLED_JOBS),
    )
    entered = {key for key in whole.decisions if not _below(key, left_out)}
    stated = {key for key in keys if _below(key, source.decisions)}
    entered |= stated if modelled else {key for key in stated if not _below(key, MODELLED_JOBS)}
    idle = _idle_roles(source, value, modes, study)
    return Lineage(
        steps=whole.steps,
        layers=tuple(n for n in whole.layers if role_of(n, catalog.layers[n]) not in idle),
        decisions=tuple(key for key in keys if key in entered),
    )


def _below(key: str, heads: tuple[str, ...]) -> bool:
    return any(key == head or key.startswith(f"{head}.") for head in heads)


def _idle_roles(source: PartSource, value: Any, modes: tuple[str, ...], study: Study) -> set[str]:
    """Roles of layers that are read beside others in one step, and do not enter this part."""
    idle = set() if source.jobs else set(JOB_ROLES)
    idle |= set() if "areas" in source.tables else {"area_facts"}
    idle |= set() if "quarters" in source.tables else {"quarters"}
    for table, role in ROLES_OF_FACTS.items():
        idle |= set() if table in source.tables else {role}
    idle |= set() if SCHOOL_OF_DISTRICT in _words(value) else {"school_districts"}
    idle |= set() if "car" in modes else {"speed_limits"}
    costs = [cost for mode in modes if (cost := getattr(study.modes[mode], "costs", None))]
    sloped = any(getattr(cost, name, None) for cost in costs for name in ("slope", "climb"))
    idle |= set() if sloped else {"elevation"}
    idle |= set() if any(getattr(cost, "off_route", None) for cost in costs) else {"cycle_routes"}
    return idle


def _words(value: Any) -> set[str]:
    """Every text that stands anywhere in a value."""
    if isinstance(value, str):
        return {value}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {word for item in inner for word in _words(item)}
