"""From access on the streets to what the profiles of all quarters say of it.

Public transport, isolation and reach stand in no part that is made here, so a timetable, a
barrier or a street far away leaves all of them as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.profile import ProfileInputs, comparison_rows, street_profile
from htkgis.profile.competition import competition_parts
from htkgis.profile.definitions import with_own_definitions
from htkgis.profile.fairness_disclosure import publish_fairness, told_shares
from htkgis.profile.inputs import IndicatorTables, PersonTables
from htkgis.profile.jobs import job_method
from htkgis.profile.rule_results import RuleTables
from htkgis.profile.scenario import scenario_part
from htkgis.quantities import ADULT
from htkgis.store.memory import Memory, remembering
from htkgis.study import Study

from .completeness import complete_origins
from .further_parts import differences_of
from .layers import small_numbers
from .profile_decisions import (
    job_model,
    profile_assumptions,
    profile_decisions,
    study_facts,
    transit_decisions,
)


def keep_street_profiles(
    *inputs: Any, earlier: Mapping[str, Any] | None = None, **decided: Any
) -> dict[str, Any]:
    """Make what :func:`make_street_profiles` makes, but for parts that are made of the same.

    Returns
    -------
    made
        ``street_profiles``; and ``street_parts``, for ``earlier`` of the next time.
    """
    with remembering(Memory.of((earlier or {}).get("street_parts"))) as memory:
        made = make_street_profiles(*inputs, **decided)
    return {**made, "street_parts": memory.arrays()}


def make_street_profiles(
    figures: pd.DataFrame,
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
    reasons: list[dict[str, Any]],
    fairness: dict[str, Any] | None,
    competition: pd.DataFrame,
    planning_rules: pd.DataFrame,
    rule_distances: pd.DataFrame,
    rule_levels: pd.DataFrame,
    stations: gpd.GeoDataFrame | None = None,
    service_day: dict[str, Any] | None = None,
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
    """Make what the profile of each quarter says of the streets, in the order of the study.

    ``figures`` and ``access`` are those of :func:`htkgis.pipeline.quarters.make_figures`, on the
    streets. ``stations`` and ``service_day`` are there where public transport is measured, and
    only stand among what is assumed. ``scenario`` holds its edits and its year, or is None.
    """
    by_timetable = transit_decisions(study, stations, service_day)
    state, small = study.study.state.value, small_numbers(study)
    adults = figures[figures["lens"] == ADULT]
    inputs = ProfileInputs(
        figures=adults,
        comparison=comparison_rows(
            adults[adults["state"] == state], quarters, rounding=study.jobs.rounding.value
        ),
        access=access,
        completeness=complete_origins(
            access[access["state"] == state], origins, places, study=study
        ),
        reasons=reasons,
        fairness=publish_fairness(fairness, small, told_shares(shares)),
        competition=competition_parts(
            competition, [quarter.area for quarter in study.quarters], small
        ),
        lenses={lens: figures[figures["lens"] == lens] for lens in study.profile.lenses},
        rules=RuleTables(planning_rules, rule_distances, rule_levels),
        travel_times=travel_times,
        quarters=quarters,
        areas=areas,
        origins=origins,
        places=places,
        indicators=IndicatorTables(
            indicators,
            criteria,
            published_lists,
            with_own_definitions(indicator_definitions),
            breaks,
            targets,
        ),
        projects=projects,
        unsnapped=unsnapped,
        persons=PersonTables(shares, distribution, residents, districts),
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
    compared = scenario_part(scenario, study.study.baseline.value, projects, places)
    return {
        "street_profiles": [
            {
                **street_profile(
                    inputs, quarter_id=quarter.id, area_id=quarter.area, station_id=quarter.station
                ),
                "differences": differences_of(
                    quarter, inputs.access_of(quarter.area), origins, inputs.known_places, study
                ),
                "scenario": compared,
            }
            for quarter in study.quarters
        ]
    }


def _job_method(
    places: gpd.GeoDataFrame, jobs: list[dict[str, Any]], study: Study
) -> dict[str, Any] | None:
    sizes = study.disclosure.workplace_sizes.value
    return job_method(places, jobs, job_model(study), sizes)
