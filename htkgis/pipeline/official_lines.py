"""What official lines say of the streets, where the catalog has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas as gpd

from htkgis.catalog import Catalog
from htkgis.loaders.layer import LayerReport
from htkgis.loaders.street_joins import with_limits, with_routes
from htkgis.loaders.street_lines import read_cycle_routes, read_speed_limits

Reader = Callable[..., tuple[gpd.GeoDataFrame, LayerReport]]


def with_official_lines(
    streets: gpd.GeoDataFrame, catalog: Catalog, *, crs: str
) -> tuple[gpd.GeoDataFrame, list[LayerReport], dict[str, float]]:
    """Bring signed speed limits and marked cycle routes to the streets they run along.

    Parameters
    ----------
    streets
        Table ``STREETS`` as its reader gives it.
    catalog
        Layers of the roles ``speed_limits`` and ``cycle_routes``, in the order of the file; of
        several limits of one street that of the last layer counts. Without them the streets
        stay as they are.
    crs
        Projected CRS of the study.

    Returns
    -------
    streets
        With the columns of :func:`htkgis.loaders.street_joins.with_limits` and ``with_routes``.
    reports
        What was read of each layer, and how many km of streets took it.
    kilometres
        ``signed_limit_km`` and ``marked_route_km``, of the whole network; each only where a
        layer says it. A route that the streets knew already counts.
    """
    reports: list[LayerReport] = []
    kilometres: dict[str, float] = {}
    for name in catalog.by_role("speed_limits"):
        limits, near = _read(read_speed_limits, catalog, name, crs, reports)
        before = streets.get("limit_share", 0.0)
        streets = with_limits(streets, limits, column="limit_kph", **near)
        own = streets["limit_share"] > 0
        reports[-1].notes.append(f"{_km(streets, own):,.1f} km of streets took a signed limit")
        streets["limit_share"] = streets["limit_share"].where(own, before)
        kilometres["signed_limit_km"] = _km(streets, streets["limit_share"] > 0)
    for name in catalog.by_role("cycle_routes"):
        routes, near = _read(read_cycle_routes, catalog, name, crs, reports)
        streets = with_routes(streets, routes, **near)
        kilometres["marked_route_km"] = _km(streets, streets["route"])
        reports[-1].notes.append(
            f"{kilometres['marked_route_km']:,.1f} km of streets for bikes lie on a marked route"
        )
    return streets, reports, kilometres


def _read(
    read: Reader, catalog: Catalog, name: str, crs: str, reports: list[LayerReport]
) -> tuple[gpd.GeoDataFrame, dict[str, float]]:
    """Read a layer, note its report, and say how the catalog joins it to the streets."""
    lines, report = read(catalog, name, crs=crs)
    reports.append(report)
    return lines, catalog.near(name)


def _km(streets: gpd.GeoDataFrame, rows: Any) -> float:
    return round(float(streets.loc[rows, "length_m"].sum()) / 1000, 3)
