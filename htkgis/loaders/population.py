"""Population on a grid: persons per cell, as a census publishes them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import shapely

from htkgis.catalog import Catalog
from htkgis.schema import POPULATION, check

from .layer import LayerReport, read_layer, require
from .raster_people import population_cells
from .table import numbers

RASTERS = frozenset({".tif", ".tiff", ".asc", ".img", ".hgt"})


def read_population(
    catalog: Catalog, name: str, *, crs: str, within: shapely.Geometry
) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read cells with the persons who live in each; contract ``POPULATION``.

    Parameters
    ----------
    catalog, name
        Which layer: polygons with ``id`` and ``persons``, or a raster of persons per cell.
    crs
        Projected CRS of the study.
    within
        Area of interest in ``crs``; of a raster the cells around it are read.

    Returns
    -------
    cells
        Contract ``POPULATION``. A cell without a number holds nobody that the source shows, and
        counts as 0; they are noted.
    report
        What was read.

    Raises
    ------
    SchemaError
        If the table breaks its contract.
    """
    file = catalog.file(name)
    if file.suffix.lower() in RASTERS:
        return _from_raster(file, name, crs, within)
    cells, report = read_layer(catalog, name, crs=crs)
    require(cells, ("id", "persons"), report)
    cells["persons"] = numbers(cells["persons"], what=f"{name} ({report.file}) column 'persons'")
    empty = cells["persons"].isna()
    if empty.any():
        report.notes.append(f"{int(empty.sum())} cells without a number count as 0")
        cells["persons"] = cells["persons"].fillna(0.0)
    return check(cells, POPULATION, where=report.file, crs=crs), report


def _from_raster(
    file: Path, name: str, crs: str, within: shapely.Geometry
) -> tuple[gpd.GeoDataFrame, LayerReport]:
    cells = population_cells(file, within, crs=crs)
    west, south, east, north = within.bounds
    report = LayerReport(name, str(file), rows_read=len(cells), rows=len(cells), crs=crs)
    report.notes.append(
        f"a raster; cells with persons around {west:,.0f} {south:,.0f} {east:,.0f} {north:,.0f}"
    )
    return check(cells, POPULATION, where=str(file), crs=crs), report
