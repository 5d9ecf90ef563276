"""From access to figures, and from these to the profiles of all quarters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.profile import FurtherInputs, profile_figures, quarter_profile
from htkgis.profile.definitions import with_own_definitions
from htkgis.profile.inputs import TransitTables
from htkgis.profile.part_robustness import with_ranges
from htkgis.profile.robustness import stamp_figures
from htkgis.profile.transit import TRANSIT, transit_comparison, without_transit
from htkgis.quantities import ADULT
from htkgis.store.memory import Memory, remembering
from htkgis.study import Study

from .further_parts import region_of
from .isolation_words import stamped_isolation, with_isolation
from .profile_decisions import profile_decisions, transit_decisions
from .robustness import robustness_rules


def make_figures(
    access: pd.DataFrame, origins: gpd.GeoDataFrame, case_figures: pd.DataFrame, *, study: Study
) -> dict[str, Any]:
    """Make the table of figures, and take out of it and of access what is of the streets.

    Returns
    -------
    made
        ``stamped_figures``: of every lens, and of public transport; ``street_figures``: the same
        by modes that travel on streets alone; ``street_access``: access of adults by these.
    """
    figures = profile_figures(access, origins.set_index("id")["area_id"], _quarter_of_area(study))
    figures = stamp_figures(figures, case_figures, robustness_rules(study))
    return {
        "stamped_figures": figures,
        "street_figures": without_transit(figures),
        "street_access": access[access["lens"].eq(ADULT) & access["mode"].ne(TRANSIT)],
    }


def keep_profiles(
    *inputs: Any, earlier: Mapping[str, Any] | None = None, **decided: Any
) -> dict[str, Any]:
    """Make what :func:`make_profiles` makes, but for parts that are made of the same.

    Returns
    -------
    made
        ``figures`` and ``profiles``; and ``profile_parts``, for ``earlier`` of the next time.
    """
    with remembering(Memory.of((earlier or {}).get("profile_parts"))) as memory:
        made = make_profiles(*inputs, **decided)
    return {**made, "profile_parts": memory.arrays()}


def make_profiles(
    figures: pd.DataFrame,
    street_profiles: list[dict[str, Any]],
    quarters: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    indicator_definitions: pd.DataFrame,
    isochrones: gpd.GeoDataFrame,
    isolation: list[dict[str, Any]],
    case_figures: pd.DataFrame,
    share_ranges: pd.DataFrame,
    competition_ranges: pd.DataFrame,
    isolation_cases: list[dict[str, Any]],
    region_times: pd.DataFrame,
    region_map: gpd.GeoDataFrame,
    stations: gpd.GeoDataFrame | None = None,
    service_day: dict[str, Any] | None = None,
    departures: pd.DataFrame | None = None,
    *,
    study: Study,
    sketch: bool,
    streets_year: int,
) -> dict[str, Any]:
    """Make the table of figures and one profile per quarter, in the order of the study.

    The figures are of every lens and of public transport; a profile is of adults on the streets,
    with one part beside for each of the two. ``stations`` and ``service_day`` are there where
    public transport is measured.
    """
    isolation = stamped_isolation(isolation, isolation_cases, study, sketch=sketch)
    by_timetable = transit_decisions(study, stations, service_day)
    state, rounding = study.study.state.value, study.jobs.rounding.value
    timed = figures[figures["mode"].eq(TRANSIT) & figures["state"].eq(state)]
    on_streets = without_transit(figures)
    inputs = FurtherInputs(
        figures=on_streets[on_streets["lens"] == ADULT],
        lenses={lens: on_streets[on_streets["lens"] == lens] for lens in study.profile.lenses},
        transit=TransitTables(
            timed,
            transit_comparison(timed, by_timetable, quarters, rounding=rounding),
            pd.DataFrame() if departures is None else departures,
        ),
        case_figures=case_figures,
        isolation=isolation,
        names=_names(study, quarters, areas),
        origins=origins,
        reach=pd.DataFrame(isochrones.drop(columns="geometry")),
        definitions=with_own_definitions(indicator_definitions),
        decisions=profile_decisions(
            study, by_timetable, service_day, sketch=sketch, streets_year=streets_year
        ),
    )
    profiles = [
        quarter_profile(streets, inputs)
        | {"region": region_of(quarter, origins, region_times, region_map, study)}
        for quarter, streets in zip(study.quarters, street_profiles, strict=True)
    ]
    return {
        "figures": with_isolation(figures, isolation, _quarter_of_area(study), study),
        "profiles": [
            with_ranges(profile, share_ranges, competition_ranges) for profile in profiles
        ],
    }


def _quarter_of_area(study: Study) -> dict[str, str]:
    return {quarter.area: quarter.id for quarter in study.quarters}


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
