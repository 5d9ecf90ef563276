"""Outlines, corners and extents of what a map draws."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from htkgis.store.memory import recalled

from .degrees import around, boxes

OUTLINE_TOLERANCE_M = 2.0
SURROUNDINGS = "surroundings"
"""Kind of an outline that stands for a municipality whose boundary is not known."""


def extent(*frames: gpd.GeoDataFrame, margin: float = 0.0) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees, with a margin as a share of each side."""
    found = [boxes(frame.geometry) for frame in frames if not frame.empty]
    west, south, east, north = around(np.concatenate(found))
    wide, high = margin * (east - west), margin * (north - south)
    return west - wide, south - high, east + wide, north + high


def outline(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep the shapes of a table and nothing else."""
    return frame[["geometry"]].assign(geometry=smooth(frame.geometry))


def outline_words(municipality: gpd.GeoDataFrame) -> str:
    """Name the words for the outline of a study: the surroundings where no boundary is known."""
    kind = municipality.get("kind")
    stands_in = kind is not None and kind.eq(SURROUNDINGS).any()
    return "layer.surroundings" if stands_in else "layer.municipality"


def smooth(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Drop corners that no screen shows."""

    def make(own: Any) -> list[bytes]:
        written: list[bytes] = shapely.to_wkb(shapely.simplify(own, OUTLINE_TOLERANCE_M)).tolist()
        return written

    smoothed = recalled("smooth", shapes.array, make, OUTLINE_TOLERANCE_M)
    return gpd.GeoSeries(shapely.from_wkb(smoothed), index=shapes.index, crs=shapes.crs)


def top(shape: Any) -> Any:
    """Find the northernmost corner: a name there stays clear of the middle of the map."""
    corners = shapely.get_coordinates(shape)
    return shapely.Point(corners[corners[:, 1].argmax()])


def stack(*frames: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Set tables of one CRS below each other."""
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=frames[0].crs)


def joined_lines(shapes: Any) -> Any:
    """Put all lines of some shapes into one shape, in their order."""
    return shapely.multilinestrings(shapely.get_parts(shapes))
