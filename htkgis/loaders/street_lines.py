"""Official lines beside the streets: signed speed limits and marked cycle routes.

Sources in Denmark: GeoFA of the municipalities (GeoDanmark), the road agencies' own layers.
:mod:`htkgis.loaders.street_joins` brings what they say to the streets they run along.
"""

from __future__ import annotations

import geopandas as gpd

from htkgis.catalog import Catalog
from htkgis.schema import CYCLE_ROUTES, SPEED_LIMITS, check

from .layer import LayerReport, read_layer, require
from .osm_tags import PLAUSIBLE_KPH
from .table import numbers


def read_speed_limits(
    catalog: Catalog, name: str, *, crs: str
) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read lines with the signed speed limit of the road they follow.

    Parameters
    ----------
    catalog, name
        Which layer: lines with ``id`` and ``limit_kph``.
    crs
        Projected CRS of the study.

    Returns
    -------
    limits
        Contract ``SPEED_LIMITS``; ``limit_kph`` in km/h, 5 to 150. A line whose number lies
        outside, or that has none, keeps its row without one and says nothing of any street.
    report
        What was read; the lines that say nothing are noted.

    Raises
    ------
    SchemaError
        If the table breaks its contract, or a limit is no number.

    Examples
    --------
    A catalog entry, for a file whose column ``type`` holds the limit::

        [layers.speed_limits]
        columns = { id = "fid", limit_kph = "type" }
        along = { within_m = 10, least_share = 0.6, source = "...", source_en = "..." }
    """
    limits, report = read_layer(catalog, name, crs=crs)
    require(limits, ("id", "limit_kph"), report)
    kph = numbers(limits["limit_kph"], what=f"{name} ({report.file}) column 'limit_kph'")
    low, high = PLAUSIBLE_KPH
    empty, odd = kph.isna(), kph.notna() & ~kph.between(low, high)
    for rows, what in ((empty, "no limit"), (odd, f"a limit outside {low:g} to {high:g} km/h")):
        if rows.any():
            report.notes.append(f"{int(rows.sum())} lines with {what} say nothing of any street")
    limits["limit_kph"] = kph.mask(odd)
    return check(limits, SPEED_LIMITS, where=report.file, crs=crs), report


def read_cycle_routes(
    catalog: Catalog, name: str, *, crs: str
) -> tuple[gpd.GeoDataFrame, LayerReport]:
    """Read the lines of marked cycle routes.

    Parameters
    ----------
    catalog, name
        Which layer: lines with ``id``.
    crs
        Projected CRS of the study.

    Returns
    -------
    routes
        Contract ``CYCLE_ROUTES``.
    report
        What was read.

    Raises
    ------
    SchemaError
        If the table breaks its contract.

    Examples
    --------
    A catalog entry that takes the marked routes out of a layer of all kinds::

        [layers.cycle_routes]
        columns = { id = "fid", kind = "type" }
        rows.kind = ["Cykelrute"]
        along = { within_m = 12, least_share = 0.6, source = "...", source_en = "..." }
    """
    routes, report = read_layer(catalog, name, crs=crs)
    require(routes, ("id",), report)
    return check(routes, CYCLE_ROUTES, where=report.file, crs=crs), report
