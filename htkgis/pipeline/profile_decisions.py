"""What the study decides of a profile, as plain values: what it says, assumes and is made by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd

from htkgis.profile.rounding import plain
from htkgis.profile.transit_lenses import step_free_known
from htkgis.study import Study

from .departure_words import departure_decisions
from .isolation_words import isolation_decisions
from .layers import small_numbers
from .modes import lacks_stairs, mode_of
from .planning_rules import rule_decisions
from .reasons import limits_of
from .robustness import robustness_rules


def study_facts(study: Study) -> dict[str, Any]:
    """Give what a profile says of the study itself."""
    general = study.study
    return {
        "id": general.id,
        "name": general.name,
        "municipality": general.municipality,
        "state": general.state.value,
        "baseline": general.baseline.value,
        "crs": general.crs,
    }


def profile_assumptions(
    study: Study,
    by_timetable: Mapping[str, Any] | None,
    *,
    sketch: bool,
    streets_year: int,
    unknown: Sequence[str],
) -> dict[str, Any]:
    """Say all that a profile takes for granted, in units that the pages print.

    Parameters
    ----------
    by_timetable
        As :func:`transit_decisions` gives it.
    sketch, streets_year, unknown
        Whether the streets are a sketch, their year, and kinds that they do not tell from others.
    """
    return _of_streets(study) | {
        "isolation": isolation_decisions(study, sketch=sketch),
        "lenses": _lenses(study, unknown),
        "transit": by_timetable,
        "streets_year": streets_year,
    }


def _of_streets(study: Study) -> dict[str, Any]:
    walk, limits = study.modes.walk, study.limits
    return {
        "mode": "walk",
        "speed_kph": walk.speed.value,
        "max_snap_m": walk.max_snap.value,
        "search_min": walk.search.value,
        "isochrone_buffer_m": study.isochrone.buffer.value,
        "limits_min": list(limits.catchment.value),
        "job_limits_min": list(limits.jobs.value),
        "choice": limits.choice.value,
        "max_position_accuracy_m": study.places.max_position_accuracy.value,
        "job_rounding": study.jobs.rounding.value,
        "min_workplaces": study.disclosure.min_count.value,
        "everyday_min": study.profile.everyday.value,
        "gap_limits": _gap_limits(study),
        "sources": {
            "speed_kph": walk.speed.source,
            "speed_kph_en": walk.speed.source_en,
        },
        "modes": _other_modes(study),
        "felt": [name for name in study.modes.names if mode_of(study, name).costs.felt],
    }


def _lenses(study: Study, unknown_kinds: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Say what the study decides of everybody who is measured besides adults, and what is unknown.

    ``stairs`` is the part of the speed that is kept on them, ``closed``, or None where they are
    streets like others; ``stairs_unknown`` whether the streets do not tell which ways are stairs.
    """
    walk = study.modes.walk
    found = {}
    for lens in study.profile.lenses:
        own, costs = walk.lenses[lens], mode_of(study, "walk", lens).costs
        speed = own.speed or walk.speed
        stairs = own.stairs or (None if walk.costs is None else walk.costs.stairs)
        found[lens] = {
            "speed_kph": speed.value,
            "source": speed.source,
            "source_en": speed.source_en,
            "stairs": None if stairs is None else stairs.value,
            "stairs_source": None if stairs is None else stairs.source,
            "stairs_source_en": None if stairs is None else stairs.source_en,
            "stairs_unknown": lacks_stairs(costs, unknown_kinds),
            "felt": costs.felt,
        }
    return found


