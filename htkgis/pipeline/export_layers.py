"""Layers of one quarter's GeoPackage: what its map shows, with figures as columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.currency import KRONER, told_in
from htkgis.profile.job_disclosure import HIDDEN, are_workplaces

from .connectors import connectors_of
from .export_styles import place_look
from .figure_table import STATISTICS

WALK = "walk"
STREET_COLUMNS = ("id", "name", "kind", "length_m", "gain_m", "loss_m", "geometry")
PLACE_COLUMNS = (
    "id",
    "name",
    "name_en",
    "function",
    "quarter_id",
    "state",
    "approximate",
    "measured",
    "opportunities",
    HIDDEN,
    "unit",
    "valid_from",
    "valid_to",
    "position_accuracy_m",
    "elevation_m",
    "note",
    "note_en",
)


PROJECT_COLUMNS = (
    "id",
    "name",
    "name_en",
    "kind",
    "phase",
    "status",
    "year_from",
    "year_to",
    "budget_mio",
    "quantity",
    "quantity_en",
    "note",
    "note_en",
    "place_id",
)
POSITION = ("approximate", "position_accuracy_m", "geometry")


def quarter_layers(
    profile: Mapping[str, Any],
    isochrones: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    quarters: gpd.GeoDataFrame,
    municipality: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    connectors: gpd.GeoDataFrame | None,
    *,
    currency: str = KRONER,
) -> dict[str, gpd.GeoDataFrame]:
    """Gather the layers of one quarter's GeoPackage, topmost first.

    Parameters
    ----------
    profile
        Of the quarter.
    isochrones, areas, places, quarters, municipality, streets
        Of the study.
    origins
        Of the quarter's area, with the figures that they are drawn with.
    connectors
        The way from each point to its street; None where it is not known.
    currency
        That of the study, which the column of budgets is to name.

    Returns
    -------
    layers
        By name. Projects are there where the position of one is known, and connectors
        where they are given.
    """
    area_id = profile["quarter"]["area_id"]
    own = isochrones[isochrones["area_id"] == area_id]
    listed = _places(profile, places)
    placed = _projects(profile, places).rename(columns=lambda name: told_in(name, currency))
    layers = {} if placed.empty else {"projects": placed}
    layers |= {"places": listed, "origins": origins}
    if connectors is not None:
        layers["connectors"] = connectors_of(connectors, {*listed["id"], *origins["id"]})
    return {
        **layers,
        "area": areas[areas["id"] == area_id],
        "quarter": quarters[quarters["id"] == profile["quarter"]["id"]],
        "streets": _streets_within(streets, own),
        **_by_mode(own),
        "municipality": municipality,
    }


def _projects(profile: Mapping[str, Any], places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Projects of the quarter's page that make a place whose position is known."""
    table = pd.DataFrame(profile["projects"], columns=list(PROJECT_COLUMNS))
    years = {name: table[name].astype("Int64") for name in ("year_from", "year_to")}
    table = table.assign(**years, budget_mio=table["budget_mio"].astype("float64"))
    facts = [name for name in POSITION if name in places.columns]
    positions = places.set_index("id")[facts]
    found = table[table["place_id"].isin(positions.index)].join(positions, on="place_id")
    return gpd.GeoDataFrame(found, geometry="geometry", crs=places.crs)


def _by_mode(isochrones: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    """Give each mode a layer of its own: one on top of another they would hide each other."""
    if "mode" not in isochrones.columns or len(set(isochrones["mode"])) == 1:
        return {"isochrones": isochrones}
    groups = isochrones.groupby("mode", sort=False)
    return {f"isochrones_{mode}": rows for mode, rows in groups}


def _streets_within(streets: gpd.GeoDataFrame, isochrones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    first = next(iter(_by_mode(isochrones).values()))
    reached = first.geometry.iloc[-1]
    rows = streets.sindex.query(reached, predicate="intersects", sort=True)
    columns = [name for name in STREET_COLUMNS if name in streets.columns]
    return streets.iloc[rows][columns]


def _places(profile: Mapping[str, Any], places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Places of the quarter's page with their state and minutes, and the key of their look."""
    others = [mode for mode in profile["modes"] if mode != WALK]
    times = pd.DataFrame(
        [
            {name: row[name] for name in ("id", *STATISTICS)}
            | {f"median_{mode}": row["by_mode"][mode]["median"] for mode in others}
            for row in profile["places"]
        ],
        columns=["id", *STATISTICS, *(f"median_{mode}" for mode in others)],
    )
    minutes = times.set_index("id").astype("float64").add_prefix("minutes_")
    listed = places[places["id"].isin(minutes.index)]
    if HIDDEN in listed.columns:
        listed = listed.assign(opportunities=listed["opportunities"].mask(are_workplaces(listed)))
    columns = [name for name in PLACE_COLUMNS if name in places.columns]
    joined = listed[[*columns, "geometry"]].join(minutes, on="id")
    look = [
        place_look(*row)
        for row in zip(joined["function"], joined["state"], joined["approximate"], strict=True)
    ]
    moved = [name for name in joined.columns if name != "geometry"]
    return joined.assign(look=look)[[*moved, "look", "geometry"]]
