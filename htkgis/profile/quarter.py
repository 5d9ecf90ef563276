"""The profile of one quarter: all that its page and its file say, as plain values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.units import DECISECONDS_PER_MINUTE

from .changes import change_part
from .completeness import completeness_part
from .definitions import definition_rows
from .departures import departures_part
from .fairness import fairness_part
from .figure_context import with_context
from .finding import finding, key_figures, nearest_rows
from .gaps import Evidence, gap_part
from .indicators import indicator_part
from .isolation import isolation_part
from .job_disclosure import jobs_at
from .jobs import JOBS, SKILL, job_rows
from .jobs_fit import jobs_fit_part
from .lenses import lens_part
from .list_history import list_history
from .notes import notes
from .projects import project_rows
from .published_lists import published_lists
from .robustness import robustness_part
from .rounding import plain, rounded_minutes, rounded_to
from .rule_results import RuleTables, rules_part
from .rules import evaluate_list
from .shares import share_rows
from .spread import STATISTICS, spread
from .transit import transit_part
from .transit_lenses import transit_lens_part

PLACE_FACTS = (
    "id",
    "name",
    "name_en",
    "function",
    "quarter_id",
    "state",
    "approximate",
    "measured",
    "valid_from",
    "valid_to",
    "note",
    "note_en",
)


@dataclass(frozen=True)
class ProfileInputs:
    """Everything a profile is made of; tables of all quarters, decisions as plain values.

    ``figures`` and ``access`` are of adults, by modes that travel on streets alone; ``lenses``
    holds the figures of everybody else who is measured, by lens, in the order of the study, and
    ``transit`` those by public transport, ``transit_comparison`` the quarters by it.
    ``isolation`` is what was measured of each area by each mode; ``names`` are the quarters and
    their areas in the order of columns.
    ``transit`` those by public transport, ``transit_comparison`` the quarters by it;
    ``case_figures`` are the same figures in each case of robustness, ``rules`` the planning
    rules and what was measured for them.
    """

    figures: pd.DataFrame
    comparison: list[dict[str, Any]]
    access: pd.DataFrame
    completeness: list[dict[str, Any]]
    reasons: list[dict[str, Any]]
    fairness: dict[str, Any] | None
    competition: dict[str, dict[str, Any]]
    travel_times: pd.DataFrame
    quarters: pd.DataFrame
    areas: gpd.GeoDataFrame
    origins: pd.DataFrame
    places: gpd.GeoDataFrame
    indicators: pd.DataFrame
    criteria: pd.DataFrame
    published_lists: pd.DataFrame
    definitions: dict[str, dict[str, Any]]
    breaks: pd.DataFrame
    targets: pd.DataFrame
    projects: pd.DataFrame
    unsnapped: pd.DataFrame
    shares: pd.DataFrame
    distribution: pd.DataFrame
    reach: pd.DataFrame
    modes: tuple[str, ...]
    lenses: dict[str, pd.DataFrame]
    transit: pd.DataFrame
    transit_comparison: list[dict[str, Any]]
    departures: pd.DataFrame
    isolation: list[dict[str, Any]]
    names: list[dict[str, str]]
    case_figures: pd.DataFrame
    rules: RuleTables
    residents: dict[str, str] | None
    districts: dict[str, str] | None
    study: dict[str, Any]
    assumptions: dict[str, Any]
    decisions: dict[str, Any]


def quarter_profile(
    inputs: ProfileInputs, *, quarter_id: str, area_id: str, station_id: str | None
) -> dict[str, Any]:
    """Put together the profile of one quarter.

    Parameters
    ----------
    inputs
        Tables and decisions.
    quarter_id, area_id, station_id
        Which quarter, its housing area, and its station where it has one.

    Returns
    -------
    profile
        JSON value. Minutes have two decimals; None is "not reached" or "not known", never 0.
    """
    of_quarter = inputs.figures[inputs.figures["quarter_id"] == quarter_id]
    state, baseline = inputs.study["state"], inputs.study["baseline"]
    figures = of_quarter[of_quarter["state"] == state]
    access = inputs.access[inputs.access["state"] == state]
    origins = _origins_of(inputs, area_id)
    nearest = nearest_rows(figures, access, inputs.places, origins)
    stamped = (inputs.figures, inputs.transit, *inputs.lenses.values())
    counts = _by_limit(figures[figures["indicator"] == "cumulative"], rounding=1)
    rounding = inputs.decisions["job_rounding"]
    counted = {
        measure: _by_limit(figures[figures["indicator"] == measure], rounding=rounding)
        for measure in (JOBS, SKILL)
    }
    jobs = job_rows(counted, figures, rounding=rounding)
    area = _record(inputs.areas, area_id)
    shares = share_rows(
        inputs.shares,
        area_id,
        known_persons=area["population"],
        min_persons=inputs.decisions["min_persons"],
        distribution=inputs.distribution,
        source=inputs.residents,
        districts=inputs.districts,
    )
    projects = project_rows(
        inputs.projects, inputs.places, area_id=area_id, state=inputs.study["state"]
    )
    found = gap_part(
        nearest,
        access[access["id"].isin(origins)],
        evidence=Evidence(
            reasons=[row for row in inputs.reasons if row["area_id"] == area_id],
            projects=projects,
            places=inputs.places,
            shares=shares["rows"] if shares else [],
            named_only=inputs.decisions["sketch"],
            streets_year=inputs.decisions["streets_year"],
        ),
        limits=inputs.decisions["gap_limits"],
        choice=inputs.decisions["choice"],
    )
    rules = rules_part(
        inputs.rules,
        inputs.origins[inputs.origins["area_id"] == area_id],
        inputs.places,
        inputs.decisions["rules"],
    )
    lists = list_history(inputs.criteria, inputs.indicators, area_id=area_id)
    profile = {
        "study": inputs.study,
        "quarter": _quarter(inputs, quarter_id, area_id, station_id),
        "area": area,
        "origins": _origins(inputs, area_id),
        "assumptions": inputs.assumptions,
        "modes": list(inputs.modes),
        "finding": finding(
            nearest,
            found["gaps"],
            area["name"],
            inputs.decisions["everyday_min"],
            named_only=inputs.decisions["sketch"],
        ),
        "key_figures": with_context(
            key_figures(nearest, jobs["jobs"], inputs.decisions),
            inputs.comparison,
            shares,
            [] if rules is None else rules["rows"],
            quarter_id=quarter_id,
        ),
        **found,
        "completeness": completeness_part(
            inputs.completeness,
            figures,
            inputs.fairness,
            area_id=area_id,
            everyday_min=inputs.decisions["everyday_min"],
        ),
        "lenses": lens_part(
            nearest,
            {
                lens: own[(own["quarter_id"] == quarter_id) & (own["state"] == state)]
                for lens, own in inputs.lenses.items()
            },
            area["name"],
            inputs.decisions,
        ),
        "transit": transit_part(
            inputs.transit[inputs.transit["quarter_id"] == quarter_id],
            inputs.assumptions["transit"],
            area["name"],
            rounding=rounding,
            comparison=inputs.transit_comparison,
            lenses=transit_lens_part(
                inputs.transit[inputs.transit["quarter_id"] == quarter_id],
                inputs.assumptions["transit"],
                list(inputs.lenses),
                rounding=rounding,
            ),
        ),
        "departures": departures_part(
            inputs.departures,
            inputs.origins,
            inputs.names,
            inputs.decisions["departures"],
            area_id=area_id,
        ),
        "isolation": isolation_part(
            inputs.isolation,
            inputs.names,
            inputs.assumptions["isolation"],
            area_id=area_id,
        ),
        "robustness": robustness_part(
            stamped, inputs.case_figures, nearest, inputs.decisions, quarter_id
        ),
        "nearest": nearest,
        "counts": counts,
        **jobs,
        "jobs_fit": jobs_fit_part(
            jobs["jobs"],
            jobs["jobs_by_sector"],
            jobs["jobs_by_skill"],
            inputs.places,
            inputs.indicators,
            area_id=area_id,
            rounding=rounding,
        ),
        "competition": inputs.competition[area_id],
        "jobs_method": inputs.decisions["jobs_method"],
        "comparison": inputs.comparison,
        "changes": change_part(
            of_quarter, inputs.access, inputs.places, origins, baseline=baseline, state=state
        ),
        "reach": _reach(inputs, area_id),
        "shares": shares,
        "fairness": fairness_part(inputs.fairness, area_id),
        "rules": rules,
        "criteria": evaluate_list(
            inputs.criteria,
            inputs.indicators,
            area_id=area_id,
            year=inputs.decisions["criteria_year"],
        ),
        "indicators": indicator_part(
            inputs.indicators,
            inputs.definitions,
            inputs.breaks,
            inputs.targets,
            area_id=area_id,
            baseline_year=inputs.decisions["criteria_year"],
        ),
        "lists": lists,
        "published_lists": published_lists(inputs.published_lists, lists, area_id=area_id),
        "projects": projects,
        "places": _places(inputs, area_id, {row["place_id"] for row in nearest}),
        "unsnapped": _unsnapped(inputs.unsnapped),
        "notes": notes(inputs, nearest),
    }
    indicators = {*of_quarter["indicator"], *inputs.transit["indicator"]}
    return profile | {"definitions": definition_rows(profile, indicators, inputs.definitions)}


def _record(table: pd.DataFrame, key: str) -> dict[str, Any]:
    row = table.loc[table["id"] == key].iloc[0]
    return {name: plain(row[name]) for name in table.columns if name != "geometry"}


def _quarter(
    inputs: ProfileInputs, quarter_id: str, area_id: str, station_id: str | None
) -> dict[str, Any]:
    station = inputs.places.loc[inputs.places["id"] == station_id, "name"]
    return {
        **_record(inputs.quarters, quarter_id),
        "area_id": area_id,
        "station_id": station_id,
        "station_name": next(iter(station), None),
    }


def _origins_of(inputs: ProfileInputs, area_id: str) -> pd.Index:
    own = inputs.origins[inputs.origins["area_id"] == area_id]
    ids: pd.Index[Any] = pd.Index(own["id"])
    return ids


def _origins(inputs: ProfileInputs, area_id: str) -> dict[str, Any]:
    own = inputs.origins[inputs.origins["area_id"] == area_id]
    return {"kind": own["kind"].iloc[0], "count": len(own)}


def _by_limit(figures: pd.DataFrame, *, rounding: int) -> list[dict[str, Any]]:
    cases: dict[tuple[Any, ...], list[dict[Any, Any]]] = {}
    for row in figures.to_dict("records"):
        case = (plain(row["function"]), row["mode"], plain(row["limit_min"]))
        cases.setdefault(case, []).append(row)
    rows = []
    for (function, mode, limit), group in cases.items():
        values = {row["statistic"]: row["value"] for row in group}
        cut = any(row["lower_bound"] for row in group)
        shown = {name: rounded_to(values[name], rounding, lower_bound=cut) for name in STATISTICS}
        known = {"function": function, "mode": mode, "limit_min": limit}
        rows.append(known | shown | {"lower_bound": cut})
    return rows


def _reach(inputs: ProfileInputs, area_id: str) -> list[dict[str, Any]]:
    """Kilometres of street within each limit by each mode, and whether the data ended first."""
    own = inputs.reach[inputs.reach["area_id"] == area_id]
    return [
        {
            "mode": row["mode"],
            "limit_min": plain(row["limit_min"]),
            "reached_km": round(row["reached_km"], 1),
            "cut": bool(row["cut"]),
        }
        for row in own.to_dict("records")
    ]


def _places(inputs: ProfileInputs, area_id: str, named: set[str]) -> list[dict[str, Any]]:
    """List the places around an area, and those ``named`` wherever they lie.

    Minutes are missing where a place is not measured or not reached. ``min``, ``median`` and
    ``max`` are of walking; ``by_mode`` holds those of the other modes.
    """
    outline = inputs.areas.set_index("id").geometry[area_id]
    near = inputs.places.distance(outline) <= inputs.decisions["listed_m"]
    listed = inputs.places[near | inputs.places["id"].isin(named)]
    minutes = {mode: _minutes_by_place(inputs, area_id, listed, mode) for mode in inputs.modes}
    rows = []
    for place in listed.to_dict("records"):
        by_mode = {mode: _spread_to(place, own) for mode, own in minutes.items()}
        walking = by_mode.pop(inputs.modes[0])
        rows.append(
            {name: plain(place[name]) for name in PLACE_FACTS}
            | walking
            | {"by_mode": by_mode}
            | jobs_at(place)
        )
    return sorted(rows, key=lambda row: (row["median"] is None, row["median"] or 0.0, row["id"]))


def _spread_to(place: dict[str, Any], minutes: pd.DataFrame) -> dict[str, float | None]:
    own = minutes.loc[place["id"]] if place["measured"] else minutes.iloc[0] * math.nan
    return {name: rounded_minutes(value) for name, value in spread(own).items()}


def _minutes_by_place(
    inputs: ProfileInputs, area_id: str, places: pd.DataFrame, mode: str
) -> pd.DataFrame:
    """Arrange minutes with a row per place and a column per origin; missing where not reached."""
    origins = _origins_of(inputs, area_id)
    times = inputs.travel_times[inputs.travel_times["mode"] == mode]
    own = times[times["from_id"].isin(origins) & times["to_id"].isin(places["id"])]
    wide = own.pivot_table(index="to_id", columns="from_id", values="travel_time_ds")
    return wide.reindex(index=places["id"], columns=origins) / DECISECONDS_PER_MINUTE


def _unsnapped(unsnapped: pd.DataFrame) -> list[dict[str, Any]]:
    """List each point too far from the streets once, with its modes and its largest distance."""
    return [
        {
            "id": key,
            "name": plain(rows["name"].iloc[0]),
            "distance_m": plain(rows["distance_m"].max()),
            "modes": list(rows["mode"]),
        }
        for key, rows in unsnapped.groupby("id", sort=False)
    ]
