"""Land by what it is for: business land and buildings, water, and land that nobody walks on."""

from __future__ import annotations

import geopandas as gpd

from htkgis.catalog import Catalog
from htkgis.schema import BUILDINGS, CLOSED_LAND, LAND_USE, WATER, Table, check

from .layer import LayerReport, read_layer, require


def read_land_use(catalog: Catalog, name: str, *, crs: str) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read areas of land with their ``kind``; contract ``LAND_USE``.

    Raises
    ------
    SchemaError
        If the table breaks its contract.
    """
    return _by_kind(catalog, name, LAND_USE, crs)


def read_water(catalog: Catalog, name: str, *, crs: str) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read lakes and other water surfaces with their ``kind``; contract ``WATER``.

    A stream that is drawn as a line is a barrier of kind ``water``.

    Raises
    ------
    SchemaError
        If the table breaks its contract.
    """
    return _by_kind(catalog, name, WATER, crs)


def read_closed_land(
    catalog: Catalog, name: str, *, crs: str
) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read land that is closed to the public with its ``kind``; contract ``CLOSED_LAND``.

    Raises
    ------
    SchemaError
        If the table breaks its contract.
    """
    return _by_kind(catalog, name, CLOSED_LAND, crs)


def _by_kind(
    catalog: Catalog, name: str, contract: Table, crs: str
) -> tuple[gpd.GeoDataFrame, LayerReport]:
    table, report = read_layer(catalog, name, crs=crs)
    require(table, ("id", "kind"), report)
    return check(table, contract, where=report.file, crs=crs), report


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
