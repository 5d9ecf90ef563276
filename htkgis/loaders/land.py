"""Land use and buildings: where jobs can be."""

from __future__ import annotations

import geopandas as gpd

from htkgis.catalog import Catalog
from htkgis.schema import BUILDINGS, LAND_USE, check

from .layer import LayerReport, read_layer, require


def read_land_use(catalog: Catalog, name: str, *, crs: str) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read areas of land with their ``kind``; contract ``LAND_USE``.

    Raises
    ------
    SchemaError
        If the table breaks its contract.
    """
    table, report = read_layer(catalog, name, crs=crs)
    require(table, ("id", "kind"), report)
    return check(table, LAND_USE, where=report.file, crs=crs), report


def read_buildings(
    catalog: Catalog, name: str, *, crs: str
) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read outlines of buildings; contract ``BUILDINGS``.

    Raises
    ------
    SchemaError
        If the table breaks its contract.
    """
    table, report = read_layer(catalog, name, crs=crs)
    require(table, ("id",), report)
    return check(table, BUILDINGS, where=report.file, crs=crs), report
