"""Spread the persons of grid cells over the addresses in them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely


def persons_per_address(
    addresses: gpd.GeoDataFrame, cells: gpd.GeoDataFrame, *, inside: shapely.Geometry
) -> pd.Series:
    r"""
    Give every address its part of the persons of its cell.

    .. math::

        w_a = \frac{P_c \, |c \cap M| / |c|}{n_c}

    where :math:`n_c` addresses lie in the part of cell :math:`c` inside :math:`M`. Addresses of
    one cell count alike: nothing is known of the dwellings behind each.

    Parameters
    ----------
    addresses
        Points inside ``inside``, columns ``id`` and geometry.
    cells
        Contract ``POPULATION``; cells do not overlap.
    inside
        Area whose addresses these are: of a cell on its border only the part inside counts.

    Returns
    -------
    persons
        Persons per address, indexed by id; 0 where no cell holds the address. Persons of cells
        without any address are not spread; the sum says how many were.

    References
    ----------
    Dasymetric mapping with binary ancillary data: Eicher, C. L. and Brewer, C. A. (2001).
    Dasymetric mapping and areal interpolation. Cartography and Geographic Information Science
    28(2), 125-138.

    Examples
    --------
    Half of a cell of 100 persons lies inside, with two addresses:

    >>> box = shapely.box(0, 0, 2, 1)
    >>> cells = gpd.GeoDataFrame({"id": ["c"], "persons": [100.0]}, geometry=[box])
    >>> at = gpd.points_from_xy([0.2, 0.7], [0.5, 0.5])
    >>> homes = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=at)
    >>> persons_per_address(homes, cells, inside=shapely.box(0, 0, 1, 1)).to_dict()
    {'a': 25.0, 'b': 25.0}
    """
    persons = pd.Series(0.0, index=pd.Index(addresses["id"], name="id"))
    if cells.empty or addresses.empty:
        return persons
    shapes = cells.geometry.to_numpy()
    held = shapely.area(shapely.intersection(shapes, inside)) / shapely.area(shapes)
    points, found = shapely.STRtree(shapes).query(
        addresses.geometry.to_numpy(), predicate="intersects"
    )
    # a point on the line between cells belongs to the first of them
    points, first = np.unique(points, return_index=True)
    cell = found[first]
    count = np.bincount(cell, minlength=len(cells))
    persons.iloc[points] = (cells["persons"].to_numpy() * held)[cell] / count[cell]
    return persons
