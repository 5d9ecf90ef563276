"""Heights of points and streets, where the catalog has rasters of the ground."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd

from htkgis.catalog import Catalog
from htkgis.loaders.decks import level_decks
from htkgis.loaders.layer import LayerReport
from htkgis.loaders.raster import sample_lines, sample_points

STEP_M = 20.0
"""Distance between two heights along a street: a ramp is seen, the noise of a raster is not."""


def with_heights(
    points: gpd.GeoDataFrame, catalog: Catalog, *, what: str
) -> tuple[gpd.GeoDataFrame, list[LayerReport]]:
    """Give points their height ``elevation_m`` (missing where no raster has one).

    Parameters
    ----------
    points
        Origins or places.
    catalog
        Without layers of the role ``elevation`` the points stay as they are. Of several, such
        as the sheets of a terrain model, each gives what those before it lack.
    what
        What the points are, for the reports.
    """

    def sampled(path: Path) -> pd.DataFrame:
        return sample_points(path, points).to_frame("elevation_m")

    found, reports = _sampled(points, catalog, sampled, what)
    return (points if found is None else points.assign(**found.round(1))), reports


def with_slopes(
    streets: gpd.GeoDataFrame, catalog: Catalog
) -> tuple[gpd.GeoDataFrame, list[LayerReport]]:
    """Give streets ``gain_m`` and ``loss_m``: how far they climb and fall in their direction.

    Bridges and tunnels run evenly between where they leave the ground, in however many pieces
    (:func:`htkgis.loaders.decks.level_decks`). Rises and falls are rounded to millimetres, so
    that the parts of a street climb as far as the whole.
    """

    def sampled(path: Path) -> pd.DataFrame:
        return sample_lines(path, streets, step_m=STEP_M)

    found, reports = _sampled(streets, catalog, sampled, "streets")
    if found is None:
        return streets, []
    heights = level_decks(streets, found)
    return streets.assign(**heights[["gain_m", "loss_m"]].round(3)), reports


def _sampled(
    table: gpd.GeoDataFrame,
    catalog: Catalog,
    sampled: Callable[[Path], pd.DataFrame],
    what: str,
) -> tuple[pd.DataFrame | None, list[LayerReport]]:
    """Sample every raster in turn; each gives what those before it lack."""
    found: pd.DataFrame | None = None
    reports = []
    for name in catalog.by_role("elevation"):
        path = catalog.file(name)
        own = sampled(path)
        found = own if found is None else found.fillna(own)
        known = int(own.notna().all(axis=1).sum())
        report = LayerReport(name, str(path), rows_read=len(table), rows=known)
        report.notes.append(f"{known} of {len(table)} {what} have a height")
        reports.append(report)
    return found, reports
