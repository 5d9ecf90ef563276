"""From access to the profiles of all quarters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.profile import ProfileInputs, comparison_rows, profile_figures, quarter_profile
from htkgis.profile.competition import competition_part
from htkgis.profile.definitions import with_own_definitions
from htkgis.profile.fairness_disclosure import publish_fairness, told_shares
from htkgis.profile.jobs import job_method
from htkgis.profile.part_robustness import with_ranges
from htkgis.profile.robustness import stamp_figures
from htkgis.profile.rounding import plain
from htkgis.profile.rule_results import RuleTables
from htkgis.profile.scenario import scenario_part
from htkgis.profile.transit import TRANSIT, transit_comparison, without_transit
from htkgis.profile.transit_lenses import step_free_known
from htkgis.quantities import ADULT
from htkgis.study import Study

from .completeness import complete_origins
from .departure_words import departure_decisions
from .further_parts import further_parts
from .isolation_words import isolation_decisions, stamped_isolation, with_isolation
from .layers import small_numbers
from .modes import lacks_stairs, mode_of
from .planning_rules import rule_decisions
from .reasons import limits_of
from .robustness import robustness_rules


def make_profiles(
    access: pd.DataFrame,
    travel_times: pd.DataFrame,
    quarters: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    indicators: pd.DataFrame,
    criteria: pd.DataFrame,
    published_lists: pd.DataFrame,
    indicator_definitions: pd.DataFrame,
    breaks: pd.DataFrame,
    targets: pd.DataFrame,
    projects: pd.DataFrame,
    unsnapped: pd.DataFrame,
    shares: pd.DataFrame,
    distribution: pd.DataFrame,
    isochrones: gpd.GeoDataFrame,
    reasons: list[dict[str, Any]],
    fairness: dict[str, Any] | None,
    competition: pd.DataFrame,
    isolation: list[dict[str, Any]],
    case_figures: pd.DataFrame,
    share_ranges: pd.DataFrame,
    competition_ranges: pd.DataFrame,
    isolation_cases: list[dict[str, Any]],
    planning_rules: pd.DataFrame,
    rule_distances: pd.DataFrame,
    rule_levels: pd.DataFrame,
    region_times: pd.DataFrame,
    region_map: gpd.GeoDataFrame,
    stations: gpd.GeoDataFrame | None = None,
    service_day: dict[str, Any] | None = None,
    departures: pd.DataFrame | None = None,
    *,
    study: Study,
    sketch: bool,
    streets_year: int,
    unknown_kinds: list[str],
    residents: dict[str, str] | None,
    districts: dict[str, str] | None,
    jobs: list[dict[str, Any]],
    scenario: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Make the table of figures and one profile per quarter, in the order of the study.

    The figures are of every lens and of public transport; a profile is of adults on the streets,
    with one part beside for each of the two. ``stations`` and ``service_day`` are there where
    public transport is measured. ``scenario`` holds its edits and its year, or is None.
    """
    quarter_of_area = {quarter.area: quarter.id for quarter in study.quarters}
    figures = profile_figures(access, origins.set_index("id")["area_id"], quarter_of_area)
    by_timetable = _transit(study, stations, service_day)
    robustness = robustness_rules(study)
    figures = stamp_figures(figures, case_figures, robustness)
    isolation = stamped_isolation(isolation, isolation_cases, study, sketch=sketch)
    of_adults = without_transit(figures[figures["lens"] == ADULT])
    on_streets = without_transit(access[access["lens"] == ADULT])
    timed = figures[figures["mode"].eq(TRANSIT) & figures["state"].eq(study.study.state.value)]
    inputs = ProfileInputs(
        figures=of_adults,
        comparison=comparison_rows(
            of_adults[of_adults["state"] == study.study.state.value],
            quarters,
            rounding=study.jobs.rounding.value,
        ),
        access=on_streets,
        completeness=complete_origins(
            on_streets[on_streets["state"] == study.study.state.value],
            origins,
            places,
            study=study,
        ),
        reasons=reasons,
        fairness=publish_fairness(fairness, small_numbers(study), told_shares(shares)),
        competition={
            area: competition_part(competition, area, small_numbers(study))
            for area in quarter_of_area
        },
        lenses={
            lens: without_transit(figures[figures["lens"] == lens]) for lens in study.profile.lenses
        },
        transit=timed,
        transit_comparison=transit_comparison(
            timed,
            by_timetable,
            quarters,
            rounding=study.jobs.rounding.value,
        ),
        departures=pd.DataFrame() if departures is None else departures,
        isolation=isolation,
        names=_names(study, quarters, areas),
        case_figures=case_figures,
        rules=RuleTables(planning_rules, rule_distances, rule_levels),
        travel_times=travel_times,
        quarters=quarters,
        areas=areas,
        origins=origins,
        places=places,
        indicators=indicators,
        criteria=criteria,
        published_lists=published_lists,
        definitions=with_own_definitions(indicator_definitions),
        breaks=breaks,
        targets=targets,
        projects=projects,
        unsnapped=unsnapped,
        shares=shares,
        distribution=distribution,
        reach=pd.DataFrame(isochrones.drop(columns="geometry")),
        modes=study.modes.names,
        residents=residents,
        districts=districts,
        study=_study(study),
        assumptions=_assumptions(study)
        | {
            "isolation": isolation_decisions(study, sketch=sketch),
            "lenses": _lenses(study, unknown_kinds),
            "transit": by_timetable,
            "streets_year": streets_year,
        },
        decisions=_decisions(study)
        | {"departures": departure_decisions(study, by_timetable)}
        | {"streets_year": streets_year}
        | {"robustness": robustness, "rules": rule_decisions(study, service_day, sketch=sketch)}
        | {
            "sketch": sketch,
            "jobs_method": job_method(
                places, jobs, _job_model(study), study.disclosure.workplace_sizes.value
            ),
        },
    )
    profiles = [
        with_ranges(
            quarter_profile(
                inputs, quarter_id=quarter.id, area_id=quarter.area, station_id=quarter.station
            )
            | further_parts(quarter, on_streets, origins, places, region_times, region_map, study)
            | {"scenario": scenario_part(scenario, study.study.baseline.value, projects, places)},
            share_ranges,
            competition_ranges,
        )
        for quarter in study.quarters
    ]
    return {
        "figures": with_isolation(figures, isolation, quarter_of_area, study),
        "profiles": profiles,
    }


def _names(
    study: Study, quarters: gpd.GeoDataFrame, areas: gpd.GeoDataFrame
) -> list[dict[str, str]]:
    """Name the quarters and their housing areas, in the order of the study."""
    of_quarter, of_area = (table.set_index("id")["name"] for table in (quarters, areas))
    return [
        {
            "quarter_id": quarter.id,
            "quarter_name": of_quarter[quarter.id],
            "area_id": quarter.area,
            "area_name": of_area[quarter.area],
        }
        for quarter in study.quarters
    ]


def _study(study: Study) -> dict[str, Any]:
    general = study.study
    return {
        "id": general.id,
        "name": general.name,
        "municipality": general.municipality,
        "state": general.state.value,
        "baseline": general.baseline.value,
        "crs": general.crs,
    }


def _assumptions(study: Study) -> dict[str, Any]:
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


def _transit(
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


def _job_model(study: Study) -> dict[str, Any]:
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


def _decisions(study: Study) -> dict[str, Any]:
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
    }
