"""Spread the jobs of a municipality over the buildings on business land."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from htkgis.errors import SchemaError, first


def spread_jobs(
    buildings: gpd.GeoDataFrame,
    land_use: gpd.GeoDataFrame,
    *,
    total: float,
    jobs_per_100_m2: Mapping[str, float],
    cell_m: float,
    inside: shapely.Geometry,
) -> gpd.GeoDataFrame:
    r"""
    Spread a number of jobs over buildings by ground area and kind of land.

    .. math::

        J_b = J \, \frac{d_{k(b)} A_b}{\sum_{b'} d_{k(b')} A_{b'}}

    where :math:`A_b` is the ground area of building :math:`b` and :math:`d_k` the density of the
    land use it stands on. Storeys are not known and count as one.

    Parameters
    ----------
    buildings
        Polygons, column ``id``; each counts once, on the land that holds a point on its surface.
    land_use
        Polygons, column ``kind``; of overlapping ones the first in the table holds a building.
    total
        Jobs in the municipality.
    jobs_per_100_m2
        Density by kind; only their ratios matter. Other kinds hold no jobs.
    cell_m
        Buildings of one square cell of this size become one place, at their middle by jobs.
    inside
        Outline of the municipality.

    Returns
    -------
    jobs
        ``id``, ``opportunities`` (sums to ``total``), ``kind`` with most jobs, points, by id.

    Raises
    ------
    SchemaError
        If no building stands on business land inside the outline.

    References
    ----------
    Eicher, C. L. and Brewer, C. A. (2001). Dasymetric mapping and areal interpolation.
    Cartography and Geographic Information Science 28(2), 125-138.

    Examples
    --------
    Two halls of 100 m² on land of one kind share 10 jobs:

    >>> halls = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=[
    ...     shapely.box(0, 0, 10, 10), shapely.box(500, 0, 510, 10)])
    >>> land = gpd.GeoDataFrame({"kind": ["industrial"]}, geometry=[shapely.box(-9, -9, 600, 99)])
    >>> found = spread_jobs(halls, land, total=10, jobs_per_100_m2={"industrial": 1.0},
    ...                     cell_m=250, inside=shapely.box(-9, -9, 600, 99))
    >>> found["opportunities"].tolist()
    [5.0, 5.0]
    """
    business = land_use[land_use["kind"].isin(list(jobs_per_100_m2))]
    points = shapely.point_on_surface(buildings.geometry.to_numpy())
    held = shapely.intersects(inside, points)
    building, land = shapely.STRtree(business.geometry.to_numpy()).query(
        points, predicate="intersects"
    )
    first_land = pd.Series(land).groupby(building).min()
    first_land = first_land[held[first_land.index]]
    if first_land.empty:
        msg = (
            f"jobs: none of {len(buildings)} buildings stands on business land "
            f"({first(jobs_per_100_m2)}) inside the municipality; one at least is needed. Check "
            "the layers of land use and buildings."
        )
        raise SchemaError(msg)
    kinds = business["kind"].to_numpy()[first_land.to_numpy()]
    own = np.asarray(first_land.index)
    area_m2 = shapely.area(buildings.geometry.to_numpy()[own])
    weight = area_m2 * np.array([jobs_per_100_m2[kind] for kind in kinds])
    xy = shapely.get_coordinates(points[own])
    table = pd.DataFrame(
        {"kind": kinds, "jobs": total * weight / weight.sum(), "x": xy[:, 0], "y": xy[:, 1]}
    )
    return _by_cell(table, cell_m, buildings.crs)


def _by_cell(table: pd.DataFrame, cell_m: float, crs: object) -> gpd.GeoDataFrame:
    east = (table["x"] // cell_m).astype(int)
    north = (table["y"] // cell_m).astype(int)
    keys = [f"jobs_{n}_{e}" for n, e in zip(north, east, strict=True)]
    table = table.assign(id=keys, mx=table["x"] * table["jobs"], my=table["y"] * table["jobs"])
    cells = table.groupby("id", sort=True)[["jobs", "mx", "my"]].sum()
    most = table.groupby(["id", "kind"])["jobs"].sum().reset_index()
    most = most.sort_values(["id", "jobs", "kind"], ascending=[True, False, True])
    kinds = most.drop_duplicates("id").set_index("id")["kind"]
    return gpd.GeoDataFrame(
        {
            "id": cells.index.to_numpy(dtype=object),
            "opportunities": cells["jobs"].to_numpy(),
            "kind": kinds[cells.index].to_numpy(dtype=object),
        },
        geometry=gpd.points_from_xy(cells["mx"] / cells["jobs"], cells["my"] / cells["jobs"]),
        crs=crs,
    )