def transit_decisions(
    study: Study, stations: gpd.GeoDataFrame | None, service_day: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    """Say what the study decides of public transport; None where nothing is measured by it."""
    rules = study.transit
    if rules is None or stations is None or service_day is None:
        return None
    windows = [
        {"window": name, "start": window.value[0], "end": window.value[1]}
        for name, window in rules.windows.items()
    ]
    names = dict(zip(stations["id"], stations["name"], strict=True))
    return {
        "date": rules.date.value.isoformat(),
        "source": rules.date.source,
        "source_en": rules.date.source_en,
        "windows": windows,
        "stations": [{"id": key, "name": plain(name) or key} for key, name in names.items()],
        "percentile": rules.percentile.value,
        "sketch": service_day["sketch"],
        "stops": service_day["stops"],
        "step_free": _step_free(study, service_day["wheelchair"]),
        "slack_s": rules.slack.value,
        "max_walk_min": rules.max_walk.value,
        "max_change_min": rules.max_change.value,
        "max_rides": rules.max_rides.value,
        "search_min": rules.search.value,
        "draws": rules.draws.value,
    }


def _step_free(study: Study, stated: Mapping[str, Mapping[str, int]]) -> dict[str, Any] | None:
    """Say who needs a step-free way, and how much of it the timetable states; None: nobody."""
    needed = () if study.transit is None else study.transit.step_free.value
    lenses = [lens for lens in study.profile.lenses if lens in needed]
    return {"lenses": lenses, "known": step_free_known(stated), **stated} if lenses else None


def _other_modes(study: Study) -> dict[str, dict[str, Any]]:
    """Say what the study decides of cycling and driving, in units that the pages print."""
    modes: dict[str, dict[str, Any]] = {}
    for name, ridden in (("bike", study.modes.bike), ("ebike", study.modes.ebike)):
        if ridden is not None:
            modes[name] = {
                "speed_kph": ridden.speed.value,
                "search_min": ridden.search.value,
                "source": ridden.speed.source,
                "source_en": ridden.speed.source_en,
            }
    car = study.modes.car
    if car is not None:
        modes["car"] = {
            "share_percent": round(car.share.value * 100, 1),
            "access_min": car.access_time.value,
            "parking_min": car.parking_time.value,
            "search_min": car.search.value,
            "source": car.speeds.source,
            "source_en": car.speeds.source_en,
            "share_source": car.share.source,
            "share_source_en": car.share.source_en,
        }
    return modes


def job_model(study: Study) -> dict[str, Any]:
    """Say what the study decides of jobs spread over buildings, densest land first; or nothing."""
    rules = study.jobs
    if rules.total is None or rules.cell is None:
        return {}
    densities = sorted(rules.densities.items(), key=lambda item: (-item[1].value, item[0]))
    return {
        "total": rules.total.value,
        "cell_m": rules.cell.value,
        "source": rules.total.source,
        "source_en": rules.total.source_en,
        "densities": [{"kind": kind, "value": density.value} for kind, density in densities],
    }


def _gap_limits(study: Study) -> dict[str, Any]:
    """Say how far each function may be, and where the limits come from."""
    rules = study.gaps
    source = {
        "source": None if rules is None else rules.limits.source,
        "source_en": None if rules is None else rules.limits.source_en,
    }
    return limits_of(study) | source


def profile_decisions(
    study: Study,
    by_timetable: Mapping[str, Any] | None,
    service_day: Mapping[str, Any] | None,
    *,
    sketch: bool,
    streets_year: int,
) -> dict[str, Any]:
    """Give the limits, counts and rules by which a profile is made.

    Parameters
    ----------
    by_timetable
        As :func:`transit_decisions` gives it.
    service_day
        What is known of the timetable; None where nothing is measured by it.
    sketch, streets_year
        Whether the streets are a sketch, and their year.
    """
    # without a list to hold figures against they are those of the year that is compared with
    year = study.study.baseline if study.criteria is None else study.criteria.year
    return {
        "key_functions": list(study.profile.key_functions),
        "everyday_min": study.profile.everyday.value,
        "gap_limits": limits_of(study),
        "choice": study.limits.choice.value,
        "commute_min": study.profile.commute.value,
        "listed_m": study.profile.listed.value,
        "job_rounding": study.jobs.rounding.value,
        "min_persons": small_numbers(study).min_persons,
        "criteria_year": year.value,
        "departures": departure_decisions(study, by_timetable),
        "robustness": robustness_rules(study),
        "rules": rule_decisions(study, service_day, sketch=sketch),
        "sketch": sketch,
        "streets_year": streets_year,
    }
