"""From access to the profiles of all quarters."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.profile import ProfileInputs, comparison_rows, profile_figures, quarter_profile
from htkgis.profile.jobs import job_method
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
    distribution: pd.DataFrame,
    isochrones: gpd.GeoDataFrame,
    *,
    study: Study,
    sketch: bool,
    residents: dict[str, str] | None,
    districts: dict[str, str] | None,
    jobs: list[dict[str, Any]],
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
        distribution=distribution,
        reach=pd.DataFrame(isochrones.drop(columns="geometry")),
        modes=study.modes.names,
        residents=residents,
        districts=districts,
        study=_study(study),
        assumptions=_assumptions(study),
        decisions=_decisions(study)
        | {"sketch": sketch, "jobs_method": job_method(places, jobs, _job_model(study))},
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
        "modes": _other_modes(study),
    }


def _other_modes(study: Study) -> dict[str, dict[str, Any]]:
    """Say what the study decides of cycling and driving, in units that the pages print."""
    modes: dict[str, dict[str, Any]] = {}
    bike, car = study.modes.bike, study.modes.car
    if bike is not None:
        modes["bike"] = {
            "speed_kph": bike.speed.value,
            "search_min": bike.search.value,
            "source": bike.speed.source,
            "source_en": bike.speed.source_en,
        }
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
    """Say what the study decides of jobs that are spread over buildings, densest land first."""
    rules = study.jobs
    densities = sorted(rules.densities.items(), key=lambda item: (-item[1].value, item[0]))
    return {
        "total": rules.total.value,
        "cell_m": rules.cell.value,
        "source": rules.total.source,
        "source_en": rules.total.source_en,
        "densities": [{"kind": kind, "value": density.value} for kind, density in densities],
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
