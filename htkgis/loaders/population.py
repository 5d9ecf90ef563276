"""Population on a grid: persons per cell, as a census publishes them."""

from __future__ import annotations

import geopandas as gpd

from htkgis.catalog import Catalog
from htkgis.schema import POPULATION, check

from .layer import LayerReport, read_layer, require
from .table import numbers


def read_population(
    catalog: Catalog, name: str, *, crs: str
) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read cells with the persons who live in each; contract ``POPULATION``.

    A cell without a number holds nobody that the source shows, and counts as 0; they are noted.

    Raises
    ------
    SchemaError
        If the table breaks its contract.
    """
    cells, report = read_layer(catalog, name, crs=crs)
    require(cells, ("id", "persons"), report)
    cells["persons"] = numbers(cells["persons"], what=f"{name} ({report.file}) column 'persons'")
    empty = cells["persons"].isna()
    if empty.any():
        report.notes.append(f"{int(empty.sum())} cells without a number count as 0")
        cells["persons"] = cells["persons"].fillna(0.0)
    return check(cells, POPULATION, where=report.file, crs=crs), report
