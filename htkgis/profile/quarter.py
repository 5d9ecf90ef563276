"""The profile of one quarter: all that its page and its file say, as plain values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.units import DECISECONDS_PER_MINUTE

from .changes import change_rows
from .finding import DISTRICT_SCHOOL, finding, key_figures, nearest_rows
from .rounding import plain, rounded_minutes, rounded_to
from .rules import evaluate_list
from .shares import share_rows
from .spread import STATISTICS, spread

SCHOOL = "school"
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
    """Everything a profile is made of; tables of all quarters, decisions as plain values."""

    figures: pd.DataFrame
    comparison: list[dict[str, Any]]
    access: pd.DataFrame
    travel_times: pd.DataFrame
    quarters: pd.DataFrame
    areas: gpd.GeoDataFrame
    origins: pd.DataFrame
    places: gpd.GeoDataFrame
    indicators: pd.DataFrame
    criteria: pd.DataFrame
    projects: pd.DataFrame
    unsnapped: pd.DataFrame
    shares: pd.DataFrame
    study: dict[str, Any]
    assumptions: dict[str, Any]
    decisions: dict[str, Any]


def quarter_profile(
    inputs: ProfileInputs, *, quarter_id: str, area_id: str, station_id: str
) -> dict[str, Any]:
    """Put together the profile of one quarter.

    Parameters
    ----------
    inputs
        Tables and decisions.
    quarter_id, area_id, station_id
        Which quarter, its housing area and its station.

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
    counts = _by_limit(figures[figures["indicator"] == "cumulative"], rounding=1)
    jobs = _by_limit(
        figures[figures["indicator"] == "jobs"], rounding=inputs.decisions["job_rounding"]
    )
    area = _record(inputs.areas, area_id)
    return {
        "study": inputs.study,
        "quarter": _quarter(inputs, quarter_id, area_id, station_id),
        "area": area,
        "origins": _origins(inputs, area_id),
        "assumptions": inputs.assumptions,
        "finding": finding(nearest, area["name"], inputs.decisions["everyday_min"]),
        "key_figures": key_figures(nearest, jobs, inputs.decisions),
        "nearest": nearest,
        "counts": counts,
        "jobs": jobs,
        "comparison": inputs.comparison,
        "changes": {
            "baseline": baseline,
            "state": state,
            "rows": change_rows(
                of_quarter,
                inputs.access,
                inputs.places,
                origins,
                baseline=baseline,
                state=state,
            ),
        },
        "shares": share_rows(inputs.shares, area_id, known_persons=area["population"]),
        "criteria": evaluate_list(
            inputs.criteria,
            inputs.indicators,
            area_id=area_id,
            year=inputs.decisions["criteria_year"],
        ),
        "projects": _projects(inputs, area_id),
        "places": _places(inputs, area_id, {row["place_id"] for row in nearest}),
        "unsnapped": _records(inputs.unsnapped),
        "notes": _notes(inputs, nearest),
    }


def _record(table: pd.DataFrame, key: str) -> dict[str, Any]:
    row = table.loc[table["id"] == key].iloc[0]
    return {name: plain(row[name]) for name in table.columns if name != "geometry"}


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    columns = [name for name in table.columns if name != "geometry"]
    return [{name: plain(row[name]) for name in columns} for row in table.to_dict("records")]


def _quarter(
    inputs: ProfileInputs, quarter_id: str, area_id: str, station_id: str
) -> dict[str, Any]:
    station = inputs.places.loc[inputs.places["id"] == station_id, "name"]
    return {
        **_record(inputs.quarters, quarter_id),
        "area_id": area_id,
        "station_id": station_id,
        "station_name": station.iloc[0],
    }


def _origins_of(inputs: ProfileInputs, area_id: str) -> pd.Index:
    own = inputs.origins[inputs.origins["area_id"] == area_id]
    ids: pd.Index[Any] = pd.Index(own["id"])
    return ids


def _origins(inputs: ProfileInputs, area_id: str) -> dict[str, Any]:
    own = inputs.origins[inputs.origins["area_id"] == area_id]
    return {"kind": own["kind"].iloc[0], "count": len(own)}


