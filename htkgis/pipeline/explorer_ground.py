"""What the parts of the explorer share: where it knows streets and places, and where it starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from htkgis.catalog import Catalog
from htkgis.quantities import Explorer
from htkgis.study import Study

from .layers import coverage, street_coverage

DEGREE_PLACES = 9
"""Decimals of a degree: a tenth of a millimetre, so that a start snaps as it did in the tables."""


@dataclass(frozen=True, eq=False)
class ExplorerGround:
    """The land of the explorer.

    Attributes
    ----------
    near
        Within the study's distance of a quarter.
    whole, covered
        Where of that the streets, and the places, are whole.
    places
        The named places where the streets are whole, numbered from 0.
    """

    near: Any
    whole: Any
    covered: Any
    places: gpd.GeoDataFrame

    @classmethod
    def of(
        cls,
        study: Study,
        catalog: Catalog,
        places: gpd.GeoDataFrame,
        quarters: gpd.GeoDataFrame,
        municipality: gpd.GeoDataFrame,
        streets: gpd.GeoDataFrame,
    ) -> ExplorerGround:
        """Cut the land of the explorer out of what a study knows."""
        around_m = explorer_rules(study).around.value
        near = shapely.buffer(shapely.union_all(quarters.geometry.to_numpy()), around_m)
        whole = shapely.intersection(near, street_coverage(catalog, streets))
        covered = shapely.intersection(near, coverage(catalog, "places", streets, municipality))
        known = places[places.intersects(whole).to_numpy() & places["name"].notna().to_numpy()]
        return cls(near, whole, covered, known.reset_index(drop=True))


def explorer_rules(study: Study) -> Explorer:
    """Give the study's decisions on the explorer, which a step asks for only where there are."""
    if study.explorer is None:
        msg = "the study decides on no explorer"
        raise ValueError(msg)
    return study.explorer


def start_points(origins: gpd.GeoDataFrame, study: Study) -> gpd.GeoDataFrame:
    """List the points that the quarters are measured from, area by area, numbered from 0."""
    parts = [origins[origins["area_id"] == quarter.area] for quarter in study.quarters]
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=origins.crs)


def degrees(points: gpd.GeoDataFrame) -> list[list[float]]:
    """Latitude and longitude of points, or of a point inside each area."""
    inside = points.geometry.representative_point().to_crs("EPSG:4326")
    return [
        [round(lat, DEGREE_PLACES), round(lon, DEGREE_PLACES)]
        for lat, lon in zip(inside.y.tolist(), inside.x.tolist(), strict=True)
    ]
