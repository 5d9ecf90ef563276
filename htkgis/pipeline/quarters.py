"""From access to the profiles of all quarters."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.profile import ProfileInputs, comparison_rows, profile_figures, quarter_profile
from htkgis.profile.competition import competition_parts
from htkgis.profile.definitions import with_own_definitions
from htkgis.profile.fairness_disclosure import publish_fairness, told_shares
from htkgis.profile.inputs import IndicatorTables, PersonTables, TransitTables
from htkgis.profile.jobs import job_method
from htkgis.profile.part_robustness import with_ranges
from htkgis.profile.robustness import stamp_figures
from htkgis.profile.rule_results import RuleTables
from htkgis.profile.scenario import scenario_part
from htkgis.profile.transit import TRANSIT, transit_comparison, without_transit
from htkgis.quantities import ADULT
from htkgis.study import Study

from .completeness import complete_origins
from .further_parts import further_parts
from .isolation_words import stamped_isolation, with_isolation
from .layers import small_numbers
from .profile_decisions import (
    job_model,
    profile_assumptions,
    profile_decisions,
    study_facts,
    transit_decisions,
)
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
    by_timetable = transit_decisions(study, stations, service_day)
    figures = stamp_figures(figures, case_figures, robustness_rules(study))
    isolation = stamped_isolation(isolation, isolation_cases, study, sketch=sketch)
    definitions = with_own_definitions(indicator_definitions)
    state, rounding = study.study.state.value, study.jobs.rounding.value
    small = small_numbers(study)
    of_adults = without_transit(figures[figures["lens"] == ADULT])
    on_streets = without_transit(access[access["lens"] == ADULT])
    timed = figures[figures["mode"].eq(TRANSIT) & figures["state"].eq(state)]
    inputs = ProfileInputs(
        figures=of_adults,
        comparison=comparison_rows(
            of_adults[of_adults["state"] == state], quarters, rounding=rounding
        ),
        access=on_streets,
        completeness=complete_origins(
            on_streets[on_streets["state"] == state], origins, places, study=study
        ),
        reasons=reasons,
        fairness=publish_fairness(fairness, small, told_shares(shares)),
        competition=competition_parts(competition, list(quarter_of_area), small),
        lenses={
            lens: without_transit(figures[figures["lens"] == lens]) for lens in study.profile.lenses
        },
        transit=TransitTables(
            timed,
            transit_comparison(timed, by_timetable, quarters, rounding=rounding),
            pd.DataFrame() if departures is None else departures,
        ),
        isolation=isolation,
        names=_names(study, quarters, areas),
        case_figures=case_figures,
        rules=RuleTables(planning_rules, rule_distances, rule_levels),
        travel_times=travel_times,
        quarters=quarters,
        areas=areas,
        origins=origins,
        places=places,
        indicators=IndicatorTables(
            indicators, criteria, published_lists, definitions, breaks, targets
        ),
        projects=projects,
        unsnapped=unsnapped,
        persons=PersonTables(shares, distribution, residents, districts),
        reach=pd.DataFrame(isochrones.drop(columns="geometry")),
        modes=study.modes.names,
        study=study_facts(study),
        assumptions=profile_assumptions(
            study, by_timetable, sketch=sketch, streets_year=streets_year, unknown=unknown_kinds
        ),
        decisions=profile_decisions(
            study, by_timetable, service_day, sketch=sketch, streets_year=streets_year
        )
        | {"jobs_method": _job_method(places, jobs, study)},
    )
    profiles = _profiles(inputs, region_times, region_map, scenario, study)
    return {
        "figures": with_isolation(figures, isolation, quarter_of_area, study),
        "profiles": [
            with_ranges(profile, share_ranges, competition_ranges) for profile in profiles
        ],
    }


def _profiles(
    inputs: ProfileInputs,
    region_times: pd.DataFrame,
    region_map: gpd.GeoDataFrame,
    scenario: dict[str, Any] | None,
    study: Study,
) -> list[dict[str, Any]]:
    """Put the profiles together, with what compares years and scenarios and the region."""
    access, origins, places = inputs.access, inputs.origins, inputs.places
    baseline = study.study.baseline.value
    return [
        quarter_profile(
            inputs, quarter_id=quarter.id, area_id=quarter.area, station_id=quarter.station
        )
        | further_parts(quarter, access, origins, places, region_times, region_map, study)
        | {"scenario": scenario_part(scenario, baseline, inputs.projects, places)}
        for quarter in study.quarters
    ]


def _job_method(
    places: gpd.GeoDataFrame, jobs: list[dict[str, Any]], study: Study
) -> dict[str, Any] | None:
    sizes = study.disclosure.workplace_sizes.value
    return job_method(places, jobs, job_model(study), sizes)


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