def _by_limit(figures: pd.DataFrame, *, rounding: int) -> list[dict[str, Any]]:
    rows = []
    for (function, limit), group in figures.groupby(
        ["function", "limit_min"], sort=False, dropna=False
    ):
        values = group.set_index("statistic")["value"]
        cut = bool(group["lower_bound"].any())
        shown = {name: rounded_to(values[name], rounding, lower_bound=cut) for name in STATISTICS}
        rows.append(
            {"function": plain(function), "limit_min": plain(limit), **shown, "lower_bound": cut}
        )
    return rows


def _projects(inputs: ProfileInputs, area_id: str) -> list[dict[str, Any]]:
    own = inputs.projects[inputs.projects["area_id"] == area_id]
    drawn = set(inputs.places["id"])
    rows = []
    for row in _records(own):
        on_map = row["place_id"] in drawn
        status = project_status(row, state=inputs.study["state"])
        rows.append(row | {"status": status, "on_map": on_map})
    return rows


def project_status(project: dict[str, Any], *, state: int) -> str:
    """Tell planned, running, done and cancelled projects apart by their years.

    ``done`` means that the planned period has ended, not that the work was seen.
    """
    if project["phase"] == "cancelled":
        return "cancelled"
    start, end = project["year_from"], project["year_to"]
    if start is None or start > state:
        return "planned"
    return "done" if end is not None and end < state else "running"


def _places(inputs: ProfileInputs, area_id: str, named: set[str]) -> list[dict[str, Any]]:
    """List the places around an area, and those ``named`` wherever they lie.

    Minutes are missing where a place is not measured or not reached.
    """
    outline = inputs.areas.set_index("id").geometry[area_id]
    near = inputs.places.distance(outline) <= inputs.decisions["listed_m"]
    listed = inputs.places[near | inputs.places["id"].isin(named)]
    minutes = _minutes_by_place(inputs, area_id, listed)
    rows = []
    for place in listed.to_dict("records"):
        own = minutes.loc[place["id"]] if place["measured"] else minutes.iloc[0] * math.nan
        rows.append(
            {name: plain(place[name]) for name in PLACE_FACTS}
            | {name: rounded_minutes(value) for name, value in spread(own).items()}
            | {"jobs": plain(place["opportunities"]) if place["unit"] == "jobs" else None}
        )
    return sorted(rows, key=lambda row: (row["median"] is None, row["median"] or 0.0, row["id"]))


def _minutes_by_place(inputs: ProfileInputs, area_id: str, places: pd.DataFrame) -> pd.DataFrame:
    """Arrange minutes with a row per place and a column per origin; missing where not reached."""
    origins = _origins_of(inputs, area_id)
    times = inputs.travel_times
    own = times[times["from_id"].isin(origins) & times["to_id"].isin(places["id"])]
    wide = own.pivot_table(index="to_id", columns="from_id", values="travel_time_ds")
    return wide.reindex(index=places["id"], columns=origins) / DECISECONDS_PER_MINUTE


def _notes(inputs: ProfileInputs, nearest: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """List what a reader has to know before trusting the figures."""
    notes: list[dict[str, Any]] = []
    if inputs.decisions["sketch"]:
        notes.append({"key": "note.sketch_network", "values": {}})
        notes.append({"key": "note.named_places", "values": {}})
    functions = {row["function"] for row in nearest}
    if SCHOOL in functions and DISTRICT_SCHOOL not in functions:
        notes.append({"key": "note.school_indicative", "values": {}})
    unmeasured = sorted({row["function"] for row in nearest if not row["places"]})
    notes += [{"key": "note.no_place", "values": {"function": name}} for name in unmeasured]
    existing = inputs.places[inputs.places["state"] == "existing"]
    approximate = int(existing["approximate"].sum())
    if approximate:
        notes.append({"key": "note.approximate", "values": {"count": approximate}})
    if len(inputs.unsnapped):
        values = {
            "count": len(inputs.unsnapped),
            "max_snap_m": inputs.assumptions["max_snap_m"],
        }
        notes.append({"key": "note.unsnapped", "values": values})
    if inputs.places["state"].isin(["closed", "cancelled", "planned"]).any():
        notes.append({"key": "note.moved", "values": {}})
    if inputs.figures["lower_bound"].any() or inputs.figures["upper_bound"].any():
        notes.append({"key": "note.edge", "values": {}})
    notes.append({"key": "note.criteria_old", "values": {}})
    return notes
