"""What the pages of all quarters together draw: region, projects and differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.maps import JointLayers

from .localised import localised_table


@dataclass(frozen=True)
class PageTables:
    """What the pages of a run draw, in the study's projected CRS.

    Attributes
    ----------
    municipality, quarters, areas, origins, places, isochrones, streets, connectors
        Of all quarters.
    projects
        Without geometry: ``place_id`` names where one lies.
    region_map
        Stops, and the lines between them.
    """

    municipality: gpd.GeoDataFrame
    quarters: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    origins: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    projects: pd.DataFrame
    isochrones: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    connectors: gpd.GeoDataFrame
    region_map: gpd.GeoDataFrame


def joint_layers(
    tables: PageTables, language: str, *, background: Mapping[str, Any] | None = None
) -> JointLayers:
    """Gather what the pages of all quarters draw; projects only where their place is known."""
    places, projects = tables.places, tables.projects
    positions = places[["id", "geometry"]].rename(columns={"id": "place_id"})
    placed = positions.merge(projects[["id", "place_id"]], on="place_id", how="inner")
    return JointLayers(
        municipality=tables.municipality,
        quarters=localised_table(tables.quarters, language),
        areas=tables.areas,
        origins=localised_table(tables.origins, language),
        streets=tables.streets[["kind", "geometry"]],
        projects=gpd.GeoDataFrame(placed, geometry="geometry", crs=places.crs),
        region=tables.region_map,
        background=background,
    )
