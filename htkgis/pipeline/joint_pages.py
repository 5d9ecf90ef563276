"""The pages of all quarters together: region, projects, differences; and their fixed maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import geopandas as gpd
import pandas as pd

from htkgis.maps import JointLayers, Text, joint_pages

from .localised import localised_table


def joint_layers(
    municipality: gpd.GeoDataFrame,
    quarters: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    projects: pd.DataFrame,
    streets: gpd.GeoDataFrame,
    region: gpd.GeoDataFrame,
    language: str,
) -> JointLayers:
    """Gather what the pages of all quarters draw; projects only where their place is known."""
    positions = places[["id", "geometry"]].rename(columns={"id": "place_id"})
    placed = positions.merge(projects[["id", "place_id"]], on="place_id", how="inner")
    return JointLayers(
        municipality=municipality,
        quarters=localised_table(quarters, language),
        areas=areas,
        origins=localised_table(origins, language),
        streets=streets[["kind", "geometry"]],
        projects=gpd.GeoDataFrame(placed, geometry="geometry", crs=places.crs),
        region=region,
    )


def joint_files(
    profiles: Sequence[Mapping[str, Any]],
    layers: JointLayers,
    *,
    text: Text,
    run: dict[str, Any],
) -> tuple[dict[str, str], dict[str, bytes]]:
    """Render the pages and their fixed maps by file name, and tell the front page of them."""
    pages, pictures = {}, {}
    run["joint_pages"] = []
    for made in joint_pages(profiles, layers, text=text, run=run):
        pages[made.file] = made.html
        pictures[str(PurePosixPath(made.file).with_suffix(".svg"))] = made.picture
        run["joint_pages"].append({"file": made.file, "open": made.open, "lead": made.lead})
    return pages, pictures
