"""Place the rows of a table by the id of an address that a layer of house numbers knows."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from htkgis.errors import SchemaError, first

from .table import lacking


def placed_by_address(
    table: pd.DataFrame, key: str, addresses: gpd.GeoDataFrame, *, where: str, of: str
) -> gpd.GeoDataFrame:
    """Give each row the point of its address.

    Parameters
    ----------
    table
        Any table; ``key`` holds ids of addresses, missing where a row has none.
    key
        Column of ``table``.
    addresses
        Columns ``id`` (unique) and ``geometry``, points. Ids are compared without regard to
        capitals, since UUIDs are written both ways.
    where, of
        What the message calls the table, and the layer of addresses.

    Returns
    -------
    placed
        As many rows, in their order, in the CRS of the addresses; a row whose address is unknown
        has no geometry, which the reading of a layer counts and names.

    Raises
    ------
    SchemaError
        If the column is missing, or no row at all meets an address.

    Examples
    --------
    >>> import shapely
    >>> homes = gpd.GeoDataFrame({"id": ["a-1"]}, geometry=[shapely.Point(7, 8)], crs=25832)
    >>> units = pd.DataFrame({"at": ["A-1", "b-2", None]})
    >>> placed_by_address(units, "at", homes, where="units", of="homes").geometry.tolist()
    [<POINT (7 8)>, None, None]
    """
    if key not in table.columns:
        msg = f"{where}: {lacking([key], table.columns)}. Correct geometry.key in the catalog."
        raise SchemaError(msg)
    points = pd.Series(
        addresses.geometry.to_numpy(), index=addresses["id"].str.casefold(), dtype=object
    )
    wanted = table[key].map(lambda value: str(value).casefold(), na_action="ignore")
    shapes = points.reindex(wanted)
    if len(table) and shapes.isna().all():
        msg = (
            f"{where}: none of {len(table)} rows has an address of {of}; its ids are "
            f"{first(addresses['id'])}, those of column {key!r} {first(table[key].dropna())}. "
            "Correct geometry in the catalog: the two must be ids of one register."
        )
        raise SchemaError(msg)
    shapes = shapes.where(shapes.notna(), None)
    return gpd.GeoDataFrame(
        table, geometry=gpd.GeoSeries(shapes.to_numpy(), index=table.index, crs=addresses.crs)
    )
