"""From access to the profiles of all quarters."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.profile import ProfileInputs, comparison_rows, profile_figures, quarter_profile
from htkgis.study import Study


def make_profiles(
    access: pd.DataFrame,
    travel_times: pd.DataFrame,
    quarters: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    indicators: pd.DataFrame,
    criteria: pd.DataFrame,
    projects: pd.DataFrame,
    unsnapped: pd.DataFrame,
    shares: pd.DataFrame,
    *,
    study: Study,
    sketch: bool,
) -> dict[str, Any]:
    """Make the table of figures and one profile per quarter, in the order of the study."""
    figures = profile_figures(
        access,
        origins.set_index("id")["area_id"],
        {quarter.area: quarter.id for quarter in study.quarters},
    )
    inputs = ProfileInputs(
        figures=figures,
        comparison=comparison_rows(
            figures[figures["state"] == study.study.state.value],
            quarters,
            rounding=study.jobs.rounding.value,
        ),
        access=access,
        travel_times=travel_times,
        quarters=quarters,
        areas=areas,
        origins=origins,
        places=places,
        indicators=indicators,
        criteria=criteria,
        projects=projects,
        unsnapped=unsnapped,
        shares=shares,
        study=_study(study),
        assumptions=_assumptions(study),
        decisions=_decisions(study) | {"sketch": sketch},
    )
    profiles = [
        quarter_profile(
            inputs, quarter_id=quarter.id, area_id=quarter.area, station_id=quarter.station
        )
        for quarter in study.quarters
    ]
    return {"figures": figures, "profiles": profiles}


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
        "everyday_min": study.profile.everyday.value,
        "sources": {
            "speed_kph": walk.speed.source,
            "speed_kph_en": walk.speed.source_en,
        },
    }


def _decisions(study: Study) -> dict[str, Any]:
    return {
        "key_functions": list(study.profile.key_functions),
        "everyday_min": study.profile.everyday.value,
        "commute_min": study.profile.commute.value,
        "listed_m": study.profile.listed.value,
        "job_rounding": study.jobs.rounding.value,
        "criteria_year": study.criteria.year.value,
    }
