"""Layers of one quarter's GeoPackage: what its map shows, with figures as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.currency import KRONER, told_in
from htkgis.profile.job_disclosure import HIDDEN, are_workplaces
from htkgis.store.known import Known, Made, Parts, Some

from .connectors import connectors_of
from .export_styles import place_look
from .figure_table import STATISTICS
from .origin_figures import KeyLimits, origins_in_short

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


@dataclass(frozen=True)
class Ground:
    """Tables that the files of all quarters take rows of, each hashed once."""

    areas: Known
    places: Known
    quarters: Known
    municipality: Known
    streets: Known

    @cached_property
    def place_ids(self) -> frozenset[str]:
        """Of all places whose position is known."""
        return frozenset(self.places.value["id"])


@dataclass(frozen=True)
class Measured:
    """Rows of one quarter.

    Attributes
    ----------
    origins, access, isochrones, figures
        Its origins, contract ``ACCESS`` of these, what is reached from its area, and contract
        ``PROFILE``.
    connectors
        The way from each point to its street, of its origins and of all places at least; holds
        None where it is not known.
    """

    origins: Known
    access: Known
    isochrones: Known
    figures: Known
    connectors: Known


def quarter_layers(
    profile: Parts, own: Measured, ground: Ground, limits: KeyLimits, *, currency: str = KRONER
) -> dict[str, Known]:
    """Gather the layers of one quarter's GeoPackage, topmost first; none is made yet.

    Parameters
    ----------
    profile
        Of the quarter.
    own, ground
        Its rows, and the tables of all quarters.
    limits
        Of the figures that stand as columns beside origins.
    currency
        That of the study, which the column of budgets is to name.

    Returns
    -------
    layers
        By name. Projects are there where the position of one is known, and connectors
        where they are given.
    """
    about = profile["quarter"]
    listed = {row["id"] for row in profile["places"]} & ground.place_ids
    reach = _by_mode(own.isochrones)
    layers: dict[str, Known] = {}
    if any(row["place_id"] in ground.place_ids for row in profile["projects"]):
        projects = Some(profile, ["projects"])
        layers["projects"] = Made("layer projects", _projects, projects, ground.places, currency)
    shown = Some(profile, ["modes", "places"])
    layers["places"] = Made("layer places", _places, shown, ground.places)
    rounded = Some(profile, ["assumptions", "study"])
    figures = (rounded, own.access, own.origins, [limits.everyday_min, limits.commute_min])
    layers["origins"] = Made("layer origins", _origins, *figures)
    if own.connectors.value is not None:
        points = sorted({*listed, *own.origins.value["id"]})
        layers["connectors"] = Made("layer connectors", connectors_of, own.connectors, points)
    streets = (ground.streets, next(iter(reach.values())))
    return {
        **layers,
        "area": Made("layer area", _row, ground.areas, about["area_id"]),
        "quarter": Made("layer quarter", _row, ground.quarters, about["id"]),
        "streets": Made("layer streets", _streets_within, *streets),
        **reach,
        "municipality": ground.municipality,
    }


def _origins(
    profile: Mapping[str, Any],
    access: pd.DataFrame,
    origins: gpd.GeoDataFrame,
    limits: Sequence[float],
) -> gpd.GeoDataFrame:
    return origins_in_short(profile, access, origins, KeyLimits(*limits))


def _row(table: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    return table[table["id"] == key]


def _projects(
    profile: Mapping[str, Any], places: gpd.GeoDataFrame, currency: str
) -> gpd.GeoDataFrame:
    """Projects of the quarter's page that make a place whose position is known."""
    table = pd.DataFrame(profile["projects"], columns=list(PROJECT_COLUMNS))
    years = {name: table[name].astype("Int64") for name in ("year_from", "year_to")}
    table = table.assign(**years, budget_mio=table["budget_mio"].astype("float64"))
    facts = [name for name in POSITION if name in places.columns]
    positions = places.set_index("id")[facts]
    found = table[table["place_id"].isin(positions.index)].join(positions, on="place_id")
    placed = gpd.GeoDataFrame(found, geometry="geometry", crs=places.crs)
    return placed.rename(columns=lambda name: told_in(name, currency))


def _by_mode(isochrones: Known) -> dict[str, Known]:
    """Give each mode a layer of its own: one on top of another they would hide each other."""
    table = isochrones.value
    modes = list(dict.fromkeys(table["mode"])) if "mode" in table.columns else []
    if len(modes) < 2:  # noqa: PLR2004  of one there is nothing to part
        return {"isochrones": isochrones}
    return {f"isochrones_{mode}": Made("layer reach", _of_mode, isochrones, mode) for mode in modes}


def _of_mode(isochrones: gpd.GeoDataFrame, mode: str) -> gpd.GeoDataFrame:
    return isochrones[isochrones["mode"] == mode]


def _streets_within(streets: gpd.GeoDataFrame, isochrones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    reached = isochrones.geometry.iloc[-1]
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
